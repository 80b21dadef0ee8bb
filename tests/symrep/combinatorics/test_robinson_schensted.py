from itertools import combinations, permutations
from math import factorial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy.combinatorics import Permutation

from symrep.combinatorics.integer_partitions import partitions
from symrep.combinatorics.robinson_schensted import inverse_rsk, rsk
from symrep.combinatorics.tableaux import StandardTableau, standard_tableaux

small = pytest.mark.parametrize("n", range(7))


def longest(p, comes_before):
    """Length of the longest subsequence of p that is ordered by a relation."""
    return max(
        size
        for size in range(len(p) + 1)
        for chosen in combinations(p, size)
        if all(comes_before(a, b) for a, b in combinations(chosen, 2))
    )


@small
def test_a_bijection_onto_pairs_of_one_shape(n):
    pairs = {rsk(p): p for p in permutations(range(n))}
    expected = {
        (left, right)
        for shape in partitions(n)
        for left in standard_tableaux(shape)
        for right in standard_tableaux(shape)
    }
    assert set(pairs) == expected
    assert len(pairs) == sum(shape.dimension**2 for shape in partitions(n)) == factorial(n)
    for (insertion, recording), p in pairs.items():
        assert inverse_rsk(insertion, recording) == Permutation(list(p))


@small
def test_the_inverse_permutation_exchanges_the_tableaux(n):
    for p in permutations(range(n)):
        assert rsk(~Permutation(list(p))) == rsk(p)[::-1]


@small
def test_first_row_and_column_are_the_longest_subsequences(n):
    for p in permutations(range(n)):
        shape = rsk(p)[0].shape
        assert max(shape, default=0) == longest(p, lambda a, b: a < b)
        assert len(shape) == longest(p, lambda a, b: a > b)


def test_a_permutation_of_seven_letters_by_hand():
    # 3 | 1 bumps 3 | 4 | 0 bumps 1 bumps 3 | 6 | 2 bumps 4 | 5 bumps 6
    pair = (
        StandardTableau((0, 2, 5), (1, 4, 6), (3,)),
        StandardTableau((0, 2, 4), (1, 5, 6), (3,)),
    )
    assert rsk([3, 1, 4, 0, 6, 2, 5]) == pair
    assert rsk(Permutation([3, 1, 4, 0, 6, 2, 5])) == pair
    assert inverse_rsk(*pair).array_form == [3, 1, 4, 0, 6, 2, 5]
    assert all(type(tableau) is StandardTableau for tableau in pair)


@settings(deadline=None, max_examples=50, derandomize=True)
@given(st.integers(0, 40).flatmap(lambda n: st.permutations(range(n))))
def test_long_permutations_come_back(p):
    assert inverse_rsk(*rsk(p)) == Permutation(p)


def test_many_rows_need_no_recursion():
    n = 1500
    insertion, recording = rsk(range(n - 1, -1, -1))
    assert insertion == recording == tuple((i,) for i in range(n))
    assert inverse_rsk(insertion, recording).array_form == list(range(n - 1, -1, -1))


def test_tableaux_of_two_shapes_are_named():
    with pytest.raises(ValueError, match=r"two tableaux of the same shape, got \(2,1\) and \(3\)"):
        inverse_rsk(StandardTableau((0, 1), (2,)), StandardTableau((0, 1, 2)))
    with pytest.raises(ValueError, match="is less than the entry to its left"):
        inverse_rsk(((1, 0),), ((0, 1),))


def test_what_is_no_permutation_is_refused():
    with pytest.raises(ValueError, match="is not a permutation"):
        rsk([0, 0, 1])


@pytest.mark.oracles
def test_sage_inserts_alike(sage):
    listed = sage("""
from itertools import permutations
from sage.combinat.rsk import RSK
found = []
for n in range(6):
    for p in permutations(range(n)):
        pair = RSK([letter + 1 for letter in p])
        found.append([p, [[[int(k) - 1 for k in row] for row in t] for t in pair]])
print(json.dumps(found))
""")
    assert len(listed) == sum(map(factorial, range(6)))
    for p, (insertion, recording) in listed:
        assert rsk(p) == (StandardTableau(*insertion), StandardTableau(*recording))
