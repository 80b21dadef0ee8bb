from math import factorial

import numpy as np
import pytest
import torch
from sympy import I, Matrix, Rational, sqrt
from sympy.combinatorics.named_groups import AlternatingGroup as SymPyAlternatingGroup

from symrep.combinatorics import permutations
from symrep.combinatorics.integer_partitions import Partition
from symrep.groups.alternating import AlternatingGroup
from symrep.groups.symmetric import SymmetricGroup
from tests.group_checks import assert_same_tables_as_gap

degrees = pytest.mark.parametrize("n", range(1, 9))

A4, A5 = AlternatingGroup(4), AlternatingGroup(5)


def labels_and_types(n):
    return {label: (r.dim, r.commutant_dim) for label, r in AlternatingGroup(n).irreps.items()}


# Elements


@pytest.mark.parametrize("n", range(1, 8))
def test_lexicographic_order(n):
    group = AlternatingGroup(n)
    everything = permutations.elements(n)
    even = everything[permutations.sign(everything) > 0]
    assert group.elements.tolist() == even.tolist()
    assert group.order == len(even)


@pytest.mark.parametrize("n", [3, 4, 5, 6])
def test_the_sympy_order_is_that_of_generate(n):
    generated = [p.array_form for p in SymPyAlternatingGroup(n).generate()]
    assert AlternatingGroup(n, "sympy").elements.tolist() == generated


def test_positions_need_no_enumeration():
    group = AlternatingGroup(20)
    last = group.element(factorial(20) // 2 - 1)
    assert last.array_form == list(range(19, -1, -1))
    assert group.index(last) == group.order - 1


# Classes and characters


@pytest.mark.oracles
def test_tables_are_those_of_gap(sage):
    asked = {}
    for n in range(1, 9):
        group = AlternatingGroup(n)
        asked[str(group)] = group, group.elements
    assert_same_tables_as_gap(asked, sage)


@degrees
def test_dimensions_and_characters_are_complete(n):
    group = AlternatingGroup(n)
    group.character_table().verify()
    assert sum(r.dim**2 // r.commutant_dim for r in group.irreps.values()) == group.order


@degrees
def test_halves_sum_to_the_restriction(n):
    """The characters of halves, or of conjugate rows, sum to that of S_n; the others agree."""
    group, whole = AlternatingGroup(n), SymmetricGroup(n).character_table()
    table = group.character_table()
    types = permutations.cycle_type(
        group.elements[[c.representative for c in group.conjugacy_classes]]
    )
    for label in whole.irreps:
        shape = max(label, label.conjugate)
        names = [str(shape) + end for end in "+-"]
        if names[0] not in table.irreps:
            names = [str(shape), f"conj({shape})"]
        total = sum(table.row(name) for name in names if name in table.irreps)
        expected = [whole.value(label, Partition(*t[t > 0].tolist())) for t in types]
        assert [value.expand() for value in total] == expected


def test_the_golden_ratio():
    table = A5.character_table()
    phi = (1 + sqrt(5)) / 2
    assert table.classes == ("(1,1,1,1,1)", "(2,2,1)", "(3,1,1)", "(5)+", "(5)-")
    assert [x.expand() for x in table.row("(3,1,1)+")] == [
        3,
        -1,
        0,
        phi.expand(),
        (1 - phi).expand(),
    ]
    assert [x.expand() for x in table.row("(3,1,1)-")] == [
        3,
        -1,
        0,
        (1 - phi).expand(),
        phi.expand(),
    ]


def test_the_tetrahedron():
    """A_4 has the characters of C_3, complex, and its rotations."""
    table = A4.character_table()
    omega = Rational(-1, 2) + sqrt(3) * I / 2
    assert table.irreps == ("(4)", "(3,1)", "(2,2)", "conj((2,2))")
    assert table.classes == ("(1,1,1,1)", "(2,2)", "(3,1)+", "(3,1)-")
    assert table.row("(2,2)").tolist() == [1, 1, omega, omega.conjugate()]
    assert table.row("(3,1)").tolist() == [3, -1, 0, 0]


def test_the_class_plus_has_consecutive_letters():
    for group, cycles in (
        (A4, "(0 1 2)"),
        (A5, "(0 1 2 3 4)"),
        (AlternatingGroup(8), "(0 1 2 3 4 5 6)"),
    ):
        (p,) = group.parse_elements(cycles)
        c = group.conjugacy_classes[group.class_of[group.index(p)]]
        assert c.label.endswith("+")
        (conjugate,) = group.parse_elements(cycles.replace("0 1", "1 0"))
        c = group.conjugacy_classes[group.class_of[group.index(conjugate)]]
        assert c.label.endswith("-")


# Irreps


def test_tensors_of_larger_groups():
    """A half of A_6, one of complex type of A_7: traces and the law at the generators."""
    for n, label in ((6, "(3,2,1)-"), (7, "(4,1,1,1)")):
        group = AlternatingGroup(n, "sympy")
        irrep = group.irrep(label)
        rho = irrep.tensor(torch.float64)
        for s in group.generators:
            products = rho @ rho[s]
            places = torch.tensor(group.products(range(group.order), s))
            assert float((products - rho[places]).abs().max()) < 1e-14
        position = list(group.irreps).index(label)
        traces = group.real_characters()[position][group.class_of]
        assert np.abs(rho.diagonal(dim1=1, dim2=2).sum(1).numpy() - traces).max() < 1e-13


def test_complex_halves_turn():
    """A_3 is C_3, and (0 1 2) turns by a third."""
    group = AlternatingGroup(3)
    rotation = group.irrep("(2,1)").matrix(group.index([1, 2, 0]))
    assert rotation == Matrix([[-1, -sqrt(3)], [sqrt(3), -1]]) / 2


# Labels


def test_labels_and_types():
    assert labels_and_types(1) == {"(1)": (1, 1)}
    assert labels_and_types(2) == {"(2)": (1, 1)}
    assert labels_and_types(3) == {"(3)": (1, 1), "(2,1)": (2, 2)}
    assert labels_and_types(4) == {"(4)": (1, 1), "(3,1)": (3, 1), "(2,2)": (2, 2)}
    assert labels_and_types(5) == {
        "(5)": (1, 1),
        "(4,1)": (4, 1),
        "(3,2)": (5, 1),
        "(3,1,1)+": (3, 1),
        "(3,1,1)-": (3, 1),
    }
    assert labels_and_types(7)["(4,1,1,1)"] == (20, 2)
    assert labels_and_types(8)["(3,3,2)"] == (42, 2)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("4,1", "(4,1)"),
        ("(4,1)", "(4,1)"),
        ((4, 1), "(4,1)"),
        (Partition(2, 1, 1, 1), "(4,1)"),
        ("2,1^3", "(4,1)"),
        ("3,1,1+", "(3,1,1)+"),
        ("(3,1,1)-", "(3,1,1)-"),
        ("trivial", "(5)"),
        ("standard", "(4,1)"),
    ],
)
def test_labels_of_a_5(given, expected):
    assert A5.parse_label(given) == expected
    assert A5.irrep(given).label == expected


