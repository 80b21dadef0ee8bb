from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import exp, isqrt, log

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from analysis.measures import mixtures
from analysis.measures.ablation import restricted_loss
from analysis.measures.isotypic import characters_on_elements, quotients
from analysis.measures.mixtures import (
    FittedMixture,
    Mixture,
    best_mixture,
    character_losses,
    class_function_loss,
    class_sizes_within,
    cube_overlaps,
    fitted_mixture,
)
from analysis.tensors import group_tensors
from symrep import ByIrrep, Partition, SymmetricGroup
from symrep._support.errors import LawViolation
from symrep.combinatorics.permutations import alternating_generators
from tests.analysis.any_group import BY_TYPE, DIC3, Q8, SMALL, trace

S3, S4, S5 = map(SymmetricGroup, (3, 4, 5))


def brute_force_loss(group, chi):
    """(loss, accuracy) over all pairs, from the cube of logits chi(x y z^-1)."""
    products, inverses = group_tensors(group).products, group_tensors(group).inverses
    logits = chi[group_tensors(group).class_of][products[products][:, :, inverses]].flatten(0, 1)
    labels = products.flatten()
    largest = logits == logits.max(-1, keepdim=True).values
    right = largest.gather(1, labels[:, None])[:, 0].double() / largest.sum(-1)
    return float(F.cross_entropy(logits, labels)), float(right.mean())


@pytest.mark.parametrize("n", range(1, 5))
def test_losses_and_accuracies_of_characters_are_those_of_the_cube(n):
    group = SymmetricGroup(n)
    table = group.character_table()
    found = character_losses(group)
    assert list(found.irrep) == list(map(str, table.irreps))
    for k, row in enumerate(table.values):
        expected = brute_force_loss(group, torch.tensor(row, dtype=torch.float64))
        assert (found.loss[k], found.accuracy[k]) == pytest.approx(expected, rel=1e-12, abs=1e-14)


@pytest.mark.parametrize(
    ("label", "loss", "accuracy"),
    [
        ("(1,1,1,1,1)", 4.2213, 1 / 60),
        ("(4,1)", 1.4973, 1),
        ("(2,1,1,1)", 1.3868, 1),
        ("(5)", np.log(120), 1 / 120),
    ],
)
def test_known_losses_of_s5(label, loss, accuracy):
    row = character_losses(S5).set_index("irrep").loc[label]
    assert row.loss == pytest.approx(loss, abs=5e-5)
    assert row.accuracy == accuracy


def test_losses_far_below_the_precision_of_their_terms_are_right():
    """S_8: the sum of exp(chi(g) - 90) over g other than e, by Python's own arithmetic."""
    group = SymmetricGroup(8)
    table = group.character_table()
    row = table.row((4, 2, 1, 1)).tolist()
    small = sum(
        size * np.exp(float(value - 90))
        for value, size in zip(row[1:], table.class_sizes[1:], strict=True)
    )
    found = character_losses(group).set_index("irrep").loss["(4,2,1,1)"]
    assert found == pytest.approx(small, rel=1e-9, abs=0)
    assert found < 1e-30


def test_the_best_mixture_of_three_irreps_of_s5_is_half_and_half():
    mixture = best_mixture(S5, ["sign", "standard", "standard_sign"])
    assert mixture.loss == pytest.approx(1.2616, abs=5e-5)
    assert mixture.weights[4, 1] == pytest.approx(0.5, abs=0.02)
    assert sum(mixture.weights.values()) == pytest.approx(1, abs=1e-15)
    assert 0 <= mixture.gap < 1e-9


@pytest.mark.parametrize("labels", [["standard", "sign"], ["2,2", "standard", "2,1,1"]])
def test_no_mixture_on_a_grid_is_better(labels):
    table = S4.character_table()
    mixture = best_mixture(S4, labels)

    def loss(weights):
        f = {
            c: sum(
                w * table.value(S4.parse_label(k), c) for w, k in zip(weights, labels, strict=True)
            )
            for c in table.classes
        }
        return class_function_loss(table, f)

    weights = [mixture.weights[S4.parse_label(label)] for label in labels]
    assert mixture.loss == pytest.approx(loss(weights), rel=1e-12)
    steps = 40
    grid = [w for w in product(range(steps + 1), repeat=len(labels)) if sum(w) == steps]
    losses = [loss([w / steps for w in point]) for point in grid]
    assert mixture.loss - mixture.gap <= min(losses) * (1 + 1e-12)
    assert min(losses) < mixture.loss + 0.01


