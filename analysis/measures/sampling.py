"""Estimates of the measures of a network on a large group, from a sample of pairs.

Measures that need all |G|^2 pairs, or |G|^3 logits, are estimated from pairs drawn at random, with
replacement, in batches. The standard deviation over the batches gives the standard errors.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import sqrt
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from analysis.measures.ablation import Kind, Layer
from analysis.measures.isotypic import (
    characters_on_elements,
    isotypic_parts,
    isotypic_ranks,
    ratio,
    trivial_label,
)
from analysis.measures.logits import key_irreps, similar_irreps
from analysis.measures.measured import ALL, KEY, WHOLE, Measured, once
from analysis.measures.mixtures import loss_by_class
from analysis.measures.performance import PAIRS_OF
from analysis.measures.statistics import centred_answers, in_float64, pair_blocks, require_fit
from analysis.networks import Network
from analysis.runs.folders import Run
from analysis.tensors import group_tensors
from symrep import power_spectrum
from symrep._support.memory import require_memory
from symrep.characters.table import Label
from symrep.groups.base import AnyGroup

PAIRS, BATCHES = 100_000, 10

HALF = "half of the batches: "
"""Prefix of a part that is estimated from half of the batches."""

CONFIDENCE = 3
"""Standard errors by which the similarity of a key irrep exceeds the threshold."""

Estimates = Mapping[Any, tuple[float, float]]
"""{irrep, or `WHOLE`, `KEY` or `ALL`: (estimate, standard error)}."""


@dataclass(frozen=True, eq=False)
class Batch:
    """A batch of pairs, with sums and means over them.

    Attributes:
        pairs: indices x |G| + y, (pairs,).
        losses: cross entropy at each pair, (pairs,).
        correct: whether the largest logit is that of xy, (pairs,) of bool.
        energy: mean squared norm of the centred logits.
        along: [k] = mean inner product of the centred logits with chi_k(xy z^-1), (irreps,).
        cosines: [k] = mean cosine of these, (irreps,).
        hidden: centred hidden activations, summed by x, by y and by xy, (|G|, hidden) each.
        hidden_energy: sum of the squares of the centred hidden activations.
    """

    pairs: Tensor
    losses: Tensor
    correct: Tensor
    energy: float
    along: Tensor
    cosines: Tensor
    hidden: dict[str, Tensor]
    hidden_energy: float


@dataclass(frozen=True, eq=False)
class Sample:
    """Pairs that were drawn at random, in batches.

    Attributes:
        measured: the run. Its key irreps are those whose similarity exceeds the threshold by
            `CONFIDENCE` standard errors.
        batches: the batches.
    """

    measured: Measured
    batches: tuple[Batch, ...]
    _results: dict[Callable[..., Any], Any] = field(default_factory=dict, init=False, repr=False)


@torch.no_grad()
def draw_sample(run: Run, pairs: int = PAIRS, seed: int = 0, batches: int = BATCHES) -> Sample:
    """Draw pairs and evaluate the network at them.

    Args:
        run: the run.
        pairs: how many pairs in all.
        seed: of the draw.
        batches: how many batches they are drawn in, 2 or more.

    Cost: one evaluation of the network at each pair, and k operations for each of their logits
    (k irreps); memory O(|G|^2) and one block.

    Raises:
        ValueError: the network does not fit its group, gives NaN or infinite values, or there
            are less than 2 batches of 2 pairs.
        MemoryError: the activations of the pairs cannot fit; raised before the first.
    """
    if batches < 2 or pairs < 2 * batches:
        raise ValueError(
            f"expected at least 2 batches of 2 pairs, got {pairs} pairs in {batches} batches"
        )
    require_fit(run.network, run.group)
    require_memory(
        8 * pairs * (run.network.unembedding().shape[1] // batches + 8),
        f"a sample of {pairs} pairs",
        "draw fewer",
    )
    run = replace(run, network=in_float64(run.network))
    generator = torch.Generator().manual_seed(seed)
    draws = torch.randint(run.group.order**2, (batches, pairs // batches), generator=generator)
    drawn = tuple(_evaluate(run.network, run.group, batch) for batch in draws)
    found = estimated_similarities(Sample(Measured(run), drawn))
    certain = {label: value - CONFIDENCE * error for label, (value, error) in found.items()}
    return Sample(Measured(run, similar_irreps(certain)), drawn)


def over_batches(
    values: Callable[[Measured, Batch], Mapping[Any, float]],
) -> Callable[[Sample], Estimates]:
    """Return the estimate whose value is the mean over the batches, from the value of one."""

    def estimate(sample: Sample) -> Estimates:
        by_batch = [values(sample.measured, batch) for batch in sample.batches]
        return {
            row: mean_and_error([each[row] for each in by_batch if row in each])
            for row in dict.fromkeys(row for each in by_batch for row in each)
        }

    return estimate


def estimated_loss(pairs: str) -> Callable[[Sample], Estimates]:
    """Return the estimate of the mean loss over the "train", "test" or "all" pairs."""

    def loss(measured: Measured, batch: Batch) -> dict[str, float]:
        chosen = PAIRS_OF[pairs](measured.run.training_mask.flatten()[batch.pairs])
        return {WHOLE: float(batch.losses[chosen].mean())} if chosen.any() else {}

    return over_batches(loss)


def estimated_accuracy(pairs: str) -> Callable[[Sample], Estimates]:
    """Return the estimate of the accuracy on the "train", "test" or "all" pairs."""

    def accuracy(measured: Measured, batch: Batch) -> dict[str, float]:
        chosen = PAIRS_OF[pairs](measured.run.training_mask.flatten()[batch.pairs])
        return {WHOLE: float(batch.correct[chosen].double().mean())} if chosen.any() else {}

    return over_batches(accuracy)


def _similarities(measured: Measured, batch: Batch) -> dict[Label, float]:
    group = measured.group
    return {
        label: ratio(float(batch.along[k]), sqrt(batch.energy) * float(chi.norm()))
        for k, (label, chi) in enumerate(characters_on_elements(group).items())
        if label != trivial_label(group)
    }


def _row_similarities(measured: Measured, batch: Batch) -> dict[Label, float]:
    group = measured.group
    return {
        label: float(batch.cosines[k])
        for k, label in enumerate(group.irreps)
        if label != trivial_label(group)
    }


estimated_similarities = over_batches(_similarities)
estimated_row_similarities = over_batches(_row_similarities)


def estimated_logit_fractions(sample: Sample) -> Estimates:
    """Estimate the squares of the similarities, of each irrep and of all together."""
    found: dict[Any, tuple[float, float]] = {}
    explained, variance = 0.0, 0.0
    for label, (similarity, error) in estimated_similarities(sample).items():
        # The square of an estimate is too large by its variance.
        square, own = similarity**2 - error**2, 4 * (similarity * error) ** 2 + 2 * error**4
        found[label] = square, sqrt(own)
        explained += square
        variance += own
    return found | {ALL: (explained, sqrt(variance))}


def estimated_hidden_fractions(*words: str) -> Callable[[Sample], Estimates]:
    """Return the estimate of the fraction of rho(x), rho(y) or rho(xy), or of several together."""

    def fractions(measured: Measured, batch: Batch) -> dict[Any, float]:
        group, count = measured.group, len(batch.pairs)
        ranks, found = isotypic_ranks(group), dict.fromkeys(group.irreps, 0.0)
        for word in words:
            for label, energy in power_spectrum(batch.hidden[word], group).items():
                # Sum over all pairs of pairs of (d/c) chi(g g'^-1) h(g) . h(g'), less their
                # diagonal.
                others = group.order * float(energy.sum()) - ranks[label] * batch.hidden_energy
                if label != trivial_label(group):
                    found[label] += ratio(others, (count - 1) * batch.hidden_energy)
        return found | {KEY: sum(found[label] for label in key_irreps(measured))}

    return over_batches(fractions)


def _evaluate(network: Network, group: AnyGroup, pairs: Tensor) -> Batch:
    x, y = pairs // group.order, pairs % group.order
    products = group_tensors(group).products[x, y]
    characters = torch.stack(list(characters_on_elements(group).values()), dim=1)
    norms = characters.norm(dim=0)
    losses, correct, hidden = [], [], []
    energy, along, cosines = 0.0, torch.zeros_like(norms), torch.zeros_like(norms)
    for block in pair_blocks(len(pairs), group.order):
        activations = network.activations(x[block], y[block])
        logits = activations["logits"].double()
        rows = _by_quotient(logits, group, products[block])
        losses.append(_loss_of_identity(rows, group))
        correct.append(logits.argmax(1) == products[block])
        rows = centred_answers(rows)
        energies = rows.square().sum(1)
        inner = rows @ characters
        energy += float(energies.sum())
        along += inner.sum(0)
        cosines += torch.where(
            energies[:, None] > 0, inner / (energies.sqrt()[:, None] * norms), 0.0
        ).sum(0)
        hidden.append(activations["hidden"].double())
    values = torch.cat(hidden)
    values -= values.mean(0)
    sums = {
        name: values.new_zeros(group.order, values.shape[1]).index_add_(0, elements, values)
        for name, elements in (("x", x), ("y", y), ("xy", products))
    }
    if not torch.cat(losses).isfinite().all() or not values.isfinite().all():
        raise ValueError("the network gives activations or logits that are NaN or infinite")
    return Batch(
        pairs,
        torch.cat(losses),
        torch.cat(correct),
        energy / len(pairs),
        along / len(pairs),
        cosines / len(pairs),
        sums,
        float(values.square().sum()),
    )


def estimated_ablations(layer: Layer, kind: Kind) -> Callable[[Sample], Estimates]:
    """Return the estimate of the "restricted" or "excluded" losses of a layer."""
    losses = {"hidden": _hidden_ablations, "logit": _logit_ablations}[layer]
    return lambda sample: losses(sample)[kind]


@once
def _logit_ablations(sample: Sample) -> dict[str, dict[Any, tuple[float, float]]]:
    """Return {kind: losses} with the logits' part along characters alone, and without it."""
    group, keys = sample.measured.group, key_irreps(sample.measured)
    labels = list(group.irreps)
    by_class = dict(zip(labels, group.real_characters(), strict=True))
    class_sizes = [c.size for c in group.conjugacy_classes]
    chi = characters_on_elements(group)
    parts: dict[Any, list[Label]] = {label: [label] for label in keys} | {KEY: list(keys)}

    def coefficients(batches: Sequence[Batch], chosen: Sequence[Label]) -> dict[Label, float]:
        return {
            label: sum(float(batch.along[labels.index(label)]) for batch in batches)
            / len(batches)
            / float(chi[label].square().sum())
            for label in chosen
        }

    restricted = {}
    for name, chosen in parts.items():
        losses = []
        for batch in sample.batches:
            sizes = coefficients([batch], chosen)
            values = sum(
                (sizes[label] * by_class[label] for label in chosen), np.zeros(len(class_sizes))
            )
            losses.append(loss_by_class(values, class_sizes))
        restricted[name] = mean_and_error(losses)
    taken = {
        name: sum(
            (size * chi[label] for label, size in coefficients(sample.batches, chosen).items()),
            torch.zeros(group.order, dtype=torch.float64),
        )
        for name, chosen in parts.items()
    }

    def without(name: Any, activations: Mapping[str, Tensor], products: Tensor) -> Tensor:
        return _by_quotient(activations["logits"].double(), group, products) - taken[name]

    return {"restricted": restricted, "excluded": _excluded(sample, list(parts), without)}


