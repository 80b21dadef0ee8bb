import json
from collections import Counter
from dataclasses import replace
from itertools import combinations, permutations, product
from math import comb, factorial, prod
from types import SimpleNamespace

import numpy as np
import pytest

from symrep.characters import representation_ring
from symrep.characters.representation_ring import (
    exterior_square,
    frobenius_schur_indicator,
    induction,
    kostka_number,
    kronecker_product,
    littlewood_richardson_coefficient,
    outer_product,
    permutation_character,
    restriction,
    skew,
    symmetric_square,
    youngs_rule,
)
from symrep.characters.table import character_table
from symrep.combinatorics.integer_partitions import Partition, partitions
from symrep.combinatorics.permutations import (
    as_array,
    class_representative,
    cycle_type,
    reduced_word,
)
from symrep.combinatorics.robinson_schensted import rsk
from symrep.combinatorics.tableaux import standard_tableaux
from symrep.representations.young import exact_matrix

TABLES = [character_table(n) for n in range(9)]
BILINEAR = (outer_product, skew, kronecker_product)
LINEAR = (restriction, induction)


def dimension(representation):
    return sum(m * label.dimension for label, m in representation.items())


def character_of(representation, n):
    """The sum of the characters, class by class."""
    values = sum(m * TABLES[n].row(label) for label, m in representation.items())
    return values + np.zeros(len(TABLES[n].classes), dtype=int)


def conjugated(representation):
    return {label.conjugate: m for label, m in representation.items()}


def non_zero(multiplicities_of_all):
    return {label: m for label, m in multiplicities_of_all.items() if m}


def merged(*cycle_types):
    return Partition(*sorted((k for lengths in cycle_types for k in lengths), reverse=True))


def pairs_up_to(n):
    """The pairs of irreps of S_k and S_m for all k + m up to n."""
    return [
        (left, right)
        for k in range(n + 1)
        for m in range(n + 1 - k)
        for left, right in product(partitions(k), partitions(m))
    ]


def compositions(n):
    """The compositions of n: all ways to cut n letters in a row."""
    if n == 0:
        return [()]
    return [(first, *rest) for first in range(1, n + 1) for rest in compositions(n - first)]


# By hand


@pytest.mark.parametrize(
    ("function", "given", "expected"),
    [
        (restriction, [(3, 1)], {(3,): 1, (2, 1): 1}),
        (induction, [(2, 1)], {(3, 1): 1, (2, 2): 1, (2, 1, 1): 1}),
        (restriction, [{(3, 1): 1, (2, 2): -2}], {(3,): 1, (2, 1): -1}),
        (restriction, [{(3, 1): 1, (2, 2): -1}], {(3,): 1}),
        (induction, [()], {(1,): 1}),
        (outer_product, [(1,), (1,)], {(2,): 1, (1, 1): 1}),
        (outer_product, [(2,), (1, 1)], {(3, 1): 1, (2, 1, 1): 1}),
        (
            outer_product,
            [(2, 1), (2, 1)],
            {
                (4, 2): 1,
                (4, 1, 1): 1,
                (3, 3): 1,
                (3, 2, 1): 2,
                (3, 1, 1, 1): 1,
                (2, 2, 2): 1,
                (2, 2, 1, 1): 1,
            },
        ),
        (skew, [(3, 2, 1), (2, 1)], {(3,): 1, (2, 1): 2, (1, 1, 1): 1}),
        (skew, [(4,), (2, 1)], {}),
        (skew, [(2, 2), (1, 1, 1)], {}),
        (kronecker_product, [(2, 1), (2, 1)], {(3,): 1, (2, 1): 1, (1, 1, 1): 1}),
        (kronecker_product, [(3, 1), (3, 1)], {(4,): 1, (3, 1): 1, (2, 2): 1, (2, 1, 1): 1}),
        (kronecker_product, [(3, 1), (2, 2)], {(3, 1): 1, (2, 1, 1): 1}),
        (symmetric_square, [(3, 1)], {(4,): 1, (3, 1): 1, (2, 2): 1}),
        (exterior_square, [(3, 1)], {(2, 1, 1): 1}),
        (youngs_rule, [(2, 1)], {(3,): 1, (2, 1): 1}),
        (youngs_rule, [(2, 1, 1)], {(4,): 1, (3, 1): 2, (2, 2): 1, (2, 1, 1): 1}),
        (permutation_character, [(2, 1)], {(1, 1, 1): 3, (2, 1): 1, (3,): 0}),
        (
            permutation_character,
            [(2, 2)],
            {(1, 1, 1, 1): 6, (2, 1, 1): 2, (2, 2): 2, (3, 1): 0, (4,): 0},
        ),
    ],
)
def test_by_hand(function, given, expected):
    found = function(*given)
    assert list(found.items()) == list(expected.items())
    assert all(type(label) is Partition and type(m) is int for label, m in found.items())


