"""Groups that permutations generate."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from hashlib import sha256
from itertools import count

import numpy as np
from numpy.typing import NDArray
from sympy.combinatorics import Permutation
from sympy.combinatorics import PermutationGroup as SympyGroup

from symrep._support.integers import as_integer
from symrep.combinatorics import permutations
from symrep.combinatorics.integer_partitions import Partition
from symrep.combinatorics.permutations import PermutationLike, Permutations
from symrep.groups.base import ConjugacyClass, Indices, invariant, read_only
from symrep.groups.of_permutations import GroupOfPermutations

LARGEST_PERMUTATION_GROUP = 100_000
"""Order past which generators are refused, if no other is named."""

FIRST_SEED = 1873
"""The first seed of the weights that tell permutations apart."""


class PermutationGroup(GroupOfPermutations[str]):
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
        largest: int = LARGEST_PERMUTATION_GROUP,
    ) -> None:
        arrays = [permutations.as_array(p) for p in generators]
        degrees = sorted({len(p) for p in arrays})
        if not degrees:
            raise ValueError("expected at least one permutation")
        if len(degrees) > 1:
            raise ValueError(f"permutations of {degrees[0]} and of {degrees[-1]} points: give one")
        group = SympyGroup([Permutation(p.tolist()) for p in arrays])
        if group.order() > as_integer(largest, "the largest order"):
            raise ValueError(
                f"the permutations generate {group.order()} elements, more than the {largest} "
                "that were allowed"
            )
        self._degree, self._title = degrees[0], name or f"G_{group.order()}"
        self._listed = read_only(_elements(group, self.degree))
        self._given = tuple(self._place(p) for p in arrays)

    def __str__(self) -> str:
        return self._title

    @invariant
    def _value(self) -> Hashable:
        return self.degree, self._given, sha256(self._listed.tobytes()).digest()

    @property
    def _arguments(self) -> str:
        generators = [self._listed[i].tolist() for i in self._given]
        largest = f", largest={self.order}" if self.order > LARGEST_PERMUTATION_GROUP else ""
        return f"{generators}, name={self._title!r}{largest}"

    @property
    def degree(self) -> int:
        """Number of points."""
        return self._degree

    @property
    def order(self) -> int:
        """|G|."""
        return len(self._listed)

    @property
    def _generators(self) -> Sequence[int]:
        """The permutations that were given."""
        return self._given

    @invariant
    def _images(self) -> Permutations:
        return self._listed

    def _places(self, images: Permutations) -> Indices:
        places = self._lookup(images[..., self._base] @ self._weights)
        wrong = (self._listed[places] != images).any(-1)
        for image in np.atleast_2d(images)[np.atleast_1d(wrong)][:1]:
            raise ValueError(f"{permutations.cycle_notation(image)} is not an element of {self}")
        return places

    @cached_property
    def conjugacy_classes(self) -> tuple[ConjugacyClass, ...]:
        """The classes, the identity first, then by element order, size and place."""
        return tuple(
            replace(
                c,
                cycle_type=Partition(*self._cycle_type(int(i))),
                sign=int(permutations.sign(self._listed[i])),
            )
            for c, i in zip(super().conjugacy_classes, self._conjugacy.representatives, strict=True)
        )

    def _product(self, x: Indices, y: Indices) -> Indices:
        # The images of a base tell elements apart; those of x y are images under y of those of x.
        x, y = np.broadcast_arrays(x, y)
        images = [self._listed[y, self._listed[x, b]] for b in self._base]
        weighted = (image * w for image, w in zip(images, self._weights, strict=True))
        return self._lookup(sum(weighted, np.zeros(x.shape, dtype=np.int64)))

    def _inverse(self, x: Indices) -> Indices:
        return self._lookup(permutations.inverse(self._listed[x])[..., self._base] @ self._weights)

    def _lookup(self, keys: Indices) -> Indices:
        elements, ordered = self._keys
        places: Indices = elements[np.searchsorted(ordered, keys).clip(max=len(ordered) - 1)]
        return places

    @invariant
    def _base(self) -> list[int]:
        """Letters whose images tell all elements apart, chosen from the first."""
        base: list[int] = []
        kinds = np.zeros(self.order, dtype=np.int64)
        for letter in range(self.degree):
            finer = np.unique(kinds * self.degree + self._listed[:, letter], return_inverse=True)[1]
            if finer.max(initial=0) > kinds.max(initial=0):
                base.append(letter)
                kinds = finer
            if kinds.max(initial=0) == self.order - 1:
                break
        return base

    @invariant
    def _weights(self) -> NDArray[np.int64]:
        """Random ones with which the keys, sums of images below 2^63, tell all elements apart."""
        largest = 2**63 // max(1, self.degree * len(self._base))
        for seed in count(FIRST_SEED):
            weights = np.random.default_rng(seed).integers(largest, size=len(self._base))
            if len(np.unique(self._listed[:, self._base] @ weights)) == self.order:
                break
        return weights

    @invariant
    def _keys(self) -> tuple[Indices, Indices]:
        """Elements in the order of their keys, and those keys."""
        keys = self._listed[:, self._base] @ self._weights
        places = keys.argsort()
        return places, keys[places]


def _elements(group: SympyGroup, degree: int) -> NDArray[np.int64]:
    """All elements in lexicographic order, (|G|, degree): products of transversals."""
    images = np.arange(degree)[None]
    for transversal in reversed(group.basic_transversals):
        representatives = np.array([u.array_form for u in transversal.values()], dtype=np.int64)
        # Those of a stabiliser come first: an element is u_k ... u_1.
        images = permutations.compose(images[None], representatives[:, None]).reshape(-1, degree)
    return images[np.lexsort(images.T[::-1])] if degree else images
