from __future__ import annotations

import pytest
import torch

from analysis import hidden
from analysis.ablations import Part, excluded_losses, restricted_loss
from symrep import Partition

from .conftest import orthonormal_span


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
    found = excluded_losses(run, [Part("hidden", part)], pairs).mean(1)
    assert found.tolist() == pytest.approx([excluded], rel=1e-12)
    assert excluded != pytest.approx(cross_entropy(logits, mask))
