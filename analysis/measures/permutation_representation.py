"""The permutation (defining) representation P of S_n, in weights and logits.

It is the sum of the trivial and the standard irrep, so that its n^2 matrix coefficients P_ij, as
functions on the group, are linearly dependent: all sums of a row and of a column are 1. They span
(n-1)^2 + 1 dimensions and leave 2n - 2 redundant directions. Pairs (i, j) are flattened to i n + j.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from analysis.measures.isotypic import Baseline, fraction_baseline
from analysis.measures.measured import Measured
from analysis.measures.weights import fraction_of_variance_explained
from symrep import Partition, SymmetricGroup


def redundant_directions(n: int) -> Tensor:
    """Return a basis of the V with sum_ij V_ij P(g)_ij = 0 for every g in S_n, as columns.

    They are the differences of two rows and of two columns: e_i 1^T - e_0 1^T and
    1 e_j^T - 1 e_0^T for i, j = 1, ..., n-1.

    Returns:
        (n^2, 2n - 2) in float64, with the entries 1, 0 and -1.

    Raises:
        ValueError: n is not 1 or more.
    """
    _require_degree(n)
    unit, ones = torch.eye(n, dtype=torch.float64), torch.ones(n, 1, dtype=torch.float64)
    differences = unit[:, 1:] - unit[:, :1]
    return torch.cat([torch.kron(differences, ones), torch.kron(ones, differences)], dim=1)


def independent_projector(n: int, *, centred: bool = False) -> Tensor:
    """Return the orthogonal projection along the redundant directions, C x C + J x J; (n^2, n^2).

    x is the Kronecker product, J has the entries 1/n and C = 1 - J. It is also the pattern of
    logits tr(P(xy) P(z)^T), the number of fixed points of x y z^-1, in
    `permutation_readout_map`: the identity, less what is redundant.

    Args:
        n: the degree.
        centred: whether the constant functions are left out too; C x C is left.

    Raises:
        ValueError: n is not 1 or more.
    """
    _require_degree(n)
    means = torch.full((n, n), 1 / n, dtype=torch.float64)
    differences = torch.eye(n, dtype=torch.float64) - means
    projector = torch.kron(differences, differences)
    return projector if centred else projector + torch.kron(means, means)


def permutation_constituents(group: SymmetricGroup) -> list[Partition]:
    """Return the constituents of the representation: trivial and, from S_2, standard."""
    _require_degree(group.n)
    return [group.parse_label(name) for name in ("trivial", "standard")[: group.n]]


def permutation_fraction(weights: Tensor, group: SymmetricGroup) -> float:
    """Return the fraction of ||W||^2, W (|G|, width), in the span of the P_ij; 0 for zero weights.

    Raises:
        ValueError: the first axis of the weights is not |G|.
    """
    fractions = fraction_of_variance_explained(weights, group)
    return sum(fractions[label] for label in permutation_constituents(group))


def permutation_fraction_baseline(group: SymmetricGroup, width: int = 1) -> Baseline:
    """Return `permutation_fraction` of random weights, with mean ((n-1)^2 + 1)/|G|."""
    _require_degree(group.n)
    return fraction_baseline((group.n - 1) ** 2 + 1, group.order, width)


def permutation_coefficients(
    weights: Tensor, group: SymmetricGroup, *, centred: bool = False
) -> Tensor:
    """Return the A of least norm with sum_ij P(g)_ij A_ij closest to W; (n^2, width), float64.

    It has no part along the redundant directions: A = (J x J / |G| + (n-1)/|G| C x C) P^T W, by
    the pseudo-inverse of P (|G|, n^2), whose singular values are sqrt(|G|) and sqrt(|G|/(n-1)).

    Args:
        weights: W, (|G|, width).
        group: the group.
        centred: whether W is centred over the group first; J x J is left out.

    Raises:
        ValueError: the first axis of the weights is not |G|.
    """
    n, order = group.n, group.order
    if len(weights) != order:
        raise ValueError(f"weights have {len(weights)} rows but {group} has {order} elements")
    moments = group.permutation_representation(torch.float64).flatten(1).T @ weights.double()
    standard = independent_projector(n, centred=True)
    constant = independent_projector(n, centred=centred) - standard
    return (constant + (n - 1) * standard) @ moments / order


def permutation_readout_map(measured: Measured, *, centred: bool = False) -> Tensor:
    """Return T with sum T[ij, kl] P_ij(xy) P_kl(z) the logits in the permutation representation.

    These logits are the contribution of the hidden layer. If they are a multiple of the number of
    fixed points of x y z^-1, T is that multiple of `independent_projector`; see
    `hidden.pattern_distance`.

    Args:
        measured: a run on S_n.
        centred: whether hidden layer and unembedding are centred over the group first, as is the
            pattern of the same name. Constants that remain after training are then ignored.

    Returns:
        (n^2, n^2), without parts along the redundant directions on either side.

    Raises:
        ValueError: the unembedding has not |G| rows.
    """
    group: Any = measured.group
    hidden, answers = (
        permutation_coefficients(weights, group, centred=centred)
        for weights in (measured.statistics.hidden_by_product, measured.unembedding)
    )
    return hidden @ answers.T


def _require_degree(n: int) -> None:
    if n < 1:
        raise ValueError(f"the permutation representation of S_n needs n of 1 or more, got {n}")
