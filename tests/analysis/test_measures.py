from __future__ import annotations

from math import exp, log

import pytest
import torch

from analysis import measures
from analysis.ablations import excluded_losses, restricted_loss
from analysis.statistics import pair_statistics
from symrep import Partition, SymmetricGroup

from .conftest import make_run


@pytest.fixture(scope="module")
def statistics(run):
    return pair_statistics(run.network, run.group)


def orthonormal_span(group, label, indices):
    """Orthonormal columns with the span of the matrix entries of rho at the given elements."""
    matrices = group.irrep(label).tensor(torch.float64)[indices.flatten()]
    return torch.linalg.qr(matrices.flatten(1)).Q


def test_fve_equals_projection_on_matrix_entries(run):
    weights = run.network.left_embedding().detach().double()
    shares = measures.fraction_of_variance_explained(weights, run.group)
    for label in run.group.irreps:
        span = orthonormal_span(run.group, label, torch.arange(24))
        expected = (span.T @ weights).square().sum() / weights.square().sum()
        assert shares[label] == pytest.approx(float(expected), abs=1e-13)
    assert sum(shares.values()) == pytest.approx(1, abs=1e-13)


def test_fve_of_zero_weights_is_zero():
    shares = measures.fraction_of_variance_explained(torch.zeros(6, 3), SymmetricGroup(3))
    assert set(shares.values()) == {0.0}


def test_fve_finds_the_irrep_whose_entry_it_is_given():
    group = SymmetricGroup(4)
    weights = group.irrep((2, 2)).tensor(torch.float64)[:, 0, 1:]
    shares = measures.fraction_of_variance_explained(weights, group)
    assert shares[Partition(2, 2)] == pytest.approx(1)


def test_chance_of_variance_explained_is_the_mean_over_random_weights():
    group = SymmetricGroup(4)
    generator = torch.Generator().manual_seed(5)
    weights = torch.randn(24, 20000, generator=generator, dtype=torch.float64)
    shares = measures.fraction_of_variance_explained(weights, group)
    chance = measures.chance_of_variance_explained(group)
    for label in group.irreps:
        assert shares[label] == pytest.approx(chance[label], abs=0.005)
    assert sum(chance.values()) == 1


