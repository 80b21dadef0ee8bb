"""Recognition of the group of a Cayley table, or of the predictions of a network.

A table is compared with the groups of its order that have a name. If one is isomorphic its element
names apply to the table, up to an automorphism of the group. The labels of irreps exchanged by an
outer automorphism are then a choice, too.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike
from sympy import divisors

from symrep.cayley import isomorphisms
from symrep.cayley.tables import element_orders, require_group
from symrep.groups.base import AnyGroup
from symrep.groups.cayley_table import CayleyTableGroup
from symrep.groups.direct_product import DirectProduct
from symrep.groups.names import FAMILIES, OTHERS, named_group

if TYPE_CHECKING:
    import pandas as pd

ELEMENTS_SHOWN = 8
"""Elements that `str` lists."""

COLUMNS = 60
"""Length of a line of `str`."""

_NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, eq=False)
class Recognition:
    """The result of a recognition; `str` has it in a few lines, `to_frame` has all elements.

    Attributes:
        group: the group, its elements numbered as in the table: a known group in another element
            order, or the table itself if no known group is isomorphic.
        known: whether a known group is isomorphic.
        changed: number of entries corrected to obtain the table of a group.
    """

    group: AnyGroup
    known: bool
    changed: int = 0

    def __repr__(self) -> str:
        found = f"recognised as {self.group}" if self.known else "no group known by name"
        return f"<{found}, order {self.group.order}>"

    def __str__(self) -> str:
        return "\n".join(map(_wrapped, self._lines()))

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"

    def _lines(self) -> Iterator[str]:
        order = self.group.order
        corrected = f", after {self.changed} of {order**2} entries were corrected"
        yield f"a group of order {order}{corrected if self.changed else ''}"
        if not self.known:
            classes = len(self.group.conjugacy_classes)
            yield f"isomorphic to no group known by name; {classes} classes"
            return
        yield f"isomorphic to {self.group}"
        names = [self.group.element_name(i) for i in range(min(order, ELEMENTS_SHOWN))]
        more = f", ... ({order - ELEMENTS_SHOWN} more)" if order > ELEMENTS_SHOWN else ""
        shown = ", ".join(name.replace(" ", _NO_BREAK) for name in names) + more
        yield f"{self.automorphisms} orders of its elements match; one is {shown}"

    def to_frame(self) -> pd.DataFrame:
        """Return all elements as a pandas DataFrame, (|G|, 3), indexed as in the table.

        The columns are `element`, its name in the group that was found; its `order`; and the
        label of its conjugacy `class`.
        """
        import pandas as pd

        classes = [c.label for c in self.group.conjugacy_classes]
        return pd.DataFrame(
            {
                "element": [self.group.element_name(i) for i in range(self.group.order)],
                "order": self.group.element_orders,
                "class": [classes[c] for c in self.group.class_of],
            },
            index=pd.RangeIndex(self.group.order, name="index"),
        )

    @property
    def elements(self) -> list[int]:
        """[i] = index in the known group of the element with index i here."""
        return self.group.own_indices.tolist() if self.known else []

    @cached_property
    def automorphisms(self) -> int:
        """Number of automorphisms: element orders of the known group that give this table."""
        return isomorphisms.number_of_automorphisms(self.group.cayley_table)


def _wrapped(line: str) -> str:
    """Return the line in at most 60 columns, broken between the elements that it lists."""
    wrapped = textwrap.fill(line, COLUMNS, subsequent_indent="  ", break_on_hyphens=False)
    return wrapped.replace(_NO_BREAK, " ")


def recognise(table: ArrayLike) -> Recognition:
    """Return the group of a Cayley table.

    Args:
        table: [x, y] = index of x y, (|G|, |G|); the identity may have any index.

    Raises:
        NotAGroup: the table is not that of a group; the message says why.

    >>> found = recognise([[1, 2, 0], [2, 0, 1], [0, 1, 2]])
    >>> str(found.group), found.automorphisms
    ('C_3', 2)
    """
    source = require_group(table)
    wanted = isomorphisms.invariants(source)
    orders = np.sort(element_orders(source))
    for group in known_groups(len(source)):
        if not np.array_equal(np.sort(group.element_orders), orders):
            continue
        target = group.cayley_table
        if isomorphisms.invariants(target) == wanted:
            elements = isomorphisms.isomorphism(source, target)
            if elements is not None:
                return Recognition(group.reordered(elements), known=True)
    return Recognition(CayleyTableGroup(source), known=False)


def recognise_predictions(predictions: ArrayLike) -> Recognition:
    """Return the group of predicted products of all pairs, some of which may be wrong.

    Args:
        predictions: [x, y] = predicted index of x y, (|G|, |G|) of integers.

    Raises:
        NotAGroup: the predictions are too far from the table of a group; the message says how far.
    """
    repaired = isomorphisms.group_table_of_predictions(predictions)
    found = recognise(repaired.table)
    return Recognition(found.group, found.known, repaired.changed)


def known_groups(order: int) -> Iterator[AnyGroup]:
    """Yield the named groups of an order: the families, their products, and `OTHERS`.

    Some of them are isomorphic. Products are of cyclic, dihedral, dicyclic, alternating and
    symmetric groups.
    """
    yield from _of_families(order)
    for name, size in OTHERS.items():
        if size == order:
            yield named_group(name)
    for factors in _factorisations(order, order):
        if len(factors) > 1:
            for groups in _choices(factors):
                yield DirectProduct(*groups)


def _of_families(order: int) -> Iterator[AnyGroup]:
    """Yield the groups of the families with an order, simplest first."""
    yield FAMILIES["C"](order)
    if order % 2 == 0 and order > 4:
        yield FAMILIES["D"](order // 2)
    if order % 4 == 0 and order > 4:
        yield FAMILIES["Dic"](order // 4)
    n, factorial = 4, 24
    while factorial // 2 <= order:
        if factorial // 2 == order:
            yield FAMILIES["A"](n)
        if factorial == order:
            yield FAMILIES["S"](n)
        n, factorial = n + 1, factorial * (n + 1)


def _factorisations(order: int, largest: int) -> Iterator[tuple[int, ...]]:
    """Yield the factorisations of the order into numbers above 1, largest first."""
    if order == 1:
        yield ()
    for d in divisors(order)[::-1]:
        if 1 < d <= largest:
            for rest in _factorisations(order // d, d):
                yield (d, *rest)


def _choices(factors: tuple[int, ...]) -> Iterator[tuple[AnyGroup, ...]]:
    """Yield all choices of groups of the families with these orders, one for each factor."""
    if not factors:
        yield ()
        return
    for group in _of_families(factors[0]):
        for rest in _choices(factors[1:]):
            yield (group, *rest)
