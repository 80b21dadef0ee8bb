from types import SimpleNamespace

import pytest
import torch

from symrep import SymmetricGroup, fourier_transform, inverse_fourier_transform
from symrep.combinatorics import permutations
from symrep.representations import clausen
from symrep.representations.clausen import coset_order, fourier_plan

CPU = torch.device("cpu")


def random(*shape, seed=0, dtype=torch.float64):
    return torch.randn(shape, dtype=dtype, generator=torch.Generator().manual_seed(seed))


def test_the_order_of_cosets_of_s_3_by_hand():
    # By the last image, then by the order of the other two: 210 120, 201 021, 102 012
    assert coset_order(3).tolist() == [5, 3, 4, 1, 2, 0]


@pytest.mark.parametrize("base", [0, 1, 2, 4, 5])
@pytest.mark.parametrize("n", range(7))
def test_the_fast_transform_is_the_direct_sum_for_every_irrep(n, base, monkeypatch):
    monkeypatch.setattr(clausen, "LARGEST_BASE", base)
    group = SymmetricGroup(n, "sympy")
    plan = group.fourier_plan(torch.float64)
    assert len(plan.levels) == max(0, n - base)
    f = random(group.order, 2)
    coefficients = plan.forward(f)
    assert list(coefficients) == list(group.irreps)
    for label, irrep in group.irreps.items():
        direct = torch.einsum("gij,gb->ijb", irrep.tensor(torch.float64), f)
        torch.testing.assert_close(coefficients[label], direct, rtol=0, atol=1e-11)


@pytest.mark.parametrize("base", [1, 3, 5])
@pytest.mark.parametrize("n", [4, 6])
def test_the_adjoint_is_the_transpose(n, base, monkeypatch):
    monkeypatch.setattr(clausen, "LARGEST_BASE", base)
    plan = fourier_plan(n, None, torch.float64, CPU)
    f = random(len(plan.order), 3)
    c = {label: random(d, d, 3, seed=d) for label, d in plan.dimensions.items()}
    forward = sum((plan.forward(f)[label] * c[label]).sum((0, 1)) for label in c)
    torch.testing.assert_close((f * plan.adjoint(c)).sum(0), forward, rtol=1e-12, atol=0)


@pytest.mark.parametrize("n", [6, 7])
def test_gradients_pass_through_every_level(n):
    group = SymmetricGroup(n)
    f = random(group.order).requires_grad_()
    weights = {label: random(d, d) for label, d in group.fourier_plan(f.dtype).dimensions.items()}
    sum((c * weights[label]).sum() for label, c in fourier_transform(f, group).items()).backward()
    step = random(group.order, seed=1)
    # The transform is linear, so that the gradient gives the change exactly.
    change = sum((c * weights[label]).sum() for label, c in fourier_transform(step, group).items())
    torch.testing.assert_close(f.grad @ step, change, rtol=1e-11, atol=0)

    blocks = {label: c.requires_grad_() for label, c in weights.items()}
    inverse_fourier_transform(blocks, group).square().sum().backward()
    for label, block in blocks.items():
        # By Plancherel the square is (1/|G|) sum of d ||c||^2.
        expected = 2 * label.dimension / group.order * block.detach()
        torch.testing.assert_close(block.grad, expected, rtol=0, atol=1e-13)


@pytest.mark.parametrize(("n", "dtype"), [(8, torch.float32), (9, torch.float64)])
def test_large_groups(n, dtype):
    group = SymmetricGroup(n)
    f = random(group.order, dtype=dtype)
    coefficients = fourier_transform(f, group)
    back = inverse_fourier_transform(coefficients, group)
    allowed = 1e-13 if dtype == torch.float64 else 1e-6
    assert (back - f).norm() < allowed * f.norm()
    power = sum(label.dimension * c.square().sum() for label, c in coefficients.items())
    torch.testing.assert_close(power / group.order, f.square().sum())
    torch.testing.assert_close(coefficients[(n,)], f.sum().view(1, 1), rtol=1e-4, atol=1e-4)


def test_a_delta_on_s_9_transforms_to_its_matrices():
    group = SymmetricGroup(9)
    p = [3, 8, 0, 6, 1, 7, 2, 5, 4]
    f = torch.zeros(group.order, dtype=torch.float64)
    f[group.index(p)] = 1
    for label, coefficient in fourier_transform(f, group).items():
        (matrix,) = group.irrep(label).tensor_at([p], torch.float64)
        torch.testing.assert_close(coefficient, matrix, rtol=0, atol=1e-12)


@pytest.mark.parametrize("batch", [(), (1,), (0,), (2, 0), (3, 2)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.complex128], ids=str)
def test_batches_beyond_the_base(batch, dtype):
    group = SymmetricGroup(6)
    f = random(group.order, *batch, dtype=dtype)
    coefficients = fourier_transform(f, group)
    assert coefficients[3, 2, 1].shape == (16, 16, *batch)
    assert all(c.is_contiguous() for c in coefficients.values())
    torch.testing.assert_close(inverse_fourier_transform(coefficients, group), f)
    direct = torch.einsum(
        "gij,g...->ij...", group.irrep((3, 2, 1)).tensor(dtype.to_real()).to(dtype), f
    )
    torch.testing.assert_close(coefficients[3, 2, 1], direct, rtol=1e-4, atol=1e-4)


def test_plans_are_built_once_for_a_dtype_and_device():
    group = SymmetricGroup(4)
    plan = group.fourier_plan(torch.float64)
    fourier_transform(random(24, dtype=torch.complex128), group)
    assert group.fourier_plan(torch.float64, "cpu") is plan
    assert group.fourier_plan(torch.float32) is not plan
    assert set(group._plans) == {(torch.float64, CPU), (torch.float32, CPU)}


@pytest.mark.parametrize("element_order", ["lexicographic", "sympy"])
def test_what_cannot_fit_is_refused_before_it_is_made(monkeypatch, element_order):
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=2**33))
    monkeypatch.setattr(clausen, "coset_order", lambda *_: pytest.fail("computed"))
    monkeypatch.setattr(permutations, "elements", lambda *_: pytest.fail("computed"))
    # 13! * 8 + 48 * 12! bytes
    with pytest.raises(MemoryError, match=r"transform on S_12: 67\.8 GiB needed, .*tensor_at"):
        SymmetricGroup(12, element_order).fourier_plan(torch.float64)
    monkeypatch.undo()
    group = SymmetricGroup(6)
    group.fourier_plan(torch.float32)
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=2**20))
    f = torch.zeros(1, 1).expand(720, 1000)
    with pytest.raises(MemoryError, match=r"1000 functions on S_6: 11\.0 MiB .*fewer functions"):
        fourier_transform(f, group)


def test_integer_dtypes_have_no_plan():
    with pytest.raises(TypeError, match=r"floating-point dtype such as .*, got torch\.int64"):
        SymmetricGroup(3).fourier_plan(torch.int64)
