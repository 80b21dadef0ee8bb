"""What follows from the multiplication of a group alone."""

import functools

import numpy as np
import pytest
import torch
from sympy import Rational, sqrt

from symrep import (
    CayleyTableGroup,
    CyclicGroup,
    DihedralGroup,
    DirectProduct,
    SymmetricGroup,
    named_group,
)
from symrep.groups.base import ConjugacyClass, letters
from symrep.representations.laws import assert_homomorphism, assert_schur_orthogonality
from tests.exhaustive import sample
from tests.group_checks import in_standard_form
from tests.symrep.groups import examples
from tests.symrep.groups.examples import shuffled

NAMES = ["C1", "C6", "Q8", "Dic3", "D4", "C3 x S3", "SL(2,3)", "F_21", "A5", "S4"]
named = pytest.mark.parametrize("name", NAMES)


@functools.cache
def bare(name):
    """The group as a Cayley table in a random element order, which nothing else is known of."""
    return examples.bare(named_group(name))


# GAP's tables


@pytest.fixture(scope="module")
def small_groups(sage):
    """GAP's groups of order up to 31 by Cayley tables, with its classes and characters."""
    return sage("""
small_groups = libgap.eval('''
function(largest)
  local found, n, i, G, T, classes, elements, places;
  found := [];
  for n in [1 .. largest] do
    for i in [1 .. NumberSmallGroups(n)] do
      G := SmallGroup(n, i);
      elements := AsSSortedList(G);
      T := CharacterTable(G);
      classes := ConjugacyClasses(T);
      places := List(elements, x -> PositionProperty(classes, c -> x in c));
      Add(found, [n, i, MultiplicationTable(elements), places,
        List(Irr(T), chi -> List([1 .. Length(classes)], c -> EigenvaluesChar(chi, c))),
        Indicator(T, 2), Size(Centre(G)), Size(DerivedSubgroup(G))]);
    od;
  od;
  return found;
end
''')
print(json.dumps(small_groups(31).sage(), default=int))
""")


