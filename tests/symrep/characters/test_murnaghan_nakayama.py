from itertools import combinations_with_replacement
from math import comb, factorial
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Poly, symbols

from symrep._support.errors import LawViolation
from symrep.characters import murnaghan_nakayama
from symrep.characters.murnaghan_nakayama import (
    LARGEST_IN_64_BITS,
    character,
    character_blocks,
    character_values,
    cycle_types,
    rim_hook_removals,
)
from symrep.characters.table_laws import assert_column_norms, squared_norms
from symrep.combinatorics.integer_partitions import Partition, number_of_partitions, partitions
from tests.exhaustive import sample


def spread(items, count):
    """About `count` of the items, evenly spaced, the first and last among them."""
    return [items[i] for i in np.unique(np.linspace(0, len(items) - 1, count).astype(int))]


# Single values


@pytest.mark.parametrize(
    ("label", "cycle_type", "value"),
    [
        ((3, 2), (2, 2, 1), 1),
        ((3, 2), (4, 1), -1),
        ((3, 2), (3, 1, 1), -1),
        ((3, 1, 1), (2, 2, 1), -2),
        ((3, 1, 1), (5,), 1),
        ((3, 2, 1), (3, 3), -2),
        ((3, 2, 1), (5, 1), 1),
        ((4, 3, 2, 1), (1,) * 10, 768),
        ((5, 5), (1,) * 10, 42),
        ((), (), 1),
    ],
)
def test_known_values(label, cycle_type, value):
    assert character(Partition(*label), Partition(*cycle_type)) == value
    assert character_values(sum(label), [label], [cycle_type]).tolist() == [[value]]


@pytest.mark.parametrize("n", range(1, 11))
def test_values_at_the_long_cycle_are_those_of_hooks(n):
    for label in partitions(n):
        hook = len(label) < 2 or label[1] == 1
        assert character(label, Partition(n)) == ((-1) ** (len(label) - 1) if hook else 0)


def test_single_values_of_large_groups_are_exact():
    square = Partition(*(8,) * 8)
    assert character(square, Partition(*(1,) * 64)) == square.dimension > 2**63
    assert character(Partition(99, 1), Partition(*(2,) * 3, *(1,) * 94)) == 93
    assert character(Partition(*(1,) * 101), Partition(50, 51 - 20, 20)) == 1


@pytest.mark.parametrize(
    "cycle_type",
    [(100, 60, 40, 7, 3), (30,) * 7, (13,) * 10 + (7,) * 11 + (3,), (50, *(1,) * 160)],
    ids=["long", "30^7", "13^10", "fixed points"],
)
def test_hooks_of_s_210_have_the_characters_of_exterior_powers(cycle_type):
    """The value of (n-k, 1^k) is the coefficient of q^k in prod (1 - (-q)^mu_i) / (1 + q)."""
    q = symbols("q")
    product = Poly(1, q)
    for part in cycle_type:
        product *= Poly(1 - (-q) ** part, q)
    quotient, remainder = product.div(Poly(1 + q, q))
    assert remainder.is_zero
    coefficients = quotient.all_coeffs()[::-1]
    assert sum(map(bool, coefficients)) > 20
    for k in range(0, 210, 19):
        value = character(Partition(210 - k, *(1,) * k), Partition(*cycle_type))
        assert value == coefficients[k]


def test_a_character_of_many_cycles():
    assert character(Partition(4000), Partition(*[2] * 2000)) == 1
    assert character(Partition(*[1] * 2001), Partition(*[2] * 1000, 1)) == 1


def test_cycles_of_one_length_leave_the_rows_apart():
    """Hooks of three boxes come off the rows (100, 100, 100) as 33, 33 and 34 in any order."""
    ways = factorial(100) // (factorial(33) ** 2 * factorial(34))
    assert character(Partition(100, 100, 100), Partition(*[3] * 100)) == ways
    assert character(Partition(101, 101), Partition(*[2] * 101)) == -comb(101, 50)
    assert character(Partition(*range(24, 0, -1)), Partition(*[2] * 150)) == 0


