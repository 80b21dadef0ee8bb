"""Neurons: which irrep each belongs to, and what it computes."""

from __future__ import annotations

import torch
from torch import Tensor

from symrep import SymmetricGroup, power_spectrum

OFF = 0.01
"""Norm, as a share of the largest, up to which a neuron counts as off."""


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
