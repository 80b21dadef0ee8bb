"""Every notebook runs from top to bottom, and was committed as it runs."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import nbformat
import pytest

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))

# Jupyter's own libraries warn while they start and stop a kernel.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def test_there_are_two_notebooks():
    assert [path.stem for path in NOTEBOOKS] == [
        "deriving_the_irreps_of_s_n",
        "from_weights_to_irreps",
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_and_says_again_what_was_committed(path):
    """Text outputs are those committed; pictures and timings may differ from machine to machine."""
    execute = runpy.run_path(str(FOLDER / "execute.py"))["execute"]
    executed, committed = execute(path), nbformat.read(path, as_version=4)
    assert texts(executed) == texts(committed)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_was_committed_executed(path):
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error"]
    assert not [output for output in outputs if output.get("name") == "stderr"]
    assert sum("image/png" in output.get("data", {}) for output in outputs) >= 3


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_names_no_machine(path):
    pictures = re.compile(r'"image/png": "[^"]*"')
    text = pictures.sub("", path.read_text(encoding="utf-8"))
    assert not re.search(r"/(home|root|tmp|work|Users)/", text)


def texts(notebook):
    """The printed text of each cell, without floating-point numbers."""
    return [
        re.sub(r"-?\d+\.\d+(e[-+]?\d+)?", "#", output["text"])
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "stream"
    ]