@pytest.mark.parametrize("k", [2, 3, 5])
def test_the_squares_of_the_values_at_equal_cycles_sum_to_the_centraliser(k):
    cycle_type = Partition(*[k] * (20 // k))
    values = [character(label, cycle_type) for label in partitions(cycle_type.size)]
    assert sum(value**2 for value in values) == cycle_type.centraliser_order
    assert values[0] == 1


def test_labels_may_be_text():
    assert character("3,2", "2^2,1") == character((3, 2), [2, 2, 1]) == 1
    assert character_values(5, ["3,2"], ["2^2,1"]).tolist() == [[1]]
    with pytest.raises(TypeError, match=r"expected a partition such as \(3, 2\) or '3,2', got 3$"):
        character_values(5, (3, 2))


def test_partitions_of_two_degrees_are_named():
    with pytest.raises(ValueError, match=r"\(3,2\) labels an irrep of S_5, but \(3\) a class"):
        character(Partition(3, 2), Partition(3))


# Rim hooks


def border_strips(shape, k):
    """{smaller: sign} by trying every smaller diagram: connected, without a square of boxes."""
    strips = {}
    cells = set(shape.cells)
    for smaller in partitions(shape.size - k) if k <= shape.size else ():
        strip = cells - set(smaller.cells)
        if set(smaller.cells) - cells or any(
            {(i, j), (i + 1, j), (i, j + 1), (i + 1, j + 1)} <= strip for i, j in strip
        ):
            continue
        reached = [next(iter(strip))]
        for i, j in reached:
            neighbours = {(i + 1, j), (i - 1, j), (i, j + 1), (i, j - 1)}
            reached += [cell for cell in neighbours & strip if cell not in reached]
        if len(reached) == k:
            strips[smaller] = (-1) ** (len({i for i, _ in strip}) - 1)
    return strips


@pytest.mark.parametrize("k", range(1, 8))
def test_rim_hooks_are_connected_strips(k):
    for n in range(8):
        for shape in partitions(n):
            removals = rim_hook_removals(shape, k)
            assert len(removals) == len(dict(removals))
            assert dict(removals) == border_strips(shape, k)


# Tables


@pytest.mark.parametrize("n", range(9))
def test_tables_and_single_values_agree(n):
    values = character_values(n)
    assert values.dtype == np.int64
    expected = [[character(label, mu) for mu in cycle_types(n)] for label in partitions(n)]
    np.testing.assert_array_equal(values, expected)


@pytest.mark.parametrize("n", [14, 17, 20, 25])
def test_conjugation_multiplies_by_the_sign(n):
    values, labels = character_values(n), list(partitions(n))
    signs = np.array([(-1) ** (n - len(cycle_type)) for cycle_type in cycle_types(n)])
    row = {label: i for i, label in enumerate(labels)}
    np.testing.assert_array_equal(values[[row[p.conjugate] for p in labels]], signs * values)


@pytest.mark.oracles
@pytest.mark.parametrize(
    "sizes", [(1, 2, 7, 12), pytest.param((17, 20), marks=pytest.mark.exhaustive)], ids=str
)
@pytest.mark.exhaustive
def test_tables_of_gap_label_by_label(sizes, sage_with_packages):
    """GAP labels irreps by partitions, and classes by cycle types, as [1, partition]."""
    answers = sage_with_packages(f"""
libgap.LoadPackage("ctbllib")
answers = []
for n in {sizes}:
    table = libgap.CharacterTable("Symmetric", n)
    rows = [label[1] for label in libgap.CharacterParameters(table).sage()]
    columns = [label[1] for label in libgap.ClassParameters(table).sage()]
    answers.append([rows, columns, libgap.Irr(table).sage()])
print(json.dumps(answers, default=int))
""")
    for n, (rows, columns, values) in zip(sizes, answers, strict=True):
        assert len(rows) == len(columns) == number_of_partitions(n)
        np.testing.assert_array_equal(character_values(n, rows, columns), values)


@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(0, 11))
def test_some_rows_and_columns_in_any_order_are_those_of_the_table(data, n):
    table, labels, classes = character_values(n), list(partitions(n)), cycle_types(n)
    rows = data.draw(st.lists(st.integers(0, len(labels) - 1), max_size=8))
    columns = data.draw(st.lists(st.integers(0, len(labels) - 1), max_size=8))
    part = character_values(n, [labels[i] for i in rows], [classes[j] for j in columns])
    np.testing.assert_array_equal(part, table[np.ix_(rows, columns)])
    np.testing.assert_array_equal(character_values(n, [labels[i] for i in rows]), table[rows])
    some = character_values(n, classes=[classes[j] for j in columns])
    np.testing.assert_array_equal(some, table[:, columns])


def test_diagrams_wider_than_a_word_of_64_bits():
    labels = [(75, 25), (60, 25, 15), (50, *(1,) * 50), (*(2,) * 40, *(1,) * 20)]
    classes = [(25, 25, 20, 15, 15), (10,) * 10, (20,) * 5, (49, 49, 2)]
    expected = [
        [character(Partition(*label), Partition(*mu)) for mu in classes] for label in labels
    ]
    np.testing.assert_array_equal(character_values(100, labels, classes), expected)
    assert np.count_nonzero(expected) > 3


@pytest.mark.parametrize("block_bytes", [1, 8 * 42 * 5, 2**22])
def test_blocks_are_the_table_in_consecutive_pieces(block_bytes, monkeypatch):
    monkeypatch.setattr(murnaghan_nakayama, "COLUMN_BLOCK_BYTES", block_bytes)
    blocks = list(character_blocks(10))
    assert tuple(mu for classes, _ in blocks for mu in classes) == cycle_types(10)
    assert all(values.shape == (42, len(classes)) for classes, values in blocks)
    assert max(values.nbytes for _, values in blocks) <= max(block_bytes, 8 * 42)
    monkeypatch.undo()
    whole = np.concatenate([values for _, values in blocks], axis=1)
    np.testing.assert_array_equal(whole, character_values(10))


def test_labels_of_another_degree_are_named_at_once():
    with pytest.raises(ValueError, match=r"\(3,2\) is a partition of 5; .*S_4"):
        character_blocks(4, irreps=[(3, 2)])
    with pytest.raises(ValueError, match=r"\(1,1,1\) is a partition of 3; .*S_4"):
        character_values(4, classes=[(1, 1, 1)])
    with pytest.raises(ValueError, match="weakly decreasing"):
        character_values(4, irreps=[(1, 3)])


def test_what_cannot_fit_is_refused_before_it_is_listed(monkeypatch):
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=2**33))
    monkeypatch.setattr(murnaghan_nakayama, "partitions", None)
    with pytest.raises(MemoryError, match=r"table of S_60, 966467 x 966467: .* TiB.*character_bl"):
        character_values(60)
    with pytest.raises(MemoryError, match=r"partitions of 150: .* needed, .*symrep.character "):
        character_blocks(150)
    with pytest.raises(MemoryError, match=r"table of S_150, 40853235313 x 1: 1\.8 TiB needed"):
        character_values(150, classes=[(150,)])


