"""The exact character table of any finite group, by the method of Dixon and Schneider.

The class sums C_0, ..., C_(k-1) span the centre of the group algebra. Modulo a prime p with
p = 1 mod e, where e is the exponent of the group, the centre is a product of k fields F_p, one for
each irreducible character chi, of degree d. Its primitive idempotents are

    e_chi = sum over classes c of (d / |G|) chi(c^-1) C_c.

A random element W = sum_j w_j C_j of the centre takes distinct values at the k characters for most
choices of w. Then its powers span the centre, its minimal polynomial f has the k values as roots,
and e_chi = q(W) / q(lambda) with q = f / (x - lambda). This gives the characters mod p. The
multiplicity of an eigenvalue of an element is between 0 and d < p, hence determined by its residue.

Source: Dixon, *High speed computation of group characters*, Numerische Mathematik 10 (1967);
Schneider, *Dixon's character table algorithm revisited*, Journal of Symbolic Computation 9 (1990).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isqrt, lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import divisors

from symrep.arithmetic import modular
from symrep.arithmetic.cyclotomic import coefficients_of

Integers = NDArray[np.int64]

WEIGHTS_SEED = 1967
"""Seed of the random weights."""

MOST_WEIGHTS = 40
"""Largest number of random elements; each separates the characters with probability > 3/4."""


def irreducible_eigenvalues(
    class_sizes: Integers,
    inverse_classes: Integers,
    power_classes: Sequence[Integers],
    class_sums: Callable[[Integers], Integers],
) -> list[Integers]:
    """Return the exact eigenvalues of all complex irreps at all classes.

    Args:
        class_sizes: number of elements of each class, (k,); class 0 is the identity.
        inverse_classes: [c] = class of the inverses of class c, (k,).
        power_classes: [c][t] = class of g^t for g in class c, t = 0, ..., order of g - 1.
        class_sums: from integers w (k,) to M (k, k), M[i, c] = sum of w[class of x] over the x
            with x^-1 z in class i, for a z in class c. The weights are not negative, and their
            sum over the group is below 2^53: float64 sums are exact too.

    Returns:
        An int64 array (k, d) for each irrep pi of degree d: the eigenvalues of pi(g) for g in
        class c are exp(2 pi i a / e) for a in row c, ascending in [0, e), with e the exponent of
        the group. Irreps are sorted by degree, then by their rows; the trivial one is the first.

    Cost: O(k^3) in products of matrices, O(k^2) memory, and mostly one call of `class_sums`.

    Raises:
        ArithmeticError: the arguments are not those of a group.
        ValueError: the exponent, or the number of classes, is too large for exact arithmetic.

    >>> sizes, inverses = np.array([1, 1, 1]), np.array([0, 2, 1])
    >>> powers = [np.array([0]), np.array([0, 1, 2]), np.array([0, 2, 1])]
    >>> shift = np.arange(3)
    >>> C3 = irreducible_eigenvalues(sizes, inverses, powers, lambda w: w[shift - shift[:, None]])
    >>> [irrep[:, 0].tolist() for irrep in C3]
    [[0, 0, 0], [0, 1, 2], [0, 2, 1]]
    """
    exponent = lcm(*map(len, power_classes))
    p = _prime(int(class_sizes.sum()), len(class_sizes), exponent)
    idempotents = _primitive_idempotents(class_sizes, inverse_classes, class_sums, p)
    degrees, characters = _characters(idempotents, class_sizes, inverse_classes, p)
    eigenvalues = _lift(degrees, characters, power_classes, exponent, p)
    ends = np.cumsum(degrees)[:-1]
    irreps = [np.sort(rows.T, axis=1) for rows in np.split(eigenvalues, ends)]
    # Numbers that are not negative are ordered as their big-endian bytes.
    return sorted(irreps, key=lambda rows: (rows.shape[1], rows.astype(">i8").tobytes()))


def eigenvalues_of(
    characters: Sequence[Sequence[Any]],
    class_sizes: Integers,
    power_classes: Sequence[Integers],
) -> list[Integers]:
    """Return the eigenvalues of complex irreps with known exact characters, in their order.

    Args:
        characters: [irrep][c] = value at class c, an integer or another number that
            `symrep.arithmetic.cyclotomic.coefficients_of` reads.
        class_sizes: as in `irreducible_eigenvalues`.
        power_classes: likewise.

    Returns:
        As in `irreducible_eigenvalues`.

    Raises:
        ArithmeticError: the values are not characters of a group with these classes.
        ValueError: the exponent, or the number of classes, is too large for exact arithmetic.
    """
    exponent = lcm(*map(len, power_classes))
    numbers = {value: coefficients_of(value) for row in characters for value in row}
    conductor = lcm(exponent, *map(len, numbers.values()))
    p = _prime(int(class_sizes.sum()), len(class_sizes), conductor)
    zeta = modular.root_of_unity(conductor, p)
    residues = {
        value: sum(
            modular.residue(c, p) * pow(zeta, a * conductor // len(terms), p)
            for a, c in enumerate(terms)
        )
        % p
        for value, terms in numbers.items()
    }
    values = np.array([[residues[value] for value in row] for row in characters], dtype=np.int64)
    eigenvalues = _lift(values[:, 0], values, power_classes, exponent, p)
    ends = np.cumsum(values[:, 0])[:-1]
    return [np.sort(rows.T, axis=1) for rows in np.split(eigenvalues, ends)]


def _prime(order: int, classes: int, exponent: int) -> int:
    """Return the least prime p = 1 mod the exponent above 2 sqrt|G| and 2 k^2.

    Two of the k characters agree at a random element with probability 1/p.
    """
    least = max(2 * isqrt(order) + 2, 2 * classes**2)
    p = modular.split_prime_above(exponent, least)
    if not modular.has_exact_products(classes, p):
        raise ValueError(
            f"a group with {classes} classes and exponent {exponent} needs the prime {p}, "
            "which is too large for exact arithmetic in float64"
        )
    return p


def _primitive_idempotents(
    class_sizes: Integers,
    inverse_classes: Integers,
    class_sums: Callable[[Integers], Integers],
    p: int,
) -> Integers:
    """Return [chi, c] = coefficient at the class c of the idempotent of chi, mod p, (k, k)."""
    k, rng = len(class_sizes), np.random.default_rng(WEIGHTS_SEED)
    for _ in range(MOST_WEIGHTS):
        weights = rng.integers(min(p, 2**53 // int(class_sizes.sum())), size=k)
        powers = _powers_of_element(class_sums(weights), p)
        polynomial = _minimal_polynomial(_moments(powers, class_sizes, inverse_classes, p), p)
        roots = _roots(polynomial, p)
        if len(roots) == k:
            return _interpolation(polynomial, roots, powers[:-1], p)
    raise ArithmeticError(
        f"{MOST_WEIGHTS} random elements of the centre, seed {WEIGHTS_SEED}, did not separate "
        f"{k} characters mod {p} (the last one: {len(roots)}); the classes are not those of a group"
    )


def _powers_of_element(class_sums: Integers, p: int) -> Integers:
    """Return [n, c] = coefficient of W^n at the class c, mod p, (k + 1, k)."""
    k = len(class_sums)
    # A row of coefficients times M is the row of coefficients of its product with W.
    matrix = (class_sums % p).astype(np.float64)
    powers = np.zeros((k + 1, k), dtype=np.int64)
    powers[0, 0] = 1
    for n in range(k):
        powers[n + 1] = modular.product(powers[n : n + 1], matrix, p)[0]
    return powers


def _moments(
    powers: Integers, class_sizes: Integers, inverse_classes: Integers, p: int
) -> Integers:
    """Return [n] = coefficient of W^n at the identity, mod p, for n = 0, ..., 2k - 1.

    It is the sum over all characters of d^2 / |G| times the n-th power of the value of W.
    """
    paired = powers[-1, inverse_classes] * (class_sizes % p) % p
    upper = modular.product(powers[:-1], paired[:, None], p)[:, 0]
    return np.concatenate([powers[:-1, 0], upper])


def _minimal_polynomial(sequence: Integers, p: int) -> Integers:
    """Return the shortest linear recurrence of a sequence mod p, by Berlekamp and Massey.

    That is (1, f_1, ..., f_L) with s_n + f_1 s_(n-1) + ... + f_L s_(n-L) = 0 mod p.
    """
    size = len(sequence) + 1
    current, previous = np.zeros((2, size), dtype=np.int64)
    current[0] = previous[0] = 1
    length, shift, last = 0, 1, 1
    for n in range(len(sequence)):
        window = sequence[max(n - length, 0) : n + 1][::-1]
        discrepancy = int((current[: len(window)] * window % p).sum()) % p
        if discrepancy == 0:
            shift += 1
            continue
        changed = current.copy()
        ratio = discrepancy * pow(last, -1, p) % p
        changed[shift:] -= ratio * previous[: max(size - shift, 0)]
        if 2 * length <= n:
            length, shift, last, previous = n + 1 - length, 1, discrepancy, current
        else:
            shift += 1
        current = changed % p
    return current[: length + 1]


def _interpolation(polynomial: Integers, roots: Integers, powers: Integers, p: int) -> Integers:
    """Return q(W) / q(lambda), q = f / (x - lambda), a row for each root lambda of f, (k, k)."""
    k = len(roots)
    quotients, values = np.ones((k, k), dtype=np.int64), np.ones(k, dtype=np.int64)
    for n in range(1, k):
        quotients[:, n] = (quotients[:, n - 1] * roots + polynomial[n]) % p
        values = (values * roots + quotients[:, n]) % p
    numerators = modular.product(quotients[:, ::-1], powers, p)
    return numerators * modular.inverses(values, p)[:, None] % p


def _roots(polynomial: Integers, p: int) -> Integers:
    """Return all roots in F_p of the polynomial with coefficients from the highest down.

    With a primitive root g the values at g^(mb + a) are one product of the matrices f_n g^(mbn)
    and g^(an), for m about sqrt(p).
    """
    powers = modular.powers(modular.primitive_root(p), p - 1, p)
    m = isqrt(p) + 1
    n, a = np.arange(len(polynomial))[::-1], np.arange(m)
    left = polynomial * powers[np.outer(m * a, n) % (p - 1)] % p
    right = powers[np.outer(n, a) % (p - 1)]
    values = modular.product(left, right, p).ravel()[: p - 1]
    zero = np.zeros(int(polynomial[-1] == 0), dtype=np.int64)
    return np.concatenate([zero, powers[values == 0]])


def _characters(
    idempotents: Integers, class_sizes: Integers, inverse_classes: Integers, p: int
) -> tuple[Integers, Integers]:
    """Return the degrees, (k,), and the values chi(c) mod p, (k, k)."""
    order = int(class_sizes.sum())
    candidates = np.array([d for d in divisors(order) if d * d <= order])
    squares = order % p * idempotents[:, :1] % p
    matches = squares == candidates**2 % p
    degrees = candidates[matches.argmax(axis=1)]
    if not matches.any(axis=1).all() or (degrees**2).sum() != order:
        raise ArithmeticError(
            f"no degrees of {len(degrees)} irreps have squares that sum to {order}"
        )
    factors = order % p * modular.inverses(degrees, p) % p
    return degrees, idempotents[:, inverse_classes] * factors[:, None] % p


def _lift(
    degrees: Integers,
    characters: Integers,
    power_classes: Sequence[Integers],
    exponent: int,
    p: int,
) -> Integers:
    """Return the exponents of the eigenvalues, (sum of the degrees, k), rows grouped by irrep.

    Only generators of maximal cyclic subgroups need a Fourier transform.
    """
    zeta = modular.powers(modular.root_of_unity(exponent, p), exponent, p)
    eigenvalues = np.zeros((int(degrees.sum()), len(power_classes)), dtype=np.int64)
    missing = np.ones(len(power_classes), dtype=bool)
    for c in sorted(range(len(missing)), key=lambda c: -len(power_classes[c])):
        if not missing[c]:
            continue
        order = len(power_classes[c])
        j, step = np.arange(order), exponent // order
        kernel = zeta[-step * np.outer(j, j) % exponent]
        sums = modular.product(characters[:, power_classes[c]], kernel, p)
        multiplicities = sums * pow(order, -1, p) % p
        if (multiplicities.sum(axis=1) != degrees).any():
            raise ArithmeticError(
                f"the multiplicities of eigenvalues at class {c} do not sum to the degrees"
            )
        exponents = step * np.repeat(np.tile(j, len(degrees)), multiplicities.ravel())
        classes, t = np.unique(power_classes[c], return_index=True)
        new = missing[classes]
        eigenvalues[:, classes[new]] = np.outer(exponents, t[new]) % exponent
        missing[classes] = False
    starts = np.cumsum(degrees) - degrees
    if (np.add.reduceat(zeta[eigenvalues], starts) % p != characters).any():
        raise ArithmeticError("the eigenvalues of powers do not sum to the characters")
    return eigenvalues
