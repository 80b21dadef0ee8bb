from __future__ import annotations

from dataclasses import replace
from math import pi, sqrt

import numpy as np
import pytest
import torch

from analysis import BilinearNet, OneLayerMLP, Transformer
from analysis.measures import neurons
from analysis.measures.measured import Measured
from analysis.measures.statistics import pair_statistics
from analysis.tensors import group_tensors
from symrep import SymmetricGroup, isotypic_projection
from symrep.groups.cyclic import CyclicGroup
from tests.analysis.any_group import BY_TYPE, C6, DIC3, Q8, matrices, run_on
from tests.analysis.any_group import random as normal
from tests.analysis.conftest import FixedLogits, given, make_run, orthonormal_span

S4 = SymmetricGroup(4)
SIGNS = torch.tensor(S4.signs).double()
STANDARD = S4.irrep("3,1").tensor(torch.float64)


def drawn(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed)).double()


def entry(label, i=0, j=0):
    """A matrix entry as a function on S_4, scaled to the norm 1."""
    matrices = S4.irrep(label).tensor(torch.float64)
    return matrices[:, i, j] * sqrt(matrices.shape[1] / 24)


def planted(left, right, unembedding=None, bias=None, n=4, run=None):
    """A run, on S_n or as given, whose neurons take the given columns, and its statistics."""
    run = run or make_run(n)
    order, width = left.shape
    network = OneLayerMLP(order, order, width, hidden_bias=True).double()
    with torch.no_grad():
        for weights in (network.W_x, network.W_y):
            weights.copy_(torch.eye(order))
        network.W.copy_(torch.cat([left, right]))
        network.b.copy_(torch.zeros(width) if bias is None else bias)
        network.W_U.copy_(drawn(width, order) if unembedding is None else unembedding.T)
    run = replace(run, network=network)
    return run, pair_statistics(network, run.group)


def with_network(run, network):
    return replace(run, network=network), pair_statistics(network, run.group)


