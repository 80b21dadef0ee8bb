"""`ByIrrep` as a mapping, and as a pytree that torch traces, batches and differentiates."""

import pickle
from math import sqrt

import pandas as pd
import pytest
import torch
from torch.utils import _pytree as pytree

from symrep import ByIrrep, Partition, SymmetricGroup, named_group
from symrep.characters.labels import PartitionLabels, by_label
from symrep.fourier import fourier_transform, inverse_fourier_transform

S3, S4 = SymmetricGroup(3), SymmetricGroup(4)
GROUPS = pytest.mark.parametrize(
    "group",
    [S3, S4, S4.reordered(list(range(24))[::-1]), *map(named_group, ("Q8", "C5", "A4"))],
    ids=str,
)


def dimensions():
    return ByIrrep(PartitionLabels(3), {(3,): 1, "2,1": 2})


def signal(group, *batch):
    generator = torch.Generator().manual_seed(group.order)
    return torch.randn(group.order, *batch, dtype=torch.float64, generator=generator)


# A mapping


@pytest.mark.parametrize(
    "key", ["standard", "2,1", "(2,1)", " 2,1 ", (2, 1), [2, 1], Partition(2, 1), "2[(3)=-1]"]
)
def test_keys_are_parsed(key):
    by_irrep = ByIrrep(S3.labels, {(3,): 1, (2, 1): 2})
    assert by_irrep[key] == by_irrep.get(key) == 2
    assert key in by_irrep


@pytest.mark.parametrize("key", ["sign", (1, 1, 1), "4", "4,1", "nonsense", 5, None, 2.5, [None]])
def test_what_is_no_key_is_a_key_error(key):
    with pytest.raises(KeyError):
        dimensions()[key]
    assert key not in dimensions()
    assert dimensions().get(key, 7) == 7


def test_a_key_error_says_what_there_is():
    with pytest.raises(KeyError, match="partition of 4; the irreps of S_3 are labelled by"):
        dimensions()[3, 1]
    q8 = fourier_transform(torch.ones(8), named_group("Q8"))
    with pytest.raises(KeyError, match="Q_8 has no irrep 'freq_9'; it has trivial, "):
        q8["freq_9"]


def test_one_irrep_by_two_names_is_refused():
    with pytest.raises(ValueError, match="an irrep of S_3 is given twice: "):
        ByIrrep(PartitionLabels(3), {"standard": 1, (2, 1): 1})
    with pytest.raises(ValueError, match="partition of 4"):
        ByIrrep(PartitionLabels(3), {(4,): 1})


def test_it_is_a_mapping_from_labels_in_the_order_given():
    backwards = ByIrrep(PartitionLabels(3), {"standard": 2, "trivial": 1})
    assert list(backwards) == [Partition(2, 1), Partition(3)]
    assert all(isinstance(label, Partition) for label in backwards)
    assert list(backwards.items()) == [((2, 1), 2), ((3,), 1)]
    assert len(backwards) == 2
    assert backwards == dimensions() == {(3,): 1, (2, 1): 2}
    assert dimensions() != {(3,): 1, (2, 1): 3}
    assert repr(backwards) == repr(dict(backwards))


def test_it_is_immutable():
    with pytest.raises(TypeError, match="does not support item assignment"):
        dimensions()["standard"] = 3
    values = {Partition(3): 1}
    made = ByIrrep(PartitionLabels(3), values)
    values[Partition(3)] = 2
    assert made["trivial"] == 1


def test_map_keeps_labels_and_order():
    doubled = dimensions().map(lambda value: 2 * value)
    assert isinstance(doubled, ByIrrep)
    assert doubled == {(3,): 2, (2, 1): 4}
    assert doubled["standard"] == 4
    assert S4.irreps.map(lambda irrep: irrep.dim) == {
        (4,): 1, (3, 1): 3, (2, 2): 2, (2, 1, 1): 3, (1, 1, 1, 1): 1,
    }  # fmt: skip


def test_as_a_series():
    expected = pd.Series([1, 2], index=pd.Index(["(3)", "(2,1)"], name="irrep"))
    pd.testing.assert_series_equal(dimensions().to_series(), expected)