@once
def _hidden_ablations(sample: Sample) -> dict[str, dict[Any, tuple[float, float]]]:
    """Return {kind: losses} with the hidden layer's rho(xy) part alone, and without it.

    The first is a jackknife estimate over batches. The second is extrapolated from the part as
    estimated from half of the batches and from all; its error includes the difference.
    """
    group, keys = sample.measured.group, key_irreps(sample.measured)
    readout, drawn = sample.measured.unembedding.T, sample.batches
    names: dict[Any, list[Label]] = {label: [label] for label in keys} | {KEY: list(keys)}

    def parts(batches: Sequence[Batch]) -> dict[Any, Tensor]:
        """Return [g] = projection of the mean hidden activation at xy = g, for each name."""
        count = sum(len(batch.pairs) for batch in batches)
        means = torch.stack([batch.hidden["xy"] for batch in batches]).sum(0) * (
            group.order / count
        )
        by_irrep = isotypic_parts(means, group, keys)
        zero = torch.zeros_like(means)
        return {
            name: sum((by_irrep[label] for label in chosen), zero) for name, chosen in names.items()
        }

    def restricted(part: Tensor) -> float:
        labels = torch.arange(group.order)
        return (
            sum(
                float(F.cross_entropy(part[block] @ readout, labels[block], reduction="sum"))
                for block in pair_blocks(group.order, group.order)
            )
            / group.order
        )

    whole, half = parts(drawn), parts(drawn[::2])
    left_out = [
        {
            name: restricted(part)
            for name, part in parts([other for other in drawn if other is not batch]).items()
        }
        for batch in drawn
    ]
    alone, without_it = {}, {}
    for name, part in whole.items():
        others = torch.tensor([each[name] for each in left_out], dtype=torch.float64)
        error = sqrt(float((others - others.mean()).square().sum()) * (1 - 1 / len(drawn)))
        corrected = len(drawn) * restricted(part) - (len(drawn) - 1) * float(others.mean())
        alone[name] = max(corrected, 0.0), error
    taken = whole | {(HALF, name): part for name, part in half.items()}

    def without(name: Any, activations: Mapping[str, Tensor], products: Tensor) -> Tensor:
        rest = activations["hidden"].double() - taken[name][products]
        return _by_quotient(rest @ readout, group, products)

    excluded = _excluded(sample, list(taken), without)
    for name in names:
        (value, error), (rough, _) = excluded[name], excluded[HALF, name]
        # The noise of the part adds to the loss in proportion to 1/pairs.
        bias = (rough - value) * len(drawn[::2]) / (len(drawn) - len(drawn[::2]))
        without_it[name] = max(value - bias, 0.0), sqrt(error**2 + bias**2)
    return {"restricted": alone, "excluded": without_it}


