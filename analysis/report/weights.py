"""Section: where are the irreps in the weights?"""

from __future__ import annotations

from collections.abc import Iterator
from math import log

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from analysis.figures import embeddings as figures
from analysis.figures import heatmaps
from analysis.measures.isotypic import isotypic_ranks
from analysis.measures.matrix_coefficients import (
    matrix_coefficient_baseline,
    matrix_coefficient_fractions,
    side_spectra,
    side_spectra_baseline,
)
from analysis.measures.neurons import live_neurons, neuron_fractions
from analysis.measures.orderings import by_class, by_irrep
from analysis.measures.permutation_representation import (
    permutation_fraction,
    permutation_fraction_baseline,
)
from analysis.measures.table import Analysis
from analysis.measures.weights import (
    irrep_overlap_baseline,
    irrep_overlaps,
    predicted_ranks,
    truncation_losses,
)
from analysis.networks import Editable
from analysis.report.exhibits import Illustration, Section, Table
from analysis.report.shares import left_out, shares_figure, shown_irreps
from symrep import SymmetricGroup

LEAST_FRACTION = 1e-3
"""Fraction of the left embedding above which overlaps of an irrep are drawn."""


def section(analysis: Analysis) -> Section:
    """Return the section on embeddings and unembedding as functions on the group."""
    return Section("weights", "Where are the irreps in the weights?", list(_exhibits(analysis)))


def _exhibits(analysis: Analysis) -> Iterator[Illustration | Table]:
    run, group = analysis.run, analysis.group
    yield Illustration(
        "weights_by_irrep",
        "Fractions of the irreps",
        "Fraction of variance of the weights, as functions on the group, in each irrep. The "
        "fractions of all irreps sum to 1.",
        "Random weights have d²/(c|G|), the black lines, with a standard deviation that falls "
        "with the width.",
        shares_figure(
            analysis,
            {
                "left embedding": "left_embedding_fve",
                "right embedding": "right_embedding_fve",
                "unembedding, centred": "centred_unembedding_fve",
            },
            "Weights by irrep",
        ),
    )
    matrices = {
        "left embedding": analysis.left_embedding,
        "right embedding": analysis.right_embedding,
        "unembedding": analysis.unembedding,
    }
    ranks = isotypic_ranks(group)
    yield Illustration(
        "singular_values",
        "Ranks of the weights",
        "Singular values of the embeddings and of the unembedding, divided by the largest. A "
        "matrix in the key irreps alone has rank at most the sum of their d²/c. The rank is the "
        "sum of their d if all neurons of an irrep share one vector of it.",
        "Random weights have values that decrease smoothly, without a step.",
        figures.singular_values(
            {name: torch.linalg.svdvals(matrix).numpy() for name, matrix in matrices.items()},
            {
                "sum of d": sum(group.irreps[label].dim for label in analysis.key_irreps),
                "sum of d²/c": sum(ranks[label] for label in analysis.key_irreps),
            }
            if analysis.key_irreps
            else {},
        ),
    )
    if isinstance(run.network, Editable):
        yield _truncations(analysis)
    left = matrices["left embedding"]
    live = live_neurons(left)
    fractions = torch.where(live, neuron_fractions(left, group), 0.0)
    shown = shown_irreps(analysis)
    rows = [k for k, label in enumerate(group.irreps) if label in shown]
    yield Illustration(
        "columns",
        "Irreps in each column of the left embedding",
        "Each column is the input of one neuron from x or, in a transformer, one coordinate of the "
        "residual stream. Colours are the fractions of the irreps: a column of one irrep has one "
        "bright cell. A column is dead if its norm is below a hundredth of the largest."
        + left_out(analysis),
        "Random weights have about d²/(c|G|) in each row of every column.",
        figures.neuron_fractions(fractions[rows].numpy(), shown, live.numpy()),
    )
    for name, matrix in matrices.items():
        if live_neurons(matrix).any():
            yield _heat_map(analysis, name, matrix)
    yield from _in_irrep(analysis, matrices)
    used = [
        k
        for k, label in enumerate(group.irreps)
        if analysis.value("left_embedding_fve", label) > LEAST_FRACTION
    ]
    if used:
        yield _overlaps(analysis, left, used)
    if isinstance(group, SymmetricGroup) and group.n > 1:
        yield _permutation_table(group, matrices)


def _heat_map(analysis: Analysis, name: str, matrix: Tensor) -> Illustration:
    group, live = analysis.group, live_neurons(matrix)
    fractions = neuron_fractions(matrix[:, live], group)
    return Illustration(
        name.replace(" ", "_"),
        f"The {name}",
        "Rows are elements, sorted by conjugacy class; columns are sorted by their largest irrep. "
        "Columns of a one-dimensional irrep are constant on each class; those of others vary "
        "within classes, as matrix coefficients do.",
        "Random weights show noise without a pattern in rows or columns.",
        heatmaps.weights(
            matrix[:, live].numpy(),
            by_class(group),
            f"{name}: {int(live.sum())} active columns, {int((~live).sum())} dead",
            by_irrep(fractions, list(group.irreps)),
            what={"left embedding": "x", "right embedding": "y"}.get(name, "z"),
        ),
    )


