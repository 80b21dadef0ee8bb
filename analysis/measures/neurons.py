"""Neurons: the irrep of each, and what it computes.

The inputs of a neuron are a function l of x and a function r of y, up to constants. Its activation
is h(x, y), which the unembedding multiplies by u(z) for each z. The part of a function f on the
group in an irrep rho is tr(A^T rho(g)) with its coefficient matrix A, see
`analysis.measures.matrix_coefficients`. For an irrep of complex or quaternionic type, A and the
vectors that it acts on have complex or quaternionic entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

import pandas as pd
import torch
from torch import Tensor

from analysis.measures.isotypic import Baseline, characters_on_elements, ratio, trivial_label
from analysis.measures.matrix_coefficients import coefficient_matrices
from analysis.measures.measured import Measured, once
from analysis.measures.statistics import PairStatistics, row_blocks
from analysis.measures.weights import variance_explained_baseline
from analysis.networks import Network
from symrep import power_spectrum
from symrep._support.memory import require_memory
from symrep.groups.base import AnyGroup
from symrep.groups.symmetric import IrrepLabel
from symrep.representations.standard_form import from_first_columns

OFF = 0.01
"""Norm, relative to the largest, up to which a neuron is dead."""

PURITY = 0.95
"""Fraction of one irrep in l and in r above which a neuron belongs to it."""

FIRES = 0.05
"""Mean activation, relative to the largest of the neuron, above which it fires."""

IRREP, UNASSIGNED, DEAD = "irrep", "unassigned", "dead"
"""The states of a neuron."""

CELLS = {"even_even": (1, 1), "even_odd": (1, -1), "odd_even": (-1, 1), "odd_odd": (-1, -1)}
"""{parity class: (s(x), s(y))}, where s is the sign, or another irrep with values +1 and -1."""

KINDS = {(1, 1): "+ +", (1, -1): "+ -", (-1, 1): "- +", (-1, -1): "- -"}
"""{signs of (a, b): sign pattern} of neurons with the input a s(x) + b s(y) + a constant."""

OTHERS, EVERY = "other neurons", "all neurons"
"""Rows of `sign_circuit` beside the sign patterns."""


def neuron_fractions(weights: Tensor, group: AnyGroup) -> Tensor:
    """Return [k, i] = fraction of irrep k in the function weights[:, i], (irreps, width).

    Irreps are in the order of `group.irreps`. A column sums to 1, or is 0 for zero weights.
    """
    energies = torch.stack(list(power_spectrum(weights.double(), group).values()))
    totals = energies.sum(0)
    return torch.where(totals > 0, energies / totals.clamp_min(torch.finfo().tiny), 0.0)


def live_neurons(weights: Tensor) -> Tensor:
    """Return [i] = whether the norm of weights[:, i] is above `OFF` times the largest, (width,)."""
    norms: Tensor = weights.norm(dim=0)
    return norms > OFF * norms.max()


@once
def neuron_inputs(measured: Measured) -> tuple[Tensor, Tensor]:
    """Return the inputs l(x) and r(y) of the neurons, centred over the group, (|G|, hidden) each.

    These are the means of "preactivation" over the other element. For a network that does not
    name it they are the two embeddings if these are as wide as the hidden layer, as in
    `BilinearNet`, and the means of the activations otherwise.
    """
    left, right = measured.statistics.input_by_x, measured.statistics.input_by_y
    embeddings = measured.left_embedding, measured.right_embedding
    named = _names_preactivation(measured.network)
    if not named and all(embedding.shape == left.shape for embedding in embeddings):
        left, right = embeddings
    scale = left.norm(dim=0) + right.norm(dim=0)
    return _centred(left, scale), _centred(right, scale)


@once
def neuron_table(measured: Measured) -> pd.DataFrame:
    """Return the irrep and the purity of each neuron, one row a neuron.

    Purities are invariant under scaling of the incoming weights of a neuron.

    Returns:
        Columns
        `state`: "dead" if the standard deviation of its activation is at most `OFF` times the
        largest, whatever its weights are; else "irrep" if one irrep has a fraction above `PURITY`
        in l and in r; else "unassigned".
        `irrep`: that irrep, or "" in the two other states.
        `largest`: the irrep with the largest fraction in l and r together, "" if both are 0.
        `left_purity`, `right_purity`: fractions of `largest` in l and in r.
        `product_purity`: the same in its mean activation as a function of xy, centred.
        `baseline`: mean fraction of `largest` in a centred random function,
        `analysis.measures.weights.variance_explained_baseline(group, centred=True)`.
        `norm`: norm of l and r together, divided by the largest.
        `activation`: standard deviation over all pairs, divided by the largest.
    """
    group, statistics = measured.group, measured.statistics
    labels = list(group.irreps)
    left, right = neuron_inputs(measured)
    deviations = statistics.hidden_gram.diagonal().clamp_min(0).sqrt() / group.order
    scale = group.order**0.5 * (deviations + statistics.hidden_mean.abs())
    functions = (left, right, _centred(statistics.hidden_by_product, scale))
    fractions = torch.stack([neuron_fractions(f, group) for f in functions])
    largest = fractions[:2].sum(0).argmax(0)
    purities = fractions.gather(1, largest.expand(len(fractions), 1, -1))[:, 0]
    live = live_neurons(deviations[None])
    pure = live & (purities[:2] > PURITY).all(0)
    names = [
        str(labels[k]) if some else ""
        for k, some in zip(largest.tolist(), purities[:2].any(0).tolist(), strict=True)
    ]
    baselines = {
        str(label): baseline.mean
        for label, baseline in variance_explained_baseline(group, centred=True).items()
    }
    frame = pd.DataFrame(
        {
            "state": [
                IRREP if p else UNASSIGNED if active else DEAD
                for p, active in zip(pure.tolist(), live.tolist(), strict=True)
            ],
            "irrep": [name if p else "" for name, p in zip(names, pure.tolist(), strict=True)],
            "largest": names,
            "left_purity": purities[0].numpy(),
            "right_purity": purities[1].numpy(),
            "product_purity": purities[2].numpy(),
            "baseline": [baselines.get(name, 0.0) for name in names],
            "norm": _relative(torch.cat([left, right]).norm(dim=0)).numpy(),
            "activation": _relative(deviations).numpy(),
        }
    )
    return frame.rename_axis(index="neuron")


def sign_neurons(measured: Measured, irrep: IrrepLabel = "sign") -> pd.DataFrame:
    """Return the neurons of an irrep s with the values +1 and -1, one row a neuron.

    The input of such a neuron is a s(x) + b s(y) + a constant; the signs of (a, b) are its sign
    pattern. Four neurons, one of each sign pattern, compute the sign of xy with a ReLU:

        relu(s(x) + s(y)) + relu(-s(x) - s(y)) - relu(s(x) - s(y)) - relu(s(y) - s(x))
            = 2 s(x) s(y).

    Returns:
        Indexed by neuron; columns `kind` (its sign pattern: "+ +", "+ -", "- +" or "- -"), `a`,
        `b`, `bias` (mean preactivation, NaN where the network names none); the mean activation in
        each of the parity classes `even_even`, `even_odd`, `odd_even` and `odd_odd` of pairs
        (x, y), where even means s = 1; `fires`, the parity classes where it is above `FIRES` times
        the largest; and `u`, the part of its unembedding along s(z), positive if it raises the
        logits of even z.

    Raises:
        ValueError: the group has no such irrep, or it has other values, or is trivial.
    """
    statistics, signs = measured.statistics, _sign_values(measured.group, irrep)
    neurons = _members(measured, irrep)
    left, right = neuron_inputs(measured)
    a, b = (signs @ f[:, neurons] / len(signs) for f in (left, right))
    cells = _cell_means(statistics, signs)[:, neurons]
    firing = cells > FIRES * cells.abs().amax(0)
    bias = statistics.input_by_x.mean(0)[neurons]
    if not _names_preactivation(measured.network):
        bias = torch.full_like(bias, nan)
    kinds = torch.stack([a, b], 1).sign().int().tolist()
    columns = {
        "kind": [KINDS[p, q] for p, q in kinds],
        "a": a.numpy(),
        "b": b.numpy(),
        "bias": bias.numpy(),
        **dict(zip(CELLS, cells.numpy(), strict=True)),
        "fires": [
            ", ".join(cell for cell, fires in zip(CELLS, column, strict=True) if fires)
            for column in firing.T.tolist()
        ],
        "u": _along(measured, signs)[neurons].numpy(),
    }
    return pd.DataFrame(columns, index=pd.Index(neurons, name="neuron", dtype="int64"))


def sign_circuit(measured: Measured, irrep: IrrepLabel = "sign") -> pd.DataFrame:
    """Return the contribution of each sign pattern to the logits along s(z), one row a pattern.

    Returns:
        Indexed by sign pattern, then "other neurons" and "all neurons"; columns `neurons` (how
        many), `a` and `b` (sums, NaN in the last two rows); `even_even`, `even_odd`, `odd_even`,
        `odd_odd`: the contribution of these neurons to the logits along s(z), its mean over the
        pairs of that parity class; `xy_share`: fraction of s(x) s(y) in the variance of these
        four numbers. It is 1/3 for a neuron that fires in one parity class and for noise, and 1
        for a network that computes s(xy).

    Raises:
        ValueError: as `sign_neurons`.
    """
    signs = _sign_values(measured.group, irrep)
    table = sign_neurons(measured, irrep)
    contributions = _cell_means(measured.statistics, signs) * _along(measured, signs)
    parts = {kind: table.index[table.kind == kind].tolist() for kind in KINDS.values()}
    every = range(contributions.shape[1])
    parts |= {OTHERS: sorted(set(every) - set(table.index)), EVERY: list(every)}
    rows = []
    for kind, neurons in parts.items():
        sums = table[table.kind == kind][["a", "b"]].sum() if kind in KINDS.values() else (nan, nan)
        own = contributions[:, neurons]
        rows.append((kind, len(neurons), *sums, *own.sum(1).tolist(), _product_fraction(own)))
    columns = ["kind", "neurons", "a", "b", *CELLS, "xy_share"]
    return pd.DataFrame(rows, columns=columns).set_index("kind")


@torch.no_grad()
def activation_maps(measured: Measured, neurons: Sequence[int], name: str = "hidden") -> Tensor:
    """Return [k, x, y] = activation of neuron k of the list at the pair (x, y), in float64.

    Args:
        measured: the run.
        neurons: their numbers; (k, |G|, |G|) numbers are kept.
        name: of any activation with one axis beside the pairs: also "preactivation" or "logits".

    Cost: one evaluation of the network at every pair, for all neurons of the list together.

    Raises:
        ValueError: there is no such activation, or no such neuron.
        MemoryError: the maps cannot fit; raised before the pass.
    """
    order, network = measured.group.order, measured.network
    widths = {key: value.shape[1] for key, value in _probe(network).items() if value.ndim == 2}
    if name not in widths:
        raise ValueError(f"no activation {name!r}: the network has {', '.join(widths)}")
    for neuron in neurons:
        if not 0 <= neuron < widths[name]:
            raise ValueError(f"no neuron {neuron}: {name} has 0 to {widths[name] - 1}")
    require_memory(
        8 * len(neurons) * order**2, f"{len(neurons)} activation maps", "ask for fewer neurons"
    )
    maps = torch.empty(len(neurons), order, order, dtype=torch.float64)
    y = torch.arange(order)
    for x in row_blocks(order, max(widths.values())):
        values = network.activations(x[:, None], y)[name][..., list(neurons)]
        maps[:, x] = values.movedim(-1, 0).double()
    return maps


def neuron_coefficients(measured: Measured, neuron: int, label: IrrepLabel) -> dict[str, Tensor]:
    """Return the coefficient matrices of a neuron in an irrep before and after the non-linearity.

    Returns:
        (d, d) each: "left" and "right" of l and r; "by_x", "by_y" and
        "by_product" of its mean activation as a function of x, of y and of xy; "unembedding" of
        its column of the unembedding as a function of z.

    Raises:
        ValueError: there is no such neuron or irrep.
    """
    statistics = measured.statistics
    width = len(statistics.hidden_mean)
    if not 0 <= neuron < width:
        raise ValueError(f"no neuron {neuron}: the hidden layer has 0 to {width - 1}")
    left, right = neuron_inputs(measured)
    functions = {
        "left": left,
        "right": right,
        "by_x": statistics.hidden_by_x,
        "by_y": statistics.hidden_by_y,
        "by_product": statistics.hidden_by_product,
        "unembedding": measured.unembedding,
    }
    stacked = torch.stack([f[:, neuron] for f in functions.values()], dim=1)
    return dict(zip(functions, coefficient_matrices(stacked, measured.group, label), strict=True))


def rank_one_table(measured: Measured, label: IrrepLabel) -> pd.DataFrame:
    """Measure how close the neurons of an irrep are to l = b^T rho(x) a and r = a^T rho(y) c.

    Their coefficient matrices are then A = b a^T and B = a c^T, with one a for all neurons if the
    network has the form of Wu et al. (arXiv 2410.07476); A B is proportional to b c^T, and so is
    the coefficient matrix of an unembedding u(z) = k b^T rho(z) c.

    Returns:
        Indexed by neuron, the neurons of the irrep by `neuron_table`; columns
        `left_rank_one`, `right_rank_one`: fraction of ||A||^2, ||B||^2 in the largest singular
        value, which counts c times for the commutant dimension c;
        `sides_agree`: squared cosine of the a of A with the a of B;
        `left_common`, `right_common`: squared cosine of each with the direction that is closest
        to all of them;
        `product_cosine`, `unembedding_cosine`: cosine of the coefficient matrices of the mean
        activation by xy, and of the unembedding, with A B.
        `rank_one_baseline` has the baseline of each. For complex numbers and quaternions,
        a squared cosine is that of the lines that the vectors span over these.

    Raises:
        ValueError: there is no such irrep.
    """
    group, neurons = measured.group, _members(measured, label)
    functions = (
        *neuron_inputs(measured),
        measured.statistics.hidden_by_product,
        measured.unembedding,
    )
    matrices = (coefficient_matrices(f[:, neurons], group, label) for f in functions)
    columns = _rank_one(*matrices, commutant_dim=group.irrep(label).commutant_dim)
    return pd.DataFrame(
        {name: column.numpy() for name, column in columns.items()},
        index=pd.Index(neurons, name="neuron", dtype="int64"),
    )


def rank_one_baseline(
    dimension: int, neurons: int, draws: int = 2000, seed: int = 0, commutant_dim: int = 1
) -> dict[str, Baseline]:
    """Return {column of `rank_one_table`: its baseline for random coefficient matrices}.

    Standard deviations are those of one neuron.

    Args:
        dimension: d, of the irrep.
        neurons: number of neurons of the irrep; few random directions have one close to all.
        draws: number of random neurons, rounded up to whole networks.
        seed: of the draws.
        commutant_dim: c, of the irrep.
    """
    generator = torch.Generator().manual_seed(seed)
    shape = 4, neurons, dimension, dimension // commutant_dim
    networks = []
    for _ in range(-(-draws // neurons)):
        columns = torch.randn(shape, generator=generator).double()
        networks.append(
            _rank_one(*from_first_columns(columns, commutant_dim), commutant_dim=commutant_dim)
        )
    baselines = {}
    for name in networks[0]:
        values = torch.cat([network[name] for network in networks])
        baselines[name] = Baseline(float(values.mean()), float(values.std(correction=0)))
    return baselines


def _rank_one(
    left: Tensor, right: Tensor, product: Tensor, readout: Tensor, *, commutant_dim: int
) -> dict[str, Tensor]:
    """Return the columns of `rank_one_table` for coefficient matrices (neurons, d, d).

    A line over the complex numbers or quaternions has the real dimension c.
    """
    _, of_left, a_rows = torch.linalg.svd(left)
    a_columns, of_right, _ = torch.linalg.svd(right)
    from_left, from_right = a_rows[:, :commutant_dim].mT, a_columns[:, :, :commutant_dim]
    every = torch.cat([from_left, from_right]).movedim(1, 0).flatten(1)
    common = torch.linalg.eigh(every @ every.T).eigenvectors[:, -commutant_dim:]
    return {
        "left_rank_one": _first_fraction(of_left, commutant_dim),
        "right_rank_one": _first_fraction(of_right, commutant_dim),
        "sides_agree": _squared_cosine(from_left, from_right),
        "left_common": _squared_cosine(from_left, common),
        "right_common": _squared_cosine(from_right, common),
        "product_cosine": _cosines(product, left @ right),
        "unembedding_cosine": _cosines(readout, left @ right),
    }


def _first_fraction(singular_values: Tensor, commutant_dim: int) -> Tensor:
    energies = singular_values.square()
    return torch.nan_to_num(energies[:, :commutant_dim].sum(1) / energies.sum(1))


def _squared_cosine(lines: Tensor, others: Tensor) -> Tensor:
    """Return the squared cosines of lines with c orthonormal columns (*batch, d, c); (*batch,)."""
    return (lines.mT @ others).square().sum((-2, -1)) / lines.shape[-1]


def _cosines(left: Tensor, right: Tensor) -> Tensor:
    """Return the cosines of two lists of matrices (neurons, d, d); 0 where a matrix is 0."""
    norms = left.flatten(1).norm(dim=1) * right.flatten(1).norm(dim=1)
    return torch.nan_to_num((left * right).sum((1, 2)) / norms)


def _members(measured: Measured, label: IrrepLabel) -> list[int]:
    """Return the neurons of an irrep."""
    table, name = neuron_table(measured), str(measured.group.parse_label(label))
    members: list[int] = table.index[table.irrep == name].tolist()
    return members


def _sign_values(group: AnyGroup, label: IrrepLabel) -> Tensor:
    """Return [g] = s(g), +1 or -1, (|G|,)."""
    signs = [
        other
        for other, irrep in group.irreps.items()
        if irrep.dim == 1 and other != trivial_label(group)
    ]
    if group.parse_label(label) not in signs:
        named = f"one that has: {', '.join(map(str, signs))}"
        raise ValueError(
            f"the irrep {group.parse_label(label)} of {group} does not have the two values +1 and "
            f"-1; expected {named if signs else 'one of a group that has'}"
        )
    return characters_on_elements(group)[group.parse_label(label)].round()


def _parities() -> Tensor:
    """Return [class] = 1, s(x), s(y), s(x) s(y) in a parity class; orthogonal columns, (4, 4)."""
    return torch.tensor([[1, p, q, p * q] for p, q in CELLS.values()], dtype=torch.float64)


def _cell_means(statistics: PairStatistics, signs: Tensor) -> Tensor:
    """Return [class, i] = mean activation of neuron i in a parity class, (4, hidden).

    The functions 1, s(x), s(y) and s(xy) span those that are constant in each parity class.
    """
    parts = [
        statistics.hidden_mean,
        signs @ statistics.hidden_by_x / len(signs),
        signs @ statistics.hidden_by_y / len(signs),
        signs @ statistics.hidden_by_product / len(signs),
    ]
    return _parities() @ torch.stack(parts)


def _product_fraction(cells: Tensor) -> float:
    """Return the fraction of s(x) s(y) in the variance of a sum of functions, (4, functions)."""
    sums = _centred(cells.sum(1, keepdim=True), cells.abs().sum()[None])
    _, *parts = (_parities().T @ sums).square().flatten().tolist()
    return ratio(parts[2], sum(parts))


def _along(measured: Measured, signs: Tensor) -> Tensor:
    """Return [i] = coefficient of s(z) in column i of the unembedding, (hidden,)."""
    return signs @ measured.unembedding / len(signs)


def _centred(values: Tensor, scale: Tensor) -> Tensor:
    """Return the columns less their means; 0 where the rest is rounding of numbers of that norm."""
    centred = values - values.mean(0)
    return torch.where(centred.norm(dim=0) > 1e-12 * scale, centred, 0.0)


def _relative(values: Tensor) -> Tensor:
    return torch.nan_to_num(values / values.max())


def _names_preactivation(network: Network) -> bool:
    return "preactivation" in _probe(network)


@torch.no_grad()
def _probe(network: Network) -> dict[str, Tensor]:
    """Return the activations at one pair, to see which there are."""
    first = torch.zeros(1, dtype=torch.int64)
    return network.activations(first, first)
