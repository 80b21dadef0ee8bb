import numpy as np
import pytest
import torch
from sympy.combinatorics import Permutation

from symrep import (
    AlternatingGroup,
    CayleyTableGroup,
    CyclicGroup,
    DicyclicGroup,
    DihedralGroup,
    DirectProduct,
    Partition,
    SymmetricGroup,
)
from symrep.representations.laws import (
    assert_homomorphism,
    assert_relations,
    assert_schur_orthogonality,
)
from tests.group_checks import assert_same_tables_as_gap, in_standard_form, regular, traces

C2, C3, C4 = map(CyclicGroup, (2, 3, 4))
D3, Q8, DIC3 = DihedralGroup(3), DicyclicGroup(2), DicyclicGroup(3)
S3, A4 = SymmetricGroup(3), AlternatingGroup(4)

# (group, {(dimension, type): how many irreps})
KNOWN = [
    (DirectProduct(C3, S3), {(1, 1): 2, (2, 2): 2, (2, 1): 1, (4, 2): 1}),
    (DirectProduct(SymmetricGroup(3, "sympy"), C3), {(1, 1): 2, (2, 2): 2, (2, 1): 1, (4, 2): 1}),
    (DirectProduct(C3, C3), {(1, 1): 1, (2, 2): 4}),
    (DirectProduct(Q8, Q8), {(1, 1): 16, (4, 4): 8, (4, 1): 1}),
    (DirectProduct(Q8, C3), {(1, 1): 4, (2, 2): 4, (4, 4): 1, (4, 2): 1}),
    (DirectProduct(C3, Q8), {(1, 1): 4, (2, 2): 4, (4, 4): 1, (4, 2): 1}),
    (DirectProduct(S3, Q8), {(1, 1): 8, (2, 1): 4, (4, 4): 2, (8, 4): 1}),
    (DirectProduct(C2, D3), {(1, 1): 4, (2, 1): 2}),
    (DirectProduct(A4, C4), {(1, 1): 2, (3, 1): 2, (2, 2): 5, (6, 2): 1}),
    (DirectProduct(C3, C4, C2), {(1, 1): 4, (2, 2): 10}),
    (DirectProduct(DirectProduct(C2, C3), C3), {(1, 1): 2, (2, 2): 8}),
    (DirectProduct(C3, DirectProduct(C3, C3)), {(1, 1): 1, (2, 2): 13}),
    (
        DirectProduct(DIC3, Q8),
        {(1, 1): 8, (2, 2): 4, (2, 1): 4, (4, 4): 6, (4, 2): 1, (4, 1): 1, (8, 4): 1},
    ),
]
GROUPS = [group for group, _ in KNOWN]
all_groups = pytest.mark.parametrize("group", GROUPS, ids=str)


def assert_irreps(group):
    """Tensors multiply, have standard form and the right traces, and span all functions."""
    columns = []
    for chi, irrep in zip(group.real_characters(), group.irreps.values(), strict=True):
        rho, c = irrep.tensor(torch.float64), irrep.commutant_dim
        assert_homomorphism(rho, group.cayley_table, range(group.order), 1e-14 * irrep.dim)
        assert torch.equal(rho, in_standard_form(rho, c))
        assert np.abs(traces(rho) - chi[group.class_of]).max() < 1e-13
        columns.append(rho[:, :, ::c])
    assert_schur_orthogonality(columns, 1e-12)
    group.character_table().verify()


@all_groups
def test_irreps(group):
    assert_irreps(group)
    for irrep in group.irreps.values():
        generators = irrep.generators()
        assert assert_relations(generators, group.relations) == len(group.relations)


@pytest.mark.parametrize(("group", "expected"), KNOWN, ids=lambda value: str(value)[:20])
def test_dimensions_and_types(group, expected):
    found = {}
    for irrep in group.irreps.values():
        found[irrep.dim, irrep.commutant_dim] = found.get((irrep.dim, irrep.commutant_dim), 0) + 1
    assert found == expected


@pytest.mark.oracles
def test_tables_are_those_of_gap(sage):
    assert_same_tables_as_gap({repr(group): (group, regular(group)) for group in GROUPS}, sage)


