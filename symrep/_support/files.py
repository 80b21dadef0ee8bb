"""Files that are whole or absent."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

_UNFINISHED = ".part"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside `path`, renamed to it when the block ends without an error.

    An error or an interrupt leaves whatever was at `path` before, and no temporary file; a process
    that is killed leaves one, see `is_unfinished`.

    Raises:
        FileNotFoundError: the folder that is to hold `path` does not exist.
        IsADirectoryError: `path` is a folder.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "is a directory, not a file", str(path))
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "no such folder", str(path.parent))
    temporary = path.with_name(f".{path.name}.{token_hex(4)}{_UNFINISHED}")
    temporary.touch(exist_ok=False)
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def is_unfinished(path: Path) -> bool:
    """Whether a path is one that `replacing` gives."""
    return path.name.startswith(".") and path.suffix == _UNFINISHED
