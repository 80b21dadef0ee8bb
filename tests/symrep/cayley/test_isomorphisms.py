"""Isomorphisms, automorphisms, and group tables with wrong entries."""

from __future__ import annotations

from itertools import combinations, permutations
from math import prod
from types import SimpleNamespace

import numpy as np
import pytest

from symrep import SymmetricGroup
from symrep._support.errors import NotAGroup
from symrep.cayley import isomorphisms
from symrep.cayley.isomorphisms import (
    group_table_of_predictions,
    invariants,
    isomorphism,
    number_of_automorphisms,
)
from symrep.cayley.tables import element_orders, require_group


def symmetric(n):
    return SymmetricGroup(n).cayley_table


def alternating(n):
    even = np.flatnonzero(SymmetricGroup(n).signs == 1)
    return np.searchsorted(even, symmetric(n)[np.ix_(even, even)])


def cyclic(n):
    return np.add.outer(np.arange(n), np.arange(n)) % n


def semidirect(n, m, power, square=0):
    """x^a y^b is n b + a, where x^n = 1, y x = x^power y and y^m = x^square."""
    a, b = np.arange(n * m) % n, np.arange(n * m) // n
    turned = a[:, None] + power ** b[:, None] * a + square * ((b[:, None] + b) // m)
    return turned % n + n * ((b[:, None] + b) % m)


def product(*tables):
    table = tables[0]
    for other in tables[1:]:
        m = len(other)
        a, b = np.divmod(np.arange(len(table) * m), m)
        table = table[np.ix_(a, a)] * m + other[np.ix_(b, b)]
    return table


def heisenberg(p):
    """The matrices [[1, a, c], [0, 1, b], [0, 0, 1]] mod p."""
    a, b, c = np.unravel_index(np.arange(p**3), (p, p, p))
    corner = c[:, None] + c + np.multiply.outer(a, b)
    return (((a[:, None] + a) % p) * p + (b[:, None] + b) % p) * p + corner % p


def dihedral(n):
    return semidirect(n, 2, -1)


C = {n: cyclic(n) for n in (1, 2, 3, 4, 6, 8, 9, 12, 16, 113, 118)}
Q8 = semidirect(4, 2, -1, 2)

GROUPS = {
    "C_1": (C[1], 1),
    "C_12": (C[12], 4),
    "C_113": (C[113], 112),
    "C_118": (C[118], 58),
    "C_2^4": (product(*[C[2]] * 4), 15 * 14 * 12 * 8),
    "C_3^3": (product(*[C[3]] * 3), 26 * 24 * 18),
    "C_4 x C_2": (product(C[4], C[2]), 8),
    "D_4": (dihedral(4), 8),
    "D_59": (dihedral(59), 59 * 58),
    "D_60": (dihedral(60), 60 * 16),
    "Q_8": (Q8, 24),
    "heisenberg": (heisenberg(3), 432),
    # With elements that look alike and yet are in different orbits.
    "C_4 : C_4": (semidirect(4, 4, -1), 32),
    "C_2 x Dic_3": (product(C[2], semidirect(6, 2, -1, 3)), 48),
    "S_3": (symmetric(3), 6),
    "S_4": (symmetric(4), 24),
    "S_5": (symmetric(5), 120),
    "A_4": (alternating(4), 24),
    "A_5": (alternating(5), 120),
    "A_6": (alternating(6), 1440),
    # With its outer automorphisms: twice 6!.
    "S_6": (symmetric(6), 1440),
}
every_group = pytest.mark.parametrize(("table", "automorphisms"), GROUPS.values(), ids=GROUPS)

FAMILIES = {
    8: [C[8], product(C[4], C[2]), product(C[2], C[2], C[2]), dihedral(4), Q8],
    16: [
        C[16],
        product(C[4], C[4]),
        semidirect(4, 4, -1),
        product(Q8, C[2]),
        product(C[8], C[2]),
        semidirect(8, 2, 5),  # modular: the orders of its elements are those of C_8 x C_2
        dihedral(8),
        semidirect(8, 2, 3),  # semidihedral
        semidirect(8, 2, -1, 4),  # generalised quaternions
        product(dihedral(4), C[2]),
    ],
    27: [product(C[9], C[3]), semidirect(9, 3, 4), product(C[3], C[3], C[3]), heisenberg(3)],
}


def shuffled(table, seed=0):
    new = np.random.default_rng(seed).permutation(len(table))
    old = np.argsort(new)
    return new[table[np.ix_(old, old)]]


def assert_isomorphism(phi, source, target):
    assert phi.dtype == np.int64
    assert sorted(phi.tolist()) == list(range(len(source)))
    assert np.array_equal(target[np.ix_(phi, phi)], phi[source])


def orders_of(table):
    return sorted(element_orders(table).tolist())


# Isomorphisms


@every_group
def test_shuffled_groups_are_recognised(table, automorphisms):
    source, target = shuffled(table, 1), shuffled(table, 2)
    assert invariants(source) == invariants(target)
    assert_isomorphism(isomorphism(source, target), source, target)


@pytest.mark.parametrize("tables", FAMILIES.values(), ids=FAMILIES)
def test_different_groups_of_one_order_are_told_apart(tables):
    for i, j in combinations(range(len(tables)), 2):
        assert isomorphism(tables[i], shuffled(tables[j])) is None
        assert isomorphism(shuffled(tables[j]), tables[i]) is None
    for table in tables:
        require_group(table)
        assert isomorphism(table, shuffled(table)) is not None


def test_groups_whose_elements_have_equal_orders():
    """Invariants tell the first two pairs apart; only the search does the third."""
    for a, b in [(product(C[9], C[3]), semidirect(9, 3, 4)), (FAMILIES[16][4], FAMILIES[16][5])]:
        assert orders_of(a) == orders_of(b)
        assert invariants(a) != invariants(b)
        assert isomorphism(a, b) is None
    a, b = semidirect(4, 4, -1), product(Q8, C[2])
    assert orders_of(a) == orders_of(b)
    assert invariants(a) == invariants(b)
    assert isomorphism(a, b) is None


def test_groups_of_different_orders():
    assert isomorphism(C[3], C[6]) is None
    assert invariants(C[3]) != invariants(C[6])


def test_all_isomorphisms_of_small_groups_by_brute_force():
    """All |G|! maps: as many respect the products as are counted, and one of these is found."""
    for table in (C[1], C[3], C[4], product(C[2], C[2]), symmetric(3), C[6]):
        target = shuffled(table, 5)
        maps = [np.array(phi) for phi in permutations(range(len(table)))]
        good = [phi for phi in maps if np.array_equal(target[np.ix_(phi, phi)], phi[table])]
        assert len(good) == number_of_automorphisms(table) == number_of_automorphisms(target)
        assert isomorphism(table, target).tolist() in [phi.tolist() for phi in good]


def test_images_are_tried_in_blocks(monkeypatch):
    monkeypatch.setattr(isomorphisms, "TABLE_ENTRIES_AT_A_TIME", 100)
    source, target = shuffled(symmetric(4), 1), symmetric(4)
    assert_isomorphism(isomorphism(source, target), source, target)
    assert number_of_automorphisms(source) == 24


@pytest.mark.parametrize("work", [lambda t: isomorphism(t, t), number_of_automorphisms])
def test_only_groups_have_isomorphisms(work):
    with pytest.raises(NotAGroup, match="not a Latin square: row 1 has the entry 1 twice"):
        work([[0, 1], [1, 1]])


def test_invariants_beyond_memory_are_refused(monkeypatch):
    table = symmetric(6)
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=2**20))
    # 4 * 8 * 720^2 bytes
    with pytest.raises(MemoryError, match=r"invariants of 720 x 720 products: 15\.8 MiB needed"):
        invariants(table)