def test_three_quaternionic_factors():
    """Two of them have a real product, which is quaternionic with the third; and Schur's lemma."""
    group = DirectProduct(Q8, Q8, Q8)
    irrep = group.irrep("freq_1 x freq_1 x freq_1")
    assert (irrep.dim, irrep.commutant_dim) == (16, 4)
    assert (irrep.character(group.identity), irrep.dim**2 // irrep.commutant_dim) == (16, 64)
    rho = irrep.tensor(torch.float64)
    for s in group.generators:
        places = torch.tensor(group.products(range(group.order), s))
        assert torch.equal(rho @ rho[s], rho[places])
    columns = rho[:, :, ::4].flatten(1)
    assert torch.equal(columns.T @ columns, torch.eye(64, dtype=torch.float64) * 512 / 16)


def test_conjugate_factors():
    """g, h -> exp(2 pi i (g - h)/3), whose conjugate is exp(2 pi i (h - g)/3)."""
    group = DirectProduct(C3, C3)
    pi = group.irrep("freq_1 x conj(freq_1)").unitary().flatten()
    g, h = np.divmod(np.arange(9), 3)
    assert np.abs(pi.numpy() - np.exp(2j * np.pi * (g - h) / 3)).max() < 1e-15
    assert list(group.irreps) == [
        "trivial x trivial",
        "trivial x freq_1",
        "freq_1 x trivial",
        "freq_1 x freq_1",
        "freq_1 x conj(freq_1)",
    ]


def test_products_of_numerical_irreps():
    """The irreps of a table are numerical; labels with conj fit the character table there too."""
    tables = [CayleyTableGroup(CyclicGroup(n).cayley_table) for n in (5, 7)]
    group = DirectProduct(*tables)
    assert_irreps(group)
    with pytest.raises(ValueError, match="no exact form of the irrep"):
        group.irrep(list(group.irreps)[-1]).matrix(1)


# Elements and labels


def test_elements_and_products():
    group = DirectProduct(C3, D3)
    assert group.order == 18
    assert group.element(6 * 2 + 4) == (2, (1, 1))
    assert group.element_name(6 * 2 + 4) == "(2, r s)"
    x, y = group.index((1, (1, 1))), group.index((2, (2, 0)))
    assert group.element(int(group.products(x, y))) == (0, (2, 1))
    for x in range(18):
        for y in range(18):
            a, b = divmod(x, 6), divmod(y, 6)
            product = (a[0] + b[0]) % 3 * 6 + int(D3.products(a[1], b[1]))
            assert group.products(x, y) == product


def test_elements_of_nested_products():
    group = DirectProduct(S3, DirectProduct(C2, DirectProduct(C3, C2)))
    i = group.parse_element("((0 2 1), (1, (2, 0)))")
    assert group.element(i) == (Permutation(0, 2, 1), (1, (2, 0)))
    assert str(group) == "S_3 x (C_2 x (C_3 x C_2))"
    elements = group.parse_elements("((0 1), (0, (1, 1))), ((), (1, (0, 0)))")
    assert [group.element_name(group.index(e)) for e in elements] == [
        "((0 1), (0, (1, 1)))",
        "((), (1, (0, 0)))",
    ]


def test_the_identity_may_have_any_index():
    group = DirectProduct(SymmetricGroup(5, "sympy"), C2)
    assert group.identity != 0
    assert group.element(group.identity) == (Permutation(4), 0)
    assert group.conjugacy_classes[0].representative == group.identity


@pytest.mark.parametrize(
    ("group", "given", "expected"),
    [
        (0, "(2,1)", None),
        (0, "freq_1 x (2,1)", "freq_1 x (2,1)"),
        (0, "conj(freq_1) x standard", "freq_1 x (2,1)"),
        (0, ("freq_1", Partition(2, 1)), "freq_1 x (2,1)"),
        (0, "freq_1 x 2,1", "freq_1 x (2,1)"),
        (0, "trivial", "trivial x (3)"),
        (2, "conj(freq_1) x freq_1", "freq_1 x conj(freq_1)"),
        (2, "conj(freq_1) x conj(freq_1)", "freq_1 x freq_1"),
        (2, "trivial x conj(freq_1)", "trivial x freq_1"),
        (3, "conj(freq_1) x freq_1", "freq_1 x freq_1"),
        (2, ("conj(freq_1)", "freq_1"), "freq_1 x conj(freq_1)"),
        (11, "freq_1 x conj(freq_1 x conj(freq_1))", "freq_1 x conj(freq_1 x conj(freq_1))"),
        (11, ("freq_1", ("trivial", "freq_1")), "freq_1 x trivial x freq_1"),
    ],
)
def test_labels(group, given, expected):
    group = GROUPS[group]
    if expected is None:
        with pytest.raises(ValueError, match=r"C_3 x S_3 has no irrep '\(2,1\)'; it has trivial x"):
            group.parse_label(given)
    else:
        assert group.parse_label(given) == expected
        assert group.irrep(given).label == expected


def test_labels_of_another_family():
    with pytest.raises(ValueError, match=r"C_3 x S_3 has no irrep 'freq_7 x \(3\)'; it has"):
        DirectProduct(C3, S3).irrep("freq_7 x (3)")


def test_the_distinguished_subgroup_is_a_factor():
    group = DirectProduct(CyclicGroup(1), S3, C2)
    ((name, generators),) = group.distinguished_subgroup.items()
    assert name == "S_3"
    subgroup = [group.element(i) for i in group.generated_subgroup(generators).tolist()]
    assert subgroup == [(0, S3.element(i), 0) for i in range(6)]
    assert DirectProduct(CyclicGroup(1), C3).distinguished_subgroup == {}


# Values and errors


def test_the_order_of_the_factors_matters():
    assert DirectProduct(C3, D3) != DirectProduct(D3, C3)
    assert DirectProduct(C3, DirectProduct(C2, C2)) != DirectProduct(C3, C2, C2)
    assert repr(DirectProduct(C3, D3)) == "DirectProduct(CyclicGroup(3), DihedralGroup(3))"


def test_bad_input():
    with pytest.raises(ValueError, match="DirectProduct takes two or more groups, got 1"):
        DirectProduct(C3)
    with pytest.raises(TypeError, match=r"DirectProduct takes groups such as .*, got 3"):
        DirectProduct(C3, 3)
    group = DirectProduct(C3, D3)
    for bad in ((1,), (1, (0, 0), 0)):
        with pytest.raises(ValueError, match=r"C_3 x D_3 has 2 components, as in \(0, 1\); got"):
            group.index(bad)
    with pytest.raises(ValueError, match="C_3 has elements 0 to 2, got 3"):
        group.index((3, (0, 0)))
    with pytest.raises(ValueError, match=r"has 2 components, as in \(0, 1\); got '1, r'"):
        group.parse_element("1, r")
    with pytest.raises(ValueError, match="D_3 has no element 'x'"):
        group.parse_element("(1, x)")


def test_nothing_is_enumerated_at_first():
    group = DirectProduct(CyclicGroup(10**9), DihedralGroup(10**8))
    assert group.order == 2 * 10**17
    assert group.element_name(1) == "(0, r)"
