"""Where a network is right: losses and accuracies on parts of the pairs (x, y)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd
import torch
from torch import Tensor

from analysis.runs import Run
from analysis.statistics import PairStatistics
from symrep import SymmetricGroup, permutations

Subgroups = Mapping[str, Iterable[permutations.PermutationLike]]
"""{name: generators}."""


def behaviour(
    run: Run, statistics: PairStatistics, subgroups: Subgroups | None = None
) -> pd.DataFrame:
    """Losses and accuracies on parts of the pairs, one row a part.

    Args:
        run: the run.
        statistics: of the pass over all its pairs.
        subgroups: the alternating group if None.

    Returns:
        Columns `by`, `part`, `pairs` (how many), `loss` (mean cross entropy in nats) and
        `accuracy`. `by` is "split"; the name of a subgroup H, with parts "H x H", "H x rest",
        "rest x H" and "rest x rest", where the rest are the elements outside of H; or "class of
        x", "class of y" and "class of xy", with a part for each conjugacy class. Parts without
        pairs are left out.

    Raises:
        ValueError: a generator is not an element, or the generators generate the whole group.
    """
    group = run.group
    if subgroups is None:
        subgroups = {f"A_{group.n}": alternating_generators(group.n)} if group.n > 1 else {}
    rows = []
    for by, part, pairs in _parts(run, subgroups):
        count = int(pairs.sum())
        if count:
            loss = float(statistics.losses[pairs].mean())
            accuracy = float(statistics.correct[pairs].double().mean())
            rows.append((by, part, count, loss, accuracy))
    return pd.DataFrame(rows, columns=["by", "part", "pairs", "loss", "accuracy"])


def behaviour_by_element(run: Run, statistics: PairStatistics) -> pd.DataFrame:
    """Mean losses and accuracies with one of x, y and xy held fixed, one row an element.

    Returns:
        Columns `x_loss`, `y_loss`, `xy_loss`, `x_accuracy`, `y_accuracy` and `xy_accuracy`; the
        index is that of the elements.
    """
    values = {"loss": statistics.losses, "accuracy": statistics.correct.double()}
    columns = {}
    for name, table in values.items():
        columns[f"x_{name}"] = table.mean(1)
        columns[f"y_{name}"] = table.mean(0)
        columns[f"xy_{name}"] = _mean_by_product(table, run.group)
    frame = pd.DataFrame({name: column.numpy() for name, column in sorted(columns.items())})
    return frame.rename_axis(index="element")


def alternating_generators(n: int) -> list[list[int]]:
    """The cycles (0 1 k), which generate A_n; array forms."""
    generators = []
    for k in range(2, n):
        cycle = list(range(n))
        cycle[0], cycle[1], cycle[k] = 1, k, 0
        generators.append(cycle)
    return generators


def _parts(run: Run, subgroups: Subgroups) -> Iterator[tuple[str, str, Tensor]]:
    """(by, part, mask of the pairs) for every part."""
    group, train = run.group, run.training_mask
    yield "split", "all", torch.ones_like(train)
    yield "split", "training", train
    yield "split", "other", ~train
    for name, generators in subgroups.items():
        inside = group.cosets(generators) == 0
        if inside.all():
            raise ValueError(f"the generators of {name} generate {group}: nothing is left outside")
        for left, x in ((name, inside), ("rest", ~inside)):
            for right, y in ((name, inside), ("rest", ~inside)):
                yield name, f"{left} x {right}", x[:, None] & y
    classes = [str(c.cycle_type) for c in group.conjugacy_classes]
    everywhere = torch.ones_like(group.class_of)
    for what, class_of_pair in (
        ("x", group.class_of[:, None] * everywhere),
        ("y", group.class_of * everywhere[:, None]),
        ("xy", group.class_of[group.cayley_table]),
    ):
        for k, label in enumerate(classes):
            yield f"class of {what}", label, class_of_pair == k


def _mean_by_product(table: Tensor, group: SymmetricGroup) -> Tensor:
    sums = torch.zeros(group.order, dtype=torch.float64)
    sums.index_add_(0, group.cayley_table.flatten(), table.flatten())
    return sums / group.order
