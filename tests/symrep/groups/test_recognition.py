"""Which group a Cayley table or the answers of a network are of."""

from math import gcd, prod

import numpy as np
import pytest

from symrep import (
    AlternatingGroup,
    CayleyTableGroup,
    CyclicGroup,
    DicyclicGroup,
    DihedralGroup,
    PermutationGroup,
    SymmetricGroup,
    named_group,
)
from symrep._support.errors import NotAGroup
from symrep.groups import recognition
from symrep.groups.recognition import known_groups, recognise, recognise_predictions

ALL_GROUPS = [
    0, 1, 1, 1, 2, 1, 2, 1, 5, 2, 2, 1, 5, 1, 2, 1, 14,
    1, 5, 1, 5, 2, 2, 1, 15, 2, 2, 5, 4, 1, 4, 1,
]  # fmt: skip
"""Number of groups of each order, up to isomorphism (OEIS A000001)."""

UNKNOWN = {16: 5, 18: 1, 24: 2, 27: 2}
"""{order: how many of its groups have no name here}; all other groups up to 31 have one."""


def mixed(table, seed=0):
    """The table with its elements in a random order."""
    order = np.random.default_rng(seed).permutation(len(table))
    return order.argsort()[np.asarray(table)[np.ix_(order, order)]]


def semidirect(n, m, power):
    """x^a y^b is n b + a, where x^n = y^m = 1 and y x = x^power y."""
    a, b = np.arange(n * m) % n, np.arange(n * m) // n
    return (a[:, None] + power ** b[:, None] * a) % n + n * ((b[:, None] + b) % m)


def totient(n):
    return sum(gcd(k, n) == 1 for k in range(1, n + 1))


@pytest.mark.parametrize("order", range(1, 32))
def test_random_orders_of_all_known_groups_come_back(order):
    names = set()
    for seed, group in enumerate(known_groups(order)):
        assert group.order == order
        table = mixed(group.cayley_table, seed)
        found = recognise(table)
        assert found.known
        assert found.changed == 0
        # The order that came back is an isomorphism: every product is that of the table.
        assert np.array_equal(found.group.cayley_table, table)
        assert found.group == found.group.own.reordered(found.elements)
        known = found.group.own
        elements = np.array(found.elements)
        assert np.array_equal(elements[table], known.cayley_table[np.ix_(elements, elements)])
        names.add(str(found.group))
    assert len(names) == ALL_GROUPS[order] - UNKNOWN.get(order, 0)


@pytest.mark.parametrize(
    ("group", "name", "automorphisms"),
    [
        (CyclicGroup(1), "C_1", 1),
        (CyclicGroup(2), "C_2", 1),
        (DihedralGroup(1), "C_2", 1),
        (DihedralGroup(2), "C_2 x C_2", 6),
        (DicyclicGroup(1), "C_4", 2),
        (SymmetricGroup(1), "C_1", 1),
        (SymmetricGroup(3), "D_3", 6),
        (AlternatingGroup(3), "C_3", 2),
        (AlternatingGroup(4), "A_4", 24),
        (AlternatingGroup(5), "A_5", 120),
        (SymmetricGroup(4), "S_4", 24),
        (SymmetricGroup(5), "S_5", 120),
        (DicyclicGroup(2), "Q_8", 24),
        (DicyclicGroup(3), "Dic_3", 12),
        (CyclicGroup(113), "C_113", 112),
        (DihedralGroup(59), "D_59", 59 * 58),
        (DihedralGroup(12), "D_12", 12 * totient(12)),
        (named_group("C2 x C3"), "C_6", 2),
        (named_group("C2 x C2 x C2"), "C_2 x C_2 x C_2", 168),
        (named_group("C3 x S3"), "D_3 x C_3", 12),
        (named_group("D3 x C2"), "D_6", 12),
        (named_group("SL(2,3)"), "SL(2,3)", 24),
        (named_group("F_20"), "F_20", 20),
        (named_group("F_21"), "F_21", 42),
        (named_group("PSL(2,7)"), "PSL(2,7)", 336),
        (named_group("GL(2,3)"), "GL(2,3)", 48),
    ],
    ids=str,
)  # fmt: skip
def test_names_and_numbers_of_automorphisms(group, name, automorphisms):
    found = recognise(mixed(group.cayley_table, 3))
    assert (str(found.group), found.automorphisms) == (name, automorphisms)


