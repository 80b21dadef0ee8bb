"""The noun `RealIrrep`: one irreducible representation over the reals of any finite group."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sympy import Matrix

from symrep._support.lazy import LazyModule
from symrep._support.memory import require_memory
from symrep.representations import standard_form

if TYPE_CHECKING:
    import torch

    from symrep.representations import young_tensors
else:
    torch, young_tensors = LazyModule("torch"), LazyModule("symrep.representations.young_tensors")


@dataclass(frozen=True, eq=False)
class RealIrrep:
    """An irrep over the reals, by orthogonal matrices with rho(x y) = rho(x) rho(y).

    Its type c is 1 if it stays irreducible over the complex numbers (real type), 2 if it is a
    complex irrep and its different conjugate together (complex type), 4 if it is twice one complex
    irrep (quaternionic type). c is <chi, chi>; the entries of the matrices span d^2/c functions.

    Matrices of complex and quaternionic type are made of c x c blocks, each of them the left
    multiplication by a complex number or quaternion in the basis 1, i or 1, i, j, k. The first
    column of a block determines it; the d^2/c functions sqrt(d/|G|) rho[:, ::c] are orthonormal.

    Attributes:
        label: names the irrep in its group.
        dim: dimension d over the reals.
        type: c.
        order: of the group.
    """

    label: Any
    dim: int
    type: int
    order: int
    _matrices: Callable[[], NDArray[np.float64]] = field(repr=False)
    _exact: Callable[[int], Matrix] = field(repr=False)
    _character: Callable[[int], Any] = field(repr=False)
    _tensors: dict[Any, tuple[Any, int]] = field(default_factory=dict, init=False, repr=False)

    def matrix(self, i: int) -> Matrix:
        """The exact matrix of the element with index i; a new SymPy Matrix, d by d.

        Raises:
            ValueError: no exact form is known; `tensor` is numerical then.
        """
        return self._exact(i)

    def character(self, i: int) -> Any:
        """The exact trace of rho at the element with index i, an integer or a SymPy number."""
        return self._character(i)

    def tensor(
        self, dtype: torch.dtype | None = None, device: torch.device | str | None = None
    ) -> torch.Tensor:
        """rho(g) for every g, indexed by the element order; (|G|, d, d).

        The tensor is built once for a dtype and device, is kept, and is shared by all callers:
        clone it before you change it. Entries of closed forms are within a few units in the last
        place of 1; `symrep.representations.laws.assert_homomorphism` measures how far products are
        off.

        Args:
            dtype: a floating-point dtype; float32 if None.
            device: torch's default device if None.

        Raises:
            MemoryError: it cannot fit; raised before anything is allocated.
            TypeError: the dtype is not a floating-point type.
            ValueError: there is no such device.
        """
        dtype = young_tensors.require_dtype(dtype)
        device = young_tensors.require_device(device)
        kept, version = self._tensors.get((dtype, device), (None, 0))
        # A tensor whose version has gone up was changed in place by somebody.
        if kept is None or kept._version != version:
            require_memory(
                self.order * self.dim**2 * (8 + young_tensors.itemsize(dtype)),
                f"irrep {self.label} as {self.order} matrices of {self.dim} x {self.dim}",
                "work with characters",
            )
            matrices = np.ascontiguousarray(self._matrices())
            kept = young_tensors.float_tensor(matrices, dtype, device)
            self._tensors[dtype, device] = kept, kept._version
        tensor: torch.Tensor = kept
        return tensor

    def unitary(self, device: torch.device | str | None = None) -> torch.Tensor:
        """pi(g) for a complex irrep pi that rho contains; (|G|, d', d'), complex128.

        d' is d for real type, else d/2; rho is pi, pi and its conjugate, or pi twice.
        """
        rho = self.tensor(torch.float64, device)
        return standard_form.complex_matrices(rho, self.type)
