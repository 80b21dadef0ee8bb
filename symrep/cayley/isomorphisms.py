"""Isomorphisms and automorphisms of groups, and correction of tables with wrong entries.

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
"""Largest number of elements that vote on a product in `group_table_of_predictions`."""

ROUNDS = 10
"""Largest number of rounds of votes in `group_table_of_predictions`."""

MOST_CHANGED = 0.25
"""Largest fraction of the predictions that `group_table_of_predictions` may change."""


def invariants(table: Table) -> Invariants:
    """Return isomorphism invariants: groups with different invariants are not isomorphic.

    This is colour refinement. The colour of x is at first its order, then the multiset over y of
    the colours of y and xy, and of whether y commutes with x or is x, until the colours are stable.
    The invariants determine the orders of elements and centralisers, powers and roots. A few groups
    that are not isomorphic have equal invariants: see `isomorphism`.

    Args:
        table: the Cayley table of a group.

    Returns:
        The number of elements of each colour at each step, as bytes.

    Cost: |G|^2 log |G| for each step.

    Raises:
        MemoryError: |G|^2 numbers cannot fit; raised before they are allocated.
    """
    return _coloured(table)[1]


def isomorphism(source: ArrayLike, target: ArrayLike) -> Elements | None:
    """Return an isomorphism: target[phi[x], phi[y]] = phi[source[x, y]]. None if there is none.

    The search is exhaustive over the images of a few generators among the elements with the same
    invariants. The result is checked at all pairs. There are `number_of_automorphisms` of them.

    Args:
        source: the Cayley table of a group.
        target: likewise.

    Returns:
        [x] = image of x, (|G|,). Cost: |G| for each choice of images of the generators.

    Raises:
        NotAGroup: one of the tables is not the Cayley table of a group.
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
    """Return |Aut G|, the number of automorphisms of the group, exactly.

    It is a product of orbit sizes: for each generator, its orbit under the automorphisms that fix
    the generators before it.

    Cost: searches as in `isomorphism`, one for each orbit and for each doubling of the number.

    Raises:
        NotAGroup: the table is not the Cayley table of a group.
    """
    table = require_group(table)
    colours, _ = _coloured(table)
    search = _Search(table, table, colours, colours)
    number, known = 1, [np.arange(len(table))]
    for level in reversed(range(len(search.generators))):
        fixed, generator = search.generators[:level], search.generators[level]
        # Automorphisms found at deeper levels fix these generators too.
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
    """A Cayley table corrected from predictions.

    Attributes:
        table: the Cayley table of a group, (|G|, |G|).
        changed: number of entries in which the predictions differ from it.
    """

    table: Table
    changed: int


def group_table_of_predictions(predictions: ArrayLike) -> RepairedTable:
    """Return the Cayley table of a group from predicted products, some of them wrong.

    Predictions that are the table of a group are returned unchanged. Otherwise each product xy is
    decided by a vote of factorisations: by associativity it is a(by) for x = ab, and (xa)b for
    y = ab. The elements a whose rows have the fewest repeated entries vote. The larger of the two
    majorities replaces the product. This is repeated until nothing changes.

    If fewer than |G| entries changed, no other table of a group is as near: two different tables
    differ in 2|G| entries or more, except for |G| = 4 and 6 (S. Frisch, On the minimal distance
    between group tables). With more wrong predictions check `changed` before using the table.

    Args:
        predictions: [x, y] = the predicted index of xy, integers, (|G|, |G|).

    Returns:
        The table, and the number of predictions that differ from it.

    Cost: 128 |G|^2 for each round.

    Raises:
        NotAGroup: the predictions are not square, or not integers from 0 to |G|-1; or the votes
            do not give a group, or give one that differs in more than a quarter of the entries. The
            message has the number of rows that are not permutations, and the first triple that is
            not associative.
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
        raise NotAGroup(f"{_defects(given)}; a vote on products does not give a group") from None
    if changed > MOST_CHANGED * table.size:
        raise NotAGroup(
            f"{_defects(given)}; the group given by a vote on products differs in {changed} of "
            f"{table.size} products"
        )
    return RepairedTable(table, changed)


class _Search:
    """A search for images of generators that extend to injective homomorphisms."""

    def __init__(
        self, source: Table, target: Table, colours: Colours, target_colours: Colours
    ) -> None:
        self._source, self._target = source, target
        self._colours, self._target_colours = colours, target_colours
        self._identity, self._target_identity = identity_of(source), identity_of(target)
        self.generators = generating_set(source, self._identity)
        # For each number of generators, the layers of the subgroup that they generate.
        self._layers = [
            list(spanning_layers(source, self.generators[:level]))
            for level in range(len(self.generators) + 1)
        ]

    def first(self, images: list[int]) -> Elements | None:
        """Return an isomorphism with these images of the first generators, or None.

        The images come from `images`; there may be none.
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
        """Return the possible images of the next generator, given those of the first, ascending."""
        generator = self.generators[len(images)]
        candidates = np.flatnonzero(self._target_colours == self._colours[generator])
        rows = np.empty((len(candidates), len(images) + 1), dtype=np.int64)
        rows[:, :-1], rows[:, -1] = images, candidates
        size = max(1, TABLE_ENTRIES_AT_A_TIME // len(self._source))
        blocks = [rows[start : start + size] for start in range(0, len(rows), size)]
        return np.concatenate([self._extensions(block)[:, generator] for block in blocks])

    def _extensions(self, images: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the injective homomorphisms, (at most m, |G|), -1 outside the generated subgroup.

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
    """Return [x] = colour of x, (|G|,), and the counts of colours at each step."""
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
    """Return the table of majorities among the factorisations of x and of y, entry by entry."""
    # A row with repeated entries gives wrong factors for its missing elements.
    voters = np.argsort(-distinct_entries(table), kind="stable")[:VOTERS]
    factors = np.zeros((len(voters), len(table)), dtype=np.int64)
    # x = a * factor[x] for each voter a
    factors[np.arange(len(voters))[:, None], table[voters]] = np.arange(len(table))
    named = list(zip(voters, factors, strict=True))
    # A wrong row affects the votes by its own products, not those by other rows.
    left, left_leads = _majority(table, (table[a, table[factor]] for a, factor in named))
    right, right_leads = _majority(table, (table[table[:, a]][:, factor] for a, factor in named))
    return np.where(left_leads >= right_leads, left, right)


def _majority(table: Table, votes: Iterator[Table]) -> tuple[Table, NDArray[np.int64]]:
    """Return the majority of the votes and the present table, entry by entry, and its lead.

    This is the algorithm of Boyer and Moore, one pass without counts. Without an absolute majority
    the result is one of the votes, with a small lead.
    """
    leaders, leads = table.copy(), np.ones(table.shape, dtype=np.int64)
    for vote in votes:
        leads += np.where(vote == leaders, 1, -1)
        overtaken = leads < 0
        leaders[overtaken] = vote[overtaken]
        leads[overtaken] = 1
    return leaders, leads


def _defects(predictions: Table) -> str:
    """Return the number of rows with repeated entries and the first failing triple, as text."""
    size = len(predictions)
    bad = int((distinct_entries(predictions) < size).sum())
    text = f"the predictions are not the table of a group: {bad} of {size} rows are no permutation"
    for y in range(size):
        triple = failing_triple(predictions, y)
        if triple is not None:
            return f"{text}, {describe_failing_triple(predictions, triple)}"
    return f"{text}, but the product is associative"
