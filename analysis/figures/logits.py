"""Figures of the logits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from analysis.figures.style import DIVERGING, LEFT, PRODUCT, SMALL, Floats, finish


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
    finish(axes, "The right answer is the class of the identity")
    axes.legend(fontsize=SMALL, frameon=False)
    return figure