@pytest.mark.parametrize("n", [1, 2, 3, 6, 9])
def test_mixtures_of_all_irreps_are_certified(n):
    group = SymmetricGroup(n)
    mixture = best_mixture(group, group.irreps)
    alone = min(character_losses(group).loss)
    assert mixture.loss - mixture.gap <= alone * (1 + 1e-12)
    assert 0 <= mixture.gap <= 1e-5 * mixture.loss


def test_an_irrep_that_is_named_twice_counts_once():
    assert best_mixture(S5, ["sign", (1, 1, 1, 1, 1)]).weights == {(1, 1, 1, 1, 1): 1.0}


def test_a_search_that_ends_early_is_not_believed(monkeypatch):
    monkeypatch.setattr(mixtures, "_least_on_simplex", lambda objective, start: start)
    with pytest.raises(ArithmeticError, match="the best mixture of 2 characters was not found"):
        best_mixture(S5, ["sign", "standard"])


def test_what_is_no_set_of_irreps_is_named():
    with pytest.raises(ValueError, match="at least one irrep"):
        best_mixture(S5, [])
    with pytest.raises(ValueError, match=r"\(2,1\) is a partition of 3"):
        best_mixture(S5, [(2, 1)])


@pytest.mark.parametrize(
    ("label", "loss", "accuracy"),
    [((1,) * 5, 4.2213, 1 / 60), ((4, 1), 1.4973, 1), ((2, 1, 1, 1), 1.3868, 1)],
)
def test_loss_of_a_character_as_logits_is_the_known_one(label, loss, accuracy):
    """For S_5 these follow from class sizes: -chi(e) + log sum_g exp chi(g)."""
    group = SymmetricGroup(5)
    chi = characters_on_elements(group)[Partition(*label)]
    logits = chi[quotients(group)]
    assert restricted_loss(logits) == pytest.approx(loss, abs=5e-5)
    table = group.character_table()
    row = table.row(label)
    closed = -row[0] + log(
        sum(size * exp(value) for size, value in zip(table.class_sizes, row, strict=True))
    )
    assert restricted_loss(logits) == pytest.approx(closed, rel=1e-12)
    best = (logits == logits.amax(1, keepdim=True)).double()
    assert float((best.diagonal() / best.sum(1)).mean()) == pytest.approx(accuracy)


SUBGROUPS = {
    "A_4": (S4, alternating_generators(4)),
    "Klein": (S4, [[1, 0, 3, 2], [2, 3, 0, 1]]),
    "one transposition": (S4, [[1, 0, 2, 3]]),
    "dihedral": (S5, [[1, 2, 3, 0, 4], [2, 1, 0, 3, 4]]),
    "A_5": (S5, alternating_generators(5)),
}


def brute_force_within(group, generators, f, side):
    """Mean loss and accuracy for x and y in every pair of cosets, answers in that of xy.

    Returns:
        [(loss, accuracy)] from the whole cube of logits, for H x H first.
    """
    cosets, products = torch.tensor(group.cosets(generators, side)), group_tensors(group).products
    logits = f[group_tensors(group).class_of][
        products[products][:, :, group_tensors(group).inverses]
    ]
    logits.masked_fill_(cosets != cosets[products][..., None], -torch.inf)
    losses = F.cross_entropy(logits.flatten(0, 1), products.flatten(), reduction="none")
    largest = logits == logits.amax(-1, keepdim=True)
    right = largest.gather(2, products[..., None])[..., 0].double() / largest.sum(-1)
    numbers = torch.stack([losses.view_as(right), right])
    members = [cosets == k for k in range(int(cosets.max()) + 1)]
    return [numbers[:, x][:, :, y].mean((1, 2)).tolist() for x in members for y in members]


