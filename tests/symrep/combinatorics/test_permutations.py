from itertools import permutations as all_permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Integer
from sympy.combinatorics import Permutation
from sympy.combinatorics.named_groups import SymmetricGroup as SymPySymmetricGroup

from symrep.combinatorics.integer_partitions import Partition, partitions
from symrep.combinatorics.permutations import (
    as_array,
    class_ranks,
    class_representative,
    compose,
    coset_ranks,
    cycle_notation,
    cycle_type,
    elements,
    inverse,
    lehmer_code,
    order,
    parse_permutations,
    power_map,
    rank,
    reduced_word,
    reduced_words,
    sign,
    unrank,
)

few = settings(deadline=None, max_examples=60, derandomize=True)
one = st.integers(0, 9).flatmap(lambda n: st.permutations(range(n)))
two = st.integers(0, 9).flatmap(lambda n: st.tuples(*[st.permutations(range(n))] * 2))
long_one = st.integers(0, 40).flatmap(lambda n: st.permutations(range(n)))


def array(images):
    return np.array(images, dtype=np.int64)


def adjacent_transposition(i, n):
    images = list(range(n))
    images[i], images[i + 1] = i + 1, i
    return Permutation(images)


# S_3 by hand


def test_the_product_applies_its_left_factor_first():
    s_0, s_1 = array([1, 0, 2]), array([0, 2, 1])
    # s_0 s_1: 0 -> 1 -> 2, 1 -> 0 -> 0, 2 -> 2 -> 1
    assert compose(s_0, s_1).tolist() == [2, 0, 1]
    assert compose(s_1, s_0).tolist() == [1, 2, 0]


@pytest.mark.parametrize(
    ("images", "word"),
    [
        ([0, 1, 2], ()),
        ([0, 2, 1], (1,)),
        ([1, 0, 2], (0,)),
        ([1, 2, 0], (1, 0)),
        ([2, 0, 1], (0, 1)),
        ([2, 1, 0], (1, 0, 1)),
    ],
)
def test_reduced_words_of_s_3(images, word):
    assert reduced_word(images) == word


def test_s_3_in_lexicographic_order():
    assert elements(3).tolist() == [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ]


# Against SymPy


@few
@given(two)
def test_compose_is_the_product_of_sympy(pair):
    p, q = pair
    assert compose(array(p), array(q)).tolist() == (Permutation(p) * Permutation(q)).array_form


@few
@given(one)
def test_inverse_is_that_of_sympy(p):
    assert inverse(array(p)).tolist() == (~Permutation(p)).array_form


@few
@given(one)
def test_rank_and_lehmer_code_are_those_of_sympy(p):
    # SymPy has no rank of the permutation of no letters.
    expected = Permutation(p).rank() if p else 0
    assert rank(array(p)) == expected
    assert unrank(expected, len(p)).tolist() == p
    assert lehmer_code(array(p)).tolist()[:-1] == (Permutation(p).inversion_vector() if p else [])


@few
@given(st.integers(0, 20).flatmap(lambda n: st.tuples(st.just(n), st.permutations(range(n)))))
def test_rank_and_unrank_are_inverse_up_to_twenty_letters(case):
    n, p = case
    assert unrank(rank(array(p)), n).tolist() == p


@few
@given(long_one)
def test_cycle_type_sign_and_order_are_those_of_sympy(p):
    oracle = Permutation(p)
    lengths = [length for length, m in oracle.cycle_structure.items() for _ in range(m)]
    expected = sorted(lengths, reverse=True)
    assert cycle_type(array(p)).tolist() == expected + [0] * (len(p) - len(expected))
    assert sign(array(p)) == oracle.signature()
    assert order(array(p)) == oracle.order()


@few
@given(one)
def test_reduced_words_multiply_to_the_permutation_and_are_shortest(p):
    n, product = len(p), Permutation(list(range(len(p))))
    word = reduced_word(p)
    for i in word:
        product = product * adjacent_transposition(i, n)
    assert product.array_form == p
    assert len(word) == Permutation(p).inversions()


@few
@given(one)
def test_cycle_notation_is_that_of_sympy(p):
    cycles = Permutation(p).cyclic_form
    expected = "".join(f"({' '.join(map(str, cycle))})" for cycle in cycles) or "()"
    assert cycle_notation(p) == expected


