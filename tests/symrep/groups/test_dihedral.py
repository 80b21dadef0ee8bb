import numpy as np
import pytest
import torch
from sympy import Matrix, sqrt

from symrep import DicyclicGroup, DihedralGroup
from symrep.representations.laws import assert_homomorphism
from tests.group_checks import assert_same_tables_as_gap, regular

FAMILIES = (DihedralGroup, DicyclicGroup)
GROUPS = [family(n) for n in range(1, 13) for family in FAMILIES]
families = pytest.mark.parametrize("family", FAMILIES)


def types(group):
    return {label: (irrep.dim, irrep.commutant_dim) for label, irrep in group.irreps.items()}


@pytest.mark.oracles
def test_tables_are_those_of_gap(sage):
    assert_same_tables_as_gap({str(group): (group, regular(group)) for group in GROUPS}, sage)


# What the conventions are


def test_the_product_of_dihedral_groups():
    """(r1, s1)(r2, s2) = (r1 + r2, s2) if s1 = 0, else (r1 - r2, 1 + s2); index r + n s."""
    for n in (1, 2, 5, 6):
        group = DihedralGroup(n)
        for r1, s1, r2, s2 in np.ndindex(n, 2, n, 2):
            r, s = ((r1 + r2) % n, s2) if s1 == 0 else ((r1 - r2) % n, (1 + s2) % 2)
            assert group.element(r1 + n * s1) == (r1, s1)
            assert group.products(r1 + n * s1, r2 + n * s2) == group.index((r, s)) == r + n * s


def test_dihedral_irreps_are_symmetries_of_a_polygon():
    group = DihedralGroup(6)
    assert group.irrep("freq_1").matrix(1) == Matrix([[1, -sqrt(3)], [sqrt(3), 1]]) / 2
    assert group.irrep("freq_1").matrix(6) == Matrix([[1, 0], [0, -1]])
    at_r_and_s = {
        label: [int(group.irrep(label).character(i)) for i in (1, 6)]
        for label in ("trivial", "sign", "parity", "parity_sign")
    }
    assert at_r_and_s == {
        "trivial": [1, 1],
        "sign": [1, -1],
        "parity": [-1, 1],
        "parity_sign": [-1, -1],
    }


def test_the_quaternion_group():
    group = DicyclicGroup(2)
    i, j = group.index((1, 0)), group.index((0, 1))
    k = int(group.products(i, j))
    minus_one = int(group.products(i, i))
    assert group.products(j, j) == group.products(k, k) == minus_one
    assert group.products(j, i) == group.products(minus_one, k)
    rho = group.irrep("freq_1").matrix
    assert list(rho(i)[:, 0]) == [0, 1, 0, 0]
    assert list(rho(j)[:, 0]) == [0, 0, 1, 0]
    assert list(rho(k)[:, 0]) == [0, 0, 0, 1]
    assert group.character_table().row("freq_1").tolist() == [2, 0, -2, 0, 0]


def test_names_of_elements():
    group = DihedralGroup(4)
    names = [group.element_name(i) for i in range(8)]
    assert names == ["1", "r", "r^2", "r^3", "s", "r s", "r^2 s", "r^3 s"]
    assert group.parse_element("r^2s") == 6
    assert DicyclicGroup(2).element_name(7) == "a^3 x"
    with pytest.raises(ValueError, match=r"D_4 has no element 'r\^4'; .*1, r, r\^2, r\^3"):
        group.parse_element("r^4")


def test_classes_are_named_by_their_first_elements():
    labels = {str(group): [c.label for c in group.conjugacy_classes] for group in GROUPS}
    assert labels["D_5"] == ["1", "r", "r^2", "s"]
    assert labels["D_4"] == ["1", "r", "r^2", "s", "r s"]
    assert labels["Dic_3"] == ["1", "a", "a^2", "a^3", "x", "a x"]


# Types and degenerate cases


def test_types():
    assert types(DihedralGroup(5)) == {
        "trivial": (1, 1),
        "sign": (1, 1),
        "freq_1": (2, 1),
        "freq_2": (2, 1),
    }
    assert types(DicyclicGroup(2)) == {
        "trivial": (1, 1),
        "sign": (1, 1),
        "parity": (1, 1),
        "parity_sign": (1, 1),
        "freq_1": (4, 4),
    }
    assert types(DicyclicGroup(3)) == {
        "trivial": (1, 1),
        "sign": (1, 1),
        "parity": (2, 2),
        "freq_1": (4, 4),
        "freq_2": (2, 1),
    }


def test_small_members():
    assert types(DihedralGroup(1)) == {"trivial": (1, 1), "sign": (1, 1)}
    assert set(types(DihedralGroup(2)).values()) == {(1, 1)}
    assert DihedralGroup(2).element_orders.tolist() == [1, 2, 2, 2]
    assert DicyclicGroup(1).element_orders.tolist() == [1, 2, 4, 4]
    assert [irrep.commutant_dim for irrep in DicyclicGroup(1).irreps.values()] == [1, 1, 2]


def test_labels_that_the_group_lacks():
    with pytest.raises(ValueError, match="D_5 has no irrep 'parity'"):
        DihedralGroup(5).irrep("parity")


def test_distinguished_subgroups():
    sizes: dict[str, tuple[str, int]] = {}
    for group in GROUPS:
        for name, generators in group.distinguished_subgroup.items():
            sizes[str(group)] = name, len(group.generated_subgroup(generators))
    assert sizes["D_5"] == ("C_5", 5)
    assert sizes["Dic_3"] == ("C_6", 6)
    assert "D_1" not in sizes


# Values, errors and speed


@families
def test_bad_orders(family):
    with pytest.raises(ValueError, match=f"{family.__name__}: n must be 1 or more, got 0"):
        family(0)
    for bad in (2.0, "3", True):
        with pytest.raises(
            TypeError, match=f"{family.__name__}: n must be an integer, got {bad!r}"
        ):
            family(bad)


def test_names():
    assert [str(DicyclicGroup(n)) for n in (1, 2, 3)] == ["Dic_1", "Q_8", "Dic_3"]
    assert repr(DicyclicGroup(2)) == "DicyclicGroup(2)"
    assert DihedralGroup(5) != DicyclicGroup(5)


def test_bad_elements():
    for bad in ((3, 0), (0, 2), (-1, 0)):
        with pytest.raises(ValueError, match=r"D_3 has elements \(r, s\) with r = 0, \.\.\., 2"):
            DihedralGroup(3).index(bad)
    for bad in ((0,), (0, 0, 0), (0.0, 1), (True, 0), {0: 1}):
        with pytest.raises(TypeError, match=r"elements of D_3 are pairs \(r, s\) of integers, got"):
            DihedralGroup(3).index(bad)
    with pytest.raises(IndexError, match="D_3 has elements 0 to 5, got 6"):
        DihedralGroup(3).element(6)


@families
def test_nothing_is_enumerated_at_first(family):
    group = family(10**12)
    assert group.order >= 10**12
    assert group.element_name(1)


def test_the_group_of_published_networks_is_right_in_floating_point():
    group = DihedralGroup(59)
    group.character_table().verify()
    for irrep in group.irreps.values():
        matrices = irrep.tensor(torch.float64)
        assert_homomorphism(matrices, group.cayley_table, group.generators, 1e-14)