@GROUPS
def test_pickling_keeps_labels_and_values(group):
    coefficients = fourier_transform(signal(group), group)
    restored = pickle.loads(pickle.dumps(coefficients))
    assert list(restored) == list(coefficients)
    assert restored.labels == group.labels
    assert all(torch.equal(restored[label], c) for label, c in coefficients.items())
    assert torch.equal(restored["trivial"], coefficients["trivial"])


# A pytree


@GROUPS
def test_flattening_keeps_labels_as_structure(group):
    coefficients = fourier_transform(signal(group), group)
    leaves, structure = pytree.tree_flatten(coefficients)
    assert [leaf.shape[0] for leaf in leaves] == [irrep.dim for irrep in group.irreps.values()]
    restored = pytree.tree_unflatten(leaves, structure)
    assert isinstance(restored, ByIrrep)
    assert list(restored) == list(coefficients)
    assert all(a is b for a, b in zip(restored.values(), coefficients.values(), strict=True))
    _, again = pytree.tree_flatten(fourier_transform(signal(group), group))
    assert structure == again
    other = by_label(group.labels, dict(list(coefficients.items())[1:]))
    assert structure != pytree.tree_flatten(other)[1]


def test_tree_map():
    f = signal(S4, 2)
    doubled = pytree.tree_map(lambda c: 2 * c, fourier_transform(f, S4))
    assert isinstance(doubled, ByIrrep)
    torch.testing.assert_close(inverse_fourier_transform(doubled, S4), 2 * f)
    sums = pytree.tree_map(torch.add, doubled, doubled)
    torch.testing.assert_close(inverse_fourier_transform(sums, S4), 4 * f)


@GROUPS
def test_vmap_is_the_transform_of_a_batch(group):
    f = signal(group, 3)
    batched = torch.func.vmap(lambda g: fourier_transform(g, group), in_dims=1, out_dims=-1)(f)
    assert isinstance(batched, ByIrrep)
    for label, c in fourier_transform(f, group).items():
        torch.testing.assert_close(batched[label], c)
    back = torch.func.vmap(
        lambda c: inverse_fourier_transform(c, group), in_dims=(-1,), out_dims=-1
    )(batched)
    torch.testing.assert_close(back, f)


@GROUPS
def test_jacobians_are_the_irreps(group):
    jacobian = torch.func.jacrev(lambda f: fourier_transform(f, group))(signal(group))
    assert isinstance(jacobian, ByIrrep)
    for label, irrep in group.irreps.items():
        torch.testing.assert_close(jacobian[label].movedim(2, 0), irrep.tensor(torch.float64))
    coefficients = fourier_transform(signal(group), group)
    inverse = torch.func.jacrev(lambda c: inverse_fourier_transform(c, group))(coefficients)
    assert isinstance(inverse, ByIrrep)
    for label, irrep in group.irreps.items():
        weight = irrep.dim / (irrep.commutant_dim * group.order)
        torch.testing.assert_close(inverse[label], weight * irrep.tensor(torch.float64))


# torch compiles its decompositions by `torch.jit.script`, which it calls deprecated.
forward_mode = pytest.mark.filterwarnings(
    "ignore:.torch.jit.script. is deprecated:DeprecationWarning"
)


@GROUPS
@forward_mode
def test_directional_derivatives_are_transforms_of_the_direction(group):
    f, direction = signal(group), signal(group, 2)[:, 1].contiguous()
    value, tangent = torch.func.jvp(lambda g: fourier_transform(g, group), (f,), (direction,))
    for label, c in fourier_transform(direction, group).items():
        torch.testing.assert_close(tangent[label], c)
    back, tangent = torch.func.jvp(
        lambda c: inverse_fourier_transform(c, group), (value,), (tangent,)
    )
    torch.testing.assert_close(back, f)
    torch.testing.assert_close(tangent, direction)


@GROUPS
@forward_mode
def test_gradients_agree_with_finite_differences(group):
    f = signal(group, 2).requires_grad_()

    def forward(g):
        return tuple(fourier_transform(g, group).values())

    def backward(*leaves):
        by_irrep = by_label(group.labels, dict(zip(group.irreps, leaves, strict=True)))
        return inverse_fourier_transform(by_irrep, group)

    assert torch.autograd.gradcheck(forward, (f,), check_forward_ad=True)
    leaves = [c.detach().requires_grad_() for c in forward(f)]
    assert torch.autograd.gradcheck(backward, leaves, check_forward_ad=True)


# Export and Dynamo


