"""Exact characters of S_n by the Murnaghan-Nakayama rule, and character tables.

Source: James and Kerber, *The Representation Theory of the Symmetric Group* (1981), 2.4.7; the
rule is applied to sets of beta-numbers as in 2.7.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import takewhile
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from symrep.partitions import (
    Partition,
    bounded_counts,
    number_of_partitions,
    partition_array,
    partition_ranks,
    partitions,
)
from symrep.table_laws import (
    assert_dimensions,
    assert_orthogonal_columns,
    assert_orthogonal_rows,
)

WIDE = 2**126
"""Order of a centraliser from which characters may not fit in 64 bits, as chi^2 <= z."""

Labels = tuple[Partition, ...]
ClassFunction = Sequence[Any] | NDArray[Any] | Mapping[Partition, Any]


def character(shape: Partition, cycle_type: Partition) -> int:
    """chi^shape at the class of the cycle type, an exact integer; no table is built.

    Raises:
        ValueError: the two are partitions of different n.

    >>> character(Partition(3, 2), Partition(2, 2, 1))
    1
    """
    if shape.size != cycle_type.size:
        raise ValueError(
            f"{shape} labels an irrep of S_{shape.size}, "
            f"{cycle_type} a class of S_{cycle_type.size}"
        )

    # {what is left: signed number of ways to get there}, cycle by cycle, the longest first
    left = {shape: 1}
    for k in takewhile(lambda length: length > 1, cycle_type):
        removed: dict[Partition, int] = {}
        for larger, coefficient in left.items():
            for smaller, height_sign in rim_hook_removals(larger, k):
                removed[smaller] = removed.get(smaller, 0) + height_sign * coefficient
        left = removed
    return sum(coefficient * rest.dimension for rest, coefficient in left.items())


def rim_hook_removals(shape: Partition, k: int) -> list[tuple[Partition, int]]:
    """The partitions left when a rim hook of k boxes is removed, each with (-1)^(rows - 1)."""
    beads = [part + i for i, part in enumerate(reversed(shape))]
    removals = []
    for bead in beads:
        if bead >= k and bead - k not in beads:
            moved = sorted([b for b in beads if b != bead] + [bead - k])
            parts = reversed([b - i for i, b in enumerate(moved)])
            jumped = sum(bead - k < b < bead for b in beads)
            removals.append((Partition(*(part for part in parts if part)), (-1) ** jumped))
    return removals


def rim_hook_matrix(m: int, k: int) -> csr_array:
    """The sparse matrix that adds rim hooks of k boxes to partitions of m.

    Entry [lambda, mu] is (-1)^(rows - 1) where lambda is mu with a rim hook of k boxes more.
    Rows and columns are in the order of `partition_array`; shape (p(m + k), p(m)).
    """
    n = m + k
    parts = np.zeros((number_of_partitions(m), n), dtype=np.int64)
    parts[:, :m] = partition_array(m)
    beads = parts + np.arange(n - 1, -1, -1)
    rows, columns, signs = [], [], []
    for i in range(n):
        target = beads[:, i, None] + k
        free = ~(beads == target).any(1)
        jumped = ((beads > beads[:, i, None]) & (beads < target)).sum(1)[free]
        moved = beads[free]
        moved[:, i] += k
        moved = -np.sort(-moved, axis=1) - np.arange(n - 1, -1, -1)
        rows.append(partition_ranks(moved, n))
        columns.append(np.flatnonzero(free))
        signs.append(1 - 2 * (jumped % 2))
    entries = (np.concatenate(signs), (np.concatenate(rows), np.concatenate(columns)))
    return csr_array(entries, shape=(number_of_partitions(n), len(parts)), dtype=np.int64)


def character_values(n: int) -> NDArray[Any]:
    """The table of S_n: rows (n) to (1^n), columns (1^n) to (n); int64, or Python integers.

    The columns whose largest part is k are one product of `rim_hook_matrix(n - k, k)` with
    columns of S_(n-k). Values obey chi^2 <= z, the centraliser order of the class. Where
    z < 2^126 for every class (n <= 33) the result is int64. Above, the few other columns are
    computed one value at a time, and the array holds Python integers.

    Cost: p(n)^2 integers, and about as many again in the smaller tables.
    """
    counts = bounded_counts(n)
    tables: list[NDArray[np.int64]] = [np.ones((1, 1), dtype=np.int64)]
    for m in range(1, n + 1):
        bound = n if m == n else n - m
        blocks = [
            rim_hook_matrix(m - k, k) @ tables[m - k][:, : counts[m - k, k]]
            for k in range(1, min(m, bound) + 1)
        ]
        # Sums wrap modulo 2^64 on the way, which leaves a result that fits untouched.
        tables.append(
            np.concatenate(blocks, axis=1) if blocks else np.zeros((counts[m, m], 0), np.int64)
        )
    values = tables[n][::-1].copy()
    wide = [
        (column, cycle_type)
        for column, cycle_type in enumerate(cycle_types(n) if factorial(n) >= WIDE else ())
        if cycle_type.centraliser_order >= WIDE
    ]
    if not wide:
        return values
    exact = values.astype(object)
    for column, cycle_type in wide:
        exact[:, column] = [character(shape, cycle_type) for shape in partitions(n)]
    return exact


def cycle_types(n: int) -> Labels:
    """The labels of the conjugacy classes of S_n, from (1^n), the identity, to (n)."""
    return tuple(partitions(n))[::-1]


@dataclass(frozen=True, eq=False)
class CharacterTable:
    """The irreducible characters of a group, exactly.

    Attributes:
        irreps: labels of the rows.
        classes: labels of the columns, the identity first.
        class_sizes: number of elements of each class.
        values: exact integers, (irreps, classes).
    """

    irreps: Labels
    classes: Labels
    class_sizes: tuple[int, ...]
    values: NDArray[Any]

    @property
    def order(self) -> int:
        """Order of the group."""
        return sum(self.class_sizes)

    @property
    def dimensions(self) -> tuple[int, ...]:
        """Dimension of each irrep: its value at the identity."""
        return tuple(int(value) for value in self.values[:, 0])

    def row(self, irrep: Sequence[int]) -> NDArray[Any]:
        """The character of an irrep, (classes,).

        Raises:
            ValueError: the table has no such irrep.
        """
        values: NDArray[Any] = self.values[_position(irrep, self.irreps, "irrep")]
        return values

    def value(self, irrep: Sequence[int], cycle_type: Sequence[int]) -> int:
        """The character of an irrep at a class."""
        return int(self.row(irrep)[_position(cycle_type, self.classes, "class")])

    def inner_product(self, chi: ClassFunction, psi: ClassFunction) -> Any:
        """(1/|G|) sum over g of chi(g) psi(g^-1); exact for exact values, float for floats.

        Args:
            chi: one value a class, in the order of `classes`, or a mapping from labels.
            psi: likewise. Every class of S_n contains the inverses of its elements.

        Raises:
            ValueError: the number of values is not the number of classes.
        """
        left, right = self._by_class(chi), self._by_class(psi)
        total = sum(size * a * b for size, a, b in zip(self.class_sizes, left, right, strict=True))
        return _divide(total, self.order)

    def decompose(self, class_function: ClassFunction) -> dict[Partition, Any]:
        """{irrep: multiplicity}, the inner product with every irreducible character.

        The class function is the sum of multiplicity times character. For the character of a
        representation the multiplicities are non-negative integers.

        Raises:
            ValueError: the number of values is not the number of classes.
        """
        values = self._by_class(class_function)
        return {
            label: self.inner_product(values, row.tolist())
            for label, row in zip(self.irreps, self.values, strict=True)
        }

    def verify(self) -> tuple[str, ...]:
        """Checks the table exactly, in integers; returns what was checked, a phrase each.

        Rows and columns are orthogonal, and the squares of the dimensions sum to the order.

        Raises:
            LawViolation: one of these does not hold; the message says where.
        """
        return (
            f"{assert_orthogonal_rows(self)} inner products of rows",
            f"{assert_orthogonal_columns(self)} inner products of columns",
            f"sum of squared dimensions = {assert_dimensions(self)}",
        )

    def _by_class(self, function: ClassFunction) -> list[Any]:
        if isinstance(function, Mapping):
            missing = [str(label) for label in self.classes if label not in function]
            if missing or len(function) != len(self.classes):
                raise ValueError(
                    f"a class function needs a value for each of the {len(self.classes)} classes, "
                    f"got {len(function)}; missing: {', '.join(missing) or 'none'}"
                )
            return [_exact(function[label]) for label in self.classes]
        values = [_exact(value) for value in function]
        if len(values) != len(self.classes):
            raise ValueError(
                f"a class function needs a value for each of the {len(self.classes)} classes, "
                f"got {len(values)}"
            )
        return values


def character_table(n: int) -> CharacterTable:
    """The character table of S_n; see `character_values` for the cost."""
    classes = cycle_types(n)
    return CharacterTable(
        irreps=classes[::-1],
        classes=classes,
        class_sizes=tuple(cycle_type.class_size for cycle_type in classes),
        values=character_values(n),
    )


def _position(label: Iterable[int], labels: Labels, kind: str) -> int:
    try:
        return labels.index(Partition(*label))
    except ValueError:
        raise ValueError(f"the table has no {kind} {tuple(label)}") from None


def _exact(value: Any) -> Any:
    """The value as a Python number if it is one of numpy or torch, whose integers overflow."""
    return value.item() if hasattr(value, "item") else value


def _divide(total: Any, order: int) -> Any:
    """Total / order: an int or Fraction if total is one, or what the type of total gives."""
    if isinstance(total, (int, Fraction)):
        quotient = Fraction(total, order)
        return quotient.numerator if quotient.denominator == 1 else quotient
    return total / order
