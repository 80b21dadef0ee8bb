from math import factorial
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from sympy.combinatorics import Permutation
from sympy.combinatorics.named_groups import SymmetricGroup as SymPySymmetricGroup
from sympy.polys.domains import QQ
from sympy.polys.matrices import DomainMatrix

from symrep.combinatorics import permutations
from symrep.combinatorics.integer_partitions import Partition, partitions
from symrep.groups.base import ConjugacyClass
from symrep.groups.symmetric import SymmetricGroup

ORDERS = ("lexicographic", "sympy")
in_both_orders = pytest.mark.parametrize("element_order", ORDERS)


@pytest.fixture
def small_machine(monkeypatch):
    """8 GiB are free, and listing the elements of a group fails the test."""

    def enumerate_nothing(*args):
        pytest.fail("elements were enumerated before the refusal")

    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=2**33))
    monkeypatch.setattr(permutations, "elements", enumerate_nothing)


def cycle_type_of(p):
    lengths = [length for length, m in p.cycle_structure.items() for _ in range(m)]
    return tuple(sorted(lengths, reverse=True))


# Elements


@in_both_orders
@pytest.mark.parametrize("n", range(7))
def test_elements_are_all_permutations_once(n, element_order):
    group = SymmetricGroup(n, element_order)
    assert group.order == factorial(n)
    assert group.elements.shape == (factorial(n), n)
    assert group.elements.dtype == np.int64
    rows = {tuple(row) for row in group.elements.tolist()}
    assert len(rows) == factorial(n)
    assert all(sorted(row) == list(range(n)) for row in rows)


@pytest.mark.parametrize("n", range(2, 7))
def test_the_sympy_order_is_that_of_generate(n):
    generated = [p.array_form for p in SymPySymmetricGroup(n).generate()]
    assert SymmetricGroup(n, "sympy").elements.tolist() == generated


def test_the_sympy_order_of_s_5_is_pinned():
    words = ["".join(map(str, p)) for p in SymmetricGroup(5, "sympy").elements[:5].tolist()]
    assert words == ["01423", "12034", "23140", "34201", "41023"]


def test_lexicographic_positions_need_no_enumeration(monkeypatch):
    monkeypatch.setattr(permutations, "elements", None)
    group = SymmetricGroup(20)
    last = group.permutation(factorial(20) - 1)
    assert last.array_form == list(range(19, -1, -1))
    assert group.index(last) == factorial(20) - 1
    assert group.permutation(0).array_form == list(range(20))


# The product


def test_the_cayley_table_of_s_3_by_hand():
    # Lexicographic: e, (1 2), (0 1), 120, 201, (0 2); the row acts first.
    assert SymmetricGroup(3).cayley_table.tolist() == [
        [0, 1, 2, 3, 4, 5],
        [1, 0, 3, 2, 5, 4],
        [2, 4, 0, 5, 1, 3],
        [3, 5, 1, 4, 0, 2],
        [4, 2, 5, 0, 3, 1],
        [5, 3, 4, 1, 2, 0],
    ]


@in_both_orders
@pytest.mark.parametrize("n", [5, 6])
def test_large_cayley_tables_multiply_array_forms(n, element_order):
    group = SymmetricGroup(n, element_order)
    elements = group.elements
    for x in range(0, group.order, 37):
        # (x * y)[i] = y[x[i]]
        products = elements[:, elements[x]]
        assert np.array_equal(elements[group.cayley_table[x]], products)


@in_both_orders
@pytest.mark.parametrize("n", range(6))
def test_inverses_signs_and_classes_are_those_of_sympy(n, element_order):
    group = SymmetricGroup(n, element_order)
    elements = [Permutation(row) for row in group.elements.tolist()]
    position = {tuple(p.array_form): i for i, p in enumerate(elements)}
    assert group.inverse_indices.tolist() == [position[tuple((~p).array_form)] for p in elements]
    assert group.signs.tolist() == [p.signature() for p in elements]
    found = [group.conjugacy_classes[k].cycle_type for k in group.class_of.tolist()]
    # SymPy gives the permutation of no letters no cycles, as it should.
    assert found == [cycle_type_of(p) for p in elements]


# Classes


@pytest.mark.parametrize("n", range(7))
def test_conjugacy_classes_run_from_the_identity(n):
    classes = SymmetricGroup(n).conjugacy_classes
    assert [c.cycle_type for c in classes] == list(partitions(n))[::-1]
    assert [c.label for c in classes] == [str(c.cycle_type) for c in classes]


def test_a_conjugacy_class_by_hand():
    """Its representative has consecutive points in its cycles, longest first."""
    group = SymmetricGroup(6)
    position = [c.label for c in group.conjugacy_classes].index("(3,2,1)")
    assert group.conjugacy_classes[position] == ConjugacyClass(
        label="(3,2,1)",
        size=120,
        element_order=6,
        centraliser_order=6,
        representative=group.index([1, 2, 0, 4, 3, 5]),
        cycle_type=Partition(3, 2, 1),
        sign=-1,
    )


