"""What logits would achieve that are characters of x y z^-1 and nothing else.

Such logits are one function chi of x y z^-1 at every pair, so that the loss at every pair, of any
part of the pairs, is the same: log sum over g of exp chi(g), less chi(e). It follows from the
sizes of the conjugacy classes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import inf

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp

from symrep import CharacterTable, Partition, SymmetricGroup
from symrep.groups import IrrepLabel

Floats = NDArray[np.float64]

GAP = 1e-6
"""How far the log odds of a mixture may be from the least possible ones."""


@dataclass(frozen=True)
class Mixture:
    """The convex mixture of characters with the least loss as logits.

    Attributes:
        weights: {irrep: weight}; at least 0, with the sum 1.
        loss: cross entropy of the mixture as logits, in nats.
        gap: the least loss of all mixtures is between loss - gap and loss.
    """

    weights: dict[Partition, float]
    loss: float
    gap: float


def class_function_loss(table: CharacterTable, values: Mapping[Partition, float]) -> float:
    """The cross entropy of f(x y z^-1) as logits, for a class function {cycle type: f}."""
    f = np.array([float(values[label]) for label in table.classes])
    others = np.array(table.class_sizes[1:], dtype=float)
    return _loss(float(logsumexp(f[1:] - f[0], b=others)) if len(others) else -inf)


def character_losses(group: SymmetricGroup) -> pd.DataFrame:
    """The loss and accuracy of each character alone as logits.

    Returns:
        One row an irrep: `irrep`, `loss` in nats, and `accuracy`, one in as many as there are
        elements g with chi(g) = chi(e), among which the answer is a guess.
    """
    table = group.character_table()
    sizes = np.array(table.class_sizes, dtype=object)
    rows = []
    for label, row in zip(table.irreps, table.values, strict=True):
        loss = class_function_loss(table, dict(zip(table.classes, row.tolist(), strict=True)))
        rows.append((str(label), loss, 1 / int(sizes[row == row[0]].sum())))
    return pd.DataFrame(rows, columns=["irrep", "loss", "accuracy"])


def best_mixture(group: SymmetricGroup, irreps: Iterable[IrrepLabel]) -> Mixture:
    """The convex mixture of the characters of some irreps that has the least loss as logits.

    The loss is log(1 + exp F) with F, the log odds against the answer, convex in the weights. So
    no F is below that of weights w by more than max over irreps i of w . D - D_i, where D is
    its gradient at w: that proves the optimum, to the `gap` of the result.

    Cost: the character table, and a convex problem with one variable an irrep.

    Raises:
        ValueError: there are no irreps, or one is not of the group.
        ArithmeticError: the optimum was not found to a relative 1e-6 of the loss.
    """
    labels = list(dict.fromkeys(group.parse_label(label) for label in irreps))
    if not labels:
        raise ValueError("a mixture needs at least one irrep")
    weights = np.full(len(labels), 1 / len(labels))
    if group.order > 1:
        table = group.character_table()
        characters = np.stack([table.row(label).astype(float) for label in labels])
        margins = characters[:, 1:] - characters[:, :1]
        log_sizes = np.log(np.array(table.class_sizes[1:], dtype=float))

        def log_odds(weights: Floats) -> tuple[float, Floats]:
            terms = weights @ margins + log_sizes
            total = float(logsumexp(terms))
            return total, margins @ np.exp(terms - total)

        weights = _least_on_simplex(log_odds, weights)
        least, gradient = log_odds(weights)
        gap = float(weights @ gradient - gradient.min())
        if gap > GAP:
            raise ArithmeticError(f"the best mixture of {len(labels)} characters was not found")
    else:
        least, gap = -inf, 0.0
    loss = _loss(least)
    return Mixture(
        dict(zip(labels, weights.tolist(), strict=True)), loss, gap=loss - _loss(least - gap)
    )


def _loss(log_odds: float) -> float:
    """log(1 + exp(log_odds)): cross entropy, given the log odds against the answer."""
    return float(np.logaddexp(0, log_odds))


def _least_on_simplex(objective: Callable[[Floats], tuple[float, Floats]], start: Floats) -> Floats:
    """The weights, at least 0 and with the sum 1, where a convex function is least."""
    found = minimize(
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
