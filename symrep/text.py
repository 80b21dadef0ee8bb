"""Irreps and character tables as text, LaTeX, JSON and CSV."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sympy import Matrix

from symrep._support.tables import aligned, csv_text
from symrep.cayley.subgroups import subgroups_table
from symrep.characters.table import CharacterTable
from symrep.combinatorics.integer_partitions import Partition
from symrep.groups.irrep import Irrep
from symrep.groups.symmetric import SymmetricIrrep

if TYPE_CHECKING:
    pass

__all__ = [
    "aligned",
    "irrep_latex",
    "irrep_record",
    "irrep_text",
    "subgroups_text",
    "table_csv",
    "table_json",
    "table_text",
]


def irrep_text(irrep: Irrep[Any, Any]) -> str:
    """Return label, dimension, basis and generator matrices, aligned for a terminal."""
    head = f"{irrep.label}  dimension {irrep.dim}, {_kind(irrep)}"
    return "\n".join([head, *irrep.matrices_text()])


def irrep_latex(irrep: Irrep[Any, Any]) -> str:
    """Return the generator matrices as displayed equations."""
    head = f"% {irrep.label}, dimension {irrep.dim}, {_kind(irrep)}"
    return "\n".join([head, irrep.latex()] if irrep.generator_names else [head])


def irrep_record(irrep: Irrep[Any, Any]) -> dict[str, Any]:
    """Return an irrep for JSON; exact entries are text that SymPy reads: "sqrt(3)/2"."""
    record = {
        "label": list(irrep.label) if isinstance(irrep.label, Partition) else irrep.label,
        "dimension": irrep.dim,
    }
    if isinstance(irrep, SymmetricIrrep):
        basis = [[list(row) for row in tableau] for tableau in irrep.basis]
        record |= {"form": irrep.form, "basis": basis}
    else:
        record |= {"type": irrep.commutant_dim, "elements": list(irrep.generator_names)}
    return record | {"generators": [_matrix_record(matrix) for matrix in irrep.generators()]}


def _kind(irrep: Irrep[Any, Any]) -> str:
    if isinstance(irrep, SymmetricIrrep):
        return f"{irrep.form} form"
    return f"{irrep.type} type, {irrep.form} form"


def table_text(table: CharacterTable) -> str:
    """Return the character table wrapped at the width of the terminal."""
    return table.text()


def table_json(table: CharacterTable) -> str:
    """Return the character table as a JSON object with its labels."""
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
    """Return the character table as CSV, with classes in the first row."""
    rows = zip(table.irreps, table.values.tolist(), strict=True)
    return csv_text([["irrep", *table.classes], *([label, *row] for label, row in rows)])


def subgroups_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the classes of subgroups, one a line, and how many there are."""
    total = sum(row["conjugates"] for row in rows)
    return "\n".join([subgroups_table(rows).text(), f"{total} subgroups in {len(rows)} classes"])


def _matrix_record(matrix: Matrix) -> list[list[Any]]:
    return [list(map(_number_record, row)) for row in matrix.tolist()]


def _number_record(value: Any) -> int | str:
    """Return an integer as one, another exact number as text."""
    integer = isinstance(value, int) or value.is_Integer
    return int(value) if integer else str(value)
