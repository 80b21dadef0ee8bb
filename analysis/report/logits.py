"""Section: are the logits characters?"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from analysis.figures import logits as figures
from analysis.measures import logits
from analysis.measures.isotypic import Fractions, quotients
from analysis.measures.mixtures import best_mixture, character_losses, fitted_mixture
from analysis.measures.orderings import by_class, by_product
from analysis.measures.table import Analysis
from analysis.report.exhibits import Illustration, Section, Table
from analysis.report.shares import left_out, shown_irreps
from analysis.tensors import group_tensors


def section(analysis: Analysis) -> Section:
    """Return the section on the logits and characters of x y z^-1."""
    return Section("logits", "Are the logits characters?", list(_exhibits(analysis)))


def _exhibits(analysis: Analysis) -> Iterator[Illustration | Table]:
    statistics, group = analysis.statistics, analysis.group
    fitted = _fitted(analysis)
    shown = [label for label in shown_irreps(analysis) if label in analysis.similarities]
    yield Illustration(
        "similarities",
        "Similarity with characters, by irrep",
        "Cosine with χ(x y z⁻¹) of all logits together, of the logits of one pair (mean over "
        "pairs), and of the probabilities. The squares of the first are fractions of variance, as "
        "characters of different irreps are orthogonal. Marks: probabilities that are 1 at z = xy, "
        "whatever the algorithm." + left_out(analysis),
        "Random logits have bars within the band at 0.",
        figures.similarities_by_irrep(
            {label: analysis.similarities[label] for label in shown},
            logits.row_similarities(statistics.logits, group),
            logits.character_similarities(statistics.probabilities, group),
            logits.similarity_of_certainty(group),
            logits.similarity_baseline(group).sd,
        ),
    )
    ordering = by_class(group)
    places = ordering.elements
    yield Illustration(
        "logits",
        "Logits by product xy and candidate z",
        "Left: the mean logit of each z over the pairs with one product xy. Right: the fitted sum "
        "of characters of the key irreps at xy z⁻¹. Rows and columns are elements, sorted by "
        "conjugacy class; the diagonal is z = xy.",
        "Random logits show noise on the left and nothing on the right.",
        figures.logits_beside_characters(
            statistics.logits.by_product[places][:, places].numpy(),
            fitted[places][:, places].numpy(),
            list(ordering.boundaries),
            list(ordering.names),
        ),
    )
    yield _slice(analysis)
    yield _by_class(analysis, fitted)
    yield _hypotheses(analysis)


def _slice(analysis: Analysis) -> Illustration:
    group = analysis.group
    # An element of the last class, so that the slice differs from the table of products.
    x = int((group_tensors(group).class_of == len(group.conjugacy_classes) - 1).nonzero()[0])
    ordering = by_class(group)
    cut = logits.logit_slice(analysis, x)
    return Illustration(
        "logit_slice",
        "Logits with x held fixed",
        "Left: the logits at the pairs (x, y) with one x, y sorted by the class of xy. Right: the "
        "sum of characters fitted to all logits. What the left has alone is no function of the "
        "class of x y z⁻¹.",
        "Random logits show noise on the left and nothing on the right.",
        figures.slice_beside_characters(
            cut.real.numpy(),
            cut.hypothesised.numpy(),
            cut.explained,
            by_product(ordering, group, x),
            ordering,
            f"x = {group.element_name(x)}",
        ),
    )


def _by_class(analysis: Analysis, fitted: Tensor) -> Illustration:
    group, means = analysis.group, analysis.statistics.logits.by_product.flatten()
    # [g, z] = class of g z^-1
    classes = group_tensors(group).class_of[quotients(group)].flatten()
    counts = torch.bincount(classes)
    by_class = torch.bincount(classes, means) / counts
    sd = (torch.bincount(classes, (means - by_class[classes]).square()) / counts).sqrt()
    return Illustration(
        "logits_by_class",
        "Logits by the class of x y z⁻¹",
        "If the logits are characters, the logit of z depends on the conjugacy class of x y z⁻¹ "
        "alone: the points lie on the marks, with short bars. Bars: standard deviation, within a "
        "class, of the logits averaged over the pairs with one product.",
        "Random logits have means near 0 in every class.",
        figures.class_function(
            by_class.numpy(),
            (torch.bincount(classes, fitted.flatten()) / counts).numpy(),
            sd.numpy(),
            [c.label for c in group.conjugacy_classes],
            [c.size for c in group.conjugacy_classes],
        ),
    )


def _hypotheses(analysis: Analysis) -> Table:
    group, keys = analysis.group, analysis.key_irreps
    rows = character_losses(group)
    own: Fractions = {}
    best: Fractions = {}
    text = "Loss and accuracy of χ(x y z⁻¹) as logits, the same at every pair, without a scale. "
    if keys:
        statistics = analysis.statistics
        coefficients = logits.character_coefficients(
            statistics.logits, group, {label: analysis.similarities[label] for label in keys}
        )
        mixture, fitted = best_mixture(group, keys), fitted_mixture(group, coefficients)
        own, best = fitted.weights, mixture.weights
        text += (
            f"The best convex mixture of the key irreps has the loss {mixture.loss:.4g}, and no "
            f"mixture is below that by more than {mixture.gap:.1g}. The mixture in the network's "
            f"logits has {fitted.loss:.4g}; the logits have it times "
            f"{fitted.inverse_temperature:.4g}. "
        )
    return Table(
        "Losses of characters as logits",
        text + "A character that is not faithful does not distinguish some elements; its accuracy "
        "is a guess among these. Null baseline, guessing: the trivial character in the first row.",
        rows.assign(
            own=[own.get(label, float("nan")) for label in group.irreps],
            best=[best.get(label, float("nan")) for label in group.irreps],
        ),
        {
            "irrep": "χ of",
            "loss": "loss",
            "accuracy": "accuracy",
            "own": "weight, network",
            "best": "weight, best",
        },
        frozenset(map(str, keys)),
    )


def _fitted(analysis: Analysis) -> Tensor:
    """Return [g, z] = the part of the logits along the characters of the key irreps."""
    group, answers = analysis.group, analysis.statistics.logits
    fitted = torch.zeros_like(answers.by_product)
    for label in analysis.key_irreps:
        fitted += logits.character_logits(answers, group, analysis.similarities, label)
    return fitted
