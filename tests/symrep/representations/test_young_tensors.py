from fractions import Fraction
from math import inf, nextafter, sqrt
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from sympy import Rational
from sympy.combinatorics import Permutation

from symrep.combinatorics import permutations
from symrep.combinatorics.integer_partitions import Partition, partitions
from symrep.fourier import fourier_transform, inverse_fourier_transform
from symrep.groups.symmetric import SymmetricGroup
from symrep.representations import young_tensors
from symrep.representations.young_tensors import (
    CPU,
    coset_representatives,
    error_bound,
    generator_floats,
    index_tensor,
    irrep_tensor,
)
from tests.exhaustive import sample

SHAPES = [shape for n in range(6) for shape in partitions(n)]
every_shape = pytest.mark.parametrize("shape", SHAPES, ids=str)
FORMS = ("orthogonal", "seminormal", "specht")


def as_fractions(matrix, digits=60):
    """The entries of an exact matrix, row by row, as rationals within 10^-digits."""
    values = []
    for entry in matrix:
        value = entry if entry.is_Rational else Rational(str(entry.evalf(digits)))
        values.append(Fraction(int(value.p), int(value.q)))
    return values


def frobenius_error(matrix, exact):
    """Frobenius norm of a float matrix less an exact one, in rationals until the root."""
    floats = [Fraction(value) for value in matrix.double().flatten().tolist()]
    return sqrt(sum((a - b) ** 2 for a, b in zip(floats, exact, strict=True)))


# The generators are rounded correctly


def test_square_roots_are_rounded_correctly():
    # In (n-1, 1) the letters i and i+1 are at distance 1 or -1, or once i+1 and once -i-1.
    matrices = generator_floats(Partition(90, 1), "orthogonal")
    checked = set()
    for i, matrix in enumerate(matrices):
        for value in set(matrix[~np.eye(90, dtype=bool)]) - {0.0}:
            r, exact = i + 1, 1 - Fraction(1, (i + 1) ** 2)
            above = (Fraction(value) + Fraction(nextafter(value, inf))) / 2
            below = (Fraction(value) + Fraction(nextafter(value, 0.0))) / 2
            assert below**2 < exact < above**2
            checked.add(r)
    assert checked == set(range(2, 91))


def test_the_naive_square_root_is_not_always_rounded_correctly():
    # What the test above would let through if it could not fail.
    naive = [sqrt(1 - 1 / r**2) for r in range(2, 91)]
    matrices = generator_floats(Partition(90, 1), "orthogonal")
    correct = [float(matrix[~np.eye(90, dtype=bool)].max()) for matrix in matrices[1:]]
    assert naive != correct
    assert naive == pytest.approx(correct, rel=1e-15)


@pytest.mark.parametrize("shape", [Partition(40, 1), Partition(3, 2, 1), Partition(4, 2)], ids=str)
@pytest.mark.parametrize("form", ["orthogonal", "seminormal"])
def test_rational_entries_are_rounded_correctly(shape, form):
    irrep = SymmetricGroup(shape.size).irrep(shape, form)
    for i, matrix in enumerate(generator_floats(shape, form)):
        for value, exact in zip(matrix.flat, irrep.generator(i), strict=True):
            if exact.is_Rational:
                # Division of Python integers is rounded correctly.
                assert value == exact.p / exact.q


@every_shape
@pytest.mark.parametrize("form", FORMS)
def test_generators_are_the_exact_ones(shape, form):
    irrep = SymmetricGroup(shape.size).irrep(shape, form)
    floats = generator_floats(shape, form)
    assert floats.shape == (max(shape.size - 1, 0), irrep.dim, irrep.dim)
    for i, matrix in enumerate(floats):
        exact = np.array(irrep.generator(i).evalf(30).tolist(), dtype=float)
        np.testing.assert_allclose(matrix, exact, rtol=0, atol=2**-53)


