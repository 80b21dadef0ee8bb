"""The parts of the report: sections with figures and tables."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd
from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False)
class Illustration:
    """A figure of the report.

    Attributes:
        name: name of its file, without the ending.
        title: heading above it.
        caption: how to read it.
        baseline: what the null baseline is and what it looks like; one or two sentences.
        figure: the figure.
    """

    name: str
    title: str
    caption: str
    baseline: str
    figure: Figure


@dataclass(frozen=True, eq=False)
class Table:
    """A table of the report.

    Attributes:
        title: heading above it.
        caption: what the columns are, and their null baseline.
        rows: the table; columns of text come first.
        heads: {column: its head}; columns that are not named are left out.
        keys: first cells of the rows that are shaded.
    """

    title: str
    caption: str
    rows: pd.DataFrame
    heads: dict[str, str]
    keys: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, eq=False)
class Section:
    """The evidence on one question.

    Attributes:
        name: anchor of the section.
        question: its heading.
        exhibits: figures and tables, in their order.
    """

    name: str
    question: str
    exhibits: list[Illustration | Table]
