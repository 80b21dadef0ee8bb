from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from math import comb, factorial, lcm

import numpy as np
import pytest
from sympy import Rational, pi, sqrt
from sympy.combinatorics.named_groups import SymmetricGroup as SymPySymmetricGroup

from symrep import named_group
from symrep._support.errors import LawViolation
from symrep.characters import table
from symrep.characters.table import character_table
from symrep.combinatorics.integer_partitions import Partition

S_3 = {
    (3,): {(1, 1, 1): 1, (2, 1): 1, (3,): 1},
    (2, 1): {(1, 1, 1): 2, (2, 1): 0, (3,): -1},
    (1, 1, 1): {(1, 1, 1): 1, (2, 1): -1, (3,): 1},
}
S_4 = {
    (4,): {(1, 1, 1, 1): 1, (2, 1, 1): 1, (2, 2): 1, (3, 1): 1, (4,): 1},
    (3, 1): {(1, 1, 1, 1): 3, (2, 1, 1): 1, (2, 2): -1, (3, 1): 0, (4,): -1},
    (2, 2): {(1, 1, 1, 1): 2, (2, 1, 1): 0, (2, 2): 2, (3, 1): -1, (4,): 0},
    (2, 1, 1): {(1, 1, 1, 1): 3, (2, 1, 1): -1, (2, 2): -1, (3, 1): 0, (4,): 1},
    (1, 1, 1, 1): {(1, 1, 1, 1): 1, (2, 1, 1): -1, (2, 2): 1, (3, 1): 1, (4,): -1},
}


def as_dict(table):
    return {
        label: {cycle_type: table.value(label, cycle_type) for cycle_type in table.classes}
        for label in table.irreps
    }


def sign_of(cycle_type):
    return (-1) ** (sum(cycle_type) - len(cycle_type))


# Tables by hand


@pytest.mark.parametrize(("n", "expected"), [(3, S_3), (4, S_4)])
def test_tables_of_s_3_and_s_4(n, expected):
    assert as_dict(character_table(n)) == expected


def test_rows_columns_and_sizes_of_s_4_are_in_order():
    table = character_table(4)
    assert table.irreps == ((4,), (3, 1), (2, 2), (2, 1, 1), (1, 1, 1, 1))
    assert table.classes == ((1, 1, 1, 1), (2, 1, 1), (2, 2), (3, 1), (4,))
    assert table.class_sizes == (1, 6, 3, 8, 6)
    assert table.dimensions == (1, 3, 2, 3, 1)
    assert table.order == 24
    np.testing.assert_array_equal(table.values, [[*row.values()] for row in S_4.values()])


@pytest.mark.parametrize("n", [0, 1])
def test_tables_of_groups_of_one_element(n):
    table = character_table(n)
    assert as_dict(table) == {(1,) * n: {(1,) * n: 1}}
    assert table.class_sizes == (1,)


# Oracles


@pytest.mark.parametrize("n", range(2, 8))
def test_characters_that_permutations_count(n):
    """Trivial and sign; points, pairs and exterior squares of points give the others."""
    table = character_table(n)
    for conjugacy_class in SymPySymmetricGroup(n).conjugacy_classes() if n < 6 else ():
        p = next(iter(conjugacy_class))
        lengths = [k for k, m in p.cycle_structure.items() for _ in range(m)]
        cycle_type = tuple(sorted(lengths, reverse=True))
        index = table.classes.index(cycle_type)
        assert table.class_sizes[index] == len(conjugacy_class)
        assert table.value((1,) * n, cycle_type) == p.signature()
        assert table.value((n - 1, 1), cycle_type) == sum(p(i) == i for i in range(n)) - 1
    for cycle_type in table.classes:
        fixed, swapped = cycle_type.count(1), cycle_type.count(2)
        assert table.value((n,), cycle_type) == 1
        assert table.value((n - 1, 1), cycle_type) == fixed - 1
        if n >= 4:
            assert table.value((n - 2, 2), cycle_type) == comb(fixed, 2) + swapped - fixed
        if n >= 3:
            # Exterior square of the standard representation.
            expected = comb(fixed - 1, 2) if fixed else 1
            assert table.value((n - 2, 1, 1), cycle_type) == expected - swapped