# All elements against exact matrices


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float32, torch.float64])
@pytest.mark.parametrize("element_order", ["lexicographic", "sympy"])
@pytest.mark.parametrize("n", range(5))
def test_every_matrix_is_within_the_bound(n, element_order, dtype):
    group = SymmetricGroup(n, element_order)
    for irrep in group.irreps.values():
        tensor = irrep.tensor(dtype)
        assert tensor.shape == (group.order, irrep.dim, irrep.dim)
        allowed = error_bound(irrep.label, dtype) * sqrt(irrep.dim)
        for i in range(group.order):
            exact = as_fractions(irrep.matrix(group.permutation(i)))
            assert frobenius_error(tensor[i], exact) <= allowed


@pytest.mark.parametrize("n", [5, 6])
def test_a_sample_of_larger_groups_is_within_the_bound(n):
    group = SymmetricGroup(n)
    sample = torch.randperm(group.order, generator=torch.Generator().manual_seed(7))[:4].tolist()
    for irrep in group.irreps.values():
        tensor = irrep.tensor(torch.float64)
        allowed = error_bound(irrep.label, torch.float64) * sqrt(irrep.dim)
        for i in [*sample, group.order - 1]:
            exact = as_fractions(irrep.matrix(group.permutation(i)))
            assert frobenius_error(tensor[i], exact) <= allowed


@pytest.mark.parametrize("form", ["seminormal", "specht"])
@pytest.mark.parametrize("element_order", ["lexicographic", "sympy"])
def test_the_other_forms_agree_with_their_exact_matrices(form, element_order):
    group = SymmetricGroup(4, element_order)
    for label in group.irreps:
        irrep = group.irrep(label, form)
        tensor = irrep.tensor(torch.float64)
        for i in range(group.order):
            exact = as_fractions(irrep.matrix(group.permutation(i)))
            tolerance = 0 if form == "specht" else 1e-14
            assert frobenius_error(tensor[i], exact) <= tolerance


def test_bounds_are_those_of_the_roundings():
    unit = 2**-53
    for shape in ((), (1,)):
        assert error_bound(Partition(*shape), torch.float64) == 0
    # One generator: three roundings on values that grow by sqrt(2).
    one = error_bound(Partition(2), torch.float64)
    assert one == pytest.approx(3 * sqrt(2) * unit, rel=1e-6, abs=0)
    # Generators 1 + 2 + 3 + 4 + 5 times for coset representatives; sums of one product are exact.
    assert error_bound(Partition(6), torch.float64) == pytest.approx(15 * one, rel=1e-6, abs=0)
    # In S_3 they are blocks of dimension 1, in S_4 of 2: two products, on rows of length sqrt(2).
    expected = 6 * one + 2 * unit * sqrt(2)
    assert error_bound(Partition(3, 1), torch.float64) == pytest.approx(expected, rel=1e-6, abs=0)
    assert error_bound(Partition(1), torch.float32) == 2**-24
    for dtype, cast in ((torch.float32, 2**-24), (torch.bfloat16, 2**-8)):
        assert error_bound(Partition(3, 2, 1), dtype) == pytest.approx(cast, rel=1e-5, abs=0)
    assert error_bound(Partition(4, 3, 2, 1), torch.float64) < 1e-9


@pytest.mark.parametrize("n", [3, 4, 5])
@pytest.mark.parametrize("element_order", ["lexicographic", "sympy"])
def test_tensors_multiply_as_the_group_does(n, element_order):
    group = SymmetricGroup(n, element_order)
    for irrep in group.irreps.values():
        matrices = irrep.tensor(torch.float64)
        products = torch.einsum("xij,yjk->xyik", matrices, matrices)
        torch.testing.assert_close(
            products, matrices[torch.tensor(group.cayley_table)], rtol=0, atol=1e-13
        )


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_three_cycle_of_s_3_by_hand(dtype):
    group = SymmetricGroup(3)
    matrix = group.irrep("standard").tensor(dtype)[group.index([1, 2, 0])]
    root = sqrt(3) / 2
    expected = torch.tensor([[-0.5, -root], [root, -0.5]], dtype=dtype)
    torch.testing.assert_close(matrix, expected)


def test_float32_is_rounded_once_from_float64():
    irrep = SymmetricGroup(5).irrep((3, 1, 1))
    assert torch.equal(irrep.tensor(torch.float32), irrep.tensor(torch.float64).float())


