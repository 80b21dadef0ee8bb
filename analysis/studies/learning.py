"""Trajectories as tidy tables: the order in which irreps are learned, the phases of training."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.measures.ablation import Layer
from analysis.measures.measured import KEY, WHOLE

TRAJECTORY_COLUMNS = ["epoch", "measure", "irrep", "value", "baseline", "baseline_sd"]

OLD_COLUMNS = {"chance": "baseline", "spread": "baseline_sd"}
"""{name in files that version 0.1 wrote: name now}."""

LEARNED = 0.05
"""Similarity above which an irrep counts as learned at a checkpoint."""

MISSING = "nan"
"""Stands for NaN in files, where an empty entry of the column `irrep` is the whole network."""


def read_trajectory(path: str | Path) -> pd.DataFrame:
    """Return a trajectory of tidy tables that `trajectory` wrote.

    Returns:
        `epoch`, `measure`, `irrep`, `value`, `baseline`, `baseline_sd`.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is not such a table, or has one number twice.
    """
    table = read_table(Path(path)).rename(columns=OLD_COLUMNS)
    missing = [name for name in TRAJECTORY_COLUMNS if name not in table]
    if missing:
        raise ValueError(f"{path} is not a trajectory: it has no column {missing[0]}")
    for name in ("value", "baseline", "baseline_sd"):
        table[name] = as_numbers(table, name, path)
    table["epoch"] = as_epochs(table, path)
    twice = table[table.duplicated(["epoch", "measure", "irrep"])]
    if len(twice):
        row = twice.iloc[0]
        raise ValueError(
            f"{path} has {row.measure} of {row.irrep or 'the network'} at epoch {row.epoch} twice"
        )
    return table[TRAJECTORY_COLUMNS].astype({"measure": str, "irrep": str})


def as_numbers(table: pd.DataFrame, name: str, path: str | Path) -> pd.Series[float]:
    """Return a column as numbers; ValueError names the file and the first entry that is none."""
    numbers = pd.to_numeric(table[name], errors="coerce").astype(float)
    wrong = table[name][numbers.isna() & table[name].notna() & (table[name] != "")]
    if len(wrong):
        raise ValueError(f"{path}: {name} must be a number, got {wrong.iloc[0]!r}")
    return numbers


def as_epochs(table: pd.DataFrame, path: str | Path) -> pd.Series[int]:
    """Return the column `epoch`; ValueError names the file and the first entry that is no epoch."""
    epochs = as_numbers(table, "epoch", path)
    wrong = epochs[~((epochs >= 0) & (epochs % 1 == 0))]
    if len(wrong):
        raise ValueError(f"{path}: epoch must be an integer of at least 0, got {wrong.iloc[0]}")
    return epochs.astype(int)


def read_table(path: Path) -> pd.DataFrame:
    """Return the table in a CSV file; raise ValueError if it is not one.

    Empty entries stay empty text; `MISSING` is NaN.
    """
    try:
        return pd.read_csv(
            path,
            keep_default_na=False,
            na_values=[MISSING],
            low_memory=False,
        )
    except ValueError as error:
        reason = " ".join(str(error).split())
        raise ValueError(f"{path} is not a CSV table: {reason}") from None


def curves(trajectory: pd.DataFrame, measure: str, column: str = "value") -> pd.DataFrame:
    """Return one measure over training: a row an epoch, a column an entry of `irrep`.

    Args:
        trajectory: tidy; see `read_trajectory`.
        measure: its name.
        column: "value", "baseline" or "baseline_sd".

    Raises:
        ValueError: the trajectory does not have the measure.
    """
    rows = trajectory[trajectory.measure == measure]
    if rows.empty:
        raise ValueError(f"the trajectory has no {measure}")
    wide = rows.pivot(index="epoch", columns="irrep", values=column)
    return wide[rows.irrep.unique()]


def order_learned(trajectory: pd.DataFrame, threshold: float = LEARNED) -> pd.DataFrame:
    """Return the irreps in the order in which the network learned them.

    Returns:
        `irrep`; `epoch`, the first at which its character similarity is above the threshold;
        `final_similarity`, that at the last epoch: an irrep may be unlearned. Irreps that
        were never above it are left out; those of one epoch are in the order of the trajectory.
        The published order (arXiv 2302.03025) has only the key irreps of the final network, at
        most one more an epoch, and at its end those that were never above the threshold.

    Raises:
        ValueError: the trajectory does not have the similarities.
    """
    similarities = curves(trajectory, "character_similarity")
    above = similarities > threshold
    table = pd.DataFrame(
        {
            "irrep": similarities.columns,
            "epoch": above.idxmax().to_numpy(),
            "final_similarity": similarities.iloc[-1].to_numpy(),
        }
    )[above.any().to_numpy()]
    return table.sort_values("epoch", kind="stable", ignore_index=True)


@dataclass(frozen=True)
class Phase:
    """A phase of training.

    Attributes:
        name: "memorisation", "circuit formation", "cleanup" or "generalised".
        start: the epoch of the checkpoint at which it begins; None if it was not reached.
        end: that at which the next one begins; None if that was not reached.
    """

    name: str
    start: int | None
    end: int | None


def phases(
    trajectory: pd.DataFrame,
    layer: Layer = "hidden",
    fraction: float = 0.1,
    accuracy: float = 0.99,
) -> tuple[Phase, ...]:
    """Return the phases: memorisation, circuit formation, cleanup, and the time after them.

    Each ends at the first checkpoint from which on, at it and at all later ones,
    - memorisation: the accuracy on the training pairs is at least `accuracy`;
    - circuit formation: the loss restricted to the key irreps together is below `fraction` of
      the loss of guessing, ln |G|;
    - cleanup: the accuracy on the test pairs is at least `accuracy`;
    and not before the one before it. One whose end is met earlier is empty: it starts where it
    ends. The key irreps should be those of the final network throughout, as `trajectory` has them.

    Args:
        trajectory: tidy; see `read_trajectory`.
        layer: layer of the restricted loss.
        fraction: fraction of the loss of guessing.
        accuracy: fraction of the pairs.

    Raises:
        ValueError: the trajectory lacks an accuracy, the restricted loss, or its baseline.
    """
    restricted = f"{layer}_restricted_loss"
    loss, guessing = (curves(trajectory, restricted, name) for name in ("value", "baseline"))
    if KEY not in loss or guessing[KEY].isna().any():
        raise ValueError(f"the trajectory has no {restricted} of the key irreps with its baseline")
    train, test = (curves(trajectory, f"{name}_accuracy")[WHOLE] for name in ("train", "test"))
    ends: list[int | None] = []
    reached: int | None = int(loss.index[0])
    for holds in (train >= accuracy, loss[KEY] < fraction * guessing[KEY], test >= accuracy):
        end = _holds_from(holds)
        reached = None if reached is None or end is None else max(reached, end)
        ends.append(reached)
    names = ("memorisation", "circuit formation", "cleanup", "generalised")
    starts = [int(loss.index[0]), *ends]
    return tuple(map(Phase, names, starts, [*ends, None]))


def _holds_from(holds: pd.Series[bool]) -> int | None:
    """Return the first epoch from which on all entries are true."""
    from_here = np.logical_and.accumulate(holds.to_numpy()[::-1])[::-1]
    return int(holds.index[int(from_here.argmax())]) if from_here.any() else None
