"""The logits: how far they, and the probabilities, are characters of x y z^-1."""

from __future__ import annotations

from math import sqrt

import torch
from torch import Tensor

from analysis.isotypic import (
    Level,
    Shares,
    characters_on_elements,
    quotients,
    ratio,
    trivial_label,
)
from analysis.statistics import Answers
from symrep import Partition, SymmetricGroup

KEY_SIMILARITY = 0.005
"""Similarity above which an irrep counts as key."""


def character_similarities(answers: Answers, group: SymmetricGroup) -> Shares:
    """{irrep: cosine of the centred answers with the cube chi(x y z^-1)}, trivial excepted.

    The cubes of different irreps are orthogonal: the squares sum to the share of the answers'
    variance that is a function of the conjugacy class of x y z^-1. All are 0 for constant
    answers.
    """
    sums = torch.zeros(group.order, dtype=torch.float64)
    sums.index_add_(0, quotients(group).flatten(), answers.by_product.flatten() * group.order)
    norm = sqrt(answers.energy)
    return {
        label: ratio(float(chi @ sums), norm * _cube_norm(chi))
        for label, chi in characters_on_elements(group).items()
        if label != trivial_label(group)
    }


def chance_of_similarity(group: SymmetricGroup) -> Level:
    """The similarity of random logits with the cube of any irrep; on average 0."""
    return Level(0.0, ratio(1.0, sqrt(group.order**2 * (group.order - 1))))


def chance_of_row_similarity(group: SymmetricGroup) -> Level:
    """The cosine of one row of random logits with a character, averaged over the |G|^2 rows."""
    return chance_of_similarity(group)


def key_irreps(similarities: Shares, threshold: float = KEY_SIMILARITY) -> list[Partition]:
    """The irreps whose similarity is above the threshold, the most similar first."""
    keys = [label for label, similarity in similarities.items() if similarity > threshold]
    return sorted(keys, key=lambda label: -similarities[label])


def character_logits(
    answers: Answers, group: SymmetricGroup, similarities: Shares, label: Partition
) -> Tensor:
    """[g, z] = the part of the centred answers along chi(g z^-1), where g = xy; (|G|, |G|)."""
    chi = characters_on_elements(group)[label]
    size = ratio(similarities[label] * sqrt(answers.energy), _cube_norm(chi))
    return size * chi[quotients(group)]


def _cube_norm(chi: Tensor) -> float:
    """Norm of chi(x y z^-1) over all triples: |G| ||chi||."""
    return len(chi) * float(chi.norm())
