from itertools import product

import numpy as np
import pytest
from sympy.combinatorics import Permutation
from sympy.combinatorics import PermutationGroup as SympyGroup
from sympy.combinatorics.named_groups import DihedralGroup as SympyDihedral

from symrep import AlternatingGroup, DihedralGroup, PermutationGroup
from symrep.cayley.isomorphisms import isomorphism
from symrep.groups import permutation

PERMUTATIONS = {
    "trivial": [[0, 1, 2]],
    "no letters": [[]],
    "one letter": [[0]],
    "S_3": [[1, 0, 2], [1, 2, 0]],
    "fixed letters": [[0, 1, 3, 2, 4, 5], [0, 1, 2, 3, 5, 4]],
    "A_5": [[1, 2, 3, 4, 0], [0, 2, 1, 4, 3]],
    "F_21": [[1, 2, 3, 4, 5, 6, 0], [0, 2, 4, 6, 1, 3, 5]],
    "D_6": [p.array_form for p in SympyDihedral(6).generators],
    "intransitive": [[1, 0, 2, 3, 4], [0, 1, 3, 4, 2]],
}
permutation_groups = pytest.mark.parametrize("name", PERMUTATIONS)


def is_isomorphic(group, other):
    table = other if isinstance(other, np.ndarray) else other.cayley_table
    return isomorphism(group.cayley_table, table) is not None


@permutation_groups
def test_permutations_are_enumerated_in_lexicographic_order(name):
    generators = PERMUTATIONS[name]
    group = PermutationGroup(generators)
    of_sympy = SympyGroup([Permutation(g) for g in generators])
    expected = sorted(p.array_form for p in of_sympy.elements)
    assert [group.element(k).array_form for k in range(group.order)] == expected
    assert group.identity == 0
    assert [group.element(s).array_form for s in group.generators] == generators


@permutation_groups
def test_products_of_permutations_apply_the_first_first(name):
    group = PermutationGroup(PERMUTATIONS[name])
    images = [group.element(k).array_form for k in range(group.order)]
    table = group.cayley_table
    assert table.shape == (group.order, group.order)
    for x, y in product(range(0, group.order, 1 + group.order // 15), repeat=2):
        assert images[table[x, y]] == [images[y][letter] for letter in images[x]]
        assert group.products(x, y) == table[x, y]
    assert (table[np.arange(group.order), group.inverse_indices] == 0).all()
    assert group.products(0, group.order - 1).shape == ()
    assert group.products(np.zeros((2, 1), int), np.zeros(3, int)).shape == (2, 3)


def test_many_letters_that_must_be_looked_at():
    """Images of 16 letters of 32 are more than 2^64 combinations."""
    swaps = []
    for k in range(16):
        swap = list(range(32))
        swap[2 * k : 2 * k + 2] = 2 * k + 1, 2 * k
        swaps.append(swap)
    group = PermutationGroup(swaps)
    assert group.order == 2**16
    x, y = np.random.default_rng(0).integers(2**16, size=(2, 200))
    # In lexicographic order the exchanged pairs are the binary digits of the index.
    assert np.array_equal(group.products(x, y), x ^ y)
    assert [group.index(s) for s in swaps] == [2**k for k in reversed(range(16))]
    assert group.products(x, x).max() == 0


def test_keys_that_collide_are_drawn_again(monkeypatch):
    class Colliding:
        def __init__(self, seed):
            self.seed = seed

        def integers(self, high, size):
            return (
                np.ones(size, dtype=np.int64)
                if self.seed == permutation.FIRST_SEED
                else 7 ** np.arange(size)
            )

    monkeypatch.setattr(np.random, "default_rng", Colliding)
    group = PermutationGroup(PERMUTATIONS["A_5"])
    assert is_isomorphic(group, AlternatingGroup(5))


def test_sympy_permutations_generate():
    group = PermutationGroup(SympyDihedral(5).generators)
    assert is_isomorphic(group, DihedralGroup(5))
    assert (str(group), group.degree) == ("G_10", 5)


@pytest.mark.parametrize(
    ("generators", "options", "error", "message"),
    [
        ([], {}, ValueError, "expected at least one permutation"),
        ([[1, 0], [1, 2, 0]], {}, ValueError, "generators of 2 and of 3 points: give permutations"),
        ([[0, 0]], {}, ValueError, r"\[0, 0\] is not a permutation of 0, ..., 1"),
        (["(0 1)"], {}, TypeError, "expected a SymPy Permutation or a list"),
        ([[1, 0, 2], [1, 2, 0]], {"largest": 5}, ValueError, "order 6, above the bound largest=5"),
        ([[*range(1, 30), 0], [1, 0, *range(2, 30)]], {}, ValueError, "the bound largest=100000"),
    ],
)  # fmt: skip
def test_permutations_that_generate_no_group(generators, options, error, message):
    with pytest.raises(error, match=message):
        PermutationGroup(generators, **options)


def test_permutations_outside_the_group():
    group = PermutationGroup([[1, 2, 0]])
    with pytest.raises(ValueError, match=r"\(0 1\) is not an element of G_3"):
        group.index([1, 0, 2])
    with pytest.raises(ValueError, match="of 4 points, expected 3"):
        group.index([1, 0, 2, 3])
    with pytest.raises(ValueError, match=r"\(0 1\) is not an element of G_3"):
        group.parse_element("(0 1)")
    with pytest.raises(IndexError, match="0 to 2, got 3"):
        group.element(3)
    assert PermutationGroup([[1, 2, 0]], largest=3).order == 3
