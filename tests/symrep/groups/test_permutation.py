"""Groups by Cayley tables, permutations and matrices."""

from itertools import combinations, product

import numpy as np
import pytest
import torch
from sympy import I, Matrix, Rational, cos, diag, exp, eye, pi, sin, sqrt
from sympy.combinatorics import Permutation
from sympy.combinatorics import PermutationGroup as SympyGroup
from sympy.combinatorics.named_groups import DihedralGroup as SympyDihedral

from symrep import (
    AlternatingGroup,
    CayleyTableGroup,
    DicyclicGroup,
    DihedralGroup,
    MatrixGroup,
    PermutationGroup,
    SymmetricGroup,
)
from symrep._support.errors import NotAGroup
from symrep.cayley.isomorphisms import isomorphism
from symrep.groups import given_groups

PERMUTATIONS = {
    "trivial": [[0, 1, 2]],
    "no letters": [[]],
    "one letter": [[0]],
    "S_3": [[1, 0, 2], [1, 2, 0]],
    "fixed letters": [[0, 1, 3, 2, 4, 5], [0, 1, 2, 3, 5, 4]],
    "A_5": [[1, 2, 3, 4, 0], [0, 2, 1, 4, 3]],
    "F_21": [[1, 2, 3, 4, 5, 6, 0], [0, 2, 4, 6, 1, 3, 5]],
    "D_6": [p.array_form for p in SympyDihedral(6).generators],
    "intransitive": [[1, 0, 2, 3, 4], [0, 1, 3, 4, 2]],
}
permutation_groups = pytest.mark.parametrize("name", PERMUTATIONS)


def is_isomorphic(group, other):
    table = other if isinstance(other, np.ndarray) else other.cayley_table.numpy()
    return isomorphism(group.cayley_table.numpy(), table) is not None


# Tables


def test_a_table_with_its_identity_anywhere():
    # C_3 with the elements g, g^2, 1.
    group = CayleyTableGroup([[1, 2, 0], [2, 0, 1], [0, 1, 2]], "rotations")
    assert (group.order, group.identity, str(group)) == (3, 2, "rotations")
    assert group.inverse_indices.tolist() == [1, 0, 2]
    assert group.products([0, 1], 0).tolist() == [1, 2]
    assert group.products(0, 1) == 2
    assert group.relations is None
    assert str(CayleyTableGroup([[0]])) == "G_1"


def test_the_table_of_one_element():
    group = CayleyTableGroup([[0]])
    assert (group.order, group.identity, group.generators, group.exponent) == (1, 0, (), 1)
    assert group.character_table().values.tolist() == [[1]]
    assert group.irrep("trivial").tensor(torch.float64).tolist() == [[[1.0]]]
    assert group.centre.tolist() == group.commutator_subgroup.tolist() == [0]
    assert group.distinguished_subgroup == {}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ([], "square with a row or more, got shape"),
        ([[0, 1]], r"square with a row or more, got shape \(1, 2\)"),
        ([[0.0]], "integers, got float64"),
        ([[0, 1], [1, 2]], "are 0 to 1, got 2 in row 1, column 1"),
        ([[0, 1], [0, 1]], "no Latin square: column 0 has the entry 0 twice"),
        ([[0, 2, 1], [2, 1, 0], [1, 0, 2]], r"identity|not associative: \(0 \* "),
        (
            [
                [0, 1, 2, 3, 4],
                [1, 0, 3, 4, 2],
                [2, 4, 0, 1, 3],
                [3, 2, 4, 0, 1],
                [4, 3, 1, 2, 0],
            ],
            r"not associative: \(\d \* \d\) \* \d = \d, but \d \* \(\d \* \d\) = \d",
        ),
    ],
)
def test_tables_of_no_group_are_refused(table, message):
    with pytest.raises(NotAGroup, match=message):
        CayleyTableGroup(table)


def test_the_given_table_is_copied():
    table = np.array([[0, 1], [1, 0]])
    group = CayleyTableGroup(table)
    table[:] = 0
    assert group.products(1, 1) == 0
    assert group.cayley_table.tolist() == [[0, 1], [1, 0]]