@pytest.mark.parametrize(
    "table",
    [semidirect(8, 2, 5), semidirect(8, 2, 3), semidirect(4, 4, 3), semidirect(9, 3, 4)],
    ids=["modular", "quasidihedral", "C_4 : C_4", "extraspecial"],
)
def test_a_group_without_a_name_stays_a_table(table):
    table = mixed(table)
    found = recognise(table)
    assert not found.known
    assert isinstance(found.group, CayleyTableGroup)
    assert found.elements == []
    assert np.array_equal(found.group.cayley_table, table)
    assert len(found.group.character_table().verify()) == 4


def test_automorphisms_of_a_group_without_a_name():
    # Modular group of order 16: x -> x^odd y^any, y -> y x^(0 or 4), 4 * 2 * 2.
    assert recognise(mixed(semidirect(8, 2, 5))).automorphisms == 16


def test_no_isomorphism_is_sought_among_groups_that_differ(monkeypatch):
    """Orders of elements are compared first: nothing of C_12 or D_6 is enumerated for A_4."""
    compared = []
    original = recognition.isomorphisms.invariants
    monkeypatch.setattr(
        recognition.isomorphisms, "invariants", lambda t: compared.append(len(t)) or original(t)
    )
    assert str(recognise(AlternatingGroup(4).cayley_table).group) == "A_4"
    assert len(compared) == 2


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ([[0, 1], [1, 1]], "not a Latin square: row 1 has the entry 1 twice"),
        ([[0.0]], "integers, got float64"),
        ([], "got shape"),
        ([[1, 0, 2], [0, 2, 1], [2, 1, 0]], "identity|not associative"),
    ],
)
def test_tables_of_no_group(table, message):
    with pytest.raises(NotAGroup, match=message):
        recognise(table)


# Predictions


@pytest.mark.parametrize("name", ["C113", "D_9", "A5", "Q_8 x C_3", "S4"])
def test_wrong_predictions_are_corrected(name):
    table = mixed(named_group(name).cayley_table)
    order, random = len(table), np.random.default_rng(1)
    wrong = table.copy()
    places = random.choice(order * order, size=order, replace=False)
    wrong.flat[places] = (wrong.flat[places] + random.integers(1, order, size=order)) % order
    found = recognise_predictions(wrong)
    assert found.known
    assert found.changed == order
    assert np.array_equal(found.group.cayley_table, table)


def test_right_predictions_of_an_unknown_group():
    table = mixed(semidirect(8, 2, 5))
    table[3, 4] = table[3, 5]
    found = recognise_predictions(table)
    assert (found.known, found.changed) == (False, 1)


def test_predictions_that_are_far_from_a_group():
    random = np.random.default_rng(0).integers(24, size=(24, 24))
    with pytest.raises(NotAGroup, match=r"predictions are not the table of a group: .* of 24 rows"):
        recognise_predictions(random)


# What is known


def test_known_groups_of_order_8_and_24():
    assert list(map(str, known_groups(1))) == ["C_1"]
    assert list(map(str, known_groups(4))) == ["C_4", "C_2 x C_2"]
    assert list(map(str, known_groups(8))) == [
        "C_8", "D_4", "Q_8", "C_4 x C_2", "C_2 x C_2 x C_2",
    ]  # fmt: skip
    assert {"S_4", "SL(2,3)", "A_4 x C_2", "Dic_6", "D_12"} <= set(map(str, known_groups(24)))


@pytest.mark.parametrize("order", [12, 24, 36, 60, 64])
def test_products_have_the_order(order):
    for group in known_groups(order):
        assert group.order == order
        factors = getattr(group, "factors", ())
        assert prod(f.order for f in factors) in (1, order)


@pytest.mark.oracles
def test_gap_knows_how_many_groups_there_are(sage):
    counts = sage("print(json.dumps([int(libgap.NumberSmallGroups(n)) for n in range(1, 32)]))")
    assert ALL_GROUPS[1:] == counts


def test_a_network_that_permutes_letters_is_recognised():
    group = PermutationGroup([[1, 2, 3, 4, 0], [0, 2, 1, 4, 3]])
    found = recognise(mixed(group.cayley_table))
    assert str(found.group) == "A_5"
    names = {found.group.element_name(k) for k in range(60)}
    assert len(names) == 60
    assert [c.size for c in found.group.conjugacy_classes] == [1, 15, 20, 12, 12]
