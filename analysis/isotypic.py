"""What every measure needs of the irreps of a group: characters, ranks, shares and chance levels.

For an irrep of dimension d over the reals, c = <chi, chi> is 1 (always so for S_n), 2 or 4; the
entries of its matrices span d^2/c of the |G| dimensions of the functions on the group.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt

import torch
from torch import Tensor

from symrep import Partition, SymmetricGroup

Shares = dict[Partition, float]


@dataclass(frozen=True)
class Level:
    """What a measure has by chance: its mean, and its standard deviation where that is known."""

    mean: float
    spread: float = nan


Levels = dict[Partition, Level]


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


def isotypic_ranks(group: SymmetricGroup) -> dict[Partition, int]:
    """{irrep: d^2/c}, the dimension of the span of its matrix entries; they sum to |G|."""
    table = group.character_table()
    return {
        label: int(dimension**2 // table.inner_product(row.tolist(), row.tolist()))
        for label, dimension, row in zip(table.irreps, table.dimensions, table.values, strict=True)
    }


def quotients(group: SymmetricGroup) -> Tensor:
    """[g, z] = index of g z^-1, (|G|, |G|)."""
    return group.cayley_table[:, group.inverse_indices]


def level_of_share(rank: int, dimension: int, functions: int = 1) -> Level:
    """The share of a subspace in white noise: its energy in `functions` draws over all energy.

    It has a beta distribution with the parameters rank * functions / 2 and
    (dimension - rank) * functions / 2.
    """
    if dimension <= 0:
        return Level(0.0, 0.0)
    mean = rank / dimension
    return Level(mean, sqrt(2 * mean * (1 - mean) / (dimension * functions + 2)))


def ratio(numerator: float, denominator: float) -> float:
    """The quotient, or 0 where there is nothing to divide by."""
    return numerator / denominator if denominator > 0 else 0.0
