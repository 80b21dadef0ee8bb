"""Section: what does the hidden layer compute, and is the rest needed?"""

from __future__ import annotations

from collections.abc import Iterator
from math import log

import pandas as pd
import torch
from matplotlib.figure import Figure

from analysis.figures import ablations as ablation_figures
from analysis.figures import embeddings as embedding_figures
from analysis.figures import hidden as hidden_figures
from analysis.measures.ablation import ablations
from analysis.measures.hidden import (
    hidden_fraction_baseline,
    hidden_singular_values,
    linear_probe_baseline,
    linear_probe_fraction,
    pattern_distance,
    pattern_distance_baseline,
    projected_representation,
    readout_map,
    readout_pattern,
    word_fractions,
)
from analysis.measures.isotypic import isotypic_ranks
from analysis.measures.matrix_coefficients import (
    evenness,
    evenness_baseline,
    matrix_coefficient_fractions,
)
from analysis.measures.measured import KEY
from analysis.measures.orderings import by_class
from analysis.measures.permutation_representation import (
    independent_projector,
    permutation_readout_map,
)
from analysis.measures.table import Analysis
from analysis.report.exhibits import Illustration, Section, Table
from analysis.report.shares import left_out, shares_figure, shown_irreps
from symrep import SymmetricGroup
from symrep.characters.table import Label


def section(analysis: Analysis, baseline: pd.DataFrame | None = None) -> Section:
    """The hidden layer, its parts, and the loss with and without them."""
    return Section(
        "hidden",
        "What does the hidden layer compute, and is the rest needed?",
        list(_exhibits(analysis, baseline)),
    )


def _exhibits(analysis: Analysis, baseline: pd.DataFrame | None) -> Iterator[Illustration | Table]:
    yield Illustration(
        "hidden_layer",
        "Fractions of ρ(x), ρ(y) and ρ(xy)",
        "Share of their matrix entries in the hidden activations, less their mean. Entries of "
        "ρ(xy) cannot be had by adding functions of x and of y: that they are there shows that "
        "the layer multiplies.",
        "Noise has (d²/c)/(|G|² - 1) in each, which is hardly visible. "
        + (
            "Black lines are networks with the same weights in a random order, which also have "
            "functions of x and of y, but next to nothing of ρ(xy)."
            if baseline is not None
            else "Those are the black lines."
        ),
        shares_figure(
            analysis,
            {"ρ(x)": "hidden_x_fve", "ρ(y)": "hidden_y_fve", "ρ(xy)": "hidden_xy_fve"},
            "Hidden layer by irrep",
            baseline,
        ),
    )
    yield _dimensions(analysis)
    yield _words(analysis)
    irreps = analysis.group.irreps
    labels = [label for label in analysis.key_irreps if irreps[label].dim > 1]
    if labels:
        yield _readout(analysis, labels[0])
        yield _map(analysis, labels[0])
    if analysis.key_irreps:
        yield _by_irrep(analysis)
    yield Illustration(
        "ablations",
        "Whether these parts do the work",
        "Left: the part of the hidden layer along ρ(xy). Right: the part of the logits along "
        "χ(x y z⁻¹). A part that is the whole algorithm has a low loss alone, and a high loss "
        "without it." + left_out(analysis),
        "A part that does nothing has the loss of guessing alone, and leaves the training loss as "
        "it is without it.",
        _ablation_figure(analysis),
    )
    table = ablations(analysis)
    yield Table(
        "Every direction, with and without",
        "Mean losses in nats with the hidden layer's projection onto the matrix entries of ρ(x), "
        "ρ(y) or ρ(xy) alone (restricted; centred: with the mean activation beside it) and with "
        "it taken away from all that the logits are made of (excluded; the figure above leaves "
        "out what a transformer says beside its hidden layer). Without ρ(x) or ρ(y) the loss "
        "should stay as it is; without ρ(xy) it should be lost. By chance: "
        f"{log(analysis.group.order):.4f} restricted, and the loss of the network excluded.",
        table[table.irrep == KEY] if len(analysis.key_irreps) > 1 else table,
        {
            "along": "along",
            "irrep": "irrep",
            "kind": "kind",
            "all_loss": "all pairs",
            "train_loss": "training",
            "test_loss": "other",
            "baseline": "chance, all",
        },
    )


def _dimensions(analysis: Analysis) -> Illustration:
    values = hidden_singular_values(analysis)
    ranks = isotypic_ranks(analysis.group)
    count = sum(ranks[label] for label in analysis.key_irreps)
    return Illustration(
        "hidden_singular_values",
        "How many dimensions it uses",
        "Singular values of the activations at all pairs, less their mean, divided by the largest. "
        "The key irreps take a dimension for each matrix entry of ρ(x), ρ(y) and ρ(xy) at most.",
        "Random weights fall off smoothly, without a step.",
        embedding_figures.singular_values(
            {"hidden layer": values.numpy()},
            {"ρ(xy): sum of d²/c": count, "three times that": 3 * count} if count else {},
        ),
    )


