import re
from dataclasses import replace
from itertools import combinations
from math import nan

import numpy as np
import pytest
import torch
from sympy import (
    I,
    Matrix,
    Rational,
    cos,
    eye,
    pi,
    sin,
    sqrt,
)
from sympy import nan as sympy_nan
from sympy.solvers.diophantine.diophantine import sum_of_three_squares

from symrep import AlternatingGroup, named_group
from symrep._support.errors import LawViolation
from symrep.arithmetic import modular
from symrep.arithmetic.cyclotomic import sum_of_roots
from symrep.characters.table import character_table
from symrep.characters.table_laws import (
    _first_wrong_gram_entry,
    assert_galois_closed,
)
from symrep.combinatorics.integer_partitions import Partition, partitions
from symrep.groups.symmetric import SymmetricGroup
from symrep.representations.laws import (
    assert_coxeter_relations,
    assert_dimensions,
    assert_homomorphism,
    assert_orthogonal_columns,
    assert_orthogonal_matrices,
    assert_orthogonal_rows,
    assert_relations,
    assert_schur_orthogonality,
    assert_traces,
    assert_values,
)

FORMS = ("orthogonal", "seminormal", "specht")
in_all_forms = pytest.mark.parametrize("form", FORMS)
DTYPES = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)


@pytest.fixture
def s_4():
    return SymmetricGroup(4)


@pytest.fixture
def table():
    return character_table(5)


def changed(table, label, cycle_type, change):
    """The table with one value replaced by change(value)."""
    values = table.values.astype(object)
    row, column = table.irreps.index(label), table.classes.index(cycle_type)
    values[row, column] = change(values[row, column])
    return replace(table, values=values)


def generator_indices(group):
    return [group.index([*range(i), i + 1, i, *range(i + 2, group.n)]) for i in range(group.n - 1)]


# Coxeter relations


