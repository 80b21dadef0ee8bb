import json
from math import lcm
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from sympy import divisors

from symrep import SymmetricGroup
from symrep.characters import dixon
from symrep.characters.dixon import irreducible_eigenvalues

GENERATORS = {
    "1": [[0]],
    "C_2": [[1, 0]],
    "C_12": [[*range(1, 12), 0]],
    "C_2^3": [[1, 0, 2, 3, 4, 5], [0, 1, 3, 2, 4, 5], [0, 1, 2, 3, 5, 4]],
    "S_3": [[1, 0, 2], [1, 2, 0]],
    "S_4": [[1, 0, 2, 3], [1, 2, 3, 0]],
    "A_5": [[1, 2, 3, 4, 0], [0, 2, 1, 4, 3]],
    "S_5": [[1, 0, 2, 3, 4], [1, 2, 3, 4, 0]],
    "D_10": [[*range(1, 10), 0], [-i % 10 for i in range(10)]],
    "F_21": [[*range(1, 7), 0], [2 * i % 7 for i in range(7)]],
    "F_20": [[*range(1, 5), 0], [2 * i % 5 for i in range(5)]],
    "PSL(2,7)": [[*range(1, 7), 0], [0, 2, 1, 6, 4, 5, 3]],
}
ORDERS = {
    "1": 1,
    "C_2": 2,
    "C_12": 12,
    "C_2^3": 8,
    "S_3": 6,
    "S_4": 24,
    "A_5": 60,
    "S_5": 120,
    "D_10": 20,
    "F_21": 21,
    "F_20": 20,
    "PSL(2,7)": 168,
    "Q_8": 8,
    "SL(2,3)": 24,
    "Heisenberg 3": 27,
}


def permuted_vectors(matrices, p):
    """Matrices mod p as permutations of row vectors."""
    n = len(matrices[0])
    vectors = np.indices((p,) * n).reshape(n, -1).T
    places = p ** np.arange(n)[::-1]
    return [(vectors @ np.array(matrix) % p @ places).tolist() for matrix in matrices]


GENERATORS["SL(2,3)"] = permuted_vectors([[[1, 1], [0, 1]], [[1, 0], [1, 1]]], 3)
GENERATORS["Q_8"] = permuted_vectors([[[0, 1], [2, 0]], [[1, 1], [1, 2]]], 3)
GENERATORS["Heisenberg 3"] = permuted_vectors(
    [[[1, 1, 0], [0, 1, 0], [0, 0, 1]], [[1, 0, 0], [0, 1, 1], [0, 0, 1]]], 3
)
groups = pytest.mark.parametrize("name", ORDERS)


def enumerated(generators):
    """The elements, products of the generators, and their classes, all by brute force."""
    generators = np.array(generators)
    elements = np.arange(generators.shape[1])[None]
    size = 0
    while size < len(elements):
        size = len(elements)
        products = [g[elements] for g in generators]
        elements = np.unique(np.concatenate([elements, *products]), axis=0)
    weights = np.random.default_rng(0).integers(2**62, size=elements.shape[1])
    codes = elements @ weights
    order = np.argsort(codes)
    assert len(np.unique(codes)) == size

    def index(permutations):
        return order[np.searchsorted(codes[order], permutations @ weights)]

    edges = csr_array((size, size), dtype=np.int8)
    for g in generators:
        conjugates = index(g[elements[:, np.argsort(g)]])
        ones = np.ones(size, dtype=np.int8)
        edges = edges + csr_array((ones, conjugates, np.arange(size + 1)), shape=(size, size))
    k, class_of = connected_components(edges, directed=False)
    representatives = elements[np.unique(class_of, return_index=True)[1]]
    inverses = np.argsort(elements, axis=1)

    def powers(z):
        found = [np.arange(len(z))]
        while not np.array_equal(z[found[-1]], found[0]):
            found.append(z[found[-1]])
        return class_of[index(np.array(found))]

    def class_sums(w):
        assert w.min() >= 0
        weighted = w[class_of]
        # (x^-1 z)[i] = z[x^-1[i]]
        columns = [
            np.bincount(class_of[index(z[inverses])], weights=weighted, minlength=k)
            for z in representatives
        ]
        return np.array(columns).T.astype(np.int64)

    return SimpleNamespace(
        order=size,
        representatives=representatives,
        class_sizes=np.bincount(class_of),
        inverse_classes=class_of[index(np.argsort(representatives, axis=1))],
        power_classes=[powers(z) for z in representatives],
        class_sums=class_sums,
    )


def eigenvalues_of(group):
    return irreducible_eigenvalues(
        group.class_sizes, group.inverse_classes, group.power_classes, group.class_sums
    )


