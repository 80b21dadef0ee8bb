from math import lcm
from types import SimpleNamespace

import numpy as np
import pytest

from symrep import SymmetricGroup
from symrep.characters.dixon import irreducible_eigenvalues
from symrep.representations import regular
from symrep.representations.regular import homomorphism_defect, irreducible_matrices


def cyclic(n):
    return (np.arange(n) + np.arange(n)[:, None]) % n


def dicyclic(n):
    """a^k x^s has the index k + 2n s; x^2 = a^n, x^-1 a x = a^-1; Q_8 for n = 2."""
    k, s = np.arange(4 * n) % (2 * n), np.arange(4 * n) // (2 * n)
    signs = np.where(s == 0, 1, -1)
    rotations = (k[:, None] + signs[:, None] * k + n * (s[:, None] & s)) % (2 * n)
    return rotations + 2 * n * (s[:, None] ^ s)


def product(left, right):
    n, m = len(left), len(right)
    return (m * left[:, None, :, None] + right[None, :, None, :]).reshape(n * m, n * m)


def of_permutations(*generators):
    generators = np.array(generators)
    elements = np.arange(generators.shape[1])[None]
    size = 0
    while size < len(elements):
        size = len(elements)
        elements = np.unique(np.concatenate([elements, *(g[elements] for g in generators)]), axis=0)
    places = generators.shape[1] ** np.arange(generators.shape[1])
    codes = elements @ places
    order = np.argsort(codes)
    # (x * y)[i] = y[x[i]]
    columns = [order[np.searchsorted(codes[order], y[elements] @ places)] for y in elements]
    return np.array(columns).T


A_5 = of_permutations([1, 2, 3, 4, 0], [0, 2, 1, 4, 3])
S_3 = SymmetricGroup(3).cayley_table
SL_2_3 = of_permutations([0, 1, 2, 4, 5, 3, 8, 6, 7], [0, 4, 8, 3, 7, 2, 6, 1, 5])
# Name: (Cayley table, generators or None for all elements, {(dimension, type): how many})
GROUPS = {
    "1": (cyclic(1), [], {(1, 1): 1}),
    "C_7": (cyclic(7), [1], {(1, 1): 1, (2, 2): 3}),
    "Q_8": (dicyclic(2), [1, 4], {(1, 1): 4, (4, 4): 1}),
    "Dic_3": (dicyclic(3), [1, 6], {(1, 1): 2, (2, 2): 1, (2, 1): 1, (4, 4): 1}),
    "C_3 x S_3": (product(cyclic(3), S_3), None, {(1, 1): 2, (2, 1): 1, (2, 2): 2, (4, 2): 1}),
    "SL(2,3)": (SL_2_3, None, {(1, 1): 1, (2, 2): 1, (3, 1): 1, (4, 4): 1, (4, 2): 1}),
    "C_3 x Q_8": (
        product(cyclic(3), dicyclic(2)),
        None,
        {(1, 1): 4, (2, 2): 4, (4, 4): 1, (4, 2): 1},
    ),
    "S_4": (
        SymmetricGroup(4, "sympy").cayley_table,
        None,
        {(1, 1): 2, (2, 1): 1, (3, 1): 2},
    ),
    "A_5": (A_5, None, {(1, 1): 1, (3, 1): 2, (4, 1): 1, (5, 1): 1}),
    "A_5 x Q_8": (
        product(A_5, dicyclic(2)),
        [*range(0, 480, 8), 1, 4],
        {
            **{(d, 1): 4 * count for d, count in ((1, 1), (3, 2), (4, 1), (5, 1))},
            **{(4 * d, 4): count for d, count in ((1, 1), (3, 2), (4, 1), (5, 1))},
        },
    ),
}
groups = pytest.mark.parametrize("name", GROUPS)