def _excluded(
    sample: Sample,
    names: Sequence[Any],
    without: Callable[[Any, Mapping[str, Tensor], Tensor], Tensor],
) -> dict[Any, tuple[float, float]]:
    """Return the losses over training pairs without each named part."""
    measured, by_batch = sample.measured, []
    group, network = measured.group, measured.network
    for batch in sample.batches:
        pairs = batch.pairs[measured.run.training_mask.flatten()[batch.pairs]]
        x, y = pairs // group.order, pairs % group.order
        sums = dict.fromkeys(names, 0.0)
        for block in pair_blocks(len(pairs), group.order):
            products = group_tensors(group).products[x[block], y[block]]
            activations = network.activations(x[block], y[block])
            for name in names:
                rest = without(name, activations, products)
                sums[name] += float(_loss_of_identity(rest, group).sum())
        if len(pairs):
            by_batch.append({name: total / len(pairs) for name, total in sums.items()})
    return {name: mean_and_error([each[name] for each in by_batch]) for name in names}


def _by_quotient(answers: Tensor, group: AnyGroup, products: Tensor) -> Tensor:
    """Return [i, q] = logit of the z with z^-1 g = q, where g is product i, (pairs, |G|)."""
    return answers.gather(
        1, group_tensors(group).products[products][:, group_tensors(group).inverses]
    )


def _loss_of_identity(answers: Tensor, group: AnyGroup) -> Tensor:
    """Return the cross entropy of logits by quotient with the identity as label, (pairs,)."""
    identity = torch.full((len(answers),), group.identity)
    return F.cross_entropy(answers, identity, reduction="none")


def mean_and_error(values: Sequence[float]) -> tuple[float, float]:
    """Return the mean of some estimates and its standard error; NaN if there are none."""
    several = torch.tensor(values, dtype=torch.float64)
    return float(several.mean()), float(several.std() / max(len(values), 1) ** 0.5)
