"""Figures of training. Epochs are on log scales, as epoch + 1: checkpoints begin at 0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isnan

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures.style import (
    BASELINE,
    EXCLUDED,
    LEFT,
    PRODUCT,
    RESTRICTED,
    SMALL,
    SMALLEST_LOSS,
    finish,
)
from analysis.measures.ablation import Layer
from analysis.studies.learning import Phase

LAYERS = {"hidden": "hidden layer", "logit": "logits"}
PHASE_TINTS = ("#E6E6E6", "#FBE3CF", "#D6E6F4", "#FFFFFF")
IRREP_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#6B4C9A")
OTHER_IRREP = "#BBBBBB"
DASHES = ("-", "--", "-.")


def training_curves(log: pd.DataFrame) -> Figure:
    """Draw losses and accuracies on training and test pairs by epoch, on log scales.

    Args:
        log: epoch, train_loss, test_loss, train_accuracy, test_accuracy,
            sum_of_squared_weights; one row an evaluation.
    """
    figure = Figure(figsize=(10, 3.2), layout="constrained")
    loss, accuracy, weights = figure.subplots(1, 3)
    epochs = log.epoch + 1
    for name, colour in (("train", LEFT), ("test", PRODUCT)):
        loss.loglog(epochs, log[f"{name}_loss"], color=colour, label=f"{name} pairs")
        accuracy.semilogx(epochs, log[f"{name}_accuracy"], color=colour, label=f"{name} pairs")
    weights.semilogx(epochs, log.sum_of_squared_weights, color=BASELINE)
    loss.set_ylabel("mean cross entropy (nats)")
    accuracy.set_ylabel("fraction correct")
    weights.set_ylabel("sum of squares")
    for axes, title in ((loss, "loss"), (accuracy, "accuracy"), (weights, "weights")):
        axes.set_xlabel("epoch + 1")
        finish(axes, title)
    loss.legend(fontsize=SMALL, frameon=False)
    return figure


def progress(
    losses: pd.DataFrame,
    squares: Mapping[int, float],
    guessing: float,
    phases: Sequence[Phase],
    layer: Layer = "hidden",
) -> Figure:
    """Draw losses of the network and of its key irreps, the weights below, phases shaded.

    Args:
        losses: a row an epoch; columns "train", "test", "restricted" and "excluded", the last two
            of the key irreps together, those of the final network at every epoch.
        squares: {epoch: sum of the squares of all weights}.
        guessing: the loss of guessing, ln |G|.
        phases: of training; those that were not reached or are empty are not shown.
        layer: layer of the restricted and excluded losses.
    """
    figure = Figure(figsize=(9, 6), layout="constrained")
    loss, weights = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    last = int(losses.index[-1])
    for name, colour, text in (
        ("train", LEFT, "training pairs"),
        ("test", PRODUCT, "test pairs"),
        ("restricted", RESTRICTED, f"all pairs, key irreps alone in the {LAYERS[layer]}"),
        ("excluded", EXCLUDED, f"training pairs, without key irreps in the {LAYERS[layer]}"),
    ):
        shown = losses[name].clip(lower=SMALLEST_LOSS)
        loss.loglog(losses.index + 1, shown, color=colour, label=text)
    loss.axhline(guessing, color=BASELINE, linestyle="--", linewidth=0.8, label="guessing, ln |G|")
    weights.semilogx([epoch + 1 for epoch in squares], list(squares.values()), color=BASELINE)
    _shade(loss, phases, last)
    _shade(weights, phases, last)
    loss.set_xlim(1, max(last + 1, 2))
    loss.set_ylabel("mean cross entropy (nats)")
    weights.set_ylabel("sum of squares")
    weights.set_xlabel("epoch + 1")
    weights.set_ylim(bottom=0)
    finish(loss, "Losses over training")
    finish(weights, "Weights")
    handles, texts = loss.get_legend_handles_labels()
    figure.legend(
        handles, texts, fontsize=SMALL, frameon=False, loc="outside lower center", ncols=3
    )
    return figure


def similarity_over_training(
    by_irrep: pd.DataFrame,
    learned: Mapping[str, int],
    threshold: float,
    baseline: tuple[float, float],
) -> Figure:
    """Draw the character similarity of each irrep; dots where it first exceeds the threshold.

    Args:
        by_irrep: a row an epoch, a column an irrep.
        learned: {irrep: epoch at which it was learned}, first to last; the others are grey.
        threshold: above which an irrep counts as learned.
        baseline: mean and standard deviation of the similarity of random logits; NaN for unknown.
    """
    figure = Figure(figsize=(9, 4), layout="constrained")
    axes = figure.subplots()
    styles = _styles(learned)
    _lines(axes, by_irrep, styles, {name: f"{name}, epoch {learned[name]}" for name in learned})
    for name, epoch in learned.items():
        colour, _ = styles[name]
        axes.plot([epoch + 1], by_irrep.loc[[epoch], name], "o", color=colour, markersize=4)
    axes.axhline(
        threshold, color=BASELINE, linestyle=":", linewidth=0.8, label=f"threshold, {threshold:g}"
    )
    mean, sd = baseline
    text = f"null baseline, {mean:.2g}" + ("" if isnan(sd) else f" ± {sd:.1g}")
    axes.axhline(mean, color=BASELINE, linestyle="--", linewidth=0.8, label=text)
    axes.set_ylabel("cosine with the character")
    finish(axes, "Character similarity of the logits over training")
    figure.legend(fontsize=SMALL, frameon=False, loc="outside right center")
    return figure


def fractions_over_training(
    panels: Mapping[str, pd.DataFrame],
    baseline: Mapping[str, Mapping[str, float]],
    irreps: Sequence[str],
    title: str,
) -> Figure:
    """Draw the fraction of each irrep over training, with a dotted null baseline.

    Args:
        panels: {name: a row an epoch, a column an irrep}, up to three.
        baseline: {name: {irrep: null baseline}}; those that are missing are not drawn.
        irreps: those that have colours, first to last; the others are grey.
        title: title of the figure.
    """
    figure = Figure(figsize=(3.4 * len(panels) + 1.4, 3.6), layout="constrained")
    row = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    styles = _styles(irreps)
    for axes, (name, by_irrep) in zip(row, panels.items(), strict=True):
        _lines(axes, by_irrep, styles, dict(zip(irreps, irreps, strict=True)))
        for irrep, level in baseline.get(name, {}).items():
            colour, _ = styles.get(irrep, (OTHER_IRREP, "-"))
            axes.axhline(level, color=colour, linestyle=":", linewidth=0.8)
        if baseline:
            text = "null baseline, by irrep"
            axes.plot([], [], color=BASELINE, linestyle=":", linewidth=0.8, label=text)
        finish(axes, name)
    row[0].set_ylabel("fraction of variance")
    row[0].set_ylim(bottom=0)
    figure.suptitle(title, x=0.01, ha="left", fontsize=10)
    handles, texts = row[0].get_legend_handles_labels()
    figure.legend(handles, texts, fontsize=SMALL, frameon=False, loc="outside right center")
    return figure


Style = tuple[str, str]
"""Colour and dashes of a line."""


def _styles(irreps: Iterable[str]) -> dict[str, Style]:
    colours = len(IRREP_COLOURS)
    return {
        irrep: (IRREP_COLOURS[k % colours], DASHES[k // colours % len(DASHES)])
        for k, irrep in enumerate(irreps)
    }


def _lines(
    axes: Axes, by_irrep: pd.DataFrame, styles: Mapping[str, Style], texts: Mapping[str, str]
) -> None:
    """Draw a line for each irrep: those with a style on top, in its order, the others grey."""
    epochs = by_irrep.index + 1
    others = [str(name) for name in by_irrep if name not in styles]
    for name, (colour, dashes) in styles.items():
        axes.semilogx(epochs, by_irrep[name], color=colour, linestyle=dashes, label=texts[name])
    for k, name in enumerate(others):
        text = "other irreps" if k == 0 else "_"
        axes.semilogx(epochs, by_irrep[name], color=OTHER_IRREP, linewidth=1, zorder=1, label=text)
    axes.set_xlim(1, max(int(by_irrep.index[-1]) + 1, 2))
    axes.set_xlabel("epoch + 1")


def _shade(axes: Axes, phases: Sequence[Phase], last: int) -> None:
    for phase, tint in zip(phases, PHASE_TINTS, strict=True):
        end = last if phase.end is None else phase.end
        if phase.start is not None and phase.start < end:
            text = f"{phase.name}, from epoch {phase.start}"
            axes.axvspan(
                phase.start + 1,
                end + 1,
                facecolor=tint,
                edgecolor=OTHER_IRREP,
                linewidth=0.5,
                zorder=0,
                label=text,
            )
