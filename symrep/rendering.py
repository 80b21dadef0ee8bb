"""Irreps and character tables as text, LaTeX, JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sympy import Matrix, latex

from symrep.characters import CharacterTable
from symrep.irreps import Irrep
from symrep.partitions import Partition


def irrep_text(irrep: Irrep) -> str:
    """Label, dimension, basis and the generator matrices, aligned for a terminal."""
    basis = "  ".join("/".join(" ".join(map(str, row)) for row in t) for t in irrep.basis)
    lines = [
        f"{irrep.label}  dimension {irrep.dim}, {irrep.form} form",
        f"basis: {basis}",
    ]
    for i, matrix in enumerate(irrep.generators()):
        rows = aligned([[str(entry) for entry in row] for row in matrix.tolist()])
        head = f"s_{i} = "
        lines += [
            (head if k == 0 else " " * len(head)) + f"[ {row} ]" for k, row in enumerate(rows)
        ]
    return "\n".join(lines)


def irrep_latex(irrep: Irrep) -> str:
    """The generator matrices as displayed equations."""
    name = f"\\rho_{{{partition_latex(irrep.label)}}}"
    lines = [f"% {irrep.label}, dimension {irrep.dim}, {irrep.form} form"]
    lines += [
        f"\\[ {name}(s_{{{i}}}) = {latex(matrix)} \\]"
        for i, matrix in enumerate(irrep.generators())
    ]
    return "\n".join(lines)


def irrep_record(irrep: Irrep) -> dict[str, Any]:
    """What JSON holds of an irrep; exact entries are text that SymPy reads: "sqrt(3)/2"."""
    return {
        "label": list(irrep.label),
        "dimension": irrep.dim,
        "form": irrep.form,
        "basis": [[list(row) for row in tableau] for tableau in irrep.basis],
        "generators": [_matrix_record(matrix) for matrix in irrep.generators()],
    }


def table_text(table: CharacterTable) -> str:
    """The character table, aligned; classes by cycle type, and their sizes."""
    head = ["", *map(str, table.classes)]
    sizes = ["size", *map(str, table.class_sizes)]
    rows = [
        [str(label), *map(str, row)]
        for label, row in zip(table.irreps, table.values.tolist(), strict=True)
    ]
    return "\n".join(aligned([head, sizes, *rows]))


def table_latex(table: CharacterTable) -> str:
    """The character table as a LaTeX array."""
    rows = [
        ["", *(f"({partition_latex(label)})" for label in table.classes)],
        ["", *map(str, table.class_sizes)],
    ]
    rows += [
        [f"({partition_latex(label)})", *map(str, row)]
        for label, row in zip(table.irreps, table.values.tolist(), strict=True)
    ]
    lines = [" & ".join(row) + " \\\\" for row in rows]
    lines.insert(2, "\\hline")
    columns = "r" * len(table.classes)
    return "\n".join([f"\\begin{{array}}{{r|{columns}}}", *lines, "\\end{array}"])


def table_json(table: CharacterTable) -> str:
    """The character table as a JSON object with its labels."""
    return json.dumps(
        {
            "order": table.order,
            "irreps": [list(label) for label in table.irreps],
            "classes": [list(label) for label in table.classes],
            "class_sizes": list(table.class_sizes),
            "values": table.values.tolist(),
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


def partition_latex(label: Partition) -> str:
    r"""The parts with exponents: 2,1^{3}; the empty partition is \\emptyset."""
    counted = [(part, len(list(equal))) for part, equal in groupby(label)]
    words = [f"{part}^{{{count}}}" if count > 1 else str(part) for part, count in counted]
    return ",".join(words) or "\\emptyset"


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """The rows as lines whose columns are aligned on the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(f"{entry:>{width}}" for entry, width in zip(row, widths, strict=True))
        for row in rows
    ]


def _matrix_record(matrix: Matrix) -> list[list[Any]]:
    return [
        [int(entry) if entry.is_Integer else str(entry) for entry in row] for row in matrix.tolist()
    ]
