"""One irrep over the reals, of each type."""

import re
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from sympy import I, Matrix

from symrep import (
    CayleyTableGroup,
    CyclicGroup,
    DicyclicGroup,
    MatrixGroup,
    RealIrrep,
    SymmetricGroup,
    named_group,
)
from symrep._support.errors import LawViolation
from symrep.representations.laws import assert_homomorphism, assert_schur_orthogonality

GROUPS = [
    *map(named_group, ["C1", "C6", "Q8", "Dic3", "C3 x S3", "SL(2,3)", "F_21", "Q8 x Q8"]),
    CayleyTableGroup(named_group("C3 x Q8").cayley_table.numpy()),
    CayleyTableGroup(named_group("C3 x S3").cayley_table.numpy()),
]
every_group = pytest.mark.parametrize("group", GROUPS, ids=repr)


@every_group
def test_real_matrices_are_orthogonal_representations_in_standard_form(group):
    columns = []
    for irrep in group.irreps.values():
        rho, c, d = irrep.tensor(torch.float64), irrep.type, irrep.dim
        assert rho.shape == (group.order, d, d)
        assert_homomorphism(rho, group.cayley_table, range(group.order), 1e-13)
        assert torch.equal(rho[group.identity].round(decimals=13), torch.eye(d, dtype=rho.dtype))
        assert (rho @ rho.mT - torch.eye(d)).abs().max() < 1e-13
        # A block times the unit quaternions i, j, k from the right is what the other columns are.
        blocks = rho.reshape(group.order, d // c, c, d // c, c).transpose(2, 3)
        for u in range(1, c):
            assert torch.equal(blocks[..., u], RIGHT[c][u](blocks[..., 0]))
        columns.append(rho[:, :, ::c])
    assert sum(column[0].numel() for column in columns) == group.order
    assert_schur_orthogonality(columns, 1e-12)


RIGHT = {
    1: {},
    2: {1: lambda q: torch.stack([-q[..., 1], q[..., 0]], -1)},
    4: {
        1: lambda q: torch.stack([-q[..., 1], q[..., 0], q[..., 3], -q[..., 2]], -1),
        2: lambda q: torch.stack([-q[..., 2], -q[..., 3], q[..., 0], q[..., 1]], -1),
        3: lambda q: torch.stack([-q[..., 3], q[..., 2], -q[..., 1], q[..., 0]], -1),
    },
}


@every_group
def test_entries_span_d_squared_by_c_functions(group):
    for irrep in group.irreps.values():
        entries = irrep.tensor(torch.float64).flatten(1)
        rank = int(torch.linalg.matrix_rank(entries, rtol=1e-9))
        assert rank == irrep.dim**2 // irrep.type


@every_group
def test_unitary_matrices_are_the_complex_irreps_of_the_table(group):
    table = group.character_table()
    for label, irrep in group.irreps.items():
        pi = irrep.unitary()
        degree = irrep.dim if irrep.type == 1 else irrep.dim // 2
        assert pi.shape == (group.order, degree, degree)
        assert pi.dtype == torch.complex128
        assert_homomorphism(pi, group.cayley_table, range(group.order), 1e-13)
        assert (pi @ pi.mH - torch.eye(degree)).abs().max() < 1e-13
        traces = pi.diagonal(dim1=1, dim2=2).sum(-1).numpy()
        row = table.numbers()[table.irreps.index(label)]
        assert np.abs(traces - row[group.class_of.numpy()]).max() < 1e-12
        # rho is pi, pi and its conjugate, or pi twice.
        real = irrep.tensor(torch.float64).diagonal(dim1=1, dim2=2).sum(-1).numpy()
        factor = 1 if irrep.type == 1 else 2
        assert np.abs(real - factor * traces.real).max() < 1e-12


def test_the_quaternions_by_hand():
    group = DicyclicGroup(2)
    a, x = group.generators
    rho = group.irrep("freq_1").tensor(torch.float64)
    assert rho[a].round().tolist() == [[0, -1, 0, 0], [1, 0, 0, 0], [0, 0, 0, -1], [0, 0, 1, 0]]
    assert rho[x].round().tolist() == [[0, 0, -1, 0], [0, 0, 0, 1], [1, 0, 0, 0], [0, -1, 0, 0]]
    pi = group.irrep("freq_1").unitary()
    close = {"rtol": 0, "atol": 1e-15}
    torch.testing.assert_close(pi[a], torch.tensor([[1j, 0], [0, -1j]]).to(pi.dtype), **close)
    torch.testing.assert_close(pi[x], torch.tensor([[0, 1], [-1, 0]]).to(pi.dtype), **close)


def test_a_quaternionic_group_of_matrices_has_its_matrices_back():
    """The unitary irrep of Q_8 is equivalent to the matrices that generated it."""
    given = [Matrix([[I, 0], [0, -I]]), Matrix([[0, 1], [-1, 0]])]
    group = MatrixGroup(given)
    pi = group.irrep("2a").unitary()
    for s, matrix in zip(group.generators, given, strict=True):
        assert complex(pi[s].trace()) == pytest.approx(complex(matrix.trace()), abs=1e-12)


# The tensor


def test_tensors_are_kept_for_each_dtype_and_made_anew_when_changed():
    irrep = CyclicGroup(5).irrep("freq_1")
    double = irrep.tensor(torch.float64)
    assert irrep.tensor().dtype == torch.float32
    assert irrep.tensor(torch.float64) is double
    assert torch.equal(irrep.tensor(), double.to(torch.float32))
    double[0] = 7
    again = irrep.tensor(torch.float64)
    assert again is not double
    assert again[0].tolist() == [[1, 0], [0, 1]]


@pytest.mark.parametrize("name", ["C5", "SL(2,3)"])
def test_numerical_matrices_survive_a_change_in_place(name):
    irrep = list(named_group(name).irreps.values())[-1]
    first = irrep.tensor(torch.float64)
    before = first.clone()
    first.zero_()
    assert torch.equal(irrep.tensor(torch.float64), before)


def test_tensors_made_in_inference_mode_serve_outside():
    irrep = named_group("Q8").irrep("freq_1")
    with torch.inference_mode():
        irrep.tensor()
        irrep.tensor()
    weight = torch.ones(4, requires_grad=True)
    (irrep.tensor() @ weight).sum().backward()
    assert weight.grad is not None


def test_bad_dtypes_and_devices():
    irrep = CyclicGroup(5).irrep("freq_1")
    with pytest.raises(TypeError, match="floating-point"):
        irrep.tensor(torch.int64)
    with pytest.raises(ValueError, match="device"):
        irrep.tensor(torch.float32, "nowhere")


def test_matrices_that_cannot_fit_are_refused(monkeypatch):
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=2**20))
    group = CyclicGroup(100_000)
    irrep = RealIrrep("freq_1", 2, 2, group.order, None, None, None)
    message = "irrep freq_1 as 100000 matrices of 2 x 2: 4.6 MiB needed, 1.0 MiB free; work with"
    with pytest.raises(MemoryError, match=re.escape(message)):
        irrep.tensor(torch.float32)


def test_what_an_irrep_prints():
    assert repr(CyclicGroup(5).irrep("freq_2")) == (
        "RealIrrep(label='freq_2', dim=2, type=2, order=5)"
    )


# Negative controls


def test_a_wrong_type_is_no_orthonormal_basis():
    """With all columns of a complex type the entries depend on each other."""
    rho = CyclicGroup(5).irrep("freq_1").tensor(torch.float64)
    assert_schur_orthogonality([rho[:, :, ::2]], 1e-12)
    with pytest.raises(LawViolation, match=r"entry \(\d, \d\) of irrep 0 and entry .* is off by"):
        assert_schur_orthogonality([rho], 1e-12)


def test_columns_of_a_real_type_have_real_ones():
    rho = SymmetricGroup(3).irrep("standard").tensor(torch.float64)
    assert_schur_orthogonality([rho, torch.ones(6, 1, 1, dtype=torch.float64)], 1e-12)
    with pytest.raises(LawViolation, match=r"of irrep 0 and entry .* of irrep 1"):
        assert_schur_orthogonality([rho[:, :, ::2], rho[:, :, ::2]], 1e-12)
