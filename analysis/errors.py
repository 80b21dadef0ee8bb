"""The errors of this package that Python has no name for."""

from __future__ import annotations

import pandas as pd


class RunError(ValueError):
    """A folder that is no readable run; the message names the file and the reason."""


class TrainingError(ArithmeticError):
    """Training cannot continue; the message gives the epoch and the reason."""


class IncompleteTrajectory(RunError):
    """Some checkpoints could not be measured; the message names each file and the reason.

    Attributes:
        table: the table of the other checkpoints, which is also on disk.
    """

    def __init__(self, message: str, table: pd.DataFrame) -> None:
        super().__init__(message)
        self.table = table
