"""Exact cyclotomic numbers: sums of roots of unity, the values of characters of finite groups.

With zeta = exp(2 pi i/e), a number is given by rational coefficients c_0, ..., c_(e-1) of 1, zeta,
..., zeta^(e-1). These are not unique; the coefficients of 1, ..., zeta^(phi(e)-1), from `reduced`,
are. Users see SymPy numbers: integers and square roots where possible, else cosines or
exponentials.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from math import acos, gcd, lcm, tau
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import (
    Expr,
    I,
    Integer,
    Poly,
    Rational,
    cos,
    cyclotomic_poly,
    exp,
    factorint,
    pi,
    sin,
    sqrt,
)
from sympy import legendre_symbol as legendre
from sympy.abc import x as _x

from symrep._support.caches import kept

Coefficients = list[Fraction]

LARGEST_ANGLE = 1000
"""Largest denominator of the angles, in turns, that nested square roots are matched with."""

LARGEST_FAST = 2**20
"""Bound on integers whose products are summed in int64; larger ones are Python integers."""


def roots_of_unity(e: int) -> NDArray[np.complex128]:
    """Return [a] = exp(2 pi i a/e), (e,), within a unit in the last place; 1, i, ... are exact."""
    a = np.arange(e)
    # Angles are folded into the first eighth of the circle, where cosine and sine are accurate.
    quarter, rest = np.divmod(4 * a, e)
    mirrored = 2 * rest > e
    angle = np.pi / 2 * np.where(mirrored, e - rest, rest) / e
    real, imaginary = np.cos(angle), np.sin(angle)
    folded = np.where(mirrored, imaginary + 1j * real, real + 1j * imaginary)
    return np.array([1, 1j, -1, -1j])[quarter] * folded


@kept(32, largest=2**24)
def power_basis(e: int) -> NDArray[np.int64]:
    """Return [a] = coefficients of zeta^a in the basis 1, ..., zeta^(phi(e)-1), (e, phi(e))."""
    modulus = [int(c) for c in Poly(cyclotomic_poly(e, _x), _x).all_coeffs()[::-1]]
    degree = len(modulus) - 1
    lower = np.array(modulus[:-1], dtype=np.int64)
    rows = np.zeros((e, degree), dtype=np.int64)
    rows[0, 0] = 1
    for a in range(1, e):
        rows[a, 1:] = rows[a - 1, :-1]
        rows[a] -= rows[a - 1, -1] * lower
    return rows


def reduced(coefficients: NDArray[Any], e: int) -> NDArray[Any]:
    """Return the unique coefficients, (*batch, phi(e)), from integer ones, (*batch, e)."""
    unique: NDArray[Any] = coefficients @ power_basis(e)
    return unique


@kept(2**16)
def sum_of_roots(exponents: tuple[int, ...], e: int) -> Expr:
    """Return the sum of zeta^a over the exponents a, as a SymPy number.

    >>> sum_of_roots((1, 4), 5), sum_of_roots((1, 2), 3)
    (-1/2 + sqrt(5)/2, -1)
    """
    common = reduce(gcd, exponents, e)
    coefficients = [Fraction(0)] * (e // common)
    for a in exponents:
        coefficients[a // common % (e // common)] += 1
    return exact(coefficients)


@kept(2**16)
def is_sum_of_roots(number: Any, exponents: tuple[int, ...], e: int) -> bool:
    """Return whether a number, as in `coefficients_of`, is the sum of zeta^a over the exponents."""
    counts = np.bincount(np.array(exponents, dtype=np.int64), minlength=e)
    return is_zero(total(coefficients_of(number), [Fraction(-int(count)) for count in counts]))


def is_zero(coefficients: Sequence[Any]) -> bool:
    """Return whether the number with rational coefficients c_0, ..., c_(e-1) is 0."""
    c, _ = _integers(coefficients)
    return not reduced(c, len(c)).any()


def exact(coefficients: Sequence[Any]) -> Expr:
    """Return the SymPy number with rational coefficients c_0, ..., c_(e-1) of the powers of zeta.

    Rational and quadratic numbers are written as such, other real numbers with cosines, the rest
    with exponentials.

    >>> exact([0, 0, 1, 1, 0]), exact([0, 1, 0, 0, 0, 0, 1]), exact([0, 1, 0, 0, 0])
    (-sqrt(5)/2 - 1/2, 2*cos(2*pi/7), exp(2*I*pi/5))
    """
    e = len(coefficients)
    c, scale = _integers(coefficients)
    conjugates = reduced(_galois_conjugates(c), e)
    unique = conjugates[0]
    if not unique[1:].any():
        return Rational(int(unique[0]), scale)
    different = np.flatnonzero((conjugates != unique).any(1))
    if (conjugates[different] == conjugates[different[0]]).all():
        return _quadratic(c, _galois_conjugates(c)[different[0]]) / scale
    # A real number is its own real part, which is a sum of cosines.
    real = (unique == conjugates[-1]).all()
    terms: Any = Integer(0)
    for a in np.flatnonzero(c):
        angle = 2 * pi * int(a) / e
        terms += Rational(int(c[a]), scale) * (cos(angle) if real else exp(I * angle))
    return terms


def _integers(coefficients: Sequence[Any]) -> tuple[NDArray[Any], int]:
    """Return integers, (e,), and their common denominator."""
    scale = lcm(*(Fraction(c).denominator for c in coefficients))
    integers = [int(c * scale) for c in coefficients]
    small = max(map(abs, integers)) <= LARGEST_FAST
    return np.array(integers, dtype=np.int64 if small else object), scale


def coefficients_of(number: Any) -> Coefficients:
    """Return coefficients c_0, ..., c_(e-1), for some e, of an exact cyclotomic number.

    The number is built by sums, products and powers from rationals, square roots of rationals, I,
    cos(q pi), sin(q pi) and exp(q pi I). `exact` is the inverse.

    Raises:
        ValueError: the number is not of this form.
    """
    if isinstance(number, (int, Fraction)):
        return [Fraction(number)]
    if not isinstance(number, Expr):
        raise ValueError(f"expected an exact number, got {number!r}")
    if number.is_Rational:
        return [Fraction(int(number.p), int(number.q))]
    if number == I:
        return _power_of_zeta(1, 4)
    if number.is_Add or number.is_Mul:
        parts = map(coefficients_of, number.args)
        return reduce(total if number.is_Add else product, parts)
    if number.is_Pow and number.exp.is_Integer and number.exp > 0:
        return reduce(product, [coefficients_of(number.base)] * int(number.exp))
    if number.is_Pow and number.exp == Rational(1, 2) and number.base.is_Rational:
        return _square_root(int(number.base.p), int(number.base.q))
    if number.is_Pow and number.exp == Rational(1, 2):
        return _cosine_with_square(number)
    turns: Any = number.args[0] / pi / 2 if number.args else I
    if isinstance(number, exp) and (turns / I).is_Rational:
        return _power_of_zeta(int((turns / I).p), int((turns / I).q))
    if isinstance(number, (cos, sin)) and turns.is_Rational:
        turns -= Rational(1, 4) if isinstance(number, sin) else 0
        return _cosine(int(turns.p), int(turns.q))
    raise ValueError(
        f"cannot read {number} as a sum of roots of unity: expected rationals, square roots, I, "
        "cos(q pi), sin(q pi) or exp(q pi I)"
    )


def product(left: Coefficients, right: Coefficients) -> Coefficients:
    """Return the coefficients of the product of two numbers."""
    (a, b), e = _common(left, right)
    result = [Fraction(0)] * e
    for i in np.flatnonzero(np.array(a, dtype=object)):
        for j in np.flatnonzero(np.array(b, dtype=object)):
            result[(i + j) % e] += a[i] * b[j]
    return result


def total(left: Coefficients, right: Coefficients) -> Coefficients:
    """Return the coefficients of the sum of two numbers."""
    (a, b), _ = _common(left, right)
    return [p + q for p, q in zip(a, b, strict=True)]


def _common(*numbers: Coefficients) -> tuple[list[Coefficients], int]:
    e = lcm(*map(len, numbers))
    lifted = []
    for number in numbers:
        coefficients = [Fraction(0)] * e
        coefficients[:: e // len(number)] = number
        lifted.append(coefficients)
    return lifted, e


def _power_of_zeta(a: int, e: int) -> Coefficients:
    coefficients = [Fraction(0)] * e
    coefficients[a % e] = Fraction(1)
    return coefficients


def _cosine(a: int, e: int) -> Coefficients:
    """Return the coefficients of cos(2 pi a/e)."""
    up, down = _power_of_zeta(a, e), _power_of_zeta(-a, e)
    return [(p + q) / 2 for p, q in zip(up, down, strict=True)]


def _cosine_with_square(root: Expr) -> Coefficients:
    """Return a nested square root, such as sqrt(sqrt(5)/8 + 5/8), as a cosine.

    SymPy writes some cosines in this way. The angle is guessed from a float and proved by squaring.
    """
    value = complex(root)
    if value.imag == 0 and 0 < value.real < 1:
        turns = Fraction(acos(value.real) / tau).limit_denominator(LARGEST_ANGLE)
        cosine = _cosine(turns.numerator, turns.denominator)
        square = [-c for c in coefficients_of(root.base)]
        if is_zero(total(product(cosine, cosine), square)):
            return cosine
    raise ValueError(f"cannot read {root} as a sum of roots of unity")


def _square_root(numerator: int, denominator: int) -> Coefficients:
    """Return sqrt(p/q) = sqrt(p q)/q; square roots of primes are Gauss sums."""
    value = numerator * denominator
    factors = [_power_of_zeta(1, 4)] if value < 0 else []
    scale = Fraction(1, denominator)
    for prime, power in factorint(abs(value)).items():
        scale *= prime ** (power // 2)
        if power % 2:
            factors.append(_square_root_of_prime(int(prime)))
    root = reduce(product, factors, [Fraction(1)])
    return [scale * c for c in root]


def _square_root_of_prime(p: int) -> Coefficients:
    if p == 2:
        return [Fraction(int(a in (1, 7))) for a in range(8)]
    gauss = [Fraction(0), *(Fraction(int(legendre(a, p))) for a in range(1, p))]
    # The sum is sqrt(p) if p = 1 mod 4, else i sqrt(p).
    return gauss if p % 4 == 1 else product(gauss, _power_of_zeta(3, 4))


def _galois_conjugates(c: NDArray[Any]) -> NDArray[Any]:
    """Return the coefficients of all Galois conjugates, zeta -> zeta^k: k = 1 first, -1 last."""
    e = len(c)
    units = np.array([k for k in range(e) if gcd(k, e) == 1])
    conjugates = np.zeros((len(units), e), dtype=c.dtype)
    np.put_along_axis(conjugates, units[:, None] * np.arange(e) % e, c[None], axis=1)
    return conjugates


def _quadratic(c: NDArray[Any], conjugate: NDArray[Any]) -> Expr:
    """Return (t +- sqrt(D))/2, with t the sum and D the squared difference of the conjugates."""
    e = len(c)
    trace = int(reduced(c + conjugate, e)[0])
    difference = c - conjugate
    square = np.zeros(e, dtype=c.dtype)
    for a in np.flatnonzero(difference):
        square += difference[a] * np.roll(difference, a)
    discriminant = int(reduced(square, e)[0])
    # In the basis 1, zeta, ... the sum does not cancel, so that a float has the right sign.
    unique = reduced(difference, e)
    value = unique @ roots_of_unity(e)[: len(unique)]
    sign = 1 if (value.real if discriminant > 0 else value.imag) > 0 else -1
    return (trace + sign * sqrt(discriminant)) / 2
