"""Weights as functions on the group: what the embeddings and the unembedding are made of."""

from __future__ import annotations

from torch import Tensor

from analysis.isotypic import (
    Level,
    Levels,
    Shares,
    isotypic_ranks,
    level_of_share,
    ratio,
    trivial_label,
)
from symrep import SymmetricGroup, power_spectrum


def fraction_of_variance_explained(weights: Tensor, group: SymmetricGroup) -> Shares:
    """{irrep: tr(W^T K W)/||W||^2} for W (|G|, width), K the isotypic projector.

    The shares sum to 1, or are all 0 if the weights are.
    """
    total = float(weights.double().square().sum())
    energies = power_spectrum(weights.double(), group)
    return {label: ratio(float(energy.sum()), total) for label, energy in energies.items()}


def chance_of_variance_explained(
    group: SymmetricGroup, width: int = 1, centred: bool = False
) -> Levels:
    """{irrep: its share in random weights}, on average d^2/(c |G|).

    Args:
        group: the group.
        width: number of columns, on which the spread depends.
        centred: whether the mean over the group is taken away, so that the trivial irrep has no
            share.
    """
    ranks, trivial = isotypic_ranks(group), trivial_label(group)
    levels = {
        label: level_of_share(rank, group.order - centred, width) for label, rank in ranks.items()
    }
    return levels | {trivial: Level(0.0, 0.0)} if centred else levels
