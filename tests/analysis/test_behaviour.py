from __future__ import annotations

import pytest
import torch

from analysis.behaviour import alternating_generators, behaviour, behaviour_by_element
from analysis.statistics import pair_statistics
from symrep import SymmetricGroup

from .conftest import make_run


@pytest.fixture(scope="module")
def statistics(run):
    return pair_statistics(run.network, run.group)


@pytest.fixture(scope="module")
def losses(brute_force):
    """[x][y] = (loss, whether it is right), one pair at a time."""
    found = []
    for logits, labels in zip(brute_force.logits, brute_force.products, strict=True):
        rows = []
        for row, label in zip(logits, labels, strict=True):
            loss = float(row.logsumexp(0) - row[label])
            rows.append((loss, float(row.argmax() == label)))
        found.append(rows)
    return found


def mean_over(losses, chosen):
    pairs = [losses[x][y] for x in range(24) for y in range(24) if chosen(x, y)]
    return len(pairs), *(sum(column) / len(pairs) for column in zip(*pairs, strict=True))


def test_every_part_is_a_mean_over_its_pairs(run, statistics, losses):
    elements = [run.group.permutation(i) for i in range(24)]
    klein = {(0, 1, 2, 3), (1, 0, 3, 2), (2, 3, 0, 1), (3, 2, 1, 0)}
    subgroups = {"A_4": alternating_generators(4), "V": [[1, 0, 3, 2], [2, 3, 0, 1]]}
    table = behaviour(run, statistics, subgroups).set_index(["by", "part"])
    inside = {
        "A_4": [p.is_even for p in elements],
        "V": [tuple(p.array_form) in klein for p in elements],
    }
    train = run.training_mask
    expected = {
        ("split", "all"): lambda x, y: True,
        ("split", "training"): lambda x, y: bool(train[x, y]),
        ("split", "other"): lambda x, y: not train[x, y],
    }
    for name, mask in inside.items():
        for left, at_left in ((name, True), ("rest", False)):
            for right, at_right in ((name, True), ("rest", False)):
                expected[name, f"{left} x {right}"] = (
                    lambda x, y, mask=mask, left=at_left, right=at_right: (
                        mask[x] == left and mask[y] == right
                    )
                )
    for conjugacy_class in run.group.conjugacy_classes:
        label = str(conjugacy_class.cycle_type)
        structure = conjugacy_class.representative.cycle_structure

        def alike(p, structure=structure):
            return p.cycle_structure == structure

        expected["class of x", label] = lambda x, y, alike=alike: alike(elements[x])
        expected["class of y", label] = lambda x, y, alike=alike: alike(elements[y])
        expected["class of xy", label] = lambda x, y, alike=alike: alike(elements[x] * elements[y])
    assert set(table.index) == set(expected)
    assert len(table) == len(expected)
    for part, chosen in expected.items():
        assert tuple(table.loc[part]) == pytest.approx(mean_over(losses, chosen), rel=1e-9)


def test_one_element_against_all(run, statistics, losses):
    table = behaviour_by_element(run, statistics)
    elements = [run.group.permutation(i) for i in range(24)]
    for g in (0, 7, 23):
        for name, chosen in (
            ("x", lambda x, y, g=g: x == g),
            ("y", lambda x, y, g=g: y == g),
            ("xy", lambda x, y, g=g: elements[x] * elements[y] == elements[g]),
        ):
            count, loss, accuracy = mean_over(losses, chosen)
            assert count == 24
            assert table[f"{name}_loss"][g] == pytest.approx(loss, rel=1e-9)
            assert table[f"{name}_accuracy"][g] == pytest.approx(accuracy)
    assert table.index.name == "element"
    assert len(table) == 24


@pytest.mark.parametrize("n", range(7))
def test_the_cycles_generate_the_alternating_group(n):
    group = SymmetricGroup(n)
    assert torch.equal(group.cosets(alternating_generators(n)) == 0, group.signs == 1)


def test_the_alternating_group_is_the_subgroup_unless_others_are_named(run, statistics):
    assert set(behaviour(run, statistics).by) == {
        "split", "A_4", "class of x", "class of y", "class of xy",
    }  # fmt: skip
    assert "A_4" not in set(behaviour(run, statistics, {}).by)


def test_a_subgroup_that_is_the_group_or_none_is_named(run, statistics):
    with pytest.raises(ValueError, match="the generators of H generate S_4: nothing is left"):
        behaviour(run, statistics, {"H": [[1, 0, 2, 3], [1, 2, 3, 0]]})
    with pytest.raises(ValueError, match=r"\[0, 0, 1, 2\] is not a permutation"):
        behaviour(run, statistics, {"H": [[0, 0, 1, 2]]})


@pytest.mark.parametrize("n", [0, 1, 2])
def test_the_smallest_groups(n):
    run = make_run(n)
    statistics = pair_statistics(run.network, run.group)
    table = behaviour(run, statistics)
    assert table.pairs.min() > 0
    assert len(behaviour_by_element(run, statistics)) == run.group.order
