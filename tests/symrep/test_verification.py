from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch

from symrep import groups, irreps, tensors
from symrep.characters import character_table
from symrep.partitions import Partition
from symrep.verification import verify
from symrep.young import exact_generator, exact_matrix

LAWS = [
    "Coxeter relations, orthogonal",
    "Coxeter relations, seminormal",
    "Coxeter relations, specht",
    "generators are orthogonal",
    "traces are characters, orthogonal",
    "traces are characters, seminormal",
    "traces are characters, specht",
    "rows are orthogonal",
    "columns are orthogonal",
    "squared dimensions sum to n!",
    "tensors agree with exact matrices",
    "tensors multiply",
    "matrix coefficients orthonormal",
]


def failures(n):
    return {check.law: check.evidence for check in verify(n) if check.passed is False}


@pytest.mark.parametrize("n", range(6))
def test_every_check_passes(n):
    checks = list(verify(n))
    assert [check.law for check in checks] == LAWS
    for check in checks:
        assert check.passed is True, check
        assert check.seconds >= 0


def test_the_evidence_counts_what_was_checked():
    evidence = {check.law: check.evidence for check in verify(4)}
    # 6 relations and 3 generators in each of 5 irreps, 5 classes, 15 pairs.
    assert evidence["Coxeter relations, specht"] == "30 relations in 5 irreps"
    assert evidence["generators are orthogonal"] == "15 matrices of the orthogonal form"
    assert evidence["traces are characters, seminormal"] == "25 traces of exact matrices"
    assert evidence["rows are orthogonal"] == "15 inner products of characters"
    assert evidence["columns are orthogonal"] == "15 inner products of columns"
    assert evidence["squared dimensions sum to n!"] == "24 = 4!"


def test_checks_are_made_one_by_one(monkeypatch):
    checks = verify(4)
    next(checks)
    monkeypatch.setattr(irreps, "exact_generator", None)
    with pytest.raises(TypeError, match="not callable"):
        next(checks)


# What is broken on purpose fails, and nothing else does


@pytest.mark.parametrize("broken_form", ["orthogonal", "seminormal", "specht"])
def test_a_broken_generator_is_found_in_each_form(monkeypatch, broken_form):
    def broken(shape, form, i):
        matrix = exact_generator(shape, form, i)
        if (shape, form, i) == ((2, 2), broken_form, 1):
            matrix[1, 0] += 1
        return matrix

    monkeypatch.setattr(irreps, "exact_generator", broken)
    found = failures(4)
    expected = {f"Coxeter relations, {broken_form}"}
    if broken_form == "orthogonal":
        expected |= {"generators are orthogonal"}
    assert set(found) == expected
    assert "fails: entry" in found[f"Coxeter relations, {broken_form}"]


@pytest.mark.parametrize("broken_form", ["orthogonal", "seminormal", "specht"])
def test_a_broken_matrix_is_found_in_each_form(monkeypatch, broken_form):
    def broken(shape, form, word):
        matrix = exact_matrix(shape, form, word)
        if (shape, form) == ((2, 2), broken_form):
            matrix[1, 1] += 1
        return matrix

    monkeypatch.setattr(irreps, "exact_matrix", broken)
    expected = {f"traces are characters, {broken_form}"}
    if broken_form == "orthogonal":
        expected |= {"tensors agree with exact matrices"}
    assert set(failures(4)) == expected


def test_a_flipped_sign_in_the_table_is_found(monkeypatch):
    table = character_table(4)
    values = table.values.copy()
    values[table.irreps.index((3, 1)), table.classes.index((4,))] *= -1
    monkeypatch.setattr(groups, "character_table", lambda n: replace(table, values=values))
    assert set(failures(4)) == {
        "traces are characters, orthogonal",
        "traces are characters, seminormal",
        "traces are characters, specht",
        "rows are orthogonal",
        "columns are orthogonal",
    }


def test_a_missing_irrep_is_found(monkeypatch):
    table = character_table(3)
    short = replace(table, irreps=table.irreps[:2], values=table.values[:2])
    monkeypatch.setattr(groups, "character_table", lambda n: short)
    with pytest.raises(ValueError, match=r"no irrep \(1,1,1\)"):
        failures(3)


def test_a_transposed_convention_is_found(monkeypatch):
    original = tensors.irrep_tensor
    monkeypatch.setattr(tensors, "irrep_tensor", lambda *a: original(*a).mT.contiguous())
    assert set(failures(3)) == {"tensors agree with exact matrices", "tensors multiply"}


def test_a_reversed_product_of_exact_matrices_is_found(monkeypatch):
    original = irreps.exact_matrix
    monkeypatch.setattr(
        irreps, "exact_matrix", lambda shape, form, word: original(shape, form, word[::-1])
    )
    assert set(failures(3)) == {"tensors agree with exact matrices"}


def test_a_scaled_tensor_is_found(monkeypatch):
    original = tensors.irrep_tensor
    monkeypatch.setattr(tensors, "irrep_tensor", lambda *a: original(*a) * (1 + 1e-12))
    assert set(failures(3)) == {
        "tensors agree with exact matrices",
        "tensors multiply",
        "matrix coefficients orthonormal",
    }


def test_a_tensor_with_nan_is_found(monkeypatch):
    original = tensors.irrep_tensor

    def broken(*arguments):
        matrices = original(*arguments)
        matrices[-1] = torch.nan
        return matrices

    monkeypatch.setattr(tensors, "irrep_tensor", broken)
    assert {"tensors multiply", "matrix coefficients orthonormal"} <= set(failures(3))


# Memory


def test_tensors_that_do_not_fit_are_not_passed(monkeypatch):
    def refuse(*arguments):
        raise MemoryError("7 TiB needed")

    monkeypatch.setattr(tensors, "irrep_tensor", refuse)
    outcome = {check.law: check for check in verify(3)}
    for law in LAWS:
        exact = "tensors" not in law and "coefficients" not in law
        assert outcome[law].passed is (True if exact else None)
    assert outcome["tensors multiply"].evidence == "not checked: 7 TiB needed"


def test_exact_matrices_that_do_not_fit_are_refused(monkeypatch):
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=2**28))
    largest = max(Partition(*label).dimension for label in character_table(16).irreps)
    with pytest.raises(MemoryError, match=f"largest irrep of S_16, {largest} x {largest}: .* TiB"):
        next(verify(16))