def test_kostka_numbers_of_four_by_hand():
    labels = list(partitions(4))
    assert [[kostka_number(shape, content) for content in labels] for shape in labels] == [
        [1, 1, 1, 1, 1],
        [0, 1, 1, 2, 3],
        [0, 0, 1, 1, 2],
        [0, 0, 0, 1, 3],
        [0, 0, 0, 0, 1],
    ]


# Restriction and induction


@pytest.mark.parametrize("n", range(1, 8))
def test_the_restricted_character_is_that_of_elements_that_fix_a_letter(n):
    for label in partitions(n):
        values = character_of(restriction(label), n - 1)
        expected = [TABLES[n].value(label, merged(mu, (1,))) for mu in TABLES[n - 1].classes]
        assert values.tolist() == expected


@pytest.mark.parametrize("n", range(7))
def test_the_induced_character_is_that_of_the_formula(n):
    for label in partitions(n):
        induced = induction(label)
        assert dimension(induced) == (n + 1) * label.dimension
        values = character_of(induced, n + 1)
        for cycle_lengths, value in zip(TABLES[n + 1].classes, values, strict=True):
            fixed = cycle_lengths.count(1)
            rest = Partition(*cycle_lengths[:-1])
            assert value == (fixed and fixed * TABLES[n].value(label, rest))


@pytest.mark.parametrize("n", range(1, 8))
def test_frobenius_reciprocity(n):
    for small, large in product(partitions(n - 1), partitions(n)):
        assert induction(small).get(large, 0) == restriction(large).get(small, 0)


@pytest.mark.parametrize("n", range(1, 8))
def test_one_letter_is_an_outer_product_and_a_skew_shape_with_the_irrep_of_s_1(n):
    for label in partitions(n):
        assert induction(label) == outer_product(label, (1,)) == outer_product((1,), label)
        assert restriction(label) == skew(label, (1,))


def test_s_0_has_no_restriction():
    with pytest.raises(ValueError, match="S_0 acts on no point"):
        restriction(())


# The Littlewood-Richardson rule


@pytest.mark.parametrize(("k", "m"), [(k, m) for k in range(8) for m in range(8 - k)])
def test_littlewood_richardson_coefficients_are_inner_products_of_characters(k, m):
    """Of shapes at the elements of S_k x S_m, with the products of two irreducible characters."""
    here, there, whole = TABLES[k], TABLES[m], TABLES[k + m]
    columns = [[whole.classes.index(merged(mu, nu)) for nu in there.classes] for mu in here.classes]
    left = here.values * np.array(here.class_sizes, dtype=int)
    right = there.values * np.array(there.class_sizes, dtype=int)
    for shape in whole.irreps:
        coefficients = left @ whole.row(shape)[columns] @ right.T
        quotients, remainders = np.divmod(coefficients, factorial(k) * factorial(m))
        assert not remainders.any()
        for (i, mu), (j, nu) in product(enumerate(here.irreps), enumerate(there.irreps)):
            expected = quotients[i, j]
            assert outer_product(mu, nu).get(shape, 0) == expected
            assert skew(shape, mu).get(nu, 0) == expected
            assert littlewood_richardson_coefficient(shape, mu, nu) == expected


