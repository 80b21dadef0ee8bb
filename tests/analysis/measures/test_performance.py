from __future__ import annotations

import pytest
import torch
from sympy.combinatorics import Permutation
from sympy.combinatorics import PermutationGroup as SymPyGroup

from analysis.measures.performance import (
    performance_by_coset,
    performance_by_element,
    performance_by_part,
)
from analysis.measures.statistics import pair_statistics
from analysis.tensors import group_tensors
from symrep import SymmetricGroup
from symrep.combinatorics.permutations import alternating_generators, parse_permutations
from symrep.groups.cyclic import CyclicGroup
from tests.analysis.any_group import C6, DIC3, measured, run_on
from tests.analysis.conftest import given, make_run


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
    table = performance_by_part(given(run, statistics), subgroups).set_index(["by", "part"])
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
        structure = elements[conjugacy_class.representative].cycle_structure

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
    table = performance_by_element(given(run, statistics))
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
    assert torch.equal(
        torch.tensor(group.cosets(alternating_generators(n))) == 0, torch.tensor(group.signs) == 1
    )


def test_the_alternating_group_is_the_subgroup_unless_others_are_named(run, statistics):
    assert set(performance_by_part(given(run, statistics)).by) == {
        "split", "A_4", "class of x", "class of y", "class of xy",
    }  # fmt: skip
    assert "A_4" not in set(performance_by_part(given(run, statistics), {}).by)


def test_a_subgroup_that_is_the_group_or_none_is_named(run, statistics):
    with pytest.raises(ValueError, match="the generators of H generate S_4; expected a proper"):
        performance_by_part(given(run, statistics), {"H": [[1, 0, 2, 3], [1, 2, 3, 0]]})
    with pytest.raises(ValueError, match=r"\[0, 0, 1, 2\] is not a permutation"):
        performance_by_part(given(run, statistics), {"H": [[0, 0, 1, 2]]})


@pytest.mark.parametrize("n", [0, 1, 2])
def test_the_smallest_groups(n):
    run = make_run(n)
    statistics = pair_statistics(run.network, run.group)
    table = performance_by_part(given(run, statistics))
    assert table.pairs.min() > 0
    assert len(performance_by_element(given(run, statistics))) == run.group.order


SUBGROUPS = {
    "A_4": alternating_generators(4),
    "one transposition": [[1, 0, 2, 3]],
    "dihedral": [[1, 2, 3, 0], [2, 1, 0, 3]],
    "trivial": [],
}


