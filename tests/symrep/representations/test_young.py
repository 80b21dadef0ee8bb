from fractions import Fraction
from itertools import pairwise, permutations

import numpy as np
import pytest
from sympy import Matrix, Rational, diag, eye, sqrt

from symrep.combinatorics.integer_partitions import Partition, partitions
from symrep.combinatorics.permutations import reduced_word
from symrep.combinatorics.tableaux import standard_tableaux
from symrep.representations.young import (
    exact_generator,
    exact_matrix,
    require_form,
    seminormal_weights,
    specht_generators,
    young_tables,
)

HALF = Rational(1, 2)
ROOT = sqrt(3) / 2
SHAPES_UP_TO_SIX = [shape for n in range(7) for shape in partitions(n)]
SHAPES_UP_TO_FIVE = [shape for shape in SHAPES_UP_TO_SIX if shape.size <= 5]
up_to_six = pytest.mark.parametrize("shape", SHAPES_UP_TO_SIX, ids=str)
up_to_five = pytest.mark.parametrize("shape", SHAPES_UP_TO_FIVE, ids=str)
in_all_forms = pytest.mark.parametrize("form", ["orthogonal", "seminormal", "specht"])


def exchange(tableau, i):
    """The filling with the letters i and i+1 exchanged."""
    swapped = {i: i + 1, i + 1: i}
    return tuple(tuple(swapped.get(letter, letter) for letter in row) for row in tableau)


def polytabloid(columns):
    """{tabloid: coefficient}: the signed sum over rearrangements within the columns."""
    tabloids = {(): 1}
    for column in columns:
        longer = {}
        for rearranged in permutations(range(len(column))):
            inversions = sum(a > b for k, a in enumerate(rearranged) for b in rearranged[k + 1 :])
            for chosen, coefficient in tabloids.items():
                rows = {*chosen, *((rearranged[k], letter) for k, letter in enumerate(column))}
                longer[frozenset(rows)] = coefficient * (-1) ** inversions
        tabloids = longer
    return {frozenset(tabloid): coefficient for tabloid, coefficient in tabloids.items()}


def columns_of(tableau):
    width = len(tableau[0]) if tableau else 0
    return [[row[j] for row in tableau if j < len(row)] for j in range(width)]


# S_3 by hand: the basis of (2,1) is 01/2, 02/1


@pytest.mark.parametrize(
    ("form", "s_0", "s_1"),
    [
        ("orthogonal", [[1, 0], [0, -1]], [[-HALF, ROOT], [ROOT, HALF]]),
        ("seminormal", [[1, 0], [0, -1]], [[-HALF, Rational(3, 4)], [1, HALF]]),
        # e_0 = {2} - {0} and e_1 = {1} - {0}, tabloids named by their second row.
        ("specht", [[1, 0], [-1, -1]], [[0, 1], [1, 0]]),
    ],
)
def test_generators_of_s_3(form, s_0, s_1):
    assert exact_generator(Partition(2, 1), form, 0) == Matrix(s_0)
    assert exact_generator(Partition(2, 1), form, 1) == Matrix(s_1)


@pytest.mark.parametrize(
    ("form", "cycle", "back"),
    [
        ("orthogonal", [[-HALF, -ROOT], [ROOT, -HALF]], [[-HALF, ROOT], [-ROOT, -HALF]]),
        (
            "seminormal",
            [[-HALF, -Rational(3, 4)], [1, -HALF]],
            [[-HALF, Rational(3, 4)], [-1, -HALF]],
        ),
        ("specht", [[-1, -1], [1, 0]], [[0, 1], [-1, -1]]),
    ],
)
def test_the_three_cycles_of_s_3(form, cycle, back):
    # [1, 2, 0] = s_1 s_0 and its inverse [2, 0, 1] = s_0 s_1.
    assert exact_matrix(Partition(2, 1), form, (1, 0)) == Matrix(cycle)
    assert exact_matrix(Partition(2, 1), form, (0, 1)) == Matrix(back)


