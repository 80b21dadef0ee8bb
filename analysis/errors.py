"""The errors of this package that Python has no name for."""

from __future__ import annotations

import pandas as pd


class RunError(ValueError):
    """A folder is not a run that can be read; the message names the file and what is wrong."""


class TrainingError(ArithmeticError):
    """Training could not go on; the message says when and why."""


class IncompleteTrajectory(RunError):
    """Some checkpoints could not be measured; the message names each file and what is wrong.

    Attributes:
        table: of the other checkpoints, which is on disk as well.
    """

    def __init__(self, message: str, table: pd.DataFrame) -> None:
        super().__init__(message)
        self.table = table
