"""Exact checks of the laws of a character table.

Tables of integers are checked in integers. In other tables a value is the sum of the eigenvalues of
a matrix, powers of zeta = exp(2 pi i/e). A sum of products of values is 0 if it and its Galois
conjugates vanish modulo primes p = 1 mod e, with an element of order e for zeta, and are smaller
than the product of these primes: the primes split, so that their product divides the sum. Galois
conjugation permutes the rows of a table, which is checked first; so one choice of the element is
enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from symrep._support.errors import LawViolation
from symrep.arithmetic import cyclotomic, modular

if TYPE_CHECKING:
    from symrep.characters.table import CharacterTable
    from symrep.combinatorics.integer_partitions import Partition


def assert_orthogonal_rows(table: CharacterTable) -> int:
    """Check that rows are orthogonal: sum over g of chi(g) psi(g^-1) = |G| if chi = psi, else 0.

    Returns:
        The number of products checked.

    Raises:
        LawViolation: an inner product differs; the message has the first pair of irreps.
    """
    expected = [table.order] * len(table.irreps)
    if not table.rational:
        assert_galois_closed(table)
        _assert_rows_modulo_primes(table)
        return len(expected) * (len(expected) + 1) // 2
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
    """Check that columns are orthogonal: sum over chi of chi(a) chi(b^-1) = |G|/size or 0.

    Returns:
        The number of products checked.

    Raises:
        LawViolation: an inner product differs; the message has the first pair of classes.
    """
    expected = [table.order // size for size in table.class_sizes]
    if not table.rational:
        assert_galois_closed(table)
        _assert_columns_modulo_primes(table)
        return len(expected) * (len(expected) + 1) // 2
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
    """Check that the squares of the dimensions sum to |G|; return the sum.

    Raises:
        LawViolation: the sum differs from |G|.
    """
    total = sum(dimension**2 for dimension in table.dimensions)
    if total != table.order:
        raise LawViolation(f"the squares of the dimensions sum to {total}, |G| is {table.order}")
    return total


def assert_column_norms(classes: Sequence[Partition], values: NDArray[Any]) -> int:
    """Check for each column that the sum over irreps of chi^2 is the order of the centraliser.

    Args:
        classes: cycle types.
        values: characters, (irreps, classes), as `symrep.character_blocks` gives them.

    Returns:
        The number of columns checked.

    Raises:
        LawViolation: a sum differs; the message has the first class.
    """
    for cycle_type, total in zip(classes, squared_norms(values.T), strict=True):
        if total != cycle_type.centraliser_order:
            raise LawViolation(
                f"column {cycle_type}: the sum of chi^2 is {total}, the order of the centraliser "
                f"is {cycle_type.centraliser_order}"
            )
    return len(classes)


def assert_galois_closed(table: CharacterTable) -> int:
    """Check that Galois conjugates of rows are rows, and chi(g^-1) is the complex conjugate.

    That is, zeta -> zeta^k permutes the rows for all k prime to e.

    Args:
        table: one with eigenvalues.

    Returns:
        The number of k checked; they generate the others.

    Raises:
        LawViolation: a conjugate of a row is not a row, or the values at a class and at the class
            of the inverses are not conjugate.
    """
    e, inverse = table.exponent, list(table.inverse_classes)
    rows = table.eigenvalues
    known = {(row.shape[1], row.tobytes()) for row in rows}
    units = modular.unit_generators(e)
    for label, row in zip(table.irreps, rows, strict=True):
        if not np.array_equal(np.sort(-row % e), row[inverse]):
            raise LawViolation(f"{label}: the value at an inverse is not the complex conjugate")
        for k in units:
            if (row.shape[1], np.sort(k * row % e).tobytes()) not in known:
                raise LawViolation(f"{label}: its conjugate under zeta -> zeta^{k} is not a row")
    return len(units)


def assert_values(table: CharacterTable) -> int:
    """Check exactly that the values are the sums of the eigenvalues.

    Args:
        table: one with eigenvalues.

    Returns:
        The number of values checked.

    Raises:
        LawViolation: a value differs; the message has the first one.
        ValueError: a value cannot be read by `symrep.arithmetic.cyclotomic.coefficients_of`.
    """
    for label, row, eigenvalues in zip(
        table.irreps, table.values.tolist(), table.eigenvalues, strict=True
    ):
        for place, value, at in zip(table.classes, row, eigenvalues.tolist(), strict=True):
            if not cyclotomic.is_sum_of_roots(value, tuple(at), table.exponent):
                raise LawViolation(
                    f"{label} at class {place} is {value}, not the sum of its eigenvalues"
                )
    return table.values.size


def _assert_rows_modulo_primes(table: CharacterTable) -> None:
    order, inverse = table.order, list(table.inverse_classes)
    sizes = np.array(table.class_sizes, dtype=np.int64)
    bound = (max(table.dimensions) ** 2 + 1) * order
    for p, values in _residues(table, bound):
        gram = modular.product(values * (sizes % p) % p, values[:, inverse].T, p)
        np.fill_diagonal(gram, (gram.diagonal() - order) % p)
        for i, j in np.argwhere(gram)[:1]:
            raise LawViolation(
                f"rows {table.irreps[i]} and {table.irreps[j]}: the sum of size * chi * psi* is "
                f"not {order if i == j else 0}"
            )


def _assert_columns_modulo_primes(table: CharacterTable) -> None:
    inverse = list(table.inverse_classes)
    expected = np.array([table.order // size for size in table.class_sizes], dtype=np.int64)
    bound = sum(d**2 for d in table.dimensions) + table.order
    for p, values in _residues(table, bound):
        gram = modular.product(values.T, values[:, inverse], p)
        np.fill_diagonal(gram, (gram.diagonal() - expected) % p)
        for a, b in np.argwhere(gram)[:1]:
            raise LawViolation(
                f"columns {table.classes[a]} and {table.classes[b]}: the sum of chi(a) chi(b)* is "
                f"not {expected[a] if a == b else 0}"
            )


def _residues(table: CharacterTable, bound: int) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Yield p and the values mod p, for primes p = 1 mod e with a product above the bound."""
    e, rows = table.exponent, table.eigenvalues
    for p in modular.split_primes(e, modular.largest_modulus(max(table.values.shape)), bound):
        powers = modular.powers(modular.root_of_unity(e, p), e, p)
        yield p, np.array([powers[row].sum(1) % p for row in rows])


def squared_norms(rows: NDArray[Any]) -> list[int]:
    """Return the sum of squares of each row of integers, exactly."""
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
    """Return the first (i, j) with sum_k weights_k rows_ik rows_jk != diagonal_i or, for i != j, 0.

    If the diagonal is correct it bounds the other sums, by the Cauchy-Schwarz inequality. These are
    then determined by their residues modulo primes small enough for exact float64 arithmetic, with
    a product above twice the bound.
    """
    integers = np.array(weights, dtype=object)
    for i, expected in enumerate(diagonal):
        row = rows[i].astype(object)
        if int((row * integers) @ row) != expected:
            return i, i
    largest = modular.largest_modulus(rows.shape[1])
    for p in modular.split_primes(1, largest, 2 * max(diagonal, default=0)):
        residues = (rows % p).astype(np.int64)
        gram = modular.product(residues * (integers % p).astype(np.int64) % p, residues.T, p)
        np.fill_diagonal(gram, 0)
        wrong = np.argwhere(gram)
        if len(wrong):
            return int(wrong[0][0]), int(wrong[0][1])
    return None
