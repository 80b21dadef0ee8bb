"""Integer data and characters of a group as torch tensors, converted once."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from symrep._support.caches import kept
from symrep._support.isolation import apart
from symrep.groups.base import AnyGroup


class GroupTensors:
    """Integer data of a group, int64, and its characters, float64, in its element order.

    Args:
        group: the group.
    """

    def __init__(self, group: AnyGroup) -> None:
        self._group = group

    @cached_property
    def products(self) -> Tensor:
        """[x, y] = index of x y, (|G|, |G|).

        Raises:
            MemoryError: the table does not fit; raised before it is allocated.
        """
        return _as_tensor(self._group.cayley_table)

    @cached_property
    def inverses(self) -> Tensor:
        """[x] = index of the inverse of x, (|G|,)."""
        return _as_tensor(self._group.inverse_indices)

    @cached_property
    def class_of(self) -> Tensor:
        """[x] = position of the conjugacy class of x, (|G|,)."""
        return _as_tensor(self._group.class_of)

    @cached_property
    def characters(self) -> Tensor:
        """[k, c] = character of irrep k over the reals at class c, (irreps, classes)."""
        return _as_tensor(self._group.real_characters())


@kept(2)
def group_tensors(group: AnyGroup) -> GroupTensors:
    """Return the tensors of a group; those of the last two groups are cached."""
    return GroupTensors(group)


def _as_tensor(array: NDArray[Any]) -> Tensor:
    return apart(lambda: torch.tensor(array, device="cpu"))
