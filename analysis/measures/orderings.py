"""Orders of the elements of a group for tables and figures: by class, coset, irrep or value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from analysis.tensors import group_tensors
from symrep.characters.table import Label
from symrep.groups.base import AnyGroup, Side


@dataclass(frozen=True, eq=False)
class Ordering:
    """The elements of a group, or the columns of a matrix, sorted into blocks.

    Attributes:
        elements: [k] = index of the element or column at place k, (count,).
        boundaries: first place of every block, from 0.
        names: of the blocks.
        by: what the blocks are, such as "class".

    Raises:
        ValueError: the elements are not 0, ..., count-1 in some order, the boundaries do not
            increase from 0, or there is another number of names.
    """

    elements: Tensor
    boundaries: tuple[int, ...]
    names: tuple[str, ...]
    by: str

    def __post_init__(self) -> None:
        count = len(self.elements)
        if not torch.equal(self.elements.sort().values, torch.arange(count)):
            raise ValueError(f"an ordering has each of 0, ..., {count - 1} once")
        edges = [*self.boundaries, count]
        if edges[0] != 0 or any(a >= b for a, b in pairwise(edges)):
            raise ValueError(
                f"boundaries of {count} places increase from 0 and stay below {count}, "
                f"got {self.boundaries}"
            )
        if len(self.names) != len(self.boundaries):
            raise ValueError(f"{len(self.boundaries)} blocks have {len(self.names)} names")


def by_index(group: AnyGroup) -> Ordering:
    """Return the element order of the group, in one block."""
    return Ordering(torch.arange(group.order), (0,), (str(group),), "index")


def by_class(group: AnyGroup) -> Ordering:
    """Sort the elements by conjugacy class, in the order of `conjugacy_classes`."""
    return by_values(
        group_tensors(group).class_of, [c.label for c in group.conjugacy_classes], "class"
    )


def by_coset(
    group: AnyGroup,
    generators: Iterable[Any],
    side: Side = "right",
    name: str = "H",
) -> Ordering:
    """Sort the elements by coset of a generated subgroup, the subgroup itself first.

    Args:
        group: the group.
        generators: of the subgroup.
        side: "right" for the cosets Hg, "left" for gH.
        name: of the subgroup. A coset is named by it and an element, "H(0 1)" or "(0 1)H", "H r"
            or "r H": the first one of those whose conjugacy class comes first.

    Raises:
        ValueError: a generator is not an element of the group, or there is no such side.
    """
    coset_of = torch.tensor(group.cosets(generators, side))
    places = np.lexsort((group_tensors(group).class_of.numpy(), coset_of.numpy()))
    _, first = np.unique(coset_of.numpy()[places], return_index=True)
    names = [name]
    for i in places[first[1:]].tolist():
        element = group.element_name(i)
        space = "" if element.startswith("(") else " "
        names.append(space.join((name, element) if side == "right" else (element, name)))
    return by_values(coset_of, names, f"{side} coset")


def by_values(
    values: Tensor, names: Sequence[str] | None = None, by: str = "value", within: object = None
) -> Ordering:
    """Sort places by their values, with one block for each value that occurs.

    Args:
        values: integers, (count,).
        names: [v] = name of the block of the value v; the values themselves if None.
        by: what the values are.
        within: numbers by which a block is sorted, (count,); by index if None.
    """
    numbers = values.numpy()
    keys = np.zeros(len(numbers)) if within is None else np.asarray(within)
    elements = np.lexsort((keys, numbers))
    occurring, boundaries = np.unique(numbers[elements], return_index=True)
    return Ordering(
        torch.from_numpy(elements),
        tuple(boundaries.tolist()),
        tuple(str(v) if names is None else names[v] for v in occurring.tolist()),
        by,
    )


def by_product(
    ordering: Ordering, group: AnyGroup, element: object, held: Literal["x", "y"] = "x"
) -> Ordering:
    """Sort y so that the products xy are in an ordering, with x held fixed, or x with y fixed.

    Args:
        ordering: of the products.
        group: the group.
        element: the element held fixed.
        held: "x" or "y", the factor that is held fixed.
    """
    inverse = group_tensors(group).inverses[group.index(element)]
    table = group_tensors(group).products
    factors = table[inverse] if held == "x" else table[:, inverse]
    return replace(ordering, elements=factors[ordering.elements], by=f"{ordering.by} of xy")


def by_irrep(fractions: Tensor, labels: Sequence[Label]) -> Ordering:
    """Sort columns of weights by their largest irrep, the purest first and "dead" ones last.

    Args:
        fractions: [k, i] = fraction of irrep k in column i, or 0 for all k if the column is dead;
            (irreps, width). See `analysis.measures.neurons.neuron_fractions`.
        labels: of the irreps.
    """
    largest, irrep = fractions.max(0)
    irrep = torch.where(largest > 0, irrep, len(labels))
    return by_values(irrep, [*map(str, labels), "dead"], "irrep", within=-largest)


def require_subgroup(group: AnyGroup, elements: Iterable[Any]) -> Tensor:
    """Check that elements are a subgroup; return their indices, increasing, (|H|,).

    Repeated elements count once. A finite set is a subgroup if it is not empty and contains all
    products of its elements. The result is accepted wherever generators are expected.

    Raises:
        ValueError: there are none, one is not an element of the group, or a product of two is
            not among them; the message names it.
    """
    indices = torch.tensor(sorted({group.index(p) for p in elements}), dtype=torch.long)
    if len(indices) == 0:
        raise ValueError(f"a subgroup of {group} has at least the identity, got no elements")
    products = group_tensors(group).products[indices][:, indices]
    outside = (~torch.isin(products, indices)).nonzero()
    if len(outside):
        x, y = indices[outside[0]].tolist()
        factors = [group.element_name(i) for i in (x, y)]
        product = group.element_name(int(group_tensors(group).products[x, y]))
        raise ValueError(
            f"the {len(indices)} elements are no subgroup of {group}: "
            f"{' * '.join(factors)} = {product} is not among them"
        )
    return indices
