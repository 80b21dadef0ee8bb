"""Checks of the laws of representation theory.

Each function takes matrices, a table or tensors of any origin. Exact objects are checked exactly,
tensors to a given tolerance. A violation raises `LawViolation`, whose message has the first or the
worst entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby
from math import lcm
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sympy import Matrix
from sympy.polys.domains import EXRAW, QQ
from sympy.polys.matrices import DomainMatrix

from symrep._support.errors import LawViolation
from symrep._support.lazy import LazyModule
from symrep.arithmetic import modular
from symrep.arithmetic.cyclotomic import coefficients_of
from symrep.characters.table import CharacterTable
from symrep.characters.table_laws import (
    assert_dimensions,
    assert_orthogonal_columns,
    assert_orthogonal_rows,
    assert_values,
)
from symrep.representations.standard_form import Array

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = LazyModule("torch")

__all__ = [
    "LawViolation",
    "assert_coxeter_relations",
    "assert_dimensions",
    "assert_homomorphism",
    "assert_orthogonal_columns",
    "assert_orthogonal_matrices",
    "assert_orthogonal_rows",
    "assert_relations",
    "assert_schur_orthogonality",
    "assert_traces",
    "assert_values",
]


class ExactIrrep(Protocol):
    """An irrep with exact matrices, such as `symrep.Irrep`."""

    @property
    def group(self) -> Any:
        """The group."""

    @property
    def label(self) -> Any:
        """The label of the irrep."""

    @property
    def form(self) -> str:
        """The form, which is the basis."""

    def matrix(self, element: int) -> Matrix:
        """Return the exact matrix of an element."""


def assert_coxeter_relations(generators: Sequence[Matrix]) -> int:
    """Check the Coxeter relations of matrices of s_0, ..., s_(n-2).

        s_i^2 = 1,  s_i s_(i+1) s_i = s_(i+1) s_i s_(i+1),  s_i s_j = s_j s_i for |i - j| > 1

    They are a presentation of S_n: matrices that satisfy them define a representation.

    Args:
        generators: exact matrices of s_0, ..., s_(n-2), all d by d, with rational entries or
            sums of rational multiples of square roots of integers.

    Returns:
        The number of relations checked.

    Raises:
        LawViolation: a relation fails; the message has the first one.
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


def assert_relations(generators: Sequence[Matrix], relations: Sequence[Sequence[int]]) -> int:
    """Check that exact matrices are orthogonal and satisfy relations: each word is 1.

    With the relations of a presentation of G the matrices define a representation of G.

    Entries of products of real orthogonal matrices over an abelian field, and their conjugates,
    are at most 1 in absolute value. Times a power of the denominator they are integral sums of
    roots of unity, hence determined by their residues in all embeddings modulo split primes, as in
    `table_laws`.

    Args:
        generators: SymPy matrices, d by d, with real entries as in
            `cyclotomic.coefficients_of`.
        relations: words; the letter k + 1 is generator k, the letter -(k + 1) its inverse.

    Returns:
        The number of relations checked.

    Raises:
        LawViolation: a matrix is not orthogonal, or a word is not 1; the message has the first.
        ValueError: the matrices are not square of one size, an entry cannot be read or is not
            real, or a letter of a word is not a generator.
    """
    for word in relations:
        if not {abs(letter) for letter in word} <= set(range(1, len(generators) + 1)):
            raise ValueError(
                f"the letters of the word {tuple(word)} must be 1 to {len(generators)}, with signs"
            )
    if len({m.shape for m in generators}) > 1 or any(not m.is_square for m in generators):
        raise ValueError("generators must be square matrices of one size")
    if not generators:
        return len(relations)
    for entry in (entry for m in generators for entry in m):
        if not entry.is_real:
            raise ValueError(f"the entries of orthogonal matrices must be real, got {entry}")
    d = generators[0].rows
    entries = list(dict.fromkeys(entry for m in generators for entry in m))
    places = {entry: k for k, entry in enumerate(entries)}
    indices = np.array([[places[entry] for entry in m] for m in generators]).reshape(-1, d, d)
    numbers = list(map(coefficients_of, entries))
    denominator = lcm(*(c.denominator for number in numbers for c in number))
    largest = max(sum(map(abs, number)) for number in numbers)
    longest = max(2, max(map(len, relations), default=0))
    bound = denominator**longest * max(2, int(d * largest**2) + 2)
    e, unit = lcm(*map(len, numbers)), np.eye(d, dtype=np.int64)
    for p in modular.split_primes(e, modular.largest_modulus(d), bound):
        matrices = np.moveaxis(_in_all_embeddings(numbers, e, p)[:, indices], 1, 0)
        for k, matrix in enumerate(matrices):
            if (modular.product(matrix, matrix.swapaxes(1, 2), p) != unit).any():
                raise LawViolation(f"generator {k} is not orthogonal")
        for word in relations:
            product = np.broadcast_to(unit, matrices[0].shape)
            for letter, repeated in groupby(word):
                factor = matrices[abs(letter) - 1]
                factor = factor if letter > 0 else factor.swapaxes(1, 2)
                power = modular.matrix_power(factor, len(list(repeated)), p)
                product = modular.product(product, power, p)
            if (product != unit).any():
                raise LawViolation(f"the word {tuple(word)} in the generators is not 1")
    return len(relations)


