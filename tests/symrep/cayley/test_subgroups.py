"""Subgroups up to conjugacy, and their lattice."""

from __future__ import annotations

import json
from collections import Counter
from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pytest

from symrep import SymmetricGroup
from symrep.cayley.subgroups import all_subgroups, lattice, subgroup_classes
from symrep.cayley.tables import conjugation_table, identity_of, subgroup_generated


def symmetric(n):
    return SymmetricGroup(n).cayley_table


def alternating(n):
    even = np.flatnonzero(SymmetricGroup(n).signs == 1)
    return np.searchsorted(even, symmetric(n)[np.ix_(even, even)])


def cyclic(n):
    return np.add.outer(np.arange(n), np.arange(n)) % n


def elementary(k):
    return np.bitwise_xor.outer(np.arange(2**k), np.arange(2**k))


def two_cosets(n, sign, square):
    """x^a is a, x^a y is n + a, where x^n = 1, y x = x^sign y and y^2 = x^square."""
    a, b = np.arange(2 * n) % n, np.arange(2 * n) // n
    turned = a[:, None] + np.where(b, sign, 1)[:, None] * a + square * np.outer(b, b)
    return turned % n + n * (b[:, None] ^ b)


def dihedral(n):
    return two_cosets(n, -1, 0)


Q8 = two_cosets(4, -1, 2)


def shuffled(table, seed=0):
    new = np.random.default_rng(seed).permutation(len(table))
    old = np.argsort(new)
    return new[table[np.ix_(old, old)]]


def brute_force(table):
    """All subsets with the identity that are closed under products, as frozensets."""
    e = identity_of(table)
    others = [x for x in range(len(table)) if x != e]
    found = set()
    for size in range(len(table)):
        if len(table) % (size + 1):
            continue
        for rest in combinations(others, size):
            subset = np.array([e, *rest])
            if np.isin(table[np.ix_(subset, subset)], subset).all():
                found.add(frozenset(subset.tolist()))
    return found


SMALL = {
    "C_1": cyclic(1),
    "C_8": shuffled(cyclic(8)),
    "C_2^3": shuffled(elementary(3)),
    "S_3": symmetric(3),
    "D_4": shuffled(dihedral(4)),
    "Q_8": shuffled(Q8),
    "Dic_3": shuffled(two_cosets(6, -1, 3)),
    "D_6": shuffled(dihedral(6)),
    "A_4": shuffled(alternating(4)),
    "SD_16": shuffled(two_cosets(8, 3, 0)),
}


@pytest.mark.parametrize("table", SMALL.values(), ids=SMALL)
def test_all_closed_subsets_are_found(table):
    rows = all_subgroups(table)
    found = [frozenset(np.flatnonzero(row).tolist()) for row in rows]
    assert len(found) == len(set(found))
    assert set(found) == brute_force(table)


@pytest.mark.parametrize(
    ("table", "subgroups", "classes"),
    [
        (symmetric(4), 30, 11),
        (symmetric(5), 156, 19),
        (symmetric(6), 1455, 56),
        (alternating(5), 59, 9),
        (alternating(6), 501, 22),
        (Q8, 6, 6),
        (cyclic(12), 6, 6),
        (cyclic(1), 1, 1),
        (elementary(4), 67, 67),
        (elementary(5), 374, 374),
        (dihedral(4), 10, 8),
        # Of D_n: one cyclic of each order k | n, and n/k dihedral ones, in 1 or 2 classes.
        (dihedral(59), 62, 4),
        (dihedral(60), 12 + 168, 12 + 20),
    ],
)
def test_numbers_of_subgroups(table, subgroups, classes):
    found = subgroup_classes(shuffled(table))
    assert len(found) == classes
    assert sum(c.length for c in found) == subgroups


def test_perfect_subgroups_are_found():
    """A_5 in S_5, and in S_6 the A_5 of two kinds, that fix a letter or none, six each, and A_6."""
    orders = [(c.order, c.length) for c in subgroup_classes(symmetric(5))]
    assert orders.count((60, 1)) == 1
    orders = [(c.order, c.length) for c in subgroup_classes(symmetric(6))]
    assert orders.count((60, 6)) == 2
    assert orders.count((360, 1)) == 1


@pytest.mark.parametrize("table", [*SMALL.values(), shuffled(symmetric(5))])
def test_a_class_is_what_it_says(table):
    classes = subgroup_classes(table)
    conjugation = conjugation_table(table)
    for c in classes:
        conjugates = {tuple(sorted(row)) for row in conjugation[:, c.representative].tolist()}
        assert c.representative == min(conjugates)
        assert c.length == len(conjugates)
        assert c.normal == (len(conjugates) == 1)
        assert c.order == len(c.representative)
        assert tuple(subgroup_generated(table, c.generators).tolist()) == c.representative
        assert 2 ** len(c.generators) <= c.order
    keys = [(c.order, c.length, c.representative) for c in classes]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


