from itertools import combinations, product

import numpy as np
import pytest
from sympy import I, Matrix, Rational, cos, diag, exp, eye, pi, sin, sqrt

from symrep import (
    AlternatingGroup,
    CayleyTableGroup,
    DicyclicGroup,
    DihedralGroup,
    MatrixGroup,
    PermutationGroup,
    SymmetricGroup,
)
from symrep.cayley.isomorphisms import isomorphism


def is_isomorphic(group, other):
    table = other if isinstance(other, np.ndarray) else other.cayley_table
    return isomorphism(group.cayley_table, table) is not None


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
        ([[[1]]], {"modulus": 4}, "the modulus must be a prime number below 1048576, got 4"),
        ([[[1]]], {"modulus": 2**31 - 1}, "a prime number below 1048576, got 2147483647"),
        ([[[1]]], {"modulus": 1}, "a prime number below 1048576, got 1"),
        ([[[1]]], {"modulus": 0}, "a prime number below 1048576, got 0"),
        ([[[sqrt(2)]]], {"modulus": 7}, "modulo a prime must have rational entries"),
        ([[[half]]], {"modulus": 2}, "1/2 has no residue modulo 2"),
        ([[[0.5]]], {}, "cannot read 0.5.* as a sum of roots of unity"),
        ([[[pi]]], {}, "cannot read pi as a sum of roots of unity"),
        ([[[0]]], {}, "matrix 0 of the generators has no inverse"),
        ([eye(2), [[1, 0], [0, 0]]], {}, "matrix 1 of the generators has no inverse"),
        ([[[0, 1], [0, 0]]], {}, "matrix 0 of the generators has no inverse"),
        ([[[3]]], {"modulus": 3}, "matrix 0 of the generators has no inverse"),
        ([[[1, 1], [0, 1]]], {"largest": 40}, "generate more elements than the bound largest=40"),
        ([[[2]]], {}, "products of the matrices grow: they generate an infinite group"),
        ([[[2, 1], [1, 1]]], {}, "products of the matrices grow"),
        ([[[half]]], {}, "products of the matrices grow"),
        ([[[Rational(3, 5), Rational(-4, 5)], [Rational(4, 5), Rational(3, 5)]]], {}, "grow"),
        ([[[1 + sqrt(2)]]], {}, "products of the matrices grow"),
        ([[[10**30]]], {}, "the integers in entries must be at most 1048576, got 1000"),
        ([[[Rational(1, 10**30)]]], {}, "the integers in entries must be at most 1048576, got 1/"),
        ([[[1, 1], [0, 1]], [[1, 0], [1, 1]]], {"modulus": 3, "largest": 23}, "bound largest=23"),
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


def test_names_of_elements():
    group = MatrixGroup([[[1, 1], [0, 1]]], modulus=3)
    assert [group.element_name(i) for i in range(3)] == [
        "[1, 0; 0, 1]",
        "[1, 1; 0, 1]",
        "[1, 2; 0, 1]",
    ]
    assert group.parse_element("[1,2;0,1]") == group.index([[1, -1], [3, 4]]) == 2


def test_what_is_no_element_is_named():
    group = MatrixGroup([[[1, 1], [0, 1]]], modulus=3)
    with pytest.raises(ValueError, match=r"\[\[1, 0\], \[1, 1\]\] is not an element of G_3"):
        group.index([[1, 0], [1, 1]])
    with pytest.raises(ValueError, match=r"G_3 has matrices of size 2, got \[\[1\]\]"):
        group.index([[1]])
    for wrong in ([[0.5, 0], [0, 1]], [["x", 0], [0, 1]], [[True, 0], [0, 1]], {}, [1, 0]):
        with pytest.raises((TypeError, ValueError), match="matrices"):
            group.index(wrong)
