"""The hidden layer: what of it is a function of x, of y and of xy, and what that part says."""

from __future__ import annotations

from torch import Tensor

from analysis.isotypic import (
    Level,
    Levels,
    isotypic_ranks,
    level_of_share,
    ratio,
    trivial_label,
)
from analysis.statistics import PairStatistics
from symrep import Partition, SymmetricGroup, isotypic_projection, power_spectrum


def hidden_fractions(
    statistics: PairStatistics, group: SymmetricGroup
) -> dict[Partition, tuple[float, float, float]]:
    """{irrep: shares of rho(x), rho(y) and rho(xy) in the centred hidden activations}.

    The spans of the matrix entries of rho(x), rho(y) and rho(xy) as functions on pairs are
    orthogonal, for one irrep and for different ones, so all shares together are at most 1. The
    trivial irrep has none, as the mean over all pairs is taken away.
    """
    means = (statistics.hidden_by_x, statistics.hidden_by_y, statistics.hidden_by_product)
    energies = [power_spectrum(mean - statistics.hidden_mean, group) for mean in means]
    return {
        label: (
            ratio(group.order * float(energies[0][label].sum()), statistics.hidden_energy),
            ratio(group.order * float(energies[1][label].sum()), statistics.hidden_energy),
            ratio(group.order * float(energies[2][label].sum()), statistics.hidden_energy),
        )
        for label in group.irreps
    }


def chance_of_hidden_fraction(group: SymmetricGroup, width: int = 1, parts: int = 1) -> Levels:
    """{irrep: share of rho(x), rho(y) or rho(xy) in noise}, on average (d^2/c)/(|G|^2 - 1).

    Noise is independent at every pair and centred. The trivial irrep has none.

    Args:
        group: the group.
        width: number of neurons, on which the spread depends.
        parts: 3 for the sum of the three shares.
    """
    ranks = isotypic_ranks(group)
    levels = {
        label: level_of_share(parts * rank, group.order**2 - 1, width)
        for label, rank in ranks.items()
    }
    return levels | {trivial_label(group): Level(0.0, 0.0)}


def hidden_logits(
    means: Tensor, group: SymmetricGroup, unembedding: Tensor, label: Partition
) -> Tensor:
    """[g, z] = logits of the projection of hidden activations at each element onto an irrep.

    Args:
        means: of the hidden activations by x, by y or by xy, (|G|, hidden).
        group: the group.
        unembedding: (|G|, hidden).
        label: of the irrep.
    """
    return isotypic_projection(means, group, label) @ unembedding.double().T
