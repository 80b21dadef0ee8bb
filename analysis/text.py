"""Measures as text for a terminal."""

from __future__ import annotations

from math import isnan, log
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.measures.measured import ALL, KEY, WHOLE
from analysis.measures.registry import MEASURES
from analysis.measures.table import Analysis
from analysis.runs.folders import Run
from analysis.studies.comparisons import REMARK
from symrep._support.cells import latex_table, markdown_table
from symrep.formats import order_line
from symrep.text import aligned

if TYPE_CHECKING:
    from symrep._support.commands import Format


def analysis_text(analysis: Analysis) -> str:
    """The key irreps, the performance, and the measures by irrep beside the null baseline."""
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
    rows = [["irrep", *shown.values()]]
    for irrep in [*map(str, run.group.irreps), KEY, ALL]:
        cells = [values.get((measure, irrep)) for measure in shown]
        rows.append([irrep, *("" if cell is None else number(cell) for cell in cells)])
    rows.append(
        ["key, baseline", *(number(analysis.baselines.get((measure, KEY))) for measure in shown)]
    )
    return "\n".join([*lines, *aligned(rows)])


def run_line(run: Run) -> str:
    """Return the first line of text output: "bundled: OneLayerMLP on S_5, 120 elements"."""
    return f"{run.name}: {run.configuration.model} on {order_line(run.group)}"


def table_text(table: pd.DataFrame) -> str:
    """Any table as aligned text, numbers to four digits; a mean with its " sd" is one cell.

    A last column `remark` follows its row without alignment.
    """
    rows = _cells(table)
    if rows[0][-1] != REMARK:
        return "\n".join(aligned(rows))
    lines = aligned([row[:-1] for row in rows])
    return "\n".join(f"{line}  {row[-1]}".rstrip() for line, row in zip(lines, rows, strict=True))


def table_markdown(table: pd.DataFrame) -> str:
    """The same cells as a Markdown table."""
    head, *rows = _cells(table)
    return markdown_table(head, rows)


def table_latex(table: pd.DataFrame) -> str:
    """The same cells as a LaTeX tabular, with the rules of the package booktabs."""
    head, *rows = _cells(table)
    alignment = "".join(
        "r" if pd.api.types.is_numeric_dtype(table[column]) else "l" for column in _shown(table)
    )
    return latex_table(head, rows, alignment)


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
    shown = table.rename(columns=HEADINGS)
    if format_ == "markdown":
        return table_markdown(shown)
    return table_latex(shown) if format_ == "latex" else table_text(shown)


SPREAD = " sd"
"""Ends the name of a column that holds the spread of the one before it."""


def _shown(table: pd.DataFrame) -> list[str]:
    return [name for name in map(str, table.columns) if not name.endswith(SPREAD)]


def _cells(table: pd.DataFrame) -> list[list[str]]:
    """The head and the rows as text, with spreads behind their means."""
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


def number(value: float | None) -> str:
    """Four significant digits: fixed point between 0.001 and 10000, else with an exponent."""
    if value is None or isnan(value):
        return ""
    if value == 0 or 1e-3 <= abs(value) < 1e4:
        return f"{value:.4f}"
    return f"{value:.2e}"
