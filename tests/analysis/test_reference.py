"""Agreement with published figures, key by key."""

from __future__ import annotations

import json

import pytest

from analysis import analyse, load_run
from analysis.reference import BY_IRREP, irrep_names, reference_metrics
from symrep import Partition, SymmetricGroup

from .conftest import make_run

RELATIVE, ABSOLUTE = 1e-4, 1e-7

SUMS_OF_CHUNK_MEANS = {"S6_T_seed4"}
"""Runs whose published losses are the sum of the means of eight chunks of the pairs."""


def disagreements(found, published):
    """{key: (found, published)} where they differ by more than either tolerance."""
    return {
        key: (found.get(key), value)
        for key, value in published.items()
        if key not in found or abs(found[key] - value) > max(ABSOLUTE, RELATIVE * abs(value))
    }


@pytest.mark.reference
@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("S5_MLP_seed1", 99),
        ("S5_MLP_seed2", 99),
        ("S5_MLP_hidden_dim_64_seed1", 99),
        ("S6_MLP_seed1", 87),
        ("S5_T_seed1", 99),
        ("S6_T_seed4", 87),
    ],
)
def test_every_published_figure(reference_runs, name, keys):
    folder = reference_runs / name
    published = json.loads((folder / "summary_metrics.json").read_text())
    analysis = analyse(load_run(folder))
    found = reference_metrics(analysis)
    assert len(published) == keys
    assert set(found) == set(published)
    if analysis.run.configuration.model == "Transformer":
        assert published.pop("sum_of_squared_weights") == 0
    if name in SUMS_OF_CHUNK_MEANS:
        losses = [key for key in published if "loss" in key and "ratio" not in key]
        published |= {key: published[key] / 8 for key in losses}
    assert disagreements(found, published) == {}
    names = irrep_names(analysis.run.group)
    key_irreps = {names[line] for line in (folder / "key_reps.txt").read_text().split()}
    assert set(analysis.key_irreps) == key_irreps


def test_a_disagreement_is_seen():
    published = {"a": 1.0, "b": 1e-8, "c": 2.0}
    assert disagreements({"a": 1.00009, "b": 0.0, "c": 2.0}, published) == {}
    assert set(disagreements({"a": 1.0002, "b": 2e-7}, published)) == {"a", "b", "c"}


def test_published_names_of_s5():
    assert irrep_names(SymmetricGroup(5)) == {
        "trivial": (5,),
        "sign": (1, 1, 1, 1, 1),
        "standard": (4, 1),
        "standard_sign": (2, 1, 1, 1),
        "s5_5d_a": (2, 2, 1),
        "s5_5d_b": (3, 2),
        "s5_6d": (3, 1, 1),
    }


def test_names_stand_for_the_same_numbers_as_ours():
    analysis = analyse(make_run(4))
    found = reference_metrics(analysis)
    label, sign = Partition(2, 1, 1), Partition(1, 1, 1, 1)
    for pattern, measure in BY_IRREP.items():
        assert found[pattern.format("standard_sign")] == analysis.value(measure, label)
    assert found["percent_x_embed_sign_rep"] == analysis.value("left_embedding_fve", sign)
    assert found["percent_y_embed_sign_rep"] == analysis.value("right_embedding_fve", sign)
    assert "logit_trivial_rep_trace_similarity" not in found
    assert found["epoch"] == 1
