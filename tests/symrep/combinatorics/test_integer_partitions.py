import pickle
from collections import Counter
from itertools import accumulate, combinations, permutations
from math import factorial

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Integer
from sympy.functions.combinatorial.numbers import partition as sympy_count
from sympy.utilities.iterables import partitions as sympy_partitions

from symrep.combinatorics.integer_partitions import (
    Partition,
    bounded_counts,
    content,
    dominance_order,
    number_of_partitions,
    partition_ranks,
    partitions,
    require_degree,
    youngs_lattice,
)

exhaustive = pytest.mark.parametrize("n", range(9))
few = settings(deadline=None, max_examples=50, derandomize=True)

any_partition = st.integers(0, 12).flatmap(lambda n: st.sampled_from(list(partitions(n))))
same_size_pair = st.integers(0, 12).flatmap(
    lambda n: st.tuples(*[st.sampled_from(list(partitions(n)))] * 2)
)


def from_sympy(n):
    """SymPy's partitions of n, {part: multiplicity} each, as decreasing tuples."""
    return {
        tuple(sorted(Counter(counts).elements(), reverse=True)) for counts in sympy_partitions(n)
    }


# The list of partitions


@pytest.mark.parametrize("n", range(13))
def test_partitions_are_those_of_sympy_in_reverse_lexicographic_order(n):
    listed = [tuple(shape) for shape in partitions(n)]
    assert listed == sorted(from_sympy(n), reverse=True)
    assert len(listed) == number_of_partitions(n) == sympy_count(n)


def test_partitions_of_four_by_hand():
    assert list(partitions(4)) == [(4,), (3, 1), (2, 2), (2, 1, 1), (1, 1, 1, 1)]


def test_number_of_partitions_needs_no_list():
    assert number_of_partitions(200) == 3972999029388


@pytest.mark.parametrize("n", [-1, -7])
def test_negative_degree_is_named(n):
    with pytest.raises(ValueError, match=f"degree n must be 0 or more, got {n}"):
        list(partitions(n))
    with pytest.raises(ValueError, match=f"got {n}"):
        number_of_partitions(n)


@pytest.mark.parametrize("n", [2.0, "3", None, True])
def test_degree_that_is_no_integer_is_named(n):
    with pytest.raises(TypeError, match=f"must be an integer, got {n!r}, a {type(n).__name__}"):
        require_degree(n)


def test_degree_whose_factorial_is_out_of_reach_is_named():
    with pytest.raises(ValueError, match=f"degree n must be at most [0-9]+, got {10**12}"):
        require_degree(10**12)


def test_degree_may_be_a_numpy_integer():
    assert type(require_degree(np.int32(5))) is int


# One partition


def test_equals_and_hashes_like_the_tuple_of_its_parts():
    assert Partition(3, 2) == (3, 2)
    assert {Partition(3, 2): "x"}[3, 2] == "x"
    assert Partition() == ()


def test_parts_become_python_integers():
    assert all(type(part) is int for part in Partition(*np.array([3, 2])))


@few
@given(any_partition)
def test_str_parses_repr_evaluates_and_pickle_round_trips(shape):
    assert Partition.parse(str(shape)) == shape
    assert Partition.parse(str(list(shape))) == shape
    assert Partition.parse(",".join(map(str, shape))) == shape
    for copy in (eval(repr(shape)), pickle.loads(pickle.dumps(shape))):
        assert copy == shape
        assert type(copy) is Partition


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("3,2", (3, 2)),
        ("(3, 2)", (3, 2)),
        ("[3,2]", (3, 2)),
        (" ( 3 , 2 ) ", (3, 2)),
        ("(3,)", (3,)),
        ("2,1^3", (2, 1, 1, 1)),
        ("3 ^ 2, 1", (3, 3, 1)),
        ("", ()),
        ("()", ()),
    ],
)
def test_parse(text, parts):
    assert Partition.parse(text) == parts


def test_a_partition_is_given_as_parts_or_text():
    for label in ((3, 1), [3, 1], "3,1", iter((3, 1)), Partition(3, 1)):
        assert Partition.of(label) == (3, 1)
        assert type(Partition.of(label)) is Partition
    with pytest.raises(TypeError, match=r"expected a partition such as \(3, 2\) or '3,2', got 3$"):
        Partition.of(3)
    with pytest.raises(ValueError, match="did you mean"):
        Partition.of((1, 3))


