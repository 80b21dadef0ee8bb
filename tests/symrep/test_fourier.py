from math import sqrt
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from symrep import (
    AlternatingGroup,
    CayleyTableGroup,
    SymmetricGroup,
    convolution,
    fourier_transform,
    inverse_fourier_transform,
    isotypic_projection,
    named_group,
    power_spectrum,
)
from symrep.representations import clausen

few = settings(deadline=None, max_examples=15, derandomize=True)


def all_groups():
    """Groups whose transforms are one product, and the same again, level by level."""
    for n in range(7):
        for order in ("lexicographic", "sympy"):
            yield SymmetricGroup(n, order)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clausen, "LARGEST_BASE", 1)
        for n in range(2, 6):
            group = SymmetricGroup(n, "sympy")
            for dtype in (torch.float32, torch.float64):
                group.fourier_plan(dtype)
            yield group


GROUPS = list(all_groups())
DTYPES = (torch.float32, torch.float64, torch.complex64, torch.complex128)
in_all_dtypes = pytest.mark.parametrize("dtype", DTYPES, ids=str)
groups = st.sampled_from(GROUPS)
seeds = st.integers(0, 2**31)
batches = st.lists(st.integers(0, 3), max_size=2).map(tuple)


@pytest.fixture
def s_3():
    return SymmetricGroup(3)


@pytest.fixture
def s_4():
    return SymmetricGroup(4)