@pytest.mark.parametrize("n", range(11))
def test_conjugation_multiplies_by_the_sign(n):
    table = character_table(n)
    signs = np.array([sign_of(cycle_type) for cycle_type in table.classes])
    for label in table.irreps:
        np.testing.assert_array_equal(table.row(label.conjugate), signs * table.row(label))


@pytest.mark.parametrize("n", range(11))
def test_both_orthogonality_relations_in_integers(n):
    table = character_table(n)
    values = table.values.astype(object)
    sizes = np.array(table.class_sizes, dtype=object)
    identity = np.eye(len(sizes), dtype=object)
    np.testing.assert_array_equal((values * sizes) @ values.T, factorial(n) * identity)
    np.testing.assert_array_equal((values.T @ values) * sizes, factorial(n) * identity)


# Class functions


def test_inner_products_of_irreducible_characters_are_those_of_an_orthonormal_basis():
    table = character_table(5)
    for a, b in combinations(table.irreps, 2):
        assert table.inner_product(table.row(a), table.row(b)) == 0
    for a in table.irreps:
        assert table.inner_product(table.row(a), table.row(a)) == 1


def test_the_square_of_the_standard_character_of_s_4_decomposes():
    table = character_table(4)
    multiplicities = table.decompose(table.row((3, 1)) ** 2)
    assert multiplicities == {
        (4,): 1,
        (3, 1): 1,
        (2, 2): 1,
        (2, 1, 1): 1,
    }
    assert all(type(multiplicity) is int for multiplicity in multiplicities.values())


@pytest.mark.parametrize("n", range(7))
def test_the_regular_character_contains_every_irrep_as_often_as_its_dimension(n):
    table = character_table(n)
    regular = dict.fromkeys(table.classes, 0) | {Partition(*(1,) * n): factorial(n)}
    assert table.decompose(regular) == {label: label.dimension for label in table.irreps}


def test_class_functions_may_be_rational_or_floating():
    table = character_table(3)
    indicator = {(1, 1, 1): 0, (2, 1): 1, (3,): 0}
    assert table.decompose(indicator) == {
        (3,): Fraction(1, 2),
        (1, 1, 1): Fraction(-1, 2),
    }
    halves = [Fraction(1, 2), Fraction(1, 3), 0]
    assert table.inner_product(halves, halves) == Fraction(7, 72)
    floats = table.inner_product([0.5, 0.25, 0.0], [1.0, 1.0, 1.0])
    assert isinstance(floats, float)
    assert floats == pytest.approx(1.25 / 6)
    assert table.inner_product([Rational(1, 7), 0, 0], [1, 1, 1]) == Rational(1, 42)


def test_numpy_integers_are_summed_exactly():
    table = character_table(3)
    large = [np.int64(2**40), np.int64(2**40), np.int64(2**40)]
    assert table.inner_product(large, large) == 2**80
    by_class = dict(zip(table.classes, large, strict=True))
    assert table.inner_product(by_class, by_class) == 2**80


def test_values_of_a_class_function_are_counted():
    table = character_table(4)
    with pytest.raises(ValueError, match="each of the 5 classes, got 4"):
        table.decompose([1, 2, 3, 4])
    with pytest.raises(ValueError, match="each of the 5 classes, got 6"):
        table.inner_product([1] * 5, [1] * 6)
    with pytest.raises(ValueError, match=r"got 1; missing: \(1,1,1,1\), .*\(4\)"):
        table.decompose({(2, 2): 1})
    with pytest.raises(ValueError, match="got 6; missing: none"):
        table.decompose(dict.fromkeys(table.classes, 1) | {(9,): 1})


def test_labels_that_the_table_lacks_are_named():
    table = character_table(4)
    with pytest.raises(ValueError, match=r"\(3,2\) is a partition of 5; the irreps of S_4 are"):
        table.row((3, 2))
    with pytest.raises(ValueError, match=r"no class \(5\)"):
        table.value((4,), (5,))


