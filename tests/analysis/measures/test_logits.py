from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from analysis.measures import hidden, logits
from analysis.measures.isotypic import characters_on_elements
from analysis.measures.statistics import pair_statistics
from analysis.tensors import group_tensors
from symrep import Partition, SymmetricGroup
from tests.analysis.any_group import BY_TYPE, SMALL, measured, multiplier, planted, run_on, trace
from tests.analysis.conftest import FixedLogits, given, make_run


def test_similarities_equal_the_cosine_with_the_cube(run, statistics, brute_force):
    centred = brute_force.logits - brute_force.logits.mean(-1, keepdim=True)
    found = logits.character_similarities(statistics.logits, run.group)
    assert list(found) == list(run.group.irreps)[1:]
    for label, similarity in found.items():
        cube = characters_on_elements(run.group)[label][brute_force.quotients]
        expected = (centred * cube).sum() / centred.norm() / cube.norm()
        assert similarity == pytest.approx(float(expected), abs=1e-13)
        part = logits.character_logits(statistics.logits, run.group, found, label)
        projection = expected * centred.norm() * cube / cube.norm()
        torch.testing.assert_close(part[brute_force.products], projection)


def test_similarity_of_the_character_itself_is_one(run, brute_force):
    """The convention is chi(x y z^-1): z is inverted, and on the right."""
    chi = characters_on_elements(run.group)[Partition(3, 1)]
    statistics = pair_statistics(FixedLogits(chi[brute_force.quotients]), run.group)
    similarities = logits.character_similarities(statistics.logits, run.group)
    assert similarities[Partition(3, 1)] == pytest.approx(1)
    assert logits.similar_irreps(similarities) == [Partition(3, 1)]


def test_constant_logits_have_no_similarity(run):
    statistics = pair_statistics(FixedLogits(torch.ones(24, 24, 24).double()), run.group)
    assert set(logits.character_similarities(statistics.logits, run.group).values()) == {0.0}


def test_chance_of_similarity_is_the_root_mean_square_over_noise():
    group = SymmetricGroup(3)
    generator = torch.Generator().manual_seed(5)
    cube = characters_on_elements(group)[Partition(2, 1)][
        group_tensors(group).products[group_tensors(group).products][
            :, :, group_tensors(group).inverses
        ]
    ]
    noise = torch.randn(4000, 6, 6, 6, generator=generator, dtype=torch.float64)
    noise -= noise.mean(-1, keepdim=True)
    cosines = (noise * cube).sum((1, 2, 3)) / noise.flatten(1).norm(dim=1) / cube.norm()
    found = float(cosines.square().mean().sqrt())
    assert found == pytest.approx(logits.similarity_baseline(group).sd, rel=0.04)


def test_a_group_of_one_element():
    run = make_run(1)
    statistics = pair_statistics(run.network, run.group)
    assert statistics.logits.energy == 0
    assert logits.similarity_baseline(run.group).sd == 0
    assert hidden.hidden_fractions(planted(run.group, statistics))[Partition(1)] == (0, 0, 0)


@pytest.mark.parametrize("which", ["logits", "probabilities"])
def test_rows_are_the_cosines_of_every_pair(run, statistics, brute_force, which):
    answers = brute_force.logits if which == "logits" else brute_force.logits.softmax(-1)
    rows = answers - answers.mean(-1, keepdim=True)
    found = getattr(statistics, which)
    similarities = logits.row_similarities(found, run.group)
    assert list(similarities) == list(run.group.irreps)[1:]
    for k, (label, chi) in enumerate(characters_on_elements(run.group).items()):
        cosines = [
            float(torch.cosine_similarity(row, chi[quotients], dim=0))
            for row, quotients in zip(
                rows.flatten(0, 1), brute_force.quotients.flatten(0, 1), strict=True
            )
        ]
        if k == 0:
            cosines = [0.0]
        mean = sum(cosines) / len(cosines)
        share = sum(c**2 for c in cosines) / len(cosines)
        assert float(found.row_cosines[k]) == pytest.approx(mean, abs=1e-14)
        assert float(found.row_fractions[k]) == pytest.approx(share, abs=1e-14)
        assert similarities.get(label, 0.0) == pytest.approx(mean, abs=1e-14)


