import pickle
from itertools import pairwise, permutations
from types import SimpleNamespace

import numpy as np
import pytest

from symrep.combinatorics.integer_partitions import Partition, partitions
from symrep.combinatorics.tableaux import StandardTableau, row_words, standard_tableaux

shapes_up_to_six = pytest.mark.parametrize(
    "shape", [shape for n in range(7) for shape in partitions(n)], ids=str
)


def brute_force(shape):
    """Every filling of the diagram that increases along rows and down columns."""
    found = set()
    for letters in permutations(range(shape.size)):
        box = dict(zip(shape.cells, letters, strict=True))
        if all(
            box[i, j] < box[neighbour]
            for i, j in box
            for neighbour in ((i, j + 1), (i + 1, j))
            if neighbour in box
        ):
            found.add(tuple(tuple(box[i, j] for j in range(part)) for i, part in enumerate(shape)))
    return found


@shapes_up_to_six
def test_standard_tableaux_by_brute_force(shape):
    tableaux = list(standard_tableaux(shape))
    assert len(tableaux) == shape.dimension
    assert set(tableaux) == brute_force(shape)


@shapes_up_to_six
def test_last_letter_order(shape):
    for earlier, later in pairwise(standard_tableaux(shape)):
        moved = [k for k in range(shape.size) if earlier.cell(k) != later.cell(k)]
        last = max(moved)
        assert earlier.cell(last)[0] > later.cell(last)[0]


@shapes_up_to_six
def test_removing_the_last_letter_leaves_the_tableaux_of_the_smaller_shapes(shape):
    if not shape:
        assert list(standard_tableaux(shape)) == [()]
        return
    rest = [
        tuple(row for row in (tuple(k for k in row if k != shape.size - 1) for row in t) if row)
        for t in standard_tableaux(shape)
    ]
    expected = [t for cell in shape.removable_cells for t in standard_tableaux(shape.without(cell))]
    assert rest == expected


def test_the_basis_of_3_2_by_hand():
    assert list(standard_tableaux(Partition(3, 2))) == [
        ((0, 1, 2), (3, 4)),
        ((0, 1, 3), (2, 4)),
        ((0, 2, 3), (1, 4)),
        ((0, 1, 4), (2, 3)),
        ((0, 2, 4), (1, 3)),
    ]


@shapes_up_to_six
def test_row_words_spell_the_tableaux(shape):
    words = row_words(shape)
    assert words.shape == (shape.dimension, shape.size)
    for word, tableau in zip(words, standard_tableaux(shape), strict=True):
        assert tableau.shape == shape
        assert tableau.row_word == tuple(word)
        assert all(letter in tableau[row] for letter, row in enumerate(word))
        assert StandardTableau.from_row_word(tableau.row_word) == tableau


def test_row_words_are_shared_and_so_read_only():
    with pytest.raises(ValueError, match="read-only"):
        row_words(Partition(2, 1))[0, 0] = 1


def test_cells_and_axial_distances_by_hand():
    tableau = StandardTableau((0, 1, 4), (2, 3))
    assert [tableau.cell(k) for k in range(5)] == [(0, 0), (0, 1), (1, 0), (1, 1), (0, 2)]
    assert [tableau.axial_distance(i) for i in range(4)] == [1, -2, 1, 2]


def test_repr_evaluates_str_aligns_and_pickle_round_trips():
    tableau = StandardTableau((0, 1, 2, 4, 5, 6, 7, 8, 9, 10), (3,))
    assert str(tableau) == " 0  1  2  4  5  6  7  8  9 10\n 3"
    for copy in (eval(repr(tableau)), pickle.loads(pickle.dumps(tableau))):
        assert copy == tableau
        assert type(copy) is StandardTableau
    assert str(StandardTableau()) == ""


def test_letters_of_a_numpy_row_become_python_integers():
    tableau = StandardTableau(np.array([0, 1]), [2])
    assert repr(tableau) == "StandardTableau((0, 1), (2,))"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (((0, 1), (1,)), "expected each of the entries 0 to 2 once"),
        (((1, 2), (3,)), "expected each of the entries 0 to 2 once"),
        (((0, 2, 1),), "1 at row 0, column 2 is less than the entry to its left or above"),
        (((1, 2), (0,)), "0 at row 1, column 0 is less than"),
        (((0,), (1, 2)), "parts must be weakly decreasing"),
        (((0,), ()), "parts must be positive"),
    ],
)
def test_rows_that_are_no_standard_tableau_are_named(rows, message):
    with pytest.raises(ValueError, match=message):
        StandardTableau(*rows)


def test_a_missing_letter_is_named():
    with pytest.raises(ValueError, match=r"a tableau of shape \(2,1\) has no entry 3"):
        StandardTableau((0, 1), (2,)).cell(3)


@pytest.mark.parametrize("word", [(1, 0), (0, 2), (-1,), (0, -1)])
def test_words_that_are_no_tableau_are_refused(word):
    with pytest.raises(ValueError, match=r"parts must be|negative|row"):
        StandardTableau.from_row_word(word)


def test_lists_beyond_memory_are_refused_before_they_are_made(monkeypatch):
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=2**33))
    with pytest.raises(MemoryError, match=r"standard tableaux of shape \(20,20\): .* needed"):
        standard_tableaux(Partition(20, 20))


def test_letters_that_are_no_integers_are_refused():
    with pytest.raises(TypeError, match="float"):
        StandardTableau((0.5, 1))
