"""The command line `symrep-analysis`: one function a command."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from functools import wraps
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
from analysis.measures.baseline import random_baseline
from analysis.measures.measured import KEY, Measured
from analysis.measures.performance import (
    Subgroups,
    performance_by_coset,
    performance_by_element,
    performance_by_part,
)
from analysis.measures.registry import MEASURES
from analysis.measures.sampling import PAIRS
from analysis.measures.table import Analysis, analyse, sampled_metrics
from analysis.parallel import RETRIES
from analysis.runs.folders import (
    BUNDLED_RUNS,
    TRAINING_LOG,
    Run,
    load_run,
    open_run,
    read_configuration,
    save_run,
)
from analysis.studies.comparisons import REMARK, averages
from analysis.studies.comparisons import compare as compare_runs
from analysis.studies.learning import Phase, order_learned, phases
from analysis.studies.published import SUMMARY, beside_published, read_published, reference_metrics
from analysis.studies.recognition import on_recognised_group, recognise_run
from analysis.studies.trajectories import FILE
from analysis.studies.trajectories import trajectory as measure_checkpoints
from analysis.training.loop import train as train_network
from analysis.training.recording import Progress as TrainingProgress
from analysis.training.sweeps import FAILED, RESULTS, read_sweep
from analysis.training.sweeps import sweep as train_sweep
from analysis.training.tensorboard import tensorboard_writer
from symrep import named_group
from symrep._support import commands
from symrep._support.commands import Format, FormatOption, IrrepOption, examples
from symrep._support.errors import CheckFailed, NotAGroup
from symrep._support.lazy import LazyModule
from symrep._support.markup import number
from symrep.formats import order_line, recognition_in
from symrep.groups.base import AnyGroup
from symrep.text import aligned

# Drawing libraries take longer to import than an analysis of S_5 takes to run.
reporting = LazyModule("analysis.report")

LARGEST_WHOLE_ORDER = 1000
"""Order of the largest group whose pairs are all measured unless a sample is asked for."""

RUN_FOLDER = "the folder of a run"
RUN_CONFIGURATION = "a JSON file with the configuration of a run"
SWEEP_FILE = "a JSON file with the configurations of a sweep"

By = Literal["split", "subgroup", "coset", "class", "element"]
Names = Literal["symrep", "reference"]


def _complete_run(incomplete: str) -> list[str]:
    # Where nothing is typed yet, the shell completes folders.
    return [name for name in BUNDLED_RUNS if incomplete and name.startswith(incomplete)]


RunFolder = Annotated[
    str,
    typer.Argument(
        metavar="RUN",
        autocompletion=_complete_run,
        help=f"Run folder, {' or '.join(BUNDLED_RUNS)}.",
    ),
]

Workers = Annotated[
    int,
    typer.Option(
        min=1,
        metavar="N",
        help="Number of processes on this machine. Several need the package distributed.",
    ),
]

Address = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS", help="Dask scheduler whose workers are used instead of this machine."
    ),
]

RandomNetworks = Annotated[
    int,
    typer.Option(
        min=0,
        metavar="K",
        help="Number of networks with shuffled weights to measure too: 0, or at least 2.",
    ),
]

Subgroup = Annotated[
    str | None,
    typer.Option(
        metavar="GENERATORS",
        help="Generators of a subgroup H, such as '(0 1 2), (0 1)' or '1 2 0 3, 1 0 2 3'.",
    ),
]

Device = Annotated[str, typer.Option(help="Device of torch, such as cpu or cuda.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Show no progress.")]

C7 = """\
echo '{"model": "BilinearNet", "group": "CyclicGroup",
"group_parameter": 7, "frac_train": 0.8,
"num_epochs": 500, "seed": 0}' > c7.json"""

app = commands.command_line(
    "Compare trained networks with irreps.",
    "symrep-analysis metrics bundled",
    "symrep-analysis report bundled --output report",
    "symrep-analysis measures",
)


