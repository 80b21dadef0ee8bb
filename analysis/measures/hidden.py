"""The hidden layer: its parts along rho(x), rho(y) and rho(xy), and what they give as logits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import torch
from torch import Tensor

from analysis.measures.isotypic import (
    Baseline,
    Baselines,
    Fractions,
    by_irrep,
    fraction_baseline,
    isotypic_parts,
    isotypic_ranks,
    quotients,
    ratio,
    trivial_label,
)
from analysis.measures.matrix_coefficients import orthonormal_coefficients
from analysis.measures.measured import Measured, once
from analysis.measures.statistics import require_fit, row_blocks
from analysis.tensors import group_tensors
from symrep import ByIrrep, power_spectrum
from symrep.characters.table import Label
from symrep.groups.base import AnyGroup
from symrep.groups.symmetric import IrrepLabel
from symrep.representations.standard_form import from_first_columns

WORDS = ("xy", "yx", "x^-1 y", "x y^-1")
"""Products of x, y and their inverses; the other four are inverses of these."""

CUTOFF = 0.02
"""Singular value, relative to the largest, up to which a direction counts as 0."""


@once
def hidden_fractions(measured: Measured) -> ByIrrep[Any, tuple[float, float, float]]:
    """Return {irrep: fractions of variance of the hidden layer in rho(x), rho(y) and rho(xy)}.

    The matrix coefficients of rho(x), rho(y) and rho(xy), as functions on pairs, span orthogonal
    spaces, for one irrep and for different ones, so that all fractions sum to at most 1. The
    trivial irrep has 0, as the activations are centred over all pairs.
    """
    statistics, group = measured.statistics, measured.group
    means = (statistics.hidden_by_x, statistics.hidden_by_y, statistics.hidden_by_product)
    energies = [power_spectrum(mean - statistics.hidden_mean, group) for mean in means]
    return by_irrep(
        group,
        {
            label: (
                ratio(group.order * float(energies[0][label].sum()), statistics.hidden_energy),
                ratio(group.order * float(energies[1][label].sum()), statistics.hidden_energy),
                ratio(group.order * float(energies[2][label].sum()), statistics.hidden_energy),
            )
            for label in group.irreps
        },
    )


def hidden_fraction_baseline(group: AnyGroup, width: int = 1, parts: int = 1) -> Baselines:
    """Return {irrep: fraction of rho(x), rho(y) or rho(xy) in noise}, mean (d^2/c)/(|G|^2 - 1).

    The noise is independent at every pair, and centred, so that the trivial irrep has 0.

    Args:
        group: the group.
        width: number of neurons, on which the standard deviation depends.
        parts: 3 for the sum of the three fractions.
    """
    ranks = isotypic_ranks(group)
    baselines = {
        label: fraction_baseline(parts * rank, group.order**2 - 1, width)
        for label, rank in ranks.items()
    }
    return by_irrep(group, baselines | {trivial_label(group): Baseline(0.0, 0.0)})


def hidden_logits(means: Tensor, group: AnyGroup, unembedding: Tensor, label: Label) -> Tensor:
    """Return [g, z] = logits of hidden activations at g projected onto an irrep, (|G|, |G|).

    Args:
        means: of the hidden activations by x, by y or by xy, (|G|, hidden).
        group: the group.
        unembedding: (|G|, hidden).
        label: of the irrep.
    """
    return isotypic_parts(means, group, [label])[label] @ unembedding.double().T


def hidden_singular_values(measured: Measured) -> Tensor:
    """Return the singular values of centred hidden activations (|G|^2, hidden), largest first.

    An irrep has rank at most d^2/c in each of rho(x), rho(y) and rho(xy).
    """
    energies: Tensor = torch.linalg.eigvalsh(measured.statistics.hidden_gram)
    return energies.flip(0).clamp_min(0).sqrt()


@torch.no_grad()
def word_fractions(measured: Measured, words: Sequence[str] = WORDS) -> dict[str, Fractions]:
    """Return {word: {irrep: fraction of variance of the hidden activations in rho(word)}}.

    A network that multiplies in another order has large fractions in another word. A word and its
    inverse have the same fractions, as the matrix coefficients of rho(g^-1) are those of rho(g),
    transposed. Different words are not orthogonal, so that their fractions do not add up: xy and
    yx have the character in common. The trivial irrep has 0. The null baseline of each word is
    `hidden_fraction_baseline`.

    Args:
        measured: the run.
        words: some of `WORDS`.

    Cost: one evaluation of the network at every pair and O(|G|^2 hidden) a word.

    Raises:
        ValueError: a word is unknown, or the network is not one on the group.
    """
    group, network = measured.group, measured.network
    table = group_tensors(group).products
    tables = {
        "xy": table,
        "yx": table.T,
        "x^-1 y": table[group_tensors(group).inverses],
        "x y^-1": quotients(group),
    }
    for word in words:
        if word not in tables:
            raise ValueError(f"unknown word {word!r}: expected one of {', '.join(WORDS)}")
    require_fit(network, group)
    order, width = group.order, measured.unembedding.shape[1]
    sums = {word: torch.zeros(order, width, dtype=torch.float64) for word in words}
    total, energy = torch.zeros(width, dtype=torch.float64), 0.0
    y = torch.arange(order)
    origin = network.activations(y[:1], y[:1])["hidden"]
    for x in row_blocks(order, width):
        # Relative to one pair, so that constant neurons are exactly 0.
        values = (network.activations(x[:, None], y)["hidden"] - origin).flatten(0, 1)
        total += values.sum(0)
        energy += float(values.square().sum())
        for word, by_word in sums.items():
            by_word.index_add_(0, tables[word][x].flatten(), values)
    mean = total / order**2
    energy -= order**2 * float(mean.square().sum())
    return {
        word: power_spectrum(by_word / order - mean, group).map(
            lambda part: ratio(order * float(part.sum()), energy)
        )
        for word, by_word in sums.items()
    }


@dataclass(frozen=True, eq=False)
class Readout:
    """A linear probe of rho(g) on the hidden activations projected onto rho(xy).

    Attributes:
        matrices: prediction of the probe at each g = xy, (|G|, d, d).
        dimensions: number of the d^2/c dimensions of rho(xy) that the neurons span.
        error: ||matrices - rho||/||rho||, which is sqrt(1 - dimensions/(d^2/c)).
    """

    matrices: Tensor
    dimensions: int
    error: float


def projected_representation(
    measured: Measured, label: IrrepLabel, cutoff: float = CUTOFF
) -> Readout:
    """Fit a linear probe of rho(g) to the hidden activations projected onto rho(xy).

    The projection at xy = g is phi(g) C, with phi the d^2/c orthonormal matrix coefficients and C
    (d^2/c, hidden). The probe is the pseudo-inverse of C. It predicts rho exactly if the neurons
    span all matrix coefficients, and the spanned part of rho otherwise.

    Args:
        measured: the run.
        label: of the irrep.
        cutoff: singular values of C up to this fraction of the largest count as 0.

    Raises:
        ValueError: the group has no such irrep.
    """
    group, statistics = measured.group, measured.statistics
    irrep = group.irrep(label)
    matrices = irrep.tensor(torch.float64)
    columns = matrices[:, :, :: irrep.commutant_dim]
    coefficients = orthonormal_coefficients(statistics.hidden_by_product, group, label).flatten(
        0, 1
    )
    directions, values, _ = torch.linalg.svd(coefficients, full_matrices=False)
    kept = directions[:, values > cutoff * values.max()]
    readout = (columns.flatten(1) @ kept @ kept.T).view_as(columns)
    readout = from_first_columns(readout, irrep.commutant_dim)
    error = float((readout - matrices).norm() / matrices.norm())
    return Readout(readout, kept.shape[1], error)


def readout_error_baseline(dimension: int, width: int, commutant_dim: int = 1) -> float:
    """Return the error of `projected_representation` for noise in `width` neurons.

    Random neurons are linearly independent, so that d^2/c of them have the error 0. Compare
    `linear_probe_fraction`.
    """
    return sqrt(max(0.0, 1 - width * commutant_dim / dimension**2))


def linear_probe_fraction(measured: Measured, label: IrrepLabel) -> float:
    """Return the fraction of variance of rho(xy) explained by a linear probe of the hidden layer.

    The probe has the least squared error over all pairs; the fraction is 1 less that error over
    ||rho||^2. It is 0 for the trivial irrep, and for constant neurons.

    Cost: an eigenvalue decomposition of the hidden Gram matrix.

    Raises:
        ValueError: the group has no such irrep.
    """
    group, statistics = measured.group, measured.statistics
    centred = statistics.hidden_by_product - statistics.hidden_mean
    coefficients = orthonormal_coefficients(centred, group, label).flatten(0, 1)
    inverse = torch.linalg.pinv(statistics.hidden_gram, rtol=1e-12, hermitian=True)
    explained = (coefficients @ inverse * coefficients).sum()
    return float(group.order * explained / len(coefficients))


def linear_probe_baseline(
    group: AnyGroup, width: int, dimension: int, commutant_dim: int = 1
) -> Baseline:
    """Return `linear_probe_fraction` for noise in `width` neurons, with mean width/(|G|^2 - 1).

    The standard deviation is that of an irrep of this dimension and commutant dimension.
    """
    return fraction_baseline(width, group.order**2 - 1, dimension**2 // commutant_dim)


def readout_map(measured: Measured, label: IrrepLabel, *, inverse: bool = False) -> Tensor:
    """Return T with sum T[ij, kl] phi_ij(xy) phi_kl(z) the logits in an irrep, (d^2/c, d^2/c).

    phi = sqrt(d/|G|) rho[:, ::c] is orthonormal. These logits are the contribution of the hidden
    layer, projected onto rho(xy) and rho(z), with the unembedding centred over z. Pairs (i, j) are
    flattened to i d/c + j.

    Args:
        measured: the run.
        label: of the irrep.
        inverse: whether phi_kl is at z^-1 instead.

    Raises:
        ValueError: the unembedding has not |G| rows, or the group has no such irrep.
    """
    group, statistics, unembedding = (
        measured.group,
        measured.statistics,
        measured.centred_unembedding,
    )
    hidden = orthonormal_coefficients(statistics.hidden_by_product, group, label)
    # phi(z^-1) at z is phi(z) at z^-1.
    at_inverses = unembedding[group_tensors(group).inverses] if inverse else unembedding
    answers = orthonormal_coefficients(at_inverses, group, label)
    return hidden.flatten(0, 1) @ answers.flatten(0, 1).T


def readout_pattern(dimension: int, *, inverse: bool = False, commutant_dim: int = 1) -> Tensor:
    """Return the `readout_map` of logits that are a character of x y z^-1, up to scale.

    tr(rho(xy) rho(z)^T) = sum_ij rho_ij(xy) rho_ij(z) has the identity. tr(rho(xy) rho(z^-1)) =
    sum_ij rho_ij(xy) rho_ji(z^-1) has the transposition of pairs. With commutant dimension c it
    transposes c x c blocks; the first column of a transposed block is that of the block, with all
    signs but the first reversed.

    Args:
        dimension: d, of the irrep.
        inverse: as in `readout_map`.
        commutant_dim: c, of the irrep.

    Returns:
        (d^2/c, d^2/c).
    """
    count = dimension // commutant_dim
    pattern = torch.eye(dimension * count, dtype=torch.float64)
    if inverse:
        signs = torch.ones(commutant_dim, dtype=torch.float64)
        signs[1:] = -1
        places = pattern.view(-1, count, commutant_dim, count).transpose(1, 3) * signs[:, None]
        pattern = places.flatten(1)
    return pattern


def pattern_distance(found: Tensor, pattern: Tensor) -> float:
    """Return the least ||T - s pattern||/||T|| over scales s >= 0, in [0, 1].

    It is 0 for positive multiples of the pattern alone, and 1 if T is 0 or has no positive inner
    product with the pattern.
    """
    norm = float(found.norm())
    scale = max(0.0, float((found * pattern).sum() / pattern.square().sum()))
    return float((found - scale * pattern).norm()) / norm if norm > 0 else 1.0


def pattern_distance_baseline(pattern: Tensor) -> float:
    """Return the root mean square of `pattern_distance` for random maps.

    The pattern is the identity, a signed permutation or an orthogonal projection, of rank r. In
    maps from random weights the cosine with it has the mean square 1/r^2, and is negative half of
    the time.
    """
    return sqrt(1 - 1 / (2 * float(pattern.square().sum()) ** 2))
