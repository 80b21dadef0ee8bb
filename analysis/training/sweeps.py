"""Many training runs: a grid or a list of configurations, on this machine or on a cluster.

A sweep is a folder with one run folder a configuration and `results.csv`, to which a row is
appended as a run ends. An interrupted sweep can be resumed: finished runs are kept, others go on
from their newest states.
"""

from __future__ import annotations

import csv
import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.errors import TrainingError
from analysis.parallel import (
    RETRIES,
    Failure,
    connected,
    default_workers,
    outcomes,
    processors,
    require_processes,
    threads,
)
from analysis.runs.configuration import Configuration, read_json
from analysis.runs.folders import TRAINING_LOG, WEIGHTS, Run
from analysis.training.loop import ALIKE, train_together
from analysis.training.recording import PROGRESS_COLUMNS, Recording, read_progress
from symrep._support.files import replacing

RESULTS = "results.csv"
DONE, FAILED = "done", "failed"


@dataclass(frozen=True)
class Planned:
    """A run of a sweep.

    Attributes:
        name: name of its folder, like "seed=1,lr=0.01".
        settings: the settings that distinguish it, {field: value}.
        configuration: its complete configuration.
    """

    name: str
    settings: Mapping[str, Any]
    configuration: Configuration


def read_sweep(path: Path) -> tuple[Planned, ...]:
    """Return the runs that a JSON file describes.

    It is an object with "base", the common fields of the configurations, and either "grid", {field:
    values}, with a run for every combination, or "runs", a list of {field: value}. Widths are
    fields like "layers.embed_dim".

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is not such an object, or two runs have one name.
    """
    try:
        return plan(read_json(path))
    except ValueError as error:
        message = str(error)
        raise ValueError(message if str(path) in message else f"{path}: {message}") from None


def plan(sweep: Any) -> tuple[Planned, ...]:
    """Return the runs that an object as in `read_sweep` describes."""
    if not isinstance(sweep, Mapping) or not isinstance(sweep.get("base"), Mapping):
        raise ValueError('a sweep is a JSON object with "base" and "grid" or "runs"')
    unknown = sweep.keys() - {"base", "grid", "runs"}
    if unknown or ("grid" in sweep) == ("runs" in sweep):
        raise ValueError(f'a sweep has "base" and either "grid" or "runs", got {", ".join(sweep)}')
    runs = [
        _planned(sweep["base"], settings)
        for settings in (_combinations(sweep["grid"]) if "grid" in sweep else sweep["runs"])
    ]
    names = [run.name for run in runs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"two runs are called {twice}")
    if not runs:
        raise ValueError("the sweep has no runs")
    return tuple(runs)


def _combinations(grid: Any) -> list[dict[str, Any]]:
    if not isinstance(grid, Mapping) or not all(isinstance(v, list) for v in grid.values()):
        raise ValueError("grid must be a JSON object of lists")
    return [dict(zip(grid, values, strict=True)) for values in product(*grid.values())]


def _planned(base: Mapping[str, Any], settings: Any) -> Planned:
    if not isinstance(settings, Mapping):
        raise ValueError(f"a run must be a JSON object, got {settings!r}")
    values = dict(base)
    for name, value in settings.items():
        if name.startswith("layers."):
            values["layers"] = {**values.get("layers", {}), name.removeprefix("layers."): value}
        else:
            values[name] = value
    name = ",".join(f"{name}={value}" for name, value in settings.items()) or "run"
    try:
        configuration = Configuration.from_mapping(values, strict=True)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    return Planned(re.sub(r"[^\w.=,+-]+", "_", name)[:200], dict(settings), configuration)


