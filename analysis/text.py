"""Measures as text for a terminal."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.measures.measured import ALL, KEY, WHOLE
from analysis.measures.registry import MEASURES
from analysis.measures.table import Analysis
from analysis.runs.folders import Run
from symrep._support.markup import number
from symrep._support.tables import TextTable
from symrep.formats import order_line
from symrep.text import aligned

if TYPE_CHECKING:
    from symrep._support.commands import Format


def analysis_text(analysis: Analysis, width: int | None = None) -> str:
    """Return key irreps, performance, and the measures by irrep beside the null baseline."""
    run, order = analysis.run, analysis.run.group.order
    values = analysis.values
    keys = ", ".join(
        f"{label} ({analysis.similarities[label]:.3f})" for label in analysis.key_irreps
    )
    performance = [["", "loss", "accuracy"]]
    for pairs in ("train", "test", "all"):
        if (f"{pairs}_loss", WHOLE) in values:
            loss, accuracy = analysis.value(f"{pairs}_loss"), analysis.value(f"{pairs}_accuracy")
            performance.append([f"{pairs} pairs", number(loss), number(accuracy)])
    performance.append(["null baseline", number(log(order)), number(1 / order)])
    lines = [
        run_line(run),
        f"key irreps (similarity): {keys or 'none'}",
        "",
        *aligned(performance),
        "",
    ]
    shown = {name: measure.heading for name, measure in MEASURES.items() if measure.heading}
    rows = [
        (irrep, *(number(values.get((measure, irrep))) for measure in shown))
        for irrep in [*map(str, run.group.irreps), KEY, ALL]
    ]
    baselines = (number(analysis.baselines.get((measure, KEY))) for measure in shown)
    by_irrep = TextTable((("irrep", *shown.values()),), (*rows, ("key, baseline", *baselines)))
    return "\n".join([*lines, by_irrep.text(width)])


def run_line(run: Run) -> str:
    """Return the first line of text output: "bundled: OneLayerMLP on S_5, 120 elements"."""
    return f"{run.name}: {run.configuration.model} on {order_line(run.group)}"


def as_text_table(table: pd.DataFrame) -> TextTable:
    """Return any table with numbers to four digits; a mean with its " sd" is one cell."""
    head, *rows = map(tuple, _cells(table))
    numeric = pd.api.types.is_numeric_dtype
    left = [k for k, column in enumerate(_shown(table)) if not numeric(table[column])]
    return TextTable((head,), tuple(rows), left=left)


HEADINGS = {
    "baseline": "null baseline",
    "baseline_sd": "null baseline sd",
    "random": "shuffled weights",
    "random_sd": "shuffled weights sd",
}
"""{column: its heading in text, Markdown and LaTeX}; JSON and CSV keep the names of columns."""


def table_in(format_: Format, table: pd.DataFrame) -> str:
    """Return a table in an output format.

    JSON is a list of objects with the names of the columns. JSON and CSV have all digits.
    """
    if format_ == "json":
        return table.to_json(orient="records", double_precision=15, indent=1)
    if format_ == "csv":
        return table.to_csv(index=False).rstrip("\n")
    shown = as_text_table(table.rename(columns=HEADINGS))
    if format_ == "markdown":
        return shown.markdown()
    return shown.latex() if format_ == "latex" else shown.text()


SPREAD = " sd"
"""Ends the name of a column with the standard deviations of the one before it."""


def _shown(table: pd.DataFrame) -> list[str]:
    return [name for name in map(str, table.columns) if not name.endswith(SPREAD)]


def _cells(table: pd.DataFrame) -> list[list[str]]:
    """Return the head and the rows as text, with standard deviations behind their means."""
    rows = [_shown(table)]
    for record in table.to_dict(orient="records"):
        cells = []
        for name in rows[0]:
            spread = number(record.get(name + SPREAD))
            cells.append(_cell(record[name]) + (f" ± {spread}" if spread else ""))
        rows.append(cells)
    return rows


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return number(value)
    return "" if pd.isna(value) else str(value)
