"""The alternating groups: the restrictions of the irreps of S_n, and their constituents.

The irreps of S_n with shapes lambda and lambda' have the same restriction to A_n. It is irreducible
if the shapes differ. For lambda = lambda' it is the sum of two constituents over the complex
numbers. Let t' be the transposed tableau and w(t) the sign of the permutation that lists the
entries of t row by row. In Young's orthogonal form the associator

    S t = w(t) t'

anticommutes with the adjacent transpositions, so that it commutes with A_n, and its square is
eps = (-1)^((n - b)/2), where b is the number of boxes on the diagonal. For eps = 1 the constituents
are its eigenspaces. For eps = -1 it is a complex structure: the restriction is irreducible over the
reals, of complex type, with S for i. With one tableau t of each pair t, t', the entries

    a_tu = M_tu,   b_tu = w(t) M_t'u

of a matrix M of A_n give the matrices a + b and a - b of the constituents, or the complex matrix
a + b i.

The characters of the constituents differ at the elements whose cycle lengths are the hook lengths
h_1, h_2, ... of the diagonal boxes. These form two classes, with the values
(eps +- sqrt(eps h_1 h_2 ...))/2.

Source: James and Kerber, *The Representation Theory of the Symmetric Group* (1981), section 2.5;
the associator as in Headley, *On Young's orthogonal form and the characters of the alternating
group*, Journal of Algebraic Combinatorics 5 (1996).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from math import factorial, prod
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sympy import Expr, Matrix, sqrt
from sympy.combinatorics.named_groups import AlternatingGroup as _SymPyAlternatingGroup

from symrep._support.caches import kept
from symrep._support.integers import as_integer
from symrep._support.lazy import LazyModule
from symrep.characters import dixon
from symrep.characters.labels import TextLabels
from symrep.characters.murnaghan_nakayama import cycle_types
from symrep.characters.table import CharacterTable, character_table
from symrep.combinatorics import permutations
from symrep.combinatorics.integer_partitions import Partition, partitions
from symrep.combinatorics.permutations import Permutations
from symrep.combinatorics.tableaux import row_words
from symrep.groups.base import (
    Conjugacy,
    ConjugacyClass,
    Constituent,
    Indices,
    invariant,
    read_only,
)
from symrep.groups.of_permutations import GroupOfPermutations
from symrep.representations.standard_form import interleaved, multiplication
from symrep.representations.young import exact_matrix

if TYPE_CHECKING:
    import torch

    from symrep.representations import young_tensors
else:
    torch, young_tensors = LazyModule("torch"), LazyModule("symrep.representations.young_tensors")


class RestrictedIrrep(NamedTuple):
    """An irrep of A_n over the reals: the restriction of an irrep of S_n, or a constituent of it.

    Attributes:
        shape: the partition, the larger of two conjugates in lexicographic order.
        half: 1 or -1 for one of two constituents, 0 for the whole restriction.
    """

    shape: Partition
    half: int

    def __str__(self) -> str:
        return f"{self.shape}{'-' if self.half < 0 else '+' * self.half}"


def _in_sympy_order(group: AlternatingGroup) -> Indices:
    group.require_listable()
    if group.order == 1:
        return group._all
    elements = _SymPyAlternatingGroup(group.n).generate(af=True)
    return group._places(np.array(list(elements), dtype=np.int64).reshape(-1, group.n))


class AlternatingLabels(TextLabels):
    """The labels of the irreps of A_n; a partition and its conjugate are the same label."""

    def __init__(self, n: int, names: Iterable[str], table: Callable[[], CharacterTable]) -> None:
        standard = {"standard": f"({n - 1},1)"} if n > 2 else {}
        self.n = n
        super().__init__(f"A_{n}", names, {"trivial": f"({n})"} | standard, table)

    def _read(self, label: object) -> str | None:
        text = label if isinstance(label, str) else str(Partition.of(label))  # type: ignore[arg-type]
        half = {"+": 1, "-": -1}.get(text[-1:], 0)
        try:
            given = Partition.parse(text[:-1] if half else text)
        except ValueError:
            return None
        if given.size != self.n:
            return None
        shape = max(given, given.conjugate)
        # Complex constituents are conjugate: their sum is one irrep over the reals.
        whole = is_halved(shape) and _square_of_associator(shape) == -1
        return super()._read(str(RestrictedIrrep(shape, 0 if whole else half)))


class AlternatingGroup(GroupOfPermutations[str]):
    """A_n, the even permutations of {0, ..., n-1}; the product x * y applies x first.

    Irreps over the reals are labelled by partitions, "(4,1)", the larger of two conjugate ones. If
    the restriction for a self-conjugate partition has two constituents over the reals, these are
    "(3,1,1)+" and "(3,1,1)-". Classes are labelled by cycle type; "(5)+" is the class of the
    permutation with consecutive points in its cycles, at which the constituent "+" has the
    character (eps + sqrt(...))/2. The family's own element order is lexicographic, the identity
    first.

    Args:
        n: the degree, 1 or more.
        element_order: "lexicographic", or "sympy", the order in which SymPy generates the group;
            `reordered` accepts any other.

    Raises:
        ValueError: n is less than 1, or the element order is unknown.
        TypeError: n is not an integer.

    >>> A5 = AlternatingGroup(5)
    >>> A5.irrep("(3,1,1)+").character([1, 2, 3, 4, 0])
    1/2 + sqrt(5)/2
    """

    named_orders = MappingProxyType({"sympy": _in_sympy_order})
    _own_order = "lexicographic"

    def __init__(self, n: int, element_order: str = "lexicographic") -> None:
        self.n = as_integer(n, "AlternatingGroup: n", 1)
        self._begin_in(element_order)

    def __str__(self) -> str:
        return f"A_{self.n}"

    @property
    def degree(self) -> int:
        """Number of points, n."""
        return self.n

    @property
    def order(self) -> int:
        """|G| = n!/2, or 1 for n = 1."""
        return max(factorial(self.n) // 2, 1)

    @property
    def _generators(self) -> list[int]:
        """The cycles (0 1 k), for k = 2, ..., n-1."""
        return [self._index(s) for s in permutations.alternating_generators(self.n)]

    @property
    def relations(self) -> tuple[tuple[int, ...], ...]:
        """The relators of Moore: x_k^3 and (x_j x_k)^2 for j < k, with x_k = (0 1 k)."""
        cycles = range(1, self.n - 1)
        cubes = [(k, k, k) for k in cycles]
        return tuple(cubes + [(j, k, j, k) for k in cycles for j in range(1, k)])

    def _product(self, x: Indices, y: Indices) -> Indices:
        return permutations.rank(permutations.compose(self._images[x], self._images[y])) // 2

    def _inverse(self, x: Indices) -> Indices:
        return permutations.rank(permutations.inverse(self._images[x])) // 2

    @invariant
    def _images(self) -> Permutations:
        self.require_listable()
        return read_only(_even_permutations(self._all, self.n))

    def _images_at(self, own_indices: Indices) -> Permutations:
        return _even_permutations(own_indices, self.n)

    def _image(self, i: int) -> Permutations:
        image = permutations.at_position(2 * i, self.n)
        if self.n > 1 and permutations.sign(image) < 0:
            image[-2:] = image[:-3:-1]
        return image

    def _place(self, image: Permutations) -> int:
        self._require_even(image[None])
        return permutations.position(image) // 2

    def _places(self, images: Permutations) -> Indices:
        self._require_even(images)
        return permutations.rank(images) // 2

    def _require_even(self, images: Permutations) -> None:
        for image in images[permutations.sign(images) < 0][:1]:
            name = permutations.cycle_notation(image)
            raise ValueError(f"{name} is an odd permutation, not an element of {self}")

    # Classes: a cycle type with distinct odd parts splits into two classes.

    @invariant
    def _class_types(self) -> list[tuple[Partition, int]]:
        """The cycle type of each class, and 1 or -1 for two classes of one cycle type, else 0."""
        even = [c for c in cycle_types(self.n) if (self.n - len(c)) % 2 == 0]
        return [(c, side) for c in even for side in ((1, -1) if self._splits(c) else (0,))]

    def _splits(self, cycle_type: Partition) -> bool:
        different = len(set(cycle_type)) == len(cycle_type)
        return self.n > 1 and different and all(k % 2 for k in cycle_type)

    @invariant
    def _conjugacy(self) -> Conjugacy:
        ranks = permutations.class_ranks(self._images)
        rank_of = {c: k for k, c in enumerate(cycle_types(self.n))}
        class_of = np.zeros(self.order, dtype=np.int64)
        for k, (cycle_type, side) in enumerate(self._class_types):
            members = np.flatnonzero(ranks == rank_of[cycle_type])
            if side < 0:
                members = members[_sides(self._images[members], cycle_type) < 0]
            class_of[members] = k
        _, first = np.unique(class_of, return_index=True)
        return Conjugacy(class_of, first, permutations.order(self._images[first]))

    @cached_property
    def conjugacy_classes(self) -> tuple[ConjugacyClass, ...]:
        """The classes, in the order of their cycle types from (1^n), the identity."""
        types = [cycle_type for cycle_type, _ in self._class_types]
        return tuple(
            replace(c, cycle_type=cycle_type, sign=1)
            for c, cycle_type in zip(super().conjugacy_classes, types, strict=True)
        )

    def _class_labels(self, representatives: Indices, orders: Indices) -> list[str]:
        return [str(RestrictedIrrep(cycle_type, side)) for cycle_type, side in self._class_types]

    @property
    def _distinguished_subgroup(self) -> dict[str, list[int]]:
        """The Klein four-group in A_4; none for other n."""
        if self.n != 4:
            return {}
        return {"V_4": [self._index([1, 0, 3, 2]), self._index([2, 3, 0, 1])]}

    # Irreps

    @invariant
    def _parts(self) -> dict[str, RestrictedIrrep]:
        return {str(part): part for part in _restricted_irreps(self.n)}

    @invariant
    def labels(self) -> AlternatingLabels:
        """Partitions, and constituents of the restrictions for self-conjugate ones."""
        return AlternatingLabels(self.n, self._parts, self.character_table)

    @invariant
    def _constituents(self) -> tuple[Constituent, ...]:
        table = character_table(self.n)
        characters = []
        for shape, half in self._parts.values():
            restriction = dict(zip(table.classes, table.row(shape).tolist(), strict=True))
            differing = _diagonal_hooks(shape) if is_halved(shape) else None
            characters.append(
                [
                    _half_character(shape, side * (half or 1))
                    if cycle_type == differing
                    else restriction[cycle_type] // (1 if differing is None else 2)
                    for cycle_type, side in self._class_types
                ]
            )
        sizes = np.bincount(self._conjugacy.class_of)
        found = dixon.eigenvalues_of(characters, sizes, self._power_classes)
        return tuple(map(Constituent, self._parts, found))

    def _complex_degree(self, label: str) -> int:
        shape, _ = self._parts[label]
        return shape.dimension // (1 + is_halved(shape))

    def _commutant_dim(self, label: str) -> int:
        shape, half = self._parts[label]
        return 2 if is_halved(shape) and not half else 1

    def _matrices(self, label: str) -> NDArray[np.float64]:
        return self._matrices_of(label, self._images)

    def _matrices_at(self, label: str, elements: object) -> NDArray[np.float64]:
        return self._matrices_of(label, self.images(elements))

    def _matrices_of(self, label: str, images: Permutations) -> NDArray[np.float64]:
        """Return rho(p) for permutations p of the group, (count, n), as (count, d, d)."""
        shape, half = self._parts[label]
        if not is_halved(shape):
            return _orthogonal_form(shape, images)
        associator = _associator(shape)
        count = 8 * len(images) * shape.dimension**2 // young_tensors.CHUNK_BYTES + 1
        chunks = np.array_split(images, max(1, min(count, len(images))))
        return np.concatenate(
            [_halved(*associator.parts(_orthogonal_form(shape, chunk)), half) for chunk in chunks]
        )

    def _exact_matrix(self, label: str, i: int, form: str) -> Matrix:
        shape, half = self._parts[label]
        matrix = exact_matrix(shape, "orthogonal", permutations.reduced_word(self._image(i)))
        if not is_halved(shape):
            return matrix
        a, b = _associator(shape).parts(np.array(matrix.tolist(), dtype=object))
        return Matrix(_halved(a, b, half).tolist())


def is_halved(shape: Partition) -> bool:
    """Return whether the restriction to A_n has two complex constituents."""
    return shape.size > 1 and shape == shape.conjugate


def _restricted_irreps(n: int) -> Iterator[RestrictedIrrep]:
    for shape in partitions(n):
        if is_halved(shape) and _square_of_associator(shape) == 1:
            yield from (RestrictedIrrep(shape, 1), RestrictedIrrep(shape, -1))
        elif shape >= shape.conjugate:
            yield RestrictedIrrep(shape, 0)


def _diagonal_hooks(shape: Partition) -> Partition:
    hooks = zip(shape.cells, shape.hook_lengths, strict=True)
    return Partition(*(hook for (i, j), hook in hooks if i == j))


def _square_of_associator(shape: Partition) -> int:
    """Return eps = (-1)^((n - b)/2)."""
    return 1 if (shape.size - len(_diagonal_hooks(shape))) % 4 == 0 else -1


def _half_character(shape: Partition, sign: int) -> Expr:
    """Return (eps +- sqrt(eps h_1 h_2 ...))/2."""
    eps = _square_of_associator(shape)
    return (eps + sign * sqrt(eps * prod(_diagonal_hooks(shape)))) / 2


class Associator(NamedTuple):
    """One tableau of each pair t, t': indices of t and t', and w(t); each (d/2,)."""

    tableaux: Indices
    transposed: Indices
    signs: Indices

    def parts(self, matrices: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return a and b of matrices of A_n, each (..., d/2, d/2)."""
        columns = matrices[..., self.tableaux]
        a = columns[..., self.tableaux, :]
        return a, self.signs[:, None] * columns[..., self.transposed, :]


