import random
import re
from types import SimpleNamespace

import pytest
import torch
from sympy import I, Matrix, Rational, diag, eye, sqrt
from sympy.combinatorics import Permutation
from sympy.polys.domains import EXRAW
from sympy.polys.matrices import DomainMatrix

from symrep import (
    CayleyTableGroup,
    CyclicGroup,
    DicyclicGroup,
    DihedralGroup,
    LawViolation,
    MatrixGroup,
    named_group,
)
from symrep.combinatorics.integer_partitions import Partition, partitions
from symrep.combinatorics.permutations import class_representative
from symrep.combinatorics.tableaux import standard_tableaux
from symrep.groups.symmetric import SymmetricGroup, SymmetricIrrep
from symrep.representations.laws import (
    assert_coxeter_relations,
    assert_orthogonal_matrices,
    assert_schur_orthogonality,
)


def irrep_of(label, form="orthogonal"):
    label = Partition(*label)
    return SymmetricGroup(label.size).irrep(label, form)


FORMS = ("orthogonal", "seminormal", "specht")
HALF = Rational(1, 2)
ROOT = sqrt(3) / 2
SHAPES = [shape for n in range(7) for shape in partitions(n)]
every_shape = pytest.mark.parametrize("shape", SHAPES, ids=str)
every_form = pytest.mark.parametrize("form", FORMS)
every_order = pytest.mark.parametrize("order", ["lexicographic", "sympy"])


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
    assert irrep_of((2, 1)).matrix(images) == Matrix(rows)


@pytest.mark.parametrize(
    ("form", "rows"),
    [
        ("seminormal", [[-HALF, -Rational(3, 4)], [1, -HALF]]),
        ("specht", [[-1, -1], [1, 0]]),
    ],
)
def test_a_three_cycle_in_the_other_forms(form, rows):
    assert irrep_of((2, 1), form).matrix([1, 2, 0]) == Matrix(rows)


# Every partition of every n up to 6


@every_form
@every_shape
def test_products_go_to_products(shape, form, generator):
    irrep = irrep_of(shape, form)
    p, q = non_commuting(shape.size, generator)
    assert irrep.matrix(p * q) == product(irrep.matrix(p), irrep.matrix(q))
    assert irrep.matrix(q * p) == product(irrep.matrix(q), irrep.matrix(p))
    assert product(irrep.matrix(~p), irrep.matrix(p)) == eye(irrep.dim)


@every_form
@every_shape
def test_generators_satisfy_the_coxeter_relations(shape, form):
    generators = irrep_of(shape, form).generators()
    count = len(generators)
    assert count == max(shape.size - 1, 0)
    assert assert_coxeter_relations(generators) == count * (count + 1) // 2


@every_shape
def test_the_three_forms_have_equal_characters(shape):
    irreps = [irrep_of(shape, form) for form in FORMS]
    for cycle_type in partitions(shape.size):
        p = class_representative(cycle_type)
        traces = {irrep.matrix(p).trace() for irrep in irreps}
        assert traces == {irreps[0].character(p)}


@every_form
@every_shape
def test_the_dimension_is_the_number_of_tableaux_and_the_value_at_the_identity(shape, form):
    irrep = irrep_of(shape, form)
    identity = list(range(shape.size))
    assert irrep.basis == tuple(standard_tableaux(shape))
    assert irrep.dim == len(irrep.basis) == irrep.character(identity)
    assert irrep.matrix(identity) == eye(irrep.dim)
    assert irrep.n == shape.size


@pytest.mark.parametrize("form", ["orthogonal", "seminormal"])
@every_shape
def test_restriction_to_one_letter_less_is_block_diagonal(shape, form):
    blocks = [irrep_of(shape.without(cell), form) for cell in shape.removable_cells]
    for i in range(shape.size - 2):
        expected = diag(*[block.generator(i) for block in blocks])
        assert irrep_of(shape, form).generator(i) == expected


@every_shape
def test_the_orthogonal_form_is_orthogonal(shape, generator):
    p, _ = non_commuting(shape.size, generator)
    irrep = irrep_of(shape)
    assert irrep.matrix(~p) == irrep.matrix(p).T
    assert_orthogonal_matrices(irrep.generators())


@pytest.mark.parametrize("n", range(2, 7))
def test_standard_and_trivial_together_permute_the_points(n, generator):
    p, _ = non_commuting(n, generator)
    fixed_points = sum(p(i) == i for i in range(n))
    for form in FORMS:
        assert irrep_of((n - 1, 1), form).matrix(p).trace() == fixed_points - 1


# The noun


