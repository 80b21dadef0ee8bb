"""Measures as text for a terminal."""

from __future__ import annotations

from math import isnan, log

import pandas as pd

from analysis.metrics import ALL, KEY, WHOLE, Analysis
from symrep.rendering import aligned

BY_IRREP = {
    "character_similarity": "similarity",
    "logit_fve": "logit",
    "left_embedding_fve": "left",
    "right_embedding_fve": "right",
    "unembedding_fve": "unembed",
    "hidden_x_fve": "hid. x",
    "hidden_y_fve": "hid. y",
    "hidden_xy_fve": "hid. xy",
    "hidden_restricted_loss": "restricted",
    "hidden_excluded_loss": "excluded",
}
"""{measure: head of its column}."""


def analysis_text(analysis: Analysis) -> str:
    """What was learned, in a line or two, and the measures by irrep as an aligned table."""
    run, order = analysis.run, analysis.run.group.order
    values = analysis.values
    keys = ", ".join(
        f"{label} ({analysis.similarities[label]:.3f})" for label in analysis.key_irreps
    )
    behaviour = [["", "loss", "accuracy"]]
    for pairs in ("train", "test", "all"):
        if (f"{pairs}_loss", WHOLE) in values:
            loss, accuracy = analysis.value(f"{pairs}_loss"), analysis.value(f"{pairs}_accuracy")
            behaviour.append([f"{pairs} pairs", number(loss), number(accuracy)])
    behaviour.append(["chance", number(log(order)), number(1 / order)])
    lines = [
        f"{run.name}: {run.configuration.model} on {run.group}, {order} elements",
        f"key irreps (similarity): {keys or 'none'}",
        "",
        *aligned(behaviour),
        "",
    ]
    rows = [["irrep", *BY_IRREP.values()]]
    for irrep in [*map(str, run.group.irreps), KEY, ALL]:
        cells = [values.get((measure, irrep)) for measure in BY_IRREP]
        rows.append([irrep, *("" if cell is None else number(cell) for cell in cells)])
    rows.append(
        ["key, chance", *(number(analysis.chances.get((measure, KEY))) for measure in BY_IRREP)]
    )
    return "\n".join([*lines, *aligned(rows)])


def table_text(table: pd.DataFrame) -> str:
    """Any table as aligned text, numbers to four digits."""
    return "\n".join(
        aligned(
            [
                list(map(str, table.columns)),
                *(
                    [number(cell) if isinstance(cell, float) else str(cell) for cell in row]
                    for row in table.itertuples(index=False)
                ),
            ]
        )
    )


def number(value: float | None) -> str:
    """Four significant digits: fixed point between 0.001 and 10000, else with an exponent."""
    if value is None or isnan(value):
        return ""
    if value == 0 or 1e-3 <= abs(value) < 1e4:
        return f"{value:.4f}"
    return f"{value:.2e}"
