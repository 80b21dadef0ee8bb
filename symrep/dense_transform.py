"""The Fourier transform on a group of moderate order, as one product with all matrix entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from symrep.memory import require_memory
from symrep.real_irreps import RealIrrep
from symrep.tensors import itemsize


@dataclass(frozen=True, eq=False)
class DensePlan:
    """The matrix entries of all irreps of a group, for one dtype and device.

    Both directions are linear and differentiable by torch.

    Attributes:
        dimensions: {irrep: d}, in the order of the irreps.
        entries: [g, (irrep, i, j)] = rho_ij(g), (|G|, sum of d^2).
    """

    dimensions: dict[Any, int]
    entries: Tensor

    def forward(self, f: Tensor) -> dict[Any, Tensor]:
        """{irrep: sum over g of f(g) rho(g)}, each (d, d, B), for f (|G|, B)."""
        sizes = [d * d for d in self.dimensions.values()]
        parts = (self.entries.T @ f).split_with_sizes(sizes)
        return {
            label: part.view(d, d, -1)
            for (label, d), part in zip(self.dimensions.items(), parts, strict=True)
        }

    def adjoint(self, coefficients: Mapping[Any, Tensor]) -> Tensor:
        """[g] = sum over all irreps and i, j of rho_ij(g) c_ij, (|G|, B), for c (d, d, B)."""
        columns = [coefficients[label].flatten(0, 1) for label in self.dimensions]
        return self.entries @ torch.cat(columns)


@torch.inference_mode(False)
def dense_plan(
    irreps: Mapping[Any, RealIrrep], dtype: torch.dtype, device: torch.device
) -> DensePlan:
    """The plan of the group that has these irreps.

    Raises:
        MemoryError: the entries cannot fit; raised before anything is allocated.
    """
    dimensions = {label: irrep.dim for label, irrep in irreps.items()}
    order = next(iter(irreps.values())).order
    count = sum(d * d for d in dimensions.values())
    require_memory(
        2 * order * count * itemsize(dtype),
        f"the {count} matrix entries of all irreps on {order} elements",
        "work with characters",
    )
    entries = [irrep.tensor(dtype, device).flatten(1) for irrep in irreps.values()]
    return DensePlan(dimensions, torch.cat(entries, dim=1))