@pytest.mark.parametrize("n", [12, 18, pytest.param(25, marks=pytest.mark.exhaustive)])
def test_whole_tables_verify_themselves(n):
    table = character_table(n)
    pairs = len(table.irreps) * (len(table.irreps) + 1) // 2
    assert table.verify() == (
        f"{pairs} inner products of rows",
        f"{pairs} inner products of columns",
        f"sum of squared dimensions = {factorial(n)}",
    )


def test_a_table_verifies_itself():
    table = character_table(5)
    checked = " ".join(map(str, table.verify()))
    assert "28 inner products of rows" in checked
    assert "28 inner products of columns" in checked
    assert "120" in checked
    broken = table.values.copy()
    broken[2, 3] *= -1
    with pytest.raises(LawViolation, match=r"^rows \(.*\) and \(.*\): the sum"):
        replace(table, values=broken).verify()


def test_every_part_of_the_verification_can_fail(monkeypatch):
    def broken(table):
        raise LawViolation("broken on purpose")

    for law in ("assert_orthogonal_rows", "assert_orthogonal_columns", "assert_dimensions"):
        with monkeypatch.context() as patch:
            patch.setattr(table, law, broken)
            with pytest.raises(LawViolation, match="broken on purpose"):
                character_table(3).verify()


# Tables with eigenvalues


def test_class_functions_of_a_table_with_sympy_numbers():
    table = named_group("A5").character_table()
    half = table.row("(3,1,1)+")
    assert table.value("(3,1,1)+", "(5)+") == (1 + sqrt(5)) / 2
    assert table.inner_product(half, half) == 1
    assert table.inner_product(half, table.row("(3,1,1)-")) == 0
    # 3 x 3 = 1 + 3 + 5, and 3 x 3' = 4 + 5.
    square = [(value**2).expand() for value in half]
    assert table.decompose(square) == {"(5)": 1, "(3,1,1)+": 1, "(3,2)": 1}
    mixed = [(a * b).expand() for a, b in zip(half, table.row("(3,1,1)-"), strict=True)]
    assert table.decompose(mixed) == {"(4,1)": 1, "(3,2)": 1}
    # Values that are not expanded are read as well.
    assert table.decompose([value**2 for value in half]) == table.decompose(square)


def test_the_second_argument_is_taken_at_inverses():
    table = named_group("C3").character_table()
    chi, conjugate = table.row("freq_1"), table.row("conj(freq_1)")
    assert table.inner_product(chi, chi) == 1
    assert table.inner_product(chi, conjugate) == 0
    assert table.inner_product([0, 3, 0], chi) == chi[2]
    delta = table.decompose({"0": 0, "1": 1, "2": 0})
    assert delta == {
        "trivial": Rational(1, 3),
        "freq_1": chi[2] / 3,
        "conj(freq_1)": chi[1] / 3,
    }
    # Sum of multiplicity times character is the function.
    for c, value in enumerate([0, 1, 0]):
        total = sum(m * table.row(label)[c] for label, m in delta.items())
        assert total.expand() == value


def test_floats_on_a_table_with_sympy_numbers():
    table = named_group("C5").character_table()
    found = table.decompose([1.0, 0.5, 0.25, 0.25, 0.5])
    assert all(isinstance(value, complex) for value in found.values())
    waves = np.exp(2j * np.pi * np.outer(np.arange(5), np.arange(5)) / 5)
    expected = waves.conj() @ [1.0, 0.5, 0.25, 0.25, 0.5] / 5
    by_frequency = {"trivial": 0, "freq_1": 1, "conj(freq_1)": 4, "freq_2": 2, "conj(freq_2)": 3}
    for label, k in by_frequency.items():
        assert found[label] == pytest.approx(expected[k], abs=1e-12)
    assert table.inner_product([1j] * 5, [1.0] * 5) == pytest.approx(1j)


def test_numbers_that_cannot_be_read_are_named():
    table = named_group("C5").character_table()
    with pytest.raises(ValueError, match="cannot read pi as a sum of roots of unity"):
        table.decompose([pi, 0, 0, 0, 0])