def test_neuron_shares_and_dead_neurons():
    group = SymmetricGroup(3)
    weights = torch.zeros(6, 3)
    weights[:, 0] = torch.tensor(group.signs)
    weights[:, 2] = torch.tensor([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    shares = neurons.neuron_fractions(weights, group)
    torch.testing.assert_close(shares.sum(0), torch.tensor([1.0, 0.0, 1.0]).double())
    torch.testing.assert_close(shares[:, 0], torch.tensor([0.0, 0.0, 1.0]).double())


def test_neurons_below_a_hundredth_of_the_largest_norm_are_off():
    weights = torch.tensor([[3.0, 0.0, 0.049], [4.0, 0.0, 0.0]])
    assert neurons.live_neurons(weights).tolist() == [True, False, False]
    assert neurons.live_neurons(weights + 0.04).tolist() == [True, True, True]
    assert not neurons.live_neurons(torch.zeros(2, 3)).any()


def zoo():
    """(left, right, bias, what the table should say) of neurons of every sort, on S_4."""
    pure, other, sign = entry("3,1"), entry("2,2", 0, 1), entry("sign")
    none = torch.zeros(24).double()
    rows = [
        (pure + 5, entry("3,1", 2, 1) - 3, 0.0, "irrep", "(3,1)", "(3,1)", 1.0, 1.0),
        (other, other, 0.0, "irrep", "(2,2)", "(2,2)", 1.0, 1.0),
        (sign, -sign, 0.0, "irrep", "(1,1,1,1)", "(1,1,1,1)", 1.0, 1.0),
        (none + 4, none - 3, 0.0, "dead", "", "", 0.0, 0.0),
        (pure, pure, -9.0, "dead", "", "(3,1)", 1.0, 1.0),
        (0.8 * pure + 0.6 * other, pure, 0.0, "unassigned", "", "(3,1)", 0.64, 1.0),
        (pure, 0.6 * pure + 0.8 * other, 0.0, "unassigned", "", "(3,1)", 1.0, 0.36),
        (other, none + 1, 0.0, "unassigned", "", "(2,2)", 1.0, 0.0),
        (none + 1, other, 0.0, "unassigned", "", "(2,2)", 0.0, 1.0),
        (0.6 * pure + 0.8 * other, pure, 0.0, "unassigned", "", "(3,1)", 0.36, 1.0),
        (sqrt(0.96) * pure + 0.2 * sign, pure, 0.0, "irrep", "(3,1)", "(3,1)", 0.96, 1.0),
    ]
    columns = list(zip(*rows, strict=True))
    return (torch.stack(columns[0], 1), torch.stack(columns[1], 1), torch.tensor(columns[2])), (
        columns[3:]
    )


def test_every_sort_of_neuron_is_recognised():
    (left, right, bias), (states, irreps, largest, left_purity, right_purity) = zoo()
    table = neurons.neuron_table(given(*planted(left, right, bias=bias)))
    assert tuple(table.state) == states
    assert tuple(table.irrep) == irreps
    assert tuple(table.largest) == largest
    np.testing.assert_allclose(table.left_purity, left_purity, atol=1e-13)
    np.testing.assert_allclose(table.right_purity, right_purity, atol=1e-13)
    chance = {"": 0, "(3,1)": 9 / 23, "(2,2)": 4 / 23, "(1,1,1,1)": 1 / 23}
    np.testing.assert_allclose(table.baseline, [chance[name] for name in largest])
    norms = [sqrt(2)] * 3 + [0] + [sqrt(2)] * 3 + [1, 1] + [sqrt(2)] * 2
    np.testing.assert_allclose(table.norm, np.array(norms) / sqrt(2), atol=1e-14)


def test_purities_do_not_change_when_incoming_weights_are_multiplied():
    (left, right, bias), _ = zoo()
    scale = torch.linspace(0.5, 10, left.shape[1])
    plain = neurons.neuron_table(given(*planted(left, right, bias=bias)))
    scaled = neurons.neuron_table(given(*planted(left * scale, right * scale, bias=bias * scale)))
    same = ["state", "irrep", "largest"]
    assert (plain[same] == scaled[same]).all(axis=None)
    purities = ["left_purity", "right_purity", "product_purity"]
    np.testing.assert_allclose(plain[purities], scaled[purities], atol=1e-12)


def test_purities_are_projections_of_the_weights_and_of_the_means_by_product(run, brute_force):
    statistics = pair_statistics(run.network, run.group)
    table = neurons.neuron_table(given(run, statistics))
    hidden, products = brute_force.hidden, brute_force.products
    network = run.network
    by_product = torch.stack([hidden[products == g].mean(0) for g in range(24)])
    functions = {
        "left_purity": network.left_embedding().detach(),
        "right_purity": network.right_embedding().detach(),
        "product_purity": by_product,
    }
    everything = torch.arange(24)
    for neuron, row in table.iterrows():
        span = orthonormal_span(run.group, run.group.parse_label(row.largest), everything)
        shares = {}
        for name, function in functions.items():
            centred = function[:, neuron] - function[:, neuron].mean()
            shares[name] = float((span.T @ centred).square().sum() / centred.square().sum())
            assert row[name] == pytest.approx(shares[name], abs=1e-12)
    deviations = hidden.flatten(0, 1).std(0, correction=0)
    np.testing.assert_allclose(table.activation, deviations / deviations.max(), atol=1e-12)


def test_inputs_are_means_of_the_preactivation_centred(run, statistics):
    x = torch.arange(24)
    values = run.network.double().activations(x[:, None], x)["preactivation"].detach()
    left, right = neurons.neuron_inputs(given(run, statistics))
    torch.testing.assert_close(left, values.mean(1) - values.mean((0, 1)), rtol=0, atol=1e-13)
    torch.testing.assert_close(right, values.mean(0) - values.mean((0, 1)), rtol=0, atol=1e-13)


def test_inputs_of_a_bilinear_network_are_its_embeddings(run):
    run, statistics = with_network(run, BilinearNet(24, 7))
    left, right = neurons.neuron_inputs(given(run, statistics))
    W_x, W_y = run.network.W_x.detach().double(), run.network.W_y.detach().double()
    torch.testing.assert_close(left, W_x - W_x.mean(0))
    torch.testing.assert_close(right, W_y - W_y.mean(0))
    assert (neurons.neuron_table(given(run, statistics)).state == "unassigned").all()


def test_inputs_of_a_transformer_are_not_its_embeddings(run):
    network = Transformer(24, embed_dim=7, hidden_dim=7, heads=2, head_dim=3)
    run, statistics = with_network(run, network)
    left, right = neurons.neuron_inputs(given(run, statistics))
    assert left.shape == right.shape == (24, 7)
    assert not torch.allclose(left, right)
    mean = statistics.input_by_x.mean(0)
    torch.testing.assert_close(left, statistics.input_by_x - mean)
    assert len(neurons.neuron_table(given(run, statistics))) == 7


class Wide(FixedLogits):
    """A network of a user: embeddings of another width, no preactivation."""

    def __init__(self):
        super().__init__(torch.zeros(24, 24, 24).double())

    def left_embedding(self):
        return torch.zeros(24, 5)

    right_embedding = left_embedding

    def activations(self, x, y):
        return super().activations(x, y) | {"hidden": (STANDARD[x, 0, :1] + 2 * STANDARD[y, 1, :1])}


def test_inputs_without_preactivation_or_embeddings_are_means_of_the_activation(run):
    run, statistics = with_network(run, Wide())
    left, right = neurons.neuron_inputs(given(run, statistics))
    torch.testing.assert_close(left[:, 0], STANDARD[:, 0, 0], rtol=0, atol=1e-14)
    torch.testing.assert_close(right[:, 0], 2 * STANDARD[:, 1, 0], rtol=0, atol=1e-14)
    (row,) = neurons.neuron_table(given(run, statistics)).itertuples()
    assert (row.state, row.irrep, row.product_purity) == ("irrep", "(3,1)", 0)


def sign_run(noise=0.0):
    """Four sign neurons that compute the sign of xy, and three neurons of other sorts."""
    a = torch.tensor([1.0, -1.0, 1.0, -1.0]).double()
    b = torch.tensor([1.0, -1.0, -1.0, 1.0]).double()
    votes = torch.tensor([1.0, 1.0, -1.0, -1.0]).double()
    rest = entry("3,1"), entry("2,2"), torch.zeros(24).double()
    left = torch.stack([*(a * SIGNS[:, None]).T, *rest], 1) + noise * drawn(24, 7, seed=1)
    right = torch.stack([*(b * SIGNS[:, None]).T, *rest], 1) + noise * drawn(24, 7, seed=2)
    unembedding = torch.cat([votes * SIGNS[:, None], torch.zeros(24, 3)], 1)
    return planted(left, right, unembedding + noise * drawn(24, 7, seed=3))


def test_four_sign_neurons_compute_the_sign_of_the_product():
    run, statistics = sign_run()
    table = neurons.sign_neurons(given(run, statistics))
    assert table.index.tolist() == [0, 1, 2, 3]
    assert table.kind.tolist() == ["+ +", "- -", "+ -", "- +"]
    assert table.fires.tolist() == ["even_even", "odd_odd", "even_odd", "odd_even"]
    np.testing.assert_allclose(table[["a", "b", "u"]].abs(), 1, atol=1e-14)
    np.testing.assert_allclose(table.u, [1, 1, -1, -1], atol=1e-14)
    np.testing.assert_allclose(table[list(neurons.CELLS)].max(axis=1), 2, atol=1e-13)
    circuit = neurons.sign_circuit(given(run, statistics))
    np.testing.assert_allclose(circuit.loc["+ -", list(neurons.CELLS)], [0, -2, 0, 0], atol=1e-13)
    every = circuit.loc[neurons.EVERY]
    np.testing.assert_allclose(every[list(neurons.CELLS)].astype(float), [2, -2, -2, 2], atol=1e-13)
    assert every.xy_share == pytest.approx(1, abs=1e-13)
    np.testing.assert_allclose(circuit.xy_share[:4], 1 / 3, atol=1e-13)
    assert circuit.neurons.tolist() == [1, 1, 1, 1, 3, 7]
    x, y = SIGNS[:, None], SIGNS
    relu = torch.relu
    total = relu(x + y) + relu(-x - y) - relu(x - y) - relu(y - x)
    torch.testing.assert_close(total, 2 * SIGNS[group_tensors(S4).products], rtol=0, atol=0)


def test_cells_and_contributions_equal_means_over_pairs():
    run, statistics = sign_run(noise=0.12)
    table = neurons.sign_neurons(given(run, statistics))
    assert table.index.tolist() == [0, 1, 2, 3]
    x = torch.arange(24)
    activations = run.network.activations(x[:, None], x)
    hidden, logits = activations["hidden"].detach(), activations["logits"].detach()
    bias = activations["preactivation"].detach().mean((0, 1))
    np.testing.assert_allclose(table.bias, bias[:4], atol=1e-14)
    circuit = neurons.sign_circuit(given(run, statistics))
    said = run.network.W_U.detach() @ SIGNS / 24
    np.testing.assert_allclose(table.u, said[:4], atol=1e-14)
    whole = []
    for cell, (p, q) in neurons.CELLS.items():
        inside = SIGNS[:, None].eq(p) & SIGNS.eq(q)
        means = hidden[inside].mean(0)
        np.testing.assert_allclose(table[cell], means[:4], atol=1e-13)
        kinds = circuit[cell].to_numpy()
        np.testing.assert_allclose(kinds[:4], (means * said)[[0, 2, 3, 1]], atol=1e-13)
        assert kinds[4] == pytest.approx(float((means * said)[4:].sum()), abs=1e-13)
        whole.append(float((logits[inside] @ SIGNS).mean() / 24))
        assert kinds[5] == pytest.approx(whole[-1], abs=1e-13)
    centred = np.array(whole) - np.mean(whole)
    share = (centred @ [0.5, -0.5, -0.5, 0.5]) ** 2 / (centred @ centred)
    assert circuit.xy_share[neurons.EVERY] == pytest.approx(share, abs=1e-12)


def test_firing_is_above_a_twentieth_of_the_largest_cell():
    left = (SIGNS * 2).repeat(2, 1).T
    run, statistics = planted(left, left, bias=torch.tensor([0.22, 0.19]))
    fires = neurons.sign_neurons(given(run, statistics)).fires
    assert fires.tolist() == ["even_even, even_odd, odd_even", "even_even"]


def test_sign_neurons_of_a_bilinear_network_have_no_bias(run):
    network = BilinearNet(24, 2).double()
    with torch.no_grad():
        network.W_x.copy_(torch.stack([3 * SIGNS, SIGNS + 4], 1))
        network.W_y.copy_(torch.stack([-SIGNS, 2 * SIGNS], 1))
    table = neurons.sign_neurons(given(*with_network(run, network)))
    assert table.kind.tolist() == ["+ -", "+ +"]
    np.testing.assert_allclose(table.a, [3, 1], atol=1e-14)
    np.testing.assert_allclose(table.b, [-1, 2], atol=1e-14)
    assert table.bias.isna().all()
    np.testing.assert_allclose(table.even_odd, [3, -10], atol=1e-13)
    assert table.fires.tolist() == ["even_odd, odd_even", "even_even, odd_even"]


@pytest.mark.parametrize("label", ["standard", "trivial"])
def test_sign_neurons_need_an_irrep_with_two_values(run, statistics, label):
    with pytest.raises(ValueError, match=r"of S_4 does not have the two values \+1 and -1"):
        neurons.sign_circuit(given(run, statistics), label)


def test_a_network_without_weights_has_zeros(run):
    network = OneLayerMLP(24, 5, 3)
    with torch.no_grad():
        for weights in network.parameters():
            weights.zero_()
    run, statistics = with_network(run, network)
    table = neurons.neuron_table(given(run, statistics))
    assert (table.state == "dead").all()
    assert not table.select_dtypes("number").isna().any(axis=None)
    assert (table.select_dtypes("number") == 0).all(axis=None)
    circuit = neurons.sign_circuit(given(run, statistics))
    assert (circuit[[*neurons.CELLS, "xy_share"]] == 0).all(axis=None)
    assert circuit.loc["+ +", ["neurons", "a", "b"]].tolist() == [0, 0, 0]
    assert np.isnan(circuit.loc[neurons.EVERY, "a"])
    assert neurons.rank_one_table(given(run, statistics), "standard").empty
    assert not neurons.neuron_coefficients(given(run, statistics), 0, "3,1")["left"].any()


def test_activation_maps_are_the_activations_at_pairs(run, brute_force):
    maps = neurons.activation_maps(Measured(run), [4, 0])
    expected = brute_force.hidden[..., [4, 0]].movedim(-1, 0)
    torch.testing.assert_close(maps, expected, rtol=0, atol=1e-13)
    network = run.network.double()
    sums = network.left_embedding()[:, None, 2] + network.right_embedding()[:, 2]
    (before,) = neurons.activation_maps(Measured(run), [2], "preactivation")
    torch.testing.assert_close(before, sums.detach(), rtol=0, atol=1e-13)
    logits = neurons.activation_maps(Measured(run), [23], "logits")[0]
    torch.testing.assert_close(logits, brute_force.logits[..., 23], rtol=0, atol=1e-12)


def test_activation_maps_name_what_they_cannot_find(run):
    with pytest.raises(ValueError, match="no neuron 7: hidden has 0 to 6"):
        neurons.activation_maps(Measured(run), [0, 7])
    with pytest.raises(ValueError, match="no neuron -1"):
        neurons.activation_maps(Measured(run), [-1])
    with pytest.raises(ValueError, match="'residual': the network has preactivation, hidden, log"):
        neurons.activation_maps(Measured(run), [0], "residual")
    transformer = replace(run, network=Transformer(24, 6, 7, 2, 3))
    with pytest.raises(ValueError, match="no activation 'attention': the network has residual"):
        neurons.activation_maps(Measured(transformer), [0], "attention")


def test_coefficients_are_those_of_the_matrix_entries():
    A, B, C = drawn(3, 3, 3)
    others = [entry("2,2", 1, 0), entry("sign"), entry("2,1,1", 0, 2)]
    left, right, readout = (
        (torch.einsum("ij,gij->g", X, STANDARD) + 3 * other)[:, None]
        for X, other in zip((A, B, C), others, strict=True)
    )
    run, statistics = planted(left, right, readout)
    found = neurons.neuron_coefficients(given(run, statistics), 0, "standard")
    for name, expected in (("left", A), ("right", B), ("unembedding", C)):
        torch.testing.assert_close(found[name], expected, rtol=0, atol=1e-13)
    for name in ("by_x", "by_y", "by_product"):
        part = isotypic_projection(getattr(statistics, f"hidden_{name}")[:, 0], S4, (3, 1))
        rebuilt = torch.einsum("ij,gij->g", found[name], STANDARD)
        torch.testing.assert_close(rebuilt, part, rtol=0, atol=1e-13)
        assert part.norm() > 0.1


def test_coefficients_name_what_they_cannot_find(run, statistics):
    with pytest.raises(ValueError, match="no neuron 7: the hidden layer has 0 to 6"):
        neurons.neuron_coefficients(given(run, statistics), 7, "standard")
    with pytest.raises(ValueError, match="partition of 3"):
        neurons.neuron_coefficients(given(run, statistics), 0, "2,1")


def rank_one_run(a_left, a_right, signs):
    """Neurons b^T rho(x) a, a^T rho(y) c and k b^T rho(z) c, written out as in the formula."""
    count = len(signs)
    b, c = drawn(2, count, 3, seed=4)
    left = torch.einsum("ni,gij,nj->gn", b, STANDARD, a_left)
    right = torch.einsum("ni,gij,nj->gn", a_right, STANDARD, c)
    readout = torch.einsum("ni,gij,nj->gn", b, STANDARD, c) * torch.tensor(signs)
    return planted(left, right, readout)


def test_neurons_of_rank_one_with_one_a_are_found():
    a = torch.tensor([[1.0, 2.0, -2.0]]).double().expand(4, 3)
    run, statistics = rank_one_run(
        a * torch.tensor([[1.0], [-1.0], [2.0], [3.0]]), a, [1, 1, -1, 1]
    )
    table = neurons.rank_one_table(given(run, statistics), "3,1")
    assert table.index.tolist() == [0, 1, 2, 3]
    ones = ["left_rank_one", "right_rank_one", "sides_agree", "left_common", "right_common"]
    np.testing.assert_allclose(table[ones], 1, atol=1e-12)
    # The second neuron has -a on the left, the third votes against its b^T rho(z) c.
    np.testing.assert_allclose(table.unembedding_cosine, [1, -1, -1, 1], atol=1e-12)
    assert (table.product_cosine > 0.95).all()


def test_neurons_with_another_a_stand_out():
    a = torch.eye(3).double()[[0, 0, 0, 1]]
    table = neurons.rank_one_table(given(*rank_one_run(a, a, [1] * 4)), "3,1")
    np.testing.assert_allclose(table.sides_agree, 1, atol=1e-12)
    np.testing.assert_allclose(table.left_common, [1, 1, 1, 0], atol=1e-12)
    np.testing.assert_allclose(table.right_common, [1, 1, 1, 0], atol=1e-12)
    a_right = torch.tensor([[0.6, 0.8, 0.0]]).double().expand(4, 3)
    table = neurons.rank_one_table(given(*rank_one_run(a, a_right, [1] * 4)), "3,1")
    np.testing.assert_allclose(table.sides_agree, [0.36, 0.36, 0.36, 0.64], atol=1e-12)


def test_rank_one_shares_and_cosines_by_hand_on_s3():
    rho = SymmetricGroup(3).irrep("2,1").tensor(torch.float64)
    A = torch.tensor([[0.0, 2.0], [1.0, 0.0]]).double()
    B = torch.tensor([[3.0, 0.0], [0.0, 1.0]]).double()
    C = torch.tensor([[0.0, 1.0], [0.0, 0.0]]).double()
    columns = [torch.einsum("ij,gij->g", X, rho)[:, None] for X in (A, B, C)]
    table = neurons.rank_one_table(given(*planted(*columns, n=3)), "2,1")
    assert table.left_rank_one[0] == pytest.approx(4 / 5, abs=1e-13)
    assert table.right_rank_one[0] == pytest.approx(9 / 10, abs=1e-13)
    # a of A = [[0, 2], [1, 0]] is e_2, that of B is e_1, and A B = [[0, 2], [3, 0]].
    assert table.sides_agree[0] == pytest.approx(0, abs=1e-13)
    assert table.unembedding_cosine[0] == pytest.approx(2 / sqrt(13), abs=1e-13)


def test_chance_of_rank_one_equals_closed_forms():
    levels = neurons.rank_one_baseline(2, 400, draws=20000)
    assert levels["left_rank_one"].mean == pytest.approx(1 / 2 + pi / 8, abs=0.003)
    assert levels["sides_agree"].mean == pytest.approx(1 / 2, abs=0.01)
    assert levels["sides_agree"].sd == pytest.approx(1 / sqrt(8), abs=0.01)
    levels = neurons.rank_one_baseline(5, 400, draws=20000)
    assert levels["sides_agree"].mean == pytest.approx(1 / 5, abs=0.005)
    for name in ("product_cosine", "unembedding_cosine"):
        assert levels[name].mean == pytest.approx(0, abs=0.006)
        assert levels[name].sd == pytest.approx(1 / 5, abs=0.005)
    # A direction fitted to few neurons is closer to them than one fitted to many.
    few = neurons.rank_one_baseline(5, 2)
    assert few["left_common"].mean > levels["left_common"].mean > 1 / 5
    assert neurons.rank_one_baseline(5, 2) == few
    assert neurons.rank_one_baseline(1, 3)["left_common"] == neurons.Baseline(1.0, 0.0)


@pytest.mark.parametrize("name", BY_TYPE)
def test_neurons_of_rank_one_over_any_numbers_are_found(name):
    """b^T rho(x) a, a^T rho(y) c and k b^T rho(z) c with real vectors and one a for all."""
    group, label, d, _ = BY_TYPE[name]
    rho, a = matrices(group, label), normal(d)
    b, c = normal(2, 5, d, seed=4)
    signs = torch.tensor([1.0, 1, -1, 2, 1]).double()
    left = torch.einsum("ni,gij,j->gn", b, rho, a)
    right = torch.einsum("i,gij,nj->gn", a, rho, c)
    readout = torch.einsum("ni,gij,nj->gn", b, rho, c) * signs
    run, statistics = planted(left, right, readout, run=run_on(group))
    table = neurons.rank_one_table(given(run, statistics), label)
    assert table.index.tolist() == [0, 1, 2, 3, 4]
    ones = ["left_rank_one", "right_rank_one", "sides_agree", "left_common", "right_common"]
    np.testing.assert_allclose(table[ones], 1, atol=1e-10)
    np.testing.assert_allclose(table.unembedding_cosine, signs.sign(), atol=1e-10)
    assert (table.product_cosine > 0.5).all()


@pytest.mark.parametrize("name", ["complex of degree 2", "quaternionic of degree 4"])
def test_lines_over_other_numbers_have_the_angle_of_their_vectors(name):
    """The a of the right side is 0.6 e_0 + 0.8 e_c: at cos^2 = 0.36 from e_0 over the numbers."""
    group, label, d, c = BY_TYPE[name]
    rho, b = matrices(group, label), normal(2, d)
    turned = torch.zeros(d).double()
    turned[c - 1], turned[c] = 0.6, 0.8
    left = torch.einsum("i,gij->gj", b[0], rho)[:, :1]
    right = torch.einsum("i,gij,j->g", turned, rho, b[1])[:, None]
    second = matrices(group, label)[:, 0, 0] + 2 * matrices(group, label)[:, c, c]
    run, statistics = planted(
        torch.cat([left, second[:, None]], 1), right.expand(-1, 2), run=run_on(group)
    )
    table = neurons.rank_one_table(given(run, statistics), label)
    assert table.sides_agree[0] == pytest.approx(0.36, abs=1e-10)
    # 1 and 2 on the diagonal of a matrix of numbers: 4/5 of the energy is in the larger one.
    assert table.left_rank_one.tolist() == pytest.approx([1, 4 / 5], abs=1e-10)
    assert table.sides_agree[1] == pytest.approx(0.64, abs=1e-10)


@pytest.mark.parametrize("name", BY_TYPE)
def test_chance_of_rank_one_is_that_of_random_functions(name):
    group, label, d, c = BY_TYPE[name]
    levels = neurons.rank_one_baseline(d, 400, draws=4000, commutant_dim=c)
    assert levels["sides_agree"].mean == pytest.approx(c / d, abs=0.02)
    columns = neurons._rank_one(
        *(
            neurons.coefficient_matrices(normal(group.order, 400, seed=k), group, label)
            for k in range(4)
        ),
        commutant_dim=c,
    )
    for column, level in levels.items():
        found = columns[column]
        error = 4 * level.sd / 400**0.5 + 1e-12
        assert float(found.mean()) == pytest.approx(level.mean, abs=error)
        assert float(found.std()) == pytest.approx(level.sd, rel=0.2, abs=1e-12)


@pytest.mark.parametrize("name", BY_TYPE)
def test_coefficients_of_any_type_give_the_parts_of_a_neuron(name):
    group, label, _, _ = BY_TYPE[name]
    run = run_on(group)
    statistics = pair_statistics(run.network, group)
    found = neurons.neuron_coefficients(given(run, statistics), 2, label)
    left, right = neurons.neuron_inputs(given(run, statistics))
    for key, function in (
        ("left", left),
        ("right", right),
        ("by_product", statistics.hidden_by_product),
    ):
        rebuilt = torch.einsum("ij,gij->g", found[key], matrices(group, label))
        part = isotypic_projection(function[:, 2], group, label)
        torch.testing.assert_close(rebuilt, part, rtol=0, atol=1e-12)


@pytest.mark.parametrize("irrep", ["sign", "parity_sign"])
def test_sign_circuits_are_of_any_irrep_with_two_values(irrep):
    signs = matrices(Q8, irrep)[:, 0, 0]
    a = torch.tensor([1.0, -1.0, 1.0, -1.0]).double()
    b = torch.tensor([1.0, -1.0, -1.0, 1.0]).double()
    votes = torch.tensor([1.0, 1.0, -1.0, -1.0]).double()
    run, statistics = planted(
        *(numbers * signs[:, None] for numbers in (a, b, votes)), run=run_on(Q8)
    )
    assert neurons.sign_neurons(given(run, statistics), irrep).kind.tolist() == [
        "+ +", "- -", "+ -", "- +",
    ]  # fmt: skip
    circuit = neurons.sign_circuit(given(run, statistics), irrep)
    assert circuit.xy_share[neurons.EVERY] == pytest.approx(1)


def test_groups_without_a_sign_or_irreps_with_other_values_are_named():
    run = run_on(CyclicGroup(5))
    statistics = pair_statistics(run.network, run.group)
    with pytest.raises(ValueError, match="C_5 has no irrep 'sign'; it has trivial, freq_1, freq_2"):
        neurons.sign_circuit(given(run, statistics))
    with pytest.raises(ValueError, match=r"freq_1 of C_5 does not have .* one of a group that has"):
        neurons.sign_neurons(given(run, statistics), "freq_1")
    run = run_on(DIC3)
    with pytest.raises(ValueError, match=r"parity of Dic_3 .* expected one that has: sign$"):
        neurons.sign_neurons(given(run, pair_statistics(run.network, DIC3)), "parity")
    run = run_on(C6)
    assert len(neurons.sign_circuit(given(run, pair_statistics(run.network, C6)))) == 6


def test_irreps_of_every_type_are_told_apart_in_neurons():
    columns = torch.stack([matrices(DIC3, label)[:, 0, 0] for label in DIC3.irreps][1:], dim=1)
    run, statistics = planted(columns, columns, run=run_on(DIC3))
    table = neurons.neuron_table(given(run, statistics))
    assert table.irrep.tolist() == list(DIC3.irreps)[1:]
    ranks = [DIC3.irreps[k].dim ** 2 / DIC3.irreps[k].commutant_dim for k in table.irrep]
    np.testing.assert_allclose(table.baseline, np.array(ranks) / 11)