def signal(group, *batch, dtype=torch.float64, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(group.order, *batch, dtype=dtype, generator=generator)


def close(actual, expected):
    """Both real or both complex, and equal to about a thousand roundings."""
    scale = max(1.0, float(expected.abs().amax()) if expected.numel() else 0.0)
    tolerance = 1000 * torch.finfo(expected.dtype).eps * scale
    torch.testing.assert_close(actual, expected, rtol=0, atol=tolerance)


# By hand


@in_all_dtypes
def test_a_delta_at_a_three_cycle_transforms_to_its_matrix(s_3, dtype):
    f = torch.zeros(6, dtype=dtype)
    f[s_3.index([1, 2, 0])] = 1
    coefficients = fourier_transform(f, s_3)
    root = sqrt(3) / 2
    assert set(coefficients) == {(3,), (2, 1), (1, 1, 1)}
    close(coefficients[3,], torch.tensor([[1]], dtype=dtype))
    close(coefficients[1, 1, 1], torch.tensor([[1]], dtype=dtype))
    close(coefficients[2, 1], torch.tensor([[-0.5, -root], [root, -0.5]], dtype=dtype))


def test_a_transposition_is_odd(s_3):
    f = torch.zeros(6, dtype=torch.float64)
    f[s_3.index([1, 0, 2])] = 1
    coefficients = fourier_transform(f, s_3)
    close(coefficients[1, 1, 1], torch.tensor([[-1.0]], dtype=torch.float64))
    close(coefficients[2, 1], torch.tensor([[1.0, 0], [0, -1]], dtype=torch.float64))


def test_a_constant_has_the_trivial_irrep_alone(s_4):
    coefficients = dict(fourier_transform(torch.ones(24, dtype=torch.float64), s_4))
    close(coefficients.pop((4,)), torch.tensor([[24.0]], dtype=torch.float64))
    for coefficient in coefficients.values():
        close(coefficient, torch.zeros_like(coefficient))


@pytest.mark.parametrize("n", [0, 1])
def test_groups_of_one_element(n):
    group = SymmetricGroup(n)
    f = torch.tensor([3.0])
    ((label, coefficient),) = fourier_transform(f, group).items()
    assert label == (1,) * n
    assert coefficient.tolist() == [[3.0]]
    assert inverse_fourier_transform({label: coefficient}, group).tolist() == [3.0]


# Laws, for groups, dtypes and batches of every kind


@few
@given(groups, batches, st.sampled_from(DTYPES), seeds)
def test_the_inverse_brings_back_the_function(group, batch, dtype, seed):
    f = signal(group, *batch, dtype=dtype, seed=seed)
    coefficients = fourier_transform(f, group)
    assert list(coefficients) == list(group.irreps)
    for label, coefficient in coefficients.items():
        d = group.irreps[label].dim
        assert coefficient.shape == (d, d, *batch)
        assert coefficient.dtype == dtype
    close(inverse_fourier_transform(coefficients, group), f)


@few
@given(groups, batches, st.sampled_from(DTYPES), seeds)
def test_plancherel(group, batch, dtype, seed):
    f = signal(group, *batch, dtype=dtype, seed=seed)
    total = sum(
        group.irreps[label].dim * coefficient.abs().square().sum((0, 1)) / group.order
        for label, coefficient in fourier_transform(f, group).items()
    )
    close(total, f.abs().square().sum(0))


@few
@given(groups, st.sampled_from(DTYPES), seeds)
def test_convolutions_transform_to_products_in_the_same_order(group, dtype, seed):
    f, g = signal(group, 2, dtype=dtype, seed=seed).unbind(1)
    # (f * g)(z) = sum of f(x) g(y) over x y = z
    convolved = torch.zeros_like(f)
    products = (f[:, None] * g[None]).flatten()
    convolved.index_add_(0, torch.tensor(group.cayley_table.flatten()), products)
    f_hat, g_hat = fourier_transform(f, group), fourier_transform(g, group)
    for label, coefficient in fourier_transform(convolved, group).items():
        close(coefficient, f_hat[label] @ g_hat[label])
    close(convolution(f, g, group), convolved)


def test_deltas_convolve_to_the_delta_at_their_product(s_3):
    p, q = [1, 2, 0], [1, 0, 2]
    deltas = torch.eye(6, dtype=torch.float64)
    # p first: 0 to 1 to 0, 1 to 2 to 2, 2 to 0 to 1
    expected = deltas[s_3.index([0, 2, 1])]
    close(convolution(deltas[s_3.index(p)], deltas[s_3.index(q)], s_3), expected)


def test_convolutions_of_batches_broadcast(s_4):
    f, g = signal(s_4, 3, 1), signal(s_4, 2, seed=1)
    product = convolution(f, g, s_4)
    assert product.shape == (24, 3, 2)
    close(product[:, 2, 1], convolution(f[:, 2, 0], g[:, 1], s_4))


def test_convolutions_of_what_does_not_fit_are_refused(s_3):
    with pytest.raises(ValueError, match=r"h has shape \(5,\); .* the 6 elements of S_3"):
        convolution(torch.ones(6), torch.ones(5), s_3)
    with pytest.raises(TypeError, match=r"one dtype, got torch\.float32 and torch\.float64"):
        convolution(torch.ones(6), torch.ones(6).double(), s_3)
    with pytest.raises(ValueError, match=r"batches \(2,\) and \(3,\) do not broadcast"):
        convolution(torch.ones(6, 2), torch.ones(6, 3), s_3)


@few
@given(groups, st.sampled_from(DTYPES), seeds)
def test_translations_transform_to_products_with_one_matrix(group, dtype, seed):
    f = signal(group, dtype=dtype, seed=seed)
    a = seed % group.order
    back = group.inverse_indices[a]
    from_left = f[torch.tensor(group.cayley_table[back])]
    from_right = f[torch.tensor(group.cayley_table[:, back])]
    f_hat = fourier_transform(f, group)
    left_hat = fourier_transform(from_left, group)
    right_hat = fourier_transform(from_right, group)
    for label, irrep in group.irreps.items():
        matrix = irrep.tensor(dtype.to_real())[a].to(dtype)
        close(left_hat[label], matrix @ f_hat[label])
        close(right_hat[label], f_hat[label] @ matrix)


@few
@given(groups, seeds)
def test_complex_functions_transform_by_real_and_imaginary_part(group, seed):
    f = signal(group, dtype=torch.complex128, seed=seed)
    real, imaginary = fourier_transform(f.real, group), fourier_transform(f.imag, group)
    for label, coefficient in fourier_transform(f, group).items():
        close(coefficient, torch.complex(real[label], imaginary[label]))


def test_lazily_conjugated_functions_are_conjugated(s_4):
    f = signal(s_4, 2, dtype=torch.complex128)
    assert f.conj().is_conj()
    conjugate = fourier_transform(f.conj(), s_4)
    for label, coefficient in fourier_transform(f, s_4).items():
        close(conjugate[label], coefficient.conj().resolve_conj())
    lazy = {label: c.conj() for label, c in fourier_transform(f, s_4).items()}
    close(inverse_fourier_transform(lazy, s_4), f.conj().resolve_conj())


@few
@given(groups, seeds)
def test_a_batch_is_its_functions_one_by_one(group, seed):
    f = signal(group, 2, 3, seed=seed)
    whole = fourier_transform(f, group)
    for a in range(2):
        for b in range(3):
            for label, coefficient in fourier_transform(f[:, a, b], group).items():
                close(whole[label][:, :, a, b], coefficient)


@pytest.mark.parametrize("batch", [(0,), (0, 3), (3, 0)])
def test_an_empty_batch_stays_empty(s_4, batch):
    coefficients = fourier_transform(torch.zeros(24, *batch), s_4)
    assert coefficients[2, 2].shape == (2, 2, *batch)
    assert inverse_fourier_transform(coefficients, s_4).shape == (24, *batch)
    assert isotypic_projection(torch.zeros(24, *batch), s_4, "standard").shape == (24, *batch)
    assert power_spectrum(torch.zeros(24, *batch), s_4)[2, 2].shape == batch


def test_strided_functions_are_read_right(s_4):
    f = signal(s_4, 6, 5).transpose(1, 2)[:, ::2, 1::2]
    assert not f.is_contiguous()
    dense = fourier_transform(f.contiguous(), s_4)
    for label, coefficient in fourier_transform(f, s_4).items():
        close(coefficient, dense[label])
    strided = {label: c.transpose(0, 1).contiguous().transpose(0, 1) for label, c in dense.items()}
    assert not strided[2, 2].is_contiguous()
    close(inverse_fourier_transform(strided, s_4), f.contiguous())


@pytest.mark.parametrize("dtype", [torch.float64, torch.complex128], ids=str)
def test_gradients(s_3, dtype):
    f = signal(s_3, 2, dtype=dtype).requires_grad_()
    assert torch.autograd.gradcheck(lambda f: tuple(fourier_transform(f, s_3).values()), f)
    assert torch.autograd.gradcheck(lambda f: isotypic_projection(f, s_3, "standard"), f)
    assert torch.autograd.gradcheck(lambda f: convolution(f, f.flip(0), s_3), f)
    assert torch.autograd.gradgradcheck(lambda f: power_spectrum(f, s_3)[2, 1], f)
    assert torch.autograd.gradcheck(lambda f: tuple(power_spectrum(f, s_3).values()), f)
    blocks = [c.detach().requires_grad_() for c in fourier_transform(f, s_3).values()]
    labels = list(s_3.irreps)
    assert torch.autograd.gradcheck(
        lambda *c: inverse_fourier_transform(dict(zip(labels, c, strict=True)), s_3), blocks
    )


def test_the_input_is_left_alone(s_3):
    f = signal(s_3, 2)
    before = f.clone()
    inverse_fourier_transform(fourier_transform(f, s_3), s_3)
    power_spectrum(f, s_3)
    assert torch.equal(f, before)


# Isotypic components


@few
@given(groups, batches, st.sampled_from(DTYPES), seeds)
def test_projections_are_the_transform_of_one_irrep(group, batch, dtype, seed):
    f = signal(group, *batch, dtype=dtype, seed=seed)
    coefficients = fourier_transform(f, group)
    energies = power_spectrum(f, group)
    total = torch.zeros_like(f)
    for label, irrep in group.irreps.items():
        alone = {
            other: coefficient if other == label else torch.zeros_like(coefficient)
            for other, coefficient in coefficients.items()
        }
        part = isotypic_projection(f, group, label)
        assert part.dtype == dtype
        close(part, inverse_fourier_transform(alone, group))
        close(isotypic_projection(part, group, label), part)
        close(energies[label], part.abs().square().sum(0))
        norm = coefficients[label].abs().square().sum((0, 1))
        close(energies[label], irrep.dim / group.order * norm)
        total = total + part
    close(total, f)


def test_projections_are_orthogonal(s_4):
    f, g = signal(s_4, 2).unbind(1)
    for a in s_4.irreps:
        for b in s_4.irreps:
            if a != b:
                product = isotypic_projection(f, s_4, a) @ isotypic_projection(g, s_4, b)
                assert abs(float(product)) < 1e-13


def test_irreps_may_be_named(s_4):
    f = signal(s_4)
    assert torch.equal(isotypic_projection(f, s_4, "standard"), isotypic_projection(f, s_4, (3, 1)))


# Bad input


@pytest.mark.parametrize(
    "transform",
    [fourier_transform, power_spectrum, lambda f, group: isotypic_projection(f, group, "sign")],
)
def test_functions_that_do_not_fit_are_named(s_3, transform):
    for f, shape in (
        (torch.ones(5), r"\(5,\)"),
        (torch.ones(7), r"\(7,\)"),
        (torch.ones(2, 6), r"\(2, 6\)"),
    ):
        with pytest.raises(ValueError, match=f"shape {shape}; .* the 6 elements of S_3"):
            transform(f, s_3)
    with pytest.raises(ValueError, match=r"shape \(\); its first axis must have"):
        transform(torch.tensor(1.0), s_3)
    with pytest.raises(
        TypeError, match=r"f must be a tensor of dtype .*got torch\.int64; .*double\(\)"
    ):
        transform(torch.ones(6, dtype=torch.int64), s_3)
    with pytest.raises(TypeError, match=r"f must be a tensor.*got list"):
        transform([1.0] * 6, s_3)


def test_an_irrep_that_the_group_lacks_has_no_projection(s_3):
    with pytest.raises(ValueError, match=r"\(2,2\) is a partition of 4"):
        isotypic_projection(torch.ones(6), s_3, (2, 2))


def test_coefficients_that_do_not_fit_are_named(s_3):
    good = fourier_transform(torch.ones(6, 2), s_3)
    with pytest.raises(ValueError, match=r"S_3: coefficients of the irrep \(2,1\) are missing"):
        inverse_fourier_transform({k: c for k, c in good.items() if k != (2, 1)}, s_3)
    with pytest.raises(ValueError, match=r"no irrep \(4,?\), but coefficients of it were given"):
        inverse_fourier_transform(dict(good) | {(4,): torch.ones(1, 1, 2)}, s_3)
    with pytest.raises(ValueError, match=r"\(2,1\) has shape \(2, 3, 2\), expected \(2, 2, 2\)"):
        inverse_fourier_transform(dict(good) | {(2, 1): torch.ones(2, 3, 2)}, s_3)
    with pytest.raises(ValueError, match=r"has shape \(2, 2\), expected \(2, 2, 2\)"):
        inverse_fourier_transform(dict(good) | {(2, 1): torch.ones(2, 2)}, s_3)
    with pytest.raises(ValueError, match=r"S_3: coefficients of the irrep \(.*\) are missing"):
        inverse_fourier_transform({}, s_3)
    with pytest.raises(TypeError, match=r"\(2,1\) is torch\.float64 .*, that of \(3\) .*32"):
        inverse_fourier_transform(dict(good) | {(2, 1): torch.ones(2, 2, 2).double()}, s_3)
    with pytest.raises(TypeError, match=r"coefficient of \(2,1\) must be a tensor.*got .*int64"):
        inverse_fourier_transform(dict(good) | {(2, 1): torch.ones(2, 2, 2).long()}, s_3)


@pytest.mark.parametrize("label", [(3,), (2, 1)])
def test_a_coefficient_that_is_no_tensor_is_named(s_3, label):
    good = fourier_transform(torch.ones(6), s_3)
    with pytest.raises(TypeError, match=r"the coefficient of .* must be a tensor.*got list"):
        inverse_fourier_transform(dict(good) | {label: [[1.0]]}, s_3)


# Modes of torch


def test_tables_made_in_inference_mode_serve_training_outside():
    group = SymmetricGroup(6)
    with torch.inference_mode():
        fourier_transform(torch.ones(720), group)
    f = torch.ones(720, requires_grad=True)
    fourier_transform(f[torch.tensor(group.inverse_indices)], group)[(6,)].sum().backward()
    assert torch.equal(f.grad, torch.ones(720))


def test_tables_made_inside_transforms_of_functions_serve_outside():
    f = torch.arange(720.0)
    expected = fourier_transform(f, SymmetricGroup(6))[5, 1]
    group = SymmetricGroup(6)
    jacobian = torch.func.jacrev(lambda h: fourier_transform(h, group)[5, 1])(f)
    torch.testing.assert_close(jacobian @ f, expected, rtol=1e-4, atol=1e-2)
    assert torch.equal(fourier_transform(f, group)[5, 1], expected)


def test_the_default_device_has_no_part_in_the_transform():
    f = torch.arange(720.0)
    expected = fourier_transform(f, SymmetricGroup(6))[5, 1]
    with torch.device("meta"):
        group = SymmetricGroup(6)
        assert torch.equal(fourier_transform(f, group)[5, 1], expected)
        assert type(group.elements) is type(group.class_of) is np.ndarray


# Irreps over the reals of complex and quaternionic type


def bare(name):
    return CayleyTableGroup(named_group(name).cayley_table)


OTHERS = [
    *map(named_group, ["C1", "C2", "C7", "D_4", "Q8", "Dic3", "C3 x S3", "SL(2,3)", "C3 x Q8"]),
    AlternatingGroup(4),
    AlternatingGroup(5),
    bare("Q8"),
    bare("C3 x S3"),
    named_group("Dic3").reordered([*range(5, 12), *range(5)]),
]
on_other_groups = pytest.mark.parametrize("group", OTHERS, ids=repr)


@on_other_groups
@in_all_dtypes
def test_round_trip_plancherel_and_convolution_of_every_type(group, dtype):
    f, h = signal(group, 2, dtype=dtype), signal(group, 2, dtype=dtype, seed=1)
    left, right = fourier_transform(f, group), fourier_transform(h, group)
    close(inverse_fourier_transform(left, group), f)
    total = torch.stack(list(power_spectrum(f, group).values())).sum(0)
    close(total, f.abs().square().sum(0))
    # sum of f(x) h(y) over xy = z, in this order.
    table = torch.tensor(group.cayley_table)
    expected = torch.zeros_like(f)
    expected.index_add_(0, table.flatten(), (f[:, None] * h).flatten(0, 1))
    found = convolution(f, h, group)
    close(found, expected)
    for label, c in fourier_transform(found, group).items():
        close(c, torch.einsum("ij...,jk...->ik...", left[label], right[label]))


@on_other_groups
def test_projectors_have_rank_d_squared_by_c_and_the_formula_of_the_character(group):
    identity = torch.eye(group.order, dtype=torch.float64)
    table = group.cayley_table[group.inverse_indices]  # [x, y] = x^-1 y
    total = torch.zeros_like(identity)
    for chi, (label, irrep) in zip(group.real_characters(), group.irreps.items(), strict=True):
        projector = isotypic_projection(identity, group, label)
        scale = irrep.dim / (irrep.commutant_dim * group.order)
        close(projector, scale * torch.tensor(chi[group.class_of[table]]))
        close(projector @ projector, projector)
        rank = int(torch.linalg.matrix_rank(projector, rtol=1e-9))
        assert rank == irrep.dim**2 // irrep.commutant_dim == round(float(projector.trace()))
        total += projector
    close(total, identity)


@on_other_groups
def test_a_random_function_has_the_chance_level_of_each_irrep(group):
    f = signal(group, 4000)
    for label, power in power_spectrum(f, group).items():
        irrep = group.irreps[label]
        share = float((power / f.square().sum(0)).mean())
        assert share == pytest.approx(irrep.dim**2 / (irrep.commutant_dim * group.order), rel=0.2)


def test_the_transform_of_the_quaternions_by_hand():
    group = named_group("Q8")
    f = torch.zeros(8, dtype=torch.float64)
    a, x = group.generators
    f[a], f[x] = 2, 3
    coefficients = fourier_transform(f, group)
    assert {k: c.shape for k, c in coefficients.items()} == dict.fromkeys(
        ["trivial", "sign", "parity", "parity_sign"], (1, 1)
    ) | {"freq_1": (4, 4)}
    values = {k: c.item() for k, c in coefficients.items() if k != "freq_1"}
    assert values == {"trivial": 5, "sign": 2 - 3, "parity": -2 + 3, "parity_sign": -2 - 3}
    # 2 i + 3 j, multiplied from the left.
    expected = [[0, -2, -3, 0], [2, 0, 0, 3], [3, 0, 0, -2], [0, -3, 2, 0]]
    close(coefficients["freq_1"], torch.tensor(expected, dtype=torch.float64))
    # 13 = (25 + 1 + 1 + 25 + 4 * 13)/8
    assert {k: round(float(p), 9) for k, p in power_spectrum(f, group).items()} == {
        "trivial": 25 / 8,
        "sign": 1 / 8,
        "parity": 1 / 8,
        "parity_sign": 25 / 8,
        "freq_1": 52 / 8,
    }


def test_a_frequency_of_a_cyclic_group_is_its_cosine_and_sine():
    group = named_group("C7")
    angles = 2 * torch.pi * torch.arange(7, dtype=torch.float64) / 7
    f = torch.stack([(2 * angles).cos(), (2 * angles).sin(), (3 * angles).cos()], 1)
    spectrum = power_spectrum(f, group)
    close(spectrum["freq_2"], torch.tensor([3.5, 3.5, 0], dtype=torch.float64))
    close(isotypic_projection(f, group, "freq_3")[:, 2], f[:, 2])


def test_transforms_on_other_groups_are_differentiable():
    group = named_group("SL(2,3)")
    f = signal(group, 1).requires_grad_()
    spectrum = power_spectrum(f, group)
    torch.stack(list(spectrum.values())).sum().backward()
    close(f.grad, 2 * f.detach())


def test_other_groups_name_what_is_wrong():
    group = named_group("Q8")
    f = signal(group)
    with pytest.raises(ValueError, match="first axis must have the 8 elements of Q_8"):
        fourier_transform(f[:7], group)
    with pytest.raises(ValueError, match="Q_8 has no irrep 'freq_2'; it has trivial, sign"):
        isotypic_projection(f, group, "freq_2")
    coefficients = fourier_transform(f, group)
    with pytest.raises(ValueError, match="Q_8: coefficients of the irrep freq_1 are missing"):
        inverse_fourier_transform({k: c for k, c in coefficients.items() if k != "freq_1"}, group)
    with pytest.raises(ValueError, match="has no irrep freq_9, but coefficients of it were given"):
        inverse_fourier_transform(dict(coefficients) | {"freq_9": f}, group)
    with pytest.raises(ValueError, match=r"of freq_1 has shape \(2, 2\), expected \(4, 4\)"):
        inverse_fourier_transform(dict(coefficients) | {"freq_1": torch.eye(2).double()}, group)


def test_entries_that_cannot_fit_are_refused(monkeypatch):
    group = named_group("SL(2,3)")
    count = sum(irrep.dim**2 for irrep in group.irreps.values())
    assert count == 1 + 4 + 9 + 16 + 16
    monkeypatch.setattr("symrep._support.memory.ALWAYS_FREE", 0)
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=1000))
    with pytest.raises(MemoryError, match="46 matrix coefficients of all irreps on 24 elements"):
        group.fourier_plan(torch.float64)
