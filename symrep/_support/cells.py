"""Rows of cells as CSV, Markdown and LaTeX."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

Rows = Iterable[Sequence[object]]

_LATEX = str.maketrans(
    {c: f"\\{c}" for c in "_%&#${}"}
    | {"±": r"$\pm$", "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\^{}"}
)


def csv_table(head: Sequence[object], rows: Rows) -> str:
    """Return the rows as comma-separated values; cells with commas, quotes or breaks are quoted."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([head, *rows])
    return text.getvalue().removesuffix("\n")


def markdown_table(head: Sequence[object], rows: Rows) -> str:
    """Return the rows as a Markdown table."""
    lines = [[str(cell).replace("|", "\\|") for cell in row] for row in [head, *rows]]
    lines.insert(1, ["---"] * len(head))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def latex_table(head: Sequence[object], rows: Rows, alignment: str) -> str:
    """Return the rows as a LaTeX tabular with the rules of the package booktabs.

    Args:
        head: the heading of each column.
        rows: the cells; what LaTeX reads as commands is escaped.
        alignment: of the columns, as in "lrr".
    """
    first, *rest = (
        " & ".join(str(cell).translate(_LATEX) for cell in row) + r" \\" for row in [head, *rows]
    )
    begin, end = rf"\begin{{tabular}}{{{alignment}}}", r"\end{tabular}"
    return "\n".join([begin, r"\toprule", first, r"\midrule", *rest, r"\bottomrule", end])