@pytest.mark.parametrize("side", ["right", "left"])
@pytest.mark.parametrize("name", SUBGROUPS)
def test_characters_with_answers_in_one_coset_are_those_of_every_block(name, side):
    group, generators = SUBGROUPS[name]
    table = group.character_table()
    found = character_losses(group, generators)
    for k, row in enumerate(table.values):
        f = torch.tensor(row, dtype=torch.float64)
        for expected in brute_force_within(group, generators, f, side):
            assert (found.loss[k], found.accuracy[k]) == pytest.approx(
                tuple(expected), rel=1e-12, abs=1e-14
            )


def test_class_sizes_within_a_subgroup_are_the_known_ones():
    sizes = dict(
        zip(S5.character_table().classes, class_sizes_within(S5, SUBGROUPS["dihedral"][1]),
            strict=True)
    )  # fmt: skip
    occurring = {tuple(label): size for label, size in sizes.items() if size}
    assert occurring == {(1,) * 5: 1, (2, 1, 1, 1): 2, (2, 2, 1): 3, (4, 1): 2}
    everything = [[1, 0, 2, 3, 4], [1, 2, 3, 4, 0]]
    assert class_sizes_within(S5, everything) == S5.character_table().class_sizes


def test_the_subgroup_may_be_the_group_or_trivial():
    everything = [[1, 0, 2, 3], [1, 2, 3, 0]]
    assert character_losses(S4, everything).equals(character_losses(S4))
    alone = character_losses(S4, [])
    assert set(alone.loss) == {0.0}
    assert set(alone.accuracy) == {1.0}
    assert best_mixture(S4, ["sign", "standard"], []).loss == 0


@pytest.mark.parametrize("name", ["A_4", "Klein"])
def test_no_mixture_on_a_grid_is_better_within_a_subgroup(name):
    group, generators = SUBGROUPS[name]
    labels = ["2,2", "standard", "sign"]
    table, sizes = group.character_table(), class_sizes_within(group, generators)
    mixture = best_mixture(group, labels, generators)
    rows = np.stack([table.row(group.parse_label(k)) for k in labels]).astype(float)

    def loss(weights):
        f = dict(zip(table.classes, np.array(weights) @ rows, strict=True))
        return class_function_loss(table, f, sizes)

    weights = [mixture.weights[group.parse_label(label)] for label in labels]
    assert mixture.loss == pytest.approx(loss(weights), rel=1e-12)
    grid = [w for w in product(range(41), repeat=3) if sum(w) == 40]
    losses = [loss([w / 40 for w in point]) for point in grid]
    assert mixture.loss - mixture.gap <= min(losses) * (1 + 1e-12)
    assert min(losses) < mixture.loss + 0.01
    f = torch.tensor(np.array(weights) @ rows)
    expected = brute_force_within(group, generators, f, "right")[0][0]
    assert mixture.loss == pytest.approx(expected, rel=1e-12)
    assert mixture.loss < best_mixture(group, labels).loss - 0.1


def test_sign_says_nothing_within_the_alternating_group():
    mixture = best_mixture(S5, ["sign"], alternating_generators(5))
    assert mixture.loss == pytest.approx(log(60), rel=1e-14)
    assert mixture.gap == 0


@pytest.mark.parametrize("generators", [[[0, 1, 2]], [[0, 0, 1, 2]]])
def test_what_generates_no_subgroup_is_named(generators):
    for function in (
        lambda: character_losses(S4, generators),
        lambda: best_mixture(S4, ["sign"], generators),
        lambda: fitted_mixture(S4, {S4.parse_label("sign"): 1.0}, generators),
    ):
        with pytest.raises(ValueError, match="permutation"):
            function()


