"""Performance of a network: losses and accuracies on parts of the pairs (x, y)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from analysis.measures.measured import Measured
from analysis.measures.orderings import by_coset
from analysis.runs.folders import Run
from analysis.tensors import group_tensors
from symrep.groups.base import AnyGroup, Side

Subgroups = Mapping[str, Iterable[Any]]
"""{name: generators, as `group.index` takes elements}."""


PAIRS_OF: dict[str, Callable[[Tensor], Tensor]] = {
    "train": lambda train: train,
    "test": lambda train: ~train,
    "all": lambda train: torch.ones_like(train),
}
"""{name: map from the mask of the training pairs to the mask of the named pairs}."""


def mean_loss(measured: Measured, pairs: str) -> float | None:
    """Return the mean cross entropy in nats over the "train", "test" or "all" pairs, if any."""
    chosen = PAIRS_OF[pairs](measured.run.training_mask)
    return float(measured.statistics.losses[chosen].mean()) if chosen.any() else None


def accuracy(measured: Measured, pairs: str) -> float | None:
    """Return the fraction of the "train", "test" or "all" pairs that are correct, if any."""
    chosen = PAIRS_OF[pairs](measured.run.training_mask)
    return float(measured.statistics.correct[chosen].double().mean()) if chosen.any() else None


def performance_by_part(measured: Measured, subgroups: Subgroups | None = None) -> pd.DataFrame:
    """Return losses and accuracies on parts of the pairs, one row for each part.

    Args:
        measured: the run.
        subgroups: the group's `distinguished_subgroup` if None: of S_n the alternating group.

    Returns:
        Columns `by`, `part`, `pairs` (how many), `loss` (mean cross entropy in nats) and
        `accuracy`. `by` is "split"; the name of a subgroup H, with parts "H x H", "H x rest",
        "rest x H" and "rest x rest", where the rest are the elements outside of H; or "class of
        x", "class of y" and "class of xy", with a part for each conjugacy class. Parts without
        pairs are left out.

    Raises:
        ValueError: a generator is not an element, or the generators generate the whole group.
    """
    statistics = measured.statistics
    if subgroups is None:
        subgroups = measured.group.distinguished_subgroup
    rows = []
    for by, part, pairs in _parts(measured.run, subgroups):
        count = int(pairs.sum())
        if count:
            loss = float(statistics.losses[pairs].mean())
            accuracy = float(statistics.correct[pairs].double().mean())
            rows.append((by, part, count, loss, accuracy))
    return pd.DataFrame(rows, columns=["by", "part", "pairs", "loss", "accuracy"])


def performance_by_element(measured: Measured) -> pd.DataFrame:
    """Return mean losses and accuracies with one of x, y and xy held fixed, by element.

    Returns:
        Columns `x_loss`, `y_loss`, `xy_loss`, `x_accuracy`, `y_accuracy` and `xy_accuracy`; the
        index is that of the elements.
    """
    statistics = measured.statistics
    values = {"loss": statistics.losses, "accuracy": statistics.correct.double()}
    columns = {}
    for name, table in values.items():
        columns[f"x_{name}"] = table.mean(1)
        columns[f"y_{name}"] = table.mean(0)
        columns[f"xy_{name}"] = _mean_by_product(table, measured.group)
    frame = pd.DataFrame({name: column.numpy() for name, column in sorted(columns.items())})
    return frame.rename_axis(index="element")


def performance_by_coset(
    measured: Measured,
    generators: Iterable[Any],
    sides: tuple[Side, Side] = ("left", "right"),
    name: str = "H",
) -> pd.DataFrame:
    """Return losses and accuracies with x in one coset of a subgroup H and y in another.

    With x in a left and y in a right coset, aH and Hb, the product xy is in aHb: each of its |H|
    elements is the product of |H| pairs of the part. With y in H that is aH itself, with x in H it
    is Hb. If H is normal, both sides have the same cosets.

    Args:
        measured: the run.
        generators: of H, or all elements of it, see `measures.orderings.require_subgroup`.
        sides: of the cosets of x, and of those of y.
        name: of H.

    Returns:
        One row for each pair of cosets, H x H first. Columns `x` and `y`, the cosets by name (see
        `analysis.measures.orderings.by_coset`); `pairs`, `loss` (mean cross entropy in nats) and
        `accuracy`.

    Raises:
        ValueError: a generator is not an element, there is no such side, or the generators
            generate the whole group.
    """
    group, statistics, generators = measured.group, measured.statistics, list(generators)
    _proper_cosets(group, name, generators)
    names, cosets = [], []
    for side in sides:
        names.append(by_coset(group, generators, side, name).names)
        cosets.append(torch.tensor(group.cosets(generators, side)))
    count = len(names[0])
    size = group.order // count
    frame = pd.DataFrame(product(*names), columns=["x", "y"]).assign(pairs=size**2)
    for column, table in (("loss", statistics.losses), ("accuracy", statistics.correct.double())):
        by_x = torch.zeros(count, group.order, dtype=torch.float64).index_add_(0, cosets[0], table)
        sums = torch.zeros(count, count, dtype=torch.float64).index_add_(1, cosets[1], by_x)
        frame[column] = sums.flatten().numpy() / size**2
    return frame


def _parts(run: Run, subgroups: Subgroups) -> Iterator[tuple[str, str, Tensor]]:
    """Yield (by, part, mask of the pairs) for every part."""
    group, train = run.group, run.training_mask
    yield "split", "all", torch.ones_like(train)
    yield "split", "training", train
    yield "split", "other", ~train
    for name, generators in subgroups.items():
        inside = _proper_cosets(group, name, generators) == 0
        for left, x in ((name, inside), ("rest", ~inside)):
            for right, y in ((name, inside), ("rest", ~inside)):
                yield name, f"{left} x {right}", x[:, None] & y
    classes = [c.label for c in group.conjugacy_classes]
    everywhere = torch.ones_like(group_tensors(group).class_of)
    for what, class_of_pair in (
        ("x", group_tensors(group).class_of[:, None] * everywhere),
        ("y", group_tensors(group).class_of * everywhere[:, None]),
        ("xy", group_tensors(group).class_of[group_tensors(group).products]),
    ):
        for k, label in enumerate(classes):
            yield f"class of {what}", label, class_of_pair == k


def _proper_cosets(group: AnyGroup, name: str, generators: Iterable[Any]) -> Tensor:
    """Return [g] = number of the right coset of g, 0 for the subgroup, which must be proper."""
    cosets = torch.tensor(group.cosets(generators))
    if not cosets.any():
        raise ValueError(f"the generators of {name} generate {group}; expected a proper subgroup")
    return cosets


def _mean_by_product(table: Tensor, group: AnyGroup) -> Tensor:
    sums = torch.zeros(group.order, dtype=torch.float64)
    sums.index_add_(0, group_tensors(group).products.flatten(), table.flatten())
    return sums / group.order
