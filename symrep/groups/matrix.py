"""Groups that matrices generate, over a prime field or over a field of roots of unity."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from fractions import Fraction
from hashlib import sha256
from math import isqrt, lcm
from typing import Any

import numpy as np
from einops import rearrange
from numpy.typing import NDArray
from sympy import ImmutableMatrix, Matrix, isprime, sstr, sympify

from symrep._support.integers import as_integer
from symrep.arithmetic import cyclotomic
from symrep.groups.base import FiniteGroup, Indices, invariant
from symrep.groups.cayley_table import CayleyTableGroup

LARGEST_MATRIX_GROUP = 5_000
"""Order past which generators are refused, if no other is named."""

LARGEST_ENTRY = 2**20
"""Integers beyond which the matrices of a finite group are not taken to grow."""


class MatrixGroup(CayleyTableGroup):
    """The group that matrices generate, over a prime field or exactly.

    Elements are SymPy matrices, also read from nested lists; their order is that of their length
    as words in the generators, the identity first.

    Args:
        generators: square matrices of one size: integers, or SymPy matrices whose entries are sums
            of rational multiples of roots of unity, square roots among them.
        modulus: a prime p below 2^20 for matrices modulo p; None for exact ones.
        name: for titles.
        largest: order past which the group is refused; an infinite one always is.

    Raises:
        TypeError: the modulus is not an integer.
        ValueError: the matrices are not square and of one size, an entry cannot be read, a matrix
            has no inverse, or the group has more elements than `largest`.

    >>> group = MatrixGroup([[[1, 1], [0, 1]]], modulus=3)
    >>> group.element(2), group.index([[1, 2], [0, 1]])
    (Matrix([
    [1, 2],
    [0, 1]]), 2)
    """

    def __init__(
        self,
        generators: Iterable[Any],
        modulus: int | None = None,
        name: str | None = None,
        largest: int = LARGEST_MATRIX_GROUP,
    ) -> None:
        matrices = [Matrix(m) for m in generators]
        if not matrices or len({m.shape for m in matrices}) > 1 or not matrices[0].is_square:
            raise ValueError("expected one or more square matrices of one size")
        if modulus is not None:
            modulus = as_integer(modulus, "the modulus")
            if not (modulus < LARGEST_ENTRY and isprime(modulus)):
                raise ValueError(
                    f"matrices modulo {modulus}: it must be a prime number below {LARGEST_ENTRY}"
                )
        numbers = [[cyclotomic.coefficients_of(entry) for entry in m] for m in matrices]
        e = lcm(*(len(c) for row in numbers for c in row))
        if modulus is not None and e > 1:
            raise ValueError("matrices modulo a prime must have rational entries")
        self.size, self.modulus, self._conductor = matrices[0].rows, modulus, e
        known, steps, parents = _closure(
            [_restricted(row, self.size, e, modulus) for row in numbers], modulus, largest
        )
        for k, column in enumerate(steps.T):
            if len(np.unique(column)) < len(steps):
                raise ValueError(f"matrix {k} of the generators has no inverse")
        super().__init__(_table(steps, parents), name)
        self._numbers, self._given = known, tuple(steps[0].tolist())

    def __repr__(self) -> str:
        return FiniteGroup.__repr__(self)

    @invariant
    def _value(self) -> Hashable:
        return self.modulus, self._conductor, self._given, sha256(self._numbers.tobytes()).digest()

    @property
    def _arguments(self) -> str:
        matrices = [self._element(i) for i in self._given]
        integral = all(entry.is_Integer for matrix in matrices for entry in matrix)
        # Fractions are written as S(1)/2, which Python does not round.
        rows = [sstr(matrix.tolist(), sympy_integers=not integral) for matrix in matrices]
        written = rows if integral else [f"Matrix({row})" for row in rows]
        modulus = "" if self.modulus is None else f", modulus={self.modulus}"
        largest = f", largest={self.order}" if self.order > LARGEST_MATRIX_GROUP else ""
        return f"[{', '.join(written)}]{modulus}, name={self._title!r}{largest}"

    @property
    def _generators(self) -> Sequence[int]:
        """The matrices that were given."""
        return self._given

    def _element(self, i: int) -> ImmutableMatrix:
        *numbers, denominator = self._numbers[i].tolist()
        d, e = self.size, self._conductor
        f = isqrt(len(numbers)) // d
        # The first row of a block has the coefficients of the entry that the block stands for.
        rows = np.array(numbers, dtype=object).reshape(d, f, d, f)[:, 0]
        return ImmutableMatrix(
            d,
            d,
            [
                cyclotomic.exact(
                    [Fraction(c, denominator) for c in entry] + [Fraction(0)] * (e - f)
                )
                for entry in rows.reshape(-1, f)
            ],
        )

    def _index(self, element: object) -> int:
        try:
            rows: Any = element.tolist() if hasattr(element, "tolist") else list(element)  # type: ignore[call-overload]
            entries = [sympify(entry, strict=True) for row in rows for entry in row]
            numbers = list(map(cyclotomic.coefficients_of, entries))
        except (TypeError, ValueError) as error:
            raise TypeError(f"the elements of {self} are matrices, got {element!r}") from error
        if [len(row) for row in rows] != [self.size] * self.size:
            raise ValueError(f"{self} has matrices of size {self.size}, got {rows}")
        if self._conductor % lcm(*map(len, numbers)) == 0:
            row = _row(
                *_restricted(numbers, self.size, self._conductor, self.modulus), self.modulus
            )
            if row.tobytes() in self._positions:
                return self._positions[row.tobytes()]
        raise ValueError(f"{rows} is not an element of {self}")

    @invariant
    def _positions(self) -> dict[bytes, int]:
        return {row.tobytes(): i for i, row in enumerate(self._numbers)}

    def _indices(self, elements: NDArray[np.integer]) -> Indices:
        return np.array([self._index(matrix.tolist()) for matrix in elements], dtype=np.int64)

    def _name(self, i: int) -> str:
        """The rows: "[1, 1; 0, 1]"."""
        rows = self._element(i).tolist()
        return f"[{'; '.join(', '.join(map(str, row)) for row in rows)}]"


def _restricted(
    numbers: Sequence[cyclotomic.Coefficients], d: int, e: int, modulus: int | None
) -> tuple[NDArray[np.int64], int]:
    """A matrix over the field of zeta as one over the rationals, by what it does to rows.

    Returns:
        Integers (d f, d f) and their common denominator, where f is the degree of the field; 1 if
        there is a modulus.
    """
    basis = cyclotomic.power_basis(e)
    f = basis.shape[1]
    # [a] = multiplication by zeta^a of rows of coefficients.
    powers = np.array([[basis[(a + k) % e] for k in range(f)] for a in range(e)])
    denominator = 1 if modulus else lcm(*(c.denominator for number in numbers for c in number))
    blocks = np.zeros((d * d, f, f), dtype=np.int64)
    for block, number in zip(blocks, numbers, strict=True):
        for a, c in enumerate(number):
            block += _integer(c, denominator, modulus) * powers[a * (e // len(number))]
    return rearrange(blocks, "(i j) k l -> (i k) (j l)", i=d), denominator


def _integer(c: Fraction, denominator: int, modulus: int | None) -> int:
    """The residue of c, or without a modulus c times the denominator."""
    if modulus is None:
        integer = int(c * denominator)
        if max(abs(integer), denominator) > LARGEST_ENTRY:
            raise ValueError(f"entries of matrices have integers up to {LARGEST_ENTRY}, got {c}")
        return integer
    if c.denominator % modulus == 0:
        raise ValueError(f"{c} is no number modulo {modulus}")
    return c.numerator * pow(c.denominator, -1, modulus) % modulus


def _closure(
    generators: Sequence[tuple[NDArray[np.int64], int]], modulus: int | None, largest: int
) -> tuple[NDArray[np.int64], Indices, list[Indices]]:
    """All products of matrices: [x, s] = index of x times generator s, (order, generators).

    Returns:
        The elements as rows, see `_row`; the steps; and for each length of words the indices
        x |generators| + s of the first step to each new element.
    """
    width, count = len(generators[0][0]), len(generators)
    known = np.concatenate([np.eye(width, dtype=np.int64).ravel(), [1]])[None]
    frontier, steps, parents = known, np.zeros((0, count), dtype=np.int64), []
    while len(frontier):
        reached = np.stack([_times(frontier, *s, modulus) for s in generators], axis=1)
        reached = reached.reshape(-1, known.shape[1])
        both = np.concatenate([known, reached])
        _, first, inverse = np.unique(both, axis=0, return_index=True, return_inverse=True)
        new = np.sort(first[first >= len(known)])
        place = np.concatenate([np.arange(len(known)), new])
        numbers = np.empty(len(both), dtype=np.int64)
        numbers[place] = np.arange(len(place))
        steps = np.concatenate(
            [steps, numbers[first[inverse.ravel()]][len(known) :].reshape(-1, count)]
        )
        parents.append(new - len(known) + (len(known) - len(frontier)) * count)
        known, frontier = both[place], both[new]
        if len(known) > largest:
            raise ValueError(
                f"the matrices generate more than the {largest} elements that were allowed"
            )
    return known, steps, parents[:-1]


def _times(
    elements: NDArray[np.int64], matrix: NDArray[np.int64], denominator: int, modulus: int | None
) -> NDArray[np.int64]:
    """Products of elements, as rows, with a matrix, as rows."""
    width = len(matrix)
    products = (elements[:, :-1].reshape(-1, width, width) @ matrix).reshape(len(elements), -1)
    rows = _in_lowest_terms(products, elements[:, -1:] * denominator, modulus)
    if np.abs(rows).max() > LARGEST_ENTRY:
        raise ValueError("products of the matrices grow: they generate no finite group")
    return rows


def _row(matrix: NDArray[np.int64], denominator: int, modulus: int | None) -> NDArray[np.int64]:
    """A matrix as one row, (width^2 + 1,): its entries, then their denominator."""
    row: NDArray[np.int64] = _in_lowest_terms(
        matrix.reshape(1, -1), np.array([[denominator]]), modulus
    )[0]
    return row


def _in_lowest_terms(
    numerators: NDArray[np.int64], denominators: NDArray[np.int64], modulus: int | None
) -> NDArray[np.int64]:
    if modulus is not None:
        numerators = numerators % modulus
    rows = np.concatenate([numerators, denominators], axis=1)
    lowest: NDArray[np.int64] = rows // np.gcd.reduce(rows, axis=1)[:, None]
    return lowest


def _table(steps: Indices, parents: Sequence[Indices]) -> Indices:
    """The Cayley table, column by column: x (y s) is the step by s from x y."""
    order, count = steps.shape
    table = np.empty((order, order), dtype=np.int64)
    table[:, 0] = np.arange(order)
    start = 1
    for layer in parents:
        y, s = divmod(layer, count)
        table[:, start : start + len(layer)] = steps[table[:, y], s]
        start += len(layer)
    return table
