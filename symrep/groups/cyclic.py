"""The cyclic groups, in closed form.

Source: Serre, *Linear Representations of Finite Groups* (1977), section 5.1.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Integer, Matrix, cos, pi, primefactors, sin

from symrep._support.integers import as_integer
from symrep.arithmetic.cyclotomic import roots_of_unity
from symrep.characters.labels import TextLabels
from symrep.groups.base import Conjugacy, Constituent, FiniteGroup, Indices, invariant
from symrep.representations.standard_form import multiplication


class CyclicGroup(FiniteGroup[str, int]):
    """C_n, the integers modulo n under addition; the element i has the index i.

    The irreps over the reals are "trivial"; "sign" for even n, which is -1 at odd elements; and
    "freq_k" for 0 < k < n/2, of complex type, the rotation by 2 pi k g/n at g.

    Args:
        n: the order, 1 or more.

    Raises:
        ValueError: n is less than 1.
        TypeError: n is not an integer.

    >>> CyclicGroup(6).irrep("freq_1").matrix(1)
    Matrix([
    [      1/2, -sqrt(3)/2],
    [sqrt(3)/2,        1/2]])
    """

    def __init__(self, n: int) -> None:
        self.n = as_integer(n, "CyclicGroup: n", 1)

    def __str__(self) -> str:
        return f"C_{self.n}"

    @property
    def order(self) -> int:
        """|G| = n."""
        return self.n

    @property
    def _generators(self) -> list[int]:
        """The element 1."""
        return [1 % self.n]

    @property
    def relations(self) -> tuple[tuple[int, ...], ...]:
        """The relator s^n of the generator s."""
        return ((1,) * self.n,)

    def _product(self, x: Indices, y: Indices) -> Indices:
        return (x + y) % self.n

    def _inverse(self, x: Indices) -> Indices:
        return -x % self.n

    @invariant
    def _conjugacy(self) -> Conjugacy:
        return Conjugacy(self._all, self._all, self.n // np.gcd(self._all, self.n))

    def _class_labels(self, representatives: Indices, orders: Indices) -> list[str]:
        return list(map(self._name, representatives.tolist()))

    @property
    def _distinguished_subgroup(self) -> dict[str, list[int]]:
        """The subgroup whose index is the least prime divisor of n; none for prime n and n = 1."""
        p = min(primefactors(self.n), default=1)
        return {f"C_{self.n // p}": [p]} if p < self.n else {}

    @invariant
    def _frequencies(self) -> dict[str, int]:
        """{label: k} with the constituent g -> exp(2 pi i k g/n)."""
        sign = {"sign": self.n // 2} if self.n % 2 == 0 else {}
        return {"trivial": 0} | sign | rotations(self.n)

    @invariant
    def labels(self) -> TextLabels:
        """The labels "trivial", "sign" for even n, and "freq_k" for 0 < k < n/2."""
        names = {"trivial": "trivial"}
        return TextLabels(str(self), self._frequencies, names, self.character_table)

    @invariant
    def _constituents(self) -> tuple[Constituent, ...]:
        self._require_table_fits()
        return tuple(
            Constituent(label, (k * self._all % self.n)[:, None])
            for label, k in self._frequencies.items()
        )

    def _matrices(self, label: str) -> NDArray[np.float64]:
        k = self._frequencies[label]
        z = roots_of_unity(self.n)[k * self._all % self.n]
        return floats(multiplication(z.real, z.imag) if 0 < 2 * k < self.n else [[z.real]])

    def _exact_matrix(self, label: str, i: int, form: str) -> Matrix:
        k = self._frequencies[label]
        c, s = cosine_and_sine(k * i, self.n)
        return Matrix(multiplication(c, s) if 0 < 2 * k < self.n else [[c]])


def rotations(m: int) -> dict[str, int]:
    """Return {label: k} of the irreps of rotations by 2 pi k/m, for 0 < k < m/2."""
    return {f"freq_{k}": k for k in range(1, (m + 1) // 2)}


def cosine_and_sine(k: int, m: int) -> tuple[Any, Any]:
    """Return the cosine and sine of 2 pi k/m, exactly."""
    angle = 2 * pi * Integer(k % m) / m
    return cos(angle), sin(angle)


def floats(rows: list[list[NDArray[np.float64]]]) -> NDArray[np.float64]:
    """Return the matrices, (|G|, d, d), from d x d arrays over the elements; no -0.0."""
    matrices: NDArray[np.float64] = np.moveaxis(np.array(rows), -1, 0) + 0.0
    return matrices
