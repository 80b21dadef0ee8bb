"""Direct products of finite groups, with irreps from those of the factors.

The complex irreps of G x H are the tensor products of an irrep of G and an irrep of H. Over the
reals let A and B be irreps with complex constituents pi_A and pi_B. By the types of A and B:

    A or B real            the tensor product of A and B, of the type of the other factor
    both complex           two irreps of complex type, with the constituents pi_A (x) pi_B and
                           pi_A (x) conj(pi_B)
    complex, quaternionic  complex type, with the constituent pi_A (x) pi_B
    both quaternionic      real type, of dimension d_A d_B/4: X -> A(g) X B(h)^* on the matrices X
                           over the quaternions

Source: Serre, *Linear Representations of Finite Groups* (1977), sections 3.2 and 13.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import product
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sympy import Matrix

from symrep.characters.labels import TextLabels
from symrep.characters.notation import split
from symrep.characters.table import CharacterTable
from symrep.groups.base import AnyGroup, Conjugacy, Constituent, FiniteGroup, Indices, invariant
from symrep.representations.standard_form import StandardForm, tensor_product

SIGN = " x "
"""Separator of the labels of factors."""


class Factor(NamedTuple):
    """A complex irrep of a factor: the constituent of an irrep over the reals, or its conjugate."""

    label: Any
    conjugate: bool

    def __str__(self) -> str:
        return f"conj({self.label})" if self.conjugate else str(self.label)


class ProductLabels(TextLabels):
    """The labels "A x B" of a direct product, also parsed from tuples of labels."""

    def __init__(
        self,
        group: str,
        names: Iterable[str],
        factors: Sequence[AnyGroup],
        table: Callable[[], CharacterTable],
    ) -> None:
        trivial = SIGN.join(str(factor.parse_label("trivial")) for factor in factors)
        super().__init__(group, names, {"trivial": trivial}, table)
        self.factors = tuple(factors)

    def _read(self, label: object) -> str | None:
        of_factors: Sequence[Any]
        if isinstance(label, (tuple, list)):
            of_factors = label
        elif (found := super()._read(label)) is not None:
            return found
        else:
            of_factors = split(str(label), SIGN)
        if len(of_factors) != len(self.factors):
            return None
        pairs = zip(self.factors, of_factors, strict=True)
        try:
            parts = [_parse_factor(factor, name) for factor, name in pairs]
        except ValueError:
            return None
        return super()._read(_label_of(self.factors, parts))


class DirectProduct(FiniteGroup[str, tuple[Any, ...]]):
    """A direct product G x H x ...; elements are tuples, the index of the last factor fastest.

    The irrep "A x B" has the tensor product of a complex constituent of each factor; "conj(B)" is
    the conjugate of the row of B in the character table. "A x B" and "conj(A) x conj(B)" are the
    same irrep over the reals; in its label the first factor of complex type is not conjugate.
    Classes are labelled by tuples of classes of the factors.

    Args:
        factors: two or more groups, which may be products.

    Raises:
        ValueError: there are fewer than two factors.
        TypeError: a factor is not a group.

    >>> from symrep.groups.cyclic import CyclicGroup
    >>> group = DirectProduct(CyclicGroup(3), CyclicGroup(3))
    >>> [label for label in group.irreps if label.startswith("freq_1 x")]
    ['freq_1 x trivial', 'freq_1 x freq_1', 'freq_1 x conj(freq_1)']
    """

    def __init__(self, *factors: AnyGroup) -> None:
        for factor in factors:
            if not isinstance(factor, FiniteGroup):
                raise TypeError(
                    f"DirectProduct takes groups such as CyclicGroup(3), got {factor!r}"
                )
        if len(factors) < 2:
            raise ValueError(f"DirectProduct takes two or more groups, got {len(factors)}")
        self.factors = factors

    def __str__(self) -> str:
        names = [f"({f})" if isinstance(f, DirectProduct) else str(f) for f in self.factors]
        return SIGN.join(names)

    def latex(self) -> str:
        r"""Return the name of the group in LaTeX of math mode: C_3 \times S_3."""
        products = [isinstance(factor, DirectProduct) for factor in self.factors]
        names = [factor.latex() for factor in self.factors]
        return " \\times ".join(
            f"({name})" if nested else name for name, nested in zip(names, products, strict=True)
        )

    @property
    def _arguments(self) -> str:
        return ", ".join(map(repr, self.factors))

    @property
    def order(self) -> int:
        """|G| |H| ..."""
        return prod(self._orders)

    @property
    def _generators(self) -> list[int]:
        """The generators of each factor, with the identity in the others."""
        return [s for k in range(len(self.factors)) for s in self._generators_of(k)]

    @property
    def relations(self) -> tuple[tuple[int, ...], ...] | None:
        """The relators of the factors, and the commutators of generators of different factors."""
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
        """Return the generators of one factor."""
        found = []
        for s in self.factors[k].generators:
            parts = [factor.identity for factor in self.factors]
            parts[k] = s
            found.append(int(self._joined(parts)))
        return found

    @property
    def _identity(self) -> int:
        return int(self._joined([factor.identity for factor in self.factors]))

    @invariant
    def _orders(self) -> tuple[int, ...]:
        return tuple(factor.order for factor in self.factors)

    def _parts(self, x: Any) -> tuple[Any, ...]:
        """Return the indices in the factors."""
        return np.unravel_index(x, self._orders)

    def _joined(self, parts: Sequence[Any]) -> Any:
        """Return the index from the indices in the factors, the inverse of `_parts`."""
        return np.ravel_multi_index(tuple(parts), self._orders)

    def _product(self, x: Indices, y: Indices) -> Indices:
        parts = zip(self.factors, self._parts(x), self._parts(y), strict=True)
        result: Indices = self._joined([factor.products(a, b) for factor, a, b in parts])
        return result

    def _inverse(self, x: Indices) -> Indices:
        parts = zip(self.factors, self._parts(x), strict=True)
        result: Indices = self._joined([f.inverse_indices[a] for f, a in parts])
        return result

    def _element(self, i: int) -> tuple[Any, ...]:
        parts = zip(self.factors, self._parts(i), strict=True)
        return tuple(factor.element(int(a)) for factor, a in parts)

    def _index(self, element: object) -> int:
        """Return the index of a tuple of elements of the factors."""
        if not isinstance(element, (tuple, list)):
            raise TypeError(f"the elements of {self} are tuples, got {element!r}")
        parts = self._require_parts(element, element)
        pairs = zip(self.factors, parts, strict=True)
        return int(self._joined([factor.index(part) for factor, part in pairs]))

    def _name(self, i: int) -> str:
        """Return the tuple of the names in the factors: "(r, (0 1))"."""
        parts = zip(self.factors, self._parts(i), strict=True)
        return f"({', '.join(factor.element_name(int(a)) for factor, a in parts)})"

    def _parse(self, text: str) -> int:
        text = text.strip()
        inside = text[1:-1] if text[:1] == "(" and text[-1:] == ")" else ""
        names = self._require_parts(split(inside, ","), text)
        pairs = zip(self.factors, names, strict=True)
        return int(self._joined([factor.parse_element(name) for factor, name in pairs]))

    def _require_parts(self, parts: Sequence[Any], given: object) -> Sequence[Any]:
        if len(parts) != len(self.factors):
            raise ValueError(
                f"an element of {self} has {len(self.factors)} components, as in "
                f"{self._name(self._identity)}; got {given!r}"
            )
        return parts

    @invariant
    def _conjugacy(self) -> Conjugacy:
        parts = zip(self.factors, self._parts(self._all), strict=True)
        class_of = np.ravel_multi_index(
            tuple(factor.class_of[x] for factor, x in parts),
            tuple(len(factor.conjugacy_classes) for factor in self.factors),
        )
        orders = [[c.element_order for c in factor.conjugacy_classes] for factor in self.factors]
        _, first = np.unique(class_of, return_index=True)
        lengths = np.lcm.reduce(np.meshgrid(*orders, indexing="ij")).ravel()
        return Conjugacy(class_of, first, lengths)

    def _class_labels(self, representatives: Indices, orders: Indices) -> list[str]:
        labels = [[c.label for c in factor.conjugacy_classes] for factor in self.factors]
        return [f"({', '.join(parts)})" for parts in product(*labels)]

    @property
    def _distinguished_subgroup(self) -> dict[str, list[int]]:
        """The first proper non-trivial factor; none if there is none."""
        for k, factor in enumerate(self.factors):
            if 1 < factor.order < self.order:
                return {str(factor): self._generators_of(k)}
        return {}

    # Irreps

    @invariant
    def _irreps(self) -> dict[str, tuple[Factor, ...]]:
        """{label: complex irreps of the factors, the first of complex type not conjugate}."""
        choices = [
            [
                Factor(label, conjugate)
                for label, irrep in factor.irreps.items()
                for conjugate in ((False, True) if irrep.commutant_dim == 2 else (False,))
            ]
            for factor in self.factors
        ]
        return {
            SIGN.join(map(str, parts)): parts
            for parts in product(*choices)
            if _is_first_of_pair(self.factors, parts)
        }

    @invariant
    def labels(self) -> ProductLabels:
        """The labels "A x B" of the irreps over the reals."""
        return ProductLabels(str(self), self._irreps, self.factors, self.character_table)

    @invariant
    def _constituents(self) -> tuple[Constituent, ...]:
        self._require_table_fits()
        known = [dict(factor.constituents) for factor in self.factors]
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

    def _matrices(self, label: str) -> NDArray[np.float64]:
        parts = self._irreps[label]
        forms = [
            StandardForm(factor.matrices(part.label), c)
            for factor, part, c in zip(
                self.factors, parts, _commutant_dims(self.factors, parts), strict=True
            )
        ]
        found = forms[0]
        for form, part in zip(forms[1:], parts[1:], strict=True):
            pairs = (
                StandardForm(found.matrices[:, None], found.commutant_dim),
                StandardForm(form.matrices, form.commutant_dim),
            )
            matrices, kind = tensor_product(*pairs, conjugate=part.conjugate)
            found = StandardForm(matrices.reshape(-1, *matrices.shape[2:]), kind)
        return found.matrices.copy()

    def _exact_matrix(self, label: str, i: int, form: str) -> Matrix:
        parts, elements = self._irreps[label], self._parts(i)
        forms = [
            StandardForm(
                np.array(factor.exact_matrix(part.label, int(a)).tolist(), dtype=object), c
            )
            for factor, part, a, c in zip(
                self.factors, parts, elements, _commutant_dims(self.factors, parts), strict=True
            )
        ]
        found = forms[0]
        for each, part in zip(forms[1:], parts[1:], strict=True):
            found = tensor_product(found, each, conjugate=part.conjugate)
        return Matrix(found.matrices.tolist())


def _commutant_dims(factors: Sequence[AnyGroup], parts: Sequence[Factor]) -> list[int]:
    pairs = zip(factors, parts, strict=True)
    return [factor.commutant_dim(part.label) for factor, part in pairs]


def _is_first_of_pair(factors: Sequence[AnyGroup], parts: Sequence[Factor]) -> bool:
    """Return whether the first factor of complex type is not conjugate."""
    pairs = zip(parts, _commutant_dims(factors, parts), strict=True)
    complex_parts = [part for part, c in pairs if c == 2]
    return not complex_parts or not complex_parts[0].conjugate


def _label_of(factors: Sequence[AnyGroup], parts: Sequence[Factor]) -> str:
    """Return the label of the irrep over the reals with a product of complex constituents."""
    flip = not _is_first_of_pair(factors, parts)
    return SIGN.join(
        str(Factor(part.label, c == 2 and part.conjugate != flip))
        for part, c in zip(parts, _commutant_dims(factors, parts), strict=True)
    )


def _parse_factor(factor: AnyGroup, label: object) -> Factor:
    conjugate = isinstance(label, str) and label.startswith("conj(") and label.endswith(")")
    return Factor(factor.parse_label(str(label)[5:-1] if conjugate else label), conjugate)
