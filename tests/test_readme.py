"""The README keeps its promises: its Python runs, its commands exist, its files are there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from analysis import BUNDLED_RUN, Configuration, load_run

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_python_runs_and_prints_what_it_says(capsys):
    names: dict[str, object] = {}
    for block in blocks("python"):
        exec(compile(block, "README.md", "exec"), names)
    output = capsys.readouterr().out
    assert "sqrt(3)/2" in output
    assert "28 inner products of rows" in output
    assert "torch.Size([120, 4, 4])" in output
    assert "\n-1\n" in output
    assert "torch.Size([1, 9, 9])" in output
    assert "{Partition(4, 1): 1, Partition(3, 2): 1, Partition(3, 1, 1): 1}" in output
    assert "{Partition(3, 1): 1, Partition(2, 1, 1): 1}" in output
    assert "Partition(3, 2, 1): 2" in output
    assert "irrep  value\n(5)        1\n(4,1)      1\n(3,2)      1\n" in output
    assert "freq_1': 'quaternionic'" in output
    assert "torch.Size([4, 4, 3]) torch.Size([5, 5, 3])" in output
    assert "(StandardTableau((0, 1, 3), (2, 4)), " in output


def test_the_first_example_has_ten_lines():
    lines = [line for line in blocks("python")[0].splitlines() if line]
    assert len(lines) <= 10


def test_the_configuration_is_that_of_the_bundled_run():
    configuration = Configuration.from_mapping(json.loads(blocks("json")[0]), strict=True)
    assert load_run(BUNDLED_RUN).configuration == configuration


@pytest.mark.parametrize("path", re.findall(r"!\[.*?\]\((.*?)\)", README))
def test_pictures_exist(path):
    assert (ROOT / path).read_bytes().startswith(b"\x89PNG")
