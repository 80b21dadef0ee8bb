"""Section: where do the irreps sit in the weights?"""

from __future__ import annotations

from collections.abc import Iterator

import torch

from analysis.figures import embeddings as figures
from analysis.figures import heatmaps
from analysis.isotypic import isotypic_ranks
from analysis.metrics import Analysis
from analysis.neurons import live_neurons, neuron_shares
from analysis.orderings import by_class, by_irrep
from analysis.report.exhibits import Illustration, Section, Table
from analysis.report.shares import shares_figure


def section(analysis: Analysis) -> Section:
    """The embeddings and the unembedding as functions on the group."""
    return Section("weights", "Where do the irreps sit in the weights?", list(_exhibits(analysis)))


def _exhibits(analysis: Analysis) -> Iterator[Illustration | Table]:
    run, group = analysis.run, analysis.run.group
    yield Illustration(
        "weights_by_irrep",
        "Shares of the irreps",
        "Share of each irrep in the functions on the group that the weights are. The shares of "
        "all irreps sum to 1.",
        "Black lines: random weights have d²/|G|, with a spread of a few percent of it.",
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
        "left embedding": run.network.left_embedding(),
        "right embedding": run.network.right_embedding(),
        "unembedding": run.network.unembedding(),
    }
    ranks = isotypic_ranks(group)
    yield Illustration(
        "singular_values",
        "How many dimensions they use",
        "Singular values of the embeddings and of the unembedding, divided by the largest. A "
        "matrix that holds the key irreps and nothing else has rank at most the sum of their d². "
        "It is the sum of their d where every neuron of an irrep looks at the same vector of it.",
        "Random weights fall off smoothly, without a step.",
        figures.singular_values(
            {
                name: torch.linalg.svdvals(matrix.detach().double()).numpy()
                for name, matrix in matrices.items()
            },
            {
                "sum of d": sum(label.dimension for label in analysis.key_irreps),
                "sum of d²": sum(ranks[label] for label in analysis.key_irreps),
            }
            if analysis.key_irreps
            else {},
        ),
    )
    left = matrices["left embedding"].detach().double()
    live = live_neurons(left)
    shares = torch.where(live, neuron_shares(left, group), 0.0)
    yield Illustration(
        "columns",
        "What each column of the left embedding is made of",
        "Every column is what one neuron takes from x or, in a transformer, one coordinate of the "
        "stream that all neurons read; its colours are the shares of the irreps. A column of one "
        "irrep has one bright cell. It is called off if its norm is below a hundredth of the "
        "largest.",
        "About d²/|G| in each row of every column.",
        figures.neuron_shares(shares.numpy(), list(group.irreps), live.numpy()),
    )
    yield Illustration(
        "left_embedding",
        "The left embedding itself",
        "Rows are elements x, by conjugacy class; columns are sorted by their largest irrep. "
        "Columns of the sign are of one colour in each class; those of other irreps vary within "
        "classes, as matrix entries do.",
        "Noise without a pattern in any row or column.",
        heatmaps.weights(
            left.numpy(),
            by_class(group),
            "Left embedding",
            by_irrep(shares, list(group.irreps)),
            what="x",
        ),
    )
