from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from analysis import BilinearNet
from analysis.measures import hidden
from analysis.measures.measured import Measured
from analysis.measures.statistics import pair_statistics
from analysis.tensors import group_tensors
from symrep import Partition, SymmetricGroup
from tests.analysis.any_group import BY_TYPE, SMALL, matrices, measured, planted, span_of
from tests.analysis.any_group import multiplier as network_that_multiplies
from tests.analysis.conftest import FixedLogits, orthonormal_span


def test_hidden_fractions_equal_projections_over_pairs(run, statistics, brute_force):
    products = brute_force.products
    x = torch.arange(24)[:, None].expand(24, 24)
    values = brute_force.hidden.flatten(0, 1)
    centred = values - values.mean(0)
    found = hidden.hidden_fractions(planted(run.group, statistics))
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
    span = orthonormal_span(group, (2, 1), group_tensors(group).products)
    share = float((span.T @ noise).square().sum() / noise.square().sum())
    chance = hidden.hidden_fraction_baseline(group)
    assert share == pytest.approx(chance[Partition(2, 1)].mean, abs=0.003)
    assert chance[Partition(3)].mean == 0


STANDARD = Partition(3, 1)


def random(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def multiplier(group, label, exchanged=False, rows=slice(None)):
    """Neurons rho_ij(x) rho_jk(y) that vote for rho_ik(z): the logits are chi(x y z^-1).

    Exchanged, x and y are; only some rows i are kept.
    """
    rho = group.irrep(label).tensor(torch.float64)
    d = rho.shape[1]
    first = rho[:, rows, :, None].expand(-1, -1, -1, d).flatten(1)
    second = rho[:, None].expand(-1, first.shape[1] // d**2, -1, -1).flatten(1)
    votes = rho[:, rows, None].expand(-1, -1, d, -1).flatten(1)
    network = BilinearNet(group.order, first.shape[1]).double().requires_grad_(False)
    network.W_x.copy_(second if exchanged else first)
    network.W_y.copy_(first if exchanged else second)
    network.W_U.copy_(votes.T)
    return network


class FixedHidden(FixedLogits):
    """A network that is its table of hidden activations, [x, y, neuron]."""

    def __init__(self, hidden):
        super().__init__(torch.zeros(len(hidden), len(hidden), len(hidden)).double())
        self.hidden = hidden

    def unembedding(self):
        return torch.zeros(self.order, self.hidden.shape[-1])

    def activations(self, x, y):
        return super().activations(x, y) | {"hidden": self.hidden[x, y]}


def test_hidden_singular_values_are_those_of_the_centred_activations(statistics, brute_force):
    values = brute_force.hidden.flatten(0, 1)
    expected = torch.linalg.svdvals(values - values.mean(0))
    torch.testing.assert_close(
        hidden.hidden_singular_values(planted(SymmetricGroup(4), statistics)),
        expected,
        atol=1e-6,
        rtol=1e-9,
    )


def test_a_network_that_multiplies_has_the_rank_of_its_neurons():
    """rho_ij(x) rho_jk(y) are d^3 = 27 independent functions, of equal norms |G|/d."""
    group = SymmetricGroup(4)
    statistics = pair_statistics(multiplier(group, STANDARD), group)
    values = hidden.hidden_singular_values(planted(group, statistics))
    torch.testing.assert_close(values, torch.full((27,), 24 / 3).double())


def test_word_fractions_equal_projections_over_pairs(run, statistics, brute_force):
    group, products = run.group, brute_force.products
    inverses = (products == group.index(range(4))).int().argmax(1)
    tables = {
        "xy": products,
        "yx": products.T,
        "x^-1 y": products[inverses],
        "x y^-1": products[:, inverses],
    }
    values = brute_force.hidden.flatten(0, 1)
    centred = values - values.mean(0)
    found = hidden.word_fractions(Measured(run))
    assert tuple(found) == hidden.WORDS
    for word, indices in tables.items():
        for label in list(group.irreps)[1:]:
            span = orthonormal_span(group, label, indices)
            expected = (span.T @ centred).square().sum() / centred.square().sum()
            assert found[word][label] == pytest.approx(float(expected), abs=1e-13)
        assert found[word][Partition(4)] == pytest.approx(0, abs=1e-13)
    fractions = hidden.hidden_fractions(planted(group, statistics))
    assert {label: parts[2] for label, parts in fractions.items()} == pytest.approx(found["xy"])


def test_rho_of_the_inverse_has_the_shares_of_rho(statistics, run):
    """The entries of rho(g^-1) = rho(g)^T span what those of rho(g) span."""
    inverses, means = group_tensors(run.group).inverses, statistics.hidden_by_product
    for label in run.group.irreps:
        straight, inverted = (
            orthonormal_span(run.group, label, indices) for indices in (torch.arange(24), inverses)
        )
        torch.testing.assert_close(straight @ straight.T, inverted @ inverted.T)
    turned = replace(statistics, hidden_by_product=means[inverses])
    found, expected = (hidden.hidden_fractions(planted(run.group, s)) for s in (turned, statistics))
    for label, parts in expected.items():
        assert found[label] == pytest.approx(parts)


def test_a_network_that_multiplies_on_the_other_side_shows_in_yx(run):
    """Of rho_ij(y) rho_jk(x) the part along rho_ik(yx) is 1/d in norm squared."""
    exchanged = replace(run, network=multiplier(run.group, STANDARD, exchanged=True))
    found = hidden.word_fractions(Measured(exchanged), ["xy", "yx"])
    assert list(found) == ["xy", "yx"]
    assert found["yx"][STANDARD] == pytest.approx(1 / 3)
    assert found["xy"][STANDARD] < 0.2
    straight = replace(run, network=multiplier(run.group, STANDARD))
    assert hidden.word_fractions(Measured(straight), ["xy"])["xy"][STANDARD] == pytest.approx(1 / 3)


@pytest.mark.parametrize("size", [0.0, 0.1, 1.0])
def test_neurons_that_do_not_vary_have_no_words(run, size):
    network = FixedHidden(size * random(5).expand(24, 24, 5))
    found = hidden.word_fractions(Measured(replace(run, network=network)))
    assert {share for shares in found.values() for share in shares.values()} == {0.0}


def test_unknown_words_and_foreign_networks_are_named(run):
    with pytest.raises(ValueError, match="unknown word 'xx': expected one of xy, yx, x"):
        hidden.word_fractions(Measured(run), ["xy", "xx"])
    with pytest.raises(ValueError, match="on 6 elements but S_4 has 24"):
        hidden.word_fractions(Measured(replace(run, network=BilinearNet(6, 3))))


def test_a_network_that_multiplies_holds_rho(run):
    group = run.group
    statistics = pair_statistics(multiplier(group, STANDARD), group)
    readout = hidden.projected_representation(planted(group, statistics), "standard")
    torch.testing.assert_close(readout.matrices, group.irrep(STANDARD).tensor(torch.float64))
    assert readout.dimensions == 9
    assert readout.error == pytest.approx(0, abs=1e-12)


def test_a_network_with_two_rows_of_rho_is_read_in_these_rows(run):
    group = run.group
    statistics = pair_statistics(multiplier(group, STANDARD, rows=slice(2)), group)
    readout = hidden.projected_representation(planted(group, statistics), STANDARD)
    expected = group.irrep(STANDARD).tensor(torch.float64).clone()
    expected[:, 2] = 0
    torch.testing.assert_close(readout.matrices, expected)
    assert readout.dimensions == 6
    assert readout.error == pytest.approx((1 / 3) ** 0.5)


def test_weak_directions_are_cut_off(statistics, run):
    phi = run.group.irrep(STANDARD).tensor(torch.float64).flatten(1)
    sizes = torch.tensor([1.0] * 4 + [0.019] * 5).double()
    weak = replace(statistics, hidden_by_product=phi * sizes)
    assert hidden.projected_representation(planted(run.group, weak), STANDARD).dimensions == 4
    kept = hidden.projected_representation(planted(run.group, weak), STANDARD, cutoff=0.018)
    assert kept.dimensions == 9


@pytest.mark.parametrize("width", [1, 4, 9, 20])
def test_chance_of_the_readout_error_is_that_of_noise(statistics, run, width):
    noise = replace(statistics, hidden_by_product=random(24, width))
    readout = hidden.projected_representation(planted(run.group, noise), STANDARD, cutoff=1e-6)
    expected = hidden.readout_error_baseline(3, width)
    assert readout.error == pytest.approx(expected, abs=1e-12)
    assert (expected == 0) == (width >= 9)


def test_nothing_is_read_from_neurons_that_are_off(statistics, run):
    off = pair_statistics(FixedHidden(torch.zeros(24, 24, 3).double()), run.group)
    readout = hidden.projected_representation(planted(run.group, off), STANDARD)
    assert not readout.matrices.any()
    assert (readout.dimensions, readout.error) == (0, 1.0)
    assert hidden.linear_probe_fraction(planted(run.group, off), STANDARD) == 0
    assert not hidden.hidden_singular_values(planted(run.group, off)).any()


def test_the_linear_probe_is_the_regression_over_all_pairs(run, statistics, brute_force):
    values = brute_force.hidden.flatten(0, 1)
    centred = values - values.mean(0)
    for label in list(run.group.irreps)[1:]:
        rho = run.group.irrep(label).tensor(torch.float64)[brute_force.products.flatten()]
        targets = rho.flatten(1)
        fitted = centred @ torch.linalg.pinv(centred) @ targets
        expected = fitted.square().sum() / targets.square().sum()
        found = hidden.linear_probe_fraction(planted(run.group, statistics), label)
        assert found == pytest.approx(float(expected), abs=1e-12)


def test_the_linear_probe_reads_all_of_rho_from_a_network_that_multiplies(run):
    statistics = pair_statistics(multiplier(run.group, STANDARD), run.group)
    assert hidden.linear_probe_fraction(planted(run.group, statistics), STANDARD) == pytest.approx(
        1
    )
    assert hidden.linear_probe_fraction(planted(run.group, statistics), "trivial") == pytest.approx(
        0
    )
    assert hidden.linear_probe_fraction(planted(run.group, statistics), "2,2") == pytest.approx(0)


def test_chance_of_the_linear_probe_is_that_of_noise():
    group = SymmetricGroup(3)
    shares = torch.tensor(
        [
            hidden.linear_probe_fraction(
                planted(group, pair_statistics(FixedHidden(random(6, 6, 5, seed=k)), group)), (2, 1)
            )
            for k in range(300)
        ]
    )
    level = hidden.linear_probe_baseline(group, 5, 2)
    assert level.mean == 5 / 35
    assert float(shares.mean()) == pytest.approx(level.mean, abs=0.01)
    assert float(shares.std()) == pytest.approx(level.sd, rel=0.15)


@pytest.mark.parametrize("inverse", [False, True])
def test_the_readout_map_is_what_the_logits_have_of_the_irrep(
    run, statistics, brute_force, inverse
):
    """Its entries are inner products over all triples with phi_ij(xy) phi_kl(z or z^-1)."""
    group = run.group
    phi = (group.irrep(STANDARD).tensor(torch.float64) * (3 / 24) ** 0.5).flatten(1)
    at_xy = phi[brute_force.products]
    at_z = phi[group_tensors(group).inverses] if inverse else phi
    expected = torch.einsum("xya,xyz,zb->ab", at_xy, brute_force.logits, at_z) / 24
    found = hidden.readout_map(
        planted(group, statistics, run.network.unembedding().detach()), STANDARD, inverse=inverse
    )
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("inverse", [False, True])
def test_a_character_has_its_pattern_and_no_other(run, inverse):
    group = run.group
    network = multiplier(group, STANDARD)
    statistics = pair_statistics(network, group)
    found = hidden.readout_map(
        planted(group, statistics, network.unembedding()), STANDARD, inverse=inverse
    )
    pattern, other = (hidden.readout_pattern(3, inverse=which) for which in (inverse, not inverse))
    torch.testing.assert_close(found, 24 / 3 * pattern)
    assert hidden.pattern_distance(found, pattern) == pytest.approx(0, abs=1e-12)
    # They have the d pairs (i, i) in common, of d^2.
    assert hidden.pattern_distance(found, other) == pytest.approx((1 - 1 / 9) ** 0.5)


def test_the_pattern_of_the_inverse_exchanges_the_two_places():
    pattern = hidden.readout_pattern(2, inverse=True)
    assert pattern.tolist() == [[1, 0, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 1]]


def test_pattern_distances_by_hand():
    pattern = torch.eye(4).double()
    assert hidden.pattern_distance(0.3 * pattern, pattern) == pytest.approx(0, abs=1e-15)
    assert hidden.pattern_distance(-pattern, pattern) == 1
    assert hidden.pattern_distance(torch.zeros(4, 4).double(), pattern) == 1
    half = torch.diag(torch.tensor([1.0, 1, 0, 0])).double()
    assert hidden.pattern_distance(half, pattern) == pytest.approx(0.5**0.5)
    off = torch.zeros(4, 4).double()
    off[0, 1] = 3.0
    assert hidden.pattern_distance(off, pattern) == 1


@pytest.mark.parametrize("width", [2, 30])
def test_chance_of_the_pattern_distance_is_that_of_random_maps(width):
    pattern = hidden.readout_pattern(2, inverse=True)
    squares = [
        hidden.pattern_distance(
            random(4, width, seed=2 * k) @ random(4, width, seed=2 * k + 1).T, pattern
        )
        ** 2
        for k in range(3000)
    ]
    expected = hidden.pattern_distance_baseline(pattern)
    assert sum(squares) / len(squares) == pytest.approx(expected**2, abs=0.005)


@pytest.mark.parametrize("name", SMALL)
def test_hidden_fractions_on_other_groups_equal_projections_over_pairs(name):
    run, statistics, brute = measured(name)
    order, products = run.group.order, brute.products
    x = torch.arange(order)[:, None].expand(order, order)
    inverses = group_tensors(run.group).inverses
    values = brute.hidden.flatten(0, 1)
    centred = values - values.mean(0)
    found = hidden.hidden_fractions(planted(run.group, statistics))
    words = hidden.word_fractions(Measured(run))
    for label in list(run.group.irreps)[1:]:

        def share(indices, label=label):
            span = span_of(run.group, label, indices)
            return float((span.T @ centred).square().sum() / centred.square().sum())

        expected = tuple(map(share, (x, x.T, products)))
        assert found[label] == pytest.approx(expected, abs=1e-13)
        for word, indices in (
            ("xy", products),
            ("yx", products.T),
            ("x^-1 y", products[inverses]),
            ("x y^-1", products[:, inverses]),
        ):
            assert words[word][label] == pytest.approx(share(indices), abs=1e-13)


@pytest.mark.parametrize("name", BY_TYPE)
def test_a_network_that_multiplies_holds_rho_of_any_type(name):
    group, label, d, c = BY_TYPE[name]
    network = network_that_multiplies(group, label)
    statistics = pair_statistics(network, group)
    fractions = hidden.hidden_fractions(planted(group, statistics))
    assert fractions[label][2] == pytest.approx(1 / d)
    readout = hidden.projected_representation(planted(group, statistics), label)
    torch.testing.assert_close(readout.matrices, matrices(group, label))
    assert readout.dimensions == d**2 // c
    assert readout.error == pytest.approx(0, abs=1e-9)
    assert hidden.linear_probe_fraction(planted(group, statistics), label) == pytest.approx(1)
    for inverse in (False, True):
        pattern = hidden.readout_pattern(d, inverse=inverse, commutant_dim=c)
        found = hidden.readout_map(
            planted(group, statistics, network.unembedding()), label, inverse=inverse
        )
        torch.testing.assert_close(found, c * group.order / d * pattern)
        assert hidden.pattern_distance(found, pattern) == pytest.approx(0, abs=1e-9)


def test_the_pattern_of_the_inverse_of_quaternions_is_conjugation():
    pattern = hidden.readout_pattern(4, inverse=True, commutant_dim=4)
    assert torch.equal(pattern, torch.diag(torch.tensor([1, -1, -1, -1])).double())
    both = hidden.readout_pattern(8, inverse=True, commutant_dim=4)
    assert torch.equal(both @ both, torch.eye(16).double())
    # The block [0, 1] of rho(z) is the conjugate of the block [1, 0] of rho(z^-1).
    assert both[1 * 2 + 1].nonzero().tolist() == [[(4 + 1) * 2]]
    assert both[1 * 2 + 1].sum() == -1


@pytest.mark.parametrize("name", BY_TYPE)
def test_neurons_with_a_part_of_the_span_are_read_in_that_part(name):
    group, label, d, c = BY_TYPE[name]
    _, statistics, _ = measured("C_6")
    phi = matrices(group, label)[:, :, ::c].flatten(1)
    width = d**2 // c - 1
    part = replace(statistics, hidden_by_product=phi[:, :width] @ random(width, 20))
    readout = hidden.projected_representation(planted(group, part), label, cutoff=1e-8)
    assert readout.dimensions == width
    expected = matrices(group, label)[:, :, ::c].clone()
    expected[:, -1, -1] = 0
    torch.testing.assert_close(readout.matrices[:, :, ::c], expected)
    assert readout.error == pytest.approx(hidden.readout_error_baseline(d, width, c))
    error = (readout.matrices - matrices(group, label)).norm() / d**0.5 / group.order**0.5
    assert readout.error == pytest.approx(float(error))


@pytest.mark.parametrize("name", SMALL)
def test_probes_and_maps_on_other_groups_equal_those_over_all_pairs(name):
    run, statistics, brute = measured(name)
    group, values = run.group, brute.hidden.flatten(0, 1)
    centred = values - values.mean(0)
    unembedding = run.network.unembedding().detach()
    for label in list(group.irreps)[1:]:
        c = group.irreps[label].commutant_dim
        rho = matrices(group, label)
        targets = rho[brute.products.flatten()].flatten(1)
        fitted = centred @ torch.linalg.pinv(centred) @ targets
        expected = float(fitted.square().sum() / targets.square().sum())
        found = hidden.linear_probe_fraction(planted(group, statistics), label)
        assert found == pytest.approx(expected, abs=1e-11)
        phi = (rho[:, :, ::c] * (rho.shape[1] / group.order) ** 0.5).flatten(1)
        for inverse in (False, True):
            at_z = phi[group_tensors(group).inverses] if inverse else phi
            entries = torch.einsum("xya,xyz,zb->ab", phi[brute.products], brute.logits, at_z)
            found = hidden.readout_map(
                planted(group, statistics, unembedding), label, inverse=inverse
            )
            torch.testing.assert_close(found, entries / group.order)


@pytest.mark.parametrize("name", ["complex", "quaternionic"])
def test_chance_levels_of_the_hidden_layer_are_those_of_noise_for_the_type(name):
    group, label, d, c = BY_TYPE[name]
    draws = [
        pair_statistics(FixedHidden(random(group.order, group.order, 3, seed=k)), group)
        for k in range(200)
    ]
    for values, level in (
        (
            [hidden.linear_probe_fraction(planted(group, s), label) for s in draws],
            hidden.linear_probe_baseline(group, 3, d, c),
        ),
        (
            [hidden.hidden_fractions(planted(group, s))[label][2] for s in draws],
            hidden.hidden_fraction_baseline(group, 3)[label],
        ),
    ):
        found = torch.tensor(values)
        assert float(found.mean()) == pytest.approx(level.mean, abs=4 * level.sd / 200**0.5)
        assert float(found.std()) == pytest.approx(level.sd, rel=0.2)
    noise = replace(draws[0], hidden_by_product=random(group.order, d**2 // c - 1))
    readout = hidden.projected_representation(planted(group, noise), label, cutoff=1e-6)
    expected = hidden.readout_error_baseline(d, d**2 // c - 1, c)
    assert readout.error == pytest.approx(expected, abs=1e-12)
    assert hidden.readout_error_baseline(d, d**2 // c, c) == 0
