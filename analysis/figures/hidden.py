"""Figures of the hidden layer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axis import Axis
from matplotlib.figure import Figure

from analysis.figures.style import BASELINE, DIVERGING, LEFT, SMALL, Floats, finish

POINTS = 5000
"""The most points in a scatter plot; others are left out at regular distances."""


def representation_beside_readout(
    matrices: Floats,
    readout: Floats,
    boundaries: Sequence[int],
    names: Sequence[str],
    irrep: str,
) -> Figure:
    """Draw the matrix coefficients rho_ij(g) of an irrep beside a linear probe of them.

    Args:
        matrices: rho(g), elements sorted by class, (|G|, d, d).
        readout: prediction of the probe at g, in the same order, (|G|, d, d).
        boundaries: first element of every conjugacy class.
        names: of the classes.
        irrep: its name.
    """
    expected, found = (values.reshape(len(values), -1) for values in (matrices, readout))
    figure = Figure(figsize=(11, 4.4), layout="constrained")
    panels = figure.subplots(1, 3, width_ratios=(1, 1, 1.1))
    limit = float(max(np.abs(expected).max(), np.abs(found).max())) or 1.0
    ends = [*boundaries[1:], len(expected)]
    # Classes too small for a line of text have no name.
    named = {
        (start + end - 1) / 2: name
        for start, end, name in zip(boundaries, ends, names, strict=True)
        if 30 * (end - start) > len(expected)
    }
    d = matrices.shape[1]
    for axes, values, title in (
        (panels[0], expected, f"ρ(g) of {irrep}"),
        (panels[1], found, "linear probe of the hidden layer"),
    ):
        image = axes.imshow(
            values,
            cmap=DIVERGING,
            vmin=-limit,
            vmax=limit,
            aspect="auto",
            interpolation="nearest",
        )
        for start in boundaries[1:]:
            axes.axhline(start - 0.5, color="0.4", linewidth=0.4)
        _name_pairs(axes.xaxis, d, d)
        axes.set_xlabel("matrix coefficient (i, j)")
        axes.set_yticks(list(named), list(named.values()))
        finish(axes, title)
    panels[0].set_ylabel("g = xy, by class")
    panels[1].tick_params(labelleft=False)
    bar = figure.colorbar(image, ax=list(panels[:2]), label="matrix coefficient", pad=0.01)
    bar.ax.tick_params(labelsize=SMALL)
    step = 1 + expected.size // POINTS
    axes = panels[2]
    axes.plot([-limit, limit], [-limit, limit], color=BASELINE, linewidth=0.9)
    axes.plot(expected.flat[::step], found.flat[::step], ".", color=LEFT, markersize=3, alpha=0.5)
    axes.set_xlabel("ρ(g), coefficient (i, j)")
    axes.set_ylabel("probe, coefficient (i, j)")
    axes.set_aspect("equal")
    finish(axes, "on the line: no error")
    return figure


def readout_map(found: Floats, pattern: Floats, title: str, columns: int) -> Figure:
    """Draw the map from hidden layer to logits in the basis of an irrep, beside its pattern.

    Both are divided by their largest absolute values.

    Args:
        found: [ij, kl], (d^2/c, d^2/c).
        pattern: the same for logits that are the character.
        title: of the found map.
        columns: d/c, the number of values of j; pairs are flattened to i (d/c) + j.
    """
    figure = Figure(figsize=(9.4, 4.8), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    for axes, matrix, name in (
        (panels[0], found, title),
        (panels[1], pattern, "pattern of the character"),
    ):
        image = axes.imshow(
            matrix / (np.abs(matrix).max(initial=0.0) or 1.0),
            cmap=DIVERGING,
            vmin=-1,
            vmax=1,
        )
        for start in range(columns, len(matrix), columns):
            axes.axhline(start - 0.5, color="0.6", linewidth=0.3)
            axes.axvline(start - 0.5, color="0.6", linewidth=0.3)
        _name_pairs(axes.xaxis, len(found) // columns, columns)
        axes.set_xlabel("(k, l) of ρ(z)")
        finish(axes, name)
    _name_pairs(panels[0].yaxis, len(found) // columns, columns)
    panels[0].set_ylabel("(i, j) of ρ(xy)")
    bar = figure.colorbar(image, ax=list(panels), label="entry / largest entry", pad=0.01)
    bar.ax.tick_params(labelsize=SMALL)
    return figure


def _name_pairs(axis: Axis, rows: int, columns: int) -> None:
    """Name the places of the pairs (i, 1), all or some of them."""
    named = range(0, rows, 1 + (rows - 1) // 6)
    axis.set_ticks([i * columns for i in named], [f"({i + 1},1)" for i in named])
