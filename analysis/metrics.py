"""All measures of a run as one tidy table with chance levels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import log, nan

import pandas as pd
import torch
from torch import Tensor

from analysis import measures
from analysis.ablations import Layer, excluded_losses, restricted_loss
from analysis.runs import Run
from analysis.statistics import PairStatistics, pair_statistics
from symrep import Partition

MEASURES = {
    "train_loss": "mean cross entropy over the training pairs",
    "test_loss": "mean cross entropy over the other pairs",
    "all_loss": "mean cross entropy over all pairs",
    "train_accuracy": "share of the training pairs whose largest logit is that of xy",
    "test_accuracy": "the same for the other pairs",
    "all_accuracy": "the same for all pairs",
    "sum_of_squared_weights": "sum of the squares of all parameters",
    "left_embedding_fve": "share of the irrep in the left embedding",
    "right_embedding_fve": "share of the irrep in the right embedding",
    "unembedding_fve": "share of the irrep in the unembedding",
    "centred_unembedding_fve": "the same after the mean over z, which moves no loss, is removed",
    "hidden_x_fve": "share of rho(x) in the centred hidden activations",
    "hidden_y_fve": "share of rho(y) in the centred hidden activations",
    "hidden_xy_fve": "share of rho(xy) in the centred hidden activations",
    "hidden_fve": "sum of the three",
    "hidden_restricted_loss": "loss over all pairs of the hidden layer's rho(xy) part alone",
    "hidden_excluded_loss": "loss over the training pairs of the hidden layer without that part",
    "character_similarity": "cosine of the centred logits with chi(x y z^-1)",
    "logit_fve": "its square: share of chi(x y z^-1) in the centred logits",
    "logit_restricted_loss": "loss over all pairs of the logits' part along chi(x y z^-1) alone",
    "logit_excluded_loss": "loss over the training pairs without that part",
    "test_to_restricted_loss": "test loss divided by the hidden restricted loss of the key irreps",
}
"""What each measure is. Losses are in nats; fve is the fraction of variance explained."""

WHOLE, KEY, ALL = "", "key", "all"
"""Entries of the column `irrep` that are no irreps: the network, its key irreps, all irreps."""


@dataclass(frozen=True, eq=False)
class Analysis:
    """A run, measured.

    Attributes:
        run: the run.
        statistics: of the pass over all pairs.
        similarities: of the logits with the character of each irrep but the trivial one.
        key_irreps: the irreps above the threshold of similarity, the most similar first.
        table: measure, irrep, value, chance; one row a number. `irrep` is a label, or "" for the
            whole network, "key" for the key irreps together, "all" for all irreps together.
            `chance` is the level of random weights or random logits, NaN where there is none.
    """

    run: Run
    statistics: PairStatistics
    similarities: measures.Shares
    key_irreps: list[Partition]
    table: pd.DataFrame

    @cached_property
    def values(self) -> dict[tuple[str, str], float]:
        """{(measure, irrep): value}, all of the table."""
        table = self.table
        return dict(
            zip(zip(table.measure, table.irrep, strict=True), table.value.tolist(), strict=True)
        )

    @cached_property
    def chances(self) -> dict[tuple[str, str], float]:
        """{(measure, irrep): chance}, all of the table."""
        table = self.table
        return dict(
            zip(zip(table.measure, table.irrep, strict=True), table.chance.tolist(), strict=True)
        )

    def value(self, measure: str, irrep: Partition | str = WHOLE) -> float:
        """One number of the table.

        Raises:
            KeyError: the table does not have it.
        """
        return self.values[measure, str(irrep)]


def metrics(run: Run) -> pd.DataFrame:
    """The tidy table of all measures of a run: measure, irrep, value, chance.

    `MEASURES` says what each measure is. See `Analysis.table` for the columns.

    Raises:
        ValueError: the network does not fit its group, or gives NaN or infinite values.
    """
    return analyse(run).table


@torch.no_grad()
def analyse(run: Run) -> Analysis:
    """Measures a run: one pass over all pairs, one over the training pairs.

    Cost: O(|G|^2) evaluations of the network, twice 2 + 2k exponentials for each logit of a
    training pair, where k is the number of irreps; memory O(k |G|^2).

    Raises:
        ValueError: the network does not fit its group, or gives NaN or infinite values.
    """
    statistics = pair_statistics(run.network, run.group)
    similarities = measures.character_similarities(statistics, run.group)
    keys = measures.key_irreps(similarities)
    rows = [
        *_behaviour(run, statistics),
        *_weights(run, keys),
        *_hidden(run, statistics, keys),
        *_similarities(run, similarities),
        *_ablations(run, statistics, similarities, keys),
    ]
    values = {(measure, irrep): value for measure, irrep, value, _ in rows}
    restricted = values["hidden_restricted_loss", KEY]
    if ("test_loss", WHOLE) in values and restricted > 0:
        ratio = values["test_loss", WHOLE] / restricted
        rows.append(("test_to_restricted_loss", WHOLE, ratio, nan))
    table = pd.DataFrame(rows, columns=["measure", "irrep", "value", "chance"])
    return Analysis(run, statistics, similarities, keys, table)


Row = tuple[str, str, float, float]


def _behaviour(run: Run, statistics: PairStatistics) -> Iterator[Row]:
    order, train = run.group.order, run.training_mask
    everything = torch.ones_like(train)
    for name, pairs in (("train", train), ("test", ~train), ("all", everything)):
        if pairs.any():
            yield f"{name}_loss", WHOLE, float(statistics.losses[pairs].mean()), log(order)
            accuracy = float(statistics.correct[pairs].double().mean())
            yield f"{name}_accuracy", WHOLE, accuracy, 1 / order
    squares = sum(float(p.double().square().sum()) for p in run.network.parameters())
    yield "sum_of_squared_weights", WHOLE, squares, nan


def _weights(run: Run, keys: list[Partition]) -> Iterator[Row]:
    unembedding = run.network.unembedding()
    chance = measures.chance_of_variance_explained(run.group)
    # Centring takes the trivial irrep away, and leaves the others 1/(1 - 1/|G|) of their share.
    scale = 1 / (1 - 1 / run.group.order) if run.group.order > 1 else 0.0
    centred = {label: share * scale for label, share in chance.items()}
    centred[measures.trivial_label(run.group)] = 0.0
    for name, weights, level in (
        ("left_embedding_fve", run.network.left_embedding(), chance),
        ("right_embedding_fve", run.network.right_embedding(), chance),
        ("unembedding_fve", unembedding, chance),
        ("centred_unembedding_fve", unembedding.double() - unembedding.double().mean(0), centred),
    ):
        shares = measures.fraction_of_variance_explained(weights, run.group)
        yield from _shares(name, shares, level, keys)


def _hidden(run: Run, statistics: PairStatistics, keys: list[Partition]) -> Iterator[Row]:
    fractions = measures.hidden_fractions(statistics, run.group)
    chance = measures.chance_of_hidden_fraction(run.group)
    for k, name in enumerate(("hidden_x_fve", "hidden_y_fve", "hidden_xy_fve")):
        shares = {label: parts[k] for label, parts in fractions.items()}
        yield from _shares(name, shares, chance, keys)
    total = {label: sum(parts) for label, parts in fractions.items()}
    yield from _shares("hidden_fve", total, {k: 3 * v for k, v in chance.items()}, keys)


def _similarities(run: Run, similarities: measures.Shares) -> Iterator[Row]:
    chance = measures.chance_of_similarity(run.group)
    for label, similarity in similarities.items():
        yield "character_similarity", str(label), similarity, chance
        yield "logit_fve", str(label), similarity**2, chance**2
    explained = sum(similarity**2 for similarity in similarities.values())
    yield "logit_fve", ALL, explained, len(similarities) * chance**2


def _ablations(
    run: Run, statistics: PairStatistics, similarities: measures.Shares, keys: list[Partition]
) -> Iterator[Row]:
    unembedding = run.network.unembedding()
    hidden = {
        label: measures.hidden_logits(statistics, run.group, unembedding, label)
        for label in run.group.irreps
    }
    logits = {
        label: measures.character_logits(statistics, run.group, similarities, label)
        for label in similarities
    }
    names: list[str] = []
    parts: list[tuple[Layer, Tensor]] = []
    by_layer: dict[Layer, dict[Partition, Tensor]] = {"hidden": hidden, "logit": logits}
    for layer, by_irrep in by_layer.items():
        total = torch.zeros_like(statistics.logits_by_product)
        total += sum((by_irrep[label] for label in keys), torch.zeros(()))
        for label, part in [*by_irrep.items(), (KEY, total)]:
            names.append(str(label))
            parts.append((layer, part))
    chance = log(run.group.order)
    excluded = excluded_losses(run, parts)
    for irrep, (layer, part), loss in zip(names, parts, excluded, strict=True):
        yield f"{layer}_restricted_loss", irrep, restricted_loss(part), chance
        yield f"{layer}_excluded_loss", irrep, loss, chance


def _shares(
    name: str, shares: measures.Shares, chance: measures.Shares, keys: list[Partition]
) -> Iterator[Row]:
    for label, share in shares.items():
        yield name, str(label), share, chance[label]
    yield name, KEY, sum(shares[label] for label in keys), sum(chance[label] for label in keys)