# Automorphisms


@every_group
def test_numbers_of_automorphisms(table, automorphisms):
    assert number_of_automorphisms(shuffled(table)) == automorphisms


@pytest.mark.parametrize("name", ["C_4 : C_4", "C_2 x Dic_3", "S_4", "D_4"])
def test_numbers_of_automorphisms_in_any_element_order(name):
    table, automorphisms = GROUPS[name]
    for seed in range(20):
        assert number_of_automorphisms(shuffled(table, seed)) == automorphisms


@pytest.mark.parametrize(("p", "k"), [(2, 6), (3, 4), (5, 2)])
def test_automorphisms_of_elementary_abelian_groups_are_matrices(p, k):
    order = prod(p**k - p**i for i in range(k))
    assert number_of_automorphisms(shuffled(product(*[cyclic(p)] * k))) == order


@pytest.mark.oracles
@pytest.mark.parametrize(
    ("largest", "groups", "types"),
    [(18, 48, 47), pytest.param(32, 144, 134, marks=pytest.mark.exhaustive)],
)
def test_gap_counts_as_many_automorphisms_and_isomorphism_types(sage, largest, groups, types):
    answers = sage(
        """
print(libgap.eval('''Concatenation(List([1 .. LARGEST], n -> List([1 .. NumberSmallGroups(n)],
function(i)
  local group;
  group := SmallGroup(n, i);
  return [MultiplicationTable(group), Size(AutomorphismGroup(group))];
end)))'''))
""".replace("LARGEST", str(largest))
    )
    assert len(answers) == groups
    kinds = {}
    for multiplication, automorphisms in answers:
        table = np.array(multiplication) - 1
        assert number_of_automorphisms(table) == automorphisms
        assert isomorphism(shuffled(table), table) is not None
        kinds.setdefault(invariants(table), []).append(table)
    assert len(kinds) == types
    for tables in kinds.values():
        for a, b in combinations(tables, 2):
            assert isomorphism(a, b) is None


