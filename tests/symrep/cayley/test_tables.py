"""Cayley tables: what is a group's table, and what it tells at once."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from symrep import SymmetricGroup
from symrep._support.errors import NotAGroup
from symrep.cayley import tables
from symrep.cayley.tables import (
    conjugacy_class_of,
    conjugation_table,
    element_orders,
    generating_set,
    identity_of,
    inverses,
    joins,
    require_group,
    right_cosets,
    spanning_layers,
    subgroup_generated,
)

S = {n: SymmetricGroup(n).cayley_table for n in range(1, 7)}


def cyclic(n):
    return np.add.outer(np.arange(n), np.arange(n)) % n


def elementary(k):
    return np.bitwise_xor.outer(np.arange(2**k), np.arange(2**k))


def dihedral(n):
    """The rotation by r is r, the reflections are n + r."""
    turns, flips = np.arange(2 * n) % n, np.arange(2 * n) // n
    signs = 1 - 2 * flips[:, None]
    return (turns[:, None] + signs * turns) % n + n * (flips[:, None] ^ flips)


def shuffled(table, seed=0):
    new = np.random.default_rng(seed).permutation(len(table))
    old = np.argsort(new)
    return new[table[np.ix_(old, old)]]


GROUPS = {
    "C_1": cyclic(1),
    "C_12": shuffled(cyclic(12)),
    "C_2^4": shuffled(elementary(4)),
    "D_5": shuffled(dihedral(5)),
    "D_6": shuffled(dihedral(6)),
    "S_4": shuffled(S[4]),
    "S_5": shuffled(S[5]),
}
every_group = pytest.mark.parametrize("table", GROUPS.values(), ids=GROUPS)


def reduced_latin_squares(n):
    """All loops on 0, ..., n-1 with the identity 0."""
    square = cyclic(n)
    square[1:, 1:] = -1
    places = [(x, y) for x in range(1, n) for y in range(1, n)]

    def fill(k):
        if k == len(places):
            yield square.copy()
            return
        x, y = places[k]
        for entry in set(range(n)) - set(square[x].tolist()) - set(square[:, y].tolist()):
            square[x, y] = entry
            yield from fill(k + 1)
        square[x, y] = -1

    yield from fill(0)


def octonion_units():
    """The loop of +-e_0, ..., +-e_7, by the doubling of Cayley and Dickson."""

    def conjugate(a):
        return np.concatenate([a[:1], -a[1:]])

    def product(x, y):
        if len(x) == 1:
            return x * y
        (a, b), (c, d) = np.split(x, 2), np.split(y, 2)
        left = product(a, c) - product(conjugate(d), b)
        return np.concatenate([left, product(d, a) + product(b, conjugate(c))])

    units = np.concatenate([np.eye(8, dtype=int), -np.eye(8, dtype=int)])
    places = {tuple(unit): i for i, unit in enumerate(units.tolist())}
    return np.array([[places[tuple(product(x, y).tolist())] for y in units] for x in units])


def named_triple(error):
    """The triple that the message names and both products, as they are said to be."""
    numbers = [int(word) for word in "".join(c if c.isdigit() else " " for c in error).split()]
    x, y, z, left, *again, right = numbers
    assert again == [x, y, z]
    return x, y, z, left, right


def assert_refused_by_a_triple(table):
    with pytest.raises(NotAGroup, match="not associative") as error:
        require_group(table)
    x, y, z, left, right = named_triple(str(error.value))
    assert table[table[x, y], z] == left != right == table[x, table[y, z]]


# What is a group's table


@pytest.mark.parametrize(("n", "loops", "groups"), [(4, 4, 4), (5, 56, 6), (6, 9408, 80)])
def test_the_groups_among_all_loops(n, loops, groups):
    """Each group has (n-1)!/|Aut G|: C_4 and V_4 3 + 1, C_5 6, C_6 and S_3 60 + 20."""
    accepted = squares = 0
    for square in reduced_latin_squares(n):
        squares += 1
        associative = np.array_equal(square[square], square[:, square])
        try:
            require_group(square)
        except NotAGroup:
            assert not associative
        else:
            assert associative
            accepted += 1
    assert (squares, accepted) == (loops, groups)


def test_octonions_are_no_group():
    table = octonion_units()
    assert np.array_equal(table[0], np.arange(16))
    assert_refused_by_a_triple(table)
    assert_refused_by_a_triple(shuffled(table))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("table", [S[4], S[5], elementary(5)], ids=["S_4", "S_5", "C_2^5"])
def test_one_switched_intercalate_is_found(table, seed):
    """For u^2 = e, xy = (xu)(uy) and x(uy) = (xu)y: the two products change places."""
    rng = np.random.default_rng(seed)
    u = rng.choice(np.flatnonzero(element_orders(table) == 2))
    others = np.setdiff1d(np.arange(len(table)), [identity_of(table), u])
    x, y = rng.choice(others, 2)
    wrong = table.copy()
    for row in (x, table[x, u]):
        wrong[row, [y, table[u, y]]] = table[row, [table[u, y], y]]
    assert (wrong != table).sum() == 4
    assert_refused_by_a_triple(wrong)


@every_group
def test_groups_are_accepted_wherever_the_identity_is(table):
    checked = require_group(table.astype(np.int32).tolist())
    assert checked.dtype == np.int64
    assert np.array_equal(checked, table)


def test_the_checked_table_is_a_new_one():
    table = cyclic(3)
    require_group(table)[0] = 2
    assert np.array_equal(table, cyclic(3))


def test_triples_are_sought_in_every_block_of_rows(monkeypatch):
    monkeypatch.setattr(tables, "TABLE_ENTRIES_AT_A_TIME", 40)
    require_group(shuffled(S[4]))
    assert_refused_by_a_triple(shuffled(octonion_units()))
    wrong = cyclic(12)
    wrong[np.ix_([5, 11], [4, 10])] = wrong[np.ix_([5, 11], [10, 4])]
    assert_refused_by_a_triple(wrong)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (np.zeros((2, 3), dtype=int), r"must be square and not empty, got shape \(2, 3\)"),
        (np.arange(4), r"got shape \(4,\)"),
        (np.zeros((0, 0), dtype=int), r"got shape \(0, 0\)"),
        ([[0.0, 1.0], [1.0, 0.0]], "integers, got float64"),
        ([[False, True], [True, False]], "integers, got bool"),
        ([[0, 1], [1, 2]], "with 2 rows must be 0 to 1, got 2 in row 1, column 1"),
        ([[0, 1], [-1, 0]], "got -1 in row 1, column 0"),
        ([[0, 1, 2], [1, 2, 1], [2, 0, 1]], "not a Latin square: row 1 has the entry 1 twice"),
        ([[0, 1, 2], [1, 2, 0], [1, 2, 0]], "not a Latin square: column 0 has the entry 1 twice"),
        # x - y and y - x mod 3 have an identity on the right, on the left alone.
        ([[0, 2, 1], [1, 0, 2], [2, 1, 0]], "no identity: no element e has"),
        ([[0, 1, 2], [2, 0, 1], [1, 2, 0]], "no identity: no element e has"),
    ],
)
def test_what_is_wrong_is_named(table, message):
    with pytest.raises(NotAGroup, match=message):
        require_group(table)


# What a table tells


@every_group
def test_identity_and_inverses(table):
    e, inverse = identity_of(table), inverses(table)
    for x in range(len(table)):
        assert table[x, e] == table[e, x] == x
        assert table[x, inverse[x]] == table[inverse[x], x] == e


@every_group
def test_orders_of_elements(table):
    for x, order in enumerate(element_orders(table).tolist()):
        powers = [identity_of(table)]
        while len(powers) == 1 or powers[-1] != powers[0]:
            powers.append(table[powers[-1], x])
        assert order == len(powers) - 1


@every_group
def test_generated_subgroups_are_closures(table):
    rng = np.random.default_rng(1)
    for size in range(4):
        generators = rng.choice(len(table), size).tolist()
        closure = {identity_of(table)}
        while (larger := closure | {int(table[x, s]) for x in closure for s in generators}) != (
            closure
        ):
            closure = larger
        assert subgroup_generated(table, generators).tolist() == sorted(closure)


def test_layers_are_words_of_increasing_length():
    """In S_5 with the adjacent transpositions the length is the number of inversions."""
    group = SymmetricGroup(5)
    generators = [
        group.index([*range(i), i + 1, i, *range(i + 2, 5)])  # s_i
        for i in range(4)
    ]
    table, before = S[5], {0}
    sizes = []
    for layer in spanning_layers(table, generators):
        steps = np.array(generators)[layer.steps]
        assert np.array_equal(table[layer.parents, steps], layer.elements)
        assert set(layer.parents.tolist()) <= before
        before = set(layer.elements.tolist())
        sizes.append(len(before))
    assert sizes == [4, 9, 15, 20, 22, 20, 15, 9, 4, 1]


@every_group
def test_cosets_are_those_of_the_definition(table):
    subgroup = subgroup_generated(table, [int(element_orders(table).argmax())])
    first, coset_of = right_cosets(table, subgroup)
    cosets = sorted({tuple(sorted(table[subgroup, x].tolist())) for x in range(len(table))})
    assert [tuple(np.flatnonzero(coset_of == i).tolist()) for i in range(len(first))] == cosets
    assert first.tolist() == [coset[0] for coset in cosets]


@pytest.mark.parametrize("generators", [[], [3], [7, 30]])
def test_joins_are_generated_subgroups(generators):
    table = GROUPS["S_5"]
    rows = joins(table, generators, np.arange(120))
    for x in range(120):
        assert (
            np.flatnonzero(rows[x]).tolist() == subgroup_generated(table, [*generators, x]).tolist()
        )


@pytest.mark.parametrize(
    ("name", "number"),
    [("C_1", 0), ("C_12", 1), ("C_2^4", 4), ("D_5", 2), ("D_6", 2), ("S_4", 2), ("S_5", 2)],
)
def test_generating_sets_are_as_small_as_can_be(name, number):
    table = GROUPS[name]
    generators = generating_set(table, identity_of(table))
    assert len(generators) == number
    assert len(subgroup_generated(table, generators)) == len(table)
    assert generators == generating_set(table, identity_of(table))


@every_group
def test_conjugates(table):
    conjugates, inverse = conjugation_table(table), inverses(table)
    for g in range(len(table)):
        assert conjugates[g].tolist() == [table[table[inverse[g], x], g] for x in range(len(table))]


@every_group
def test_conjugacy_classes(table):
    found, orders = conjugacy_class_of(table), element_orders(table)
    classes = {frozenset(column.tolist()) for column in conjugation_table(table).T}
    listed = [np.flatnonzero(found == i).tolist() for i in range(found.max() + 1)]
    assert {frozenset(members) for members in listed} == classes
    assert listed[0] == [identity_of(table)]
    keys = [(orders[members[0]], len(members), members[0]) for members in listed]
    assert keys == sorted(keys)


def test_the_classes_of_s_6_are_its_cycle_types():
    """15 transpositions and 15 products of three: the first element decides."""
    group = SymmetricGroup(6)
    found, types = conjugacy_class_of(S[6]), group.class_of
    pairs = {(int(a), int(b)) for a, b in zip(found, types, strict=True)}
    assert len(pairs) == 11
    assert np.bincount(found).tolist() == [1, 15, 15, 45, 40, 40, 90, 90, 144, 120, 120]


def test_conjugates_beyond_memory_are_refused(monkeypatch):
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=2**20))
    # 2 * 8 * 720^2 bytes
    with pytest.raises(MemoryError, match=r"720 x 720 conjugates: 7\.9 MiB needed, 1\.0 MiB"):
        conjugation_table(S[6])
