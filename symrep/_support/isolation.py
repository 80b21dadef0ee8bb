"""Tensors that are kept are made out of reach of the modes of torch."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def apart(work: Callable[[], Result]) -> Result:
    """The result of the work, done in a thread of its own.

    Inference mode, the transforms of `torch.func`, the fake tensors of `torch.export` and the
    default device hold for one thread. Tensors made under them could not serve later calls.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()