def test_forms_tell_irreps_apart():
    group = SymmetricGroup(3)
    forms = [group.irrep("standard", form) for form in FORMS]
    assert len(set(forms)) == 3
    assert group.irrep((2, 1), "specht") is forms[2]
    assert forms[2] == SymmetricGroup(3).irrep("2,1", "specht")
    assert forms[2] != SymmetricGroup(3, "sympy").irrep("2,1", "specht")
    assert repr(forms[2]) == (
        "SymmetricIrrep(group=SymmetricGroup(3), label=Partition(2, 1), form='specht')"
    )
    assert forms[2].name == "irrep (2,1) of S_3"


@every_form
@every_order
def test_tensors_of_every_form_are_the_exact_matrices(form, order):
    group = SymmetricGroup(4, order)
    for label in group.irreps:
        irrep = group.irrep(label, form)
        for i in range(0, 24, 5):
            exact = torch.tensor(irrep.matrix(i).evalf(25).tolist(), dtype=torch.float64)
            found = irrep.tensor(torch.float64)[i], irrep.tensor_at([i], torch.float64)[0]
            for rho in found:
                torch.testing.assert_close(rho, exact, rtol=0, atol=1e-14)


@pytest.mark.parametrize("form", FORMS[1:])
def test_forms_that_are_not_orthogonal_have_no_unitary_matrices(form):
    message = f"the {form} form of irrep \\(2,1\\) of S_3 is not orthogonal"
    with pytest.raises(ValueError, match=message):
        irrep_of((2, 1), form).unitary()


def test_generators_are_the_matrices_of_adjacent_transpositions():
    irrep = irrep_of((3, 1, 1), "seminormal")
    for i, generator in enumerate(irrep.generators()):
        transposition = Permutation(i, i + 1, size=5)
        assert irrep.generator(i) == generator == irrep.matrix(transposition)


@pytest.mark.parametrize("i", [-1, 3, 17])
def test_generators_that_the_group_lacks_are_named(i):
    with pytest.raises(IndexError, match=f"S_4 has adjacent transpositions s_0 to s_2, got s_{i}"):
        irrep_of((3, 1)).generator(i)


@pytest.mark.parametrize("label", [(), (1,)])
def test_groups_of_one_element_have_no_generators(label):
    irrep = irrep_of(label)
    assert irrep.generators() == ()
    assert irrep.matrix(list(range(len(label)))) == Matrix([[1]])
    with pytest.raises(IndexError, match=f"S_{len(label)} has no adjacent transpositions, got s_0"):
        irrep.generator(0)


@pytest.mark.parametrize("ask", ["matrix", "character"])
def test_a_permutation_of_the_wrong_degree_is_named(ask):
    ask = getattr(irrep_of((3, 1)), ask)
    with pytest.raises(ValueError, match=r"permutation of 3 points, expected 4"):
        ask([1, 2, 0])
    with pytest.raises(ValueError, match=r"\[0, 0, 1, 2\] is not a permutation of 0, ..., 3"):
        ask([0, 0, 1, 2])


# Tensors


def test_a_tensor_is_made_once_for_a_dtype_and_then_copied(monkeypatch):
    made = []
    making = SymmetricIrrep._new_tensor
    monkeypatch.setattr(
        SymmetricIrrep, "_new_tensor", lambda *args: made.append(args) or making(*args)
    )
    irrep = SymmetricGroup(3).irrep("standard")
    for dtype in (torch.float64, torch.float32, torch.float64, torch.float32, torch.float16):
        assert irrep.tensor(dtype).dtype == dtype
    assert irrep.tensor().dtype == torch.float32
    assert len(made) == 3
    monkeypatch.setattr("symrep.groups.irrep.LARGEST_KEPT", 0)
    again = SymmetricGroup(3).irrep("standard")
    assert torch.equal(again.tensor(), again.tensor())
    assert len(made) == 5


@pytest.mark.parametrize("name", ["S3", "Q8", "SL(2,3)"])
def test_tensors_made_in_inference_mode_serve_training_outside(name):
    irrep = list(named_group(name).irreps.values())[-1]
    with torch.inference_mode():
        first = irrep.tensor()
        assert torch.equal(irrep.tensor(), first)
    weight = torch.ones(irrep.group.order, requires_grad=True)
    torch.einsum("g,gij->", weight, irrep.tensor()).backward()
    torch.testing.assert_close(weight.grad, irrep.tensor().sum((1, 2)))