def real_characters(table):
    """Characters and types of all irreps over the reals, from classes by brute force."""
    order = len(table)
    identity = table[:, 0].tolist().index(0)
    inverse = np.nonzero(table == identity)[1]
    everything = np.arange(order)
    class_of, representatives = np.full(order, -1), []
    for x in [identity, *range(order)]:
        if class_of[x] < 0:
            class_of[table[table[everything, x], inverse]] = len(representatives)
            representatives.append(x)
    k, powers = len(representatives), []
    for z in representatives:
        cycle = [identity]
        while table[cycle[-1], z] != identity:
            cycle.append(table[cycle[-1], z])
        powers.append(class_of[cycle])

    def class_sums(w):
        ends = (class_of[table[inverse, z]] for z in representatives)
        columns = [np.bincount(end, weights=w[class_of], minlength=k) for end in ends]
        return np.array(columns).T.astype(np.int64)

    sizes = np.bincount(class_of)
    irreps = irreducible_eigenvalues(sizes, class_of[inverse[representatives]], powers, class_sums)
    exponent = lcm(*map(len, powers))
    pairs = {}
    for rows in irreps:
        values = np.exp(2j * np.pi * rows / exponent).sum(axis=1)
        squares = [values[cycle[2 % len(cycle)]] for cycle in powers]
        indicator = round((sizes @ squares).real / order)
        factor, c = {1: (1, 1), 0: (2, 2), -1: (2, 4)}[indicator]
        pairs[tuple(np.round(values.real, 9) + 0.0)] = factor * values.real[class_of], c
    characters, types = zip(*pairs.values(), strict=True)
    return np.array(characters), list(types)


@pytest.fixture(scope="module")
def found():
    """The function name -> table, generators, characters, types and matrices; made once."""
    made = {}

    def find(name):
        if name not in made:
            table, generators, _ = GROUPS[name]
            generators = list(range(len(table))) if generators is None else generators
            characters, types = real_characters(table)
            matrices = irreducible_matrices(table, characters, types, generators)
            made[name] = SimpleNamespace(
                table=table,
                order=len(table),
                generators=generators,
                characters=characters,
                types=types,
                matrices=matrices,
            )
        return made[name]

    return find


@groups
def test_all_irreps_are_there(name, found):
    group = found(name)
    counts = {}
    for rho, c in zip(group.matrices, group.types, strict=True):
        key = rho.shape[1], c
        counts[key] = counts.get(key, 0) + 1
        assert rho.shape == (group.order, key[0], key[0])
        assert rho.dtype == np.float64
    assert counts == GROUPS[name][2]


@groups
def test_all_products_of_pairs(name, found):
    group = found(name)
    if group.order > 100:
        assert max(
            homomorphism_defect(r, group.table, group.generators) for r in group.matrices
        ) < (2e-14)
        return
    for rho in group.matrices:
        products = np.einsum("xab,ybc->xyac", rho, rho)
        np.testing.assert_allclose(rho[group.table], products, rtol=0, atol=1e-14)


@groups
def test_matrices_are_orthogonal_with_the_given_traces(name, found):
    group = found(name)
    for rho, character in zip(group.matrices, group.characters, strict=True):
        unit = np.broadcast_to(np.eye(rho.shape[1]), rho.shape)
        np.testing.assert_allclose(rho @ rho.transpose(0, 2, 1), unit, rtol=0, atol=1e-14)
        np.testing.assert_allclose(np.trace(rho, 0, 1, 2), character, rtol=0, atol=3e-14)


@groups
def test_blocks_are_multiplications_bit_for_bit(name, found):
    group = found(name)
    for rho, c in zip(group.matrices, group.types, strict=True):
        blocks = [[rho[:, r::c, s::c] for s in range(c)] for r in range(c)]
        q = [row[0] for row in blocks]
        if c == 2:
            expected = [[q[0], -q[1]], [q[1], q[0]]]
        elif c == 4:
            expected = [
                [q[0], -q[1], -q[2], -q[3]],
                [q[1], q[0], -q[3], q[2]],
                [q[2], q[3], q[0], -q[1]],
                [q[3], -q[2], q[1], q[0]],
            ]
        else:
            expected = [[q[0]]]
        assert np.array_equal(np.array(blocks), np.array(expected))


@groups
def test_first_columns_are_an_orthonormal_basis_of_all_functions(name, found):
    group = found(name)
    functions = [
        np.sqrt(rho.shape[1] / group.order) * rho[:, :, ::c].reshape(group.order, -1)
        for rho, c in zip(group.matrices, group.types, strict=True)
    ]
    basis = np.concatenate(functions, axis=1)
    assert basis.shape == (group.order, group.order)
    np.testing.assert_allclose(basis.T @ basis, np.eye(group.order), rtol=0, atol=1e-13)


@groups
def test_entries_span_as_many_dimensions_as_the_type_says(name, found):
    group = found(name)
    for rho, c in zip(group.matrices, group.types, strict=True):
        d = rho.shape[1]
        assert np.linalg.matrix_rank(rho.reshape(group.order, -1), tol=1e-9) == d * d // c


