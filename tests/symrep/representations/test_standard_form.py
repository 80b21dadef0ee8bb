"""Blocks of complex numbers and quaternions, in floats, SymPy numbers and torch tensors."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sympy import I, Integer, Matrix, Rational, cos, pi, sin, sqrt

from symrep.representations.standard_form import (
    SIGNS,
    StandardForm,
    complex_matrices,
    components,
    first_columns,
    from_components,
    from_first_columns,
    interleaved,
    multiplication,
    tensor_product,
)

TYPES = pytest.mark.parametrize("c", [1, 2, 4])


def random_form(c, m=2, batch=(3,), seed=0):
    columns = np.random.default_rng(seed).standard_normal((*batch, m * c, m))
    return from_first_columns(columns, c)


# Left multiplications


def test_units_multiply_as_quaternions():
    """By hand: i j = k, j k = i, k i = j, and squares are -1."""
    one, i, j, k = (np.array(multiplication(*row)) for row in np.eye(4, dtype=int).tolist())
    assert i.tolist() == [[0, -1, 0, 0], [1, 0, 0, 0], [0, 0, 0, -1], [0, 0, 1, 0]]
    assert j.tolist() == [[0, 0, -1, 0], [0, 0, 0, 1], [1, 0, 0, 0], [0, -1, 0, 0]]
    assert k.tolist() == [[0, 0, 0, -1], [0, 0, -1, 0], [0, 1, 0, 0], [1, 0, 0, 0]]
    assert (one == np.eye(4)).all()
    for left, right, product in [(i, j, k), (j, k, i), (k, i, j)]:
        assert (left @ right == product).all()
        assert (right @ left == -product).all()
    for unit in (i, j, k):
        assert (unit @ unit == -one).all()


def test_a_product_by_hand():
    """(1 + 2i + 3j + 4k)(5 + 6i + 7j + 8k) = -60 + 12i + 30j + 24k."""
    product = np.array(multiplication(1, 2, 3, 4)) @ np.array(multiplication(5, 6, 7, 8))
    assert product.tolist() == multiplication(-60, 12, 30, 24)
    assert multiplication(3, 4) == [[3, -4], [4, 3]]
    assert multiplication(7) == [[7]]


def test_signs_are_those_of_products_of_units():
    units = [np.array(multiplication(*row)) for row in np.eye(4, dtype=int).tolist()]
    for r in range(4):
        for s in range(4):
            assert (units[r ^ s] @ units[s] == SIGNS[r][s] * units[r]).all()


def test_exact_numbers_stay_exact():
    angle = 2 * pi / 5
    assert Matrix(multiplication(cos(angle), sin(angle))).det().simplify() == 1
    half = Rational(1, 2)
    unit = Matrix(multiplication(half, half, half, half))
    assert unit**6 == Matrix.eye(4)
    assert unit**3 == -Matrix.eye(4)


# Matrices of blocks


def test_blocks_stand_at_their_places():
    a, b = np.array([[1, 2, 3], [4, 5, 6]]), np.array([[10, 20, 30], [40, 50, 60]])
    assert from_components(a, b).tolist() == [
        [1, -10, 2, -20, 3, -30],
        [10, 1, 20, 2, 30, 3],
        [4, -40, 5, -50, 6, -60],
        [40, 4, 50, 5, 60, 6],
    ]
    assert interleaved([[a]]).tolist() == a.tolist()


@TYPES
@pytest.mark.parametrize("batch", [(), (3,), (2, 3)])
def test_first_columns_determine_a_matrix(c, batch):
    columns = np.random.default_rng(c).standard_normal((*batch, 2 * c, 5))
    matrices = from_first_columns(columns, c)
    assert matrices.shape == (*batch, 2 * c, 5 * c)
    assert (matrices[..., ::c] == columns).all()
    assert (from_components(*components(columns, c)) == matrices).all()
    assert len(components(columns, c)) == c


@TYPES
def test_matrices_in_standard_form_multiply_in_standard_form(c):
    left, right = random_form(c, seed=1), random_form(c, seed=2)
    product = left @ right
    np.testing.assert_allclose(from_first_columns(product[..., ::c], c), product, atol=1e-14)


@TYPES
def test_tensors_and_arrays_have_the_same_blocks(c):
    columns = np.random.default_rng(c).standard_normal((3, 2 * c, 2)).astype(np.float32)
    found = from_first_columns(torch.from_numpy(columns), c)
    assert found.dtype == torch.float32
    assert (found.numpy() == from_first_columns(columns, c)).all()
    assert (first_columns(found, c).numpy() == first_columns(found.numpy(), c)).all()


def test_blocks_of_tensors_have_gradients():
    columns = torch.ones(4, 1, dtype=torch.float64, requires_grad=True)
    weights = torch.arange(16, dtype=torch.float64).reshape(4, 4)
    (from_first_columns(columns, 4) * weights).sum().backward()
    expected = [sum(SIGNS[r ^ s][s] * int(weights[r ^ s, s]) for s in range(4)) for r in range(4)]
    assert columns.grad.flatten().tolist() == expected


@TYPES
def test_the_nearest_matrix_is_an_orthogonal_projection(c):
    """It fixes standard forms, and what is taken off is orthogonal to all of them."""
    form = random_form(c)
    np.testing.assert_allclose(from_first_columns(first_columns(form, c), c), form, atol=1e-15)
    matrices = np.random.default_rng(5).standard_normal(form.shape)
    rest = matrices - from_first_columns(first_columns(matrices, c), c)
    assert np.abs((rest * form).sum((1, 2))).max() < 1e-13
    assert (c == 1) == (np.abs(rest).max() == 0)


def test_the_nearest_matrix_of_exact_numbers_is_exact():
    matrices = np.array([[sqrt(2), Integer(1)], [Integer(2), Integer(0)]])
    assert first_columns(matrices, 2).tolist() == [[sqrt(2) / 2], [Rational(1, 2)]]


# Complex matrices


@TYPES
@pytest.mark.parametrize("kind", ["float64", "float32", "tensor"])
def test_complex_matrices_multiply(c, kind):
    left, right = random_form(c, seed=1), random_form(c, seed=2)
    arrays = [left, right, left @ right]
    if kind == "tensor":
        found = [complex_matrices(torch.from_numpy(a), c).numpy() for a in arrays]
    else:
        found = [complex_matrices(a.astype(kind), c) for a in arrays]
    d = left.shape[-1] // (1 if c == 1 else 2)
    assert found[0].shape == (3, d, d)
    assert found[0].dtype == (np.complex64 if kind == "float32" else np.complex128)
    tolerance = 1e-5 if kind == "float32" else 1e-13
    np.testing.assert_allclose(found[0] @ found[1], found[2], atol=tolerance)
    traces = found[2].trace(axis1=1, axis2=2)
    real = arrays[2].trace(axis1=1, axis2=2)
    np.testing.assert_allclose(traces.real * (1 if c == 1 else 2), real, atol=10 * tolerance)


@TYPES
def test_complex_matrices_of_orthogonal_ones_are_unitary(c):
    # exp of a matrix in standard form with X^T = -X is orthogonal and in standard form.
    matrix = random_form(c, batch=())
    rotation = torch.linalg.matrix_exp(torch.from_numpy(matrix - matrix.T))
    found = complex_matrices(rotation, c)
    torch.testing.assert_close(found @ found.mH, torch.eye(len(found)).to(found))


def test_complex_matrices_by_hand():
    a, b, c, d = 1, 2, 3, 4
    block = np.array(multiplication(a, b, c, d), dtype=float)
    assert complex_matrices(block, 4).tolist() == [[1 + 2j, 3 + 4j], [-3 + 4j, 1 - 2j]]
    assert complex_matrices(np.array([[3.0, -4], [4, 3]]), 2).tolist() == [[3 + 4j]]
    exact = np.array(multiplication(*map(Integer, (a, b, c, d))), dtype=object)
    expected = [[1 + 2 * I, 3 + 4 * I], [-3 + 4 * I, 1 - 2 * I]]
    assert complex_matrices(exact, 4).tolist() == expected


# Tensor products


PRODUCTS = [
    (1, 1, 1),
    (1, 2, 2),
    (2, 1, 2),
    (1, 4, 4),
    (4, 1, 4),
    (2, 2, 2),
    (2, 4, 2),
    (4, 2, 2),
    (4, 4, 1),
]
"""Commutant dimensions of two irreps and of their product."""


def complex_of(form):
    return complex_matrices(form.matrices, form.commutant_dim)


@pytest.mark.parametrize(("left", "right", "type"), PRODUCTS)
def test_traces_of_tensor_products_are_products(left, right, type):
    """Of complex irreps: the real parts of chi psi, twice unless the product is of real type."""
    forms = StandardForm(random_form(left, seed=1), left), StandardForm(random_form(right), right)
    product = tensor_product(*forms)
    assert product.commutant_dim == type
    chi, psi = (complex_of(form).trace(axis1=1, axis2=2) for form in forms)
    factor = 1 if type == 1 else 2
    found = product.matrices.trace(axis1=1, axis2=2)
    np.testing.assert_allclose(found, factor * (chi * psi).real, atol=1e-12)


@pytest.mark.parametrize(
    ("left", "right", "conjugate"),
    [*((left, right, False) for left, right, _ in PRODUCTS), (2, 2, True)],
)
def test_tensor_products_multiply_and_are_in_standard_form(left, right, conjugate):
    A, B = random_form(left, seed=1), random_form(left, seed=2)
    C, D = random_form(right, seed=3), random_form(right, seed=4)
    forms = [
        tensor_product(StandardForm(a, left), StandardForm(b, right), conjugate=conjugate)
        for a, b in [(A, C), (B, D), (A @ B, C @ D)]
    ]
    first, second, both = (form.matrices for form in forms)
    np.testing.assert_allclose(first @ second, both, atol=1e-11)
    c = forms[0].commutant_dim
    np.testing.assert_allclose(from_first_columns(first[..., ::c], c), first, atol=1e-12)


def test_the_conjugate_is_taken_on_the_right():
    turn = StandardForm(np.array(multiplication(0, 1)), 2)
    assert tensor_product(turn, turn).matrices.tolist() == multiplication(-1, 0)
    assert tensor_product(turn, turn, conjugate=True).matrices.tolist() == multiplication(1, 0)


def test_two_quaternions_act_by_multiplication_from_both_sides():
    """X -> i X j^* by hand: 1 -> -k, i -> j, j -> i, k -> -1."""
    i, j = (np.array(multiplication(*row)) for row in ([0, 1, 0, 0], [0, 0, 1, 0]))
    found = tensor_product(StandardForm(i, 4), StandardForm(j, 4))
    assert found.commutant_dim == 1
    assert found.matrices.T.tolist() == [[0, 0, 0, -1], [0, 0, 1, 0], [0, 1, 0, 0], [-1, 0, 0, 0]]


def test_tensor_products_of_exact_numbers_are_exact():
    half = Rational(1, 2)
    unit = np.array(multiplication(half, half, half, half), dtype=object)
    product = Matrix(tensor_product(StandardForm(unit, 4), StandardForm(unit, 4)).matrices)
    assert product * product.T == Matrix.eye(4)
    assert product.trace() == 1


def test_batches_broadcast():
    left, right = random_form(4, batch=(5, 1)), random_form(4, batch=(3,), seed=7)
    found = tensor_product(StandardForm(left, 4), StandardForm(right, 4)).matrices
    assert found.shape == (5, 3, 16, 16)
    alone = tensor_product(StandardForm(left[4, 0], 4), StandardForm(right[2], 4)).matrices
    np.testing.assert_allclose(found[4, 2], alone, atol=1e-13)