# Permutations


@permutation_groups
def test_permutations_are_enumerated_in_lexicographic_order(name):
    generators = PERMUTATIONS[name]
    group = PermutationGroup(generators)
    of_sympy = SympyGroup([Permutation(g) for g in generators])
    expected = sorted(p.array_form for p in of_sympy.elements)
    assert [group.element(k).array_form for k in range(group.order)] == expected
    assert group.identity == 0
    assert [group.element(s).array_form for s in group.generators] == generators


@permutation_groups
def test_products_of_permutations_apply_the_first_first(name):
    group = PermutationGroup(PERMUTATIONS[name])
    images = [group.element(k).array_form for k in range(group.order)]
    table = group.cayley_table.numpy()
    assert table.shape == (group.order, group.order)
    for x, y in product(range(0, group.order, 1 + group.order // 15), repeat=2):
        assert images[table[x, y]] == [images[y][letter] for letter in images[x]]
        assert group.products(x, y) == table[x, y]
    assert (table[np.arange(group.order), group.inverse_indices.numpy()] == 0).all()
    assert group.products(0, group.order - 1).shape == ()
    assert group.products(np.zeros((2, 1)), np.zeros(3)).shape == (2, 3)


@permutation_groups
def test_permutations_have_names_and_indices(name):
    group = PermutationGroup(PERMUTATIONS[name], name)
    for k in range(group.order):
        assert group.index(group.element(k)) == k
        assert group.index(group.element(k).array_form) == k
        if group.degree:
            assert group.index(group.parse_elements(group.element_name(k))[0]) == k
        assert group.parse_element(group.element_name(k)) == k
    assert str(group) == name
    assert group.degree == len(PERMUTATIONS[name][0])


def test_many_letters_that_must_be_looked_at():
    """Images of 16 letters of 32 are more than 2^64 combinations."""
    swaps = []
    for k in range(16):
        swap = list(range(32))
        swap[2 * k : 2 * k + 2] = 2 * k + 1, 2 * k
        swaps.append(swap)
    group = PermutationGroup(swaps)
    assert group.order == 2**16
    x, y = np.random.default_rng(0).integers(2**16, size=(2, 200))
    # In lexicographic order the exchanged pairs are the binary digits of the index.
    assert np.array_equal(group.products(x, y), x ^ y)
    assert [group.index(s) for s in swaps] == [2**k for k in reversed(range(16))]
    assert group.products(x, x).max() == 0


def test_keys_that_collide_are_drawn_again(monkeypatch):
    class Colliding:
        def __init__(self, seed):
            self.seed = seed

        def integers(self, high, size):
            return (
                np.ones(size, dtype=np.int64)
                if self.seed == given_groups.SEED
                else 7 ** np.arange(size)
            )

    monkeypatch.setattr(np.random, "default_rng", Colliding)
    group = PermutationGroup(PERMUTATIONS["A_5"])
    assert is_isomorphic(group, AlternatingGroup(5))


def test_sympy_permutations_generate():
    group = PermutationGroup(SympyDihedral(5).generators)
    assert is_isomorphic(group, DihedralGroup(5))
    assert repr(group) == "<G_10, 10 permutations of 5 letters>"


@pytest.mark.parametrize(
    ("generators", "options", "error", "message"),
    [
        ([], {}, ValueError, "expected at least one permutation"),
        ([[1, 0], [1, 2, 0]], {}, ValueError, "permutations of 2 and of 3 letters: give one"),
        ([[0, 0]], {}, ValueError, r"\[0, 0\] is not a permutation of 0, ..., 1"),
        (["(0 1)"], {}, TypeError, "expected a permutation in array form"),
        ([[1, 0, 2], [1, 2, 0]], {"largest": 5}, ValueError, "6 elements, more than the 5 "),
        ([[*range(1, 30), 0], [1, 0, *range(2, 30)]], {}, ValueError, "more than the 100000 that"),
    ],
)  # fmt: skip
def test_permutations_that_generate_no_group(generators, options, error, message):
    with pytest.raises(error, match=message):
        PermutationGroup(generators, **options)


def test_permutations_outside_the_group():
    group = PermutationGroup([[1, 2, 0]])
    with pytest.raises(ValueError, match=r"\(0 1\) is not an element of G_3"):
        group.index([1, 0, 2])
    with pytest.raises(ValueError, match="of 4 letters, expected 3"):
        group.index([1, 0, 2, 3])
    with pytest.raises(ValueError, match="G_3 has no element"):
        group.parse_element("(0 1)")
    with pytest.raises(IndexError, match="0 to 2, got 3"):
        group.element(3)
    assert PermutationGroup([[1, 2, 0]], largest=3).order == 3


# Matrices

half, root = Rational(1, 2), sqrt(2) / 2
Q_8 = [Matrix([[I, 0], [0, -I]]), Matrix([[0, 1], [-1, 0]])]
ROTATION = {
    n: Matrix([[cos(2 * pi / n), -sin(2 * pi / n)], [sin(2 * pi / n), cos(2 * pi / n)]])
    for n in (5, 7, 12)
}
REFLECTION = Matrix([[1, 0], [0, -1]])


@pytest.mark.parametrize(
    ("generators", "options", "expected"),
    [
        (Q_8, {}, DicyclicGroup(2)),
        ([ROTATION[5], REFLECTION], {}, DihedralGroup(5)),
        ([ROTATION[7], REFLECTION], {}, DihedralGroup(7)),
        ([ROTATION[12]], {}, (np.arange(12)[:, None] + np.arange(12)) % 12),
        ([Matrix([[exp(2 * I * pi / 9)]])], {}, (np.arange(9)[:, None] + np.arange(9)) % 9),
        ([[[0, 1], [-1, -1]], [[0, 1], [1, 0]]], {}, SymmetricGroup(3)),
        ([[[0, 1, 0], [0, 0, 1], [1, 0, 0]], diag(-1, -1, 1)], {}, AlternatingGroup(4)),
        # Conjugate to integers by a matrix with a denominator.
        ([Matrix([[0, 2], [-half, -1]])], {}, (np.arange(3)[:, None] + np.arange(3)) % 3),
        ([[[1, 1], [0, 1]], [[1, 0], [1, 1]]], {"modulus": 2}, SymmetricGroup(3)),
        ([[[half]]], {"modulus": 7}, (np.arange(3)[:, None] + np.arange(3)) % 3),
        ([[[10**40]]], {"modulus": 11}, np.array([[0]])),
        ([eye(3)], {}, np.array([[0]])),
        ([[[1]]], {"largest": 1}, np.array([[0]])),
    ],
)  # fmt: skip
def test_matrices_generate_the_group_of_their_name(generators, options, expected):
    group = MatrixGroup(generators, **options)
    assert is_isomorphic(group, expected)
    assert group.identity == 0
    assert len(group.generators) == len(generators)


def test_generators_of_a_matrix_group_are_what_was_given():
    """Orders and products of the generators are those of the matrices."""
    a, b = Q_8
    group = MatrixGroup([a, b, a * b])
    x, y, z = group.generators
    assert group.products(x, y) == z
    assert group.products(y, x) != z
    assert [group.element_orders[s] for s in (x, y, z)] == [4, 4, 4]
    identity, minus = Matrix.eye(2), -Matrix.eye(2)
    square = int(group.products(x, x))
    assert a * a == minus != identity
    assert group.centre.tolist() == sorted([0, square])


def test_words_are_ordered_by_length():
    group = MatrixGroup([[[0, 1], [-1, -1]]])
    assert group.generators == (1,)
    assert group.cayley_table.tolist() == [[0, 1, 2], [1, 2, 0], [2, 0, 1]]


def test_the_cayley_table_of_sl_2_3_by_matrices():
    """All products of all matrices modulo 3 of determinant 1."""
    matrices = [m for m in product(range(3), repeat=4) if (m[0] * m[3] - m[1] * m[2]) % 3 == 1]
    arrays = np.array(matrices).reshape(-1, 2, 2)
    products = (arrays[:, None] @ arrays) % 3
    places = {m: k for k, m in enumerate(matrices)}
    table = [[places[tuple(p.ravel().tolist())] for p in row] for row in products]
    group = MatrixGroup([[[1, 1], [0, 1]], [[1, 0], [1, 1]]], 3, "SL(2,3)")
    assert is_isomorphic(group, np.array(table))
    assert str(group) == "SL(2,3)"


@pytest.mark.parametrize(
    ("generators", "options", "message"),
    [
        ([], {}, "expected one or more square matrices of one size"),
        ([[[1, 0]]], {}, "expected one or more square matrices of one size"),
        ([eye(2), eye(3)], {}, "expected one or more square matrices of one size"),
        ([[[1]]], {"modulus": 4}, "matrices modulo 4: it must be a prime number below 1048576"),
        ([[[1]]], {"modulus": 2**31 - 1}, "matrices modulo 2147483647: it must be a prime"),
        ([[[1]]], {"modulus": 1}, "matrices modulo 1: it must be a prime number"),
        ([[[1]]], {"modulus": 0}, "matrices modulo 0: it must be a prime number"),
        ([[[sqrt(2)]]], {"modulus": 7}, "modulo a prime must have rational entries"),
        ([[[half]]], {"modulus": 2}, "1/2 is no number modulo 2"),
        ([[[0.5]]], {}, "0.5.* is no sum of roots of unity that can be read"),
        ([[[pi]]], {}, "pi is no sum of roots of unity that can be read"),
        ([[[0]]], {}, "matrix 0 of the generators has no inverse"),
        ([eye(2), [[1, 0], [0, 0]]], {}, "matrix 1 of the generators has no inverse"),
        ([[[0, 1], [0, 0]]], {}, "matrix 0 of the generators has no inverse"),
        ([[[3]]], {"modulus": 3}, "matrix 0 of the generators has no inverse"),
        ([[[1, 1], [0, 1]]], {"largest": 40}, "generate more than the 40 elements"),
        ([[[2]]], {}, "products of the matrices grow: they generate no finite group"),
        ([[[2, 1], [1, 1]]], {}, "products of the matrices grow"),
        ([[[half]]], {}, "products of the matrices grow"),
        ([[[Rational(3, 5), Rational(-4, 5)], [Rational(4, 5), Rational(3, 5)]]], {}, "grow"),
        ([[[1 + sqrt(2)]]], {}, "products of the matrices grow"),
        ([[[10**30]]], {}, "entries of matrices have integers up to 1048576, got 1000"),
        ([[[Rational(1, 10**30)]]], {}, "entries of matrices have integers up to 1048576, got 1/"),
        ([[[1, 1], [0, 1]], [[1, 0], [1, 1]]], {"modulus": 3, "largest": 23}, "than the 23 "),
    ],
)  # fmt: skip
def test_matrices_that_generate_no_finite_group(generators, options, message):
    with pytest.raises(ValueError, match=message):
        MatrixGroup(generators, **options)


def test_a_size_that_is_just_enough():
    generators = [[[1, 1], [0, 1]], [[1, 0], [1, 1]]]
    assert MatrixGroup(generators, 3, largest=24).order == 24


def test_complex_reflections_of_order_48_and_their_characters():
    """The group of Pauli matrices and S, of order 32; its irreps are those of the table."""
    s = Matrix([[1, 0], [0, I]])
    x = Matrix([[0, 1], [1, 0]])
    group = MatrixGroup([s, x])
    table = group.character_table()
    table.verify()
    assert group.order == 32
    (traces,) = [
        row
        for row in table.values
        if row[0] == 2 and [row[group.class_of[g]] for g in group.generators] == [1 + I, 0]
    ]
    assert traces[group.class_of[group.products(*group.generators)]] == 0


def test_small_groups_are_pairwise_different():
    groups = [
        MatrixGroup(Q_8),
        PermutationGroup([[1, 2, 3, 0], [0, 3, 2, 1]]),
        CayleyTableGroup((np.arange(8)[:, None] + np.arange(8)) % 8),
    ]
    for a, b in combinations(groups, 2):
        assert not is_isomorphic(a, b)