def test_the_table_of_elements_of_s_3():
    table = SymmetricGroup(3).element_table()
    assert table.index.name == "index"
    assert table.reset_index().to_dict("split")["data"] == [
        [0, "()", 1, 1, "(1,1,1)"],
        [1, "(1 2)", 2, -1, "(2,1)"],
        [2, "(0 1)", 2, -1, "(2,1)"],
        [3, "(0 1 2)", 3, 1, "(3)"],
        [4, "(0 2 1)", 3, 1, "(3)"],
        [5, "(0 2)", 2, -1, "(2,1)"],
    ]
    assert list(table) == ["cycles", "order", "sign", "class"]


@in_both_orders
def test_the_table_of_elements_follows_the_element_order(element_order):
    group = SymmetricGroup(4, element_order)
    table = group.element_table()
    assert table["sign"].tolist() == group.signs.tolist()
    for i, cycles in enumerate(table["cycles"]):
        assert permutations.cycle_notation(group.elements[i]) == cycles


# Irreps


@pytest.mark.parametrize("n", range(7))
def test_irreps_are_all_of_them_from_trivial_to_sign(n):
    irreps = SymmetricGroup(n).irreps
    assert list(irreps) == list(partitions(n))
    assert len(irreps) == len(list(irreps))
    assert sum(irrep.dim**2 for irrep in irreps.values()) == factorial(n)
    for label, irrep in irreps.items():
        assert irrep.label == label
        assert irrep.form == "orthogonal"


@pytest.mark.parametrize(
    ("n", "alias", "label"),
    [
        (5, "trivial", (5,)),
        (5, "sign", (1, 1, 1, 1, 1)),
        (5, "standard", (4, 1)),
        (5, "standard_sign", (2, 1, 1, 1)),
        (2, "standard", (1, 1)),
        (2, "standard_sign", (2,)),
        (1, "sign", (1,)),
        (0, "trivial", ()),
        (5, "3,2", (3, 2)),
        (5, "(2,1^3)", (2, 1, 1, 1)),
        (5, (3, 1, 1), (3, 1, 1)),
        (5, [3, 1, 1], (3, 1, 1)),
    ],
)
def test_labels_and_their_aliases(n, alias, label):
    group = SymmetricGroup(n)
    assert group.irrep(alias).label == label
    assert group.irreps[alias].label == label
    assert group.irrep(alias, "specht").label == label


def test_membership_of_irreps():
    irreps = SymmetricGroup(4).irreps
    assert (3, 1) in irreps
    assert (3, 2) not in irreps
    assert "nonsense" not in irreps
    assert 7 not in irreps
    assert repr(irreps) == "<the 5 irreps of S_4>"


@pytest.mark.parametrize(
    ("label", "message"),
    [
        ((2, 2), r"\(2,2\) is a partition of 4; the irreps of S_5 are labelled by partitions of 5"),
        ("2,2", r"\(2,2\) is a partition of 4"),
        ((2, 3), r"did you mean Partition\(3, 2\)"),
        ("2,3", r"did you mean Partition\(3, 2\)"),
        ("regular", "unknown irrep 'regular': .* trivial, sign, standard, standard_sign"),
        ("3;2", "'3;2' is not a partition"),
    ],
)
def test_labels_that_the_group_lacks_are_named(label, message):
    group = SymmetricGroup(5)
    with pytest.raises(ValueError, match=message):
        group.irrep(label)
    with pytest.raises(KeyError, match=message):
        group.irreps[label]


@pytest.mark.parametrize("n", [0, 1])
def test_small_groups_have_no_standard_irrep(n):
    with pytest.raises(ValueError, match=r"unknown irrep 'standard': .* trivial, sign$"):
        SymmetricGroup(n).irrep("standard")


def test_an_unknown_form_is_named():
    with pytest.raises(ValueError, match="unknown form 'natural'"):
        SymmetricGroup(4).irrep("standard", "natural")


# The noun


def test_a_large_character_table_is_cheap():
    table = SymmetricGroup(30).character_table()
    assert table.values.shape == (5604, 5604)
    assert table.value((29, 1), (2, 1, 1, *(1,) * 26)) == 27


def test_huge_groups_are_instant():
    group = SymmetricGroup(200)
    assert group.order == factorial(200)
    assert len(group.irreps) == 3972999029388
    assert group.irrep("standard").dim == 199
    assert group.irrep("standard").character([1, 0, *range(2, 200)]) == 197


@pytest.mark.parametrize("n", [-1, -20])
def test_a_negative_degree_is_named(n):
    with pytest.raises(ValueError, match=f"degree n must be 0 or more, got {n}"):
        SymmetricGroup(n)


def test_an_unknown_element_order_is_named():
    with pytest.raises(ValueError, match="'random' of S_3: expected lexicographic or sympy"):
        SymmetricGroup(3, "random")


def test_a_permutation_of_another_degree_has_no_index():
    with pytest.raises(ValueError, match="permutation of 3 points, expected 4"):
        SymmetricGroup(4).index([1, 2, 0])


# Memory


