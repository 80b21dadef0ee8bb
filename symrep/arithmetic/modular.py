"""Exact arithmetic modulo primes on integer arrays.

A residue modulo p is an integer 0, ..., p-1. Products of matrices of residues are products of
float64 matrices: integers below 2^53 are exact in float64, and so are sums of them that stay below
it, in any order of summation. A prime p = 1 mod e splits in the field of the roots of unity of
order e: the integers modulo p have roots of unity of that order too.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import gcd, isqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import isprime, n_order
from sympy import primitive_root as sympy_primitive_root

from symrep._support.caches import kept

Integers = NDArray[np.int64]

LARGEST_MODULUS = 2**31
"""Products of two residues fit int64 below it."""

LARGEST_FLOAT = 2**53
"""All integers up to it are exact in float64."""


def largest_modulus(terms: int) -> int:
    """Return the largest p for which sums of so many products modulo p are exact in float64."""
    return isqrt(LARGEST_FLOAT // max(terms, 1))


def has_exact_products(terms: int, p: int) -> bool:
    """Return whether `product` is exact modulo p for so many columns of the left matrix."""
    return p < LARGEST_MODULUS and terms * p * 2 ** _half(p) < LARGEST_FLOAT


def product(left: NDArray[Any], right: NDArray[Any], p: int) -> Integers:
    """Return the matrix product modulo p, (*batch, m, n); batches broadcast.

    Args:
        left: residues, (*batch, m, k), of an integer type.
        right: residues, (*batch, k, n); float64 ones are not copied.
        p: the modulus.

    Cost: one product of float64 matrices, or one with twice the rows where p is above
    `largest_modulus(k)`: then the left entries are split into their high and low bits.

    Raises:
        ValueError: p is too large, see `has_exact_products`.
    """
    terms, factor = left.shape[-1], right.astype(np.float64, copy=False)
    if p <= largest_modulus(terms):
        whole: Integers = (left.astype(np.float64) @ factor).astype(np.int64) % p
        return whole
    if not has_exact_products(terms, p):
        raise ValueError(f"sums of {terms} products modulo {p} are too large for exact arithmetic")
    half = _half(p)
    halves = np.concatenate([left & (2**half - 1), left >> half], axis=-2)
    sums = (halves.astype(np.float64) @ factor).astype(np.int64)
    low, high = np.split(sums, 2, axis=-2)
    result: Integers = (low + (high % p << half)) % p
    return result


def _half(p: int) -> int:
    return (p.bit_length() + 1) // 2


def matrix_power(matrix: Integers, k: int, p: int) -> Integers:
    """Return the k-th power modulo p of matrices of residues, (*batch, d, d), for k >= 1.

    Raises:
        ValueError: k is less than 1, or p is too large, see `has_exact_products`.
    """
    if k < 1:
        raise ValueError(f"the power of a matrix modulo {p} must be 1 or more, got {k}")
    if k == 1:
        return matrix
    root = matrix_power(matrix, k // 2, p)
    square = product(root, root, p)
    return product(square, matrix, p) if k % 2 else square


def powers(base: int, count: int, p: int) -> Integers:
    """Return [n] = base^n modulo p < 2^31 for n = 0, ..., count-1, (count,)."""
    found = np.ones(1, dtype=np.int64)
    while len(found) < count:
        found = np.concatenate([found, found * pow(base, len(found), p) % p])
    return found[:count]


def inverses(residues: Integers, p: int) -> Integers:
    """Return the inverses modulo p, (n,).

    Raises:
        ValueError: a residue has no inverse.
    """
    return np.array([pow(value, -1, p) for value in residues.tolist()], dtype=np.int64)


def residue(number: Fraction, p: int) -> int:
    """Return the residue of a rational number.

    Raises:
        ValueError: p divides its denominator.
    """
    return number.numerator * pow(number.denominator, -1, p) % p


def primitive_root(p: int) -> int:
    """Return the least primitive root modulo the prime p."""
    return int(sympy_primitive_root(p))


def root_of_unity(e: int, p: int) -> int:
    """Return an element of order e modulo a prime p = 1 mod e."""
    return pow(primitive_root(p), (p - 1) // e, p)


@kept(16, largest=2**22)
def embedded_roots(e: int, p: int) -> Integers:
    """Return [k, a] = z_k^a, z_k the k-th element of order e modulo p, (phi(e), e); read-only."""
    units = np.array([k for k in range(1, e + 1) if gcd(k, e) == 1])
    embedded: Integers = powers(root_of_unity(e, p), e, p)[units[:, None] * np.arange(e) % e]
    embedded.flags.writeable = False
    return embedded


def split_primes(e: int, largest: int, bound: int) -> Iterator[int]:
    """Yield primes p = 1 mod e, downwards from `largest`, until their product exceeds the bound.

    Raises:
        ArithmeticError: there are not enough such primes.
    """
    p, modulus = largest - (largest - 1) % e, 1
    while modulus <= bound:
        if p <= max(2, largest // 2**12):
            raise ArithmeticError(f"not enough primes 1 modulo {e} below {largest}")
        if isprime(p):
            modulus *= p
            yield p
        p -= e


def split_prime_above(e: int, least: int) -> int:
    """Return the smallest prime p = 1 mod e with p > least."""
    p = least // e * e + 1
    while p <= least or not isprime(p):
        p += e
    return p


def unit_generators(e: int) -> list[int]:
    """Return generators of the group of units modulo e."""
    reached, chosen = {1 % e}, []
    for k in range(2, e):
        if gcd(k, e) == 1 and k not in reached:
            chosen.append(k)
            cyclic = [pow(k, i, e) for i in range(int(n_order(k, e)))]
            reached = {a * b % e for a in reached for b in cyclic}
    return chosen
