"""Standard forms of complex and quaternionic type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Form(NamedTuple):
    """Matrices of an irrep over the reals in standard form, and its type."""

    matrices: NDArray[Any]
    type: int


def rotation(a: Any, b: Any) -> list[list[Any]]:
    """Left multiplication by a + b i in the basis 1, i."""
    return [[a, -b], [b, a]]


def quaternion(a: Any, b: Any, c: Any, d: Any) -> list[list[Any]]:
    """Left multiplication by a + b i + c j + d k in the basis 1, i, j, k."""
    return [[a, -b, -c, -d], [b, a, -d, c], [c, d, a, -b], [d, -c, b, a]]


def interleaved(rows: Sequence[Sequence[NDArray[Any]]]) -> NDArray[Any]:
    """The matrix of c x c blocks whose entries (u, v) are rows[u][v], each (..., m, m).

    Of `rotation` or `quaternion` it is the standard form of matrices of complex numbers or
    quaternions.
    """
    blocks = np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)
    *batch, m, _, c, _ = blocks.shape
    matrix: NDArray[Any] = np.swapaxes(blocks, -3, -2).reshape(*batch, m * c, m * c)
    return matrix


def tensor_product(left: Form, right: Form, conjugate: bool = False) -> Form:
    """The irrep of G x H over the reals in which the product of complex ones is, by its matrices.

    Args:
        left: matrices of G in standard form, (..., d, d), as floats or SymPy numbers.
        right: matrices of H; the batches broadcast.
        conjugate: whether to take conj(pi) on the right; only for complex type.
    """
    types = left.type, right.type
    if 1 in types:
        outer, inner = (left, right) if left.type == 1 else (right, left)
        return Form(_kronecker(outer.matrices, inner.matrices), inner.type)
    if types == (4, 4):
        return Form(_quaternionic_product(left.matrices, right.matrices), 1)
    a, b = _real_and_imaginary(left)
    c, d = _real_and_imaginary(right)
    d = -d if conjugate else d
    return Form(
        interleaved(
            rotation(_kronecker(a, c) - _kronecker(b, d), _kronecker(a, d) + _kronecker(b, c))
        ),
        2,
    )


def _kronecker(outer: NDArray[Any], inner: NDArray[Any]) -> NDArray[Any]:
    entries = outer[..., :, None, :, None] * inner[..., None, :, None, :]
    *batch, p, q, _, _ = entries.shape
    matrices: NDArray[Any] = entries.reshape(*batch, p * q, p * q)
    return matrices


def _real_and_imaginary(form: Form) -> tuple[NDArray[Any], NDArray[Any]]:
    """Pi = a + b i, of complex or quaternionic type: a + b i + c j + d k is z + w j."""
    columns = form.matrices[..., :: form.type]
    if form.type == 2:
        return columns[..., ::2, :], columns[..., 1::2, :]
    a, b, c, d = (columns[..., u::4, :] for u in range(4))
    return interleaved([[a, c], [-c, a]]), interleaved([[b, d], [d, -b]])


def _quaternionic_product(left: NDArray[Any], right: NDArray[Any]) -> NDArray[Any]:
    """X -> A X B^*: A multiplies from the left, and x -> x conj(q) is conj(q conj(x))."""
    m, k = left.shape[-1] // 4, right.shape[-1] // 4
    signs = np.array([1, -1, -1, -1])
    by_left = left.reshape(*left.shape[:-2], m, 4, m, 4)
    by_right = right.reshape(*right.shape[:-2], k, 4, k, 4)
    by_right = by_right * signs[:, None, None] * signs
    entries = np.einsum("...purw,...qwsv->...pqursv", by_left, by_right)
    matrices: NDArray[Any] = entries.reshape(*entries.shape[:-6], 4 * m * k, 4 * m * k)
    return matrices
