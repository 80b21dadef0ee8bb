"""Section: what does the hidden layer compute, and is the rest needed?"""

from __future__ import annotations

from collections.abc import Iterator
from math import log

import pandas as pd
from matplotlib.figure import Figure

from analysis.ablations import KEY, ablations
from analysis.figures import ablations as ablation_figures
from analysis.metrics import Analysis
from analysis.report.exhibits import Illustration, Section, Table
from analysis.report.shares import shares_figure


def section(analysis: Analysis, baseline: pd.DataFrame | None = None) -> Section:
    """The hidden layer, its parts, and the loss with and without them."""
    return Section(
        "hidden",
        "What does the hidden layer compute, and is the rest needed?",
        list(_exhibits(analysis, baseline)),
    )


def _exhibits(analysis: Analysis, baseline: pd.DataFrame | None) -> Iterator[Illustration | Table]:
    yield Illustration(
        "hidden_layer",
        "Shares of ρ(x), ρ(y) and ρ(xy)",
        "Share of their matrix entries in the hidden activations, less their mean. Entries of "
        "ρ(xy) cannot be had by adding functions of x and of y: that they are there shows that "
        "the layer multiplies.",
        "Noise has d²/(|G|² - 1) in each, which is hardly visible. "
        + (
            "Black lines are networks with the same weights in a random order, which also have "
            "functions of x and of y, but next to nothing of ρ(xy)."
            if baseline is not None
            else "Those are the black lines."
        ),
        shares_figure(
            analysis,
            {"ρ(x)": "hidden_x_fve", "ρ(y)": "hidden_y_fve", "ρ(xy)": "hidden_xy_fve"},
            "Hidden layer by irrep",
            baseline,
        ),
    )
    yield Illustration(
        "ablations",
        "Whether these parts do the work",
        "Left: the part of the hidden layer along ρ(xy). Right: the part of the logits along "
        "χ(x y z⁻¹). A part that is the whole algorithm has a low loss alone, and a high loss "
        "without it.",
        "A part that does nothing has the loss of guessing alone, and leaves the training loss as "
        "it is without it.",
        _ablation_figure(analysis),
    )
    table = ablations(analysis.run, analysis.statistics, analysis.key_irreps)
    yield Table(
        "Every direction, with and without",
        "Mean losses in nats with the hidden layer's projection onto the matrix entries of ρ(x), "
        "ρ(y) or ρ(xy) alone (restricted; centred: with the mean activation beside it) and with "
        "it taken away (excluded). Without ρ(x) or ρ(y) the loss should stay as it is; without "
        f"ρ(xy) it should be lost. By chance: {log(analysis.run.group.order):.4f} restricted, and "
        "the loss of the network excluded.",
        table[table.irrep == KEY] if len(analysis.key_irreps) > 1 else table,
        {
            "along": "along",
            "irrep": "irrep",
            "kind": "kind",
            "all_loss": "all pairs",
            "train_loss": "training",
            "test_loss": "other",
        },
    )


def _ablation_figure(analysis: Analysis) -> Figure:
    def panel(layer: str) -> dict[str, tuple[float, float]]:
        return {
            "key irreps" if row == KEY else row: (
                analysis.value(f"{layer}_restricted_loss", row),
                analysis.value(f"{layer}_excluded_loss", row),
            )
            for row in [*map(str, analysis.run.group.irreps), KEY]
            if (f"{layer}_restricted_loss", row) in analysis.values
        }

    return ablation_figures.ablation_losses(
        {"hidden layer: ρ(xy)": panel("hidden"), "logits: χ(x y z⁻¹)": panel("logit")},
        {
            "guessing, ln |G|": log(analysis.run.group.order),
            "the network, all pairs": analysis.value("all_loss"),
        },
    )