@in_all_forms
@pytest.mark.parametrize(("parts", "value"), [((3,), 1), ((1, 1, 1), -1)])
def test_one_dimensional_irreps_of_s_3(form, parts, value):
    for i in (0, 1):
        assert exact_generator(Partition(*parts), form, i) == Matrix([[value]])


# The tables against the tableaux, one by one


@up_to_six
def test_tables_are_read_off_the_tableaux(shape):
    tables = young_tables(shape)
    tableaux = list(standard_tableaux(shape))
    assert tables.axial_distance.shape == (max(shape.size - 1, 0), shape.dimension)
    assert tables.exchanged.shape == tables.axial_distance.shape
    for i in range(shape.size - 1):
        for t, tableau in enumerate(tableaux):
            assert tables.axial_distance[i, t] == tableau.axial_distance(i)
            image = exchange(tableau, i)
            expected = tableaux.index(image) if image in tableaux else t
            assert tables.exchanged[i, t] == expected


def test_tables_are_shared_and_so_read_only():
    for array in vars(young_tables(Partition(2, 1))).values():
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 7


# The three forms from their definitions


@up_to_six
def test_orthogonal_and_seminormal_generators_column_by_column(shape):
    tableaux = list(standard_tableaux(shape))
    for i in range(shape.size - 1):
        orthogonal = Matrix.zeros(shape.dimension)
        seminormal = Matrix.zeros(shape.dimension)
        for t, tableau in enumerate(tableaux):
            r = tableau.axial_distance(i)
            orthogonal[t, t] = seminormal[t, t] = Rational(1, r)
            if abs(r) > 1:
                other = tableaux.index(exchange(tableau, i))
                orthogonal[other, t] = sqrt(1 - Rational(1, r**2))
                seminormal[other, t] = 1 if r < 0 else 1 - Rational(1, r**2)
        assert exact_generator(shape, "orthogonal", i) == orthogonal
        assert exact_generator(shape, "seminormal", i) == seminormal


@up_to_five
def test_specht_matrices_permute_polytabloids(shape):
    basis = [polytabloid(columns_of(t)) for t in standard_tableaux(shape)]
    for i, matrix in enumerate(specht_generators(shape)):
        for t, tableau in enumerate(standard_tableaux(shape)):
            combination = {}
            for coefficient, vector in zip(matrix[:, t].tolist(), basis, strict=True):
                for tabloid, sign in vector.items():
                    combination[tabloid] = combination.get(tabloid, 0) + coefficient * sign
            nonzero = {tabloid: c for tabloid, c in combination.items() if c}
            assert nonzero == polytabloid(columns_of(exchange(tableau, i)))


@pytest.mark.parametrize("images", [(1, 2, 3, 0), (2, 0, 3, 1), (1, 2, 0, 3)])
@pytest.mark.parametrize("shape", list(partitions(4)), ids=str)
def test_a_specht_matrix_sends_polytabloids_by_the_inverse(shape, images):
    # Only then is rho(p * q) = rho(p) rho(q) for a product that applies p first.
    matrix = exact_matrix(shape, "specht", reduced_word(images))
    basis = [polytabloid(columns_of(t)) for t in standard_tableaux(shape)]
    for t, tableau in enumerate(standard_tableaux(shape)):
        combination = {}
        for coefficient, vector in zip(matrix[:, t], basis, strict=True):
            for tabloid, sign in vector.items():
                combination[tabloid] = combination.get(tabloid, 0) + coefficient * sign
        image = [[images.index(letter) for letter in row] for row in tableau]
        nonzero = {tabloid: c for tabloid, c in combination.items() if c}
        assert nonzero == polytabloid(columns_of(image))


