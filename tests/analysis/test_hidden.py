from __future__ import annotations

import pytest
import torch

from analysis import hidden
from symrep import Partition, SymmetricGroup

from .conftest import orthonormal_span


def test_hidden_fractions_equal_projections_over_pairs(run, statistics, brute_force):
    products = brute_force.products
    x = torch.arange(24)[:, None].expand(24, 24)
    values = brute_force.hidden.flatten(0, 1)
    centred = values - values.mean(0)
    found = hidden.hidden_fractions(statistics, run.group)
    total = 0.0
    for label in list(run.group.irreps)[1:]:
        for share, indices in zip(found[label], (x, x.T, products), strict=True):
            span = orthonormal_span(run.group, label, indices)
            expected = (span.T @ centred).square().sum() / centred.square().sum()
            assert share == pytest.approx(float(expected), abs=1e-13)
            total += share
    assert found[Partition(4)] == pytest.approx((0, 0, 0), abs=1e-13)
    assert 0 < total <= 1


def test_chance_of_hidden_fraction_is_the_mean_over_noise():
    group = SymmetricGroup(3)
    generator = torch.Generator().manual_seed(5)
    noise = torch.randn(36, 20000, generator=generator, dtype=torch.float64)
    noise -= noise.mean(0)
    span = orthonormal_span(group, (2, 1), group.cayley_table)
    share = float((span.T @ noise).square().sum() / noise.square().sum())
    chance = hidden.chance_of_hidden_fraction(group)
    assert share == pytest.approx(chance[Partition(2, 1)].mean, abs=0.003)
    assert chance[Partition(3)].mean == 0