@in_all_forms
@pytest.mark.parametrize("n", range(7))
def test_every_form_of_every_irrep_satisfies_the_relations(n, form):
    for label in partitions(n):
        checked = assert_coxeter_relations(
            SymmetricGroup(label.size).irrep(label, form).generators()
        )
        assert checked == max(n * (n - 1) // 2, 0)


@in_all_forms
def test_one_broken_entry_is_found_in_any_generator(form):
    irrep = SymmetricGroup(5).irrep((3, 2), form)
    for broken in range(4):
        for entry in range(irrep.dim**2):
            generators = list(irrep.generators())
            generators[broken][entry] += Rational(1, 1000)
            with pytest.raises(LawViolation, match=r"fails: entry \(\d, \d\) is off by"):
                assert_coxeter_relations(generators)


def test_a_generator_that_is_no_involution_is_named():
    generators = list(SymmetricGroup(4).irrep((3, 1)).generators())
    generators[1][0, 0] += 1
    with pytest.raises(LawViolation, match=r"^s_1\^2 = 1 fails|^s_0 s_1 s_0 = s_1 s_0 s_1 fails"):
        assert_coxeter_relations(generators)
    with pytest.raises(LawViolation, match=r"^s_0\^2 = 1 fails: entry \(0, 0\) is off by 3$"):
        assert_coxeter_relations([2 * eye(2)])


def test_a_broken_braid_is_named():
    s = SymmetricGroup(4).irrep((3, 1)).generators()
    with pytest.raises(LawViolation, match=r"^s_0 s_1 s_0 = s_1 s_0 s_1 fails"):
        assert_coxeter_relations([s[0], s[2]])
    with pytest.raises(LawViolation, match=r"^s_1 s_2 s_1 = s_2 s_1 s_2 fails"):
        assert_coxeter_relations([s[0], s[1], -s[2]])


def test_distant_generators_that_do_not_commute_are_named():
    s = SymmetricGroup(4).irrep((3, 1)).generators()
    with pytest.raises(LawViolation, match=r"^s_0 s_2 = s_2 s_0 fails"):
        assert_coxeter_relations([s[0], s[1], s[0] * s[1] * s[0]])


def test_generators_in_the_wrong_order_are_found():
    s = SymmetricGroup(5).irrep((4, 1)).generators()
    assert_coxeter_relations(s[::-1])
    with pytest.raises(LawViolation, match="fails"):
        assert_coxeter_relations([s[1], s[0], s[2], s[3]])


def test_one_flipped_sign_is_found():
    s = list(SymmetricGroup(3).irrep((2, 1)).generators())
    s[1][0, 1] *= -1
    with pytest.raises(LawViolation, match=r"is off by -3/2"):
        assert_coxeter_relations(s)


def test_exact_matrices_that_are_not_a_number_are_found():
    with pytest.raises(LawViolation, match="off by nan"):
        assert_coxeter_relations([Matrix([[sympy_nan]])])


def test_sums_of_roots_that_agree_pass_however_they_are_written():
    a = (1 + sqrt(2)) * (sqrt(2) - 1)
    assert assert_coxeter_relations([Matrix([[a]])]) == 1
    root = sqrt(2) / 2
    reflection = Matrix([[root, root], [root, -root]])
    assert assert_orthogonal_matrices([reflection]) == 1


def test_generators_of_different_shapes_are_refused():
    with pytest.raises(ValueError, match="square matrices of one size"):
        assert_coxeter_relations([eye(2), eye(3)])
    with pytest.raises(ValueError, match="square matrices of one size"):
        assert_coxeter_relations([Matrix([[1, 0, 0], [0, 1, 0]])])


def test_no_generators_satisfy_no_relations():
    assert assert_coxeter_relations([]) == 0


# Orthogonal matrices


def test_the_seminormal_form_is_not_orthogonal():
    assert assert_orthogonal_matrices(SymmetricGroup(5).irrep((3, 2)).generators()) == 4
    with pytest.raises(LawViolation, match=r"^M_1 M_1\^T = 1 fails: entry \(0, 0\)"):
        assert_orthogonal_matrices(SymmetricGroup(3).irrep((2, 1), "seminormal").generators())
    with pytest.raises(LawViolation, match=r"^M_0 M_0\^T = 1 fails"):
        assert_orthogonal_matrices([Matrix([[1, 0], [0, 2]])])


# Traces


@in_all_forms
def test_traces_are_compared_class_by_class(table, form):
    irrep = SymmetricGroup(5).irrep((3, 2), form)
    assert assert_traces(irrep, table) == 7
    for cycle_type in table.classes:
        wrong = changed(table, (3, 2), cycle_type, lambda value: value + 1)
        with pytest.raises(LawViolation) as caught:
            assert_traces(irrep, wrong)
        assert f"(3,2), {form}: trace at class {cycle_type} is " in str(caught.value)


def test_a_flipped_sign_in_the_table_is_found_by_traces(table):
    wrong = changed(table, (4, 1), (5,), lambda value: -value)
    with pytest.raises(LawViolation, match=r"class \(5\) is -1, the character table has 1"):
        assert_traces(SymmetricGroup(5).irrep((4, 1)), wrong)


# Orthogonality of a table


@pytest.mark.parametrize("n", range(9))
def test_tables_are_orthogonal(n):
    table = character_table(n)
    count = len(table.irreps)
    assert assert_orthogonal_rows(table) == count * (count + 1) // 2
    assert assert_orthogonal_columns(table) == count * (count + 1) // 2


@pytest.mark.parametrize("n", [15, 20])
def test_large_tables_need_several_primes_and_pass(n):
    table = character_table(n)
    assert_orthogonal_rows(table)
    assert_orthogonal_columns(table)
    label, cycle_type = Partition(n - 1, 1), Partition(2, *(1,) * (n - 2))
    with pytest.raises(LawViolation, match=r"^rows "):
        assert_orthogonal_rows(changed(table, label, cycle_type, lambda value: value + 1))


@pytest.mark.parametrize("check", [assert_orthogonal_rows, assert_orthogonal_columns])
def test_any_flipped_sign_in_the_table_is_found(table, check):
    for label in table.irreps:
        for cycle_type in table.classes:
            if table.value(label, cycle_type):
                wrong = changed(table, label, cycle_type, lambda value: -value)
                with pytest.raises(LawViolation, match=r"^(rows|columns) \(.*\) and \(.*\): the"):
                    check(wrong)


def test_the_first_wrong_rows_and_columns_are_named_with_both_numbers():
    table = character_table(3)
    wrong = changed(table, (2, 1), (3,), lambda value: -value)
    # 1 * 2 + 3 * 0 + 2 * 1
    with pytest.raises(LawViolation, match=r"^rows \(3\) and \(2,1\): .* is 4, expected 0$"):
        assert_orthogonal_rows(wrong)
    with pytest.raises(
        LawViolation, match=r"^columns \(1,1,1\) and \(3\): the sum .* is 4, expected 0$"
    ):
        assert_orthogonal_columns(wrong)
    wrong = changed(table, (1, 1, 1), (2, 1), lambda value: 2)
    # 1 + 3 * 4 + 2
    with pytest.raises(LawViolation, match=r"^rows \(1,1,1\) and \(1,1,1\): .* is 15, expected 6$"):
        assert_orthogonal_rows(wrong)


def test_a_row_of_the_wrong_length_is_named():
    table = character_table(1)
    wrong = replace(table, values=3 * table.values)
    with pytest.raises(LawViolation, match=r"rows \(1\) and \(1\): .* is 9, expected 1$"):
        assert_orthogonal_rows(wrong)
    with pytest.raises(LawViolation, match=r"columns \(1\) and \(1\): .* is 9, expected 1$"):
        assert_orthogonal_columns(wrong)


def test_wrong_class_sizes_are_found(table):
    sizes = list(table.class_sizes)
    sizes[1], sizes[2] = sizes[2], sizes[1]
    wrong = replace(table, class_sizes=tuple(sizes))
    with pytest.raises(LawViolation, match=r"^rows"):
        assert_orthogonal_rows(wrong)
    with pytest.raises(LawViolation, match=r"^columns"):
        assert_orthogonal_columns(wrong)


def test_products_that_vanish_modulo_the_first_prime_are_found():
    # Rows of the same right norm p^2, whose product is p, the first prime that is tried.
    p = next(modular.split_primes(1, modular.largest_modulus(4), 1))
    squares = sum_of_three_squares(p * p - 1)
    rows = np.array([[p, 0, 0, 0], [1, *squares]], dtype=object)
    assert _first_wrong_gram_entry(rows, [1] * 4, [p * p, p * p]) == (0, 1)
    assert _first_wrong_gram_entry(rows[:1], [1] * 4, [p * p]) is None


@pytest.mark.parametrize("power", [31, 62, 63, 64, 200])
def test_errors_of_many_bits_are_found(power):
    wrong = changed(character_table(4), (2, 2), (4,), lambda value: value + 2**power)
    with pytest.raises(LawViolation, match=rf"rows .* is {24 + 6 * 4**power}, expected 24"):
        assert_orthogonal_rows(wrong)
    with pytest.raises(LawViolation, match="columns"):
        assert_orthogonal_columns(wrong)


# Dimensions


def test_squared_dimensions(table):
    assert assert_dimensions(table) == 120
    incomplete = replace(table, irreps=table.irreps[1:], values=table.values[1:])
    with pytest.raises(LawViolation, match=r"dimensions sum to 119, \|G\| is 120"):
        assert_dimensions(incomplete)


# Products of tensors


@DTYPES
@pytest.mark.parametrize("n", range(6))
def test_tensors_of_every_irrep_multiply(n, dtype):
    group = SymmetricGroup(n)
    tolerance = 100 * torch.finfo(dtype).eps
    for irrep in group.irreps.values():
        matrices = irrep.tensor(dtype)
        before = matrices.clone()
        worst = assert_homomorphism(
            matrices, group.cayley_table, generator_indices(group), tolerance
        )
        assert 0 <= worst <= tolerance
        assert torch.equal(matrices, before)


def test_the_worst_error_is_returned(s_4):
    matrices = s_4.irrep("trivial").tensor(torch.float64).clone()
    matrices[5] += 0.25
    generators = generator_indices(s_4)
    # 1.25 against 1, at products with the element 5 alone.
    worst = assert_homomorphism(matrices, s_4.cayley_table, generators, 0.5)
    assert worst == 0.25


def test_products_that_are_too_small_are_found(s_4):
    matrices = s_4.irrep("trivial").tensor(torch.float64).clone()
    identity = s_4.index([0, 1, 2, 3])
    matrices[identity] = 0.5
    with pytest.raises(LawViolation, match=r"differs from .* by 0\.5, allowed 0\.1"):
        assert_homomorphism(matrices, s_4.cayley_table, [identity], 0.1)


@pytest.mark.parametrize("n", [3, 4])
def test_a_transposed_convention_is_found(n):
    group = SymmetricGroup(n)
    matrices = group.irrep("standard").tensor(torch.float64)
    generators = generator_indices(group)
    with pytest.raises(LawViolation, match=r"^rho\(\d+ \* \d+\) differs from rho\(\d+\) rho\(\d+"):
        assert_homomorphism(matrices.mT, group.cayley_table, generators, 1e-3)
    with pytest.raises(LawViolation, match="differs from"):
        assert_homomorphism(matrices, group.cayley_table.T, generators, 1e-3)
    # Both at once are a representation again.
    assert_homomorphism(matrices.mT, group.cayley_table.T, generators, 1e-12)


def test_swapped_matrices_and_a_flipped_sign_are_found(s_4):
    table, generators = s_4.cayley_table, generator_indices(s_4)
    swapped = s_4.irrep((2, 2)).tensor(torch.float64).clone()
    swapped[[3, 4]] = swapped[[4, 3]]
    with pytest.raises(LawViolation, match=r"allowed 1e-09"):
        assert_homomorphism(swapped, table, generators, 1e-9)
    signs = s_4.irrep("sign").tensor(torch.float64).clone()
    signs[7] *= -1
    with pytest.raises(LawViolation, match=r"differs from .* by 2, allowed 1e-09"):
        assert_homomorphism(signs, table, generators, 1e-9)


def test_another_element_order_is_found():
    lexicographic, sympy = SymmetricGroup(4), SymmetricGroup(4, "sympy")
    matrices = lexicographic.irrep("standard").tensor(torch.float64)
    with pytest.raises(LawViolation, match="differs from"):
        assert_homomorphism(matrices, sympy.cayley_table, generator_indices(sympy), 1e-3)


@pytest.mark.parametrize("value", [nan, float("inf")])
def test_matrices_with_nan_do_not_multiply(s_4, value):
    matrices = s_4.irrep("standard").tensor(torch.float64).clone()
    matrices[11, 2, 1] = value
    with pytest.raises(LawViolation, match=r"by nan|by inf"):
        assert_homomorphism(matrices, s_4.cayley_table, generator_indices(s_4), 1.0)


# Matrix coefficients


@DTYPES
@pytest.mark.parametrize("n", range(6))
def test_matrix_coefficients_are_orthonormal(n, dtype):
    irreps = [irrep.tensor(dtype) for irrep in SymmetricGroup(n).irreps.values()]
    before = [irrep.clone() for irrep in irreps]
    tolerance = 1000 * torch.finfo(dtype).eps
    assert 0 <= assert_schur_orthogonality(irreps, tolerance) <= tolerance
    for irrep, copy in zip(irreps, before, strict=True):
        assert torch.equal(irrep, copy)


@pytest.mark.parametrize(("scale", "error"), [(1.5, "1.25"), (0.5, "0.75")])
def test_a_scaled_irrep_is_found(s_4, scale, error):
    irreps = [irrep.tensor(torch.float64) for irrep in s_4.irreps.values()]
    irreps[1] = scale * irreps[1]
    names = r"coefficient \((\d), (\d)\) of irrep 1 and coefficient \(\1, \2\) of irrep 1"
    with pytest.raises(LawViolation, match=f"{names} is off by {error}, allowed 1e-09"):
        assert_schur_orthogonality(irreps, 1e-9)


def test_bases_that_are_not_orthonormal_are_found(s_4):
    seminormal = s_4.irrep("standard", "seminormal").tensor(torch.float64)
    with pytest.raises(LawViolation, match=r"off by .*, allowed 1e-09"):
        assert_schur_orthogonality([seminormal], 1e-9)


def test_an_irrep_listed_twice_is_found(s_4):
    standard = s_4.irrep("standard").tensor(torch.float64)
    with pytest.raises(LawViolation, match=r"of irrep 0 and .* of irrep 1 is off by 1"):
        assert_schur_orthogonality([standard, standard], 1e-9)


def test_a_reducible_representation_is_found(s_4):
    points = torch.nn.functional.one_hot(torch.tensor(s_4.elements), 4).double()
    with pytest.raises(LawViolation, match="of irrep 0 is off by"):
        assert_schur_orthogonality([points], 1e-9)


def test_coefficients_with_nan_are_not_orthonormal(s_4):
    matrices = s_4.irrep("standard").tensor(torch.float64).clone()
    matrices[3, 0, 1] = nan
    with pytest.raises(LawViolation, match="off by nan"):
        assert_schur_orthogonality([matrices], 1.0)


def test_a_violation_is_an_assertion():
    assert issubclass(LawViolation, AssertionError)


# Relations of other groups, exactly


def rotation(k, n):
    c, s = cos(2 * pi * k / n), sin(2 * pi * k / n)
    return Matrix([[c, -s], [s, c]])


@pytest.mark.parametrize("n", [3, 4, 5, 7, 8, 12, 15, 113])
def test_rotations_and_a_reflection_satisfy_the_dihedral_relations(n):
    reflection = Matrix([[1, 0], [0, -1]])
    words = [(1,) * n, (2, 2), (2, 1, 2, 1), (-1, *(-2, -1, -2)), (1, -1)]
    assert assert_relations([rotation(1, n), reflection], words) == 5
    with pytest.raises(LawViolation, match=rf"the word {re.escape(str((1,) * (n - 1)))} in the"):
        assert_relations([rotation(1, n), reflection], [(2, 2), (1,) * (n - 1)])
    with pytest.raises(LawViolation, match=r"the word \(2, 1, -2, -1\) in the generators is not 1"):
        assert_relations([rotation(1, n), reflection], [(2, 1, -2, -1)])


def test_a_galois_conjugate_that_fails_is_enough():
    """Every entry counts: the rotations by 2 and by 1 differ by a conjugation alone."""
    assert assert_relations([rotation(2, 5), rotation(1, 5)], [(1, -2, -2)]) == 1
    with pytest.raises(LawViolation, match=r"the word \(1, -2\) in"):
        assert_relations([rotation(2, 5), rotation(1, 5)], [(1, -2)])


def test_exact_matrices_that_are_not_orthogonal_are_named():
    words = [(1, 1, 1)]
    shear = Matrix([[0, -1], [1, -1]])
    assert shear**3 == eye(2)
    with pytest.raises(LawViolation, match="generator 0 is not orthogonal"):
        assert_relations([shear], words)
    with pytest.raises(LawViolation, match="generator 1 is not orthogonal"):
        assert_relations([eye(2), Matrix([[1, Rational(1, 10**9)], [0, 1]])], [])


def test_a_tiny_error_in_an_exact_matrix_is_found():
    # An orthogonal matrix near the identity, of infinite order.
    t = 10**6
    c, s = Rational(t * t - 1, t * t + 1), Rational(2 * t, t * t + 1)
    near = Matrix([[c, -s], [s, c]])
    assert_relations([near], [(1, -1)])
    for word in [(1,), (1, 1), (1,) * 12]:
        with pytest.raises(LawViolation, match="is not 1"):
            assert_relations([near], [word])


def test_words_without_letters_and_groups_without_generators():
    assert assert_relations([], []) == 0
    assert assert_relations([], [()]) == 1
    assert assert_relations([eye(1)], [(), (1,), (-1, -1)]) == 3


@pytest.mark.parametrize(
    ("generators", "relations", "message"),
    [
        ([eye(2), eye(3)], [], "generators must be square matrices of one size"),
        ([Matrix([[1, 0]])], [], "generators must be square matrices of one size"),
        ([eye(1)], [(0,)], r"the letters of the word \(0,\) must be 1 to 1, with signs"),
        ([eye(1)], [(1, 2)], r"the letters of the word \(1, 2\) must be 1 to 1"),
        ([eye(1)], [(-2,)], r"the letters of the word \(-2,\) must be 1 to 1"),
        ([], [(1,)], r"the letters of the word \(1,\) must be 1 to 0"),
        ([Matrix([[I]])], [(1,) * 4], "entries of orthogonal matrices must be real, got I"),
        ([Matrix([[pi]])], [], "cannot read pi as a sum of roots of unity"),
        ([Matrix([[0.5]])], [], "cannot read .* as a sum of roots of unity"),
    ],
)
def test_generators_and_words_that_do_not_fit(generators, relations, message):
    with pytest.raises(ValueError, match=message):
        assert_relations(generators, relations)


def test_complex_orthogonal_matrices_are_not_taken():
    """M M^T = 1 does not bound complex entries, on which the proof depends."""
    wild = Matrix([[sqrt(2), I], [-I, sqrt(2)]])
    assert (wild * wild.T).expand() == eye(2)
    with pytest.raises(ValueError, match="must be real, got I"):
        assert_relations([wild], [(1, -1)])


@pytest.mark.parametrize("n", range(1, 7))
def test_alternating_groups_satisfy_the_relations_of_carmichael(n):
    """For x_k = (0 1 k): x_k^3 = 1 and (x_j x_k)^2 = 1, in all exact irreps."""
    group = AlternatingGroup(n)
    letters = range(1, len(group.generators) + 1)
    words = [(k, k, k) for k in letters] + [(j, k, j, k) for j, k in combinations(letters, 2)]
    for label in group.irreps:
        generators = [group.exact_matrix(label, s) for s in group.generators]
        assert assert_relations(generators, words) == len(words)


@pytest.mark.parametrize("name", ["C7", "C12", "D5", "D8", "Dic3", "Q8"])
def test_irreps_of_the_families_satisfy_their_relations(name):
    group = named_group(name)
    for label in group.irreps:
        generators = [group.exact_matrix(label, s) for s in group.generators]
        assert assert_relations(generators, group.relations) == len(group.relations)
        if group.irreps[label].dim > 1:
            generators[0][0, 0] += Rational(1, 3)
            with pytest.raises(LawViolation, match="generator 0 is not orthogonal"):
                assert_relations(generators, group.relations)


# Tables with eigenvalues


def with_eigenvalues(table, row, column, exponents):
    """The table with other eigenvalues in one place, and with their sum for the value."""
    eigenvalues, values = list(table.eigenvalues), table.values.copy()
    eigenvalues[row] = eigenvalues[row].copy()
    eigenvalues[row][column] = exponents
    values[row, column] = sum_of_roots(tuple(exponents), table.exponent)
    return replace(table, given_eigenvalues=tuple(eigenvalues), values=values)


TABLES = ["C1", "C2", "C7", "C12", "D6", "Q8", "Dic3", "A5", "SL(2,3)", "F_21", "C3 x S3"]


@pytest.mark.parametrize("name", TABLES)
def test_tables_with_eigenvalues_are_orthogonal(name):
    table = named_group(name).character_table()
    k = len(table.irreps)
    assert assert_orthogonal_rows(table) == assert_orthogonal_columns(table) == k * (k + 1) // 2
    assert assert_values(table) == k * k
    assert assert_galois_closed(table) == len(modular.unit_generators(table.exponent))
    assert assert_dimensions(table) == table.order
    # The same in floats.
    values, sizes = table.numbers(), np.array(table.class_sizes)
    gram = (values * sizes) @ values.conj().T
    assert np.abs(gram - table.order * np.eye(k)).max() < 1e-9 * table.order


@pytest.mark.parametrize("name", ["Q8", "A5", "SL(2,3)", "F_21"])
def test_any_other_eigenvalue_in_a_table_is_found(name):
    table = named_group(name).character_table()
    for row, column in np.ndindex(*table.values.shape):
        at = table.eigenvalues[row][column]
        other = np.sort(at + np.eye(len(at), dtype=int)[0] * (table.exponent // 2)) % table.exponent
        wrong = with_eigenvalues(table, row, column, np.sort(other).tolist())
        for law in (assert_orthogonal_rows, assert_orthogonal_columns):
            with pytest.raises(LawViolation):
                law(wrong)


def test_what_is_wrong_in_a_table_with_eigenvalues_is_named():
    table = named_group("C3").character_table()
    swapped = with_eigenvalues(table, 1, 1, [2])
    with pytest.raises(LawViolation, match="freq_1: the value at an inverse is not the"):
        assert_galois_closed(swapped)
    table = named_group("C5").character_table()
    only = replace(
        table,
        irreps=table.irreps[:3],
        values=table.values[:3],
        given_eigenvalues=table.eigenvalues[:3],
    )
    with pytest.raises(LawViolation, match="freq_1: its conjugate under zeta -> zeta\\^2 is not"):
        assert_orthogonal_rows(only)
    # Galois-closed tables that are wrong: rows that are trivial, and a row missing.
    table = named_group("D4").character_table()
    twice = replace(
        table,
        given_eigenvalues=(*table.eigenvalues[:1], *table.eigenvalues[:1], *table.eigenvalues[2:]),
    )
    with pytest.raises(LawViolation, match=r"^rows trivial and sign: .* is not 0$"):
        assert_orthogonal_rows(twice)
    with pytest.raises(LawViolation, match=r"^columns 1 and s: .* is not 0$"):
        assert_orthogonal_columns(twice)
    short = replace(
        table,
        irreps=table.irreps[:4],
        values=table.values[:4],
        given_eigenvalues=table.eigenvalues[:4],
    )
    assert assert_orthogonal_rows(short) == 10
    with pytest.raises(LawViolation, match=r"^columns 1 and 1: .* is not 8$"):
        assert_orthogonal_columns(short)
    with pytest.raises(LawViolation, match=r"sum to 4, \|G\| is 8"):
        assert_dimensions(short)
    with pytest.raises(LawViolation, match=r"^rows \w+ and \w+: "):
        assert_orthogonal_rows(replace(table, class_sizes=(1, 1, 2, 2, 2)))


def test_values_that_are_not_their_eigenvalues_are_found():
    table = named_group("A5").character_table()
    for row, column in np.ndindex(*table.values.shape):
        values = table.values.copy()
        values[row, column] = -values[row, column] or 1
        wrong = replace(table, values=values)
        place = f"{table.irreps[row]} at class {table.classes[column]} is "
        with pytest.raises(LawViolation, match=f"^{re.escape(place)}.*not the sum of its"):
            assert_values(wrong)
        with pytest.raises(LawViolation, match="not the sum of its eigenvalues"):
            wrong.verify()
    table = character_table(3)
    assert assert_values(table) == 9
    assert_galois_closed(table)
    values = table.values.copy()
    values[1, 2] = 0
    with pytest.raises(ArithmeticError):
        assert_values(replace(table, values=values))
