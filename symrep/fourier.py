"""The Fourier transform on a group, convolution, power spectrum and isotypic projection.

With the orthogonal irreps rho_lambda over the reals, of dimension d and commutant dimension c (1
for S_n):

    f^(lambda) = sum over g of f(g) rho_lambda(g)
    f(g) = (1/|G|) sum over lambda of (d/c) tr(rho_lambda(g)^T f^(lambda))
    sum over g of |f(g)|^2 = (1/|G|) sum over lambda of (d/c) ||f^(lambda)||_F^2

A tensor (|G|, *batch) is a batch of functions on the group. Functions are linear or
quadratic in it, accept float32, float64, complex64 and complex128, keep the dtype and device, and
are differentiable. On S_n the transform is fast, see `symrep.representations.clausen`; on other
groups it is one product with all matrix coefficients. Its tables are computed at the first call
for a dtype and device and kept by the group: (n+1)! entries for S_n, at most 4 |G|^2 otherwise. A
transform needs about four times the memory of the batch.

Source: Diaconis, *Group Representations in Probability and Statistics* (1988), chapter 2; here
f^ is his sum over g of f(g) rho(g).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import prod
from typing import Any

import numpy as np
import torch
from einops import einsum
from torch import Tensor
from torch.utils._pytree import MappingKey, register_pytree_node

from symrep._support.memory import require_memory
from symrep.characters.labels import ByIrrep, by_label
from symrep.groups.base import AnyGroup

FourierCoefficients = ByIrrep[Any, Tensor]


def fourier_transform(f: Tensor, group: AnyGroup) -> FourierCoefficients:
    """Return {lambda: sum over g of f(g) rho_lambda(g)}, each (d, d, *batch), f (|G|, *batch).

    Raises:
        ValueError: the first axis of f is not |G|.
        TypeError: f is not a floating-point or complex tensor.
        MemoryError: the tables or the batch cannot fit.
    """
    _require_signal(f, group)
    plan = group.fourier_plan(f.dtype.to_real(), f.device)
    _require_room(prod(f.shape[1:]), f, group)
    coefficients = plan.forward(_real_columns(f, 1))
    restored = {
        label: _restored(c, (*c.shape[:2], *f.shape[1:]), f.dtype)
        for label, c in coefficients.items()
    }
    return by_label(group.labels, restored)


def inverse_fourier_transform(coefficients: Mapping[Any, Tensor], group: AnyGroup) -> Tensor:
    """Return the f, (|G|, *batch), whose Fourier transform has the given coefficients.

    Raises:
        ValueError: an irrep is missing or foreign, or the shapes are not (d, d, *batch).
        TypeError: the coefficients are not floating-point or complex tensors, or differ in dtype.
        MemoryError: the tables or the batch cannot fit.
    """
    coefficients = _require_coefficients(coefficients, group)
    first = coefficients["trivial"]
    plan = group.fourier_plan(first.dtype.to_real(), first.device)
    batch = first.shape[2:]
    _require_room(prod(batch), first, group)
    scaled = {
        label: _real_columns(coefficients[label], 2) * _weight(group, label)
        for label in plan.dimensions
    }
    return _restored(plan.adjoint(scaled), (group.order, *batch), first.dtype)


def convolution(f: Tensor, h: Tensor, group: AnyGroup) -> Tensor:
    """Return (f * h)(z) = sum over x y = z of f(x) h(y), for f and h (|G|, *batch), broadcast.

    The transform is the product in the same order: (f * h)^ = f^ h^.

    Raises:
        ValueError: the first axis of f or h is not |G|, or the batches do not broadcast.
        TypeError: f or h is not a floating-point or complex tensor, or their dtypes differ.
    """
    _require_signal(f, group)
    _require_signal(h, group, "h")
    if f.dtype != h.dtype:
        raise TypeError(f"f and h must have one dtype, got {f.dtype} and {h.dtype}")
    batches = tuple(f.shape[1:]), tuple(h.shape[1:])
    try:
        np.broadcast_shapes(*batches)
    except ValueError:
        raise ValueError(f"the batches {batches[0]} and {batches[1]} do not broadcast") from None
    left, right = fourier_transform(f, group), fourier_transform(h, group)
    products = {
        label: einsum(c, right[label], "i j ..., j k ... -> i k ...") for label, c in left.items()
    }
    return inverse_fourier_transform(by_label(group.labels, products), group)


def power_spectrum(f: Tensor, group: AnyGroup) -> FourierCoefficients:
    """Return {lambda: (d/(c |G|)) ||f^(lambda)||_F^2}, each (*batch), for f (|G|, *batch).

    These are the squared norms of the isotypic projections, with the squared norm of f as sum.

    Raises:
        ValueError: the first axis of f is not |G|.
        TypeError: f is not a floating-point or complex tensor.
    """
    powers = {
        label: c.abs().square().sum((0, 1)) * _weight(group, label)
        for label, c in fourier_transform(f, group).items()
    }
    return by_label(group.labels, powers)


def isotypic_projection(f: Tensor, group: AnyGroup, label: object) -> Tensor:
    """Return the projection of f, (|G|, *batch), on the matrix coefficients of an irrep.

    (P f)(x) = (d/(c |G|)) sum over y of chi(x^-1 y) f(y), an orthogonal projection: the inverse
    transform of the coefficient of the irrep alone. The projections of all irreps sum to f.

    Raises:
        ValueError: the first axis of f is not |G|, or the group has no such irrep.
        TypeError: f is not a floating-point or complex tensor.
    """
    kept = group.parse_label(label)
    coefficients = fourier_transform(f, group)
    parts = {
        other: c if other == kept else torch.zeros_like(c) for other, c in coefficients.items()
    }
    return inverse_fourier_transform(by_label(group.labels, parts), group)


def _weight(group: AnyGroup, label: Any) -> float:
    """Return (d/c)/|G| for an irrep of dimension d and commutant dimension c."""
    irrep = group.irreps[label]
    return float(irrep.dim / (irrep.commutant_dim * group.order))


def _real_columns(values: Tensor, axes: int) -> Tensor:
    """Return the values with the batch as one real axis, complex numbers as pairs."""
    if values.is_complex():
        values = torch.view_as_real(values.resolve_conj())
    return values.reshape(*values.shape[:axes], prod(values.shape[axes:]))


def _restored(columns: Tensor, shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    """Undo `_real_columns`."""
    if dtype.is_complex:
        return torch.view_as_complex(columns.reshape(*shape, 2))
    return columns.reshape(shape)


def _require_room(functions: int, like: Tensor, group: AnyGroup) -> None:
    require_memory(
        4 * functions * group.order * like.element_size(),
        f"a Fourier transform of {functions} functions on {group}",
        "transform fewer functions at a time",
    )


def _require_signal(f: Tensor, group: AnyGroup, name: str = "f") -> None:
    _require_transformable(f, name)
    if f.ndim == 0 or len(f) != group.order:
        raise ValueError(
            f"{name} has shape {tuple(f.shape)}; its first axis must have "
            f"the {group.order} elements of {group}"
        )


def _require_coefficients(
    coefficients: Mapping[Any, Tensor], group: AnyGroup
) -> FourierCoefficients:
    if not isinstance(coefficients, ByIrrep):
        for label in coefficients:
            if label not in group.labels:
                raise ValueError(f"{group} has no irrep {label}, but coefficients of it were given")
        coefficients = ByIrrep(group.labels, coefficients)
    first_label = group.parse_label("trivial")
    for label, irrep in group.irreps.items():
        if label not in coefficients:
            raise ValueError(f"{group}: coefficients of the irrep {label} are missing")
        coefficient, first = coefficients[label], coefficients[first_label]
        _require_transformable(coefficient, f"the coefficient of {label}")
        shape, expected = coefficient.shape, (irrep.dim, irrep.dim, *first.shape[2:])
        if shape != expected:
            raise ValueError(
                f"the coefficient of {label} has shape {tuple(shape)}, expected {expected}"
            )
        kind, expected_kind = _kind(coefficient), _kind(first)
        if kind != expected_kind:
            raise TypeError(
                f"the coefficient of {label} is {kind}, that of {first_label} {expected_kind}"
            )
    if len(coefficients) > len(group.irreps):
        raise ValueError(f"{group} has {len(group.irreps)} irreps, got {len(coefficients)}")
    return coefficients


def _kind(tensor: Tensor) -> str:
    return f"{tensor.dtype} on {tensor.device}"


def _require_transformable(tensor: Tensor, name: str) -> None:
    if not isinstance(tensor, Tensor) or tensor.dtype not in _DTYPES:
        kind = (
            f"{tensor.dtype}; convert it, as .double() does"
            if isinstance(tensor, Tensor)
            else type(tensor).__name__
        )
        raise TypeError(
            f"{name} must be a tensor of dtype {', '.join(str(dtype) for dtype in _DTYPES)}; "
            f"got {kind}"
        )


_DTYPES = (torch.float32, torch.float64, torch.complex64, torch.complex128)


def _flatten(values: ByIrrep[Any, Any]) -> tuple[list[Any], tuple[Any, ...]]:
    return list(values.values()), (values.labels, tuple(values))


def _flatten_with_keys(
    values: ByIrrep[Any, Any],
) -> tuple[list[tuple[Any, Any]], tuple[Any, ...]]:
    leaves, structure = _flatten(values)
    return list(zip(map(MappingKey, values), leaves, strict=True)), structure


def _unflatten(values: Iterable[Any], structure: tuple[Any, ...]) -> ByIrrep[Any, Any]:
    labels, names = structure
    return by_label(labels, dict(zip(names, values, strict=True)))


register_pytree_node(
    ByIrrep,
    _flatten,
    _unflatten,
    serialized_type_name="symrep.ByIrrep",
    flatten_with_keys_fn=_flatten_with_keys,
)
