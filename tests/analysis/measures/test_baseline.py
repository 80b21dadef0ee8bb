from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from analysis import analyse
from analysis.measures.baseline import random_baseline, shuffled
from tests.analysis.conftest import FixedLogits, make_run


@pytest.fixture(scope="module")
def analysis():
    return analyse(make_run(3))


def test_shuffled_weights_are_the_same_numbers_elsewhere():
    run = make_run(3)
    before = {name: p.clone() for name, p in run.network.named_parameters()}
    other = shuffled(run, torch.Generator().manual_seed(1)).network
    for name, parameter in other.named_parameters():
        assert torch.equal(run.network.get_parameter(name), before[name])
        assert not torch.equal(parameter, before[name])
        assert torch.equal(parameter.flatten().sort().values, before[name].flatten().sort().values)


def test_the_baseline_is_the_mean_and_the_spread_over_shuffles(analysis):
    table = random_baseline(analysis, repeats=3, seed=5).set_index(["measure", "irrep"])
    generator = torch.Generator().manual_seed(5)
    several = [analyse(shuffled(analysis.run, generator)) for _ in range(3)]
    for row in (("hidden_x_fve", "(2,1)"), ("character_similarity", "(1,1,1)"), ("all_loss", "")):
        values = torch.tensor([each.values[row] for each in several], dtype=torch.float64)
        assert table.random[row] == pytest.approx(float(values.mean()), rel=1e-12)
        assert table.random_sd[row] == pytest.approx(float(values.std()), rel=1e-9)
    assert "hidden_restricted_loss" not in table.index.get_level_values("measure")


def test_key_irreps_stay_those_of_the_run(analysis):
    keys = [analysis.run.group.parse_label("sign")]
    table = random_baseline(replace(analysis, keys=keys)).set_index(["measure", "irrep"])
    for measure in ("left_embedding_fve", "hidden_fve"):
        assert table.random[measure, "key"] == table.random[measure, "(1,1,1)"] > 0


def test_random_relus_have_more_of_rho_x_than_noise(analysis):
    """Why noise is not the level to compare the hidden layer with."""
    table = random_baseline(analysis).set_index(["measure", "irrep"])
    noise = analysis.baselines["hidden_x_fve", "(2,1)"]
    assert table.random["hidden_x_fve", "(2,1)"] > 2 * noise


def test_what_cannot_be_shuffled_is_refused(analysis):
    with pytest.raises(ValueError, match="at least 2 random networks, got 1"):
        random_baseline(analysis, repeats=1)
    run = replace(analysis.run, network=FixedLogits(torch.zeros(6, 6, 6)))
    with pytest.raises(ValueError, match="a torch module can be shuffled, got FixedLogits"):
        shuffled(run, torch.Generator())
