"""Computation of cached tensors outside the modes of torch that the caller is in."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def apart(work: Callable[[], Result]) -> Result:
    """Return the result of the work, done in a thread of its own.

    Inference mode, the transforms of `torch.func`, the fake tensors of `torch.export` and the
    default device hold for one thread. Tensors made under them cannot be used in later calls.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()
