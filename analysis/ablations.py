"""Losses when a part of the logits is all that is left, or is all that is taken away.

A part is a matrix Q (|G|, |G|): Q[g, z] is its contribution to the logit of z at every pair
with xy = g. Losses are mean cross entropies with the label xy, in float64.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from analysis.runs import Run
from analysis.statistics import BLOCK_BYTES, in_float64


def restricted_loss(part: Tensor) -> float:
    """The loss over all pairs with Q as the logits; |G| rows, as it depends on xy alone."""
    return float(F.cross_entropy(part, torch.arange(len(part))))


Layer = Literal["hidden", "logit"]


@torch.no_grad()
def excluded_losses(run: Run, parts: Sequence[tuple[Layer, Tensor]]) -> list[float]:
    """For each Q, the loss over the training pairs with what its layer says less Q.

    "logit" is the logits; "hidden" is what the unembedding makes of the hidden layer alone. They
    differ where logits have other sources, such as the residual stream of a transformer.

    Cost: one evaluation of the network at the training pairs, and |G| exponentials a training
    pair and part.
    """
    order = run.group.order
    network = in_float64(run.network)
    readout = network.unembedding().double().T
    pairs = run.training_mask.flatten().nonzero().flatten()
    products = run.group.cayley_table.flatten()[pairs]
    sums = [0.0] * len(parts)
    size = max(1, BLOCK_BYTES // (8 * order))
    for start in range(0, len(pairs), size):
        block = pairs[start : start + size]
        labels = products[start : start + size]
        activations = network.activations(block // order, block % order)
        said = {"logit": activations["logits"], "hidden": activations["hidden"] @ readout}
        # One buffer for all parts: fresh pages would cost more than the exponentials.
        rest = torch.empty_like(said["logit"])
        for k, (layer, part) in enumerate(parts):
            torch.index_select(part, 0, labels, out=rest)
            torch.sub(said[layer], rest, out=rest)
            sums[k] += float(F.cross_entropy(rest, labels, reduction="sum"))
    return [total / len(pairs) for total in sums]
