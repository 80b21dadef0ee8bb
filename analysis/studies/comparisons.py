"""Comparisons of runs, one row a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from math import nan
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.measures.registry import MEASURES
from analysis.measures.table import Analysis, analyse
from analysis.parallel import Failure, mapped
from analysis.runs.folders import Run, load_run

PUBLISHED_COLUMNS = (
    *("test loss", "excluded loss", "restricted loss", "logit FVE"),
    *("W_x FVE", "W_y FVE", "W_U FVE", "hidden FVE", "hidden xy FVE"),
)
"""Columns of the published tables, in their order; others follow them."""

REMARK = "remark"
"""The column with the reason why a run could not be read."""


@dataclass(frozen=True)
class Unreadable:
    """A run that could not be read or measured, and why."""

    name: str
    reason: str


def comparison(runs: Iterable[Analysis | Unreadable]) -> pd.DataFrame:
    """Return one row a run: its name, model, group, seed, key irreps, and `compared_measures()`.

    FVE is the fraction of variance explained by the key irreps together. A run without test pairs
    has no test loss. A run that could not be read has its name and, as `remark`, the reason.
    """
    return _table(map(_row, runs))


def compare(
    folders: Sequence[str],
    *,
    load: Callable[[str], Run] = load_run,
    address: str | None = None,
    workers: int | None = 1,
    report: Callable[[int, int], None] = lambda done, total: None,
) -> pd.DataFrame:
    """Return the `comparison` of runs in folders, analysed in this process or in others.

    Args:
        folders: of the runs; one that cannot be read or measured has a row that says why.
        load: reads a run; for more than one process a function that they can import.
        address: of a Dask scheduler, like "tcp://host:8786", whose processes see the same folders
            under the same paths.
        workers: number of processes, `analysis.parallel.default_workers()` if None; 1 analyses
            in this one.
        report: called with the number of finished runs and that of all.

    Raises:
        ValueError: the number of workers is below 1, or given with an address; or there are
            several without the package `distributed`.
        ConnectionError: nothing answers at the address.
    """
    if workers is not None and workers < 1:
        raise ValueError(f"workers must be at least 1, got {workers}")
    rows: dict[int, Mapping[str, object]] = {}
    if address is not None:
        folders = [str(Path(name).absolute()) if Path(name).exists() else name for name in folders]
    calls = mapped(
        partial(_row_of, load), list(enumerate(folders)), address=address, workers=workers
    )
    with closing(calls):
        for (k, name), row in calls:
            rows[k] = _row(Unreadable(name, row.reason)) if isinstance(row, Failure) else row
            report(len(rows), len(folders))
    return _table(rows[k] for k in range(len(folders)))


def _row_of(load: Callable[[str], Run], numbered: tuple[int, str]) -> dict[str, object]:
    _, name = numbered
    try:
        return _row(analyse(load(name)))
    except (ValueError, MemoryError, OSError) as error:
        return _row(Unreadable(name, str(error) or type(error).__name__))


def compared_measures() -> dict[str, tuple[str, str]]:
    """Return {column: measure and irrep} of comparisons, those of the published tables first."""
    found = {
        heading: (measure.name, row)
        for measure in MEASURES.values()
        for heading, row in measure.compared.items()
    }
    first = [heading for heading in PUBLISHED_COLUMNS if heading in found]
    return {heading: found[heading] for heading in dict.fromkeys([*first, *found])}


def _table(rows: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    numbers = list(compared_measures())
    columns = ["run", "model", "group", "seed", "key irreps", *numbers, REMARK]
    table = pd.DataFrame(list(rows), columns=columns)
    return table.astype({"seed": "Int64"} | dict.fromkeys(numbers, float))


def averages(table: pd.DataFrame) -> pd.DataFrame:
    """Return the means and standard deviations of a `comparison` by model and group.

    Returns:
        One row a model and group: `model`, `group`, `runs` (how many were read) and for each of
        `compared_measures()` the mean over them and, in the column with " sd" after the name, the
        standard deviation of one run, which is NaN for a single one.
    """
    read = table[table.group != ""].groupby(["model", "group"], sort=False)
    columns: dict[str, Any] = {"runs": read.size()}
    for column in compared_measures():
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
        **{column: run.values.get(at, nan) for column, at in compared_measures().items()},
        REMARK: " ".join(run.remarks),
    }
