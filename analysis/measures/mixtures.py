"""Losses of logits that are characters of x y z^-1, or mixtures of them.

Such logits are one function chi of x y z^-1 at every pair, so that the loss at every pair, of any
part of the pairs, is the same: log sum over g of exp chi(g), less chi(e). It follows from the
sizes of the conjugacy classes. Characters are those of irreps over the reals.

The candidates z may be restricted to a coset of a subgroup H that contains xy: H xy or xy H, and so
to H itself where x and y are in it. Then x y z^-1 is in H or in a conjugate of it, and the sum is
over H alone: it depends on the number of elements of each class in H.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from math import inf, isqrt
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from analysis.measures.isotypic import by_irrep, ratio
from symrep import ByIrrep
from symrep._support.lazy import LazyModule
from symrep._support.markup import number
from symrep._support.tables import PrintedAsTable, TextTable, more_rows
from symrep.characters.labels import irrep_table
from symrep.characters.table import CharacterTable, Label
from symrep.characters.table_laws import assert_orthogonal_rows
from symrep.groups.base import AnyGroup
from symrep.groups.symmetric import IrrepLabel

if TYPE_CHECKING:
    from scipy import optimize, special
else:
    optimize, special = LazyModule("scipy.optimize"), LazyModule("scipy.special")

Floats = NDArray[np.float64]

GAP = 1e-6
"""Largest distance of the log odds of a mixture from the least possible ones."""

EQUAL_CHARACTERS = 1e-9
"""Difference of characters, relative to the dimension, that is attributed to rounding."""


class _Weights(PrintedAsTable):
    """Weights of characters, which print as a table."""

    weights: ByIrrep[Any, float]

    @property
    @abstractmethod
    def _caption(self) -> str:
        """The losses in words."""

    def to_frame(self) -> pd.DataFrame:
        """Return the weights as a pandas DataFrame, one row an irrep, in the column `weight`."""
        return self.weights.to_series().to_frame("weight")

    def _text_table(self, most: int | None = None) -> TextTable:
        rows = {label: (weight,) for label, weight in islice(self.weights.items(), most)}
        notes = more_rows(len(self.weights), most)
        return irrep_table(["weight"], rows, self._caption, notes)

    def _latex_table(self, most: int | None = None) -> TextTable:
        rows = {label: (weight,) for label, weight in islice(self.weights.items(), most)}
        return irrep_table(["weight"], rows, math=True)


@dataclass(frozen=True)
class Mixture(_Weights):
    """The convex mixture of characters with the least loss as logits.

    Attributes:
        weights: {irrep: weight}; at least 0, with the sum 1.
        loss: cross entropy of the mixture as logits, in nats.
        gap: the least loss of all mixtures is between loss - gap and loss.
    """

    weights: ByIrrep[Any, float]
    loss: float
    gap: float

    @property
    def _caption(self) -> str:
        return f"best mixture: loss {number(self.loss)} nats, within {self.gap:.1e} of the least"


@dataclass(frozen=True)
class FittedMixture(_Weights):
    """The mixture of characters nearest to the logits of a network.

    Attributes:
        weights: {irrep: weight}; their absolute values have the sum 1, or all are 0. No convex
            mixture has a negative one.
        inverse_temperature: the factor from the mixture to the logits' part along these characters.
        loss: cross entropy of the mixture itself as logits, in nats, for comparison with that of
            `Mixture`. The loss of the network depends on the factor too.
    """

    weights: ByIrrep[Any, float]
    inverse_temperature: float
    loss: float

    @property
    def _caption(self) -> str:
        temperature = f"inverse temperature {number(self.inverse_temperature)}"
        return f"fitted mixture: loss {number(self.loss)} nats, {temperature}"


def cube_overlaps(group: AnyGroup) -> pd.DataFrame:
    """Return the exact cosines of chi_a(x y z^-1) and chi_b(x y z^-1) over all triples.

    Every g is x y z^-1 for |G|^2 triples, so that their inner product is |G|^2 times the sum over
    g of chi_a(g) chi_b(g). It is 0 for different irreps.

    Returns:
        Fractions, 1 where a = b and else 0; index and columns are the irreps' labels.

    Raises:
        LawViolation: rows of a table of complex characters are not orthogonal.
    """
    table, names = group.character_table(), list(map(str, group.irreps))
    if table.rational:
        values = table.values.astype(object)
        products = values * np.array(table.class_sizes, dtype=object) @ values.T
    else:
        # Different irreps over the reals are sums of different rows.
        assert_orthogonal_rows(table)
        products = np.diag([irrep.commutant_dim * group.order for irrep in group.irreps.values()])
    norms = products.diagonal().astype(object)
    cosines = [
        [Fraction(int(ab), isqrt(int(aa * bb))) for ab, bb in zip(row, norms, strict=True)]
        for row, aa in zip(products, norms, strict=True)
    ]
    return pd.DataFrame(cosines, index=names, columns=names, dtype=object)


def class_sizes_within(group: AnyGroup, generators: Iterable[Any]) -> tuple[int, ...]:
    """Return the number of elements of each conjugacy class of G in a generated subgroup.

    Raises:
        ValueError: a generator is not an element of the group.
    """
    classes = torch.tensor(group.class_of[group.generated_subgroup(generators)])
    return tuple(torch.bincount(classes, minlength=len(group.conjugacy_classes)).tolist())


def class_function_loss(
    table: CharacterTable,
    values: Mapping[Label, float],
    class_sizes: Sequence[int] | None = None,
) -> float:
    """Return the cross entropy of f(x y z^-1) as logits, for a class function {class: f}.

    Args:
        table: of the group.
        values: of f, real numbers.
        class_sizes: those of `class_sizes_within` for z in one coset of a subgroup; those of the
            group if None.
    """
    f = np.array([float(values[label]) for label in table.classes])
    return loss_by_class(f, table.class_sizes if class_sizes is None else class_sizes)


def loss_by_class(values: Floats, class_sizes: Sequence[int]) -> float:
    """Return the cross entropy of f(x y z^-1) as logits, for one real value of f a class.

    Args:
        values: of f, in the order of `conjugacy_classes`, (classes,).
        class_sizes: number of elements of each class among the x y z^-1.
    """
    return _loss(_log_sum(values[1:] - values[0], np.array(class_sizes[1:], dtype=float)))


def character_losses(group: AnyGroup, generators: Iterable[Any] | None = None) -> pd.DataFrame:
    """Return the loss and accuracy of each character alone as logits.

    Args:
        group: the group.
        generators: generators of a subgroup, to one coset of which z is restricted; None for all z.

    Returns:
        One row an irrep: `irrep`, `loss` in nats, and `accuracy`, 1 over the number of elements
        g, of the group or of the subgroup, with chi(g) = chi(e) = d, which the character does not
        distinguish.

    Raises:
        ValueError: a generator is not an element of the group.
    """
    sizes = _class_sizes(group, generators)
    counts = np.array(sizes, dtype=object)
    rows = []
    for label, row in zip(group.irreps, group.real_characters(), strict=True):
        largest = row > row[0] * (1 - EQUAL_CHARACTERS)
        rows.append((str(label), loss_by_class(row, sizes), 1 / int(counts[largest].sum())))
    return pd.DataFrame(rows, columns=["irrep", "loss", "accuracy"])


def best_mixture(
    group: AnyGroup,
    irreps: Iterable[IrrepLabel],
    generators: Iterable[Any] | None = None,
) -> Mixture:
    """Return the convex mixture of the characters of some irreps with the least loss as logits.

    The loss is log(1 + exp F) with F, the log odds against xy, convex in the weights. So
    no F is below that of weights w by more than max over irreps i of w . D - D_i, where D is
    its gradient at w: that proves the optimum, to the `gap` of the result.

    Args:
        group: the group.
        irreps: labels.
        generators: generators of a subgroup, to one coset of which z is restricted; None for all z.

    Cost: the characters, and a convex problem with one variable an irrep.

    Raises:
        ValueError: there are no irreps, one is not of the group, or a generator is not an element
            of it.
        ArithmeticError: the optimum was not found to a relative 1e-6 of the loss.
    """
    labels = list(dict.fromkeys(group.parse_label(label) for label in irreps))
    if not labels:
        raise ValueError("a mixture needs at least one irrep")
    sizes = np.array(_class_sizes(group, generators)[1:], dtype=float)
    weights = np.full(len(labels), 1 / len(labels))
    if sizes.any():
        characters = group.real_characters()[[list(group.irreps).index(k) for k in labels]]
        margins = (characters[:, 1:] - characters[:, :1])[:, sizes > 0]
        log_sizes = np.log(sizes[sizes > 0])

        def log_odds(weights: Floats) -> tuple[float, Floats]:
            terms = weights @ margins + log_sizes
            total = float(special.logsumexp(terms))
            return total, margins @ np.exp(terms - total)

        weights = _least_on_simplex(log_odds, weights)
        least, gradient = log_odds(weights)
        gap = max(0.0, float(weights @ gradient - gradient.min()))
        if gap > GAP:
            raise ArithmeticError(f"the best mixture of {len(labels)} characters was not found")
    else:
        least, gap = -inf, 0.0
    loss = _loss(least)
    by_label = dict(zip(labels, weights.tolist(), strict=True))
    return Mixture(by_irrep(group, by_label), loss, gap=loss - _loss(least - gap))


def fitted_mixture(
    group: AnyGroup,
    coefficients: Mapping[Label, float],
    generators: Iterable[Any] | None = None,
) -> FittedMixture:
    """Return a network's own mixture of characters, for comparison with the best one.

    Args:
        group: the group.
        coefficients: of the characters in the logits, {irrep: a}, for any set of irreps. See
            `analysis.measures.logits.character_coefficients`.
        generators: generators of a subgroup, to one coset of which z is restricted; None for all z.

    Raises:
        ValueError: an irrep is not of the group or is named twice, or a generator is not an
            element of the group.
    """
    total = sum(map(abs, coefficients.values()))
    weights = ByIrrep(group.labels, coefficients).map(lambda value: ratio(value, total))
    mixed = np.array([weights.get(label, 0.0) for label in group.irreps]) @ group.real_characters()
    loss = loss_by_class(mixed, _class_sizes(group, generators))
    return FittedMixture(weights, total, loss)


def _class_sizes(group: AnyGroup, generators: Iterable[Any] | None) -> tuple[int, ...]:
    if generators is None:
        return tuple(c.size for c in group.conjugacy_classes)
    return class_sizes_within(group, generators)


def _log_sum(exponents: Floats, counts: Floats) -> float:
    """Return the log of a sum of counts times exp of the exponents; -inf where there are none."""
    occur = counts > 0
    return float(special.logsumexp(exponents[occur], b=counts[occur])) if occur.any() else -inf


def _loss(log_odds: float) -> float:
    """Return log(1 + exp(log_odds)), the cross entropy, for log odds against the label."""
    return float(np.logaddexp(0, log_odds))


def _least_on_simplex(objective: Callable[[Floats], tuple[float, Floats]], start: Floats) -> Floats:
    """Return the weights, at least 0 and with the sum 1, that minimise a convex function."""
    found = optimize.minimize(
        objective,
        start,
        jac=True,
        method="SLSQP",
        bounds=[(0, 1)] * len(start),
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1, "jac": np.ones_like},
        options={"ftol": 1e-15, "maxiter": 1000},
    )
    weights: Floats = np.clip(found.x, 0, None)
    return weights / float(weights.sum())
