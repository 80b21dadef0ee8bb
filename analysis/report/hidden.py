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
    """Return the section on the hidden layer, its parts, and the losses with and without them."""
    return Section(
        "hidden",
        "What does the hidden layer compute, and is the rest needed?",
        list(_exhibits(analysis, baseline)),
    )


def _exhibits(analysis: Analysis, baseline: pd.DataFrame | None) -> Iterator[Illustration | Table]:
    yield Illustration(
        "hidden_layer",
        "Fractions of ρ(x), ρ(y) and ρ(xy)",
        "Fraction of variance of the hidden activations in the matrix coefficients of ρ(x), ρ(y) "
        "and ρ(xy). A sum of functions of x and of y has no part in ρ(xy): this part shows that "
        "the layer multiplies.",
        "Noise at every pair has (d²/c)/(|G|² - 1) in each, which is hardly visible. "
        + (
            "The black lines are networks with the same weights in random order. They have "
            "functions of x and of y, but almost nothing in ρ(xy)."
            if baseline is not None
            else "The black lines are this noise."
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
        "Losses with and without these parts",
        "Left: the part of the hidden layer along ρ(xy). Right: the part of the logits along "
        "χ(x y z⁻¹). If a part is the whole algorithm, the loss with it alone (restricted) is low "
        "and the loss without it (excluded) is high." + left_out(analysis),
        "A part without information has the restricted loss of guessing, and its excluded loss is "
        "the training loss of the network.",
        _ablation_figure(analysis),
    )
    table = ablations(analysis)
    yield Table(
        "Ablations along x, y and xy",
        "Mean losses in nats. Restricted: the projection of the hidden layer onto the matrix "
        "coefficients of ρ(x), ρ(y) or ρ(xy) alone; centred: with the mean activation. Excluded: "
        "the logits without the contribution of the projection; those of a transformer include its "
        "residual stream, which the figure above leaves out. Without ρ(x) or ρ(y) the loss should "
        "not change; without ρ(xy) it should be high. Null baseline, a part without information: "
        f"{log(analysis.group.order):.4f} restricted, and the loss of the network excluded.",
        table[table.irrep == KEY] if len(analysis.key_irreps) > 1 else table,
        {
            "along": "along",
            "irrep": "irrep",
            "kind": "kind",
            "all_loss": "all pairs",
            "train_loss": "training",
            "test_loss": "test",
            "baseline": "baseline, all",
        },
    )


def _dimensions(analysis: Analysis) -> Illustration:
    values = hidden_singular_values(analysis)
    ranks = isotypic_ranks(analysis.group)
    count = sum(ranks[label] for label in analysis.key_irreps)
    return Illustration(
        "hidden_singular_values",
        "Dimensions of the hidden layer",
        "Singular values of the centred activations at all pairs, divided by the largest. The key "
        "irreps have at most one dimension for each matrix coefficient of ρ(x), ρ(y) and ρ(xy).",
        "Random weights have values that decrease smoothly, without a step.",
        embedding_figures.singular_values(
            {"hidden layer": values.numpy()},
            {"ρ(xy): sum of d²/c": count, "with ρ(x) and ρ(y)": 3 * count} if count else {},
        ),
    )


def _words(analysis: Analysis) -> Table:
    group = analysis.group
    fractions = word_fractions(analysis)
    width = len(analysis.statistics.hidden_mean)
    baseline = hidden_fraction_baseline(group, width)
    labels = list(group.irreps)
    rows = pd.DataFrame(
        {
            "irrep": list(map(str, labels)),
            **{word: [shares[label] for label in labels] for word, shares in fractions.items()},
            "baseline": [baseline[label].mean for label in labels],
        }
    )
    return Table(
        "Other words in x and y",
        "Fraction of variance of the hidden layer in ρ of each word. A network that multiplies in "
        "another order, or divides, has large fractions in another word. The words xy and yx share "
        "the character. The inverse of a word has the same matrix coefficients, transposed. Null "
        "baseline, noise at every pair: the last column.",
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
        f"Linear probe of ρ(xy), {label}",
        "Left: the matrix coefficients of the most similar irrep at xy, elements by class. Middle: "
        "the best linear probe of them on the hidden activations, projected onto their span. "
        f"The relative error is {found.error:.1e}.",
        "Random neurons, if there are as many as matrix coefficients, have no error either; fewer "
        "do. The linear probe in the table below is not projected, and has a baseline there.",
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
        "The map from ρᵢⱼ(xy) in the hidden layer to ρₖₗ(z) in the logits. For logits that are the "
        "character of x y z⁻¹, tr(ρ(xy)ρ(z)ᵀ), it is the identity, on the right. The distance "
        f"from a multiple of the identity is {distance:.3f} of the norm of the map.",
        f"A random map is noise, with the distance {pattern_distance_baseline(pattern):.3f}.",
        hidden_figures.readout_map(
            found.numpy(), pattern.numpy(), f"map of {label}", irrep.dim // irrep.commutant_dim
        ),
    )


def _by_irrep(analysis: Analysis) -> Table:
    statistics, group = analysis.statistics, analysis.group
    width = len(statistics.hidden_mean)
    rows = []
    for label in analysis.key_irreps:
        fractions = matrix_coefficient_fractions(statistics.hidden_by_product, group, label)
        maps = {inverse: readout_map(analysis, label, inverse=inverse) for inverse in (False, True)}
        d, c = group.irreps[label].dim, group.irreps[label].commutant_dim
        patterns = {
            inverse: readout_pattern(d, inverse=inverse, commutant_dim=c) for inverse in maps
        }
        rows.append(
            (
                str(label),
                evenness(fractions),
                evenness_baseline(d, width, commutant_dim=c).mean,
                linear_probe_fraction(analysis, label),
                linear_probe_baseline(group, width, d, c).mean,
                *(pattern_distance(maps[k], patterns[k]) for k in (False, True)),
                pattern_distance_baseline(patterns[False]),
            )
        )
    of_permutations = ""
    if isinstance(group, SymmetricGroup) and group.n > 1:
        of_permutations = "; for the permutation representation without its redundant directions"
        pattern = independent_projector(group.n, centred=True)
        distance = pattern_distance(permutation_readout_map(analysis), pattern)
        missing = (float("nan"),) * 4
        baseline = pattern_distance_baseline(pattern)
        rows.append(("permutation representation", *missing, distance, distance, baseline))
    heads = {
        "irrep": "irrep",
        "evenness": "evenness",
        "even_baseline": "baseline",
        "probe": "linear probe",
        "probe_baseline": "baseline",
        "distance": "distance, ρ(z)",
        "inverse": "ρ(z⁻¹)",
        "distance_baseline": "baseline",
    }
    return Table(
        "From ρ(xy) to logits, irrep by irrep",
        "Evenness of the variance over the matrix coefficients of ρ(xy) in the hidden layer, 1 if "
        "all are equal. Linear probe: fraction of variance of ρ(xy) that it explains. Distance of "
        "the map from ρ(xy) to the logits from the pattern of a character, in the bases ρ(z) and "
        "ρ(z⁻¹): 0 for the pattern, 1 for no part along it"
        + of_permutations
        + ". Null baseline, random weights or noise: the columns of that name.",
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
