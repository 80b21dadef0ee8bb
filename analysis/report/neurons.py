"""Section: what does each neuron do?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.figures import heatmaps
from analysis.figures import neurons as figures
from analysis.measures.neurons import (
    CELLS,
    KINDS,
    PURITY,
    activation_maps,
    neuron_coefficients,
    neuron_table,
    rank_one_baseline,
    rank_one_table,
    sign_circuit,
    sign_neurons,
)
from analysis.measures.orderings import by_class
from analysis.measures.table import Analysis
from analysis.measures.weights import variance_explained_baseline
from analysis.report.exhibits import Illustration, Section, Table
from symrep.characters.table import Label

EXAMPLES = 3
"""How many neurons are shown one by one."""


def section(analysis: Analysis) -> Section:
    """Return the section on the neurons, one by one and by irrep."""
    return Section("neurons", "What does each neuron do?", list(_exhibits(analysis)))


def _exhibits(analysis: Analysis) -> Iterator[Illustration | Table]:
    group = analysis.group
    table = neuron_table(analysis)
    baseline = {
        str(label): of_irrep.mean
        for label, of_irrep in variance_explained_baseline(group, centred=True).items()
    }
    counts = table.irrep[table.state == "irrep"].value_counts()
    yield Illustration(
        "neurons_by_irrep",
        "Neurons by irrep",
        f"A neuron belongs to an irrep that has more than {PURITY:.0%} of the variance of its "
        "input from x and of its input from y. Active neurons without such an irrep are "
        "unassigned; dead ones do not vary.",
        "With random weights all active neurons are unassigned.",
        figures.neurons_by_irrep(
            {str(label): int(counts[str(label)]) for label in group.irreps if str(label) in counts},
            int((table.state == "unassigned").sum()),
            int((table.state == "dead").sum()),
        ),
    )
    yield Illustration(
        "purities",
        "Purity of the neurons",
        "One point a neuron: the fraction of the variance of its input from x, and from y, outside "
        "of its irrep.",
        "Random weights lie in the grey band: the fraction outside of any one irrep is near 1.",
        figures.purities(
            table.left_purity.to_numpy(),
            table.right_purity.to_numpy(),
            table.largest.tolist(),
            table.state.tolist(),
            PURITY,
            baseline,
        ),
    )
    found = [label for label in group.irreps if str(label) in counts]
    if group.order > 1 and "sign" in group.irreps and group.parse_label("sign") in found:
        yield _sign_circuit(analysis)
    found = [label for label in found if group.irreps[label].dim > 1]
    found.sort(key=lambda label: -counts[str(label)])
    if found:
        yield _rank_one(analysis, found)
    strongest = {
        label: int(table.activation.where(table.irrep == str(label)).argmax())
        for label in found[:EXAMPLES]
    }
    if strongest:
        yield _maps(analysis, strongest)
        label, neuron = next(iter(strongest.items()))
        yield _coefficients(analysis, label, neuron)
    other = table[table.state == "unassigned"]
    if len(other):
        yield Table(
            "Unassigned neurons",
            "Active neurons that belong to no irrep, the strongest first, at most twenty: the "
            "irrep with the largest fraction, its fraction of the inputs from x and from y and of "
            "the activation as a function of xy, and the activation relative to the strongest "
            "neuron. Null baseline, random weights: the fraction in the column of that name.",
            other.sort_values("activation", ascending=False).head(20).reset_index(),
            {
                "neuron": "neuron",
                "largest": "irrep",
                "left_purity": "x",
                "right_purity": "y",
                "product_purity": "xy",
                "baseline": "baseline",
                "activation": "activation",
            },
        )


def _sign_circuit(analysis: Analysis) -> Illustration:
    table, circuit = sign_neurons(analysis), sign_circuit(analysis)
    cells = list(CELLS)
    means = table.groupby("kind")[cells].mean()
    means = means.reindex([kind for kind in KINDS.values() if kind in means.index])
    return Illustration(
        "sign_circuit",
        "The sign neurons",
        "Neurons are grouped by sign pattern, the signs of (a, b) in the input a s(x) + b s(y); "
        "even means s = 1. Above: their mean activation at even and odd x and y. Below: their "
        "contribution to the logits along s(z), and that of all neurons. A network that computes "
        "s(xy) has s(x)s(y): positive where x and y have the same parity, else negative. ReLUs "
        "need all four sign patterns for that.",
        "Random weights show no pattern above, and below values of both signs unrelated to the "
        "parity.",
        figures.sign_circuit(
            _two_by_two(means),
            _two_by_two(circuit[cells]),
            dict(zip(map(str, circuit.index), circuit.neurons.tolist(), strict=True)),
        ),
    )


def _two_by_two(cells: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """Return {kind: [x, y] = number at even and odd x and y}."""
    rows = cells.to_numpy(float).reshape(-1, 2, 2)
    return dict(zip(map(str, cells.index), rows, strict=True))


def _rank_one(analysis: Analysis, labels: list[Label]) -> Illustration:
    shown = {
        "left_rank_one": "left: rank one",
        "right_rank_one": "right: rank one",
        "left_common": "left: common a",
        "unembedding_cosine": "unembedding along AB",
    }
    tables = {label: rank_one_table(analysis, label) for label in labels}
    irreps = analysis.group.irreps
    baselines = {
        label: rank_one_baseline(
            irreps[label].dim, len(table), commutant_dim=irreps[label].commutant_dim
        )
        for label, table in tables.items()
    }
    return Illustration(
        "rank_one",
        "Rank-one neurons",
        "If the inputs of a neuron are bᵀρ(x)a and aᵀρ(y)c, its coefficient matrices A and B have "
        "rank one; if all neurons of an irrep share one a, they add up to a function of xy. First "
        "two: fraction of the squared norm in the largest singular value. Third: squared cosine of "
        "a with the direction nearest to all. Fourth: cosine of the coefficients of the "
        "unembedding with AB.",
        "Random coefficients of the same shape have the mean and the standard deviation of the "
        "black lines with bars.",
        figures.rank_one(
            {
                text: {str(label): table[name].to_numpy() for label, table in tables.items()}
                for name, text in shown.items()
            },
            {
                text: {
                    str(label): (baselines[label][name].mean, baselines[label][name].sd)
                    for label in labels
                }
                for name, text in shown.items()
            },
        ),
    )


def _maps(analysis: Analysis, neurons: dict[Label, int]) -> Illustration:
    maps = activation_maps(analysis, list(neurons.values()))
    ordering = by_class(analysis.group)
    return Illustration(
        "activation_maps",
        "Activation maps",
        "The activation of the strongest neuron of each irrep at all pairs, for at most three "
        "irreps. Rows and columns are elements, sorted by conjugacy class.",
        "Random weights show no pattern; a ReLU is 0 at half of the pairs.",
        heatmaps.pairs(
            {
                f"neuron {neuron}, {label}": values.numpy()
                for (label, neuron), values in zip(neurons.items(), maps, strict=True)
            },
            ordering,
            ordering,
        ),
    )


def _coefficients(analysis: Analysis, label: Label, neuron: int) -> Illustration:
    found = neuron_coefficients(analysis, neuron, label)
    stages = {
        "before the non-linearity": {"x": "left", "y": "right"},
        "after": {"x": "by_x", "y": "by_y", "xy": "by_product"},
        "unembedding": {"z": "unembedding"},
    }
    return Illustration(
        "coefficients",
        "Coefficients of one neuron in its irrep",
        "Coefficients of ρᵢⱼ in the inputs of the strongest neuron from x and from y, in its mean "
        "activation as a function of x, of y and of xy, and in its column of the unembedding. The "
        "non-linearity makes its part in ρ(xy).",
        "Random weights show noise, and almost nothing in ρ(xy) after the non-linearity.",
        figures.coefficients(
            {
                stage: {name: found[key].numpy() for name, key in names.items()}
                for stage, names in stages.items()
            },
            f"Neuron {neuron} in {label}",
        ),
    )