def test_conjugate_halves_are_one_irrep():
    assert [A4.parse_label(text) for text in ("2,2", "2,2+", "(2,2)-")] == ["(2,2)"] * 3


@pytest.mark.parametrize("bad", ["3,1,1", "4,1+", "4,2", "a6", "", "+", (3, 1)])
def test_labels_that_are_none(bad):
    with pytest.raises(ValueError, match=r"A_5 has no irrep .*; it has \(5\), \(4,1\), "):
        A5.parse_label(bad)


# Subgroups, values and errors


def test_the_four_group():
    ((name, generators),) = A4.distinguished_subgroup.items()
    assert name == "V_4"
    assert A4.generated_subgroup(generators).tolist() == A4.commutator_subgroup.tolist()
    assert len(A4.commutator_subgroup) == 4
    assert AlternatingGroup(3).distinguished_subgroup == A5.distinguished_subgroup == {}


def test_bad_input():
    with pytest.raises(ValueError, match="AlternatingGroup: n must be 1 or more, got 0"):
        AlternatingGroup(0)
    with pytest.raises(TypeError, match="AlternatingGroup: n must be an integer, got '5'"):
        AlternatingGroup("5")
    with pytest.raises(ValueError, match="order 'gap' of A_5: expected lexicographic or sympy"):
        AlternatingGroup(5, "gap")
    with pytest.raises(ValueError, match=r"\(0 1\) is an odd permutation, not an element of A_5"):
        A5.index([1, 0, 2, 3, 4])
    with pytest.raises(ValueError, match=r"\(0 1\) is an odd permutation"):
        A5.parse_elements("(0 1 2), (0 1)")
    with pytest.raises(IndexError, match="A_5 has elements 0 to 59, got 60"):
        A5.element(60)
