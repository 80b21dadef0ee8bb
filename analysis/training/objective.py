"""The training loss and its gradient, for networks that are trained together.

Logits are features @ readout + bias, one row a pair. The mean cross entropy and its gradient are
computed in one pass over blocks of rows, so that logits and probabilities of all pairs are never
in memory together.
"""

from __future__ import annotations

import torch
from torch import Tensor

from analysis.runs.configuration import Precision

LOGITS_AT_A_TIME = 2**20
"""Number of logits in a block."""


@torch.no_grad()
def mean_cross_entropy(
    features: Tensor,
    readout: Tensor,
    bias: Tensor | None,
    targets: Tensor,
    precision: Precision,
) -> tuple[Tensor, list[Tensor]]:
    """Return the mean of log sum_z exp(l_z - l_target), l = features @ readout + bias, over pairs.

    Logits are computed in the dtype of the features. In "float64" what follows is in float64. In
    "float32" it is in the dtype of the features, from differences to the logit of the target, so
    that small losses keep their relative precision, and so does the gradient at the target.

    Args:
        features: (networks, pairs, k).
        readout: (networks, k, |G|).
        bias: (networks, |G|), or None for 0.
        targets: indices, (networks, pairs).
        precision: see above.

    Returns:
        The losses (networks,), float64 if `precision` is, and the gradients of their sum by the
        features, the readout and, if it is not None, the bias.
    """
    networks, pairs, _ = features.shape
    order = readout.shape[2]
    inner = torch.float64 if precision == "float64" else features.dtype
    rows = min(pairs, max(1, LOGITS_AT_A_TIME // (networks * order)))
    wide = features.new_empty(networks, rows, order, dtype=inner)
    narrow = features.new_empty(networks, rows, order)
    losses = features.new_zeros(networks, dtype=inner)
    by_features, by_readout = torch.empty_like(features), torch.zeros_like(readout.mT)
    by_bias = [] if bias is None else [torch.zeros_like(bias)]
    for start in range(0, pairs, rows):
        part = slice(start, start + rows)
        target = targets[:, part, None]
        logits, inside = narrow[:, : target.shape[1]], wide[:, : target.shape[1]]
        torch.bmm(features[:, part], readout, out=logits)
        if bias is not None:
            logits += bias[:, None]
        losses += _cross_entropies(logits, inside, target, pairs)
        gradient = logits  # They are overwritten.
        torch.bmm(gradient, readout.mT, out=by_features[:, part])
        by_readout.baddbmm_(gradient.mT, features[:, part])
        for sums in by_bias:
            sums += gradient.sum(1)
    return losses, [by_features, by_readout.mT, *by_bias]


def _cross_entropies(logits: Tensor, inside: Tensor, target: Tensor, pairs: int) -> Tensor:
    """Return sums (networks,) of losses over `pairs`; their gradient overwrites the logits.

    With the largest logit m and S the sum of exp(l_z - m) over z other than the target, the loss
    is m - l_target + log(exp(l_target - m) + S), which is log(1 + S) where the target is the
    largest. The gradient has -S at the target, over the same sum, without cancellation.

    Args:
        logits: (networks, rows, |G|).
        inside: numbers of the dtype to compute in, of the same shape, which are overwritten.
        target: indices, (networks, rows, 1).
        pairs: number of all pairs.
    """
    largest = logits.amax(2, keepdim=True).to(inside.dtype)
    below = logits.gather(2, target).to(inside.dtype) - largest
    others = inside.copy_(logits).sub_(largest).exp_().scatter_(2, target, 0.0)
    total = others.sum(2, keepdim=True)
    norm = below.exp() + total
    losses = torch.where(below < 0, norm.log() - below, total.log1p())
    scale = 1 / (norm * pairs)
    logits.copy_(others.mul_(scale)).scatter_(2, target, (-total * scale).to(logits.dtype))
    return losses.sum((1, 2)) / pairs
