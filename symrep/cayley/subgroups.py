"""All subgroups of a group given by its Cayley table, up to conjugacy, and their lattice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sympy import factorint

from symrep._support.lazy import LazyModule
from symrep._support.markup import latex_words, word_latex
from symrep._support.memory import require_memory
from symrep._support.tables import PrintedAsTable, TextTable, more_rows
from symrep.cayley.tables import (
    Elements,
    Table,
    conjugation_table,
    element_orders,
    generating_set,
    identity_of,
    joins,
    right_cosets,
)

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
else:
    nx = LazyModule("networkx")

Rows = NDArray[np.bool_]
"""Subgroups, (m, |G|): rows[i, x] says whether x is in subgroup i."""

COLUMNS = ("order", "conjugates", "normal", "generators")
"""What is listed of each class."""


@dataclass(frozen=True)
class SubgroupClass:
    """A conjugacy class of subgroups.

    Attributes:
        representative: the elements of the lexicographically first of them, ascending.
        length: number of subgroups in the class.
        generators: a small generating set of the representative.
    """

    representative: tuple[int, ...]
    length: int
    generators: tuple[int, ...]

    @property
    def order(self) -> int:
        """Order of the subgroups in the class."""
        return len(self.representative)

    @property
    def normal(self) -> bool:
        """Whether the subgroup is normal."""
        return self.length == 1

    def __str__(self) -> str:
        conjugates = f"{self.length} conjugate{'' if self.normal else 's'}"
        generators = ", ".join(map(str, self.generators)) or "none"
        return f"subgroups of order {self.order}, {conjugates}, generators {generators}"


class SubgroupClasses(tuple[SubgroupClass, ...], PrintedAsTable):
    """The conjugacy classes of all subgroups of a group: a tuple that prints as a table.

    Args:
        classes: the conjugacy classes of subgroups.
        group: the name of the group, for the caption; none if empty.
        element_name: from the index of an element to its name.
    """

    group: str
    element_name: Callable[[int], str]

    def __new__(
        cls,
        classes: Iterable[SubgroupClass] = (),
        group: str = "",
        element_name: Callable[[int], str] = str,
    ) -> SubgroupClasses:
        made = super().__new__(cls, classes)
        made.group, made.element_name = group, element_name
        return made

    def __repr__(self) -> str:
        return f"<{len(self)} classes of subgroups{self.group and f' of {self.group}'}>"

    def records(self) -> list[dict[str, Any]]:
        """Return one {order, conjugates, normal, generators} for each class, names of elements."""
        return [self._record(c) for c in self]

    def to_frame(self) -> pd.DataFrame:
        """Return the `records` as a pandas DataFrame; generators are lists of names."""
        import pandas as pd

        return pd.DataFrame(self.records(), columns=list(COLUMNS))

    def _record(self, found: SubgroupClass) -> dict[str, Any]:
        return {
            "order": found.order,
            "conjugates": found.length,
            "normal": found.normal,
            "generators": [self.element_name(i) for i in found.generators],
        }

    def _text_table(self, most: int | None = None) -> TextTable:
        counts = f"{sum(c.length for c in self)} subgroups in {len(self)} classes"
        return replace(
            subgroups_table([self._record(c) for c in self[:most]]),
            caption=f"{self.group}: {counts}" if self.group else counts,
            notes=more_rows(len(self), most),
        )

    def _latex_table(self, most: int | None = None) -> TextTable:
        rows = [
            (
                str(c.order),
                str(c.length),
                latex_words("yes" if c.normal else "no"),
                ", ".join(word_latex(self.element_name(i)) for i in c.generators),
            )
            for c in self[:most]
        ]
        return TextTable((tuple(map(latex_words, COLUMNS)),), tuple(rows), 3, (3,), math=True)


def subgroups_table(records: Iterable[Mapping[str, Any]]) -> TextTable:
    """Return the table with a row for each of the `records` of classes of subgroups."""
    rows = (
        (
            str(record["order"]),
            str(record["conjugates"]),
            "yes" if record["normal"] else "no",
            ", ".join(record["generators"]) or "-",
        )
        for record in records
    )
    return TextTable((COLUMNS,), tuple(rows), labels=3, left=(3,))


def subgroup_classes(
    table: Table, group: str = "", element_name: Callable[[int], str] = str
) -> SubgroupClasses:
    """Return the conjugacy classes of subgroups, by order, then length, then representative.

    Every subgroup is the join of one of its maximal subgroups with a cyclic group of prime power
    order. So joins of representatives with these reach all classes, those of perfect groups too.

    Args:
        table: the Cayley table of a group, (|G|, |G|); see `require_group`.
        group: the name of the group, see `SubgroupClasses`.
        element_name: from the index of an element to its name.

    Cost: |G|^2 for each class, and |G|/8 bytes for each subgroup. S_6 takes
    0.4 s. An elementary abelian group of order 2^k has more than 2^(k^2/4) subgroups.

    Raises:
        MemoryError: the |G|^2 conjugates of elements cannot fit.

    >>> C4 = np.add.outer(np.arange(4), np.arange(4)) % 4
    >>> [subgroup.representative for subgroup in subgroup_classes(C4)]
    [(0,), (0, 2), (0, 1, 2, 3)]
    """
    conjugation = conjugation_table(table)
    cyclic = _cyclic_subgroups(table)
    trivial = np.arange(len(table)) == identity_of(table)
    classes = [_subgroup_class(table, trivial[None])]
    known = set(_packed(trivial[None]))
    for found in classes:  # grows while it is read
        overgroups = _overgroups(table, conjugation, cyclic, found)
        for row, packed in zip(overgroups, _packed(overgroups), strict=True):
            if packed not in known:
                conjugates = _conjugates(conjugation, row)
                known.update(_packed(conjugates))
                classes.append(_subgroup_class(table, conjugates))
    ordered = sorted(classes, key=lambda c: (c.order, c.length, c.representative))
    return SubgroupClasses(ordered, group, element_name)


def all_subgroups(table: Table, classes: Sequence[SubgroupClass] | None = None) -> Rows:
    """Return [i, x] = whether x is in subgroup i, (number of subgroups, |G|).

    The conjugates of each class are consecutive, the representative first, and the classes come
    in the order of `subgroup_classes`.

    Args:
        table: the Cayley table of a group.
        classes: the result of `subgroup_classes`, if it is known.

    Raises:
        MemoryError: the subgroups cannot fit; raised before they are listed.

    >>> C4 = np.add.outer(np.arange(4), np.arange(4)) % 4
    >>> all_subgroups(C4).sum(axis=1).tolist()
    [1, 2, 4]
    """
    classes = subgroup_classes(table) if classes is None else classes
    conjugation = conjugation_table(table)
    number = sum(c.length for c in classes)
    require_memory(
        2 * number * len(table), f"a list of {number} subgroups", "work with subgroup_classes"
    )
    return np.concatenate(
        [_conjugates(conjugation, _indicator(c.representative, len(table))) for c in classes]
    )


def lattice(table: Table, classes: Sequence[SubgroupClass] | None = None) -> nx.DiGraph[int]:
    """Return the lattice of subgroups up to conjugacy: H -> K if a conjugate of H is maximal in K.

    Node i is class i of `subgroup_classes` and has the attributes `order`, `length`, `normal`,
    `representative` and `generators`. An edge has the attributes `below`, the number of
    conjugates of H that are maximal in one K, and `above`, the number of conjugates of K in which
    one H is maximal.

    Args:
        table: the Cayley table of a group.
        classes: the result of `subgroup_classes`, if it is known.

    Cost: for each class of subgroups K, the square of the number of subgroups of K.

    >>> C4 = np.add.outer(np.arange(4), np.arange(4)) % 4
    >>> sorted(lattice(C4).edges)
    [(0, 1), (1, 2)]
    """
    classes = subgroup_classes(table) if classes is None else classes
    graph: nx.DiGraph[int] = nx.DiGraph()
    for i, c in enumerate(classes):
        graph.add_node(
            i,
            order=c.order,
            length=c.length,
            normal=c.normal,
            representative=c.representative,
            generators=c.generators,
        )
    rows = all_subgroups(table, classes)
    orders = rows.sum(axis=1)
    class_of = np.repeat(np.arange(len(classes)), [c.length for c in classes])
    for k, upper in enumerate(classes):
        columns = rows[:, list(upper.representative)]
        inside = np.flatnonzero(columns.sum(axis=1) == orders)
        maximal = inside[_maximal(columns[inside])]
        for h, below in zip(*np.unique(class_of[maximal], return_counts=True), strict=True):
            above = int(below) * upper.length // classes[h].length
            graph.add_edge(int(h), k, below=int(below), above=above)
    return graph


def _cyclic_subgroups(table: Table) -> Elements:
    """Return a generator of each non-trivial cyclic subgroup of prime power order."""
    orders = element_orders(table)
    prime_powers = [k for k in np.unique(orders).tolist() if len(factorint(k)) == 1]
    elements = np.flatnonzero(np.isin(orders, prime_powers))
    # The first generator of <x> is the smallest x^k with k prime to the order of x.
    first, power = elements.copy(), elements.copy()
    for k in range(2, max(prime_powers, default=1)):
        power = table[power, elements]
        first = np.where(np.gcd(k, orders[elements]) == 1, np.minimum(first, power), first)
    return np.unique(first)


def _overgroups(table: Table, conjugation: Table, cyclic: Elements, below: SubgroupClass) -> Rows:
    """Return joins of a subgroup H with cyclic groups, at least one for each orbit of N(H)."""
    subgroup = _indicator(below.representative, len(table))
    normaliser = np.flatnonzero((subgroup[conjugation] == subgroup).all(axis=1))
    # <H, z> depends on the coset Hz alone, and n in N(H) takes it to <H, n^-1 z n>.
    _, coset_of = right_cosets(table, np.flatnonzero(subgroup))
    orbit_of = coset_of[conjugation[np.ix_(normaliser, cyclic)]].min(axis=0)
    orbits, first = np.unique(orbit_of, return_index=True)
    outside = orbits != coset_of[below.representative[0]]
    return joins(table, below.generators, cyclic[first[outside]])


def _conjugates(conjugation: Table, subgroup: NDArray[np.bool_]) -> Rows:
    """Return all conjugates, in lexicographic order of their elements."""
    # Sets of bytes, as np.unique compares rows number by number.
    distinct = set(_packed(subgroup[conjugation]))
    packed = np.frombuffer(b"".join(sorted(distinct, reverse=True)), dtype=np.uint8)
    rows = packed.reshape(len(distinct), -1)
    return np.unpackbits(rows, axis=1, count=len(subgroup)).astype(bool)


def _packed(rows: Rows) -> list[bytes]:
    """Return the bits of each row as bytes, which sort as the rows do."""
    return [packed.tobytes() for packed in np.packbits(rows, axis=1)]


def _subgroup_class(table: Table, conjugates: Rows) -> SubgroupClass:
    elements = np.flatnonzero(conjugates[0])
    own_table = np.searchsorted(elements, table[np.ix_(elements, elements)])
    generators = elements[generating_set(own_table, identity_of(own_table))]
    return SubgroupClass(tuple(elements.tolist()), len(conjugates), tuple(generators.tolist()))


def _maximal(subgroups: Rows) -> NDArray[np.int64]:
    """Return the positions of the maximal subgroups; the last row is the whole group."""
    rows = subgroups[:-1].astype(np.float32)
    orders = rows.sum(axis=1)
    # Orders below 2^24 are exact in single precision.
    contained = (rows @ rows.T == orders[:, None]).sum(axis=1)
    return np.flatnonzero(contained == 1)


def _indicator(elements: Sequence[int], order: int) -> NDArray[np.bool_]:
    subgroup = np.zeros(order, dtype=bool)
    subgroup[list(elements)] = True
    return subgroup
