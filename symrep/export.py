"""Export of all irreps of a group to a safetensors file."""

from __future__ import annotations

import json
from math import factorial
from pathlib import Path

import torch
from safetensors.torch import save_file

from symrep._support.files import replacing
from symrep._support.memory import require_memory
from symrep.groups.base import AnyGroup
from symrep.groups.symmetric import SymmetricGroup


def export_irreps(group: AnyGroup, path: Path, dtype: torch.dtype) -> dict[str, int]:
    """Write the matrices (|G|, d, d) of every irrep over the reals, under its label.

    For S_n the file also has `elements` (|G|, n), and the element order, the product and the form
    as metadata. For other groups it has `cayley_table` (|G|, |G|), and the commutant dimensions of
    the irreps and the names of the elements as metadata. The write is atomic.

    Returns:
        {name of a tensor: number of its entries}.

    Raises:
        MemoryError: the tensors cannot fit; raised before anything is written.
        OSError: the file cannot be written.
    """
    if not isinstance(group, SymmetricGroup):
        return _export(group, path, dtype)
    itemsize = torch.empty(0, dtype=dtype).element_size()
    require_memory(
        2 * itemsize * factorial(group.n) ** 2,
        f"all irreps of {group}, {group.n}!^2 numbers together",
        "export a smaller group, or use Irrep.tensor for single irreps",
    )
    metadata = {
        "group": f"SymmetricGroup({group.n})",
        "element_order": group.element_order,
        "product": "(x * y)[i] = y[x[i]]",
        "form": "orthogonal",
        "irreps": json.dumps([list(label) for label in group.irreps]),
    }
    tensors = {"elements": torch.tensor(group.elements)}
    return _write(group, path, dtype, tensors, metadata)


def _export(group: AnyGroup, path: Path, dtype: torch.dtype) -> dict[str, int]:
    """Write the file of a group other than S_n."""
    count = group.order * sum(irrep.dim**2 for irrep in group.irreps.values())
    require_memory(
        2 * torch.empty(0, dtype=dtype).element_size() * count,
        f"all irreps of {group}, {count} numbers together",
        "export a smaller group, or use Irrep.tensor for single irreps",
    )
    metadata = {
        "group": str(group),
        "elements": json.dumps([group.element_name(i) for i in range(group.order)]),
        "irreps": json.dumps(list(map(str, group.irreps))),
        "types": json.dumps([irrep.commutant_dim for irrep in group.irreps.values()]),
    }
    return _write(group, path, dtype, {"cayley_table": torch.tensor(group.cayley_table)}, metadata)


def _write(
    group: AnyGroup,
    path: Path,
    dtype: torch.dtype,
    tensors: dict[str, torch.Tensor],
    metadata: dict[str, str],
) -> dict[str, int]:
    tensors |= {
        str(label): irrep.tensor(dtype).contiguous() for label, irrep in group.irreps.items()
    }
    with replacing(path) as temporary:
        save_file(tensors, temporary, metadata)
    return {name: tensor.numel() for name, tensor in tensors.items()}
