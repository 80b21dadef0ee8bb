from __future__ import annotations

import pandas as pd
import pytest

from analysis import analyse, averages, compare, comparison
from analysis.runs.folders import save_run
from analysis.studies.comparisons import Unreadable, compared_measures
from analysis.text import as_text_table
from tests.analysis.conftest import STARTS_PROCESSES, make_run

pytestmark = STARTS_PROCESSES


def test_one_row_a_run_with_the_numbers_of_the_runs():
    analyses = [analyse(make_run(3, seed)) for seed in (1, 2)]
    table = comparison(analyses)
    assert list(table.seed) == [1, 2]
    assert list(table.group) == ["S_3", "S_3"]
    assert list(table.model) == ["OneLayerMLP"] * 2
    for row, analysis in zip(table.itertuples(), analyses, strict=True):
        assert row[5] == " ".join(map(str, analysis.key_irreps))
        assert row[6] == analysis.value("test_loss")
    restricted = [analysis.value("hidden_restricted_loss", "key") for analysis in analyses]
    assert list(table["restricted loss"]) == restricted


@pytest.mark.exhaustive
def test_runs_are_analysed_in_processes_as_they_are_in_this_one(tmp_path):
    names = []
    for n, seed in ((3, 1), (2, 5), (3, 2)):
        run = make_run(n, seed)
        save_run(run, tmp_path / f"run{seed}")
        names.append(str(tmp_path / f"run{seed}"))
    names.insert(1, str(tmp_path / "absent"))
    seen = []
    here = compare(names, report=lambda *done: seen.append(done))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert list(here.run) == ["run1", names[1], "run5", "run2"]
    assert "absent" in here.remark[1]
    there = compare(names, workers=2)
    pd.testing.assert_frame_equal(there, here, rtol=1e-9)
    with pytest.raises(ValueError, match="workers must be at least 1, got 0"):
        compare(names, workers=0)


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


@pytest.fixture(scope="module")
def mixed():
    """Two runs on S_3, one on S_2, and one that could not be read."""
    runs = [analyse(make_run(n, seed)) for n, seed in ((3, 1), (2, 1), (3, 2))]
    return comparison([*runs, Unreadable("lost", "no_such folder & no file")])


def test_a_run_that_cannot_be_read_has_a_row_of_its_own(mixed):
    assert list(mixed.run) == ["untrained"] * 3 + ["lost"]
    assert list(mixed.remark) == ["", "", "", "no_such folder & no file"]
    assert mixed.iloc[3][list(compared_measures())].isna().all()
    assert list(mixed.seed[:3]) == [1, 1, 2]
    text = as_text_table(mixed).text(200).splitlines()
    assert text[4].startswith("lost ")
    assert text[4].endswith("  no_such folder & no file")
    assert text[1] == text[1].rstrip()


def test_averages_are_means_with_the_spread_of_a_run(mixed):
    table = averages(mixed)
    assert list(table.group) == ["S_3", "S_2"]
    assert list(table.runs) == [2, 1]
    first, second = mixed["logit FVE"][0], mixed["logit FVE"][2]
    assert table["logit FVE"][0] == pytest.approx((first + second) / 2)
    assert table["logit FVE sd"][0] == pytest.approx(abs(first - second) / 2**0.5)
    assert table["logit FVE sd"].isna()[1]
    head, row, alone = as_text_table(table).text(200).splitlines()
    assert "sd" not in head
    assert "±" in row
    assert "±" not in alone


def test_models_are_averaged_apart(mixed):
    table = averages(mixed.assign(model=["OneLayerMLP", "OneLayerMLP", "Transformer", ""]))
    assert list(zip(table.model, table.group, table.runs, strict=True)) == [
        ("OneLayerMLP", "S_3", 1),
        ("OneLayerMLP", "S_2", 1),
        ("Transformer", "S_3", 1),
    ]


def test_no_run_at_all():
    assert averages(comparison([Unreadable("lost", "gone")])).empty
    assert comparison([]).empty


def test_tables_for_papers_escape_what_is_special(mixed):
    markdown = as_text_table(mixed.assign(remark="a|b")).markdown().splitlines()
    assert set(markdown[1].split()) == {"|", ":--", "--:"}
    assert markdown[1].count("|") == len(mixed.columns) + 1
    assert markdown[2].endswith(r"| a\|b |")
    latex = as_text_table(mixed).latex()
    assert r"lost &  &  &  &  &" in latex
    assert r"no\_such folder \& no file \\" in latex
    assert r"S\_3" in latex
    assert latex.count(r"\\") == 5
    assert r"$\pm$" in as_text_table(averages(mixed)).latex()


@pytest.mark.reference
def test_published_averages_are_of_this_kind(reference_runs):
    """S_5 of the published table has the mean over four seeds; here are two of them."""
    from analysis import load_run

    table = averages(
        comparison(analyse(load_run(reference_runs / f"S5_MLP_seed{k}")) for k in (1, 2))
    )
    assert table.runs[0] == 2
    # The published rows of the two seeds are 39.05% and 84.81%.
    assert table["logit FVE"][0] == pytest.approx((0.3905 + 0.8481) / 2, abs=1e-4)
