"""Figures of where a network is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from analysis.figures.style import (
    CHANCE,
    LEFT,
    PRODUCT,
    RIGHT,
    SMALL,
    SMALLEST_LOSS,
    Floats,
    finish,
)


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
        finish(axes, f"{name} held fixed")
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
