"""One streamed pass over all |G|^2 pairs, after which every measure needs sums over G alone.

Pairs are visited as (x, g) with g = xy, so that sums over the pairs with one product are sums
over a row. Memory is a block of rows, O(|G| max(hidden, |G|)) numbers each; the |G|^3 logits
are never held together.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from analysis.networks import Network
from symrep import SymmetricGroup

BLOCK_BYTES = 2**22


@dataclass(frozen=True, eq=False)
class PairStatistics:
    """Sums over all pairs (x, y) of a network's hidden activations h and logits L, in float64.

    L_c is L less its mean over the last axis, h_c is h less its mean over all pairs.

    Attributes:
        hidden_mean: mean of h, (hidden,).
        hidden_by_x: [x] = mean of h over y, (|G|, hidden).
        hidden_by_y: [y] = mean of h over x, (|G|, hidden).
        hidden_by_product: [g] = mean of h over the pairs with xy = g, (|G|, hidden).
        hidden_energy: sum of h_c squared.
        logits_by_product: [g, z] = mean of L_c over the pairs with xy = g, (|G|, |G|).
        logit_energy: sum of L_c squared.
        losses: [x, y] = cross entropy of the logits with the label xy, (|G|, |G|).
        correct: [x, y] = whether the largest logit is that of xy, (|G|, |G|) of bool.
    """

    hidden_mean: Tensor
    hidden_by_x: Tensor
    hidden_by_y: Tensor
    hidden_by_product: Tensor
    hidden_energy: float
    logits_by_product: Tensor
    logit_energy: float
    losses: Tensor
    correct: Tensor


@torch.no_grad()
def pair_statistics(network: Network, group: SymmetricGroup) -> PairStatistics:
    """The statistics of a network, evaluated in float64.

    Cost: one evaluation of the network at every pair; memory O(|G|^2) and one block.

    Raises:
        ValueError: the network is on another number of elements, or gives values that are NaN
            or infinite.
    """
    require_fit(network, group)
    network = in_float64(network)
    order = group.order
    products, inverses = group.cayley_table, group.inverse_indices
    width = network.unembedding().shape[1]
    by_x, by_y, by_product = (torch.zeros(order, width, dtype=torch.float64) for _ in range(3))
    logits_by_product = torch.zeros(order, order, dtype=torch.float64)
    losses = torch.zeros(order, order, dtype=torch.float64)
    correct = torch.zeros(order, order, dtype=torch.bool)
    hidden_energy = logit_energy = 0.0
    labels = torch.arange(order)
    for x in row_blocks(order, width):
        y = products[inverses[x]]
        activations = network.activations(x[:, None], y)
        hidden, logits = activations["hidden"], activations["logits"]
        by_x[x] = hidden.mean(1)
        by_y.index_add_(0, y.flatten(), hidden.flatten(0, 1))
        by_product += hidden.sum(0)
        hidden_energy += float(hidden.square().sum())
        # Reordered from [x, xy] to [x, y].
        row_losses = F.cross_entropy(
            logits.flatten(0, 1), labels.repeat(len(x)), reduction="none"
        ).view(len(x), order)
        losses[x] = row_losses.gather(1, products[x])
        correct[x] = (logits.argmax(-1) == labels).gather(1, products[x])
        centred = logits - logits.mean(-1, keepdim=True)
        logits_by_product += centred.sum(0)
        logit_energy += float(centred.square().sum())
    mean = by_x.mean(0)
    statistics = PairStatistics(
        hidden_mean=mean,
        hidden_by_x=by_x,
        hidden_by_y=by_y / order,
        hidden_by_product=by_product / order,
        hidden_energy=max(hidden_energy - order**2 * float(mean.square().sum()), 0.0),
        logits_by_product=logits_by_product / order,
        logit_energy=logit_energy,
        losses=losses,
        correct=correct,
    )
    if not (losses.isfinite().all() and by_product.isfinite().all()):
        raise ValueError("the network gives activations or logits that are NaN or infinite")
    return statistics


def require_fit(network: Network, group: SymmetricGroup) -> None:
    """Raises ValueError if the network is not one on the elements of the group."""
    if network.order != group.order:
        raise ValueError(
            f"the network is on {network.order} elements but {group} has {group.order}"
        )


def in_float64(network: Network) -> Network:
    """A copy of the network with parameters in float64, if it is a torch module."""
    return copy.deepcopy(network).double() if isinstance(network, nn.Module) else network


def row_blocks(order: int, width: int) -> Iterator[Tensor]:
    """0, ..., order-1 in blocks whose rows of activations fill about `BLOCK_BYTES`."""
    row_bytes = 8 * order * max(order, width)
    size = max(1, min(BLOCK_BYTES // row_bytes, order // 2))
    for start in range(0, order, size):
        yield torch.arange(start, min(start + size, order))
