"""Irreps of S_n as torch tensors, rounded from the exact tables of `young`.

Matrices of generators are rounded correctly. Those of other elements are computed from them in
float64 on the CPU; results are cast and moved once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import expm1, factorial, isqrt, log1p, sqrt
from typing import NamedTuple

import numpy as np
import torch
from einops import rearrange
from numpy.typing import NDArray
from torch import Tensor

from symrep._support.caches import kept
from symrep._support.memory import require_memory
from symrep.combinatorics.integer_partitions import Partition, diagrams_inside
from symrep.combinatorics.permutations import (
    Permutations,
    coset_ranks,
    reduced_words,
)
from symrep.representations.young import restriction_blocks, specht_generators, young_tables

CPU = torch.device("cpu")
"""The CPU, given explicitly as the default device of torch may be another."""

LARGEST_KEPT = 6
"""Degree n up to which irreps are cached, as blocks of larger ones; 4 MB in all."""

CHUNK_BYTES = 2**22
"""Bytes of a chunk of products before the cast."""


@torch.inference_mode(mode=False)
def irrep_tensor(
    shape: Partition,
    form: str,
    places: NDArray[np.int64] | None,
    dtype: torch.dtype,
    device: torch.device,
) -> Tensor:
    """Return rho(g) for every g in S_n, a new tensor (n!, d, d).

    The element of lexicographic rank r is at places[r], or at r if `places` is None.

    Each matrix of the orthogonal form is within `error_bound(shape, dtype)` of the exact one in
    Frobenius norm divided by sqrt(d).

    Cost: n! d^2 entries, each a sum over a row of a constituent of the restriction to S_(n-1); in
    Specht's form, over a row of the irrep itself.

    Raises:
        MemoryError: the tensor cannot fit; raised before it is allocated.
        TypeError: the dtype is not a floating-point type.
    """
    require_floating(dtype)
    require_room(shape, form, dtype)
    n, d = shape.size, shape.dimension
    at = torch.arange(factorial(n), device=CPU) if places is None else index_tensor(places)
    if form == "specht":
        matrices = _by_generators(torch.from_numpy(generator_floats(shape, form)), n, d)
        return matrices[at.argsort()].to(device=device, dtype=dtype)
    return _by_cosets(shape, form, at, dtype).to(device)


def require_room(shape: Partition, form: str, dtype: torch.dtype) -> None:
    """Check that an `irrep_tensor` fits in memory.

    Raises:
        MemoryError: it does not fit.
    """
    n, d = shape.size, shape.dimension
    entries = factorial(n) * d * d
    # Specht's matrices are computed in float64, the others from those of S_(n-1) in chunks.
    workspace = entries if form == "specht" else entries // max(n, 1)
    require_memory(
        entries * itemsize(dtype) + workspace * 8,
        f"irrep {shape} of S_{n} as {n}! matrices of {d} x {d}",
        "use Irrep.tensor_at for some elements, the Fourier transform for sums over the group, "
        "or characters",
    )


@torch.inference_mode(mode=False)
def matrices_at(
    shape: Partition,
    form: str,
    permutations: Permutations,
    dtype: torch.dtype,
    device: torch.device,
) -> Tensor:
    """Return rho(p) for permutations p, (count, n), a new tensor (count, d, d).

    The error is bounded as that of `irrep_tensor`.

    Cost: for each factor of a reduced word, one pass over d^2 entries, or a product of matrices
    in Specht's form. Other elements cost nothing.

    Raises:
        MemoryError: the tensor cannot fit; raised before it is allocated.
        TypeError: the dtype is not a floating-point type.
    """
    require_floating(dtype)
    count, d = len(permutations), shape.dimension
    require_memory(
        3 * 8 * count * d * d,
        f"irrep {shape} at {count} elements",
        "ask for fewer elements at a time, or for characters",
    )
    act = _left_action(shape, form)
    matrices = torch.eye(d, dtype=torch.float64, device=CPU).repeat(count, 1, 1)
    # Factors of rho(s_i1 * s_i2 * ...) are applied from the right; a column has one i, or -1.
    for factors in reduced_words(permutations).T[::-1]:
        moved = torch.from_numpy(np.flatnonzero(factors >= 0))
        if len(moved):
            matrices[moved] = act(int(factors.max()), matrices[moved])
    return matrices.to(device=device, dtype=dtype)


def error_bound(shape: Partition, dtype: torch.dtype) -> float:
    """Return a bound on the error of tensors in orthogonal form: ||error||_F <= bound sqrt(d).

    With u = 2^-53, a product with a generator has entries that are sums of two products with
    correctly rounded coefficients: three roundings, on absolute values that grow by at most
    sqrt(2). A coset representative of S_k is a product of at most k - 1 generators, within tau
    of the exact one. rho(h t) = rho(h) rho(t) adds that error to the one of rho(h), and rounds
    sums of D products, where D is the largest dimension in the restriction: by the
    Cauchy-Schwarz inequality that is at most D u sqrt(D) sqrt(d) in norm. The cast to `dtype`
    adds one rounding, relative to entries of rows of norm 1.
    """
    unit = torch.finfo(torch.float64).eps / 2
    error = 0.0
    for k in range(2, shape.size + 1):
        tau = expm1((k - 1) * log1p(3 * sqrt(2) * unit / (1 - 3 * unit)))
        d = min(shape.dimension, isqrt(factorial(k)))
        D = min(shape.dimension, isqrt(factorial(k - 1)))
        rounding = D * unit / (1 - D * unit) * sqrt(D) if D > 1 else 0.0
        growth = (1 + tau * sqrt(d)) * (1 + error * sqrt(d))
        error = (1 + tau * sqrt(d)) * error + tau + rounding * growth
    cast = 0.0 if dtype == torch.float64 else torch.finfo(dtype).eps / 2
    return error * (1 + cast) + cast


def coset_representatives(shape: Partition, form: str) -> Tensor:
    """Return [j, c] = column c of rho(t_j), float64, (n, d, d), orthogonal or seminormal form.

    t_j = s_(n-2) s_(n-3) ... s_j, for j = 0, ..., n-1, as in `permutations.coset_ranks`.
    """
    n, d = shape.size, shape.dimension
    diagonal, other, exchanged = _generator_columns(shape, form)
    columns = torch.empty(n, d, d, dtype=torch.float64, device=CPU)
    columns[n - 1] = torch.eye(d, dtype=torch.float64, device=CPU)
    for j in range(n - 2, -1, -1):
        longer = columns[j + 1]
        torch.addcmul(
            diagonal[j, :, None] * longer, other[j, :, None], longer[exchanged[j]], out=columns[j]
        )
    return columns


def generator_floats(shape: Partition, form: str) -> NDArray[np.float64]:
    """Return the matrices of s_0, ..., s_(n-2), correctly rounded, (n-1, d, d)."""
    if form == "specht":
        return specht_generators(shape).astype(np.float64)
    matrices = np.zeros((max(shape.size - 1, 0), shape.dimension, shape.dimension))
    diagonal, other, exchanged = (part.numpy() for part in _generator_columns(shape, form))
    i, t = np.indices(exchanged.shape)
    matrices[i, exchanged, t] = other
    matrices[i, t, t] = diagonal
    return matrices


@torch.inference_mode(mode=False)
def index_tensor(indices: NDArray[np.integer]) -> Tensor:
    """Return a new int64 tensor on the CPU with the same entries."""
    return torch.tensor(indices, dtype=torch.int64, device=CPU)


@torch.inference_mode(mode=False)
def float_tensor(
    values: NDArray[np.float64], dtype: torch.dtype, device: torch.device
) -> torch.Tensor:
    """Return a new contiguous tensor with the values, rounded to the dtype."""
    return torch.tensor(np.ascontiguousarray(values), dtype=dtype, device=CPU).to(device)


def itemsize(dtype: torch.dtype) -> int:
    """Return the bytes of an entry."""
    return torch.empty(0, dtype=dtype).element_size()


def require_floating(dtype: torch.dtype) -> None:
    """Check that the dtype is a floating-point type; raise TypeError otherwise."""
    if not dtype.is_floating_point:
        raise TypeError(f"expected a floating-point dtype such as torch.float64, got {dtype}")


def require_dtype(dtype: torch.dtype | None) -> torch.dtype:
    """Check the dtype and return it, float32 if None.

    Raises:
        TypeError: the argument is not a floating-point dtype of torch.
    """
    if dtype is None:
        return torch.float32
    if not isinstance(dtype, torch.dtype):
        raise TypeError(f"expected a torch dtype such as torch.float64, got {dtype!r}")
    require_floating(dtype)
    return dtype


def require_device(device: torch.device | str | None) -> torch.device:
    """Check the device and return it, the default device of torch if None.

    Raises:
        ValueError: there is no such device on this machine.
    """
    if device is None:
        return torch.get_default_device()
    try:
        return torch.empty(0, device=device).device
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f"no device {str(device)!r} on this machine: {reason}") from None


class _GeneratorColumns(NamedTuple):
    """Column t of s_i has `diagonal` at t and `other` at `exchanged`; each (n-1, d)."""

    diagonal: Tensor
    other: Tensor
    exchanged: Tensor


def _generator_columns(shape: Partition, form: str) -> _GeneratorColumns:
    tables = young_tables(shape)
    r = tables.axial_distance
    if form == "orthogonal":
        other = _orthogonal_coefficients(shape.size)[np.abs(r)]
    else:
        other = np.where(r < 0, 1.0, (r**2 - 1) / r**2)
    other[np.abs(r) == 1] = 0.0
    return _GeneratorColumns(
        torch.from_numpy(1 / r), torch.from_numpy(other), index_tensor(tables.exchanged)
    )


def _orthogonal_coefficients(n: int) -> NDArray[np.float64]:
    """Return [r] = sqrt(1 - 1/r^2), correctly rounded, for r = 1, ..., n; [0] is unused."""
    scale = 2**128
    return np.array(
        [0.0] + [isqrt((r * r - 1) * scale**2 // (r * r)) / scale for r in range(1, n + 1)]
    )


def _left_action(shape: Partition, form: str) -> Callable[[int, Tensor], Tensor]:
    """Return the function (i, M) -> rho(s_i) M, for M (..., d, d)."""
    if form == "specht":
        generators = torch.from_numpy(generator_floats(shape, form))
        return lambda i, matrices: generators[i] @ matrices
    diagonal, other, exchanged = _generator_columns(shape, form)
    # The entry outside the diagonal of row t is in the column exchanged[t].
    other = other.gather(1, exchanged)
    return lambda i, matrices: torch.addcmul(
        diagonal[i, :, None] * matrices, other[i, :, None], matrices[..., exchanged[i], :]
    )


def _by_cosets(shape: Partition, form: str, places: Tensor, dtype: torch.dtype) -> Tensor:
    """Return rho(g), the element of rank r at places[r], from irreps of smaller groups."""
    if not shape:
        return torch.ones(1, 1, 1, dtype=dtype, device=CPU)
    levels = diagrams_inside(shape)
    start = min(shape.size - 1, LARGEST_KEPT)
    matrices = {mu: _kept(mu, form) for mu in levels[start]}
    for level in levels[start + 1 : -1]:
        ranks = index_tensor(coset_ranks(level[0].size))
        matrices = {mu: _induced(mu, form, matrices, ranks, torch.float64) for mu in level}
    places = places[index_tensor(coset_ranks(shape.size))]
    return _induced(shape, form, matrices, places, dtype)


@kept(90)
def _kept(shape: Partition, form: str) -> Tensor:
    """Return rho(g) in lexicographic order, float64, for the 30 irreps of S_0 to S_6."""
    places = torch.arange(factorial(shape.size), device=CPU)
    return _by_cosets(shape, form, places, torch.float64)


def _induced(
    shape: Partition,
    form: str,
    smaller: Mapping[Partition, Tensor],
    places: Tensor,
    dtype: torch.dtype,
) -> Tensor:
    """Return rho(h t_j) = rho(h) rho(t_j) at places[h, j], with rho(h) block diagonal."""
    n, d = shape.size, shape.dimension
    representatives = coset_representatives(shape, form)
    matrices = torch.empty(factorial(n), d, d, dtype=dtype, device=CPU)
    for mu, rows in restriction_blocks(shape).items():
        columns = representatives[:, :, rows].reshape(n * d, mu.dimension)
        chunk = max(1, CHUNK_BYTES // (8 * mu.dimension * n * d))
        for block, at in zip(
            torch.split(smaller[mu], chunk), torch.split(places, chunk), strict=True
        ):
            product = block.reshape(-1, mu.dimension) @ columns.T
            product = rearrange(product, "(h a) (j c) -> h j a c", h=len(block), j=n)
            matrices[at, rows] = product.to(dtype)
    return matrices


def _by_generators(generators: Tensor, n: int, d: int) -> Tensor:
    """Return the matrices of all elements in lexicographic order, (n!, d, d), float64.

    A permutation is q s_i s_(i+1) ... s_(i+c-1), where q fixes 0, ..., i and c is entry i of its
    Lehmer code. In lexicographic order there are n - i blocks, one for each c. Each is the one
    before times a generator.
    """
    matrices = torch.eye(d, dtype=torch.float64, device=CPU)[None]
    for i in range(n - 2, -1, -1):
        blocks = matrices.new_empty(n - i, len(matrices), d, d)
        blocks[0] = matrices
        for c in range(1, n - i):
            torch.matmul(
                blocks[c - 1].view(-1, d), generators[i + c - 1], out=blocks[c].view(-1, d)
            )
        matrices = blocks.view(-1, d, d)
    return matrices
