"""Real orthogonal irreps of any finite group, from its regular representation.

For an irrep of dimension d with character chi, let a be a random function with a(g^-1) = a(g). The
products chi, chi * a, chi * a * a, ... span d / c dimensions, and convolution with a has the
eigenfunctions

    p(g) = (d / |G|) <u, rho(g) u>,

one for each vector u of an orthonormal basis over the reals, complex numbers or quaternions. The
matrix p(g^-1 h) projects on d dimensions, in which the group acts by rho: with orthonormal
columns B that span its image, B[s g] = rho(s) B[g], hence rho(s) = sum over g of B[s g] B[g]^T.

This gives the matrices of some elements; the others are short products of these. Averaging over the
group, rho'(s) = mean over h of rho(s h) rho(h)^T, squares the error of the homomorphism.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symrep.representations.laws import homomorphism_errors
from symrep.representations.standard_form import first_columns, from_first_columns

Floats = NDArray[np.float64]
Integers = NDArray[np.integer]

FIRST_SEED = 1896
"""First seed of the random elements, functions and vectors."""

MOST_SEEDS = 5
"""Largest number of seeds tried in turn."""

LARGEST_RESIDUAL = 1e-12
"""Largest error of the homomorphism and of the traces; above it the next seed is tried."""

DEGENERATE = 1e-9
"""Relative norm of the orthogonal part below which a Krylov vector is linearly dependent."""

RANDOM_ELEMENTS = 12
"""Number of random factors; words in a group of order 10^4 then have length about 5 or less."""


def irreducible_matrices(
    table: Integers,
    characters: Floats,
    types: Sequence[int],
    generators: Sequence[int],
) -> list[Floats]:
    """Return rho(g) for every irrep over the reals, orthogonal and in standard form.

    The matrices of complex and quaternionic type are in the form of
    `symrep.representations.standard_form` bit for bit. The matrix coefficients
    sqrt(d / |G|) rho[:, :, ::c] are orthonormal. The entries of rho(g s) - rho(g) rho(s), for all g
    and generators s, and the errors of the traces are at most 1e-12; the tests check 4e-15 for the
    entries in groups of order 60, 720 and 1000.

    Args:
        table: [x, y] = index of xy, (|G|, |G|).
        characters: [irrep, g] = trace of rho(g), of the irreps over the reals, (r, |G|).
        types: commutant dimensions c, 1, 2 or 4 for real, complex or quaternionic type, (r,).
        generators: indices of elements that generate the group.

    Returns:
        (|G|, d, d) for each irrep. Random numbers have a fixed seed: the same arguments give the
        same matrices.

    Cost: a few |G| d^3 for an irrep, and sum of d^2 |G| numbers for the result.

    Raises:
        ArithmeticError: no matrices have a residual of 1e-12 or less, as for characters or types
            that are not those of irreps.
        ValueError: a type is not that of the character, or the generators give a subgroup.

    >>> C3 = (np.arange(3) + np.arange(3)[:, None]) % 3
    >>> _, rotations = irreducible_matrices(C3, np.array([[1.0, 1, 1], [2, -1, -1]]), [1, 2], [1])
    >>> bool(np.allclose(rotations[1] @ rotations[1], rotations[2]))
    True
    """
    _require_types(characters, types)
    found: dict[int, Floats] = {}
    residuals = np.full(len(types), np.inf)
    for seed in range(FIRST_SEED, FIRST_SEED + MOST_SEEDS):
        plan = _plan(table, generators, seed)
        for k in np.flatnonzero(residuals > LARGEST_RESIDUAL).tolist():
            rng = np.random.default_rng(seed)
            matrices = _irrep(plan, characters[k], types[k], rng)
            traces = matrices.trace(axis1=1, axis2=2)
            found[k] = matrices
            residuals[k] = max(
                homomorphism_defect(matrices, table, generators),
                np.abs(traces - characters[k]).max(),
            )
        if (residuals <= LARGEST_RESIDUAL).all():
            return [found[k] for k in range(len(types))]
    k = int(residuals.argmax())
    raise ArithmeticError(
        f"no matrices for character {k}, of degree {characters[k, plan.identity]:.6g} and "
        f"commutant dimension {types[k]}, with seeds {FIRST_SEED} to "
        f"{FIRST_SEED + MOST_SEEDS - 1}: the last residual is {residuals[k]:.1e}, "
        f"allowed {LARGEST_RESIDUAL:.0e}"
    )


def homomorphism_defect(matrices: Floats, table: Integers, generators: Sequence[int]) -> float:
    """Return the largest entry of |rho(g s) - rho(g) rho(s)| over all elements g and generators s.

    Args:
        matrices: rho, (|G|, d, d).
        table: [x, y] = index of xy, (|G|, |G|).
        generators: indices of elements.
    """
    defects = [homomorphism_errors(matrices, table, s).max() for s in generators]
    return float(max(defects, default=0.0))


def _require_types(characters: Floats, types: Sequence[int]) -> None:
    """Check that <chi, chi> = c, the commutant dimension 1, 2 or 4."""
    norms = (characters**2).mean(axis=1)
    for k, (norm, c) in enumerate(zip(norms.tolist(), types, strict=True)):
        if c not in (1, 2, 4) or not abs(norm - c) <= LARGEST_RESIDUAL * characters.shape[1]:
            raise ValueError(
                f"character {k} has <chi, chi> = {norm:.6g}, expected the commutant dimension {c}, "
                "which is 1, 2 or 4"
            )


@dataclass(frozen=True, eq=False)
class _Plan:
    """All elements as products of a few factors.

    Attributes:
        table: [x, y] = index of xy, (|G|, |G|).
        identity: index of the identity.
        inverses: [x] = index of the inverse, (|G|,).
        factors: indices of the factors, (m,).
        steps: (x, i, y), index arrays x and y with y = x factors[i]. Every x is the identity or a
            y of an earlier step; every element but the identity is y once.
    """

    table: Integers
    identity: int
    inverses: Integers
    factors: Integers
    steps: tuple[tuple[Integers, int, Integers], ...]


def _plan(table: Integers, generators: Sequence[int], seed: int) -> _Plan:
    order = len(table)
    identity = int(np.flatnonzero(table[:, 0] == 0)[0])
    random = np.random.default_rng(seed).integers(order, size=RANDOM_ELEMENTS)
    factors = np.unique(np.concatenate([np.array(generators, dtype=np.int64), random]))
    known = np.zeros(order, dtype=bool)
    known[identity] = True
    steps, level = [], np.array([identity])
    while len(level):
        reached = []
        for i, s in enumerate(factors.tolist()):
            products = table[level, s]
            new = ~known[products]
            if new.any():
                known[products] = True
                steps.append((level[new], i, products[new]))
                reached.append(products[new])
        level = np.concatenate(reached) if reached else level[:0]
    if not known.all():
        raise ValueError(f"the generators generate fewer than the {order} elements of the group")
    inverses = np.nonzero(table == identity)[1]
    return _Plan(table, identity, inverses, factors, tuple(steps))


def _irrep(plan: _Plan, character: Floats, c: int, rng: np.random.Generator) -> Floats:
    d = round(character[plan.identity])
    if d == 1:
        return character.reshape(-1, 1, 1).astype(np.float64)
    basis = _basis(plan, _matrix_coefficient(plan, character, d // c, rng), d, rng)
    rough = _orthogonalised(_translations(plan, basis))
    matrices = _products(plan, rough, 1)
    refined = _averaged(plan, matrices)
    if c > 1:
        T = _standard_basis(matrices, c, rng)
        refined = from_first_columns(first_columns(T.T @ refined @ T, c), c)
    # The nearest orthogonal matrix of one in standard form is in standard form, up to rounding.
    return _products(plan, from_first_columns(first_columns(_orthogonalised(refined), c), c), c)


def _matrix_coefficient(
    plan: _Plan, character: Floats, dimension: int, rng: np.random.Generator
) -> Floats:
    """Return p(g) = (d / |G|) <u, rho(g) u> for some unit vector u, (|G|,).

    It is an eigenfunction of the convolution with a random symmetric function supported on the
    factors, from a Krylov space of the given dimension, for the most isolated eigenvalue.
    """
    weights = rng.standard_normal(len(plan.factors))
    columns = plan.table[:, np.concatenate([plan.factors, plan.inverses[plan.factors]])]
    weights = np.concatenate([weights, weights])
    krylov, images = np.zeros((2, 0, len(character)))
    image = character
    while len(krylov) < dimension:
        length = np.linalg.norm(image)
        for _ in range(2):
            image = image - krylov.T @ (krylov @ image)
        rest = np.linalg.norm(image)
        if rest <= DEGENERATE * length:
            break
        krylov = np.vstack([krylov, image / rest])
        image = krylov[-1][columns] @ weights
        images = np.vstack([images, image])
    values, vectors = np.linalg.eigh(krylov @ images.T)
    bounded = np.concatenate([[-np.inf], values, [np.inf]])
    gaps = np.minimum(np.diff(bounded)[:-1], np.diff(bounded)[1:])
    p = vectors[:, gaps.argmax()] @ krylov
    degree = character[plan.identity]
    result: Floats = p * (degree / len(p) / p[plan.identity])
    return result


def _basis(plan: _Plan, p: Floats, d: int, rng: np.random.Generator) -> Floats:
    """Return an orthonormal basis of the column space of p(g^-1 h), (|G|, d).

    The columns at 2d + 20 random elements h span it, and are well conditioned.
    """
    order = len(p)
    chosen = rng.choice(order, size=min(order, 2 * d + 20), replace=False)
    columns = p[plan.table[np.ix_(plan.inverses, chosen)]]
    left, _, _ = np.linalg.svd(columns, full_matrices=False)
    return np.ascontiguousarray(left[:, :d])


def _translations(plan: _Plan, basis: Floats) -> Floats:
    """Return the sum over g of B[s g] B[g]^T for every factor s, (m, d, d)."""
    return np.array([basis[plan.table[s]].T @ basis for s in plan.factors])


def _averaged(plan: _Plan, matrices: Floats) -> Floats:
    """Return the mean over h of rho(s h) rho(h)^T for every factor s, (m, d, d).

    The difference from rho(s) is summed, so that the sum of |G| terms loses no digits.
    """
    averages = matrices[plan.factors]
    for average, s in zip(averages, plan.factors.tolist(), strict=True):
        defects = matrices[plan.table[s]] - average @ matrices
        average += np.tensordot(defects, matrices, ([0, 2], [0, 2])) / len(matrices)
    return averages


def _products(plan: _Plan, factors: Floats, c: int) -> Floats:
    """Return the matrices of all elements from those of the factors, in standard form."""
    d = factors.shape[-1]
    matrices = np.empty((len(plan.table), d, d))
    matrices[plan.identity] = np.eye(d)
    for x, i, y in plan.steps:
        matrices[y] = from_first_columns(matrices[x] @ factors[i][:, ::c], c)
    return matrices


def _orthogonalised(matrices: Floats) -> Floats:
    """Return the nearest orthogonal matrices.

    A step of Newton's method removes the rounding errors of the singular vectors.
    """
    left, _, right = np.linalg.svd(matrices)
    nearest = left @ right
    result: Floats = nearest + nearest @ (np.eye(nearest.shape[-1]) - nearest.mT @ nearest) / 2
    return result


def _standard_basis(matrices: Floats, c: int, rng: np.random.Generator) -> Floats:
    """Return the basis v, Iv, or v, Iv, Jv, JIv, for d / c vectors v, as columns, (d, d).

    I and J are complex structures that commute with the matrices, and JI = -IJ. So v -> Iv, Jv, JIv
    are right multiplications by i, j, k, and the matrices are left multiplications in this basis.
    """
    d = matrices.shape[-1]
    structures = [np.eye(d), _complex_structure(matrices, [], rng)]
    if c == 4:
        J = _complex_structure(matrices, structures[1:], rng)
        structures += [J, J @ structures[1]]
    basis = np.zeros((d, d))
    for n in range(0, d, c):
        v = rng.standard_normal((d,))
        for _ in range(2):
            v -= basis @ (basis.T @ v)
            v /= np.linalg.norm(v)
        basis[:, n : n + c] = np.transpose([S @ v for S in structures])
    return _orthogonalised(basis)


def _complex_structure(
    matrices: Floats, others: Sequence[Floats], rng: np.random.Generator
) -> Floats:
    """Return an orthogonal I = -I^T that commutes with the matrices, orthogonal to `others`.

    It is the mean of rho(g) A rho(g)^T for a random A with A^T = -A, and once more for A = I.
    """
    d = matrices.shape[-1]
    structure = rng.standard_normal((d, d))
    for _ in range(2):
        structure = np.tensordot(matrices @ (structure - structure.T), matrices, ([0, 2], [0, 2]))
        for other in others:
            structure -= other * ((structure * other).sum() / d)
        structure *= np.sqrt(d) / np.linalg.norm(structure)
    return structure
