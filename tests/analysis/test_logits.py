from __future__ import annotations

import pytest
import torch

from analysis import hidden, logits
from analysis.isotypic import characters_on_elements
from analysis.statistics import pair_statistics
from symrep import Partition, SymmetricGroup

from .conftest import FixedLogits, make_run


def test_similarities_equal_the_cosine_with_the_cube(run, statistics, brute_force):
    centred = brute_force.logits - brute_force.logits.mean(-1, keepdim=True)
    found = logits.character_similarities(statistics.logits, run.group)
    assert list(found) == list(run.group.irreps)[1:]
    for label, similarity in found.items():
        cube = characters_on_elements(run.group)[label][brute_force.quotients]
        expected = (centred * cube).sum() / centred.norm() / cube.norm()
        assert similarity == pytest.approx(float(expected), abs=1e-13)
        part = logits.character_logits(statistics.logits, run.group, found, label)
        projection = expected * centred.norm() * cube / cube.norm()
        torch.testing.assert_close(part[brute_force.products], projection)


def test_similarity_of_the_character_itself_is_one(run, brute_force):
    """The convention is chi(x y z^-1): z is inverted, and on the right."""
    chi = characters_on_elements(run.group)[Partition(3, 1)]
    statistics = pair_statistics(FixedLogits(chi[brute_force.quotients]), run.group)
    similarities = logits.character_similarities(statistics.logits, run.group)
    assert similarities[Partition(3, 1)] == pytest.approx(1)
    assert logits.key_irreps(similarities) == [Partition(3, 1)]


def test_constant_logits_have_no_similarity(run):
    statistics = pair_statistics(FixedLogits(torch.ones(24, 24, 24).double()), run.group)
    assert set(logits.character_similarities(statistics.logits, run.group).values()) == {0.0}


def test_chance_of_similarity_is_the_root_mean_square_over_noise():
    group = SymmetricGroup(3)
    generator = torch.Generator().manual_seed(5)
    cube = characters_on_elements(group)[Partition(2, 1)][
        group.cayley_table[group.cayley_table][:, :, group.inverse_indices]
    ]
    noise = torch.randn(4000, 6, 6, 6, generator=generator, dtype=torch.float64)
    noise -= noise.mean(-1, keepdim=True)
    cosines = (noise * cube).sum((1, 2, 3)) / noise.flatten(1).norm(dim=1) / cube.norm()
    found = float(cosines.square().mean().sqrt())
    assert found == pytest.approx(logits.chance_of_similarity(group).spread, rel=0.04)


def test_a_group_of_one_element():
    run = make_run(1)
    statistics = pair_statistics(run.network, run.group)
    assert statistics.logits.energy == 0
    assert logits.chance_of_similarity(run.group).spread == 0
    assert hidden.hidden_fractions(statistics, run.group)[Partition(1)] == (0, 0, 0)
