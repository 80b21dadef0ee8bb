"""The loss of training, with its gradient, for networks that are trained together.

Logits are features @ readout + bias, one row a pair. The mean cross entropy and its gradient are
taken in one pass over blocks of rows, so that neither logits nor probabilities of all pairs are
ever in memory together.
"""

from __future__ import annotations

from typing import Any, Literal, get_args

import torch
from torch import Tensor

Precision = Literal["float64", "float32"]
PRECISIONS = get_args(Precision)

BLOCK = 2**20
"""Logits of one network that are taken at a time."""


def mean_cross_entropy(
    features: Tensor, readout: Tensor, bias: Tensor, targets: Tensor, precision: Precision
) -> Tensor:
    """Mean over the pairs of log sum_z exp(l_z - l_target), where l = features @ readout + bias.

    Logits are computed in the dtype of the features. In "float64" what follows is in float64. In
    "float32" it is in the dtype of the features, from differences to the logit of the target, so
    that small losses keep their relative precision, and so does the gradient at the target.

    Args:
        features: (networks, pairs, k).
        readout: (networks, k, |G|).
        bias: (networks, |G|).
        targets: indices, (networks, pairs).
        precision: see above.

    Returns:
        (networks,), float64 if `precision` is.
    """
    loss: Tensor = _MeanCrossEntropy.apply(  # type: ignore[no-untyped-call]
        features, readout, bias, targets, precision
    )
    return loss


class _MeanCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        features: Tensor,
        readout: Tensor,
        bias: Tensor,
        targets: Tensor,
        precision: Precision,
    ) -> Tensor:
        networks, pairs, _ = features.shape
        inner = torch.float64 if precision == "float64" else features.dtype
        loss = features.new_zeros(networks, dtype=inner)
        by_features, by_readout = torch.empty_like(features), torch.zeros_like(readout)
        by_bias = torch.zeros_like(bias)
        rows = max(1, BLOCK // readout.shape[2])
        for start in range(0, pairs, rows):
            part = slice(start, start + rows)
            target = targets[:, part, None]
            logits = torch.baddbmm(bias[:, None], features[:, part], readout).to(inner)
            losses, gradient = _cross_entropies(logits, target)
            loss += losses.sum(1)
            scaled = gradient.div_(pairs).to(features.dtype)
            by_features[:, part] = scaled @ readout.mT
            by_readout.baddbmm_(features[:, part].mT, scaled)
            by_bias += scaled.sum(1)
        ctx.save_for_backward(by_features, by_readout, by_bias)
        return loss / pairs

    @staticmethod
    def backward(ctx: Any, weight: Tensor) -> tuple[Tensor | None, ...]:
        by_features, by_readout, by_bias = ctx.saved_tensors
        weight = weight.to(by_features.dtype)[:, None]
        return (
            by_features * weight[..., None],
            by_readout * weight[..., None],
            by_bias * weight,
            None,
            None,
        )


def _cross_entropies(logits: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Losses (networks, rows) and their gradient by the logits, which are overwritten.

    With d_z = l_z - l_target for z other than the target, and S the sum of exp(d_z), the loss is
    log(1 + S), and the gradient exp(d_z)/(1 + S) at z and -S/(1 + S) at the target: no ones are
    subtracted.
    """
    differences = logits.sub_(logits.gather(2, target))
    shift = differences.amax(2, keepdim=True)  # At least 0, the difference of the target.
    others = differences.sub_(shift).exp_().scatter_(2, target, 0.0)
    total = others.sum(2, keepdim=True)
    own = (-shift).exp()
    losses = torch.where(shift > 0, shift + (total + own).log(), total.log1p())
    gradient = others.div_(total + own)
    gradient.scatter_(2, target, -total / (total + own))
    return losses.squeeze(2), gradient