@pytest.mark.parametrize("sides", [("left", "right"), ("right", "left")])
@pytest.mark.parametrize("subgroup", SUBGROUPS)
def test_every_pair_of_cosets_is_a_mean_over_its_pairs(run, statistics, losses, subgroup, sides):
    generators = SUBGROUPS[subgroup]
    table = performance_by_coset(given(run, statistics), generators, sides)
    elements = [run.group.permutation(i) for i in range(24)]
    group = SymPyGroup([Permutation(p) for p in generators or [[0, 1, 2, 3]]])
    h = list(group.elements)

    def coset(name, side):
        (images,) = parse_permutations(name.replace("H", "") or "()", 4)
        g = Permutation(images.tolist())
        return {p * g if side == "right" else g * p for p in h}

    assert (table.x[0], table.y[0]) == ("H", "H")
    assert len(table) == (24 // len(h)) ** 2
    assert not table.duplicated(["x", "y"]).any()
    for row in table.sample(min(len(table), 30), random_state=1).itertuples():
        left, right = coset(row.x, sides[0]), coset(row.y, sides[1])
        count, loss, accuracy = mean_over(
            losses,
            lambda x, y, left=left, right=right: elements[x] in left and elements[y] in right,
        )
        assert row.pairs == count
        assert (row.loss, row.accuracy) == pytest.approx((loss, accuracy), rel=1e-9)


def test_the_answers_of_a_part_are_as_many_as_the_subgroup_has_elements(run):
    """The product of aH and Hb is aHb, each element |H| times; Ha times bH is larger for some."""
    group, h = run.group, SUBGROUPS["one transposition"]
    left, right = torch.tensor(group.cosets(h, "left")), torch.tensor(group.cosets(h, "right"))
    for x_in, y_in, bound in ((left, right, 2), (right, left, 4)):
        sizes = {
            len(group_tensors(group).products[x_in == i][:, y_in == j].unique())
            for i in range(12)
            for j in range(12)
        }
        assert max(sizes) == bound


def test_parts_of_the_alternating_group_agree_whatever_the_sides(run, statistics):
    generators = alternating_generators(4)
    tables = [
        performance_by_coset(given(run, statistics), generators, sides, "A_4")
        for sides in (("left", "right"), ("right", "left"))
    ]
    parts = performance_by_part(given(run, statistics)).query("by == 'A_4'")
    assert tables[0].loss.tolist() == pytest.approx(parts.loss.tolist(), rel=1e-12)
    assert tables[0].accuracy.tolist() == pytest.approx(parts.accuracy.tolist(), rel=1e-12)
    assert tables[0].iloc[:, 2:].equals(tables[1].iloc[:, 2:])
    assert list(tables[0].x) == ["A_4", "A_4", "(2 3)A_4", "(2 3)A_4"]


def test_a_subgroup_for_cosets_that_is_the_group_or_none_is_named(run, statistics):
    with pytest.raises(ValueError, match="the generators of H generate S_4; expected a proper"):
        performance_by_coset(given(run, statistics), [[1, 0, 2, 3], [1, 2, 3, 0]])
    with pytest.raises(ValueError, match="permutation of 3 points, expected 4"):
        performance_by_coset(given(run, statistics), [[1, 0, 2]])
    with pytest.raises(ValueError, match="unknown side 'top'"):
        performance_by_coset(given(run, statistics), [[1, 0, 2, 3]], ("top", "left"))


def test_a_dicyclic_group_has_the_parts_of_its_cyclic_subgroup_and_classes():
    run, statistics, brute = measured("Dic_3")
    table = performance_by_part(given(run, statistics)).set_index(["by", "part"])
    labels = brute.logits.logsumexp(-1) - brute.logits.gather(-1, brute.products[..., None])[..., 0]
    turns = torch.arange(12) < 6
    expected = float(labels[turns][:, ~turns].mean())
    assert table.loss["C_6", "C_6 x rest"] == pytest.approx(expected)
    # x and x^-1 = a^3 x are in different classes, of three elements each.
    names = [DIC3.element_name(c.representative) for c in DIC3.conjugacy_classes]
    for k, name in enumerate(names):
        at = group_tensors(DIC3).class_of == k
        assert table.loss["class of x", name] == pytest.approx(float(labels[at].mean()))
        at_product = group_tensors(DIC3).class_of[brute.products] == k
        assert table.loss["class of xy", name] == pytest.approx(float(labels[at_product].mean()))
    assert (group_tensors(DIC3).class_of[6], group_tensors(DIC3).class_of[9]) == (4, 5)
    by_element = performance_by_element(given(run, statistics))
    assert by_element.xy_loss[7] == pytest.approx(float(labels[brute.products == 7].mean()))


def test_cosets_of_a_subgroup_that_is_not_normal_on_a_dicyclic_group():
    run, statistics, _ = measured("Dic_3")
    table = performance_by_coset(given(run, statistics), [(0, 1)], name="<x>")
    assert len(table) == 9
    assert set(table.x) == {"<x>", "a <x>", "a^5 <x>"}
    left = torch.tensor(DIC3.cosets([(0, 1)], "left")) == int(
        torch.tensor(DIC3.cosets([(0, 1)], "left"))[1]
    )
    right = torch.tensor(DIC3.cosets([(0, 1)], "right")) == 0
    expected = float(statistics.losses[left][:, right].mean())
    (row,) = table[(table.x == "a <x>") & (table.y == "<x>")].itertuples()
    assert row.loss == pytest.approx(expected)


def test_groups_without_a_subgroup_worth_telling_have_no_such_part():
    run = run_on(CyclicGroup(5))
    table = performance_by_part(given(run, pair_statistics(run.network, run.group)))
    assert set(table.by) == {"split", "class of x", "class of y", "class of xy"}
    run = run_on(C6)
    assert "C_3" in set(performance_by_part(given(run, pair_statistics(run.network, run.group))).by)