def test_outer_products_have_the_dimension_of_induced_ones_and_turn_with_their_factors():
    for left, right in pairs_up_to(10):
        found = outer_product(left, right)
        k, m = left.size, right.size
        assert dimension(found) == comb(k + m, k) * left.dimension * right.dimension
        assert found == outer_product(right, left)
        assert conjugated(found) == outer_product(left.conjugate, right.conjugate)


@pytest.mark.parametrize("n", range(9))
def test_restrictions_to_young_subgroups_have_the_dimension_of_the_irrep(n):
    for shape in partitions(n):
        for k in range(n + 1):
            parts = [(mu, skew(shape, mu)) for mu in partitions(k)]
            assert sum(mu.dimension * dimension(rest) for mu, rest in parts) == shape.dimension
            for mu, rest in parts:
                assert conjugated(rest) == skew(shape.conjugate, mu.conjugate)


def test_outer_products_associate():
    for left, right in pairs_up_to(6):
        for last in [(1, 1), (2, 1), (2, 2)]:
            assert outer_product(outer_product(left, right), last) == outer_product(
                left, outer_product(right, last)
            )


def test_two_irreps_of_s_15():
    staircase = Partition(5, 4, 3, 2, 1)
    found = outer_product(staircase, staircase)
    assert dimension(found) == comb(30, 15) * staircase.dimension**2
    shape, coefficient = max(found.items(), key=lambda item: item[1])
    assert coefficient == 176
    assert littlewood_richardson_coefficient(shape, staircase, staircase) == coefficient
    assert skew(shape, staircase)[staircase] == coefficient


def test_many_rows_and_columns_need_no_recursion():
    ones, row = Partition(*[1] * 1500), Partition(1500)
    assert set(outer_product(ones, (1,))) == {(2, *[1] * 1499), (1,) * 1501}
    assert set(outer_product(row, (1,))) == {(1501,), (1500, 1)}
    assert skew(ones, [1] * 1490) == {(1,) * 10: 1}
    assert kostka_number((1499, 1), row.conjugate) == 1499
    assert len(outer_product([1] * 300, [1] * 300)) == 301


def test_shapes_of_another_degree_are_named():
    with pytest.raises(ValueError, match=r"is a representation of S_4, got \(3,2\), .* S_5"):
        littlewood_richardson_coefficient((3, 2), (2, 1), (1,))
    with pytest.raises(ValueError, match=r"S_3 has no subgroup S_4 x S_m, as 4 > 3"):
        skew((2, 1), (2, 2))


# Young subgroups


@pytest.mark.parametrize("n", range(6))
def test_permutation_characters_count_fixed_cosets(n):
    """A coset is a word with composition[i] letters i, and permutations move its places."""
    for composition in compositions(n):
        letters = [i for i, size in enumerate(composition) for _ in range(size)]
        words = set(permutations(letters))
        found = permutation_character(composition)
        assert list(found) == list(TABLES[n].classes)
        for cycle_lengths, value in found.items():
            p = class_representative(cycle_lengths)
            assert value == sum(word == tuple(word[i] for i in p) for word in words)


@pytest.mark.parametrize("n", range(9))
def test_youngs_rule_decomposes_the_permutation_character(n):
    for composition in compositions(n) if n < 7 else partitions(n):
        found = youngs_rule(composition)
        permuted = permutation_character(composition)
        assert found == non_zero(TABLES[n].decompose(permuted))
        assert list(found) == sorted(found, reverse=True)
        cosets = factorial(n) // prod(map(factorial, composition))
        assert dimension(found) == permuted[Partition(*[1] * n)] == cosets


@pytest.mark.parametrize("n", range(8))
def test_youngs_rule_is_a_product_of_trivial_representations(n):
    for composition in partitions(n):
        expected = {(): 1}
        for part in composition:
            expected = outer_product(expected, (part,))
        assert youngs_rule(composition) == expected


@pytest.mark.parametrize("n", range(9))
def test_kostka_numbers_are_unitriangular_in_dominance_order(n):
    for shape, content in product(partitions(n), repeat=2):
        number = kostka_number(shape, content)
        assert number == youngs_rule(content).get(shape, 0)
        assert (number > 0) == shape.dominates(content)
        assert kostka_number(shape, shape) == 1
    for shape in partitions(n):
        assert kostka_number(shape, (1,) * n) == shape.dimension