@pytest.mark.parametrize("text", ["3;2", "a", "3,,2", "3,2,", "(3,2", "3.0,2", "-1", "2^", "^2"])
def test_text_that_spells_no_partition_is_quoted(text):
    with pytest.raises(ValueError, match="is not a partition: expected parts separated by commas"):
        Partition.parse(text)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ((1, 3), r"Partition\(1, 3\): parts must be weakly decreasing; did you mean .*\(3, 1\)\?"),
        ((2, 3, 1), r"did you mean Partition\(3, 2, 1\)\?"),
        ((2, 0), r"Partition\(2, 0\): parts must be positive"),
        ((2, -1), r"Partition\(2, -1\): parts must be positive"),
    ],
)
def test_values_that_are_no_partition_are_named(parts, message):
    with pytest.raises(ValueError, match=message):
        Partition(*parts)


@pytest.mark.parametrize(
    ("part", "kind"), [(2.0, "float"), ("2", "str"), (True, "bool"), ((3, 2), "tuple")]
)
def test_parts_that_are_no_integers_are_named(part, kind):
    with pytest.raises(TypeError, match=f"each part must be an integer, got .*, a {kind}"):
        Partition(part)


def test_parts_may_be_integers_of_numpy_and_sympy():
    mixed = Partition(Integer(3), np.int8(2), np.uint64(1))
    assert mixed == Partition(3, 2, 1)
    assert {type(part) for part in mixed} == {int}
    assert Partition.of(np.array([3, 1])) == Partition(3, 1)
    assert list(partitions(Integer(2))) == [Partition(2), Partition(1, 1)]
    for boolean in (np.True_, np.array(True)):
        with pytest.raises(TypeError, match="each part must be an integer, got"):
            Partition(2, boolean)


def test_exponent_beyond_memory_is_named():
    with pytest.raises((ValueError, MemoryError), match=r"1.99999999999999"):
        Partition.parse("1^99999999999999")


@few
@given(any_partition)
def test_conjugate_is_the_transposed_diagram_and_an_involution(shape):
    assert {(j, i) for i, j in shape.cells} == set(shape.conjugate.cells)
    assert shape.conjugate.conjugate == shape
    assert shape.conjugate.dimension == shape.dimension


@few
@given(any_partition)
def test_cells_contents_and_hooks_from_their_definitions(shape):
    cells = set(shape.cells)
    assert len(cells) == shape.size == sum(shape)
    assert list(shape.cells) == sorted(cells)
    assert shape.contents == tuple(j - i for i, j in shape.cells)
    arms_and_legs = [
        sum((a == i and b >= j) or (b == j and a > i) for a, b in cells) for i, j in shape.cells
    ]
    assert list(shape.hook_lengths) == arms_and_legs


def test_hooks_and_contents_by_hand():
    assert Partition(4, 2, 1).hook_lengths == (6, 4, 2, 1, 3, 1, 1)
    assert Partition(4, 2, 1).contents == (0, 1, 2, 3, -1, 0, -2)
    assert content((2, 5)) == 3


@pytest.mark.parametrize(
    ("parts", "dimension"),
    [((), 1), ((1,), 1), ((3, 2), 5), ((3, 1, 1), 6), ((5, 5), 42), ((4, 3, 2, 1), 768)],
)
def test_known_dimensions(parts, dimension):
    assert Partition(*parts).dimension == dimension


@pytest.mark.parametrize("n", range(13))
def test_squared_dimensions_and_class_sizes_sum_to_the_order(n):
    assert sum(shape.dimension**2 for shape in partitions(n)) == factorial(n)
    assert sum(shape.class_size for shape in partitions(n)) == factorial(n)


@pytest.mark.parametrize("n", range(6))
def test_class_sizes_and_centralisers_by_counting(n):
    def cycle_lengths(p):
        orbits = set()
        for start in p:
            orbit, letter = {start}, p[start]
            while letter != start:
                orbit.add(letter)
                letter = p[letter]
            orbits.add(frozenset(orbit))
        return tuple(sorted(map(len, orbits), reverse=True))

    counted = Counter(cycle_lengths(p) for p in permutations(range(n)))
    assert {shape: shape.class_size for shape in partitions(n)} == counted
    for shape in partitions(n):
        assert shape.centraliser_order * counted[shape] == factorial(n)