def test_cubes_of_different_irreps_are_orthogonal_exactly():
    table = cube_overlaps(S4)
    cubes = {
        str(label): chi[
            group_tensors(S4).products[group_tensors(S4).products][:, :, group_tensors(S4).inverses]
        ]
        for label, chi in characters_on_elements(S4).items()
    }
    assert list(table.index) == list(table.columns) == list(cubes)
    for a, left in cubes.items():
        for b, right in cubes.items():
            cosine = float((left * right).sum() / left.norm() / right.norm())
            assert float(table.loc[a, b]) == pytest.approx(cosine, abs=1e-13)
            assert isinstance(table.loc[a, b], Fraction)
            assert table.loc[a, b] == (a == b)


def test_cubes_that_are_not_orthogonal_are_told(monkeypatch):
    """A wrong table: the sign character where the standard one of S_3 belongs."""
    table = SymmetricGroup(3).character_table()
    values = table.values.copy()
    values[1] = [2, 2, -1]
    group = SymmetricGroup(3)
    monkeypatch.setitem(group.__dict__, "_character_table", replace(table, values=values))
    assert cube_overlaps(group).loc["(3)", "(2,1)"] == Fraction(2 + 3 * 2 - 2, isqrt(6 * 18))


@pytest.mark.parametrize("generators", [None, SUBGROUPS["Klein"][1]])
def test_the_mixture_of_coefficients_is_normalised_and_has_the_loss_of_its_cube(generators):
    coefficients = {Partition(3, 1): 3.0, Partition(1, 1, 1, 1): 2.0, Partition(2, 2): -1.0}
    mixture = fitted_mixture(S4, coefficients, generators)
    assert mixture.inverse_temperature == 6
    assert mixture.weights == {
        Partition(3, 1): 1 / 2, Partition(1, 1, 1, 1): 1 / 3, Partition(2, 2): -1 / 6,
    }  # fmt: skip
    table = S4.character_table()
    f = sum(w * torch.tensor(table.row(k).astype(float)) for k, w in mixture.weights.items())
    everything = [[1, 0, 2, 3], [1, 2, 3, 0]]
    expected = brute_force_within(S4, generators or everything, f, "right")[0][0]
    assert mixture.loss == pytest.approx(expected, rel=1e-12)


def test_the_best_weights_as_coefficients_are_the_best_mixture():
    best = best_mixture(S5, ["sign", "standard", "standard_sign"])
    found = fitted_mixture(S5, {label: 7 * w for label, w in best.weights.items()})
    assert found.loss == pytest.approx(best.loss, rel=1e-12)
    assert found.inverse_temperature == pytest.approx(7)


def test_coefficients_of_an_irrep_that_is_named_twice_are_refused():
    with pytest.raises(ValueError, match="an irrep of S_4 is given twice"):
        fitted_mixture(S4, {"standard": 1.0, (3, 1): 2.0})


def test_coefficients_that_are_all_zero_are_a_guess():
    mixture = fitted_mixture(S4, {Partition(3, 1): 0.0})
    assert (mixture.weights, mixture.inverse_temperature) == ({Partition(3, 1): 0.0}, 0)
    assert mixture.loss == pytest.approx(log(24))
    assert fitted_mixture(S4, {}).loss == pytest.approx(log(24))


@pytest.mark.parametrize("name", SMALL)
def test_losses_of_characters_over_the_reals_are_those_of_the_cube(name):
    group = SMALL[name]
    products, inverses = group_tensors(group).products, group_tensors(group).inverses
    found = character_losses(group).set_index("irrep")
    assert list(found.index) == list(group.irreps)
    for label in group.irreps:
        cube = trace(group, label).round(decimals=12)[products[products][:, :, inverses]]
        logits, labels = cube.flatten(0, 1), products.flatten()
        largest = logits == logits.max(-1, keepdim=True).values
        accuracy = largest.gather(1, labels[:, None])[:, 0].double() / largest.sum(-1)
        loss = float(F.cross_entropy(logits, labels))
        assert found.loss[label] == pytest.approx(loss, rel=1e-11)
        assert found.accuracy[label] == pytest.approx(float(accuracy.mean()))


