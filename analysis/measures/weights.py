"""Weights as functions on the group: fractions of irreps, overlaps and ranks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import sqrt

import pandas as pd
import torch
from torch import Tensor
from torch.nn import functional as F

from analysis.measures.isotypic import (
    Baseline,
    Baselines,
    Fractions,
    by_irrep,
    characters_on_elements,
    fraction_baseline,
    isotypic_ranks,
    quotients,
    ratio,
    trivial_label,
)
from analysis.measures.measured import Measured
from analysis.measures.statistics import pair_blocks, require_fit
from analysis.networks import Editable, Network
from analysis.runs.folders import Run
from analysis.tensors import group_tensors
from symrep import fourier_transform, power_spectrum
from symrep.characters.table import Label
from symrep.groups.base import AnyGroup
from symrep.groups.symmetric import IrrepLabel

SETTLED = 0.01
"""Relative change of the loss below which no higher rank is tried."""

NEGLIGIBLE = 1e-6
"""Fraction of the squared norm of a matrix that its effective rank ignores."""

PAIRS = 2**14
"""Number of pairs in the mean loss of a truncation; drawn at random if there are more."""


def fraction_of_variance_explained(weights: Tensor, group: AnyGroup) -> Fractions:
    """Return {irrep: tr(W^T K W)/||W||^2} for W (|G|, width), K the isotypic projector.

    The fractions sum to 1, or are all 0 for zero weights.
    """
    total = float(weights.double().square().sum())
    energies = power_spectrum(weights.double(), group)
    return energies.map(lambda energy: ratio(float(energy.sum()), total))


def variance_explained_baseline(
    group: AnyGroup, width: int = 1, *, centred: bool = False
) -> Baselines:
    """Return {irrep: fraction of variance in random weights}, with mean d^2/(c |G|).

    Args:
        group: the group.
        width: number of columns, on which the standard deviation depends.
        centred: whether the mean over the group is subtracted, so that the trivial irrep has 0.
    """
    ranks, trivial = isotypic_ranks(group), trivial_label(group)
    baselines = {
        label: fraction_baseline(rank, group.order - centred, width)
        for label, rank in ranks.items()
    }
    return by_irrep(group, baselines | {trivial: Baseline(0.0, 0.0)} if centred else baselines)


def isotypic_projector(group: AnyGroup, labels: Iterable[IrrepLabel]) -> Tensor:
    """Return the orthogonal projection of functions on G onto some irreps, (|G|, |G|), float64.

    As a map for `Editable.edited` it keeps these irreps alone; the complementary projection removes
    them.

    Raises:
        ValueError: the group has no such irrep.
    """
    kernel = torch.zeros(group.order, dtype=torch.float64)
    characters = characters_on_elements(group)
    for label in {group.parse_label(label) for label in labels}:
        irrep = group.irreps[label]
        kernel += irrep.dim / (irrep.commutant_dim * group.order) * characters[label]
    return kernel[quotients(group)]


def irrep_overlaps(weights: Tensor, group: AnyGroup) -> Tensor:
    """Return the overlaps of the column directions of different irreps in W (|G|, width).

    With W_lambda the isotypic projection of W, [lambda, mu] = ||W_lambda W_mu^T||, divided by the
    square root of its value at [lambda, lambda] times that at [mu, mu]: 1 on the diagonal, 0 where
    the columns of the two irreps are orthogonal, as they are if no neuron has a part in both. Rows
    of irreps that W has no part in are 0. As functions on the group different irreps are always
    orthogonal; `symrep.representations.laws.assert_schur_orthogonality` checks that.

    Returns:
        (irreps, irreps) in the order of `group.irreps`.

    Cost: width^2 numbers an irrep.
    """
    scale = float(weights.double().norm()) or 1.0
    coefficients = fourier_transform(weights.double() / scale, group)
    columns = [c.flatten(0, 1) for c in coefficients.values()]
    grams = torch.stack([(c.T @ c).flatten() for c in columns])
    norms = grams.norm(dim=1, keepdim=True)
    # Energies below a rounding error of the whole count as 0.
    units = torch.where(norms > 1e-24, grams / norms.clamp_min(1e-24), 0.0)
    return (units @ units.T).clamp_min(0).sqrt()


def irrep_overlap_baseline(group: AnyGroup, width: int) -> Tensor:
    """Return the root mean square of `irrep_overlaps` of random weights; 1 on the diagonal.

    S = W_lambda^T W_lambda and the S' of another irrep have independent directions, so that
    the mean of tr(S S')/(||S|| ||S'||) is 1/width times those of tr S/||S|| and tr S'/||S'||.
    For r functions of an irrep the mean of (||S||/tr S)^2 is (r + width + 1)/(r width + 2).
    """
    ranks = torch.tensor(list(isotypic_ranks(group).values()), dtype=torch.float64)
    quarters = ((ranks * width + 2) / (ranks + width + 1) / width) ** 0.25
    return torch.outer(quarters, quarters).fill_diagonal_(1.0)


def predicted_ranks(group: AnyGroup, keys: Sequence[Label]) -> pd.DataFrame:
    """Return the ranks of weights that hold the first 1, 2, ... of some irreps and nothing else.

    Returns:
        One row for each of them: `irrep`, the last one held; `least`, the sum of the dimensions d,
        the rank where all columns of an irrep share one vector of it; `most`, the sum of d^2/c.
    """
    ranks = isotypic_ranks(group)
    table = pd.DataFrame(
        {
            "irrep": list(map(str, keys)),
            "least": [group.irrep(label).dim for label in keys],
            "most": [ranks[label] for label in keys],
        }
    ).astype({"least": int, "most": int})
    return table.assign(least=table.least.cumsum(), most=table.most.cumsum())


@torch.no_grad()
def truncation_losses(measured: Measured, ranks: Iterable[int] | None = None) -> pd.DataFrame:
    """Return the loss with embeddings or unembedding replaced by low-rank approximations.

    The unembedding is centred over z first, which changes no loss: its rank 0 is guessing. In a
    transformer all logits are mapped, with the contribution of the residual stream.

    Args:
        measured: the run, of a network with `edited`.
        ranks: the ranks to try. If None, 0, 1, 2, ... in steps that grow with the rank, until
            two in a row have the loss of the whole matrix, to a hundredth of it, or one holds
            all but a millionth of the matrix's squared norm.

    Returns:
        Columns `matrix` ("left embedding", "right embedding", "both embeddings", "unembedding";
        the first two are missing if they are one matrix), `rank`, `loss` in nats and `accuracy`
        over all pairs, `train_loss` and `test_loss`, NaN where there are no such pairs, and
        `standard_error` of the loss: 0, or that of a sample of 16384 pairs where there are more.

    Cost: one evaluation of the network at these pairs for each rank and matrix.

    Raises:
        ValueError: the network has no `edited` or is not one on the group, or a rank is negative.
    """
    run, network = measured.run, measured.network
    if not isinstance(network, Editable):
        raise ValueError(
            f"truncation needs a network with the method `edited`; "
            f"{type(network).__name__} has none"
        )
    require_fit(network, run.group)
    asked = None if ranks is None else list(ranks)
    if asked is not None and min(asked, default=0) < 0:
        raise ValueError(f"expected ranks of 0 or more, got {min(asked)}")
    pairs = _measured_pairs(run.group)
    logits = torch.cat(list(_logits(network, pairs)))
    whole = _mean_losses([logits], run, pairs)["loss"]
    rows: list[dict[str, object]] = []
    for name, matrices in _truncated_matrices(network).items():
        factors = {part: torch.linalg.svd(m, full_matrices=False) for part, m in matrices.items()}
        limit = max(_effective_rank(values) for _, values, _ in factors.values())
        settled = 0
        for rank in _ladder(limit, fine=len(pairs) == network.order**2) if asked is None else asked:
            kept = {part: basis[:, :rank] for part, (basis, *_) in factors.items()}
            maps = {part: basis @ basis.T for part, basis in kept.items()}
            if name == "unembedding":
                rest = (
                    logits[block] @ maps["answers"]
                    for block in pair_blocks(len(pairs), network.order)
                )
                losses = _mean_losses(rest, run, pairs)
            else:
                losses = _mean_losses(_logits(network.edited(**maps), pairs), run, pairs)
            rows.append({"matrix": name, "rank": rank} | losses)
            settled = settled + 1 if abs(losses["loss"] - whole) < SETTLED * whole else 0
            if asked is None and settled == 2:
                break
    columns = ["matrix", "rank", "loss", "accuracy", "train_loss", "test_loss", "standard_error"]
    return pd.DataFrame(rows, columns=columns)


def _truncated_matrices(network: Editable) -> dict[str, dict[str, Tensor]]:
    """Return {name: {argument of `edited`: matrix to approximate}}."""
    left, right = network.left_embedding(), network.right_embedding()
    unembedding = network.unembedding()
    named = {
        "left embedding": {"left": left},
        "right embedding": {"right": right},
        "both embeddings": {"left": left, "right": right},
        "unembedding": {"answers": unembedding - unembedding.mean(0)},
    }
    one = left.shape == right.shape and left.equal(right)
    return {name: named[name] for name in list(named)[2 * one :]}


def _effective_rank(values: Tensor) -> int:
    """Return the least rank with all but a negligible fraction of the squared norm."""
    beyond = values.square().flip(0).cumsum(0).flip(0)
    return int((beyond > NEGLIGIBLE * values.square().sum()).sum())


def _ladder(limit: int, *, fine: bool) -> Iterator[int]:
    """Yield 0, 1, 2, ..., limit, in steps of a third of the rank if fine, else of all of it."""
    rank = 0
    while rank < limit:
        yield rank
        rank += max(1, rank // 3 if fine else rank)
    yield limit


def _measured_pairs(group: AnyGroup) -> Tensor:
    """Return indices x |G| + y of all pairs, or of a sample of `PAIRS` where there are more."""
    count = group.order**2
    if count <= PAIRS:
        return torch.arange(count)
    generator = torch.Generator().manual_seed(0)
    return torch.randint(count, (PAIRS,), generator=generator).sort().values


def _logits(network: Network, pairs: Tensor) -> Iterator[Tensor]:
    """Yield the logits at the pairs, block by block, each (block, |G|)."""
    for block in pair_blocks(len(pairs), network.order):
        x, y = pairs[block] // network.order, pairs[block] % network.order
        yield network.activations(x, y)["logits"]


def _mean_losses(blocks: Iterable[Tensor], run: Run, pairs: Tensor) -> dict[str, float]:
    """Return the last columns of `truncation_losses` for logits in blocks (block, |G|)."""
    order = run.group.order
    labels, train = (
        group_tensors(run.group).products.flatten()[pairs],
        run.training_mask.flatten()[pairs],
    )
    losses, correct, start = [], [], 0
    for logits in blocks:
        expected = labels[start : start + len(logits)]
        losses.append(F.cross_entropy(logits, expected, reduction="none"))
        correct.append(logits.argmax(-1) == expected)
        start += len(logits)
    loss = torch.cat(losses)
    sampled = len(pairs) < order**2
    return {
        "loss": float(loss.mean()),
        "accuracy": float(torch.cat(correct).double().mean()),
        "train_loss": float(loss[train].mean()),
        "test_loss": float(loss[~train].mean()),
        "standard_error": float(loss.std()) / sqrt(len(loss)) if sampled else 0.0,
    }
