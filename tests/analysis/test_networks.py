from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from analysis.measures.statistics import pair_statistics
from analysis.networks import (
    BilinearNet,
    Editable,
    Network,
    OneLayerMLP,
    Transformer,
    _sums_in_order,
    load_weights,
)
from symrep import SymmetricGroup

X, Y = torch.tensor([0, 5, 2]), torch.tensor([1, 1, 4])


def networks():
    """One of each architecture on 6 elements, every parameter different from 0."""
    torch.manual_seed(0)
    made = {
        "BilinearNet": BilinearNet(6, 4),
        "OneLayerMLP": OneLayerMLP(6, 4, 3),
        "OneLayerMLP with bias": OneLayerMLP(6, 4, 3, hidden_bias=True),
        "Transformer": Transformer(6, 4, 5, heads=2, head_dim=3),
    }
    with torch.no_grad():
        for network in made.values():
            for parameter in network.parameters():
                parameter += 0.3 * torch.randn(parameter.shape)
    return made


every_network = pytest.mark.parametrize("name", networks())


def test_a_bilinear_net_multiplies_its_embeddings():
    network = networks()["BilinearNet"]
    expected = (network.W_x[X] * network.W_y[Y]) @ network.W_U
    torch.testing.assert_close(network(X, Y), expected)


@pytest.mark.parametrize("name", ["OneLayerMLP", "OneLayerMLP with bias"])
def test_a_perceptron_stacks_its_embeddings(name):
    network = networks()[name]
    concatenated = torch.cat([network.W_x[X], network.W_y[Y]], dim=-1)
    bias = 0 if network.b is None else network.b
    expected = torch.relu(concatenated @ network.W + bias) @ network.W_U
    torch.testing.assert_close(network(X, Y), expected)
    assert expected.shape == (3, 6)


def test_a_transformer_attends_over_three_tokens_under_a_causal_mask():
    """All positions, by torch's own attention; the logits are those of the last."""
    network = networks()["Transformer"]
    tokens = torch.stack([X, Y, torch.full_like(X, 6)], dim=-1)
    stream = network.W_E[tokens] + network.W_pos
    query, key, value = (
        torch.einsum("pte,hek->phtk", stream, weight) + bias[:, None]
        for weight, bias in (
            (network.W_Q, network.b_Q),
            (network.W_K, network.b_K),
            (network.W_V, network.b_V),
        )
    )
    heads = F.scaled_dot_product_attention(query, key, value, is_causal=True)
    stream = stream + torch.einsum("phtk,hke->pte", heads, network.W_O) + network.b_O
    hidden = torch.relu(stream @ network.W_in + network.b_in)
    stream = stream + hidden @ network.W_out + network.b_out
    expected = (stream @ network.W_U + network.b_U)[:, -1]
    activations = network.activations(X, Y)
    torch.testing.assert_close(network(X, Y), expected)
    torch.testing.assert_close(activations["hidden"], hidden[:, -1])
    scores = torch.einsum("phk,phtk->pht", query[:, :, -1], key) / 3**0.5
    torch.testing.assert_close(activations["attention"], scores.softmax(-1))


@every_network
def test_activations_broadcast_over_a_block_of_pairs(name):
    network = networks()[name]
    x, y = torch.arange(2)[:, None], torch.arange(6)
    block = network.activations(x, y)
    one = network.activations(x[1, 0], y[4])
    assert block.keys() == one.keys() >= {"hidden", "logits"}
    for key, value in block.items():
        assert value.shape[:2] == (2, 6)
        torch.testing.assert_close(value[1, 4], one[key])


@every_network
def test_the_unembedding_reads_the_hidden_layer_linearly(name):
    """Differences of logits are those of hidden activations, where nothing else differs."""
    network = networks()[name].double()
    x, y = torch.arange(6)[:, None], torch.arange(6)
    activations = network.activations(x, y)
    rest = activations["logits"] - activations["hidden"] @ network.unembedding().T
    if name == "Transformer":
        rest = rest - activations["residual"] @ network.W_U
        torch.testing.assert_close(
            rest, (network.b_out @ network.W_U + network.b_U).expand_as(rest)
        )
    else:
        torch.testing.assert_close(rest, torch.zeros_like(rest))
    assert isinstance(network, Network)
    assert network.order == 6
    assert network.unembedding().shape == (6, activations["hidden"].shape[-1])


