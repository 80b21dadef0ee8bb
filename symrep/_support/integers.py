"""Integers as users write them: of Python, numpy and SymPy, but no booleans."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np


def is_integer(value: object) -> bool:
    """Whether the value is an integer of Python, numpy, torch or SymPy, and no boolean."""
    if isinstance(value, (bool, np.bool_)):
        return False
    if isinstance(value, (int, np.integer)):
        return True
    if getattr(value, "is_Integer", False):
        return True
    # 0-d arrays and tensors of integers
    kind = str(getattr(value, "dtype", ""))
    return getattr(value, "ndim", None) == 0 and "int" in kind


def as_integer(value: Any, name: str, least: int | None = None) -> int:
    """The value as a Python integer.

    Raises:
        TypeError: it is not an integer, or is a boolean.
        ValueError: it is below `least`.
    """
    if not is_integer(value):
        raise TypeError(f"{name} must be an integer, got {value!r}, a {type(value).__name__}")
    number = int(operator.index(value)) if hasattr(value, "__index__") else int(value)
    if least is not None and number < least:
        raise ValueError(f"{name} must be {least} or more, got {number}")
    return number
