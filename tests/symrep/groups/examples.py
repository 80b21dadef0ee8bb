"""One group of every kind, small, in its own element order and in others."""

from __future__ import annotations

from typing import Any

import numpy as np
from sympy import I, Matrix, Rational, exp, pi, sqrt

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
    named_group,
)
from symrep.groups.base import Indices

Group = FiniteGroup[Any, Any]

C2, C3, C4 = map(CyclicGroup, (2, 3, 4))
S3, Q8, DIC3 = SymmetricGroup(3), DicyclicGroup(2), DicyclicGroup(3)


def random_order(group: Group, seed: int = 0) -> Indices:
    """An order of the elements that is not their own, if they are more than one."""
    return np.roll(np.random.default_rng(seed).permutation(group.order), 1)


def shuffled(group: Group, seed: int = 0) -> Group:
    """The group in a random element order."""
    return group.reordered(random_order(group, seed))


def bare(group: Group, seed: int = 5) -> CayleyTableGroup:
    """The Cayley table of a group in a random element order, which nothing else is known of."""
    return CayleyTableGroup(shuffled(group, seed).cayley_table)


def turn(n: int) -> Matrix:
    """The rotation by 2 pi/n of the plane, for n = 3 or 8."""
    c, s = {
        3: (Rational(-1, 2), sqrt(3) / 2),
        8: (sqrt(2) / 2, sqrt(2) / 2),
    }[n]
    return Matrix([[c, -s], [s, c]])


MIRROR = Matrix([[1, 0], [0, -1]])

OWN: dict[str, Group] = {
    # Families.
    **{f"S_{n}": SymmetricGroup(n) for n in range(6)},
    **{f"A_{n}": AlternatingGroup(n) for n in range(1, 6)},
    **{f"C_{n}": CyclicGroup(n) for n in (1, 2, 7, 12)},
    **{f"D_{n}": DihedralGroup(n) for n in (1, 2, 5, 6)},
    **{f"Dic_{n}": DicyclicGroup(n) for n in (1, 2, 3)},
    # Direct products: real, complex and quaternionic factors.
    "C_3 x S_3": DirectProduct(C3, S3),
    "C_3 x C_3": DirectProduct(C3, C3),
    "Q_8 x C_2": DirectProduct(Q8, C2),
    "C_3 x Q_8": DirectProduct(C3, Q8),
    "C_2 x (C_3 x C_2)": DirectProduct(C2, DirectProduct(C3, C2)),
    "sympy S_3 x reordered D_2": DirectProduct(
        SymmetricGroup(3, "sympy"), shuffled(DihedralGroup(2))
    ),
    # Cayley tables, identities at other places than 0 too.
    "table of C_1": CayleyTableGroup([[0]]),
    "table of C_4": CayleyTableGroup(C4.cayley_table, "four"),
    "table of Q_8": bare(Q8),
    "table of F_21": bare(named_group("F_21")),
    # Groups of permutations.
    "no points": PermutationGroup([[]]),
    "trivial permutations": PermutationGroup([[0, 1, 2]]),
    "regular Q_8": PermutationGroup([Q8.cayley_table[:, s] for s in Q8.generators], "regular"),
    "intransitive S_2 x C_3": PermutationGroup([[1, 0, 2, 3, 4], [0, 1, 3, 4, 2]]),
    "F_20": named_group("F_20"),
    # Groups of matrices.
    "SL(2,3)": named_group("SL(2,3)"),
    "integer matrices": MatrixGroup([[[0, 1], [-1, -1]], [[0, 1], [1, 0]]]),
    "matrices of fractions and sqrt(3)": MatrixGroup([turn(3), MIRROR], name="triangle"),
    "matrices of sqrt(2)": MatrixGroup([turn(8)]),
    "complex matrices": MatrixGroup([Matrix([[I, 0], [0, -I]]), Matrix([[0, 1], [-1, 0]])]),
    "fifth roots": MatrixGroup([Matrix([[exp(2 * pi * I / 5)]])]),
}

NAMED_ORDERS: dict[str, Group] = {
    **{f"sympy S_{n}": SymmetricGroup(n, "sympy") for n in range(5)},
    **{f"sympy A_{n}": AlternatingGroup(n, "sympy") for n in range(1, 5)},
}

REORDERED: dict[str, Group] = {
    f"reordered {name}": shuffled(OWN[name])
    for name in (
        *("S_4", "A_4", "C_7", "D_6", "Dic_3", "C_3 x S_3", "Q_8 x C_2", "table of F_21"),
        *("intransitive S_2 x C_3", "SL(2,3)", "matrices of fractions and sqrt(3)"),
    )
} | {"twice reordered F_20": shuffled(shuffled(OWN["F_20"]), 1)}

GROUPS: dict[str, Group] = OWN | NAMED_ORDERS | REORDERED
"""{name: group}; all but S_5 and A_5 have at most 24 elements."""

SECOND = {
    *("S_2", "S_5", "A_2", "A_3", "A_5", "C_2", "C_12", "D_1", "D_6", "Dic_1"),
    *("C_3 x C_3", "Q_8 x C_2", "table of C_4", "trivial permutations", "F_20"),
    *("integer matrices", "matrices of sqrt(2)", "fifth roots"),
    *("sympy S_0", "sympy S_1", "sympy S_2", "sympy A_1", "sympy A_2", "sympy A_3"),
}
"""Names of groups whose kind has another example here."""