@pytest.mark.parametrize("n", [2, 3, 4])
def test_certainty_has_the_known_similarity_whole_and_by_rows(n):
    group = SymmetricGroup(n)
    right = torch.nn.functional.one_hot(group_tensors(group).products, group.order).double()
    statistics = pair_statistics(FixedLogits(1e4 * right), group)
    expected = logits.similarity_of_certainty(group)
    assert {k: v * (group.order - 1) ** 0.5 for k, v in expected.items()} == pytest.approx(
        {label: label.dimension for label in list(group.irreps)[1:]}
    )
    whole = logits.character_similarities(statistics.probabilities, group)
    rows = logits.row_similarities(statistics.probabilities, group)
    assert whole == pytest.approx(expected, rel=1e-12)
    assert rows == pytest.approx(expected, rel=1e-12)


def test_coefficients_are_those_of_a_planted_sum_of_characters(run, brute_force):
    chi = characters_on_elements(run.group)
    planted = {Partition(3, 1): 2.5, Partition(2, 2): -0.75, Partition(1, 1, 1, 1): 4.0}
    table = sum(a * chi[label][brute_force.quotients] for label, a in planted.items())
    statistics = pair_statistics(FixedLogits(table), run.group)
    similarities = logits.character_similarities(statistics.logits, run.group)
    found = logits.character_coefficients(statistics.logits, run.group, similarities)
    assert found == pytest.approx(planted | {Partition(2, 1, 1): 0.0}, abs=1e-12)


@pytest.mark.parametrize("held", ["x", "y"])
def test_slices_are_rows_of_the_cube_and_of_the_projection(run, statistics, brute_force, held):
    centred = brute_force.logits - brute_force.logits.mean(-1, keepdim=True)
    labels = [Partition(3, 1), Partition(1, 1, 1, 1)]
    chi = characters_on_elements(run.group)
    projection = torch.zeros_like(centred)
    for label in labels:
        cube = chi[label][brute_force.quotients]
        projection += (centred * cube).sum() / cube.square().sum() * cube
    kept = total = 0.0
    for element in range(24):
        written = (element, run.group.element(element), run.group.element_name(element))
        found = logits.logit_slice(given(run, statistics), written[element % 3], held, labels)
        at = (element,) if held == "x" else (slice(None), element)
        torch.testing.assert_close(found.real, centred[at], rtol=0, atol=1e-12)
        torch.testing.assert_close(found.hypothesised, projection[at], rtol=0, atol=1e-12)
        energy = float(centred[at].square().sum())
        rest = float((centred[at] - projection[at]).square().sum())
        assert found.explained == pytest.approx(1 - rest / energy, abs=1e-12)
        kept, total = kept + energy * found.explained, total + energy
    similarities = logits.character_similarities(statistics.logits, run.group)
    shares = sum(similarities[label] ** 2 for label in labels)
    assert kept / total == pytest.approx(shares, abs=1e-12)


def test_a_slice_of_a_character_is_explained_by_its_key_irrep(run, brute_force):
    chi = characters_on_elements(run.group)[Partition(2, 1, 1)]
    network = FixedLogits(3 * chi[brute_force.quotients] + 7)
    planted = replace(run, network=network)
    statistics = pair_statistics(network, run.group)
    found = logits.logit_slice(given(planted, statistics), 17)
    assert found.explained == pytest.approx(1, abs=1e-12)
    torch.testing.assert_close(found.real, 3 * chi[brute_force.quotients[17]])


def test_a_slice_of_constant_logits_is_zero(run):
    network = FixedLogits(torch.ones(24, 24, 24).double())
    found = logits.logit_slice(
        given(replace(run, network=network), pair_statistics(network, run.group)),
        3,
        "y",
        ["standard"],
    )
    assert (float(found.real.abs().max()), float(found.hypothesised.abs().max())) == (0, 0)
    assert found.explained == 0