def test_embeddings_are_what_the_hidden_layer_is_made_of():
    perceptron, bilinear = networks()["OneLayerMLP"], networks()["BilinearNet"]
    x, y = torch.tensor(2), torch.tensor(5)
    left, right = perceptron.left_embedding()[2], perceptron.right_embedding()[5]
    torch.testing.assert_close(perceptron.activations(x, y)["preactivation"], left + right)
    left, right = bilinear.left_embedding()[2], bilinear.right_embedding()[5]
    torch.testing.assert_close(bilinear.activations(x, y)["hidden"], left * right)
    transformer = networks()["Transformer"]
    assert torch.equal(transformer.left_embedding(), transformer.W_E[:6])
    assert torch.equal(transformer.right_embedding(), transformer.W_E[:6])


@pytest.mark.parametrize(
    ("make", "shapes"),
    [
        (lambda: BilinearNet(6, 4), [((6, 4), 4), ((6, 4), 4), ((4, 6), 4)]),
        (lambda: OneLayerMLP(6, 4, 3), [((6, 4), 4), ((6, 4), 4), ((8, 3), 8), ((3, 6), 3)]),
    ],
)
def test_parameters_are_drawn_in_the_published_order_and_scale(make, shapes):
    torch.manual_seed(3)
    network = make()
    torch.manual_seed(3)
    for parameter, (shape, fan_in) in zip(network.parameters(), shapes, strict=True):
        assert torch.equal(parameter, torch.randn(shape) / fan_in**0.5)


def test_biases_begin_at_zero():
    drawn = dict(Transformer(6, 4, 5, 2, 3).named_parameters()) | dict(
        OneLayerMLP(6, 4, 3, hidden_bias=True).named_parameters()
    )
    for name, parameter in drawn.items():
        assert bool(parameter.any()) == (not name.startswith("b"))


@pytest.fixture
def state(seeded):
    return {name: p.detach().clone() for name, p in OneLayerMLP(6, 4, 3).named_parameters()}


def test_a_state_is_taken_over(state):
    network = OneLayerMLP(6, 4, 3)
    load_weights(network, state)
    assert all(torch.equal(p, state[name]) for name, p in network.named_parameters())


def test_a_missing_and_a_foreign_weight_are_named(state):
    state["W_V"] = state.pop("W_y")
    with pytest.raises(ValueError, match="missing: W_y; not expected: W_V"):
        load_weights(OneLayerMLP(6, 4, 3), state)


def test_a_foreign_weight_is_named(state):
    state["b"] = torch.zeros(3)
    with pytest.raises(ValueError, match="missing: none; not expected: b"):
        load_weights(OneLayerMLP(6, 4, 3), state)


def test_a_wrong_shape_is_named(state):
    state["W"] = state["W"].T
    with pytest.raises(ValueError, match=r"W have shape \(3, 8\), but .* expects \(8, 3\)"):
        load_weights(OneLayerMLP(6, 4, 3), state)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
def test_weights_that_are_not_finite_are_counted(state, bad):
    state["W_U"][1, 2] = bad
    with pytest.raises(ValueError, match="W_U have 1 entries that are NaN or infinite"):
        load_weights(OneLayerMLP(6, 4, 3), state)


@pytest.mark.parametrize("bad", [torch.zeros(6, 4, dtype=torch.int64), "weights", None])
def test_weights_that_are_no_floats_are_refused(state, bad):
    state["W_x"] = bad
    with pytest.raises(ValueError, match="weights W_x: expected floating-point numbers"):
        load_weights(OneLayerMLP(6, 4, 3), state)


def test_nothing_is_taken_over_from_a_state_with_a_fault(state):
    network = OneLayerMLP(6, 4, 3)
    before = network.W_x.clone()
    state["W_U"][0, 0] = float("nan")
    with pytest.raises(ValueError, match="NaN"):
        load_weights(network, state)
    assert torch.equal(network.W_x, before)


def map_of(order, seed=1):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(order, order, generator=generator, dtype=torch.float64)


@every_network
def test_maps_are_put_into_the_embeddings_and_the_logits(name):
    network = networks()[name].double()
    left, answers = map_of(6), map_of(6, seed=2)
    right = left if name == "Transformer" else map_of(6, seed=3)
    before = {key: p.clone() for key, p in network.named_parameters()}
    edited = network.edited(left, right, answers)
    assert isinstance(network, Editable)
    torch.testing.assert_close(edited.left_embedding(), left @ network.left_embedding())
    torch.testing.assert_close(edited.right_embedding(), right @ network.right_embedding())
    torch.testing.assert_close(edited.unembedding(), answers @ network.unembedding())
    answering = network.edited(answers=answers)
    torch.testing.assert_close(answering(X, Y), network(X, Y) @ answers.T)
    assert all(torch.equal(p, before[key]) for key, p in network.named_parameters())


