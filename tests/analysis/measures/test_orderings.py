from __future__ import annotations

import pytest
import torch
from sympy.combinatorics import Permutation
from sympy.combinatorics import PermutationGroup as SymPyGroup

from analysis.measures.orderings import (
    Ordering,
    by_class,
    by_coset,
    by_index,
    by_irrep,
    by_product,
    by_values,
    require_subgroup,
)
from analysis.tensors import group_tensors
from symrep import Partition, SymmetricGroup
from symrep.combinatorics.permutations import alternating_generators, parse_permutations
from tests.analysis.any_group import C6, D4, DIC3

S3, S4 = SymmetricGroup(3), SymmetricGroup(4)
KLEIN = [[1, 0, 3, 2], [2, 3, 0, 1]]


def blocks(ordering):
    ends = [*ordering.boundaries[1:], len(ordering.elements)]
    return {
        name: ordering.elements[start:end].tolist()
        for name, start, end in zip(ordering.names, ordering.boundaries, ends, strict=True)
    }


def test_s3_by_class_is_the_one_written_by_hand():
    """Lexicographic: 012, 021, 102, 120, 201, 210."""
    assert blocks(by_class(S3)) == {"(1,1,1)": [0], "(2,1)": [1, 2, 5], "(3)": [3, 4]}
    assert by_class(S3).by == "class"


def test_s3_by_coset_is_the_one_written_by_hand():
    """H = {e, (0 1)}, H(1 2) = {(1 2), (0 1)(1 2) = 0 -> 2, 1 -> 0}, (1 2)H its inverses."""
    assert blocks(by_coset(S3, [[1, 0, 2]])) == {"H": [0, 2], "H(1 2)": [1, 4], "H(0 2)": [3, 5]}
    assert blocks(by_coset(S3, [[1, 0, 2]], "left", "K")) == {
        "K": [0, 2],
        "(1 2)K": [1, 3],
        "(0 2)K": [4, 5],
    }


@pytest.mark.parametrize("element_order", ["lexicographic", "sympy"])
@pytest.mark.parametrize("side", ["right", "left"])
def test_cosets_are_products_of_the_subgroup_with_the_element_that_names_them(side, element_order):
    group = SymmetricGroup(4, element_order)
    generators = [[1, 0, 3, 2], [1, 2, 3, 0]]
    subgroup = list(SymPyGroup([Permutation(p) for p in generators]).elements)
    assert len(subgroup) == 8
    found = blocks(by_coset(group, generators, side))
    assert next(iter(found)) == "H"
    for name, members in found.items():
        (g,) = parse_permutations(name.replace("H", "") or "()", 4)
        g = Permutation(g.tolist())
        products = [h * g if side == "right" else g * h for h in subgroup]
        assert set(members) == {group.index(p) for p in products}
        assert (
            min(group_tensors(group).class_of[members])
            == group_tensors(group).class_of[group.index(g)]
        )


def test_the_groups_own_order_is_one_block():
    assert blocks(by_index(S3)) == {"S_3": [0, 1, 2, 3, 4, 5]}


def test_values_are_sorted_and_only_those_that_occur_are_blocks():
    values = torch.tensor([2, 0, 2, 7])
    assert blocks(by_values(values)) == {"0": [1], "2": [0, 2], "7": [3]}
    named = by_values(torch.tensor([1, 0, 1]), ["a", "b", "c"], within=[2.0, 5.0, 1.0])
    assert blocks(named) == {"a": [1], "b": [2, 0]}


def test_columns_are_sorted_by_irrep_then_purity_and_off_ones_are_last():
    labels = [Partition(2, 1), Partition(1, 1, 1)]
    shares = torch.tensor([[0.6, 0.1, 0.9, 0.0], [0.4, 0.9, 0.1, 0.0]])
    assert blocks(by_irrep(shares, labels)) == {"(2,1)": [2, 0], "(1,1,1)": [1], "dead": [3]}
    assert by_irrep(torch.zeros(2, 0), labels).names == ()


@pytest.mark.parametrize("held", ["x", "y"])
def test_products_with_an_element_follow_the_ordering(held):
    ordering = by_class(S4)
    for element in (1, 8, 23):
        g = S4.permutation(element)
        found = by_product(ordering, S4, g if element == 8 else element, held)
        others = [S4.permutation(i) for i in found.elements.tolist()]
        products = [g * p if held == "x" else p * g for p in others]
        assert [S4.index(p) for p in products] == ordering.elements.tolist()
    assert found.by == "class of xy"
    assert found.names == ordering.names


