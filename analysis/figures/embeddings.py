"""Figures of the weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from analysis.figures.style import (
    CHANCE,
    LEFT,
    PRODUCT,
    RIGHT,
    SEQUENTIAL,
    SMALL,
    Floats,
    Shares,
    finish,
    name_irreps,
)
from symrep import Partition


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
    name_irreps(axes, labels)
    axes.set_ylabel("share of variance")
    finish(axes, title)
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
        finish(axes, name)
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