@pytest.mark.parametrize("n", range(6))
def test_kostka_numbers_count_fillings(n):
    for shape, content in product(partitions(n), compositions(n)):
        letters = [i for i, size in enumerate(content) for _ in range(size)]
        count = 0
        for word in set(permutations(letters)):
            box = dict(zip(shape.cells, word, strict=True))
            count += all(
                box[i, j] <= box.get((i, j + 1), n) and box[i, j] < box.get((i + 1, j), n)
                for i, j in box
            )
        assert kostka_number(shape, content) == count


@pytest.mark.parametrize("n", range(7))
def test_permutations_by_shape_of_their_tableaux_are_the_regular_representation(n):
    counted = Counter(rsk(p)[0].shape for p in permutations(range(n)))
    regular = youngs_rule((1,) * n)
    assert counted == {shape: m * len([*standard_tableaux(shape)]) for shape, m in regular.items()}


def test_compositions_and_contents_are_checked():
    with pytest.raises(ValueError, match="parts must be positive"):
        youngs_rule((2, 0, 1))
    with pytest.raises(ValueError, match="parts must be positive"):
        permutation_character((2, -1))
    with pytest.raises(TypeError, match=r"each part must be an integer, got 1\.5"):
        permutation_character((2, 1.5))
    with pytest.raises(ValueError, match=r"size 4 does not fill the 3 boxes of \(2,1\)"):
        kostka_number((2, 1), (2, 2))


# Products and powers of characters


@pytest.mark.parametrize("n", range(5))
def test_kronecker_products_and_squares_by_traces_of_matrices(n):
    """Traces of tensor products and of their two halves, on which the swap is 1 and -1."""
    elements = [as_array(p) for p in permutations(range(n))]
    classes = [Partition(*[k for k in cycle_type(p).tolist() if k]) for p in elements]
    matrices = {
        label: [
            np.array(exact_matrix(label, "specht", reduced_word(p)).tolist(), int) for p in elements
        ]
        for label in partitions(n)
    }

    def decomposed(traces):
        by_class = {k: int(t) for k, t in zip(classes, traces, strict=True)}
        return non_zero(TABLES[n].decompose(by_class))

    for left, right in product(matrices, repeat=2):
        tensors = [np.kron(a, b) for a, b in zip(matrices[left], matrices[right], strict=True)]
        assert kronecker_product(left, right) == decomposed(map(np.trace, tensors))
    for label, images in matrices.items():
        d = label.dimension
        swap = np.eye(d * d, dtype=int).reshape(d, d, d * d).swapaxes(0, 1).reshape(d * d, d * d)
        for half, square in ((swap, symmetric_square), (-swap, exterior_square)):
            traces = [np.trace((np.eye(d * d) + half) @ np.kron(a, a)) / 2 for a in images]
            assert square(label) == decomposed(traces)


@pytest.mark.parametrize("n", range(7))
def test_kronecker_products_are_symmetric_in_three_irreps(n):
    """The multiplicity of a third irrep is the mean of the product of the three characters."""
    table = TABLES[n]
    sizes = np.array(table.class_sizes)
    for left, right in combinations([*table.irreps, *table.irreps[:1]], 2):
        found = kronecker_product(left, right)
        assert found == kronecker_product(right, left)
        assert dimension(found) == left.dimension * right.dimension
        for third in table.irreps:
            total = (sizes * table.row(left) * table.row(right) * table.row(third)).sum()
            assert found.get(third, 0) * factorial(n) == total


@pytest.mark.parametrize("n", range(9))
def test_the_sign_conjugates_and_the_trivial_representation_does_nothing(n):
    trivial, sign = Partition(*[n] * (n > 0)), Partition(*[1] * n)
    for label in partitions(n):
        assert kronecker_product(label, trivial) == {label: 1}
        assert kronecker_product(sign, label) == {label.conjugate: 1}
        assert kronecker_product(label, label).get(trivial) == 1


