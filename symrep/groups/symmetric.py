"""The symmetric group as one object that computes on demand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import factorial, lcm
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sympy import Matrix
from sympy.combinatorics import Permutation

from symrep._support.lazy import LazyModule
from symrep._support.memory import require_memory
from symrep.characters import dixon
from symrep.characters.murnaghan_nakayama import cycle_types
from symrep.characters.table import CharacterTable, character_table
from symrep.combinatorics import permutations
from symrep.combinatorics.integer_partitions import (
    Partition,
    PartitionLike,
    number_of_partitions,
    partitions,
    require_degree,
)
from symrep.combinatorics.permutations import ElementOrder, PermutationLike
from symrep.groups.base import Constituent, FiniteGroup, Indices
from symrep.groups.irreps import Irrep
from symrep.representations.young import Form

if TYPE_CHECKING:
    import pandas as pd
    import torch

    from symrep.representations import clausen, young_tensors
    from symrep.representations.clausen import FourierPlan
else:
    pd, torch = LazyModule("pandas"), LazyModule("torch")
    young_tensors = LazyModule("symrep.representations.young_tensors")
    clausen = LazyModule("symrep.representations.clausen")

IrrepLabel: TypeAlias = PartitionLike
"""A partition, as parts or text, or one of the names that `SymmetricGroup.irrep` lists."""

PUBLISHED_NAMES: dict[int, dict[str, tuple[int, ...]]] = {
    5: {"s5_5d_a": (2, 2, 1), "s5_5d_b": (3, 2), "s5_6d": (3, 1, 1)},
    6: {"s6_5d_a": (3, 3), "s6_5d_b": (2, 2, 2)},
}
"""{n: {name: irrep of S_n}} in the tables of Chughtai, Chan and Nanda, arXiv 2302.03025."""


@dataclass(frozen=True)
class ConjugacyClass:
    """The permutations of one cycle type."""

    cycle_type: Partition

    @property
    def label(self) -> str:
        """The cycle type as text."""
        return str(self.cycle_type)

    @property
    def size(self) -> int:
        """Number of elements."""
        return self.cycle_type.class_size

    @property
    def centraliser_order(self) -> int:
        """Order of the group divided by the size."""
        return self.cycle_type.centraliser_order

    @property
    def element_order(self) -> int:
        """Order of each element: the least common multiple of the cycle lengths."""
        return lcm(*self.cycle_type)

    @property
    def sign(self) -> int:
        """+1 or -1."""
        return -1 if (self.cycle_type.size - len(self.cycle_type)) % 2 else 1

    @property
    def representative(self) -> Permutation:
        """The element whose cycles are consecutive letters, longest first."""
        return Permutation(permutations.class_representative(self.cycle_type).tolist())


@dataclass(frozen=True)
class SymmetricGroup(FiniteGroup):
    """S_n, the permutations of {0, ..., n-1}; the product x * y applies x first.

    Nothing is enumerated before it is asked for. Tensors over the group are indexed by one
    element order; index tensors are int64, on the CPU, and shared: do not change them in place.

    Args:
        n: the degree, 0 or more.
        element_order: "lexicographic", with the identity first, or "sympy", the order in which
            SymPy generates the group.

    Raises:
        ValueError: n is negative, or the element order is unknown.
        TypeError: n is not an integer.

    >>> S3 = SymmetricGroup(3)
    >>> S3.order, S3.permutation(1)
    (6, Permutation(1, 2))
    >>> S3.irrep("standard").dim
    2
    """

    n: int
    element_order: ElementOrder = "lexicographic"

    def __post_init__(self) -> None:
        object.__setattr__(self, "n", require_degree(self.n))
        permutations.require_element_order(self.element_order)

    def __str__(self) -> str:
        return f"S_{self.n}"

    @property
    def order(self) -> int:
        """|G| = n!."""
        return factorial(self.n)

    @cached_property
    def elements(self) -> torch.Tensor:
        """The permutations in array form, (|G|, n)."""
        return young_tensors.index_tensor(self._elements)

    @cached_property
    def generators(self) -> tuple[int, ...]:
        """Indices of the adjacent transpositions s_0, ..., s_(n-2)."""
        return tuple(map(self.index, permutations.adjacent_transpositions(self.n)))

    @property
    def relations(self) -> tuple[tuple[int, ...], ...]:
        """Coxeter's: s_i^2, (s_i s_(i+1))^3, and (s_i s_j)^2 for j > i + 1."""
        letters = range(1, self.n)
        squares = [(i, i) for i in letters]
        pairs = [(i, j) for j in letters for i in range(1, j)]
        return tuple(squares + [pair * (3 if pair[1] - pair[0] == 1 else 2) for pair in pairs])

    @cached_property
    def identity(self) -> int:
        """Index of the identity."""
        return self.index(range(self.n))

    def _product(self, x: Indices, y: Indices) -> Indices:
        products = permutations.compose(self._elements[x], self._elements[y])
        result: Indices = self._from_lexicographic[permutations.rank(products)]
        return result

    def _inverse(self, x: Indices) -> Indices:
        result: Indices = self._from_lexicographic[
            permutations.rank(permutations.inverse(self._elements[x]))
        ]
        return result

    def element(self, i: int) -> Permutation:
        """The element with index i, as `permutation`."""
        return self.permutation(i)

    def element_name(self, i: int) -> str:
        """The cycles of the element with index i: "(0 1)(2 3 4)"."""
        return permutations.cycle_notation(self.permutation(i))

    def parse_elements(self, text: str) -> list[Any]:
        """The permutations, as cycles or images, that a text lists, in array form.

        Raises:
            ValueError: they are not permutations of n letters.
        """
        return [p.tolist() for p in permutations.parse_permutations(text, self.n)]

    def permutation(self, i: int) -> Permutation:
        """The element with index i.

        Raises:
            IndexError: i is not one of 0, ..., |G|-1.
            TypeError: i is not an integer.
        """
        i = self.require_index(i)
        if self.element_order == "lexicographic" and self.n <= 20:
            return Permutation(permutations.unrank(i, self.n).tolist())
        return Permutation(self._elements[i].tolist())

    def index(self, p: PermutationLike) -> int:
        """The index of an element, the inverse of `permutation`.

        Raises:
            ValueError: p is not a permutation of n letters.
        """
        position = int(permutations.rank(permutations.as_array(p, self.n)))
        if self.element_order == "lexicographic":
            return position
        return int(self._from_lexicographic[position])

    @cached_property
    def cayley_table(self) -> torch.Tensor:
        """[x, y] = index of x * y, (|G|, |G|).

        Raises:
            MemoryError: it cannot fit; raised before it is allocated.
        """
        require_memory(
            2 * 8 * self.order**2,
            f"the Cayley table of {self}",
            "multiply elements with symrep.permutations.compose",
        )
        table = _lexicographic_cayley_table(self.n)
        if self.element_order != "lexicographic":
            ranks = permutations.rank(self._elements)
            table = self._from_lexicographic[table[np.ix_(ranks, ranks)]]
        return young_tensors.index_tensor(table)

    @cached_property
    def signs(self) -> torch.Tensor:
        """[x] = +1 or -1, (|G|,)."""
        return young_tensors.index_tensor(permutations.sign(self._elements))

    @cached_property
    def conjugacy_classes(self) -> tuple[ConjugacyClass, ...]:
        """The classes, in the order of their cycle types from (1^n), the identity, to (n)."""
        return tuple(map(ConjugacyClass, cycle_types(self.n)))

    @cached_property
    def _classes(self) -> tuple[Indices, Indices, Indices]:
        representatives = [permutations.class_representative(c) for c in cycle_types(self.n)]
        return (
            permutations.class_ranks(self._elements),
            np.array(list(map(self.index, representatives))),
            np.array([c.element_order for c in self.conjugacy_classes]),
        )

    @property
    def distinguished_subgroup(self) -> dict[str, list[Any]]:
        """The alternating group; none for n < 2."""
        if self.n < 2:
            return {}
        return {f"A_{self.n}": permutations.alternating_generators(self.n)}

    @cached_property
    def irreps(self) -> Mapping[Partition, Irrep]:
        """All irreps in orthogonal form by label, from (n) to (1^n), made as they are asked for."""
        return _Irreps(self)

    @cached_property
    def _made(self) -> dict[tuple[Partition, Form], Irrep]:
        return {}

    def irrep(self, label: IrrepLabel, form: Form = "orthogonal") -> Irrep:
        """The irrep with a label, in one of the three forms.

        Args:
            label: a partition of n, as a tuple or as text like "3,2", or one of `aliases`.
            form: "orthogonal", "seminormal" or "specht".

        Raises:
            ValueError: the label is not that of an irrep of this group, or the form is unknown.
        """
        partition = self.parse_label(label)
        if (partition, form) not in self._made:
            self._made[partition, form] = Irrep(partition, form, self.element_order)
        return self._made[partition, form]

    def natural_representation(
        self, dtype: torch.dtype | None = None, device: torch.device | str | None = None
    ) -> torch.Tensor:
        """P(p)[i, p[i]] = 1 and 0 elsewhere, so that P(x * y) = P(x) P(y); a new (|G|, n, n).

        It is the sum of the trivial and the standard irrep: its entries span (n-1)^2 + 1
        dimensions of the functions on the group, 2n - 2 less than there are entries.

        Args:
            dtype: a floating-point dtype; float32 if None.
            device: torch's default device if None.

        Raises:
            MemoryError: it cannot fit; raised before anything is allocated.
            TypeError: the dtype is not a floating-point type.
            ValueError: there is no such device.

        >>> S3 = SymmetricGroup(3)
        >>> S3.natural_representation()[S3.index([1, 2, 0])].int().tolist()
        [[0, 1, 0], [0, 0, 1], [1, 0, 0]]
        """
        dtype, device = dtype or torch.float32, young_tensors.require_device(device)
        young_tensors.require_floating(dtype)
        require_memory(
            self.order * self.n**2 * young_tensors.itemsize(dtype),
            f"the natural representation of {self}",
            "work with a sample of elements",
        )
        places = self.elements.to(device)[..., None]
        matrices = torch.zeros(self.order, self.n, self.n, dtype=dtype, device=device)
        return matrices.scatter_(-1, places, 1.0)

    @cached_property
    def aliases(self) -> Mapping[str, Partition]:
        """{name: irrep}: "trivial", "sign", "standard", "standard_sign", and published names."""
        n = self.n
        aliases = {"trivial": (n,) if n else (), "sign": (1,) * n}
        if n >= 2:
            aliases |= {"standard": (n - 1, 1), "standard_sign": (2, *(1,) * (n - 2))}
        aliases |= PUBLISHED_NAMES.get(n, {})
        return {name: Partition(*parts) for name, parts in aliases.items()}

    def parse_label(self, label: IrrepLabel) -> Partition:
        """The partition of n that a label means; see `irrep`."""
        if isinstance(label, str):
            known = label in self.aliases
            partition = self.aliases[label] if known else _parse(label, self.aliases)
        else:
            partition = Partition.of(label)
        if partition.size != self.n:
            raise ValueError(
                f"{partition} is a partition of {partition.size}; "
                f"the irreps of {self} are labelled by partitions of {self.n}"
            )
        return partition

    def character_table(self) -> CharacterTable:
        """The exact character table, kept after the first call.

        Raises:
            MemoryError: its p(n)^2 entries cannot fit; raised before they are computed.
        """
        return self._character_table

    @cached_property
    def _constituents(self) -> tuple[Constituent, ...]:
        table = self.character_table()
        found = dixon.eigenvalues_of(
            table.values.tolist(), np.array(table.class_sizes), self._power_classes
        )
        return tuple(map(Constituent, table.irreps, found))

    def real_characters(self) -> NDArray[np.float64]:
        """The characters, (irreps, classes); every irrep is of real type."""
        return self._character_table.values.astype(np.float64)

    def _matrices(self, label: Partition) -> NDArray[np.float64]:
        matrices: NDArray[np.float64] = self.irrep(label).tensor(torch.float64, "cpu").numpy()
        return matrices

    def exact_matrix(self, label: IrrepLabel, i: int) -> Matrix:
        """The exact matrix in orthogonal form of the element with index i."""
        return self.irrep(label).matrix(self.permutation(i))

    def exact_character(self, label: IrrepLabel, i: int) -> int:
        """The exact character at the element with index i."""
        return self.irrep(label).character(self.permutation(i))

    def fourier_plan(
        self, dtype: torch.dtype, device: torch.device | str | None = None
    ) -> FourierPlan:
        """The tables of the fast Fourier transform, built once for a dtype and device, and kept.

        `symrep.fourier_transform` asks for them; ask earlier to have them ready.

        Args:
            dtype: torch.float32 or torch.float64, also for complex functions of that precision.
            device: torch's default device if None.

        Cost: (n+1)! entries.

        Raises:
            MemoryError: they cannot fit; raised before anything is allocated.
            ValueError: there is no such device.
        """
        young_tensors.require_floating(dtype)
        key = dtype, young_tensors.require_device(device)
        if key not in self._plans:
            places = None if self.element_order == "lexicographic" else self._from_lexicographic
            self._plans[key] = clausen.fourier_plan(self.n, places, *key)
        return self._plans[key]

    @cached_property
    def _plans(self) -> dict[tuple[torch.dtype, torch.device], FourierPlan]:
        return {}

    def element_table(self) -> pd.DataFrame:
        """The elements as a table: index, cycles, order, sign, cycle type of the class.

        Cost: |G| rows with two strings each.
        """
        elements = self._elements
        names = [str(label) for label in cycle_types(self.n)]
        return pd.DataFrame(
            {
                "cycles": [permutations.cycle_notation(p) for p in elements],
                "order": permutations.order(elements),
                "sign": permutations.sign(elements),
                "class": [names[i] for i in permutations.class_ranks(elements)],
            },
            index=pd.RangeIndex(self.order, name="index"),
        )

    @cached_property
    def _elements(self) -> NDArray[np.int64]:
        require_memory(
            2 * 8 * self.n * self.order,
            f"the list of the {self.n}! elements of {self}",
            "work with a sample of elements, or with conjugacy classes",
        )
        return permutations.elements(self.n, self.element_order)

    @cached_property
    def _from_lexicographic(self) -> NDArray[np.int64]:
        """[k] = index, in this group's order, of element k of the lexicographic order."""
        return np.argsort(permutations.rank(self._elements))

    @cached_property
    def _character_table(self) -> CharacterTable:
        return character_table(self.n)


