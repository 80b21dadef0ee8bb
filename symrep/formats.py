"""Irreps, tables and checks in every output format of the command lines."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from math import log10
from typing import TYPE_CHECKING, Any

from symrep import text
from symrep._support.tables import TextTable, csv_text
from symrep.characters.table import CharacterTable
from symrep.groups.base import AnyGroup
from symrep.groups.irrep import Irrep

if TYPE_CHECKING:
    from symrep._support.commands import Format
    from symrep.groups.recognition import Recognition
    from symrep.verification import Check

RESULTS = {True: "ok", False: "FAILED", None: "-"}
"""{whether a check passed: what stands in a table}; None if it was not made."""


def order_line(group: AnyGroup) -> str:
    """Return the first line of text output, a group and its order: "S_5, 120 elements"."""
    order = group.order
    if order >= 10**15:
        return f"{group}, about 10^{round(log10(order))} elements"
    return f"{group}, {_count(order, 'element')}"


def irreps_in(format_: Format, group: AnyGroup, irreps: Iterable[Irrep[Any, Any]]) -> Iterator[str]:
    """Yield the generator matrices of irreps, as texts to print one after the other.

    CSV has a row for each entry of a matrix.

    Raises:
        ValueError: no exact form is known.
    """
    if format_ == "json":
        yield json.dumps([text.irrep_record(each) for each in irreps])
    elif format_ == "csv":
        head = ["irrep", "generator", "row", "column", "entry"]
        yield csv_text([head, *(row for each in irreps for row in _entries(each))])
    elif format_ == "markdown":
        yield from (_irrep_markdown(each) + "\n" for each in irreps)
    elif format_ == "latex":
        yield from (text.irrep_latex(each) + "\n" for each in irreps)
    else:
        for k, each in enumerate(irreps):
            shown = text.irrep_text(each) + "\n"
            yield shown if k else f"{order_line(group)}\n\n{shown}"


def characters_in(format_: Format, group: AnyGroup, table: CharacterTable) -> str:
    """Return a character table: irreps in rows, classes in columns."""
    if format_ == "json":
        return text.table_json(table)
    if format_ == "csv":
        return text.table_csv(table)
    if format_ == "markdown":
        return table.markdown()
    if format_ == "latex":
        return table.latex()
    return f"{order_line(group)}\n{text.table_text(table)}"


def subgroups_in(format_: Format, group: AnyGroup) -> str:
    """Return the conjugacy classes of subgroups: order, conjugates, normality, generators."""
    records = group.subgroup_classes().records()
    if format_ == "json":
        return json.dumps(records)
    if format_ == "table":
        return f"{order_line(group)}\n{text.subgroups_text(records)}"
    return _rows_in(format_, ["order", "conjugates", "normal", "generators"], (2, 3), records)


def check_line(check: Check) -> str:
    """Return a check as a line of text output."""
    result, seconds = RESULTS[check.passed], f"[{check.seconds:.2f} s]"
    return f"{result:<7} {check.law:<38} {check.evidence}  {seconds}"


def checks_in(format_: Format, checks: Iterable[Check]) -> str:
    """Return checks as JSON, CSV, Markdown or LaTeX; see `check_line` for text."""
    records: list[dict[str, Any]] = [
        {"law": c.law, "evidence": c.evidence, "passed": c.passed, "seconds": round(c.seconds, 3)}
        for c in checks
    ]
    if format_ == "json":
        return json.dumps(records)
    for record in records:
        record["passed"] = RESULTS[record["passed"]]
    return _rows_in(format_, ["law", "evidence", "passed", "seconds"], (0, 1, 2), records)


def recognition_in(format_: Format, found: Recognition) -> str:
    """Return a recognised group; formats other than text have the names of all elements."""
    group, known = found.group, found.known
    elements = [group.element_name(i) for i in range(group.order)]
    if format_ == "table":
        return _recognition_text(found, elements)
    if format_ != "json":
        rows = [{"group": group, "index": i, "element": name} for i, name in enumerate(elements)]
        return _rows_in(format_, ["group", "index", "element"], (0, 2), rows)
    return json.dumps(
        {
            "group": str(group) if known else None,
            "order": group.order,
            "corrected_entries": found.changed,
            "classes": len(group.conjugacy_classes),
            "automorphisms": found.automorphisms if known else None,
            "elements": elements if known else None,
        }
    )


def shortened(names: Sequence[str], width: int = 72) -> str:
    """Return the names with commas between them; what the width does not hold is counted."""
    whole = ", ".join(names)
    if len(whole) <= width:
        return whole
    room = width - len(f"... ({len(names)} more; --format json has all)")
    kept = 0
    while len(names[kept]) + 2 <= room:
        room -= len(names[kept]) + 2
        kept += 1
    rest = f"... ({len(names) - kept} more; --format json has all)"
    return ", ".join([*names[:kept], rest])


def _recognition_text(found: Recognition, elements: Sequence[str]) -> str:
    group = found.group
    lines = [order_line(group)]
    if found.changed:
        lines.append(f"{found.changed} of {group.order**2} entries of the table were corrected")
    if not found.known:
        classes = _count(len(group.conjugacy_classes), "conjugacy class", "es")
        return "\n".join([*lines, f"isomorphic to no group known by name; {classes}"])
    automorphisms = _count(found.automorphisms, "automorphism")
    return "\n".join([*lines, f"element order, unique up to {automorphisms}:", shortened(elements)])


def _entries(irrep: Irrep[Any, Any]) -> Iterator[tuple[str, str, int, int, object]]:
    """Irrep, generator, row, column and entry."""
    record = text.irrep_record(irrep)
    matrices = record["generators"]
    names = record.get("elements", [f"s_{i}" for i in range(len(matrices))])
    for name, matrix in zip(names, matrices, strict=True):
        for row, entries in enumerate(matrix):
            for column, entry in enumerate(entries):
                yield str(irrep.label), name, row, column, entry


def _irrep_markdown(irrep: Irrep[Any, Any]) -> str:
    head, *equations = text.irrep_latex(irrep).splitlines()
    shown = ("$$" + line.removeprefix("\\[").removesuffix("\\]") + "$$" for line in equations)
    return "\n\n".join(["### " + head.removeprefix("% "), *shown])


def _rows_in(
    format_: Format,
    head: Sequence[str],
    left: Collection[int],
    records: Iterable[Mapping[str, object]],
) -> str:
    """Return the records as CSV, Markdown or LaTeX; columns in `left` are aligned on the left."""
    rows = [tuple(_cell(record[name]) for name in head) for record in records]
    if format_ == "csv":
        return csv_text([head, *rows])
    table = TextTable((tuple(head),), tuple(rows), left=left)
    return table.markdown() if format_ == "markdown" else table.latex()


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _count(number: int, noun: str, plural: str = "s") -> str:
    return f"{number} {noun}{plural if number != 1 else ''}"
