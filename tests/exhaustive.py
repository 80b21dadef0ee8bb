"""What `make test` has of a test with many cases; `make test-all` has them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest


def sample(values: Iterable[Any], kept: Callable[[Any], bool]) -> list[Any]:
    """Values for `parametrize`; those that are not kept are exhaustive."""
    return [
        value if kept(value) else pytest.param(value, marks=pytest.mark.exhaustive)
        for value in values
    ]
