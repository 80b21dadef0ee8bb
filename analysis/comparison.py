"""Runs beside each other, one row a run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.ablations import KEY
from analysis.metrics import ALL, WHOLE, Analysis

COLUMNS = {
    "test loss": ("test_loss", WHOLE),
    "excluded loss": ("hidden_excluded_loss", KEY),
    "restricted loss": ("hidden_restricted_loss", KEY),
    "logit FVE": ("logit_fve", ALL),
    "W_x FVE": ("left_embedding_fve", KEY),
    "W_y FVE": ("right_embedding_fve", KEY),
    "W_U FVE": ("unembedding_fve", KEY),
    "hidden FVE": ("hidden_fve", KEY),
    "hidden xy FVE": ("hidden_xy_fve", KEY),
}
"""{column: measure and irrep}; the columns of the published tables, in their order."""


REMARK = "remark"
"""The column that says why a run could not be read."""


@dataclass(frozen=True)
class Unreadable:
    """A run that could not be read or measured, and why."""

    name: str
    reason: str


def comparison(runs: Iterable[Analysis | Unreadable]) -> pd.DataFrame:
    """One row a run: its name, model, group, seed, key irreps, and the measures of `COLUMNS`.

    FVE are of the key irreps together, as fractions. A run without test pairs has no test loss.
    One that could not be read has its name and, as `remark`, the reason; others have theirs.
    """
    columns = ["run", "model", "group", "seed", "key irreps", *COLUMNS, REMARK]
    table = pd.DataFrame([_row(run) for run in runs], columns=columns)
    return table.astype({"seed": "Int64"} | dict.fromkeys(COLUMNS, float))


def averages(table: pd.DataFrame) -> pd.DataFrame:
    """The means of a `comparison` by model and group, with their spread.

    Returns:
        One row a model and group: `model`, `group`, `runs` (how many were read) and for each of
        `COLUMNS` the mean over them and, in the column with " sd" after the name, the standard
        deviation of one run, which is NaN for a single one.
    """
    read = table[table.group != ""].groupby(["model", "group"], sort=False)
    columns: dict[str, Any] = {"runs": read.size()}
    for column in COLUMNS:
        columns[column] = read[column].mean()
        columns[f"{column} sd"] = read[column].std()
    return pd.DataFrame(columns).reset_index()


def _row(run: Analysis | Unreadable) -> dict[str, object]:
    if isinstance(run, Unreadable):
        unknown = dict.fromkeys(("model", "group", "key irreps"), "")
        return {"run": run.name, **unknown, REMARK: run.reason}
    configuration = run.run.configuration
    return {
        "run": run.run.name,
        "model": configuration.model,
        "group": str(run.run.group),
        "seed": configuration.seed,
        "key irreps": " ".join(map(str, run.key_irreps)),
        **{column: run.values.get(key, float("nan")) for column, key in COLUMNS.items()},
        REMARK: " ".join(run.remarks),
    }
