from __future__ import annotations

import pytest
import torch

from analysis import embeddings
from symrep import Partition, SymmetricGroup

from .conftest import orthonormal_span


def test_fve_equals_projection_on_matrix_entries(run):
    weights = run.network.left_embedding().detach().double()
    shares = embeddings.fraction_of_variance_explained(weights, run.group)
    for label in run.group.irreps:
        span = orthonormal_span(run.group, label, torch.arange(24))
        expected = (span.T @ weights).square().sum() / weights.square().sum()
        assert shares[label] == pytest.approx(float(expected), abs=1e-13)
    assert sum(shares.values()) == pytest.approx(1, abs=1e-13)


def test_fve_of_zero_weights_is_zero():
    shares = embeddings.fraction_of_variance_explained(torch.zeros(6, 3), SymmetricGroup(3))
    assert set(shares.values()) == {0.0}


def test_fve_finds_the_irrep_whose_entry_it_is_given():
    group = SymmetricGroup(4)
    weights = group.irrep((2, 2)).tensor(torch.float64)[:, 0, 1:]
    shares = embeddings.fraction_of_variance_explained(weights, group)
    assert shares[Partition(2, 2)] == pytest.approx(1)


def test_chance_of_variance_explained_is_the_mean_over_random_weights():
    group = SymmetricGroup(4)
    generator = torch.Generator().manual_seed(5)
    weights = torch.randn(24, 20000, generator=generator, dtype=torch.float64)
    shares = embeddings.fraction_of_variance_explained(weights, group)
    chance = embeddings.chance_of_variance_explained(group)
    for label in group.irreps:
        assert shares[label] == pytest.approx(chance[label].mean, abs=0.005)
    assert sum(level.mean for level in chance.values()) == pytest.approx(1)