def sweep(
    runs: Sequence[Planned],
    folder: Path,
    *,
    address: str | None = None,
    workers: int | None = None,
    together: int = 1,
    retries: int = RETRIES,
    device: str = "cpu",
    report: Callable[[int, int, Mapping[str, Any]], None] = lambda done, total, row: None,
) -> pd.DataFrame:
    """Train all runs that are not finished, and write `results.csv`.

    Args:
        runs: see `plan`.
        folder: of the sweep; made if it is missing.
        address: of a Dask scheduler whose processes see the folder under the same path; this
            machine if None.
        workers: number of processes on this machine, which share its processors;
            `analysis.parallel.default_workers()` if None; 1 trains in this one.
        together: networks of one shape that a process trains at once; see `train_together`.
        retries: number of times that a run is resumed after an error that is not its own, such as
            the death of its process or a full disk.
        device: where to compute.
        report: called with the number of finished runs, that of all runs, and the last row.

    Returns:
        A row a run: its name, its settings, `status`, the last row of its progress, the seconds of
        its training where they are known, and `error`.

    Raises:
        ValueError, ConnectionError: see `connected`.
        ValueError: `together` is below 1.
    """
    if together < 1:
        raise ValueError(f"together must be at least 1, got {together}")
    if address is None and workers is None:
        workers = default_workers()
    in_this_process = address is None and workers == 1
    if not in_this_process:
        require_processes(address, workers)
    folder.mkdir(parents=True, exist_ok=True)
    rows = _rows_of_finished(runs, folder)
    columns = _columns(runs)
    with replacing(folder / RESULTS) as temporary:
        pd.DataFrame(rows, columns=columns).to_csv(temporary, index=False, lineterminator="\n")
    finished = {row["run"] for row in rows}
    tasks = [
        _Task(tuple(batch), folder.resolve(), device, _threads(workers))
        for batch in _batches([run for run in runs if run.name not in finished], together)
    ]
    report(len(rows), len(runs), rows[-1] if rows else {})
    if tasks:
        with nullcontext() if in_this_process else connected(address, workers) as client:
            for task, results in outcomes(client, _trained, tasks, retries):
                if isinstance(results, Failure):
                    results = [_row(run, FAILED, error=results.reason) for run in task.runs]
                for row in results:
                    rows.append(row)
                    _append(folder / RESULTS, columns, row)
                    report(len(rows), len(runs), row)
    return pd.DataFrame(rows, columns=columns).astype({"epoch": "Int64"})


@dataclass(frozen=True)
class _Task:
    """Runs that one process trains together."""

    runs: tuple[Planned, ...]
    folder: Path
    device: str
    threads: int


def _trained(task: _Task) -> list[dict[str, Any]]:
    """Train the runs of a task and return their rows; raise errors that are not a run's own."""
    began = time.monotonic()
    folders = [task.folder / run.name for run in task.runs]
    try:
        with threads(task.threads):
            results: list[Run | TrainingError] = train_together(
                [run.configuration for run in task.runs], folders, device=task.device
            )
    except (ValueError, FileExistsError) as error:
        return [_row(run, FAILED, error=str(error)) for run in task.runs]
    seconds = round(time.monotonic() - began, 1)
    return [
        _row(run, FAILED, error=str(result))
        if isinstance(result, TrainingError)
        else _row(run, DONE, folder, seconds=seconds)
        for run, folder, result in zip(task.runs, folders, results, strict=True)
    ]


def _row(run: Planned, status: str, folder: Path | None = None, **more: Any) -> dict[str, Any]:
    rows = read_progress(folder / TRAINING_LOG) if folder is not None else []
    last = asdict(rows[-1]) if rows else {}
    return {"run": run.name, **run.settings, "status": status, **last, **more}


def _columns(runs: Sequence[Planned]) -> list[str]:
    settings = dict.fromkeys(name for run in runs for name in run.settings)
    return ["run", *settings, "status", *PROGRESS_COLUMNS, "seconds", "error"]


def _rows_of_finished(runs: Sequence[Planned], folder: Path) -> list[dict[str, Any]]:
    """Return the rows of the finished runs, with their seconds from an older table."""
    seconds: dict[str, Any] = {}
    if (folder / RESULTS).exists():
        old = pd.read_csv(folder / RESULTS, on_bad_lines="skip")
        if {"run", "seconds"} <= set(old):
            seconds = dict(zip(old.run, old.seconds, strict=True))
    rows = []
    for run in runs:
        path = folder / run.name
        if (path / WEIGHTS).is_file():
            with Recording(path, run.configuration).opened():
                rows.append(_row(run, DONE, path, seconds=seconds.get(run.name)))
    return rows


def _append(path: Path, columns: Sequence[str], row: Mapping[str, Any]) -> None:
    with path.open("a", encoding="utf-8", newline="") as table:
        csv.DictWriter(table, columns, lineterminator="\n").writerow(row)


def _batches(runs: Sequence[Planned], size: int) -> list[list[Planned]]:
    """Return batches of at most `size` runs of one shape."""
    alike: dict[str, list[Planned]] = {}
    for run in runs:
        configuration = run.configuration
        shape = [getattr(configuration, name) for name in (*ALIKE, "training_count")]
        alike.setdefault(repr(shape), []).append(run)
    return [group[k : k + size] for group in alike.values() for k in range(0, len(group), size)]


def _threads(workers: int | None) -> int:
    return 1 if workers is None else max(1, processors() // (workers or 1))
