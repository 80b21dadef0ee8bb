from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from symrep import DihedralGroup, Irrep, named_group
from symrep.characters.table import character_table
from symrep.combinatorics.integer_partitions import Partition
from symrep.groups import symmetric
from symrep.representations import young_tensors
from symrep.representations.young import exact_generator, exact_matrix
from symrep.verification import verify

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
    monkeypatch.setattr(symmetric, "exact_generator", None)
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

    monkeypatch.setattr(symmetric, "exact_generator", broken)
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

    monkeypatch.setattr(symmetric, "exact_matrix", broken)
    expected = {f"traces are characters, {broken_form}"}
    if broken_form == "orthogonal":
        expected |= {"tensors agree with exact matrices"}
    assert set(failures(4)) == expected


def test_a_flipped_sign_in_the_table_is_found(monkeypatch):
    table = character_table(4)
    values = table.values.copy()
    values[table.irreps.index((3, 1)), table.classes.index((4,))] *= -1
    monkeypatch.setattr(symmetric, "character_table", lambda n: replace(table, values=values))
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
    monkeypatch.setattr(symmetric, "character_table", lambda n: short)
    with pytest.raises(ValueError, match=r"no irrep \(1,1,1\)"):
        failures(3)


def test_a_transposed_convention_is_found(monkeypatch):
    original = young_tensors.irrep_tensor
    monkeypatch.setattr(young_tensors, "irrep_tensor", lambda *a: original(*a).mT.contiguous())
    assert set(failures(3)) == {"tensors agree with exact matrices", "tensors multiply"}


def test_a_reversed_product_of_exact_matrices_is_found(monkeypatch):
    original = symmetric.exact_matrix
    monkeypatch.setattr(
        symmetric, "exact_matrix", lambda shape, form, word: original(shape, form, word[::-1])
    )
    assert set(failures(3)) == {"tensors agree with exact matrices"}


def test_a_scaled_tensor_is_found(monkeypatch):
    original = young_tensors.irrep_tensor
    monkeypatch.setattr(young_tensors, "irrep_tensor", lambda *a: original(*a) * (1 + 1e-12))
    assert set(failures(3)) == {
        "tensors agree with exact matrices",
        "tensors multiply",
        "matrix coefficients orthonormal",
    }


def test_a_tensor_with_nan_is_found(monkeypatch):
    original = young_tensors.irrep_tensor

    def broken(*arguments):
        matrices = original(*arguments)
        matrices[-1] = torch.nan
        return matrices

    monkeypatch.setattr(young_tensors, "irrep_tensor", broken)
    assert {"tensors multiply", "matrix coefficients orthonormal"} <= set(failures(3))


# Memory


def test_tensors_that_do_not_fit_are_not_passed(monkeypatch):
    def refuse(*arguments):
        raise MemoryError("7 TiB needed")

    monkeypatch.setattr(young_tensors, "irrep_tensor", refuse)
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


# Groups other than S_n

OTHER_LAWS = [
    "values are sums of eigenvalues",
    "rows are orthogonal",
    "columns are orthogonal",
    "squared dimensions sum to |G|",
    "matrix coefficients span all functions",
    "defining relations",
    "tensors multiply",
    "tensors have the characters",
    "matrix coefficients orthonormal",
]
FAMILIES = ["C1", "C2", "C7", "C12", "D1", "D2", "D6", "D7", "Dic1", "Q8", "Dic3", "Dic5"]
OTHERS = ["A1", "A3", "A4", "A5", "SL(2,3)", "F_21", "C3 x S3", "Q8 x C3", "S3 x S3"]


@pytest.mark.parametrize("name", FAMILIES + OTHERS)
def test_every_check_of_other_groups_passes(name):
    checks = list(verify(named_group(name)))
    assert [check.law for check in checks] == OTHER_LAWS
    known = named_group(name).relations is not None
    assert known or name not in FAMILIES
    for check in checks:
        expected = True if known or check.law != "defining relations" else None
        assert check.passed is expected, check


@pytest.mark.parametrize("name", ["Dic3", "S4", "A4", "C3 x S3", "SL(2,3)"])
def test_a_reordered_group_is_verified_by_the_same_checks(name):
    group = named_group(name)
    reordered = group.reordered(np.random.default_rng(0).permutation(group.order))
    for before, check in zip(verify(group), verify(reordered), strict=True):
        assert check.law == before.law
        relations = check.law == "defining relations" and group.relations is None
        assert check.passed is (None if relations else True), check


def test_a_wrong_order_of_the_tensors_is_found(monkeypatch):
    """The tensors in lexicographic order are not those of a reordered group."""
    original = young_tensors.irrep_tensor
    monkeypatch.setattr(
        young_tensors,
        "irrep_tensor",
        lambda shape, form, places, *where: original(shape, form, None, *where),
    )
    group = named_group("S4").reordered(np.random.default_rng(0).permutation(24))
    assert {"tensors agree with exact matrices", "tensors multiply"} <= other_failures(group)