@pytest.mark.parametrize("n", range(9))
def test_the_two_squares_add_up_to_the_kronecker_square(n):
    for label in partitions(n):
        d = label.dimension
        even, odd = symmetric_square(label), exterior_square(label)
        assert dimension(even) == d * (d + 1) // 2
        assert dimension(odd) == d * (d - 1) // 2
        assert Counter(even) + Counter(odd) == kronecker_product(label, label)
        trivial = Partition(*[n] * (n > 0))
        assert frobenius_schur_indicator(label) == even.get(trivial, 0) - odd.get(trivial, 0) == 1


def test_squares_of_sums_hold_the_products_of_their_terms():
    for a, b in combinations(partitions(5), 2):
        both = kronecker_product(a, b)
        for square, of_the_negative in permutations([symmetric_square, exterior_square]):
            parts = Counter(square(a)) + Counter(square(b)) + Counter(both)
            assert square({a: 1, b: 1}) == parts
            assert square({a: -1}) == of_the_negative(a)


def test_indicators_add_up_and_square_roots_of_the_identity_are_counted():
    """Sum over irreps of indicator times dimension = number of g with g^2 = 1."""
    for n in range(8):
        involutions = sum(c.class_size for c in partitions(n) if max(c, default=0) <= 2)
        regular = {label: label.dimension for label in partitions(n)}
        assert frobenius_schur_indicator(regular) == involutions
    assert frobenius_schur_indicator({(2, 1): 2, (3,): -3}) == -1


def test_s_20_is_within_reach():
    left, right = Partition(8, 5, 4, 2, 1), Partition(7, 6, 4, 3)
    found = kronecker_product(left, right)
    assert dimension(found) == left.dimension * right.dimension
    assert list(found) == sorted(found, reverse=True)
    assert all(type(m) is int for m in found.values())


def test_values_beyond_64_bits_stay_exact():
    assert kronecker_product({(2, 1): 2**62}, {(2, 1): 2}) == {
        (3,): 2**63,
        (2, 1): 2**63,
        (1, 1, 1): 2**63,
    }


# What is given, and what is given back


@pytest.mark.parametrize("function", BILINEAR, ids=lambda f: f.__name__)
def test_products_are_bilinear(function):
    left = {Partition(3, 1): 2, Partition(2, 2): -1}
    right = {Partition(2): 3, Partition(1, 1): 1} if function is skew else {(4,): 3, (2, 1, 1): 1}
    expected = Counter()
    for (mu, a), (nu, b) in product(left.items(), right.items()):
        for label, m in function(mu, nu).items():
            expected[label] += a * b * m
    assert function(left, right) == non_zero(expected)
    assert function(left, {}) == function({}, right) == {}


@pytest.mark.parametrize("function", LINEAR, ids=lambda f: f.__name__)
def test_restriction_and_induction_are_linear(function):
    expected = Counter()
    for label, m in ({(3, 1): 2, (2, 2): -1}).items():
        for other, k in function(label).items():
            expected[other] += m * k
    assert function({(3, 1): 2, (2, 2): -1, (4,): 0}) == non_zero(expected)
    assert function({}) == {}


@pytest.mark.parametrize("function", [*LINEAR, symmetric_square, exterior_square])
def test_labels_may_be_text_lists_or_plain_tuples(function):
    expected = function(Partition(2, 1, 1))
    for label in ("2,1^2", "(2,1,1)", [2, 1, 1], (2, 1, 1), {"2,1,1": np.int64(1)}):
        assert function(label) == expected
    assert function({"2,1,1": 3, (2, 1, 1): -2}) == expected


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({(2, 1): 1, (2,): 1}, ValueError, r"of the same n, got \(2,1\) of 3 and \(2\) of 2"),
        ({(2, 1): 1.0}, TypeError, r"a multiplicity must be an integer, got 1\.0, a float"),
        ({(1, 2): 1}, ValueError, "did you mean"),
        ((1, 2), ValueError, "did you mean"),
        ("a", ValueError, "'a' is not a partition"),
        (3, TypeError, r"expected a partition such as \(3, 2\) or '3,2', got 3$"),
    ],
)
def test_what_is_no_representation_is_named(given, error, message):
    for function in (*LINEAR, symmetric_square, exterior_square, frobenius_schur_indicator):
        with pytest.raises(error, match=message):
            function(given)
    for function in BILINEAR:
        with pytest.raises(error, match=message):
            function((2, 1), given)
        with pytest.raises(error, match=message):
            function(given, (2, 1))


