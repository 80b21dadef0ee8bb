"""Figures of the weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from analysis.figures.style import (
    BASELINE,
    LEFT,
    PRODUCT,
    RESTRICTED,
    RIGHT,
    SEQUENTIAL,
    SMALL,
    SMALLEST_LOSS,
    WIDEST,
    Floats,
    Fractions,
    finish,
    name_irreps,
)
from symrep.characters.table import Label


def fractions_by_irrep(
    series: Mapping[str, Fractions], baseline: Mapping[str, Fractions], title: str
) -> Figure:
    """Draw grouped bars, a group an irrep and a bar a series, each with its null baseline.

    Args:
        series: {name: {irrep: fraction of variance}}, up to four.
        baseline: the null baselines, by the same names and irreps.
        title: title of the axes.
    """
    labels = list(next(iter(series.values())))
    size = float(np.clip(0.8 * len(labels) + 2, 7.0, WIDEST))
    figure = Figure(figsize=(size, 3.8), layout="constrained")
    axes = figure.subplots()
    positions, width = np.arange(len(labels)), 0.8 / len(series)
    for k, (name, fractions) in enumerate(series.items()):
        at = positions + (k - (len(series) - 1) / 2) * width
        colour = (LEFT, RIGHT, PRODUCT, RESTRICTED)[k]
        heights = [fractions[label] for label in labels]
        axes.bar(at, heights, width * 0.94, color=colour, label=name)
        axes.hlines(
            [baseline[name][label] for label in labels],
            at - width / 2,
            at + width / 2,
            color=BASELINE,
            linewidth=1.5,
            label="null baseline" if k == 0 else "_",
        )
    name_irreps(axes, labels)
    axes.set_ylabel("fraction of variance")
    finish(axes, title)
    figure.legend(ncols=5, fontsize=SMALL, frameon=False, loc="outside upper right")
    return figure


def singular_values(values: Mapping[str, Floats], ranks: Mapping[str, int]) -> Figure:
    """Draw the singular values of each matrix, largest first, and the ranks of irreps.

    Args:
        values: {name of the matrix: singular values}, up to three.
        ranks: {text: rank}, marked by a vertical line behind the value of that rank.
    """
    figure = Figure(figsize=(max(3.6 * len(values), 6.4), 3.4), layout="constrained")
    panels = figure.subplots(1, len(values), sharey=True, squeeze=False)[0]
    for axes, (name, column), colour in zip(
        panels, values.items(), (LEFT, RIGHT, PRODUCT), strict=False
    ):
        shown = np.maximum(column / max(column.max(initial=0.0), 1e-300), 1e-9)
        axes.semilogy(np.arange(1, len(column) + 1), shown, ".", markersize=4, color=colour)
        for k, (text, rank) in enumerate(ranks.items()):
            axes.axvline(rank + 0.5, color=BASELINE, linewidth=0.8, linestyle="--")
            axes.annotate(
                f"{text} = {rank}",
                (rank + 0.5, 1 - 0.08 * k),
                xycoords=("data", "axes fraction"),
                xytext=(3, 0),
                textcoords="offset points",
                fontsize=SMALL,
                va="top",
            )
        axes.set_xlabel("index")
        finish(axes, name)
    panels[0].set_ylabel("singular value / largest")
    return figure


def neuron_fractions(fractions: Floats, labels: Sequence[Label], live: NDArray[np.bool_]) -> Figure:
    """Draw a heat map of the fraction of each irrep in each active column of an embedding.

    Args:
        fractions: (irreps, width).
        labels: of the irreps.
        live: which columns are active, (width,).
    """
    active = fractions[:, live]
    order = np.lexsort((-active.max(axis=0, initial=0.0), active.argmax(axis=0)))
    figure = Figure(figsize=(8, 0.28 * len(labels) + 1.6), layout="constrained")
    axes = figure.subplots()
    image = axes.imshow(
        active[:, order] if active.shape[1] else np.zeros((len(labels), 1)),
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
        f"Irreps in each column of the left embedding: {int(live.sum())} active, "
        f"{int((~live).sum())} dead",
        loc="left",
        fontsize=10,
    )
    figure.colorbar(image, ax=axes, label="fraction of variance", pad=0.01)
    return figure


def coefficient_fractions(fractions: Mapping[str, Floats], baseline: float, irrep: str) -> Figure:
    """Draw heat maps of the matrix coefficients of an irrep, relative to the irrep.

    The scale is common, from 0, with a line at equal fractions. Titles give the fraction of
    variance in the irrep, and its null baseline.

    Args:
        fractions: {name of the matrix: (d, d/c) fractions of its variance}.
        baseline: null baseline of one matrix coefficient.
        irrep: its name.
    """
    figure = Figure(figsize=(2.3 * len(fractions) + 1.2, 3.1), layout="constrained")
    panels = figure.subplots(1, len(fractions), sharey=True, squeeze=False)[0]
    parts = {name: matrix / (matrix.sum() or 1.0) for name, matrix in fractions.items()}
    count = next(iter(parts.values())).size
    largest = max(1 / count, *(float(part.max()) for part in parts.values()))
    for axes, (name, part) in zip(panels, parts.items(), strict=True):
        image = axes.imshow(
            part,
            cmap=SEQUENTIAL,
            vmin=0,
            vmax=1.02 * largest,
            interpolation="nearest",
            aspect="auto",
        )
        for axis, length in zip((axes.yaxis, axes.xaxis), part.shape, strict=True):
            places = range(0, length, 1 + (length - 1) // 8)
            axis.set_ticks(places, [str(k + 1) for k in places])
        axes.set_xlabel("j", fontsize=10)
        whole = f"{fractions[name].sum():.1%} (null {count * baseline:.1%})"
        finish(axes, f"{name}:\n{whole}")
    panels[0].set_ylabel("i")
    bar = figure.colorbar(image, ax=list(panels), pad=0.02)
    bar.set_label(f"fraction of the part in {irrep}\n(line: all equal)", fontsize=SMALL)
    bar.ax.tick_params(labelsize=SMALL)
    bar.ax.axhline(1 / count, color=PRODUCT, linewidth=1.5)
    figure.suptitle(f"Matrix coefficients ρ(i, j) of {irrep}", x=0.01, ha="left", fontsize=10)
    return figure


def side_spectra(
    spectra: Mapping[str, tuple[Floats, Floats]], baseline: Mapping[str, Floats], irrep: str
) -> Figure:
    """Draw the eigenvalues on both sides of an irrep, largest first, a panel for each matrix.

    Args:
        spectra: {name of the matrix: (left, right)}, each (d,), with the sum 1.
        baseline: {name of the matrix: eigenvalues in random weights, (d,)}.
        irrep: its name.
    """
    figure = Figure(figsize=(2.4 * len(spectra) + 0.6, 2.9), layout="constrained")
    panels = figure.subplots(1, len(spectra), sharey=True, squeeze=False)[0]
    for axes, (name, sides) in zip(panels, spectra.items(), strict=True):
        at = np.arange(1, len(sides[0]) + 1)
        for side, values, offset, colour in (
            ("left", sides[0], -0.2, LEFT),
            ("right", sides[1], 0.2, PRODUCT),
        ):
            axes.bar(at + offset, values, 0.38, color=colour, label=f"{side} side")
        axes.hlines(
            baseline[name],
            at - 0.42,
            at + 0.42,
            color=BASELINE,
            linewidth=1.5,
            label="null baseline",
        )
        axes.set_ylim(0, 1.03)
        axes.set_xticks(at[:: 1 + (len(at) - 1) // 8])
        axes.set_xlabel("eigenvalue, by size")
        finish(axes, name)
    panels[0].set_ylabel(f"fraction of the part in {irrep}")
    handles, texts = panels[0].get_legend_handles_labels()
    figure.legend(
        handles, texts, ncols=3, fontsize=SMALL, frameon=False, loc="outside upper center"
    )
    return figure


def truncation_losses(
    losses: Mapping[str, Mapping[int, float]],
    ranks: Mapping[str, int],
    levels: Mapping[str, float],
) -> Figure:
    """Draw the loss against the rank of truncated matrices, a panel for each, on a log scale.

    Losses below 1e-12 are drawn at 1e-12.

    Args:
        losses: {name of the matrix: {rank: mean cross entropy}}, up to four.
        ranks: {text: rank}, predicted ones, marked where a panel reaches them.
        levels: {text: loss}, up to three, drawn as horizontal lines.
    """
    columns = min(2, len(losses))
    rows = -(-len(losses) // columns)
    figure = Figure(figsize=(4.6 * columns, 2.7 * rows + 0.4), layout="constrained")
    panels = figure.subplots(rows, columns, sharey=True, squeeze=False)
    numbers = [loss for by_rank in losses.values() for loss in by_rank.values()]
    shown = np.maximum([*numbers, *levels.values()], SMALLEST_LOSS)
    for axes, (name, by_rank) in zip(panels.flat, losses.items(), strict=False):
        values = np.maximum(list(by_rank.values()), SMALLEST_LOSS)
        axes.set_yscale("log")
        axes.set_ylim(shown.min() / 3, shown.max() * 3)
        axes.plot(list(by_rank), values, ".-", color=LEFT, markersize=5, linewidth=1)
        for (text, level), style in zip(levels.items(), ("-", "--", ":"), strict=False):
            axes.axhline(
                max(level, SMALLEST_LOSS),
                color=BASELINE,
                linewidth=0.9,
                linestyle=style,
                label=text,
            )
        last = max(by_rank)
        reached = {text: rank for text, rank in ranks.items() if rank <= 1.5 * last}
        for k, (text, rank) in enumerate(reached.items()):
            axes.axvline(rank, color=PRODUCT, linewidth=0.9, linestyle="--")
            on_left = rank > last / 2
            axes.annotate(
                f"{text} = {rank}",
                (rank, 0.8 - 0.1 * k),
                xycoords=("data", "axes fraction"),
                xytext=(-3 if on_left else 3, 0),
                textcoords="offset points",
                fontsize=SMALL,
                ha="right" if on_left else "left",
                va="top",
                bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.5},
            )
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel("rank kept")
        finish(axes, name)
    for axes in panels.flat[len(losses) :]:
        axes.set_visible(False)
    for axes in panels[:, 0]:
        axes.set_ylabel("mean cross entropy (nats)")
    handles, texts = panels[0, 0].get_legend_handles_labels()
    figure.legend(
        handles, texts, ncols=3, fontsize=SMALL, frameon=False, loc="outside upper center"
    )
    return figure


def irrep_overlaps(overlaps: Floats, baseline: Floats, labels: Sequence[Label]) -> Figure:
    """Draw the overlaps of irreps in the columns beside those of random weights.

    Args:
        overlaps: (irreps, irreps), in [0, 1].
        baseline: the same of random weights.
        labels: of the irreps.
    """
    size = 0.34 * len(labels) + 1.8
    figure = Figure(figsize=(2 * size + 0.8, size), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    names = list(map(str, labels))
    for axes, matrix, title in (
        (panels[0], overlaps, "weights"),
        (panels[1], baseline, "null baseline"),
    ):
        image = axes.imshow(matrix, cmap=SEQUENTIAL, vmin=0, vmax=1, interpolation="nearest")
        axes.set_xticks(range(len(names)), names, rotation=90)
        axes.set_yticks(range(len(names)), names)
        axes.set_xlabel("irrep")
        finish(axes, title)
    panels[0].set_ylabel("irrep")
    figure.colorbar(image, ax=list(panels), label="overlap (1: same directions)", pad=0.02)
    return figure
