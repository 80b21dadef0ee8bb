"""Heat maps of weights and of numbers at pairs, sorted into blocks of elements."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.transforms import BboxTransformTo, ScaledTranslation, blended_transform_factory
from scipy.optimize import isotonic_regression

from analysis.figures.style import DIVERGING, SEQUENTIAL, SMALL, Floats
from analysis.measures.orderings import Ordering

SMALLEST = 5
"""Points of the smallest font; with more blocks, not all are named."""

LINE_HEIGHT = 1.3
POINTS_PER_INCH = 72
LEADER = 12
"""Points between a heat map and the names of its blocks."""


def weights(
    matrix: Floats, rows: Ordering, title: str, columns: Ordering | None = None, what: str = "g"
) -> Figure:
    """Draw weights as a heat map, coloured from -m to m, m the largest absolute value.

    Args:
        matrix: [g, i] = weight of column i at g, in the order of the group, (|G|, width).
        rows: an ordering of the group, whose blocks are named.
        title: title of the axes.
        columns: an ordering of the columns, as `analysis.measures.orderings.by_irrep` gives.
        what: the element that the rows belong to, "x" for a left embedding.
    """
    height, width = 6.0, 8.5
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots()
    shown = matrix[rows.elements.numpy()]
    if columns is not None:
        shown = shown[:, columns.elements.numpy()]
    image = _image(axes, shown, _limit([matrix]), aspect="auto")
    _name_blocks(axes, "y", rows, height - 1.8)
    axes.set_ylabel(f"{what}, by {rows.by}")
    if columns is None:
        axes.tick_params(axis="x", labelsize=SMALL)
        axes.set_xlabel("column")
    else:
        _name_blocks(axes, "x", columns, width - 2.8)
        axes.set_xlabel(f"column, by {columns.by}")
    axes.set_title(title, loc="left", fontsize=10)
    figure.colorbar(image, ax=axes, label="weight", pad=0.01)
    return figure


def pairs(
    matrices: Mapping[str, Floats],
    rows: Ordering,
    columns: Ordering,
    what: tuple[str, str] = ("x", "y"),
    value: str = "activation",
) -> Figure:
    """Draw numbers at pairs of elements, a panel for each matrix, all on one scale.

    The scale is centred at zero, or starts there if no number is negative.

    Args:
        matrices: {title: [g, h], in the order of the group}, (|G|, |G|) each.
        rows: an ordering of the group, whose blocks are named.
        columns: likewise; it may be another one.
        what: the elements that the rows and the columns belong to.
        value: label of the scale, with the unit if there is one.
    """
    figure = Figure(figsize=(4 * len(matrices) + 1, 5.2), layout="constrained")
    panels = figure.subplots(1, len(matrices), sharey=True, squeeze=False)[0]
    limit = _limit(list(matrices.values()))
    signed = any(bool((matrix < 0).any()) for matrix in matrices.values())
    places = np.ix_(rows.elements.numpy(), columns.elements.numpy())
    for k, (axes, (title, matrix)) in enumerate(zip(panels, matrices.items(), strict=True)):
        image = _image(axes, matrix[places], limit, "equal", signed=signed)
        _name_blocks(axes, "x", columns, 3.2)
        _name_blocks(axes, "y", rows, 3.2, named=k == 0)
        axes.set_xlabel(f"{what[1]}, by {columns.by}")
        axes.set_title(title, loc="left", fontsize=10)
    panels[0].set_ylabel(f"{what[0]}, by {rows.by}")
    figure.colorbar(image, ax=list(panels), label=value, pad=0.01, shrink=0.9)
    return figure


def _limit(matrices: list[Floats]) -> float:
    return max(float(np.abs(matrix).max(initial=0.0)) for matrix in matrices) or 1.0


def _image(
    axes: Axes,
    matrix: Floats,
    limit: float,
    aspect: Literal["auto", "equal"],
    *,
    signed: bool = True,
) -> AxesImage:
    return axes.imshow(
        matrix,
        cmap=DIVERGING if signed else SEQUENTIAL,
        vmin=-limit if signed else 0,
        vmax=limit,
        interpolation="nearest",
        aspect=aspect,
    )


def _name_blocks(
    axes: Axes, along: Literal["x", "y"], ordering: Ordering, inches: float, *, named: bool = True
) -> None:
    """Draw lines between blocks, and their names with leaders, without overlap.

    There is no line between two blocks that are both too narrow for a name: it would hide them.

    Args:
        axes: with an image.
        along: the axis that is sorted.
        ordering: its blocks.
        inches: the least length that the axis may get.
        named: whether the names are written here, or the axis shares those of another.
    """
    count, names = len(ordering.elements), ordering.names
    starts = np.array(ordering.boundaries, dtype=float)
    points = POINTS_PER_INCH * inches
    wide = np.diff(starts, append=count) / max(count, 1) * points > LINE_HEIGHT * SMALLEST
    line = axes.axhline if along == "y" else axes.axvline
    for start in starts[1:][wide[1:] | wide[:-1]]:
        line(start - 0.5, color="0.4", linewidth=0.4)
    axes.tick_params(axis=along, length=0, pad=LEADER + 3)
    if not named or not names:
        return
    size = float(np.clip(points / (LINE_HEIGHT * len(names)), SMALLEST, SMALL))
    step = ceil(len(names) * LINE_HEIGHT * SMALLEST / points)
    middles = ((starts + np.append(starts[1:], count) - 1) / 2)[::step]
    places = _spread(middles, LINE_HEIGHT * size / points * count, count)
    axis = axes.yaxis if along == "y" else axes.xaxis
    axis.set_ticks(places, names[::step], fontsize=size, rotation=90 if along == "x" else 0)
    # Inches from the axes, whatever size the layout gives them.
    assert isinstance(axes.figure, Figure)
    beside = axes.figure.dpi_scale_trans + ScaledTranslation(0, 0, BboxTransformTo(axes.bbox))
    transform = blended_transform_factory(
        *((beside, axes.transData) if along == "y" else (axes.transData, beside))
    )
    for middle, place in zip(middles, places, strict=True):
        ends = [0, -LEADER / POINTS_PER_INCH], [middle, place]
        across, down = ends if along == "y" else ends[::-1]
        axes.plot(across, down, color="0.4", linewidth=0.5, transform=transform, clip_on=False)


def _spread(middles: Floats, gap: float, count: int) -> Floats:
    """Return the places nearest to the middles, in their order, that are at least a gap apart."""
    steps = gap * np.arange(len(middles))
    nearest: Floats = isotonic_regression(middles - steps).x
    places: Floats = np.clip(nearest, -0.5, max(-0.5, count - 0.5 - steps[-1])) + steps
    return places
