"""Exit codes and one-sentence errors of the two command lines."""

from __future__ import annotations

import sys
from collections.abc import Callable

from symrep._support.errors import CheckFailed


def run(app: Callable[[], None]) -> None:
    """Run a command line; report an error of the user in one sentence.

    Exit codes: 0 on success, 1 on a failed check, 2 on bad usage or input, 130 on an interrupt.
    """
    try:
        app()
    except CheckFailed as failure:
        _fail(str(failure), 1)
    except (ValueError, ArithmeticError, MemoryError, OSError) as error:
        _fail(_sentence(error), 2)
    except KeyboardInterrupt:
        _fail("interrupted", 130)


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return str(error) or "not enough memory"


def _fail(message: str, code: int) -> None:
    print(f"error: {message}", file=sys.stderr)
    sys.exit(code)
