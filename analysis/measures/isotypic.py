"""Characters, isotypic projections and ranks of the irreps of a group, and null baselines.

An irrep of dimension d over the reals has the commutant dimension c = <chi, chi>: 1, 2 or 4 for
real, complex or quaternionic type, always 1 for S_n. Its matrix coefficients span d^2/c of the |G|
dimensions of the functions on the group.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import nan, sqrt
from typing import Any, TypeVar

import torch
from torch import Tensor

from analysis.tensors import group_tensors
from symrep import ByIrrep, fourier_transform
from symrep.characters.labels import by_label
from symrep.characters.table import Label
from symrep.groups.base import AnyGroup

Value = TypeVar("Value")
Fractions = Mapping[Any, float]


@dataclass(frozen=True)
class Baseline:
    """The null baseline of a measure: its mean, and its standard deviation where that is known."""

    mean: float
    sd: float = nan


Baselines = Mapping[Any, Baseline]


def by_irrep(group: AnyGroup, values: Mapping[Any, Value]) -> ByIrrep[Any, Value]:
    """Return a mapping by irrep of a group from values by label."""
    return by_label(group.labels, dict(values))


def characters_on_elements(group: AnyGroup) -> ByIrrep[Any, Tensor]:
    """Return {irrep over the reals: chi(g) for every g}, each (|G|,) in float64.

    The squared norm of chi over the group is c |G|; chi is the same at g and at g^-1.
    """
    tensors = group_tensors(group)
    values = tensors.characters[:, tensors.class_of]
    return by_irrep(group, dict(zip(group.irreps, values, strict=True)))


def trivial_label(group: AnyGroup) -> Label:
    """Return the label of the trivial irrep."""
    label: Label = group.parse_label("trivial")
    return label


def isotypic_ranks(group: AnyGroup) -> ByIrrep[Any, int]:
    """Return {irrep: d^2/c}, the rank of its matrix coefficients; the ranks sum to |G|."""
    return group.irreps.map(lambda irrep: irrep.dim**2 // irrep.commutant_dim)


def isotypic_parts(
    functions: Tensor, group: AnyGroup, labels: Iterable[Label] | None = None
) -> ByIrrep[Any, Tensor]:
    """Return {irrep: isotypic projection of functions (|G|, width)}, each (|G|, width), float64.

    Args:
        functions: functions on the group.
        group: the group.
        labels: labels of the irreps; all if None, whose projections sum to the functions.

    Cost: one Fourier transform, and |G| (d^2/c) width operations an irrep.

    Raises:
        ValueError: the first axis of the functions is not |G|.
    """
    coefficients = fourier_transform(functions.double(), group)
    parts = {}
    for label in group.irreps if labels is None else map(group.parse_label, labels):
        irrep = group.irreps[label]
        entries = irrep.tensor(torch.float64)[:, :, :: irrep.commutant_dim].flatten(1)
        columns = coefficients[label][:, :: irrep.commutant_dim].flatten(0, 1)
        parts[label] = entries @ columns * (irrep.dim / group.order)
    return by_irrep(group, parts)


def quotients(group: AnyGroup) -> Tensor:
    """Return [g, z] = index of g z^-1, (|G|, |G|)."""
    return group_tensors(group).products[:, group_tensors(group).inverses]


def fraction_baseline(rank: int, dimension: int, functions: int = 1) -> Baseline:
    """Return the fraction of the squared norm of white noise that lies in a subspace.

    For `functions` draws together it has a beta distribution with the parameters
    rank * functions / 2 and (dimension - rank) * functions / 2; a rank above the dimension counts
    as the dimension.
    """
    if dimension <= 0:
        return Baseline(0.0, 0.0)
    mean = min(rank / dimension, 1.0)
    return Baseline(mean, sqrt(2 * mean * (1 - mean) / (dimension * functions + 2)))


def ratio(numerator: float, denominator: float) -> float:
    """Return the quotient, or 0 if the denominator is not positive."""
    return numerator / denominator if denominator > 0 else 0.0
