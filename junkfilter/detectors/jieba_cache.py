"""Where jieba keeps its prepared dictionary: a folder of our own, never a shared one.

By default jieba reads a cache from the shared temporary folder with `marshal`, and anybody on the
machine may have put it there.
"""

from __future__ import annotations

import contextlib
import logging
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jieba


def cache_folder() -> Path:
    """The folder for junkfilter's caches: `$JUNKFILTER_CACHE`, or the user's cache folder."""
    given = os.environ.get("JUNKFILTER_CACHE")
    if given:
        return Path(given)
    base = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    return Path(base) / "junkfilter"


def prepare(tokenizer: jieba.Tokenizer) -> None:
    """Loads the tokenizer's dictionary, from the cache where there is one; says nothing.

    A folder that cannot be written is no error: the dictionary is read anew then, 0.6 s.
    """
    import jieba

    jieba.setLogLevel(logging.ERROR)
    folder = cache_folder()
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if _is_ours(folder):
        tokenizer.tmp_dir = str(folder)
        tokenizer.initialize()
        return
    with tempfile.TemporaryDirectory(prefix="junkfilter-") as private:
        tokenizer.tmp_dir = private
        tokenizer.initialize()


def _is_ours(folder: Path) -> bool:
    """Whether nobody else can write to the folder, and we can."""
    try:
        status = folder.stat()
    except OSError:
        return False
    owned = not hasattr(os, "getuid") or status.st_uid == os.getuid()
    return owned and not status.st_mode & 0o022 and os.access(folder, os.W_OK)
