"""The dihedral and dicyclic groups, in closed form.

They have a cyclic subgroup <a> of index 2, inverted by all other elements:

    a^m = 1,   x^-1 a x = a^-1,   x^2 = a^t

with t = 0 in dihedral groups and t = m/2 in dicyclic ones. Their irreps are "trivial"; "sign", -1
outside <a>; for even m "parity", which sends a to -1 and x to 1 or, if t is odd, to i (a complex
irrep, whose conjugate is its product with sign), and "parity_sign", the product of the two if it is
a different irrep; and "freq_k" for 0 < k < m/2, in which a is a rotation by 2 pi k/m.

Source: Serre, *Linear Representations of Finite Groups* (1977), sections 5.1 to 5.4.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sympy import Matrix

from symrep._support.integers import as_integer, is_integer
from symrep.arithmetic.cyclotomic import roots_of_unity
from symrep.characters.labels import TextLabels
from symrep.groups.base import Conjugacy, Constituent, FiniteGroup, Indices, invariant
from symrep.groups.cyclic import cosine_and_sine, floats, rotations
from symrep.representations.standard_form import multiplication


class _Character(NamedTuple):
    """An irrep of a group with an inverted cyclic subgroup <a>.

    Attributes:
        frequency: k, where exp(2 pi i k/m) is an eigenvalue of a.
        quarters: eigenvalues of x, as powers of i; as many as the degree.
    """

    frequency: int
    quarters: tuple[int, ...]


class _InvertedCyclic(FiniteGroup[str, tuple[int, int]]):
    """The group of a^r x^s, with index r + m s, for r = 0, ..., m-1 and s = 0, 1."""

    n: int

    @property
    @abstractmethod
    def _turns(self) -> int:
        """m, the order of a."""

    @property
    @abstractmethod
    def _square(self) -> int:
        """t, with x^2 = a^t."""

    @property
    @abstractmethod
    def _letters(self) -> tuple[str, str]:
        """The names of a and x."""

    @property
    def order(self) -> int:
        """|G| = 2 m."""
        return 2 * self._turns

    @property
    def _generators(self) -> list[int]:
        """The elements a and x."""
        return [1 % self._turns, self._turns]

    @property
    def relations(self) -> tuple[tuple[int, ...], ...]:
        """The relators a^m, x^-2 a^t and x^-1 a x a."""
        return (1,) * self._turns, (-2, -2, *(1,) * self._square), (-2, 1, 2, 1)

    def _product(self, x: Indices, y: Indices) -> Indices:
        m = self._turns
        r, s = x % m, x // m
        turn: Indices = (r + (1 - 2 * s) * y + self._square * s * (y // m)) % m
        return turn + m * (s ^ (y // m))

    def _inverse(self, x: Indices) -> Indices:
        m = self._turns
        r, s = x % m, x // m
        turn: Indices = np.where(s, r - self._square, -r) % m
        return turn + m * s

    def _element(self, i: int) -> tuple[int, int]:
        s, r = divmod(i, self._turns)
        return r, s

    def _index(self, element: object) -> int:
        m = self._turns
        pair = list(element) if isinstance(element, (tuple, list)) else []
        if len(pair) != 2 or not all(map(is_integer, pair)):
            raise TypeError(f"the elements of {self} are pairs (r, s) of integers, got {element!r}")
        r, s = map(int, pair)
        if r not in range(m) or s not in range(2):
            raise ValueError(
                f"{self} has elements (r, s) with r = 0, ..., {m - 1} and s = 0, 1, got {element!r}"
            )
        return int(r + m * s)

    def _name(self, i: int) -> str:
        """Return the element as a product: "1", "r", "r^2", "s", "r^2 s"."""
        (r, s), (a, x) = self._element(i), self._letters
        factors = [a if r == 1 else f"{a}^{r}"] * (r > 0) + [x] * s
        return " ".join(factors) or "1"

    @invariant
    def _conjugacy(self) -> Conjugacy:
        """The classes of a^r for r = 0, ..., floor(m/2), of x and, for even m, of a x."""
        m = self._turns
        r, s = self._all % m, self._all // m
        class_of = np.where(s, m // 2 + 1 + r % (2 - m % 2), np.minimum(r, m - r))
        turns = np.arange(m // 2 + 1)
        others = m + np.arange(2 - m % 2)
        orders = np.append(m // np.gcd(turns, m), np.full(len(others), 4 if self._square else 2))
        return Conjugacy(class_of, np.append(turns, others), orders)

    def _class_labels(self, representatives: Indices, orders: Indices) -> list[str]:
        return list(map(self._name, representatives.tolist()))

    @invariant
    def _characters(self) -> dict[str, _Character]:
        m, t = self._turns, self._square
        found = {"trivial": _Character(0, (0,)), "sign": _Character(0, (2,))}
        if m % 2 == 0 and t % 2:
            found["parity"] = _Character(m // 2, (1,))
        elif m % 2 == 0:
            found["parity"] = _Character(m // 2, (0,))
            found["parity_sign"] = _Character(m // 2, (2,))
        for label, k in rotations(m).items():
            found[label] = _Character(k, (0, 2) if k * t % m == 0 else (1, 3))
        return found

    @invariant
    def labels(self) -> TextLabels:
        """The labels "trivial", "sign", "parity" and "parity_sign" if they exist, and "freq_k"."""
        names = {"trivial": "trivial"}
        return TextLabels(str(self), self._characters, names, self.character_table)

    @invariant
    def _constituents(self) -> tuple[Constituent, ...]:
        self._require_table_fits()
        m, e = self._turns, self.exponent
        representatives = self._conjugacy.representatives
        r, s = representatives % m, representatives // m
        found = []
        for label, (k, quarters) in self._characters.items():
            signs, q = np.array([1, -1])[: len(quarters)], np.array(quarters)
            at_turns = k * r[:, None] * signs * (e // m)
            at_others = q * e // 4 + at_turns * (len(quarters) == 1)
            found.append(
                Constituent(label, np.sort(np.where(s[:, None], at_others, at_turns) % e, axis=1))
            )
        return tuple(found)

    def _matrices(self, label: str) -> NDArray[np.float64]:
        k, quarters = self._characters[label]
        m = self._turns
        z = roots_of_unity(m)[k * (self._all % m) % m]
        return floats(_entries(quarters, z.real, z.imag, self._all // m))

    def _exact_matrix(self, label: str, i: int, form: str) -> Matrix:
        k, quarters = self._characters[label]
        r, s = self._element(i)
        return Matrix(_entries(quarters, *cosine_and_sine(k * r, self._turns), s))


class DihedralGroup(_InvertedCyclic):
    """D_n of order 2n: r^n = s^2 = 1, s r s = r^-1; the element r^k s^l is (k, l), index k + n l.

    The irreps are "trivial", "sign" (-1 at reflections), for even n "parity" (r to -1, s to 1) and
    "parity_sign", and "freq_k" for 0 < k < n/2: r is a rotation by 2 pi k/n and s a reflection.
    All are of real type. D_1 is C_2, D_2 is C_2 x C_2.

    Args:
        n: the order of the rotations, 1 or more.

    Raises:
        ValueError: n is less than 1.
        TypeError: n is not an integer.

    >>> D4 = DihedralGroup(4)
    >>> D4.element_name(D4.products(D4.index("s"), D4.index("r")))
    'r^3 s'
    """

    def __init__(self, n: int) -> None:
        self.n = as_integer(n, "DihedralGroup: n", 1)

    def __str__(self) -> str:
        return f"D_{self.n}"

    @property
    def _turns(self) -> int:
        return self.n

    @property
    def _square(self) -> int:
        return 0

    @property
    def _letters(self) -> tuple[str, str]:
        return "r", "s"

    @property
    def _distinguished_subgroup(self) -> dict[str, list[int]]:
        """The rotations; none if they are trivial."""
        return {f"C_{self.n}": [1]} if self.n > 1 else {}


class DicyclicGroup(_InvertedCyclic):
    """Dic_n of order 4n: a^2n = 1, x^2 = a^n, x^-1 a x = a^-1; a^k x^l is (k, l), index k + 2n l.

    The irreps are "trivial", "sign" (-1 outside <a>), "parity", for even n "parity_sign", and
    "freq_k" for 0 < k < n, in which a is a rotation by pi k/n. They are of real type with two
    exceptions. For odd k freq_k is of quaternionic type and dimension 4: a is exp(i pi k/n) and x
    is j. For odd n parity is of complex type: a is -1 and x is i. Dic_1 is C_4, Dic_2 the
    quaternion group Q_8.

    Args:
        n: half the order of a, 1 or more.

    Raises:
        ValueError: n is less than 1.
        TypeError: n is not an integer.

    >>> DicyclicGroup(2).irrep("freq_1").type
    'quaternionic'
    """

    def __init__(self, n: int) -> None:
        self.n = as_integer(n, "DicyclicGroup: n", 1)

    def __str__(self) -> str:
        return "Q_8" if self.n == 2 else f"Dic_{self.n}"

    @property
    def _turns(self) -> int:
        return 2 * self.n

    @property
    def _square(self) -> int:
        return self.n

    @property
    def _letters(self) -> tuple[str, str]:
        return "a", "x"

    @property
    def _distinguished_subgroup(self) -> dict[str, list[int]]:
        """The powers of a."""
        return {f"C_{2 * self.n}": [1]}


def _entries(quarters: tuple[int, ...], c: Any, s: Any, flip: Any) -> list[list[Any]]:
    """Return the rows of rho(a^r x^flip), with a^r the rotation of cosine c and sine s.

    c, s and flip are numbers, or arrays over elements. The coset is selected by arithmetic, so that
    the formula holds for exact numbers and for floats.
    """
    stays, sign = 1 - flip, 1 - 2 * flip
    if quarters == (0,):
        return [[c]]
    if quarters == (2,):
        return [[c * sign]]
    if quarters == (1,):
        return multiplication(c * stays, c * flip)
    if quarters == (0, 2):
        return [[c, -s * sign], [s, c * sign]]
    return multiplication(c * stays, s * stays, c * flip, s * flip)
