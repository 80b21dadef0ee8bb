"""What is asked of every group, whatever its kind and the order of its elements."""

import copy
import pickle
from math import lcm, nan

import numpy as np
import pytest
import sympy
import torch

import symrep
from symrep import (
    ByIrrep,
    ConjugacyClass,
    DirectProduct,
    MatrixGroup,
    Partition,
    PermutationGroup,
    SymmetricGroup,
    fourier_transform,
    inverse_fourier_transform,
)
from symrep.groups import irrep as irrep_module
from symrep.groups.cayley_table import CayleyTableGroup
from symrep.groups.of_permutations import GroupOfPermutations
from symrep.representations.clausen import FourierPlan
from symrep.representations.laws import (
    assert_homomorphism,
    assert_relations,
    assert_schur_orthogonality,
)
from symrep.verification import verify
from tests.group_checks import conjugates_of, generated_by, in_standard_form, orders_of, traces
from tests.symrep.groups.examples import GROUPS, OWN, SECOND, random_order, shuffled


def over(groups):
    """The groups as parameters, second ones of their kinds for `make test-all`."""
    marks = {name: [pytest.mark.exhaustive] * (name in SECOND) for name in groups}
    params = [pytest.param(g, id=name, marks=marks[name]) for name, g in groups.items()]
    return pytest.mark.parametrize("group", params)


every_group, every_own = over(GROUPS), over(OWN)
every_moved = over({name: group for name, group in OWN.items() if 2 < group.order <= 24})

NAMES = {}
exec("from sympy import *\nfrom symrep import *", NAMES)

HUGE = 2**70
NO_KIND_OF_ELEMENT = [
    True, False, np.True_, 1.0, 0.5, nan, np.float64(1), 1j, None, object(),
    sympy.Rational(1, 2), sympy.nan, sympy.true,
]  # fmt: skip
NO_ELEMENTS = ["nonsense", "", "-1", "(0", "0 0", "[1, 2", "((), ())", "1.0", "nan"]
NO_SHAPE = [
    [0] * 50,
    [0.5],
    [[0]],
    ["x"],
    (True,) * 2,
    [[True, 0], [0, 1]],
    [[0, 0], [0, 0]],
    [nan, 0],
    [None],
    {},
    {"a": 1},
]
ODD_LABELS = ["", "nonsense", "conj(", "3[", "999[]", "(7,7,7)", 3.5, nan, None, True, -1, object()]


def has_exact_matrices(group):
    """Those of tables, permutations and matrices alone are numerical."""
    if isinstance(group, DirectProduct):
        return all(map(has_exact_matrices, group.factors))
    return not isinstance(group, (CayleyTableGroup, PermutationGroup))


def spellings(group, i):
    """What an element is written as."""
    element = group.element(i)
    found = [i, np.int64(i), np.uint8(i), np.array(i), sympy.Integer(i), torch.tensor(i), element]
    name = group.element_name(i)
    found += [name, f"  {name} "]
    if isinstance(group, GroupOfPermutations):
        images = element.array_form
        found += [images, tuple(images), np.array(images, dtype=np.int64)]
        found += [torch.tensor(images, dtype=torch.int64)]
        found += [" ".join(map(str, images))] * (len(images) > 0)
    elif isinstance(group, MatrixGroup):
        found += [element.tolist(), sympy.Matrix(element)]
    elif isinstance(element, tuple):
        found += [list(element)]
        if all(isinstance(part, int) for part in element):
            found += [np.array(element), torch.tensor(element)]
    return found


# The multiplication


@every_group
def test_the_cayley_table_is_that_of_a_group(group):
    table, everything = group.cayley_table, np.arange(group.order)
    for x in everything:
        assert (table[table[x]] == table[x][table]).all()
        assert sorted(table[x]) == sorted(table[:, x]) == everything.tolist()
    assert (table[group.identity] == everything).all()
    assert (table[:, group.identity] == everything).all()
    assert (table[everything, group.inverse_indices] == group.identity).all()


@every_group
def test_products_are_those_of_the_table_and_broadcast(group):
    everything = np.arange(group.order)
    assert np.array_equal(group.products(everything[:, None], everything), group.cayley_table)
    last = group.order - 1
    assert group.products(last, 0) == group.cayley_table[last, 0]
    assert np.shape(group.products(last, 0)) == ()
    assert group.products(np.zeros((2, 1), np.uint8), [0, 0, 0]).shape == (2, 3)
    assert group.products([], []).shape == (0,)


@every_group
def test_products_of_what_is_no_integer_are_refused(group):
    for wrong in (0.5, 1.0, True, nan, "0", None, [0.0], [True]):
        for pair in ((wrong, 0), (0, wrong)):
            with pytest.raises(TypeError, match="integers, got"):
                group.products(*pair)


@every_group
def test_products_of_what_is_no_index_are_refused(group):
    for wrong in (-1, group.order, [0, -1], [group.order]):
        for pair in ((wrong, 0), (0, wrong)):
            with pytest.raises(ValueError, match=f"has elements 0 to {group.order - 1}, got"):
                group.products(*pair)
    with pytest.raises((TypeError, ValueError)):
        group.products(HUGE, 0)


@every_group
def test_generators_generate_and_satisfy_the_relations(group):
    assert len(generated_by(group, group.generators)) == group.order
    for word in group.relations or ():
        x = group.identity
        for letter in word:
            s = group.generators[abs(letter) - 1]
            x = group.cayley_table[x, s if letter > 0 else group.inverse_indices[s]]
        assert x == group.identity


