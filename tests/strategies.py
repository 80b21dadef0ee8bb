"""Random groups for property tests."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from symrep import (
    AlternatingGroup,
    CayleyTableGroup,
    CyclicGroup,
    DicyclicGroup,
    DihedralGroup,
    DirectProduct,
    FiniteGroup,
    MatrixGroup,
    PermutationGroup,
    SymmetricGroup,
)

Group = FiniteGroup[Any, Any]

LARGEST_ORDER = 60
"""Elements that random groups have at most."""


@st.composite
def families(draw: st.DrawFn, largest: int = LARGEST_ORDER) -> Group:
    """A member of a family, with at most so many elements."""
    least = {"cyclic": 1, "dihedral": 2, "dicyclic": 4, "symmetric": 1, "alternating": 1}
    kind = draw(st.sampled_from([kind for kind, size in least.items() if size <= largest]))
    if kind == "cyclic":
        return CyclicGroup(draw(st.integers(1, min(largest, 24))))
    if kind == "dihedral":
        return DihedralGroup(draw(st.integers(1, min(largest // 2, 12))))
    if kind == "dicyclic":
        return DicyclicGroup(draw(st.integers(1, min(largest // 4, 6))))
    order = draw(st.sampled_from(["lexicographic", "sympy"]))
    if kind == "alternating":
        degrees = [n for n, size in enumerate([1, 1, 3, 12, 60], 1) if size <= largest]
        return AlternatingGroup(draw(st.sampled_from(degrees)), order)
    degrees = [n for n, size in enumerate([1, 1, 2, 6, 24]) if size <= largest]
    return SymmetricGroup(draw(st.sampled_from(degrees)), order)


@st.composite
def products(draw: st.DrawFn) -> Group:
    """A product of two or three groups, of at most `LARGEST_ORDER` elements."""
    factors: list[Group] = [draw(families(12))]
    for _ in range(draw(st.integers(1, 2))):
        room = LARGEST_ORDER // int(np.prod([factor.order for factor in factors]))
        factors.append(draw(families(max(1, min(room, 12)))))
    return DirectProduct(*factors)


@st.composite
def tables(draw: st.DrawFn) -> Group:
    """The Cayley table of another group, its elements in a random order."""
    group = draw(families(24) | products())
    order = np.random.default_rng(draw(st.integers(0, 99))).permutation(group.order)
    return CayleyTableGroup(group.reordered(order).cayley_table, draw(st.none() | st.just("G")))


@st.composite
def permutation_groups(draw: st.DrawFn) -> Group:
    """The group of one or two permutations of at most four points, and of fixed ones besides."""
    n, fixed = draw(st.integers(0, 4)), draw(st.integers(0, 2))
    rest = list(range(n, n + fixed))
    generators = draw(st.lists(st.permutations(range(n)), min_size=1, max_size=2))
    return PermutationGroup([[*p, *rest] for p in generators])


@st.composite
def matrix_groups(draw: st.DrawFn) -> Group:
    """A group of matrices modulo 2 or 3, or of permutation matrices with signs."""
    if draw(st.booleans()):
        p, entry = draw(st.sampled_from([(2, st.integers(0, 1)), (3, st.integers(0, 2))]))
        rows = st.lists(st.lists(entry, min_size=2, max_size=2), min_size=2, max_size=2)
        invertible = rows.filter(lambda m: (m[0][0] * m[1][1] - m[0][1] * m[1][0]) % p)
        return MatrixGroup(draw(st.lists(invertible, min_size=1, max_size=2)), modulus=p)
    images, signs = (
        draw(st.permutations(range(2))),
        draw(st.tuples(*[st.sampled_from([1, -1])] * 2)),
    )
    matrix = [
        [sign * (j == image) for j in range(2)] for image, sign in zip(images, signs, strict=True)
    ]
    return MatrixGroup([matrix, [[1, 0], [0, -1]]][: draw(st.integers(1, 2))])


@st.composite
def finite_groups(draw: st.DrawFn) -> Group:
    """A group of any kind of at most `LARGEST_ORDER` elements, in its own order or in another."""
    kinds = families() | products() | tables() | permutation_groups() | matrix_groups()
    group: Group = draw(kinds)
    if draw(st.booleans()):
        seed = draw(st.integers(0, 99))
        group = group.reordered(np.random.default_rng(seed).permutation(group.order))
    return group
