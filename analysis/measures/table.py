"""All measures of a run as one tidy table with chance levels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log, nan, sqrt

import pandas as pd
import torch
from torch import Tensor

from analysis.measures import hidden, logits, neurons
from analysis.measures.ablation import KEY, Layer, Part, excluded_losses, restricted_loss
from analysis.measures.isotypic import (
    Level,
    Levels,
    Shares,
    isotypic_parts,
    isotypic_ranks,
    level_of_share,
)
from analysis.measures.statistics import PairStatistics, in_float64, pair_statistics
from analysis.measures.weights import chance_of_variance_explained, fraction_of_variance_explained
from analysis.runs.folders import Run
from symrep.characters.table import Label

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
    "hidden_excluded_loss": "loss over the training pairs of the hidden layer alone, without that",
    "character_similarity": "cosine of the centred logits with chi(x y z^-1)",
    "logit_fve": "its square: share of chi(x y z^-1) in the centred logits",
    "row_similarity": "cosine of one pair's centred logits with chi(xy z^-1), mean over pairs",
    "row_fve": "the square of that cosine, mean over pairs",
    "probability_similarity": "character_similarity of the probabilities; d/sqrt(c(|G|-1)) at best",
    "probability_row_similarity": "row_similarity of the probabilities",
    "logit_restricted_loss": "loss over all pairs of the logits' part along chi(x y z^-1) alone",
    "logit_excluded_loss": "loss over the training pairs without that part",
    "test_to_restricted_loss": "test loss divided by the hidden restricted loss of the key irreps",
}
"""What each measure is. Losses are in nats; fve is the fraction of variance explained."""

WHOLE, ALL = "", "all"
"""Entries of the column `irrep` that are no irreps, beside `KEY`: the network, all irreps."""


Row = tuple[str, str, float, Level]
"""Measure, irrep, value, and what chance has."""

NO_LEVEL = Level(nan)


@dataclass(frozen=True, eq=False)
class Analysis:
    """A run, measured.

    Attributes:
        run: the run.
        statistics: of the pass over all pairs.
        similarities: of the logits with the character of each irrep but the trivial one.
        key_irreps: the irreps above the threshold of similarity, the most similar first, or
            those that were asked for.
        table: measure, irrep, value, chance, spread; one row a number. `irrep` is a label, or ""
            for the whole network, "key" for the key irreps together, "all" for all irreps
            together. `chance` is the mean of random weights, random logits or guessing, `spread`
            its standard deviation; NaN where there is none.
        remarks: what keeps measures from meaning anything, one sentence each; usually none.
    """

    run: Run
    statistics: PairStatistics
    similarities: Shares
    key_irreps: list[Label]
    table: pd.DataFrame
    remarks: tuple[str, ...] = ()

    @cached_property
    def values(self) -> dict[tuple[str, str], float]:
        """{(measure, irrep): value}, all of the table."""
        return self._column("value")

    @cached_property
    def chances(self) -> dict[tuple[str, str], float]:
        """{(measure, irrep): chance}, all of the table."""
        return self._column("chance")

    def _column(self, name: str) -> dict[tuple[str, str], float]:
        table = self.table
        return dict(
            zip(zip(table.measure, table.irrep, strict=True), table[name].tolist(), strict=True)
        )

    def value(self, measure: str, irrep: object = WHOLE) -> float:
        """One number of the table.

        Args:
            measure: one of `MEASURES`.
            irrep: an irrep by its label, an alias or a description; "" for the whole network,
                "key" or "all".

        Raises:
            KeyError: the table does not have it.
        """
        if irrep not in (WHOLE, KEY, ALL):
            irrep = self.run.group.parse_label(irrep)
        return self.values[measure, str(irrep)]


def metrics(run: Run, keys: Sequence[Label] | None = None) -> pd.DataFrame:
    """The tidy table of all measures of a run: measure, irrep, value, chance, spread.

    `MEASURES` says what each measure is. See `Analysis.table` for the columns, and `analyse` for
    `keys`.

    Raises:
        ValueError: the network does not fit its group, or gives NaN or infinite values; a key
            irrep is not one of the group, or is the trivial one.
    """
    return analyse(run, keys).table


@torch.no_grad()
def analyse(run: Run, keys: Sequence[Label] | None = None, *, ablate: bool = True) -> Analysis:
    """Measures a run: one pass over all pairs, one over the training pairs.

    Args:
        run: the run.
        keys: the irreps that are taken together as "key"; without them, those whose similarity is
            above the threshold. Checkpoints of one run compare only with the same ones.
        ablate: whether to measure the losses of and without parts, which take most of the time.

    Cost: O(|G|^2) evaluations of the network, 2 + 2k exponentials for each logit of a training
    pair, where k is the number of irreps; memory O(k |G|^2).

    Raises:
        ValueError: the network does not fit its group, or gives NaN or infinite values; a key
            irrep is not one of the group, or is the trivial one.
    """
    statistics = pair_statistics(run.network, run.group)
    similarities = logits.character_similarities(statistics.logits, run.group)
    given = None if keys is None else [run.group.parse_label(label) for label in keys]
    keys = logits.key_irreps(similarities) if given is None else given
    for label in keys:
        if label not in similarities:
            raise ValueError(f"key irreps are irreps of {run.group}, not trivial; got {label}")
    rows = [
        *behaviour_rows(run, statistics),
        *weight_rows(run, keys),
        *hidden_rows(run, statistics, keys),
        *similarity_rows(run, statistics, similarities),
    ]
    if ablate:
        rows += ablation_rows(run, statistics, similarities, keys)
    values = {(measure, irrep): value for measure, irrep, value, _ in rows}
    restricted = values.get(("hidden_restricted_loss", KEY), 0.0)
    if ("test_loss", WHOLE) in values and restricted > 0:
        ratio = values["test_loss", WHOLE] / restricted
        rows.append(("test_to_restricted_loss", WHOLE, ratio, NO_LEVEL))
    remarks = tuple(_remarks(run, statistics))
    return Analysis(run, statistics, similarities, keys, tidy(rows), remarks)


def tidy(rows: Iterable[Row]) -> pd.DataFrame:
    """The rows as a table: measure, irrep, value, chance, spread."""
    return pd.DataFrame(
        [
            (measure, irrep, value, level.mean, level.spread)
            for measure, irrep, value, level in rows
        ],
        columns=["measure", "irrep", "value", "chance", "spread"],
    )


def behaviour_rows(run: Run, statistics: PairStatistics) -> Iterator[Row]:
    """Losses, accuracies and the size of the weights."""
    order, train = run.group.order, run.training_mask
    everything = torch.ones_like(train)
    for name, pairs in (("train", train), ("test", ~train), ("all", everything)):
        count = int(pairs.sum())
        if count:
            loss = float(statistics.losses[pairs].mean())
            accuracy = float(statistics.correct[pairs].double().mean())
            yield f"{name}_loss", WHOLE, loss, Level(log(order))
            guess = Level(1 / order, sqrt((1 - 1 / order) / order / count))
            yield f"{name}_accuracy", WHOLE, accuracy, guess
    squares = sum(float(p.double().square().sum()) for p in run.network.parameters())
    yield "sum_of_squared_weights", WHOLE, squares, NO_LEVEL


def weight_rows(run: Run, keys: list[Label]) -> Iterator[Row]:
    """Shares of the irreps in the weights."""
    network = in_float64(run.network)
    unembedding = network.unembedding().double()
    for name, weights, centred in (
        ("left_embedding_fve", network.left_embedding(), False),
        ("right_embedding_fve", network.right_embedding(), False),
        ("unembedding_fve", unembedding, False),
        ("centred_unembedding_fve", unembedding - unembedding.mean(0), True),
    ):
        shares = fraction_of_variance_explained(weights, run.group)
        width, ranks = weights.shape[1], isotypic_ranks(run.group)
        chance = chance_of_variance_explained(run.group, width, centred=centred)
        total = level_of_share(
            sum(ranks[label] for label in keys), run.group.order - centred, width
        )
        yield from _shares(name, shares, chance, keys, total)


def hidden_rows(run: Run, statistics: PairStatistics, keys: list[Label]) -> Iterator[Row]:
    """Shares of the irreps in the hidden layer."""
    group, width = run.group, len(statistics.hidden_mean)
    fractions = hidden.hidden_fractions(statistics, group)
    rank = sum(isotypic_ranks(group)[label] for label in keys)
    series = {
        name: (1, {label: parts[k] for label, parts in fractions.items()})
        for k, name in enumerate(("hidden_x_fve", "hidden_y_fve", "hidden_xy_fve"))
    } | {"hidden_fve": (3, {label: sum(parts) for label, parts in fractions.items()})}
    for name, (parts, shares) in series.items():
        chance = hidden.chance_of_hidden_fraction(group, width, parts)
        total = level_of_share(parts * rank, group.order**2 - 1, width)
        yield from _shares(name, shares, chance, keys, total)


def similarity_rows(run: Run, statistics: PairStatistics, similarities: Shares) -> Iterator[Row]:
    """How far the logits and the probabilities are characters."""
    group = run.group
    order = group.order
    of_cosine = logits.chance_of_similarity(group)
    of_square = level_of_share(1, order**2 * (order - 1))
    of_row = level_of_share(1, order - 1)
    of_row = Level(of_row.mean, of_row.spread / order)
    probabilities = logits.character_similarities(statistics.probabilities, group)
    places = {label: k for k, label in enumerate(group.irreps)}
    for label, similarity in similarities.items():
        k, name = places[label], str(label)
        rows, soft_rows = statistics.logits, statistics.probabilities
        yield "character_similarity", name, similarity, of_cosine
        yield "logit_fve", name, similarity**2, of_square
        yield "row_similarity", name, float(rows.row_cosines[k]), of_cosine
        yield "row_fve", name, float(rows.row_shares[k]), of_row
        yield "probability_similarity", name, probabilities[label], of_cosine
        yield "probability_row_similarity", name, float(soft_rows.row_cosines[k]), of_cosine
    count = len(similarities)
    explained = sum(similarity**2 for similarity in similarities.values())
    yield "logit_fve", ALL, explained, level_of_share(count, order**2 * (order - 1))
    by_row = level_of_share(count, order - 1)
    by_row = Level(by_row.mean, by_row.spread / order)
    yield "row_fve", ALL, float(statistics.logits.row_shares.sum()), by_row


def ablation_rows(
    run: Run, statistics: PairStatistics, similarities: Shares, keys: list[Label]
) -> Iterator[Row]:
    """Losses of parts alone and of all but a part."""
    readout = in_float64(run.network).unembedding().double().T
    parts_of_hidden = isotypic_parts(statistics.hidden_by_product, run.group)
    of_hidden = {label: part @ readout for label, part in parts_of_hidden.items()}
    of_logits = {
        label: logits.character_logits(statistics.logits, run.group, similarities, label)
        for label in similarities
    }
    names: list[str] = []
    parts: list[Part] = []
    by_layer: dict[Layer, dict[Label, Tensor]] = {"hidden": of_hidden, "logit": of_logits}
    for layer, by_irrep in by_layer.items():
        total = torch.zeros_like(statistics.logits.by_product)
        total += sum((by_irrep[label] for label in keys), torch.zeros(()))
        names += [*map(str, by_irrep), KEY]
        parts += [Part(layer, part) for part in (*by_irrep.values(), total)]
    chance = Level(log(run.group.order))
    train = run.training_mask.flatten().nonzero().flatten()
    excluded = excluded_losses(run, parts, train).mean(1).tolist()
    for irrep, part, loss in zip(names, parts, excluded, strict=True):
        yield f"{part.layer}_restricted_loss", irrep, restricted_loss(part.logits), chance
        yield f"{part.layer}_excluded_loss", irrep, loss, chance


def _shares(
    name: str, shares: Shares, chance: Levels, keys: list[Label], total: Level
) -> Iterator[Row]:
    for label, share in shares.items():
        yield name, str(label), share, chance[label]
    yield name, KEY, sum(shares[label] for label in keys), total


def _remarks(run: Run, statistics: PairStatistics) -> Iterator[str]:
    if statistics.logits.energy == 0:
        yield "The logits are constant over the answers: nothing about them can be measured."
    if statistics.hidden_energy == 0:
        yield "All neurons are off: the hidden layer is the same at all pairs."
    for name, weights in (
        ("left embedding", run.network.left_embedding()),
        ("right embedding", run.network.right_embedding()),
        ("unembedding", run.network.unembedding()),
    ):
        if not neurons.live_neurons(weights.double()).any():
            yield f"The {name} is 0: it has no shares."
