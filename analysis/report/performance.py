"""Section: is it right, and where is it not?"""

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
    """Losses and accuracies on parts of the pairs.

    Args:
        analysis: of the run.
        subgroups: {name: generators}; `distinguished_subgroup` of the group if None.
    """
    group = analysis.group
    if subgroups is None:
        subgroups = group.distinguished_subgroup
    exhibits = list(_exhibits(analysis, subgroups))
    return Section("performance", "Is it right, and where is it not?", exhibits)


def _exhibits(analysis: Analysis, subgroups: Subgroups) -> Iterator[Illustration | Table]:
    group = analysis.group
    guess = log(group.order), 1 / group.order
    parts = performance_by_part(analysis, subgroups)
    of_subgroups = (
        "The rest are the elements outside the subgroup. A network that is right on a subgroup "
        "alone has learned a smaller group. "
        if subgroups
        else ""
    )
    yield Table(
        "On parts of the pairs",
        "Mean loss in nats and share of the pairs that are right. "
        + of_subgroups
        + f"By chance: a loss of {guess[0]:.4f} or more, and {guess[1]:.4f} right.",
        parts[~parts.by.str.startswith("class")],
        {"part": "x, y in", "pairs": "pairs", "loss": "loss", "accuracy": "accuracy"},
    )
    classes = parts[parts.by.str.startswith("class")].pivot(
        index="part", columns="by", values="loss"
    )
    yield Table(
        "By conjugacy class",
        "Mean loss in nats over the pairs with x, y or xy in a class. A class that stands out is "
        f"one that was not learned. By chance: {guess[0]:.4f} or more in all of them.",
        classes.loc[[c.label for c in group.conjugacy_classes]].reset_index(),
        {"part": "class", "class of x": "x", "class of y": "y", "class of xy": "xy"},
    )
    ordering = by_class(group)
    table = performance_by_element(analysis)
    places = ordering.elements.numpy()
    yield Illustration(
        "losses_by_element",
        "One element against all",
        "Every point is the mean loss over the pairs with one x, one y or one product xy. A "
        "network that has learned the group is as good at all of them: the points lie near the "
        "mean. Classes that stand out are what it has not learned.",
        "Guessing is the upper line; random weights are at it or above it, at all elements alike.",
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
            f"Cosets of {name} against each other",
            f"Mean loss and accuracy for x in one coset of {name} and y in another, the subgroup "
            "first. A network that has learned the subgroup alone is better in the first block.",
            "All blocks at the level of guessing, which the scales mark.",
            figures.by_coset(
                blocks.loss.to_numpy().reshape(len(names), -1),
                blocks.accuracy.to_numpy().reshape(len(names), -1),
                names,
                columns,
                guess,
            ),
        )