class _Irreps(Mapping[Partition, Irrep]):
    """label -> Irrep, over all partitions of n, each made at its first use and kept."""

    def __init__(self, group: SymmetricGroup) -> None:
        self._group = group

    def __getitem__(self, label: IrrepLabel) -> Irrep:
        try:
            return self._group.irrep(label)
        except (TypeError, ValueError) as error:
            raise KeyError(str(error)) from None

    def __iter__(self) -> Iterator[Partition]:
        return partitions(self._group.n)

    def __len__(self) -> int:
        return number_of_partitions(self._group.n)

    def __repr__(self) -> str:
        return f"<the {len(self)} irreps of {self._group}>"


def _parse(text: str, aliases: Mapping[str, object]) -> Partition:
    try:
        return Partition.parse(text)
    except ValueError as error:
        if text[:1].isalpha():
            raise ValueError(
                f"unknown irrep {text!r}: expected a partition such as '3,2', or one of "
                f"{', '.join(aliases)}"
            ) from None
        raise error from None


def _lexicographic_cayley_table(n: int) -> NDArray[np.int64]:
    """[x, y] = rank of x * y; every row is a gather from an earlier one.

    With left[i][y] = rank of s_i * y, the row of x * s_i is the row of x at left[i]. The rows
    come in the blocks of lexicographic order that `tensors` builds the irreps by.
    """
    elements = permutations.elements(n)
    left = []
    for i in range(n - 1):
        exchanged = elements.copy()
        exchanged[:, [i, i + 1]] = elements[:, [i + 1, i]]
        left.append(permutations.rank(exchanged))
    table = np.arange(len(elements))[None]
    for i in range(n - 2, -1, -1):
        blocks = np.empty((n - i, *table.shape), dtype=np.int64)
        blocks[0] = table
        for c in range(1, n - i):
            np.take(blocks[c - 1], left[i + c - 1], axis=1, out=blocks[c])
        table = blocks.reshape(-1, len(elements))
    return table
