"""Direct products of finite groups, with the irreps that follow from those of the factors.

The complex irreps of G x H are the products of one of G and one of H. Over the reals let A and B be
irreps of real, complex or quaternionic type, c = 1, 2 or 4, and pi one complex irrep in each:

    A or B real            the Kronecker product of A and B, of the other's type
    both complex           two of complex type, with pi_A (x) pi_B and with pi_A (x) conj(pi_B)
    complex, quaternionic  complex type, with pi_A (x) pi_B
    both quaternionic      real type, of dimension d_A d_B/4: X -> A(g) X B(h)^* on the matrices X
                           over the quaternions

Source: Serre, *Linear Representations of Finite Groups* (1977), sections 3.2 and 13.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sympy import Matrix

from symrep.characters.descriptions import split
from symrep.groups.base import Constituent, FiniteGroup, Indices
from symrep.representations.standard_form import StandardForm, tensor_product

SIGN = " x "
"""Between the labels of factors."""


class Factor(NamedTuple):
    """A complex irrep of a factor: in the irrep over the reals with a label, or its conjugate."""

    label: Any
    conjugate: bool

    def __str__(self) -> str:
        return f"conj({self.label})" if self.conjugate else str(self.label)


@dataclass(frozen=True, init=False, repr=False)
class DirectProduct(FiniteGroup):
    """G x H x ..., of two or more groups; elements are tuples, those of the first factor slowest.

    The irrep "A x B" is that of a complex irrep of each factor; "conj(B)" is the conjugate of the
    one that stands for B in the character table. "A x B" and "conj(A) x conj(B)" are one irrep over
    the reals, in which the first complex factor is not conjugate. Classes are the tuples of those
    of the factors.

    Args:
        factors: the groups; they may be products too.

    Raises:
        ValueError: there are fewer than two.
        TypeError: one is not a group.

    >>> from symrep.families import CyclicGroup
    >>> group = DirectProduct(CyclicGroup(3), CyclicGroup(3))
    >>> [label for label in group.irreps if label.startswith("freq_1 x")]
    ['freq_1 x trivial', 'freq_1 x freq_1', 'freq_1 x conj(freq_1)']
    """

    factors: tuple[FiniteGroup, ...]

    def __init__(self, *factors: FiniteGroup) -> None:
        for factor in factors:
            if not isinstance(factor, FiniteGroup):
                raise TypeError(
                    f"DirectProduct takes groups such as CyclicGroup(3), got {factor!r}"
                )
        if len(factors) < 2:
            raise ValueError(f"DirectProduct takes two or more groups, got {len(factors)}")
        object.__setattr__(self, "factors", factors)

    def __repr__(self) -> str:
        return f"DirectProduct({', '.join(map(repr, self.factors))})"

    def __str__(self) -> str:
        names = [f"({f})" if isinstance(f, DirectProduct) else str(f) for f in self.factors]
        return SIGN.join(names)

    @property
    def order(self) -> int:
        """|G| |H| ..."""
        return prod(self._orders)

    @cached_property
    def generators(self) -> tuple[int, ...]:
        """Those of each factor, with the identity in the others."""
        return tuple(s for k in range(len(self.factors)) for s in self._generators_of(k))

    @property
    def relations(self) -> tuple[tuple[int, ...], ...] | None:
        """Those of the factors, and that generators of different factors commute."""
        words: list[tuple[int, ...]] = []
        before = 0
        for factor in self.factors:
            if factor.relations is None:
                return None
            here = range(before + 1, before + len(factor.generators) + 1)
            for word in factor.relations:
                words.append(tuple(k + before if k > 0 else k - before for k in word))
            words += [(-j, -k, j, k) for k in here for j in range(1, before + 1)]
            before += len(factor.generators)
        return tuple(words)

    def _generators_of(self, k: int) -> list[int]:
        """Those of one factor."""
        found = []
        for s in self.factors[k].generators:
            parts = [factor.identity for factor in self.factors]
            parts[k] = s
            found.append(int(self._index(parts)))
        return found

    @cached_property
    def identity(self) -> int:
        """Index of the identity."""
        return int(self._index([factor.identity for factor in self.factors]))

    @cached_property
    def _orders(self) -> tuple[int, ...]:
        return tuple(factor.order for factor in self.factors)

    def _parts(self, x: Any) -> tuple[Any, ...]:
        """The indices in the factors."""
        return np.unravel_index(x, self._orders)

    def _index(self, parts: Sequence[Any]) -> Any:
        """The index of the element with some indices in the factors, the inverse of `_parts`."""
        return np.ravel_multi_index(tuple(parts), self._orders)

    def _product(self, x: Indices, y: Indices) -> Indices:
        parts = zip(self.factors, self._parts(x), self._parts(y), strict=True)
        result: Indices = self._index([factor.products(a, b) for factor, a, b in parts])
        return result

    def _inverse(self, x: Indices) -> Indices:
        parts = zip(self.factors, self._parts(x), strict=True)
        result: Indices = self._index([f.inverse_indices.numpy()[a] for f, a in parts])
        return result

    def element(self, i: int) -> tuple[Any, ...]:
        """The element with index i, a tuple of elements of the factors.

        Raises:
            IndexError: i is not one of 0, ..., |G|-1.
            TypeError: i is not an integer.
        """
        parts = self._parts(self.require_index(i))
        return tuple(factor.element(int(a)) for factor, a in zip(self.factors, parts, strict=True))

    def index(self, element: Any) -> int:
        """The index of a tuple of elements of the factors, the inverse of `element`.

        Raises:
            ValueError: it is not an element of the group.
        """
        parts = self._require_parts(element, element)
        pairs = zip(self.factors, parts, strict=True)
        return int(self._index([factor.index(part) for factor, part in pairs]))

    def element_name(self, i: int) -> str:
        """The names in the factors: "(r, (0 1))"."""
        parts = zip(self.factors, self._parts(self.require_index(i)), strict=True)
        return f"({', '.join(factor.element_name(int(a)) for factor, a in parts)})"

    def parse_element(self, text: str) -> int:
        """The index of the element with a name.

        Raises:
            ValueError: the group has no such element.
        """
        text = text.strip()
        inside = text[1:-1] if text[:1] == "(" and text[-1:] == ")" else ""
        names = self._require_parts(split(inside, ","), text)
        pairs = zip(self.factors, names, strict=True)
        return int(self._index([factor.parse_element(name) for factor, name in pairs]))

    def parse_elements(self, text: str) -> list[Any]:
        """The elements whose names a text lists, with commas between them.

        Raises:
            ValueError: the group has no such element.
        """
        return [self.element(self.parse_element(name)) for name in split(text, ",")]

    def _require_parts(self, parts: Any, given: Any) -> Sequence[Any]:
        if not isinstance(parts, (tuple, list)) or len(parts) != len(self.factors):
            raise ValueError(
                f"an element of {self} has {len(self.factors)} parts, as in "
                f"{self.element_name(self.identity)}; got {given!r}"
            )
        return parts

    @cached_property
    def _classes(self) -> tuple[Indices, Indices, Indices]:
        of_factors, _, orders = zip(*(factor._classes for factor in self.factors), strict=True)
        parts = zip(of_factors, self._parts(self._all), strict=True)
        class_of = np.ravel_multi_index(
            tuple(classes[x] for classes, x in parts), tuple(map(len, orders))
        )
        _, first = np.unique(class_of, return_index=True)
        return class_of, first, np.lcm.reduce(np.meshgrid(*orders, indexing="ij")).ravel()

    def _class_labels(self, representatives: Indices, orders: Indices) -> list[str]:
        labels = [[c.label for c in factor.conjugacy_classes] for factor in self.factors]
        return [f"({', '.join(parts)})" for parts in product(*labels)]

    @property
    def distinguished_subgroup(self) -> dict[str, list[Any]]:
        """The first factor that is neither trivial nor the whole group; none if there is none."""
        for k, factor in enumerate(self.factors):
            if 1 < factor.order < self.order:
                return {str(factor): [self.element(s) for s in self._generators_of(k)]}
        return {}

    # Irreps

    @cached_property
    def _irreps(self) -> dict[str, tuple[Factor, ...]]:
        """{label: a complex irrep of each factor, the first of complex type not conjugate}."""
        choices = [
            [
                Factor(label, conjugate)
                for label, irrep in factor.irreps.items()
                for conjugate in ((False, True) if irrep.type == 2 else (False,))
            ]
            for factor in self.factors
        ]
        return {
            SIGN.join(map(str, parts)): parts
            for parts in product(*choices)
            if self._is_first_of_pair(parts)
        }

    def _is_first_of_pair(self, parts: Sequence[Factor]) -> bool:
        complex_parts = [
            part for part, kind in zip(parts, self._kinds(parts), strict=True) if kind == 2
        ]
        return not complex_parts or not complex_parts[0].conjugate

    def _kinds(self, parts: Sequence[Factor]) -> list[int]:
        """The types of the irreps of the factors."""
        pairs = zip(self.factors, parts, strict=True)
        return [factor.irreps[part.label].type for factor, part in pairs]

    @cached_property
    def _constituents(self) -> tuple[Constituent, ...]:
        self._require_table_fits()
        known = [dict(factor._constituents) for factor in self.factors]
        scales = [self.exponent // factor.exponent for factor in self.factors]
        found = []
        for label, parts in self._irreps.items():
            total = np.zeros((1, 1), dtype=np.int64)
            for rows, scale, part in zip(known, scales, parts, strict=True):
                sign = -scale if part.conjugate else scale
                sums = total[:, None, :, None] + sign * rows[part.label][:, None]
                total = sums.reshape(len(total) * sums.shape[1], -1)
            found.append(Constituent(label, np.sort(total % self.exponent, axis=1)))
        return tuple(found)

    def _matrices(self, label: Any) -> NDArray[np.float64]:
        parts = self._irreps[label]
        forms = [
            StandardForm(factor._matrices(part.label), kind)
            for factor, part, kind in zip(self.factors, parts, self._kinds(parts), strict=True)
        ]
        found = forms[0]
        for form, part in zip(forms[1:], parts[1:], strict=True):
            pairs = (
                StandardForm(found.matrices[:, None], found.type),
                StandardForm(form.matrices, form.type),
            )
            matrices, kind = tensor_product(*pairs, part.conjugate)
            found = StandardForm(matrices.reshape(-1, *matrices.shape[2:]), kind)
        return found.matrices

    def exact_matrix(self, label: Any, i: int) -> Matrix:
        """The exact matrix at an element, where those of the factors are known.

        Raises:
            ValueError: no exact form of an irrep of a factor is known.
        """
        parts, elements = self._irreps[label], self._parts(self.require_index(i))
        forms = [
            StandardForm(
                np.array(factor.exact_matrix(part.label, int(a)).tolist(), dtype=object), kind
            )
            for factor, part, a, kind in zip(
                self.factors, parts, elements, self._kinds(parts), strict=True
            )
        ]
        found = forms[0]
        for form, part in zip(forms[1:], parts[1:], strict=True):
            found = tensor_product(found, form, part.conjugate)
        return Matrix(found.matrices.tolist())

    def parse_label(self, label: Any) -> str:
        """The label that a label, or a tuple of labels of the factors, means.

        The labels of the factors may be aliases; the conjugate of an irrep stands for it.

        Raises:
            ValueError: the group has no such irrep.
        """
        text = SIGN.join(map(str, label)) if isinstance(label, (tuple, list)) else str(label)
        names = split(text, SIGN)
        if text in self._irreps or len(names) != len(self.factors):
            return str(super().parse_label(text))
        pairs = zip(self.factors, names, strict=True)
        return self._label_of([_parse_factor(factor, name) for factor, name in pairs])

    def _label_of(self, parts: Sequence[Factor]) -> str:
        kinds = self._kinds(parts)
        flip = not self._is_first_of_pair(parts)
        return SIGN.join(
            str(Factor(part.label, kind == 2 and part.conjugate != flip))
            for part, kind in zip(parts, kinds, strict=True)
        )


def _parse_factor(factor: FiniteGroup, name: str) -> Factor:
    conjugate = name.startswith("conj(") and name.endswith(")")
    return Factor(factor.parse_label(name[5:-1] if conjugate else name), conjugate)
