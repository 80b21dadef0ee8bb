"""The laws of a character table, checked exactly in integers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sympy import nextprime

if TYPE_CHECKING:
    from symrep.characters import CharacterTable
    from symrep.partitions import Partition


class LawViolation(AssertionError):
    """A law does not hold; the message says where."""


def assert_orthogonal_rows(table: CharacterTable) -> int:
    """Sum over classes of size chi psi = |G| if chi = psi, else 0: exactly, in integers.

    Returns:
        The number of products checked.

    Raises:
        LawViolation: a product differs; the first pair of irreps is named.
    """
    expected = [table.order] * len(table.irreps)
    wrong = _first_wrong_gram_entry(table.values, table.class_sizes, expected)
    if wrong is not None:
        i, j = wrong
        sizes = np.array(table.class_sizes, dtype=object)
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
    wrong = _first_wrong_gram_entry(table.values.T, [1] * len(table.irreps), expected)
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


def assert_column_norms(classes: Sequence[Partition], values: NDArray[Any]) -> int:
    """Sum over all irreps of chi^2 = order of the centraliser: exactly, column by column.

    Args:
        classes: cycle types.
        values: characters, (irreps, classes), as `symrep.character_blocks` gives them.

    Returns:
        The number of columns checked.

    Raises:
        LawViolation: a sum differs; the first class is named.
    """
    for cycle_type, total in zip(classes, squared_norms(values.T), strict=True):
        if total != cycle_type.centraliser_order:
            raise LawViolation(
                f"column {cycle_type}: the sum of chi^2 is {total}, the order of the centraliser "
                f"is {cycle_type.centraliser_order}"
            )
    return len(classes)


def squared_norms(rows: NDArray[Any]) -> list[int]:
    """The sum of squares of each row of integers, exactly."""
    if rows.size == 0:
        return [0] * len(rows)
    largest = np.maximum(rows.max(axis=1), -rows.min(axis=1)).tolist()
    small = np.array([length**2 * rows.shape[1] < 2**63 for length in largest])
    norms = np.zeros(len(rows), dtype=object)
    fits = rows[small].astype(np.int64)
    norms[small] = np.einsum("ij,ij->i", fits, fits)
    for i in np.flatnonzero(~small):
        row = rows[i].astype(object)
        norms[i] = row @ row
    return [int(norm) for norm in norms]


def _first_wrong_gram_entry(
    rows: NDArray[Any], weights: Sequence[int], diagonal: Sequence[int]
) -> tuple[int, int] | None:
    """The first (i, j) where sum_k weights_k rows_ik rows_jk is not diagonal_i or, for i != j, 0.

    Where the diagonal is right no other sum is larger than it, by the Cauchy-Schwarz inequality.
    The others are then known from their residues modulo primes small enough for exact float64
    arithmetic, whose product is above twice that size.
    """
    integers = np.array(weights, dtype=object)
    for i, expected in enumerate(diagonal):
        row = rows[i].astype(object)
        if int((row * integers) @ row) != expected:
            return i, i
    prime = int((2**53 / max(rows.shape[1], 1)) ** 0.5) // 2
    modulus = 1
    while modulus <= 2 * max(diagonal, default=0):
        prime = nextprime(prime)
        modulus *= prime
        residues = (rows % prime).astype(np.float64)
        weighted = (residues * (integers % prime).astype(np.float64)) % prime
        gram = (weighted @ residues.T) % prime
        np.fill_diagonal(gram, 0)
        wrong = np.argwhere(gram)
        if len(wrong):
            return int(wrong[0][0]), int(wrong[0][1])
    return None