@pytest.mark.usefixtures("small_machine")
@in_both_orders
@pytest.mark.parametrize(
    "ask",
    [
        lambda group: group.elements,
        lambda group: group.signs,
        lambda group: group.class_of,
        lambda group: group.inverse_indices,
        lambda group: group.element_table(),
    ],
)
def test_elements_beyond_memory_are_refused(ask, element_order):
    # 2 * 8 * 12 * 12! bytes
    with pytest.raises(MemoryError, match=r"12! elements of S_12: 85\.7 GiB needed, 8\.0 GiB free"):
        ask(SymmetricGroup(12, element_order))


@pytest.mark.usefixtures("small_machine")
def test_a_cayley_table_beyond_memory_is_refused():
    # 2 * 8 * (10!)^2 bytes
    with pytest.raises(MemoryError, match=r"Cayley table of S_10: 191\.6 TiB needed"):
        SymmetricGroup(10).cayley_table  # noqa: B018


@pytest.mark.usefixtures("small_machine")
def test_a_character_table_beyond_memory_is_refused():
    with pytest.raises(MemoryError, match=r"character table of S_60, .* TiB needed.*symrep\.char"):
        SymmetricGroup(60).character_table()


@pytest.mark.usefixtures("small_machine")
@pytest.mark.parametrize("n", [200, 2000])
def test_sizes_beyond_any_machine_are_named_too(n):
    for ask in (
        lambda group: group.elements,
        lambda group: group.cayley_table,
        lambda group: group.character_table(),
        lambda group: group.permutation_representation(),
        lambda group: group.irrep("standard").tensor(),
    ):
        with pytest.raises(MemoryError, match=f"S_{n}.* needed, 8.0 GiB free"):
            ask(SymmetricGroup(n))


# Cosets


def test_right_and_left_cosets_differ():
    """(0 1) * (1 2) sends 0 to 2, 1 to 0: [2, 0, 1]. (1 2) * (0 1) is [1, 2, 0]."""
    group = SymmetricGroup(3)
    right, left = (group.cosets([[1, 0, 2]], side) for side in ("right", "left"))
    transposition, right_partner, left_partner = (
        group.index(p) for p in ([0, 2, 1], [2, 0, 1], [1, 2, 0])
    )
    assert right[transposition] == right[right_partner] != right[left_partner]
    assert left[transposition] == left[left_partner] != left[right_partner]


@in_both_orders
def test_cosets_are_numbered_by_their_first_elements_after_the_subgroup(element_order):
    group = SymmetricGroup(5, element_order)
    found = group.cosets([Permutation([1, 2, 3, 0, 4]), Permutation([1, 0, 2, 3, 4])])
    assert np.bincount(found).tolist() == [24] * 5
    firsts = [found.tolist().index(number) for number in range(5)]
    assert firsts[1:] == sorted(firsts[1:])
    assert found[group.index([0, 1, 2, 3, 4])] == 0
    # In SymPy's order the identity is not in the coset of the first element.
    assert (firsts[0] == 0) == (element_order == "lexicographic")


def test_the_subgroups_that_few_generators_make():
    group = SymmetricGroup(4)
    assert group.cosets([]).tolist() == list(range(24))
    # In SymPy's order the identity is element 20 of S_5.
    sympys = [20, *(i for i in range(120) if i != 20)]
    assert SymmetricGroup(5, "sympy").cosets([])[sympys].tolist() == list(range(120))
    assert not group.cosets([[1, 2, 3, 0], [1, 0, 2, 3]]).any()
    even = group.cosets([[1, 2, 0, 3], [0, 2, 3, 1]]) == 0
    assert np.array_equal(even, group.signs == 1)
    assert SymmetricGroup(0).cosets([]).tolist() == [0]


# The permutation representation


def test_the_permutation_representation_of_s_3_by_hand():
    """(0 1) * (1 2) sends 0 to 2, 1 to 0 and 2 to 1; the other way round 0 to 1, 1 to 2."""
    group = SymmetricGroup(3)
    P = group.permutation_representation()
    swap, other = (P[group.index(p)] for p in ([1, 0, 2], [0, 2, 1]))
    assert swap.tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 1]]
    assert (swap @ other).tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0]]
    assert torch.equal(swap @ other, P[group.index([2, 0, 1])])
    assert torch.equal(other @ swap, P[group.index([1, 2, 0])])


@pytest.mark.parametrize("n", range(2, 7))
def test_the_permutation_representation_is_trivial_and_standard(n):
    """Its trace is 1 + chi, and its entries span (n-1)^2 + 1 dimensions exactly."""
    group = SymmetricGroup(n)
    P = group.permutation_representation(torch.float64)
    standard = torch.tensor(
        group.character_table().row(group.parse_label("standard")).astype(float)
    )
    assert torch.equal(
        P.diagonal(dim1=1, dim2=2).sum(-1), 1 + standard[torch.tensor(group.class_of)]
    )
    gram = (P.flatten(1).T @ P.flatten(1)).long().tolist()
    assert DomainMatrix(gram, (n * n, n * n), QQ).rank() == n * n - (2 * n - 2)
