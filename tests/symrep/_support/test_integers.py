"""One reader of integers for all layers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sympy import Integer, Rational, true

from symrep import StandardTableau
from symrep._support.integers import as_integer


@pytest.mark.parametrize(
    "value",
    [3, np.int8(3), np.uint64(3), np.array(3), Integer(3), Rational(6, 2), torch.tensor(3)],
    ids=repr,
)
def test_integers_of_all_kinds_become_those_of_python(value):
    found = as_integer(value, "n", 3)
    assert type(found) is int
    assert found == 3


def test_large_integers_stay_exact():
    assert as_integer(Integer(10) ** 30, "n") == 10**30
    assert as_integer(-(2**70), "n") == -(2**70)


@pytest.mark.parametrize(
    "value",
    [True, np.True_, np.array(True), torch.tensor(True), true, 3.0, np.float64(3), "3", None, (3,)],
    ids=repr,
)
def test_others_are_named_with_their_type(value):
    with pytest.raises(TypeError) as raised:
        as_integer(value, "the degree n")
    name = type(value).__name__
    assert str(raised.value) == f"the degree n must be an integer, got {value!r}, a {name}"


@pytest.mark.parametrize("value", [2, np.int64(2), Integer(2)], ids=repr)
def test_the_least_integer_is_named(value):
    with pytest.raises(ValueError, match=r"^n must be 3 or more, got 2$"):
        as_integer(value, "n", 3)
    assert as_integer(value, "n", 2) == 2


def test_entries_of_tableaux_are_integers():
    assert StandardTableau((Integer(0), np.int64(1))) == StandardTableau((0, 1))
    with pytest.raises(TypeError, match="an entry must be an integer, got True, a bool"):
        StandardTableau((0, True))
    with pytest.raises(TypeError, match=r"a row must be an integer, got 0\.0, a float"):
        StandardTableau.from_row_word([0.0])
