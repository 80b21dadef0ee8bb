from __future__ import annotations

import pytest
import torch

from analysis.isotypic import isotypic_ranks, level_of_share, quotients, ratio
from symrep import SymmetricGroup


@pytest.mark.parametrize(
    ("rank", "dimension", "functions"), [(1, 6, 1), (4, 24, 3), (9, 23, 10), (5, 5, 2)]
)
def test_the_level_of_a_share_is_that_of_white_noise(rank, dimension, functions):
    generator = torch.Generator().manual_seed(dimension)
    noise = torch.randn(40_000, dimension, functions, generator=generator, dtype=torch.float64)
    energies = noise.square().sum(2)
    shares = energies[:, :rank].sum(1) / energies.sum(1)
    level = level_of_share(rank, dimension, functions)
    assert float(shares.mean()) == pytest.approx(level.mean, abs=0.002)
    assert float(shares.std()) == pytest.approx(level.spread, rel=0.02, abs=1e-9)


def test_nothing_has_no_share():
    assert level_of_share(1, 0).mean == level_of_share(0, 5).mean == 0
    assert ratio(1.0, 0.0) == 0
    assert ratio(1.0, 4.0) == 0.25


def test_quotients_are_g_times_the_inverse_of_z():
    group = SymmetricGroup(3)
    g, z = 3, 1
    expected = group.index(group.permutation(g) * group.permutation(z) ** -1)
    assert int(quotients(group)[g, z]) == expected
    assert expected != group.index(group.permutation(z) ** -1 * group.permutation(g))


@pytest.mark.parametrize("n", range(1, 7))
def test_ranks_sum_to_the_order(n):
    group = SymmetricGroup(n)
    ranks = isotypic_ranks(group)
    assert sum(ranks.values()) == group.order
    assert ranks[group.parse_label("standard" if n > 1 else "trivial")] == max(n - 1, 1) ** 2
