"""Recognising a group: invariants, isomorphisms, automorphisms, and tables with wrong entries.

Tables are int64 arrays (|G|, |G|) with table[x, y] = index of xy. An isomorphism is an int64 array
phi (|G|,) with target[phi[x], phi[y]] = phi[source[x, y]] for all x, y.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symrep._support.errors import NotAGroup
from symrep._support.memory import require_memory
from symrep.cayley.orbits import orbit_numbers
from symrep.cayley.tables import (
    TABLE_ENTRIES_AT_A_TIME,
    Elements,
    Table,
    describe_failing_triple,
    distinct_entries,
    element_orders,
    failing_triple,
    generating_set,
    identity_of,
    require_group,
    require_square,
    spanning_layers,
)

Invariants = tuple[bytes, ...]
Colours = NDArray[np.int64]

VOTERS = 64
"""Elements that vote on a product in `group_table_of_predictions`, at most."""

ROUNDS = 10
"""Rounds of votes in `group_table_of_predictions`, at most."""

MOST_CHANGED = 0.25
"""Share of the predictions that `group_table_of_predictions` may change, at most."""


def invariants(table: Table) -> Invariants:
    """What isomorphic groups have in common; groups that differ in it are not isomorphic.

    Elements x are coloured by their orders, then again and again by how often a y has each colour,
    with each colour of xy, and commutes with x or is x, until there are no more colours. That
    covers the orders of elements, centralisers, powers and roots. Groups that are not isomorphic
    seldom agree in all of it, but some do: see `isomorphism`.

    Args:
        table: the Cayley table of a group.

    Returns:
        The counts of colours at each step, as bytes. Cost: |G|^2 log |G| for each step.

    Raises:
        MemoryError: |G|^2 numbers cannot fit; raised before they are allocated.
    """
    return _coloured(table)[1]


def isomorphism(source: ArrayLike, target: ArrayLike) -> Elements | None:
    """An isomorphism phi: target[phi[x], phi[y]] = phi[source[x, y]], or None if there is none.

    The images of few generators are sought among the elements with the same invariants, and all
    are tried. The result is checked at all pairs. It is one of `number_of_automorphisms`.

    Args:
        source: the Cayley table of a group.
        target: likewise.

    Returns:
        [x] = image of x, (|G|,). Cost: |G| for each choice of images of the generators.

    Raises:
        NotAGroup: one of the tables is no group's.
    """
    source, target = require_group(source), require_group(target)
    if len(source) != len(target):
        return None
    colours, own = _coloured(source)
    target_colours, others = _coloured(target)
    if own != others:
        return None
    phi = _Search(source, target, colours, target_colours).first([])
    assert phi is None or np.array_equal(target[np.ix_(phi, phi)], phi[source])
    return phi


def number_of_automorphisms(table: ArrayLike) -> int:
    """|Aut G|, the number of isomorphisms from the group to itself, exactly.

    It is the product of the sizes of orbits: of each generator, under the automorphisms that fix
    the generators before it.

    Cost: searches as in `isomorphism`, one for each orbit and for each doubling of the number.

    Raises:
        NotAGroup: the table is no group's.
    """
    table = require_group(table)
    colours, _ = _coloured(table)
    search = _Search(table, table, colours, colours)
    number, known = 1, [np.arange(len(table))]
    for level in reversed(range(len(search.generators))):
        fixed, generator = search.generators[:level], search.generators[level]
        # Automorphisms that were found at deeper levels fix these generators too.
        orbit_of = orbit_numbers(known, len(table))
        untried = search.images(fixed)
        while len(untried := untried[orbit_of[untried] != orbit_of[generator]]):
            phi = search.first([*fixed, int(untried[0])])
            if phi is None:
                untried = untried[orbit_of[untried] != orbit_of[untried[0]]]
            else:
                known.append(phi)
                orbit_of = orbit_numbers(known, len(table))
        number *= int((orbit_of == orbit_of[generator]).sum())
    return number


@dataclass(frozen=True, eq=False)
class RepairedTable:
    """A group's table that was found from predictions.

    Attributes:
        table: the Cayley table of a group, (|G|, |G|).
        changed: number of entries in which the predictions differ from it.
    """

    table: Table
    changed: int


def group_table_of_predictions(predictions: ArrayLike) -> RepairedTable:
    """The group whose products a network predicts, some of them wrongly.

    Predictions that are a group's table come back unchanged. In others the factorisations vote on
    each product xy, by the group law: where x = ab, it should be a(by); where y = ab, it should be
    (xa)b. The elements whose rows repeat the fewest entries are the a that vote. Of the majorities
    of both kinds the clearer one replaces the product; this is repeated until nothing changes.

    Where fewer than |G| entries changed, no other group's table is as near: two that differ do so
    in 2|G| entries or more, except for |G| = 4 and 6 (S. Frisch, On the minimal distance between
    group tables). With more wrong predictions look at `changed` before you trust the table.

    Args:
        predictions: [x, y] = the predicted index of xy, integers, (|G|, |G|).

    Returns:
        The table, and how many predictions differ from it. Cost: 128 |G|^2 for each round.

    Raises:
        NotAGroup: they are not square, or not integers from 0 to |G|-1; or the votes lead to no
            group, or to one that differs in more than a quarter of the entries. The message says
            how many rows of the predictions are no permutation and which triple first fails.
    """
    given = require_square(predictions)
    table = given
    for _ in range(ROUNDS):
        before, table = table, _vote(table)
        if np.array_equal(before, table):
            break
    changed = int((table != given).sum())
    try:
        require_group(table)
    except NotAGroup:
        raise NotAGroup(f"{_how_far(given)}, and votes on the products lead to no group") from None
    if changed > MOST_CHANGED * table.size:
        raise NotAGroup(
            f"{_how_far(given)}, and the group that votes lead to differs in {changed} of "
            f"{table.size} products"
        )
    return RepairedTable(table, changed)


class _Search:
    """Images of a group's generators in another group that extend to one-to-one homomorphisms."""

    def __init__(
        self, source: Table, target: Table, colours: Colours, target_colours: Colours
    ) -> None:
        self._source, self._target = source, target
        self._colours, self._target_colours = colours, target_colours
        self._identity, self._target_identity = identity_of(source), identity_of(target)
        self.generators = generating_set(source, self._identity)
        # How the subgroup of the first generators is reached, for each number of them.
        self._layers = [
            list(spanning_layers(source, self.generators[:level]))
            for level in range(len(self.generators) + 1)
        ]

    def first(self, images: list[int]) -> Elements | None:
        """An isomorphism that sends the first generators to these images, or None.

        The images are some that `images` gives, or none.
        """
        if len(images) == len(self.generators):
            phi: Elements = self._extensions(np.array([images], dtype=np.int64))[0]
            return phi
        for image in self.images(images).tolist():
            found = self.first([*images, image])
            if found is not None:
                return found
        return None

    def images(self, images: list[int]) -> Elements:
        """The images of the next generator with which those of the first ones extend, ascending."""
        generator = self.generators[len(images)]
        candidates = np.flatnonzero(self._target_colours == self._colours[generator])
        rows = np.empty((len(candidates), len(images) + 1), dtype=np.int64)
        rows[:, :-1], rows[:, -1] = images, candidates
        size = max(1, TABLE_ENTRIES_AT_A_TIME // len(self._source))
        blocks = [rows[start : start + size] for start in range(0, len(rows), size)]
        return np.concatenate([self._extensions(block)[:, generator] for block in blocks])

    def _extensions(self, images: NDArray[np.int64]) -> NDArray[np.int64]:
        """The maps that extend, (at most m, |G|), -1 outside the subgroup of the generators.

        Args:
            images: images of the first generators, (m, number of them).
        """
        source, target = self._source, self._target
        maps = np.full((len(images), len(source)), -1, dtype=np.int64)
        maps[:, self._identity] = self._target_identity
        for layer in self._layers[images.shape[1]]:
            maps[:, layer.elements] = target[maps[:, layer.parents], images[:, layer.steps]]
        reached = np.flatnonzero(maps[0] >= 0)
        kernels = (maps[:, reached] == self._target_identity).sum(axis=1)
        extends = kernels == 1
        for generator, image in zip(self.generators, images.T, strict=False):
            products = maps[:, source[reached, generator]]
            extends &= (products == target[maps[:, reached], image[:, None]]).all(axis=1)
        extended: NDArray[np.int64] = maps[extends]
        return extended


def _coloured(table: Table) -> tuple[Colours, Invariants]:
    """[x] = colour of x, (|G|,), the same for isomorphic groups, and the counts at each step."""
    size = len(table)
    require_memory(
        4 * 8 * size**2, f"invariants of {size} x {size} products", "compare conjugacy classes"
    )
    commute = (table == table.T).astype(np.int64) + np.eye(size, dtype=np.int64)
    pairs = element_orders(table)[:, None]
    steps: list[bytes] = []
    number = 0
    while True:
        kinds, inverse, counts = np.unique(pairs, axis=0, return_inverse=True, return_counts=True)
        colours: Colours = inverse.reshape(size)  # numpy 2.0 gives it a second axis
        steps.append(np.column_stack([kinds, counts]).tobytes())
        if len(kinds) == number:
            return colours, tuple(steps)
        number = len(kinds)
        pairs = np.sort((colours * number + colours[table]) * 3 + commute, axis=1)


def _vote(table: Table) -> Table:
    """The products that factorisations of x, or else those of y, agree on most, entry by entry."""
    # Rows that repeat entries give wrong factors for the elements that they lack.
    voters = np.argsort(-distinct_entries(table), kind="stable")[:VOTERS]
    factors = np.zeros((len(voters), len(table)), dtype=np.int64)
    # x = a * factor[x] for each voter a
    factors[np.arange(len(voters))[:, None], table[voters]] = np.arange(len(table))
    named = list(zip(voters, factors, strict=True))
    # A wrong row spoils what its products give with others, but not what other rows give.
    left, left_leads = _majority(table, (table[a, table[factor]] for a, factor in named))
    right, right_leads = _majority(table, (table[table[:, a]][:, factor] for a, factor in named))
    return np.where(left_leads >= right_leads, left, right)


def _majority(table: Table, votes: Iterator[Table]) -> tuple[Table, NDArray[np.int64]]:
    """The majority of the votes and of the present table, entry by entry, and what it leads by.

    Where there is no absolute majority, it is one of the votes with a small lead: Boyer and
    Moore's algorithm, one pass without a count for each value.
    """
    leaders, leads = table.copy(), np.ones(table.shape, dtype=np.int64)
    for vote in votes:
        leads += np.where(vote == leaders, 1, -1)
        overtaken = leads < 0
        leaders[overtaken] = vote[overtaken]
        leads[overtaken] = 1
    return leaders, leads


def _how_far(predictions: Table) -> str:
    """How far from a group's table: repeated entries, and the first triple that fails."""
    size = len(predictions)
    bad = int((distinct_entries(predictions) < size).sum())
    text = f"the predictions are no group's table: {bad} of {size} rows are no permutation"
    for y in range(size):
        triple = failing_triple(predictions, y)
        if triple is not None:
            return f"{text}, {describe_failing_triple(predictions, triple)}"
    return f"{text}, though all products associate"
