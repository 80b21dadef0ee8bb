from __future__ import annotations

from itertools import product
from math import exp, log

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from analysis import hypotheses
from analysis.ablations import restricted_loss
from analysis.hypotheses import best_mixture, character_losses, class_function_loss
from analysis.isotypic import characters_on_elements, quotients
from symrep import Partition, SymmetricGroup

S4, S5 = SymmetricGroup(4), SymmetricGroup(5)


def brute_force_loss(group, chi):
    """(loss, accuracy) over all pairs, from the cube of logits chi(x y z^-1)."""
    products, inverses = group.cayley_table, group.inverse_indices
    logits = chi[group.class_of][products[products][:, :, inverses]].flatten(0, 1)
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
    assert mixture.loss <= alone * (1 + 1e-12)
    assert 0 <= mixture.gap <= 1e-5 * mixture.loss


def test_an_irrep_that_is_named_twice_counts_once():
    assert best_mixture(S5, ["sign", (1, 1, 1, 1, 1)]).weights == {(1, 1, 1, 1, 1): 1.0}


def test_a_search_that_ends_early_is_not_believed(monkeypatch):
    monkeypatch.setattr(hypotheses, "_least_on_simplex", lambda objective, start: start)
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
