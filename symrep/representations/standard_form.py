"""Standard form of real matrices of complex and quaternionic type.

An irrep over the reals with commutant dimension c = 1, 2 or 4 is a matrix of real numbers, complex
numbers or quaternions. In standard form each of these is a real c x c block, its left
multiplication in the basis 1, i or 1, i, j, k:

    a + b i  ->  ( a  -b )        a + b i + c j + d k  ->  ( a  -b  -c  -d )
                 ( b   a )                                 ( b   a  -d   c )
                                                           ( c   d   a  -b )
                                                           ( d  -c   b   a )

The first column of a block has the components of its number, so that the first columns
M[:, ::c] of the blocks determine M. Functions take numpy arrays of floats or of SymPy numbers, and,
except for `tensor_product`, torch tensors.

Source: Serre, *Linear Representations of Finite Groups* (1977), sections 3.2 and 13.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from sympy import I

from symrep._support.lazy import LazyModule

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = LazyModule("torch")

Array = TypeVar("Array", NDArray[Any], "Tensor")

SIGNS = ((1, -1, -1, -1), (1, 1, -1, 1), (1, 1, 1, -1), (1, -1, 1, 1))
"""[r][s] = sign of the component r xor s in row r and column s of a block.

That is, e_(r xor s) e_s = SIGNS[r][s] e_r for the units 1, i, j, k = e_0, ..., e_3. The blocks of
complex numbers are the upper left corners of those of quaternions.
"""


def multiplication(*parts: Any) -> list[list[Any]]:
    """Return the matrix of left multiplication by a number with c components, as c rows.

    Args:
        parts: the components, c = 1, 2 or 4 numbers or arrays.

    >>> multiplication(3, 4)
    [[3, -4], [4, 3]]
    """
    units = range(len(parts))
    return [[parts[r ^ s] if SIGNS[r][s] > 0 else -parts[r ^ s] for s in units] for r in units]


def interleaved(rows: Sequence[Sequence[Array]]) -> Array:
    """Return the matrix of c x c blocks with entries (u, v) from rows[u][v], (*batch, m c, n c).

    Args:
        rows: c rows of c arrays, each (*batch, m, n).
    """
    blocks = _stack([_stack(row, -1) for row in rows], -2)
    *batch, m, n, c, _ = blocks.shape
    matrices: Array = blocks.swapaxes(-3, -2).reshape(*batch, m * c, n * c)
    return matrices


def components(columns: Array, c: int) -> tuple[Array, ...]:
    """Return the c components of the numbers in a matrix, each (*batch, m, n).

    Args:
        columns: first columns of the blocks, (*batch, m c, n).
        c: commutant dimension, 1, 2 or 4.
    """
    return tuple(columns[..., u::c, :] for u in range(c))


def from_components(*parts: Array) -> Array:
    """Return the matrix in standard form with these c components, (*batch, m c, n c).

    Args:
        parts: c arrays (*batch, m, n).
    """
    return parts[0] if len(parts) == 1 else interleaved(multiplication(*parts))


def from_first_columns(columns: Array, c: int) -> Array:
    """Return the matrix in standard form with these first columns, (*batch, m c, n c).

    Args:
        columns: first columns of the blocks, (*batch, m c, n); the result for c = 1.
        c: commutant dimension, 1, 2 or 4.
    """
    return from_components(*components(columns, c))


def first_columns(matrices: Array, c: int) -> Array:
    """Return the first columns of the nearest matrix in standard form, (*batch, m c, n).

    Each component of a number is the mean, with signs, of its c entries in the block. This is the
    nearest matrix in standard form in the Frobenius norm.

    Args:
        matrices: (*batch, m c, n c).
        c: commutant dimension, 1, 2 or 4.
    """
    if c == 1:
        return matrices
    means = [
        reduce(add, (SIGNS[r ^ s][s] * matrices[..., r ^ s :: c, s::c] for s in range(c))) / c
        for r in range(c)
    ]
    stacked = _stack(means, -2)
    *batch, m, _, n = stacked.shape
    columns: Array = stacked.reshape(*batch, m * c, n)
    return columns


def complex_parts(matrices: Array, c: int) -> tuple[Array, Array]:
    """Return the real and imaginary part of a complex constituent, for c = 2 or 4.

    A quaternion a + b i + c j + d k = z + w j acts as ((z, w), (-conj w, conj z)).

    Args:
        matrices: in standard form, (*batch, d, d).
        c: commutant dimension, 2 or 4.

    Returns:
        Each (*batch, d/2, d/2).
    """
    parts = components(matrices[..., ::c], c)
    if c == 2:
        return parts[0], parts[1]
    z, y, w, x = parts
    return interleaved([[z, w], [-w, z]]), interleaved([[y, x], [x, -y]])


def complex_matrices(matrices: Array, c: int) -> Array:
    """Return a complex constituent pi of an irrep rho over the reals, (*batch, d', d').

    d' is d for c = 1, else d/2; over the complex numbers rho is pi, pi and its conjugate, or pi
    twice. The matrices are unitary if those of rho are orthogonal.

    Args:
        matrices: rho in standard form, (*batch, d, d).
        c: commutant dimension, 1, 2 or 4.

    Returns:
        Complex numbers with the precision of the matrices, or SymPy numbers.
    """
    real, imaginary = complex_parts(matrices, c) if c > 1 else (matrices, 0 * matrices)
    if not isinstance(matrices, np.ndarray):
        return torch.complex(real.contiguous(), imaginary.contiguous())
    found: Array = real + (I if matrices.dtype == object else np.complex64(1j)) * imaginary
    return found


class StandardForm(NamedTuple):
    """Matrices of an irrep over the reals in standard form.

    Attributes:
        matrices: (*batch, d, d), numpy arrays of floats or SymPy numbers.
        commutant_dim: c = 1, 2 or 4.
    """

    matrices: NDArray[Any]
    commutant_dim: int


def tensor_product(
    left: StandardForm, right: StandardForm, *, conjugate: bool = False
) -> StandardForm:
    """Return the irrep of G x H over the reals with the product of complex irreps as constituent.

    A factor of real type gives the Kronecker product, of the type of the other factor. Two factors
    of quaternionic type give real type: X -> A X B^* on matrices X of quaternions. Other pairs give
    complex type.

    Args:
        left: an irrep of G.
        right: an irrep of H; the batches broadcast.
        conjugate: take conj(pi) on the right; only for two irreps of complex type.
    """
    types = left.commutant_dim, right.commutant_dim
    if 1 in types:
        outer, inner = (left, right) if left.commutant_dim == 1 else (right, left)
        return StandardForm(_kronecker(outer.matrices, inner.matrices), inner.commutant_dim)
    if types == (4, 4):
        return StandardForm(_quaternionic_product(left.matrices, right.matrices), 1)
    a, b = complex_parts(*left)
    c, d = complex_parts(*right)
    d = -d if conjugate else d
    real = _kronecker(a, c) - _kronecker(b, d)
    imaginary = _kronecker(a, d) + _kronecker(b, c)
    return StandardForm(from_components(real, imaginary), 2)


def _kronecker(outer: NDArray[Any], inner: NDArray[Any]) -> NDArray[Any]:
    entries = outer[..., :, None, :, None] * inner[..., None, :, None, :]
    *batch, p, q, _, _ = entries.shape
    matrices: NDArray[Any] = entries.reshape(*batch, p * q, p * q)
    return matrices


def _quaternionic_product(left: NDArray[Any], right: NDArray[Any]) -> NDArray[Any]:
    """Return the matrices of X -> A X B^*, by x conj(q) = conj(q conj(x)) on the right."""
    m, k = left.shape[-1] // 4, right.shape[-1] // 4
    conjugation = np.array([1, -1, -1, -1])
    by_left = left.reshape(*left.shape[:-2], m, 4, m, 4)
    by_right = right.reshape(*right.shape[:-2], k, 4, k, 4)
    by_right = by_right * conjugation[:, None, None] * conjugation
    entries = np.einsum("...purw,...qwsv->...pqursv", by_left, by_right)
    matrices: NDArray[Any] = entries.reshape(*entries.shape[:-6], 4 * m * k, 4 * m * k)
    return matrices


def _stack(arrays: Sequence[Array], axis: int) -> Array:
    stack: Any = np.stack if isinstance(arrays[0], np.ndarray) else torch.stack
    stacked: Array = stack(arrays, axis)
    return stacked
