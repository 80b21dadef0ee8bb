"""Exact irreps as torch tensors: the one place where integers become floats.

Generator matrices are rounded correctly from the exact datum. All group elements follow from
them in float64 on the CPU, and the result is cast and moved once.
"""

from __future__ import annotations

from math import factorial, isqrt, sqrt

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from symrep.memory import require_memory
from symrep.partitions import Partition
from symrep.permutations import ElementOrder, elements, rank
from symrep.young import Form, specht_generators, young_tables


def irrep_tensor(
    shape: Partition,
    form: Form,
    element_order: ElementOrder,
    dtype: torch.dtype,
    device: torch.device | str | None,
) -> Tensor:
    """rho(g) for every g in S_n: a new tensor, (n!, d, d).

    Each matrix of the orthogonal form is within `error_bound(n, dtype)` of the exact one in
    Frobenius norm divided by sqrt(d).

    Cost: n! d^2 entries in float64, and as many operations on rows of d numbers.

    Raises:
        MemoryError: it cannot fit; raised before anything is allocated.
        TypeError: the dtype is not a floating-point type.
    """
    if not dtype.is_floating_point:
        raise TypeError(f"irreps are tensors of a floating-point dtype, got {dtype}")
    n, d = shape.size, shape.dimension
    itemsize = torch.empty(0, dtype=dtype).element_size()
    extra = 0 if dtype == torch.float64 and element_order == "lexicographic" else itemsize
    require_memory(
        factorial(n) * d * d * (8 + extra),
        f"irrep {shape} of S_{n} as {n}! matrices of {d} x {d}",
        "use its generators, its exact matrix at single elements, or its character",
    )
    matrices = _lexicographic(torch.from_numpy(generator_floats(shape, form)), n, d)
    if element_order != "lexicographic":
        matrices = matrices[index_tensor(rank(elements(n, element_order)))]
    return matrices.to(device=device, dtype=dtype)


def error_bound(n: int, dtype: torch.dtype) -> float:
    """Bound on the error of `irrep_tensor` in orthogonal form: ||error||_F <= bound sqrt(d).

    An element is a product of at most n(n-1)/2 generators. A factor sends a row to one in
    which every entry is a sum of two products with correctly rounded coefficients: three
    roundings of relative size u = 2^-53, on absolute values that grow by at most sqrt(2). The
    cast to `dtype` adds one rounding, relative to entries of rows of norm 1.
    """
    steps = n * (n - 1) // 2
    unit = torch.finfo(torch.float64).eps / 2
    accumulated = (1 + 3 * sqrt(2) * unit / (1 - 3 * unit)) ** steps - 1
    cast = 0.0 if dtype == torch.float64 else torch.finfo(dtype).eps / 2
    return accumulated * (1 + cast) + cast


def generator_floats(shape: Partition, form: Form) -> NDArray[np.float64]:
    """The matrices of s_0, ..., s_(n-2), every entry rounded correctly; (n-1, d, d)."""
    if form == "specht":
        return specht_generators(shape).astype(np.float64)
    tables = young_tables(shape)
    r, exchanged = tables.axial_distance, tables.exchanged
    matrices = np.zeros((len(r), shape.dimension, shape.dimension))
    i, t = np.nonzero(exchanged != np.arange(shape.dimension))
    distances = r[i, t]
    if form == "orthogonal":
        coefficients = _orthogonal_coefficients(shape.size)[np.abs(distances)]
    else:
        coefficients = np.where(distances < 0, 1.0, (distances**2 - 1) / distances**2)
    matrices[i, exchanged[i, t], t] = coefficients
    diagonal = np.arange(shape.dimension)
    matrices[:, diagonal, diagonal] = 1 / r
    return matrices


def index_tensor(indices: NDArray[np.integer]) -> Tensor:
    """A new int64 tensor on the CPU with the same entries."""
    return torch.tensor(indices, dtype=torch.int64)


def _orthogonal_coefficients(n: int) -> NDArray[np.float64]:
    """[r] = sqrt(1 - 1/r^2), correctly rounded, for r = 1, ..., n; [0] is unused."""
    scale = 2**128
    return np.array(
        [0.0] + [isqrt((r * r - 1) * scale**2 // (r * r)) / scale for r in range(1, n + 1)]
    )


def _lexicographic(generators: Tensor, n: int, d: int) -> Tensor:
    """The matrices of all elements in lexicographic order, (n!, d, d), in float64.

    A permutation is q s_i s_(i+1) ... s_(i+c-1), where q fixes 0, ..., i and c is the entry i
    of its Lehmer code. In lexicographic order these are n - i blocks, one for each c, each the
    block before it times one generator.
    """
    matrices = torch.eye(d, dtype=torch.float64)[None]
    for i in range(n - 2, -1, -1):
        blocks = matrices.new_empty(n - i, len(matrices), d, d)
        blocks[0] = matrices
        for c in range(1, n - i):
            torch.matmul(
                blocks[c - 1].view(-1, d), generators[i + c - 1], out=blocks[c].view(-1, d)
            )
        matrices = blocks.view(-1, d, d)
    return matrices
