"""Formats of run folders: their files, and how these are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.runs.configuration import Configuration

State = Mapping[str, object]
"""{name: weights} as in a file, unchecked."""


def _unchanged(configuration: Configuration, state: State) -> tuple[Configuration, State]:
    return configuration, state


@dataclass(frozen=True)
class RunFormat:
    """A format of run folders.

    Attributes:
        configuration: name of the file of the configuration, which identifies the format.
        weights: name of the file of the final weights.
        checkpoint: pattern of the names of checkpoints, whose first group is the epoch.
        read: reads a file of weights; raises ValueError if it is none.
        adapted: maps (configuration, state) to the names of this package; the identity by default.
        defaults: maps the content of a configuration to {field: value} of fields that it may omit.
    """

    configuration: str
    weights: str
    checkpoint: re.Pattern[str]
    read: Callable[[Path], State]
    adapted: Callable[[Configuration, State], tuple[Configuration, State]] = _unchanged
    defaults: Callable[[Any], Mapping[str, Any]] = lambda content: {}

    def __str__(self) -> str:
        return f"{self.configuration} and {self.weights}"
