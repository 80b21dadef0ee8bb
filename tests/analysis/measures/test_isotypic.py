from __future__ import annotations

import pytest
import torch

from analysis.measures.isotypic import (
    Baseline,
    characters_on_elements,
    fraction_baseline,
    isotypic_parts,
    isotypic_ranks,
    quotients,
    ratio,
)
from analysis.tensors import group_tensors
from symrep import SymmetricGroup
from tests.analysis.any_group import BY_TYPE, SMALL, random, span_of, trace


@pytest.mark.parametrize(
    ("rank", "dimension", "functions"), [(1, 6, 1), (4, 24, 3), (9, 23, 10), (5, 5, 2)]
)
def test_the_level_of_a_share_is_that_of_white_noise(rank, dimension, functions):
    generator = torch.Generator().manual_seed(dimension)
    noise = torch.randn(40_000, dimension, functions, generator=generator, dtype=torch.float64)
    energies = noise.square().sum(2)
    shares = energies[:, :rank].sum(1) / energies.sum(1)
    level = fraction_baseline(rank, dimension, functions)
    assert float(shares.mean()) == pytest.approx(level.mean, abs=0.002)
    assert float(shares.std()) == pytest.approx(level.sd, rel=0.02, abs=1e-9)


def test_nothing_has_no_share():
    assert fraction_baseline(1, 0).mean == fraction_baseline(0, 5).mean == 0
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


@pytest.mark.parametrize("name", SMALL)
def test_ranks_are_those_of_the_matrix_entries(name):
    group, everything = SMALL[name], torch.arange(SMALL[name].order)
    ranks = isotypic_ranks(group)
    assert ranks == {label: span_of(group, label, everything).shape[1] for label in group.irreps}
    assert sum(ranks.values()) == group.order


def test_types_and_ranks_are_the_known_ones():
    for group, label, d, c in BY_TYPE.values():
        assert (group.irreps[label].dim, group.irreps[label].commutant_dim) == (d, c)
        assert isotypic_ranks(group)[label] == d**2 / c


@pytest.mark.parametrize("name", BY_TYPE)
def test_characters_are_traces_with_the_norm_of_their_type(name):
    group, label, _, c = BY_TYPE[name]
    chi = characters_on_elements(group)[label]
    torch.testing.assert_close(chi, trace(group, label), rtol=0, atol=1e-13)
    assert float(chi.square().sum()) == pytest.approx(c * group.order)
    torch.testing.assert_close(chi, chi[group_tensors(group).inverses])


@pytest.mark.parametrize("name", BY_TYPE)
def test_parts_are_projections_and_sum_to_the_functions(name):
    group, label, _, _ = BY_TYPE[name]
    functions = random(group.order, 3)
    parts = isotypic_parts(functions, group)
    assert list(parts) == list(group.irreps)
    span = span_of(group, label, torch.arange(group.order))
    torch.testing.assert_close(parts[label], span @ (span.T @ functions))
    torch.testing.assert_close(sum(parts.values()), functions)
    (alone,) = isotypic_parts(functions, group, [label]).values()
    assert torch.equal(alone, parts[label])


def test_parts_of_s4_are_those_of_every_irrep():
    group = SymmetricGroup(4)
    for label, part in isotypic_parts(torch.eye(24), group).items():
        span = span_of(group, label, torch.arange(24))
        torch.testing.assert_close(part, span @ span.T)


def test_a_subspace_that_is_everything_has_all_of_the_noise():
    assert fraction_baseline(9, 8) == fraction_baseline(8, 8) == Baseline(1.0, 0.0)
