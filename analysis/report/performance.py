"""Section: how accurate is it, and on which pairs?"""

from __future__ import annotations

from collections.abc import Iterator
from math import log

from analysis.figures import performance as figures
from analysis.measures.orderings import by_class
from analysis.measures.performance import (
    Subgroups,
    performance_by_coset,
    performance_by_element,
    performance_by_part,
)
from analysis.measures.table import Analysis
from analysis.report.exhibits import Illustration, Section, Table


def section(analysis: Analysis, subgroups: Subgroups | None = None) -> Section:
    """Return the section on losses and accuracies on parts of the pairs.

    Args:
        analysis: of the run.
        subgroups: {name: generators}; `distinguished_subgroup` of the group if None.
    """
    group = analysis.group
    if subgroups is None:
        subgroups = group.distinguished_subgroup
    exhibits = list(_exhibits(analysis, subgroups))
    return Section("performance", "How accurate is it, and on which pairs?", exhibits)


def _exhibits(analysis: Analysis, subgroups: Subgroups) -> Iterator[Illustration | Table]:
    group = analysis.group
    guess = log(group.order), 1 / group.order
    parts = performance_by_part(analysis, subgroups)
    of_subgroups = (
        "The rest are the elements outside the subgroup. A network that is accurate on a "
        "subgroup alone has learned a smaller group. "
        if subgroups
        else ""
    )
    yield Table(
        "Performance on parts of the pairs",
        "Mean loss in nats and accuracy. "
        + of_subgroups
        + f"Null baseline, guessing: a loss of {guess[0]:.4f} or more, an accuracy of "
        f"{guess[1]:.4f}.",
        parts[~parts.by.str.startswith("class")],
        {"part": "x, y in", "pairs": "pairs", "loss": "loss", "accuracy": "accuracy"},
    )
    classes = parts[parts.by.str.startswith("class")].pivot(
        index="part", columns="by", values="loss"
    )
    yield Table(
        "Performance by conjugacy class",
        "Mean loss in nats over the pairs with x, y or xy in a class. A class with a larger loss "
        f"was not learned. Null baseline, guessing: {guess[0]:.4f} or more in all classes.",
        classes.loc[[c.label for c in group.conjugacy_classes]].reset_index(),
        {"part": "class", "class of x": "x", "class of y": "y", "class of xy": "xy"},
    )
    ordering = by_class(group)
    table = performance_by_element(analysis)
    places = ordering.elements.numpy()
    yield Illustration(
        "losses_by_element",
        "Loss by element",
        "Each point is the mean loss over the pairs with one x, one y or one product xy. If the "
        "network has learned the group, the points lie near the mean. Classes that stand out were "
        "not learned.",
        "Guessing is the upper line. Random weights are on or above it, for all elements alike.",
        figures.losses_by_element(
            {what: table[f"{what}_loss"].to_numpy()[places] for what in ("x", "y", "xy")},
            list(ordering.boundaries),
            list(ordering.names),
            {
                "guessing, ln |G|": guess[0],
                "mean over all pairs": analysis.value("all_loss"),
            },
        ),
    )
    for k, (name, generators) in enumerate(subgroups.items()):
        blocks = performance_by_coset(analysis, generators, name=name)
        names, columns = blocks.x.unique().tolist(), blocks.y.unique().tolist()
        yield Illustration(
            f"losses_by_coset{k or ''}",
            f"Performance by cosets of {name}",
            f"Mean loss and accuracy for x in one coset of {name} and y in another, the subgroup "
            "first. A network that has learned the subgroup alone is better in the first block.",
            "Guessing gives all blocks the values that are marked on the scales.",
            figures.by_coset(
                blocks.loss.to_numpy().reshape(len(names), -1),
                blocks.accuracy.to_numpy().reshape(len(names), -1),
                names,
                columns,
                guess,
            ),
        )
