from fractions import Fraction
from itertools import product as pairs
from math import gcd

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    I,
    Integer,
    Rational,
    Symbol,
    cos,
    exp,
    expand_complex,
    log,
    minimal_polynomial,
    pi,
    simplify,
    sin,
    sqrt,
    totient,
)

from symrep.arithmetic import cyclotomic
from symrep.arithmetic.cyclotomic import (
    coefficients_of,
    exact,
    is_sum_of_roots,
    is_zero,
    power_basis,
    product,
    reduced,
    roots_of_unity,
    sum_of_roots,
    total,
)

few = settings(deadline=None, max_examples=60, derandomize=True)
rationals = st.fractions(-5, 5, max_denominator=12)
lists = st.sampled_from([1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 24]).flatmap(
    lambda e: st.lists(rationals, min_size=e, max_size=e)
)


def number(coefficients):
    """The complex number, the plain sum."""
    angles = 2j * np.pi * np.arange(len(coefficients)) / len(coefficients)
    return complex(np.array(coefficients, dtype=float) @ np.exp(angles))


# Roots of unity as floats


@pytest.mark.parametrize("e", [1, 2, 3, 4, 5, 8, 12, 113, 360, 1001])
def test_roots_of_unity_are_accurate_and_exact_on_the_axes(e):
    roots = roots_of_unity(e)
    assert roots.shape == (e,)
    for a in range(0, e, 1 + e // 40):
        exactly = (exp(2 * pi * I * a / e)).evalf(30)
        assert abs(complex(exactly) - roots[a]) < 1.2e-16 * 2
        assert abs(roots[-a % e] - roots[a].conjugate()) < 1.2e-16 * 2
    for quarter, value in enumerate((1, 1j, -1, -1j)):
        if quarter * e % 4 == 0:
            assert roots[quarter * e // 4] == value
    if e % 12 == 0:
        assert roots[e // 6].real == pytest.approx(0.5, abs=1.2e-16)


# Unique coefficients


@pytest.mark.parametrize("e", [*range(1, 31), 105, 210])
def test_the_basis_gives_every_power(e):
    basis = power_basis(e)
    degree = int(totient(e))
    assert basis.shape == (e, degree)
    assert np.array_equal(basis[:degree], np.eye(degree, dtype=np.int64))
    roots = roots_of_unity(e)
    assert np.abs(basis @ roots[:degree] - roots).max() < 1e-12 * e
    # Sums over the subgroups of the roots of unity vanish.
    for d in range(2, e + 1):
        if e % d == 0:
            sums = np.zeros(e, dtype=np.int64)
            sums[:: e // d] = 1
            assert not reduced(sums, e).any()


# Numbers as SymPy writes them


@pytest.mark.parametrize(
    ("exponents", "e", "expected"),
    [
        ((), 7, 0),
        ((0, 0, 0), 5, 3),
        ((1, 2, 3, 4), 5, -1),
        ((1, 4), 5, (sqrt(5) - 1) / 2),
        ((2, 3), 5, (-sqrt(5) - 1) / 2),
        ((1,), 4, I),
        ((3,), 4, -I),
        ((1,), 3, (-1 + sqrt(3) * I) / 2),
        ((1, 2, 4), 7, (-1 + sqrt(7) * I) / 2),
        ((3, 5, 6), 7, (-1 - sqrt(7) * I) / 2),
        ((1, 3), 8, sqrt(2) * I),
        ((1, 7), 8, sqrt(2)),
        ((3, 5), 8, -sqrt(2)),
        ((1, 11), 12, sqrt(3)),
        ((1, 6), 7, 2 * cos(2 * pi / 7)),
        ((1,), 5, exp(2 * I * pi / 5)),
        ((10, 40), 50, (sqrt(5) - 1) / 2),
        ((1, 3, 4, 5, 9), 11, (-1 + sqrt(11) * I) / 2),
    ],
)
def test_sums_of_roots_by_hand(exponents, e, expected):
    found = sum_of_roots(exponents, e)
    assert (found - expected).expand() == 0
    assert type(found) is type(Integer(0) + expected) or found.is_Rational
    assert is_sum_of_roots(found, exponents, e)
    assert not is_sum_of_roots(found + 1, exponents, e)


@few
@given(lists)
def test_exact_numbers_are_the_plain_sums(coefficients):
    found = exact(coefficients)
    assert complex(found) == pytest.approx(number(coefficients), abs=1e-11)
    assert is_zero(coefficients) == (abs(number(coefficients)) < 1e-9)
    back = coefficients_of(found)
    assert is_zero(total(back, [-c for c in coefficients]))


@few
@given(lists, lists)
def test_sums_and_products_are_those_of_numbers(left, right):
    assert number(total(left, right)) == pytest.approx(number(left) + number(right), abs=1e-9)
    assert number(product(left, right)) == pytest.approx(number(left) * number(right), abs=1e-8)


@pytest.mark.parametrize("e", [5, 7, 8, 9, 11, 12, 13, 15, 16, 17, 20, 24])
def test_what_the_tables_print_can_be_read(e):
    """Single roots and real sums, of which SymPy writes some with nested square roots."""
    for a, b in pairs(range(e), (0, 1)):
        for exponents in ((a,), (a, -a % e), tuple(sorted((a, -a % e, 0, b)))):
            assert is_sum_of_roots(sum_of_roots(exponents, e), exponents, e)


def test_quadratic_numbers_are_told_from_others():
    assert minimal_polynomial(sum_of_roots((1, 4), 5)).as_poly().degree() == 2
    assert sum_of_roots((1, 2), 5) == exp(2 * I * pi / 5) + exp(4 * I * pi / 5)
    # Of degree 4, and a root of a quadratic polynomial over the integers with i.
    assert sum_of_roots((1,), 12) == exp(I * pi / 6)


def test_large_coefficients_are_exact():
    for large in (2**20 + 1, 2**31, 2**33, 2**80):
        golden = exact([0, large, 0, 0, large])
        assert (golden - large * (sqrt(5) - 1) / 2).expand() == 0
        assert exact([Fraction(large), 1]) == large - 1
        assert exact([0, Fraction(1, large), 0, 0, 0, 0, Fraction(1, large)]) == (
            2 * cos(2 * pi / 7) / large
        )
        # What cancels is large, what is left is not.
        assert exact([large, large + 1, large, large, large + 1]) == (sqrt(5) - 1) / 2
        assert exact([large, large, large + 1, large + 1, large]) == (-sqrt(5) - 1) / 2
        assert is_zero([large] * 7)
        assert not is_zero([large] * 6 + [large + 1])


@pytest.mark.parametrize(
    "value",
    [
        3,
        Fraction(-2, 3),
        Rational(5, 7),
        I,
        sqrt(2),
        sqrt(Rational(3, 8)),
        sqrt(-5),
        sqrt(30),
        -sqrt(7) / 3 + I / 2,
        (1 + sqrt(5)) ** 3,
        sqrt(2) * sqrt(3) * I,
        cos(pi / 7),
        sin(pi / 7),
        sin(3 * pi / 10),
        cos(pi / 5),
        cos(pi / 8),
        sin(pi / 8),
        sin(pi / 16),
        cos(pi / 24),
        cos(pi / 17),
        exp(2 * I * pi / 9),
        exp(-I * pi / 9) * sqrt(3) + Rational(1, 3),
    ],
    ids=str,
)
def test_numbers_are_read(value):
    coefficients = coefficients_of(value)
    assert all(isinstance(c, Fraction) for c in coefficients)
    assert number(coefficients) == pytest.approx(complex(value), abs=1e-12)


def test_square_roots_of_all_small_integers():
    for n in range(1, 40):
        for sign in (1, -1):
            root = coefficients_of(sqrt(sign * n))
            assert is_zero(total(product(root, root), [Fraction(-sign * n)]))
            assert number(root) == pytest.approx(complex(sqrt(sign * n)))


@pytest.mark.parametrize(
    "value",
    [
        pi,
        log(2),
        Symbol("x"),
        sqrt(1 + sqrt(2)),
        2 ** Rational(1, 3),
        cos(1),
        exp(1),
        exp(I),
        sqrt(pi),
        1 / (1 + sqrt(2)),
        Rational(1, 2).evalf(),
        cos(Symbol("x")),
    ],
    ids=str,
)
def test_numbers_that_are_no_sums_are_named(value):
    with pytest.raises(ValueError, match=r"cannot read .* as a sum of roots of unity"):
        coefficients_of(value)


@pytest.mark.parametrize("value", [0.5, 1j, "1", None, np.int64(1)], ids=repr)
def test_what_is_no_exact_number_is_named(value):
    with pytest.raises(ValueError, match="expected an exact number, got"):
        coefficients_of(value)


def test_a_guessed_angle_is_proved(monkeypatch):
    """A square root next to a cosine is not taken for it."""
    near = sqrt(sqrt(2) / 4 + Rational(1, 2) + Rational(1, 10**17))
    with pytest.raises(ValueError, match=r"cannot read .* as a sum of roots"):
        coefficients_of(near)
    monkeypatch.setattr(cyclotomic, "is_zero", lambda coefficients: True)
    assert coefficients_of(near)


@pytest.mark.parametrize("e", [5, 7, 8, 12, 15])
def test_conjugates_agree_with_sympy(e):
    """The conjugates of a sum have its minimal polynomial."""
    value = sum_of_roots((1, -1 % e), e)
    polynomial = minimal_polynomial(value, Symbol("t"))
    for k in range(1, e):
        if gcd(k, e) == 1:
            other = sum_of_roots(tuple(sorted((k, -k % e))), e)
            root = polynomial.subs(Symbol("t"), other)
            assert abs(complex(root.evalf(30))) < 1e-20
            assert simplify(expand_complex(other) - 2 * cos(2 * pi * k / e)) == 0