def test_slices_that_do_not_exist_are_named(run, statistics):
    with pytest.raises(ValueError, match="S_4 has elements 0 to 23, got 24"):
        logits.logit_slice(given(run, statistics), 24)
    with pytest.raises(ValueError, match="either x or y is held fixed, got 'z'"):
        logits.logit_slice(given(run, statistics), 0, "z")
    with pytest.raises(ValueError, match="no part along the trivial irrep"):
        logits.logit_slice(given(run, statistics), 0, irreps=["trivial"])


@pytest.mark.parametrize("name", SMALL)
def test_similarities_on_other_groups_equal_the_cosine_with_the_cube(name):
    run, statistics, brute = measured(name)
    centred = brute.logits - brute.logits.mean(-1, keepdim=True)
    found = logits.character_similarities(statistics.logits, run.group)
    assert list(found) == list(run.group.irreps)[1:]
    for label, similarity in found.items():
        cube = trace(run.group, label)[brute.quotients]
        c = run.group.irreps[label].commutant_dim
        assert float(cube.square().sum()) == pytest.approx(c * run.group.order**3)
        expected = (centred * cube).sum() / centred.norm() / cube.norm()
        assert similarity == pytest.approx(float(expected), abs=1e-13)
        part = logits.character_logits(statistics.logits, run.group, found, label)
        projection = expected * centred.norm() * cube / cube.norm()
        torch.testing.assert_close(part[brute.products], projection)


@pytest.mark.parametrize("name", BY_TYPE)
def test_a_network_that_multiplies_has_one_character_for_logits(name):
    group, label, _, _ = BY_TYPE[name]
    network = multiplier(group, label)
    statistics = pair_statistics(network, group)
    similarities = logits.character_similarities(statistics.logits, group)
    assert similarities[label] == pytest.approx(1)
    assert logits.similar_irreps(similarities) == [label]
    coefficients = logits.character_coefficients(statistics.logits, group, similarities)
    assert coefficients == pytest.approx(dict.fromkeys(similarities, 0) | {label: 1}, abs=1e-12)
    found = logits.logit_slice(given(run_on(group, network), statistics), group.order - 1, "y")
    assert found.explained == pytest.approx(1)


@pytest.mark.parametrize("name", SMALL)
def test_a_planted_sum_of_characters_has_its_coefficients(name):
    _, _, brute = measured(name)
    group, labels = SMALL[name], list(SMALL[name].irreps)[1:]
    planted = {label: 2.5 - k for k, label in enumerate(labels)}
    cube = sum(a * trace(group, label)[brute.quotients] for label, a in planted.items())
    statistics = pair_statistics(FixedLogits(cube), group)
    similarities = logits.character_similarities(statistics.logits, group)
    found = logits.character_coefficients(statistics.logits, group, similarities)
    assert found == pytest.approx(planted, abs=1e-12)
    assert sum(s**2 for s in similarities.values()) == pytest.approx(1)


@pytest.mark.parametrize("name", SMALL)
def test_certainty_on_other_groups_has_the_similarity_of_its_type(name):
    group = SMALL[name]
    right = torch.nn.functional.one_hot(group_tensors(group).products, group.order).double()
    statistics = pair_statistics(FixedLogits(1e4 * right), group)
    expected = logits.similarity_of_certainty(group)
    whole = logits.character_similarities(statistics.probabilities, group)
    assert whole == pytest.approx(expected, rel=1e-12)
    assert logits.row_similarities(statistics.probabilities, group) == pytest.approx(expected)
    # Of a one-hot row, less its mean, they are an orthogonal basis of class functions.
    assert sum(s**2 for s in whole.values()) == pytest.approx(
        sum(i.dim**2 / i.commutant_dim for i in list(group.irreps.values())[1:]) / (group.order - 1)
    )
