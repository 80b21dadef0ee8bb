from __future__ import annotations

import pandas as pd
import pytest

from analysis import analyse
from analysis.text import analysis_text, as_text_table, run_line, table_in
from symrep._support.markup import number
from tests.analysis.conftest import make_run


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.0000"),
        (0.12345678, "0.1235"),
        (-0.5, "-0.5000"),
        (0.001, "0.0010"),
        (0.000999, "9.99e-04"),
        (12345.6, "1.23e+04"),
        (float("nan"), ""),
        (None, ""),
    ],
)
def test_numbers(value, text):
    assert number(value) == text


def test_tables_are_aligned():
    table = pd.DataFrame({"run": ["a", "long"], "loss": [0.5, 1e-7]})
    assert as_text_table(table).text(200).splitlines() == [
        "run       loss",
        "a       0.5000",
        "long  1.00e-07",
    ]


def test_an_analysis_as_text():
    analysis = analyse(make_run(3))
    lines = analysis_text(analysis, 200).splitlines()
    assert lines[:2] == [
        "untrained: OneLayerMLP on S_3, 6 elements",
        "key irreps (similarity): (2,1) (0.011)",
    ]
    (baseline,) = (line for line in lines if line.strip().startswith("null baseline"))
    assert baseline.split() == ["null", "baseline", "1.7918", "0.1667"]
    (row,) = (line for line in lines if line.strip().startswith("(2,1)"))
    assert row.split()[3] == number(analysis.value("left_embedding_fve", "(2,1)"))
    assert len({len(line) for line in lines[-7:]}) < 3
    wrapped = analysis_text(analysis, 60).splitlines()
    assert max(map(len, wrapped[3:])) <= 60
    assert sum(line.strip().startswith("(2,1)") for line in wrapped) == 3


def test_the_first_line_of_a_run_has_the_order_of_its_group():
    assert run_line(make_run(4)) == "untrained: OneLayerMLP on S_4, 24 elements"


def test_a_mean_and_its_standard_deviation_are_one_cell_for_people():
    table = pd.DataFrame({"value": [0.5], "baseline": [0.25], "baseline_sd": [0.125]})
    assert table_in("markdown", table).splitlines() == [
        "| value | null baseline |",
        "| --: | --: |",
        "| 0.5000 | 0.2500 ± 0.1250 |",
    ]
    assert table_in("csv", table) == "value,baseline,baseline_sd\n0.5,0.25,0.125"