def exponent(group):
    return lcm(*map(len, group.power_classes))


def character_values(group, irreps):
    roots = np.exp(2j * np.pi * np.arange(exponent(group)) / exponent(group))
    return np.array([roots[rows].sum(axis=1) for rows in irreps])


def assert_is_character_table(group, irreps):
    """Inner products are integers by theory where eigenvalues are those of characters."""
    values = character_values(group, irreps)
    assert len(values) == len(group.class_sizes)
    products = (values * group.class_sizes) @ values.conj().T / group.order
    np.testing.assert_allclose(products, np.eye(len(values)), atol=1e-9)
    degrees = [rows.shape[1] for rows in irreps]
    assert all(group.order % d == 0 for d in degrees)
    assert degrees == sorted(degrees)
    assert not irreps[0].any()
    for rows in irreps:
        assert rows.dtype == np.int64
        assert rows.shape[0] == len(values)
        assert (np.diff(rows, axis=1) >= 0).all()
        assert rows.min() >= 0
        assert rows.max() < exponent(group)


@groups
def test_tables_of_small_groups_are_orthonormal(name):
    group = enumerated(GENERATORS[name])
    assert group.order == ORDERS[name]
    irreps = eigenvalues_of(group)
    assert_is_character_table(group, irreps)
    assert sum(rows.shape[1] ** 2 for rows in irreps) == ORDERS[name]


@groups
def test_eigenvalues_follow_powers_and_tensor_products(name):
    """rho(g^t) has the t-th powers, and products of characters are sums of characters."""
    group = enumerated(GENERATORS[name])
    irreps = eigenvalues_of(group)
    for rows in irreps:
        for c, powers in enumerate(group.power_classes):
            expected = np.sort(np.arange(len(powers))[:, None] * rows[c] % exponent(group), axis=1)
            np.testing.assert_array_equal(rows[powers], expected)
    values = character_values(group, irreps)
    cubes = np.einsum("ac,bc,ec,c->abe", values, values, values.conj(), group.class_sizes)
    multiplicities = cubes / group.order
    np.testing.assert_allclose(multiplicities, np.rint(multiplicities.real), atol=1e-9)
    assert multiplicities.real.min() > -1e-9


def test_s_3_by_hand():
    # Lexicographic representatives: 1, a transposition, a cycle; sixth roots of 1.
    trivial, sign, standard = eigenvalues_of(enumerated(GENERATORS["S_3"]))
    assert trivial.tolist() == [[0], [0], [0]]
    assert sign.tolist() == [[0], [3], [0]]
    assert standard.tolist() == [[0, 0], [0, 3], [2, 4]]


def test_the_faithful_irrep_of_q_8_by_hand():
    group = enumerated(GENERATORS["Q_8"])
    *linear, faithful = eigenvalues_of(group)
    assert [rows.shape[1] for rows in linear] == [1, 1, 1, 1]
    # 1, then -1, of order 2, then i, j, k, each conjugate to its inverse
    by_order = {1: [0, 0], 2: [2, 2], 4: [1, 3]}
    assert faithful.tolist() == [by_order[len(powers)] for powers in group.power_classes]
    assert group.inverse_classes.tolist() == [0, 1, 2, 3, 4]