# Predictions


def with_errors(table, share, seed=0):
    rng = np.random.default_rng(seed)
    wrong = table.copy()
    places = rng.choice(table.size, round(share * table.size), replace=False)
    others = rng.integers(1, len(table), len(places))
    wrong.flat[places] = (wrong.flat[places] + others) % len(table)
    return wrong, len(places)


NETWORKS = {name: shuffled(GROUPS[name][0], 3) for name in ("A_5", "C_113", "D_59", "S_5")}
every_network = pytest.mark.parametrize("table", NETWORKS.values(), ids=NETWORKS)


@every_group
def test_perfect_predictions_come_back(table, automorphisms):
    found = group_table_of_predictions(table)
    assert found.changed == 0
    assert found.table.dtype == np.int64
    assert np.array_equal(found.table, table)


@every_network
@pytest.mark.parametrize("share", [1e-3, 0.01, 0.03, 0.05, 0.1])
def test_scattered_errors_are_mended(table, share):
    predictions, errors = with_errors(table, share)
    given = predictions.copy()
    found = group_table_of_predictions(predictions)
    assert np.array_equal(found.table, table)
    assert found.changed == errors
    assert np.array_equal(predictions, given)


@every_network
@pytest.mark.parametrize("axis", [0, 1])
def test_elements_that_a_network_never_learned_are_mended(table, axis):
    """Three whole rows or columns, guessed at random."""
    rng = np.random.default_rng(0)
    predictions = table.copy()
    lines = predictions if axis == 0 else predictions.T
    lines[[0, 5, 20]] = rng.integers(0, len(table), (3, len(table)))
    found = group_table_of_predictions(predictions)
    assert np.array_equal(found.table, table)
    assert found.changed == (predictions != table).sum()


def test_errors_that_keep_a_latin_square_are_mended():
    table = symmetric(4)
    predictions = table.copy()
    u = int(np.flatnonzero(element_orders(table) == 2)[0])
    x, y = 8, 11
    for row in (x, table[x, u]):
        predictions[row, [y, table[u, y]]] = table[row, [table[u, y], y]]
    found = group_table_of_predictions(predictions)
    assert found.changed == 4
    assert np.array_equal(found.table, table)


def test_a_single_error_in_a_small_group():
    """Every entry of Q_8 and S_3, every wrong value."""
    for table in (Q8, symmetric(3)):
        for place in range(table.size):
            for other in range(1, len(table)):
                predictions = table.copy()
                predictions.flat[place] = (predictions.flat[place] + other) % len(table)
                found = group_table_of_predictions(predictions)
                assert found.changed == 1
                assert np.array_equal(found.table, table)


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6])
def test_what_comes_back_is_a_group(n):
    """Of random predictions and of groups with as many errors as one likes."""
    rng = np.random.default_rng(n)
    returned = refused = 0
    for share in np.linspace(0, 1, 60):
        predictions, _ = with_errors(shuffled(cyclic(n)), share, int(rng.integers(1000)))
        try:
            found = group_table_of_predictions(predictions)
        except NotAGroup:
            refused += 1
        else:
            returned += 1
            require_group(found.table)
            assert found.changed == (found.table != predictions).sum() <= n * n / 4
    assert returned
    assert refused


@pytest.mark.parametrize(
    ("predictions", "message"),
    [
        (np.zeros((3, 2), dtype=int), r"must be square and not empty, got shape \(3, 2\)"),
        (np.full((2, 2), 2), "with 2 rows must be 0 to 1, got 2 in row 0, column 0"),
        (
            np.zeros((3, 3), dtype=int),
            "predictions are not the table of a group: 3 of 3 rows are no permutation, but "
            "the product is associative; a vote on products does not give a group",
        ),
        (
            # x - y mod 5
            np.subtract.outer(np.arange(5), np.arange(5)) % 5,
            r"0 of 5 rows are no permutation, not associative: \(0 \* 0\) \* 1 = 4, but "
            r"0 \* \(0 \* 1\) = 1; the group given by a vote on products differs in 20 of 25",
        ),
        (
            [[2, 1, 2], [2, 2, 0], [0, 0, 1]],
            r"3 of 3 rows are no permutation, not associative: .*; the group given by a vote on "
            "products differs in 3 of 9 products",
        ),
        (
            with_errors(NETWORKS["A_5"], 0.5)[0],
            r"60 of 60 rows are no permutation, not associative: .* does not give a group",
        ),
    ],
)
def test_predictions_far_from_a_group_are_refused(predictions, message):
    with pytest.raises(NotAGroup, match=message):
        group_table_of_predictions(predictions)
