"""Imports point one way, and torch waits until a tensor is asked for."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted((ROOT / "symrep").rglob("*.py"))


def imported_at_start(path: Path) -> set[str]:
    """Top-level names that a module imports when it is imported."""
    names = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    return names


def test_a_line_imports_what_stands_below_it():
    """The contracts of pyproject.toml, which docs/architecture.md explains."""
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout


def every_module(name: str) -> list[str]:
    package = importlib.import_module(name)
    found = pkgutil.walk_packages(package.__path__, f"{name}.")
    return [module.name for module in found if not module.name.endswith("__main__")]


@pytest.mark.parametrize("name", [*every_module("symrep"), *every_module("analysis")])
def test_a_module_is_what_its_path_says(name):
    """No function has the name of its module, so that `import` never finds a function."""
    module, (parent, leaf) = importlib.import_module(name), name.rsplit(".", 1)
    assert getattr(importlib.import_module(parent), leaf) is module
    assert not callable(getattr(module, leaf, None))


def test_the_function_metrics_is_no_module():
    assert callable(importlib.import_module("analysis").metrics)
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("analysis.metrics")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_symrep_knows_nothing_of_networks(path):
    assert "analysis" not in path.read_text(encoding="utf-8").replace("symrep-analysis", "")


def test_torch_is_imported_by_the_tensor_layers_alone():
    importers = {path.stem for path in MODULES if "torch" in imported_at_start(path)}
    assert importers == {"young_tensors", "clausen", "dense", "fourier", "export"}
