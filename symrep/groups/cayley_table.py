"""Groups that are given by their Cayley tables."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from hashlib import sha256

import numpy as np
from numpy.typing import ArrayLike

from symrep._support.errors import NotAGroup
from symrep._support.integers import as_integer
from symrep.cayley import tables
from symrep.groups.base import FiniteGroup, Indices, invariant, read_only


class CayleyTableGroup(FiniteGroup[str, int]):
    """The group with a Cayley table; its elements are the indices.

    Groups are equal if their tables are, whatever their names.

    Args:
        table: [x, y] = index of x y, (|G|, |G|) of integers. The identity may have any index.
        name: for titles; "G" with the order if None.

    Cost: the check that it is a group takes O(|G|^2 log |G|).

    Raises:
        NotAGroup: it is not the table of a group; the message says why.

    >>> group = CayleyTableGroup([[0, 1], [1, 0]], name="C_2")
    >>> group
    CayleyTableGroup.from_steps([[1, 0]], identity=0, name='C_2')
    """

    def __init__(self, table: ArrayLike, name: str | None = None) -> None:
        self._rows = read_only(tables.require_group(table))
        self._title = name or f"G_{len(self._rows)}"

    @classmethod
    def from_steps(
        cls, steps: ArrayLike, identity: int = 0, name: str | None = None
    ) -> CayleyTableGroup:
        """The group whose generators multiply from the right as stated.

        Args:
            steps: [k, x] = index of x s_k, (generators, |G|) of integers.
            identity: its index.
            name: for titles.

        Raises:
            NotAGroup: these are not the steps of a group with these generators.

        >>> CayleyTableGroup.from_steps([[1, 2, 0]]).cayley_table.tolist()
        [[0, 1, 2], [1, 2, 0], [2, 0, 1]]
        """
        rows = np.asarray(steps)
        if rows.ndim != 2 or rows.dtype.kind not in "iu" or not rows.shape[1]:
            raise NotAGroup(f"steps are integers (generators, |G|), got shape {rows.shape}")
        order, identity = rows.shape[1], as_integer(identity, "the identity")
        if not (0 <= identity < order) or rows.min(initial=0) < 0 or rows.max(initial=0) >= order:
            raise NotAGroup(f"the elements of a group of order {order} are 0 to {order - 1}")
        table = np.full((order, order), -1, dtype=np.int64)
        table[:, identity] = np.arange(order)
        reached = [identity]
        for y in reached:  # grows while it is read
            for step in rows:
                if table[0, step[y]] < 0:
                    table[:, step[y]] = step[table[:, y]]
                    reached.append(int(step[y]))
        if len(reached) < order:
            raise NotAGroup(f"the steps reach {len(reached)} of {order} elements")
        return cls(table, name)

    def __str__(self) -> str:
        return self._title

    def __repr__(self) -> str:
        if self.own is not self or self.order == 1:
            return super().__repr__()
        steps = self._rows[:, self._generators].T.tolist()
        return (
            f"{type(self).__name__}.from_steps({steps}, identity={self._identity}, "
            f"name={self._title!r})"
        )

    @invariant
    def _value(self) -> Hashable:
        return self.order, sha256(self._rows.tobytes()).digest()

    @property
    def _arguments(self) -> str:
        return f"{self._rows.tolist()}, name={self._title!r}"

    @property
    def order(self) -> int:
        """|G|."""
        return len(self._rows)

    @invariant
    def _identity(self) -> int:
        return tables.identity_of(self._rows)

    @invariant
    def _generators(self) -> Sequence[int]:
        """A few elements that generate the group."""
        return tables.generating_set(self._rows, self._identity)

    def _table(self) -> Indices:
        return self._rows

    def _product(self, x: Indices, y: Indices) -> Indices:
        products: Indices = self._rows[x, y]
        return products

    def _inverse(self, x: Indices) -> Indices:
        inverses: Indices = self._inverses[x]
        return inverses

    @invariant
    def _inverses(self) -> Indices:
        return tables.inverses(self._rows)
