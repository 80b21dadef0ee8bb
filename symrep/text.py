"""Irreps and character tables as text, LaTeX, JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sympy import Matrix, latex

from symrep.characters.table import CharacterTable, label_latex, partition_latex
from symrep.combinatorics.integer_partitions import Partition
from symrep.groups.irrep import Irrep
from symrep.groups.symmetric import SymmetricIrrep

if TYPE_CHECKING:
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
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["irrep", *table.classes])
    for label, row in zip(table.irreps, table.values.tolist(), strict=True):
        rows.writerow([label, *row])
    return text.getvalue().removesuffix("\n")


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


def recognition_text(found: Recognition) -> str:
    """Which group it is, how many entries were corrected, and an order of its elements."""
    group = found.group
    lines = [f"a group of order {group.order}"]
    if found.changed:
        lines[0] += f", after {found.changed} of {group.order**2} entries were corrected"
    if not found.known:
        classes = len(group.conjugacy_classes)
        return "\n".join([*lines, f"isomorphic to no group known by name; {classes} classes"])
    names = [group.element_name(i) for i in range(group.order)]
    lines.append(f"isomorphic to {group}")
    lines.append(f"{found.automorphisms} orders of its elements match; one is {', '.join(names)}")
    return "\n".join(lines)


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
