"""Figures of neurons: their irreps, sign neurons, coefficients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from analysis.figures.style import (
    BASELINE,
    DIVERGING,
    LEFT,
    SEQUENTIAL,
    SMALL,
    WIDEST,
    Floats,
    finish,
)

PUREST = 1e-12
"""Impurities below this are drawn at it."""

MARKERS = "osDv"
DEAD, UNASSIGNED = "0.6", "0.25"


def purities(
    left: Floats,
    right: Floats,
    irreps: Sequence[str],
    states: Sequence[str],
    threshold: float,
    baseline: Mapping[str, float],
) -> Figure:
    """Draw the impurities of the inputs of each neuron, on log scales, one point a neuron.

    Args:
        left: purity of the input from x of each neuron, (hidden,).
        right: purity of the input from y, (hidden,).
        irreps: the irrep that the purities are of, for each neuron.
        states: "irrep", "unassigned" or "dead", for each neuron.
        threshold: purity above which a neuron belongs to its irrep.
        baseline: {irrep: its mean fraction in random weights}, for all irreps that can occur; their
            range is a grey band.
    """
    figure = Figure(figsize=(6.4, 4.6), layout="constrained")
    axes = figure.subplots()
    x, y = (np.maximum(1 - side, PUREST) for side in (left, right))
    state, irrep = np.array(states), np.array(irreps)
    band = 1 - max(baseline.values()), 1 - min(baseline.values())
    axes.axvspan(*band, color="0.85", linewidth=0, zorder=0, label="null baseline, by irrep")
    axes.axhspan(*band, color="0.85", linewidth=0, zorder=0)
    text = f"purity {threshold:g}"
    axes.axvline(1 - threshold, color=BASELINE, linewidth=0.8, linestyle="--", label=text)
    axes.axhline(1 - threshold, color=BASELINE, linewidth=0.8, linestyle="--")
    dead = state == "dead"
    if dead.any():
        axes.plot(x[dead], y[dead], ".", color=DEAD, markersize=4, label=f"dead: {dead.sum()}")
    other = state == "unassigned"
    if other.any():
        axes.plot(
            x[other],
            y[other],
            "x",
            color=UNASSIGNED,
            markersize=6,
            label=f"unassigned: {other.sum()}",
        )
    members = {name: (state == "irrep") & (irrep == name) for name in baseline}
    found = {name: member for name, member in members.items() if member.any()}
    for k, (name, member) in enumerate(found.items()):
        axes.plot(
            x[member],
            y[member],
            MARKERS[k % len(MARKERS)],
            color=_colour(k),
            markersize=5,
            alpha=0.7,
            markeredgewidth=0,
            label=f"{name}: {member.sum()}",
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("fraction of the input from x outside of the irrep")
    axes.set_ylabel("fraction of the input from y outside of the irrep")
    finish(axes, "Impurity of the inputs of each neuron")
    figure.legend(loc="outside right upper", fontsize=SMALL, frameon=False)
    return figure


def neurons_by_irrep(counts: Mapping[str, int], unassigned: int, dead: int) -> Figure:
    """Draw bars of the numbers of neurons of each irrep, of unassigned and of dead neurons.

    Args:
        counts: {irrep: neurons}.
        unassigned: active neurons that belong to no irrep.
        dead: dead neurons.
    """
    names = [*counts, "unassigned", "dead"]
    heights = [*counts.values(), unassigned, dead]
    colours = [LEFT] * len(counts) + [UNASSIGNED, DEAD]
    width = float(np.clip(0.7 * len(names) + 1, 5.0, WIDEST))
    figure = Figure(figsize=(width, 3.2), layout="constrained")
    axes = figure.subplots()
    bars = axes.bar(range(len(names)), heights, 0.7, color=colours)
    axes.bar_label(bars, fontsize=SMALL)
    slanted = sum(map(len, names)) > 60
    axes.set_xticks(
        range(len(names)),
        names,
        rotation=30 if slanted else 0,
        ha="right" if slanted else "center",
    )
    axes.set_xlabel("irrep")
    axes.set_ylabel("neurons")
    finish(axes, f"{sum(heights)} neurons")
    return figure


def sign_circuit(
    activations: Mapping[str, Floats],
    contributions: Mapping[str, Floats],
    counts: Mapping[str, int],
) -> Figure:
    """Draw activations and contributions of each sign pattern by parity, as two-by-two tables.

    Args:
        activations: {sign pattern: [x, y] = mean activation of its neurons}, even before odd,
            (2, 2).
        contributions: {sign pattern or other row: [x, y] = contribution to the logits along s(z)},
            (2, 2).
        counts: {sign pattern or other row: neurons}.
    """
    rows = [(contributions, "logit along s(z)")]
    if activations:
        rows = [(activations, "mean activation\nof a neuron"), *rows]
    width = max(len(tables) for tables, _ in rows)
    figure = Figure(
        figsize=(max(1.6 * width + 1.6, 5.5), 2.2 * len(rows) + 1.0), layout="constrained"
    )
    grid = figure.subplots(len(rows), width, squeeze=False)
    for panels, (tables, label) in zip(grid, rows, strict=True):
        limit = _limit(tables)
        signed = min(float(table.min()) for table in tables.values()) < -1e-9 * limit
        cmap, low = (DIVERGING, -limit) if signed else (SEQUENTIAL, 0.0)
        for axes, (name, table) in zip(panels, tables.items(), strict=False):
            image = axes.imshow(table, cmap=cmap, vmin=low, vmax=limit)
            _write_entries(axes, image, table)
            axes.set_xticks((0, 1), ("even", "odd"))
            axes.set_yticks((0, 1), ("even", "odd") if axes is panels[0] else ("", ""))
            axes.set_xlabel("y", fontsize=SMALL)
            noun = "neuron" if counts[name] == 1 else "neurons"
            finish(axes, f"{name}\n{counts[name]} {noun}")
        panels[0].set_ylabel("x", fontsize=SMALL)
        for axes in panels[len(tables) :]:
            axes.set_axis_off()
        bar = figure.colorbar(image, ax=list(panels), pad=0.01, shrink=0.9)
        bar.set_label(label, fontsize=SMALL)
        bar.ax.tick_params(labelsize=SMALL)
    figure.suptitle(
        "Sign neurons by the signs of (a, b) in their input a s(x) + b s(y)",
        x=0.01,
        ha="left",
        fontsize=10,
    )
    return figure


def coefficients(stages: Mapping[str, Mapping[str, Floats]], title: str) -> Figure:
    """Draw the coefficient matrices of one neuron in an irrep, with a scale for each stage.

    Args:
        stages: {stage, such as "before the non-linearity": {name: (d, d)}}.
        title: which neuron, and which irrep.
    """
    widths = [len(matrices) for matrices in stages.values()]
    figure = Figure(figsize=(1.75 * sum(widths) + 0.7 * len(widths), 2.9), layout="constrained")
    parts = figure.subfigures(1, len(stages), width_ratios=widths, squeeze=False)[0]
    for part, (stage, matrices) in zip(parts, stages.items(), strict=True):
        limit = _limit(matrices)
        panels = part.subplots(1, len(matrices), squeeze=False)[0]
        for axes, (name, matrix) in zip(panels, matrices.items(), strict=True):
            image = axes.imshow(matrix, cmap=DIVERGING, vmin=-limit, vmax=limit)
            axes.set_xticks([])
            axes.set_yticks([])
            axes.set_xlabel("column j", fontsize=SMALL)
            axes.set_title(name, loc="left", fontsize=9)
        panels[0].set_ylabel("row i", fontsize=SMALL)
        bar = part.colorbar(image, ax=list(panels), pad=0.02, shrink=0.8, location="bottom")
        bar.ax.tick_params(labelsize=SMALL)
        bar.set_label("coefficient of $\\rho_{ij}$", fontsize=SMALL)
        part.suptitle(stage, x=0.02, ha="left", fontsize=9)
    figure.suptitle(title, x=0.01, ha="left", fontsize=10)
    return figure


def rank_one(
    measures: Mapping[str, Mapping[str, Floats]],
    baseline: Mapping[str, Mapping[str, tuple[float, float]]],
) -> Figure:
    """Draw how close the coefficients of neurons are to rank one with a common direction.

    The panels are in one row, or in two columns if that would be too wide.

    Args:
        measures: {measure: {irrep: its value for each neuron of the irrep}}.
        baseline: {measure: {irrep: mean and standard deviation for random coefficients}}, drawn as
            a line with bars.
    """
    irreps = list(next(iter(measures.values())))
    width = max(2.4, 0.75 * len(irreps) + 0.8)
    columns = len(measures) if width * len(measures) <= WIDEST else 2
    rows = -(-len(measures) // columns)
    size = min(width * columns, WIDEST), 3.1 * rows + 0.3
    figure = Figure(figsize=size, layout="constrained")
    panels = figure.subplots(rows, columns, sharey=True, squeeze=False)
    for axes in panels.flat[len(measures) :]:
        axes.set_visible(False)
    for axes, (measure, by_irrep) in zip(panels.flat, measures.items(), strict=False):
        for k, (irrep, values) in enumerate(by_irrep.items()):
            across = k + np.linspace(-0.28, 0.28, len(values)) if len(values) > 1 else [k]
            axes.plot(across, values, ".", color=LEFT, markersize=4, alpha=0.7)
            mean, sd = baseline[measure][irrep]
            axes.errorbar(
                k,
                mean,
                sd,
                fmt="_",
                color=BASELINE,
                markersize=20,
                capsize=3,
                label="null baseline: mean, standard deviation" if k == 0 else "_",
            )
        slanted = sum(map(len, irreps)) > 16
        axes.set_xticks(
            range(len(irreps)),
            irreps,
            rotation=40 if slanted else 0,
            ha="right" if slanted else "center",
        )
        axes.set_xlim(-0.6, len(irreps) - 0.4)
        axes.set_xlabel("irrep")
        axes.grid(axis="y", color="0.92")
        finish(axes, measure)
    for axes in panels[:, 0]:
        axes.set_ylabel("fraction or cosine; one dot a neuron")
    handles, texts = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, texts, loc="outside upper right", fontsize=SMALL, frameon=False)
    return figure


def _colour(k: int) -> tuple[float, ...]:
    colour: tuple[float, ...] = colormaps["tab10"](k % 10)
    return colour


def _limit(tables: Mapping[str, Floats]) -> float:
    """Return the largest magnitude in all tables, or 1."""
    return max((float(np.abs(table).max()) for table in tables.values()), default=0.0) or 1.0


def _write_entries(axes: Axes, image: AxesImage, table: Floats) -> None:
    """Write the numbers into their cells, light on dark."""
    colours = np.asarray(image.to_rgba(table))
    for (i, j), value in np.ndenumerate(table):
        red, green, blue, _ = colours[i, j]
        dark = 0.3 * red + 0.59 * green + 0.11 * blue < 0.5
        text = f"{value:.2f}".replace("-0.00", "0.00")
        axes.text(
            j, i, text, ha="center", va="center", fontsize=SMALL, color="white" if dark else "black"
        )
