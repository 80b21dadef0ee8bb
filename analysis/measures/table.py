"""The measures of a run as one tidy table, from all pairs or from a sample."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import nan
from typing import Any

import pandas as pd
import torch

from analysis.measures.isotypic import Baseline, Fractions
from analysis.measures.logits import key_irreps, logit_similarities
from analysis.measures.measured import ALL, KEY, WHOLE, Measured
from analysis.measures.neurons import live_neurons
from analysis.measures.registry import MEASURES, Measure
from analysis.measures.sampling import BATCHES, PAIRS, draw_sample
from analysis.runs.folders import Run
from symrep.characters.table import Label
from symrep.groups.symmetric import IrrepLabel

Row = tuple[str, str, float, float, Baseline]
"""Measure, irrep, value, standard error, and its baseline."""

NO_BASELINE = Baseline(nan)


@dataclass(frozen=True, eq=False)
class Analysis(Measured):
    """A run with its table of measures.

    Attributes:
        measures: names of the measures in the table; all of `MEASURES` if None.
    """

    measures: Sequence[str] | None = None

    @cached_property
    @torch.no_grad()
    def table(self) -> pd.DataFrame:
        """The measures: `measure`, `irrep`, `value`, `baseline`, `baseline_sd`; one row a number.

        `irrep` is a label, or "" for the whole network, "key" for the key irreps together, "all"
        for all irreps together. `baseline` is the mean of the null baseline (random weights,
        random logits or guessing), `baseline_sd` its standard deviation; NaN where there is none.
        """
        chosen = MEASURES if self.measures is None else self.measures
        rows = (
            row
            for name in chosen
            for row in _rows(self, MEASURES[name], _exact(MEASURES[name].exact(self)))
        )
        return _tidy(rows).drop(columns="standard_error")

    @property
    def similarities(self) -> Fractions:
        """{irrep: cosine of the logits with its character}, the trivial one left out."""
        return logit_similarities(self)

    @property
    def key_irreps(self) -> list[Label]:
        """The key irreps; see `analysis.measures.logits.key_irreps`."""
        return key_irreps(self)

    @property
    def remarks(self) -> tuple[str, ...]:
        """Conditions under which measures are meaningless, one sentence each; usually none."""
        return tuple(_remarks(self))

    @cached_property
    def values(self) -> dict[tuple[str, str], float]:
        """{(measure, irrep): value}, all of the table."""
        return self._column("value")

    @cached_property
    def baselines(self) -> dict[tuple[str, str], float]:
        """{(measure, irrep): mean of the baseline}, all of the table."""
        return self._column("baseline")

    def _column(self, name: str) -> dict[tuple[str, str], float]:
        table = self.table
        return dict(
            zip(zip(table.measure, table.irrep, strict=True), table[name].tolist(), strict=True)
        )

    def value(self, measure: str, irrep: object = WHOLE) -> float:
        """Return one number of the table.

        Args:
            measure: one of `MEASURES`.
            irrep: an irrep by its label, an alias or a description; "" for the whole network,
                "key" or "all".

        Raises:
            KeyError: the table does not have it.
        """
        if (measure, str(irrep)) not in self.values and irrep not in (WHOLE, KEY, ALL):
            irrep = self.group.parse_label(irrep)
        return self.values[measure, str(irrep)]


def metrics(run: Run, keys: Sequence[IrrepLabel] | None = None) -> pd.DataFrame:
    """Return the tidy table of all measures of a run.

    `MEASURES` defines each measure. See `Analysis.table` for the columns, and `analyse` for
    `keys`.

    Raises:
        ValueError: the network does not fit its group, or gives NaN or infinite values; a key
            irrep is not one of the group, or is the trivial one.
    """
    return analyse(run, keys).table


@torch.no_grad()
def analyse(run: Run, keys: Sequence[IrrepLabel] | None = None, *, ablate: bool = True) -> Analysis:
    """Measure a run: one pass over all pairs, one over the training pairs.

    Args:
        run: the run.
        keys: the key irreps, which make the row "key"; if None, those whose similarity is above
            the threshold. Checkpoints of one run are comparable only with the same key irreps.
        ablate: whether to measure restricted and excluded losses, which take most of the time.

    Cost: O(|G|^2) evaluations of the network, 2 + 2k exponentials for each logit of a training
    pair, where k is the number of irreps; memory O(k |G|^2).

    Raises:
        ValueError: the network does not fit its group, or gives NaN or infinite values; a key
            irrep is not one of the group, or is the trivial one.
    """
    names = [name for name, measure in MEASURES.items() if ablate or not measure.ablates]
    analysis = Analysis(run, None if keys is None else tuple(keys), measures=names)
    _ = analysis.table  # Errors in the run are raised here.
    return analysis


@torch.no_grad()
def sampled_metrics(
    run: Run, pairs: int = PAIRS, seed: int = 0, batches: int = BATCHES
) -> pd.DataFrame:
    """Estimate the measures of a run from random pairs, as a tidy table with standard errors.

    Measures of the weights are exact. The key irreps are those whose similarity exceeds the
    threshold by `sampling.CONFIDENCE` standard errors. Measures without an estimate are left out.

    Args:
        run: the run.
        pairs: how many pairs in all.
        seed: of the draw.
        batches: how many batches they are drawn in, 2 or more.

    Returns:
        Columns `measure`, `irrep`, `value`, `standard_error` (0 where nothing is estimated),
        `baseline` and `baseline_sd`, as in `Analysis.table`.

    Cost: two evaluations of the network at each pair, k operations for each of their logits
    (k irreps), and |G|^2 (hidden + 1) operations for each key irrep and batch; memory O(|G|^2)
    and one block.

    Raises:
        ValueError: the network does not fit its group, gives NaN or infinite values, or there
            are less than 2 batches of 2 pairs.
        MemoryError: the activations of the pairs cannot fit; raised before the first.
    """
    sample = draw_sample(run, pairs, seed, batches)
    rows: list[Row] = []
    for measure in MEASURES.values():
        if measure.estimate is not None:
            rows += _rows(sample.measured, measure, measure.estimate(sample))
        elif measure.weights_only:
            rows += _rows(sample.measured, measure, _exact(measure.exact(sample.measured)))
    return _tidy(rows)


def _exact(values: Mapping[Any, float]) -> dict[Any, tuple[float, float]]:
    """Return the values with the standard error 0."""
    return {row: (value, 0.0) for row, value in values.items()}


def _rows(
    measured: Measured, measure: Measure, values: Mapping[Any, tuple[float, float]]
) -> Iterator[Row]:
    baseline = measure.baseline(measured)
    for row, (value, error) in values.items():
        yield measure.name, str(row), value, error, baseline.get(row, NO_BASELINE)


def _tidy(rows: Iterable[Row]) -> pd.DataFrame:
    return pd.DataFrame(
        [(*row, level.mean, level.sd) for *row, level in rows],
        columns=["measure", "irrep", "value", "standard_error", "baseline", "baseline_sd"],
    )


def _remarks(measured: Measured) -> Iterator[str]:
    if measured.statistics.logits.energy == 0:
        yield "The logits are constant over z: measures of the logits are meaningless."
    if measured.statistics.hidden_energy == 0:
        yield "All neurons are dead: the hidden layer is the same at all pairs."
    for name, weights in (
        ("left embedding", measured.left_embedding),
        ("right embedding", measured.right_embedding),
        ("unembedding", measured.unembedding),
    ):
        if not live_neurons(weights).any():
            yield f"The {name} is 0: it has no variance to explain."