@app.command(
    epilog=examples(
        "symrep-analysis metrics bundled",
        "symrep-analysis metrics bundled --irrep standard",
        "symrep-analysis metrics bundled --format csv",
    )
)
def metrics(
    run: RunFolder,
    irrep: IrrepOption = None,
    format_: FormatOption = "table",
    names: Annotated[
        Names, typer.Option(help="Names of the measures: of symrep, or of the published runs.")
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
    random: RandomNetworks = 0,
) -> None:
    """Measure a run, by irrep.

    A null baseline is the mean and the standard deviation for random weights, or the value of
    guessing. The table has the baselines of the key irreps together. Other formats, --irrep and
    --random give one row for each measure and irrep, with its baseline. With --names reference the
    measures have the keys of the published summary_metrics.json.
    """
    if names == "reference" and irrep:
        raise ValueError("--irrep goes with --names symrep, not with --names reference")
    loaded = load_run(_folder(run))
    chosen = {str(loaded.group.parse_label(label)) for label in irrep or ()}
    if pairs is None and loaded.group.order > LARGEST_WHOLE_ORDER:
        typer.echo(f"{loaded.group}: measuring {PAIRS} pairs, see --pairs", err=True)
        pairs = PAIRS
    if pairs is not None:
        if random or names == "reference":
            raise ValueError("--random and --names reference need all pairs, not a sample")
        _echo(_of_irreps(sampled_metrics(loaded, pairs), chosen), format_, text.run_line(loaded))
        return
    analysis = analyse(loaded)
    for remark in analysis.remarks:
        typer.echo(f"remark: {remark}", err=True)
    if names == "reference":
        _echo_reference(analysis, format_)
    elif random or chosen or format_ != "table":
        table = analysis.table
        if random:
            table = table.merge(random_baseline(analysis, random), how="left")
        _echo(_of_irreps(table, chosen), format_, text.run_line(loaded))
    else:
        typer.echo(text.analysis_text(analysis))


@app.command(
    epilog=examples(
        "symrep-analysis performance bundled",
        "symrep-analysis performance bundled --by split",
        'symrep-analysis performance bundled \\\n  --subgroup "(0 1 2), (0 1)"',
    )
)
def performance(
    run: RunFolder,
    subgroup: Subgroup = None,
    by: Annotated[
        By | None,
        typer.Option(
            help="One partition of the pairs. "
            "Default: split, subgroup and class, or subgroup with --subgroup."
        ),
    ] = None,
    format_: FormatOption = "table",
) -> None:
    """Print losses and accuracies by part.

    Losses are mean cross entropies in nats. The parts are sets of pairs (x, y).

    --by split: all, training and other pairs.

    --by subgroup: x and y in a subgroup H or outside of it. The default is A_n in S_n, the
    rotations in D_n, and so on.

    --by coset: x in a left coset of H, y in a right coset.

    --by class: the conjugacy class of x, y or xy.

    --by element: one of x, y and xy is fixed.

    The null baseline of every part is the loss ln |G| and the accuracy 1/|G|.
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
            raise ValueError(f"{group} has no default subgroup: name one with --subgroup")
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
    _echo(table, format_, text.run_line(loaded))


@app.command("behaviour", hidden=True)
@wraps(performance)
def _behaviour(**options: Any) -> None:
    typer.echo("the command behaviour is called performance now", err=True)
    performance(**options)


@app.command(
    epilog=examples(
        "symrep-analysis report bundled --output report",
        "symrep-analysis report bundled --output report \\\n  --random 5",
    )
)
def report(
    run: RunFolder,
    output: Annotated[str, typer.Option(metavar="DIR", help="Folder to write report.html to.")],
    trajectory: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Table of the command trajectory. Default: trajectory.csv of the run, if any.",
        ),
    ] = None,
    random: RandomNetworks = 0,
    subgroup: Subgroup = None,
) -> None:
    """Write the tables and figures of a run.

    The report is one file, report.html. Beside it are the figures, as PNG files in the folder
    figures, and the measures, in metrics.csv.
    """
    written = commands.output_folder(output, "a folder for the report")
    folder, loaded = _folder(run), _whole(run)
    measured = folder / FILE
    if trajectory is not None:
        measured = commands.input_file(trajectory, f"{FILE} of the command trajectory")
    subgroups = None if subgroup is None else {"H": loaded.group.parse_elements(subgroup)}
    path = reporting.write_report(
        loaded, written, folder / TRAINING_LOG, measured, random, subgroups
    )
    typer.echo(f"report: {path.resolve()}")


@app.command(
    epilog=examples(
        "symrep-analysis recognise bundled",
        "symrep-analysis recognise bundled --format json",
    )
)
def recognise(
    run: RunFolder,
    output: Annotated[
        str | None,
        typer.Option(metavar="DIR", help="Folder to write the run to, on the recognised group."),
    ] = None,
    format_: FormatOption = "table",
) -> None:
    """Identify the group of the predictions.

    The predictions of the network are read as a Cayley table. The configuration may name any group
    of the right order. The element order and the names of irreps are unique up to automorphisms.
    The exit code is 1 if the predictions are too far from the table of a group.
    """
    written = None
    if output is not None:
        written = commands.output_folder(output, "a new folder for the run")
    loaded = _whole(run)
    try:
        found = recognise_run(loaded)
    except NotAGroup as error:
        raise CheckFailed(f"{run}: the predictions make no group: {error}") from None
    typer.echo(recognition_in(format_, found))
    if written is not None:
        save_run(on_recognised_group(loaded, found), written)
        _note(f"run on this group: {written.resolve()}", format_)


@app.command(epilog=examples(C7, "symrep-analysis train c7.json --output c7"))
def train(
    config: Annotated[
        str,
        typer.Argument(metavar="CONFIG", help="JSON file with a configuration."),
    ],
    output: Annotated[
        str,
        typer.Option(
            metavar="RUN", help="Folder for the run: new, or that of the run to continue."
        ),
    ],
    device: Device = "cpu",
    *,
    tensorboard: Annotated[
        bool, typer.Option("--tensorboard", help="Also write RUN/tensorboard for TensorBoard.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Train a network and write a run.

    docs/training.md lists the fields of a configuration. A run that was stopped
    continues from its last state when the command is given again. It ends with the same weights.
    """
    path = commands.input_file(config, RUN_CONFIGURATION)
    folder = commands.output_folder(output, "a new folder for the run")
    configuration = read_configuration(path, strict=True)
    with ExitStack() as stack:
        bar = stack.enter_context(_training_bar(quiet=quiet))
        task = bar.add_task("", total=configuration.num_epochs, start=False)
        write = stack.enter_context(tensorboard_writer(folder)) if tensorboard else None
        began: list[int] = []

        def show(progress: TrainingProgress) -> None:
            if not began:
                began.append(progress.epoch)
                bar.update(task, completed=progress.epoch)
                bar.start_task(task)
            bar.update(task, completed=progress.epoch, description=_progress_text(progress))
            if write is not None:
                write(progress)

        train_network(configuration, folder, show, device=device)
    typer.echo(f"run: {folder.resolve()}")


@app.command(
    epilog=examples(
        """\
echo '{"base": {"model": "BilinearNet",
"group": "CyclicGroup", "group_parameter": 7,
"frac_train": 0.8, "num_epochs": 500},
"grid": {"seed": [0, 1]}}' > c7s.json""",
        "symrep-analysis sweep c7s.json --output c7s",
    )
)
def sweep(
    runs: Annotated[
        str,
        typer.Argument(
            metavar="SWEEP",
            help="JSON file with a grid or a list of configurations.",
        ),
    ],
    output: Annotated[str, typer.Option(metavar="DIR", help="Folder for the runs.")],
    workers: Workers = 1,
    address: Address = None,
    together: Annotated[
        int, typer.Option(min=1, metavar="N", help="Networks that a process trains at once.")
    ] = 1,
    retries: Annotated[
        int, typer.Option(min=0, metavar="N", help="Times that a failed run is started again.")
    ] = RETRIES,
    device: Device = "cpu",
    format_: FormatOption = "table",
    *,
    quiet: Quiet = False,
) -> None:
    """Train many networks.

    Every run has a folder. The results are in results.csv. A sweep that was stopped continues when
    the command is given again. If a run fails at every attempt the others are trained, and the
    exit code is 1.
    """
    path = commands.input_file(runs, SWEEP_FILE)
    folder = commands.output_folder(output, "a folder for the runs")
    planned = read_sweep(path)
    with _progress_bar(quiet=quiet) as bar:
        task = bar.add_task("", total=len(planned))

        def show(done: int, total: int, row: Mapping[str, Any]) -> None:
            last = f"  {row['run']}: {row['status']}" if row else ""
            bar.update(task, completed=done, description=f"{done} of {total} runs{last}")

        table = train_sweep(
            planned,
            folder,
            address=address,
            workers=_processes(workers, address),
            together=together,
            retries=retries,
            device=device,
            report=show,
        )
    shown = table.drop(columns=["sum_of_squared_weights"]).astype(object).fillna("")
    groups = [run.configuration.make_group() for run in planned]
    _echo(shown if format_ == "table" else table, format_, _order_lines(groups))
    _note(f"results: {(folder / RESULTS).resolve()}", format_)
    failed = table[table.status == FAILED]
    if len(failed):
        raise CheckFailed(
            f"{len(failed)} of {len(table)} runs failed, {failed.run.iloc[0]} for one: "
            f"{failed.error.iloc[0]}"
        )


@app.command(
    epilog=examples(
        C7,
        "symrep-analysis train c7.json --output c7",
        "symrep-analysis trajectory c7 --output c7",
    )
)
def trajectory(
    run: RunFolder,
    output: Annotated[str, typer.Option(metavar="DIR", help=f"Folder to write {FILE} to.")],
    workers: Workers = 1,
    address: Address = None,
    format_: FormatOption = "table",
    *,
    quiet: Quiet = False,
) -> None:
    """Measure every checkpoint of a run.

    Prints the irreps in the order in which they were learned, and the phases of training. A
    trajectory that was stopped continues when the command is given again. A checkpoint that
    cannot be read is left out, and the exit code is 2. The bundled runs have no checkpoints.
    """
    written = commands.output_folder(output, f"a folder for {FILE}")
    folder = _folder(run)
    incomplete: IncompleteTrajectory | None = None
    with _progress_bar(quiet=quiet) as bar:
        task = bar.add_task("", total=None)

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, description=f"{done} of {total}")

        try:
            table = measure_checkpoints(
                folder,
                written,
                workers=_processes(workers, address),
                address=address,
                report=show,
            )
        except IncompleteTrajectory as error:
            table, incomplete = error.table, error
    if format_ == "table":
        opened = open_run(folder)
        name, model = opened.path.resolve().name, opened.configuration.model
        typer.echo(f"{name}: {model} on {order_line(opened.group)}")
        typer.echo(_order_text(order_learned(table)))
        typer.echo(_phases_text(table))
    else:
        _echo(_events(table), format_)
    _note(f"trajectory: {(written / FILE).resolve()}", format_)
    if incomplete:
        raise incomplete


