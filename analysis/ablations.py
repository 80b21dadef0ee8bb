"""Losses when a part of the logits is all that is left, or is all that is taken away.

A part is a matrix Q (|G|, |G|): Q[g, z] is its contribution to the logit of z at every pair
with xy = g. Losses are mean cross entropies with the label xy, in float64.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from analysis.runs import Run
from analysis.statistics import BLOCK_BYTES, in_float64


def restricted_loss(part: Tensor) -> float:
    """The loss over all pairs with Q as the logits; |G| rows, as it depends on xy alone."""
    return float(F.cross_entropy(part, torch.arange(len(part))))


@torch.no_grad()
def excluded_losses(run: Run, parts: Sequence[Tensor]) -> list[float]:
    """For each Q, the loss over the training pairs with the logits less Q.

    Cost: one evaluation of the network at the training pairs, and |G| exponentials a training
    pair and part.
    """
    order = run.group.order
    network = in_float64(run.network)
    pairs = run.training_mask.flatten().nonzero().flatten()
    products = run.group.cayley_table.flatten()[pairs]
    sums = [0.0] * len(parts)
    size = max(1, BLOCK_BYTES // (8 * order))
    for start in range(0, len(pairs), size):
        block = pairs[start : start + size]
        labels = products[start : start + size]
        logits = network.activations(block // order, block % order)["logits"]
        # One buffer for all parts: fresh pages would cost more than the exponentials.
        rest = torch.empty_like(logits)
        for k, part in enumerate(parts):
            torch.index_select(part, 0, labels, out=rest)
            torch.sub(logits, rest, out=rest)
            sums[k] += float(F.cross_entropy(rest, labels, reduction="sum"))
    return [total / len(pairs) for total in sums]
