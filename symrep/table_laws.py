"""The laws of a character table, checked exactly in integers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from sympy import nextprime

if TYPE_CHECKING:
    from symrep.characters import CharacterTable


class LawViolation(AssertionError):
    """A law does not hold; the message says where."""


def assert_orthogonal_rows(table: CharacterTable) -> int:
    """Sum over classes of size chi psi = |G| if chi = psi, else 0: exactly, in integers.

    Returns:
        The number of products checked.

    Raises:
        LawViolation: a product differs; the first pair of irreps is named.
    """
    sizes = np.array(table.class_sizes, dtype=object)
    expected = [table.order] * len(table.irreps)
    wrong = _first_wrong_gram_entry(table.values, sizes, expected)
    if wrong is not None:
        i, j = wrong
        total = int((table.values[i].astype(object) * table.values[j] * sizes).sum())
        raise LawViolation(
            f"rows {table.irreps[i]} and {table.irreps[j]}: the sum of size * chi * psi is "
            f"{total}, expected {table.order if i == j else 0}"
        )
    return len(expected) * (len(expected) + 1) // 2


def assert_orthogonal_columns(table: CharacterTable) -> int:
    """Sum over irreps of chi(a) chi(b) = |G|/size if a, b are one class, else 0: exactly.

    Returns:
        The number of products checked.

    Raises:
        LawViolation: a product differs; the first pair of classes is named.
    """
    expected = [table.order // size for size in table.class_sizes]
    ones = np.ones(len(table.irreps), dtype=object)
    wrong = _first_wrong_gram_entry(table.values.T, ones, expected)
    if wrong is not None:
        a, b = wrong
        total = int((table.values[:, a].astype(object) * table.values[:, b]).sum())
        raise LawViolation(
            f"columns {table.classes[a]} and {table.classes[b]}: the sum of chi(a) chi(b) is "
            f"{total}, expected {expected[a] if a == b else 0}"
        )
    return len(expected) * (len(expected) + 1) // 2


def assert_dimensions(table: CharacterTable) -> int:
    """The squares of the dimensions sum to |G|, which is returned.

    Raises:
        LawViolation: they do not.
    """
    total = sum(dimension**2 for dimension in table.dimensions)
    if total != table.order:
        raise LawViolation(f"the squares of the dimensions sum to {total}, |G| is {table.order}")
    return total


def _first_wrong_gram_entry(
    rows: NDArray[np.object_], weights: NDArray[np.object_], diagonal: Sequence[int]
) -> tuple[int, int] | None:
    """The first (i, j) where sum_k weights_k rows_ik rows_jk is not diagonal_i or, for i != j, 0.

    The products are taken modulo primes small enough for exact float64 arithmetic, as many as
    the size of the sums requires.
    """
    count = rows.shape[1]
    largest = int(np.abs(rows).max()) if rows.size else 0
    bound = 2 * (sum(map(int, weights)) * largest**2 + max(map(int, diagonal), default=0)) + 1
    prime = int((2**53 / max(count, 1)) ** 0.5) // 2
    modulus = 1
    while modulus < bound:
        prime = nextprime(prime)
        modulus *= prime
        residues = (rows % prime).astype(np.float64)
        weighted = (residues * (weights % prime).astype(np.float64)) % prime
        gram = (weighted @ residues.T) % prime
        gram[np.diag_indices(len(rows))] -= np.array([d % prime for d in diagonal], np.float64)
        wrong = np.argwhere(gram)
        if len(wrong):
            return int(wrong[0][0]), int(wrong[0][1])
    return None
