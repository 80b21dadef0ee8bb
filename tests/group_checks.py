"""Brute force on groups and their irreps, and comparison with GAP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import torch

from symrep.groups.base import FiniteGroup, Indices

Group = FiniteGroup[Any, Any]


def generated_by(group: Group, generators: Iterable[int]) -> set[int]:
    """The elements that products of the generators reach from the identity."""
    table, steps = group.cayley_table, list(generators)
    reached = [group.identity]
    for x in reached:  # grows while it is read
        reached += [y for y in dict.fromkeys(table[x, steps].tolist()) if y not in reached]
    return set(reached)


def conjugates_of(group: Group, x: int) -> Indices:
    """The elements g^-1 x g, ascending."""
    table = group.cayley_table
    return np.unique(table[table[group.inverse_indices, x], np.arange(group.order)])


def orders_of(group: Group) -> Indices:
    """[x] = least n > 0 with x^n = 1, (|G|,)."""
    orders, power = np.zeros(group.order, dtype=np.int64), np.arange(group.order)
    for n in range(1, group.order + 1):
        orders[(power == group.identity) & (orders == 0)] = n
        power = group.cayley_table[power, np.arange(group.order)]
    return orders


def traces(rho: torch.Tensor) -> Any:
    """[g] = tr rho(g), (|G|,)."""
    return rho.diagonal(dim1=1, dim2=2).sum(-1).numpy()


def in_standard_form(rho: torch.Tensor, c: int) -> torch.Tensor:
    """The matrices of c x c blocks that have the same first columns, by the table of units."""
    products = {
        1: [[(0, 1)]],
        2: [[(0, 1), (1, -1)], [(1, 1), (0, 1)]],
        4: [
            [(0, 1), (1, -1), (2, -1), (3, -1)],
            [(1, 1), (0, 1), (3, -1), (2, 1)],
            [(2, 1), (3, 1), (0, 1), (1, -1)],
            [(3, 1), (2, -1), (1, 1), (0, 1)],
        ],
    }[c]
    result = torch.empty_like(rho)
    for u, row in enumerate(products):
        for v, (part, sign) in enumerate(row):
            result[:, u::c, v::c] = sign * rho[:, part::c, ::c]
    return result


def assert_same_tables_as_gap(
    groups: Mapping[str, tuple[Group, Any]], sage: Callable[[str], Any]
) -> None:
    """The eigenvalues of all complex irreps at all classes are GAP's, irreps in any order.

    Args:
        groups: {name: (group, permutations)}, with the element of index i as a permutation.
        sage: the fixture.
    """
    asked = {
        name: [
            (np.array([permutations[i] for i in indices]) + 1).tolist()
            for indices in (
                group.generators or (group.identity,),
                [c.representative for c in group.conjugacy_classes],
            )
        ]
        for name, (group, permutations) in groups.items()
    }
    answers = sage(f"""
found = {{}}
for name, (generators, representatives) in json.loads({json.dumps(json.dumps(asked))}).items():
    G = libgap.Group([libgap.PermList(g) for g in generators])
    table = libgap.CharacterTable(G)
    classes = libgap.ConjugacyClasses(table)
    position = libgap.eval("function(classes, z) return "
        "PositionProperty(classes, c -> z in c); end")
    places = [position(classes, libgap.PermList(z)) for z in representatives]
    found[name] = [
        [libgap.EigenvaluesChar(chi, place).sage() for place in places]
        for chi in libgap.Irr(table)
    ]
print(json.dumps(found, default=int))
""")
    for name, (group, _) in groups.items():
        e = group.exponent
        ours = [
            [
                # GAP lists the exponents 1, ..., order
                np.bincount((row * c.element_order // e - 1) % c.element_order).tolist()
                for row, c in zip(rows, group.conjugacy_classes, strict=True)
            ]
            for rows in group.character_table().eigenvalues
        ]
        theirs = [[_without_last_zeros(row) for row in rows] for rows in answers[name]]
        assert sorted(ours) == sorted(theirs), name


def regular(group: Group) -> Any:
    """[g] = the permutation x -> x g of the elements."""
    return group.cayley_table.T


def _without_last_zeros(row: list[int]) -> list[int]:
    return row[: max(k for k, count in enumerate(row) if count) + 1]
