"""The measures of a network on a large group, estimated from a sample of pairs.

Weights are measured whole. What takes all |G|^2 pairs, or |G|^3 logits, is estimated from pairs
drawn at random, with replacement, in batches; the spread over the batches gives the standard
errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np
import pandas as pd
import torch
from torch import Tensor
from torch.nn import functional as F

from analysis.measures.ablation import KEY
from analysis.measures.hidden import chance_of_hidden_fraction
from analysis.measures.isotypic import (
    Level,
    characters_on_elements,
    isotypic_parts,
    isotypic_ranks,
    level_of_share,
    ratio,
    trivial_label,
)
from analysis.measures.logits import chance_of_similarity, key_irreps
from analysis.measures.mixtures import loss_by_class
from analysis.measures.statistics import centred_answers, in_float64, pair_blocks, require_fit
from analysis.measures.table import ALL, NO_LEVEL, WHOLE, Row, tidy, weight_rows
from analysis.networks import Network
from analysis.runs.folders import Run
from analysis.tensors import group_tensors
from symrep import power_spectrum
from symrep._support.memory import require_memory
from symrep.characters.table import Label
from symrep.groups.base import AnyGroup

PAIRS, BATCHES = 100_000, 10

HALF = "half of the batches: "
"""Marks a part that half of the batches give."""

CONFIDENCE = 3
"""How many standard errors the similarity of a key irrep is above the threshold."""


@dataclass(frozen=True, eq=False)
class _Batch:
    """Some pairs, and means over them.

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