def test_the_quaternions_by_hand():
    """rho(x) is the left multiplication by a quaternion, and (x, y, xy) multiply as i, j, k do."""
    table = dicyclic(2)
    characters, types = real_characters(table)
    rho = irreducible_matrices(table, characters, types, [1, 4])[types.index(4)]
    i, j = rho[1, :, 0], rho[4, :, 0]
    # Two orthogonal imaginary units, and their cross product
    np.testing.assert_allclose([i[0], j[0], i @ j], 0, atol=1e-15)
    np.testing.assert_allclose([i @ i, j @ j], 1, atol=1e-15)
    np.testing.assert_allclose(rho[table[1, 4], 1:, 0], np.cross(i[1:], j[1:]), atol=1e-15)


def test_rotations_of_the_cyclic_group():
    table = cyclic(7)
    characters, types = real_characters(table)
    for rho in irreducible_matrices(table, characters, types, [1])[1:]:
        angles = np.unwrap(np.arctan2(rho[:, 1, 0], rho[:, 0, 0]))
        frequency = angles[1] * 7 / (2 * np.pi)
        np.testing.assert_allclose(frequency, round(frequency), atol=1e-14)
        np.testing.assert_allclose(rho[:, 0, 0], np.cos(np.arange(7) * angles[1]), atol=1e-14)


@pytest.mark.parametrize("name", ["SL(2,3)", "A_5"])
def test_the_same_table_gives_the_same_matrices(name, found):
    group = found(name)
    generators = range(1, group.order, 7)
    first, second = (
        irreducible_matrices(group.table, group.characters, group.types, generators)
        for _ in range(2)
    )
    for rho, other in zip(first, second, strict=True):
        assert np.array_equal(rho, other)


@pytest.mark.parametrize("name", ["SL(2,3)", "Dic_3", "S_4"])
def test_any_element_may_be_the_identity(name, found):
    group = found(name)
    new = np.random.default_rng(1).permutation(group.order)
    assert new[0] != 0
    old = np.argsort(new)
    table = new[group.table[np.ix_(old, old)]]
    characters = group.characters[:, old]
    everything = list(range(group.order))
    for rho in irreducible_matrices(table, characters, group.types, everything):
        assert homomorphism_defect(rho, table, everything) < 1e-14


