from __future__ import annotations

import copy
from dataclasses import replace
from math import log

import pytest
import torch
from torch import nn

from analysis import (
    MEASURES,
    BilinearNet,
    Configuration,
    Layers,
    Network,
    OneLayerMLP,
    Run,
    analyse,
    metrics,
    train,
)
from analysis.measures.ablation import ablations
from analysis.measures.statistics import pair_statistics
from symrep import Partition
from symrep.groups.cyclic import CyclicGroup
from tests.analysis.any_group import BY_TYPE, C3_S3, SMALL, Split, multiplier, run_on
from tests.analysis.conftest import FixedLogits, given, make_run


@pytest.fixture(scope="module")
def analysis(run):
    return analyse(run)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A network that has learned the table of S_3 by heart."""
    configuration = Configuration(
        model="OneLayerMLP",
        group="SymmetricGroup",
        group_parameter=3,
        frac_train=1.0,
        num_epochs=300,
        seed=1,
        layers=Layers(16, 32),
        lr=1e-2,
        weight_decay=0,
    )
    return analyse(train(configuration, tmp_path_factory.mktemp("trained") / "run"))


def test_the_table_is_tidy_and_every_measure_is_defined(run):
    table = metrics(run)
    assert list(table.columns) == ["measure", "irrep", "value", "baseline", "baseline_sd"]
    assert not table.duplicated(["measure", "irrep"]).any()
    assert set(table.measure) == set(MEASURES)
    assert table.value.notna().all()


@pytest.mark.parametrize(
    "measure",
    [
        "left_embedding_fve",
        "right_embedding_fve",
        "unembedding_fve",
        "centred_unembedding_fve",
    ],
)
def test_shares_and_their_chance_levels_sum_to_one(analysis, measure):
    labels = list(map(str, analysis.run.group.irreps))
    assert sum(analysis.values[measure, label] for label in labels) == pytest.approx(1)
    assert sum(analysis.baselines[measure, label] for label in labels) == pytest.approx(1)


def test_centring_the_unembedding_takes_the_trivial_irrep_away(analysis):
    trivial, standard = Partition(4), Partition(3, 1)
    left = 1 - analysis.value("unembedding_fve", trivial)
    assert left < 0.99
    assert analysis.value("centred_unembedding_fve", trivial) == pytest.approx(0, abs=1e-12)
    assert analysis.value("centred_unembedding_fve", standard) == pytest.approx(
        analysis.value("unembedding_fve", standard) / left
    )


def test_totals_are_sums_over_the_key_irreps(trained):
    assert 0 < len(trained.key_irreps) < len(trained.run.group.irreps)
    for measure in ("left_embedding_fve", "hidden_fve", "hidden_xy_fve"):
        expected = sum(trained.value(measure, label) for label in trained.key_irreps)
        assert trained.value(measure, "key") == pytest.approx(expected)
    squares = sum(s**2 for s in trained.similarities.values())
    assert trained.value("logit_fve", "all") == pytest.approx(squares)


def test_an_untrained_network_has_no_key_irreps(analysis):
    assert analysis.key_irreps == []
    assert analysis.value("hidden_restricted_loss", "key") == pytest.approx(log(24))
    assert analysis.value("hidden_excluded_loss", "key") == pytest.approx(
        analysis.value("train_loss")
    )


def test_losses_have_the_chance_level_of_guessing(analysis):
    assert analysis.baselines["test_loss", ""] == log(24)
    assert analysis.baselines["all_accuracy", ""] == 1 / 24
    parts = [analysis.value(f"{pairs}_loss") for pairs in ("train", "test", "all")]
    share = int(0.4 * 24**2) / 24**2
    assert parts[2] == pytest.approx(share * parts[0] + (1 - share) * parts[1])


def test_a_measure_that_is_not_there_is_a_key_error(analysis):
    with pytest.raises(KeyError, match="loss"):
        analysis.value("loss")


class Bilinear(nn.Module):
    """A network of one's own: logits = (W_x[x] * W_y[y]) W_U."""

    def __init__(self, order, width):
        super().__init__()
        self.order = order
        self.W_x = nn.Parameter(torch.randn(order, width))
        self.W_y = nn.Parameter(torch.randn(order, width))
        self.W_U = nn.Parameter(torch.randn(width, order))

    def left_embedding(self):
        return self.W_x

    def right_embedding(self):
        return self.W_y

    def unembedding(self):
        return self.W_U.T

    def activations(self, x, y):
        hidden = self.W_x[x] * self.W_y[y]
        return {"hidden": hidden, "logits": hidden @ self.W_U}


