"""Bars of measures by irrep, with their chance levels."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from analysis.figures import embeddings as figures
from analysis.metrics import Analysis


def shares_figure(
    analysis: Analysis,
    series: Mapping[str, str],
    title: str,
    baseline: pd.DataFrame | None = None,
) -> Figure:
    """Bars of some measures by irrep.

    Args:
        analysis: of the run.
        series: {name: measure}.
        title: of the figure.
        baseline: of random weights; its means are the chance levels if it is given, else those
            of formulas.
    """
    chances = analysis.chances
    if baseline is not None:
        at = zip(baseline.measure, baseline.irrep, strict=True)
        chances = dict(zip(at, baseline.random.tolist(), strict=True))
    values, levels = (
        {
            name: {label: numbers[measure, str(label)] for label in analysis.run.group.irreps}
            for name, measure in series.items()
        }
        for numbers in (analysis.values, chances)
    )
    return figures.shares_by_irrep(values, levels, title)