def test_tensor_products_need_one_group():
    with pytest.raises(ValueError, match=r"of the same n, got \(2,1\) of 3 and \(2,2\) of 4"):
        kronecker_product((2, 1), (2, 2))


def test_tables_beyond_memory_are_refused_before_they_are_made(monkeypatch):
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=2**33))
    monkeypatch.setattr("symrep.characters.murnaghan_nakayama.character_blocks", None)
    with pytest.raises(MemoryError, match=r"the character table of S_60, .* needed"):
        kronecker_product((60,), (60,))


def test_a_table_that_is_wrong_is_noticed(monkeypatch):
    values = character_table(4).values.copy()
    values[1, 0] += 1
    wrong = replace(character_table(4), values=values)
    monkeypatch.setattr(representation_ring, "_table", lambda n: wrong)
    for work in (symmetric_square, frobenius_schur_indicator, lambda a: kronecker_product(a, a)):
        with pytest.raises(AssertionError, match="over S_4 of characters is not divisible by 4!"):
            work((3, 1))


# Other systems


@pytest.mark.oracles
def test_sage_finds_the_same_products(sage):
    pairs = json.dumps(pairs_up_to(7))
    answers = sage(f"""
from sage.combinat.partition import Partitions
from sage.combinat.sf.sf import SymmetricFunctions
from sage.rings.rational_field import QQ
functions = SymmetricFunctions(QQ)
s, h, p = functions.s(), functions.h(), functions.p()
def listed(f):
    return [[list(label), m] for label, m in f]
print(json.dumps({{
    "outer": [[a, b, listed(s(p(s(a)) * p(s(b))))] for a, b in {pairs}],
    "kronecker": [[list(a), list(b), listed(s(a).kronecker_product(s(b)))]
                  for n in range(8) for a in Partitions(n) for b in Partitions(n)],
    "young": [[list(a), listed(s(h(a)))] for n in range(9) for a in Partitions(n)],
}}, default=int))
""")
    assert {name: len(rows) for name, rows in answers.items()} == {
        "outer": len(pairs_up_to(7)),
        "kronecker": sum(len(table.irreps) ** 2 for table in TABLES[:8]),
        "young": sum(len(table.irreps) for table in TABLES),
    }
    for name, function in (
        ("outer", outer_product),
        ("kronecker", kronecker_product),
        ("young", youngs_rule),
    ):
        for *given, found in answers[name]:
            assert function(*given) == {tuple(label): m for label, m in found}


@pytest.mark.oracles
@pytest.mark.exhaustive
def test_gap_finds_the_same_squares_and_indicators(sage_with_packages):
    answers = sage_with_packages("""
libgap.LoadPackage("ctbllib")
print(libgap.eval('''List([1 .. 7], function(n)
  local table, irreps, multiplicities;
  table := CharacterTable("Symmetric", n);
  irreps := Irr(table);
  multiplicities := squares -> List(squares,
    chi -> List(irreps, psi -> ScalarProduct(table, chi, psi)));
  return [List(CharacterParameters(table), label -> label[2]),
    multiplicities(SymmetricParts(table, irreps, 2)),
    multiplicities(AntiSymmetricParts(table, irreps, 2)),
    Indicator(table, irreps, 2)];
end)'''))
""")
    assert [len(rows[0]) for rows in answers] == [len(table.irreps) for table in TABLES[1:8]]
    for labels, symmetric, exterior, indicators in answers:
        keys = [Partition(*label) for label in labels]
        for label, even, odd, indicator in zip(keys, symmetric, exterior, indicators, strict=True):
            assert symmetric_square(label) == non_zero(dict(zip(keys, even, strict=True)))
            assert exterior_square(label) == non_zero(dict(zip(keys, odd, strict=True)))
            assert frobenius_schur_indicator(label) == indicator
