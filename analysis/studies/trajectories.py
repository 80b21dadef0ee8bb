"""Any measure at every checkpoint of a run, in processes that can be interrupted and resumed.

Checkpoints are measured by processes of one thread each, so that the values do not depend on the
number of processes. Every result is a file of its own, written atomically.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Container
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pandas as pd

from analysis.errors import IncompleteTrajectory, RunError
from analysis.measures.logits import key_irreps
from analysis.measures.measured import Measured
from analysis.measures.table import metrics
from analysis.parallel import Failure, default_workers, mapped, require_processes, threads
from analysis.runs.folders import CHECKPOINTS, Run, RunFolder, checkpoints, open_run, run_with
from analysis.studies.learning import MISSING, read_table
from symrep import __version__
from symrep._support.caches import kept
from symrep._support.files import replacing
from symrep.characters.table import Label

FILE, RESULTS = "trajectory.csv", "trajectory"
PUBLISHED_FILE = "metrics.csv"

_RESULT = re.compile(r"\d+-[0-9a-f]{64}\.csv")
_HALF_RESULT = re.compile(rf"\.{_RESULT.pattern}\..*\.part")

Measure = Callable[[Run], pd.DataFrame]


def trajectory(
    folder: str | Path,
    output: str | Path,
    *,
    workers: int | None = None,
    address: str | None = None,
    measure: Measure | None = None,
    report: Callable[[int, int], None] = lambda done, total: None,
) -> pd.DataFrame:
    """Measure every checkpoint of a run and write the table to `output/trajectory.csv`.

    Each checkpoint has a file in `output/trajectory`, named by its epoch and a digest of its
    weights, of the configuration, of the measure and of the version of this package. A file
    that exists is not measured again: interrupted at any moment and repeated, the same call gives
    the same `trajectory.csv`, byte for byte. One call at a time writes to an output.

    Args:
        folder: of the run; its final weights may be missing.
        output: folder for the files; made if it is missing.
        workers: number of processes, `analysis.parallel.default_workers()` if not given; 1
            measures in this one. A script that starts more must do so under
            `if __name__ == "__main__":`.
        address: of a Dask scheduler, like "tcp://host:8786", whose processes measure instead;
            they see the same folders under the same paths.
        measure: gives the table of a run: `metrics` if not given, where "key" are the key irreps
            of the final network (see `final_key_irreps`) at every checkpoint. For more than one
            process it must be a function of a module that they can import, or a `partial` of one.
            The digest contains its name, not its code: after a change of the code, use a new
            output.
        report: called with the number of finished checkpoints and that of all.

    Returns:
        `epoch` and the columns of the measure, earliest epoch first.

    Raises:
        IncompleteTrajectory: some checkpoints cannot be read or measured; the others are written.
        RunError: the folder is not a run or has no checkpoints, or none can be measured.
        ValueError: the number of workers is below 1, or given with an address, or the measure
            cannot be pickled; or there are several workers without the package `distributed`.
        ConnectionError: nothing answers at the address.
    """
    if address is not None:
        folder, output = Path(folder).absolute(), Path(output).absolute()
    opened, output = open_run(folder), Path(output)
    if address is None and workers is None:
        workers = default_workers()
    if address is not None or workers != 1:
        require_processes(address, workers)
    saved = checkpoints(opened)
    if not saved:
        raise RunError(_without_checkpoints(opened))
    results = output / RESULTS
    results.mkdir(parents=True, exist_ok=True)
    with threads(1):
        if measure is None:
            measure = partial(metrics, keys=final_key_irreps(opened))
        tasks = _tasks(opened, saved, measure, results)
        try:
            failures = _measure_all(opened.path, measure, tasks, address, workers, report)
        finally:
            _remove(results, _HALF_RESULT)
    measured = [task.result for task in tasks if task.epoch not in failures]
    if not measured:
        raise RunError(f"no checkpoint of {folder} could be measured: {_listed(failures)}")
    _join(measured, output / FILE)
    _remove(results, _RESULT, keep={path.name for path in measured})
    table = read_table(output / FILE)
    if failures:
        raise IncompleteTrajectory(
            f"{len(failures)} of {len(tasks)} checkpoints could not be measured, "
            f"the others are in {output / FILE}: {_listed(failures)}",
            table,
        )
    return table


def final_key_irreps(folder: RunFolder) -> tuple[Label, ...]:
    """Return the key irreps of the final network, in the order of the group.

    Without final weights that can be measured, they are those of the last checkpoint that can.

    Raises:
        RunError: nothing in the folder can be measured.
    """
    failures: dict[int, str] = {}
    final = [folder.weights_path] if folder.weights_path.is_file() else []
    for path in [*final, *reversed(checkpoints(folder).values())]:
        try:
            keys = key_irreps(Measured(run_with(folder, path)))
        except (ValueError, OSError) as error:
            failures[len(failures)] = _reason(path, error)
            continue
        return tuple(label for label in folder.group.irreps if label in keys)
    raise RunError(f"no checkpoint of {folder.path} could be measured: {_listed(failures)}")


@dataclass(frozen=True)
class _Task:
    epoch: int
    weights: Path
    result: Path


def _tasks(
    folder: RunFolder, saved: dict[int, Path], measure: Measure, results: Path
) -> list[_Task]:
    try:
        meant = pickle.dumps(measure, protocol=5)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise ValueError(
            f"the measure must be a function of a module, or a partial of one: {error}"
        ) from None
    common = sha256(__version__.encode() + b"\0" + meant + folder.configuration_path.read_bytes())
    tasks = []
    for epoch, path in saved.items():
        digest = common.copy()
        with suppress(OSError):  # What cannot be read fails when it is measured.
            digest.update(path.read_bytes())
        tasks.append(_Task(epoch, path, results / f"{epoch:08d}-{digest.hexdigest()}.csv"))
    return tasks


def _measure_all(
    folder: Path,
    measure: Measure,
    tasks: list[_Task],
    address: str | None,
    workers: int | None,
    report: Callable[[int, int], None],
) -> dict[int, str]:
    """Write the missing results; return {epoch: reason} of those that failed."""
    left = [task for task in tasks if not task.result.exists()]
    finished, failures = len(tasks) - len(left), {}
    report(finished, len(tasks))
    calls = mapped(
        partial(_measured, folder, uuid4().hex, measure), left, address=address, workers=workers
    )
    with closing(calls):
        for done, (task, failure) in enumerate(calls, finished + 1):
            if isinstance(failure, Failure):
                failure = f"{task.weights}: {failure.reason}"
            if failure is not None:
                failures[task.epoch] = failure
            report(done, len(tasks))
    return failures


@kept(1)
def _opened(folder: Path, call: str) -> RunFolder:
    """Return the run of a call of `trajectory`, opened once in every process."""
    return open_run(folder)


def _measured(folder: Path, call: str, measure: Measure, task: _Task) -> str | None:
    """Write the result of a task; return the reason if there is none."""
    with threads(1):
        try:
            table = measure(run_with(_opened(folder, call), task.weights))
        except (ValueError, OSError) as error:
            return _reason(task.weights, error)
    table = table.assign(epoch=task.epoch)[["epoch", *table.columns.drop("epoch", "ignore")]]
    with replacing(task.result) as temporary:
        table.to_csv(temporary, index=False, na_rep=MISSING, lineterminator="\n")
    return None


def _join(results: list[Path], path: Path) -> None:
    """Write tables with the same columns below each other."""
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as joined:
        head = ""
        for result in results:
            with result.open(encoding="utf-8", newline="") as rows:
                own = next(rows)
                if not head:
                    head = own
                    joined.write(head)
                elif own != head:
                    raise ValueError(f"{result} has other columns than {results[0].name}")
                joined.writelines(rows)


def _remove(folder: Path, pattern: re.Pattern[str], keep: Container[str] = ()) -> None:
    """Remove files of this module whose names match, and no others."""
    for path in folder.iterdir():
        if pattern.fullmatch(path.name) and path.name not in keep:
            path.unlink()


def _reason(path: Path, error: Exception) -> str:
    if isinstance(error, RunError):
        return str(error)
    return f"{path}: {error.strerror or error if isinstance(error, OSError) else error}"


def _listed(failures: dict[int, str], most: int = 5) -> str:
    reasons = [reason for _, reason in sorted(failures.items())]
    more = f"; and {len(reasons) - most} more" if len(reasons) > most else ""
    return "; ".join(reasons[:most]) + more


def _without_checkpoints(folder: RunFolder) -> str:
    message = f"{folder.path} has no {CHECKPOINTS} to measure"
    table = folder.path / PUBLISHED_FILE
    if table.exists():
        message += f"; its {table.name} can be read with analysis.read_published_metrics"
    return message
