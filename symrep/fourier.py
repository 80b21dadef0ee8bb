"""The Fourier transform on a group, and projections onto isotypic components.

With the irreps rho_lambda in orthogonal form, of dimension d:

    f^(lambda) = sum over g of f(g) rho_lambda(g)
    f(g) = (1/|G|) sum over lambda of d tr(rho_lambda(g)^T f^(lambda))
    sum over g of |f(g)|^2 = (1/|G|) sum over lambda of d ||f^(lambda)||_F^2

A tensor (|G|, *batch) is a batch of functions on the group. The transforms are linear, accept
float32, float64, complex64 and complex128, keep the dtype and device, and are differentiable.

Source: Diaconis, *Group Representations in Probability and Statistics* (1988), chapter 2; here
f^ is his sum over g of f(g) rho(g).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce

import torch
from einops import einsum
from torch import Tensor

from symrep.groups import IrrepLabel, SymmetricGroup
from symrep.irreps import Irrep
from symrep.partitions import Partition

FourierCoefficients = dict[Partition, Tensor]


def fourier_transform(f: Tensor, group: SymmetricGroup) -> FourierCoefficients:
    """{lambda: sum over g of f(g) rho_lambda(g)}, each (d, d, *batch), for f (|G|, *batch).

    Cost: |G|^2 products for one function. The irreps are converted once and stay in memory
    with the group.

    Raises:
        ValueError: the first axis of f is not |G|.
        TypeError: f is not a floating-point or complex tensor.
        MemoryError: the irreps cannot fit.
    """
    _require_signal(f, group)
    return {
        label: einsum(_matrices(irrep, f), f, "g i j, g ... -> i j ...")
        for label, irrep in group.irreps.items()
    }


def inverse_fourier_transform(
    coefficients: Mapping[Partition, Tensor], group: SymmetricGroup
) -> Tensor:
    """The f, (|G|, *batch), with `fourier_transform(f, group)` equal to the coefficients.

    Raises:
        ValueError: an irrep is missing or foreign, or a shape is not (d, d, *batch).
        TypeError: the coefficients are not floating-point or complex tensors.
    """
    _require_coefficients(coefficients, group)
    parts = (
        einsum(
            _matrices(irrep, coefficients[label]),
            coefficients[label] * (irrep.dim / group.order),
            "g i j, i j ... -> g ...",
        )
        for label, irrep in group.irreps.items()
    )
    return reduce(torch.add, parts)


def isotypic_projection(f: Tensor, group: SymmetricGroup, label: IrrepLabel) -> Tensor:
    """The part of f, (|G|, *batch), in the span of the matrix entries of one irrep.

    (P f)(x) = (d/|G|) sum over y of chi(x^-1 y) f(y): an orthogonal projection that needs the
    character alone. The projections of all irreps sum to f.

    Raises:
        ValueError: the first axis of f is not |G|, or the group has no such irrep.
        TypeError: f is not a floating-point or complex tensor.
    """
    _require_signal(f, group)
    return next(_projections(f, group, [group.parse_label(label)]))


def isotypic_energies(f: Tensor, group: SymmetricGroup) -> dict[Partition, Tensor]:
    """{lambda: squared norm of the projection of f}, each (*batch), for f (|G|, *batch).

    They sum to the squared norm of f over the group, and equal (d/|G|) ||f^(lambda)||_F^2.
    Cost: |G|^2 products a function and irrep.

    Raises:
        ValueError: the first axis of f is not |G|.
        TypeError: f is not a floating-point or complex tensor.
    """
    _require_signal(f, group)
    labels = list(group.irreps)
    parts = _projections(f, group, labels)
    return {label: part.abs().square().sum(0) for label, part in zip(labels, parts, strict=True)}


def _matrices(irrep: Irrep, like: Tensor) -> Tensor:
    """rho(g), (|G|, d, d), in the dtype and on the device of `like`."""
    return irrep.tensor(like.dtype.to_real(), like.device).to(like.dtype)


def _projections(f: Tensor, group: SymmetricGroup, labels: Sequence[Partition]) -> Iterator[Tensor]:
    table = group.character_table()
    # [x, y] = class of x^-1 y
    classes = group.class_of[group.cayley_table[group.inverse_indices]].to(f.device)
    for label in labels:
        values = torch.tensor(table.row(label), dtype=f.dtype, device=f.device)
        kernel = values[classes] * (label.dimension / group.order)
        yield einsum(kernel, f, "x y, y ... -> x ...")


def _require_signal(f: Tensor, group: SymmetricGroup) -> None:
    _require_transformable(f, "f")
    if f.ndim == 0 or len(f) != group.order:
        raise ValueError(
            f"f has shape {tuple(f.shape)}; its first axis must run over "
            f"the {group.order} elements of {group}"
        )


def _require_coefficients(coefficients: Mapping[Partition, Tensor], group: SymmetricGroup) -> None:
    labels = set(group.irreps)
    for label in labels ^ set(coefficients):
        state = "are missing" if label in labels else "were given, which it does not have"
        raise ValueError(f"{group}: coefficients of the irrep {label} {state}")
    for label, block in coefficients.items():
        _require_transformable(block, f"the coefficient of {label}")
    batch = coefficients[next(iter(group.irreps))].shape[2:]
    for label, block in coefficients.items():
        d = group.irreps[label].dim
        if block.shape != (d, d, *batch):
            raise ValueError(
                f"the coefficient of {label} has shape {tuple(block.shape)}, "
                f"expected {(d, d, *batch)}"
            )


def _require_transformable(tensor: Tensor, name: str) -> None:
    if not isinstance(tensor, Tensor) or tensor.dtype not in _DTYPES:
        kind = tensor.dtype if isinstance(tensor, Tensor) else type(tensor).__name__
        raise TypeError(
            f"{name} must be a tensor of dtype {', '.join(str(dtype) for dtype in _DTYPES)}; "
            f"got {kind}"
        )


_DTYPES = (torch.float32, torch.float64, torch.complex64, torch.complex128)
