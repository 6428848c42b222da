"""Worker processes: started, given lots, and ended whatever happens. Loaded only with `-j`."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from multiprocessing.resource_tracker import ensure_running
from typing import Any, NamedTuple

from joblib.externals.loky import ProcessPoolExecutor

from junkfilter.errors import JunkfilterError


class _Refusal(NamedTuple):
    """An error of a worker; some of our errors do not survive pickling."""

    message: str


class WorkerProcesses:
    """Some processes that do the same work; they are started with the first lot.

    Args:
        work: is sent to each of them once.
        jobs: how many.
    """

    def __init__(self, work: Callable[[Any], Any], jobs: int) -> None:
        end, self._lifeline = Pipe(duplex=False)
        # As bytes: what goes wrong when they are read is an error of ours, not a traceback.
        arguments = (pickle.dumps(work), end)
        self._executor = ProcessPoolExecutor(jobs, initializer=_begin, initargs=arguments)
        self._started = False
        ensure_running()  # it lets Ctrl-C through again, so not where that is held back

    def submit(self, lot: Any) -> Future[Any]:
        """Gives a lot to whoever is free next.

        Raises:
            JunkfilterError: a worker died.
        """
        try:
            if self._started:
                return self._submit(lot)
            self._started = True
            with _cut_off():
                return self._submit(lot)
        except BrokenProcessPool:
            raise _died() from None

    def _submit(self, lot: Any) -> Future[Any]:
        future: Future[Any] = self._executor.submit(_worked, lot)
        return future

    def close(self, *, at_once: bool) -> None:
        """Ends the processes, which are gone when this returns.

        Args:
            at_once: kill them, whatever they are doing.
        """
        if at_once:
            self._lifeline.close()  # loky's own way to kill workers fails if lots are waiting
        self._executor.shutdown(wait=True)
        self._lifeline.close()


def result_of(future: Future[Any]) -> Any:
    """What came of a lot.

    Raises:
        JunkfilterError: the work refused it, or a worker died.
    """
    try:
        outcome = future.result()
    except BrokenProcessPool:
        raise _died() from None
    if isinstance(outcome, _Refusal):
        raise JunkfilterError(outcome.message)
    return outcome


def _died() -> JunkfilterError:
    return JunkfilterError(
        "a worker process died, perhaps killed by the system for want of memory: "
        "fewer jobs (-j) need less"
    )


@contextmanager
def _cut_off() -> Iterator[None]:
    """What is started here gets neither Ctrl-C, which goes to all processes of a terminal, nor our
    standard input and output.

    A worker that is starting would die of the one with a traceback, and hold the others open that
    somebody else waits for; loky prints its complaints to standard output, among the kept text.
    """
    with _interrupts_held(), ExitStack() as stack:
        if sys.stdout is not None:
            sys.stdout.flush()
        for descriptor, mode in ((0, os.O_RDONLY), (1, os.O_WRONLY)):
            with suppress(OSError):  # closed by the caller
                ours = os.dup(descriptor)
                stack.callback(os.close, ours)
                stack.callback(os.dup2, ours, descriptor)
                null = os.open(os.devnull, mode)
                os.dup2(null, descriptor)
                os.close(null)
        yield


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Ctrl-C comes later here, and never to what is started."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# What follows runs in the workers.

_work: Callable[[Any], Any] | JunkfilterError = JunkfilterError("a worker was not told its work")


def _begin(work: bytes, lifeline: Connection) -> None:
    global _work
    threading.Thread(target=_end_with, args=(lifeline,), daemon=True).start()
    try:
        _work = pickle.loads(work)
        # loky collects garbage every second; what was loaded for good need not be gone through.
        gc.freeze()
    except JunkfilterError as error:
        _work = error


def _end_with(lifeline: Connection) -> None:
    """Ends this process when the parent lets go or is killed, which loky does not notice."""
    with suppress(EOFError, OSError):
        lifeline.recv_bytes()
    os._exit(1)


def _worked(lot: Any) -> Any:
    try:
        if isinstance(_work, JunkfilterError):
            raise _work
        return _work(lot)
    except JunkfilterError as error:
        return _Refusal(str(error))
