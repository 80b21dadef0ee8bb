"""Integer partitions: the labels of the irreps and of the conjugacy classes of S_n.

Source: Macdonald, *Symmetric Functions and Hall Polynomials* (2nd ed., 1995), section I.1.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable, Iterator
from itertools import accumulate
from math import factorial, prod
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sympy.functions.combinatorial.numbers import partition as _count

from symrep._support.caches import kept
from symrep._support.integers import as_integer
from symrep._support.lazy import LazyModule
from symrep._support.markup import script

if TYPE_CHECKING:
    import networkx as nx
else:
    nx = LazyModule("networkx")

Cell = tuple[int, int]
"""A box of a diagram: (row, column), both from 0, rows counted downwards."""

PartitionLike: TypeAlias = str | Iterable[int]
"""Argument of `Partition.of`: parts, or text like "3,2"."""

LARGEST_DEGREE = 100_000

_PART = re.compile(r"\s*(\d+)\s*(?:\^\s*(\d+)\s*)?")


class Partition(tuple[int, ...]):
    """A weakly decreasing tuple of positive integers; `Partition()` is the partition of 0.

    A partition is equal to the plain tuple of its parts and has the same hash, so that tuples and
    partitions are the same keys. `Partition.parse(str(p)) == p`.

    Raises:
        ValueError: a part is not positive, or the parts increase.
        TypeError: a part is not an integer.

    >>> Partition(3, 2).conjugate
    Partition(2, 2, 1)
    >>> Partition(3, 2).dimension
    5
    """

    __slots__ = ()

    def __new__(cls, *parts: int) -> Partition:
        if not {int}.issuperset(map(type, parts)):
            name = f"{_spelt(parts)}: each part"
            parts = tuple(as_integer(part, name) for part in parts)
        if parts and min(parts) <= 0:
            raise ValueError(f"{_spelt(parts)}: parts must be positive")
        if any(map(operator.lt, parts, parts[1:])):
            raise ValueError(
                f"{_spelt(parts)}: parts must be weakly decreasing; "
                f"did you mean {_spelt(sorted(parts, reverse=True))}?"
            )
        return super().__new__(cls, parts)

    @classmethod
    def of(cls, label: PartitionLike) -> Partition:
        """Return the partition with the given parts, or of the given text; see `parse`.

        Raises:
            ValueError: the parts are not those of a partition.
            TypeError: the label is neither text nor integers.

        >>> Partition.of((2, 1)) == Partition.of("2,1") == Partition(2, 1)
        True
        """
        if isinstance(label, Partition):
            return label
        if isinstance(label, str):
            return cls.parse(label)
        if isinstance(label, Iterable):
            return cls(*label)
        raise TypeError(f"expected a partition such as (3, 2) or '3,2', got {label!r}")

    @classmethod
    def parse(cls, text: str) -> Partition:
        """Return the partition written as "3,2", "(3, 2)", "[3,2]" or, with exponents, "2,1^3".

        Raises:
            ValueError: the text is not a list of parts, or they are not a partition.
        """
        body = text.strip()
        if body[:1] + body[-1:] in ("()", "[]"):
            body = body[1:-1].strip().removesuffix(",")
        parts: list[int] = []
        for word in body.split(",") if body else []:
            match = _PART.fullmatch(word)
            if match is None:
                raise ValueError(
                    f"{text!r} is not a partition: expected parts separated by commas, as in '3,2'"
                )
            count = int(match[2] or 1)
            if count > 10**6:
                raise ValueError(f"{text!r} has more than a million parts")
            parts += [int(match[1])] * count
        return cls(*parts)

    def __repr__(self) -> str:
        return f"Partition({', '.join(map(str, self))})"

    def __str__(self) -> str:
        return f"({','.join(map(str, self))})"

    def _repr_latex_(self) -> str:
        return f"${self.latex()}$"

    def latex(self) -> str:
        r"""Return the parts with exponents in LaTeX of math mode; () is \emptyset.

        >>> Partition(3, 1, 1).latex()
        '(3,1^2)'
        """
        powers = self.multiplicities.items()
        words = [f"{part}^{script(m)}" if m > 1 else str(part) for part, m in powers]
        return f"({','.join(words)})" if words else "\\emptyset"

    def __getnewargs__(self) -> tuple[int, ...]:
        return tuple(self)

    @property
    def size(self) -> int:
        """n, the sum of the parts."""
        return sum(self)

    @property
    def conjugate(self) -> Partition:
        """The conjugate partition: its parts are the column lengths of the diagram."""
        return Partition(*(sum(part > j for part in self) for j in range(self[0] if self else 0)))

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The n boxes of the Young diagram, row by row."""
        return tuple((i, j) for i, part in enumerate(self) for j in range(part))

    @property
    def contents(self) -> tuple[int, ...]:
        """Content, column - row, of every box, in the order of `cells`."""
        return tuple(content(cell) for cell in self.cells)

    @property
    def hook_lengths(self) -> tuple[int, ...]:
        """Hook length, arm + leg + 1, of every box, in the order of `cells`."""
        columns = self.conjugate
        return tuple(self[i] - j + columns[j] - i - 1 for i, j in self.cells)

    @property
    def dimension(self) -> int:
        """Number of standard tableaux: n! / product of the hook lengths (Frame et al. 1954)."""
        return _dimension(self)

    @property
    def multiplicities(self) -> dict[int, int]:
        """{part k: multiplicity m_k}, largest part first."""
        return {part: self.count(part) for part in sorted(set(self), reverse=True)}

    @property
    def centraliser_order(self) -> int:
        """z = product over k of k^m_k m_k!, the order of the centraliser of this cycle type."""
        return prod(k**m * factorial(m) for k, m in self.multiplicities.items())

    @property
    def class_size(self) -> int:
        """Size n!/z of the conjugacy class of S_n with this cycle type."""
        return factorial(self.size) // self.centraliser_order

    @property
    def removable_cells(self) -> tuple[Cell, ...]:
        """The removable boxes, lowest row first.

        In this order the partitions left are in reverse lexicographic order.
        """
        return tuple(
            (i, self[i] - 1)
            for i in reversed(range(len(self)))
            if i + 1 == len(self) or self[i] > self[i + 1]
        )

    @property
    def addable_cells(self) -> tuple[Cell, ...]:
        """The addable boxes, highest row first."""
        return tuple((i, part) for i, part in enumerate((*self, 0)) if i == 0 or self[i - 1] > part)

    def without(self, cell: Cell) -> Partition:
        """Return the partition of n - 1 without a removable box."""
        if cell not in self.removable_cells:
            raise ValueError(f"{cell} is not a removable box of {self}")
        row, _ = cell
        return Partition(*(part - (i == row) for i, part in enumerate(self) if part > (i == row)))

    def with_cell(self, cell: Cell) -> Partition:
        """Return the partition of n + 1 with an addable box."""
        if cell not in self.addable_cells:
            raise ValueError(f"{cell} is not an addable box of {self}")
        row, _ = cell
        return Partition(
            *(part + (i == row) for i, part in enumerate((*self, 0)) if part + (i == row))
        )

    def dominates(self, other: PartitionLike) -> bool:
        """Return whether the partition dominates `other`, a partition of the same n.

        That is, each partial sum of parts is at least that of `other`.

        Raises:
            ValueError: the two are partitions of different n.
        """
        other = Partition.of(other)
        if self.size != other.size:
            raise ValueError(
                f"dominance compares partitions of the same n: {self} is a partition of "
                f"{self.size}, {other} of {other.size}"
            )
        ours, theirs = list(accumulate(self)), list(accumulate(other))
        return all(a >= b for a, b in zip(ours, theirs, strict=False))


