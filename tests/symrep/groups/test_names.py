import pytest
from sympy.combinatorics import Permutation, PermutationGroup

from symrep import (
    AlternatingGroup,
    CyclicGroup,
    DicyclicGroup,
    DihedralGroup,
    DirectProduct,
    SymmetricGroup,
    named_group,
)
from symrep.cayley.isomorphisms import isomorphism
from symrep.groups.names import FAMILIES, OTHERS

S3, C3, C2 = SymmetricGroup(3), CyclicGroup(3), CyclicGroup(2)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("3", S3),
        ("0", SymmetricGroup(0)),
        ("S3", S3),
        ("S_3", S3),
        (" S_3 ", S3),
        ("A5", AlternatingGroup(5)),
        ("A_1", AlternatingGroup(1)),
        ("C113", CyclicGroup(113)),
        ("Z_7", CyclicGroup(7)),
        ("C1", CyclicGroup(1)),
        ("D59", DihedralGroup(59)),
        ("D_1", DihedralGroup(1)),
        ("Dic3", DicyclicGroup(3)),
        ("Dic_1", DicyclicGroup(1)),
        ("Q8", DicyclicGroup(2)),
        ("Q_12", DicyclicGroup(3)),
        ("C3 x S3", DirectProduct(C3, S3)),
        ("C3xS3", DirectProduct(C3, S3)),
        ("C_3×S_3", DirectProduct(C3, S3)),
        ("C3 * 3", DirectProduct(C3, S3)),
        ("C2 x C2 x C2", DirectProduct(C2, C2, C2)),
    ],
)
def test_names_of_families_and_products(name, expected):
    group = named_group(name)
    assert type(group) is type(expected)
    assert repr(group) == repr(expected)
    assert group.order == expected.order


@pytest.mark.parametrize("name", [*OTHERS, *(f"{family}_6" for family in FAMILIES), "C_2 x Q_8"])
def test_what_a_group_is_called_is_its_name(name):
    group = named_group(name)
    assert str(named_group(str(group))) == str(group)
    assert str(group) == name.replace("Z", "C")


@pytest.mark.parametrize(("name", "order"), OTHERS.items())
def test_the_other_groups_have_their_orders(name, order):
    assert named_group(name).order == order


# The permutations are from other descriptions of the groups: by SymPy, and by hand.


def affine(p, multipliers):
    """The maps x -> a x + b modulo p as a Cayley table, elements (a, b)."""
    maps = [(a, b) for a in multipliers for b in range(p)]
    places = {pair: k for k, pair in enumerate(maps)}
    return [[places[a * c % p, (b * c + d) % p] for c, d in maps] for a, b in maps]


@pytest.mark.parametrize(("name", "p", "a"), [("F_20", 5, [1, 2, 3, 4]), ("F_21", 7, [1, 2, 4])])
def test_affine_groups(name, p, a):
    group = named_group(name)
    assert isomorphism(group.cayley_table, affine(p, a)) is not None


def test_psl_2_7_is_simple_with_the_known_classes():
    group = named_group("PSL(2,7)")
    assert [(c.element_order, c.size) for c in group.conjugacy_classes] == [
        (1, 1), (2, 21), (3, 56), (4, 42), (7, 24), (7, 24),
    ]  # fmt: skip
    assert len(group.commutator_subgroup) == 168


def test_m_11_is_sharply_4_transitive():
    generators = _generators("M_11")
    sympy_group = PermutationGroup([Permutation(p) for p in generators])
    assert sympy_group.order() == 11 * 10 * 9 * 8
    stabiliser = sympy_group
    for point, length in enumerate((11, 10, 9, 8)):
        assert len(stabiliser.orbit(point)) == length
        stabiliser = stabiliser.stabilizer(point)
    assert stabiliser.order() == 1


def _generators(name):
    group = named_group(name)
    return [group.element(s).array_form for s in group.generators]


def test_linear_groups_modulo_3():
    sl, gl = named_group("SL(2,3)"), named_group("GL(2,3)")
    assert sorted(sl.character_table().dimensions) == [1, 1, 1, 2, 2, 2, 3]
    assert sorted(gl.character_table().dimensions) == [1, 1, 2, 2, 2, 3, 3, 4]
    assert [len(g.commutator_subgroup) for g in (sl, gl)] == [8, 24]
    # SL(2,3) has one element of order 2, so that it is not S_4.
    assert (sl.element_orders == 2).sum() == 1


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "'' is not the name of a group: expected one like S5, A5, C113"),
        ("x", "'' is not the name of a group"),
        ("C3 x", "'' is not the name of a group"),
        ("monster", "'monster' is not the name of a group: expected one like"),
        ("E8", "'E8' is not the name of a group: expected one like"),
        ("Dih5", "'Dih5' is not the name of a group: did you mean D(ic)?5?"),
        ("dic3", "'dic3' is not the name of a group: did you mean Dic3?"),
        ("C3 x E5", "'E5' is not the name of a group"),
        ("C2.5", "'C2.5' is not the name of a group"),
        ("C 3", "'C 3' is not the name of a group"),
        ("C0", "CyclicGroup: n must be 1 or more, got 0"),
        ("C-3", "CyclicGroup: n must be 1 or more, got -3"),
        ("D0", "DihedralGroup: n must be 1 or more, got 0"),
        ("A0", "AlternatingGroup: n must be 1 or more, got 0"),
        ("S-1", "degree n must be 0 or more, got -1"),
        ("-1", "degree n must be 0 or more, got -1"),
        ("Q4", "Q_4: quaternion groups have 8, 12, 16, ... elements"),
        ("Q10", "Q_10: quaternion groups have 8, 12, 16"),
        ("Q-8", "Q_-8: quaternion groups"),
        ("PSL(2,8)", r"'PSL\(2,8\)' is not the name of a group"),
    ],
)
def test_what_is_no_name(name, message):
    with pytest.raises(ValueError, match=message):
        named_group(name)


def test_a_huge_degree_costs_nothing_until_it_is_asked_for():
    assert named_group("C1000000000000").order == 10**12
    assert named_group("C1000000000000 x D5").order == 10**13