def test_subgroups_are_listed_by_class_the_representative_first():
    table = shuffled(symmetric(4))
    classes, start = subgroup_classes(table), 0
    rows = all_subgroups(table, classes)
    assert rows.shape == (30, 24)
    assert np.array_equal(rows, all_subgroups(table))
    for c in classes:
        conjugates = rows[start : start + c.length]
        assert tuple(np.flatnonzero(conjugates[0]).tolist()) == c.representative
        assert set(conjugates.sum(axis=1).tolist()) == {c.order}
        start += c.length


# The lattice


def test_the_lattice_of_q_8():
    """1 < {1, -1} < three cyclic groups of order 4 < Q_8."""
    graph = lattice(Q8)
    assert [graph.nodes[i]["order"] for i in range(6)] == [1, 2, 4, 4, 4, 8]
    edges = [(0, 1), (1, 2), (1, 3), (1, 4), (2, 5), (3, 5), (4, 5)]
    assert sorted(graph.edges) == edges
    assert all(graph.edges[edge] == {"below": 1, "above": 1} for edge in edges)


def test_the_lattice_of_s_3():
    """In S_3 three conjugate groups of order 2 and one of order 3 are maximal."""
    graph = lattice(symmetric(3))
    assert {edge: tuple(graph.edges[edge].values()) for edge in graph.edges} == {
        (0, 1): (1, 3),
        (0, 2): (1, 1),
        (1, 3): (3, 1),
        (2, 3): (1, 1),
    }
    assert dict(graph.nodes[1]) == {
        "order": 2,
        "length": 3,
        "normal": False,
        "representative": (0, 1),
        "generators": (1,),
    }


@pytest.mark.parametrize("table", [*SMALL.values(), symmetric(4)])
def test_edges_are_maximal_subgroups(table):
    classes = subgroup_classes(table)
    numbered = np.repeat(np.arange(len(classes)), [c.length for c in classes])
    sets = [frozenset(np.flatnonzero(row).tolist()) for row in all_subgroups(table)]
    below, above = Counter(), Counter()
    for h, lower in enumerate(sets):
        for k, upper in enumerate(sets):
            if lower < upper and not any(lower < s < upper for s in sets):
                below[numbered[h], numbered[k]] += 1 / classes[numbered[k]].length
                above[numbered[h], numbered[k]] += 1 / classes[numbered[h]].length
    graph = lattice(table, classes)
    assert set(graph.nodes) == set(range(len(classes)))
    assert set(graph.edges) == set(below)
    for edge, attributes in graph.edges.items():
        assert attributes == {
            "below": pytest.approx(below[edge]),
            "above": pytest.approx(above[edge]),
        }


def test_lists_beyond_memory_are_refused(monkeypatch):
    table = symmetric(6)
    classes = subgroup_classes(table)
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=2**20))
    with pytest.raises(MemoryError, match="720 x 720 conjugates"):
        subgroup_classes(table)
    monkeypatch.setattr("symrep.cayley.subgroups.conjugation_table", lambda _: None)
    # 2 * 1455 * 720 bytes
    with pytest.raises(MemoryError, match=r"a list of 1455 subgroups: 2\.0 MiB needed"):
        all_subgroups(table, classes)


# GAP


SMALL = [
    "SymmetricGroup(5)",
    "SL(2,3)",
    "GL(2,3)",
    "DirectProduct(SL(2,3),CyclicGroup(4))",
    "SmallGroup(32,6)",
    "DihedralGroup(60)",
]
LARGE = ["SymmetricGroup(6)", "AlternatingGroup(6)", "PSL(2,7)"]


@pytest.mark.oracles
@pytest.mark.parametrize(
    "names", [SMALL, pytest.param(LARGE, marks=pytest.mark.exhaustive)], ids=["small", "large"]
)
def test_gap_finds_the_same_classes_and_maximal_subgroups(names, sage):
    answers = sage(f"""
for name in {json.dumps(names)}:
    libgap.eval(f"group := {{name}};")
    libgap.eval("lattice := LatticeSubgroups(group);")
    libgap.eval("classes := ConjugacyClassesSubgroups(lattice);")
    libgap.eval("kinds := List(classes, c -> [Order(Representative(c)), Size(c)]);")
    print("[" if name == {names[0]!r} else ",", libgap.eval('''[MultiplicationTable(group), kinds,
        List(MaximalSubgroupsLattice(lattice), rows -> List(rows, row -> row[1]))]'''))
print("]")
""")
    assert len(answers) == len(names)
    for multiplication, kinds, maximal in answers:
        table = np.array(multiplication) - 1
        classes = subgroup_classes(table)
        assert Counter((c.order, c.length) for c in classes) == Counter(map(tuple, kinds))
        expected = Counter(
            (*kinds[h - 1], *kinds[k], below)
            for k, rows in enumerate(maximal)
            for h, below in Counter(rows).items()
        )
        nodes, edges = lattice(table, classes).nodes, lattice(table, classes).edges
        assert expected == Counter(
            (*(nodes[i][key] for i in (h, k) for key in ("order", "length")), edges[h, k]["below"])
            for h, k in edges
        )
