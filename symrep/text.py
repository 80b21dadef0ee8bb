"""Irreps and character tables as text, LaTeX, JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sympy import Matrix, latex

from symrep.characters.table import CharacterTable
from symrep.combinatorics.integer_partitions import Partition
from symrep.groups.base import FiniteGroup
from symrep.groups.irreps import Irrep

if TYPE_CHECKING:
    from symrep.groups.recognition import Recognition


TYPE_NAMES = {1: "real", 2: "complex", 4: "quaternionic"}
"""{c: what irreps over the reals of this type are called}."""


@dataclass(frozen=True)
class GeneratorMatrices:
    """An irrep of a group other than S_n, by the exact matrices of the group's generators.

    Attributes:
        group: the group.
        label: of the irrep.
    """

    group: FiniteGroup
    label: Any

    @property
    def dim(self) -> int:
        """Dimension over the reals."""
        return int(self.group.irreps[self.label].dim)

    @property
    def form(self) -> str:
        """The type, and that the matrices are orthogonal."""
        return f"{TYPE_NAMES[self.group.irreps[self.label].type]} type, orthogonal"

    @property
    def names(self) -> list[str]:
        """Of the generators."""
        return [self.group.element_name(i) for i in self.group.generators]

    def generators(self) -> tuple[Matrix, ...]:
        """Their exact matrices.

        Raises:
            ValueError: no exact form is known.
        """
        return tuple(self.group.exact_matrix(self.label, i) for i in self.group.generators)


def irrep_text(irrep: Irrep | GeneratorMatrices) -> str:
    """Label, dimension, basis and the generator matrices, aligned for a terminal."""
    lines = [f"{irrep.label}  dimension {irrep.dim}, {irrep.form} form"]
    if isinstance(irrep, Irrep):
        tableaux = ("/".join(" ".join(map(str, row)) for row in t) for t in irrep.basis)
        lines.append(f"basis: {'  '.join(tableaux)}")
    for name, matrix in zip(_names(irrep), irrep.generators(), strict=True):
        rows = aligned([[str(entry) for entry in row] for row in matrix.tolist()])
        head = f"{name} = "
        lines += [
            (head if k == 0 else " " * len(head)) + f"[ {row} ]" for k, row in enumerate(rows)
        ]
    return "\n".join(lines)


def irrep_latex(irrep: Irrep | GeneratorMatrices) -> str:
    """The generator matrices as displayed equations."""
    name = f"\\rho_{{{label_latex(irrep.label)}}}"
    lines = [f"% {irrep.label}, dimension {irrep.dim}, {irrep.form} form"]
    for generator, matrix in zip(_names(irrep), irrep.generators(), strict=True):
        of = generator if isinstance(irrep, GeneratorMatrices) else f"s_{{{generator[2:]}}}"
        lines.append(f"\\[ {name}({of}) = {latex(matrix)} \\]")
    return "\n".join(lines)


def _names(irrep: Irrep | GeneratorMatrices) -> list[str]:
    if isinstance(irrep, GeneratorMatrices):
        return irrep.names
    return [f"s_{i}" for i in range(irrep.n - 1)]


def irrep_record(irrep: Irrep | GeneratorMatrices) -> dict[str, Any]:
    """What JSON holds of an irrep; exact entries are text that SymPy reads: "sqrt(3)/2"."""
    if isinstance(irrep, GeneratorMatrices):
        return {
            "label": irrep.label,
            "dimension": irrep.dim,
            "type": irrep.group.irreps[irrep.label].type,
            "elements": irrep.names,
            "generators": [_matrix_record(matrix) for matrix in irrep.generators()],
        }
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
        ["", *map(_head_latex, table.classes)],
        ["", *map(str, table.class_sizes)],
    ]
    rows += [
        [_head_latex(label), *map(latex, row)]
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


def partition_latex(label: Partition) -> str:
    r"""The parts with exponents: 2,1^{3}; the empty partition is \\emptyset."""
    counted = [(part, len(list(equal))) for part, equal in groupby(label)]
    words = [f"{part}^{{{count}}}" if count > 1 else str(part) for part, count in counted]
    return ",".join(words) or "\\emptyset"


def label_latex(label: Any) -> str:
    """A label as LaTeX: a partition with exponents, other text upright."""
    return partition_latex(label) if isinstance(label, Partition) else f"\\text{{{label}}}"


def _head_latex(label: Any) -> str:
    return f"({label_latex(label)})" if isinstance(label, Partition) else label_latex(label)


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
