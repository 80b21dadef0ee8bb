"""Modules that are imported at their first use."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class LazyModule:
    """A stand-in for the module `name`, imported at the first attribute access.

    The exact layers refer to the torch layers through this class, so that irreps and characters
    are derived without importing torch.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)
