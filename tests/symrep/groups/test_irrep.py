import random

import numpy as np
import pytest
import torch
from sympy import Matrix, Rational, diag, eye, sqrt
from sympy.combinatorics import Permutation
from sympy.polys.domains import EXRAW
from sympy.polys.matrices import DomainMatrix

from symrep.combinatorics.integer_partitions import Partition, partitions
from symrep.combinatorics.permutations import class_representative
from symrep.combinatorics.tableaux import standard_tableaux
from symrep.groups.irreps import Irrep
from symrep.representations.laws import assert_coxeter_relations, assert_orthogonal_matrices

FORMS = ("orthogonal", "seminormal", "specht")
HALF = Rational(1, 2)
ROOT = sqrt(3) / 2
SHAPES = [shape for n in range(7) for shape in partitions(n)]
every_shape = pytest.mark.parametrize("shape", SHAPES, ids=str)
every_form = pytest.mark.parametrize("form", FORMS)


@pytest.fixture
def generator():
    return random.Random(20230206)


def product(left, right):
    """The product with every entry expanded, so that equal matrices are written alike."""
    sparse = [DomainMatrix.from_Matrix(m).convert_to(EXRAW).to_sparse() for m in (left, right)]
    return (sparse[0] * sparse[1]).to_Matrix().applyfunc(lambda entry: entry.expand())


def non_commuting(n, generator):
    """Two permutations of n letters, which do not commute if n is 3 or more."""
    while True:
        p, q = (Permutation(generator.sample(range(n), n)) for _ in range(2))
        if n < 3 or p * q != q * p:
            return p, q


# S_3 by hand: all six matrices, of which the two 3-cycles are neither symmetric nor equal


@pytest.mark.parametrize(
    ("images", "rows"),
    [
        ([0, 1, 2], [[1, 0], [0, 1]]),
        ([1, 0, 2], [[1, 0], [0, -1]]),
        ([0, 2, 1], [[-HALF, ROOT], [ROOT, HALF]]),
        ([2, 1, 0], [[-HALF, -ROOT], [-ROOT, HALF]]),
        ([1, 2, 0], [[-HALF, -ROOT], [ROOT, -HALF]]),
        ([2, 0, 1], [[-HALF, ROOT], [-ROOT, -HALF]]),
    ],
)
def test_the_orthogonal_irrep_of_s_3(images, rows):
    assert Irrep(Partition(2, 1)).matrix(images) == Matrix(rows)


@pytest.mark.parametrize(
    ("form", "rows"),
    [
        ("seminormal", [[-HALF, -Rational(3, 4)], [1, -HALF]]),
        ("specht", [[-1, -1], [1, 0]]),
    ],
)
def test_a_three_cycle_in_the_other_forms(form, rows):
    assert Irrep(Partition(2, 1), form).matrix([1, 2, 0]) == Matrix(rows)


# Every partition of every n up to 6


@every_form
@every_shape
def test_products_go_to_products(shape, form, generator):
    irrep = Irrep(shape, form)
    p, q = non_commuting(shape.size, generator)
    assert irrep.matrix(p * q) == product(irrep.matrix(p), irrep.matrix(q))
    assert irrep.matrix(q * p) == product(irrep.matrix(q), irrep.matrix(p))
    assert product(irrep.matrix(~p), irrep.matrix(p)) == eye(irrep.dim)


@every_form
@every_shape
def test_generators_satisfy_the_coxeter_relations(shape, form):
    generators = Irrep(shape, form).generators()
    count = len(generators)
    assert count == max(shape.size - 1, 0)
    assert assert_coxeter_relations(generators) == count * (count + 1) // 2


@every_shape
def test_the_three_forms_have_equal_characters(shape):
    irreps = [Irrep(shape, form) for form in FORMS]
    for cycle_type in partitions(shape.size):
        p = class_representative(cycle_type)
        traces = {irrep.matrix(p).trace() for irrep in irreps}
        assert traces == {irreps[0].character(p)}


@every_form
@every_shape
def test_the_dimension_is_the_number_of_tableaux_and_the_value_at_the_identity(shape, form):
    irrep = Irrep(shape, form)
    identity = list(range(shape.size))
    assert irrep.basis == tuple(standard_tableaux(shape))
    assert irrep.dim == len(irrep.basis) == irrep.character(identity)
    assert irrep.matrix(identity) == eye(irrep.dim)
    assert irrep.n == shape.size


@pytest.mark.parametrize("form", ["orthogonal", "seminormal"])
@every_shape
def test_restriction_to_one_letter_less_is_block_diagonal(shape, form):
    blocks = [Irrep(shape.without(cell), form) for cell in shape.removable_cells]
    for i in range(shape.size - 2):
        expected = diag(*[block.generator(i) for block in blocks])
        assert Irrep(shape, form).generator(i) == expected


@every_shape
def test_the_orthogonal_form_is_orthogonal(shape, generator):
    p, _ = non_commuting(shape.size, generator)
    irrep = Irrep(shape)
    assert irrep.matrix(~p) == irrep.matrix(p).T
    assert_orthogonal_matrices(irrep.generators())


