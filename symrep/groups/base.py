"""`FiniteGroup`: the base class of all groups, from the multiplication of indices.

Elements are the indices 0, ..., |G|-1, in one element order. A family defines the multiplication of
indices in its own order and the names of the elements. Classes, characters, irreps and subgroups
are computed from these, or given by the closed forms of the family. `FiniteGroup.reordered` is the
same group in another element order, with the closed forms of the family.
"""

from __future__ import annotations

import re
from abc import ABCMeta, abstractmethod
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from math import lcm
from types import MappingProxyType
from typing import (
    TYPE_CHECKING,
    Any,
    Generic,
    Literal,
    NamedTuple,
    Self,
    TypeAlias,
    TypeVar,
    get_args,
)

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sympy import Expr, Matrix

from symrep._support.integers import as_integer, is_integer
from symrep._support.isolation import apart
from symrep._support.lazy import LazyModule
from symrep._support.memory import require_memory
from symrep._support.tables import TextTable
from symrep.arithmetic.cyclotomic import roots_of_unity, sum_of_roots
from symrep.cayley.orbits import orbit_numbers
from symrep.characters import dixon
from symrep.characters.labels import Labels, TextLabels
from symrep.characters.notation import group_latex, split
from symrep.characters.table import (
    CharacterTable,
    cyclotomic_table,
    floating_values,
    frobenius_schur_indicator,
)
from symrep.combinatorics.integer_partitions import Partition
from symrep.groups.irrep import Irrep, Irreps

if TYPE_CHECKING:
    import networkx as nx
    import torch

    from symrep.cayley import subgroups
    from symrep.cayley.subgroups import SubgroupClasses
    from symrep.representations import dense, regular, young_tensors
else:
    torch, young_tensors = LazyModule("torch"), LazyModule("symrep.representations.young_tensors")
    dense = LazyModule("symrep.representations.dense")
    regular = LazyModule("symrep.representations.regular")
    subgroups = LazyModule("symrep.cayley.subgroups")

Label = TypeVar("Label", bound=Hashable)
Element = TypeVar("Element")
Value = TypeVar("Value")
Array = TypeVar("Array", bound=NDArray[Any])

Side = Literal["right", "left"]
Indices = NDArray[np.int64]

COMMUTANT_DIMENSIONS = {1: 1, 0: 2, -1: 4}
"""{Frobenius-Schur indicator of a complex irrep: commutant dimension over the reals}."""

DEGREES_SHOWN = 8
"""Degrees of irreps that a summary lists."""

PRODUCTS_AT_ONCE = 2**20
"""Number of entries of a Cayley table in a block."""


@dataclass(frozen=True)
class ConjugacyClass:
    """A conjugacy class of a group.

    Attributes:
        label: the label, unique in the group; the cycle type for S_n.
        size: number of elements.
        element_order: order of each element.
        centraliser_order: order of the group divided by the size.
        representative: index of one of the elements.
        cycle_type: cycle type of the elements of a permutation group; else None.
        sign: +1 or -1 for a permutation group; else None.
    """

    label: str
    size: int
    element_order: int
    centraliser_order: int
    representative: int
    cycle_type: Partition | None = None
    sign: int | None = None


class Constituent(NamedTuple):
    """A complex constituent of an irrep over the reals.

    Attributes:
        label: label of the irrep over the reals.
        eigenvalues: exponents a of the eigenvalues exp(2 pi i a/e), ascending, (classes, degree).
    """

    label: Any
    eigenvalues: Indices


class Conjugacy(NamedTuple):
    """The conjugacy classes of a group, by indices.

    Attributes:
        class_of: [x] = class of x, (|G|,).
        representatives: one element of each class, (classes,).
        orders: orders of the elements of each class, (classes,).
    """

    class_of: Indices
    representatives: Indices
    orders: Indices


class invariant(cached_property[Value]):  # noqa: N801
    """A cached property that is independent of the element order and shared by all orders.

    It is computed in the family's own order. Properties that depend on the element order are a
    `cached_property`.
    """

    if not TYPE_CHECKING:  # the type is that of cached_property

        def __get__(self, group, owner=None):
            return super().__get__(group if group is None else group.own, owner)


