"""Checked integers of Python, numpy and SymPy."""

from __future__ import annotations

import operator
from typing import Any


def as_integer(value: Any, name: str, least: int | None = None) -> int:
    """Return an integer of any type as a Python integer; booleans are refused.

    Args:
        value: an object with `__index__`, such as an int, a numpy or a SymPy integer.
        name: of the value in messages, as in "the degree n".
        least: the smallest integer allowed, if there is one.

    Raises:
        TypeError: the value is not an integer.
        ValueError: the value is less than `least`.

    >>> as_integer(True, "the degree n")
    Traceback (most recent call last):
        ...
    TypeError: the degree n must be an integer, got True, a bool
    """
    integer = value if type(value) is int else _index(value)
    if integer is None:
        raise TypeError(f"{name} must be an integer, got {value!r}, a {type(value).__name__}")
    if least is not None and integer < least:
        raise ValueError(f"{name} must be {least} or more, got {integer}")
    return integer


def is_integer(value: object) -> bool:
    """Return whether `as_integer` accepts the value."""
    return _index(value) is not None


def _index(value: Any) -> int | None:
    """Return the integer, or None; booleans of Python and of torch have `__index__` too."""
    if isinstance(value, bool) or str(getattr(value, "dtype", "")).endswith("bool"):
        return None
    try:
        return operator.index(value)
    except TypeError:
        return None