def test_traces_are_the_characters():
    group = SymmetricGroup(6)
    table = group.character_table()
    for label, irrep in group.irreps.items():
        traces = irrep.tensor(torch.float64).diagonal(dim1=1, dim2=2).sum(-1)
        expected = torch.tensor(table.row(label), dtype=torch.float64)[torch.tensor(group.class_of)]
        torch.testing.assert_close(traces, expected, rtol=0, atol=1e-13)


# What is not to happen


def test_every_call_makes_a_new_tensor():
    arguments = (Partition(2, 1), "orthogonal", None, torch.float64, CPU)
    irrep_tensor(*arguments).zero_()
    assert torch.equal(irrep_tensor(*arguments)[0], torch.eye(2, dtype=torch.float64))


def test_index_tensors_do_not_share_memory_with_their_source():
    for dtype in (np.int8, np.int64):
        source = np.arange(4, dtype=dtype)
        tensor = index_tensor(source)
        source[0] = 9
        assert tensor.tolist() == [0, 1, 2, 3]
        assert tensor.dtype == torch.int64


@pytest.mark.parametrize("dtype", [torch.int64, torch.bool, torch.complex64])
def test_dtypes_that_are_not_floating_are_named(dtype):
    with pytest.raises(TypeError, match=rf"floating-point dtype such as .*, got {dtype}"):
        irrep_tensor(Partition(2, 1), "orthogonal", None, dtype, CPU)


@pytest.mark.parametrize(
    ("dtype", "form", "needed"),
    [
        # 12! * 11^2 entries, and a twelfth of them in float64
        (torch.float64, "orthogonal", "467.8 GiB"),
        (torch.float32, "seminormal", "251.9 GiB"),
        # and all of them in float64
        (torch.float32, "specht", "647.7 GiB"),
    ],
)
@pytest.mark.parametrize("element_order", ["lexicographic", "sympy"])
def test_tensors_beyond_memory_are_refused_before_they_are_made(
    monkeypatch, dtype, form, needed, element_order
):
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=2**33))
    for work in ("generator_floats", "coset_representatives", "coset_ranks"):
        monkeypatch.setattr(young_tensors, work, lambda *_: pytest.fail("computed"))
    monkeypatch.setattr(permutations, "elements", lambda *_: pytest.fail("computed"))
    irrep = SymmetricGroup(12, element_order).irrep("standard", form)
    with pytest.raises(MemoryError, match=rf"irrep \(11,1\) of S_12 .*: {needed} needed, 8\.0 GiB"):
        irrep.tensor(dtype)


@pytest.mark.parametrize("device", ["nonsense", "cuda:99", "xpu"])
def test_devices_that_do_not_exist_are_named(device):
    with pytest.raises(ValueError, match=f"no device '{device}' on this machine: "):
        SymmetricGroup(3).irrep("standard").tensor(device=device)
    with pytest.raises(ValueError, match=f"no device '{device}' on this machine: "):
        SymmetricGroup(3).irrep("standard").tensor_at([[0, 1, 2]], device=device)
    with pytest.raises(ValueError, match=f"no device '{device}' on this machine: "):
        SymmetricGroup(3).fourier_plan(torch.float32, device)


# Larger groups: pieces, and every level of the chain


def test_pieces_fit_together(monkeypatch):
    whole = irrep_tensor(Partition(4, 2, 1), "orthogonal", None, torch.float64, CPU)
    monkeypatch.setattr(young_tensors, "CHUNK_BYTES", 8 * 16 * 7 * 35 * 50)
    pieces = irrep_tensor(Partition(4, 2, 1), "orthogonal", None, torch.float64, CPU)
    torch.testing.assert_close(pieces, whole, rtol=0, atol=1e-15)