@app.command(
    epilog=examples(
        "symrep-analysis compare bundled bundled-bilinear",
        "symrep-analysis compare bundled bundled-bilinear \\\n  --format latex",
    )
)
def compare(
    runs: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN",
            autocompletion=_complete_run,
            help="Run folders, or names of bundled runs.",
        ),
    ],
    format_: FormatOption = "table",
    *,
    average: Annotated[
        bool,
        typer.Option(
            "--average", help="One row for each model and group: mean ± standard deviation."
        ),
    ] = False,
    workers: Workers = 1,
    address: Address = None,
    quiet: Quiet = False,
) -> None:
    """Print one row for each run.

    The columns are key irreps, losses and fractions of variance explained (FVE). A run that cannot
    be read has a row with the reason. The others are compared, and the exit code is 2. LaTeX tables
    need the package booktabs.
    """
    with _progress_bar(quiet=quiet) as bar:
        task = bar.add_task("", total=len(runs))

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, description=f"{done} of {total} runs")

        table = compare_runs(
            runs,
            load=_whole,
            address=address,
            workers=_processes(workers, address),
            report=show,
        )
    unreadable = table[table.group == ""]
    groups = _groups_named(table.group)
    if average:
        table = averages(table)
    elif not table[REMARK].any():
        table = table.drop(columns=REMARK)
    _echo(table, format_, _order_lines(groups))
    if len(unreadable):
        for reason in unreadable[REMARK] if average else ():
            typer.echo(f"left out: {reason}", err=True)
        raise ValueError(f"{len(unreadable)} of {len(runs)} runs could not be read")


