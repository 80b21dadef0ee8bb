"""Imports point one way, and torch waits until a tensor is asked for."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted((ROOT / "symrep").glob("*.py"))


def imported_at_start(path: Path) -> set[str]:
    """Top-level names that a module imports when it is imported."""
    names = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_symrep_knows_nothing_of_networks(path):
    assert "analysis" not in path.read_text(encoding="utf-8").replace("symrep-analysis", "")


def test_torch_is_imported_by_the_tensor_layers_alone():
    importers = {path.stem for path in MODULES if "torch" in imported_at_start(path)}
    assert importers == {"tensors", "clausen", "dense_transform", "fourier", "export"}


def test_exact_work_does_not_import_torch():
    work = """
import sys
import symrep
group = symrep.SymmetricGroup(5)
group.irrep("standard", "specht").matrix([1, 0, 2, 3, 4])
group.character_table().verify()
assert "torch" not in sys.modules and "pandas" not in sys.modules
group.elements
assert "torch" in sys.modules
"""
    subprocess.run([sys.executable, "-c", work], check=True, cwd=ROOT)
