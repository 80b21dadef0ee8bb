"""Networks whose order of elements nobody wrote down."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from analysis import BUNDLED_RUN, analyse, load_run
from analysis.networks import OneLayerMLP
from analysis.runs.folders import Run, save_run
from analysis.studies.recognition import on_recognised_group, predictions, recognise_run
from analysis.tensors import group_tensors
from symrep._support.errors import NotAGroup
from tests.analysis.conftest import make_run


def shuffled(run: Run, seed: int) -> Run:
    """The network with its elements in a random order, said to be on a cyclic group."""
    order = run.group.order
    old = torch.from_numpy(np.random.default_rng(seed).permutation(order))
    new = old.argsort()
    network = run.network
    assert isinstance(network, OneLayerMLP)
    moved = OneLayerMLP(order, network.W_x.shape[1], network.W_U.shape[0])
    with torch.no_grad():
        for name, weights in (
            ("W_x", network.W_x[old]),
            ("W_y", network.W_y[old]),
            ("W", network.W),
            ("W_U", network.W_U[:, old]),
        ):
            getattr(moved, name).copy_(weights)
    pairs = run.training_mask.flatten().nonzero().flatten()
    configuration = replace(
        run.configuration, group="CyclicGroup", group_parameter=order, element_order="lexicographic"
    )
    return Run(
        "shuffled",
        configuration,
        moved,
        configuration.make_group(),
        new[pairs // order] * order + new[pairs % order],
    )


def values(run: Run):
    return analyse(run).table.set_index(["measure", "irrep"]).value.sort_index()


def test_a_shuffled_network_has_the_same_measures():
    run = load_run(BUNDLED_RUN)
    strange = shuffled(run, 0)
    found = recognise_run(strange)
    assert (str(found.group), found.known, found.changed, found.automorphisms) == (
        "S_5",
        True,
        0,
        120,
    )
    expected, got = values(run), values(on_recognised_group(strange, found))
    assert list(expected.index) == list(got.index)
    np.testing.assert_allclose(got, expected, rtol=1e-7, atol=1e-9)


@pytest.mark.reference
@pytest.mark.parametrize(
    ("name", "group", "automorphisms"),
    [
        ("S5_MLP_seed1", "S_5", 120),
        pytest.param("S6_MLP_seed1", "S_6", 1440, marks=pytest.mark.exhaustive),
        pytest.param("A5_MLP_seed1", "A_5", 120, marks=pytest.mark.exhaustive),
        pytest.param("C113_MLP_seed1", "C_113", 112, marks=pytest.mark.exhaustive),
        ("D59_MLP_seed1", "D_59", 59 * 58),
    ],
)
def test_shuffled_published_networks(reference_runs, name, group, automorphisms):
    run = load_run(reference_runs / name)
    strange = shuffled(run, 1)
    found = recognise_run(strange)
    assert (str(found.group), found.automorphisms) == (group, automorphisms)
    if group == "S_6":
        return
    expected, got = values(run), values(on_recognised_group(strange, found))
    # An automorphism may exchange irreps: the numbers of a measure are the same, in some order.
    for measure in expected.index.get_level_values(0).unique():
        one, other = np.sort(expected[measure]), np.sort(got[measure])
        np.testing.assert_allclose(other, one, rtol=1e-6, atol=1e-9)


def test_a_run_that_was_recognised_is_read_back(tmp_path):
    strange = shuffled(load_run(BUNDLED_RUN), 2)
    run = on_recognised_group(strange, recognise_run(strange))
    save_run(run, tmp_path / "run")
    again = load_run(tmp_path / "run")
    assert group_tensors(again.group).products.equal(predictions(strange.network))
    assert list(again.group.irreps) == list(load_run(BUNDLED_RUN).group.irreps)
    with pytest.raises(ValueError, match="holds a run already"):
        save_run(run, tmp_path / "run")


def test_an_untrained_network_is_on_no_group():
    with pytest.raises(NotAGroup):
        recognise_run(make_run(4))