class Transform(torch.nn.Module):
    def forward(self, f):
        return fourier_transform(f, S3)


class Inverse(torch.nn.Module):
    def forward(self, coefficients):
        return inverse_fourier_transform(coefficients, S3)


def test_modules_that_give_or_take_coefficients_are_exported():
    f = signal(S3, 2)
    coefficients = fourier_transform(f, S3)
    forward = torch.export.export(Transform(), (f,), strict=False).module()
    found = forward(2 * f)
    assert isinstance(found, ByIrrep)
    assert found["standard"].shape == (2, 2, 2)
    torch.testing.assert_close(found["standard"], 2 * coefficients["standard"])
    inverse = torch.export.export(Inverse(), (coefficients,), strict=False).module()
    torch.testing.assert_close(inverse(found), 2 * f)


@pytest.mark.parametrize("name", ["S4", "A4", "Q8"])
def test_tables_made_while_tracing_serve_later(name):
    group = named_group(name)

    class Lengths(torch.nn.Module):
        def forward(self, f):
            rho = group.irrep(list(group.irreps)[-1]).tensor(torch.float64)
            return fourier_transform(f, group).map(lambda c: c.square().sum()), rho

    f = signal(group)
    expected = fourier_transform(f, named_group(name))
    exported = torch.export.export(Lengths(), (f,), strict=False).module()
    for label, length in exported(f)[0].items():
        torch.testing.assert_close(length, expected[label].square().sum())
    for label, c in fourier_transform(f, group).items():
        torch.testing.assert_close(c, expected[label])
    last = list(group.irreps)[-1]
    rho = group.irrep(last).tensor(torch.float64)
    assert torch.equal(rho, named_group(name).irrep(last).tensor(torch.float64))


@GROUPS
@forward_mode
def test_tables_made_inside_a_transform_of_functions_serve_later(group):
    f, fresh = signal(group), pickle.loads(pickle.dumps(group))
    torch.func.jvp(lambda g: fourier_transform(g, fresh), (f,), (f,))
    expected = fourier_transform(f, group)
    for label, c in fourier_transform(f, fresh).items():
        assert torch.equal(c, expected[label])


@pytest.fixture(autouse=True)
def _fresh_dynamo():
    torch._dynamo.reset()


KEYS = {"alias": "standard", "text": "2,1", "tuple": (2, 1), "partition": Partition(2, 1)}


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_dynamo_traces_the_indexing_of_an_argument(key):
    coefficients = fourier_transform(signal(S3), S3)
    compiled = torch.compile(lambda c: 2 * c[key], fullgraph=True, backend="eager")
    assert torch.equal(compiled(coefficients), 2 * coefficients["standard"])


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_dynamo_traces_the_indexing_of_what_is_made_inside(key):
    labels, standard, sign = S3.labels, Partition(2, 1), Partition(1, 1, 1)

    def function(x):
        return by_label(labels, {standard: 2 * x, sign: x})[key] + 1

    compiled = torch.compile(function, fullgraph=True, backend="eager")
    assert torch.equal(compiled(torch.ones(3)), torch.full((3,), 3.0))


def test_dynamo_traces_map_and_items():
    coefficients = fourier_transform(signal(S3), S3)

    def energy(c):
        squares = c.map(lambda x: x.square().sum())
        return sum(value for _, value in squares.items()) + squares["trivial"]

    compiled = torch.compile(energy, fullgraph=True, backend="eager")
    torch.testing.assert_close(compiled(coefficients), energy(coefficients))


@pytest.mark.parametrize("key", ["freq_1", " freq_1 "])
def test_dynamo_traces_labels_that_are_texts(key):
    c5 = named_group("C5")
    coefficients = fourier_transform(signal(c5), c5)
    compiled = torch.compile(lambda c: c[key] + c["trivial"], fullgraph=True, backend="eager")
    expected = coefficients["freq_1"] + coefficients["trivial"]
    assert torch.equal(compiled(coefficients), expected)


def test_a_coefficient_by_hand():
    f = torch.zeros(6, dtype=torch.float64)
    f[S3.index([1, 2, 0])] = 1
    expected = [[-0.5, -sqrt(3) / 2], [sqrt(3) / 2, -0.5]]
    found = fourier_transform(f, S3)["standard"]
    torch.testing.assert_close(found, torch.tensor(expected, dtype=torch.float64))
