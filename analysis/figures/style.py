"""What all figures share: colours by role, sizes, and the finish of axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from symrep.characters.table import Label

Floats = NDArray[np.float64]
Fractions = Mapping[Label, float]

# Okabe and Ito's palette, which colour-blind readers distinguish: one colour a role.
LEFT, RIGHT, PRODUCT, BASELINE = "#0072B2", "#56B4E9", "#D55E00", "#222222"
RESTRICTED, EXCLUDED = "#009E73", "#CC79A7"
SEQUENTIAL, DIVERGING = "cividis", "RdBu_r"
SMALL = 8
SMALLEST_LOSS = 1e-12

WIDEST = 11.0
"""Inches above which text is too small when the figure is scaled to the page."""


def name_irreps(axes: Axes, labels: Sequence[Label]) -> None:
    """Name the irreps at 0, 1, ... along the horizontal axis."""
    names = list(map(str, labels))
    slanted = sum(map(len, names)) > 60
    axes.set_xticks(
        range(len(names)),
        names,
        fontsize=SMALL,
        rotation=30 if slanted else 0,
        ha="right" if slanted else "center",
    )
    axes.set_xlabel("irrep")


def finish(axes: Axes, title: str) -> None:
    """Give axes their title, small ticks and no frame."""
    axes.set_title(title, loc="left", fontsize=10)
    axes.tick_params(labelsize=SMALL)
    axes.spines[["top", "right"]].set_visible(False)