def _overlaps(analysis: Analysis, left: Tensor, used: list[int]) -> Illustration:
    group = analysis.group
    labels, places = list(group.irreps), np.ix_(used, used)
    return Illustration(
        "overlaps",
        "Overlap of irreps in the columns",
        "Overlap of the column directions of two irreps in the left embedding: 0 if no neuron has "
        "both, 1 on the diagonal. As functions on the group different irreps are orthogonal for "
        "any network. Irreps with less than a thousandth of the embedding are left out.",
        "Random weights of this shape, in the right panel.",
        figures.irrep_overlaps(
            irrep_overlaps(left, group).numpy()[places],
            irrep_overlap_baseline(group, left.shape[1]).numpy()[places],
            [labels[k] for k in used],
        ),
    )


def _truncations(analysis: Analysis) -> Illustration:
    table = truncation_losses(analysis)
    ranks = predicted_ranks(analysis.group, analysis.key_irreps)
    predicted = (
        {"sum of d": int(ranks.least.iloc[-1]), "sum of d²/c": int(ranks.most.iloc[-1])}
        if len(ranks)
        else {}
    )
    return Illustration(
        "truncations",
        "Losses at lower ranks",
        "The loss with a matrix replaced by its best approximation of each rank. If only the key "
        "irreps are used, the loss reaches that of the network at the marked rank, and falls in "
        "steps before it, irrep by irrep."
        + (" Measured on a sample of the pairs." if float(table.standard_error.max()) > 0 else ""),
        "Random weights have no such rank; their loss stays at guessing or above.",
        figures.truncation_losses(
            {
                str(name): dict(zip(rows["rank"].tolist(), rows.loss.tolist(), strict=True))
                for name, rows in table.groupby("matrix", sort=False)
            },
            predicted,
            {
                "guessing, ln |G|": log(analysis.group.order),
                "the network": analysis.value("all_loss"),
            },
        ),
    )


def _in_irrep(analysis: Analysis, matrices: dict[str, Tensor]) -> Iterator[Illustration]:
    """Yield matrix coefficients and side spectra of the most similar key irrep that has sides.

    Over the complex numbers or quaternions an irrep of dimension d and commutant dimension c has
    matrices of d/c rows; those of one row, as of cyclic groups, have one direction on each side.
    """
    group = analysis.group
    irreps = group.irreps
    labels = [
        label for label in analysis.key_irreps if irreps[label].dim > irreps[label].commutant_dim
    ]
    if not labels:
        return
    label = labels[0]
    parts = {
        **matrices,
        "hidden layer, by xy": analysis.statistics.hidden_by_product,
    }
    yield Illustration(
        "elements",
        f"Matrix coefficients of {label}",
        "Fraction of variance in each matrix coefficient ρᵢⱼ of the most similar irrep. Rows or "
        "columns that are alike show that all neurons share one vector on that side, up to the "
        "basis (Young's in S_n). The next figure needs no basis.",
        "Random weights have all matrix coefficients alike, with 1/|G| of the variance each.",
        figures.coefficient_fractions(
            {
                name: matrix_coefficient_fractions(matrix, group, label).numpy()
                for name, matrix in parts.items()
            },
            matrix_coefficient_baseline(group).mean,
            str(label),
        ),
    )
    yield Illustration(
        "sides",
        "Spectra of the two sides",
        "Eigenvalues on both sides of the irrep, summed over columns. If the left embedding is "
        "bᵀρ(x)a with one a for all neurons, its right side has a single eigenvalue; if the right "
        "embedding is aᵀρ(y)c, its left side has: the network multiplies at a. If no side is "
        "concentrated, whole matrices are multiplied.",
        "Random weights of this width have nearly equal eigenvalues on both sides, the black "
        "lines.",
        figures.side_spectra(
            {
                name: (left.numpy(), right.numpy())
                for name, matrix in parts.items()
                for left, right in [side_spectra(matrix, group, label)]
            },
            {
                name: np.array(
                    [
                        baseline.mean
                        for baseline in side_spectra_baseline(
                            irreps[label].dim,
                            matrix.shape[1],
                            commutant_dim=irreps[label].commutant_dim,
                        )
                    ]
                )
                for name, matrix in parts.items()
            },
            str(label),
        ),
    )


def _permutation_table(group: SymmetricGroup, matrices: dict[str, Tensor]) -> Table:
    rows = [
        (name, permutation_fraction(matrix, group), permutation_fraction_baseline(group).mean)
        for name, matrix in matrices.items()
    ]
    n = group.n
    return Table(
        "Permutation representation",
        f"Fraction of variance in the span of the {n * n} matrix coefficients of the permutation "
        f"representation: the trivial and the standard irrep. {2 * n - 2} linear combinations of "
        "them are 0, as all rows and columns have the sum 1. Null baseline, random weights: the "
        "last column.",
        pd.DataFrame(rows, columns=["matrix", "fraction", "baseline"]),
        {"matrix": "matrix", "fraction": "fraction", "baseline": "baseline"},
    )