def test_the_default_device_has_the_results_and_no_part_in_making_them():
    swap = [[1, 0, 2, 3, 4]]
    expected = irrep_of((3, 2)).tensor(), irrep_of((3, 2)).tensor_at(swap)
    with torch.device("meta"):
        irrep = SymmetricGroup(5).irrep("3,2")
        assert irrep.tensor().device.type == irrep.tensor_at(swap).device.type == "meta"
        made = irrep.tensor(device="cpu"), irrep.tensor_at(swap, device="cpu")
    assert all(map(torch.equal, made, expected))


def test_matrices_that_cannot_fit_are_refused(monkeypatch):
    irrep = CyclicGroup(600).irrep("freq_1")
    assert irrep.dim == 2
    monkeypatch.setattr("symrep._support.memory.ALWAYS_FREE", 0)
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=2**14))
    message = "irrep freq_1 as 600 matrices of 2 x 2: 28.1 KiB needed, 16.0 KiB free; work with"
    with pytest.raises(MemoryError, match=re.escape(message)):
        irrep.tensor(torch.float32)


# Types


@pytest.mark.parametrize("name", ["C6", "Q8", "Dic3", "C3 x S3", "SL(2,3)", "F_21", "Q8 x Q8"])
def test_entries_span_d_squared_by_c_functions(name):
    for irrep in named_group(name).irreps.values():
        entries = irrep.tensor(torch.float64).flatten(1)
        rank = int(torch.linalg.matrix_rank(entries, rtol=1e-9))
        assert rank == irrep.dim**2 // irrep.commutant_dim


def test_the_quaternions_by_hand():
    group = DicyclicGroup(2)
    a, x = group.generators
    rho = group.irrep("freq_1").tensor(torch.float64)
    assert rho[a].round().tolist() == [[0, -1, 0, 0], [1, 0, 0, 0], [0, 0, 0, -1], [0, 0, 1, 0]]
    assert rho[x].round().tolist() == [[0, 0, -1, 0], [0, 0, 0, 1], [1, 0, 0, 0], [0, -1, 0, 0]]
    pi = group.irrep("freq_1").unitary()
    close = {"rtol": 0, "atol": 1e-15}
    torch.testing.assert_close(pi[a], torch.tensor([[1j, 0], [0, -1j]]).to(pi.dtype), **close)
    torch.testing.assert_close(pi[x], torch.tensor([[0, 1], [-1, 0]]).to(pi.dtype), **close)


def test_a_quaternionic_group_of_matrices_has_its_matrices_back():
    """The unitary irrep of Q_8 is equivalent to the matrices that generated it."""
    given = [Matrix([[I, 0], [0, -I]]), Matrix([[0, 1], [-1, 0]])]
    group = MatrixGroup(given)
    pi = group.irrep("2a").unitary()
    for s, matrix in zip(group.generators, given, strict=True):
        assert complex(pi[s].trace()) == pytest.approx(complex(matrix.trace()), abs=1e-12)


def test_what_an_irrep_prints():
    irrep = CyclicGroup(5).irrep("freq_2")
    assert repr(irrep) == "Irrep(group=CyclicGroup(5), label='freq_2', form='orthogonal')"
    assert irrep.name == "irrep freq_2 of C_5"


# Negative controls


def test_a_wrong_type_is_no_orthonormal_basis():
    """With all columns of a complex type the entries depend on each other."""
    rho = CyclicGroup(5).irrep("freq_1").tensor(torch.float64)
    assert_schur_orthogonality([rho[:, :, ::2]], 1e-12)
    with pytest.raises(LawViolation, match=r"irrep 0 and coefficient .* of irrep 0 is off by"):
        assert_schur_orthogonality([rho], 1e-12)


def test_columns_of_a_real_type_have_real_ones():
    rho = SymmetricGroup(3).irrep("standard").tensor(torch.float64)
    assert_schur_orthogonality([rho, torch.ones(6, 1, 1, dtype=torch.float64)], 1e-12)
    with pytest.raises(LawViolation, match=r"of irrep 0 and coefficient .* of irrep 1"):
        assert_schur_orthogonality([rho[:, :, ::2], rho[:, :, ::2]], 1e-12)


def test_matrices_that_a_group_keeps_are_kept_once():
    """Those of a table are found once: a float64 tensor is a copy, not a second one."""
    group = CayleyTableGroup(DihedralGroup(4).cayley_table)
    irrep = next(irrep for irrep in group.irreps.values() if irrep.dim == 2)
    first, second = irrep.tensor(torch.float64), irrep.tensor(torch.float64)
    assert torch.equal(first, second)
    assert first.data_ptr() != second.data_ptr()
    assert irrep._tensors == {}
    irrep.tensor(torch.float32)
    assert [dtype for dtype, _ in irrep._tensors] == [torch.float32]