def _words(analysis: Analysis) -> Table:
    group = analysis.group
    fractions = word_fractions(analysis)
    width = len(analysis.statistics.hidden_mean)
    chance = hidden_fraction_baseline(group, width)
    labels = list(group.irreps)
    rows = pd.DataFrame(
        {
            "irrep": list(map(str, labels)),
            **{word: [shares[label] for label in labels] for word, shares in fractions.items()},
            "baseline": [chance[label].mean for label in labels],
        }
    )
    return Table(
        "Other words in x and y",
        "Share of ρ of each word in the hidden layer. A network that multiplies in another order, "
        "or divides, shows there; xy and yx have a part in common, the class of xy. ρ of the "
        "inverse of a word has the same matrix entries, transposed. By chance, the last column.",
        rows,
        {"irrep": "irrep", **{word: word for word in fractions}, "baseline": "baseline"},
        frozenset(map(str, analysis.key_irreps)),
    )


def _readout(analysis: Analysis, label: Label) -> Illustration:
    group = analysis.group
    ordering = by_class(group)
    places = ordering.elements
    found = projected_representation(analysis, label)
    matrices = group.irrep(label).tensor(torch.float64)
    return Illustration(
        "readout",
        f"ρ(xy) of {label}, read from the hidden layer",
        "The matrix entries of the most similar irrep at xy, and what the best linear map makes "
        "of the hidden activations after their projection onto these functions; elements by "
        f"class. The relative error is {found.error:.1e}.",
        "The projection alone reads out as well from as many random neurons as there are entries; "
        "from fewer it does not. See the shares by irrep below for what noise has.",
        hidden_figures.representation_beside_readout(
            matrices[places].numpy(),
            found.matrices[places].numpy(),
            list(ordering.boundaries),
            list(ordering.names),
            str(label),
        ),
    )


def _map(analysis: Analysis, label: Label) -> Illustration:
    found = readout_map(analysis, label)
    irrep = analysis.group.irreps[label]
    pattern = readout_pattern(irrep.dim, commutant_dim=irrep.commutant_dim)
    distance = pattern_distance(found, pattern)
    return Illustration(
        "readout_map",
        f"From ρ(xy) to logits, in the basis of {label}",
        "What the unembedding makes of ρᵢⱼ(xy), in terms of ρₖₗ(z). For logits that are the "
        "character of x y z⁻¹ it is tr(ρ(xy)ρ(z)ᵀ): the identity, on the right. The distance "
        f"from a multiple of it is {distance:.3f} of the size of the map.",
        f"Noise, with the distance {pattern_distance_baseline(pattern):.3f}.",
        hidden_figures.readout_map(
            found.numpy(), pattern.numpy(), f"map of {label}", irrep.dim // irrep.commutant_dim
        ),
    )


def _by_irrep(analysis: Analysis) -> Table:
    statistics, group = analysis.statistics, analysis.group
    width = len(statistics.hidden_mean)
    rows = []
    for label in analysis.key_irreps:
        shares = matrix_coefficient_fractions(statistics.hidden_by_product, group, label)
        maps = {inverse: readout_map(analysis, label, inverse=inverse) for inverse in (False, True)}
        d, c = group.irreps[label].dim, group.irreps[label].commutant_dim
        patterns = {
            inverse: readout_pattern(d, inverse=inverse, commutant_dim=c) for inverse in maps
        }
        rows.append(
            (
                str(label),
                evenness(shares),
                evenness_baseline(d, width, commutant_dim=c).mean,
                linear_probe_fraction(analysis, label),
                linear_probe_baseline(group, width, d, c).mean,
                *(pattern_distance(maps[k], patterns[k]) for k in (False, True)),
                pattern_distance_baseline(patterns[False]),
            )
        )
    of_permutations = ""
    if isinstance(group, SymmetricGroup) and group.n > 1:
        of_permutations = "; for permutation matrices without their redundant combinations"
        pattern = independent_projector(group.n, centred=True)
        distance = pattern_distance(permutation_readout_map(analysis), pattern)
        missing = (float("nan"),) * 4
        chance = pattern_distance_baseline(pattern)
        rows.append(("permutation matrices", *missing, distance, distance, chance))
    heads = {
        "irrep": "irrep",
        "evenness": "evenness",
        "even_baseline": "by chance",
        "probe": "linear map",
        "probe_baseline": "by chance",
        "distance": "distance, ρ(z)",
        "inverse": "ρ(z⁻¹)",
        "distance_baseline": "by chance",
    }
    return Table(
        "From ρ(xy) to logits, irrep by irrep",
        "Evenness: how evenly the matrix entries of ρ(xy) are used in the hidden layer, 1 if all "
        "alike. Linear map: share of ρ(xy) that the best linear map from the activations gives. "
        "Distance: of the map from ρ(xy) to the logits from the pattern of a character, in the "
        "basis ρ(z) and in the basis ρ(z⁻¹), 0 if it is that pattern and 1 if it has nothing of "
        "it" + of_permutations + ". By chance, the columns of that name.",
        pd.DataFrame(rows, columns=list(heads)),
        heads,
        frozenset(map(str, analysis.key_irreps)),
    )


def _ablation_figure(analysis: Analysis) -> Figure:
    def panel(layer: str) -> dict[str, tuple[float, float]]:
        return {
            "key irreps" if row == KEY else row: (
                analysis.value(f"{layer}_restricted_loss", row),
                analysis.value(f"{layer}_excluded_loss", row),
            )
            for row in [*map(str, shown_irreps(analysis)), KEY]
            if (f"{layer}_restricted_loss", row) in analysis.values
        }

    return ablation_figures.ablation_losses(
        {"hidden layer: ρ(xy)": panel("hidden"), "logits: χ(x y z⁻¹)": panel("logit")},
        {
            "guessing, ln |G|": log(analysis.group.order),
            "the network, all pairs": analysis.value("all_loss"),
        },
    )
