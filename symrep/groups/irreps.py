"""The noun `Irrep`: one irreducible representation of S_n in one of its exact forms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from sympy import Matrix

from symrep._support.lazy import LazyModule
from symrep.characters.murnaghan_nakayama import character
from symrep.combinatorics.integer_partitions import Partition
from symrep.combinatorics.permutations import (
    ElementOrder,
    PermutationLike,
    as_array,
    cycle_type,
    reduced_word,
    require_element_order,
)
from symrep.combinatorics.tableaux import StandardTableau, standard_tableaux
from symrep.representations.young import Form, exact_generator, exact_matrix, require_form

if TYPE_CHECKING:
    import torch

    from symrep.representations import young_tensors
else:
    torch, young_tensors = LazyModule("torch"), LazyModule("symrep.representations.young_tensors")


@dataclass(frozen=True)
class Irrep:
    """The irrep of S_n labelled by a partition of n; rho(p * q) = rho(p) rho(q).

    Attributes:
        label: the partition.
        form: "orthogonal" (Young's orthogonal matrices), "seminormal" (rational) or "specht"
            (integer, on polytabloids). The forms are equivalent, and have the same character.
        element_order: the order of the elements in `tensor`.

    >>> Irrep(Partition(2, 1)).generator(1)
    Matrix([
    [     -1/2, sqrt(3)/2],
    [sqrt(3)/2,       1/2]])
    """

    label: Partition
    form: Form = "orthogonal"
    element_order: ElementOrder = "lexicographic"
    _tensors: dict[tuple[torch.dtype, torch.device], tuple[torch.Tensor, int]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", Partition.of(self.label))
        require_form(self.form)
        require_element_order(self.element_order)

    @property
    def n(self) -> int:
        """The degree of the symmetric group."""
        return self.label.size

    @property
    def dim(self) -> int:
        """Dimension of the irrep."""
        return self.label.dimension

    @property
    def type(self) -> int:
        """1: irreps of S_n are of real type; see `RealIrrep`."""
        return 1

    @property
    def basis(self) -> tuple[StandardTableau, ...]:
        """The standard tableaux that label the basis vectors, in last-letter order."""
        return tuple(standard_tableaux(self.label))

    def generator(self, i: int) -> Matrix:
        """The exact matrix of s_i, the transposition of i and i + 1; a new SymPy Matrix.

        Raises:
            IndexError: i is not one of 0, ..., n-2.
        """
        if not 0 <= i < self.n - 1:
            raise IndexError(
                f"S_{self.n} has adjacent transpositions s_0 to s_{self.n - 2}, got s_{i}"
                if self.n > 1
                else f"S_{self.n} has no adjacent transpositions, got s_{i}"
            )
        return exact_generator(self.label, self.form, i)

    def generators(self) -> tuple[Matrix, ...]:
        """The exact matrices of s_0, ..., s_(n-2)."""
        return tuple(self.generator(i) for i in range(self.n - 1))

    def matrix(self, p: PermutationLike) -> Matrix:
        """The exact matrix of a permutation; a new SymPy Matrix, d by d.

        Args:
            p: a SymPy Permutation, or the images of 0, ..., n-1.

        Raises:
            ValueError: p is not a permutation of n letters.
        """
        return exact_matrix(self.label, self.form, reduced_word(as_array(p, self.n)))

    def character(self, p: PermutationLike) -> int:
        """The exact trace of `matrix(p)`, by the Murnaghan-Nakayama rule.

        Raises:
            ValueError: p is not a permutation of n letters.
        """
        lengths = cycle_type(as_array(p, self.n))
        return character(self.label, Partition(*lengths[lengths > 0].tolist()))

    def tensor(
        self, dtype: torch.dtype | None = None, device: torch.device | str | None = None
    ) -> torch.Tensor:
        """rho(g) for every g, indexed by the element order; (|G|, d, d).

        The tensor is built once for a dtype and device, is kept, and is shared by all callers:
        clone it before you change it. Its error is bounded by
        `symrep.representations.young_tensors.error_bound`.

        Args:
            dtype: a floating-point dtype; float32 if None.
            device: torch's default device if None.

        Raises:
            MemoryError: it cannot fit; raised before anything is allocated.
            TypeError: the dtype is not a floating-point type.
            ValueError: there is no such device.
        """
        dtype, device = young_tensors.require_dtype(dtype), young_tensors.require_device(device)
        kept, version = self._tensors.get((dtype, device), (None, 0))
        # A tensor whose version has gone up was changed in place by somebody.
        if kept is None or kept._version != version:
            kept = young_tensors.irrep_tensor(
                self.label, self.form, self.element_order, dtype, device
            )
            self._tensors[dtype, device] = kept, kept._version
        return kept

    def tensor_at(
        self,
        elements: torch.Tensor | Iterable[PermutationLike],
        dtype: torch.dtype | None = None,
        device: torch.device | str | None = None,
    ) -> torch.Tensor:
        """rho(p) for some elements alone, in their order; a new tensor (count, d, d).

        Nothing is built for the others, so that n may be large. The error is that of `tensor`.

        Args:
            elements: permutations in array form, (count, n), or SymPy permutations.
            dtype: a floating-point dtype; float32 if None.
            device: torch's default device if None.

        Raises:
            MemoryError: it cannot fit; raised before anything is allocated.
            TypeError: the dtype is not a floating-point type, or an element no permutation.
            ValueError: an element is no permutation of n letters, or there is no such device.
        """
        dtype, device = young_tensors.require_dtype(dtype), young_tensors.require_device(device)
        rows = elements.tolist() if isinstance(elements, torch.Tensor) else elements
        arrays = np.array([as_array(p, self.n) for p in rows], dtype=np.int64)
        arrays = arrays.reshape(len(arrays), self.n)
        return young_tensors.matrices_at(self.label, self.form, arrays, dtype, device)