@pytest.mark.parametrize(
    ("name", "indicators"),
    [
        ("C1", [1]),
        ("C3", [1, 0, 0]),
        ("C4", [1, 1, 0, 0]),
        ("D5", [1, 1, 1, 1]),
        ("Q8", [1, 1, 1, 1, -1]),
        ("Dic3", [1, 1, 0, 0, -1, 1]),
        ("A4", [1, 1, 0, 0]),
        ("A5", [1, 1, 1, 1, 1]),
    ],
)
def test_frobenius_schur_indicators(name, indicators):
    found = named_group(name).character_table().frobenius_schur_indicators()
    assert sorted(found.values()) == sorted(indicators)


def test_involutions_are_counted_by_indicators():
    """1 + the number of elements of order 2 is the sum of indicator times degree."""
    for name in ("Q8", "Dic3", "D6", "SL(2,3)", "A5", "C3 x S3", "PSL(2,7)"):
        group = named_group(name)
        table = group.character_table()
        indicators = table.frobenius_schur_indicators()
        total = sum(i * d for i, d in zip(indicators.values(), table.dimensions, strict=True))
        assert total == sum(c.size for c in group.conjugacy_classes if c.element_order <= 2)


def test_an_indicator_that_is_none_is_refused():
    table = named_group("C3").character_table()
    eigenvalues = (*table.eigenvalues[:2], np.array([[0], [1], [1]]))
    with pytest.raises(LawViolation, match=r"conj\(freq_1\): the mean of chi\(g\^2\) is not 1, 0"):
        replace(table, given_eigenvalues=eigenvalues).frobenius_schur_indicators()
    table = character_table(3)
    values = table.values.copy()
    values[1, 2] = 0
    with pytest.raises(LawViolation, match=r"^\(2,1\): the mean of chi\(g\^2\) is not 1, 0 or -1"):
        replace(table, values=values).frobenius_schur_indicators()


@pytest.mark.parametrize("name", ["C1", "C113", "Q8", "A6", "SL(2,3)", "C3 x C3"])
def test_numbers_are_the_values(name):
    table = named_group(name).character_table()
    numbers = table.numbers()
    assert numbers.dtype == np.complex128
    for found, value in list(zip(numbers.flat, table.values.flat, strict=True))[:500]:
        assert found == pytest.approx(complex(value), abs=1e-13)
    assert character_table(4).numbers().dtype == np.float64


def test_what_a_table_with_eigenvalues_verified():
    assert named_group("Q8").character_table().verify() == (
        "25 sums of eigenvalues",
        "15 inner products of rows",
        "15 inner products of columns",
        "sum of squared dimensions = 8",
    )


def test_labels_of_other_tables_are_named():
    table = named_group("Q8").character_table()
    with pytest.raises(ValueError, match="Q_8 has no irrep 'freq_2'; it has trivial, sign"):
        table.row("freq_2")
    with pytest.raises(ValueError, match=r"Q_8 has no irrep \(2, 1\); it has trivial"):
        table.row((2, 1))
    with pytest.raises(ValueError, match="the table has no class r"):
        table.value("freq_1", "r")


# What the table of S_n has as those of other groups do

NAMES = ["S0", "S1", "S2", "S3", "S4", "S5", "A4", "A5", "Q8", "C5", "SL(2,3)", "C3 x S3"]


@pytest.mark.parametrize("n", range(2, 8))
def test_rows_are_asked_for_by_any_name(n):
    table = character_table(n)
    fixed = [cycle_type.count(1) for cycle_type in table.classes]
    for name in ("standard", (n - 1, 1), f"{n - 1},1", Partition(n - 1, 1)):
        assert table.row(name).tolist() == [count - 1 for count in fixed]
    assert table.row("sign").tolist() == [sign_of(c) for c in table.classes]
    with pytest.raises(ValueError, match="read-only"):
        table.row("standard")[0] = 7
    assert table.value("standard", str(table.classes[0])) == n - 1
    assert table.value("standard", (1,) * n) == n - 1
    assert type(table.value("standard", table.classes[0])) is int
    with pytest.raises(ValueError, match="unknown irrep 'nonsense'"):
        table.row("nonsense")
    with pytest.raises(ValueError, match="the table has no class"):
        table.value("standard", (n + 1,))


