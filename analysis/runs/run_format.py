"""Formats of run folders: which files they have, and how these are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.runs.configuration import Configuration

State = Mapping[str, object]
"""{name: weights} as a file has them, not yet checked."""


def _unchanged(configuration: Configuration, state: State) -> tuple[Configuration, State]:
    return configuration, state


@dataclass(frozen=True)
class RunFormat:
    """A format of run folders.

    Attributes:
        configuration: name of the file of the configuration; it tells formats apart.
        weights: name of the file of the final weights.
        checkpoint: pattern of the names of checkpoints, whose first group is the epoch.
        read: reads a file of weights; ValueError says that it is none.
        adapted: (configuration, state) in the terms of this package; nothing is changed if not
            given.
        defaults: from the content of a configuration to {field: value} of what it may leave out.
    """

    configuration: str
    weights: str
    checkpoint: re.Pattern[str]
    read: Callable[[Path], State]
    adapted: Callable[[Configuration, State], tuple[Configuration, State]] = _unchanged
    defaults: Callable[[Any], Mapping[str, Any]] = lambda content: {}

    def __str__(self) -> str:
        return f"{self.configuration} and {self.weights}"
