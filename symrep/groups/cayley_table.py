"""Groups given by their Cayley tables."""

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
    """The group of a Cayley table; its elements are the indices.

    Groups are equal if their tables are equal; names are not compared.

    Args:
        table: [x, y] = index of x y, (|G|, |G|) of integers. The identity may have any index.
        name: name of the group, used in `str`; "G" with the order if None.

    Cost: O(|G|^2 log |G|) for the check of the group axioms.

    Raises:
        NotAGroup: the table is not that of a group; the message says why.

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
        """Return the group with given right multiplications by its generators.

        Args:
            steps: [k, x] = index of x s_k, (generators, |G|) of integers.
            identity: index of the identity.
            name: name of the group, used in `str`.

        Raises:
            NotAGroup: there is no group with these right multiplications.

        >>> CayleyTableGroup.from_steps([[1, 2, 0]]).cayley_table.tolist()
        [[0, 1, 2], [1, 2, 0], [2, 0, 1]]
        """
        rows = np.asarray(steps)
        if rows.ndim != 2 or rows.dtype.kind not in "iu" or not rows.shape[1]:
            raise NotAGroup(
                f"steps must be integers (generators, |G|), got {rows.dtype} {rows.shape}"
            )
        order, identity = rows.shape[1], as_integer(identity, "the identity")
        if not (0 <= identity < order) or rows.min(initial=0) < 0 or rows.max(initial=0) >= order:
            raise NotAGroup(f"the elements of a group of order {order} must be 0 to {order - 1}")
        table = np.full((order, order), -1, dtype=np.int64)
        table[:, identity] = np.arange(order)
        reached = [identity]
        for y in reached:  # grows while it is read
            for step in rows:
                if table[0, step[y]] < 0:
                    table[:, step[y]] = step[table[:, y]]
                    reached.append(int(step[y]))
        if len(reached) < order:
            raise NotAGroup(f"the generators generate {len(reached)} of {order} elements")
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
        """A small generating set."""
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