def test_a_module_of_ones_own_is_measured(run, seeded):
    """With the characters' own matrix entries for weights, it is made of their irrep alone."""
    network = Bilinear(24, 9 * 3)
    rho = run.group.irrep("standard").tensor(torch.float32)
    i, j, k = torch.cartesian_prod(*[torch.arange(3)] * 3).T
    with torch.no_grad():
        network.W_x[:] = rho[:, i, j]
        network.W_y[:] = rho[:, j, k]
        network.W_U[:] = rho[:, i, k].T
    assert isinstance(network, Network)
    analysis = analyse(replace(run, network=network))
    standard = Partition(3, 1)
    assert analysis.key_irreps == [standard]
    assert analysis.value("character_similarity", standard) == pytest.approx(1, abs=1e-6)
    assert analysis.value("hidden_xy_fve", standard) == pytest.approx(1 / 3, abs=1e-6)
    assert analysis.value("all_accuracy") == 1
    assert analysis.value("sum_of_squared_weights") == pytest.approx(3 * 24 * 9)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_the_smallest_groups_give_numbers(n):
    table = metrics(make_run(n))
    assert table.value.notna().all()
    assert ("test_loss" in set(table.measure)) == (n == 2)


def test_the_bundled_network_generalises(bundled):
    assert bundled.value("train_accuracy") == 1
    assert bundled.value("test_accuracy") == 1
    assert bundled.value("test_loss") < 1e-3


def test_the_bundled_network_is_made_of_its_key_irreps(bundled):
    """What it learned, and the evidence: they suffice, and without them it fails."""
    keys = bundled.key_irreps
    assert keys
    assert Partition(5) not in keys
    assert bundled.value("left_embedding_fve", "key") > 0.99
    assert bundled.value("centred_unembedding_fve", "key") > 0.95
    assert bundled.value("hidden_restricted_loss", "key") < 10 * bundled.value("test_loss")
    assert bundled.value("hidden_excluded_loss", "key") > log(120)
    assert bundled.value("logit_excluded_loss", "key") > log(120)


def test_the_irreps_that_count_as_key_can_be_named(run):
    keys = [Partition(2, 2), Partition(3, 1)]
    named = analyse(run, keys)
    assert named.key_irreps == keys
    for measure in ("left_embedding_fve", "hidden_fve"):
        expected = sum(named.value(measure, label) for label in keys)
        assert named.value(measure, "key") == pytest.approx(expected)
    assert named.value("hidden_restricted_loss", "key") != pytest.approx(log(24))


def test_ablations_can_be_left_out(run, analysis):
    lean = analyse(run, ablate=False)
    missing = set(analysis.values) - set(lean.values)
    assert {measure for measure, _ in missing} == {
        "hidden_restricted_loss",
        "hidden_excluded_loss",
        "logit_restricted_loss",
        "logit_excluded_loss",
        "test_to_restricted_loss",
    }
    assert all(analysis.values[key] == value for key, value in lean.values.items())


def test_constant_logits_give_zeros_and_a_remark(run):
    network = FixedLogits(torch.ones(24, 24, 24).double())
    found = analyse(replace(run, network=network))
    assert found.table.value.notna().all()
    assert found.value("character_similarity", Partition(3, 1)) == 0
    assert found.value("row_fve", "all") == 0
    assert found.value("hidden_fve", Partition(3, 1)) == 0
    assert [remark.split(":")[0] for remark in found.remarks] == [
        "The logits are constant over z",
        "All neurons are dead",
        "The left embedding is 0",
        "The right embedding is 0",
        "The unembedding is 0",
    ]


def test_dead_neurons_give_zeros_and_a_remark():
    """A bias far below zero silences every relu; what is left of the logits is 0."""
    run = make_run(3)
    network = OneLayerMLP(6, 5, 7, hidden_bias=True)
    with torch.no_grad():
        network.b.fill_(-1e4)
    found = analyse(replace(run, network=network))
    assert found.table.value.notna().all()
    assert found.value("hidden_xy_fve", Partition(2, 1)) == 0
    assert len(found.remarks) == 2
    assert found.value("left_embedding_fve", Partition(2, 1)) > 0


def test_a_healthy_network_has_no_remarks(analysis):
    assert analysis.remarks == ()