@every_group
def test_products_are_those_of_the_elements(group):
    """Where SymPy multiplies them."""
    if not isinstance(group, (GroupOfPermutations, MatrixGroup)):
        return
    for x, y in zip(range(group.order), random_order(group, 3).tolist(), strict=True):
        product = group.element(x) * group.element(y)
        if isinstance(group, MatrixGroup):
            product = product.applyfunc(lambda entry: sympy.expand(entry, complex=False))
            if group.modulus is not None:
                product = product.applyfunc(lambda entry: entry % group.modulus)
        assert group.index(product) == group.products(x, y)


# Elements, indices and names


@every_group
def test_a_group_is_a_container_of_its_elements(group):
    elements = list(group)
    assert len(group) == group.order == len(elements)
    assert elements == [group.element(i) for i in range(group.order)]
    assert all(element in group for element in elements)
    assert bool(group)
    for foreign in (*NO_KIND_OF_ELEMENT, *NO_ELEMENTS, *NO_SHAPE, -1, group.order, HUGE):
        assert foreign not in group


@every_group
def test_indices_elements_and_names_determine_each_other(group):
    names = [group.element_name(i) for i in range(group.order)]
    assert len(set(names)) == group.order
    for i, name in enumerate(names):
        assert type(name) is str
        assert group.index(group.element(i)) == group.parse_element(name) == group.index(name) == i
    elements = group.parse_elements(", ".join(names))
    assert elements == list(group)
    assert group.indices(", ".join(names)).tolist() == list(range(group.order))


