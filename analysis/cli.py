"""The command line `symrep-analysis`: one function a command."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Column
from rich.text import Text

from analysis import text
from analysis.errors import IncompleteTrajectory
from analysis.measures.ablation import ablations as ablation_table
from analysis.measures.baseline import REPEATS, random_baseline
from analysis.measures.measured import Measured
from analysis.measures.performance import (
    Subgroups,
    performance_by_coset,
    performance_by_element,
    performance_by_part,
)
from analysis.measures.registry import MEASURES
from analysis.measures.sampling import PAIRS
from analysis.measures.table import analyse, sampled_metrics
from analysis.parallel import RETRIES, can_start_processes
from analysis.runs.folders import (
    BUNDLED_RUNS,
    TRAINING_LOG,
    Run,
    load_run,
    read_configuration,
    save_run,
)
from analysis.studies.comparisons import REMARK, averages
from analysis.studies.comparisons import compare as compare_runs
from analysis.studies.learning import Phase, order_learned, phases
from analysis.studies.published import beside_published, read_published, reference_metrics
from analysis.studies.recognition import on_recognised_group, recognise_run
from analysis.studies.trajectories import FILE
from analysis.studies.trajectories import trajectory as measure_checkpoints
from analysis.training.loop import train as train_network
from analysis.training.recording import Progress as TrainingProgress
from analysis.training.sweeps import FAILED, RESULTS, read_sweep
from analysis.training.sweeps import sweep as train_sweep
from analysis.training.tensorboard import tensorboard_writer
from symrep._support import commands
from symrep._support.errors import CheckFailed, NotAGroup
from symrep._support.lazy import LazyModule
from symrep.text import aligned, recognition_text

# Drawing libraries take longer to import than an analysis of S_5 takes to run.
reporting = LazyModule("analysis.report")

LARGEST_WHOLE_ORDER = 1000
"""Order of the largest group whose pairs are all measured unless a sample is asked for."""


Format = Literal["table", "json", "csv"]
TableFormat = Literal[Format, "markdown", "latex"]
By = Literal["split", "subgroup", "coset", "class", "element"]
Names = Literal["symrep", "reference"]

RunFolder = Annotated[
    str,
    typer.Argument(metavar="RUN", help=f"Folder of a run, or {' or '.join(BUNDLED_RUNS)}."),
]

Workers = Annotated[
    int | None,
    typer.Option(
        min=1,
        metavar="N",
        help="Processes. Default: as many as processors, or 1 without the package distributed.",
    ),
]

Address = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Of a Dask scheduler, to run on its cluster instead."),
]

Subgroup = Annotated[
    str | None,
    typer.Option(
        metavar="GENERATORS",
        help="Generators of a subgroup H, such as '(0 1 2), (0 1)' or '1 2 0 3, 1 0 2 3'.",
    ),
]

app = typer.Typer(
    help="What networks trained on group composition have to do with irreps.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.command()
def metrics(
    run: RunFolder,
    format_: Annotated[Format, typer.Option("--format", help="Output format.")] = "table",
    names: Annotated[
        Names, typer.Option(help="Names of the measures: our own, or those published.")
    ] = "symrep",
    pairs: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Measure N random pairs, with standard errors. "
            f"Default: all pairs of groups of up to {LARGEST_WHOLE_ORDER} elements, "
            f"{PAIRS} pairs of larger ones.",
        ),
    ] = None,
    random: Annotated[
        int, typer.Option(metavar="K", help="Also measure K networks with shuffled weights.")
    ] = 0,
) -> None:
    """Print every measure of a run, by irrep, beside its chance level.

    As JSON and CSV the table is tidy: measure, irrep, value, chance and its spread. With --names
    reference it is one object, or two columns, with the keys of the published
    summary_metrics.json.
    """
    loaded = load_run(_folder(run))
    if pairs is None and loaded.group.order > LARGEST_WHOLE_ORDER:
        typer.echo(f"{loaded.group}: measuring {PAIRS} pairs, see --pairs", err=True)
        pairs = PAIRS
    if pairs is not None:
        if random or names == "reference":
            raise ValueError("--random and --names reference need all pairs, not a sample")
        _echo(sampled_metrics(loaded, pairs), format_)
        return
    analysis = analyse(loaded)
    for remark in analysis.remarks:
        typer.echo(f"remark: {remark}", err=True)
    if random:
        baseline = random_baseline(analysis, random)
        _echo(analysis.table.merge(baseline, how="left"), format_)
    elif names == "reference":
        values = reference_metrics(analysis)
        if format_ == "json":
            typer.echo(json.dumps(values, indent=1))
        elif format_ == "csv":
            typer.echo("\n".join(["measure,value", *(f"{k},{v}" for k, v in values.items())]))
        else:
            width = max(map(len, values))
            typer.echo("\n".join(f"{k:<{width}}  {v:.6g}" for k, v in values.items()))
    elif format_ == "json":
        typer.echo(analysis.table.to_json(orient="records", double_precision=15, indent=1))
    elif format_ == "csv":
        typer.echo(analysis.table.to_csv(index=False).rstrip("\n"))
    else:
        typer.echo(text.analysis_text(analysis))


@app.command()
def behaviour(
    run: RunFolder,
    subgroup: Subgroup = None,
    by: Annotated[
        By | None,
        typer.Option(help="One kind of part. All but coset and element, or H's, if not given."),
    ] = None,
    format_: Annotated[TableFormat, typer.Option("--format", help="Output format.")] = "table",
) -> None:
    """Print losses (mean cross entropy in nats) and accuracies on parts of the pairs (x, y).

    --by split: all, training and other pairs. --by subgroup: H and the rest; H is A_n in S_n, the
    rotations in D_n and the like if no other is given. --by coset: x in a left coset of H, y in a
    right one.
    --by class: the conjugacy class of x, y or xy. --by element: one of x, y and xy held fixed.
    Chance has a loss of ln |G| in every part, and 1/|G| right.
    """
    if subgroup is not None and by not in (None, "subgroup", "coset"):
        raise ValueError(f"--subgroup goes with --by subgroup or --by coset, not --by {by}")
    loaded = _whole(run)
    group = loaded.group
    subgroups: Subgroups | None = None
    if subgroup is not None:
        subgroups = {"H": group.parse_elements(subgroup)}
    by = "subgroup" if by is None and subgroup is not None else by
    measured = Measured(loaded)
    if by == "element":
        table = performance_by_element(measured).reset_index()
        table.insert(1, "name", [group.element_name(i) for i in range(group.order)])
    elif by == "coset":
        if subgroups is None:
            subgroups = group.distinguished_subgroup
        if not subgroups:
            raise ValueError(f"{group} has no subgroup of note: name one with --subgroup")
        ((name, generators),) = subgroups.items()
        table = performance_by_coset(measured, generators, name=name)
    else:
        table = performance_by_part(measured, subgroups)
        of_class = table.by.str.startswith("class of ")
        chosen_rows = {
            "split": table.by == "split",
            "subgroup": ~of_class & (table.by != "split"),
            "class": of_class,
        }
        table = table[chosen_rows[by]] if by is not None else table
    _echo(table, format_)


@app.command()
def report(
    run: RunFolder,
    output: Annotated[Path, typer.Option(metavar="DIR", help="Folder to write report.html to.")],
    trajectory: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="What the command trajectory wrote. Default: trajectory.csv of the run, if any.",
        ),
    ] = None,
    random: Annotated[
        int,
        typer.Option(metavar="K", help="Networks with shuffled weights to compare with, or 0."),
    ] = REPEATS,
    subgroup: Subgroup = None,
) -> None:
    """Write report.html, one file with the tables and figures of a run."""
    folder, loaded = _folder(run), _whole(run)
    if trajectory is not None and not trajectory.is_file():
        raise ValueError(f"{trajectory} is not a file")
    subgroups = None if subgroup is None else {"H": loaded.group.parse_elements(subgroup)}
    path = reporting.write_report(
        loaded, output, folder / TRAINING_LOG, trajectory or folder / FILE, random, subgroups
    )
    typer.echo(f"report: {path.resolve()}")


@app.command()
def recognise(
    run: RunFolder,
    output: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder to write the run to, on the group found."),
    ] = None,
) -> None:
    """Say which group a network has learned, and in which order of its elements.

    The configuration may name any group of the right order. Exit code 1 if the answers are too far
    from the table of a group. Irreps that an automorphism exchanges are named by choice.
    """
    loaded = _whole(run)
    try:
        found = recognise_run(loaded)
    except NotAGroup as error:
        raise CheckFailed(f"{run}: the answers make no group: {error}") from None
    typer.echo(recognition_text(found))
    if output is not None:
        save_run(on_recognised_group(loaded, found), output)
        typer.echo(f"run on this group: {output.resolve()}")


@app.command()
def train(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="JSON file; see the README.")],
    output: Annotated[Path, typer.Option(metavar="RUN", help="New folder for the run.")],
    device: Annotated[str, typer.Option(help="Where to compute, such as cpu or cuda.")] = "cpu",
    *,
    tensorboard: Annotated[
        bool, typer.Option("--tensorboard", help="Write for TensorBoard too, to RUN/tensorboard.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress.")] = False,
) -> None:
    """Train a network as a configuration says and write it as a run folder.

    Stopped at any moment and started again, it goes on, and ends with the same weights. The
    README says what the fields of a configuration are.
    """
    configuration = read_configuration(config, strict=True)
    with ExitStack() as stack:
        bar = stack.enter_context(_training_bar(quiet=quiet))
        task = bar.add_task("", total=configuration.num_epochs, start=False)
        write = stack.enter_context(tensorboard_writer(output)) if tensorboard else None
        began: list[int] = []

        def show(progress: TrainingProgress) -> None:
            if not began:
                began.append(progress.epoch)
                bar.update(task, completed=progress.epoch)
                bar.start_task(task)
            bar.update(task, completed=progress.epoch, description=_progress_text(progress))
            if write is not None:
                write(progress)

        train_network(configuration, output, show, device=device)
    typer.echo(f"run: {output.resolve()}")


@app.command()
def sweep(
    runs: Annotated[Path, typer.Argument(metavar="SWEEP", help="JSON file; see the README.")],
    output: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the runs.")],
    workers: Workers = None,
    address: Address = None,
    together: Annotated[
        int, typer.Option(min=1, metavar="N", help="Networks that a process trains at once.")
    ] = 1,
    retries: Annotated[
        int, typer.Option(min=0, metavar="N", help="Times that a run is taken up again.")
    ] = RETRIES,
    device: Annotated[str, typer.Option(help="Where to compute, such as cpu or cuda.")] = "cpu",
    *,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress.")] = False,
) -> None:
    """Train a grid or a list of configurations, here or on a Dask cluster; see results.csv.

    Stopped and started again, it goes on. If a run failed at every attempt the others are
    trained all the same, and the exit code is 1.
    """
    planned = read_sweep(runs)
    _say_if_alone(workers, address)
    with _progress_bar(quiet=quiet) as bar:
        task = bar.add_task("", total=len(planned))

        def show(done: int, total: int, row: Mapping[str, Any]) -> None:
            last = f"  {row['run']}: {row['status']}" if row else ""
            bar.update(task, completed=done, description=f"{done} of {total} runs{last}")

        table = train_sweep(
            planned,
            output,
            address=address,
            workers=workers,
            together=together,
            retries=retries,
            device=device,
            report=show,
        )
    typer.echo(
        text.table_text(table.drop(columns=["sum_of_squared_weights"]).astype(object).fillna(""))
    )
    typer.echo(f"results: {(output / RESULTS).resolve()}")
    failed = table[table.status == FAILED]
    if len(failed):
        raise CheckFailed(
            f"{len(failed)} of {len(table)} runs failed, {failed.run.iloc[0]} for one: "
            f"{failed.error.iloc[0]}"
        )


@app.command()
def trajectory(
    run: RunFolder,
    output: Annotated[Path, typer.Option(metavar="DIR", help="Folder to write trajectory.csv to.")],
    workers: Workers = None,
    address: Address = None,
    *,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress.")] = False,
) -> None:
    """Measure every checkpoint of a run; print the order in which irreps were learned, and phases.

    Stopped and started again, it goes on. A checkpoint that cannot be read is left out, and the
    exit code is 2.
    """
    _say_if_alone(workers, address)
    incomplete: IncompleteTrajectory | None = None
    with _progress_bar(quiet=quiet) as bar:
        task = bar.add_task("", total=None)

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, description=f"{done} of {total}")

        try:
            table = measure_checkpoints(
                _folder(run), output, workers=workers, address=address, report=show
            )
        except IncompleteTrajectory as error:
            table, incomplete = error.table, error
    typer.echo(_order_text(order_learned(table)))
    try:
        typer.echo(_phases_text(phases(table)))
    except ValueError as error:
        typer.echo(f"phases: unknown, as {error}")
    typer.echo(f"trajectory: {(output / FILE).resolve()}")
    if incomplete:
        raise incomplete


@app.command()
def compare(
    runs: Annotated[list[str], typer.Argument(metavar="RUN...", help="Folders of runs.")],
    format_: Annotated[TableFormat, typer.Option("--format", help="Output format.")] = "table",
    *,
    average: Annotated[
        bool, typer.Option("--average", help="One row a model and group: mean ± spread.")
    ] = False,
    workers: Annotated[int, typer.Option(min=1, metavar="N", help="Processes.")] = 1,
    address: Address = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress.")] = False,
) -> None:
    """Print one row a run: key irreps, losses and fractions of variance explained.

    A run that cannot be read has a row with the reason, the others are compared, and the exit
    code is 2. LaTeX tables need the package booktabs.
    """
    with _progress_bar(quiet=quiet) as bar:
        task = bar.add_task("", total=len(runs))

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, description=f"{done} of {total} runs")

        table = compare_runs(
            runs,
            load=_whole,
            address=address,
            workers=None if address and workers == 1 else workers,
            report=show,
        )
    unreadable = table[table.group == ""]
    if average:
        table = averages(table)
    elif not table[REMARK].any():
        table = table.drop(columns=REMARK)
    _echo(table, format_)
    if len(unreadable):
        for reason in unreadable[REMARK] if average else ():
            typer.echo(f"left out: {reason}", err=True)
        raise ValueError(f"{len(unreadable)} of {len(runs)} runs could not be read")


@app.command()
def ablations(
    run: RunFolder,
    format_: Annotated[TableFormat, typer.Option("--format", help="Output format.")] = "table",
) -> None:
    """Print the loss with and without what the hidden layer has of rho(x), rho(y) and rho(xy).

    For each key irrep and for all of them, on all, training and other pairs. Directions that
    are not used can be excluded without a loss.
    """
    analysis = analyse(_whole(run), ablate=False)
    _echo(ablation_table(analysis), format_)


@app.command()
def published(
    run: Annotated[str, typer.Argument(metavar="RUN", help="Folder of a published run.")],
    format_: Annotated[TableFormat, typer.Option("--format", help="Output format.")] = "table",
) -> None:
    """Print the figures of a run's summary_metrics.json beside the exact ones.

    The exit code is 1 if one differs by more than a relative 1e-4 and an absolute 1e-7, and is
    not a known slip of the published figures.
    """
    figures = read_published(_folder(run))
    table = beside_published(analyse(load_run(_folder(run))), figures)
    _echo(table, format_)
    wrong = table[~table.agrees & (table.remark == "")]
    if len(wrong):
        raise CheckFailed(f"{len(wrong)} of {len(table)} figures do not agree")


@app.command()
def measures() -> None:
    """Print the name and the definition of every measure."""
    width = max(map(len, MEASURES))
    for name, measure in MEASURES.items():
        typer.echo(f"{name:<{width}}  {measure.definition}")


def main() -> None:
    """Entry point of the console script."""
    commands.run(app)


def _echo(table: pd.DataFrame, format_: TableFormat) -> None:
    if format_ == "json":
        typer.echo(table.to_json(orient="records", double_precision=15, indent=1))
    elif format_ == "csv":
        typer.echo(table.to_csv(index=False).rstrip("\n"))
    elif format_ == "markdown":
        typer.echo(text.table_markdown(table))
    elif format_ == "latex":
        typer.echo(text.table_latex(table))
    else:
        typer.echo(text.table_text(table))


def _order_text(learned: pd.DataFrame) -> str:
    if learned.empty:
        return "irreps learned: none has ever had a similarity above 0.05"
    rows = [["irrep", "epoch", "similarity at the end"]]
    for irrep, epoch, final in learned.itertuples(index=False):
        rows.append([irrep, str(epoch), text.number(final)])
    return "\n".join(["irreps in the order learned (similarity above 0.05):", *aligned(rows), ""])


def _phases_text(found: Sequence[Phase]) -> str:
    rows = [["phase", "from epoch", "to epoch"]]
    for phase in found:
        rows.append(
            [phase.name, *("" if end is None else str(end) for end in (phase.start, phase.end))]
        )
    return "\n".join([*aligned(rows), ""])


def _say_if_alone(workers: int | None, address: str | None) -> None:
    if workers is None and address is None and not can_start_processes():
        typer.echo(
            "one process works alone, as there is no distributed: pip install distributed", err=True
        )


def _progress_bar(*, quiet: bool) -> Progress:
    return Progress(
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.description}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=quiet,
    )


def _training_bar(*, quiet: bool) -> Progress:
    return Progress(
        TextColumn("{task.percentage:>3.0f}%", table_column=Column(no_wrap=True)),
        TextColumn("{task.description}", table_column=Column(no_wrap=True, ratio=1)),
        _Speed(table_column=Column(no_wrap=True)),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=quiet,
        speed_estimate_period=60,
        expand=True,
    )


class _Speed(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text("" if task.speed is None else f"{task.speed:.0f}/s")


def _progress_text(progress: TrainingProgress) -> str:
    return (
        f"epoch {progress.epoch}  loss {progress.train_loss:.1e}, test {progress.test_loss:.1e}, "
        f"accuracy {progress.test_accuracy:.3f}"
    )


def _whole(name: str) -> Run:
    """A run on a group whose pairs can all be measured.

    Raises:
        ValueError: there are too many; the message says what to use instead.
    """
    run = load_run(_folder(name))
    if run.group.order > LARGEST_WHOLE_ORDER:
        raise ValueError(
            f"{name}: {run.group} has {run.group.order}^2 pairs, too many to measure all; "
            "symrep-analysis metrics measures a sample of them"
        )
    return run


def _folder(name: str) -> Path:
    return Path(name) if Path(name).exists() else BUNDLED_RUNS.get(name, Path(name))
