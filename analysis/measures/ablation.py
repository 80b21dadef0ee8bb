"""Restricted and excluded losses: with a part of the logits alone, and without it.

A part depends on x, on y or on xy alone. Losses are cross entropies with the label xy, in float64.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
import torch
from torch import Tensor
from torch.nn import functional as F

from analysis.measures.isotypic import isotypic_parts
from analysis.measures.logits import character_logits, key_irreps, logit_similarities
from analysis.measures.measured import KEY, Measured, once
from analysis.measures.statistics import pair_blocks
from analysis.tensors import group_tensors
from symrep.characters.table import Label
from symrep.groups.base import AnyGroup
from symrep.groups.symmetric import IrrepLabel

Layer = Literal["hidden", "logit"]
Along = Literal["x", "y", "xy"]
Kind = Literal["restricted", "excluded"]


@dataclass(frozen=True, eq=False)
class Part:
    """A part of the contribution of one layer to the logits.

    Attributes:
        layer: "logit" for all logits; "hidden" for the contribution of the hidden layer. They
            differ where something else contributes, such as the residual stream of a transformer.
        logits: [g, z] = contribution to the logit of z where the element that it depends on is
            g, (|G|, |G|).
        along: the element that it depends on.
    """

    layer: Layer
    logits: Tensor
    along: Along = "xy"


def restricted_loss(part: Tensor) -> float:
    """Return the loss over all pairs with a part along xy, (|G|, |G|), as the logits."""
    return float(F.cross_entropy(part, torch.arange(len(part))))


def restricted_losses(part: Part, group: AnyGroup) -> Tensor:
    """Return [x, y] = loss with the part as the logits, (|G|, |G|), at the cost of |G| rows."""
    places = _places(part, group, torch.arange(group.order)[:, None], torch.arange(group.order))
    return part.logits.logsumexp(1)[places] - part.logits[places, group_tensors(group).products]


@torch.no_grad()
def excluded_losses(measured: Measured, parts: Sequence[Part], pairs: Tensor) -> Tensor:
    """Return [k, i] = loss at pair i with part k subtracted from its layer, (parts, pairs).

    Args:
        measured: the run.
        parts: the parts to subtract.
        pairs: indices x |G| + y, (pairs,).

    Cost: one evaluation of the network at the pairs, and |G| exponentials a pair and part.
    """
    group, network, order = measured.group, measured.network, measured.group.order
    readout = measured.unembedding.T
    products = group_tensors(group).products.flatten()[pairs]
    losses = torch.empty(len(parts), len(pairs), dtype=torch.float64)
    for block in pair_blocks(len(pairs), order):
        x, y, labels = pairs[block] // order, pairs[block] % order, products[block]
        activations = network.activations(x, y)
        outputs = {"logit": activations["logits"], "hidden": activations["hidden"] @ readout}
        # One buffer for all parts: fresh pages would cost more than the exponentials.
        rest = torch.empty_like(outputs["logit"])
        for k, part in enumerate(parts):
            torch.index_select(part.logits, 0, _places(part, group, x, y), out=rest)
            torch.sub(outputs[part.layer], rest, out=rest)
            losses[k, block] = F.cross_entropy(rest, labels, reduction="none")
    return losses


@torch.no_grad()
def ablations(measured: Measured, keys: Sequence[IrrepLabel] | None = None) -> pd.DataFrame:
    """Return restricted and excluded losses of the hidden layer along rho(x), rho(y), rho(xy).

    The hidden activations are projected onto the matrix coefficients of rho at x, at y or at xy.
    Restricted, the projection alone is unembedded. Excluded, it is subtracted from the hidden
    layer; other contributions to the logits stay.

    Args:
        measured: the run.
        keys: the irreps, ablated one by one and, as "key", together; the key irreps if None.

    Returns:
        Columns `along` ("x", "y" or "xy"), `irrep`, `kind` ("restricted", "excluded", or
        "restricted, centred", where the mean hidden activation over all pairs is added to the
        projection, as irreps other than the trivial one have the mean 0), mean losses in nats:
        `all_loss`, `train_loss` and `test_loss`, NaN where there are no such pairs, and
        `baseline`, the loss over all pairs for a part without information: that of guessing
        if restricted, that of the network if excluded.

    Cost: |G| exponentials for each pair and each of the 3 (keys + 1) parts.
    """
    group, train = measured.group, measured.run.training_mask
    labels = key_irreps(measured) if keys is None else list(map(group.parse_label, keys))
    mean = measured.statistics.hidden_mean @ measured.unembedding.T
    projections = list(_projections(measured, labels))
    parts = [part for _, part in projections]
    excluded = excluded_losses(measured, parts, torch.arange(group.order**2))
    rows, guess = [], log(group.order)
    for (irrep, part), without in zip(projections, excluded, strict=True):
        centred = Part(part.layer, part.logits + mean, part.along)
        for kind, losses, baseline in (
            ("restricted", restricted_losses(part, group), guess),
            ("restricted, centred", restricted_losses(centred, group), guess),
            ("excluded", without.view_as(train), float(measured.statistics.losses.mean())),
        ):
            means = (float(losses[mask].mean()) for mask in (train | True, train, ~train))
            rows.append((part.along, irrep, kind, *means, baseline))
    columns = ["along", "irrep", "kind", "all_loss", "train_loss", "test_loss", "baseline"]
    return pd.DataFrame(rows, columns=columns)


@once
def ablation_losses(measured: Measured) -> dict[tuple[Layer, Kind], dict[Any, float]]:
    """Return {(layer, kind): {irrep: loss}} with a part along xy alone, and without it.

    The part of the hidden layer is its projection onto rho(xy), that of the logits their projection
    onto chi(x y z^-1). "restricted" is the mean loss over all pairs with the part alone, "excluded"
    that over the training pairs without it. `KEY` stands for the key irreps together.

    Cost: |G| exponentials for each training pair and part.
    """
    group, statistics = measured.group, measured.statistics
    similarities = logit_similarities(measured)
    of_hidden = isotypic_parts(statistics.hidden_by_product, group)
    by_layer: dict[Layer, dict[Any, Tensor]] = {
        "hidden": {label: part @ measured.unembedding.T for label, part in of_hidden.items()},
        "logit": {
            label: character_logits(statistics.logits, group, similarities, label)
            for label in similarities
        },
    }
    for by_irrep in by_layer.values():
        total = torch.zeros_like(statistics.logits.by_product)
        by_irrep[KEY] = total + sum(
            (by_irrep[label] for label in key_irreps(measured)), torch.zeros(())
        )
    parts = [
        (layer, row, by_irrep[row]) for layer, by_irrep in by_layer.items() for row in by_irrep
    ]
    train = measured.run.training_mask.flatten().nonzero().flatten()
    every = [Part(layer, logits) for layer, _, logits in parts]
    excluded = excluded_losses(measured, every, train).mean(1).tolist()
    found: dict[tuple[Layer, Kind], dict[Any, float]] = {
        (layer, kind): {} for layer in by_layer for kind in get_args(Kind)
    }
    for (layer, row, logits), loss in zip(parts, excluded, strict=True):
        found[layer, "restricted"][row] = restricted_loss(logits)
        found[layer, "excluded"][row] = loss
    return found


def _projections(measured: Measured, labels: Sequence[Label]) -> Iterator[tuple[str, Part]]:
    """Yield (irrep, part) along each of x, y and xy, for each irrep and for all of them."""
    group, statistics = measured.group, measured.statistics
    means: dict[Along, Tensor] = {
        "x": statistics.hidden_by_x,
        "y": statistics.hidden_by_y,
        "xy": statistics.hidden_by_product,
    }
    for along, hidden in means.items():
        total = torch.zeros(group.order, group.order, dtype=torch.float64)
        for label, part in isotypic_parts(hidden, group, labels).items():
            logits = part @ measured.unembedding.T
            total += logits
            yield str(label), Part("logit", logits, along)
        yield KEY, Part("logit", total, along)


def _places(part: Part, group: AnyGroup, x: Tensor, y: Tensor) -> Tensor:
    """Return the rows of the part's logits at the pairs (x, y), broadcast."""
    if part.along == "xy":
        return group_tensors(group).products[x, y]
    return (x if part.along == "x" else y).expand(np.broadcast_shapes(x.shape, y.shape))