@kept(64, largest=2**20)
def _associator(shape: Partition) -> Associator:
    """Return the associator with the sign of w that belongs to the constituent "+".

    At the class "+" the trace of b is then sqrt(h_1 h_2 ...)/2; see the docstring of this module.
    """
    words = row_words(shape).astype(np.int64)
    signs = permutations.sign(np.argsort(words, axis=1, kind="stable"))
    places = {word.tobytes(): t for t, word in enumerate(words)}
    transposed = np.array([places[word.tobytes()] for word in _transposed_words(words)])
    tableaux = np.flatnonzero(np.arange(len(words)) < transposed)
    found = Associator(tableaux, transposed[tableaux], signs[tableaux])
    hooks = _diagonal_hooks(shape)
    _, b = found.parts(_orthogonal_form(shape, permutations.class_representative(hooks)[None])[0])
    trace = float(np.trace(b))
    assert abs(abs(2 * trace) - prod(hooks) ** 0.5) < 1e-6
    return found if trace > 0 else found._replace(signs=-found.signs)


def _transposed_words(words: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the row words of the transposed tableaux: [t, k] = column of the entry k."""
    n = words.shape[1]
    earlier = np.tri(n, k=-1, dtype=bool)
    counts: NDArray[np.int64] = ((words[:, :, None] == words[:, None]) & earlier).sum(2)
    return counts


def _halved(a: NDArray[Any], b: NDArray[Any], half: int) -> NDArray[Any]:
    """Return the constituent a + b or a - b, or the blocks of a + b i, (..., d, d)."""
    return interleaved([[a + half * b]] if half else multiplication(a, b))


def _orthogonal_form(shape: Partition, elements: Permutations) -> NDArray[np.float64]:
    matrices = young_tensors.matrices_at(
        shape, "orthogonal", elements, torch.float64, young_tensors.CPU
    )
    floats: NDArray[np.float64] = matrices.numpy()
    return floats


def _even_permutations(positions: Indices, n: int) -> Permutations:
    """Return the even permutations at positions of their lexicographic order.

    Consecutive pairs of elements of S_n differ in their last two images, and one of them is even.
    """
    if n == 1:
        return np.zeros((len(positions), 1), dtype=np.int64)
    p = permutations.unrank(2 * positions, n)
    odd = permutations.sign(p) < 0
    p[odd, -2:] = p[odd][:, [-1, -2]]
    return p


def _sides(p: Permutations, cycle_type: Partition) -> Indices:
    """Return the class, 1 or -1, of permutations of a cycle type with distinct odd parts.

    It is the sign of the permutation that lists the points cycle by cycle, as this conjugates p
    to the representative with consecutive points.
    """
    rows, lengths, power = np.arange(len(p)), np.zeros_like(p), p
    for k in range(1, p.shape[1] + 1):
        lengths[(power == np.arange(p.shape[1])) & (lengths == 0)] = k
        power = permutations.compose(power, p)
    listed = []
    for length in cycle_type:
        points = (lengths == length).argmax(1)
        for _ in range(length):
            listed.append(points)
            points = p[rows, points]
    return permutations.sign(np.stack(listed, axis=1))
