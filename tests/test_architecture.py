"""The page on the architecture keeps its promises: examples run, tables are complete."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from analysis import MEASURES
from symrep import verification

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
LONGEST = 30


@pytest.fixture(scope="module")
def names():
    """What the examples define, each of them alone."""
    found = {}
    for example in re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL):
        defined = {"__name__": "architecture"}
        exec(compile(example, "architecture.md", "exec"), defined)
        found |= defined
    return found


def test_no_example_is_long():
    for example in re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL):
        assert len([line for line in example.splitlines() if line.strip()]) <= LONGEST


def test_a_family_of_nine_lines_of_mathematics_is_a_group(names):
    group = names["G"]
    assert [check for check in verification.verify(group) if check.passed is False] == []
    a, b = group.generators
    commutator = group.products(group.products(a, b), group.inverse_indices[group.products(b, a)])
    assert commutator in group.centre
    assert len(group.centre) == len(group.commutator_subgroup) == 3
    other = group.reordered(list(range(group.order))[::-1])
    assert other.index(group.element(5)) == group.order - 6
    assert eval(repr(other), names) == other


def test_a_measure_is_one_entry_of_the_registry(names):
    assert names["table"].name == "worst_loss"
    assert names["table"].irrep == ""
    assert "worst_loss" not in MEASURES


def test_a_figure_is_a_figure(names):
    assert isinstance(names["figure"], Figure)


def test_every_package_is_named():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    for contract in contracts["contracts"]:
        for line in contract["layers"]:
            for package in line.split(" | "):
                assert f"`{package}`" in PAGE
