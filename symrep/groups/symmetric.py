"""The symmetric groups: Young's forms, fast Fourier transform, classes by cycle type."""

from __future__ import annotations

from functools import cached_property
from math import factorial, lcm
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray
from sympy import Matrix
from sympy.combinatorics import Permutation

from symrep._support.integers import as_integer
from symrep._support.lazy import LazyModule
from symrep.characters.labels import PartitionLabels
from symrep.characters.murnaghan_nakayama import character, cycle_types
from symrep.characters.table import CharacterTable, character_table, power_map
from symrep.combinatorics import permutations
from symrep.combinatorics.integer_partitions import Partition, PartitionLike, require_degree
from symrep.combinatorics.permutations import Permutations
from symrep.combinatorics.tableaux import StandardTableau, standard_tableaux
from symrep.groups.base import (
    Conjugacy,
    ConjugacyClass,
    Constituent,
    Indices,
    invariant,
    read_only,
)
from symrep.groups.irrep import Irrep
from symrep.groups.of_permutations import GroupOfPermutations
from symrep.representations.young import Form, exact_generator, exact_matrix

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
"""Label of an irrep of S_n: a partition, as parts or text, or an alias; see `PartitionLabels`."""


def _in_sympy_order(group: SymmetricGroup) -> Indices:
    group.require_listable()
    return permutations.rank(permutations.elements(group.n, "sympy"))


