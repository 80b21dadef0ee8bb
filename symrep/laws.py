"""The laws of representation theory as checkers that raise.

Each takes any matrices, table or tensors of the right kind, so that they serve for other
people's irreps too. Exact objects are checked exactly, tensors to a bound that is given.
A broken law raises `LawViolation`, which names the worst or the first entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from sympy import Matrix, nextprime
from sympy.polys.domains import EXRAW, QQ
from sympy.polys.matrices import DomainMatrix

from symrep._lazy import LazyModule
from symrep.characters import CharacterTable
from symrep.irreps import Irrep
from symrep.permutations import class_representative

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = LazyModule("torch")


class LawViolation(AssertionError):
    """A law does not hold; the message says where."""


def assert_coxeter_relations(generators: Sequence[Matrix]) -> int:
    """s_i^2 = 1, s_i s_(i+1) s_i = s_(i+1) s_i s_(i+1), and s_i s_j = s_j s_i for |i - j| > 1.

    These relations present S_n: matrices that satisfy them are a representation.

    Args:
        generators: exact matrices of s_0, ..., s_(n-2), all d by d, with rational entries or
            sums of rational multiples of square roots of integers.

    Returns:
        The number of relations checked.

    Raises:
        LawViolation: a relation fails; the first one is named.
        ValueError: the matrices are not square matrices of one size.
    """
    matrices = [_sparse(matrix) for matrix in generators]
    if len({matrix.shape for matrix in matrices}) > 1 or any(
        matrix.shape[0] != matrix.shape[1] for matrix in matrices
    ):
        raise ValueError("generators must be square matrices of one size")
    checked = 0
    for i, s in enumerate(matrices):
        _require_equal(s * s, _identity_like(s), f"s_{i}^2 = 1")
        checked += 1
        for j in range(i + 1, len(matrices)):
            t = matrices[j]
            if j == i + 1:
                _require_equal(s * t * s, t * s * t, f"s_{i} s_{j} s_{i} = s_{j} s_{i} s_{j}")
            else:
                _require_equal(s * t, t * s, f"s_{i} s_{j} = s_{j} s_{i}")
            checked += 1
    return checked


def assert_orthogonal_matrices(matrices: Sequence[Matrix]) -> int:
    """M M^T = 1 for exact matrices; returns their number.

    Raises:
        LawViolation: a matrix is not orthogonal.
    """
    for i, matrix in enumerate(map(_sparse, matrices)):
        _require_equal(matrix * matrix.transpose(), _identity_like(matrix), f"M_{i} M_{i}^T = 1")
    return len(matrices)


def assert_traces(irrep: Irrep, table: CharacterTable) -> int:
    """The exact matrices have the traces of the table, at one element of every class.

    Returns:
        The number of classes checked.

    Raises:
        LawViolation: a trace differs; the first class is named.
    """
    for cycle_type, expected in zip(table.classes, table.row(irrep.label), strict=True):
        trace = irrep.matrix(class_representative(cycle_type)).trace()
        if trace != int(expected):
            raise LawViolation(
                f"{irrep.label}, {irrep.form}: trace at class {cycle_type} is {trace}, "
                f"the character table has {expected}"
            )
    return len(table.classes)


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


def assert_homomorphism(
    matrices: Tensor, cayley_table: Tensor, generators: Sequence[int], tolerance: float
) -> float:
    """rho(x s) = rho(x) rho(s) for all x and the given s, entry by entry to a tolerance.

    Where the s generate the group this is the law rho(x y) = rho(x) rho(y).

    Args:
        matrices: rho(g), (|G|, d, d).
        cayley_table: [x, y] = index of x y, (|G|, |G|).
        generators: indices s.
        tolerance: largest absolute error that is allowed.

    Returns:
        The largest absolute error.

    Raises:
        LawViolation: the error is larger, or not a number; the worst pair is named.
    """
    worst = 0.0
    for s in generators:
        # One product of a tall matrix with rho(s), not |G| small ones.
        products = (matrices.flatten(0, 1) @ matrices[s]).view_as(matrices)
        errors = products.sub_(matrices[cayley_table[:, s]]).abs().amax((1, 2))
        x = int(errors.argmax())
        if not float(errors[x]) <= tolerance:
            raise LawViolation(
                f"rho({x} * {s}) differs from rho({x}) rho({s}) by {float(errors[x]):.3g}, "
                f"allowed {tolerance:.3g}"
            )
        worst = max(worst, float(errors[x]))
    return worst


def assert_schur_orthogonality(irreps: Sequence[Tensor], tolerance: float) -> float:
    """The matrix coefficients sqrt(d/|G|) rho_ij of different irreps are orthonormal.

    Args:
        irreps: rho(g) of pairwise inequivalent real orthogonal irreps of real type, each
            (|G|, d, d), in one element order.
        tolerance: largest absolute error of an inner product that is allowed.

    Returns:
        The largest absolute error. Cost: |G| (sum of d^2)^2 products.

    Raises:
        LawViolation: the error is larger, or not a number; the worst pair is named.
    """
    columns, names = [], []
    for k, matrices in enumerate(irreps):
        order, d, _ = matrices.shape
        columns.append(matrices.reshape(order, d * d) * (d / order) ** 0.5)
        names += [f"entry {divmod(entry, d)} of irrep {k}" for entry in range(d * d)]
    coefficients = torch.cat(columns, dim=1)
    errors = coefficients.T @ coefficients
    errors.diagonal().sub_(1)
    position = int(errors.abs().argmax())
    worst = float(errors.abs().flatten()[position])
    if not worst <= tolerance:
        a, b = divmod(position, len(names))
        raise LawViolation(
            f"the inner product of {names[a]} and {names[b]} is off by {worst:.3g}, "
            f"allowed {tolerance:.3g}"
        )
    return worst


def _sparse(matrix: Matrix) -> DomainMatrix:
    rational = all(entry.is_Rational for entry in matrix)
    return DomainMatrix.from_Matrix(matrix).convert_to(QQ if rational else EXRAW).to_sparse()


def _identity_like(matrix: DomainMatrix) -> DomainMatrix:
    return DomainMatrix.eye(matrix.shape[0], matrix.domain).to_sparse()


def _require_equal(left: DomainMatrix, right: DomainMatrix, relation: str) -> None:
    left, right = left.unify(right)
    if left != right:
        # Sums of square roots that agree need not be written alike before they are expanded.
        difference = (left - right).to_Matrix().applyfunc(lambda entry: entry.expand())
        entries = difference.todok()
        if entries:
            (a, b), value = next(iter(entries.items()))
            raise LawViolation(f"{relation} fails: entry ({a}, {b}) is off by {value}")


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
