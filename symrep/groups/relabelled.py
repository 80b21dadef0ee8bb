"""A group with its elements in another order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sympy import Matrix

from symrep.characters.table import CharacterTable
from symrep.groups.base import Constituent, FiniteGroup, GroupClass, Indices
from symrep.groups.real_irreps import RealIrrep


class Relabelled(FiniteGroup):
    """A group with its elements in another order; irreps and classes keep their labels.

    Args:
        group: the group.
        elements: [i] = index in `group` of the element that has the index i here.

    Raises:
        ValueError: the elements are not those of the group, each once.
    """

    def __init__(self, group: FiniteGroup, elements: ArrayLike) -> None:
        there = np.array(elements)
        if there.shape != (group.order,) or not np.array_equal(
            np.sort(there), np.arange(len(there))
        ):
            raise ValueError(f"an order of {group} has each of 0, ..., {group.order - 1} once")
        self.group, self._there = group, there.astype(np.int64)
        self._here = self._there.argsort()

    def __str__(self) -> str:
        return str(self.group)

    def __repr__(self) -> str:
        return f"<{self.group} with its elements in another order>"

    @property
    def elements_there(self) -> Indices:
        """[i] = index in `group` of the element that has the index i here, (|G|,)."""
        return self._there

    @property
    def order(self) -> int:
        return self.group.order

    @property
    def generators(self) -> tuple[int, ...]:
        return tuple(self._here[list(self.group.generators)].tolist())

    @property
    def relations(self) -> tuple[tuple[int, ...], ...] | None:
        return self.group.relations

    @property
    def identity(self) -> int:
        return int(self._here[self.group.identity])

    def _product(self, x: Indices, y: Indices) -> Indices:
        result: Indices = self._here[self.group.products(self._there[x], self._there[y])]
        return result

    def _inverse(self, x: Indices) -> Indices:
        result: Indices = self._here[self.group.inverse_indices.numpy()[self._there[x]]]
        return result

    def element(self, i: int) -> Any:
        return self.group.element(int(self._there[self.require_index(i)]))

    def index(self, element: Any) -> int:
        return int(self._here[self.group.index(element)])

    def element_name(self, i: int) -> str:
        return self.group.element_name(int(self._there[self.require_index(i)]))

    def parse_element(self, text: str) -> int:
        return int(self._here[self.group.parse_element(text)])

    def parse_elements(self, text: str) -> list[Any]:
        return self.group.parse_elements(text)

    @cached_property
    def _classes(self) -> tuple[Indices, Indices, Indices]:
        class_of, _, orders = self.group._classes
        class_of = class_of[self._there]
        return class_of, np.unique(class_of, return_index=True)[1], orders

    @cached_property
    def conjugacy_classes(self) -> tuple[Any, ...]:
        return tuple(
            replace(c, representative=representative) if isinstance(c, GroupClass) else c
            for c, representative in zip(
                self.group.conjugacy_classes, self._representatives.tolist(), strict=True
            )
        )

    @property
    def distinguished_subgroup(self) -> dict[str, list[Any]]:
        return self.group.distinguished_subgroup

    def character_table(self) -> CharacterTable:
        return self.group.character_table()

    def real_characters(self) -> NDArray[np.float64]:
        return self.group.real_characters()

    @cached_property
    def irreps(self) -> Mapping[Any, Any]:
        return {
            label: RealIrrep(
                label,
                irrep.dim,
                irrep.type,
                self.order,
                partial(self._matrices, label),
                partial(self.exact_matrix, label),
                partial(self.exact_character, label),
            )
            for label, irrep in self.group.irreps.items()
        }

    @property
    def _constituents(self) -> tuple[Constituent, ...]:
        return self.group._constituents

    def exact_character(self, label: Any, i: int) -> Any:
        return self.group.exact_character(label, int(self._there[self.require_index(i)]))

    @property
    def aliases(self) -> Mapping[str, Any]:
        return self.group.aliases

    def parse_label(self, label: Any) -> Any:
        return self.group.parse_label(label)

    def _matrices(self, label: Any) -> NDArray[np.float64]:
        matrices: NDArray[np.float64] = self.group._matrices(label)[self._there]
        return matrices

    def exact_matrix(self, label: Any, i: int) -> Matrix:
        return self.group.exact_matrix(label, int(self._there[self.require_index(i)]))