@every_group
def test_every_way_to_write_an_element_means_it(group):
    for i in {0, group.identity, group.order // 2, group.order - 1}:
        for written in spellings(group, i):
            found = group.index(written)
            assert found == i, written
            assert type(found) is int
            assert written in group
        for integer in (i, np.int64(i), np.uint8(i), sympy.Integer(i), np.array(i)):
            assert group.element(integer) == group.element(i)
            assert group.element_name(integer) == group.element_name(i)
            assert group.require_index(integer) == i


@every_group
def test_several_elements_have_indices(group):
    chosen = random_order(group, 2)[:5].tolist()
    elements = [group.element(i) for i in chosen]
    ways = [
        chosen,
        tuple(chosen),
        np.array(chosen),
        np.array(chosen, dtype=np.uint8),
        torch.tensor(chosen),
        torch.tensor(chosen, dtype=torch.int16),
        map(sympy.Integer, chosen),
        elements,
        [group.element_name(i) for i in chosen],
        [spellings(group, i)[k % 7] for k, i in enumerate(chosen)],
        ", ".join(group.element_name(i) for i in chosen),
    ]
    if isinstance(group, GroupOfPermutations):
        ways += [group.elements[chosen], torch.tensor(group.elements[chosen])]
        assert group.images(np.array(chosen)).tolist() == group.elements[chosen].tolist()
        assert group.images(elements).tolist() == group.elements[chosen].tolist()
    if isinstance(group, MatrixGroup) and group.modulus:
        ways += [np.array([element.tolist() for element in elements], dtype=np.int64)]
    for way in ways:
        found = group.indices(way)
        assert found.tolist() == chosen
        assert found.dtype == np.int64
    for nothing in ([], (), np.zeros(0, np.int64), torch.zeros(0, dtype=torch.int64)):
        assert group.indices(nothing).shape == (0,)
        assert group.indices(nothing).dtype == np.int64


@every_group
def test_what_is_of_no_kind_that_elements_are_is_refused(group):
    for wrong in NO_KIND_OF_ELEMENT:
        with pytest.raises(TypeError):
            group.index(wrong)
        with pytest.raises(TypeError):
            group.indices([wrong])
    for wrong in (5, None, 0.5, True):
        with pytest.raises(TypeError):
            group.indices(wrong)
    for wrong in (np.array(0), torch.tensor(0)):
        with pytest.raises(TypeError, match=r"expected a list of elements of .*, got one"):
            group.indices(wrong)
    for wrong in (np.array([0.0]), np.array([True]), torch.tensor([0.5]), torch.tensor([True])):
        with pytest.raises(TypeError, match="integers"):
            group.indices(wrong)


@every_group
def test_what_is_no_element_is_refused(group):
    for wrong in (-1, group.order, HUGE, -HUGE, np.int64(-1), sympy.Integer(group.order)):
        with pytest.raises(ValueError, match=f"has elements 0 to {group.order - 1}, got"):
            group.index(wrong)
    for wrong in NO_ELEMENTS:
        for ask in (group.index, group.parse_element, group.parse_elements, group.indices):
            with pytest.raises(ValueError):  # noqa: PT011
                ask(wrong)
    for wrong in NO_SHAPE:
        with pytest.raises((TypeError, ValueError)):
            group.index(wrong)
    for wrong in ([-1], [group.order], np.array([0, group.order]), torch.tensor([-1])):
        with pytest.raises(ValueError, match=f"has elements 0 to {group.order - 1}, got"):
            group.indices(wrong)
    for wrong in ([HUGE], np.zeros((1, 50), np.int64), np.zeros((1, 1, 1, 1), np.int64)):
        with pytest.raises((TypeError, ValueError)):
            group.indices(wrong)


@every_group
def test_what_is_no_index_is_refused(group):
    asks = (group.element, group.element_name, group.require_index)
    for ask in asks:
        for wrong in (-1, group.order, HUGE, np.int64(-1)):
            with pytest.raises(IndexError, match=f"has elements 0 to {group.order - 1}, got"):
                ask(wrong)
        for wrong in (True, 1.0, nan, "0", None, np.True_, [0]):
            with pytest.raises(TypeError, match="must be an integer"):
                ask(wrong)


# Values


@every_group
def test_groups_are_equal_by_value(group):
    again = eval(repr(group), dict(NAMES))
    assert again is not group
    assert again == group
    assert (again != group) is False
    assert hash(again) == hash(group)
    assert repr(again) == repr(group)
    assert str(again) == str(group)
    assert group != again.order
    assert [list(again), again.generators] == [list(group), group.generators]
    assert np.array_equal(again.cayley_table, group.cayley_table)
    assert len({group, again}) == 1


def test_different_groups_are_different():
    groups = list(GROUPS.values())
    for k, group in enumerate(groups):
        for other in groups[:k]:
            if group == other:
                assert type(group) is type(other)
                assert group.order == other.order <= 2 or group.own_indices.tolist() == (
                    other.own_indices.tolist()
                )
                assert hash(group) == hash(other)
    # Orders in which a group of one or two elements is that of another name are rare.
    assert len(set(groups)) >= len(groups) - 10


@every_group
def test_a_pickle_has_what_the_group_was_made_of_alone(group):
    fresh = eval(repr(group), dict(NAMES))
    before = pickle.dumps(fresh)
    assert len(before) < 12_000
    loaded = pickle.loads(before)
    assert loaded == group
    assert hash(loaded) == hash(group)
    use(loaded)
    after = pickle.dumps(loaded)
    assert len(after) <= len(before) + 200
    again = pickle.loads(after)
    assert again == group
    assert list(again.irreps) == list(group.irreps)
    assert np.array_equal(again.cayley_table, group.cayley_table)
    assert copy.deepcopy(loaded) == copy.copy(loaded) == group


def use(group):
    """Has a group compute most of what it keeps."""
    f = torch.zeros(group.order, dtype=torch.float64)
    fourier_transform(f, group)
    return (
        group.cayley_table,
        group.element_orders,
        group.centre,
        group.commutator_subgroup,
        [group.describe(label) for label in list(group.irreps)[:2]],
        group.irrep("trivial").tensor(),
        group.character_table(),
    )


@every_group
def test_tables_and_mappings_are_pickled(group):
    table = pickle.loads(pickle.dumps(group.character_table()))
    assert table.irreps == group.character_table().irreps
    assert table.values.tolist() == group.character_table().values.tolist()
    assert table.power_map(2) == group.power_map(2)
    degrees = ByIrrep(group.labels, {label: irrep.dim for label, irrep in group.irreps.items()})
    loaded = pickle.loads(pickle.dumps(degrees))
    assert loaded == degrees
    assert loaded["trivial"] == 1
    assert pickle.loads(pickle.dumps(group.labels)) == group.labels


@every_group
def test_attributes_stay_as_they_are(group):
    fresh = eval(repr(group), dict(NAMES))
    known = ["order", "generators", "cayley_table", "class_of", "irreps", "centre", "exponent"]
    for name in [*vars(fresh), *known, "conjugacy_classes", "inverse_indices", "own_indices"]:
        with pytest.raises(AttributeError):
            setattr(fresh, name, 1)
        with pytest.raises(AttributeError):
            delattr(fresh, name)
    assert fresh == group
    assert np.array_equal(fresh.cayley_table, group.cayley_table)


@every_group
def test_arrays_are_int64_and_read_only(group):
    names = ["cayley_table", "class_of", "inverse_indices", "element_orders", "centre",
             "commutator_subgroup", "own_indices", "places"]  # fmt: skip
    names += ["elements", "signs"] if isinstance(group, GroupOfPermutations) else []
    arrays = [getattr(group, name) for name in names]
    for name, array in zip(names, arrays, strict=True):
        assert getattr(group, name) is array or group.own is group, name
    arrays += [group.cosets([]), group.cosets([0], "left"), group.generated_subgroup([0])]
    for array in arrays:
        assert type(array) is np.ndarray
        assert array.dtype == np.int64
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    for label in group.irreps:
        with pytest.raises(ValueError, match="read-only"):
            group.matrices(label)[...] = 0


@every_group
def test_what_is_kept_of_characters_is_read_only(group):
    table = group.character_table()
    kept = [table.values, *table.eigenvalues, *(rows for _, rows in group.constituents)]
    for array in [*kept, table.row("trivial")]:
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    with pytest.raises(AttributeError):
        table.classes = ()


@every_group
def test_counts_and_names_are_plain(group):
    integers = [group.order, group.identity, group.exponent, *group.generators]
    integers += [*group.inverse_classes, *group.power_map(2)]
    integers += [k for word in group.relations or () for k in word]
    for irrep in group.irreps.values():
        integers += [irrep.dim, irrep.commutant_dim]
    for c in group.conjugacy_classes:
        assert type(c) is ConjugacyClass
        integers += [c.size, c.element_order, c.centraliser_order, c.representative]
        assert type(c.label) is str
    integers += group.character_table().frobenius_schur_indicators().values()
    assert {type(integer) for integer in integers} == {int}
    assert {type(label) for label in group.irreps} == (
        {Partition} if isinstance(group, SymmetricGroup) else {str}
    )
    assert type(str(group)) is type(repr(group)) is type(group.element_order) is str


# Conjugacy classes and subgroups


@every_group
def test_classes_are_orbits_of_conjugation(group):
    class_of, classes, orders = group.class_of, group.conjugacy_classes, orders_of(group)
    for k, (c, orbit) in enumerate((c, conjugates_of(group, c.representative)) for c in classes):
        assert orbit.tolist() == np.flatnonzero(class_of == k).tolist()
        assert c.representative in orbit
        assert c.size == len(orbit)
        assert c.size * c.centraliser_order == group.order
        assert (orders[orbit] == c.element_order).all()
    assert classes[0].representative == group.identity
    assert len({c.label for c in classes}) == len(classes)
    assert group.element_orders.tolist() == orders.tolist()
    assert group.exponent == lcm(*orders.tolist())


@every_group
def test_classes_of_permutations_have_cycle_types_and_signs(group):
    for c in group.conjugacy_classes:
        if isinstance(group, GroupOfPermutations):
            p = group.element(c.representative)
            lengths = [k for k, count in p.cycle_structure.items() for _ in range(count)]
            assert c.cycle_type == tuple(sorted(lengths, reverse=True))
            assert type(c.cycle_type) is Partition
            assert c.sign == p.signature()
            assert type(c.sign) is int
        else:
            assert c.cycle_type is c.sign is None


@every_group
def test_powers_and_inverses_of_classes(group):
    table, class_of = group.cayley_table, group.class_of
    power = np.full(group.order, group.identity)
    for k in range(min(group.exponent, 12) + 2):
        assert (np.array(group.power_map(k))[class_of] == class_of[power]).all()
        assert group.power_map(np.int64(k)) == group.power_map(k + 10**30 * group.exponent)
        power = table[power, np.arange(group.order)]
    assert group.power_map(-1) == group.inverse_classes
    assert (np.array(group.inverse_classes)[class_of] == class_of[group.inverse_indices]).all()
    for wrong in (True, 2.0, "2", None):
        with pytest.raises(TypeError, match="must be an integer"):
            group.power_map(wrong)


@every_group
def test_class_multiplication_is_counted(group):
    class_of, k = group.class_of, len(group.conjugacy_classes)
    for j in {0, k // 2, k - 1}:
        found = group.class_multiplication(j)
        for c, conjugacy_class in enumerate(group.conjugacy_classes):
            x, y = np.nonzero(group.cayley_table == conjugacy_class.representative)
            counted = np.bincount(class_of[y[class_of[x] == j]], minlength=k)
            assert found[:, c].tolist() == counted.tolist()
    for wrong in (-1, k):
        with pytest.raises(IndexError, match=f"has classes 0 to {k - 1}, got {wrong}"):
            group.class_multiplication(wrong)


@every_group
@pytest.mark.parametrize("side", ["right", "left"])
def test_cosets_are_products_with_the_subgroup(group, side):
    table = group.cayley_table
    for generator in {int(group.element_orders.argmax()), *group.generators[:1]}:
        subgroup = group.generated_subgroup([generator])
        assert subgroup.tolist() == sorted(generated_by(group, [generator]))
        for given in ([group.element(generator)], [group.element_name(generator)]):
            assert group.generated_subgroup(given).tolist() == subgroup.tolist()
        numbers = group.cosets([generator], side)
        assert (numbers[subgroup] == 0).all()
        firsts = []
        for x in range(group.order):
            coset = table[subgroup, x] if side == "right" else table[x, subgroup]
            assert np.array_equal(np.sort(coset), np.flatnonzero(numbers == numbers[x]))
            firsts.append(int(coset.min()))
        others = [x for x in sorted(set(firsts)) if numbers[x]]
        assert numbers[others].tolist() == list(range(1, len(others) + 1))
    assert group.generated_subgroup([]).tolist() == [group.identity]
    assert group.generated_subgroup(group.generators).tolist() == list(range(group.order))
    with pytest.raises(ValueError, match="unknown side 'both': expected right or left"):
        group.cosets([], "both")
    with pytest.raises(ValueError, match="has elements 0 to"):
        group.cosets([group.order], side)


@every_group
def test_centre_and_commutator_subgroup(group):
    table, inverses = group.cayley_table, group.inverse_indices
    assert group.centre.tolist() == np.flatnonzero((table == table.T).all(1)).tolist()
    commutators = set(table[table, inverses[table.T]].ravel().tolist())
    derived = sorted(generated_by(group, commutators))
    assert group.commutator_subgroup.tolist() == derived
    assert len(group.linear_characters) == group.order // len(derived)


@every_group
def test_the_distinguished_subgroup_is_proper(group):
    for name, generators in group.distinguished_subgroup.items():
        assert type(name) is str
        assert all(generator in group for generator in generators)
        assert group.order % len(group.generated_subgroup(generators)) == 0
        assert len(group.generated_subgroup(generators)) < group.order


# Labels and irreps


@every_group
def test_labels_are_read_from_texts_aliases_and_descriptions(group):
    assert group.parse_label("trivial") == next(iter(group.irreps))
    for label in group.irreps:
        for text in (label, str(label), f" {label} ", group.describe(label)):
            assert group.parse_label(text) == label
            assert type(group.parse_label(text)) is type(label)
            assert text in group.irreps
            assert group.irreps[text] is group.irrep(text) is group.irreps[label]
    assert "trivial" in group.aliases
    for name, label in group.aliases.items():
        assert group.parse_label(name) == label
        assert label in list(group.irreps)


@every_group
def test_labels_that_the_group_lacks_are_refused(group):
    # The empty text is the empty partition.
    for label in ODD_LABELS[1 if str(group) == "S_0" else 0 :]:
        assert label not in group.irreps
        assert label not in group.labels
        for ask in (group.parse_label, group.irrep, group.describe, group.character_table().row):
            with pytest.raises(ValueError):  # noqa: PT011
                ask(label)
        with pytest.raises(KeyError):
            group.irreps[label]


@every_group
def test_irreps_are_a_mapping_by_label(group):
    irreps = group.irreps
    assert isinstance(irreps, ByIrrep)
    assert list(irreps) == list(irreps.keys()) == list(group.labels)
    assert len(irreps) == len(list(irreps)) == len(group.labels)
    assert [irrep.label for irrep in irreps.values()] == list(irreps)
    assert irreps.get("nonsense") is None
    assert irreps.map(lambda irrep: irrep.dim)["trivial"] == 1
    assert dict(irreps) == {irrep.label: irrep for irrep in irreps.values()}
    assert irreps.to_series().index.tolist() == list(map(str, irreps))
    assert repr(irreps) == f"<the {len(irreps)} irreps of {group}>"
    assert sum(irrep.dim**2 // irrep.commutant_dim for irrep in irreps.values()) == group.order


@every_group
def test_irreps_are_values(group):
    other = eval(repr(group), dict(NAMES))
    found = set()
    for label, irrep in group.irreps.items():
        again, loaded = other.irrep(label), pickle.loads(pickle.dumps(irrep))
        assert irrep == again == loaded
        assert hash(irrep) == hash(again) == hash(loaded)
        assert irrep.name == f"irrep {label} of {group}"
        assert str(irrep).startswith(f"{irrep.name}: dimension {irrep.dim}, {irrep.type} type")
        assert (irrep.group, irrep.label, irrep.form) == (group, label, "orthogonal")
        before = len(pickle.dumps(again))
        again.tensor(torch.float64)
        assert len(pickle.dumps(again)) == before < 13_000
        with pytest.raises(AttributeError):
            irrep.label = label
        found |= {irrep, again, loaded}
    assert len(found) == len(group.irreps)
    assert torch.equal(loaded.tensor(), irrep.tensor())
    assert eval(repr(irrep), dict(NAMES) | {type(irrep).__name__: type(irrep)}) == irrep
    assert irrep != shuffled(group).irrep(label) or group.order <= 2


@every_group
def test_unknown_forms_are_refused(group):
    for form in ("natural", "", None, 1):
        with pytest.raises(ValueError, match="unknown form"):
            group.irrep("trivial", form)


@every_group
def test_types_are_frobenius_schur_indicators(group):
    table = group.character_table()
    indicators = table.frobenius_schur_indicators()
    assert list(indicators) == list(table.irreps)
    squares = group.class_of[group.cayley_table.diagonal()]
    means = table.numbers()[:, squares].mean(1)
    assert np.abs(means - list(indicators.values())).max() < 1e-12
    types = {"real": (1, 1), "complex": (0, 2), "quaternionic": (-1, 4)}
    for label, irrep in group.irreps.items():
        assert types[irrep.type] == (indicators[label], irrep.commutant_dim)
        degree = table.dimensions[table.irreps.index(str(label) if type(label) is str else label)]
        assert irrep.dim == degree * (1 if irrep.type == "real" else 2)


# Matrices


@every_own
def test_exact_matrices_satisfy_the_relations(group):
    for label, irrep in group.irreps.items():
        if not has_exact_matrices(group):
            with pytest.raises(ValueError, match=f"no exact form of the irrep {label} of"):
                irrep.matrix(0)
            continue
        generators = [irrep.matrix(s) for s in group.generators]
        assert tuple(generators) == irrep.generators()
        relations = group.relations or ()
        assert assert_relations(generators, relations) == (len(relations) if generators else 0)


@every_group
def test_exact_matrices_are_those_of_the_tensor(group):
    if not has_exact_matrices(group):
        return
    chosen = {group.identity, *group.generators[-1:], int(group.element_orders.argmax())}
    for irrep in group.irreps.values():
        rho, d = irrep.tensor(torch.float64).numpy(), irrep.dim
        for i in chosen:
            exact = irrep.matrix(i)
            assert exact.shape == (d, d)
            for written in (group.element(i), group.element_name(i), np.int64(i)):
                assert irrep(written) == irrep.matrix(written) == exact
            floats = np.array(exact.evalf(25).tolist(), dtype=float)
            assert np.abs(floats - rho[i]).max() < 1e-15 * d
            exact[0, 0] = 7
            assert irrep.matrix(i) != exact


@every_group
def test_characters_are_traces_and_rows_of_the_table(group):
    table = group.character_table()
    values = dict(zip(map(str, table.irreps), table.numbers(), strict=True))
    for chi, (label, irrep) in zip(group.real_characters(), group.irreps.items(), strict=True):
        c, row = irrep.commutant_dim, values[str(label)]
        assert np.abs(chi - (row.real if c == 1 else 2 * row.real)).max() < 1e-12
        assert np.abs(traces(irrep.tensor(torch.float64)) - chi[group.class_of]).max() < 1e-12
        for k, conjugacy_class in enumerate(group.conjugacy_classes):
            i = conjugacy_class.representative
            exact = irrep.character(i)
            assert abs(complex(exact) - chi[k]) < 1e-12
            if c == 1:
                assert exact == table.row(label)[k]
        assert irrep.character(group.element(i)) == irrep.character(group.element_name(i)) == exact
        assert irrep.character(group.identity) == irrep.dim
        for wrong in (group.order, -1, "nonsense"):
            with pytest.raises(ValueError):  # noqa: PT011
                irrep.character(wrong)


@every_group
def test_tensors_are_orthogonal_homomorphisms_in_standard_form(group):
    columns = []
    for irrep in group.irreps.values():
        rho, c, d = irrep.tensor(torch.float64), irrep.commutant_dim, irrep.dim
        assert rho.shape == (group.order, d, d)
        assert_homomorphism(rho, group.cayley_table, group.generators, 1e-14 * d)
        assert float((rho @ rho.mT - torch.eye(d)).abs().max()) < 1e-14 * d
        assert float((rho[group.identity] - torch.eye(d)).abs().max()) < 1e-14 * d
        assert torch.equal(rho, in_standard_form(rho, c))
        columns.append(rho[:, :, ::c])
    assert sum(column[0].numel() for column in columns) == group.order
    assert_schur_orthogonality(columns, 1e-12)


@every_group
def test_tensors_have_the_dtype_that_is_asked_for(group):
    for irrep in group.irreps.values():
        double = irrep.tensor(torch.float64)
        assert double.dtype == torch.float64
        assert irrep.tensor().dtype == torch.float32
        for dtype in (torch.float32, torch.float16, torch.bfloat16):
            assert torch.equal(irrep.tensor(dtype), double.to(dtype))
        assert not double.requires_grad
        assert double.is_contiguous()
        assert np.array_equal(group.matrices(irrep.label), double.numpy())
    for wrong in (torch.int64, torch.complex128, torch.bool):
        for ask in (irrep.tensor, lambda dtype: irrep.tensor_at([0], dtype)):
            with pytest.raises(TypeError, match="floating-point"):
                ask(wrong)
    with pytest.raises(ValueError, match="device"):
        irrep.tensor(torch.float32, "nowhere")


@every_group
@pytest.mark.parametrize("kept", [2**24, 0], ids=["kept", "made anew"])
def test_a_caller_who_writes_to_a_tensor_changes_no_later_answer(group, kept, monkeypatch):
    monkeypatch.setattr(irrep_module, "LARGEST_KEPT", kept)
    irrep = type(group.irrep("trivial"))(group, list(group.irreps)[-1])
    expected = irrep.tensor(torch.float64).clone()
    for change in (torch.Tensor.zero_, lambda rho: rho.numpy().fill(7), lambda rho: rho[0].neg_()):
        for ask in (irrep.tensor, lambda dtype: irrep.tensor_at(range(group.order), dtype)):
            answer = ask(torch.float64)
            assert torch.equal(answer, expected)
            change(answer)
        change(irrep.unitary().real)
    assert torch.equal(irrep.tensor(torch.float64), expected)
    assert np.array_equal(group.matrices(irrep.label), expected.numpy())


@every_group
def test_tensors_of_some_elements(group):
    chosen = random_order(group, 2)[:4].tolist()
    for irrep in group.irreps.values():
        rho = irrep.tensor(torch.float64)[chosen]
        for given in (
            chosen,
            np.array(chosen),
            torch.tensor(chosen),
            [group.element(i) for i in chosen],
            [group.element_name(i) for i in chosen],
            ", ".join(map(group.element_name, chosen)),
        ):
            found = irrep.tensor_at(given, torch.float64)
            assert found.shape == (len(chosen), irrep.dim, irrep.dim)
            assert float((found - rho).abs().max()) < 1e-14
        assert irrep.tensor_at(chosen).dtype == torch.float32
        assert irrep.tensor_at([]).shape == (0, irrep.dim, irrep.dim)
    for wrong in ([group.order], [-1], ["nonsense"]):
        with pytest.raises(ValueError):  # noqa: PT011
            irrep.tensor_at(wrong)
    for wrong in ([0.5], [True], np.array([0.0])):
        with pytest.raises(TypeError):
            irrep.tensor_at(wrong)
    if isinstance(group, GroupOfPermutations) and group.degree > 1:
        for images in ([0] * group.degree, [0], list(range(group.degree + 1))):
            with pytest.raises(ValueError, match="permutation"):
                irrep.tensor_at(np.array([images]))


@every_group
def test_unitary_matrices_are_the_complex_irreps_of_the_table(group):
    table = group.character_table()
    for (label, irrep), row in zip(
        group.irreps.items(),
        (table.numbers()[k] for k, name in enumerate(table.irreps) if "conj" not in str(name)[:5]),
        strict=False,
    ):
        pi, degree = irrep.unitary(), irrep.dim // (1 if irrep.type == "real" else 2)
        assert pi.shape == (group.order, degree, degree)
        assert pi.dtype == torch.complex128
        assert_homomorphism(pi, group.cayley_table, group.generators, 1e-13)
        assert float((pi @ pi.mH - torch.eye(degree)).abs().max()) < 1e-13
        row = table.numbers()[[str(name) for name in table.irreps].index(str(label))]
        assert np.abs(traces(pi) - row[group.class_of]).max() < 1e-12


@every_group
def test_the_permutation_representation_has_a_trivial_part_for_each_orbit(group):
    if not isinstance(group, GroupOfPermutations):
        assert not hasattr(group, "permutation_representation")
        return
    P = group.permutation_representation(torch.float64)
    assert P.shape == (group.order, group.degree, group.degree)
    assert torch.equal(P[torch.tensor(group.cayley_table)], P[:, None] @ P)
    orbits = {frozenset(group.elements[:, i].tolist()) for i in range(group.degree)}
    fixed = [traces(P)[c.representative] for c in group.conjugacy_classes]
    multiplicities = group.character_table().decompose([int(x) for x in fixed])
    assert multiplicities.get("trivial", 0) == len(orbits)
    with pytest.raises(TypeError, match="floating-point"):
        group.permutation_representation(torch.int64)


# The character table


@every_group
def test_the_table_is_orthogonal_and_complete(group):
    table = group.character_table()
    assert group.character_table() is table
    assert len(table.verify()) == (3 if table.rational else 4)
    assert (table.order, table.exponent) == (group.order, group.exponent)
    assert table.classes == tuple(
        c.cycle_type if isinstance(group, SymmetricGroup) else c.label
        for c in group.conjugacy_classes
    )
    assert table.class_sizes == tuple(c.size for c in group.conjugacy_classes)
    assert table.element_orders == tuple(c.element_order for c in group.conjugacy_classes)
    assert table.inverse_classes == group.inverse_classes
    assert table.power_map(3) == group.power_map(3)
    assert table.values.shape == (len(table.irreps), len(table.classes))
    assert table.to_frame().shape == table.values.shape
    assert table.to_frame().index.tolist() == list(map(str, table.irreps))
    assert len(table.eigenvalues) == len(table.irreps)


@every_group
def test_rows_of_the_table_are_found_by_label_and_alias(group):
    table = group.character_table()
    for k, name in enumerate(table.irreps):
        assert table.row(name).tolist() == table.row(str(name)).tolist() == table.values[k].tolist()
        assert table.value(name, table.classes[-1]) == table.values[k, -1]
    for alias, label in group.aliases.items():
        assert table.row(alias).tolist() == table.row(label).tolist()
    for label in group.irreps:
        assert table.row(group.describe(label)).tolist() == table.row(label).tolist()
        if not table.rational:
            conjugate = f"conj({label})" if f"conj({label})" in table.irreps else label
            found = table.row(f"conj({group.describe(label)})").tolist()
            assert found == table.row(conjugate).tolist()
    assert table.row("trivial").tolist() == [1] * len(table.classes)
    with pytest.raises(ValueError, match="class"):
        table.value("trivial", "no class")


@every_group
def test_characters_are_decomposed(group):
    table = group.character_table()
    regular = table.decompose([group.order] + [0] * (len(table.classes) - 1))
    assert isinstance(regular, ByIrrep)
    assert list(regular.items()) == list(zip(table.irreps, table.dimensions, strict=True))
    assert {type(multiplicity) for multiplicity in regular.values()} == {int}
    assert dict(table.decompose(table.row(table.irreps[-1]))) == {table.irreps[-1]: 1}
    assert not table.decompose([0] * len(table.classes))
    by_class = dict(zip(table.classes, table.row("trivial"), strict=True))
    assert table.decompose(by_class)["trivial"] == 1
    with pytest.raises(ValueError, match="value for each"):
        table.decompose([1] * (len(table.classes) + 1))


# Element orders


@every_own
def test_an_element_order_is_given_by_indices_or_by_its_name(group):
    own = group.element_order
    assert own in ("own", "lexicographic")
    assert group.own is group
    order, next_order = random_order(group, 7), random_order(group, 8)
    once = group.reordered(order)
    for same in (order.tolist(), tuple(order.tolist()), order.astype(np.uint16)):
        assert group.reordered(same) == once
    assert once.own == group
    assert once.own_indices.tolist() == order.tolist()
    assert once.places[once.own_indices].tolist() == list(range(group.order))
    assert once.reordered(next_order) == group.reordered(order[next_order])
    for back in (once.reordered(own), once.reordered(np.argsort(order)), group.reordered(own)):
        assert back == group
        assert repr(back) == repr(group)
        assert back.element_order == own
    if not np.array_equal(order, np.arange(group.order)):
        assert once != group
        assert once.element_order == "reordered"
    for name in group.named_orders:
        named = group.reordered(name)
        assert named == once.reordered(name) == type(group)(group.n, name)
        assert named.element_order == name
        assert named == group.reordered(named.own_indices)
        assert hash(named) == hash(group.reordered(named.own_indices))
        assert named.reordered(own) == group


@every_own
def test_what_is_no_element_order_is_refused(group):
    with pytest.raises(ValueError, match="unknown element order 'random'"):
        group.reordered("random")
    n = group.order
    full = list(range(n))
    for wrong in (
        [*full[:-1], n],
        [*full, 0],
        [float(k) for k in full],
        [full],
        full[:-1],
        [-1] * n,
    ):
        with pytest.raises(ValueError, match=f"must have each of 0, ..., {n - 1} once"):
            group.reordered(wrong)


@every_own
def test_the_order_that_was_given_is_copied(group):
    order = random_order(group)
    moved = group.reordered(order)
    expected = moved.own_indices.tolist()
    order[:] = 0
    assert moved.own_indices.tolist() == expected


@every_moved
def test_multiplication_and_names_move_with_the_elements(group):
    order = random_order(group, 4)
    moved = group.reordered(order)
    table = group.cayley_table
    assert np.array_equal(order[moved.cayley_table], table[np.ix_(order, order)])
    everything = np.arange(group.order)
    assert np.array_equal(moved.products(everything[:, None], everything), moved.cayley_table)
    assert np.array_equal(order[moved.inverse_indices], group.inverse_indices[order])
    assert order[moved.identity] == group.identity
    assert order[list(moved.generators)].tolist() == list(group.generators)
    assert moved.relations == group.relations
    assert str(moved) == str(group)
    for k in everything.tolist():
        assert moved.element_name(k) == group.element_name(order[k])
        if group.element(0) != 0:
            assert moved.element(k) == group.element(order[k])
    for side in ("right", "left"):
        found = moved.cosets(moved.generators[:1], side)
        expected = group.cosets(group.generators[:1], side)[order]
        assert np.array_equal(found[:, None] == found, expected[:, None] == expected)


@every_moved
def test_classes_and_characters_do_not_depend_on_the_element_order(group):
    order = random_order(group, 4)
    moved = group.reordered(order)
    assert np.array_equal(moved.class_of, group.class_of[order])
    assert np.array_equal(moved.element_orders, group.element_orders[order])
    for here, there in zip(moved.conjugacy_classes, group.conjugacy_classes, strict=True):
        assert here.representative == moved.places[there.representative]
        assert (here.label, here.size, here.cycle_type) == (
            there.label,
            there.size,
            there.cycle_type,
        )
    assert (moved.exponent, moved.inverse_classes) == (group.exponent, group.inverse_classes)
    assert moved.character_table() is group.character_table()
    assert moved.real_characters().tolist() == group.real_characters().tolist()
    assert moved.aliases == group.aliases
    assert sorted(order[moved.centre].tolist()) == group.centre.tolist()
    for (name, here), (other, there) in zip(
        moved.distinguished_subgroup.items(), group.distinguished_subgroup.items(), strict=True
    ):
        assert name == other
        assert [group.element_name(group.index(x)) for x in there] == [
            moved.element_name(moved.index(x)) for x in here
        ]


@every_moved
def test_irreps_move_with_the_elements(group):
    order = random_order(group, 4)
    moved = group.reordered(order)
    assert list(moved.irreps) == list(group.irreps)
    for label, irrep in group.irreps.items():
        found = moved.irrep(label)
        assert (found.dim, found.type, found.label) == (irrep.dim, irrep.type, label)
        assert found != irrep
        expected = irrep.tensor(torch.float64)[torch.tensor(order)]
        assert torch.equal(found.tensor(torch.float64), expected)
        some = found.tensor_at([1, 0], torch.float64)
        torch.testing.assert_close(some, expected[[1, 0]], rtol=0, atol=1e-14)
        assert torch.equal(found.unitary(), irrep.unitary()[torch.tensor(order)])
        for k in (0, group.order - 1):
            assert found.character(k) == irrep.character(order[k])
            if has_exact_matrices(group):
                assert found.matrix(k) == irrep.matrix(order[k])
        for form in group.forms[1:]:
            assert torch.equal(
                moved.irrep(label, form).tensor(), group.irrep(label, form).tensor()[order.tolist()]
            )


@every_moved
def test_subgroups_move_with_the_elements(group):
    def all_of_them(group, names):
        table, inverses = group.cayley_table, group.inverse_indices
        found = set()
        for c in group.subgroup_classes():
            conjugates = {
                frozenset(names[table[table[inverses[x], list(c.representative)], x]].tolist())
                for x in range(group.order)
            }
            assert len(conjugates) == c.length
            found.add(frozenset(conjugates))
        return found

    order = random_order(group, 4)
    moved = all_of_them(group.reordered(order), order)
    assert moved == all_of_them(group, np.arange(group.order))


@every_moved
def test_fourier_coefficients_do_not_depend_on_the_element_order(group):
    order = random_order(group, 4)
    f = torch.randn(group.order, 2, dtype=torch.float64, generator=torch.manual_seed(1))
    here = fourier_transform(f, group)
    there = fourier_transform(f[torch.tensor(order)], group.reordered(order))
    assert list(here) == list(there)
    for label, coefficient in here.items():
        torch.testing.assert_close(there[label], coefficient, rtol=0, atol=1e-12)


@every_group
def test_the_fourier_transform_is_invertible_and_keeps_the_norm(group):
    f = torch.randn(group.order, 3, dtype=torch.float64, generator=torch.manual_seed(1))
    coefficients = fourier_transform(f, group)
    assert isinstance(coefficients, ByIrrep)
    assert list(coefficients) == list(group.irreps)
    assert float((inverse_fourier_transform(coefficients, group) - f).abs().max()) < 1e-12
    squares = 0.0
    for label, irrep in group.irreps.items():
        expected = torch.einsum("gb,gij->ijb", f, irrep.tensor(torch.float64))
        torch.testing.assert_close(coefficients[str(label)], expected, rtol=0, atol=1e-11)
        squares += float(expected.square().sum()) * irrep.dim / irrep.commutant_dim
    assert abs(squares / group.order - float(f.square().sum())) < 1e-10


@pytest.mark.parametrize("order", ["lexicographic", "sympy", "random"])
def test_the_transform_of_symmetric_groups_is_fast_in_every_order(order):
    group = SymmetricGroup(6)
    group = shuffled(group) if order == "random" else group.reordered(order)
    plan = group.fourier_plan(torch.float32)
    assert isinstance(plan, FourierPlan)
    entries = plan.order.numel() + plan.positions.numel() + plan.base.numel()
    assert entries < 30 * group.order < group.order**2
    assert group.fourier_plan(torch.float32) is plan


# Everything at once


@pytest.mark.parametrize(
    "name", [name for name, group in GROUPS.items() if group.order <= 24 and "twice" not in name]
)
def test_every_check_passes(name):
    checks = list(verify(GROUPS[name]))
    assert len(checks) >= 6
    failed = [check for check in checks if check.passed is False]
    assert failed == []
    unmade = {check.law for check in checks if check.passed is None}
    assert unmade <= ({"defining relations"} if GROUPS[name].relations is None else set())


# Arguments


@pytest.mark.parametrize(
    "family",
    ["SymmetricGroup", "AlternatingGroup", "CyclicGroup", "DihedralGroup", "DicyclicGroup"],
)
def test_a_degree_is_an_integer_of_any_kind(family):
    make = getattr(symrep, family)
    for four in (sympy.Integer(4), np.int64(4), np.uint8(4), np.array(4), torch.tensor(4)):
        assert make(four) == make(4)
        assert type(make(four).n) is int
        assert repr(make(four)) == f"{family}(4)"
    for wrong in (True, False, 4.0, "4", None, nan, [4], np.True_, np.float64(4), sympy.Float(4)):
        with pytest.raises(TypeError, match="must be an integer"):
            make(wrong)
    for wrong in (-1, -HUGE):
        with pytest.raises(ValueError, match=r"must be [01] or more"):
            make(wrong)


def test_a_modulus_is_an_integer_of_any_kind():
    generators = [[[1, 1], [0, 1]]]
    expected = MatrixGroup(generators, modulus=3)
    for three in (np.int64(3), sympy.Integer(3), np.array(3), torch.tensor(3)):
        assert MatrixGroup(generators, modulus=three) == expected
        assert eval(repr(MatrixGroup(generators, modulus=three)), dict(NAMES)) == expected
    for wrong in (True, 3.0, "3", [3]):
        with pytest.raises(TypeError, match="the modulus must be an integer"):
            MatrixGroup(generators, modulus=wrong)
