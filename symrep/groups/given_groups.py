"""Groups that are given: by a Cayley table, by permutations, or by matrices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import count
from math import lcm
from typing import Any

import numpy as np
from einops import rearrange
from numpy.typing import ArrayLike, NDArray
from sympy import Matrix, isprime
from sympy.combinatorics import Permutation
from sympy.combinatorics import PermutationGroup as SympyGroup

from symrep.arithmetic import cyclotomic
from symrep.cayley import tables
from symrep.combinatorics import permutations
from symrep.combinatorics.permutations import PermutationLike
from symrep.groups.base import FiniteGroup, Indices

LARGEST_ORDER = 100_000
"""Order past which generators are refused, if no other is named."""

LARGEST_TABLE = 5_000
"""The same for groups that are multiplied by their Cayley table."""

LARGEST_ENTRY = 2**20
"""Integers beyond which the matrices of a finite group are not taken to grow."""

SEED = 1873
"""The first seed of the weights that tell permutations apart."""


class CayleyTableGroup(FiniteGroup):
    """The group with a Cayley table.

    Args:
        table: [x, y] = index of x y, (|G|, |G|) of integers. The identity may have any index.
        name: for titles; "G" with the order if None.

    Cost: the check that it is a group takes O(|G|^2 log |G|).

    Raises:
        NotAGroup: it is not the table of a group; the message says why.
    """

    def __init__(self, table: ArrayLike, name: str | None = None) -> None:
        self._table = tables.require_group(table)
        self._name = name or f"G_{len(self._table)}"

    def __str__(self) -> str:
        return self._name

    def __repr__(self) -> str:
        return f"<{self._name}, a group of order {self.order} by its Cayley table>"

    @property
    def order(self) -> int:
        """|G|."""
        return len(self._table)

    @cached_property
    def identity(self) -> int:
        """Index of the identity."""
        return tables.identity_of(self._table)

    @cached_property
    def generators(self) -> tuple[int, ...]:
        """Indices of a few elements that generate the group."""
        return tuple(tables.generating_set(self._table, self.identity))

    def _product(self, x: Indices, y: Indices) -> Indices:
        products: Indices = self._table[x, y]
        return products

    def _inverse(self, x: Indices) -> Indices:
        inverses: Indices = self._inverses[x]
        return inverses

    @cached_property
    def _inverses(self) -> Indices:
        return tables.inverses(self._table)


class PermutationGroup(FiniteGroup):
    """The group that permutations generate; p * q applies p first.

    Elements are in lexicographic order of their images, the identity first.

    Args:
        generators: SymPy permutations, or images of 0, ..., n-1, all of one degree.
        name: for titles.
        largest: order past which the group is refused.

    Raises:
        ValueError: there are no generators, they are no permutations, or differ in degree, or the
            group has more elements than `largest`.
    """

    def __init__(
        self,
        generators: Iterable[PermutationLike],
        name: str | None = None,
        largest: int = LARGEST_ORDER,
    ) -> None:
        arrays = [permutations.as_array(p) for p in generators]
        degrees = sorted({len(p) for p in arrays})
        if not degrees:
            raise ValueError("expected at least one permutation")
        if len(degrees) > 1:
            raise ValueError(f"permutations of {degrees[0]} and of {degrees[-1]} letters: give one")
        group = SympyGroup([Permutation(p.tolist()) for p in arrays])
        if group.order() > largest:
            raise ValueError(
                f"the permutations generate {group.order()} elements, more than the {largest} "
                "that were allowed"
            )
        self.degree, self._name = degrees[0], name or f"G_{group.order()}"
        self._images = _elements(group, self.degree)
        self._given = tuple(self.index(p) for p in arrays)

    def __str__(self) -> str:
        return self._name

    def __repr__(self) -> str:
        return f"<{self._name}, {self.order} permutations of {self.degree} letters>"

    @property
    def order(self) -> int:
        """|G|."""
        return len(self._images)

    @property
    def generators(self) -> tuple[int, ...]:
        """Indices of the permutations that were given."""
        return self._given

    def element(self, i: int) -> Permutation:
        """The permutation with index i."""
        return Permutation(self._images[self.require_index(i)].tolist())

    def index(self, element: Any) -> int:
        """The index of a permutation, the inverse of `element`."""
        image = permutations.as_array(element, self.degree)
        place = int(self._places(image))
        if not np.array_equal(self._images[place], image):
            raise ValueError(f"{permutations.cycle_notation(image)} is not an element of {self}")
        return place

    def element_name(self, i: int) -> str:
        """The cycles of the permutation with index i."""
        return permutations.cycle_notation(self._images[self.require_index(i)])

    def parse_elements(self, text: str) -> list[Any]:
        """The permutations, as cycles or images, that a text lists, in array form."""
        return [p.tolist() for p in permutations.parse_permutations(text, self.degree)]

    def _product(self, x: Indices, y: Indices) -> Indices:
        # The images of a base tell elements apart; those of x y are images under y of those of x.
        x, y = np.broadcast_arrays(x, y)
        images = [self._images[y, self._images[x, b]] for b in self._base]
        weighted = (image * w for image, w in zip(images, self._weights, strict=True))
        return self._lookup(sum(weighted, np.zeros(x.shape, dtype=np.int64)))

    def _inverse(self, x: Indices) -> Indices:
        return self._places(permutations.inverse(self._images[x]))

    def _places(self, images: NDArray[np.int64]) -> Indices:
        return self._lookup(images[..., self._base] @ self._weights)

    def _lookup(self, keys: Indices) -> Indices:
        elements, ordered = self._keys
        places: Indices = elements[np.searchsorted(ordered, keys).clip(max=len(ordered) - 1)]
        return places

    @cached_property
    def _base(self) -> list[int]:
        """Letters whose images tell all elements apart, chosen from the first."""
        base: list[int] = []
        kinds = np.zeros(self.order, dtype=np.int64)
        for letter in range(self.degree):
            finer = np.unique(kinds * self.degree + self._images[:, letter], return_inverse=True)[1]
            if finer.max(initial=0) > kinds.max(initial=0):
                base.append(letter)
                kinds = finer
            if kinds.max(initial=0) == self.order - 1:
                break
        return base

    @cached_property
    def _weights(self) -> NDArray[np.int64]:
        """Random ones with which the keys, sums of images below 2^63, tell all elements apart."""
        largest = 2**63 // max(1, self.degree * len(self._base))
        for seed in count(SEED):
            weights = np.random.default_rng(seed).integers(largest, size=len(self._base))
            if len(np.unique(self._images[:, self._base] @ weights)) == self.order:
                break
        return weights

    @cached_property
    def _keys(self) -> tuple[Indices, Indices]:
        """Elements in the order of their keys, and those keys."""
        keys = self._images[:, self._base] @ self._weights
        places = keys.argsort()
        return places, keys[places]


class MatrixGroup(CayleyTableGroup):
    """The group that matrices generate, over a prime field or exactly.

    Elements are in the order of their length as words in the generators.

    Args:
        generators: square matrices of one size: integers, or SymPy matrices whose entries are sums
            of rational multiples of roots of unity, square roots among them.
        modulus: a prime p below 2^20 for matrices modulo p; None for exact ones.
        name: for titles.
        largest: order past which the group is refused; an infinite one always is.

    Raises:
        ValueError: the matrices are not square and of one size, an entry cannot be read, a matrix
            has no inverse, or the group has more elements than `largest`.
    """

    def __init__(
        self,
        generators: Iterable[Any],
        modulus: int | None = None,
        name: str | None = None,
        largest: int = LARGEST_TABLE,
    ) -> None:
        matrices = [Matrix(m) for m in generators]
        if not matrices or len({m.shape for m in matrices}) > 1 or not matrices[0].is_square:
            raise ValueError("expected one or more square matrices of one size")
        if modulus is not None and not (modulus < LARGEST_ENTRY and isprime(modulus)):
            raise ValueError(
                f"matrices modulo {modulus}: it must be a prime number below {LARGEST_ENTRY}"
            )
        numbers = [[cyclotomic.coefficients_of(entry) for entry in m] for m in matrices]
        e = lcm(*(len(c) for row in numbers for c in row))
        if modulus is not None and e > 1:
            raise ValueError("matrices modulo a prime must have rational entries")
        steps, parents = _closure(
            [_restricted(row, matrices[0].rows, e, modulus) for row in numbers], modulus, largest
        )
        for k, column in enumerate(steps.T):
            if len(np.unique(column)) < len(steps):
                raise ValueError(f"matrix {k} of the generators has no inverse")
        super().__init__(_table(steps, parents), name)
        self._given = tuple(steps[0].tolist())

    @property
    def generators(self) -> tuple[int, ...]:
        """Indices of the matrices that were given."""
        return self._given


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
) -> tuple[Indices, list[Indices]]:
    """All products of matrices: [x, s] = index of x times generator s, (order, generators).

    Returns:
        The steps, and for each length of words the indices x |generators| + s of the first step to
        each new element.
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
    return steps, parents[:-1]


def _times(
    elements: NDArray[np.int64], matrix: NDArray[np.int64], denominator: int, modulus: int | None
) -> NDArray[np.int64]:
    """Products of elements (count, width^2 + 1), the last number a denominator, in lowest terms."""
    width = len(matrix)
    products = (elements[:, :-1].reshape(-1, width, width) @ matrix).reshape(len(elements), -1)
    if modulus is not None:
        products %= modulus
    rows = np.concatenate([products, elements[:, -1:] * denominator], axis=1)
    rows //= np.gcd.reduce(rows, axis=1)[:, None]
    if np.abs(rows).max() > LARGEST_ENTRY:
        raise ValueError("products of the matrices grow: they generate no finite group")
    return rows


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


def _elements(group: SympyGroup, degree: int) -> NDArray[np.int64]:
    """All elements in lexicographic order, (|G|, degree): products of transversals."""
    images = np.arange(degree)[None]
    for transversal in reversed(group.basic_transversals):
        representatives = np.array([u.array_form for u in transversal.values()], dtype=np.int64)
        # Those of a stabiliser come first: an element is u_k ... u_1.
        images = permutations.compose(images[None], representatives[:, None]).reshape(-1, degree)
    return images[np.lexsort(images.T[::-1])] if degree else images