@up_to_six
def test_the_two_young_forms_are_conjugate_by_the_weights(shape):
    weights = seminormal_weights(shape)
    assert all(isinstance(weight, Fraction) and weight > 0 for weight in weights)
    assert len(weights) == shape.dimension
    root = diag(*[sqrt(Rational(w.numerator, w.denominator)) for w in weights])
    inverse = diag(*[1 / root[t, t] for t in range(shape.dimension)])
    for i in range(shape.size - 1):
        orthogonal = exact_generator(shape, "orthogonal", i)
        seminormal = exact_generator(shape, "seminormal", i)
        assert (inverse * seminormal * root - orthogonal).expand().is_zero_matrix


@up_to_five
def test_the_weights_are_the_squared_lengths_that_exchanges_dictate(shape):
    weights = seminormal_weights(shape)
    tables = young_tables(shape)
    for distances, exchanged in zip(tables.axial_distance, tables.exchanged, strict=True):
        for t, (r, other) in enumerate(zip(distances.tolist(), exchanged.tolist(), strict=True)):
            if r < 0 and other != t:
                assert weights[t] / weights[other] == 1 - Fraction(1, r * r)


# Entries


@up_to_five
def test_entries_are_as_simple_as_the_form_promises(shape):
    word = tuple(reversed(range(shape.size - 1))) * 2
    specht = exact_matrix(shape, "specht", word)
    seminormal = exact_matrix(shape, "seminormal", word)
    orthogonal = exact_matrix(shape, "orthogonal", word)
    assert all(entry.is_Integer for entry in specht)
    assert all(entry.is_Rational for entry in seminormal)
    # A rational times the square root of a rational, for every element.
    assert all((entry**2).is_Rational for entry in orthogonal)


@up_to_five
@in_all_forms
def test_the_empty_word_is_the_identity(shape, form):
    assert exact_matrix(shape, form, ()) == eye(shape.dimension)


@in_all_forms
def test_words_multiply_from_left_to_right(form):
    shape = Partition(3, 2)
    s = [exact_generator(shape, form, i) for i in range(4)]
    expected = (s[2] * s[0] * s[3] * s[1]).expand()
    assert exact_matrix(shape, form, (2, 0, 3, 1)) == expected
    assert expected != (s[1] * s[3] * s[0] * s[2]).expand()


@in_all_forms
def test_every_call_gives_a_new_matrix(form):
    exact_generator(Partition(2, 1), form, 1)[0, 0] = 17
    assert exact_generator(Partition(2, 1), form, 1)[0, 0] in (0, -HALF)


def test_weights_of_a_long_shape_stay_exact():
    # (n-1, 1): tableaux by the letter k = n-1, ..., 1 in row 1; neighbours are k apart.
    weights = seminormal_weights(Partition(30, 1))
    for k, (later, earlier) in zip(range(30, 1, -1), pairwise(weights), strict=True):
        assert later / earlier == 1 - Fraction(1, k * k)


# Bad input


def test_an_unknown_form_is_named():
    with pytest.raises(ValueError, match="'natural': expected one of orthogonal, seminormal, spe"):
        require_form("natural")


@in_all_forms
def test_a_matrix_beyond_memory_is_refused_before_it_is_made(form):
    with pytest.raises(MemoryError, match=r"exact matrix of the irrep \(10,.*GiB|TiB needed"):
        exact_matrix(Partition(*range(10, 0, -1)), form, (0,))


def test_generators_are_integers():
    generators = specht_generators(Partition(3, 2, 1))
    assert generators.dtype == np.int64
    assert generators.shape == (5, 16, 16)


def test_a_wrong_solution_of_the_triangular_systems_is_not_returned(monkeypatch):
    monkeypatch.setattr(
        "symrep.representations.young.solve_triangular", lambda a, b, **_: np.ones_like(b)
    )
    with pytest.raises(AssertionError):
        specht_generators(Partition(3, 2))


def test_degrees_beyond_the_depth_of_recursion(shallow_recursion):
    n = 2 * shallow_recursion
    assert exact_generator(Partition(*[1] * n), "orthogonal", 7) == Matrix([[-1]])
    assert seminormal_weights(Partition(n)) == (1,)
    assert young_tables(Partition(n - 1, 1)).axial_distance.shape == (n - 1, n - 1)
