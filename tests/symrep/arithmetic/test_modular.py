"""Arithmetic modulo primes against Python's integers, at the limits of the stated bounds."""

from __future__ import annotations

from fractions import Fraction
from math import gcd, prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import isprime, n_order, prevprime

from symrep.arithmetic import modular

BELOW_2_31 = int(prevprime(2**31))


def exact(left, right, p):
    return left.astype(object) @ right.astype(object) % p


def largest_residues(p, shape):
    """Residues whose products have the largest sums that there are."""
    return np.full(shape, p - 1, dtype=np.int64)


def test_largest_modulus_is_the_last_with_exact_sums():
    for terms in [1, 2, 7, 30, 1000, 10**6]:
        p = modular.largest_modulus(terms)
        assert terms * p**2 <= 2**53 < terms * (p + 1) ** 2


@pytest.mark.parametrize("terms", [1, 3, 30, 1000])
@pytest.mark.parametrize("step", [-1, 0, 1])
def test_products_are_exact_on_both_sides_of_the_bound_of_one_product(terms, step):
    p = modular.largest_modulus(terms) + step
    left, right = largest_residues(p, (2, terms)), largest_residues(p, (terms, 2))
    right[-1] -= 1
    assert (modular.product(left, right, p) == exact(left, right, p)).all()


@pytest.mark.parametrize("p", [2, 13, 10007, 2**30 + 3, BELOW_2_31])
def test_products_are_exact(p):
    rng = np.random.default_rng(0)
    left, right = rng.integers(p, size=(2, 30, 30))
    left[0] = right[:, 0] = p - 1
    for factor in (right, right.astype(np.float64)):
        found = modular.product(left, factor, p)
        assert found.dtype == np.int64
        assert (found == exact(left, right, p)).all()


def test_products_are_exact_at_the_largest_number_of_terms():
    p = BELOW_2_31
    terms = (2**53 - 1) // (p * 2**16)
    assert modular.has_exact_products(terms, p)
    assert not modular.has_exact_products(terms + 1, p)
    left, right = largest_residues(p, (1, terms)), largest_residues(p, (terms, 1))
    assert int(modular.product(left, right, p)[0, 0]) == terms * (p - 1) ** 2 % p
    more = largest_residues(p, (1, terms + 1))
    with pytest.raises(ValueError, match=f"sums of {terms + 1} products modulo {p} are too large"):
        modular.product(more, more.T, p)


def test_moduli_of_32_bits_are_refused():
    assert not modular.has_exact_products(1, 2**31)
    with pytest.raises(ValueError, match="too large for exact arithmetic"):
        modular.product(np.ones((1, 1), dtype=np.int64), np.ones((1, 1), dtype=np.int64), 2**32)


@pytest.mark.parametrize("p", [101, BELOW_2_31])
def test_batches_of_products_broadcast(p):
    rng = np.random.default_rng(1)
    left, right = rng.integers(p, size=(5, 1, 2, 3)), rng.integers(p, size=(4, 3, 6))
    found = modular.product(left, right, p)
    assert found.shape == (5, 4, 2, 6)
    for i in range(5):
        for j in range(4):
            assert (found[i, j] == exact(left[i, 0], right[j], p)).all()
    assert (modular.product(left[0, 0], right, p)[3] == exact(left[0, 0], right[3], p)).all()


@given(st.integers(1, 200), st.sampled_from([2, 97, 2**30 + 3, BELOW_2_31]), st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_matrix_powers_are_repeated_products(k, p, seed):
    matrix = np.random.default_rng(seed).integers(p, size=(2, 3, 3))
    expected = matrix.astype(object)
    for _ in range(k - 1):
        expected = expected @ matrix.astype(object) % p
    assert (modular.matrix_power(matrix, k, p) == expected).all()


@pytest.mark.parametrize("k", [0, -1])
def test_powers_of_a_matrix_start_at_one(k):
    with pytest.raises(ValueError, match=f"must be 1 or more, got {k}"):
        modular.matrix_power(np.eye(2, dtype=np.int64), k, 7)


@pytest.mark.parametrize(("base", "count", "p"), [(3, 0, 7), (3, 1, 7), (5, 100, 101)])
def test_powers(base, count, p):
    assert modular.powers(base, count, p).tolist() == [pow(base, n, p) for n in range(count)]


def test_powers_are_exact_at_the_largest_modulus():
    p = BELOW_2_31
    assert modular.powers(p - 2, 99, p).tolist() == [pow(p - 2, n, p) for n in range(99)]


def test_inverses_and_residues():
    values = np.arange(1, 101)
    assert (modular.inverses(values, 101) * values % 101 == 1).all()
    assert modular.inverses(values[:0], 101).dtype == np.int64
    assert modular.residue(Fraction(-3, 4), 7) == 1
    with pytest.raises(ValueError, match="not invertible"):
        modular.inverses(np.array([3, 0]), 101)
    with pytest.raises(ValueError, match="not invertible"):
        modular.residue(Fraction(1, 14), 7)


def test_split_primes_are_one_modulo_e():
    primes = list(modular.split_primes(60, 10**6, 10**20))
    assert all(isprime(p) and p % 60 == 1 and p <= 10**6 for p in primes)
    assert prod(primes) > 10**20 >= prod(primes[:-1])
    assert primes == sorted(set(primes), reverse=True)
    assert list(modular.split_primes(1, 10, 6)) == [7]
    assert list(modular.split_primes(1, 10, 7)) == [7, 5]
    assert list(modular.split_primes(1, 10, 0)) == []
    for p in primes[:2]:
        assert n_order(modular.root_of_unity(60, p), p) == 60
    with pytest.raises(ArithmeticError, match="not enough primes 1 modulo 60 below 100"):
        list(modular.split_primes(60, 100, 10**9))


@pytest.mark.parametrize(
    ("e", "least", "expected"), [(1, 1, 2), (1, 7, 11), (6, 7, 13), (6, 6, 7), (60, 0, 61)]
)
def test_the_split_prime_above(e, least, expected):
    assert modular.split_prime_above(e, least) == expected


def test_primitive_roots_have_the_full_order():
    for p in [3, 7, 101, 10007]:
        assert n_order(modular.primitive_root(p), p) == p - 1
    assert type(modular.primitive_root(101)) is int


@pytest.mark.parametrize("e", [1, 2, 3, 8, 12])
def test_embedded_roots_are_all_the_roots_of_that_order(e):
    p = modular.split_prime_above(e, 100)
    roots = modular.embedded_roots(e, p)
    generators = {a for a in range(1, p) if n_order(a, p) == e}
    assert roots.shape == (len(generators), e)
    assert set(roots[:, 1 % e].tolist()) == generators
    for row in roots.tolist():
        assert row == [pow(row[1 % e], a, p) for a in range(e)]
    with pytest.raises(ValueError, match="read-only"):
        roots[0, 0] = 5


@pytest.mark.parametrize("e", range(1, 61))
def test_unit_generators_generate_all_units(e):
    reached = {1 % e}
    while True:
        more = reached | {a * k % e for a in reached for k in modular.unit_generators(e)}
        if more == reached:
            break
        reached = more
    assert reached == {k % e for k in range(e) if gcd(k, e) == 1}
