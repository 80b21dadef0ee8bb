"""Permutations of the points 0, ..., n-1 in array form, as rows of arrays: p sends i to p[i].

The product is SymPy's: `p * q` applies p first, (p*q)[i] = q[p[i]]. Arrays have shape
(..., n), and functions are vectorised over the leading axes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import factorial, gcd
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sympy.combinatorics import Permutation
from sympy.combinatorics.named_groups import SymmetricGroup as _SymPySymmetricGroup

from symrep._support.integers import as_integer
from symrep.combinatorics.integer_partitions import Partition, partition_ranks, require_degree

ElementOrder = Literal["lexicographic", "sympy"]
Permutations = NDArray[np.int64]
PermutationLike: TypeAlias = Permutation | Sequence[int] | NDArray[np.integer]


def compose(p: Permutations, q: Permutations) -> Permutations:
    """Return p * q, p first, then q; leading axes broadcast."""
    p, q = np.broadcast_arrays(p, q)
    return np.take_along_axis(q, p, axis=-1)


def inverse(p: Permutations) -> Permutations:
    """Return the inverse permutations."""
    return np.argsort(p, axis=-1)


def lehmer_code(p: Permutations) -> Permutations:
    """Return [..., i] = number of j > i with p[j] < p[i]; the sum over i is the length of p."""
    n = p.shape[-1]
    code = np.zeros_like(p)
    for i in range(n):
        code[..., i] = (p[..., i + 1 :] < p[..., i, None]).sum(-1)
    return code


def rank(p: Permutations) -> NDArray[np.int64]:
    """Return the positions in lexicographic order, 0 for the identity; n is at most 20.

    Raises:
        ValueError: n is above 20, where positions do not fit in 64 bits.
    """
    code, n = lehmer_code(p), p.shape[-1]
    _require_rankable(n)
    position = np.zeros(p.shape[:-1], dtype=np.int64)
    for i in range(n):
        position = position * (n - i) + code[..., i]
    return position


def coset_ranks(n: int) -> NDArray[np.int64]:
    """Return [r, j] = rank of h * t_j, with h the element of rank r in S_(n-1), ((n-1)!, n).

    t_j = s_(n-2) s_(n-3) ... s_j sends the last point to j and the points j, ..., n-2 up by one:
    the array form of h * t_j is that of h, with images j and above raised by one, followed by j.
    The t_j are representatives of the right cosets of S_(n-1), the stabiliser of the last point.
    """
    h = unrank(np.arange(factorial(n - 1)), n - 1)
    weights = np.array([factorial(n - 1 - i) for i in range(n - 1)], dtype=np.int64)
    # Images j and above have one more smaller image to their right.
    larger = np.zeros((len(h), n), dtype=np.int64)
    larger[:, :-1] = np.cumsum(weights[inverse(h)][:, ::-1], axis=1)[:, ::-1]
    return (lehmer_code(h) @ weights)[:, None] + larger


def unrank(index: ArrayLike, n: int) -> Permutations:
    """Return the permutations at positions of the lexicographic order; the inverse of `rank`.

    Raises:
        ValueError: n is above 20.
        IndexError: a position is outside 0, ..., n!-1.
    """
    remaining = np.array(index, dtype=np.int64)
    _require_rankable(n)
    if remaining.size and not (remaining.min() >= 0 and remaining.max() < factorial(n)):
        raise IndexError(f"positions in S_{n} run from 0 to {factorial(n) - 1}")
    p = np.zeros((*remaining.shape, n), dtype=np.int64)
    for i in reversed(range(n)):
        remaining, p[..., i] = np.divmod(remaining, n - i)
        # The images to the right of i were numbered without p[i].
        p[..., i + 1 :] += p[..., i + 1 :] >= p[..., i, None]
    return p


def position(p: Permutations) -> int:
    """Return the `rank` of one permutation, for every n."""
    total = 0
    for i, larger in enumerate(lehmer_code(p).tolist()):
        total = total * (len(p) - i) + larger
    return total


def at_position(index: int, n: int) -> Permutations:
    """Return the permutation of n points at a position of the lexicographic order, for every n.

    This is the inverse of `position`.

    >>> position(at_position(factorial(30) - 2, 30)) == factorial(30) - 2
    True
    """
    code = []
    for base in range(1, n + 1):
        index, digit = divmod(index, base)
        code.append(digit)
    points = list(range(n))
    return np.array([points.pop(digit) for digit in reversed(code)], dtype=np.int64)


def sign(p: Permutations) -> NDArray[np.int64]:
    """Return the signs, +1 for even and -1 for odd permutations."""
    length: NDArray[np.int64] = lehmer_code(p).sum(-1)
    return 1 - 2 * (length % 2)


def cycle_type(p: Permutations) -> NDArray[np.int64]:
    """Return the cycle types, decreasing parts padded with zeros, (..., n)."""
    smallest = _smallest_of_cycle(p)
    n = p.shape[-1]
    # lengths[..., k] = number of points whose cycle has k as its smallest point
    lengths = (smallest[..., None, :] == np.arange(n)[:, None]).sum(-1)
    return -np.sort(-lengths, axis=-1)


def order(p: Permutations) -> NDArray[np.int64]:
    """Return the orders of the permutations."""
    if p.shape[-1] == 0:
        return np.ones(p.shape[:-1], dtype=np.int64)
    lengths: NDArray[np.int64] = np.lcm.reduce(np.maximum(cycle_type(p), 1), axis=-1)
    return lengths


def class_ranks(p: Permutations) -> NDArray[np.int64]:
    """Return the positions of the cycle types in the list from (1^n) to (n)."""
    return partition_ranks(cycle_type(p), p.shape[-1])


def class_representative(cycle_type: Partition) -> Permutations:
    """Return the permutation of a cycle type with cycles of consecutive points, longest first."""
    p = np.arange(cycle_type.size)
    start = 0
    for length in cycle_type:
        p[start : start + length] = start + np.roll(np.arange(length), -1)
        start += length
    return p


def power_map(cycle_type: Partition, k: int) -> Partition:
    """Return the cycle type of p^k for p of the given cycle type.

    A cycle of length m becomes gcd(m, k) cycles of length m / gcd(m, k).

    >>> power_map(Partition(6, 3), 2)
    Partition(3, 3, 3)
    """
    lengths = [m // gcd(m, k) for m in cycle_type for _ in range(gcd(m, k))]
    return Partition(*sorted(lengths, reverse=True))


def reduced_words(p: Permutations) -> Permutations:
    """Return a reduced word of each permutation: the indices i with p = s_i1 * s_i2 * ...

    Returns:
        (..., n(n-1)/2): the indices in order, with -1 at the positions that a shorter word does
        not use. With the Lehmer code c the word is the product of s_i s_(i+1) ... s_(i+c_i-1), for
        i from n-2 down to 0.
    """
    n, code = p.shape[-1], lehmer_code(p)
    slots = [(i, k) for i in range(n - 2, -1, -1) for k in range(n - 1 - i)]
    words = np.full((*p.shape[:-1], len(slots)), -1, dtype=np.int64)
    for slot, (i, k) in enumerate(slots):
        words[..., slot] = np.where(k < code[..., i], i + k, -1)
    return words


def reduced_word(p: PermutationLike) -> tuple[int, ...]:
    """Return the reduced word of one permutation; see `reduced_words`.

    >>> reduced_word([1, 2, 0])
    (1, 0)
    """
    word = reduced_words(as_array(p))
    return tuple(int(i) for i in word if i >= 0)


def elements(n: int, element_order: ElementOrder = "lexicographic") -> Permutations:
    """Return all elements of S_n, (n!, n), in an element order.

    "lexicographic" has the identity first. "sympy" is the order of
    `sympy.combinatorics.named_groups.SymmetricGroup(n).generate()`, in which the published
    networks were trained.
    """
    n = require_degree(n)
    require_element_order(element_order)
    if element_order == "lexicographic" or n < 2:
        return unrank(np.arange(factorial(n)), n)
    return np.array(list(_SymPySymmetricGroup(n).generate(af=True)), dtype=np.int64)


def require_element_order(name: str) -> None:
    """Check that `name` is an element order; raise ValueError with the known orders otherwise."""
    if name not in get_args(ElementOrder):
        raise ValueError(
            f"unknown element order {name!r}: expected one of {', '.join(get_args(ElementOrder))}"
        )


def as_array(p: PermutationLike, n: int | None = None) -> Permutations:
    """Check a permutation and return it in array form.

    Args:
        p: a SymPy Permutation, or the images of 0, ..., n-1, integers of Python, numpy or SymPy.
        n: the expected degree, if it is known.

    Raises:
        TypeError: p is neither of these.
        ValueError: p is not a permutation, or has another degree.
    """
    images = p.array_form if isinstance(p, Permutation) else p
    try:
        array = np.array(images)
        # numpy reads True as 1 where it stands among integers, and keeps those of SymPy.
        read = hasattr(images, "dtype") and array.dtype != object
        if array.ndim == 1 and not (read or {int}.issuperset(map(type, images))):
            array = np.array([as_integer(image, "an image") for image in images])
    except (TypeError, ValueError):
        array = np.array(None)
    if array.size == 0 and array.ndim == 1:
        array = array.astype(np.int64)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise TypeError(f"expected a SymPy Permutation or a list of images, got {p!r}")
    if not np.array_equal(np.sort(array), np.arange(len(array))):
        raise ValueError(f"{images} is not a permutation of 0, ..., {len(array) - 1}")
    if n is not None and len(array) != n:
        raise ValueError(
            f"{p} is a permutation of {len(array)} points, expected {n}; "
            f"Permutation(p, size={n}) widens a SymPy permutation"
        )
    return array.astype(np.int64)


def adjacent_transpositions(n: int) -> list[list[int]]:
    """Return the generators s_0, ..., s_(n-2) of S_n in array form, s_i = (i i+1)."""
    return [[*range(i), i + 1, i, *range(i + 2, n)] for i in range(n - 1)]


def alternating_generators(n: int) -> list[list[int]]:
    """Return the generators (0 1 k) of A_n in array form, for k = 2, ..., n-1."""
    generators = []
    for k in range(2, n):
        cycle = list(range(n))
        cycle[0], cycle[1], cycle[k] = 1, k, 0
        generators.append(cycle)
    return generators


def cycle_notation(p: PermutationLike) -> str:
    """Return the disjoint cycles, each from its smallest point: "(0 2)(1 3)", or "()"."""
    array = as_array(p)
    text, seen = "", set()
    for start in range(len(array)):
        cycle = []
        while start not in seen:
            seen.add(start)
            cycle.append(str(start))
            start = int(array[start])
        text += f"({' '.join(cycle)})" if len(cycle) > 1 else ""
    return text or "()"


def parse_permutations(text: str, n: int) -> list[Permutations]:
    """Return the permutations of n points in a string, separated by commas.

    Args:
        text: each as disjoint cycles, "(0 2)(1 3)" with "()" for the identity, or as the images
            of 0, ..., n-1, "2 3 0 1". Points in a cycle may be separated by commas.
        n: the degree. Points in no cycle are fixed.

    Raises:
        ValueError: the text is not of this form, or a point is not one of 0, ..., n-1 or occurs
            twice; the message names the cycle or the permutation.

    >>> [p.tolist() for p in parse_permutations("(0 1 2), 1 0 2 3", 4)]
    [[1, 2, 0, 3], [1, 0, 2, 3]]
    """
    return [_parse_one(part.strip(), n) for part in re.split(r",(?![^()]*\))", text)]


def _parse_one(text: str, n: int) -> Permutations:
    if re.fullmatch(r"\d+(\s+\d+)*", text):
        return as_array(list(map(int, text.split())), n)
    if not re.fullmatch(r"(\([\d\s,]*\)\s*)+", text):
        raise ValueError(
            f"{text!r} is not a permutation: expected cycles such as '(0 1 2)(3 4)', "
            f"or the images of 0, ..., {n - 1} such as '{' '.join(map(str, reversed(range(n))))}'"
        )
    p, seen = np.arange(n), set[int]()
    for cycle in re.findall(r"\([^)]*\)", text):
        points = [int(point) for point in re.findall(r"\d+", cycle)]
        if any(point >= n for point in points):
            raise ValueError(f"the cycle {cycle} has points that are not among 0, ..., {n - 1}")
        if len(set(points)) < len(points) or seen & set(points):
            raise ValueError(f"the cycle {cycle} of {text} repeats a point")
        seen |= set(points)
        p[points] = np.roll(points, -1)
    return p


def _smallest_of_cycle(p: Permutations) -> Permutations:
    """Return [..., i] = smallest point of the cycle of i, by repeated squaring of p."""
    smallest = np.minimum(p, np.arange(p.shape[-1]))
    power, covered = p, 2
    while covered < p.shape[-1]:
        power = compose(power, power)
        smallest = np.minimum(smallest, np.take_along_axis(smallest, power, axis=-1))
        covered *= 2
    return smallest


def _require_rankable(n: int) -> None:
    if n > 20:
        raise ValueError(f"positions of permutations are 64-bit integers up to n = 20, got n = {n}")
