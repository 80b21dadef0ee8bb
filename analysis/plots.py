"""Figures of an analysis. Each function draws numbers that it is given and returns a Figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from symrep import Partition

Floats = NDArray[np.float64]
Shares = Mapping[Partition, float]

# Okabe and Ito's palette: one colour a role, told apart by all readers.
LEFT, RIGHT, PRODUCT, CHANCE = "#0072B2", "#56B4E9", "#D55E00", "#222222"
RESTRICTED, EXCLUDED = "#009E73", "#CC79A7"
SEQUENTIAL, DIVERGING = "cividis", "RdBu_r"
SMALL = 8
SMALLEST_LOSS = 1e-12


def shares_by_irrep(
    series: Mapping[str, Shares], chance: Mapping[str, Shares], title: str
) -> Figure:
    """Grouped bars, one group an irrep and one bar a series, each with its chance level.

    Args:
        series: {name: {irrep: share of variance}}, up to three.
        chance: the chance levels, by the same names and irreps.
        title: what the shares are of.
    """
    labels = list(next(iter(series.values())))
    figure = Figure(figsize=(max(7.0, 0.8 * len(labels) + 2), 3.8), layout="constrained")
    axes = figure.subplots()
    positions, width = np.arange(len(labels)), 0.8 / len(series)
    for k, (name, shares) in enumerate(series.items()):
        at = positions + (k - (len(series) - 1) / 2) * width
        colour = (LEFT, RIGHT, PRODUCT)[k]
        axes.bar(at, [shares[label] for label in labels], width * 0.94, color=colour, label=name)
        axes.hlines(
            [chance[name][label] for label in labels],
            at - width / 2,
            at + width / 2,
            color=CHANCE,
            linewidth=1.5,
            label="chance" if k == 0 else "_",
        )
    _name_irreps(axes, labels)
    axes.set_ylabel("share of variance")
    _finish(axes, title)
    axes.legend(ncols=4, fontsize=SMALL, frameon=False, loc="lower right", bbox_to_anchor=(1, 1))
    return figure


def singular_values(values: Mapping[str, Floats], ranks: Mapping[str, int]) -> Figure:
    """Singular values of each matrix, largest first, and the ranks that irreps predict.

    Args:
        values: {name of the matrix: singular values}, up to three.
        ranks: {text: rank}, marked by a vertical line behind the value of that rank.
    """
    figure = Figure(figsize=(3.6 * len(values), 3.4), layout="constrained")
    panels = figure.subplots(1, len(values), sharey=True, squeeze=False)[0]
    for axes, (name, column), colour in zip(
        panels, values.items(), (LEFT, RIGHT, PRODUCT), strict=False
    ):
        shown = np.maximum(column / max(column.max(initial=0.0), 1e-300), 1e-9)
        axes.semilogy(np.arange(1, len(column) + 1), shown, ".", markersize=4, color=colour)
        for k, (text, rank) in enumerate(ranks.items()):
            axes.axvline(rank + 0.5, color=CHANCE, linewidth=0.8, linestyle="--")
            axes.annotate(
                f"{text} = {rank}",
                (rank + 0.5, 1 - 0.08 * k),
                xycoords=("data", "axes fraction"),
                xytext=(3, 0),
                textcoords="offset points",
                fontsize=SMALL,
                va="top",
            )
        axes.set_xlabel("number")
        _finish(axes, name)
    panels[0].set_ylabel("singular value / largest")
    return figure


def neuron_shares(shares: Floats, labels: Sequence[Partition], live: NDArray[np.bool_]) -> Figure:
    """Heat map of the share of every irrep in every column of an embedding that is on.

    Args:
        shares: (irreps, width).
        labels: of the irreps.
        live: which columns are on, (width,).
    """
    on = shares[:, live]
    order = np.lexsort((-on.max(axis=0, initial=0.0), on.argmax(axis=0)))
    figure = Figure(figsize=(8, 0.28 * len(labels) + 1.6), layout="constrained")
    axes = figure.subplots()
    image = axes.imshow(
        on[:, order] if on.shape[1] else np.zeros((len(labels), 1)),
        aspect="auto",
        interpolation="nearest",
        cmap=SEQUENTIAL,
        vmin=0,
        vmax=1,
    )
    axes.set_yticks(range(len(labels)), list(map(str, labels)), fontsize=SMALL)
    axes.tick_params(labelsize=SMALL)
    axes.set_xlabel("column, by its largest irrep, purest first")
    axes.set_ylabel("irrep")
    axes.set_title(
        f"What each column of the left embedding is made of: {int(live.sum())} on, "
        f"{int((~live).sum())} off",
        loc="left",
        fontsize=10,
    )
    figure.colorbar(image, ax=axes, label="share of variance", pad=0.01)
    return figure


def ablation_losses(
    losses: Mapping[str, Mapping[str, tuple[float, float]]], levels: Mapping[str, float]
) -> Figure:
    """Restricted and excluded losses by irrep, a panel for each layer, on a log scale.

    Losses below 1e-12 are drawn there.

    Args:
        losses: {panel: {row: (restricted, excluded)}}.
        levels: {text: loss}, drawn as vertical lines.
    """
    rows = max(len(panel) for panel in losses.values())
    figure = Figure(figsize=(9, 0.3 * rows + 1.9), layout="constrained")
    panels = figure.subplots(1, len(losses), sharex=True, squeeze=False)[0]
    styles = ("-", "--", ":")
    numbers = [x for panel in losses.values() for pair in panel.values() for x in pair]
    shown = np.maximum([*numbers, *levels.values()], SMALLEST_LOSS)
    for axes, (name, panel) in zip(panels, losses.items(), strict=True):
        for (text, level), style in zip(levels.items(), styles, strict=False):
            axes.axvline(
                max(level, SMALLEST_LOSS), color=CHANCE, linewidth=0.9, linestyle=style, label=text
            )
        for k, marker, colour, text in (
            (0, "o", RESTRICTED, "this part alone (restricted), all pairs"),
            (1, "s", EXCLUDED, "all but this part (excluded), training pairs"),
        ):
            points = [max(pair[k], SMALLEST_LOSS) for pair in panel.values()]
            axes.plot(points, range(len(panel)), marker, color=colour, markersize=5, label=text)
        axes.set_xscale("log")
        axes.set_xlim(shown.min() / 3, shown.max() * 3)
        axes.set_yticks(range(len(panel)), list(panel), fontsize=SMALL)
        axes.set_ylim(len(panel) - 0.5, -0.5)
        axes.set_xlabel("mean cross entropy (nats)")
        axes.grid(axis="y", color="0.9")
        _finish(axes, name)
    handles, texts = panels[0].get_legend_handles_labels()
    figure.legend(
        handles, texts, ncols=2, fontsize=SMALL, frameon=False, loc="outside upper center"
    )
    return figure


def logits_beside_characters(
    logits: Floats, characters: Floats, boundaries: Sequence[int], names: Sequence[str]
) -> Figure:
    """Centred logits by product and answer beside the characters fitted to them.

    Args:
        logits: [g, z] = mean centred logit of z over the pairs with xy = g.
        characters: [g, z] = the part of it that is a sum of characters of g z^-1.
        boundaries: first row of every conjugacy class; rows and columns are sorted by class.
        names: of the classes.
    """
    figure = Figure(figsize=(9, 5.2), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    limit = float(max(np.abs(logits).max(), np.abs(characters).max())) or 1.0
    ends = [*boundaries[1:], len(logits)]
    middles = [(start + end - 1) / 2 for start, end in zip(boundaries, ends, strict=True)]
    for axes, matrix, title in (
        (panels[0], logits, "logits, mean over the pairs with one product"),
        (panels[1], characters, "their part along characters of the key irreps"),
    ):
        image = axes.imshow(
            matrix, cmap=DIVERGING, vmin=-limit, vmax=limit, interpolation="nearest"
        )
        for start in boundaries[1:]:
            axes.axhline(start - 0.5, color="0.4", linewidth=0.4)
            axes.axvline(start - 0.5, color="0.4", linewidth=0.4)
        axes.set_xticks(middles, names, rotation=90, fontsize=SMALL)
        axes.set_yticks(middles, names, fontsize=SMALL)
        axes.set_xlabel("z, by class")
        axes.set_title(title, loc="left", fontsize=10)
    panels[0].set_ylabel("xy, by class")
    figure.colorbar(image, ax=list(panels), label="centred logit", pad=0.01, shrink=0.9)
    return figure


def losses_by_element(
    losses: Mapping[str, Floats],
    boundaries: Sequence[int],
    names: Sequence[str],
    levels: Mapping[str, float],
) -> Figure:
    """The mean loss with one element held fixed, one panel for each way to hold it.

    Args:
        losses: {what is held: loss at each element}, sorted by class; (|G|,) each.
        boundaries: first element of every conjugacy class.
        names: of the classes.
        levels: {text: loss}, marked by a horizontal line.
    """
    figure = Figure(figsize=(8, 1.5 * len(losses) + 1.2), layout="constrained")
    panels = figure.subplots(len(losses), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
    order = len(next(iter(losses.values())))
    ends = [*boundaries[1:], order]
    for axes, (name, values), colour in zip(
        panels, losses.items(), (LEFT, RIGHT, PRODUCT), strict=False
    ):
        axes.semilogy(np.maximum(values, SMALLEST_LOSS), ".", markersize=3, color=colour)
        for (text, level), style in zip(levels.items(), ("-", "--"), strict=False):
            axes.axhline(level, color=CHANCE, linewidth=0.9, linestyle=style, label=text)
        for start in boundaries[1:]:
            axes.axvline(start - 0.5, color="0.8", linewidth=0.6)
        axes.set_ylabel("loss (nats)", fontsize=SMALL)
        _finish(axes, f"{name} held fixed")
    panels[-1].set_xticks(
        [(start + end - 1) / 2 for start, end in zip(boundaries, ends, strict=True)],
        names,
        rotation=90,
        fontsize=SMALL,
    )
    panels[-1].set_xlabel("the element held fixed, by class")
    figure.legend(
        *panels[0].get_legend_handles_labels(),
        loc="outside upper right",
        ncols=2,
        fontsize=SMALL,
        frameon=False,
    )
    return figure


def class_function(
    means: Floats, fitted: Floats, spread: Floats, names: Sequence[str], sizes: Sequence[int]
) -> Figure:
    """Mean logit by the class of x y z^-1 beside the sum of characters fitted to all logits.

    Args:
        means: mean centred logit over the triples in each class, (classes,).
        fitted: the sum of characters at each class, (classes,).
        spread: standard deviation of the logits in each class, (classes,).
        names: of the classes.
        sizes: number of elements of each class.
    """
    figure = Figure(figsize=(max(6.0, 0.55 * len(names) + 2), 3.6), layout="constrained")
    axes = figure.subplots()
    at = np.arange(len(names))
    axes.axhline(0, color="0.7", linewidth=0.8)
    axes.errorbar(
        at,
        means,
        spread,
        fmt="o",
        color=LEFT,
        capsize=3,
        markersize=5,
        label="logits: mean and standard deviation",
    )
    axes.plot(
        at, fitted, "_", color=PRODUCT, markersize=18, markeredgewidth=2.5, label="characters"
    )
    ticks = [f"{name}\n{size}" for name, size in zip(names, sizes, strict=True)]
    axes.set_xticks(at, ticks, fontsize=SMALL, rotation=45 if len(names) > 8 else 0)
    axes.set_xlabel("conjugacy class of x y z$^{-1}$, and its size")
    axes.set_ylabel("centred logit of z")
    _finish(axes, "The right answer is the class of the identity")
    axes.legend(fontsize=SMALL, frameon=False)
    return figure


def training_curves(log: pd.DataFrame) -> Figure:
    """Losses and accuracies of the training and of the other pairs by epoch, on log scales.

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
    weights.semilogx(epochs, log.sum_of_squared_weights, color=CHANCE)
    loss.set_ylabel("mean cross entropy (nats)")
    accuracy.set_ylabel("share of pairs right")
    weights.set_ylabel("sum of squares")
    for axes, title in ((loss, "loss"), (accuracy, "accuracy"), (weights, "weights")):
        axes.set_xlabel("epoch + 1")
        _finish(axes, title)
    loss.legend(fontsize=SMALL, frameon=False)
    return figure


def _name_irreps(axes: Axes, labels: Sequence[Partition]) -> None:
    names = list(map(str, labels))
    slanted = sum(map(len, names)) > 60
    axes.set_xticks(
        range(len(names)),
        names,
        fontsize=SMALL,
        rotation=30 if slanted else 0,
        ha="right" if slanted else "center",
    )
    axes.set_xlabel("irrep")


def _finish(axes: Axes, title: str) -> None:
    axes.set_title(title, loc="left", fontsize=10)
    axes.tick_params(labelsize=SMALL)
    axes.spines[["top", "right"]].set_visible(False)