def test_the_frobenius_group_of_order_21_by_hand():
    """Induced from C_7: squares and others mod 7; elements of order 3 have all cube roots of 1."""
    group = enumerated(GENERATORS["F_21"])
    irreps = eigenvalues_of(group)
    assert [rows.shape[1] for rows in irreps] == [1, 1, 1, 3, 3]
    orders = [len(powers) for powers in group.power_classes]
    for rows in irreps[3:]:
        sevenths = {tuple(row // 3) for row, o in zip(rows, orders, strict=True) if o == 7}
        assert sevenths == {(1, 2, 4), (3, 5, 6)}
        thirds = {tuple(row) for row, o in zip(rows, orders, strict=True) if o == 3}
        assert thirds == {(0, 7, 14)}


@pytest.mark.parametrize("n", [5, 6])
def test_symmetric_groups_have_the_table_of_murnaghan_and_nakayama(n):
    group = enumerated([[1, 0, *range(2, n)], [*range(1, n), 0]])
    table = SymmetricGroup(n).character_table()
    lengths = [SymmetricGroup(n).index(z) for z in group.representatives.tolist()]
    positions = SymmetricGroup(n).class_of[lengths]
    values = character_values(group, eigenvalues_of(group))
    np.testing.assert_allclose(values, np.rint(values.real), atol=1e-9)
    found = {tuple(row) for row in np.rint(values.real).astype(int).tolist()}
    assert found == {tuple(row) for row in table.values[:, positions].tolist()}


def test_the_golden_ratio_of_a_5():
    group = enumerated(GENERATORS["A_5"])
    values = character_values(group, eigenvalues_of(group))
    fives = [c for c, powers in enumerate(group.power_classes) if len(powers) == 5]
    golden = (1 + 5**0.5) / 2
    threes = sorted(values[1, fives].real)
    np.testing.assert_allclose(threes, [1 - golden, golden], atol=1e-12)
    np.testing.assert_allclose(values[2, fives], values[1, fives[::-1]], atol=1e-12)


def test_an_abelian_group_has_the_characters_of_its_dual():
    group = enumerated(GENERATORS["C_12"])
    # g -> a with g = the a-th power of the generator
    shifts = group.representatives[:, 0]
    found = {tuple(rows[:, 0]) for rows in eigenvalues_of(group)}
    assert found == {tuple(k * shifts % 12) for k in range(12)}


def test_irreps_are_sorted_by_degree_and_then_by_rows():
    irreps = [rows.tolist() for rows in eigenvalues_of(enumerated(GENERATORS["SL(2,3)"]))]
    assert [len(rows[0]) for rows in irreps] == [1, 1, 1, 2, 2, 2, 3]
    assert irreps == sorted(irreps, key=lambda rows: (len(rows[0]), rows))


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_table_does_not_depend_on_the_random_weights(seed, monkeypatch):
    group = enumerated(GENERATORS["SL(2,3)"])
    expected = eigenvalues_of(group)
    monkeypatch.setattr(dixon, "WEIGHTS_SEED", seed)
    for rows, others in zip(expected, eigenvalues_of(group), strict=True):
        np.testing.assert_array_equal(rows, others)


def test_m_11():
    group = enumerated([[*range(1, 11), 0], [0, 1, 6, 9, 5, 3, 10, 2, 8, 4, 7]])
    irreps = eigenvalues_of(group)
    assert group.order == 7920
    assert [rows.shape[1] for rows in irreps] == [1, 10, 10, 10, 11, 16, 16, 44, 45, 55]
    assert_is_character_table(group, irreps)


def dihedral(n):
    """D_n for even n, in closed form: classes 1, r^k, r^(n/2), s and sr."""
    half = n // 2
    fold = np.minimum(np.arange(n), -np.arange(n) % n)
    orders = [n // np.gcd(k, n) for k in range(half + 1)]
    powers = [fold[k * np.arange(o) % n] for k, o in enumerate(orders)]
    powers += [np.array([0, half + 1]), np.array([0, half + 2])]
    k = half + 3
    reflections = half + 1 + np.arange(n) % 2

    def class_sums(w):
        M = np.empty((k, k), dtype=np.int64)
        turns, flips = w[fold], w[reflections]
        for c in range(k):
            z = c if c <= half else c - half - 1
            # x^-1 z = r^(z - a) or, with x = s r^a, s r^(z - a) if z is a rotation
            rest = (z - np.arange(n)) % n
            if c <= half:
                ends = [fold[rest], reflections[(np.arange(n) + z) % n]]
            else:
                ends = [reflections[(np.arange(n) + z) % n], fold[rest]]
            both = np.concatenate([turns, flips])
            M[:, c] = np.bincount(np.concatenate(ends), weights=both, minlength=k)
        return M

    sizes = np.array([1, *[2] * (half - 1), 1, half, half])
    return SimpleNamespace(
        order=2 * n,
        class_sizes=sizes,
        inverse_classes=np.arange(k),
        power_classes=powers,
        class_sums=class_sums,
    )


def elementary_abelian(rank):
    elements = np.arange(2**rank)
    return SimpleNamespace(
        order=2**rank,
        class_sizes=np.ones_like(elements),
        inverse_classes=elements,
        power_classes=[np.array([0, x] if x else [0]) for x in range(2**rank)],
        class_sums=lambda w: w[elements[:, None] ^ elements],
    )


def test_the_dihedral_group_of_order_2000():
    group = dihedral(1000)
    irreps = eigenvalues_of(group)
    assert_is_character_table(group, irreps)
    # [r] of the irreps of dimension 2
    assert [rows[1].tolist() for rows in irreps[4:]] == [[k, 1000 - k] for k in range(1, 500)]


@pytest.mark.parametrize("rank", [0, 1, 9])
def test_elementary_abelian_groups_have_the_characters_of_walsh(rank):
    group = elementary_abelian(rank)
    found = {rows[:, 0].tobytes() for rows in eigenvalues_of(group)}
    parity = np.array([x.bit_count() % 2 for x in range(2**rank)])
    assert found == {parity[k & np.arange(2**rank)].tobytes() for k in range(2**rank)}


@pytest.mark.oracles
def test_gap_has_the_same_eigenvalues(sage):
    """Class by class, by our representatives, as multiplicities of exp(2 pi i a / order)."""
    named = {name: enumerated(GENERATORS[name]) for name in ORDERS}
    asked = {
        name: [
            (np.array(GENERATORS[name]) + 1).tolist(),
            (group.representatives + 1).tolist(),
        ]
        for name, group in named.items()
    }
    answers = sage(f"""
found = {{}}
for name, (generators, representatives) in json.loads({json.dumps(json.dumps(asked))}).items():
    G = libgap.Group([libgap.PermList(g) for g in generators])
    table = libgap.CharacterTable(G)
    classes = libgap.ConjugacyClasses(table)
    position = libgap.eval("function(classes, z) return "
        "PositionProperty(classes, c -> z in c); end")
    places = [position(classes, libgap.PermList(z)) for z in representatives]
    found[name] = [
        [libgap.EigenvaluesChar(chi, place).sage() for place in places]
        for chi in libgap.Irr(table)
    ]
print(json.dumps(found, default=int))
""")
    for name, group in named.items():
        orders = [len(powers) for powers in group.power_classes]
        ours = [
            [
                # GAP lists the exponents 1, ..., order
                np.bincount((row * o // exponent(group) - 1) % o, minlength=o).tolist()
                for row, o in zip(rows, orders, strict=True)
            ]
            for rows in eigenvalues_of(group)
        ]
        assert sorted(ours) == sorted(answers[name])


def test_a_few_weights_are_drawn_again(monkeypatch):
    """Weights that do not separate the characters are not used."""
    calls = []
    group = enumerated(GENERATORS["S_4"])

    def class_sums(w):
        calls.append(w)
        return group.class_sums(w if len(calls) > 2 else np.ones_like(w))

    group_with_bad_start = SimpleNamespace(**vars(group) | {"class_sums": class_sums})
    assert_is_character_table(group, eigenvalues_of(group_with_bad_start))
    assert len(calls) >= 3


def test_data_of_no_group_are_refused():
    group = enumerated(GENERATORS["S_4"])
    broken = SimpleNamespace(**vars(group) | {"class_sums": lambda w: np.outer(w, w)})
    with pytest.raises(ArithmeticError, match=r"seed 1967, did not separate 5 characters"):
        eigenvalues_of(broken)
    broken = SimpleNamespace(**vars(group) | {"power_classes": group.power_classes[::-1]})
    with pytest.raises(ArithmeticError, match="do not sum to the characters"):
        eigenvalues_of(broken)
    fours = max(group.power_classes, key=len)
    powers = [fours[[0, 2, 1, 3]] if p is fours else p for p in group.power_classes]
    broken = SimpleNamespace(**vars(group) | {"power_classes": powers})
    with pytest.raises(ArithmeticError, match=r"multiplicities of eigenvalues at class \d"):
        eigenvalues_of(broken)


def test_degrees_that_are_no_integers_are_refused():
    """The pentagon is an association scheme with multiplicities 1, 2, 2, which are not squares."""
    fold = np.array([0, 1, 2, 2, 1])
    x = np.arange(5)

    def class_sums(w):
        columns = [np.bincount(fold[z - x], weights=w[fold], minlength=3) for z in range(3)]
        return np.array(columns).T.astype(np.int64)

    powers = [fold[:1], fold, fold[2 * x % 5]]
    with pytest.raises(ArithmeticError, match="no degrees of 3 irreps have squares that sum to 5"):
        irreducible_eigenvalues(np.array([1, 2, 2]), np.arange(3), powers, class_sums)


def test_an_exponent_beyond_exact_arithmetic_is_named():
    sizes = np.ones(2, dtype=np.int64)
    with pytest.raises(ValueError, match="2 classes and exponent 4294967296 needs the prime"):
        irreducible_eigenvalues(sizes, sizes, [HugeOrder(), HugeOrder()], lambda w: w)


class HugeOrder(tuple):
    def __len__(self):
        return 2**32


def test_roots_of_a_product_of_linear_factors():
    p, roots = 10007, [0, 1, 5, 77, 10006]
    polynomial = np.array([1])
    for root in roots:
        polynomial = np.convolve(polynomial, [1, -root]) % p
    assert sorted(dixon._roots(polynomial, p).tolist()) == roots


def test_the_prime_is_large_enough():
    for order, classes, e in [
        (6, 3, 6),
        (7920, 10, 1320),
        (2000, 503, 1000),
        (10**6, 4, 6),
        (1, 1, 1),
    ]:
        p = dixon._prime(order, classes, e)
        assert p % e == 1 % e
        assert p**2 > 4 * order
        assert p > 2 * classes**2
        assert divisors(p) == [1, p]