@app.command(
    epilog=examples(
        "symrep-analysis ablations bundled",
        "symrep-analysis ablations bundled --irrep standard",
    )
)
def ablations(run: RunFolder, irrep: IrrepOption = None, format_: FormatOption = "table") -> None:
    """Ablate parts of the hidden layer.

    The parts are the projections onto the matrix coefficients of an irrep rho at x, at y and at
    xy. A restricted loss is that of a part alone. An excluded loss is that of the network without
    it. For "restricted, centred" the mean hidden activation is added to the part. The irreps are
    the key irreps, each alone and all together, unless --irrep names others.
    """
    loaded = _whole(run)
    measured = Measured(loaded)
    table = ablation_table(measured, irrep or None)
    if irrep:
        table = table[table.irrep != KEY]
    _echo(table, format_, text.run_line(loaded))


@app.command(
    epilog=examples("symrep-analysis published RUN", "symrep-analysis published RUN --format csv")
)
def published(
    run: Annotated[str, typer.Argument(metavar="RUN", help="Folder of a published run.")],
    format_: FormatOption = "table",
) -> None:
    """Compare published with exact figures.

    The published figures are those in summary_metrics.json of the run. The exit code is 1 if one
    differs by more than a relative 1e-4 and an absolute 1e-7, and the difference is not explained
    by a known error in the published figures.
    """
    folder = _folder(run)
    if folder.is_dir() and not (folder / SUMMARY).is_file():
        raise ValueError(
            f"{run} has no published figures; "
            f"expected the folder of a published run, with {SUMMARY}"
        )
    loaded = load_run(folder)
    table = beside_published(analyse(loaded), read_published(folder))
    _echo(table, format_, text.run_line(loaded))
    wrong = table[~table.agrees & (table.remark == "")]
    if len(wrong):
        raise CheckFailed(f"{len(wrong)} of {len(table)} figures do not agree")


