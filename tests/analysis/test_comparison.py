from __future__ import annotations

import pytest

from analysis import analyse, comparison

from .conftest import make_run


def test_one_row_a_run_with_the_numbers_of_the_runs():
    analyses = [analyse(make_run(3, seed)) for seed in (1, 2)]
    table = comparison(analyses)
    assert list(table.seed) == [1, 2]
    assert list(table.group) == ["S_3", "S_3"]
    for row, analysis in zip(table.itertuples(), analyses, strict=True):
        assert row[4] == " ".join(map(str, analysis.key_irreps))
        assert row[5] == analysis.value("test_loss")
    restricted = [analysis.value("hidden_restricted_loss", "key") for analysis in analyses]
    assert list(table["restricted loss"]) == restricted


@pytest.mark.reference
def test_the_published_row_of_s5(reference_runs):
    """Row of S_5, seed 2, in the published table of all perceptrons."""
    from analysis import load_run

    row = comparison([analyse(load_run(reference_runs / "S5_MLP_seed2"))]).iloc[0]
    assert row["key irreps"] == "(4,1) (1,1,1,1,1)"
    published = {
        "logit FVE": 0.8481,
        "W_x FVE": 1.0,
        "W_y FVE": 1.0,
        "W_U FVE": 0.9405,
        "hidden FVE": 0.8888,
        "hidden xy FVE": 0.1297,
    }
    for column, value in published.items():
        assert round(row[column], 4) == value