def test_multiplicities_come_largest_first():
    assert list(Partition(3, 2, 2, 1, 1, 1).multiplicities.items()) == [(3, 1), (2, 2), (1, 3)]


# Adding and removing boxes


@exhaustive
def test_removable_and_addable_boxes_from_their_definition(n):
    smaller = {tuple(shape) for shape in partitions(n - 1)} if n else set()
    larger = {tuple(shape) for shape in partitions(n + 1)}
    for shape in partitions(n):
        cells = set(shape.cells)
        below = {mu for mu in smaller if set(Partition(*mu).cells) < cells}
        above = {mu for mu in larger if set(Partition(*mu).cells) > cells}
        removed = [shape.without(cell) for cell in shape.removable_cells]
        added = [shape.with_cell(cell) for cell in shape.addable_cells]
        assert removed == sorted(below, reverse=True)
        assert added == sorted(above, reverse=True)
        for cell in shape.removable_cells:
            assert shape.without(cell).with_cell(cell) == shape


def test_boxes_that_cannot_go_or_come_are_named():
    with pytest.raises(ValueError, match=r"\(0, 0\) is not a removable box of \(2,1\)"):
        Partition(2, 1).without((0, 0))
    with pytest.raises(ValueError, match=r"\(2, 1\) is not an addable box of \(2,1\)"):
        Partition(2, 1).with_cell((2, 1))


# Dominance and Young's lattice


@few
@given(same_size_pair)
def test_dominance_is_that_of_partial_sums_and_reversed_by_conjugation(pair):
    a, b = pair
    n = a.size
    sums = [list(accumulate((*shape, *[0] * (n - len(shape))))) for shape in pair]
    assert a.dominates(b) == all(x >= y for x, y in zip(*sums, strict=True))
    assert a.dominates(b) == b.conjugate.dominates(a.conjugate)


def test_dominance_is_not_total():
    a, b = Partition(4, 1, 1), Partition(3, 3)
    assert not a.dominates(b)
    assert not b.dominates(a)
    assert a.dominates((3, 2, 1))


def test_dominance_needs_one_n():
    with pytest.raises(ValueError, match=r"\(3\) is a partition of 3, \(2\) of 2"):
        Partition(3).dominates(Partition(2))


@exhaustive
def test_dominance_order_is_the_hasse_diagram(n):
    order = dominance_order(n)
    assert set(order) == set(partitions(n))
    reachable = nx.transitive_closure(order)
    for a, b in combinations(partitions(n), 2):
        assert reachable.has_edge(a, b) == a.dominates(b)
    for a, b in order.edges:
        between = [c for c in order if c not in (a, b) and a.dominates(c) and c.dominates(b)]
        assert between == []


def test_youngs_lattice_counts_tableaux_by_paths():
    lattice = youngs_lattice(6)
    paths = dict.fromkeys(lattice, 0)
    paths[Partition()] = 1
    for shape in nx.topological_sort(lattice):
        for larger in lattice.successors(shape):
            paths[larger] += paths[shape]
    for shape, data in lattice.nodes(data=True):
        assert data == {"level": shape.size, "dimension": paths[shape]}
    for smaller, larger, data in lattice.edges(data=True):
        (cell,) = set(larger.cells) - set(smaller.cells)
        assert data == {"content": cell[1] - cell[0]}
    assert [len([s for s in lattice if s.size == m]) for m in range(7)] == [1, 1, 2, 3, 5, 7, 11]


# Arrays


def padded(shapes, n):
    return np.array([(*shape, *(0,) * (n - len(shape))) for shape in shapes], dtype=np.int64)


@pytest.mark.parametrize("n", range(11))
def test_ranks_are_positions_in_lexicographic_order(n):
    array = padded(list(partitions(n))[::-1], n)
    np.testing.assert_array_equal(partition_ranks(array, n), np.arange(len(array)))


def test_bounded_counts_by_listing():
    counts = bounded_counts(8)
    for m in range(9):
        for k in range(9):
            assert counts[m, k] == sum(max(shape, default=0) <= k for shape in partitions(m))


def test_bounded_counts_are_shared_and_so_read_only():
    with pytest.raises(ValueError, match="read-only"):
        bounded_counts(8)[0, 0] = 5


def test_ranks_of_batches_of_any_shape():
    batch = padded(list(partitions(6))[::-1], 6)[[[3, 0], [10, 7]]]
    np.testing.assert_array_equal(partition_ranks(batch, 6), [[3, 0], [10, 7]])
