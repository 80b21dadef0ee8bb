from __future__ import annotations

import pytest
import torch
from sympy.polys.domains import QQ
from sympy.polys.matrices import DomainMatrix

from analysis.measures import hidden, permutation_representation
from analysis.measures.statistics import pair_statistics
from analysis.networks import BilinearNet
from analysis.tensors import group_tensors
from symrep import SymmetricGroup
from tests.analysis.any_group import planted


def entries(n):
    return SymmetricGroup(n).permutation_representation(torch.float64).flatten(1)


def random(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("n", range(1, 7))
def test_redundant_directions_are_the_null_space(n):
    directions = permutation_representation.redundant_directions(n)
    assert directions.shape == (n * n, 2 * n - 2)
    assert not (entries(n) @ directions).any()
    if n > 1:
        gram = (directions.T @ directions).long().tolist()
        assert DomainMatrix(gram, (2 * n - 2, 2 * n - 2), QQ).rank() == 2 * n - 2


@pytest.mark.parametrize("n", range(1, 7))
def test_the_projector_leaves_the_entries_and_kills_the_directions(n):
    projector = permutation_representation.independent_projector(n)
    torch.testing.assert_close(entries(n) @ projector, entries(n))
    torch.testing.assert_close(projector @ projector, projector)
    assert float(projector.trace()) == pytest.approx((n - 1) ** 2 + 1)
    torch.testing.assert_close(
        projector @ permutation_representation.redundant_directions(n),
        torch.zeros(n * n, 2 * n - 2).double(),
    )
    constant = projector - permutation_representation.independent_projector(n, centred=True)
    torch.testing.assert_close(constant, torch.full((n * n, n * n), 1 / n**2).double())


@pytest.mark.parametrize("n", range(1, 5))
def test_the_share_is_that_of_the_span_of_the_entries(n):
    weights = random(len(entries(n)), 3)
    basis, values, _ = torch.linalg.svd(entries(n), full_matrices=False)
    span = basis[:, values > 1e-9]
    expected = (span.T @ weights).square().sum() / weights.square().sum()
    group = SymmetricGroup(n)
    assert permutation_representation.permutation_fraction(weights, group) == pytest.approx(
        float(expected), abs=1e-14
    )
    assert (
        permutation_representation.permutation_fraction_baseline(group).mean
        == span.shape[1] / group.order
    )
    assert permutation_representation.permutation_fraction(torch.zeros(group.order, 2), group) == 0


@pytest.mark.parametrize("n", range(1, 5))
def test_coefficients_are_those_of_the_pseudo_inverse(n):
    weights = random(len(entries(n)), 3)
    group = SymmetricGroup(n)
    torch.testing.assert_close(
        permutation_representation.permutation_coefficients(weights, group),
        torch.linalg.pinv(entries(n)) @ weights,
    )
    torch.testing.assert_close(
        permutation_representation.permutation_coefficients(weights, group, centred=True),
        torch.linalg.pinv(entries(n)) @ (weights - weights.mean(0)),
    )


def fixed_point_counter(group):
    """A bilinear network with one unit for each (i, j, k): P_ij(x) P_jk(y) votes P_ik(z)."""
    P, n = group.permutation_representation(torch.float64), group.n
    network = BilinearNet(group.order, n**3).double().requires_grad_(False)
    network.W_x.copy_(P[:, :, :, None].expand(-1, -1, -1, n).flatten(1))
    network.W_y.copy_(P[:, None].expand(-1, n, -1, -1).flatten(1))
    network.W_U.copy_(P[:, :, None].expand(-1, -1, n, -1).flatten(1).T)
    return network


def test_a_planted_counter_of_fixed_points_has_the_pattern():
    group = SymmetricGroup(4)
    network = fixed_point_counter(group)
    x, y, z = 5, 17, 11
    word = group.permutation(x) * group.permutation(y) * group.permutation(z) ** -1
    logits = network(torch.tensor(x), torch.tensor(y))
    assert float(logits[z]) == sum(i == p for i, p in enumerate(word.array_form))
    statistics = pair_statistics(network, group)
    for centred in (False, True):
        found = permutation_representation.permutation_readout_map(
            planted(group, statistics, network.unembedding()), centred=centred
        )
        pattern = permutation_representation.independent_projector(4, centred=centred)
        torch.testing.assert_close(found, pattern)
        assert hidden.pattern_distance(found, pattern) == pytest.approx(0, abs=1e-12)


def test_a_planted_shift_of_the_answers_is_off_the_pattern():
    """Logits that count the fixed points of x y c z^-1, with c other than the identity."""
    group = SymmetricGroup(4)
    network = fixed_point_counter(group)
    cycle = group.index([1, 2, 3, 0])
    network.W_U.copy_(
        network.W_U[:, group_tensors(group).products[:, group_tensors(group).inverses[cycle]]]
    )
    found = permutation_representation.permutation_readout_map(
        planted(group, pair_statistics(network, group), network.unembedding()), centred=True
    )
    pattern = permutation_representation.independent_projector(4, centred=True)
    # The trace of C x (C P(c)) is tr C tr(C P(c)) = 3 (0 - 1): against the pattern.
    assert float((found * pattern).sum()) == pytest.approx(-3)
    assert hidden.pattern_distance(found, pattern) == 1


def test_a_map_keeps_both_sides_apart():
    """Two neurons: P_01(xy) votes for P_23(z) alone."""
    group = SymmetricGroup(4)
    statistics = pair_statistics(fixed_point_counter(group), group)
    # Neurons with i = 0, k = 1 sum to P_01(xy); they vote for P_23(z).
    votes = torch.zeros(24, 4, 4, 4).double()
    votes[:, 0, :, 1] = group.permutation_representation(torch.float64)[:, 2, 3, None]
    found = permutation_representation.permutation_readout_map(
        planted(group, statistics, votes.flatten(1))
    )
    projector = permutation_representation.independent_projector(4)
    torch.testing.assert_close(found, torch.outer(projector[1], projector[11]))


def test_what_is_no_symmetric_group_on_letters_is_named():
    for call in (
        permutation_representation.redundant_directions,
        permutation_representation.independent_projector,
    ):
        with pytest.raises(ValueError, match="needs n of 1 or more, got 0"):
            call(0)
    with pytest.raises(ValueError, match="needs n of 1 or more"):
        permutation_representation.permutation_fraction(torch.ones(1, 1), SymmetricGroup(0))
    with pytest.raises(ValueError, match="weights have 5 rows but S_3 has 6 elements"):
        permutation_representation.permutation_coefficients(torch.ones(5, 1), SymmetricGroup(3))
