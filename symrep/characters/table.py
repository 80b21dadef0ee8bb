"""The noun `CharacterTable`: all irreducible characters of a group, exactly."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Expr

from symrep._support.errors import LawViolation
from symrep.arithmetic import cyclotomic
from symrep.characters.murnaghan_nakayama import character_values, cycle_types
from symrep.characters.table_laws import (
    assert_dimensions,
    assert_orthogonal_columns,
    assert_orthogonal_rows,
    assert_values,
)
from symrep.combinatorics.integer_partitions import Partition, PartitionLike

Label = Partition | str
"""What names an irrep or a class: a partition for S_n, text for other groups."""

ClassFunction = Sequence[Any] | NDArray[Any] | Mapping[Any, Any]


@dataclass(frozen=True, eq=False)
class CharacterTable:
    """The irreducible characters of a group, exactly.

    Attributes:
        irreps: labels of the rows.
        classes: labels of the columns, the identity first.
        class_sizes: number of elements of each class.
        values: (irreps, classes), integers for S_n and SymPy numbers otherwise.
        inverse_classes: [c] = position of the class of the inverses of the elements of class c.
        exponent: e, such that g^e = 1 for all g; 0 for tables of integers.
        eigenvalues: [k] = exponents a, ascending, (classes, d), of the eigenvalues
            exp(2 pi i a/e) of irrep k at each class; None for tables of integers.
    """

    irreps: tuple[Any, ...]
    classes: tuple[Any, ...]
    class_sizes: tuple[int, ...]
    values: NDArray[Any]
    inverse_classes: tuple[int, ...] = ()
    exponent: int = 0
    eigenvalues: tuple[NDArray[np.int64], ...] | None = None

    def __post_init__(self) -> None:
        if not self.inverse_classes:
            object.__setattr__(self, "inverse_classes", tuple(range(len(self.classes))))

    @property
    def order(self) -> int:
        """Order of the group."""
        return sum(self.class_sizes)

    @property
    def dimensions(self) -> tuple[int, ...]:
        """Dimension of each irrep: its value at the identity."""
        return tuple(int(value) for value in self.values[:, 0])

    def require_eigenvalues(self) -> tuple[NDArray[np.int64], ...]:
        """The eigenvalues, of a table that has them.

        Raises:
            ValueError: it is a table of integers.
        """
        if self.eigenvalues is None:
            raise ValueError("a table of integers holds no eigenvalues")
        return self.eigenvalues

    def numbers(self) -> NDArray[Any]:
        """The values as float64 or, of tables with eigenvalues, complex128; (irreps, classes).

        The error is below d units in the last place of 1.
        """
        if self.eigenvalues is None:
            return self.values.astype(np.float64)
        return floating_values(self.eigenvalues, self.exponent)

    def frobenius_schur_indicators(self) -> tuple[int, ...]:
        """(1/|G|) sum over g of chi(g^2), exactly, for each row of a table with eigenvalues.

        1 is for real type, 0 for complex, -1 for quaternionic.

        Raises:
            ValueError: it is a table of integers.
            LawViolation: one is none of these, so that the row is not an irreducible character.
        """
        sizes = np.array(self.class_sizes)
        return tuple(
            frobenius_schur_indicator(row, sizes, self.exponent, label)
            for label, row in zip(self.irreps, self.require_eigenvalues(), strict=True)
        )

    def row(self, irrep: PartitionLike) -> NDArray[Any]:
        """The character of an irrep, (classes,).

        Raises:
            ValueError: the table has no such irrep.
        """
        values: NDArray[Any] = self.values[_position(irrep, self.irreps, "irrep")]
        return values

    def value(self, irrep: PartitionLike, conjugacy_class: PartitionLike) -> Any:
        """The character of an irrep at a class."""
        return _exact(self.row(irrep)[_position(conjugacy_class, self.classes, "class")])

    def inner_product(self, chi: ClassFunction, psi: ClassFunction) -> Any:
        """(1/|G|) sum over g of chi(g) psi(g^-1); exact for exact values, else float or complex.

        Args:
            chi: one value a class, in the order of `classes`, or a mapping from labels.
            psi: likewise.

        Raises:
            ValueError: the number of values is not the number of classes, or a SymPy number is
                not one of `symrep.arithmetic.cyclotomic.coefficients_of`.
        """
        left, right = self._by_class(chi), self._by_class(psi)
        if any(isinstance(value, (float, complex)) for value in [*left, *right]):
            left, right = map(_floating, (left, right))
        triples = zip(self.class_sizes, left, [right[c] for c in self.inverse_classes], strict=True)
        if any(isinstance(value, Expr) for value in [*left, *right]):
            return cyclotomic.exact(_sum_of_products(triples, self.order))
        return _divide(sum(size * a * b for size, a, b in triples), self.order)

    def decompose(self, class_function: ClassFunction) -> dict[Any, Any]:
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
        """Checks the table exactly; returns what was checked, a phrase each.

        Rows and columns are orthogonal, and the squares of the dimensions sum to the order. Values
        are the sums of the eigenvalues, where there are any.

        Raises:
            LawViolation: one of these does not hold; the message says where.
        """
        sums = () if self.eigenvalues is None else (f"{assert_values(self)} sums of eigenvalues",)
        return (
            *sums,
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


def cyclotomic_table(
    irreps: Sequence[str],
    classes: Sequence[str],
    class_sizes: Sequence[int],
    inverse_classes: Sequence[int],
    exponent: int,
    eigenvalues: Sequence[NDArray[np.int64]],
) -> CharacterTable:
    """The table of characters that are given by their eigenvalues; see `CharacterTable`."""
    values = np.empty((len(irreps), len(classes)), dtype=object)
    for k, row in enumerate(eigenvalues):
        values[k] = [cyclotomic.sum_of_roots(at, exponent) for at in map(tuple, row.tolist())]
    return CharacterTable(
        tuple(irreps),
        tuple(classes),
        tuple(class_sizes),
        values,
        tuple(inverse_classes),
        exponent,
        tuple(eigenvalues),
    )


def floating_values(
    eigenvalues: Sequence[NDArray[np.int64]], exponent: int
) -> NDArray[np.complex128]:
    """Characters that are given by their eigenvalues, (irreps, classes); see `CharacterTable`."""
    roots = cyclotomic.roots_of_unity(exponent)
    return np.array([roots[row].sum(1) for row in eigenvalues])


def frobenius_schur_indicator(
    eigenvalues: NDArray[np.int64], class_sizes: NDArray[np.int64], exponent: int, label: Any
) -> int:
    """The exact mean of chi(g^2) for one character; see `CharacterTable`."""
    squares = 2 * eigenvalues % exponent
    counts = np.zeros(exponent, dtype=np.int64)
    np.add.at(counts, squares.ravel(), np.repeat(class_sizes, eigenvalues.shape[1]))
    total = cyclotomic.reduced(counts, exponent)
    indicator = Fraction(int(total[0]), int(class_sizes.sum()))
    if total[1:].any() or indicator not in (1, 0, -1):
        raise LawViolation(f"{label}: the mean of chi(g^2) is not 1, 0 or -1")
    return int(indicator)


def _position(label: PartitionLike, labels: tuple[Hashable, ...], kind: str) -> int:
    known = label in labels if isinstance(label, Hashable) else False
    if not known and isinstance(next(iter(labels), None), Partition):
        label = Partition.of(label)
    if not known and label not in labels:
        raise ValueError(f"the table has no {kind} {label}")
    return labels.index(label)


def _sum_of_products(triples: Iterable[tuple[int, Any, Any]], order: int) -> list[Fraction]:
    """Coefficients of (1/order) times the sum of the products of three numbers."""
    total = [Fraction(0)]
    for size, a, b in triples:
        factors = map(cyclotomic.coefficients_of, (Fraction(size, order), a, b))
        total = cyclotomic.total(total, reduce(cyclotomic.product, factors))
    return total


def _exact(value: Any) -> Any:
    """The value as a Python number if it is one of numpy or torch, whose integers overflow."""
    return value.item() if hasattr(value, "item") else value


def _floating(values: list[Any]) -> list[Any]:
    """The values with complex numbers for those of SymPy."""
    return [complex(value) if isinstance(value, Expr) else value for value in values]


def _divide(total: Any, order: int) -> Any:
    """Total / order: an int or Fraction if total is one, or what the type of total gives."""
    if isinstance(total, (int, Fraction)):
        quotient = Fraction(total, order)
        return quotient.numerator if quotient.denominator == 1 else quotient
    return total / order