@app.command(
    epilog=examples("symrep-analysis measures", "symrep-analysis measures --format markdown")
)
def measures(format_: FormatOption = "table") -> None:
    """Print the definition of every measure."""
    if format_ == "table":
        width = max(map(len, MEASURES))
        for name, measure in MEASURES.items():
            typer.echo(f"{name:<{width}}  {measure.definition}")
        return
    rows = [(m.name, m.definition, m.unit) for m in MEASURES.values()]
    _echo(pd.DataFrame(rows, columns=["measure", "definition", "unit"]), format_)


def main() -> None:
    """Entry point of the console script."""
    commands.run(app)


def _echo(table: pd.DataFrame, format_: Format, heading: str = "") -> None:
    """Print a table, below a heading in text output."""
    if heading and format_ == "table":
        typer.echo(heading)
    typer.echo(text.table_in(format_, table))


def _note(line: str, format_: Format) -> None:
    """Print where something was written, on standard error where the output is to be parsed."""
    typer.echo(line, err=format_ != "table")


def _echo_reference(analysis: Analysis, format_: Format) -> None:
    values = reference_metrics(analysis)
    if format_ == "json":
        typer.echo(json.dumps(values, indent=1))
        return
    # The number of epochs stays an integer among floats.
    table = pd.DataFrame(
        {"measure": list(values), "value": pd.Series(list(values.values()), dtype=object)}
    )
    _echo(table, format_, text.run_line(analysis.run))