def test_the_evidence_counts_what_was_checked_in_other_groups():
    evidence = {check.law: check.evidence for check in verify(named_group("Dic3"))}
    assert evidence["values are sums of eigenvalues"] == "36 characters"
    assert evidence["rows are orthogonal"] == "21 inner products of characters"
    assert evidence["columns are orthogonal"] == "21 inner products of columns"
    assert evidence["squared dimensions sum to |G|"] == "12 = |Dic_3|"
    assert evidence["matrix coefficients span all functions"] == (
        "3 real, 1 complex, 1 quaternionic irreps"
    )
    assert evidence["defining relations"] == "15 relations in 5 irreps"
    evidence = {check.law: check.evidence for check in verify(named_group("SL(2,3)"))}
    assert "no presentation of SL(2,3) is known" in evidence["defining relations"]


def other_failures(group):
    return {check.law for check in verify(group) if check.passed is False}


NUMERICAL = {"tensors multiply", "tensors have the characters", "matrix coefficients orthonormal"}


@pytest.mark.parametrize("name", ["C7", "D6", "Dic3", "SL(2,3)", "C3 x S3"])
def test_broken_matrices_of_other_groups_are_found(name, monkeypatch):
    label = list(named_group(name).irreps)[-1]

    def broken_by(change):
        group = named_group(name)
        original = type(group)._matrices

        def changed(self, of):
            matrices = original(self, of).copy()
            return change(matrices) if of == label else matrices

        with monkeypatch.context() as patch:
            patch.setattr(type(group), "_matrices", changed)
            return other_failures(group)

    def one_entry(matrices):
        matrices[-1, 0, 0] += 1e-6
        return matrices

    def flipped(matrices):
        matrices[3] *= -1
        return matrices

    def missing(matrices):
        matrices[1] = np.nan
        return matrices

    assert broken_by(lambda matrices: matrices) == set()
    assert broken_by(one_entry) == NUMERICAL
    assert "tensors multiply" in broken_by(flipped)
    assert broken_by(lambda m: 1.001 * m) == NUMERICAL
    assert broken_by(missing) == NUMERICAL


def test_transposed_matrices_are_found(monkeypatch):
    original = DihedralGroup._matrices
    monkeypatch.setattr(
        DihedralGroup, "_matrices", lambda self, of: original(self, of).transpose(0, 2, 1)
    )
    assert other_failures(named_group("D5")) == {"tensors multiply"}


def test_a_broken_exact_matrix_is_found(monkeypatch):
    original = DihedralGroup._exact_matrix

    def negated(self, label, i, form):
        matrix = original(self, label, i, form)
        return -matrix if (label, i) == ("freq_1", 1) else matrix

    def stretched(self, label, i, form):
        matrix = original(self, label, i, form)
        return 2 * matrix if (label, i) == ("freq_1", 1) else matrix

    for broken, words in (
        (negated, "the word (1, 1, 1, 1, 1) in the generators is not 1"),
        (stretched, "generator 0 is not orthogonal"),
    ):
        monkeypatch.setattr(DihedralGroup, "_exact_matrix", broken)
        failed = [check for check in verify(named_group("D5")) if check.passed is False]
        assert [(check.law, check.evidence) for check in failed] == [("defining relations", words)]


def test_a_wrong_table_of_another_group_is_found():
    def with_table(**changes):
        group = named_group("Dic3")
        group.__dict__["_character_table"] = replace(group.character_table(), **changes)
        return other_failures(group)

    table = named_group("Dic3").character_table()
    assert with_table() == set()
    values = table.values.copy()
    values[1, 2] *= -1
    assert with_table(values=values) == {"values are sums of eigenvalues"}
    sizes = (table.class_sizes[1], *table.class_sizes[1:])
    assert {"rows are orthogonal", "columns are orthogonal"} <= with_table(class_sizes=sizes)


def test_a_wrong_type_is_found():
    """An irrep of complex type that is called real has too many functions."""
    group = named_group("C5")
    for irrep in group.irreps.values():
        irrep.__dict__.update(dim=irrep.dim, commutant_dim=1)
    failed = {check.law: check.evidence for check in verify(group) if check.passed is False}
    assert failed["matrix coefficients span all functions"] == "the d^2/c sum to 9, |G| is 5"
    assert set(failed) == {
        "matrix coefficients span all functions",
        "matrix coefficients orthonormal",
    }


def test_tensors_of_other_groups_that_do_not_fit_are_not_passed(monkeypatch):
    def refuse(*arguments):
        raise MemoryError("7 TiB needed")

    monkeypatch.setattr(Irrep, "tensor", refuse)
    outcome = {check.law: check.passed for check in verify(named_group("Q8"))}
    assert outcome == dict.fromkeys(OTHER_LAWS, True) | dict.fromkeys(NUMERICAL)
