"""Any finite group: what follows from its multiplication alone.

Elements are the indices 0, ..., |G|-1. A family says how to multiply indices and what the elements
are called; classes, characters, irreps and subgroups follow, and families with closed forms give
these instead.
"""

from __future__ import annotations

import operator
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from math import lcm
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sympy import Matrix

from symrep._support.lazy import LazyModule
from symrep._support.memory import require_memory
from symrep.arithmetic.cyclotomic import roots_of_unity, sum_of_roots
from symrep.cayley.orbits import orbit_numbers
from symrep.characters import dixon
from symrep.characters.descriptions import described, description
from symrep.characters.table import (
    CharacterTable,
    cyclotomic_table,
    floating_values,
    frobenius_schur_indicator,
)
from symrep.groups.real_irreps import RealIrrep
from symrep.representations import regular

if TYPE_CHECKING:
    import networkx as nx
    import torch

    from symrep.cayley import subgroups
    from symrep.cayley.subgroups import SubgroupClass
    from symrep.representations import dense, young_tensors
else:
    torch, young_tensors = LazyModule("torch"), LazyModule("symrep.representations.young_tensors")
    subgroups = LazyModule("symrep.cayley.subgroups")
    dense = LazyModule("symrep.representations.dense")

Side = Literal["right", "left"]
Indices = NDArray[np.int64]

TYPES = {1: 1, 0: 2, -1: 4}
"""{Frobenius-Schur indicator of a complex irrep: type of the irrep over the reals}."""


BLOCK = 2**20
"""Products that are made together."""


@dataclass(frozen=True)
class GroupClass:
    """A conjugacy class of a group.

    Attributes:
        label: names the class in its group.
        size: number of elements.
        element_order: order of each element.
        centraliser_order: order of the group divided by the size.
        representative: index of the first element of the class.
    """

    label: str
    size: int
    element_order: int
    centraliser_order: int
    representative: int


class Constituent(NamedTuple):
    """A complex irrep that stands for the real one that contains it.

    Attributes:
        label: of the real irrep.
        eigenvalues: exponents a, ascending, (classes, degree); eigenvalues are exp(2 pi i a/e).
    """

    label: str
    eigenvalues: Indices