@pytest.mark.parametrize("n", range(2, 7))
def test_the_sympy_order_is_that_of_generate(n):
    expected = [p.array_form for p in SymPySymmetricGroup(n).generate()]
    assert elements(n, "sympy").tolist() == expected


def test_the_sympy_order_of_s_5_is_pinned():
    words = ["".join(map(str, p)) for p in elements(5, "sympy").tolist()]
    assert words[:5] == ["01423", "12034", "23140", "34201", "41023"]


@pytest.mark.parametrize("n", range(7))
def test_the_lexicographic_order_is_that_of_itertools(n):
    assert [tuple(p) for p in elements(n).tolist()] == list(all_permutations(range(n)))
    np.testing.assert_array_equal(rank(elements(n)), np.arange(factorial(n)))


@pytest.mark.parametrize("n", [0, 1])
@pytest.mark.parametrize("element_order", ["lexicographic", "sympy"])
def test_groups_of_one_element(n, element_order):
    assert elements(n, element_order).tolist() == [list(range(n))]


# Arrays of any shape


def test_functions_work_on_all_rows_at_once():
    p = elements(4)
    batch = p.reshape(2, 3, 4, 4)
    for function in (inverse, lehmer_code, rank, sign, cycle_type, order, class_ranks):
        whole = function(batch)
        rows = np.array([function(row) for row in p])
        np.testing.assert_array_equal(whole, rows.reshape(2, 3, 4, *rows.shape[1:]))
    words = reduced_words(batch).reshape(24, 6)
    for row, word in zip(p, words, strict=True):
        assert tuple(letter for letter in word if letter >= 0) == reduced_word(row)


def test_compose_broadcasts():
    p = elements(3)
    table = compose(p[:, None], p[None])
    for x in range(6):
        for y in range(6):
            assert table[x, y].tolist() == [p[y][i] for i in p[x]]


def test_unrank_of_an_empty_batch():
    assert unrank(np.zeros((0,), dtype=np.int64), 4).shape == (0, 4)


# Conjugacy classes


@pytest.mark.parametrize("n", range(7))
def test_class_ranks_count_from_the_identity(n):
    labels = list(partitions(n))[::-1]
    representatives = np.array([class_representative(label) for label in labels])
    np.testing.assert_array_equal(class_ranks(representatives), np.arange(len(labels)))
    for label, p in zip(labels, representatives, strict=True):
        assert [k for k in cycle_type(p).tolist() if k] == list(label)


def test_class_representative_has_consecutive_cycles():
    assert class_representative(Partition(3, 2, 1)).tolist() == [1, 2, 0, 4, 3, 5]


@pytest.mark.parametrize("n", range(9))
def test_power_map_is_the_cycle_type_of_powers(n):
    for label in partitions(n):
        p = Permutation(class_representative(label).tolist())
        for k in range(-3, 8):
            lengths = cycle_type(array((p**k).array_form))
            assert power_map(label, k) == tuple(m for m in lengths.tolist() if m)
            assert type(power_map(label, k)) is Partition


# Bad input


@pytest.mark.parametrize(
    "p", ["012", "", {0, 1}, 5, [0.0, 1.0], [[0, 1]], None, [True, False], [0, [1]], [0, True]]
)
def test_what_is_no_array_form_is_named(p):
    with pytest.raises(TypeError, match="expected a SymPy Permutation or a list of images, got"):
        as_array(p)


@pytest.mark.parametrize("p", [[0, 0], [1, 2], [0, 1, 3], [-1, 0]])
def test_integers_that_are_no_permutation_are_named(p):
    last = len(p) - 1
    with pytest.raises(ValueError, match=rf"\[{p[0]}, .* is not a permutation of 0, ..., {last}"):
        as_array(p)


def test_arrays_of_booleans_are_no_permutations():
    for p in (np.array([False, True]), np.array([0, True], dtype=object), [np.False_, np.True_]):
        with pytest.raises(TypeError, match="expected a SymPy Permutation or a list of images"):
            as_array(p)


