"""The representation ring of S_n: representations as multiplicities, {partition: integer}.

A representation is given by a mapping from partitions of one n to integers, which are negative in
virtual representations. An irrep may be given by its partition alone. Partitions may be text.
Results have the non-zero multiplicities, in reverse lexicographic order of the partitions. The zero
representation is {}, for every n. Functions are linear or bilinear; squares are quadratic.

All functions raise ValueError if labels are not partitions or are partitions of different n, and
TypeError if a multiplicity is not an integer.

Sources: Sagan, *The Symmetric Group* (2nd ed., 2001), 2.8.3 (branching), 2.11.2 (Young's rule) and
4.9.4 (Littlewood and Richardson); Macdonald, *Symmetric Functions and Hall Polynomials* (2nd ed.,
1995), I.(5.16) and I.(9.2) for the same products of Schur functions.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from itertools import pairwise, takewhile
from math import factorial, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symrep._support.caches import kept
from symrep._support.integers import as_integer
from symrep.characters.murnaghan_nakayama import cycle_types
from symrep.characters.table import CharacterTable, character_table
from symrep.combinatorics.integer_partitions import Partition, PartitionLike
from symrep.combinatorics.permutations import power_map

Multiplicities = dict[Partition, int]
Representation = PartitionLike | Mapping[Any, int]

_Row = tuple[int, int]
"""A row of a skew diagram: its length, and its shift to the left of the row above."""

_State = tuple[tuple[int, ...], tuple[int, ...]]


# Restriction and induction by one point


def restriction(representation: Representation) -> Multiplicities:
    """Return the restriction to S_(n-1), the stabiliser of the last point.

    For an irrep it is the sum over all ways to remove one box.

    Raises:
        ValueError: n is 0.

    >>> restriction((2, 1))
    {Partition(2): 1, Partition(1, 1): 1}
    """
    given = _multiplicities(representation)
    if Partition() in given:
        raise ValueError("S_0 acts on no point and has no restriction: n must be 1 or more")
    return _sum(
        (label.without(cell), m) for label, m in given.items() for cell in label.removable_cells
    )


def induction(representation: Representation) -> Multiplicities:
    """Return the induced representation of S_(n+1).

    For an irrep it is the sum over all ways to add one box.

    >>> induction((2, 1))
    {Partition(3, 1): 1, Partition(2, 2): 1, Partition(2, 1, 1): 1}
    """
    return _sum(
        (label.with_cell(cell), m)
        for label, m in _multiplicities(representation).items()
        for cell in label.addable_cells
    )


# The Littlewood-Richardson rule


def outer_product(left: Representation, right: Representation) -> Multiplicities:
    """Return left x right induced from S_k x S_m to S_(k+m).

    For irreps it is {lambda: c^lambda_(left, right)}, the Littlewood-Richardson coefficients.

    Cost: grows with the number of Littlewood-Richardson tableaux, of which those with equal
    content and last row are counted together; a tenth of a second for two irreps of S_15.

    >>> outer_product((2, 1), (1, 1))
    {Partition(3, 2): 1, Partition(3, 1, 1): 1, Partition(2, 2, 1): 1, Partition(2, 1, 1, 1): 1}
    """
    return _sum(
        (label, a * b * coefficient)
        for mu, a in _multiplicities(left).items()
        for nu, b in _multiplicities(right).items()
        for label, coefficient in _product(mu, nu).items()
    )


def littlewood_richardson_coefficient(
    shape: PartitionLike, left: PartitionLike, right: PartitionLike
) -> int:
    """Return c^shape_(left, right), the multiplicity of shape in `outer_product(left, right)`.

    Raises:
        ValueError: the shape is not a partition of k + m, for partitions of k and of m.

    >>> littlewood_richardson_coefficient((3, 2, 1), (2, 1), (2, 1))
    2
    """
    whole, mu, nu = map(Partition.of, (shape, left, right))
    if whole.size != mu.size + nu.size:
        raise ValueError(
            f"the outer product of {mu} and {nu} is a representation of S_{mu.size + nu.size}, "
            f"got {whole}, an irrep of S_{whole.size}"
        )
    return _product(mu, nu, whole).get(whole, 0)


def skew(representation: Representation, inner: Representation) -> Multiplicities:
    """Return the skew representation of S_(n-k) of a representation of S_n and one of S_k.

    For irreps it is {nu: c^shape_(inner, nu)}, with the multiplicities of inner x nu in the
    restriction of the shape to S_k x S_(n-k), and {} if the diagram of inner is not inside that of
    the shape. It is adjoint to the outer product: <skew(shape, inner), nu> =
    <shape, outer_product(inner, nu)>.

    Cost: as for `outer_product`.

    Raises:
        ValueError: k is above n.

    >>> skew((3, 2, 1), (2, 1))
    {Partition(3): 1, Partition(2, 1): 2, Partition(1, 1, 1): 1}
    """
    given, removed = _multiplicities(representation), _multiplicities(inner)
    n, k = _degree(given), _degree(removed)
    if given and k > n:
        raise ValueError(f"S_{n} has no subgroup S_{k} x S_m, as {k} > {n}")
    return _sum(
        (label, a * b * coefficient)
        for shape, a in given.items()
        for mu, b in removed.items()
        if len(mu) <= len(shape) and all(map(operator.ge, shape, mu))
        for label, coefficient in _lattice_fillings(Partition(), _rows(shape, mu)).items()
    )


def _product(mu: Partition, nu: Partition, inside: Partition | None = None) -> Multiplicities:
    smaller, larger = sorted((mu, nu), key=lambda factor: factor.size)
    if len(smaller) > max(smaller, default=0):
        # Conjugation keeps c, and shapes with fewer rows are faster.
        turned = _product(mu.conjugate, nu.conjugate, inside and inside.conjugate)
        return {label.conjugate: coefficient for label, coefficient in turned.items()}
    return _lattice_fillings(larger, _rows(smaller, Partition()), inside)


def _rows(shape: Partition, inner: Partition) -> list[_Row]:
    starts = (*inner, *[0] * (len(shape) - len(inner)))
    shifts = [above - below for above, below in pairwise((*starts[:1], *starts))]
    return [(end - start, s) for end, start, s in zip(shape, starts, shifts, strict=True)]


def _lattice_fillings(
    start: Partition, rows: list[_Row], inside: Partition | None = None
) -> Multiplicities:
    """Return {start + content: number of lattice fillings of the rows with that content}.

    The entries are 0, 1, ... They increase weakly along rows and strictly down columns. The content
    read row by row from the top, each row from the right, added to `start`, is a partition
    throughout.

    So each row adds a horizontal strip: as many boxes to row k as it has entries k. Columns
    increase if the entries up to k of a row end no further right than the entries below k of the
    row above; only these positions are kept of that row. Every partial filling can be completed,
    unless a partition `inside` bounds the contents.
    """
    height = len(start) + len(rows) + 1
    size = start.size + sum(length for length, _ in rows)
    limit = (size,) * height if inside is None else (*inside, *[0] * height)

    # {(content, for each k the number of entries 0, ..., k allowed in the next row): count}
    first, _ = rows[0] if rows else (0, 0)
    fillings: dict[_State, int] = {(tuple(start), (first,) * (len(start) + 1)): 1}
    for (length, _), (below, shift) in pairwise([*rows, (0, 0)]):
        longer: dict[_State, int] = {}
        for (content, allowed), count in fillings.items():
            for sums in _strips(content, length, allowed, limit):
                strip = [up_to - before for before, up_to in pairwise(sums)]
                widths = tuple(map(operator.add, (*content, 0), strip))
                grown = widths if widths[-1] else widths[:-1]
                state = grown, tuple([min(below, shift + s) for s in sums[: len(grown) + 1]])
                longer[state] = longer.get(state, 0) + count
        fillings = longer
    return {Partition(*content): count for (content, _), count in fillings.items()}


def _strips(
    content: tuple[int, ...], size: int, allowed: tuple[int, ...], limit: tuple[int, ...]
) -> list[tuple[int, ...]]:
    """Return the horizontal strips to add to a content: 0, then the boxes up to row 0, 1, ...

    At most allowed[k] boxes lie in rows 0 to k, and row k becomes no wider than limit[k].
    """
    strips: list[tuple[int, ...]] = [(0,)]
    above = limit[0]
    for width, most, bound in zip((*content, 0), allowed, limit, strict=False):
        room = min(above, bound) - width
        strips = [
            (*sums, s)
            for sums in strips
            for s in range(max(sums[-1], size - width), min(sums[-1] + room, most) + 1)
        ]
        above = width
    return strips


# Young subgroups


def youngs_rule(composition: Iterable[int]) -> Multiplicities:
    """Return the permutation representation on the cosets of S_a x S_b x ...

    Its multiplicities are the Kostka numbers, {lambda: K_(lambda, (a, b, ...))}.
    It is induced from the trivial representation of that Young subgroup, and corresponds to the
    complete symmetric function h_a h_b ...; the order of a, b, ... does not matter.

    Cost: at most p(n) partitions for each part, and the horizontal strips on each.

    Raises:
        ValueError: a part is not positive.
        TypeError: a part is not an integer.

    >>> youngs_rule((2, 2))
    {Partition(4): 1, Partition(3, 1): 1, Partition(2, 2): 1}
    """
    parts = _composition(composition)
    return _sum(_lattice_fillings(Partition(), [(a, a) for a in parts]).items())


def kostka_number(shape: PartitionLike, content: Iterable[int]) -> int:
    """Return the number of semistandard tableaux of a shape with content[k] entries k.

    Raises:
        ValueError: the sizes of content and shape differ, or a part is not positive.

    >>> kostka_number((3, 1), (2, 1, 1))
    2
    """
    whole, parts = Partition.of(shape), _composition(content)
    if whole.size != parts.size:
        raise ValueError(
            f"a content of size {parts.size} does not fill the {whole.size} boxes of {whole}"
        )
    return _lattice_fillings(Partition(), [(a, a) for a in parts], whole).get(whole, 0)


def permutation_character(composition: Iterable[int]) -> dict[Partition, int]:
    """Return the permutation character on the cosets of S_a x S_b x ..., {cycle type: value}.

    A coset is a division of the points into blocks of a, b, ... points. It is fixed if each block
    is a union of cycles: the value, the number of fixed cosets, is the coefficient of x^a y^b ...
    in the product over the cycles of x^length + y^length + .... Classes are in order from (1^n),
    the identity, to (n).

    Raises:
        ValueError: a part is not positive.
        TypeError: a part is not an integer.

    >>> permutation_character((2, 1))
    {Partition(1, 1, 1): 3, Partition(2, 1): 1, Partition(3): 0}
    """
    blocks = _composition(composition)
    return {
        cycle_type: _divisions(tuple(blocks), cycle_type) for cycle_type in cycle_types(blocks.size)
    }


def _divisions(blocks: tuple[int, ...], cycle_type: Partition) -> int:
    """Return the number of ways to fill the blocks with the cycles, the longest first."""
    left = {blocks: 1}
    for length in takewhile(lambda length: length > 1, cycle_type):
        fuller: dict[tuple[int, ...], int] = {}
        for rooms, count in left.items():
            for i, room in enumerate(rooms):
                if room >= length:
                    # Blocks with equal room are interchangeable: sorted states are merged.
                    rest = tuple(sorted((*rooms[:i], room - length, *rooms[i + 1 :])))
                    fuller[rest] = fuller.get(rest, 0) + count
        left = fuller
    fixed = factorial(cycle_type.count(1))
    return sum(count * (fixed // prod(map(factorial, rooms))) for rooms, count in left.items())


# Products and powers of characters


def kronecker_product(left: Representation, right: Representation) -> Multiplicities:
    """Return the tensor product of two representations of S_n, g acting on both factors.

    Its character is the pointwise product, decomposed in integers.

    Cost: the character table of S_n, the last few of which are kept, and p(n)^2 products.

    >>> kronecker_product((2, 1), (2, 1))
    {Partition(3): 1, Partition(2, 1): 1, Partition(1, 1, 1): 1}
    """
    one, other = _multiplicities(left), _multiplicities(right)
    n = _degree([*one, *other])
    return _decomposition(_values(one, n) * _values(other, n), n)


def symmetric_square(representation: Representation) -> Multiplicities:
    """Return S^2 V, with the character (chi(g)^2 + chi(g^2)) / 2; also for virtual characters.

    Source: Serre, *Linear Representations of Finite Groups* (1977), proposition 3.

    >>> symmetric_square((2, 1))
    {Partition(3): 1, Partition(2, 1): 1}
    """
    return _square(representation, 1)


def exterior_square(representation: Representation) -> Multiplicities:
    """Return Lambda^2 V, with the character (chi(g)^2 - chi(g^2)) / 2; also if virtual.

    >>> exterior_square((2, 1))
    {Partition(1, 1, 1): 1}
    """
    return _square(representation, -1)


def frobenius_schur_indicator(representation: Representation) -> int:
    """Return the Frobenius-Schur indicator (1/n!) sum over g of chi(g^2).

    Every irrep of S_n is of real type, with indicator 1; here it is computed from the characters.

    Cost: the character table of S_n.

    >>> frobenius_schur_indicator((3, 2))
    1
    """
    given = _multiplicities(representation)
    n = _degree(given)
    squares = _values(given, n)[_squares(n)]
    return _quotient(np.array(_table(n).class_sizes, dtype=object) @ squares, n)


def _square(representation: Representation, sign: int) -> Multiplicities:
    given = _multiplicities(representation)
    n = _degree(given)
    chi = _values(given, n)
    # Exact: chi(g)^2 and chi(g^2) are both even or both odd.
    return _decomposition((chi**2 + sign * chi[_squares(n)]) // 2, n)


def _squares(n: int) -> list[int]:
    """Return [class of g] = class of g^2, as positions in the character table."""
    position = {cycle_type: i for i, cycle_type in enumerate(_table(n).classes)}
    return [position[power_map(cycle_type, 2)] for cycle_type in position]


def _values(multiplicities: Multiplicities, n: int) -> NDArray[Any]:
    """Return the character, as Python integers in the order of the classes."""
    table = _table(n)
    values = np.zeros(len(table.classes), dtype=object)
    for label, multiplicity in multiplicities.items():
        values += multiplicity * table.row(label).astype(object)
    return values


def _decomposition(values: NDArray[Any], n: int) -> Multiplicities:
    """Return the multiplicities: inner products with the irreducible characters."""
    table = _table(n)
    weighted = np.array(table.class_sizes, dtype=object) * values
    return _sum(
        (label, _quotient(row.astype(object) @ weighted, n))
        for label, row in zip(table.irreps, table.values, strict=True)
    )


def _quotient(total: int, n: int) -> int:
    multiplicity, remainder = divmod(int(total), factorial(n))
    assert remainder == 0, f"a sum over S_{n} of characters is not divisible by {n}!"
    return multiplicity


@kept(4, largest=2**27)
def _table(n: int) -> CharacterTable:
    return character_table(n)


# Arguments and results


def _composition(parts: Iterable[int]) -> Partition:
    return Partition(*sorted(parts, reverse=True))


def _multiplicities(representation: Representation) -> Multiplicities:
    if not isinstance(representation, Mapping):
        return {Partition.of(representation): 1}
    given = [
        (Partition.of(label), as_integer(m, "a multiplicity"))
        for label, m in representation.items()
    ]
    _degree(label for label, _ in given)
    return _sum(given)


def _degree(labels: Iterable[Partition]) -> int:
    """Return the n of which all labels are partitions; 0 if there are none."""
    one_of_each = {label.size: label for label in labels}
    if len(one_of_each) > 1:
        names = " and ".join(f"{label} of {n}" for n, label in one_of_each.items())
        raise ValueError(f"expected partitions of the same n, got {names}")
    return max(one_of_each, default=0)


def _sum(terms: Iterable[tuple[Partition, int]]) -> Multiplicities:
    total: Multiplicities = {}
    for label, multiplicity in terms:
        total[label] = total.get(label, 0) + multiplicity
    return {label: total[label] for label in sorted(total, reverse=True) if total[label]}
