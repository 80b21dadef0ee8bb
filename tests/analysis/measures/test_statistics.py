from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from analysis import OneLayerMLP
from analysis.measures import statistics
from analysis.measures.statistics import pair_statistics
from symrep import SymmetricGroup
from tests.analysis.any_group import SMALL, measured, trace
from tests.analysis.conftest import make_run


@pytest.mark.parametrize("block_bytes", [1, 2**13, 2**22])
def test_one_pass_equals_brute_force(run, brute_force, monkeypatch, block_bytes):
    monkeypatch.setattr(statistics, "PAIR_BLOCK_BYTES", block_bytes)
    found = pair_statistics(run.network, run.group)
    hidden, logits, products = brute_force.hidden, brute_force.logits, brute_force.products
    centred = logits - logits.mean(-1, keepdim=True)
    torch.testing.assert_close(found.hidden_mean, hidden.mean((0, 1)))
    torch.testing.assert_close(found.hidden_by_x, hidden.mean(1))
    torch.testing.assert_close(found.hidden_by_y, hidden.mean(0))
    energy = (hidden - hidden.mean((0, 1))).square().sum()
    assert found.hidden_energy == pytest.approx(float(energy), rel=1e-12)
    for g in range(24):
        torch.testing.assert_close(found.hidden_by_product[g], hidden[products == g].mean(0))
        torch.testing.assert_close(found.logits.by_product[g], centred[products == g].mean(0))
    assert found.logits.energy == pytest.approx(float(centred.square().sum()), rel=1e-12)
    losses = F.cross_entropy(logits.flatten(0, 1), products.flatten(), reduction="none")
    torch.testing.assert_close(found.losses, losses.view(24, 24))
    assert torch.equal(found.correct, logits.argmax(-1) == products)
    assert 0 < found.correct.double().mean() < 1


def test_both_element_orders_see_the_same_network():
    """Relabelling the elements relabels the statistics."""
    lexicographic = make_run(3)
    group = SymmetricGroup(3, "sympy")
    relabel = torch.tensor([lexicographic.group.index(group.permutation(i)) for i in range(6)])
    network = OneLayerMLP(6, 5, 7)
    with torch.no_grad():
        network.W_x[:] = lexicographic.network.W_x[relabel]
        network.W_y[:] = lexicographic.network.W_y[relabel]
        network.W[:] = lexicographic.network.W
        network.W_U[:] = lexicographic.network.W_U[:, relabel]
    expected = pair_statistics(lexicographic.network, lexicographic.group)
    found = pair_statistics(network, group)
    torch.testing.assert_close(found.losses, expected.losses[relabel][:, relabel])
    torch.testing.assert_close(
        found.logits.by_product, expected.logits.by_product[relabel][:, relabel]
    )


def test_a_network_of_another_group_is_refused(run):
    with pytest.raises(ValueError, match="network is on 24 elements but S_3 has 6"):
        pair_statistics(run.network, SymmetricGroup(3))


def test_logits_that_overflow_are_refused():
    run = make_run(3)
    with torch.no_grad():
        run.network.W_U.fill_(1e38)
        run.network.W_x.fill_(1e38)
    run.network.double()
    with torch.no_grad():
        run.network.W_U.fill_(1e300)
    with pytest.raises(ValueError, match="NaN or infinite"):
        pair_statistics(run.network, run.group)


def test_the_network_is_left_in_its_dtype():
    run = make_run(3)
    pair_statistics(run.network, run.group)
    assert run.network.W.dtype == torch.float32


@pytest.mark.parametrize("name", SMALL)
def test_one_pass_on_other_groups_equals_brute_force(name):
    run, found, brute = measured(name)
    group = run.group
    centred = brute.logits - brute.logits.mean(-1, keepdim=True)
    for g in range(group.order):
        at = brute.products == g
        torch.testing.assert_close(found.hidden_by_product[g], brute.hidden[at].mean(0))
        torch.testing.assert_close(found.logits.by_product[g], centred[at].mean(0))
    losses = F.cross_entropy(brute.logits.flatten(0, 1), brute.products.flatten(), reduction="none")
    torch.testing.assert_close(found.losses.flatten(), losses)
    for k, label in list(enumerate(group.irreps))[1:]:
        chi = trace(group, label)[brute.quotients]
        cosines = torch.cosine_similarity(centred, chi, dim=-1)
        assert float(found.logits.row_cosines[k]) == pytest.approx(float(cosines.mean()))
        assert float(found.logits.row_fractions[k]) == pytest.approx(float(cosines.square().mean()))