def test_logits_that_are_constant_but_for_rounding_are_constant():
    """Equal columns of W_U give equal logits, which a mean over z differs from in the last bit."""
    run = make_run(4)
    with torch.no_grad():
        run.network.W_U[:] = run.network.W_U[:, :1]
    found = analyse(run)
    assert found.statistics.logits.energy == found.statistics.probabilities.energy == 0
    assert found.remarks[0].startswith("The logits are constant")
    assert set(found.similarities.values()) == {0.0}


def test_neurons_that_do_not_vary_have_no_energy_on_larger_groups():
    run = make_run(5)
    network = OneLayerMLP(120, 5, 7, hidden_bias=True)
    with torch.no_grad():
        network.W_x.zero_()
        network.W_y.zero_()
        network.b.uniform_(0.1, 1)
    found = analyse(replace(run, network=network), ablate=False)
    assert not found.statistics.hidden_gram.any()
    assert "All neurons are dead: the hidden layer is the same at all pairs." in found.remarks


@pytest.mark.parametrize("name", SMALL)
def test_every_measure_of_other_groups_is_a_number(name):
    found = analyse(run_on(SMALL[name]))
    assert found.table.value.notna().all()
    assert set(found.table.measure) | {"test_to_restricted_loss"} == set(MEASURES)
    labels = list(SMALL[name].irreps)
    for measure in ("left_embedding_fve", "centred_unembedding_fve"):
        assert sum(found.values[measure, k] for k in labels) == pytest.approx(1)
        assert sum(found.baselines[measure, k] for k in labels) == pytest.approx(1)


@pytest.mark.parametrize("name", BY_TYPE)
def test_a_network_that_multiplies_is_seen_through_whatever_the_type(name):
    group, label, d, c = BY_TYPE[name]
    found = analyse(run_on(group, multiplier(group, label)))
    assert found.key_irreps == [label]
    assert found.value("character_similarity", label) == pytest.approx(1)
    assert found.value("left_embedding_fve", label) == pytest.approx(1)
    assert found.baselines["left_embedding_fve", label] == pytest.approx(d**2 / c / group.order)
    assert found.value("hidden_xy_fve", label) == pytest.approx(1 / d)
    alone = [found.value(f"{layer}_restricted_loss", "key") for layer in ("hidden", "logit")]
    assert alone == pytest.approx([found.value("all_loss")] * 2)
    for layer in ("hidden", "logit"):
        assert found.value(f"{layer}_excluded_loss", "key") == pytest.approx(log(group.order))


@pytest.mark.parametrize("group", [SMALL["Dic_3"], SMALL["C_6"], C3_S3], ids=str)
def test_another_order_of_the_elements_gives_the_same_measures(group):
    torch.manual_seed(0)
    run = run_on(group, BilinearNet(group.order, 7).double().requires_grad_(False))
    order = torch.randperm(group.order, generator=torch.Generator().manual_seed(1))
    shuffled = group.reordered(order.numpy())
    network = copy.deepcopy(run.network)
    for weights in (network.W_x, network.W_y):
        weights.copy_(weights[order])
    network.W_U.copy_(network.W_U[:, order])
    split = Split(group.order, order.argsort())
    expected = analyse(run)
    found = analyse(replace(run, network=network, group=shuffled, configuration=split))
    assert list(found.values) == list(expected.values)
    assert found.values == pytest.approx(expected.values, rel=1e-9, abs=1e-12)


def test_every_irrep_of_a_cyclic_group_is_measured():
    """C_113 has 57 over the reals."""
    group = CyclicGroup(113)
    found = analyse(run_on(group))
    assert len(found.table[found.table.measure == "hidden_excluded_loss"]) == 57 + 1


@pytest.mark.parametrize("model", ["OneLayerMLP", "Transformer"])
def test_products_of_single_precision_weights_are_taken_in_double(model):
    layers = Layers(embed_dim=16, hidden_dim=8, heads=2, head_dim=8)
    configuration = Configuration(model, "DicyclicGroup", 2, 0.5, 1, 0, layers)
    torch.manual_seed(0)
    single = Run("", configuration, configuration.make_network(), configuration.make_group())
    double = replace(single, network=copy.deepcopy(single.network).double())
    tables = [metrics(run).set_index(["measure", "irrep"]).value for run in (single, double)]
    assert tables[0].tolist() == pytest.approx(tables[1].tolist(), rel=1e-12, abs=1e-15)
    parts = [
        ablations(given(run, pair_statistics(run.network, run.group)), ["freq_1"])
        for run in (single, double)
    ]
    assert parts[0].all_loss.tolist() == pytest.approx(parts[1].all_loss.tolist(), rel=1e-12)