def test_sympy_integers_are_images():
    for p in ([Integer(1), Integer(0)], np.array([Integer(1), 0]), (np.int8(1), Integer(0))):
        found = as_array(p)
        assert found.dtype == np.int64
        assert found.tolist() == [1, 0]


def test_a_permutation_of_another_degree_is_named():
    with pytest.raises(ValueError, match=r"permutation of 3 points, expected 4; .*size=4.* widens"):
        as_array(Permutation(0, 2), 4)


def test_as_array_accepts_sympy_lists_tuples_and_arrays():
    for p in (Permutation([1, 2, 0]), [1, 2, 0], (1, 2, 0), np.array([1, 2, 0], dtype=np.int8)):
        images = as_array(p, 3)
        assert images.tolist() == [1, 2, 0]
        assert images.dtype == np.int64
    assert as_array([]).shape == (0,)


def test_as_array_copies():
    given_array = array([1, 0])
    as_array(given_array)[0] = 7
    assert given_array.tolist() == [1, 0]


def test_positions_outside_the_group_are_refused():
    for position in (-1, 6, [0, 6]):
        with pytest.raises(IndexError, match="positions in S_3 run from 0 to 5"):
            unrank(position, 3)


def test_degrees_whose_positions_overflow_are_refused():
    with pytest.raises(ValueError, match="up to n = 20, got n = 21"):
        rank(np.arange(21))
    with pytest.raises(ValueError, match="up to n = 20, got n = 21"):
        unrank(0, 21)


def test_an_unknown_element_order_is_named():
    with pytest.raises(ValueError, match="'random': expected one of lexicographic, sympy"):
        elements(3, "random")


@pytest.mark.parametrize("n", range(1, 7))
def test_ranks_of_cosets_are_those_of_products(n):
    table = coset_ranks(n)
    assert table.shape == (factorial(n - 1), n)
    assert sorted(table.ravel()) == list(range(factorial(n)))
    for r, h in enumerate(elements(n - 1)):
        for j in range(n):
            # s_(n-2) s_(n-3) ... s_j, the last letter to j
            t = np.array([*range(j), *range(j + 1, n), j])
            assert table[r, j] == rank(compose(np.array([*h, n - 1]), t))


def test_the_cosets_of_s_3_by_hand():
    # 01 and 10, followed by 0, 1 or 2: 120 021 012 and 210 201 102
    assert coset_ranks(3).tolist() == [[3, 1, 0], [5, 4, 2]]


# Text


@few
@given(st.lists(one.filter(len), min_size=1, max_size=3))
def test_cycles_and_images_are_read_back(several):
    n = len(several[0])
    several = [p for p in several if len(p) == n]
    for written in (cycle_notation, lambda p: " ".join(map(str, p))):
        text = ", ".join(map(written, several))
        assert [p.tolist() for p in parse_permutations(text, n)] == several


def test_cycles_are_read_from_left_to_right():
    (p,) = parse_permutations("(0, 2, 1)(3 4)", 6)
    assert p.tolist() == [2, 0, 1, 4, 3, 5]
    assert parse_permutations(" () ", 2)[0].tolist() == [0, 1]
    assert [p.tolist() for p in parse_permutations("(0 2)(1),1 0 2", 3)] == [[2, 1, 0], [1, 0, 2]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("(0 1), (1 7 2)", r"cycle \(1 7 2\) has points that are not among 0, ..., 4"),
        ("(0 1)(2 3 2)", r"cycle \(2 3 2\) of \(0 1\)\(2 3 2\) repeats a point"),
        ("(0 1)(1 2)", r"cycle \(1 2\) of \(0 1\)\(1 2\) repeats a point"),
        ("1 0 2", "3 points, expected 5"),
        ("1 1 2 3 4", r"\[1, 1, 2, 3, 4\] is not a permutation"),
        ("(0 1", r"'\(0 1' is not a permutation: expected cycles"),
        ("(0 a)", "not a permutation: expected cycles"),
        ("", "'' is not a permutation: expected cycles"),
        ("(0 1),", "'' is not a permutation: expected cycles"),
    ],
)
def test_text_that_is_no_permutation_is_named(text, message):
    with pytest.raises(ValueError, match=message):
        parse_permutations(text, 5)