@pytest.mark.parametrize("n", range(2, 7))
def test_standard_and_trivial_together_permute_the_points(n, generator):
    p, _ = non_commuting(n, generator)
    fixed_points = sum(p(i) == i for i in range(n))
    for form in FORMS:
        assert Irrep(Partition(n - 1, 1), form).matrix(p).trace() == fixed_points - 1


# The noun


def test_irreps_are_equal_by_label_form_and_order():
    assert Irrep(Partition(2, 1)) == Irrep((2, 1))
    assert len({Irrep((2, 1)), Irrep(Partition(2, 1))}) == 1
    assert Irrep((2, 1)) != Irrep((2, 1), "specht")
    assert Irrep((2, 1)) != Irrep((2, 1), element_order="sympy")
    assert repr(Irrep((2, 1))).startswith("Irrep(label=Partition(2, 1), form='orthogonal'")


def test_permutations_may_be_of_sympy_lists_or_arrays():
    irrep = Irrep((2, 1))
    expected = irrep.matrix([1, 2, 0])
    for p in (Permutation(0, 1, 2), (1, 2, 0), np.array([1, 2, 0])):
        assert irrep.matrix(p) == expected
        assert irrep.character(p) == -1


def test_generators_are_the_matrices_of_adjacent_transpositions():
    irrep = Irrep((3, 1, 1), "seminormal")
    for i, generator in enumerate(irrep.generators()):
        transposition = Permutation(i, i + 1, size=5)
        assert irrep.generator(i) == generator == irrep.matrix(transposition)


@pytest.mark.parametrize("i", [-1, 3, 17])
def test_generators_that_the_group_lacks_are_named(i):
    with pytest.raises(IndexError, match=f"S_4 has adjacent transpositions s_0 to s_2, got s_{i}"):
        Irrep((3, 1)).generator(i)


@pytest.mark.parametrize("label", [(), (1,)])
def test_groups_of_one_element_have_no_generators(label):
    irrep = Irrep(label)
    assert irrep.generators() == ()
    assert irrep.matrix(list(range(len(label)))) == Matrix([[1]])
    with pytest.raises(IndexError, match=f"S_{len(label)} has no adjacent transpositions, got s_0"):
        irrep.generator(0)


@pytest.mark.parametrize("ask", [Irrep.matrix, Irrep.character])
def test_a_permutation_of_the_wrong_degree_is_named(ask):
    with pytest.raises(ValueError, match=r"permutation of 3 letters, expected 4"):
        ask(Irrep((3, 1)), [1, 2, 0])
    with pytest.raises(ValueError, match=r"\[0, 0, 1, 2\] is not a permutation of 0, ..., 3"):
        ask(Irrep((3, 1)), [0, 0, 1, 2])


def test_unknown_forms_orders_and_labels_are_named():
    with pytest.raises(ValueError, match="unknown form 'natural'"):
        Irrep((2, 1), "natural")
    with pytest.raises(ValueError, match="unknown element order 'random'"):
        Irrep((2, 1), "orthogonal", "random")
    with pytest.raises(ValueError, match=r"did you mean Partition\(2, 1\)"):
        Irrep((1, 2))


# Tensors are made once


@pytest.mark.parametrize("dtype", [torch.float16, torch.float32, torch.float64])
def test_a_tensor_is_made_once_for_a_dtype(dtype):
    irrep = Irrep((2, 1))
    first = irrep.tensor(dtype)
    assert first.dtype == dtype
    assert first.shape == (6, 2, 2)
    assert irrep.tensor(dtype) is first


def test_the_default_dtype_is_float32_whatever_was_asked_before():
    irrep = Irrep((2, 1))
    irrep.tensor(torch.float64)
    assert irrep.tensor().dtype == torch.float32
    assert irrep.tensor(torch.float64).dtype == torch.float64


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_tensor_changed_in_place_is_made_anew(dtype):
    irrep = Irrep((2, 1))
    expected = irrep.tensor(dtype).clone()
    irrep.tensor(dtype).zero_()
    assert torch.equal(irrep.tensor(dtype), expected)


def test_tensors_are_made_in_inference_mode_too():
    irrep = Irrep((2, 1))
    with torch.inference_mode():
        first = irrep.tensor()
        assert torch.equal(irrep.tensor(), first)
    # What was made there serves training outside.
    weight = torch.ones(6, requires_grad=True)
    torch.einsum("g,gij->", weight, irrep.tensor()).backward()
    torch.testing.assert_close(weight.grad, irrep.tensor().sum((1, 2)))


def test_the_default_device_has_the_results_and_no_part_in_making_them():
    expected = Irrep((3, 2)).tensor(), Irrep((3, 2)).tensor_at([[1, 0, 2, 3, 4]])
    with torch.device("meta"):
        irrep = Irrep((3, 2))
        assert (
            irrep.tensor().device.type == irrep.tensor_at([[1, 0, 2, 3, 4]]).device.type == "meta"
        )
        made = irrep.tensor(device="cpu"), irrep.tensor_at([[1, 0, 2, 3, 4]], device="cpu")
    assert all(map(torch.equal, made, expected))


def test_tensors_carry_no_gradient():
    assert not Irrep((2, 1)).tensor().requires_grad


def test_a_tensor_of_integers_is_refused():
    with pytest.raises(TypeError, match=r"floating-point dtype, got torch\.int64"):
        Irrep((2, 1)).tensor(torch.int64)
