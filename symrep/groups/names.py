"""Groups by their names: "S_5", "A5", "C113", "D59", "Dic3", "Q8", "C3 x S3"."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable

from symrep.groups.alternating import AlternatingGroup
from symrep.groups.base import AnyGroup
from symrep.groups.cyclic import CyclicGroup
from symrep.groups.dihedral import DicyclicGroup, DihedralGroup
from symrep.groups.direct_product import DirectProduct
from symrep.groups.matrix import MatrixGroup
from symrep.groups.permutation import PermutationGroup
from symrep.groups.symmetric import SymmetricGroup

OTHERS = {"SL(2,3)": 24, "GL(2,3)": 48, "F_20": 20, "F_21": 21, "PSL(2,7)": 168, "M_11": 7920}
"""{name: order} of further groups, given by matrices modulo 3 or by permutations.

F_20 and F_21 are the affine maps x -> a x + b modulo 5, and modulo 7 with a = 1, 2, 4.
"""

FAMILIES: dict[str, Callable[[int], AnyGroup]] = {
    "S": SymmetricGroup,
    "A": AlternatingGroup,
    "C": CyclicGroup,
    "Z": CyclicGroup,
    "D": DihedralGroup,
    "Dic": DicyclicGroup,
}
"""{prefix of a name: family}. D_n has 2n elements, Dic_n 4n."""


def named_group(name: str) -> AnyGroup:
    """Return the group with a name: the prefix of a family and n, or a product with "x".

    A number n alone is S_n, and Q_4n is Dic_n.

    Raises:
        ValueError: the text is not the name of a group.

    >>> named_group("C3 x S3").order, str(named_group("Q8"))
    (18, 'Q_8')
    """
    factors = [_factor(word) for word in re.split(r"\s*[x×*]\s*", name.strip())]
    return factors[0] if len(factors) == 1 else DirectProduct(*factors)


def _factor(word: str) -> AnyGroup:
    if word in OTHERS:
        return _other(word)
    match = re.fullmatch(r"([A-Za-z]*)_?(-?\d+)", word.strip())
    if match is None:
        raise ValueError(f"{word!r} is not the name of a group: {_expected()}")
    family, n = match[1] or "S", int(match[2])
    if family == "Q":
        if n < 8 or n % 4:
            raise ValueError(f"Q_{n}: quaternion groups have 8, 12, 16, ... elements")
        return DicyclicGroup(n // 4)
    if family not in FAMILIES:
        close = difflib.get_close_matches(family, FAMILIES, n=1, cutoff=0.5)
        hint = f"did you mean {close[0]}{n}?" if close else _expected()
        raise ValueError(f"{word!r} is not the name of a group: {hint}")
    return FAMILIES[family](n)


def _other(name: str) -> AnyGroup:
    """Return a group of `OTHERS`."""
    if name in ("SL(2,3)", "GL(2,3)"):
        matrices = [[[1, 1], [0, 1]], [[1, 0], [1, 1]]]
        return MatrixGroup(matrices + [[[2, 0], [0, 1]]] * (name == "GL(2,3)"), 3, name)
    generators = {
        "F_20": ([1, 2, 3, 4, 0], [0, 2, 4, 1, 3]),
        "F_21": ([1, 2, 3, 4, 5, 6, 0], [0, 2, 4, 6, 1, 3, 5]),
        "PSL(2,7)": ([1, 2, 3, 4, 5, 6, 0], [0, 2, 1, 6, 4, 5, 3]),
        "M_11": (
            [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0],
            [0, 1, 6, 9, 5, 3, 10, 2, 8, 4, 7],
        ),
    }
    return PermutationGroup(generators[name], name)


def _expected() -> str:
    return "expected one like S5, A5, C113, D59, Dic3, Q8, or C3 x S3"
