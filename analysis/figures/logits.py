"""Figures of the logits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from matplotlib.figure import Figure

from analysis.figures import heatmaps
from analysis.figures.style import (
    BASELINE,
    EXCLUDED,
    LEFT,
    PRODUCT,
    RIGHT,
    SMALL,
    WIDEST,
    Floats,
    Fractions,
    finish,
    name_irreps,
)
from analysis.measures.orderings import Ordering

MOST_NAMED_TICKS = 30
"""The most classes that are named along an axis."""


def logits_beside_characters(
    logits: Floats, characters: Floats, boundaries: Sequence[int], names: Sequence[str]
) -> Figure:
    """Draw centred logits by product xy and candidate z beside the fitted characters.

    Args:
        logits: [g, z] = mean centred logit of z over the pairs with xy = g.
        characters: [g, z] = the part of it that is a sum of characters of g z^-1.
        boundaries: first row of every conjugacy class; rows and columns are sorted by class.
        names: of the classes.
    """
    places = torch.arange(len(logits))
    ordering = Ordering(places, tuple(boundaries), tuple(names), "class")
    return heatmaps.pairs(
        {
            "logits, mean over the pairs with one xy": logits,
            "fitted characters of the key irreps": characters,
        },
        ordering,
        ordering,
        ("xy", "z"),
        "centred logit",
    )


def slice_beside_characters(
    logits: Floats,
    characters: Floats,
    explained: float,
    rows: Ordering,
    columns: Ordering,
    held: str,
    other: str = "y",
) -> Figure:
    """Draw centred logits with one element held fixed beside characters fitted to all logits.

    Args:
        logits: [g, z] = centred logit of z where the other element is g.
        characters: [g, z] = fitted sum of characters there.
        explained: fraction of variance of this slice explained by the characters.
        rows: an ordering of the group, for g.
        columns: likewise, for z.
        held: the element held fixed: "x = (0 1 2)".
        other: which element g is.
    """
    return heatmaps.pairs(
        {
            f"logits, {held}": logits,
            f"characters fitted to all: {explained:.1%} explained": characters,
        },
        rows,
        columns,
        (other, "z"),
        "centred logit",
    )


def similarities_by_irrep(
    logits: Fractions,
    rows: Fractions,
    probabilities: Fractions,
    certainty: Fractions,
    sd: float,
) -> Figure:
    """Draw cosines of logits and probabilities with the character of each irrep.

    Args:
        logits: {irrep: cosine of all centred logits with chi(x y z^-1)}.
        rows: {irrep: mean over all pairs of the cosine of one pair's logits}.
        probabilities: {irrep: cosine of all centred probabilities}.
        certainty: {irrep: cosine of probabilities that are 1 at z = xy}, marked.
        sd: standard deviation of all of these for random logits, whose mean is 0.
    """
    labels = list(logits)
    size = float(np.clip(0.8 * len(labels) + 2, 7.0, WIDEST))
    figure = Figure(figsize=(size, 3.8), layout="constrained")
    axes = figure.subplots()
    positions, width = np.arange(len(labels)), 0.27
    axes.axhspan(
        -sd, sd, color=BASELINE, linewidth=1, label=f"null baseline: 0 ± {sd:.1g}", zorder=3
    )
    for k, (name, values, colour) in enumerate(
        (
            ("logits", logits, LEFT),
            ("logits, mean over pairs", rows, RIGHT),
            ("probabilities", probabilities, PRODUCT),
        )
    ):
        heights = [values[label] for label in labels]
        axes.bar(positions + (k - 1) * width, heights, width * 0.94, color=colour, label=name)
    axes.hlines(
        [certainty[label] for label in labels],
        positions + width / 2,
        positions + 3 * width / 2,
        color=EXCLUDED,
        linewidth=2,
        label="probabilities that are 1 at xy",
        zorder=4,
    )
    name_irreps(axes, labels)
    axes.set_ylabel("cosine with the character")
    finish(axes, "Similarity with χ(x y z$^{-1}$), by irrep")
    figure.legend(loc="outside upper left", ncols=3, fontsize=SMALL, frameon=False)
    return figure


def class_function(
    means: Floats, fitted: Floats, sd: Floats, names: Sequence[str], sizes: Sequence[int]
) -> Figure:
    """Draw the mean logit by class of x y z^-1 beside the characters fitted to all logits.

    Args:
        means: mean centred logit over the triples in each class, (classes,).
        fitted: the sum of characters at each class, (classes,).
        sd: standard deviation of the logits in each class, (classes,).
        names: of the classes.
        sizes: number of elements of each class.
    """
    width = float(np.clip(0.55 * len(names) + 2, 6.0, WIDEST))
    figure = Figure(figsize=(width, 3.6), layout="constrained")
    axes = figure.subplots()
    at = np.arange(len(names))
    axes.axhline(0, color="0.7", linewidth=0.8)
    axes.errorbar(
        at,
        means,
        sd,
        fmt="o",
        color=LEFT,
        capsize=3,
        markersize=5,
        label="logits: mean and standard deviation",
    )
    marks = max(6.0, min(18.0, 400 / len(names)))
    axes.plot(
        at, fitted, "_", color=PRODUCT, markersize=marks, markeredgewidth=2.5, label="characters"
    )
    ticks = [f"{name}\n{size}" for name, size in zip(names, sizes, strict=True)]
    every = 1 + (len(names) - 1) // MOST_NAMED_TICKS
    axes.set_xticks(
        at[::every], ticks[::every], fontsize=SMALL, rotation=45 if len(names) > 8 else 0
    )
    axes.set_xlabel("conjugacy class of x y z$^{-1}$, and its size")
    axes.set_ylabel("centred logit of z")
    finish(axes, "z = xy is the class of the identity")
    axes.legend(fontsize=SMALL, frameon=False)
    return figure