def eigenvalues_of_gap(character, places, exponent):
    """[x] = exponents of the eigenvalues at element x, ascending; GAP has exp(2 pi i k/n) at k."""
    at = []
    for multiplicities in character:
        n = len(multiplicities)
        exponents = np.repeat(np.arange(1, n + 1) % n * (exponent // n), multiplicities)
        at.append(tuple(sorted(exponents.tolist())))
    return tuple(at[place - 1] for place in places)


@pytest.mark.oracles
@pytest.mark.parametrize(
    ("largest", "count"), [(11, 19), pytest.param(31, 93, marks=pytest.mark.exhaustive)]
)
def test_all_groups_of_order_up_to_31_have_the_tables_of_gap(small_groups, largest, count):
    """Element by element, so that no class is matched by its position."""
    chosen = [each for each in small_groups if each[0] <= largest]
    assert len(chosen) == count
    for order, number, table, places, characters, indicators, centre, derived in chosen:
        group = CayleyTableGroup(np.array(table) - 1)
        found = group.character_table()
        name = f"SmallGroup({order}, {number})"
        assert len(found.verify()) == 4
        of_gap = {
            eigenvalues_of_gap(chi, places, group.exponent): indicator
            for chi, indicator in zip(characters, indicators, strict=True)
        }
        ours = {
            tuple(tuple(row) for row in rows[group.class_of].tolist()): indicator
            for rows, indicator in zip(
                found.eigenvalues, found.frobenius_schur_indicators().values(), strict=True
            )
        }
        assert ours == of_gap, name
        assert (len(group.centre), len(group.commutator_subgroup)) == (centre, derived), name
        ranks = [irrep.dim**2 // irrep.commutant_dim for irrep in group.irreps.values()]
        assert sum(ranks) == order, name
        for label in group.irreps:
            assert group.parse_label(group.describe(label)) == label, name


@pytest.mark.oracles
@pytest.mark.parametrize("largest", sample([12, 31], lambda largest: largest == 12))
def test_all_groups_of_order_up_to_31_have_irreps_in_standard_form(small_groups, largest):
    for order, _, table, *_ in (each for each in small_groups if each[0] <= largest):
        group = CayleyTableGroup(np.array(table) - 1)
        columns = []
        for irrep in group.irreps.values():
            rho = irrep.tensor(torch.float64)
            assert_homomorphism(rho, group.cayley_table, range(order), 1e-13 * irrep.dim)
            assert torch.equal(rho, in_standard_form(rho, irrep.commutant_dim))
            columns.append(rho[:, :, :: irrep.commutant_dim])
        assert_schur_orthogonality(columns, 1e-12)


# Classes


def test_classes_are_named_by_orders_and_letters():
    assert [c.label for c in bare("S4").conjugacy_classes] == ["1A", "2A", "2B", "3A", "4A"]
    assert [c.size for c in bare("S4").conjugacy_classes] == [1, 3, 6, 8, 6]
    assert [c.label for c in bare("A5").conjugacy_classes] == ["1A", "2A", "3A", "5A", "5B"]
    assert bare("C1").conjugacy_classes == (ConjugacyClass("1A", 1, 1, 1, 0),)
    assert [letters(k) for k in (0, 25, 26, 27, 701, 702)] == ["a", "z", "aa", "ab", "zz", "aaa"]


@named
def test_class_multiplication_is_counted_and_follows_from_characters(name):
    group = bare(name)
    table, class_of = group.cayley_table, group.class_of
    classes = group.conjugacy_classes
    k = len(classes)
    counted = np.zeros((k, k, k), dtype=np.int64)
    x, y = np.indices(table.shape).reshape(2, -1)
    np.add.at(counted, (class_of[x], class_of[y], class_of[table[x, y]]), 1)
    sizes = np.array([c.size for c in classes])
    counted //= sizes
    found = np.array([group.class_multiplication(j) for j in range(k)])
    assert np.array_equal(found, counted)
    chi = group.character_table().numbers()
    expected = np.einsum("pi,pj,pk,p->ijk", chi, chi, chi.conj(), 1 / chi[:, 0].real)
    expected *= sizes[:, None, None] * sizes[:, None] / group.order
    assert np.abs(found - expected).max() < 1e-9
    weights = np.arange(k) ** 2
    assert np.array_equal(group.class_sums(weights), np.tensordot(weights, counted, 1))


def test_products_of_classes_need_not_commute_with_places():
    """C_3 twice: a product of 3-cycles in S_3 is the identity, or their square."""
    group = SymmetricGroup(3)
    base = CayleyTableGroup(group.cayley_table)
    # Classes 1A, 2A (3 elements), 3A (2 elements).
    assert base.class_multiplication(2).tolist() == [[0, 0, 1], [0, 2, 0], [2, 0, 1]]
    with pytest.raises(IndexError, match="has classes 0 to 2, got 3"):
        base.class_multiplication(3)
    with pytest.raises(IndexError, match="got -1"):
        base.class_multiplication(-1)


# Subgroups


def test_the_distinguished_subgroup_is_proper():
    assert bare("C6").distinguished_subgroup == {}
    assert bare("A5").distinguished_subgroup == {}
    (name, generators), *rest = bare("SL(2,3)").distinguished_subgroup.items()
    assert (name, len(generators), rest) == ("[G_24, G_24]", 8, [])


# Labels and descriptions


def test_descriptions_of_a_table_of_a_5():
    group = bare("A5")
    assert [group.describe(label) for label in group.irreps] == [
        "1[]",
        "3[5A=1/2 + sqrt(5)/2]",
        "3[5A=1/2 - sqrt(5)/2]",
        "4[]",
        "5[]",
    ]
    half = group.parse_label("3[5A=1/2+sqrt(5)/2]")
    assert group.irrep(half).character(group.conjugacy_classes[3].representative) == (
        Rational(1, 2) + sqrt(5) / 2
    )
    assert group.parse_label(" 3[ 5A = 1/2 + sqrt(5)/2, 1A = 3 ] ") == half
    assert group.parse_label("trivial") == group.parse_label("1[2A=1]") == "1a"
    assert group.irrep("4[]").dim == 4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("3[]", r"'3\[\]' describes 2 irreps of G_60: 3a, 3b"),
        ("3[2A=-1]", r"describes 2 irreps of G_60: 3a, 3b; add values of the character$"),
        ("3[5A=1.618]", r"G_60 has no irrep '3\[5A=1.618\]'; it has 1a, 3a, 3b, 4a, 5a$"),
        ("6[]", "no irrep"),
        ("3[5C=1]", "no irrep"),
        ("3[5A]", "no irrep"),
        ("3", "no irrep '3'"),
        ("(3,1,1)+", "no irrep"),
        ("freq_1", "no irrep 'freq_1'"),
        ("", "no irrep ''"),
        (None, "no irrep None"),
    ],
)
def test_labels_that_mean_no_irrep_or_several(text, message):
    with pytest.raises(ValueError, match=message):
        bare("A5").parse_label(text)


@named
def test_descriptions_parse(name):
    for group in (bare(name), named_group(name)):
        for label in group.irreps:
            text = group.describe(label)
            assert group.parse_label(text) == label
            for shorter in removed(text):
                with pytest.raises(ValueError, match="describes"):
                    group.parse_label(shorter)


def removed(text):
    """The description without one of its values, where it has no commas inside these."""
    degree, inside = text.rstrip("]").split("[")
    values = inside.split(", ") if inside and inside.count(",") == inside.count(", ") else []
    if "(" in inside.replace("sqrt(", "").replace("exp(", "").replace("cos(", ""):
        return []
    return [f"{degree}[{', '.join(values[:k] + values[k + 1 :])}]" for k in range(len(values))]


def test_a_description_of_a_conjugate_pair_fits_either():
    group = bare("F_21")
    chi = group.character_table()
    (label,) = {k for k, irrep in group.irreps.items() if irrep.dim == 6}
    k, c = chi.irreps.index(label), chi.classes.index("7A")
    assert chi.irreps[k + 1] == f"conj({label})"
    for value in chi.values[k : k + 2, c]:
        assert group.parse_label(f"3[7A={value}]") == label
    assert group.describe(label) == "3[]"


def test_long_lists_of_labels_are_cut():
    with pytest.raises(ValueError, match=r"it has trivial, sign, freq_1, .*freq_6, \.\.\.$"):
        CyclicGroup(40).parse_label("freq_20")


# Tables and types


@pytest.mark.parametrize(
    ("name", "types"),
    [
        ("Q8", [(1, 1)] * 4 + [(4, 4)]),
        ("Dic3", [(1, 1), (1, 1), (2, 2), (2, 1), (4, 4)]),
        ("C3 x S3", [(1, 1), (1, 1), (2, 2), (2, 2), (2, 1), (4, 2)]),
        ("SL(2,3)", [(1, 1), (2, 2), (3, 1), (4, 4), (4, 2)]),
        ("F_21", [(1, 1), (2, 2), (6, 2)]),
        ("C1", [(1, 1)]),
    ],
)
def test_dimensions_and_types(name, types):
    """By hand, from the Frobenius-Schur indicators in any textbook."""
    for group in (bare(name), named_group(name)):
        found = [(irrep.dim, irrep.commutant_dim) for irrep in group.irreps.values()]
        assert sorted(found) == sorted(types)
        assert found[0] == (1, 1)
        assert sum(d * d // c for d, c in found) == group.order


# Dixon and Schneider on larger groups


def test_s_6_as_a_bare_table():
    group = CayleyTableGroup(SymmetricGroup(6).cayley_table)
    table = group.character_table()
    expected = SymmetricGroup(6).character_table()
    assert sorted(table.dimensions) == sorted(expected.dimensions)
    columns = {tuple(sorted(map(int, column))) for column in table.values.T}
    assert columns == {tuple(sorted(column)) for column in expected.values.T.tolist()}
    assert set(table.frobenius_schur_indicators().values()) == {1}
    table.verify()


def test_psl_2_7_has_the_table_of_the_atlas():
    group = named_group("PSL(2,7)")
    table = group.character_table()
    assert [c.label for c in group.conjugacy_classes] == ["1A", "2A", "3A", "4A", "7A", "7B"]
    assert table.class_sizes == (1, 21, 56, 42, 24, 24)
    rows = dict(zip(table.irreps, table.values.tolist(), strict=True))
    b7 = (-1 + sqrt(-7)) / 2
    assert rows.pop("1a") == [1] * 6
    assert sorted([rows.pop("3a")[4], rows.pop("conj(3a)")[4]], key=str) == sorted(
        [b7, b7.conjugate()], key=str
    )
    assert rows == {
        "6a": [6, 2, 0, 0, -1, -1],
        "7a": [7, -1, 1, -1, 0, 0],
        "8a": [8, 0, -1, 0, 1, 1],
    }
    table.verify()


def test_m_11_has_the_degrees_of_the_atlas():
    group = named_group("M_11")
    table = group.character_table()
    assert group.order == 7920
    assert sorted(table.dimensions) == [1, 10, 10, 10, 11, 16, 16, 44, 45, 55]
    assert sorted(c.element_order for c in group.conjugacy_classes) == [
        1, 2, 3, 4, 5, 6, 8, 8, 11, 11,
    ]  # fmt: skip
    assert sorted(table.frobenius_schur_indicators().values()) == [0] * 4 + [1] * 6
    table.verify()


# Other orders of the elements


def test_a_relabelled_factor_of_a_product():
    group = DirectProduct(shuffled(CyclicGroup(3)), shuffled(DihedralGroup(3), 1))
    irrep = group.irrep("freq_1 x freq_1")
    assert_homomorphism(irrep.tensor(torch.float64), group.cayley_table, range(18), 1e-13)
    group.character_table().verify()


def test_exponents():
    assert [bare(name).exponent for name in ("C1", "C6", "Q8", "S4")] == [1, 6, 4, 12]
