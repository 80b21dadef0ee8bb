import csv

import pytest

from symrep._support.tables import TextTable, csv_text


@pytest.mark.parametrize("cell", ["(2,1)", 'a "b"', "two\nlines", "", "plain"])
def test_csv_reads_back(cell):
    text = csv_text([["label", "k"], [cell, 1]])
    assert list(csv.reader(text.splitlines(keepends=True))) == [["label", "k"], [cell, "1"]]


def test_markdown_escapes_bars():
    assert TextTable((("a", "|G|"),), (("x|y", "2"),), left=(0,)).markdown().splitlines() == [
        "| a | \\|G\\| |",
        "| :-- | --: |",
        "| x\\|y | 2 |",
    ]


def test_latex_escapes_what_it_reads_as_commands():
    table = TextTable((("a_b", "50%"),), (("\\{x}^~", "±"),), left=(0,))
    assert table.latex().splitlines() == [
        r"\begin{tabular}{lr}",
        r"\toprule",
        r"a\_b & 50\% \\",
        r"\midrule",
        r"\textbackslash{}\{x\}\^{}\textasciitilde{} & $\pm$ \\",
        r"\bottomrule",
        r"\end{tabular}",
    ]