class _Immutable(ABCMeta):
    """The metaclass of classes with immutable instances."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        made = super().__call__(*args, **kwargs)
        made.__dict__["_made"] = {}
        return made


class FiniteGroup(Generic[Label, Element], metaclass=_Immutable):
    """A finite group with an element order.

    An element is given by its index, a Python or numpy integer; by the element itself, as
    returned by `element` or as a sequence of the same entries; or by its name. Several elements are
    given by a list of these, an integer array, or a string of names separated by commas.

    Integer arrays are int64, read-only and shared: `torch.tensor` copies them. Everything is
    computed at its first use. Groups are immutable and are compared and hashed by value; `repr` is
    an expression that evaluates to the group.

    A family defines, for indices in its own order,

        order, _generators, _product, _inverse

    and may override

        _value, _arguments                        equality and repr, if the attributes are not the
                                                  arguments of the constructor
        _identity, relations, _table, named_orders
        _element, _index, _indices, _name, _parse elements that are not their indices
        _conjugacy, _class_labels                 conjugacy classes in closed form
        labels, _constituents, _matrices, _exact_matrix, _exact_character     irreps, likewise
        _distinguished_subgroup, _fourier_plan

    Cached values in its own order are an `invariant`; a `cached_property` depends on the element
    order. A family uses only public members of other groups.
    """

    irrep_type: type[Irrep[Any, Any]] = Irrep
    """Class of the irreps."""

    forms: tuple[str, ...] = ("orthogonal",)
    """Forms of the irreps, see `irrep`."""

    _own_order = "own"
    """Name of the family's own element order."""

    _own_group: Self | None = None
    _order_name: str | None = None
    _given_order: Indices
    _made: dict[tuple[Any, str], Irrep[Any, Any]]

    @property
    @abstractmethod
    def order(self) -> int:
        """|G|."""

    @property
    @abstractmethod
    def _generators(self) -> Sequence[int]:
        """Generators, as indices."""

    @abstractmethod
    def _product(self, x: Indices, y: Indices) -> Indices:
        """Return x y for arrays of indices, which broadcast."""

    @abstractmethod
    def _inverse(self, x: Indices) -> Indices:
        """Return the inverses of an array of indices."""

    @property
    def _value(self) -> Hashable:
        """The value by which groups of a family, in its own order, are compared and hashed."""
        return tuple(self.own._attributes().values())

    @property
    def _arguments(self) -> str:
        """The arguments in `repr`, without the element order."""
        return ", ".join(map(repr, self.own._attributes().values()))

    def __len__(self) -> int:
        return self.order

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[Element]:
        return map(self.element, range(self.order))

    def __contains__(self, element: object) -> bool:
        try:
            self.index(element)
        except (TypeError, ValueError):
            return False
        return True

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, FiniteGroup):
            return NotImplemented
        if type(self) is not type(other) or self._value != other._value:
            return False
        if self._order_name == other._order_name and self._order_name is not None:
            return True
        if self.own is self and other.own is other:
            return True
        # Named orders of more than 24 elements differ from the family's own order.
        if (self.own is self or other.own is other) and self.order > 24:
            return False
        return np.array_equal(self.own_indices, other.own_indices)

    def __hash__(self) -> int:
        return hash((type(self), self._value))

    def __repr__(self) -> str:
        if self.own is self:
            return f"{type(self).__name__}({self._arguments})"
        if self._order_name is not None:
            order = f"element_order={self._order_name!r}"
            return f"{type(self).__name__}({self._arguments}, {order})"
        return f"{self.own!r}.reordered({self.own_indices.tolist()})"

    def latex(self) -> str:
        r"""Return the name of the group in LaTeX of math mode.

        >>> from symrep import named_group
        >>> named_group("C113").latex(), named_group("C3 x S3").latex()
        ('C_{113}', 'C_3 \\times S_3')
        """
        return group_latex(str(self))

    def _repr_latex_(self) -> str:
        return f"${self.latex()}$"

    def _repr_html_(self) -> str:
        return re.sub(r"_(\d+)", r"<sub>\1</sub>", escape(str(self)))

    def summary(self) -> TextTable:
        """Return the facts that the character table tells, as a table that prints.

        Cost: that of `character_table`.
        """
        table = self.character_table()
        degrees = Counter(table.dimensions)
        facts = {
            "order": self.order,
            "exponent": table.exponent,
            "conjugacy classes": len(table.classes),
            "order of the centre": table.class_sizes.count(1),
            "order of the commutator subgroup": self.order // degrees[1],
            "irreps over the reals": len(self.irreps),
            "complex irreps by degree": _listed_counts(degrees),
        }
        rows = tuple((name, str(fact)) for name, fact in facts.items())
        return TextTable((("", str(self)),), rows, left=(0, 1))

    def __setattr__(self, name: str, value: object) -> None:
        # A constructor sets attributes that are not yet set and not defined by the class.
        if "_made" in self.__dict__ or name in self.__dict__ or hasattr(type(self), name):
            raise AttributeError(f"{type(self).__name__} is immutable: {name} stays as it is")
        self.__dict__[name] = value

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable: {name} stays as it is")

    def __getstate__(self) -> dict[str, Any]:
        return self._attributes()

    def _attributes(self) -> dict[str, Any]:
        """Return the attributes set by the constructor, without cached values."""
        return {
            name: value
            for name, value in self.__dict__.items()
            if name != "_made" and not isinstance(getattr(type(self), name, None), cached_property)
        }

    # The element order.

    named_orders: Mapping[str, Callable[[Any], ArrayLike]] = MappingProxyType({})
    """{name of another order: function from the group to [k] = own index of the element k}."""

    @property
    def own(self) -> Self:
        """The group in the family's own element order."""
        return self if self._own_group is None else self._own_group

    @cached_property
    def own_indices(self) -> Indices:
        """[k] = index in the family's own order of the element with index k here, (|G|,)."""
        if self.own is self:
            return self._all
        if self._order_name is None:
            return self._given_order
        return read_only(require_order(self.named_orders[self._order_name](self.own), self))

    @cached_property
    def places(self) -> Indices:
        """[k] = index here of the element with index k in the family's own order, (|G|,)."""
        return read_only(self.own_indices.argsort())

    @property
    def element_order(self) -> str:
        """The name of the element order; "reordered" for an order without a name."""
        return self._own_order if self.own is self else self._order_name or "reordered"

    def reordered(self, order: str | ArrayLike) -> Self:
        """Return the group in another element order; irreps and classes keep their labels.

        Args:
            order: [k] = index here of the element with index k in the new order, (|G|,); or the
                name of an element order of the family.

        Raises:
            ValueError: the name is unknown, or the indices are not 0, ..., |G|-1, each once.

        >>> from symrep import CyclicGroup
        >>> C3 = CyclicGroup(3).reordered([2, 0, 1])
        >>> C3.identity, C3.element_name(0)
        (1, '2')
        """
        if isinstance(order, str):
            self._require_order_name(order)
            if order == self._own_order:
                return self.own
            return self._in_order(_order_name=str(order))
        places = require_order(order, self)
        there = self.own_indices[places]
        if np.array_equal(there, self._all):
            return self.own
        return self._in_order(_given_order=read_only(there))

    def _in_order(self, **order: Any) -> Self:
        """Return the group in an element order, without cached values."""
        group = object.__new__(type(self))
        group.__dict__.update(self.own._attributes(), _own_group=self.own, _made={}, **order)
        return group

    def __setstate__(self, state: dict[str, Any]) -> None:
        for value in state.values():
            if isinstance(value, np.ndarray):
                read_only(value)
        self.__dict__.update(state, _made={})

    def _begin_in(self, order: str) -> None:
        """Set the element order by name, as the last step of a constructor."""
        self._require_order_name(order)
        if order != self._own_order:
            own = object.__new__(type(self))
            own.__dict__.update(self.__dict__, _made={})
            self.__dict__.update(_own_group=own, _order_name=str(order))

    def _require_order_name(self, order: str) -> None:
        names = (self._own_order, *self.named_orders)
        if order not in names:
            raise ValueError(
                f"unknown element order {order!r} of {self}: expected {' or '.join(names)}"
            )

    def _from_own(self, x: int | Indices) -> Indices:
        """Return the indices here from those in the family's own order."""
        result: Any = x if self.own is self else self.places[x]
        return result  # type: ignore[no-any-return]

    def _to_own(self, x: int | Indices) -> Indices:
        """Return the indices in the family's own order from those here."""
        result: Any = x if self.own is self else self.own_indices[x]
        return result  # type: ignore[no-any-return]

    # Elements and their names.

    @property
    def generators(self) -> tuple[int, ...]:
        """Indices of generators of the group."""
        return tuple(int(self._from_own(s)) for s in self._generators)

    @property
    def relations(self) -> tuple[tuple[int, ...], ...] | None:
        """Relators of a presentation in the generators; None if none is known.

        The letter k + 1 is the generator at position k, the letter -(k + 1) its inverse.
        """
        return None

    @property
    def identity(self) -> int:
        """Index of the identity."""
        return int(self._from_own(self._identity))

    @property
    def _identity(self) -> int:
        return 0

    def element(self, i: int) -> Element:
        """Return the element with an index; the inverse of `index`.

        Raises:
            IndexError: i is not one of 0, ..., |G|-1.
            TypeError: i is not an integer.
        """
        i = self.require_index(i)
        # The elements of a family without `_element` are their indices, in every order.
        if type(self)._element is FiniteGroup._element:
            return i  # type: ignore[return-value]
        return self._element(int(self._to_own(i)))

    def _element(self, i: int) -> Element:
        return i  # type: ignore[return-value]

    def index(self, element: object) -> int:
        """Return the index of an element, given by itself, its index or its name.

        Raises:
            ValueError: the argument is not an element of the group.
            TypeError: the argument has a type that elements do not have.
        """
        return int(self._from_own(self.own_index(element)))

    def own_index(self, element: object) -> int:
        """Return the index of an element in the family's own order; see `index`."""
        if hasattr(element, "detach"):
            element = element.detach().cpu().numpy()
        if isinstance(element, np.ndarray):
            element = element.tolist()
        if is_integer(element):
            return int(self._to_own(self._require_element(element)))
        if isinstance(element, str):
            return self._parse(element)
        return self._index(element)

    def _index(self, element: object) -> int:
        """Return the own index of an element that is not an integer, an array or a string."""
        raise TypeError(
            f"the elements of {self} are 0 to {self.order - 1}, got {element!r}, "
            f"a {type(element).__name__}"
        )

    def indices(self, elements: object) -> Indices:
        """Return the indices of several elements, (count,).

        Args:
            elements: a list of elements, an integer array (count,) of indices or (count, ...) of
                elements, or a string of names separated by commas.

        Raises:
            ValueError: an entry is not an element of the group.
            TypeError: the argument is a single element, or has the wrong type.
        """
        if self.order > 2**63:
            raise ValueError(f"indices of {self} do not fit in 64 bits: use `index` for each")
        if isinstance(elements, str):
            return np.array([self.index(e) for e in self.parse_elements(elements)], dtype=np.int64)
        if hasattr(elements, "detach"):
            elements = elements.detach().cpu().numpy()
        if not isinstance(elements, np.ndarray):
            if not hasattr(elements, "__iter__"):
                raise TypeError(f"expected a list of elements of {self}, got {elements!r}")
            elements = list(elements)
            if not all(type(e) is int and 0 <= e < self.order for e in elements):
                return np.array([self.index(e) for e in elements], dtype=np.int64)
        array = np.asarray(elements)
        if array.dtype.kind not in "iu" and array.size:
            raise TypeError(f"elements must be integers or rows of integers, got {array.dtype}")
        if array.ndim == 0:
            raise TypeError(f"expected a list of elements of {self}, got one: {elements!r}")
        if len(array) == 0:
            return np.zeros(0, dtype=np.int64)
        if array.ndim == 1:
            for i in array[(array < 0) | (array >= self.order)][:1]:
                self._require_element(i)
            return array.astype(np.int64)
        own: Indices = self._from_own(self._indices(array))
        return own

    def _indices(self, elements: NDArray[np.integer]) -> Indices:
        """Return the own indices of elements given as integer arrays, (count, ...)."""
        return np.array([self._index(row) for row in elements.tolist()], dtype=np.int64)

    def element_name(self, i: int) -> str:
        """Return the name of the element with an index; the inverse of `parse_element`.

        Raises:
            IndexError: i is not one of 0, ..., |G|-1.
        """
        return self._name(int(self._to_own(self.require_index(i))))

    def _name(self, i: int) -> str:
        return str(self._element(i))

    def parse_element(self, text: str) -> int:
        """Return the index of the element with a name.

        Raises:
            ValueError: the group has no such element.
        """
        return int(self._from_own(self._parse(text)))

    def _parse(self, text: str) -> int:
        try:
            return self._indices_by_name[text.replace(" ", "")]
        except KeyError:
            names = ", ".join(self._name(i) for i in range(min(4, self.order)))
            raise ValueError(
                f"{self} has no element {text!r}; its elements have names such as {names}"
            ) from None

    @invariant
    def _indices_by_name(self) -> dict[str, int]:
        return {self._name(i).replace(" ", ""): i for i in range(self.order)}

    def parse_elements(self, text: str) -> list[Element]:
        """Return the elements with the names in a string, separated by commas.

        Raises:
            ValueError: the group has no such element.
        """
        return [self.element(self.parse_element(name)) for name in split(text, ",")]

    def require_index(self, i: object) -> int:
        """Check an index and return it as a Python integer.

        Raises:
            IndexError: i is not one of 0, ..., |G|-1.
            TypeError: i is not an integer, or is a boolean.
        """
        i = as_integer(i, f"an index of an element of {self}")
        if not 0 <= i < self.order:
            raise IndexError(f"{self} has elements 0 to {self.order - 1}, got {i}")
        return i

    def _require_element(self, i: object) -> int:
        try:
            return self.require_index(i)
        except IndexError as error:
            raise ValueError(str(error)) from None

    # Multiplication.

    def products(self, x: ArrayLike, y: ArrayLike) -> Indices:
        """Return the indices of x y, for indices or integer arrays, which broadcast.

        Raises:
            TypeError: the arguments are not integers.
            ValueError: an index is not one of 0, ..., |G|-1, or the shapes do not broadcast.
        """
        left, right = self._require_indices(x), self._require_indices(y)
        result: Indices = self._from_own(self._product(self._to_own(left), self._to_own(right)))
        return result

    def _require_indices(self, x: ArrayLike) -> Indices:
        array = np.asarray(x)
        if array.dtype.kind == "O" and all(map(is_integer, array.ravel())):
            array = np.array([self._require_element(i) for i in array.ravel()]).reshape(array.shape)
        if array.dtype.kind not in "iu" and array.size:
            raise TypeError(f"indices of elements must be integers, got {array.dtype}")
        if array.size and not (array.min() >= 0 and array.max() < self.order):
            raise ValueError(
                f"{self} has elements 0 to {self.order - 1}, got {array.min()} to {array.max()}"
            )
        return array.astype(np.int64, copy=False)

    @cached_property
    def cayley_table(self) -> Indices:
        """[x, y] = index of x y, (|G|, |G|).

        Raises:
            MemoryError: the table cannot fit; raised before it is allocated.
        """
        require_memory(
            2 * 8 * self.order**2, f"the Cayley table of {self}", "multiply with `products`"
        )
        if self.own is self:
            return read_only(self._table())
        there = self.own_indices
        table = self.own.__dict__.get("cayley_table")
        table = self.own._table() if table is None else table
        return read_only(self.places[table[np.ix_(there, there)]])

    def _table(self) -> Indices:
        table = np.empty((self.order, self.order), dtype=np.int64)
        rows = max(1, PRODUCTS_AT_ONCE // self.order)
        for start in range(0, self.order, rows):
            x = self._all[start : start + rows, None]
            table[start : start + rows] = self._product(x, self._all)
        return table

    @cached_property
    def inverse_indices(self) -> Indices:
        """[x] = index of the inverse of x, (|G|,)."""
        return read_only(self._from_own(self._inverse(self._to_own(self._all))))

    @invariant
    def _all(self) -> Indices:
        return read_only(np.arange(self.order))

    def _powers(self, x: Indices) -> Iterator[Indices]:
        """Yield x^0, x^1, ... for an array of elements, up to the lcm of their orders."""
        power = np.full_like(x, self._identity)
        while True:
            yield power
            power = self._product(power, x)
            if (power == self._identity).all():
                return

    # Conjugacy classes. Their order does not depend on that of the elements.

    @cached_property
    def class_of(self) -> Indices:
        """[x] = position in `conjugacy_classes` of the class of x, (|G|,)."""
        class_of = self._conjugacy.class_of
        return read_only(class_of if self.own is self else class_of[self.own_indices])

    @cached_property
    def conjugacy_classes(self) -> tuple[ConjugacyClass, ...]:
        """The classes, the identity first, then by element order, size and first element."""
        sizes = np.bincount(self._conjugacy.class_of).tolist()
        _, representatives, orders = self._conjugacy
        return tuple(
            ConjugacyClass(label, size, order, self.order // size, int(representative))
            for label, size, order, representative in zip(
                self._class_labels(representatives, orders),
                sizes,
                orders.tolist(),
                self._from_own(representatives),
                strict=True,
            )
        )

    def _class_labels(self, representatives: Indices, orders: Indices) -> Sequence[str]:
        """Return the labels 1A, 2A, 2B, ...: element order and a letter."""
        return [
            f"{order}{letters(int((orders[:k] == order).sum())).upper()}"
            for k, order in enumerate(orders.tolist())
        ]

    @invariant
    def _conjugacy(self) -> Conjugacy:
        moved = []
        for s in map(np.array, self._generators):
            moved.append(self._product(self._product(self._inverse(s), self._all), s))
        components = orbit_numbers(moved, self.order)
        _, first, sizes = np.unique(components, return_index=True, return_counts=True)
        orders = self._orders_of(first)
        places = np.lexsort((first, sizes, orders, first != self._identity))
        return Conjugacy(places.argsort()[components], first[places], orders[places])

    def _orders_of(self, x: Indices) -> Indices:
        """Return the orders of some elements."""
        power, orders, n = x, np.zeros_like(x), 1
        while True:
            orders[(power == self._identity) & (orders == 0)] = n
            if orders.all():
                return orders
            power, n = self._product(power, x), n + 1

    @cached_property
    def element_orders(self) -> Indices:
        """[x] = order of x, (|G|,)."""
        return read_only(self._conjugacy.orders[self.class_of])

    @invariant
    def exponent(self) -> int:
        """The least e > 0 with x^e = 1 for all x."""
        return lcm(*self._conjugacy.orders.tolist())

    def power_map(self, k: int) -> tuple[int, ...]:
        """Return [c] = position of the class of k-th powers of class c."""
        base = self._conjugacy.representatives
        power, k = np.full_like(base, self._identity), as_integer(k, "a power") % self.exponent
        while k:
            power = self._product(power, base) if k % 2 else power
            base, k = self._product(base, base), k // 2
        return tuple(self._conjugacy.class_of[power].tolist())

    @invariant
    def _power_classes(self) -> list[Indices]:
        """[c][t] = class of g^t for g in class c, for t = 0, ..., order of g - 1."""
        class_of, representatives, orders = self._conjugacy
        powers = np.array([class_of[p] for p in self._powers(representatives)])
        return [powers[:order, c] for c, order in enumerate(orders.tolist())]

    @invariant
    def inverse_classes(self) -> tuple[int, ...]:
        """[c] = position of the class of inverses of class c."""
        class_of, representatives, _ = self._conjugacy
        return tuple(class_of[self._inverse(representatives)].tolist())

    def class_sums(self, weights: Indices) -> Indices:
        """Return M = sum over j of w_j M_j, with M_j[i, c] = #{(x, y) in C_j x C_i: x y = z_c}.

        z_c is an element of class c; the M_j are the class multiplication coefficients.

        Args:
            weights: w, (classes,) of int64.

        Returns:
            (classes, classes) of int64. Cost: |G| products for each class.
        """
        (class_of, representatives, _), k = self._conjugacy, len(weights)
        inverses = self._inverse(self._all)
        columns = []
        for z in representatives:
            other = class_of[self._product(inverses, z)]
            pairs = np.bincount(class_of * k + other, minlength=k * k).reshape(k, k)
            columns.append(weights @ pairs)
        return np.stack(columns, axis=1)

    def class_multiplication(self, j: int) -> Indices:
        """Return [i, c] = #{(x, y): x in class j, y in class i, x y = z_c}, z_c in class c.

        Raises:
            IndexError: there is no class j.
        """
        k = len(self._conjugacy.representatives)
        j = as_integer(j, f"the position of a class of {self}")
        if not 0 <= j < k:
            raise IndexError(f"{self} has classes 0 to {k - 1}, got {j}")
        return self.class_sums(np.eye(k, dtype=np.int64)[j])

    # Subgroups.

    def cosets(self, generators: object, side: Side = "right") -> Indices:
        """Return [x] = number of the coset of x by the generated subgroup H, (|G|,).

        H has the number 0; the others are numbered by their first elements.

        Args:
            generators: generators of H, see `indices`; none for the trivial subgroup.
            side: "right" for the cosets Hx, "left" for xH.

        Cost: |G| products for each generator.

        Raises:
            ValueError: a generator is not an element of the group, or the side is unknown.
        """
        if side not in get_args(Side):
            raise ValueError(f"unknown side {side!r}: expected {' or '.join(get_args(Side))}")
        # Right cosets are the orbits of x -> s x, left cosets those of x -> x s.
        moved = []
        for s in self.indices(generators):
            factors = (s, self._all) if side == "right" else (self._all, s)
            moved.append(self.products(*factors))
        components = orbit_numbers(moved, self.order)
        _, first = np.unique(components, return_index=True)
        first[components[self.identity]] = -1
        return read_only(first.argsort().argsort()[components])

    def generated_subgroup(self, generators: object) -> Indices:
        """Return the elements of the generated subgroup, ascending; see `cosets`."""
        return read_only(np.flatnonzero(self.cosets(generators) == 0))

    def subgroup_classes(self) -> SubgroupClasses:
        """Return the conjugacy classes of subgroups, by order; see `symrep.cayley.subgroups`.

        Cost: seconds for groups of a thousand elements with thousands of subgroups.

        Raises:
            MemoryError: the Cayley table or the subgroups cannot fit.
        """
        return subgroups.subgroup_classes(self.cayley_table, str(self), self.element_name)

    def subgroup_lattice(self) -> nx.DiGraph[int]:
        """Return the lattice of subgroups up to conjugacy; see `symrep.cayley.subgroups`."""
        return subgroups.lattice(self.cayley_table)

    @cached_property
    def centre(self) -> Indices:
        """The elements of the centre, ascending."""
        sizes = np.bincount(self.class_of)
        return read_only(np.flatnonzero(sizes[self.class_of] == 1))

    @cached_property
    def commutator_subgroup(self) -> Indices:
        """The elements of the commutator subgroup, the kernel of linear characters, ascending."""
        table = self.character_table()
        trivially = (table.values[np.array(table.dimensions) == 1] == 1).all(0)
        return read_only(np.flatnonzero(trivially[self.class_of]))

    @property
    def linear_characters(self) -> tuple[Any, ...]:
        """Labels of the |G : [G, G]| rows of the character table of degree 1."""
        table = self.character_table()
        return tuple(k for k, d in zip(table.irreps, table.dimensions, strict=True) if d == 1)

    @property
    def distinguished_subgroup(self) -> dict[str, list[Element]]:
        """{name: generators} of a distinguished proper subgroup, or {}.

        The default is the commutator subgroup; families may choose another.
        """
        return {
            name: [self.element(int(self._from_own(i))) for i in elements]
            for name, elements in self._distinguished_subgroup.items()
        }

    @property
    def _distinguished_subgroup(self) -> dict[str, list[int]]:
        elements = self.own.commutator_subgroup.tolist()
        return {} if len(elements) in (1, self.order) else {f"[{self}, {self}]": elements}

    # Characters and irreps.

    def character_table(self) -> CharacterTable:
        """Return the exact table of the complex irreps, kept after the first call.

        A row has the label of its irrep over the reals; the conjugate of a row that is not real
        follows as "conj(label)". Cost: see `symrep.characters.dixon`; less for closed forms.

        Raises:
            MemoryError: the table cannot fit; raised before it is computed.
        """
        return self._character_table

    @invariant
    def _character_table(self) -> CharacterTable:
        names, rows = [], []
        for label, eigenvalues in self.constituents:
            names.append(str(label))
            rows.append(eigenvalues)
            conjugate = np.sort(-eigenvalues % self.exponent)
            if not np.array_equal(conjugate, eigenvalues):
                names.append(f"conj({label})")
                rows.append(conjugate)
        classes = self.conjugacy_classes
        return cyclotomic_table(
            names,
            [c.label for c in classes],
            [c.size for c in classes],
            [c.element_order for c in classes],
            self.inverse_classes,
            self.power_map,
            rows,
            self.labels,
        )

    def _require_table_fits(self) -> None:
        k = len(self._conjugacy.representatives)
        require_memory(
            4 * 8 * k * k, f"the {k} x {k} characters of {self}", "use a group with fewer classes"
        )

    @property
    def constituents(self) -> tuple[Constituent, ...]:
        """One complex irrep for each irrep over the reals, in the order of `irreps`; read-only.

        Raises:
            MemoryError: the characters cannot fit; raised before they are computed.
        """
        for _, eigenvalues in self._constituents:
            read_only(eigenvalues)
        return self._constituents

    @invariant
    def _constituents(self) -> tuple[Constituent, ...]:
        """Constituents labelled by degree and a letter, in the order of `dixon`."""
        self._require_table_fits()
        found = dixon.irreducible_eigenvalues(
            np.bincount(self._conjugacy.class_of),
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

    @invariant
    def _by_label(self) -> dict[Any, Indices]:
        return dict(self.constituents)

    @invariant
    def labels(self) -> Labels[Label]:
        """The labels of the irreps; `parse_label` reads them."""
        names = [label for label, _ in self.constituents]
        found: Any = TextLabels(str(self), names, {"trivial": names[0]}, self.character_table)
        return found  # type: ignore[no-any-return]

    @property
    def aliases(self) -> Mapping[str, Label]:
        """{alias: label} of irreps: "trivial", and those of the family."""
        return self.labels.aliases

    def parse_label(self, label: object) -> Label:
        """Return the label given by a label, an alias or a description.

        A description is a complex degree with values of the character as in the table:
        "3[5A=1/2 + sqrt(5)/2]"; see `describe`.

        Raises:
            ValueError: the group has no such irrep, or the description fits several.
        """
        return self.labels.parse(label)

    def describe(self, label: object) -> str:
        """Return the shortest description that distinguishes an irrep; see `parse_label`.

        Cost: the character table, and all smaller sets of classes.

        Raises:
            ValueError: the group has no such irrep.
        """
        return self.labels.describe(label)

    @cached_property
    def irreps(self) -> Irreps[Label, Element]:
        """The irreps over the reals by label, the trivial one first, made at their first use."""
        return Irreps(self)

    def irrep(self, label: object, form: str = "orthogonal") -> Irrep[Label, Element]:
        """Return the irrep over the reals with a label, an alias or a description.

        Args:
            label: see `parse_label`.
            form: one of `forms`.

        Raises:
            ValueError: the group has no such irrep, or the form is unknown.
        """
        known = self._made.get((label, form)) if isinstance(label, (str, Partition)) else None
        if known is not None:
            return known
        self.require_form(form)
        key = self.parse_label(label), form
        if key not in self._made:
            self._made[key] = self._irrep(*key)
        return self._made[key]

    def _irrep(self, label: Label, form: str) -> Irrep[Label, Element]:
        return self.irrep_type(self, label, form)

    def require_form(self, form: str) -> None:
        """Check that `form` is one of `forms`; raise ValueError with these otherwise."""
        if form not in self.forms:
            raise ValueError(
                f"unknown form {form!r} of irreps of {self}: expected one of "
                f"{', '.join(self.forms)}"
            )

    def complex_degree(self, label: object) -> int:
        """Return the degree of the complex constituents of an irrep."""
        return self._complex_degree(self.parse_label(label))

    def _complex_degree(self, label: Label) -> int:
        return int(self._by_label[label].shape[1])

    def commutant_dim(self, label: object) -> int:
        """Return the commutant dimension: 1, 2, 4 for real, complex, quaternionic type."""
        return self._commutant_dim(self.parse_label(label))

    def _commutant_dim(self, label: Label) -> int:
        return self._commutant_dims[label]

    @invariant
    def _commutant_dims(self) -> dict[Any, int]:
        sizes = np.bincount(self._conjugacy.class_of)
        return {
            label: COMMUTANT_DIMENSIONS[frobenius_schur_indicator(row, sizes, self.exponent, label)]
            for label, row in self.constituents
        }

    def real_characters(self) -> NDArray[np.float64]:
        """Return the characters of the irreps over the reals, (irreps, classes), float64."""
        values = floating_values([row for _, row in self.constituents], self.exponent).real
        types = np.array([self._commutant_dims[label] for label, _ in self.constituents])
        result: NDArray[np.float64] = values * (1 + (types > 1))[:, None]
        return result

    def exact_character(self, label: object, element: object) -> Expr | int:
        """Return the exact character of an irrep over the reals at an element."""
        return self._exact_character(self.parse_label(label), self.own_index(element))

    def _exact_character(self, label: Label, i: int) -> Expr | int:
        at = self._by_label[label][self._conjugacy.class_of[i]]
        c = self._commutant_dims[label]
        others = {1: [], 2: (-at % self.exponent).tolist(), 4: at.tolist()}[c]
        value: Expr = sum_of_roots((*at.tolist(), *others), self.exponent)
        return value

    def exact_matrix(self, label: object, element: object, form: str = "orthogonal") -> Matrix:
        """Return the exact matrix of an irrep over the reals at an element; a new SymPy Matrix.

        Raises:
            ValueError: no exact form is known.
        """
        self.require_form(form)
        return self._exact_matrix(self.parse_label(label), self.own_index(element), form)

    def _exact_matrix(self, label: Label, i: int, form: str) -> Matrix:
        raise ValueError(f"no exact form of the irrep {label} of {self} is known; use `tensor`")

    def matrices(self, label: object) -> NDArray[np.float64]:
        """Return rho(g) for all g in float64, (|G|, d, d), read-only; see `Irrep` for the form.

        Raises:
            ValueError: the group has no such irrep.
        """
        own = read_only(self._matrices(self.parse_label(label)))
        return own if self.own is self else read_only(own[self.own_indices])

    def _matrices(self, label: Label) -> NDArray[np.float64]:
        return self._numerical[label]

    @property
    def keeps_matrices(self) -> bool:
        """Whether `matrices` are computed once and kept, as for groups without closed forms."""
        return type(self)._matrices is FiniteGroup._matrices

    def matrices_at(self, label: object, elements: object) -> NDArray[np.float64]:
        """Return rho(g) for a list of elements in float64, (count, d, d); see `matrices`."""
        return self._matrices_at(self.parse_label(label), elements)

    def _matrices_at(self, label: Label, elements: object) -> NDArray[np.float64]:
        return self.matrices(label)[self.indices(elements)]

    @invariant
    def _numerical(self) -> dict[Any, NDArray[np.float64]]:
        found = regular.irreducible_matrices(
            self.cayley_table,
            self.real_characters()[:, self._conjugacy.class_of],
            list(self._commutant_dims.values()),
            list(self._generators),
        )
        return {
            label: matrix if self._commutant_dims[label] != 2 else self._oriented(matrix, row)
            for (label, row), matrix in zip(self.constituents, found, strict=True)
        }

    def _oriented(self, matrices: NDArray[np.float64], eigenvalues: Indices) -> NDArray[np.float64]:
        """Return matrices of complex type whose blocks a + b i have the trace of the constituent.

        The matrices may have the conjugate trace, and are then conjugated.
        """
        at = roots_of_unity(self.exponent).imag[eigenvalues].sum(1)[self._conjugacy.class_of]
        b = matrices[:, 1::2, ::2]
        if np.trace(b, axis1=1, axis2=2) @ at < 0:
            matrices[:, 1::2, ::2], matrices[:, ::2, 1::2] = -b, b.copy()
        return matrices

    def fourier_plan(self, dtype: torch.dtype, device: torch.device | str | None = None) -> Any:
        """Return the tables of the Fourier transform, computed once for each dtype and device.

        `symrep.fourier_transform` uses them; an earlier call prepares them. They are shared: do not
        change their tensors.

        Args:
            dtype: torch.float32 or torch.float64, also for complex functions of that precision.
            device: torch's default device if None.

        Cost: (n+1)! entries for S_n; all matrix coefficients of the irreps over the reals for other
        groups, at most 4 |G|^2.

        Raises:
            MemoryError: the tables cannot fit; raised before they are allocated.
            ValueError: there is no such device.
        """
        key = young_tensors.require_dtype(dtype), young_tensors.require_device(device)
        if key not in self._plans:
            self._plans[key] = apart(lambda: self._fourier_plan(*key))
        return self._plans[key]

    def _fourier_plan(self, dtype: torch.dtype, device: torch.device) -> Any:
        dimensions = {label: irrep.dim for label, irrep in self.irreps.items()}
        return dense.dense_plan(
            self.order,
            dimensions,
            lambda label: self.irreps[label].tensor(dtype, device),
            dtype,
            device,
        )

    @cached_property
    def _plans(self) -> dict[Any, Any]:
        return {}


AnyGroup: TypeAlias = FiniteGroup[Any, Any]


def read_only(array: Array) -> Array:
    """Make an array read-only; return it."""
    array.flags.writeable = False
    return array


def require_order(order: ArrayLike, group: AnyGroup) -> Indices:
    """Check an element order, [k] = index of its element k; return it as int64, (|G|,).

    Raises:
        ValueError: the indices are not 0, ..., |G|-1, each once.
    """
    given = np.asarray(order)
    listed = given.dtype.kind in "iu" and given.shape == (group.order,)
    if not listed or not np.array_equal(np.sort(given), np.arange(group.order)):
        raise ValueError(f"an order of {group} must have each of 0, ..., {group.order - 1} once")
    return given.astype(np.int64)


def _listed_counts(degrees: Mapping[int, int]) -> str:
    """Degrees and how many irreps have each, the smallest ones: "1 (2), 4 (2), 6 (1)"."""
    listed = [f"{d} ({count})" for d, count in sorted(degrees.items())]
    return ", ".join(listed[:DEGREES_SHOWN]) + (", ..." if len(listed) > DEGREES_SHOWN else "")


def letters(k: int) -> str:
    """Return a, b, ..., z, aa, ab, ... for k = 0, 1, ..."""
    return (letters(k // 26 - 1) if k >= 26 else "") + chr(ord("a") + k % 26)