def _of_irreps(table: pd.DataFrame, irreps: set[str]) -> pd.DataFrame:
    return table[table.irrep.isin(irreps)] if irreps else table


def _processes(workers: int, address: str | None) -> int | None:
    """Return the number of processes; None for a cluster, which has its own."""
    return None if address and workers == 1 else workers


def _groups_named(names: Iterable[str]) -> list[AnyGroup]:
    """Return the groups that have names; those of tables have none."""
    groups = []
    for name in dict.fromkeys(names):
        with suppress(ValueError):
            groups.append(named_group(name))
    return groups


def _order_lines(groups: Iterable[AnyGroup]) -> str:
    return "; ".join(dict.fromkeys(map(order_line, groups)))


def _order_text(learned: pd.DataFrame) -> str:
    if learned.empty:
        return "irreps learned: none has ever had a similarity above 0.05"
    rows = [["irrep", "epoch", "similarity at the end"]]
    for irrep, epoch, final in learned.itertuples(index=False):
        rows.append([irrep, str(epoch), number(final)])
    return "\n".join(["irreps in the order learned (similarity above 0.05):", *aligned(rows), ""])


def _phases_text(table: pd.DataFrame) -> str:
    try:
        found = phases(table)
    except ValueError as error:
        return f"phases: unknown, as {error}"
    rows = [["phase", "from epoch", "to epoch"]]
    for phase in found:
        rows.append(
            [phase.name, *("" if end is None else str(end) for end in (phase.start, phase.end))]
        )
    return "\n".join([*aligned(rows), ""])


def _events(table: pd.DataFrame) -> pd.DataFrame:
    """Return the irreps in the order learned, and the phases, as one table."""
    found: list[Phase] = []
    with suppress(ValueError):
        found = list(phases(table))
    rows = [
        *(("irrep", name, epoch, None, final) for name, epoch, final in _learned(table)),
        *(("phase", phase.name, phase.start, phase.end, None) for phase in found),
    ]
    columns = ["event", "name", "from_epoch", "to_epoch", "final_similarity"]
    events = pd.DataFrame(rows, columns=columns)
    return events.astype({"from_epoch": "Int64", "to_epoch": "Int64", "final_similarity": float})


def _learned(table: pd.DataFrame) -> Iterable[tuple[str, int, float]]:
    return order_learned(table).itertuples(index=False, name=None)


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
    """Return the run in a folder, on a group whose pairs can all be measured.

    Raises:
        ValueError: there are too many pairs; the message says what to use instead.
    """
    run = load_run(_folder(name))
    if run.group.order > LARGEST_WHOLE_ORDER:
        raise ValueError(
            f"{name}: {run.group} has {run.group.order}^2 pairs, too many to measure all; "
            "symrep-analysis metrics measures a sample of them"
        )
    return run


def _folder(name: str) -> Path:
    """Return the folder of a run or of a bundled run; a folder with that name comes first."""
    if name in BUNDLED_RUNS and not Path(name).exists():
        return BUNDLED_RUNS[name]
    return commands.input_folder(name, RUN_FOLDER)
