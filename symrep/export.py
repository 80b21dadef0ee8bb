"""All irreps of S_n in one safetensors file."""

from __future__ import annotations

import json
from math import factorial
from pathlib import Path

import torch
from safetensors.torch import save_file

from symrep.files import replacing
from symrep.groups import SymmetricGroup
from symrep.memory import require_memory


def export_irreps(group: SymmetricGroup, path: Path, dtype: torch.dtype) -> dict[str, int]:
    """Writes `elements` (|G|, n) and, for every irrep, its matrices (|G|, d, d) under its label.

    The metadata of the file state the group, the element order, the product and the form. The
    file is written whole or not at all.

    Returns:
        {name of a tensor: number of its entries}.

    Raises:
        MemoryError: the tensors cannot fit; raised before anything is written.
        OSError: the file cannot be written.
    """
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
    with replacing(path) as temporary:
        tensors = {"elements": group.elements}
        tensors |= {str(label): irrep.tensor(dtype) for label, irrep in group.irreps.items()}
        save_file(tensors, temporary, metadata)
    return {name: tensor.numel() for name, tensor in tensors.items()}