class FiniteGroup(ABC):
    """A finite group, on the indices of its elements.

    Tensors over the group are indexed by the elements; index tensors are int64, on the CPU, and
    shared: do not change them in place. Nothing is computed before it is asked for.

    A family defines `order`, `_product`, `_inverse`, `generators`, and may define what its elements
    are (`element`, `index`, `element_name`), its classes' names and its irreps in closed form
    (`_constituents`, `_matrices`, `exact_matrix`).
    """

    @property
    @abstractmethod
    def order(self) -> int:
        """|G|."""

    @property
    @abstractmethod
    def generators(self) -> tuple[int, ...]:
        """Indices of elements that generate the group."""

    @property
    def relations(self) -> tuple[tuple[int, ...], ...] | None:
        """Words in the generators that present the group; None if none are known.

        k + 1 stands for the generator at position k, and -(k + 1) for its inverse.
        """
        return None

    @abstractmethod
    def _product(self, x: Indices, y: Indices) -> Indices:
        """The indices of x y, for arrays of indices that broadcast."""

    @abstractmethod
    def _inverse(self, x: Indices) -> Indices:
        """The indices of the inverses."""

    @property
    def identity(self) -> int:
        """Index of the identity."""
        return 0

    # Elements and their names.

    def element(self, i: int) -> Any:
        """The element with index i as the family writes it; the index itself if it has no way.

        Raises:
            IndexError: i is not one of 0, ..., |G|-1.
            TypeError: i is not an integer.
        """
        return self.require_index(i)

    def index(self, element: Any) -> int:
        """The index of an element, the inverse of `element`.

        Raises:
            ValueError: it is not an element of the group.
        """
        try:
            return self.require_index(element)
        except (IndexError, TypeError) as error:
            raise ValueError(str(error)) from None

    def element_name(self, i: int) -> str:
        """A short text that names the element with index i; `parse_element` reads it."""
        return str(self.element(i))

    def parse_element(self, text: str) -> int:
        """The index of the element with a name.

        Raises:
            ValueError: the group has no such element.
        """
        try:
            return self._indices_by_name[text.replace(" ", "")]
        except KeyError:
            raise ValueError(
                f"{self} has no element {text!r}; its elements have names like "
                f"{', '.join(self.element_name(i) for i in range(min(4, self.order)))}"
            ) from None

    def parse_elements(self, text: str) -> list[Any]:
        """The elements whose names a text lists, with commas between them.

        Raises:
            ValueError: the group has no such element.
        """
        names = re.split(r",(?![^(]*\))", text)
        return [self.element(self.parse_element(name)) for name in names]

    def require_index(self, i: Any) -> int:
        """The index as a Python integer.

        Raises:
            IndexError: it is not one of 0, ..., |G|-1.
            TypeError: it is not an integer.
        """
        i = operator.index(i)
        if not 0 <= i < self.order:
            raise IndexError(f"{self} has elements 0 to {self.order - 1}, got {i}")
        return int(i)

    @cached_property
    def _indices_by_name(self) -> dict[str, int]:
        return {self.element_name(i).replace(" ", ""): i for i in range(self.order)}

    # Multiplication.

    def products(self, x: ArrayLike, y: ArrayLike) -> Indices:
        """The indices of x y, for integers or arrays of indices that broadcast."""
        return self._product(np.asarray(x, dtype=np.int64), np.asarray(y, dtype=np.int64))

    @cached_property
    def cayley_table(self) -> torch.Tensor:
        """[x, y] = index of x y, (|G|, |G|).

        Raises:
            MemoryError: it cannot fit; raised before it is allocated.
        """
        require_memory(
            2 * 8 * self.order**2, f"the Cayley table of {self}", "multiply with `products`"
        )
        table = np.empty((self.order, self.order), dtype=np.int64)
        rows = max(1, BLOCK // self.order)
        for start in range(0, self.order, rows):
            x = self._all[start : start + rows, None]
            table[start : start + rows] = self._product(x, self._all)
        return young_tensors.index_tensor(table)

    @cached_property
    def inverse_indices(self) -> torch.Tensor:
        """[x] = index of the inverse of x, (|G|,)."""
        return young_tensors.index_tensor(self._inverse(self._all))

    @cached_property
    def _all(self) -> Indices:
        return np.arange(self.order)

    def _powers(self, x: Indices) -> Iterator[Indices]:
        """x^0, x^1, ... for an array of elements, until all of them are the identity again."""
        power = np.full_like(x, self.identity)
        while True:
            yield power
            power = self._product(power, x)
            if (power == self.identity).all():
                return

    # Conjugacy classes.

    @cached_property
    def class_of(self) -> torch.Tensor:
        """[x] = position in `conjugacy_classes` of the class of x, (|G|,)."""
        return young_tensors.index_tensor(self._class_of)

    @cached_property
    def conjugacy_classes(self) -> tuple[Any, ...]:
        """The classes, each a `GroupClass`: the identity, then by element order, size and place."""
        sizes = np.bincount(self._class_of).tolist()
        orders = self._class_orders.tolist()
        labels = self._class_labels(self._representatives, self._class_orders)
        return tuple(
            GroupClass(label, size, order, self.order // size, representative)
            for label, size, order, representative in zip(
                labels, sizes, orders, self._representatives.tolist(), strict=True
            )
        )

    def _class_labels(self, representatives: Indices, orders: Indices) -> Sequence[str]:
        """The order of the elements and a letter: 1A, 2A, 2B, ..."""
        return [
            f"{order}{letters(int((orders[:k] == order).sum())).upper()}"
            for k, order in enumerate(orders.tolist())
        ]

    @cached_property
    def _classes(self) -> tuple[Indices, Indices, Indices]:
        """[x] = class of x; first elements of the classes; orders of their elements."""
        moved = []
        for s in map(np.array, self.generators):
            moved.append(self._product(self._product(self._inverse(s), self._all), s))
        components = orbit_numbers(moved, self.order)
        _, first, sizes = np.unique(components, return_index=True, return_counts=True)
        orders = self._orders_of(first)
        places = np.lexsort((first, sizes, orders, first != self.identity))
        return places.argsort()[components], first[places], orders[places]

    def _orders_of(self, x: Indices) -> Indices:
        """The orders of some elements."""
        power, orders, n = x, np.zeros_like(x), 1
        while True:
            orders[(power == self.identity) & (orders == 0)] = n
            if orders.all():
                return orders
            power, n = self._product(power, x), n + 1

    @property
    def _class_of(self) -> Indices:
        return self._classes[0]

    @property
    def _representatives(self) -> Indices:
        return self._classes[1]

    @property
    def _class_orders(self) -> Indices:
        return self._classes[2]

    @cached_property
    def element_orders(self) -> Indices:
        """[x] = order of x, (|G|,)."""
        orders: Indices = self._class_orders[self._class_of]
        return orders

    @cached_property
    def exponent(self) -> int:
        """The least e with x^e = 1 for all x."""
        return lcm(*(c.element_order for c in self.conjugacy_classes))

    def power_map(self, k: int) -> tuple[int, ...]:
        """[c] = position of the class of the k-th powers of the elements of class c."""
        power = np.full_like(self._representatives, self.identity)
        base, k = self._representatives, k % self.exponent
        while k:
            power = self._product(power, base) if k % 2 else power
            base, k = self._product(base, base), k // 2
        return tuple(self._class_of[power].tolist())

    @cached_property
    def _power_classes(self) -> list[Indices]:
        """[c][t] = class of the powers g^t of g in class c, for t below the order of g."""
        powers = np.array([self._class_of[p] for p in self._powers(self._representatives)])
        return [powers[:order, c] for c, order in enumerate(self._class_orders.tolist())]

    @cached_property
    def inverse_classes(self) -> tuple[int, ...]:
        """[c] = position of the class of the inverses of the elements of class c."""
        return tuple(self._class_of[self._inverse(self._representatives)].tolist())

    def class_sums(self, weights: Indices) -> Indices:
        """M = sum over j of w_j M_j, where M_j[i, c] = #{(x, y) in C_j x C_i: x y = z_c}.

        z_c is the representative of class c; these are the class multiplication coefficients.

        Args:
            weights: w, (classes,) of int64.

        Returns:
            (classes, classes) of int64. Cost: |G| products for each class.
        """
        inverses, k = self._inverse(self._all), len(weights)
        columns = []
        for z in self._representatives:
            other = self._class_of[self._product(inverses, z)]
            pairs = np.bincount(self._class_of * k + other, minlength=k * k).reshape(k, k)
            columns.append(weights @ pairs)
        return np.stack(columns, axis=1)

    def class_multiplication(self, j: int) -> Indices:
        """[i, c] = number of ways to write z_c as x y with x in class j and y in class i."""
        weights = np.zeros(len(self._representatives), dtype=np.int64)
        weights[self.require_class(j)] = 1
        return self.class_sums(weights)

    def require_class(self, j: int) -> int:
        """The position of a class.

        Raises:
            IndexError: there is no such class.
        """
        if not 0 <= j < len(self.conjugacy_classes):
            raise IndexError(f"{self} has classes 0 to {len(self.conjugacy_classes) - 1}, got {j}")
        return j

    # Subgroups.

    def cosets(self, generators: Iterable[Any], side: Side = "right") -> torch.Tensor:
        """[x] = number of the coset of x by the subgroup H that is generated, (|G|,).

        H itself has the number 0; the others are numbered by their first elements.

        Args:
            generators: elements, as `index` takes them; none for the trivial subgroup.
            side: "right" for the cosets Hx, "left" for xH.

        Cost: |G| products for each generator.

        Raises:
            ValueError: a generator is no element of the group, or there is no such side.
        """
        if side not in get_args(Side):
            raise ValueError(f"unknown side {side!r}: expected {' or '.join(get_args(Side))}")
        # The cosets are the orbits of the generators: edges join x to s x, or to x s.
        moved = []
        for s in map(self.index, generators):
            factors = (np.array(s), self._all)
            moved.append(self._product(*(factors if side == "right" else factors[::-1])))
        components = orbit_numbers(moved, self.order)
        _, first = np.unique(components, return_index=True)
        first[components[self.identity]] = -1
        return young_tensors.index_tensor(first.argsort().argsort()[components])

    def subgroup(self, generators: Iterable[Any]) -> Indices:
        """The elements of the subgroup that is generated, ascending."""
        return np.flatnonzero(self.cosets(generators).numpy() == 0)

    def subgroup_classes(self) -> tuple[SubgroupClass, ...]:
        """All subgroups up to conjugacy, by order; see `symrep.cayley.subgroups`.

        Cost: seconds for groups of a thousand elements with thousands of subgroups.

        Raises:
            MemoryError: the Cayley table or the subgroups cannot fit.
        """
        return subgroups.subgroup_classes(self.cayley_table.numpy())

    def subgroup_lattice(self) -> nx.DiGraph[int]:
        """The classes of subgroups as a graph, with edges to those that they are maximal in."""
        return subgroups.lattice(self.cayley_table.numpy())

    @cached_property
    def centre(self) -> Indices:
        """The elements that commute with all others, ascending."""
        sizes = np.array([c.size for c in self.conjugacy_classes])
        return np.flatnonzero(sizes[self._class_of] == 1)

    @cached_property
    def commutator_subgroup(self) -> Indices:
        """The elements at which every linear character is 1, ascending."""
        table = self.character_table()
        trivially = (table.values[np.array(table.dimensions) == 1] == 1).all(0)
        return np.flatnonzero(trivially[self._class_of])

    @property
    def linear_characters(self) -> tuple[Any, ...]:
        """Labels of the rows of the table of degree 1, |G : [G, G]| of them."""
        table = self.character_table()
        return tuple(
            label for label, d in zip(table.irreps, table.dimensions, strict=True) if d == 1
        )

    @property
    def distinguished_subgroup(self) -> dict[str, list[Any]]:
        """{name: generators} of one proper subgroup that is worth telling apart; or empty.

        It is the commutator subgroup unless a family has a better known one.
        """
        elements = self.commutator_subgroup
        if len(elements) in (1, self.order):
            return {}
        return {f"[{self}, {self}]": [self.element(i) for i in elements.tolist()]}

    # Characters and irreps.

    def character_table(self) -> CharacterTable:
        """The exact table of the complex irreps, kept after the first call.

        A row has the label of the irrep over the reals that contains it; the conjugate of a row
        that is not real follows it as "conj(label)". Cost: see `symrep.characters.dixon`, or a
        closed form.

        Raises:
            MemoryError: it cannot fit; raised before it is computed.
        """
        return self._character_table

    @cached_property
    def _character_table(self) -> CharacterTable:
        labels, rows = [], []
        for label, eigenvalues in self._constituents:
            labels.append(label)
            rows.append(eigenvalues)
            conjugate = np.sort(-eigenvalues % self.exponent)
            if not np.array_equal(conjugate, eigenvalues):
                labels.append(f"conj({label})")
                rows.append(conjugate)
        return cyclotomic_table(
            labels,
            [c.label for c in self.conjugacy_classes],
            [c.size for c in self.conjugacy_classes],
            self.inverse_classes,
            self.exponent,
            rows,
        )

    def _require_table_fits(self) -> None:
        k = len(self._representatives)
        require_memory(
            4 * 8 * k * k, f"the {k} x {k} characters of {self}", "take a group with fewer classes"
        )

    @cached_property
    def _constituents(self) -> tuple[Constituent, ...]:
        """One complex irrep for each irrep over the reals, the trivial one first.

        They are named by degree and a letter, in the order of degrees and then of `dixon`.

        Raises:
            MemoryError: the characters cannot fit; raised before they are computed.
        """
        self._require_table_fits()
        found = dixon.irreducible_eigenvalues(
            np.bincount(self._class_of),
            np.array(self.inverse_classes),
            self._power_classes,
            self.class_sums,
        )
        seen: set[bytes] = set()
        kept: list[Indices] = []
        for row in found:
            if row.tobytes() not in seen:
                kept.append(row)
                seen |= {row.tobytes(), np.sort(-row % self.exponent).tobytes()}
        degrees = [row.shape[1] for row in kept]
        return tuple(
            Constituent(f"{d}{letters(degrees[:k].count(d))}", row)
            for k, (d, row) in enumerate(zip(degrees, kept, strict=True))
        )

    @cached_property
    def _types(self) -> dict[Any, int]:
        """{label of an irrep over the reals: its type}."""
        sizes = np.bincount(self._class_of)
        return {
            label: TYPES[frobenius_schur_indicator(row, sizes, self.exponent, label)]
            for label, row in self._constituents
        }

    def real_characters(self) -> NDArray[np.float64]:
        """Characters of the irreps over the reals, in the order of `irreps`; (irreps, classes)."""
        values = floating_values([row for _, row in self._constituents], self.exponent).real
        types = np.array([self._types[label] for label, _ in self._constituents])
        return values * (1 + (types > 1))[:, None]

    @cached_property
    def irreps(self) -> Mapping[Any, Any]:
        """All irreps over the reals by label, the trivial one first."""
        return {
            label: RealIrrep(
                label,
                eigenvalues.shape[1] * (1 + (self._types[label] > 1)),
                self._types[label],
                self.order,
                partial(self._matrices, label),
                partial(self.exact_matrix, label),
                partial(self.exact_character, label),
            )
            for label, eigenvalues in self._constituents
        }

    def exact_character(self, label: Any, i: int) -> Any:
        """The exact character of an irrep over the reals at the element with index i."""
        at = dict(self._constituents)[label][self._class_of[self.require_index(i)]]
        others = {1: [], 2: (-at % self.exponent).tolist(), 4: at.tolist()}[self._types[label]]
        return sum_of_roots((*at.tolist(), *others), self.exponent)

    def irrep(self, label: Any) -> Any:
        """The irrep over the reals with a label or an alias of it; see `parse_label`."""
        return self.irreps[self.parse_label(label)]

    @cached_property
    def aliases(self) -> Mapping[str, Any]:
        """{other name: label} of irreps: "trivial", and those that the family knows."""
        return {"trivial": next(iter(self._constituents)).label}

    def parse_label(self, label: Any) -> Any:
        """The label that a label, an alias or a description means.

        A description is a complex degree with values of the character, as the table prints them:
        "3[5A=1/2 + sqrt(5)/2]"; see `describe`.

        Raises:
            ValueError: the group has no such irrep, or the description fits several.
        """
        text = str(label).strip()
        found = self.aliases.get(text, text)
        if found in self.irreps:
            return found
        fitting = described(self.character_table(), text)
        if len(fitting) == 1:
            return fitting[0]
        names = fitting or list(self.irreps)
        shown = ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")
        if fitting:
            raise ValueError(f"{text!r} describes {len(names)} irreps of {self}: {shown}")
        raise ValueError(f"{self} has no irrep {text!r}; it has {shown}")

    def describe(self, label: Any) -> str:
        """The shortest description that tells an irrep from the others, as `parse_label` reads it.

        Cost: all smaller choices of classes are tried.

        Raises:
            ValueError: the group has no such irrep.
        """
        return description(self.character_table(), self.parse_label(label))

    def _matrices(self, label: Any) -> NDArray[np.float64]:
        """rho(g) for all g, (|G|, d, d), in the form that `RealIrrep` describes."""
        return self._numerical[label]

    @cached_property
    def _numerical(self) -> dict[Any, NDArray[np.float64]]:
        matrices = regular.irreducible_matrices(
            self.cayley_table.numpy(),
            self.real_characters()[:, self._class_of],
            list(self._types.values()),
            self.generators,
        )
        return {
            label: matrix if self._types[label] != 2 else self._oriented(matrix, eigenvalues)
            for (label, eigenvalues), matrix in zip(self._constituents, matrices, strict=True)
        }

    def _oriented(self, matrices: NDArray[np.float64], eigenvalues: Indices) -> NDArray[np.float64]:
        """Matrices of complex type whose blocks a + b i have the trace of a constituent.

        That is, not the conjugate trace.
        """
        imaginary = roots_of_unity(self.exponent).imag[eigenvalues].sum(1)[self._class_of]
        b = matrices[:, 1::2, ::2]
        if np.trace(b, axis1=1, axis2=2) @ imaginary < 0:
            matrices[:, 1::2, ::2], matrices[:, ::2, 1::2] = -b, b.copy()
        return matrices

    def exact_matrix(self, label: Any, i: int) -> Matrix:
        """The exact matrix of an irrep over the reals at the element with index i.

        Raises:
            ValueError: no exact form is known.
        """
        raise ValueError(f"no exact form of the irrep {label} of {self} is known; use its tensor")

    def fourier_plan(self, dtype: torch.dtype, device: torch.device | str | None = None) -> Any:
        """The tables of the Fourier transform, built once for a dtype and device, and kept.

        Cost: as many entries as the irreps over the reals have, at most 4 |G|^2.

        Raises:
            MemoryError: they cannot fit; raised before anything is allocated.
            ValueError: there is no such device.
        """
        key = young_tensors.require_dtype(dtype), young_tensors.require_device(device)
        if key not in self._plans:
            dimensions = {label: irrep.dim for label, irrep in self.irreps.items()}
            self._plans[key] = dense.dense_plan(
                self.order, dimensions, lambda label: self.irreps[label].tensor(*key), *key
            )
        return self._plans[key]

    @cached_property
    def _plans(self) -> dict[Any, Any]:
        return {}


def letters(k: int) -> str:
    """a, b, ..., z, aa, ab, ... for k = 0, 1, ..."""
    return (letters(k // 26 - 1) if k >= 26 else "") + chr(ord("a") + k % 26)
