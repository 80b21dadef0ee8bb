"""Logits and probabilities compared with characters of x y z^-1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import torch
from torch import Tensor

from analysis.measures.isotypic import (
    Baseline,
    Fractions,
    by_irrep,
    characters_on_elements,
    quotients,
    ratio,
    trivial_label,
)
from analysis.measures.measured import Measured, once
from analysis.measures.statistics import Answers
from analysis.tensors import group_tensors
from symrep.characters.table import Label
from symrep.groups.base import AnyGroup
from symrep.groups.symmetric import IrrepLabel

KEY_SIMILARITY = 0.005
"""Similarity above which an irrep is a key irrep."""


def character_similarities(answers: Answers, group: AnyGroup) -> Fractions:
    """Return {irrep: cosine of the centred logits with chi(x y z^-1)}, the trivial one left out.

    Both are functions of (x, y, z); the same holds for probabilities. Characters of different
    irreps are orthogonal: the squares sum to the fraction of variance of the logits that is a
    function of the conjugacy class of x y z^-1. All are 0 for constant logits.
    """
    sums = torch.zeros(group.order, dtype=torch.float64)
    sums.index_add_(0, quotients(group).flatten(), answers.by_product.flatten() * group.order)
    norm = sqrt(answers.energy)
    similarities = {
        label: ratio(float(chi @ sums), norm * _cube_norm(group, label))
        for label, chi in characters_on_elements(group).items()
        if label != trivial_label(group)
    }
    return by_irrep(group, similarities)


def character_coefficients(answers: Answers, group: AnyGroup, similarities: Fractions) -> Fractions:
    """Return {irrep: a} with the sum of a chi(x y z^-1) nearest to the centred logits.

    Args:
        answers: sums of the logits.
        group: the group.
        similarities: those of the logits, for the wanted irreps.
    """
    coefficients = {
        label: ratio(similarity * sqrt(answers.energy), _cube_norm(group, label))
        for label, similarity in similarities.items()
    }
    return by_irrep(group, coefficients)


def row_similarities(answers: Answers, group: AnyGroup) -> Fractions:
    """Return {irrep: mean over all pairs of the cosine of a row with chi(xy z^-1)}, not trivial."""
    cosines = dict(zip(group.irreps, answers.row_cosines.tolist(), strict=True))
    del cosines[trivial_label(group)]
    return by_irrep(group, cosines)


def similarity_of_certainty(group: AnyGroup) -> Fractions:
    """Return {irrep: d/sqrt(c(|G|-1))}, the similarity of probabilities that are 1 at xy.

    It is the cosine of every row with chi(xy z^-1), and that of all rows together. The trivial
    irrep is left out.
    """
    similarities = {
        label: irrep.dim / sqrt(irrep.commutant_dim * (group.order - 1))
        for label, irrep in group.irreps.items()
        if label != trivial_label(group)
    }
    return by_irrep(group, similarities)


def similarity_baseline(group: AnyGroup) -> Baseline:
    """Return the similarity of random logits with the character of any irrep, with mean 0."""
    return Baseline(0.0, ratio(1.0, sqrt(group.order**2 * (group.order - 1))))


def similar_irreps(similarities: Fractions, threshold: float = KEY_SIMILARITY) -> list[Label]:
    """Return the irreps whose similarity is above the threshold, the most similar first."""
    keys = [label for label, similarity in similarities.items() if similarity > threshold]
    return sorted(keys, key=lambda label: -similarities[label])


@once
def logit_similarities(measured: Measured) -> Fractions:
    """Return {irrep: cosine of the centred logits with chi(x y z^-1)}, the trivial one left out."""
    return character_similarities(measured.statistics.logits, measured.group)


@once
def key_irreps(measured: Measured) -> list[Label]:
    """Return the key irreps: the given ones, or else those of the logits.

    Those of the logits have a similarity above `KEY_SIMILARITY`; the most similar is first.

    Raises:
        ValueError: a given label is not of an irrep of the group, or is the trivial one.
    """
    if measured.keys is None:
        return similar_irreps(logit_similarities(measured))
    group = measured.group
    keys = [group.parse_label(label) for label in measured.keys]
    if trivial_label(group) in keys:
        raise ValueError(
            f"key irreps are irreps of {group}, not trivial; got {trivial_label(group)}"
        )
    return keys


def character_logits(
    answers: Answers, group: AnyGroup, similarities: Fractions, label: Label
) -> Tensor:
    """Return [g, z] = part of the centred logits along chi(g z^-1), where g = xy, (|G|, |G|)."""
    coefficient = character_coefficients(answers, group, {label: similarities[label]})[label]
    return coefficient * characters_on_elements(group)[label][quotients(group)]


@dataclass(frozen=True, eq=False)
class LogitSlice:
    """The logits at the pairs with one element held fixed, and the fitted characters there.

    Attributes:
        real: [g, z] = centred logit of z where the other element is g, (|G|, |G|).
        hypothesised: the sum of characters of x y z^-1 fitted to all logits, at these pairs.
        explained: fraction of variance of `real` explained by `hypothesised`. Its mean over all
            slices, weighted by their variances, is the sum of the squared similarities. It can
            be negative.
    """

    real: Tensor
    hypothesised: Tensor
    explained: float


@torch.no_grad()
def logit_slice(
    measured: Measured,
    element: object,
    held: Literal["x", "y"] = "x",
    irreps: Iterable[IrrepLabel] | None = None,
) -> LogitSlice:
    """Return the logits at the pairs with x = element or y = element, and the fitted characters.

    Args:
        measured: the run.
        element: the element.
        held: "x" or "y", the variable that is held fixed.
        irreps: irreps of the characters; the key irreps if None.

    Cost: one evaluation of the network at |G| pairs.

    Raises:
        ValueError: there is no such element, `held` is neither, or an irrep is trivial or not of
            the group.
    """
    group, answers = measured.group, measured.statistics.logits
    index = group.index(element)
    if held not in ("x", "y"):
        raise ValueError(f"either x or y is held fixed, got {held!r}")
    similarities = logit_similarities(measured)
    labels = key_irreps(measured) if irreps is None else list(map(group.parse_label, irreps))
    if trivial_label(group) in labels:
        raise ValueError("centred logits have no part along the trivial irrep")
    others, fixed = torch.arange(group.order), torch.tensor(index)
    x, y = (fixed, others) if held == "x" else (others, fixed)
    real = measured.network.activations(x, y)["logits"].double()
    real = real - real.mean(-1, keepdim=True)
    hypothesised = torch.zeros_like(real)
    for label in labels:
        part = character_logits(answers, group, similarities, label)
        hypothesised += part[group_tensors(group).products[x, y]]
    energy = float(real.square().sum())
    unexplained = float((real - hypothesised).square().sum())
    return LogitSlice(real, hypothesised, ratio(energy - unexplained, energy))


def _cube_norm(group: AnyGroup, label: Label) -> float:
    """Return the norm of chi(x y z^-1) over all triples: |G| ||chi|| = |G| sqrt(c |G|)."""
    return group.order * sqrt(group.irreps[label].commutant_dim * group.order)
