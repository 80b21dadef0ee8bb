"""Tables of texts for a terminal, in Markdown, HTML and LaTeX."""

from __future__ import annotations

import csv
import io
import shutil
from abc import abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from symrep._support.markup import inline_latex, latex_text, latex_words, markdown_text

Rows = Sequence[Sequence[str]]

GAP = "  "
"""Between the columns of a text."""

ROWS_SHOWN = 60
"""Rows of a long table that `str` and a notebook show."""


@dataclass(frozen=True)
class TextTable:
    """A table whose cells are texts.

    Attributes:
        heads: rows of the head, one or more; (columns,) each.
        rows: rows of the body, (columns,) each.
        labels: number of columns that label the rows; they come first.
        left: positions of the columns that are aligned on the left.
        caption: a line above the table; none if empty.
        notes: lines below the table.
        math: whether the cells are LaTeX of math mode and not plain text.

    Raises:
        ValueError: the rows are not equally long.

    >>> table = TextTable((("", "a", "b"),), (("x", "1", "-1"),), caption="two numbers")
    >>> print(table)
    two numbers
    <BLANKLINE>
       a   b
    x  1  -1
    """

    heads: tuple[tuple[str, ...], ...]
    rows: tuple[tuple[str, ...], ...]
    labels: int = 1
    left: Collection[int] = ()
    caption: str = ""
    notes: tuple[str, ...] = ()
    math: bool = False

    def __post_init__(self) -> None:
        if len({len(row) for row in (*self.heads, *self.rows)}) != 1:
            raise ValueError("the rows of a table are equally long")

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return self.html()

    def text(self, width: int | None = None) -> str:
        """Return the table with aligned columns.

        A table that is too wide is wrapped: blocks of columns follow each other, each with the
        labels of the rows. A column that is wider than the width is left so.

        Args:
            width: number of characters in a line; that of the terminal if None.
        """
        width = shutil.get_terminal_size().columns if width is None else width
        rows = [*self.heads, *self.rows]
        blocks = []
        for columns in self._blocks(width):
            cells = [[row[k] for k in columns] for row in rows]
            left = [i for i, k in enumerate(columns) if k in self.left]
            blocks.append("\n".join(line.rstrip() for line in aligned(cells, left)))
        return "\n\n".join(filter(None, [self.caption, *blocks, "\n".join(self.notes)]))

    def _blocks(self, width: int) -> Iterator[list[int]]:
        """Return the columns of each block, the labels first."""
        columns = list(zip(*self.heads, *self.rows, strict=True))
        widths = [max(map(len, column)) for column in columns]
        labels = list(range(self.labels))
        block, used = list(labels), sum(widths[k] + len(GAP) for k in labels)
        start = used
        for k in range(self.labels, len(columns)):
            if len(block) > len(labels) and used + widths[k] > width:
                yield block
                block, used = list(labels), start
            block.append(k)
            used += widths[k] + len(GAP)
        yield block

    def markdown(self) -> str:
        """Return a Markdown table; head rows after the first are rows of the body."""
        head, *rows = [*self.heads, *self.rows]
        rules = [":--" if k in self.left else "--:" for k in range(len(head))]
        write = markdown_text if not self.math else inline_latex
        lines = [list(map(write, head)), rules, *(map(write, row) for row in rows)]
        table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        notes = "\n".join(f"- {markdown_text(note)}" for note in self.notes)
        return "\n\n".join(filter(None, [markdown_text(self.caption), table, notes]))

    def html(self) -> str:
        """Return an HTML table; its texts are escaped."""
        caption = [f"<caption>{escape(self.caption)}</caption>"] if self.caption else []
        columns = len(self.heads[0])
        notes = [f'<tr><td colspan="{columns}">{escape(note)}</td></tr>' for note in self.notes]
        return "\n".join(
            [
                "<table>",
                *caption,
                "<thead>",
                *(self._html_row(row, "col", columns) for row in self.heads),
                "</thead>",
                "<tbody>",
                *(self._html_row(row, "row", self.labels) for row in self.rows),
                "</tbody>",
                *(["<tfoot>", *notes, "</tfoot>"] if notes else []),
                "</table>",
            ]
        )

    def _html_row(self, row: Sequence[str], scope: str, heads: int) -> str:
        """Return a row whose first cells are head cells."""
        cells = []
        for k, cell in enumerate(row):
            side = ' style="text-align: left"' if k in self.left else ""
            tag, of = ("th", f' scope="{scope}"') if k < heads else ("td", "")
            cells.append(f"<{tag}{of}{side}>{escape(cell)}</{tag}>")
        return f"<tr>{''.join(cells)}</tr>"

    def latex(self) -> str:
        """Return a LaTeX tabular with the rules of the package booktabs.

        The caption and the notes belong to the text around it, and are left out.
        """
        write = inline_latex if self.math else latex_text
        sides = "".join(self._sides())
        return "\n".join(
            [
                f"\\begin{{tabular}}{{{sides}}}",
                "\\toprule",
                *_latex_rows(self.heads, write),
                "\\midrule",
                *_latex_rows(self.rows, write),
                "\\bottomrule",
                "\\end{tabular}",
            ]
        )

    def latex_array(self) -> str:
        """Return a LaTeX array for math mode, which MathJax shows as well."""
        write = str if self.math else latex_words
        sides = self._sides()
        columns = "".join(sides[: self.labels]) + "|" + "".join(sides[self.labels :])
        return "\n".join(
            [
                f"\\begin{{array}}{{{columns}}}",
                *_latex_rows(self.heads, write),
                "\\hline",
                *_latex_rows(self.rows, write),
                "\\end{array}",
            ]
        )

    def _sides(self) -> list[str]:
        return ["l" if k in self.left else "r" for k in range(len(self.heads[0]))]


class PrintedAsTable:
    """An object that prints as a table, shortened where it is long."""

    __slots__ = ()

    @abstractmethod
    def _text_table(self, most: int | None = None) -> TextTable:
        """Return the table; with at most so many rows, and a note of how many more there are."""

    @abstractmethod
    def _latex_table(self, most: int | None = None) -> TextTable:
        """Return the table with cells in LaTeX of math mode; with at most so many rows."""

    def __str__(self) -> str:
        return self._text_table(ROWS_SHOWN).text()

    def _repr_html_(self) -> str:
        return self._text_table(ROWS_SHOWN).html()

    def _repr_latex_(self) -> str | None:
        table = self._latex_table(ROWS_SHOWN + 1)
        if len(table.rows) > ROWS_SHOWN:
            return None
        return f"$\\displaystyle {table.latex_array()}$"

    def markdown(self) -> str:
        """Return the whole object as a Markdown table."""
        return self._text_table().markdown()

    def latex(self) -> str:
        """Return the whole object as a LaTeX tabular with the rules of the package booktabs."""
        return self._latex_table().latex()


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Return rows as comma-separated values; cells with commas, quotes or breaks are quoted."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().removesuffix("\n")


def more_rows(count: int, most: int | None) -> tuple[str, ...]:
    """Return the note of a table that shows at most some of its rows; none if it shows all."""
    return (f"{count - most} more",) if most is not None and count > most else ()


def aligned(rows: Rows, left: Collection[int] = ()) -> list[str]:
    """Return the rows as lines whose columns are aligned, on the right unless in `left`."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        GAP.join(
            f"{cell:<{width}}" if k in left else f"{cell:>{width}}"
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]


def _latex_rows(rows: Rows, write: Callable[[str], str]) -> list[str]:
    return [" & ".join(map(write, row)) + " \\\\" for row in rows]
