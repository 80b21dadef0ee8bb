"""Laws and round trips of groups that hypothesis draws."""

import json
import pickle
import tempfile
from pathlib import Path

import numpy as np
import sympy
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import load_file

from symrep import SymmetricGroup, fourier_transform, inverse_fourier_transform
from symrep.export import export_irreps
from symrep.representations.laws import assert_homomorphism
from symrep.text import irrep_record, table_json
from tests.group_checks import conjugates_of, in_standard_form, traces
from tests.strategies import LARGEST_ORDER, finite_groups

NAMES = {}
exec("from sympy import *\nfrom symrep import *", NAMES)

some = settings(max_examples=20, deadline=None)
few = settings(max_examples=10, deadline=None)
fewest = settings(max_examples=4, deadline=None)


@some
@given(finite_groups(), st.data())
def test_multiplication_is_that_of_a_group(group, data):
    assert len(group) <= LARGEST_ORDER
    x, y, z = (data.draw(st.integers(0, group.order - 1)) for _ in range(3))
    table, inverses = group.cayley_table, group.inverse_indices
    assert table[table[x, y], z] == table[x, table[y, z]] == group.products(table[x, y], z)
    assert table[x, group.identity] == table[group.identity, x] == x
    assert table[x, inverses[x]] == group.identity
    assert table[inverses[y], inverses[x]] == inverses[table[x, y]]
    assert group.class_of[table[x, y]] == group.class_of[table[y, x]]
    c = group.conjugacy_classes[group.class_of[x]]
    assert conjugates_of(group, x).tolist() == conjugates_of(group, c.representative).tolist()
    assert (c.size, c.element_order) == (len(conjugates_of(group, x)), group.element_orders[x])
    assert c.size * c.centraliser_order == group.order


@some
@given(finite_groups(), st.data())
def test_elements_are_read_back(group, data):
    i = data.draw(st.integers(0, group.order - 1))
    assert group.index(group.element(i)) == i
    assert group.index(group.element_name(i)) == group.parse_element(group.element_name(i)) == i
    chosen = data.draw(st.lists(st.integers(0, group.order - 1), max_size=4))
    assert group.indices([group.element(k) for k in chosen]).tolist() == chosen
    if chosen:
        listed = ", ".join(map(group.element_name, chosen))
        assert group.indices(listed).tolist() == chosen
        assert group.parse_elements(listed) == [group.element(k) for k in chosen]


@fewest
@given(finite_groups())
def test_labels_and_descriptions_are_read_back(group):
    for label in group.irreps:
        assert group.parse_label(label) == label
        assert group.parse_label(str(label)) == label
        assert group.parse_label(group.describe(label)) == label


@some
@given(finite_groups())
def test_groups_are_rebuilt_from_their_repr_and_from_pickles(group):
    for again in (eval(repr(group), dict(NAMES)), pickle.loads(pickle.dumps(group))):
        assert again == group
        assert hash(again) == hash(group)
        assert (repr(again), str(again)) == (repr(group), str(group))
        assert again.generators == group.generators
        assert np.array_equal(again.cayley_table, group.cayley_table)
        assert list(again.irreps) == list(group.irreps)


@some
@given(finite_groups(), st.integers(0, 99), st.integers(0, 99))
def test_element_orders_compose(group, first, second):
    p, q = (np.random.default_rng(seed).permutation(group.order) for seed in (first, second))
    moved = group.reordered(p)
    assert moved.reordered(q) == group.reordered(p[q])
    assert moved.reordered(p.argsort()) == group
    assert moved.own == group.own
    assert np.array_equal(p[moved.cayley_table], group.cayley_table[np.ix_(p, p)])
    assert np.array_equal(moved.class_of, group.class_of[p])
    assert [moved.element_name(k) for k in range(group.order)] == [group.element_name(k) for k in p]