@every_network
def test_without_maps_a_network_is_copied(name):
    network = networks()[name]
    edited = network.edited()
    assert type(edited) is type(network)
    assert torch.equal(edited(X, Y), network(X, Y))
    assert edited.unembedding().dtype == torch.float32
    with torch.no_grad():
        edited.W_U.zero_()
    assert bool(network.W_U.any())


@pytest.mark.parametrize("name", [name for name in networks() if name != "Transformer"])
def test_maps_of_one_side_leave_the_other_alone(name):
    network, zero = networks()[name], torch.zeros(6, 6)
    without_x, without_y = network.edited(left=zero), network.edited(right=zero)
    assert not without_x.left_embedding().any()
    assert torch.equal(without_x.right_embedding(), network.right_embedding())
    assert not without_y.right_embedding().any()
    assert torch.equal(without_y.left_embedding(), network.left_embedding())
    assert torch.equal(without_y.unembedding(), network.unembedding())


@every_network
def test_permutation_matrices_give_the_network_of_the_relabelled_group(name):
    """In SymPy's order of S_3, element i is element place[i] of the lexicographic order."""
    network = networks()[name].double()
    lexicographic, group = SymmetricGroup(3), SymmetricGroup(3, "sympy")
    place = torch.tensor([lexicographic.index(group.permutation(i)) for i in range(6)])
    relabelled = torch.eye(6, dtype=torch.float64)[place]
    before = pair_statistics(network, lexicographic)
    after = pair_statistics(network.edited(relabelled, relabelled, relabelled), group)
    torch.testing.assert_close(after.losses, before.losses[place][:, place])
    torch.testing.assert_close(after.hidden_by_product, before.hidden_by_product[place])
    torch.testing.assert_close(after.logits.by_product, before.logits.by_product[place][:, place])


def test_the_token_of_a_transformer_that_is_no_element_is_kept():
    network = networks()["Transformer"]
    zero = torch.zeros(6, 6)
    edited = network.edited(zero, zero)
    assert not edited.W_E[:6].any()
    assert torch.equal(edited.W_E[6], network.W_E[6])


@pytest.mark.parametrize(
    "maps", [{"left": map_of(6)}, {"right": map_of(6)}, {"left": map_of(6), "right": map_of(6, 2)}]
)
def test_a_transformer_has_one_embedding_to_edit(maps):
    with pytest.raises(ValueError, match="left and right must be the same map"):
        networks()["Transformer"].edited(**maps)


@every_network
def test_a_map_of_other_functions_is_named(name):
    with pytest.raises(ValueError, match=r"answers has shape \(6, 5\), but .* 6 elements .*\(6, 6"):
        networks()[name].edited(answers=torch.zeros(6, 5))


@every_network
def test_stacked_networks_have_the_gradients_of_each(name):
    """One of the tables and one of the lists of elements are shared, as vmap allows."""
    network = networks()[name].double()
    x, y = torch.tensor([[0, 5, 5], [2, 2, 1]]), torch.tensor([1, 1, 4])
    frozen = next(iter(network.state_dict()))
    weights = {
        key: value if key == frozen else torch.stack([value, 2 * value + 1])
        for key, value in network.state_dict().items()
    }
    for value in weights.values():
        value.requires_grad_()

    def logits(weights, x):
        return torch.func.functional_call(network, weights, (x, y))

    dims = ({key: None if key == frozen else 0 for key in weights}, 0)
    stacked = torch.vmap(logits, in_dims=dims)(weights, x)
    alone = torch.stack(
        [
            logits({key: value if key == frozen else value[k] for key, value in weights.items()}, x)
            for k, x in enumerate(x)
        ]
    )
    torch.testing.assert_close(stacked, alone)
    found = torch.autograd.grad(stacked.square().sum(), weights.values())
    expected = torch.autograd.grad(alone.square().sum(), weights.values())
    torch.testing.assert_close(found, expected)


def test_sums_in_order_are_those_that_a_processor_makes_bit_for_bit():
    """Index 3 has no rows; with float32, 10^8 and small ones, another order gives other sums."""
    indices = torch.tensor([4, 0, 2, 4, 1, 2, 4, 4])
    rows = torch.randn(8, 3, generator=torch.Generator().manual_seed(0)).mT.contiguous().mT
    rows[0], rows[6] = 1e8, -1e8
    expected = torch.zeros(5, 3).index_add_(0, indices, rows)
    found = _sums_in_order(rows, indices, 5)
    assert torch.equal(found, expected)
    assert not torch.equal(torch.zeros(5, 3).index_add_(0, indices.flip(0), rows.flip(0)), expected)
