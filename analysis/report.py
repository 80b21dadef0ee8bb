"""The report of a run: one HTML file that needs nothing else, and the figures beside it."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from dataclasses import dataclass
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
from analysis import logits, neurons
from analysis.ablations import KEY
from analysis.behaviour import behaviour, behaviour_by_element
from analysis.figures import ablations as ablations_figures
from analysis.figures import behaviour as behaviour_figures
from analysis.figures import embeddings as embeddings_figures
from analysis.figures import logits as logits_figures
from analysis.figures import training as training_figures
from analysis.hypotheses import best_mixture, character_losses
from analysis.isotypic import Shares, isotypic_ranks, quotients
from analysis.metrics import ALL, MEASURES, Analysis, analyse
from analysis.rendering import number
from analysis.runs import Run
from symrep import SymmetricGroup
from symrep.files import replacing

REPORT, TABLE, FIGURES = "report.html", "metrics.csv", "figures"
DOTS_PER_INCH = 144


@dataclass(frozen=True, eq=False)
class Illustration:
    """A figure of the report.

    Attributes:
        name: of its file, without the ending.
        title: heading above it.
        caption: how to read it, and what chance would look like.
        figure: the figure.
    """

    name: str
    title: str
    caption: str
    figure: Figure


@torch.no_grad()
def write_report(run: Run, output: str | Path, training_log: str | Path | None = None) -> Path:
    """Analyses a run and writes `report.html`, `metrics.csv` and `figures/*.png` to a folder.

    Args:
        run: the run.
        output: the folder; it is made if it does not exist.
        training_log: `training.csv` of the run, for the curves, which are left out without it.

    Returns:
        The path of `report.html`, which is written last, whole or not at all.

    Raises:
        ValueError: the network does not fit its group, gives NaN or infinite values, or the log
            is not one of training.
        OSError: a file cannot be written.
    """
    output = Path(output)
    analysis = analyse(run)
    illustrations = list(illustrate(analysis, read_log(training_log)))
    pictures = [(drawn, to_png(drawn.figure)) for drawn in illustrations]
    html = render(analysis, pictures)
    (output / FIGURES).mkdir(parents=True, exist_ok=True)
    for drawn, png in pictures:
        with replacing(output / FIGURES / f"{drawn.name}.png") as temporary:
            temporary.write_bytes(png)
    with replacing(output / TABLE) as temporary:
        analysis.table.to_csv(temporary, index=False)
    with replacing(output / REPORT) as temporary:
        temporary.write_text(html, encoding="utf-8")
    return output / REPORT


def read_log(path: str | Path | None) -> pd.DataFrame | None:
    """The training log at a path, or None if there is none.

    Raises:
        ValueError: the file is not a log of training.
    """
    if path is None or not Path(path).is_file():
        return None
    table = pd.read_csv(path)
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
    return table


def illustrate(analysis: Analysis, curves: pd.DataFrame | None) -> Iterator[Illustration]:
    """The figures of a report, in their order."""
    run, group = analysis.run, analysis.run.group
    yield Illustration(
        "weights_by_irrep",
        "Where the irreps sit in the weights",
        "Share of each irrep in the functions on the group that the weights are. The shares of "
        "all irreps sum to 1. Black lines: the share of random weights, d²/|G|.",
        _shares_figure(
            analysis,
            {
                "left embedding": "left_embedding_fve",
                "right embedding": "right_embedding_fve",
                "unembedding, centred": "centred_unembedding_fve",
            },
            "Weights by irrep",
        ),
    )
    matrices = {
        "left embedding": run.network.left_embedding(),
        "right embedding": run.network.right_embedding(),
        "unembedding": run.network.unembedding(),
    }
    ranks = isotypic_ranks(group)
    yield Illustration(
        "singular_values",
        "How many dimensions the weights use",
        "Singular values of the embeddings and of the unembedding, divided by the largest. A "
        "matrix that holds the key irreps and nothing else has rank at most the sum of their d². "
        "It is the sum of their d where every neuron of an irrep looks at the same vector of it. "
        "Random weights fall off smoothly, without a step.",
        embeddings_figures.singular_values(
            {
                name: torch.linalg.svdvals(matrix.detach().double()).numpy()
                for name, matrix in matrices.items()
            },
            {
                "sum of d": sum(label.dimension for label in analysis.key_irreps),
                "sum of d²": sum(ranks[label] for label in analysis.key_irreps),
            }
            if analysis.key_irreps
            else {},
        ),
    )
    left = run.network.left_embedding().detach().double()
    yield Illustration(
        "neurons",
        "What each neuron takes from x",
        "Every column is what one neuron takes from x or, in a transformer, one coordinate of the "
        "stream that all neurons read; its colours are the shares of the irreps. A column of one "
        "irrep has one bright cell; a random one has about d²/|G| in each row. It is called off if "
        "its norm is below a hundredth of the largest.",
        embeddings_figures.neuron_shares(
            neurons.neuron_shares(left, group).numpy(),
            list(group.irreps),
            neurons.live_neurons(left).numpy(),
        ),
    )
    yield Illustration(
        "hidden_layer",
        "What the hidden layer computes",
        "Share of the matrix entries of ρ(x), ρ(y) and ρ(xy) in the hidden activations, less "
        "their mean. Entries of ρ(xy) cannot be had by adding functions of x and of y: that they "
        "are there shows that the layer multiplies. Noise would have d²/(|G|² - 1) in each, "
        "which is the black line and hardly visible.",
        _shares_figure(
            analysis,
            {"ρ(x)": "hidden_x_fve", "ρ(y)": "hidden_y_fve", "ρ(xy)": "hidden_xy_fve"},
            "Hidden layer by irrep",
        ),
    )
    yield Illustration(
        "ablations",
        "Whether these parts do the work",
        "Left: the part of the hidden layer along ρ(xy). Right: the part of the logits along "
        "χ(x y z⁻¹). A part that is the whole algorithm has a low loss alone, and a high loss "
        "without it. A part that does nothing has the loss of guessing alone, and leaves the "
        "training loss as it is without it.",
        _ablation_figure(analysis),
    )
    yield _element_illustration(analysis)
    yield _matrix_illustration(analysis)
    yield _class_illustration(analysis)
    if curves is not None:
        yield Illustration(
            "training",
            "How it was learned",
            "Loss and accuracy on the pairs that the network was trained on and on the others, "
            "and the squared norm of its weights. A network that memorises has a low loss on the "
            "first and a high one on the others.",
            training_figures.training_curves(curves),
        )


def render(analysis: Analysis, pictures: list[tuple[Illustration, bytes]]) -> str:
    """The page, with the pictures inside it."""
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
        dimensions={str(label): label.dimension for label in run.group.irreps},
        keys=[str(label) for label in analysis.key_irreps],
        KEY=KEY,
        ALL=ALL,
        measures=MEASURES,
        parts=behaviour(run, analysis.statistics).query("not by.str.startswith('class')"),
        characters=character_losses(run.group),
        mixture=best_mixture(run.group, analysis.key_irreps) if analysis.key_irreps else None,
        pictures=[(drawn, base64.b64encode(png).decode("ascii")) for drawn, png in pictures],
        chance_loss=log(run.group.order),
        versions={module.__name__: module.__version__ for module in (symrep, torch, sympy, np)},
    )


def summary(analysis: Analysis) -> list[str]:
    """What was learned and whether the ablations bear it out, in sentences made from numbers."""
    group, value = analysis.run.group, analysis.value
    guess = log(group.order)
    sentences = [
        f"{analysis.run.configuration.model} on {group}, {group.order} elements: "
        + ", ".join(
            f"{value(f'{pairs}_accuracy'):.2%} of the {words} pairs right "
            f"(loss {number(value(f'{pairs}_loss'))})"
            for pairs, words in (("train", "training"), ("test", "other"))
            if (f"{pairs}_loss", "") in analysis.values
        )
        + f". Guessing has {1 / group.order:.2%} and {number(guess)}."
    ]
    if not analysis.key_irreps:
        return [
            *sentences,
            "Its logits are along the character of no irrep: none has a similarity above "
            f"{logits.KEY_SIMILARITY}. Nothing here says that it computes with irreps.",
        ]
    learned = ", ".join(
        f"{label} (dimension {label.dimension}, similarity {analysis.similarities[label]:.3f})"
        for label in analysis.key_irreps
    )
    restricted, excluded = (
        value(f"hidden_{kind}_loss", KEY) for kind in ("restricted", "excluded")
    )
    everything = value("all_loss")
    sentences.append(
        f"Its logits are along the characters of {learned}. They explain "
        f"{value('logit_fve', ALL):.1%} of the variance of the logits, and these irreps explain "
        f"{value('left_embedding_fve', KEY):.1%}, {value('right_embedding_fve', KEY):.1%} and "
        f"{value('centred_unembedding_fve', KEY):.1%} of the left embedding, the right embedding "
        "and the unembedding less its mean."
    )
    suffices = restricted < max(10 * everything, guess / 100)
    needed = excluded > guess / 2
    sentences.append(
        f"With the hidden layer restricted to ρ(xy) of these irreps the loss is "
        f"{number(restricted)}, with all of it {number(everything)}: that part alone "
        + ("does the work. " if suffices else "does not do all of the work. ")
        + f"Without that part the training loss is {number(excluded)}, where guessing has "
        f"{number(guess)}: "
        + ("the rest does not do it." if needed else "the rest still does a part of it.")
    )
    return sentences


def to_png(figure: Figure) -> bytes:
    """The figure as the content of a PNG file."""
    buffer = io.BytesIO()
    FigureCanvasAgg(figure)
    figure.savefig(buffer, format="png", dpi=DOTS_PER_INCH)
    return buffer.getvalue()


def _shares_figure(analysis: Analysis, series: dict[str, str], title: str) -> Figure:
    """Bars of some measures, {name: measure}, by irrep."""

    def by_irrep(numbers: dict[tuple[str, str], float]) -> dict[str, Shares]:
        return {
            name: {label: numbers[measure, str(label)] for label in analysis.run.group.irreps}
            for name, measure in series.items()
        }

    return embeddings_figures.shares_by_irrep(
        by_irrep(analysis.values), by_irrep(analysis.chances), title
    )


def _ablation_figure(analysis: Analysis) -> Figure:
    def panel(layer: str) -> dict[str, tuple[float, float]]:
        return {
            "key irreps" if row == KEY else row: (
                analysis.value(f"{layer}_restricted_loss", row),
                analysis.value(f"{layer}_excluded_loss", row),
            )
            for row in [*map(str, analysis.run.group.irreps), KEY]
            if (f"{layer}_restricted_loss", row) in analysis.values
        }

    return ablations_figures.ablation_losses(
        {"hidden layer: ρ(xy)": panel("hidden"), "logits: χ(x y z⁻¹)": panel("logit")},
        {
            "guessing, ln |G|": log(analysis.run.group.order),
            "the network, all pairs": analysis.value("all_loss"),
        },
    )


def _by_class(group: SymmetricGroup) -> tuple[torch.Tensor, list[int], list[str]]:
    """The elements sorted by class, the first place of every class, and its name."""
    order = torch.argsort(group.class_of, stable=True)
    names = [str(c.cycle_type) for c in group.conjugacy_classes]
    boundaries = torch.searchsorted(group.class_of[order], torch.arange(len(names)))
    return order, boundaries.tolist(), names


def _element_illustration(analysis: Analysis) -> Illustration:
    order, boundaries, names = _by_class(analysis.run.group)
    table = behaviour_by_element(analysis.run, analysis.statistics)
    return Illustration(
        "losses_by_element",
        "Where it is right and wrong",
        "Every point is the mean loss over the pairs with one x, one y or one product xy. A "
        "network that has learned the group is as good at all of them: the points lie near the "
        "mean. Classes that stand out are what it has not learned. A random network is at the "
        "level of guessing, or above it.",
        behaviour_figures.losses_by_element(
            {what: table[f"{what}_loss"].to_numpy()[order.numpy()] for what in ("x", "y", "xy")},
            boundaries,
            names,
            {
                "guessing, ln |G|": log(analysis.run.group.order),
                "mean over all pairs": analysis.value("all_loss"),
            },
        ),
    )


def _matrix_illustration(analysis: Analysis) -> Illustration:
    statistics = analysis.statistics
    order, boundaries, names = _by_class(analysis.run.group)
    fitted = _fitted(analysis)
    return Illustration(
        "logits",
        "Logits beside the characters they are compared with",
        "Left: the mean logit of each answer z over the pairs with one product xy. Right: the "
        "part of it that is a sum of characters of the key irreps at xy z⁻¹. Rows and columns "
        "are elements, sorted by conjugacy class; the diagonal is the right answer. Random "
        "logits would show noise on the left and nothing on the right.",
        logits_figures.logits_beside_characters(
            statistics.logits.by_product[order][:, order].numpy(),
            fitted[order][:, order].numpy(),
            boundaries,
            names,
        ),
    )


def _class_illustration(analysis: Analysis) -> Illustration:
    group, statistics = analysis.run.group, analysis.statistics
    # [g, z] = class of g z^-1
    classes = group.class_of[quotients(group)].flatten()
    counts = torch.bincount(classes)
    mean_logits = statistics.logits.by_product.flatten()
    means = torch.bincount(classes, mean_logits) / counts
    deviations = (mean_logits - means[classes]).square()
    spread = (torch.bincount(classes, deviations) / counts).sqrt()
    fitted = torch.bincount(classes, _fitted(analysis).flatten()) / counts
    return Illustration(
        "logits_by_class",
        "Logits by the class of x y z⁻¹",
        "If the logits are characters, the logit of z depends on the conjugacy class of x y z⁻¹ "
        "alone: the points are on the marks and their bars are short. The bars are the standard "
        "deviation, within a class, of the logits averaged over the pairs with one product. "
        "Random logits have means near 0 in every class.",
        logits_figures.class_function(
            means.numpy(),
            fitted.numpy(),
            spread.numpy(),
            [str(c.cycle_type) for c in group.conjugacy_classes],
            [c.size for c in group.conjugacy_classes],
        ),
    )


def _fitted(analysis: Analysis) -> torch.Tensor:
    """[g, z] = the part of the logits along the characters of the key irreps."""
    group, statistics = analysis.run.group, analysis.statistics
    fitted = torch.zeros_like(statistics.logits.by_product)
    for label in analysis.key_irreps:
        fitted += logits.character_logits(statistics.logits, group, analysis.similarities, label)
    return fitted
