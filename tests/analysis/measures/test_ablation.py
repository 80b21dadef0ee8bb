from __future__ import annotations

from dataclasses import replace
from math import log

import pytest
import torch
from torch.nn import functional as F

from analysis import Transformer
from analysis.measures import hidden
from analysis.measures.ablation import Part, ablations, excluded_losses, restricted_loss
from analysis.measures.measured import Measured
from analysis.measures.statistics import pair_statistics
from analysis.tensors import group_tensors
from symrep import Partition, SymmetricGroup
from tests.analysis.any_group import SMALL, measured, span_of
from tests.analysis.conftest import given, make_run, orthonormal_span


def test_ablation_losses_equal_brute_force(run, statistics, brute_force):
    products, logits, mask = brute_force.products, brute_force.logits, run.training_mask
    label = Partition(3, 1)
    span = orthonormal_span(run.group, label, products)
    flat = brute_force.hidden.flatten(0, 1)
    projected = (span @ (span.T @ flat)).view(24, 24, -1)
    unembedding = run.network.W_U.detach().double()
    part = hidden.hidden_logits(
        statistics.hidden_by_product, run.group, run.network.unembedding(), label
    ).detach()

    def cross_entropy(values, pairs):
        rows = values[pairs]
        return float((rows.logsumexp(-1) - rows.gather(1, products[pairs][:, None])[:, 0]).mean())

    everything = torch.ones_like(mask)
    restricted = cross_entropy(projected @ unembedding, everything)
    assert restricted_loss(part) == pytest.approx(restricted, rel=1e-12)
    excluded = cross_entropy((brute_force.hidden - projected) @ unembedding, mask)
    pairs = mask.flatten().nonzero().flatten()
    found = excluded_losses(Measured(run), [Part("hidden", part)], pairs).mean(1)
    assert found.tolist() == pytest.approx([excluded], rel=1e-12)
    assert excluded != pytest.approx(cross_entropy(logits, mask))


@pytest.mark.parametrize("label", [(3, 1), (2, 2)])
@pytest.mark.parametrize("along", ["x", "y", "xy"])
def test_every_direction_equals_brute_force(run, statistics, brute_force, along, label):
    products, mask = brute_force.products, run.training_mask
    elements = {"x": torch.arange(24)[:, None], "y": torch.arange(24)[None], "xy": products}
    span = orthonormal_span(run.group, label, elements[along].expand(24, 24))
    flat = brute_force.hidden.flatten(0, 1)
    projected = span @ (span.T @ flat)
    readout = run.network.W_U.detach().double()
    table = ablations(given(run, statistics), [Partition(*label)])
    rows = table[(table.along == along) & (table.irrep == str(Partition(*label)))]
    expected = {
        "restricted": projected @ readout,
        "restricted, centred": (projected + flat.mean(0)) @ readout,
        "excluded": (flat - projected) @ readout,
    }
    assert set(rows.kind) == set(expected)
    for row in rows.itertuples():
        losses = F.cross_entropy(expected[row.kind], products.flatten(), reduction="none")
        losses = losses.view(24, 24)
        assert row.all_loss == pytest.approx(float(losses.mean()), rel=1e-12)
        assert row.train_loss == pytest.approx(float(losses[mask].mean()), rel=1e-12)
        assert row.test_loss == pytest.approx(float(losses[~mask].mean()), rel=1e-12)
        own = F.cross_entropy(brute_force.logits.flatten(0, 1), products.flatten())
        chance = float(own) if row.kind == "excluded" else log(24)
        assert row.baseline == pytest.approx(chance, rel=1e-12)


def test_the_key_irreps_are_ablated_together(run, statistics, brute_force):
    """The projections onto different irreps are orthogonal: they add."""
    keys = [Partition(3, 1), Partition(2, 2)]
    spans = [orthonormal_span(run.group, label, brute_force.products) for label in keys]
    span = torch.cat(spans, dim=1)
    flat = brute_force.hidden.flatten(0, 1)
    rest = (flat - span @ (span.T @ flat)) @ run.network.W_U.detach().double()
    expected = float(F.cross_entropy(rest, brute_force.products.flatten()))
    table = ablations(given(run, statistics), ["standard", "2,2"]).set_index(
        ["along", "irrep", "kind"]
    )
    assert set(table.index.unique("irrep")) == {"(3,1)", "(2,2)", "key"}
    assert table.all_loss["xy", "key", "excluded"] == pytest.approx(expected, rel=1e-12)
    assert len(table) == 3 * 3 * 3


def test_without_key_irreps_nothing_is_taken_away(run, statistics):
    table = ablations(given(run, statistics), []).set_index(["along", "irrep", "kind"])
    for along in ("x", "y", "xy"):
        assert table.all_loss[along, "key", "restricted"] == pytest.approx(log(24))
        assert table.all_loss[along, "key", "excluded"] == pytest.approx(
            float(statistics.losses.mean())
        )


def test_the_residual_stream_of_a_transformer_is_not_ablated():
    """What is excluded is excluded from the hidden layer; the other parts of the logits stay."""
    group = SymmetricGroup(3)
    torch.manual_seed(0)
    network = Transformer(6, embed_dim=4, hidden_dim=8, heads=2, head_dim=2).double()
    run = replace(make_run(3), network=network)
    statistics = pair_statistics(network, group)
    label = Partition(2, 1)
    pairs = torch.arange(36)
    part = hidden.hidden_logits(statistics.hidden_by_product, group, network.unembedding(), label)
    found = ablations(given(run, statistics), [label]).set_index(["along", "irrep", "kind"])
    with torch.no_grad():
        logits = network(pairs // 6, pairs % 6)
        rest = logits - part[group_tensors(group).products.flatten()]
    expected = float(F.cross_entropy(rest, group_tensors(group).products.flatten()))
    assert found.all_loss["xy", "key", "excluded"] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("name", SMALL)
def test_ablations_on_other_groups_equal_brute_force(name):
    run, statistics, brute = measured(name)
    group, products, mask = run.group, brute.products, run.training_mask
    order = group.order
    elements = {"x": torch.arange(order)[:, None], "y": torch.arange(order)[None], "xy": products}
    labels = list(group.irreps)[1:]
    table = ablations(given(run, statistics), labels).set_index(["along", "irrep", "kind"])
    flat, readout = brute.hidden.flatten(0, 1), run.network.W_U.detach()
    for along, indices in elements.items():
        spans = {k: span_of(group, k, indices.expand(order, order)) for k in labels}
        for label, span in (spans | {"key": torch.cat(list(spans.values()), 1)}).items():
            projected = span @ (span.T @ flat)
            for kind, rest in (("restricted", projected), ("excluded", flat - projected)):
                losses = F.cross_entropy(rest @ readout, products.flatten(), reduction="none")
                row = table.loc[along, label, kind]
                assert row.all_loss == pytest.approx(float(losses.mean()), rel=1e-11)
                train = float(losses[mask.flatten()].mean())
                assert row.train_loss == pytest.approx(train, rel=1e-11)
