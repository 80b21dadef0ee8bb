from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy.combinatorics import Permutation, PermutationGroup

from symrep.cayley.orbits import orbit_numbers


def as_sets(numbers):
    return {frozenset(np.flatnonzero(numbers == k).tolist()) for k in set(numbers.tolist())}


@given(st.integers(1, 9).flatmap(lambda n: st.lists(st.permutations(range(n)), min_size=1)))
def test_orbits_are_those_of_sympy(permutations):
    points = len(permutations[0])
    expected = PermutationGroup([Permutation(p, size=points) for p in permutations]).orbits()
    moved = {x for orbit in expected for x in orbit}
    fixed = {frozenset([x]) for x in range(points) if x not in moved}
    found = orbit_numbers([np.array(p) for p in permutations], points)
    assert found.dtype == np.int64
    assert as_sets(found) == fixed | set(map(frozenset, expected))
    assert set(found.tolist()) == set(range(len(as_sets(found))))


@pytest.mark.parametrize("points", [0, 1, 4])
def test_no_permutations_leave_every_point_alone(points):
    found = orbit_numbers([], points)
    assert sorted(found.tolist()) == list(range(points))


def test_columns_of_an_array_are_permutations():
    images = np.array([[1, 0], [0, 1], [3, 2], [2, 3]])
    assert as_sets(orbit_numbers(images.T, 4)) == {frozenset({0, 1}), frozenset({2, 3})}
    assert as_sets(orbit_numbers(images.T[:1], 4)) == as_sets(orbit_numbers(images.T, 4))
    assert len(as_sets(orbit_numbers(images.T[1:], 4))) == 4
