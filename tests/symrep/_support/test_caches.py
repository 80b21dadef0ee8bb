"""Caches are bounded, in one registry, and can be emptied."""

from __future__ import annotations

import ast
import gc
import importlib
import pkgutil
import weakref
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch

import symrep
from symrep._support import caches
from symrep._support.caches import clear_caches, kept, nbytes
from symrep.combinatorics.tableaux import row_words

ROOT = Path(__file__).resolve().parents[3]
SOURCES = [path for name in ("symrep", "analysis") for path in (ROOT / name).rglob("*.py")]


@pytest.fixture
def registry(monkeypatch):
    """Caches that a test makes do not stay in the registry."""
    monkeypatch.setattr(caches, "_CACHES", [])


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_cache_is_outside_of_the_registry(path):
    if path == Path(caches.__file__):
        return
    names = {"cache", "lru_cache"}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "functools":
            assert not names & {alias.name for alias in node.names}
        if isinstance(node, ast.Attribute):
            assert node.attr not in names


def every_cache():
    for package in (symrep, importlib.import_module("analysis")):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    return caches.registered()


def test_every_cache_is_bounded():
    found = every_cache()
    assert {"young_tables", "row_words", "_kept", "_table"} <= {f.__name__ for f in found}
    assert all(0 < f.cache_info().maxsize <= 2**16 for f in found)


def test_clear_caches_empties_all_of_them():
    group = symrep.SymmetricGroup(4)
    group.irrep((2, 2)).matrix([1, 0, 2, 3])
    symrep.kronecker_product((2, 2), (2, 2))
    assert sum(f.cache_info().currsize for f in every_cache()) > 5
    assert symrep.clear_caches is clear_caches
    symrep.clear_caches()
    assert [f.__name__ for f in every_cache() if f.cache_info().currsize] == []


def test_results_are_kept_up_to_the_number(registry):
    calls = []

    @kept(2)
    def square(n):
        """N times n."""
        calls.append(n)
        return n * n

    assert [square(n) for n in (1, 2, 1, 2, 3, 1)] == [1, 4, 1, 4, 9, 1]
    assert calls == [1, 2, 3, 1]
    assert square.__doc__ == "N times n."
    clear_caches()
    assert square(1) == 1
    assert calls == [1, 2, 3, 1, 1]


def test_a_large_result_is_returned_and_not_held(registry):
    calls = []

    @kept(8, largest=80)
    def zeros(n):
        calls.append(n)
        return np.zeros(n)

    assert zeros(10) is zeros(10)
    gc.disable()
    try:
        found = zeros(11)
        assert found.shape == (11,)
        memory = weakref.ref(found)
        del found
        assert memory() is None
    finally:
        gc.enable()
    zeros(11)
    assert calls == [10, 11, 11]
    assert zeros.cache_info().currsize == 1


def test_errors_are_raised_and_not_kept(registry):
    @kept(8, largest=80)
    def fails(n):
        raise ValueError(f"no {n}")

    for _ in range(2):
        with pytest.raises(ValueError, match="no 3"):
            fails(3)
    assert fails.cache_info().currsize == 0


def test_the_size_may_be_another(registry):
    @kept(8, largest=3, size=len)
    def word(n):
        return "a" * n

    assert [word(3), word(4), word(4)] == ["aaa", "aaaa", "aaaa"]
    assert word.cache_info().currsize == 1


def test_bytes_of_results():
    @dataclass
    class Pair:
        first: np.ndarray
        second: object

    array = np.zeros((2, 3))
    assert nbytes(array) == nbytes(torch.zeros(2, 3).double()) == 48
    assert nbytes(Pair(array, [array, (array, {"a": array})])) == 4 * 48
    assert nbytes(7) == nbytes("text") == nbytes(Pair) == 0


def test_large_tables_of_tableaux_are_not_held():
    clear_caches()
    assert row_words(symrep.Partition(3, 2)) is row_words(symrep.Partition(3, 2))
    large = symrep.Partition(7, 5, 3)
    assert 2 * large.dimension * large.size > 2**20
    assert row_words(large).shape == (large.dimension, large.size)
    assert row_words.cache_info().currsize == 1
