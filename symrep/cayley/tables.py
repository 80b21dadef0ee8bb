"""Cayley tables: the group axioms, orders, cosets, generators and conjugacy classes.

A table is an int64 array (|G|, |G|) with table[x, y] = index of xy. The identity need not have
the index 0. `require_group` and `require_square` check a table; other functions do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symrep._support.errors import NotAGroup
from symrep._support.memory import require_memory
from symrep.cayley.orbits import orbit_numbers

Table = NDArray[np.int64]
Elements = NDArray[np.int64]

TABLE_ENTRIES_AT_A_TIME = 2**22
"""Number of table entries in a block."""


def require_group(table: ArrayLike) -> Table:
    """Check that a table is the Cayley table of a group; return it as an int64 array.

    Associativity is decided exactly by Light's test on a set of generators (Clifford and
    Preston, The Algebraic Theory of Semigroups I, section 1.2): the g with (xg)z = x(gz) for all
    x and z are closed under products. Each generator at least doubles the order of the generated
    subgroup, so that log2 |G| generators are enough.

    Args:
        table: (|G|, |G|) integers.

    Cost: |G|^2 log |G|.

    Raises:
        NotAGroup: the table is not square, an entry is not one of 0, ..., |G|-1, a row or column
            has a repeated entry, there is no identity, or (xy)z differs from x(yz).
    """
    checked = require_square(table)
    _require_latin(checked)
    generators: list[int] = []
    reached = subgroup_generated(checked, generators)
    while len(reached) < len(checked):
        missing = np.setdiff1d(np.arange(len(checked)), reached, assume_unique=True)
        generators.append(int(missing[0]))
        triple = failing_triple(checked, generators[-1])
        if triple is not None:
            raise NotAGroup(describe_failing_triple(checked, triple))
        # Light's test holds for the generators, hence for all that they generate: a subgroup.
        reached = subgroup_generated(checked, generators)
    return checked


def failing_triple(table: Table, y: int) -> tuple[int, int, int] | None:
    """Return the first (x, y, z) with this y and (xy)z != x(yz), or None if there is none.

    The table need not be that of a group. Cost: |G|^2, in blocks of rows.
    """
    rows = max(1, TABLE_ENTRIES_AT_A_TIME // len(table))
    for start in range(0, len(table), rows):
        block = table[start : start + rows]
        wrong = table[block[:, y]] != block[:, table[y]]
        if wrong.any():
            x, z = divmod(int(wrong.argmax()), len(table))
            return start + x, y, z
    return None


def describe_failing_triple(table: Table, triple: tuple[int, int, int]) -> str:
    """Return a sentence with x, y, z and both products."""
    x, y, z = triple
    left, right = table[table[x, y], z], table[x, table[y, z]]
    return f"not associative: ({x} * {y}) * {z} = {left}, but {x} * ({y} * {z}) = {right}"


def identity_of(table: Table) -> int:
    """Return the identity of a table.

    Raises:
        NotAGroup: the table has no identity.
    """
    elements = np.arange(len(table))
    for e in np.flatnonzero(table.diagonal() == elements):
        if np.array_equal(table[e], elements) and np.array_equal(table[:, e], elements):
            return int(e)
    raise NotAGroup("no identity: no element e has x * e = e * x = x for all x")


def inverses(table: Table) -> Elements:
    """Return [x] = index of the inverse of x, (|G|,)."""
    return np.nonzero(table == identity_of(table))[1]


def element_orders(table: Table) -> NDArray[np.int64]:
    """Return [x] = order of x, (|G|,). Cost: the sum of the orders."""
    identity = identity_of(table)
    orders = np.ones(len(table), dtype=np.int64)
    elements = np.flatnonzero(np.arange(len(table)) != identity)
    powers = elements
    while len(elements):
        orders[elements] += 1
        powers = table[powers, elements]
        going = powers != identity
        elements, powers = elements[going], powers[going]
    return orders


class Layer(NamedTuple):
    """The elements at one distance from the identity: elements = parents * generators[steps].

    Attributes:
        elements: indices of the elements, (m,).
        parents: an element of the layer before for each, (m,).
        steps: positions in the list of generators, (m,).
    """

    elements: Elements
    parents: Elements
    steps: NDArray[np.int64]


def spanning_layers(table: Table, generators: Sequence[int]) -> Iterator[Layer]:
    """Yield the generated subgroup in layers of word length 1, 2, ..."""
    seen = np.zeros(len(table), dtype=bool)
    frontier = np.array([identity_of(table)])
    seen[frontier] = True
    while len(generators):
        products = table[frontier[:, None], np.array(generators)]
        elements, first = np.unique(products, return_index=True)
        new = ~seen[elements]
        if not new.any():
            return
        rows, steps = np.divmod(first[new], len(generators))
        yield Layer(elements[new], frontier[rows], steps)
        frontier = elements[new]
        seen[frontier] = True


def subgroup_generated(table: Table, generators: Sequence[int]) -> Elements:
    """Return the elements of the generated subgroup, ascending; {e} if there are no generators.

    Cost: its order times the number of generators.
    """
    layers = [layer.elements for layer in spanning_layers(table, generators)]
    return np.sort(np.concatenate([[identity_of(table)], *layers]))


def right_cosets(table: Table, subgroup: Elements) -> tuple[Elements, NDArray[np.int64]]:
    """Return the right cosets Hx of a subgroup, numbered by their first elements.

    Args:
        table: the Cayley table of a group.
        subgroup: the elements of H.

    Returns:
        The first element of each coset, ascending, (|G|/|H|,), and [x] = number of the coset of
        x, (|G|,). Cost: |G| |H|.
    """
    first, numbers = np.unique(table[subgroup].min(axis=0), return_inverse=True)
    return first, numbers


def joins(table: Table, generators: Sequence[int], candidates: Elements) -> NDArray[np.bool_]:
    """Return the joins of H with single elements c_i: [i, x] = whether x is in <H, c_i>.

    Args:
        table: the Cayley table of a group.
        generators: generators of H.
        candidates: the elements c_i, (m,).

    Returns:
        (m, |G|). Cost: m |G|/|H| nodes with an edge for each generator.
    """
    subgroup = subgroup_generated(table, generators)
    first, coset_of = right_cosets(table, subgroup)
    # A subgroup that contains H is a union of cosets: those reached from H by its generators.
    shape = (len(candidates), len(first), len(generators) + 1)
    heads = np.empty(shape, dtype=np.int64)
    heads[..., :-1] = coset_of[table[first[:, None], np.array(generators, dtype=np.int64)]]
    heads[..., -1] = coset_of[table[np.ix_(first, candidates)]].T
    heads += np.arange(shape[0])[:, None, None] * shape[1]
    points = shape[0] * shape[1]
    components = orbit_numbers(heads.reshape(points, shape[2]).T, points).reshape(shape[:2])
    reached = components == components[:, [coset_of[subgroup[0]]]]
    rows: NDArray[np.bool_] = reached[:, coset_of]
    return rows


def generating_set(table: Table, identity: int) -> list[int]:
    """Return a small generating set of the group; empty for the trivial group.

    The choice is greedy: first an element of the largest order, then at each step the first element
    with which the subgroup becomes largest.

    Cost: (|G|/k)^2, where k is the largest order of an element.
    """
    generators: list[int] = []
    subgroup, candidates, sizes = np.array([identity]), np.arange(len(table)), element_orders(table)
    while len(subgroup) < len(table):
        generators.append(int(candidates[sizes.argmax()]))
        subgroup = subgroup_generated(table, generators)
        candidates, _ = right_cosets(table, subgroup)
        sizes = joins(table, generators, candidates).sum(axis=1)
    return generators


def conjugation_table(table: Table) -> Table:
    """Return [g, x] = index of g^-1 x g, (|G|, |G|).

    Raises:
        MemoryError: the table cannot fit; raised before it is allocated.
    """
    size = len(table)
    require_memory(2 * 8 * size**2, f"{size} x {size} conjugates", "work with conjugacy classes")
    conjugates: Table = table[table[inverses(table)], np.arange(size)[:, None]]
    return conjugates


def conjugacy_class_of(table: Table) -> NDArray[np.int64]:
    """Return [x] = number of the conjugacy class of x, (|G|,).

    The class of the identity is 0. The others are ordered by the order of their elements, then
    by size, then by smallest element.
    """
    generators = np.array(generating_set(table, identity_of(table)), dtype=np.int64)
    moved = table[table[inverses(table)[generators]], generators[:, None]]
    _, first, orbit_of, sizes = np.unique(
        orbit_numbers(moved, len(table)),
        return_index=True,
        return_inverse=True,
        return_counts=True,
    )
    ranks = np.lexsort((first, sizes, element_orders(table)[first])).argsort()
    return ranks[orbit_of]


def require_square(table: ArrayLike) -> Table:
    """Check that a table is square with entries 0, ..., m-1; return a new int64 array (m, m).

    Raises:
        NotAGroup: an entry is another, or the table is not square, or it is empty.
    """
    try:
        array = np.asarray(table)
    except ValueError:
        raise NotAGroup("the rows of a Cayley table must have one length, got several") from None
    if array.ndim != 2 or array.shape[0] != array.shape[1] or not array.size:
        raise NotAGroup(f"a Cayley table must be square and not empty, got shape {array.shape}")
    if array.dtype.kind not in "iu":
        raise NotAGroup(f"the entries of a Cayley table must be integers, got {array.dtype}")
    outside = (array < 0) | (array >= len(array))
    if outside.any():
        x, y = divmod(int(outside.argmax()), len(array))
        raise NotAGroup(
            f"the entries of a table with {len(array)} rows must be 0 to {len(array) - 1}, "
            f"got {array[x, y]} in row {x}, column {y}"
        )
    return array.astype(np.int64)


def _require_latin(table: Table) -> None:
    for lines, name in ((table, "row"), (table.T, "column")):
        bad = np.flatnonzero(distinct_entries(lines) < len(table))
        if len(bad):
            entry = int(np.bincount(lines[bad[0]]).argmax())
            raise NotAGroup(f"not a Latin square: {name} {bad[0]} has the entry {entry} twice")


def distinct_entries(table: Table) -> NDArray[np.int64]:
    """Return [x] = number of different entries of row x, (|G|,)."""
    seen = np.zeros(table.shape, dtype=bool)
    seen[np.arange(len(table))[:, None], table] = True
    number: NDArray[np.int64] = seen.sum(axis=1)
    return number
