from __future__ import annotations

import pytest
import torch

from analysis.networks import Network, OneLayerMLP, network_from_state


def test_logits_are_the_formula_of_the_class(seeded):
    network = OneLayerMLP(6, 4, 3)
    x, y = torch.tensor([0, 5, 2]), torch.tensor([1, 1, 4])
    concatenated = torch.cat([network.W_x[x], network.W_y[y]], dim=-1)
    expected = torch.relu(concatenated @ network.W) @ network.W_U
    torch.testing.assert_close(network(x, y), expected)
    assert expected.shape == (3, 6)


def test_activations_broadcast_over_a_block_of_pairs(seeded):
    network = OneLayerMLP(6, 4, 3)
    x, y = torch.arange(2)[:, None], torch.arange(6)
    activations = network.activations(x, y)
    assert activations["hidden"].shape == (2, 6, 3)
    torch.testing.assert_close(activations["logits"][1, 4], network(x[1, 0], y[4]))


def test_embeddings_and_unembedding_make_up_the_network(seeded):
    network = OneLayerMLP(6, 4, 3)
    hidden = torch.relu(network.left_embedding()[2] + network.right_embedding()[5])
    torch.testing.assert_close(
        network.unembedding() @ hidden, network(torch.tensor(2), torch.tensor(5))
    )
    assert isinstance(network, Network)


def test_parameters_are_drawn_in_the_published_order_and_scale():
    torch.manual_seed(3)
    network = OneLayerMLP(6, 4, 3)
    torch.manual_seed(3)
    for parameter, shape, fan_in in (
        (network.W_x, (6, 4), 4),
        (network.W_y, (6, 4), 4),
        (network.W, (8, 3), 8),
        (network.W_U, (3, 6), 3),
    ):
        assert torch.equal(parameter, torch.randn(shape) / fan_in**0.5)


@pytest.fixture
def state(seeded):
    return {name: p.detach().clone() for name, p in OneLayerMLP(6, 4, 3).named_parameters()}


def test_a_state_is_taken_over(state):
    network = network_from_state("OneLayerMLP", 6, 4, 3, state)
    assert all(torch.equal(p, state[name]) for name, p in network.named_parameters())


def test_a_missing_and_a_foreign_weight_are_named(state):
    state["W_V"] = state.pop("W_y")
    with pytest.raises(ValueError, match="missing: W_y; not expected: W_V"):
        network_from_state("OneLayerMLP", 6, 4, 3, state)


def test_a_foreign_weight_is_named(state):
    state["b"] = torch.zeros(3)
    with pytest.raises(ValueError, match="missing: none; not expected: b"):
        network_from_state("OneLayerMLP", 6, 4, 3, state)


def test_a_wrong_shape_is_named(state):
    state["W"] = state["W"].T
    with pytest.raises(ValueError, match=r"W have shape \(3, 8\), expected \(8, 3\)"):
        network_from_state("OneLayerMLP", 6, 4, 3, state)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
def test_weights_that_are_not_finite_are_counted(state, bad):
    state["W_U"][1, 2] = bad
    with pytest.raises(ValueError, match="W_U have 1 entries that are NaN or infinite"):
        network_from_state("OneLayerMLP", 6, 4, 3, state)


@pytest.mark.parametrize("bad", [torch.zeros(6, 4, dtype=torch.int64), "weights", None])
def test_weights_that_are_no_floats_are_refused(state, bad):
    state["W_x"] = bad
    with pytest.raises(ValueError, match="weights W_x: expected floating-point numbers"):
        network_from_state("OneLayerMLP", 6, 4, 3, state)
