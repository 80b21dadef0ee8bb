from __future__ import annotations

import pytest
import torch

from analysis.measures import matrix_coefficients
from analysis.measures.weights import fraction_of_variance_explained
from symrep import Partition, SymmetricGroup
from symrep.representations.standard_form import from_first_columns
from tests.analysis.any_group import BY_TYPE, matrices, span_of

LABEL = Partition(2, 1, 1)


@pytest.fixture(scope="module")
def group():
    return SymmetricGroup(4)


def random(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_shares_are_those_of_projections_onto_single_entries(group):
    weights = random(24, 5)
    rho = group.irrep(LABEL).tensor(torch.float64)
    found = matrix_coefficients.matrix_coefficient_fractions(weights, group, LABEL)
    for i in range(3):
        for j in range(3):
            entry = rho[:, i, j] / rho[:, i, j].norm()
            expected = (entry @ weights).square().sum() / weights.square().sum()
            assert float(found[i, j]) == pytest.approx(float(expected), abs=1e-14)
    explained = fraction_of_variance_explained(weights, group)[LABEL]
    assert float(found.sum()) == pytest.approx(explained, abs=1e-14)


def test_a_planted_entry_of_s_3_has_everything():
    """The entry of row 0 and column 1, by hand: sin of the angle in the standard irrep."""
    group = SymmetricGroup(3)
    rho = group.irrep("standard").tensor(torch.float64)
    # (0 1) is diagonal in last-letter order, and a rotation has the entry 3^(1/2)/2 up to sign.
    assert float(rho[group.index([1, 0, 2]), 0, 1]) == pytest.approx(0, abs=1e-15)
    assert abs(float(rho[group.index([1, 2, 0]), 0, 1])) == pytest.approx(0.75**0.5)
    assert float(rho[group.index([1, 2, 0]), 0, 1]) == pytest.approx(
        -float(rho[group.index([1, 2, 0]), 1, 0])
    )
    shares = matrix_coefficients.matrix_coefficient_fractions(rho[:, 0, 1:], group, "standard")
    torch.testing.assert_close(shares, torch.tensor([[0.0, 1.0], [0.0, 0.0]]).double())


def test_coefficients_give_the_projection_back(group):
    weights = random(24, 5)
    phi = group.irrep(LABEL).tensor(torch.float64) * (3 / 24) ** 0.5
    coefficients = matrix_coefficients.orthonormal_coefficients(weights, group, LABEL)
    span = torch.linalg.qr(phi.flatten(1)).Q
    torch.testing.assert_close(
        torch.einsum("gij,ijk->gk", phi, coefficients), span @ (span.T @ weights)
    )


def test_chance_of_a_matrix_element_is_that_of_random_weights(group):
    samples = torch.stack(
        [
            matrix_coefficients.matrix_coefficient_fractions(random(24, 3, seed=k), group, LABEL)
            for k in range(400)
        ]
    )
    level = matrix_coefficients.matrix_coefficient_baseline(group, 3)
    assert level.mean == 1 / 24
    assert float(samples.mean()) == pytest.approx(level.mean, abs=0.001)
    assert float(samples.std(0).mean()) == pytest.approx(level.sd, rel=0.1)


def test_the_common_vector_is_on_the_right_of_a_left_embedding(group):
    """b_k^T rho(x) a has the right spectrum 1, 0, 0; a^T rho(y) c_k the left one."""
    rho, a, b = group.irrep(LABEL).tensor(torch.float64), random(3), random(3, 8, seed=1)
    left, right = matrix_coefficients.side_spectra(
        torch.einsum("ik,gij,j->gk", b, rho, a), group, LABEL
    )
    torch.testing.assert_close(right, torch.tensor([1.0, 0, 0]).double())
    values = torch.linalg.svdvals(b).square()
    torch.testing.assert_close(left, values / values.sum())
    turned = matrix_coefficients.side_spectra(torch.einsum("i,gij,jk->gk", a, rho, b), group, LABEL)
    torch.testing.assert_close(turned[0], right)
    torch.testing.assert_close(turned[1], left)


def test_spectra_do_not_depend_on_what_other_irreps_do(group):
    rho, sign = (
        group.irrep(LABEL).tensor(torch.float64),
        torch.tensor(group.signs).double()[:, None],
    )
    weights = torch.einsum("ik,gij,j->gk", random(3, 8, seed=1), rho, random(3))
    torch.testing.assert_close(
        matrix_coefficients.side_spectra(weights + 5 * sign, group, LABEL)[0],
        matrix_coefficients.side_spectra(weights, group, LABEL)[0],
    )


def test_zero_weights_have_zero_shares_and_spectra(group):
    zeros = torch.zeros(24, 3)
    shares = matrix_coefficients.matrix_coefficient_fractions(zeros, group, LABEL)
    left, right = matrix_coefficients.side_spectra(zeros, group, LABEL)
    assert not shares.any()
    assert not left.any()
    assert not right.any()
    assert matrix_coefficients.evenness(shares) == 0


def test_chance_of_side_spectra_is_that_of_random_weights(group):
    samples = torch.stack(
        [
            torch.stack(matrix_coefficients.side_spectra(random(24, 4, seed=k), group, LABEL))
            for k in range(400)
        ]
    )
    levels = matrix_coefficients.side_spectra_baseline(3, 4)
    assert sum(level.mean for level in levels) == pytest.approx(1)
    for side in (0, 1):
        for k, level in enumerate(levels):
            assert float(samples[:, side, k].mean()) == pytest.approx(level.mean, abs=0.01)
            assert float(samples[:, side, k].std()) == pytest.approx(level.sd, rel=0.15)


def test_evenness_is_one_for_equal_shares_and_least_for_one_alone():
    assert matrix_coefficients.evenness(torch.full((3, 3), 0.07)) == pytest.approx(1)
    assert matrix_coefficients.evenness(torch.eye(3)) == pytest.approx(1 / 3)
    assert matrix_coefficients.evenness(torch.tensor([[3.0, 1.0], [0.0, 0.0]])) == pytest.approx(
        0.4
    )


def test_chance_of_evenness_is_that_of_random_weights(group):
    samples = torch.tensor(
        [
            matrix_coefficients.evenness(
                matrix_coefficients.matrix_coefficient_fractions(
                    random(24, 3, seed=k), group, LABEL
                )
            )
            for k in range(400)
        ]
    )
    level = matrix_coefficients.evenness_baseline(3, 3)
    assert float(samples.mean()) == pytest.approx(level.mean, abs=0.015)
    assert float(samples.std()) == pytest.approx(level.sd, rel=0.15)
    many = matrix_coefficients.evenness_baseline(30, 6)
    assert many.mean == pytest.approx(6 / 8, abs=0.01)
    assert matrix_coefficients.evenness_baseline(1, 5).mean == pytest.approx(1)


def test_foreign_labels_and_shapes_are_named(group):
    with pytest.raises(ValueError, match="partition of 3"):
        matrix_coefficients.side_spectra(random(24, 2), group, (2, 1))
    with pytest.raises(ValueError, match="first axis must have the 24 elements"):
        matrix_coefficients.matrix_coefficient_fractions(random(6, 2), group, LABEL)


def test_blocks_multiply_as_quaternions_do():
    one, i, j, k = (from_first_columns(torch.eye(4).double()[:, u : u + 1], 4) for u in range(4))
    assert torch.equal(one, torch.eye(4).double())
    assert torch.equal(i @ j, k)
    assert torch.equal(j @ k, i)
    assert torch.equal(k @ i, j)
    for unit in (i, j, k):
        assert torch.equal(unit @ unit, -one)


@pytest.mark.parametrize("name", BY_TYPE)
def test_first_columns_of_blocks_determine_rho(name):
    group, label, _, c = BY_TYPE[name]
    rho = matrices(group, label)
    found = from_first_columns(rho[:, :, ::c], c)
    torch.testing.assert_close(found, rho, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", BY_TYPE)
def test_shares_of_every_type_are_those_of_orthogonal_functions(name):
    group, label, d, c = BY_TYPE[name]
    weights = random(group.order, 5)
    found = matrix_coefficients.matrix_coefficient_fractions(weights, group, label)
    assert found.shape == (d, d // c)
    elements = matrices(group, label)[:, :, ::c].flatten(1)
    units = elements / elements.norm(dim=0)
    torch.testing.assert_close(units.T @ units, torch.eye(d**2 // c).double())
    expected = (units.T @ weights).square().sum(1) / weights.square().sum()
    torch.testing.assert_close(found.flatten(), expected)
    span = span_of(group, label, torch.arange(group.order))
    explained = (span.T @ weights).square().sum() / weights.square().sum()
    assert float(found.sum()) == pytest.approx(float(explained), abs=1e-14)
    assert fraction_of_variance_explained(weights, group)[label] == pytest.approx(float(explained))
    coefficients = matrix_coefficients.orthonormal_coefficients(weights, group, label).flatten(0, 1)
    torch.testing.assert_close(units @ coefficients, span @ (span.T @ weights))


@pytest.mark.parametrize("name", BY_TYPE)
def test_planted_elements_have_their_shares(name):
    group, label, d, c = BY_TYPE[name]
    rho = matrices(group, label)
    weights = torch.stack([rho[:, d - 1, 0], 2 * rho[:, 0, d - c]], dim=1)
    shares = matrix_coefficients.matrix_coefficient_fractions(weights, group, label)
    expected = torch.zeros(d, d // c).double()
    expected[d - 1, 0] += 1 / 5
    expected[0, -1] += 4 / 5
    torch.testing.assert_close(shares, expected)


@pytest.mark.parametrize("name", BY_TYPE)
def test_coefficient_matrices_give_the_part_of_a_function(name):
    group, label, d, c = BY_TYPE[name]
    functions, rho = random(group.order, 3), matrices(group, label)
    found = matrix_coefficients.coefficient_matrices(functions, group, label)
    assert found.shape == (3, d, d)
    span = span_of(group, label, torch.arange(group.order))
    part = torch.einsum("kij,gij->gk", found, rho)
    torch.testing.assert_close(part, span @ (span.T @ functions))
    again = from_first_columns(found[:, :, ::c], c)
    torch.testing.assert_close(again, found, rtol=0, atol=1e-13)


@pytest.mark.parametrize("name", BY_TYPE)
def test_a_common_vector_over_any_numbers_is_found(name):
    """b_k^T rho(g) a with real b_k and a: one line over the numbers on the right."""
    group, label, d, c = BY_TYPE[name]
    rho, a, b = matrices(group, label), random(d), random(d, 3, seed=1)
    left, right = matrix_coefficients.side_spectra(
        torch.einsum("ik,gij,j->gk", b, rho, a), group, label
    )
    assert left.shape == right.shape == (d // c,)
    torch.testing.assert_close(right, torch.eye(d // c)[0].double())
    assert float(left.sum()) == pytest.approx(1)
    assert d == c or float(left[1]) > 0.01
    turned = matrix_coefficients.side_spectra(torch.einsum("i,gij,jk->gk", a, rho, b), group, label)
    torch.testing.assert_close(turned[0], right)


@pytest.mark.parametrize("name", ["complex of degree 2", "quaternionic of degree 4"])
def test_chance_of_side_spectra_over_other_numbers_is_that_of_random_weights(name):
    group, label, d, c = BY_TYPE[name]
    samples = torch.stack(
        [
            torch.stack(
                matrix_coefficients.side_spectra(random(group.order, 2, seed=k), group, label)
            )
            for k in range(500)
        ]
    )
    levels = matrix_coefficients.side_spectra_baseline(d, 2, draws=5000, commutant_dim=c)
    assert len(levels) == d // c
    assert sum(level.mean for level in levels) == pytest.approx(1)
    for side in (0, 1):
        for k, level in enumerate(levels):
            error = 4 * level.sd / 500**0.5
            assert float(samples[:, side, k].mean()) == pytest.approx(level.mean, abs=error)
            assert float(samples[:, side, k].std()) == pytest.approx(level.sd, rel=0.15)
    real = matrix_coefficients.side_spectra_baseline(d // c, 2, draws=5000)
    assert real[0].mean > levels[0].mean + 0.01


@pytest.mark.parametrize("name", BY_TYPE)
def test_chance_of_evenness_counts_the_elements_of_the_type(name):
    group, label, d, c = BY_TYPE[name]
    samples = torch.tensor(
        [
            matrix_coefficients.evenness(
                matrix_coefficients.matrix_coefficient_fractions(
                    random(group.order, 2, seed=k), group, label
                )
            )
            for k in range(400)
        ]
    )
    level = matrix_coefficients.evenness_baseline(d, 2, draws=4000, commutant_dim=c)
    assert float(samples.mean()) == pytest.approx(level.mean, abs=4 * level.sd / 20)
    assert float(samples.std()) == pytest.approx(level.sd, rel=0.15)
