"""Figures of restricted and excluded losses."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from analysis.figures.style import BASELINE, EXCLUDED, RESTRICTED, SMALL, SMALLEST_LOSS, finish


def ablation_losses(
    losses: Mapping[str, Mapping[str, tuple[float, float]]], levels: Mapping[str, float]
) -> Figure:
    """Draw restricted and excluded losses by irrep, a panel for each layer, on a log scale.

    Losses below 1e-12 are drawn at 1e-12.

    Args:
        losses: {panel: {row: (restricted, excluded)}}.
        levels: {text: loss}, drawn as vertical lines.
    """
    rows = max(len(panel) for panel in losses.values())
    figure = Figure(figsize=(9, 0.3 * rows + 1.9), layout="constrained")
    panels = figure.subplots(1, len(losses), sharex=True, squeeze=False)[0]
    styles = ("-", "--", ":")
    numbers = [x for panel in losses.values() for pair in panel.values() for x in pair]
    shown = np.maximum([*numbers, *levels.values()], SMALLEST_LOSS)
    for axes, (name, panel) in zip(panels, losses.items(), strict=True):
        for (text, level), style in zip(levels.items(), styles, strict=False):
            axes.axvline(
                max(level, SMALLEST_LOSS),
                color=BASELINE,
                linewidth=0.9,
                linestyle=style,
                label=text,
            )
        for k, marker, colour, text in (
            (0, "o", RESTRICTED, "this part alone (restricted), all pairs"),
            (1, "s", EXCLUDED, "all but this part (excluded), training pairs"),
        ):
            points = [max(pair[k], SMALLEST_LOSS) for pair in panel.values()]
            axes.plot(points, range(len(panel)), marker, color=colour, markersize=5, label=text)
        axes.set_xscale("log")
        axes.set_xlim(shown.min() / 3, shown.max() * 3)
        axes.set_yticks(range(len(panel)), list(panel), fontsize=SMALL)
        axes.set_ylim(len(panel) - 0.5, -0.5)
        axes.set_xlabel("mean cross entropy (nats)")
        axes.grid(axis="y", color="0.9")
        finish(axes, name)
    handles, texts = panels[0].get_legend_handles_labels()
    figure.legend(
        handles, texts, ncols=2, fontsize=SMALL, frameon=False, loc="outside upper center"
    )
    return figure
