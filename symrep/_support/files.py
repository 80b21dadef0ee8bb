"""Atomic replacement of files."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

_UNFINISHED = ".part"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`, renamed to it when the block ends without an error.

    The new file has the permissions of any other new file. An error or an interrupt leaves `path`
    as it was and no temporary file. A killed process leaves the temporary file: see
    `is_unfinished`.

    Raises:
        FileNotFoundError: the parent folder of `path` does not exist.
        IsADirectoryError: `path` is a folder.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "is a directory, not a file", str(path))
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "no such folder", str(path.parent))
    temporary = _new_file_beside(path)
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _new_file_beside(path: Path) -> Path:
    """Make an empty file under a random name; the system applies the umask to its permissions."""
    temporary = path.with_name(f".{path.name}.{uuid4().hex[:16]}{_UNFINISHED}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    os.close(os.open(temporary, flags, 0o666))
    return temporary


def is_unfinished(path: Path) -> bool:
    """Return whether a path is a temporary path of `replacing`."""
    return path.name.startswith(".") and path.suffix == _UNFINISHED
