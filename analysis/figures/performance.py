"""Figures of losses and accuracies on parts of the pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

import numpy as np
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure

from analysis.figures.style import (
    BASELINE,
    LEFT,
    PRODUCT,
    RIGHT,
    SEQUENTIAL,
    SMALL,
    SMALLEST_LOSS,
    Floats,
    finish,
)

MOST_NAMED_CLASSES = 50
"""Classes of one size that could be named along an axis."""


def losses_by_element(
    losses: Mapping[str, Floats],
    boundaries: Sequence[int],
    names: Sequence[str],
    levels: Mapping[str, float],
) -> Figure:
    """Draw the mean loss with x, y or xy held fixed, a panel for each.

    Args:
        losses: {what is held: loss at each element}, sorted by class; (|G|,) each.
        boundaries: first element of every conjugacy class.
        names: of the classes.
        levels: {text: loss}, marked by a horizontal line.
    """
    figure = Figure(figsize=(8, 1.5 * len(losses) + 1.2), layout="constrained")
    panels = figure.subplots(len(losses), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
    order = len(next(iter(losses.values())))
    starts = np.array(boundaries)
    sizes = np.diff(starts, append=order)
    # Lines between small classes would hide the points, and their names each other.
    wide = sizes > order / MOST_NAMED_CLASSES
    for axes, (name, values), colour in zip(
        panels, losses.items(), (LEFT, RIGHT, PRODUCT), strict=False
    ):
        axes.semilogy(np.maximum(values, SMALLEST_LOSS), ".", markersize=3, color=colour)
        for (text, level), style in zip(levels.items(), ("-", "--"), strict=False):
            axes.axhline(level, color=BASELINE, linewidth=0.9, linestyle=style, label=text)
        for start in starts[1:][wide[1:] | wide[:-1]]:
            axes.axvline(start - 0.5, color="0.8", linewidth=0.6)
        axes.set_ylabel("loss (nats)", fontsize=SMALL)
        finish(axes, f"{name} held fixed")
    middles = starts + (sizes - 1) / 2
    named: list[int] = []
    for k, middle in enumerate(middles):
        if not named or middle - middles[named[-1]] > order / MOST_NAMED_CLASSES:
            named.append(k)
    panels[-1].set_xticks(
        [middles[k] for k in named], [names[k] for k in named], rotation=90, fontsize=SMALL
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


def by_coset(
    losses: Floats,
    accuracies: Floats,
    names: Sequence[str],
    column_names: Sequence[str],
    guess: tuple[float, float],
) -> Figure:
    """Draw losses and accuracies with x in one coset and y in another, as two heat maps.

    Up to eight cosets have their numbers written into the cells. Losses below 1e-12 are drawn
    at 1e-12. Where there are too many cosets, not all are named.

    Args:
        losses: [i, j] = mean loss in nats with x in coset i and y in coset j, (k, k).
        accuracies: likewise.
        names: of the cosets of x, the subgroup first.
        column_names: of those of y.
        guess: loss and accuracy of guessing, marked on the scales.
    """
    side = float(np.clip(0.22 * len(names), 2.6, 6.0))
    figure = Figure(figsize=(2 * side + 3.6, side + 1.6), layout="constrained")
    panels = figure.subplots(1, 2)
    shown = np.maximum(losses, SMALLEST_LOSS)
    lowest, highest = min(shown.min(), guess[0]) / 1.5, max(shown.max(), guess[0]) * 1.5
    size = float(np.clip(72 * side / (1.3 * len(names)), 4, SMALL))
    named = slice(None, None, ceil(1.3 * size * len(names) / (72 * side)))
    for axes, values, cells, scale, level, title, label in (
        (panels[0], shown, losses, LogNorm(lowest, highest), guess[0], "loss", "nats"),
        (
            panels[1],
            accuracies,
            accuracies,
            Normalize(0, 1),
            guess[1],
            "accuracy",
            "fraction correct",
        ),
    ):
        image = axes.imshow(values, cmap=SEQUENTIAL, norm=scale, interpolation="nearest")
        places = range(len(names))[named]
        axes.set_xticks(places, column_names[named], rotation=90, fontsize=size)
        axes.set_yticks(places, names[named], fontsize=size)
        axes.set_xlabel("y in the coset")
        axes.set_ylabel("x in the coset")
        axes.set_title(title, loc="left", fontsize=10)
        bar = figure.colorbar(image, ax=axes, label=f"{label} (line: guessing)", pad=0.02)
        bar.ax.axhline(level, color=PRODUCT, linewidth=2)
        bar.ax.tick_params(labelsize=SMALL)
        if len(names) <= 8:
            for i, j in np.ndindex(*cells.shape):
                colour = "white" if scale(values[i, j]) < 0.5 else "black"
                axes.text(
                    j, i, f"{cells[i, j]:.2g}", ha="center", va="center", fontsize=7, color=colour
                )
    return figure