@few
@given(finite_groups(), st.integers(0, 99))
def test_irreps_multiply_and_span_all_functions(group, seed):
    order = np.random.default_rng(seed).permutation(group.order)
    chi = group.real_characters()
    for row, irrep in zip(chi, group.irreps.values(), strict=True):
        rho = irrep.tensor(torch.float64)
        assert_homomorphism(rho, group.cayley_table, group.generators, 1e-13 * irrep.dim)
        assert torch.equal(rho, in_standard_form(rho, irrep.commutant_dim))
        assert np.abs(traces(rho) - row[group.class_of]).max() < 1e-12
        moved = group.reordered(order).irrep(irrep.label)
        assert torch.equal(moved.tensor(torch.float64), rho[torch.tensor(order)])
    assert sum(i.dim**2 // i.commutant_dim for i in group.irreps.values()) == group.order
    f = torch.randn(group.order, dtype=torch.float64, generator=torch.manual_seed(seed))
    found = inverse_fourier_transform(fourier_transform(f, group), group)
    torch.testing.assert_close(found, f, rtol=0, atol=1e-12)


@few
@given(finite_groups())
def test_characters_are_orthogonal_and_of_the_types_of_the_irreps(group):
    table = group.character_table()
    table.verify()
    types = {1: "real", 0: "complex", -1: "quaternionic"}
    for label, indicator in table.frobenius_schur_indicators().items():
        irrep = (
            group.irreps[label.removeprefix("conj(").removesuffix(")")]
            if (isinstance(label, str) and label not in group.irreps)
            else group.irreps[label]
        )
        assert irrep.type == types[indicator]
    squares = np.array(group.power_map(2))
    assert np.array_equal(squares[group.class_of], group.class_of[group.cayley_table.diagonal()])


@few
@given(finite_groups())
def test_an_exported_file_has_the_irreps(group):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "irreps.safetensors"
        export_irreps(group, path, torch.float64)
        stored = load_file(path)
        with safe_open(path, "pt") as file:
            metadata = file.metadata()
    if isinstance(group, SymmetricGroup):
        assert torch.equal(stored.pop("elements"), torch.tensor(group.elements))
    else:
        assert torch.equal(stored.pop("cayley_table"), torch.tensor(group.cayley_table))
        names = json.loads(metadata["elements"])
        assert [group.parse_element(name) for name in names] == list(range(group.order))
        types = [irrep.commutant_dim for irrep in group.irreps.values()]
        assert json.loads(metadata["types"]) == types
    labels = json.loads(metadata["irreps"])
    assert [group.parse_label(label) for label in labels] == list(group.irreps)
    assert set(stored) == set(map(str, group.irreps))
    for name, rho in stored.items():
        assert torch.equal(rho, group.irrep(name).tensor(torch.float64))


@few
@given(finite_groups())
def test_json_of_a_character_table_is_read_back(group):
    table = group.character_table()
    record = json.loads(table_json(table))
    assert [table.labels.parse(label) for label in record["irreps"]] == list(table.irreps)
    assert (record["order"], record["class_sizes"]) == (group.order, list(table.class_sizes))
    for row, expected in zip(record["values"], table.values.tolist(), strict=True):
        assert [sympy.sympify(value) for value in row] == expected


@few
@given(finite_groups())
def test_json_of_exact_irreps_is_read_back(group):
    for label, irrep in group.irreps.items():
        try:
            generators = irrep.generators()
        except ValueError:
            continue
        record = json.loads(json.dumps(irrep_record(irrep)))
        assert group.parse_label(record["label"]) == label
        assert record["dimension"] == irrep.dim
        read = [sympy.Matrix(rows).applyfunc(sympy.sympify) for rows in record["generators"]]
        assert read == list(generators)
        if not isinstance(group, SymmetricGroup):
            assert record["type"] == irrep.commutant_dim
            read = [group.parse_element(name) for name in record["elements"]]
            assert read == list(group.generators)
