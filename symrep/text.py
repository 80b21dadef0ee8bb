"""Irreps and character tables as text, LaTeX, JSON and CSV."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from math import log10
from typing import TYPE_CHECKING, Any

from sympy import Matrix, latex

from symrep._support.cells import csv_table, latex_table, markdown_table
from symrep.characters.table import CharacterTable, label_latex, partition_latex
from symrep.combinatorics.integer_partitions import Partition
from symrep.groups.base import AnyGroup
from symrep.groups.irrep import Irrep
from symrep.groups.symmetric import SymmetricIrrep

if TYPE_CHECKING:
    from symrep._support.commands import Format
    from symrep.groups.recognition import Recognition


def irrep_text(irrep: Irrep[Any, Any]) -> str:
    """Label, dimension, basis and the generator matrices, aligned for a terminal."""
    lines = [f"{irrep.label}  dimension {irrep.dim}, {_kind(irrep)}"]
    if isinstance(irrep, SymmetricIrrep):
        tableaux = ("/".join(" ".join(map(str, row)) for row in t) for t in irrep.basis)
        lines.append(f"basis: {'  '.join(tableaux)}")
    for name, matrix in zip(_generator_names(irrep), irrep.generators(), strict=True):
        rows = aligned([[str(entry) for entry in row] for row in matrix.tolist()])
        head = f"{name} = "
        lines += [
            (head if k == 0 else " " * len(head)) + f"[ {row} ]" for k, row in enumerate(rows)
        ]
    return "\n".join(lines)


def irrep_latex(irrep: Irrep[Any, Any]) -> str:
    """The generator matrices as displayed equations."""
    label = irrep.label
    name = partition_latex(label) if isinstance(label, Partition) else label_latex(label)
    lines = [f"% {label}, dimension {irrep.dim}, {_kind(irrep)}"]
    for generator, matrix in zip(_generator_names(irrep), irrep.generators(), strict=True):
        of = generator.replace("s_", "s_{") + "}" if generator.startswith("s_") else generator
        lines.append(f"\\[ \\rho_{{{name}}}({of}) = {latex(matrix)} \\]")
    return "\n".join(lines)


def irrep_markdown(irrep: Irrep[Any, Any]) -> str:
    """The generator matrices as displayed equations below a heading."""
    head, *equations = irrep_latex(irrep).splitlines()
    shown = ("$$" + line.removeprefix("\\[").removesuffix("\\]") + "$$" for line in equations)
    return "\n\n".join(["### " + head.removeprefix("% "), *shown])


def irrep_rows(irrep: Irrep[Any, Any]) -> Iterator[tuple[str, str, int, int, str]]:
    """Every entry of the generator matrices: irrep, generator, row, column, entry."""
    for name, matrix in zip(_generator_names(irrep), irrep.generators(), strict=True):
        for row, entries in enumerate(matrix.tolist()):
            for column, entry in enumerate(entries):
                yield str(irrep.label), name, row, column, str(entry)


def irrep_record(irrep: Irrep[Any, Any]) -> dict[str, Any]:
    """What JSON holds of an irrep; exact entries are text that SymPy reads: "sqrt(3)/2"."""
    record = {
        "label": list(irrep.label) if isinstance(irrep.label, Partition) else irrep.label,
        "dimension": irrep.dim,
    }
    if isinstance(irrep, SymmetricIrrep):
        basis = [[list(row) for row in tableau] for tableau in irrep.basis]
        record |= {"form": irrep.form, "basis": basis}
    else:
        record |= {"type": irrep.commutant_dim, "elements": _generator_names(irrep)}
    return record | {"generators": [_matrix_record(matrix) for matrix in irrep.generators()]}


def _kind(irrep: Irrep[Any, Any]) -> str:
    if isinstance(irrep, SymmetricIrrep):
        return f"{irrep.form} form"
    return f"{irrep.type} type, {irrep.form} form"


def _generator_names(irrep: Irrep[Any, Any]) -> list[str]:
    if isinstance(irrep, SymmetricIrrep):
        return [f"s_{i}" for i in range(irrep.n - 1)]
    return [irrep.group.element_name(s) for s in irrep.group.generators]


def table_text(table: CharacterTable) -> str:
    """The character table, aligned; classes by cycle type, and their sizes."""
    head = ["", *map(str, table.classes)]
    sizes = ["size", *map(str, table.class_sizes)]
    rows = [
        [str(label), *map(str, row)]
        for label, row in zip(table.irreps, table.values.tolist(), strict=True)
    ]
    return "\n".join(aligned([head, sizes, *rows]))


def table_markdown(table: CharacterTable) -> str:
    """The character table in Markdown; classes by cycle type, and their sizes."""
    rows = [[label, *row] for label, row in zip(table.irreps, table.values.tolist(), strict=True)]
    return markdown_table(["", *table.classes], [["size", *table.class_sizes], *rows])


def table_json(table: CharacterTable) -> str:
    """The character table as a JSON object with its labels."""
    return json.dumps(
        {
            "order": table.order,
            "irreps": list(table.irreps),
            "classes": list(table.classes),
            "class_sizes": list(table.class_sizes),
            "values": [list(map(_number_record, row)) for row in table.values.tolist()],
        }
    )


def table_csv(table: CharacterTable) -> str:
    """The character table with a row of classes first and a column of irreps first."""
    rows = zip(table.irreps, table.values.tolist(), strict=True)
    return csv_table(["irrep", *table.classes], ([label, *row] for label, row in rows))


def subgroups_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """Classes of subgroups, one a line, and how many there are."""
    table = [["order", "conjugates", "normal", "generators"]]
    for row in rows:
        generators = ", ".join(row["generators"]) or "-"
        normal = "yes" if row["normal"] else "no"
        table.append([str(row["order"]), str(row["conjugates"]), normal, generators])
    lines = [
        f"{line}  {generators}"
        for line, (*_, generators) in zip(aligned([row[:-1] for row in table]), table, strict=True)
    ]
    total = sum(row["conjugates"] for row in rows)
    return "\n".join([*lines, f"{total} subgroups in {len(rows)} classes"])


def recognition_record(found: Recognition) -> dict[str, Any]:
    """Return what JSON holds of a recognised table.

    Keys: `group`, null if no known group is isomorphic; `order`; `corrected_entries`; `classes`,
    the number of conjugacy classes; `automorphisms`, how many element orders match the table; and
    `elements`, the names of the elements in one of these orders. The last two are null if no known
    group is isomorphic.
    """
    group, known = found.group, found.known
    return {
        "group": str(group) if known else None,
        "order": group.order,
        "corrected_entries": found.changed,
        "classes": len(group.conjugacy_classes),
        "automorphisms": found.automorphisms if known else None,
        "elements": [group.element_name(i) for i in range(group.order)] if known else None,
    }


def recognition_in(format_: Format, found: Recognition) -> str:
    """Return a recognised table in an output format, with the names of all elements but in text."""
    if format_ == "table":
        return recognition_text(found)
    if format_ == "json":
        return json.dumps(recognition_record(found))
    group = found.group
    head = ["group", "index", "element"]
    rows = [(group, i, group.element_name(i)) for i in range(group.order)]
    if format_ == "csv":
        return csv_table(head, rows)
    return markdown_table(head, rows) if format_ == "markdown" else latex_table(head, rows, "lrl")


def recognition_text(found: Recognition, width: int = 72) -> str:
    """Return the group of a table, its order and one order of its elements, in short lines.

    Args:
        found: the recognised table.
        width: columns that the names of elements may take; the rest of them are counted.
    """
    record = recognition_record(found)
    lines = [order_line(found.group)]
    if found.changed:
        entries = found.group.order**2
        lines.append(f"{found.changed} of {entries} entries of the table were corrected")
    classes = count(record["classes"], "conjugacy class", "es")
    if not found.known:
        return "\n".join([*lines, f"isomorphic to no group known by name; {classes}"])
    automorphisms = count(record["automorphisms"], "automorphism")
    lines.append(f"element order, unique up to {automorphisms}:")
    return "\n".join([*lines, shortened(record["elements"], width)])


def shortened(names: Sequence[str], width: int) -> str:
    """Return the names with commas between them; what the width does not hold is counted."""
    whole = ", ".join(names)
    if len(whole) <= width:
        return whole
    room = width - len(f"... ({len(names)} more; --format json has all)")
    kept = 0
    while len(names[kept]) + 2 <= room:
        room -= len(names[kept]) + 2
        kept += 1
    rest = f"({len(names) - kept} more; --format json has all)"
    return ", ".join([*names[:kept], f"... {rest}"])


def order_line(group: AnyGroup) -> str:
    """Return the first line of text output, a group and its order: "S_5, 120 elements"."""
    order = group.order
    if order >= 10**15:
        return f"{group}, about 10^{round(log10(order))} elements"
    return f"{group}, {count(order, 'element')}"


def count(number: int, noun: str, plural: str = "s") -> str:
    """Return a number with its noun: "1 element", "120 elements"."""
    return f"{number} {noun}{plural if number != 1 else ''}"


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """The rows as lines whose columns are aligned on the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(f"{entry:>{width}}" for entry, width in zip(row, widths, strict=True))
        for row in rows
    ]


def _matrix_record(matrix: Matrix) -> list[list[Any]]:
    return [list(map(_number_record, row)) for row in matrix.tolist()]


def _number_record(value: Any) -> int | str:
    """An integer as one, another exact number as text."""
    integer = isinstance(value, int) or value.is_Integer
    return int(value) if integer else str(value)