class SymmetricGroup(GroupOfPermutations[Partition]):
    """S_n, the permutations of {0, ..., n-1}; the product x * y applies x first.

    Irreps are labelled by partitions of n, classes by cycle types. The family's own element order
    is lexicographic, the identity first.

    Args:
        n: the degree, 0 or more.
        element_order: "lexicographic", or "sympy", the order in which SymPy generates the group;
            `reordered` accepts any other.

    Raises:
        ValueError: n is negative, or the element order is unknown.
        TypeError: n is not an integer.

    >>> S3 = SymmetricGroup(3)
    >>> S3.order, S3.permutation(1)
    (6, Permutation(1, 2))
    >>> S3.irrep("standard").dim
    2
    """

    forms = get_args(Form)
    named_orders = MappingProxyType({"sympy": _in_sympy_order})
    _own_order = "lexicographic"

    def __init__(self, n: int, element_order: str = "lexicographic") -> None:
        self.n = require_degree(n)
        self._begin_in(element_order)

    def __str__(self) -> str:
        return f"S_{self.n}"

    @property
    def _order_text(self) -> str:
        return f"{self.n}!"

    @property
    def degree(self) -> int:
        """Number of points, n."""
        return self.n

    @property
    def order(self) -> int:
        """|G| = n!."""
        return factorial(self.n)

    @property
    def _generators(self) -> list[int]:
        """The adjacent transpositions s_0, ..., s_(n-2)."""
        return [self._index(s) for s in permutations.adjacent_transpositions(self.n)]

    @property
    def relations(self) -> tuple[tuple[int, ...], ...]:
        """The Coxeter relators s_i^2, (s_i s_(i+1))^3, and (s_i s_j)^2 for j > i + 1."""
        generators = range(1, self.n)
        squares = [(i, i) for i in generators]
        pairs = [(i, j) for j in generators for i in range(1, j)]
        return tuple(squares + [pair * (3 if pair[1] - pair[0] == 1 else 2) for pair in pairs])

    def _product(self, x: Indices, y: Indices) -> Indices:
        return permutations.rank(permutations.compose(self._images[x], self._images[y]))

    def _inverse(self, x: Indices) -> Indices:
        return permutations.rank(permutations.inverse(self._images[x]))

    @invariant
    def _images(self) -> Permutations:
        self.require_listable()
        return read_only(permutations.elements(self.n))

    def _image(self, i: int) -> Permutations:
        return permutations.at_position(i, self.n)

    def _place(self, image: Permutations) -> int:
        return permutations.position(image)

    def _places(self, images: Permutations) -> Indices:
        return permutations.rank(images)

    def _images_at(self, own_indices: Indices) -> Permutations:
        return permutations.unrank(own_indices, self.n)

    def _table(self) -> Indices:
        return _lexicographic_cayley_table(self.n)

    @cached_property
    def conjugacy_classes(self) -> tuple[ConjugacyClass, ...]:
        """The classes, in the order of their cycle types from (1^n), the identity, to (n).

        The representative has consecutive points in its cycles, longest first.
        """
        return tuple(
            ConjugacyClass(
                str(cycle_type),
                cycle_type.class_size,
                lcm(*cycle_type),
                cycle_type.centraliser_order,
                int(self._from_own(self._place(permutations.class_representative(cycle_type)))),
                cycle_type,
                -1 if (self.n - len(cycle_type)) % 2 else 1,
            )
            for cycle_type in cycle_types(self.n)
        )

    @invariant
    def _conjugacy(self) -> Conjugacy:
        classes = self.conjugacy_classes
        return Conjugacy(
            permutations.class_ranks(self._images),
            np.array([c.representative for c in classes]),
            np.array([c.element_order for c in classes]),
        )

    @invariant
    def exponent(self) -> int:
        """The least common multiple of 1, ..., n."""
        return lcm(*range(1, self.n + 1))

    @invariant
    def inverse_classes(self) -> tuple[int, ...]:
        """[c] = c, as every element is conjugate to its inverse."""
        return tuple(range(len(cycle_types(self.n))))

    def power_map(self, k: int) -> tuple[int, ...]:
        """Return [c] = position of the class of k-th powers of class c."""
        return power_map(self.n, as_integer(k, "a power"))

    @property
    def _distinguished_subgroup(self) -> dict[str, list[int]]:
        """The alternating group; none for n < 2."""
        if self.n < 2:
            return {}
        return {f"A_{self.n}": list(map(self._index, permutations.alternating_generators(self.n)))}

    # Characters and irreps

    @invariant
    def labels(self) -> PartitionLabels:
        """The partitions of n, from (n) to (1^n), and their aliases."""
        return PartitionLabels(self.n, self.character_table)

    def irrep(self, label: object, form: str = "orthogonal") -> SymmetricIrrep:
        """Return the irrep with a label, in one of the three forms.

        Args:
            label: a partition of n, as parts or text like "3,2", or one of `aliases`.
            form: "orthogonal", "seminormal" or "specht".

        Raises:
            ValueError: the group has no such irrep, or the form is unknown.
        """
        irrep: Any = super().irrep(label, form)
        return irrep  # type: ignore[no-any-return]

    @invariant
    def _character_table(self) -> CharacterTable:
        return character_table(self.n)

    @invariant
    def _constituents(self) -> tuple[Constituent, ...]:
        table = self.character_table()
        return tuple(map(Constituent, table.irreps, table.eigenvalues))

    def _complex_degree(self, label: Partition) -> int:
        """Return the dimension of an irrep, the number of standard tableaux."""
        return label.dimension

    def _commutant_dim(self, label: Partition) -> int:
        """Return 1, as every irrep of S_n is of real type."""
        return 1

    def real_characters(self) -> NDArray[np.float64]:
        """Return the characters, (irreps, classes), float64; every irrep is of real type."""
        return self.character_table().values.astype(np.float64)

    def _matrices(self, label: Partition) -> NDArray[np.float64]:
        floats: NDArray[np.float64] = young_tensors.irrep_tensor(
            label, "orthogonal", None, torch.float64, young_tensors.CPU
        ).numpy()
        return floats

    def _matrices_at(self, label: Partition, elements: object) -> NDArray[np.float64]:
        floats: NDArray[np.float64] = young_tensors.matrices_at(
            label, "orthogonal", self.images(elements), torch.float64, young_tensors.CPU
        ).numpy()
        return floats

    def _exact_matrix(self, label: Partition, i: int, form: str) -> Matrix:
        word = permutations.reduced_word(self._image(i))
        return exact_matrix(label, form, word)

    def _exact_character(self, label: Partition, i: int) -> int:
        return character(label, Partition(*self._cycle_type(i)))

    def _fourier_plan(self, dtype: torch.dtype, device: torch.device) -> FourierPlan:
        clausen.require_room(self.n, dtype)  # before the elements are listed
        places = None if self.own is self else self.places
        return clausen.fourier_plan(self.n, places, dtype, device)

    def element_table(self) -> pd.DataFrame:
        """Return a table of the elements: index, cycles, order, sign, class.

        Cost: |G| rows with two strings each.
        """
        names = [c.label for c in self.conjugacy_classes]
        return pd.DataFrame(
            {
                "cycles": [permutations.cycle_notation(p) for p in self.elements],
                "order": self.element_orders,
                "sign": self.signs,
                "class": [names[c] for c in self.class_of],
            },
            index=pd.RangeIndex(self.order, name="index"),
        )


