"""Element orders and irrep names of published runs.

Source: the runs of Chughtai, Chan and Nanda, *A Toy Model of Universality* (arXiv 2302.03025).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from sympy.combinatorics import Permutation, PermutationGroup

from symrep import AlternatingGroup, SymmetricGroup
from symrep.groups.base import AnyGroup

PUBLISHED_ORDER = "published"
"""Name of the element order of published runs in configurations."""

_IRREPS: Mapping[AnyGroup, Mapping[str, object]] = MappingProxyType(
    {
        SymmetricGroup(5): {"s5_5d_a": (2, 2, 1), "s5_5d_b": (3, 2), "s5_6d": (3, 1, 1)},
        SymmetricGroup(6): {"s6_5d_a": (3, 3), "s6_5d_b": (2, 2, 2)},
        AlternatingGroup(5): {"a5_5d_a": "3,2", "a5_3d_a": "3,1,1+", "a5_3d_b": "3,1,1-"},
    }
)


def published_irreps(group: AnyGroup) -> dict[str, Any]:
    """Return {published name: label} of the irreps of a group, in any element order."""
    names = _IRREPS.get(group.own, {})
    return {name: group.parse_label(label) for name, label in names.items()}


def in_published_order(group: AnyGroup) -> AnyGroup:
    """Return the group in the element order of published runs.

    S_n has the order in which SymPy generates it. A_5 has the order in which SymPy generates the
    group of (0 1 2 3 4) and (1 2)(3 4). Other groups keep their own order.

    Raises:
        ValueError: no runs on this alternating group were published.
    """
    if isinstance(group, SymmetricGroup):
        return group.reordered("sympy")
    if not isinstance(group, AlternatingGroup):
        return group
    if group.n != 5:
        raise ValueError(f"the published element order is known for S_n and A_5, not for {group}")
    generators = [Permutation(0, 1, 2, 3, 4), Permutation(1, 2)(3, 4)]
    elements = np.array(list(PermutationGroup(generators).generate(af=True)))
    return group.own.reordered(group.own.indices(elements))


def default_order(configuration: object) -> dict[str, str]:
    """Return {"element_order": name} for a published configuration that does not name one."""
    mapping = configuration if isinstance(configuration, Mapping) else {}
    of_a5 = mapping.get("group") == "AlternatingGroup" and mapping.get("group_parameter") == 5
    return {"element_order": PUBLISHED_ORDER if of_a5 else "sympy"}