@pytest.mark.parametrize(
    ("table", "generators"),
    [
        (of_permutations([1, 0, 2, 3, 4, 5], [1, 2, 3, 4, 5, 0]), None),
        (product(cyclic(2), product(S_3, A_5)), [*range(0, 720, 60), *range(60)]),
    ],
    ids=["S_6", "C_2 x S_3 x A_5"],
)
@pytest.mark.exhaustive
def test_order_720_without_a_closed_form(table, generators):
    assert len(table) == 720
    generators = list(range(1, 720, 13)) if generators is None else generators
    characters, types = real_characters(table)
    matrices = irreducible_matrices(table, characters, types, generators)
    assert sum(rho.shape[1] ** 2 // c for rho, c in zip(matrices, types, strict=True)) == 720
    for rho, character in zip(matrices, characters, strict=True):
        assert homomorphism_defect(rho, table, generators) < 4e-15
        np.testing.assert_allclose(np.trace(rho, 0, 1, 2), character, rtol=0, atol=1e-13)


def test_long_products_of_one_generator_do_not_lose_digits():
    n = 1000
    k = np.arange(n)
    frequencies = [1, 3, 250, 499]
    characters = np.array([2 * np.cos(2 * np.pi * (f * k % n) / n) for f in frequencies])
    for rho in irreducible_matrices(cyclic(n), characters, [2] * 4, [1]):
        assert homomorphism_defect(rho, cyclic(n), range(n)) < 4e-15


def test_the_defect_is_the_largest_entry():
    table = cyclic(3)
    rho = np.ones((3, 1, 1))
    assert homomorphism_defect(rho, table, [1]) == 0
    rho[2] = 1.5
    # rho(1 + 1) - rho(1) rho(1) = 0.5, rho(2 + 1) - rho(2) rho(1) = -0.5
    assert homomorphism_defect(rho, table, [1]) == 0.5
    assert homomorphism_defect(rho, table, [2]) == pytest.approx(1.25)
    assert homomorphism_defect(rho, table, [2, 1]) == pytest.approx(1.25)
    assert homomorphism_defect(rho, table, []) == 0


def test_no_component_is_needed_beside_the_irrep(found):
    """One irrep at a time is found too, and sums of irreps are refused."""
    group = found("S_4")
    (rho,) = irreducible_matrices(group.table, group.characters[-1:], [1], group.generators)
    assert np.array_equal(rho, group.matrices[-1])


def test_characters_that_are_none_are_refused(found):
    group = found("S_4")
    table, generators = group.table, group.generators
    with pytest.raises(
        ValueError, match=r"character 1 has <chi, chi> = 1, expected the commutant dimension 2"
    ):
        irreducible_matrices(table, group.characters, [1, 2, 1, 1, 1], generators)
    both = group.characters[0] + group.characters[2]
    with pytest.raises(ValueError, match=r"<chi, chi> = 2, expected the commutant dimension 1"):
        irreducible_matrices(table, both[None], [1], generators)
    with pytest.raises(ValueError, match=r"the commutant dimension 3, which is 1, 2 or 4"):
        irreducible_matrices(table, group.characters[:1] * 3**0.5, [3], generators)
    with pytest.raises(ValueError, match=r"<chi, chi> = nan"):
        irreducible_matrices(table, group.characters[:1] * np.nan, [1], generators)


def test_a_failed_search_names_its_seeds_and_residual(found):
    group = found("S_4")
    # Two inequivalent irreps are no irrep of complex type.
    both = group.characters[-2:].sum(axis=0)
    message = r"of degree 6 and commutant dimension 2, with seeds 1896 to 1900: .* residual is \d"
    with pytest.raises(ArithmeticError, match=message):
        irreducible_matrices(group.table, both[None], [2], group.generators)


@pytest.mark.parametrize(
    "damage",
    [lambda rho: rho + 1e-3 * (1 - np.eye(4)), lambda rho: np.eye(4)[None].repeat(60, 0)],
    ids=["no homomorphism", "other traces"],
)
def test_another_seed_is_tried_for_an_irrep_that_failed(damage, found, monkeypatch):
    group = found("A_5")
    tried, right = [], regular._irrep

    def failing_once(plan, character, c, rng):
        tried.append(round(character[0]))
        rho = right(plan, character, c, rng)
        return damage(rho) if tried == [1, 3, 3, 4] else rho

    monkeypatch.setattr(regular, "_irrep", failing_once)
    matrices = irreducible_matrices(group.table, group.characters, group.types, group.generators)
    assert tried == [1, 3, 3, 4, 5, 4]
    for rho, character in zip(matrices, group.characters, strict=True):
        assert homomorphism_defect(rho, group.table, range(60)) < 4e-15
        np.testing.assert_allclose(np.trace(rho, 0, 1, 2), character, rtol=0, atol=1e-14)


def test_averages_square_the_error_of_a_matrix_coefficient(monkeypatch):
    table, right = (
        SymmetricGroup(6).cayley_table,
        regular._matrix_coefficient,
    )

    def inexact(plan, character, dimension, rng):
        p = right(plan, character, dimension, rng)
        return p * (1 + 1e-5 * rng.standard_normal(len(p)))

    monkeypatch.setattr(regular, "_matrix_coefficient", inexact)
    for rho in irreducible_matrices(table, *real_characters(table), range(1, 720, 100)):
        assert homomorphism_defect(rho, table, range(0, 720, 10)) < 4e-15


@pytest.mark.parametrize("n", [3, 4])
def test_elements_that_separate_no_vectors_end_in_the_error(n, monkeypatch):
    """The symmetric parts of i, j and of a root of 1 are scalars in C_n x Q_8."""
    monkeypatch.setattr(regular, "RANDOM_ELEMENTS", 0)
    # The product of a faithful character of C_n, and that of the quaternions on C^2
    of_roots = np.round(2 * np.cos(2 * np.pi * np.arange(n) / n), 12)
    character = np.kron(of_roots, [2, 0, -2, 0, 0, 0, 0, 0])
    with pytest.raises(ArithmeticError, match="of degree 4 and commutant dimension 2"):
        irreducible_matrices(product(cyclic(n), dicyclic(2)), character[None], [2], [1, 4, 8])


def test_generators_of_a_subgroup_are_refused(monkeypatch, found):
    monkeypatch.setattr(regular, "RANDOM_ELEMENTS", 0)
    group = found("S_4")
    with pytest.raises(ValueError, match="the generators generate fewer than the 24 elements"):
        irreducible_matrices(group.table, group.characters, group.types, [0])
