"""The page of a report: its sections, its summary and its files."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterable
from math import log
from pathlib import Path

import numpy as np
import pandas as pd
import sympy
import torch
from jinja2 import Environment, PackageLoader, StrictUndefined
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import symrep
from analysis.measures import logits
from analysis.measures.baseline import random_baseline
from analysis.measures.measured import ALL, KEY, WHOLE, once
from analysis.measures.performance import Subgroups
from analysis.measures.registry import MEASURES
from analysis.measures.table import Analysis, analyse
from analysis.report import hidden, neurons, performance, training, weights
from analysis.report import logits as logit_section
from analysis.report.exhibits import Illustration, Section
from analysis.runs.folders import Run
from analysis.runs.published import PUBLISHED_ORDER
from analysis.studies.learning import as_epochs, as_numbers, read_table, read_trajectory
from symrep._support.files import replacing
from symrep._support.markup import number

REPORT, TABLE, FIGURES = "report.html", "metrics.csv", "figures"
DOTS_PER_INCH = 144

SECTIONS: tuple[Callable[[Analysis], Section], ...] = tuple(
    once(section)
    for section in (
        hidden.section,
        logit_section.section,
        weights.section,
        performance.section,
        neurons.section,
    )
)
"""The sections that need a run alone, each kept with its analysis; the quickest first."""


@torch.no_grad()
def write_report(
    run: Run,
    output: str | Path,
    training_log: str | Path | None = None,
    trajectory: str | Path | None = None,
    random_networks: int = 0,
    subgroups: Subgroups | None = None,
) -> Path:
    """Analyse a run and write `report.html`, `metrics.csv` and `figures/*.png` to a folder.

    Args:
        run: the run.
        output: the folder; it is made if it does not exist.
        training_log: `training.csv` of the run, for the curves, which are left out without it.
        trajectory: `trajectory.csv` of the run, for measures over training, likewise.
        random_networks: how many networks with shuffled weights are measured beside the run, 2
            or more; 0 for none, and then the baseline of the hidden layer is white noise.
        subgroups: {name: generators}, whose cosets are compared; `distinguished_subgroup` of the
            group if None.

    Returns:
        The path of `report.html`, which is written last, atomically.

    Raises:
        ValueError: the network does not fit its group, gives NaN or infinite values, or the log
            is not one of training.
        OSError: a file cannot be written.
    """
    output = Path(output)
    if (output / REPORT).is_dir():
        raise ValueError(f"{output / REPORT} is a folder, not a file to write")
    analysis = analyse(run)
    baseline = random_baseline(analysis, random_networks) if random_networks else None
    measured = None if trajectory is None else Path(trajectory)
    parts = sections(
        analysis,
        baseline,
        read_log(training_log),
        read_trajectory(measured) if measured is not None and measured.is_file() else None,
        subgroups,
    )
    pictures = {name: to_png(drawn.figure) for name, drawn in illustrations(parts).items()}
    html = render(analysis, parts, pictures)
    (output / FIGURES).mkdir(parents=True, exist_ok=True)
    for name, png in pictures.items():
        with replacing(output / FIGURES / f"{name}.png") as temporary:
            temporary.write_bytes(png)
    table = analysis.table if baseline is None else analysis.table.merge(baseline, how="left")
    with replacing(output / TABLE) as temporary:
        table.to_csv(temporary, index=False)
    with replacing(output / REPORT) as temporary:
        temporary.write_text(html, encoding="utf-8")
    return output / REPORT


@torch.no_grad()
def sections(
    analysis: Analysis,
    baseline: pd.DataFrame | None = None,
    log: pd.DataFrame | None = None,
    trajectory: pd.DataFrame | None = None,
    subgroups: Subgroups | None = None,
) -> list[Section]:
    """Return the sections of the report, in their order.

    Args:
        analysis: of the run.
        baseline: of `random_baseline`, drawn beside measures without a formula for the baseline.
        log: of training; see `read_log`.
        trajectory: measures at checkpoints; see `analysis.studies.learning.read_trajectory`.
        subgroups: {name: generators}; `distinguished_subgroup` of the group if None.

    Raises:
        ValueError: the trajectory is of another group, or a subgroup is not a proper one.
    """
    parts = [
        performance.section(analysis, subgroups),
        logit_section.section(analysis),
        weights.section(analysis),
        hidden.section(analysis, baseline),
        neurons.section(analysis),
    ]
    if trajectory is not None:
        foreign = set(trajectory.irrep) - {*map(str, analysis.group.irreps), KEY, ALL, WHOLE}
        if foreign:
            raise ValueError(f"the trajectory is not of {analysis.group}: it has {min(foreign)}")
    if log is not None or trajectory is not None:
        parts.append(training.section(log, trajectory))
    return parts


def figure(analysis: Analysis, name: str) -> Figure:
    """Return one figure of the report.

    Args:
        analysis: of the run.
        name: of the figure, as its file in the folder `figures` of a report: "hidden_layer".

    It is kept with the analysis, and shared. The baseline of the hidden layer is white noise.

    Cost: that of the sections up to the one with the figure, once.

    Raises:
        ValueError: the report of this run has no such figure.
    """
    drawn: dict[str, Illustration] = {}
    for section in SECTIONS:
        drawn |= illustrations([section(analysis)])
        if name in drawn:
            return drawn[name].figure
    raise ValueError(f"no figure {name!r}; the report of this run has {', '.join(drawn)}")


def illustrations(parts: Iterable[Section]) -> dict[str, Illustration]:
    """Return {name: figure with its caption} of some sections, in their order."""
    return {
        exhibit.name: exhibit
        for part in parts
        for exhibit in part.exhibits
        if isinstance(exhibit, Illustration)
    }


def read_log(path: str | Path | None) -> pd.DataFrame | None:
    """Return the training log at a path, or None if there is none.

    Raises:
        ValueError: the file is not a log of training.
    """
    if path is None or not Path(path).is_file():
        return None
    table = read_table(Path(path))
    columns = {
        "epoch",
        "train_loss",
        "test_loss",
        "train_accuracy",
        "test_accuracy",
        "sum_of_squared_weights",
    }
    if columns - set(table.columns):
        missing = ", ".join(sorted(columns - set(table.columns)))
        raise ValueError(f"{path} is not a log of training: it has no column {missing}")
    numbers = {name: as_numbers(table, name, path) for name in sorted(columns - {"epoch"})}
    return table.assign(epoch=as_epochs(table, path), **numbers)


def render(analysis: Analysis, parts: list[Section], pictures: dict[str, bytes]) -> str:
    """Return the page, with the pictures inside it."""
    environment = Environment(
        loader=PackageLoader("analysis"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = number
    run = analysis.run
    return environment.get_template("report.html.j2").render(
        analysis=analysis,
        run=run,
        summary=summary(analysis),
        rows=[str(label) for label in run.group.irreps],
        dimensions={str(label): irrep.dim for label, irrep in run.group.irreps.items()},
        keys=[str(label) for label in analysis.key_irreps],
        KEY=KEY,
        ALL=ALL,
        definitions={name: measure.definition for name, measure in MEASURES.items()},
        sections=parts,
        pictures={name: base64.b64encode(png).decode("ascii") for name, png in pictures.items()},
        guessing_loss=log(run.group.order),
        order=_element_order(run),
        versions={module.__name__: module.__version__ for module in (symrep, torch, sympy, np)},
    )


def _element_order(run: Run) -> str:
    if run.configuration.element_order == PUBLISHED_ORDER:
        return PUBLISHED_ORDER
    name = run.group.element_order
    return {"own": "the family's", "reordered": "the configuration's"}.get(name, name)


def summary(analysis: Analysis) -> list[str]:
    """Return what was learned, and whether ablations confirm it, in sentences with numbers."""
    group, value = analysis.group, analysis.value
    guess = log(group.order)
    sentences = [
        f"{analysis.run.configuration.model} on {group}, {group.order} elements: "
        + ", ".join(
            f"{words} accuracy {value(f'{pairs}_accuracy'):.2%} "
            f"(loss {number(value(f'{pairs}_loss'))})"
            for pairs, words in (("train", "training"), ("test", "test"))
            if (f"{pairs}_loss", "") in analysis.values
        )
        + f". Guessing has accuracy {1 / group.order:.2%} (loss {number(guess)})."
    ]
    if not analysis.key_irreps:
        return [
            *sentences,
            "There are no key irreps: no character has a similarity with the logits above "
            f"{logits.KEY_SIMILARITY}. Nothing here shows that the network computes with irreps.",
        ]
    learned = ", ".join(
        f"{label} (dimension {group.irreps[label].dim}, "
        f"similarity {analysis.similarities[label]:.3f})"
        for label in analysis.key_irreps
    )
    restricted, excluded = (
        value(f"hidden_{kind}_loss", KEY) for kind in ("restricted", "excluded")
    )
    everything = value("all_loss")
    sentences.append(
        f"The key irreps are {learned}. Characters explain "
        f"{value('logit_fve', ALL):.1%} of the variance of the logits, and the key irreps explain "
        f"{value('left_embedding_fve', KEY):.1%}, {value('right_embedding_fve', KEY):.1%} and "
        f"{value('centred_unembedding_fve', KEY):.1%} of the left embedding, the right embedding "
        "and the centred unembedding."
    )
    suffices = restricted < max(10 * everything, guess / 100)
    needed = excluded > guess / 2
    sentences.append(
        f"With the hidden layer restricted to ρ(xy) of the key irreps the loss is "
        f"{number(restricted)}, that of the network {number(everything)}: that part alone "
        + ("does the work. " if suffices else "does not do all of the work. ")
        + f"Without that part the training loss is {number(excluded)}, where guessing has "
        f"{number(guess)}: "
        + ("the rest does not do the work." if needed else "the rest still does a part of it.")
    )
    return sentences


def to_png(figure: Figure) -> bytes:
    """Return the figure as the content of a PNG file."""
    buffer = io.BytesIO()
    FigureCanvasAgg(figure)
    figure.savefig(buffer, format="png", dpi=DOTS_PER_INCH)
    return buffer.getvalue()