def test_the_loss_of_the_quaternions_by_hand():
    """The character is 4 at 1, -4 at -1 and 0 at the six others."""
    row = character_losses(Q8).set_index("irrep").loc["freq_1"]
    assert row.loss == pytest.approx(log(exp(4) + exp(-4) + 6) - 4, rel=1e-13)
    assert row.accuracy == 1


@pytest.mark.parametrize("name", BY_TYPE)
def test_cubes_on_other_groups_are_orthogonal_exactly(name):
    group = BY_TYPE[name][0]
    table = cube_overlaps(group)
    assert list(table.index) == list(table.columns) == list(group.irreps)
    values = torch.stack([trace(group, label) for label in group.irreps])
    units = values / values.norm(dim=1, keepdim=True)
    np.testing.assert_allclose(table.to_numpy().astype(float), units @ units.T, atol=1e-13)
    assert all(isinstance(cosine, Fraction) for cosine in table.to_numpy().flat)


def test_complex_characters_that_are_not_orthogonal_are_told(monkeypatch):
    table = DIC3.character_table()
    rows = (*table.eigenvalues[:1], *table.eigenvalues[:1], *table.eigenvalues[2:])
    group = type(DIC3)(3)
    monkeypatch.setitem(group.__dict__, "_character_table", replace(table, given_eigenvalues=rows))
    with pytest.raises(LawViolation, match="trivial and sign"):
        cube_overlaps(group)


@pytest.mark.parametrize("generators", [None, [(1, 0)], [(0, 1)]])
def test_mixtures_on_a_dicyclic_group_have_the_loss_of_their_cube(generators):
    """<a> is normal, <x> is not; chi of "parity" is 0 outside <a>."""
    labels = ["parity", "freq_1", "freq_2"]
    everything = [(1, 0), (0, 1)]
    best = best_mixture(DIC3, labels, generators)
    found = fitted_mixture(DIC3, {k: 3 * w for k, w in best.weights.items()}, generators)
    assert found.loss == pytest.approx(best.loss, rel=1e-12)
    f = sum(w * trace(DIC3, k) for k, w in best.weights.items())
    by_class = torch.stack([f[c.representative] for c in DIC3.conjugacy_classes])
    for side in ("right", "left"):
        losses = brute_force_within(DIC3, generators or everything, by_class, side)
        assert [loss for loss, _ in losses] == pytest.approx([best.loss] * len(losses), rel=1e-11)
    grid = [w for w in product(range(21), repeat=3) if sum(w) == 20]
    rows = torch.stack([trace(DIC3, k) for k in labels])
    inside = torch.tensor(DIC3.cosets(generators or everything)) == 0
    mixed = (torch.tensor(grid).double() / 20 @ rows)[:, inside]
    losses = mixed.logsumexp(1) - mixed[:, 0]
    assert best.loss - best.gap <= float(losses.min()) * (1 + 1e-12)
    assert float(losses.min()) < best.loss + 0.01


# Printing


def test_mixtures_print_as_tables():
    best = Mixture(ByIrrep(S3.labels, {"standard": 0.75, "sign": 0.25}), loss=1.25, gap=3e-9)
    assert (
        str(best)
        == """\
best mixture: loss 1.2500 nats, within 3.0e-09 of the least

irrep    weight
(2,1)    0.7500
(1,1,1)  0.2500"""
    )
    fitted = FittedMixture(best.weights.map(lambda w: -w), inverse_temperature=12.5, loss=2.0)
    assert (
        str(fitted)
        == """\
fitted mixture: loss 2.0000 nats, inverse temperature 12.5000

irrep     weight
(2,1)    -0.7500
(1,1,1)  -0.2500"""
    )
    assert best.to_frame().weight.to_dict() == {"(2,1)": 0.75, "(1,1,1)": 0.25}
    assert "<td>0.7500</td>" in best._repr_html_()
    assert "<caption>fitted mixture: loss 2.0000 nats" in fitted._repr_html_()
    assert fitted.latex().splitlines()[4:6] == [
        r"$(2,1)$ & $-0.7500$ \\",
        r"$(1^3)$ & $-0.2500$ \\",
    ]
    assert best.markdown().splitlines()[-1] == "| (1,1,1) | 0.2500 |"
