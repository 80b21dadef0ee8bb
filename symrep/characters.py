"""The noun `CharacterTable`: all irreducible characters of a group, exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from numpy.typing import NDArray

from symrep.murnaghan_nakayama import character_values, cycle_types
from symrep.partitions import Partition, PartitionLike
from symrep.table_laws import (
    assert_dimensions,
    assert_orthogonal_columns,
    assert_orthogonal_rows,
)

Labels = tuple[Partition, ...]
ClassFunction = Sequence[Any] | NDArray[Any] | Mapping[Partition, Any]


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
    """The character table of S_n; see `character_values` for the cost.

    Raises:
        MemoryError: its p(n)^2 entries cannot fit; raised before they are computed.
    """
    values = character_values(n)
    classes = cycle_types(n)
    return CharacterTable(
        irreps=classes[::-1],
        classes=classes,
        class_sizes=tuple(cycle_type.class_size for cycle_type in classes),
        values=values,
    )


def _position(label: PartitionLike, labels: Labels, kind: str) -> int:
    partition = Partition.of(label)
    if partition not in labels:
        raise ValueError(f"the table has no {kind} {partition}")
    return labels.index(partition)


def _exact(value: Any) -> Any:
    """The value as a Python number if it is one of numpy or torch, whose integers overflow."""
    return value.item() if hasattr(value, "item") else value


def _divide(total: Any, order: int) -> Any:
    """Total / order: an int or Fraction if total is one, or what the type of total gives."""
    if isinstance(total, (int, Fraction)):
        quotient = Fraction(total, order)
        return quotient.numerator if quotient.denominator == 1 else quotient
    return total / order
