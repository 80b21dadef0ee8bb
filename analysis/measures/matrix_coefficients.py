"""Functions on the group in terms of the matrix coefficients rho_ij of one irrep.

W (|G|, width) is a batch of functions on the group, such as an embedding, the unembedding, or the
mean hidden activations at each xy. An irrep of dimension d over the reals with commutant dimension
c (1 for S_n) is in standard form, see `symrep.representations.standard_form`: its matrix
coefficients are the d^2/c orthogonal functions rho[:, ::c]. Fractions of one matrix coefficient
depend on the orthogonal basis of the irrep; the spectra of the two sides do not.

The projection of a function f onto the irrep is tr(A^T rho(g)) with A = (d/(c |G|)) f^(rho), the
coefficient matrix of f. A has such blocks too: it is a d/c by d/c matrix of real or complex
numbers or quaternions, and has each singular value of that c times.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
import torch
from einops import einsum
from torch import Tensor

from analysis.measures.isotypic import Baseline, fraction_baseline, ratio
from symrep import fourier_transform
from symrep.groups.base import AnyGroup
from symrep.groups.symmetric import IrrepLabel
from symrep.representations.standard_form import from_first_columns

DRAWS = 1000
"""Number of random draws for a baseline without a formula."""


def coefficient_matrices(functions: Tensor, group: AnyGroup, label: IrrepLabel) -> Tensor:
    """Return [k] = A with tr(A^T rho(g)) the part of functions[:, k] in rho, (width, d, d).

    Args:
        functions: (|G|, width).
        group: the group.
        label: of the irrep.

    Raises:
        ValueError: the first axis of the functions is not |G|, or the group has no such irrep.
    """
    irrep = group.irrep(label)
    transform = fourier_transform(functions.double(), group)[irrep.label]
    matrices: Tensor = transform.movedim(-1, 0) * (irrep.dim / (irrep.commutant_dim * group.order))
    return matrices


def orthonormal_coefficients(weights: Tensor, group: AnyGroup, label: IrrepLabel) -> Tensor:
    """Return [i, j, k] = inner product of W[:, k] with phi_ij, (d, d/c, width).

    phi = sqrt(d/|G|) rho[:, ::c] is orthonormal: the isotypic projection of W is the sum over i, j
    of phi_ij(g) [i, j, k].

    Raises:
        ValueError: the first axis of the weights is not |G|, or the group has no such irrep.
    """
    irrep = group.irrep(label)
    coefficient = fourier_transform(weights.double(), group)[irrep.label]
    return coefficient[:, :: irrep.commutant_dim] * sqrt(irrep.dim / group.order)


def matrix_coefficient_fractions(weights: Tensor, group: AnyGroup, label: IrrepLabel) -> Tensor:
    """Return [i, j] = fraction of ||W||^2 in phi_ij, (d, d/c); 0 for zero weights.

    They sum to the fraction of variance that the irrep explains.

    Raises:
        ValueError: the first axis of the weights is not |G|, or the group has no such irrep.
    """
    energies = orthonormal_coefficients(weights, group, label).square().sum(-1)
    total = float(weights.double().square().sum())
    return energies / total if total > 0 else torch.zeros_like(energies)


def matrix_coefficient_baseline(group: AnyGroup, width: int = 1) -> Baseline:
    """Return the fraction of one matrix coefficient in random weights, with mean 1/|G|."""
    return fraction_baseline(1, group.order, width)


def side_spectra(weights: Tensor, group: AnyGroup, label: IrrepLabel) -> tuple[Tensor, Tensor]:
    """Return the spectra of the two sides of an irrep in W, whatever its basis.

    The part of column k in the irrep is f_k(g) = tr(A_k^T rho(g)) with a matrix A_k. On the left
    there are the eigenvalues of the sum over k of A_k A_k^T, on the right those of the sum of
    A_k^T A_k. If f_k(g) = b_k^T rho(g) a with one vector a for all k, the right spectrum is
    1, 0, 0, ...; if f_k(g) = a^T rho(g) c_k, the left one is. A network that computes
    b_k^T rho(x) a a^T rho(y) c_k has the first in its left embedding and the second in its right
    embedding.

    Returns:
        (left, right), each (d/c,), largest first, with the sum 1, or 0 if W has no part in the
        irrep. With commutant dimension c each eigenvalue occurs c times; it is listed once.

    Raises:
        ValueError: the first axis of the weights is not |G|, or the group has no such irrep.
    """
    commutant_dim, matrices = (
        group.irrep(label).commutant_dim,
        coefficient_matrices(weights, group, label),
    )
    left = einsum(matrices, matrices, "k i j, k l j -> i l")
    right = einsum(matrices, matrices, "k i j, k i l -> j l")
    return _spectrum(left, commutant_dim), _spectrum(right, commutant_dim)


def _spectrum(gram: Tensor, commutant_dim: int) -> Tensor:
    """Return the distinct eigenvalues of a positive matrix over their sum, largest first."""
    values: Tensor = torch.linalg.eigvalsh(gram).flip(0).clamp_min(0)[::commutant_dim]
    total = values.sum()
    return values / total if total > 0 else values


def side_spectra_baseline(
    dimension: int, width: int, draws: int = DRAWS, seed: int = 0, commutant_dim: int = 1
) -> list[Baseline]:
    """Return the eigenvalues of `side_spectra` in random weights, the same on each side.

    Args:
        dimension: d, of the irrep.
        width: number of columns of the weights.
        draws: how many random weights are drawn.
        seed: of the draws.
        commutant_dim: c, of the irrep.

    The sum over k of A_k A_k^T has a real, complex or quaternionic Wishart distribution with
    (d/c) width degrees of freedom. It is drawn as L L^T with a triangular L (Bartlett's
    decomposition), so that the cost does not depend on the width.
    """
    generator, count = np.random.default_rng(seed), dimension // commutant_dim
    numbers = generator.standard_normal((draws, count, count, commutant_dim))
    numbers *= np.tri(count, k=-1)[:, :, None]
    freedom = commutant_dim * (count * width - np.arange(count))
    diagonal = np.arange(count)
    numbers[:, diagonal, diagonal, 0] = np.sqrt(generator.chisquare(freedom, (draws, count)))
    columns = torch.from_numpy(numbers).movedim(3, 2).flatten(1, 2)
    factors = from_first_columns(columns, commutant_dim).numpy()
    values = np.linalg.svd(factors, compute_uv=False)[:, ::commutant_dim] ** 2
    values /= values.sum(axis=1, keepdims=True)
    deviations = values.std(axis=0).tolist()
    return [Baseline(*pair) for pair in zip(values.mean(axis=0).tolist(), deviations, strict=True)]


def evenness(fractions: Tensor) -> float:
    """Return (sum s)^2/(count sum s^2): 1 for equal fractions s, 1/count if all but one are 0.

    This is the participation ratio over the number of matrix coefficients; 0 if all are 0. For the
    d^2/c matrix coefficients of rho(xy) in the hidden layer, s are the
    `matrix_coefficient_fractions` of `PairStatistics.hidden_by_product`.
    """
    return ratio(float(fractions.sum()) ** 2, fractions.numel() * float(fractions.square().sum()))


def evenness_baseline(
    dimension: int, width: int, draws: int = DRAWS, seed: int = 0, commutant_dim: int = 1
) -> Baseline:
    """Return the evenness of the d^2/c matrix coefficients in random weights (|G|, width).

    Their energies are independent and have chi-square distributions with `width` degrees of
    freedom; they are drawn. For many coefficients the mean tends to width/(width + 2).

    Args:
        dimension: d, of the irrep.
        width: number of columns, or of neurons.
        draws: how many random weights are drawn.
        seed: of the draws.
        commutant_dim: c, of the irrep.
    """
    energies = np.random.default_rng(seed).chisquare(width, (draws, dimension**2 // commutant_dim))
    values = energies.mean(axis=1) ** 2 / (energies**2).mean(axis=1)
    return Baseline(float(values.mean()), float(values.std()))
