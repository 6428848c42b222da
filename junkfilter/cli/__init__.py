"""The command line: `junkfilter`. Parses arguments, calls the library, gives the exit status.

Commands are loaded when they are called, so that `--help` neither imports NumPy nor waits for it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from junkfilter.cli.group import junkfilter
from junkfilter.errors import JunkfilterError
from junkfilter.report import CLOSED_PIPE, DONE, ERROR, INTERRUPTED

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command line and returns the exit status (the table is in `junkfilter.report`).

    Args:
        arguments: without the program's name; by default those of the process.
    """
    # click's own way to run would turn a closed pipe and Ctrl-C into status 1.
    try:
        given = list(sys.argv[1:] if arguments is None else arguments)
        with junkfilter.make_context("junkfilter", given) as context:
            status: object = junkfilter.invoke(context)
        if sys.stdout is not None:
            sys.stdout.flush()
        return status if isinstance(status, int) else DONE
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.ClickException as error:
        error.show()
        return ERROR
    except JunkfilterError as error:
        click.echo(f"junkfilter: {error}", err=True)
        return ERROR
    except BrokenPipeError:
        _forget_output()
        return CLOSED_PIPE
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        _forget_output()
        click.echo(f"junkfilter: cannot write: {error.strerror or error}", err=True)
        return ERROR


def _forget_output() -> None:
    """Lets the interpreter flush its buffer into nothing at exit, instead of complaining."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
