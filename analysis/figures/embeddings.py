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


def shares_by_irrep(
    series: Mapping[str, Fractions], chance: Mapping[str, Fractions], title: str
) -> Figure:
    """Grouped bars, one group an irrep and one bar a series, each with its chance level.

    Args:
        series: {name: {irrep: share of variance}}, up to four.
        chance: the chance levels, by the same names and irreps.
        title: what the shares are of.
    """
    labels = list(next(iter(series.values())))
    size = float(np.clip(0.8 * len(labels) + 2, 7.0, WIDEST))
    figure = Figure(figsize=(size, 3.8), layout="constrained")
    axes = figure.subplots()
    positions, width = np.arange(len(labels)), 0.8 / len(series)
    for k, (name, shares) in enumerate(series.items()):
        at = positions + (k - (len(series) - 1) / 2) * width
        colour = (LEFT, RIGHT, PRODUCT, RESTRICTED)[k]
        axes.bar(at, [shares[label] for label in labels], width * 0.94, color=colour, label=name)
        axes.hlines(
            [chance[name][label] for label in labels],
            at - width / 2,
            at + width / 2,
            color=BASELINE,
            linewidth=1.5,
            label="baseline" if k == 0 else "_",
        )
    name_irreps(axes, labels)
    axes.set_ylabel("share of variance")
    finish(axes, title)
    figure.legend(ncols=5, fontsize=SMALL, frameon=False, loc="outside upper right")
    return figure


def singular_values(values: Mapping[str, Floats], ranks: Mapping[str, int]) -> Figure:
    """Singular values of each matrix, largest first, and the ranks that irreps predict.

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
        axes.set_xlabel("number")
        finish(axes, name)
    panels[0].set_ylabel("singular value / largest")
    return figure


def neuron_fractions(shares: Floats, labels: Sequence[Label], live: NDArray[np.bool_]) -> Figure:
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


def element_shares(shares: Mapping[str, Floats], chance: float, irrep: str) -> Figure:
    """Heat maps of what each matrix element of an irrep has of all that is of the irrep.

    The scale is common, from 0, with a line for equal shares, as its label says. Titles say what
    the irrep has of the whole, and by chance.

    Args:
        shares: {name of the matrix: (d, d/c) shares of the whole}.
        chance: share of one matrix element by chance.
        irrep: its name.
    """
    figure = Figure(figsize=(2.3 * len(shares) + 1.2, 3.1), layout="constrained")
    panels = figure.subplots(1, len(shares), sharey=True, squeeze=False)[0]
    parts = {name: matrix / (matrix.sum() or 1.0) for name, matrix in shares.items()}
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
        whole = f"{shares[name].sum():.1%} of it; chance {count * chance:.1%}"
        finish(axes, f"{name}:\n{whole}")
    panels[0].set_ylabel("i")
    bar = figure.colorbar(image, ax=list(panels), pad=0.02)
    bar.set_label(f"share of what is of {irrep}\n(line: all equal)", fontsize=SMALL)
    bar.ax.tick_params(labelsize=SMALL)
    bar.ax.axhline(1 / count, color=PRODUCT, linewidth=1.5)
    figure.suptitle(f"Matrix elements ρ(i, j) of {irrep}", x=0.01, ha="left", fontsize=10)
    return figure


def side_spectra(
    spectra: Mapping[str, tuple[Floats, Floats]], chance: Mapping[str, Floats], irrep: str
) -> Figure:
    """Eigenvalues on both sides of an irrep, largest first, one panel for each matrix.

    Args:
        spectra: {name of the matrix: (left, right)}, each (d,), with the sum 1.
        chance: {name of the matrix: eigenvalues in random weights, (d,)}.
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
            chance[name], at - 0.42, at + 0.42, color=BASELINE, linewidth=1.5, label="baseline"
        )
        axes.set_ylim(0, 1.03)
        axes.set_xticks(at[:: 1 + (len(at) - 1) // 8])
        axes.set_xlabel("eigenvalue, by size")
        finish(axes, name)
    panels[0].set_ylabel(f"share of what is of {irrep}")
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
    """Loss against the rank that a matrix is truncated to, one panel for each, on a log scale.

    Losses below 1e-12 are drawn there.

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


def irrep_overlaps(overlaps: Floats, chance: Floats, labels: Sequence[Label]) -> Figure:
    """How far irreps use the same directions of the columns, beside random weights.

    Args:
        overlaps: (irreps, irreps), in [0, 1].
        chance: the same of random weights.
        labels: of the irreps.
    """
    size = 0.34 * len(labels) + 1.8
    figure = Figure(figsize=(2 * size + 0.8, size), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    names = list(map(str, labels))
    for axes, matrix, title in ((panels[0], overlaps, "weights"), (panels[1], chance, "baseline")):
        image = axes.imshow(matrix, cmap=SEQUENTIAL, vmin=0, vmax=1, interpolation="nearest")
        axes.set_xticks(range(len(names)), names, rotation=90)
        axes.set_yticks(range(len(names)), names)
        axes.set_xlabel("irrep")
        finish(axes, title)
    panels[0].set_ylabel("irrep")
    figure.colorbar(image, ax=list(panels), label="overlap (1: same directions)", pad=0.02)
    return figure