def test_neuron_shares_and_dead_neurons():
    group = SymmetricGroup(3)
    weights = torch.zeros(6, 3)
    weights[:, 0] = group.signs
    weights[:, 2] = torch.tensor([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    shares = measures.neuron_shares(weights, group)
    torch.testing.assert_close(shares.sum(0), torch.tensor([1.0, 0.0, 1.0]).double())
    torch.testing.assert_close(shares[:, 0], torch.tensor([0.0, 0.0, 1.0]).double())


def test_neurons_below_a_hundredth_of_the_largest_norm_are_off():
    weights = torch.tensor([[3.0, 0.0, 0.049], [4.0, 0.0, 0.0]])
    assert measures.live_neurons(weights).tolist() == [True, False, False]
    assert measures.live_neurons(weights + 0.04).tolist() == [True, True, True]
    assert not measures.live_neurons(torch.zeros(2, 3)).any()


def test_hidden_fractions_equal_projections_over_pairs(run, statistics, brute_force):
    products = brute_force.products
    x = torch.arange(24)[:, None].expand(24, 24)
    hidden = brute_force.hidden.flatten(0, 1)
    centred = hidden - hidden.mean(0)
    found = measures.hidden_fractions(statistics, run.group)
    total = 0.0
    for label in list(run.group.irreps)[1:]:
        for share, indices in zip(found[label], (x, x.T, products), strict=True):
            span = orthonormal_span(run.group, label, indices)
            expected = (span.T @ centred).square().sum() / centred.square().sum()
            assert share == pytest.approx(float(expected), abs=1e-13)
            total += share
    assert found[Partition(4)] == pytest.approx((0, 0, 0), abs=1e-13)
    assert 0 < total <= 1


def test_chance_of_hidden_fraction_is_the_mean_over_noise():
    group = SymmetricGroup(3)
    generator = torch.Generator().manual_seed(5)
    noise = torch.randn(36, 20000, generator=generator, dtype=torch.float64)
    noise -= noise.mean(0)
    span = orthonormal_span(group, (2, 1), group.cayley_table)
    share = float((span.T @ noise).square().sum() / noise.square().sum())
    chance = measures.chance_of_hidden_fraction(group)
    assert share == pytest.approx(chance[Partition(2, 1)], abs=0.003)
    assert chance[Partition(3)] == 0


def test_similarities_equal_the_cosine_with_the_cube(run, statistics, brute_force):
    logits = brute_force.logits
    centred = logits - logits.mean(-1, keepdim=True)
    found = measures.character_similarities(statistics, run.group)
    assert list(found) == list(run.group.irreps)[1:]
    for label, similarity in found.items():
        cube = measures.characters_on_elements(run.group)[label][brute_force.quotients]
        expected = (centred * cube).sum() / centred.norm() / cube.norm()
        assert similarity == pytest.approx(float(expected), abs=1e-13)
        part = measures.character_logits(statistics, run.group, found, label)
        projection = expected * centred.norm() * cube / cube.norm()
        torch.testing.assert_close(part[brute_force.products], projection)


def test_similarity_of_the_character_itself_is_one(run, brute_force):
    """The convention is chi(x y z^-1): z is inverted, and on the right."""
    chi = measures.characters_on_elements(run.group)[Partition(3, 1)]
    logits = chi[brute_force.quotients]
    statistics = pair_statistics(_Fixed(logits), run.group)
    similarities = measures.character_similarities(statistics, run.group)
    assert similarities[Partition(3, 1)] == pytest.approx(1)
    assert measures.key_irreps(similarities) == [Partition(3, 1)]


def test_constant_logits_have_no_similarity(run):
    statistics = pair_statistics(_Fixed(torch.ones(24, 24, 24).double()), run.group)
    assert set(measures.character_similarities(statistics, run.group).values()) == {0.0}


def test_chance_of_similarity_is_the_root_mean_square_over_noise():
    group = SymmetricGroup(3)
    generator = torch.Generator().manual_seed(5)
    cube = measures.characters_on_elements(group)[Partition(2, 1)][
        group.cayley_table[group.cayley_table][:, :, group.inverse_indices]
    ]
    noise = torch.randn(4000, 6, 6, 6, generator=generator, dtype=torch.float64)
    noise -= noise.mean(-1, keepdim=True)
    cosines = (noise * cube).sum((1, 2, 3)) / noise.flatten(1).norm(dim=1) / cube.norm()
    found = float(cosines.square().mean().sqrt())
    assert found == pytest.approx(measures.chance_of_similarity(group), rel=0.04)


def test_ablation_losses_equal_brute_force(run, statistics, brute_force):
    products, logits, mask = brute_force.products, brute_force.logits, run.training_mask
    label = Partition(3, 1)
    span = orthonormal_span(run.group, label, products)
    hidden = brute_force.hidden.flatten(0, 1)
    projected = (span @ (span.T @ hidden)).view(24, 24, -1)
    unembedding = run.network.W_U.detach().double()
    part = measures.hidden_logits(statistics, run.group, run.network.unembedding(), label).detach()

    def cross_entropy(values, pairs):
        rows = values[pairs]
        return float((rows.logsumexp(-1) - rows.gather(1, products[pairs][:, None])[:, 0]).mean())

    everything = torch.ones_like(mask)
    restricted = cross_entropy(projected @ unembedding, everything)
    assert restricted_loss(part) == pytest.approx(restricted, rel=1e-12)
    excluded = cross_entropy((brute_force.hidden - projected) @ unembedding, mask)
    assert excluded_losses(run, [("hidden", part)]) == pytest.approx([excluded], rel=1e-12)
    assert excluded != pytest.approx(cross_entropy(logits, mask))


@pytest.mark.parametrize(
    ("label", "loss", "accuracy"),
    [((1,) * 5, 4.2213, 1 / 60), ((4, 1), 1.4973, 1), ((2, 1, 1, 1), 1.3868, 1)],
)
def test_loss_of_a_character_as_logits_is_the_known_one(label, loss, accuracy):
    """For S_5 these follow from class sizes: -chi(e) + log sum_g exp chi(g)."""
    group = SymmetricGroup(5)
    chi = measures.characters_on_elements(group)[Partition(*label)]
    logits = chi[group.cayley_table[:, group.inverse_indices]]
    assert restricted_loss(logits) == pytest.approx(loss, abs=5e-5)
    table = group.character_table()
    row = table.row(label)
    closed = -row[0] + log(
        sum(size * exp(value) for size, value in zip(table.class_sizes, row, strict=True))
    )
    assert restricted_loss(logits) == pytest.approx(closed, rel=1e-12)
    best = (logits == logits.amax(1, keepdim=True)).double()
    assert float((best.diagonal() / best.sum(1)).mean()) == pytest.approx(accuracy)


def test_a_group_of_one_element():
    run = make_run(1)
    statistics = pair_statistics(run.network, run.group)
    assert statistics.logit_energy == 0
    assert measures.chance_of_similarity(run.group) == 0
    assert measures.hidden_fractions(statistics, run.group)[Partition(1)] == (0, 0, 0)


class _Fixed:
    """A network that is its table of logits, [x, y, z]."""

    def __init__(self, logits):
        self.table = logits
        self.order = len(logits)

    def left_embedding(self):
        return torch.zeros(self.order, 1)

    right_embedding = unembedding = left_embedding

    def activations(self, x, y):
        x, y = torch.broadcast_tensors(x, y)
        return {"hidden": torch.zeros(*x.shape, 1).double(), "logits": self.table[x, y]}
