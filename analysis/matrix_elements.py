"""How functions on the group use the matrix elements rho_ij of one irrep.

W (|G|, width) is a batch of functions on the group, such as an embedding, the unembedding, or the
mean hidden activations at each xy. Irreps are of real type, as all of S_n are: their d^2 matrix
elements are orthogonal functions. Shares of one element depend on the orthogonal basis that the
irrep is written in; the spectra of the two sides do not.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
import torch
from einops import einsum
from torch import Tensor

from analysis.isotypic import Level, level_of_share, ratio
from symrep import SymmetricGroup, fourier_transform
from symrep.groups import IrrepLabel

DRAWS = 1000
"""Random weights of one shape that make a chance level where there is no formula."""


def element_coefficients(weights: Tensor, group: SymmetricGroup, label: IrrepLabel) -> Tensor:
    """[i, j, k] = inner product of W[:, k] with phi_ij = sqrt(d/|G|) rho_ij; (d, d, width).

    The phi_ij are orthonormal: the isotypic projection of W is the sum over i, j of
    phi_ij(g) [i, j, k].

    Raises:
        ValueError: the first axis of the weights is not |G|, or the group has no such irrep.
    """
    coefficient = fourier_transform(weights.double(), group)[group.parse_label(label)]
    return coefficient * sqrt(len(coefficient) / group.order)


def matrix_element_shares(weights: Tensor, group: SymmetricGroup, label: IrrepLabel) -> Tensor:
    """[i, j] = share of rho_ij in ||W||^2, (d, d); 0 for zero weights.

    They sum to the fraction of variance that the irrep explains.

    Raises:
        ValueError: the first axis of the weights is not |G|, or the group has no such irrep.
    """
    energies = element_coefficients(weights, group, label).square().sum(-1)
    total = float(weights.double().square().sum())
    return energies / total if total > 0 else torch.zeros_like(energies)


def chance_of_matrix_element(group: SymmetricGroup, width: int = 1) -> Level:
    """The share of one matrix element in random weights (|G|, width), on average 1/|G|."""
    return level_of_share(1, group.order, width)


def side_spectra(
    weights: Tensor, group: SymmetricGroup, label: IrrepLabel
) -> tuple[Tensor, Tensor]:
    """Which side of an irrep is common to all columns of W, whatever basis it is written in.

    The part of column k in the irrep is f_k(g) = tr(A_k^T rho(g)) with a matrix A_k. On the left
    there are the eigenvalues of the sum over k of A_k A_k^T, on the right those of the sum of
    A_k^T A_k. If f_k(g) = b_k^T rho(g) a with one vector a for all k, the right spectrum is
    1, 0, 0, ...; if f_k(g) = a^T rho(g) c_k, the left one is. A network that computes
    b_k^T rho(x) a a^T rho(y) c_k has the first in its left embedding and the second in its right
    embedding.

    Returns:
        (left, right), each (d,), largest first, with the sum 1, or 0 if W has nothing of the irrep.

    Raises:
        ValueError: the first axis of the weights is not |G|, or the group has no such irrep.
    """
    coefficients = element_coefficients(weights, group, label)
    left = einsum(coefficients, coefficients, "i j k, l j k -> i l")
    right = einsum(coefficients, coefficients, "i j k, i l k -> j l")
    return _spectrum(left), _spectrum(right)


def _spectrum(gram: Tensor) -> Tensor:
    """The eigenvalues of a positive matrix, largest first, divided by their sum; 0 for 0."""
    values: Tensor = torch.linalg.eigvalsh(gram).flip(0).clamp_min(0)
    total = values.sum()
    return values / total if total > 0 else values


def chance_of_side_spectra(
    dimension: int, width: int, draws: int = DRAWS, seed: int = 0
) -> list[Level]:
    """The eigenvalues of `side_spectra`, largest first, in random weights; the same on each side.

    Args:
        dimension: d, of the irrep.
        width: number of columns of the weights.
        draws: how many random weights are drawn.
        seed: of the draws.

    The sum over k of A_k A_k^T has a Wishart distribution with d width degrees of freedom. It is
    drawn as L L^T with a triangular L (Bartlett's decomposition), so that the cost does not depend
    on the width.
    """
    generator = np.random.default_rng(seed)
    freedom = dimension * width - np.arange(dimension)
    factors = np.tril(generator.standard_normal((draws, dimension, dimension)), -1)
    diagonal = np.arange(dimension)
    factors[:, diagonal, diagonal] = np.sqrt(generator.chisquare(freedom, (draws, dimension)))
    values = np.linalg.svd(factors, compute_uv=False) ** 2
    values /= values.sum(axis=1, keepdims=True)
    spreads = values.std(axis=0).tolist()
    return [Level(*pair) for pair in zip(values.mean(axis=0).tolist(), spreads, strict=True)]


def evenness(shares: Tensor) -> float:
    """(sum s)^2/(count sum s^2) of shares s: 1 if all are alike, 1/count if one has everything.

    This is the participation ratio, as a share of the number of matrix elements; 0 if all are 0.
    Of the d^2 matrix elements of rho(xy) in the hidden layer it is that of the
    `matrix_element_shares` of `PairStatistics.hidden_by_product`.
    """
    return ratio(float(shares.sum()) ** 2, shares.numel() * float(shares.square().sum()))


def chance_of_evenness(dimension: int, width: int, draws: int = DRAWS, seed: int = 0) -> Level:
    """The evenness of the d^2 matrix elements in random weights (|G|, width).

    Their energies are independent and have chi-square distributions with `width` degrees of
    freedom; they are drawn. For many elements the mean tends to width/(width + 2).

    Args:
        dimension: d, of the irrep.
        width: number of columns, or of neurons.
        draws: how many random weights are drawn.
        seed: of the draws.
    """
    energies = np.random.default_rng(seed).chisquare(width, (draws, dimension**2))
    values = energies.mean(axis=1) ** 2 / (energies**2).mean(axis=1)
    return Level(float(values.mean()), float(values.std()))
