"""A run with what several measures need of it, computed once.

Every measure is a function `f(measured, ...)` of a `Measured`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any, Protocol, TypeVar

import pandas as pd
from torch import Tensor

from analysis.measures.statistics import PairStatistics, in_float64, pair_statistics
from analysis.networks import Network
from analysis.runs.folders import Run
from symrep.groups.base import AnyGroup
from symrep.groups.symmetric import IrrepLabel

WHOLE, KEY, ALL = "", "key", "all"
"""Rows beside irreps: the whole network, the key irreps together, all irreps together."""

Result = TypeVar("Result")


@dataclass(frozen=True, eq=False)
class Measured:
    """A run, its network in float64, and the statistics of one pass over all pairs.

    Each is computed when it is first needed, and kept.

    Attributes:
        run: the run.
        keys: the key irreps; see `analysis.measures.logits.key_irreps`.
        given_statistics: statistics of an earlier pass; computed if None.
    """

    run: Run
    keys: Sequence[IrrepLabel] | None = None
    given_statistics: PairStatistics | None = None
    _results: dict[Callable[..., Any], Any] = field(default_factory=dict, init=False, repr=False)

    @property
    def group(self) -> AnyGroup:
        """The group, in the element order of the network."""
        return self.run.group

    @cached_property
    def network(self) -> Network:
        """The network with float64 weights."""
        return in_float64(self.run.network)

    @cached_property
    def statistics(self) -> PairStatistics:
        """Sums over all pairs; see `analysis.measures.statistics.pair_statistics`.

        Raises:
            ValueError: the network does not fit the group, or gives NaN or infinite values.
            MemoryError: the |G|^2 numbers that are kept cannot fit.
        """
        if self.given_statistics is not None:
            return self.given_statistics
        return pair_statistics(self.network, self.group)

    @cached_property
    def left_embedding(self) -> Tensor:
        """Left embedding, (|G|, width), float64."""
        return self.network.left_embedding().detach().double()

    @cached_property
    def right_embedding(self) -> Tensor:
        """Right embedding, (|G|, width), float64."""
        return self.network.right_embedding().detach().double()

    @cached_property
    def unembedding(self) -> Tensor:
        """Unembedding, (|G|, hidden), float64."""
        return self.network.unembedding().detach().double()

    @cached_property
    def centred_unembedding(self) -> Tensor:
        """The unembedding less its mean over z, which changes no loss; (|G|, hidden), float64."""
        return self.unembedding - self.unembedding.mean(0)


class Keeps(Protocol):
    """An object that keeps the results of functions of it."""

    @property
    def _results(self) -> dict[Callable[..., Any], Any]: ...


Subject = TypeVar("Subject", bound=Keeps)


def once(function: Callable[[Subject], Result]) -> Callable[[Subject], Result]:
    """Cache the result of a function of a `Measured`, or of a sample, in that object.

    Data frames are copied for each caller; other results are shared and must not be changed.
    """

    @wraps(function)
    def kept(subject: Subject) -> Result:
        if function not in subject._results:
            subject._results[function] = function(subject)
        result: Result = subject._results[function]
        return copy(result) if isinstance(result, pd.DataFrame) else result

    return kept