def test_values_by_descriptions_and_of_conjugates():
    table = named_group("A5").character_table()
    golden = Rational(1, 2) + sqrt(5) / 2
    assert table.value("3[(5)+=1/2 + sqrt(5)/2]", "(5)+") == golden
    c5 = named_group("C5").character_table()
    product = c5.row("conj(freq_1)") * c5.row("freq_1")
    assert [abs(complex(value) - 1) < 1e-14 for value in product] == [True] * 5


@pytest.mark.parametrize("n", range(9))
def test_every_irrep_of_s_n_is_of_real_type(n):
    table = character_table(n)
    assert table.frobenius_schur_indicators() == dict.fromkeys(table.irreps, 1)
    assert table.exponent == lcm(*range(1, n + 1))


@pytest.mark.parametrize("name", NAMES)
def test_powers_of_classes_by_multiplication(name):
    group = named_group(name)
    table, power = group.character_table(), np.full(group.order, group.identity)
    everything = np.arange(group.order)
    exponents = []
    for k in range(table.exponent + 2):
        expected = [group.class_of[power[c.representative]] for c in group.conjugacy_classes]
        assert list(table.power_map(k)) == list(group.power_map(k)) == expected
        exponents += [k] if k and (power == group.identity).all() else []
        power = group.cayley_table[power, everything]
    assert exponents[0] == table.exponent == group.exponent
    assert table.power_map(-1) == table.inverse_classes


@pytest.mark.parametrize("name", NAMES)
def test_eigenvalues_are_those_of_the_matrices(name):
    group = named_group(name)
    table = group.character_table()
    roots = np.exp(2j * np.pi * np.arange(table.exponent) / table.exponent)
    for label, irrep in group.irreps.items():
        row = table.eigenvalues[table.irreps.index(label)]
        assert row.shape == (len(table.classes), group.complex_degree(label))
        pi_of = irrep.unitary().numpy()
        for c, exponents in zip(group.conjugacy_classes, row, strict=True):
            found = np.linalg.eigvals(pi_of[c.representative])
            distances = abs(found[:, None] - roots)
            assert distances.min(1).max() < 1e-10
            assert sorted(distances.argmin(1)) == exponents.tolist()


@pytest.mark.parametrize("n", range(1, 6))
def test_decompositions_have_no_zeros_and_python_integers(n):
    table = character_table(n)
    points = [cycle_type.count(1) for cycle_type in table.classes]
    found = table.decompose(points)
    assert found == ({(n,): 1, (n - 1, 1): 1} if n > 1 else {(1,): 1})
    assert found["trivial"] == 1
    assert all(type(multiplicity) is int for multiplicity in found.values())
    assert table.decompose(np.zeros(len(points), dtype=int)) == {}
    negative = table.decompose(-3 * table.row("sign"))
    assert negative == {(1,) * n: -3}
    assert [type(multiplicity) for multiplicity in negative.values()] == [int]


def test_decompositions_over_other_fields_have_no_zeros():
    group = named_group("C5")
    table = group.character_table()
    regular = [5, 0, 0, 0, 0]
    assert table.decompose(regular) == dict.fromkeys(table.irreps, 1)
    square = table.row("freq_1") * table.row("conj(freq_1)")
    assert table.decompose(square.tolist()) == {"trivial": 1}


def test_a_table_as_a_frame():
    frame = character_table(3).to_frame()
    assert frame.index.tolist() == ["(3)", "(2,1)", "(1,1,1)"]
    assert frame.columns.tolist() == ["(1,1,1)", "(2,1)", "(3)"]
    assert (frame.index.name, frame.columns.name) == ("irrep", "class")
    assert frame.loc["(2,1)"].tolist() == [2, 0, -1]
    golden = Rational(1, 2) + sqrt(5) / 2
    assert named_group("A5").character_table().to_frame().loc["(3,1,1)+", "(5)+"] == golden
