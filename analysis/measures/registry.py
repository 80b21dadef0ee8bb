"""The registry of measures: definition, unit, values, estimate and null baseline of each.

A new measure is one entry of `MEASURES`; tables, samples, comparisons, the report, the published
names and the command line read it from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import log, sqrt
from typing import Any

from torch import Tensor

from analysis.measures import sampling
from analysis.measures.ablation import Kind, Layer, ablation_losses
from analysis.measures.hidden import hidden_fraction_baseline, hidden_fractions
from analysis.measures.isotypic import (
    Baseline,
    Baselines,
    Fractions,
    fraction_baseline,
    isotypic_ranks,
    trivial_label,
)
from analysis.measures.logits import (
    character_similarities,
    key_irreps,
    logit_similarities,
    row_similarities,
    similarity_baseline,
)
from analysis.measures.measured import ALL, KEY, WHOLE, Measured
from analysis.measures.performance import PAIRS_OF, accuracy, mean_loss
from analysis.measures.sampling import Estimates, Sample
from analysis.measures.weights import fraction_of_variance_explained, variance_explained_baseline
from symrep.characters.table import Label

IRREP = "{}"
"""Stands for each single irrep in `Measure.published`."""

Values = Mapping[Any, float]
"""{irrep, or `WHOLE`, `KEY` or `ALL`: value}."""


@dataclass(frozen=True)
class Measure:
    """A measure of a network.

    Attributes:
        name: name in tables.
        definition: what it measures, in a phrase.
        unit: "nats", "fraction", "cosine", or "1".
        exact: its values, from all pairs.
        baseline: {row: null baseline}, of random weights, random logits or guessing; it needs no
            pass over the pairs. Missing rows have none.
        estimate: {row: (estimate, standard error)} from a sample of pairs; None if there is none.
        weights_only: whether it depends on the weights alone, so that no sample is needed.
        ablates: whether it needs ablations, which take most of the time.
        heading: heading of its column in tables by irrep, if it has one.
        compared: {heading: row} of its columns in comparisons of runs.
        published: {row: name in the published figures}, with `IRREP` for each irrep by its name.
    """

    name: str
    definition: str
    unit: str
    exact: Callable[[Measured], Values]
    baseline: Callable[[Measured], Mapping[Any, Baseline]] = lambda measured: {}
    estimate: Callable[[Sample], Estimates] | None = None
    weights_only: bool = False
    ablates: bool = False
    heading: str = ""
    compared: Mapping[str, str] = field(default_factory=dict)
    published: Mapping[str, str] = field(default_factory=dict)


def with_total(measured: Measured, fractions: Fractions) -> Values:
    """Return the fractions by irrep, and their sum over the key irreps."""
    return {**fractions, KEY: sum(fractions[label] for label in key_irreps(measured))}


def _losses(pairs: str, **more: Any) -> Measure:
    over = {"train": "the training pairs", "test": "the test pairs", "all": "all pairs"}[pairs]

    def exact(measured: Measured) -> Values:
        loss = mean_loss(measured, pairs)
        return {} if loss is None else {WHOLE: loss}

    return Measure(
        f"{pairs}_loss",
        f"mean cross entropy over {over}",
        "nats",
        exact,
        _guessing,
        sampling.estimated_loss(pairs),
        **more,
    )


def _accuracies(pairs: str, **more: Any) -> Measure:
    of = {"train": "the training pairs", "test": "the test pairs", "all": "all pairs"}[pairs]

    def exact(measured: Measured) -> Values:
        found = accuracy(measured, pairs)
        return {} if found is None else {WHOLE: found}

    def baseline(measured: Measured) -> Mapping[str, Baseline]:
        right = 1 / measured.group.order
        count = int(PAIRS_OF[pairs](measured.run.training_mask).sum())
        return {WHOLE: Baseline(right, sqrt((1 - right) * right / count))} if count else {}

    return Measure(
        f"{pairs}_accuracy",
        f"fraction of {of} whose largest logit is that of xy",
        "fraction",
        exact,
        baseline,
        sampling.estimated_accuracy(pairs),
        **more,
    )


def _guessing(measured: Measured) -> Mapping[Any, Baseline]:
    """Return the loss of guessing, ln |G|, for every row."""
    guessing = Baseline(log(measured.group.order))
    return dict.fromkeys((*measured.group.irreps, WHOLE, KEY), guessing)


def _squared_weights(measured: Measured) -> Values:
    weights = (weights.detach().double() for weights in measured.run.network.parameters())
    return {WHOLE: sum(float(w.square().sum()) for w in weights)}


def _of_weights(
    name: str,
    definition: str,
    weights: Callable[[Measured], Tensor],
    *,
    centred: bool = False,
    **more: Any,
) -> Measure:
    """Return the measure of the fraction of variance of one matrix, by irrep."""

    def exact(measured: Measured) -> Values:
        matrix = weights(measured)
        return with_total(measured, fraction_of_variance_explained(matrix, measured.group))

    def baseline(measured: Measured) -> Mapping[Any, Baseline]:
        group, width = measured.group, weights(measured).shape[1]
        rank = _rank_of_keys(measured)
        return {
            **variance_explained_baseline(group, width, centred=centred),
            KEY: fraction_baseline(rank, group.order - centred, width),
        }

    return Measure(name, definition, "fraction", exact, baseline, weights_only=True, **more)


def _of_hidden(name: str, definition: str, *words: str, **more: Any) -> Measure:
    """Return the measure of the fraction of variance of the hidden layer in some rho(word)."""
    places = [("x", "y", "xy").index(word) for word in words]

    def exact(measured: Measured) -> Values:
        fractions = hidden_fractions(measured)
        return with_total(
            measured,
            {label: sum(parts[k] for k in places) for label, parts in fractions.items()},
        )

    def baseline(measured: Measured) -> Mapping[Any, Baseline]:
        group, width = measured.group, measured.unembedding.shape[1]
        rank = len(words) * _rank_of_keys(measured)
        return {
            **hidden_fraction_baseline(group, width, len(words)),
            KEY: fraction_baseline(rank, group.order**2 - 1, width),
        }

    return Measure(
        name,
        definition,
        "fraction",
        exact,
        baseline,
        sampling.estimated_hidden_fractions(*words),
        **more,
    )


def _rank_of_keys(measured: Measured) -> int:
    ranks = isotypic_ranks(measured.group)
    return sum(ranks[label] for label in key_irreps(measured))


def _nontrivial(measured: Measured) -> list[Label]:
    trivial = trivial_label(measured.group)
    return [label for label in measured.group.irreps if label != trivial]


def _of_cosine(measured: Measured) -> Baselines:
    return dict.fromkeys(_nontrivial(measured), similarity_baseline(measured.group))


def _logit_fractions(measured: Measured) -> Values:
    squares = {label: value**2 for label, value in logit_similarities(measured).items()}
    return squares | {ALL: sum(squares.values())}


def _of_logit_fraction(measured: Measured) -> Mapping[Any, Baseline]:
    labels, dimension = _nontrivial(measured), _centred_logits(measured)
    return dict.fromkeys(labels, fraction_baseline(1, dimension)) | {
        ALL: fraction_baseline(len(labels), dimension)
    }


def _centred_logits(measured: Measured) -> int:
    order = measured.group.order
    return order**2 * (order - 1)


def _row_fractions(measured: Measured) -> Values:
    fractions = measured.statistics.logits.row_fractions
    by_irrep = dict(zip(measured.group.irreps, fractions.tolist(), strict=True))
    total = float(fractions.sum())
    return {label: by_irrep[label] for label in _nontrivial(measured)} | {ALL: total}


def _of_row_fraction(measured: Measured) -> Mapping[Any, Baseline]:
    labels, order = _nontrivial(measured), measured.group.order

    def mean_over_pairs(rank: int) -> Baseline:
        of_row = fraction_baseline(rank, order - 1)
        return Baseline(of_row.mean, of_row.sd / order)

    return dict.fromkeys(labels, mean_over_pairs(1)) | {ALL: mean_over_pairs(len(labels))}


def _ablation(layer: Layer, kind: Kind, definition: str, **more: Any) -> Measure:
    return Measure(
        f"{layer}_{kind}_loss",
        definition,
        "nats",
        lambda measured: ablation_losses(measured)[layer, kind],
        _guessing,
        sampling.estimated_ablations(layer, kind),
        ablates=True,
        **more,
    )


def _ratio_of_losses(measured: Measured) -> Values:
    loss = mean_loss(measured, "test")
    restricted = ablation_losses(measured)["hidden", "restricted"][KEY]
    return {} if loss is None or not restricted > 0 else {WHOLE: loss / restricted}


def _by_name(measures: Iterable[Measure]) -> dict[str, Measure]:
    return {measure.name: measure for measure in measures}


MEASURES = _by_name(
    [
        _losses("train", published={WHOLE: "train_loss"}),
        _losses("test", published={WHOLE: "test_loss"}, compared={"test loss": WHOLE}),
        _losses("all", published={WHOLE: "all_loss"}),
        _accuracies("train", published={WHOLE: "train_acc"}),
        _accuracies("test", published={WHOLE: "test_acc"}),
        _accuracies("all"),
        Measure(
            "sum_of_squared_weights",
            "sum of the squares of all parameters",
            "1",
            _squared_weights,
            weights_only=True,
            published={WHOLE: "sum_of_squared_weights"},
        ),
        Measure(
            "character_similarity",
            "cosine of the centred logits with chi(x y z^-1)",
            "cosine",
            logit_similarities,
            _of_cosine,
            sampling.estimated_similarities,
            heading="similarity",
            published={IRREP: "logit_{}_rep_trace_similarity"},
        ),
        Measure(
            "logit_fve",
            "fraction of variance of the centred logits along chi(x y z^-1)",
            "fraction",
            _logit_fractions,
            _of_logit_fraction,
            sampling.estimated_logit_fractions,
            heading="logit",
            compared={"logit FVE": ALL},
            published={ALL: "percent_logits_explained"},
        ),
        Measure(
            "row_similarity",
            "cosine of one pair's centred logits with chi(xy z^-1), mean over pairs",
            "cosine",
            lambda measured: row_similarities(measured.statistics.logits, measured.group),
            _of_cosine,
            sampling.estimated_row_similarities,
        ),
        Measure(
            "row_fve",
            "fraction of variance of one pair's centred logits along chi(xy z^-1), mean over pairs",
            "fraction",
            _row_fractions,
            _of_row_fraction,
        ),
        Measure(
            "probability_similarity",
            "character_similarity of the probabilities; d/sqrt(c(|G|-1)) if they are 1 at xy",
            "cosine",
            lambda measured: character_similarities(
                measured.statistics.probabilities, measured.group
            ),
            _of_cosine,
        ),
        Measure(
            "probability_row_similarity",
            "row_similarity of the probabilities",
            "cosine",
            lambda measured: row_similarities(measured.statistics.probabilities, measured.group),
            _of_cosine,
        ),
        _of_weights(
            "left_embedding_fve",
            "fraction of variance of the left embedding in the irrep",
            lambda measured: measured.left_embedding,
            heading="left",
            compared={"W_x FVE": KEY},
            published={IRREP: "percent_x_embed_{}_rep", KEY: "percent_x_embed_explained"},
        ),
        _of_weights(
            "right_embedding_fve",
            "fraction of variance of the right embedding in the irrep",
            lambda measured: measured.right_embedding,
            heading="right",
            compared={"W_y FVE": KEY},
            published={IRREP: "percent_y_embed_{}_rep", KEY: "percent_y_embed_explained"},
        ),
        _of_weights(
            "unembedding_fve",
            "fraction of variance of the unembedding in the irrep",
            lambda measured: measured.unembedding,
            heading="unembed",
            compared={"W_U FVE": KEY},
            published={IRREP: "percent_unembed_{}_rep", KEY: "percent_unembed_explained"},
        ),
        _of_weights(
            "centred_unembedding_fve",
            "fraction of variance of the unembedding, centred over z, in the irrep",
            lambda measured: measured.centred_unembedding,
            centred=True,
        ),
        _of_hidden(
            "hidden_x_fve",
            "fraction of variance of the hidden activations in rho(x)",
            "x",
            heading="hid. x",
            published={IRREP: "percent_hidden_x_{}_rep"},
        ),
        _of_hidden(
            "hidden_y_fve",
            "fraction of variance of the hidden activations in rho(y)",
            "y",
            heading="hid. y",
            published={IRREP: "percent_hidden_y_{}_rep"},
        ),
        _of_hidden(
            "hidden_xy_fve",
            "fraction of variance of the hidden activations in rho(xy)",
            "xy",
            heading="hid. xy",
            compared={"hidden xy FVE": KEY},
            published={IRREP: "percent_hidden_xy_{}_rep", KEY: "percent_hidden_xy_explained"},
        ),
        _of_hidden(
            "hidden_fve",
            "fraction of variance of the hidden activations in rho(x), rho(y) and rho(xy)",
            *("x", "y", "xy"),
            compared={"hidden FVE": KEY},
            published={IRREP: "total_percent_hidden_{}_rep", KEY: "percent_hidden_explained"},
        ),
        _ablation(
            "hidden",
            "restricted",
            "loss over all pairs with the rho(xy) part of the hidden layer alone",
            heading="restricted",
            compared={"restricted loss": KEY},
            published={
                IRREP: "hidden_restricted_loss_{}_rep",
                KEY: "total_hidden_restricted_loss",
            },
        ),
        _ablation(
            "hidden",
            "excluded",
            "loss over the training pairs with the hidden layer alone, without its rho(xy) part",
            heading="excluded",
            compared={"excluded loss": KEY},
            published={IRREP: "hidden_excluded_loss_{}_rep", KEY: "total_hidden_excluded_loss"},
        ),
        _ablation(
            "logit",
            "restricted",
            "loss over all pairs with the part of the logits along chi(x y z^-1) alone",
            published={IRREP: "logit_restricted_loss_{}_rep", KEY: "total_logit_restricted_loss"},
        ),
        _ablation(
            "logit",
            "excluded",
            "loss over the training pairs without the part of the logits along chi(x y z^-1)",
            published={IRREP: "logit_excluded_loss_{}_rep", KEY: "total_logit_excluded_loss"},
        ),
        Measure(
            "test_to_restricted_loss",
            "test loss divided by the hidden restricted loss of the key irreps",
            "1",
            _ratio_of_losses,
            ablates=True,
            published={WHOLE: "test_loss_restricted_loss_ratio"},
        ),
    ]
)
"""{name: measure}, in the order of tables."""