def _in_all_embeddings(numbers: Sequence[list[Fraction]], e: int, p: int) -> NDArray[np.int64]:
    """Return the numbers mod p in all embeddings zeta -> root of order e, (embeddings, numbers)."""
    powers = modular.embedded_roots(e, p)
    found = np.zeros((len(powers), len(numbers)), dtype=np.int64)
    for k, number in enumerate(numbers):
        for a, c in enumerate(number):
            if c:
                power = powers[:, a * (e // len(number))]
                found[:, k] = (found[:, k] + modular.residue(c, p) * power) % p
    # Embeddings with the same restriction to the field of the entries are merged.
    return np.unique(found, axis=0)


def assert_orthogonal_matrices(matrices: Sequence[Matrix]) -> int:
    """Check M M^T = 1 for exact matrices; return their number.

    Raises:
        LawViolation: a matrix is not orthogonal.
    """
    for i, matrix in enumerate(map(_sparse, matrices)):
        _require_equal(matrix * matrix.transpose(), _identity_like(matrix), f"M_{i} M_{i}^T = 1")
    return len(matrices)


def assert_traces(irrep: ExactIrrep, table: CharacterTable) -> int:
    """Check the traces of exact matrices against the table, at one element of every class.

    The rows of the table are real, and its classes those of the group in the same order.

    Returns:
        The number of classes checked.

    Raises:
        LawViolation: a trace differs; the message has the first class.
    """
    classes = irrep.group.conjugacy_classes
    for conjugacy_class, expected in zip(classes, table.row(irrep.label), strict=True):
        trace = irrep.matrix(conjugacy_class.representative).trace()
        if trace != int(expected):
            raise LawViolation(
                f"{irrep.label}, {irrep.form}: trace at class {conjugacy_class.label} is {trace}, "
                f"the character table has {expected}"
            )
    return len(classes)


def assert_homomorphism(
    matrices: Tensor, cayley_table: ArrayLike | Tensor, generators: Sequence[int], tolerance: float
) -> float:
    """Check rho(x s) = rho(x) rho(s) for all x and the given s, entry by entry to a tolerance.

    If the s generate the group this implies rho(x y) = rho(x) rho(y) for all x and y.

    Args:
        matrices: rho(g), (|G|, d, d).
        cayley_table: [x, y] = index of x y, (|G|, |G|).
        generators: indices s.
        tolerance: largest absolute error allowed.

    Returns:
        The largest absolute error.

    Raises:
        LawViolation: the error is larger, or not a number; the message has the worst pair.
    """
    worst, table = 0.0, _as_tensor(cayley_table).to(matrices.device)
    for s in generators:
        errors = homomorphism_errors(matrices, table, s).amax((1, 2))
        x = int(errors.argmax())
        if not float(errors[x]) <= tolerance:
            raise LawViolation(
                f"rho({x} * {s}) differs from rho({x}) rho({s}) by {float(errors[x]):.3g}, "
                f"allowed {tolerance:.3g}"
            )
        worst = max(worst, float(errors[x]))
    return worst


def homomorphism_errors(matrices: Array, cayley_table: Array, s: int) -> Array:
    """Return [x] = |rho(x s) - rho(x) rho(s)|, entry by entry, (|G|, d, d).

    Args:
        matrices: rho(g), (|G|, d, d), a numpy array or a tensor.
        cayley_table: [x, y] = index of x y, (|G|, |G|), of the same array type.
        s: index of an element.
    """
    order, d, _ = matrices.shape
    # One product of a tall matrix with rho(s) instead of |G| small ones.
    errors: Array = (matrices.reshape(order * d, d) @ matrices[s]).reshape(order, d, d)
    errors -= matrices[cayley_table[:, s]]
    return abs(errors)


def assert_schur_orthogonality(irreps: Sequence[Tensor], tolerance: float) -> float:
    """Check that the matrix coefficients sqrt(d/|G|) rho_ij of irreps are orthonormal.

    Args:
        irreps: rho(g) of pairwise inequivalent real orthogonal irreps, in one element order: each
            (|G|, d, d) for real type, or the columns [:, :, ::c], (|G|, d, d/c), for commutant
            dimension c.
        tolerance: largest absolute error of an inner product allowed.

    Returns:
        The largest absolute error. Cost: |G| (sum of d^2)^2 products.

    Raises:
        LawViolation: the error is larger, or not a number; the message has the worst pair.
    """
    columns, names = [], []
    for k, matrices in enumerate(irreps):
        order, d, width = matrices.shape
        columns.append(matrices.reshape(order, d * width) * (d / order) ** 0.5)
        names += [f"coefficient {divmod(i, width)} of irrep {k}" for i in range(d * width)]
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


def _as_tensor(table: ArrayLike | Tensor) -> Tensor:
    return table if isinstance(table, torch.Tensor) else torch.tensor(np.array(table))


def _sparse(matrix: Matrix) -> DomainMatrix:
    rational = all(entry.is_Rational for entry in matrix)
    return DomainMatrix.from_Matrix(matrix).convert_to(QQ if rational else EXRAW).to_sparse()


def _identity_like(matrix: DomainMatrix) -> DomainMatrix:
    return DomainMatrix.eye(matrix.shape[0], matrix.domain).to_sparse()


def _require_equal(left: DomainMatrix, right: DomainMatrix, relation: str) -> None:
    left, right = left.unify(right)
    if left != right:
        # Equal sums of square roots may have different forms until they are expanded.
        difference = (left - right).to_Matrix().applyfunc(lambda entry: entry.expand())
        entries = difference.todok()
        if entries:
            (a, b), value = next(iter(entries.items()))
            raise LawViolation(f"{relation} fails: entry ({a}, {b}) is off by {value}")