def _spelt(parts: Iterable[object]) -> str:
    return f"Partition({', '.join(map(repr, parts))})"


@kept(2**14)
def _dimension(shape: Partition) -> int:
    return factorial(shape.size) // prod(shape.hook_lengths)


def content(cell: Cell) -> int:
    """Return the content of a box, column - row."""
    row, column = cell
    return column - row


def partitions(n: int) -> Iterator[Partition]:
    """Yield the partitions of n in reverse lexicographic order, from (n) to (1^n).

    Raises:
        ValueError: n is negative.

    >>> list(partitions(3))
    [Partition(3), Partition(2, 1), Partition(1, 1, 1)]
    """
    n = require_degree(n)

    def below(remaining: int, largest: int) -> Iterator[tuple[int, ...]]:
        if remaining == 0:
            yield ()
        for part in range(min(remaining, largest), 0, -1):
            for rest in below(remaining - part, part):
                yield (part, *rest)

    for parts in below(n, n):
        yield Partition(*parts)


def number_of_partitions(n: int) -> int:
    """Return p(n), without listing the partitions."""
    return int(_count(require_degree(n)))


def require_degree(n: int) -> int:
    """Check that n is the degree of a symmetric group; return it as a Python integer.

    Raises:
        TypeError: n is not an integer.
        ValueError: n is negative, or above 100000, where n! alone takes seconds.
    """
    n = as_integer(n, "the degree n", 0)
    if n > LARGEST_DEGREE:
        raise ValueError(f"the degree n must be at most {LARGEST_DEGREE}, got {n}")
    return n