@torch.no_grad()
def sampled_metrics(
    run: Run, pairs: int = PAIRS, seed: int = 0, batches: int = BATCHES
) -> pd.DataFrame:
    """The measures of `analysis.measures.table`, estimated from pairs drawn at random.

    Shares of the hidden layer are unbiased up to a relative 1/pairs, as each pair is compared
    with the others alone. The part of the hidden layer that ablations take or leave is itself
    estimated, with noise in it of d^2/pairs of the activations' variance; what that adds to the
    losses is extrapolated away, and counted as an error, which is rough. Ablations are of the key
    irreps, each alone and all together; an irrep is key if its similarity is certainly above the
    threshold. Row shares and the similarities of the probabilities are not estimated.

    Args:
        run: the run.
        pairs: how many pairs in all.
        seed: of the draw.
        batches: how many batches they are drawn in, 2 or more.

    Returns:
        Columns `measure`, `irrep`, `value`, `standard_error` (0 where nothing is estimated),
        `chance` and `spread`, as in `Analysis.table`.

    Cost: two evaluations of the network at each pair, k operations for each of their logits
    (k irreps), and |G|^2 (hidden + 1) operations for each key irrep and batch; memory O(|G|^2)
    and one block.

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
    network, group = in_float64(run.network), run.group
    generator = torch.Generator().manual_seed(seed)
    draws = torch.randint(group.order**2, (batches, pairs // batches), generator=generator)
    sample = [_measure(network, group, drawn) for drawn in draws]
    by_batch = [dict(_estimates(run, batch)) for batch in sample]
    found = {
        key: _mean_and_error([each[key] for each in by_batch if key in each])
        for key in dict.fromkeys(key for each in by_batch for key in each)
    }
    nontrivial = [label for label in group.irreps if label != trivial_label(group)]
    certain = {}
    for label in nontrivial:
        similarity, error = found["character_similarity", str(label)]
        certain[label] = similarity - CONFIDENCE * error
    keys = key_irreps(certain)
    explained, variance = 0.0, 0.0
    for label in nontrivial:
        similarity, error = found["character_similarity", str(label)]
        # The square of an estimate is too large by its variance.
        square, spread = similarity**2 - error**2, 4 * (similarity * error) ** 2 + 2 * error**4
        found["logit_fve", str(label)] = square, sqrt(spread)
        explained += square
        variance += spread
    found["logit_fve", ALL] = explained, sqrt(variance)
    for measure in ("hidden_x_fve", "hidden_y_fve", "hidden_xy_fve", "hidden_fve"):
        totals = [sum(each[measure, str(label)] for label in keys) for each in by_batch]
        found[measure, KEY] = _mean_and_error(totals)
    found |= _logit_ablations(run, network, sample, keys)
    found |= _hidden_ablations(run, network, sample, keys)
    levels = _levels(run, keys)
    rows: list[Row] = [
        (*key, value, levels.get(key, NO_LEVEL)) for key, (value, _) in found.items()
    ]
    squares = sum(float(p.double().square().sum()) for p in run.network.parameters())
    exact = [*weight_rows(run, keys), ("sum_of_squared_weights", WHOLE, squares, NO_LEVEL)]
    table = tidy([*rows, *exact])
    errors = [error for _, error in found.values()] + [0.0] * len(exact)
    table.insert(3, "standard_error", errors)
    return table


def _measure(network: Network, group: AnyGroup, pairs: Tensor) -> _Batch:
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
    return _Batch(
        pairs,
        torch.cat(losses),
        torch.cat(correct),
        energy / len(pairs),
        along / len(pairs),
        cosines / len(pairs),
        sums,
        float(values.square().sum()),
    )


def _estimates(run: Run, batch: _Batch) -> Iterator[tuple[tuple[str, str], float]]:
    """What one batch says of every measure but those of ablations and key irreps."""
    group, train = run.group, run.training_mask.flatten()[batch.pairs]
    for name, pairs in (("train", train), ("test", ~train), ("all", train | True)):
        if pairs.any():
            yield (f"{name}_loss", WHOLE), float(batch.losses[pairs].mean())
            yield (f"{name}_accuracy", WHOLE), float(batch.correct[pairs].double().mean())
    for k, (label, chi) in enumerate(characters_on_elements(group).items()):
        if label != trivial_label(group):
            similarity = ratio(float(batch.along[k]), sqrt(batch.energy) * float(chi.norm()))
            yield ("character_similarity", str(label)), similarity
            yield ("row_similarity", str(label)), float(batch.cosines[k])
    count, ranks = len(batch.pairs), isotypic_ranks(group)
    totals = dict.fromkeys(group.irreps, 0.0)
    for name, sums in batch.hidden.items():
        for label, energy in power_spectrum(sums, group).items():
            # Sum over all pairs of pairs of (d/c) chi(g g'^-1) h(g) . h(g'), less their diagonal.
            others = group.order * float(energy.sum()) - ranks[label] * batch.hidden_energy
            share = ratio(others, (count - 1) * batch.hidden_energy)
            share = 0.0 if label == trivial_label(group) else share
            totals[label] += share
            yield (f"hidden_{name}_fve", str(label)), share
    for label, share in totals.items():
        yield ("hidden_fve", str(label)), share


def _logit_ablations(
    run: Run, network: Network, sample: Sequence[_Batch], keys: Sequence[Label]
) -> dict[tuple[str, str], tuple[float, float]]:
    """Losses of the logits' part along characters alone, and of all but that part."""
    group, labels = run.group, list(run.group.irreps)
    by_class = dict(zip(labels, group.real_characters(), strict=True))
    class_sizes = [c.size for c in group.conjugacy_classes]
    chi = characters_on_elements(group)
    parts = {str(label): [label] for label in keys} | {KEY: list(keys)}

    def coefficients(batches: Sequence[_Batch], chosen: Sequence[Label]) -> dict[Label, float]:
        return {
            label: sum(float(batch.along[labels.index(label)]) for batch in batches)
            / len(batches)
            / float(chi[label].square().sum())
            for label in chosen
        }

    found = {}
    for name, chosen in parts.items():
        losses = []
        for batch in sample:
            sizes = coefficients([batch], chosen)
            values = sum(
                (sizes[label] * by_class[label] for label in chosen), np.zeros(len(class_sizes))
            )
            losses.append(loss_by_class(values, class_sizes))
        found["logit_restricted_loss", name] = _mean_and_error(losses)
    taken = {
        name: sum(
            (size * chi[label] for label, size in coefficients(sample, chosen).items()),
            torch.zeros(group.order, dtype=torch.float64),
        )
        for name, chosen in parts.items()
    }

    def without(name: str, activations: Mapping[str, Tensor], products: Tensor) -> Tensor:
        return _by_quotient(activations["logits"].double(), group, products) - taken[name]

    return found | _excluded(run, network, sample, "logit", list(parts), without)


