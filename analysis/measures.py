"""The measures: what the weights, the hidden layer and the logits have to do with irreps.

Every function takes tensors and a group and is a formula of representation theory. For an
irrep of dimension d over the reals, c = <chi, chi> is 1 (always so for S_n), 2 or 4.
"""

from __future__ import annotations

from math import sqrt

import torch
from torch import Tensor

from analysis.statistics import PairStatistics
from symrep import Partition, SymmetricGroup, isotypic_projection, power_spectrum

Shares = dict[Partition, float]

KEY_SIMILARITY = 0.005
"""Similarity above which an irrep counts as key."""


OFF = 0.01
"""Norm, as a share of the largest, up to which a neuron counts as off."""


def characters_on_elements(group: SymmetricGroup) -> dict[Partition, Tensor]:
    """{irrep: chi(g) for every g}, each (|G|,) in float64."""
    table = group.character_table()
    return {
        label: torch.tensor(row, dtype=torch.float64)[group.class_of]
        for label, row in zip(table.irreps, table.values, strict=True)
    }


def trivial_label(group: SymmetricGroup) -> Partition:
    """The label of the trivial irrep."""
    return group.parse_label("trivial")


def fraction_of_variance_explained(weights: Tensor, group: SymmetricGroup) -> Shares:
    """{irrep: tr(W^T K W)/||W||^2} for W (|G|, width), K the isotypic projector.

    The shares sum to 1, or are all 0 if the weights are.
    """
    total = float(weights.double().square().sum())
    energies = power_spectrum(weights.double(), group)
    return {label: _ratio(float(energy.sum()), total) for label, energy in energies.items()}


def neuron_shares(weights: Tensor, group: SymmetricGroup) -> Tensor:
    """[k, i] = share of irrep k in the function weights[:, i] on the group, (irreps, width).

    Irreps are in the order of `group.irreps`. A column sums to 1, or is 0 if the neuron is off.
    """
    energies = torch.stack(list(power_spectrum(weights.double(), group).values()))
    totals = energies.sum(0)
    return torch.where(totals > 0, energies / totals.clamp_min(torch.finfo().tiny), 0.0)


def live_neurons(weights: Tensor) -> Tensor:
    """[i] = whether the norm of weights[:, i] is above a hundredth of the largest, (width,)."""
    norms: Tensor = weights.norm(dim=0)
    return norms > OFF * norms.max()


def chance_of_variance_explained(group: SymmetricGroup) -> Shares:
    """{irrep: d^2/(c |G|)}, the mean share in random weights of any width."""
    return {label: rank / group.order for label, rank in isotypic_ranks(group).items()}


def isotypic_ranks(group: SymmetricGroup) -> dict[Partition, int]:
    """{irrep: d^2/c}, the dimension of the span of its matrix entries; they sum to |G|."""
    table = group.character_table()
    return {
        label: int(dimension**2 // table.inner_product(row.tolist(), row.tolist()))
        for label, dimension, row in zip(table.irreps, table.dimensions, table.values, strict=True)
    }


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
            _ratio(group.order * float(energies[0][label].sum()), statistics.hidden_energy),
            _ratio(group.order * float(energies[1][label].sum()), statistics.hidden_energy),
            _ratio(group.order * float(energies[2][label].sum()), statistics.hidden_energy),
        )
        for label in group.irreps
    }


def chance_of_hidden_fraction(group: SymmetricGroup) -> Shares:
    """{irrep: (d^2/c)/(|G|^2 - 1)}, the mean share of rho(x), rho(y) or rho(xy) in noise.

    Noise is independent at every pair and centred. The trivial irrep has none.
    """
    ranks = isotypic_ranks(group)
    shares = {label: _ratio(rank, group.order**2 - 1) for label, rank in ranks.items()}
    return shares | {trivial_label(group): 0.0}


def character_similarities(statistics: PairStatistics, group: SymmetricGroup) -> Shares:
    """{irrep: cosine of the centred logits with the cube chi(x y z^-1)}, trivial excepted.

    The cubes of different irreps are orthogonal: the squares sum to the share of the logits'
    variance that is a function of the conjugacy class of x y z^-1. All are 0 for constant
    logits.
    """
    # [g, z] = g z^-1
    quotients = group.cayley_table[:, group.inverse_indices]
    sums = torch.zeros(group.order, dtype=torch.float64)
    sums.index_add_(0, quotients.flatten(), statistics.logits_by_product.flatten() * group.order)
    norm = sqrt(statistics.logit_energy)
    return {
        label: _ratio(float(chi @ sums), norm * _cube_norm(chi))
        for label, chi in characters_on_elements(group).items()
        if label != trivial_label(group)
    }


def chance_of_similarity(group: SymmetricGroup) -> float:
    """Root mean square of the similarity of random logits with the cube of any irrep."""
    return _ratio(1.0, sqrt(group.order**2 * (group.order - 1)))


def key_irreps(similarities: Shares, threshold: float = KEY_SIMILARITY) -> list[Partition]:
    """The irreps whose similarity is above the threshold, the most similar first."""
    keys = [label for label, similarity in similarities.items() if similarity > threshold]
    return sorted(keys, key=lambda label: -similarities[label])


def character_logits(
    statistics: PairStatistics, group: SymmetricGroup, similarities: Shares, label: Partition
) -> Tensor:
    """[g, z] = the part of the centred logits along chi(g z^-1), where g = xy; (|G|, |G|)."""
    chi = characters_on_elements(group)[label]
    size = _ratio(similarities[label] * sqrt(statistics.logit_energy), _cube_norm(chi))
    return size * chi[group.cayley_table[:, group.inverse_indices]]


def hidden_logits(
    statistics: PairStatistics, group: SymmetricGroup, unembedding: Tensor, label: Partition
) -> Tensor:
    """[g, z] = logits of the projection of the uncentred h onto the span of rho(g), g = xy."""
    projection = isotypic_projection(statistics.hidden_by_product, group, label)
    return projection @ unembedding.double().T


def _cube_norm(chi: Tensor) -> float:
    """Norm of chi(x y z^-1) over all triples: |G| ||chi||."""
    return len(chi) * float(chi.norm())


def _ratio(numerator: float, denominator: float) -> float:
    return numerator / denominator if denominator > 0 else 0.0