@pytest.mark.parametrize(
    ("elements", "boundaries", "names", "message"),
    [
        ([0, 0, 1], (0,), ("a",), "each of 0, ..., 2 once"),
        ([0, 2, 1], (1,), ("a",), "increase from 0 and stay below 3"),
        ([0, 2, 1], (0, 3), ("a", "b"), "increase from 0 and stay below 3"),
        ([0, 2, 1], (0, 1), ("a",), "2 blocks have 1 names"),
    ],
)
def test_what_is_no_ordering_is_refused(elements, boundaries, names, message):
    with pytest.raises(ValueError, match=message):
        Ordering(torch.tensor(elements), boundaries, names, "value")


def test_generated_subgroups_are_those_of_sympy():
    for generators in (KLEIN, [[1, 2, 3, 0]], alternating_generators(4), []):
        expected = SymPyGroup([Permutation(p) for p in generators or [[0, 1, 2, 3]]]).elements
        found = S4.generated_subgroup(generators)
        assert found.tolist() == sorted(S4.index(p) for p in expected)


def test_a_closed_set_is_a_subgroup():
    elements = [S4.permutation(i) for i in S4.generated_subgroup(KLEIN).tolist()]
    found = require_subgroup(S4, [*elements[::-1], elements[1]])
    assert found.tolist() == S4.generated_subgroup(KLEIN).tolist()
    assert require_subgroup(S4, [range(4)]).tolist() == [0]


def test_a_set_that_is_not_closed_is_refused_with_a_product_that_leaves_it():
    """The factors apply from the left: (0 1) first, then (1 2), sends 0 to 2."""
    with pytest.raises(
        ValueError, match=r"3 elements .* of S_4: \(1 2\) \* \(0 1\) = \(0 1 2\) is"
    ):
        require_subgroup(S4, [[0, 1, 2, 3], [0, 2, 1, 3], [1, 0, 2, 3]])
    with pytest.raises(ValueError, match=r"\(0 1\) \* \(0 1\) = \(\) is not among them"):
        require_subgroup(S4, [[1, 0, 2, 3]])
    with pytest.raises(ValueError, match="at least the identity, got no elements"):
        require_subgroup(S4, [])
    with pytest.raises(ValueError, match="permutation of 3 points, expected 4"):
        require_subgroup(S4, [[0, 1, 2]])


def test_d4_by_class_and_coset_is_the_one_written_by_hand():
    """1, r, r^2, r^3, s, r s, r^2 s, r^3 s; s r = r^3 s."""
    assert blocks(by_class(D4)) == {
        "1": [0], "r": [1, 3], "r^2": [2], "s": [4, 6], "r s": [5, 7],
    }  # fmt: skip
    assert blocks(by_coset(D4, [(0, 1)])) == {
        "H": [0, 4], "H r": [1, 7], "H r^2": [2, 6], "H r^3": [3, 5],
    }  # fmt: skip
    assert set(blocks(by_coset(D4, [(0, 1)], "left", "K"))) == {"K", "r K", "r^2 K", "r^3 K"}
    assert blocks(by_coset(D4, [(0, 1)], "left", "K"))["r K"] == [1, 5]


def test_cosets_of_cyclic_groups_are_named_by_elements():
    assert blocks(by_coset(C6, [3])) == {"H": [0, 3], "H 1": [1, 4], "H 2": [2, 5]}
    assert require_subgroup(C6, [0, 2, 4]).tolist() == [0, 2, 4]
    with pytest.raises(ValueError, match=r"no subgroup of C_6: 1 \* 1 = 2 is not among them"):
        require_subgroup(C6, [0, 1])
    with pytest.raises(ValueError, match="C_6 has elements 0 to 5, got 6"):
        C6.generated_subgroup([6])


def test_products_that_leave_a_set_are_named_in_the_letters_of_the_group():
    with pytest.raises(ValueError, match=r"no subgroup of Dic_3: x \* x = a\^3 is not among them"):
        require_subgroup(DIC3, [(0, 0), (0, 1)])


def test_products_on_a_group_with_elements_that_are_not_their_inverses():
    ordering = by_class(DIC3)
    for held in ("x", "y"):
        found = by_product(ordering, DIC3, 7, held).elements
        products = DIC3.products(7, found) if held == "x" else DIC3.products(found, 7)
        assert products.tolist() == ordering.elements.tolist()