def _hidden_ablations(
    run: Run, network: Network, sample: Sequence[_Batch], keys: Sequence[Label]
) -> dict[tuple[str, str], tuple[float, float]]:
    """Losses of the hidden layer's rho(xy) part alone, and of all but that part.

    The first, and its error, are those of the jackknife over batches. The second is extrapolated
    from the part as all and as half of the batches give it, and its error has the difference.
    """
    group = run.group
    readout = network.unembedding().double().T
    names = {str(label): [label] for label in keys} | {KEY: list(keys)}

    def parts(batches: Sequence[_Batch]) -> dict[str, Tensor]:
        """[g] = projection of the mean hidden activation at xy = g, for each name."""
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

    whole, half = parts(sample), parts(sample[::2])
    left_out = [
        {
            name: restricted(part)
            for name, part in parts([other for other in sample if other is not batch]).items()
        }
        for batch in sample
    ]
    found = {}
    for name, part in whole.items():
        others = torch.tensor([each[name] for each in left_out], dtype=torch.float64)
        error = sqrt(float((others - others.mean()).square().sum()) * (1 - 1 / len(sample)))
        corrected = len(sample) * restricted(part) - (len(sample) - 1) * float(others.mean())
        found["hidden_restricted_loss", name] = max(corrected, 0.0), error
    taken = whole | {f"{HALF}{name}": part for name, part in half.items()}

    def without(name: str, activations: Mapping[str, Tensor], products: Tensor) -> Tensor:
        rest = activations["hidden"].double() - taken[name][products]
        return _by_quotient(rest @ readout, group, products)

    excluded = _excluded(run, network, sample, "hidden", list(taken), without)
    for name in names:
        (value, error), (rough, _) = (
            excluded["hidden_excluded_loss", each] for each in (name, f"{HALF}{name}")
        )
        # The noise of the part adds to the loss in proportion to 1/pairs.
        bias = (rough - value) * len(sample[::2]) / (len(sample) - len(sample[::2]))
        found["hidden_excluded_loss", name] = max(value - bias, 0.0), sqrt(error**2 + bias**2)
    return found


def _excluded(
    run: Run,
    network: Network,
    sample: Sequence[_Batch],
    layer: str,
    names: Sequence[str],
    without: Callable[[str, Mapping[str, Tensor], Tensor], Tensor],
) -> dict[tuple[str, str], tuple[float, float]]:
    """The losses over training pairs of what is left, by quotient, without each named part."""
    group, by_batch = run.group, []
    for batch in sample:
        pairs = batch.pairs[run.training_mask.flatten()[batch.pairs]]
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
    return {
        (f"{layer}_excluded_loss", name): _mean_and_error([each[name] for each in by_batch])
        for name in names
    }


def _by_quotient(answers: Tensor, group: AnyGroup, products: Tensor) -> Tensor:
    """[i, q] = the answer at the z with z^-1 g = q, where g is product i; (pairs, |G|)."""
    return answers.gather(
        1, group_tensors(group).products[products][:, group_tensors(group).inverses]
    )


def _loss_of_identity(answers: Tensor, group: AnyGroup) -> Tensor:
    """The cross entropy of answers by quotient, the identity being right; (pairs,)."""
    identity = torch.full((len(answers),), group.identity)
    return F.cross_entropy(answers, identity, reduction="none")


def _mean_and_error(values: Sequence[float]) -> tuple[float, float]:
    """The mean of some estimates and its standard error; NaN if there are none."""
    several = torch.tensor(values, dtype=torch.float64)
    return float(several.mean()), float(several.std() / max(len(values), 1) ** 0.5)


def _levels(run: Run, keys: Sequence[Label]) -> dict[tuple[str, str], Level]:
    """Chance levels as in `measures.table`; their spreads do not include that of the sample."""
    group, order = run.group, run.group.order
    width, ranks = run.network.unembedding().shape[1], isotypic_ranks(group)
    levels = {(f"{name}_loss", WHOLE): Level(log(order)) for name in ("train", "test", "all")} | {
        (f"{name}_accuracy", WHOLE): Level(1 / order) for name in ("train", "test", "all")
    }
    for label in group.irreps:
        for measure in ("character_similarity", "row_similarity"):
            levels[measure, str(label)] = chance_of_similarity(group)
        levels["logit_fve", str(label)] = level_of_share(1, order**2 * (order - 1))
    levels["logit_fve", ALL] = level_of_share(len(ranks) - 1, order**2 * (order - 1))
    rank = sum(ranks[label] for label in keys)
    for measure, parts in (
        ("hidden_x_fve", 1),
        ("hidden_y_fve", 1),
        ("hidden_xy_fve", 1),
        ("hidden_fve", 3),
    ):
        by_irrep = chance_of_hidden_fraction(group, width, parts)
        levels |= {(measure, str(label)): level for label, level in by_irrep.items()}
        levels[measure, KEY] = level_of_share(parts * rank, order**2 - 1, width)
    for name in (*map(str, keys), KEY):
        for layer in ("hidden", "logit"):
            for kind in ("restricted", "excluded"):
                levels[f"{layer}_{kind}_loss", name] = Level(log(order))
    return levels