def test_columns_of_smaller_groups_that_cannot_fit_are_refused(monkeypatch):
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=5 * 10**6))
    with pytest.raises(MemoryError, match=r"columns of smaller groups for 3010 columns"):
        next(character_blocks(27))


# Values beyond 64 bits


def test_64_bits_hold_every_value_up_to_the_stated_n():
    for n in (LARGEST_IN_64_BITS, LARGEST_IN_64_BITS + 1):
        fits = max(label.dimension for label in partitions(n)) < 2**63
        assert fits == (n == LARGEST_IN_64_BITS)
    # chi^2 <= z, so |chi| < 2^63 where z < 2^126
    assert factorial(33) < murnaghan_nakayama.WIDE == (2**63) ** 2 <= factorial(34)


@pytest.mark.parametrize("wide", [1, 6, 48, 720])
def test_columns_summed_in_python_integers_are_the_same(wide, monkeypatch):
    expected = character_values(9)
    monkeypatch.setattr(murnaghan_nakayama, "WIDE", wide)
    values = character_values(9)
    assert values.dtype == np.int64
    np.testing.assert_array_equal(values, expected)


@pytest.mark.exhaustive
def test_columns_near_the_identity_of_s_40_exceed_64_bits():
    labels = spread(list(partitions(40)), 25)
    classes = [mu for mu in cycle_types(40) if mu.centraliser_order >= 2**126]
    assert len(classes) == 15
    values = character_values(40, labels, [*classes, (40,)])
    assert values.dtype == object
    assert values[:, 0].tolist() == [label.dimension for label in labels]
    assert max(values[:, 0]) > 2**63
    for j, mu in enumerate(classes):
        assert values[:, j].tolist() == [character(label, mu) for label in labels]
    assert all(type(value) is int for value in values.flat)


@pytest.mark.parametrize("n", sample([30, 35, 40], lambda n: n == 30))
def test_sampled_columns_of_large_tables_are_orthogonal(n):
    classes = spread(cycle_types(n), 12)
    values = character_values(n, classes=classes).astype(object)
    for (a, mu), (b, _) in combinations_with_replacement(enumerate(classes), 2):
        assert values[:, a] @ values[:, b] == (mu.centraliser_order if a == b else 0)


def test_the_norm_of_a_column_is_the_order_of_the_centraliser():
    for classes, values in character_blocks(12):
        assert assert_column_norms(classes, values) == len(classes)
        wrong = values.copy()
        wrong[3, -1] += 1
        with pytest.raises(LawViolation, match=r"^column \(.*\): the sum of chi\^2 is \d+"):
            assert_column_norms(classes, wrong)
    large = character_values(36, classes=[(1,) * 36])
    assert large.dtype == object
    assert assert_column_norms([Partition(*(1,) * 36)], large) == 1


def test_squared_norms_beyond_64_bits():
    rows = np.array([[2**31, 2**31, -(2**32), 1], [-(2**62), 3, 0, 0], [-5, 1, 2, 3], [0] * 4])
    assert squared_norms(rows) == [2**63 + 2**64 + 1, 2**124 + 9, 39, 0]
    assert squared_norms(rows.astype(object)) == [2**63 + 2**64 + 1, 2**124 + 9, 39, 0]
    assert squared_norms(np.empty((2, 0), dtype=np.int64)) == [0, 0]
    # Each square fits, their sum does not.
    assert squared_norms(np.full((1, 4), -(2**31))) == [2**64]
