"""The Fourier transform on a group, as one product with all matrix coefficients."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from symrep._support.memory import require_memory


@dataclass(frozen=True, eq=False)
class DensePlan:
    """The matrix coefficients of all irreps of a group, for one dtype and device.

    Both directions are linear and differentiable by torch.

    Attributes:
        dimensions: {irrep: d}, in the order of the irreps.
        entries: [g, (irrep, i, j)] = rho_ij(g), (|G|, sum of d^2).
    """

    dimensions: dict[Any, int]
    entries: Tensor

    def forward(self, f: Tensor) -> dict[Any, Tensor]:
        """Return {irrep: sum over g of f(g) rho(g)}, each (d, d, B), for f (|G|, B)."""
        sizes = [d * d for d in self.dimensions.values()]
        parts = (self.entries.T @ f).split_with_sizes(sizes)
        return {
            label: part.view(d, d, -1)
            for (label, d), part in zip(self.dimensions.items(), parts, strict=True)
        }

    def adjoint(self, coefficients: Mapping[Any, Tensor]) -> Tensor:
        """Return [g] = sum over irreps and i, j of rho_ij(g) c_ij, (|G|, B), for c (d, d, B)."""
        columns = [coefficients[label].flatten(0, 1) for label in self.dimensions]
        return self.entries @ torch.cat(columns)


@torch.inference_mode(mode=False)
def dense_plan(
    order: int,
    dimensions: Mapping[Any, int],
    matrices: Callable[[Any], Tensor],
    dtype: torch.dtype,
    device: torch.device,
) -> DensePlan:
    """Return the plan of a group with these irreps.

    Args:
        order: of the group, |G|.
        dimensions: {irrep: d}, of all irreps over the reals.
        matrices: function from an irrep to rho(g), (|G|, d, d), of the dtype and on the device.
        dtype: dtype of the plan.
        device: device of the plan.

    Raises:
        MemoryError: the matrix coefficients cannot fit; raised before they are allocated.
    """
    count = sum(d * d for d in dimensions.values())
    require_memory(
        2 * order * count * torch.empty(0, dtype=dtype).element_size(),
        f"the {count} matrix coefficients of all irreps on {order} elements",
        "work with characters",
    )
    entries = torch.empty(order, count, dtype=dtype, device=device)
    start = 0
    for label, d in dimensions.items():
        entries[:, start : start + d * d] = matrices(label).flatten(1)
        start += d * d
    return DensePlan(dict(dimensions), entries)
