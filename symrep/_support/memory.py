"""Checks of free memory before large allocations."""

from __future__ import annotations

from math import log10

import psutil

ALWAYS_FREE = 2**20
"""Bytes below which the system is not asked."""


def require_memory(size: int, what: str, instead: str) -> None:
    """Check that `size` bytes are free, if they are more than a mebibyte.

    Args:
        size: bytes that the result needs.
        what: the result, as the message names it.
        instead: advice for the case that it does not fit.

    Raises:
        MemoryError: they are not free; the message says how much is needed, and the advice.
    """
    if size <= ALWAYS_FREE:
        return
    available = psutil.virtual_memory().available
    if size > available:
        raise MemoryError(
            f"not enough memory for {what}: {format_bytes(size)} needed, "
            f"{format_bytes(available)} free; {instead}"
        )


def format_bytes(size: int) -> str:
    """Return the size in the largest binary unit with a number of 1 or more: "1.5 GiB"."""
    for power, unit in ((40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")):
        if size >= 2**power:
            if size < 2**1000:
                number = size / 2**power
                return f"{number:.1f} {unit}" if number < 1e6 else f"{number:.1e} {unit}"
            # Sizes like that of 200! numbers do not fit in a float.
            return f"about 10^{int((size.bit_length() - power) * log10(2))} {unit}"
    return f"{size} bytes"