def diagrams_inside(shape: Partition) -> list[list[Partition]]:
    """Return [m] = the partitions of m contained in the shape, for m = 0, ..., n.

    These are the levels of the interval from the empty partition to the shape in Young's lattice.
    """
    levels = [[shape]]
    for _ in range(shape.size):
        smaller = {mu.without(cell): None for mu in levels[-1] for cell in mu.removable_cells}
        levels.append(list(smaller))
    return levels[::-1]


def dominance_order(n: int) -> nx.DiGraph[Partition]:
    """Return the Hasse diagram of dominance: edges from each partition of n to those it covers."""
    nodes = list(partitions(n))
    order: nx.DiGraph[Partition] = nx.DiGraph()
    order.add_nodes_from(nodes)
    order.add_edges_from((a, b) for a in nodes for b in nodes if a != b and a.dominates(b))
    hasse: nx.DiGraph[Partition] = nx.transitive_reduction(order)
    return hasse


def youngs_lattice(n: int) -> nx.DiGraph[Partition]:
    """Return Young's lattice up to level n: edges mu -> lambda, lambda = mu with one box added.

    Nodes have the attributes `level` (the n of the partition) and `dimension`, edges the
    `content` of the box. The paths from the empty partition to lambda are its standard tableaux.
    """
    lattice: nx.DiGraph[Partition] = nx.DiGraph()
    for level in range(require_degree(n) + 1):
        for shape in partitions(level):
            lattice.add_node(shape, level=level, dimension=shape.dimension)
            for cell in shape.removable_cells:
                lattice.add_edge(shape.without(cell), shape, content=content(cell))
    return lattice


@kept(16, largest=2**23)
def bounded_counts(n: int) -> NDArray[np.int64]:
    """Return [m, k] = number of partitions of m with parts at most k, (n+1, n+1)."""
    counts = np.zeros((n + 1, n + 1), dtype=np.int64)
    counts[0] = 1
    for k in range(1, n + 1):
        counts[:, k] = counts[:, k - 1]
        for m in range(k, n + 1):
            counts[m, k] += counts[m - k, k]
    counts.flags.writeable = False
    return counts


def partition_ranks(parts: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """Return the positions of partitions in lexicographic order, from (1^n) to (n), (...).

    Args:
        parts: (..., length), decreasing parts padded with zeros.
        n: the integer partitioned.
    """
    counts = bounded_counts(n)
    rank = np.zeros(parts.shape[:-1], dtype=np.int64)
    remaining = np.full(parts.shape[:-1], n, dtype=np.int64)
    for column in np.moveaxis(parts, -1, 0):
        rank += np.where(column > 0, counts[remaining, np.maximum(column - 1, 0)], 0)
        remaining -= column
    return rank