class SymmetricIrrep(Irrep[Partition, Permutation]):
    """An irrep of S_n in one of three equivalent forms.

    The form is "orthogonal" (Young's orthogonal matrices), "seminormal" (rational) or "specht"
    (integer, on polytabloids).

    >>> SymmetricGroup(3).irrep("2,1").generator(1)
    Matrix([
    [     -1/2, sqrt(3)/2],
    [sqrt(3)/2,       1/2]])
    """

    group: SymmetricGroup

    @property
    def n(self) -> int:
        """The degree of the symmetric group."""
        return self.label.size

    @property
    def basis(self) -> tuple[StandardTableau, ...]:
        """The standard tableaux of the basis vectors, in last-letter order."""
        return tuple(standard_tableaux(self.label))

    @property
    def generator_names(self) -> tuple[str, ...]:
        """s_0, ..., s_(n-2)."""
        return tuple(f"s_{i}" for i in range(self.n - 1))

    def matrices_text(self) -> list[str]:
        """Return the basis, and the lines that print the exact matrices of the generators."""
        tableaux = ("/".join(" ".join(map(str, row)) for row in t) for t in self.basis)
        return [f"basis: {'  '.join(tableaux)}", *super().matrices_text()]

    def generator(self, i: int) -> Matrix:
        """Return the exact matrix of s_i = (i i+1), a new SymPy Matrix.

        Raises:
            IndexError: i is not one of 0, ..., n-2.
        """
        i = as_integer(i, "the number of an adjacent transposition")
        if not 0 <= i < self.n - 1:
            raise IndexError(
                f"S_{self.n} has adjacent transpositions s_0 to s_{self.n - 2}, got s_{i}"
                if self.n > 1
                else f"S_{self.n} has no adjacent transpositions, got s_{i}"
            )
        return exact_generator(self.label, self.form, i)

    def generators(self) -> tuple[Matrix, ...]:
        """Return the exact matrices of s_0, ..., s_(n-2)."""
        return tuple(self.generator(i) for i in range(self.n - 1))

    def _new_tensor(self, dtype: torch.dtype, device: torch.device) -> torch.Tensor:
        young_tensors.require_room(self.label, self.form, dtype)  # before the elements are listed
        places = None if self.group.own is self.group else self.group.places
        return young_tensors.irrep_tensor(self.label, self.form, places, dtype, device)

    def tensor_at(
        self,
        elements: object,
        dtype: torch.dtype | None = None,
        device: torch.device | str | None = None,
    ) -> torch.Tensor:
        """Return rho(g) for a list of elements; see `Irrep.tensor_at`. Others cost nothing."""
        dtype, device = young_tensors.require_dtype(dtype), young_tensors.require_device(device)
        images = self.group.images(elements)
        return young_tensors.matrices_at(self.label, self.form, images, dtype, device)


SymmetricGroup.irrep_type = SymmetricIrrep


def _lexicographic_cayley_table(n: int) -> NDArray[np.int64]:
    """Return [x, y] = rank of x * y, each row gathered from an earlier one.

    With left[i][y] = rank of s_i * y, the row of x * s_i is the row of x at left[i]. The rows
    are computed in the blocks of lexicographic order of `young_tensors`.
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