@pytest.mark.parametrize("form", ["orthogonal", "seminormal"])
@pytest.mark.parametrize(
    "shape",
    sample([(5, 2), (4, 2, 1), (2, 2, 1, 1, 1), (3, 1, 1, 1, 1)], lambda shape: shape == (5, 2)),
    ids=str,
)
def test_tensors_of_s_7_are_products_of_generators(shape, form):
    """Beyond the irreps that are kept, with blocks of several sizes."""
    group = SymmetricGroup(7)
    irrep = group.irrep(shape, form)
    matrices = irrep.tensor(torch.float64)
    generators = torch.from_numpy(generator_floats(irrep.label, form))
    indices = torch.arange(0, 5040, 11)
    for i, generator in enumerate(generators):
        swapped = torch.tensor(group.elements[indices])
        before = swapped.clone()
        swapped[before == i], swapped[before == i + 1] = i + 1, i
        after = matrices[[group.index(p) for p in swapped.tolist()]]
        torch.testing.assert_close(after, matrices[indices] @ generator, rtol=0, atol=1e-12)


def test_coset_representatives_by_hand():
    # t_2 is the identity, t_1 = s_1 and t_0 = s_1 s_0, that sends 0, 1, 2 to 1, 2, 0.
    columns = coset_representatives(Partition(2, 1), "orthogonal")
    irrep = SymmetricGroup(3).irrep("standard")
    for j, p in enumerate(([1, 2, 0], [0, 2, 1], [0, 1, 2])):
        exact = torch.tensor(np.array(irrep.matrix(p).evalf(20).tolist(), dtype=float))
        torch.testing.assert_close(columns[j].T, exact)


# Some elements alone


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("n", range(1, 6))
def test_some_elements_are_those_of_the_whole_tensor(n, form):
    group = SymmetricGroup(n, "sympy")
    order = torch.randperm(group.order, generator=torch.Generator().manual_seed(n))[:30]
    for label in group.irreps:
        irrep = group.irrep(label, form)
        some = irrep.tensor_at(group.elements[order], torch.float64)
        torch.testing.assert_close(some, irrep.tensor(torch.float64)[order], rtol=0, atol=1e-13)


def test_some_elements_of_a_group_too_large_to_list():
    irrep = SymmetricGroup(14).irrep("standard")
    p = [*range(1, 14), 0]
    q = [1, 0, *range(2, 14)]
    product = [q[i] for i in p]
    a, b, c = irrep.tensor_at([p, Permutation(q), product], torch.float64)
    torch.testing.assert_close(a @ b, c, rtol=0, atol=1e-12)
    for matrix, permutation in ((a, p), (b, q), (c, product)):
        exact = as_fractions(irrep.matrix(permutation))
        allowed = error_bound(irrep.label, torch.float64) * sqrt(irrep.dim)
        assert frobenius_error(matrix, exact) <= allowed
    assert irrep.tensor_at([p]).dtype == torch.float32


def test_some_elements_may_be_none():
    irrep = SymmetricGroup(4).irrep((2, 2))
    assert irrep.tensor_at([]).shape == (0, 2, 2)
    assert SymmetricGroup(0).irrep(()).tensor_at([[]]).tolist() == [[[1.0]]]


def test_some_elements_are_checked(monkeypatch):
    irrep = SymmetricGroup(4).irrep((2, 2))
    with pytest.raises(ValueError, match=r"\[0, 0, 1, 2\] is not a permutation"):
        irrep.tensor_at([[0, 1, 2, 3], [0, 0, 1, 2]])
    with pytest.raises(ValueError, match="permutation of 3 points, expected 4"):
        irrep.tensor_at(torch.tensor([[0, 1, 2]]))
    with pytest.raises(TypeError, match=r"floating-point dtype such as .*, got torch\.int64"):
        irrep.tensor_at([[0, 1, 2, 3]], torch.int64)
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=2**20))
    large = SymmetricGroup(10).irrep((4, 3, 2, 1))
    with pytest.raises(MemoryError, match=r"irrep \(4,3,2,1\) at 3 elements: .* fewer elements"):
        large.tensor_at([range(10)] * 3)


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
def test_tensors_and_transforms_on_a_gpu():
    group = SymmetricGroup(4)
    irrep = group.irrep("standard")
    on_gpu = irrep.tensor(torch.float64, "cuda")
    assert on_gpu.is_cuda
    assert torch.equal(on_gpu.cpu(), irrep.tensor(torch.float64))
    f = torch.eye(24, dtype=torch.float64, device="cuda")
    back = inverse_fourier_transform(fourier_transform(f, group), group)
    torch.testing.assert_close(back, f)
