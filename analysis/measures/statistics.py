"""Statistics of one streamed pass over all |G|^2 pairs; measures then need sums over G alone.

Pairs are visited as (x, g) with g = xy, so that sums over the pairs with one product are sums
over a row. Memory is a block of rows, O(|G| max(hidden, |G|)) numbers each; the |G|^3 logits
are never held together.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

import torch
from torch import Tensor, nn

from analysis.measures.isotypic import quotients, trivial_label
from analysis.networks import Network
from analysis.tensors import group_tensors
from symrep._support.memory import require_memory
from symrep.groups.base import AnyGroup

PAIR_BLOCK_BYTES = 2**24
"""Size of the logits that are held together."""

NEGLIGIBLE_LOGIT = 1e-14
"""Relative difference of numbers that is attributed to rounding."""


@dataclass(frozen=True, eq=False)
class Answers:
    """Sums over all pairs (x, y) of logits or probabilities, one number for each z, in float64.

    A row has the numbers of one pair, less their mean over z.

    Attributes:
        by_product: [g, z] = mean of the rows of the pairs with xy = g, (|G|, |G|).
        energy: sum of the squares of all rows.
        row_cosines: [k] = mean over all pairs of the cosine of the row with chi(xy z^-1), for
            irrep k of the group; 0 for rows of zeros and for the trivial irrep, (irreps,).
        row_fractions: [k] = mean of the squares of these cosines, (irreps,).
    """

    by_product: Tensor
    energy: float
    row_cosines: Tensor
    row_fractions: Tensor


@dataclass(frozen=True, eq=False)
class PairStatistics:
    """Sums over all pairs (x, y) of a network's hidden activations h and logits, in float64.

    h_c is h less its mean over all pairs.

    Attributes:
        hidden_mean: mean of h, (hidden,).
        hidden_by_x: [x] = mean of h over y, (|G|, hidden).
        hidden_by_y: [y] = mean of h over x, (|G|, hidden).
        hidden_by_product: [g] = mean of h over the pairs with xy = g, (|G|, hidden).
        hidden_gram: sum of the outer products of h_c with itself, (hidden, hidden).
        input_by_x: [x] = mean over y of the preactivations, or of h for networks that name no
            preactivations; (|G|, hidden).
        input_by_y: the same with x and y exchanged.
        logits: sums of the logits.
        probabilities: sums of their softmax.
        losses: [x, y] = cross entropy of the logits with the label xy, (|G|, |G|).
        correct: [x, y] = whether the largest logit is that of xy, (|G|, |G|) of bool.
    """

    hidden_mean: Tensor
    hidden_by_x: Tensor
    hidden_by_y: Tensor
    hidden_by_product: Tensor
    hidden_gram: Tensor
    input_by_x: Tensor
    input_by_y: Tensor
    logits: Answers
    probabilities: Answers
    losses: Tensor
    correct: Tensor

    @property
    def hidden_energy(self) -> float:
        """Sum of h_c squared."""
        return float(self.hidden_gram.trace())


@torch.no_grad()
def pair_statistics(network: Network, group: AnyGroup) -> PairStatistics:
    """Return the statistics of a network, evaluated in float64.

    Cost: one evaluation of the network at every pair, O(|G|^2 hidden^2) and O(|G|^3) on top;
    memory O(|G|^2) and one block.

    Raises:
        ValueError: the network is on another number of elements, or gives values that are NaN
            or infinite.
        MemoryError: the |G|^2 numbers that are kept cannot fit; raised before the pass.
    """
    require_fit(network, group)
    order = group.order
    require_memory(
        6 * 8 * order**2, f"the sums over all pairs of {group}", "measure a sample of pairs"
    )
    network, labels = in_float64(network), torch.arange(order)
    products, inverses = group_tensors(group).products, group_tensors(group).inverses
    width = network.unembedding().shape[1]
    hidden_sums, input_sums = (_Sums(products, width) for _ in range(2))
    gram = torch.zeros(width, width, dtype=torch.float64)
    start = network.activations(labels[:1], labels[:1])["hidden"].double()[0]
    logit_sums, probability_sums = _AnswerSums(group), _AnswerSums(group)
    losses = torch.zeros(order, order, dtype=torch.float64)
    correct = torch.zeros(order, order, dtype=torch.bool)
    for x in row_blocks(order, width):
        y = products[inverses[x]]
        activations = network.activations(x[:, None], y)
        hidden, logits = activations["hidden"].double(), activations["logits"].double()
        hidden_sums.add(x, hidden)
        # Relative to one pair, so that a constant neuron has exactly zero energy.
        moved = (hidden - start).flatten(0, 1)
        gram += moved.T @ moved
        input_sums.add(x, activations.get("preactivation", hidden))
        probabilities = logits.log_softmax(-1)
        # Reordered from [x, xy] to [x, y].
        losses[x] = -probabilities.diagonal(dim1=1, dim2=2).gather(1, products[x])
        correct[x] = (logits.argmax(-1) == labels).gather(1, products[x])
        logit_sums.add(logits)
        probability_sums.add(probabilities.exp_())
    by_x, by_y, by_product = hidden_sums.means()
    if not (losses.isfinite().all() and by_product.isfinite().all()):
        raise ValueError("the network gives activations or logits that are NaN or infinite")
    mean = by_x.mean(0)
    input_by_x, input_by_y, _ = input_sums.means()
    varying = gram.diagonal() > 0
    offset = torch.where(varying, mean - start, 0.0)
    centred_gram = gram - order**2 * torch.outer(offset, offset)
    return PairStatistics(
        hidden_mean=mean,
        hidden_by_x=by_x,
        hidden_by_y=by_y,
        hidden_by_product=by_product,
        hidden_gram=centred_gram,
        input_by_x=input_by_x,
        input_by_y=input_by_y,
        logits=logit_sums.answers(),
        probabilities=probability_sums.answers(),
        losses=losses,
        correct=correct,
    )


class _Sums:
    """Sums of (|G|^2, width) numbers over y, over x, and over the pairs with one product."""

    def __init__(self, products: Tensor, width: int) -> None:
        self.products, self.order = products, len(products)
        self.by_x, self.by_y, self.by_product = (
            torch.zeros(self.order, width, dtype=torch.float64) for _ in range(3)
        )

    def add(self, x: Tensor, values: Tensor) -> None:
        """Add values [i, g] at the pairs (x_i, x_i^-1 g), (block, |G|, width)."""
        self.by_x[x] = values.sum(1)
        # Reordered from [x, xy] to [x, y]: a gather is faster than adding at indices.
        self.by_y += values[torch.arange(len(x))[:, None], self.products[x]].sum(0)
        self.by_product += values.sum(0)

    def means(self) -> tuple[Tensor, Tensor, Tensor]:
        return self.by_x / self.order, self.by_y / self.order, self.by_product / self.order


def centred_answers(answers: Tensor) -> Tensor:
    """Return the logits (*pairs, |G|) less their mean over z, 0 where only rounding is left."""
    rows = answers - answers.mean(-1, keepdim=True)
    smallest = NEGLIGIBLE_LOGIT * answers.abs().amax(-1, keepdim=True)
    return rows * (rows.abs().amax(-1, keepdim=True) > smallest)


class _AnswerSums:
    """The sums of `Answers`, block by block."""

    def __init__(self, group: AnyGroup) -> None:
        self.order, self.classes = group.order, len(group.conjugacy_classes)
        self.characters = group_tensors(group).characters
        types = torch.tensor([irrep.commutant_dim for irrep in group.irreps.values()])
        self.norms = (types * group.order).double().sqrt()
        self.norms[list(group.irreps).index(trivial_label(group))] = inf
        # [g, z] = place of the class of g z^-1 in row g of the sums by class.
        places = group_tensors(group).class_of[quotients(group)]
        self.places = (places + self.classes * torch.arange(group.order)[:, None]).flatten()
        self.by_product = torch.zeros(group.order, group.order, dtype=torch.float64)
        self.energy = 0.0
        self.cosines = torch.zeros(len(types), dtype=torch.float64)
        self.fractions = torch.zeros_like(self.cosines)

    def add(self, answers: Tensor) -> None:
        """Add [i, g, z] = logit or probability of z at a pair with xy = g, (block, |G|, |G|)."""
        rows = centred_answers(answers)
        self.by_product += rows.sum(0)
        energies = rows.square().sum(-1)
        self.energy += float(energies.sum())
        by_class = rows.new_zeros(len(rows), self.order * self.classes)
        by_class.index_add_(1, self.places, rows.flatten(1))
        along = by_class.view(len(rows), self.order, -1) @ (self.characters / self.norms[:, None]).T
        cosines = (
            torch.where(energies > 0, 1 / energies.sqrt().clamp_min(torch.finfo().tiny), 0.0)[
                ..., None
            ]
            * along
        )
        self.cosines += cosines.sum((0, 1))
        self.fractions += cosines.square().sum((0, 1))

    def answers(self) -> Answers:
        pairs = self.order**2
        return Answers(
            self.by_product / self.order, self.energy, self.cosines / pairs, self.fractions / pairs
        )


def require_fit(network: Network, group: AnyGroup) -> None:
    """Raise ValueError unless the network is on as many elements as the group has."""
    if network.order != group.order:
        raise ValueError(
            f"the network is on {network.order} elements but {group} has {group.order}"
        )


def in_float64(network: Network) -> Network:
    """Return the network in float64: a copy, unless it is in float64 or is no torch module."""
    if not isinstance(network, nn.Module):
        return network
    if all(p.dtype == torch.float64 for p in network.parameters()):
        return network
    return copy.deepcopy(network).double()


def pair_blocks(count: int, order: int) -> Iterator[slice]:
    """Return 0, ..., count-1 in blocks of pairs whose logits fill about `PAIR_BLOCK_BYTES`."""
    size = max(1, PAIR_BLOCK_BYTES // (8 * order))
    return (slice(start, start + size) for start in range(0, count, size))


def row_blocks(order: int, width: int) -> Iterator[Tensor]:
    """Yield 0, ..., order-1 in blocks whose rows of activations fill about `PAIR_BLOCK_BYTES`."""
    row_bytes = 8 * order * max(order, width)
    size = max(1, min(PAIR_BLOCK_BYTES // row_bytes, order // 2))
    for start in range(0, order, size):
        yield torch.arange(start, min(start + size, order))
