"""Bars of measures by irrep with their null baselines, and the irreps that are drawn."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from analysis.figures import embeddings as figures
from analysis.measures.table import Analysis
from symrep.characters.table import Label

MOST_SHOWN = 18
"""Number of irreps that are drawn, unless there are more key irreps."""


def shown_irreps(analysis: Analysis) -> list[Label]:
    """Return all irreps of the group, or, if there are many, the key irreps and the largest."""
    labels = list(analysis.group.irreps)
    measures = ("left_embedding_fve", "right_embedding_fve", "centred_unembedding_fve")
    size = {label: sum(analysis.value(name, label) for name in measures) for label in labels}
    size |= {label: 3 + size[label] for label in analysis.key_irreps}
    kept = max(MOST_SHOWN, len(analysis.key_irreps))
    chosen = set(sorted(labels, key=lambda label: -size[label])[:kept])
    return [label for label in labels if label in chosen]


def left_out(analysis: Analysis) -> str:
    """Return a sentence on the irreps that are not shown; empty if all are."""
    count, shown = len(analysis.group.irreps), len(shown_irreps(analysis))
    if shown == count:
        return ""
    return f" Shown are the {shown} of {count} irreps with the largest fractions of the weights."


def shares_figure(
    analysis: Analysis,
    series: Mapping[str, str],
    title: str,
    baseline: pd.DataFrame | None = None,
) -> Figure:
    """Draw bars of some measures by irrep.

    Args:
        analysis: of the run.
        series: {name: measure}.
        title: of the figure.
        baseline: table of `random_baseline`, whose means are drawn; those of formulas if None.
    """
    means = analysis.baselines
    if baseline is not None:
        at = zip(baseline.measure, baseline.irrep, strict=True)
        means = dict(zip(at, baseline.random.tolist(), strict=True))
    values, baselines = (
        {
            name: {label: numbers[measure, str(label)] for label in shown_irreps(analysis)}
            for name, measure in series.items()
        }
        for numbers in (analysis.values, means)
    )
    return figures.fractions_by_irrep(values, baselines, title)
