"""Representations of S_n known by the multiplicities of the irreps in them: {partition: integer}.

A representation is given by a mapping from partitions of one n to integers, negative ones for
virtual representations, or, if it is irreducible, by its partition alone; either may be spelt
as text. Results hold the non-zero multiplicities, in reverse lexicographic order of the
partitions. The zero representation is {}, for every n. What is defined for irreps extends
linearly; functions of two representations are bilinear, and squares are quadratic.

All functions raise ValueError where the partitions are of different n, or are no partitions, and
TypeError where a multiplicity is not an integer.

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
"""Of a skew diagram: its length, and how far left of the row above it begins."""

_State = tuple[tuple[int, ...], tuple[int, ...]]


# Restriction and induction by one letter


def restriction(representation: Representation) -> Multiplicities:
    """Res to S_(n-1), the permutations that fix the last letter: one box less, in every way.

    Raises:
        ValueError: n is 0.

    >>> restriction((2, 1))
    {Partition(2): 1, Partition(1, 1): 1}
    """
    given = _multiplicities(representation)
    if Partition() in given:
        raise ValueError("S_0 acts on no letter: representations of it have no restriction")
    return _sum(
        (label.without(cell), m) for label, m in given.items() for cell in label.removable_cells
    )


def induction(representation: Representation) -> Multiplicities:
    """Ind to S_(n+1): one box more, in every way.

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
    """Ind of left x right from S_k x S_m to S_(k+m): {lambda: c^lambda_(left, right)} for irreps.

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
    """c^shape_(left, right), the multiplicity of the shape in `outer_product(left, right)`.

    Raises:
        ValueError: left and right are of k and m, and the shape is not of k + m.

    >>> littlewood_richardson_coefficient((3, 2, 1), (2, 1), (2, 1))
    2
    """
    whole, mu, nu = map(Partition.of, (shape, left, right))
    if whole.size != mu.size + nu.size:
        raise ValueError(
            f"the outer product of {mu} and {nu} is of S_{mu.size + nu.size}, "
            f"got {whole}, an irrep of S_{whole.size}"
        )
    return _product(mu, nu, whole).get(whole, 0)


def skew(representation: Representation, inner: Representation) -> Multiplicities:
    """{nu: c^shape_(inner, nu)}: what Res of the shape to S_k x S_m has beside inner, of S_k.

    It is {} where the diagram of inner is not inside that of the shape. This is adjoint to the
    outer product: nu is in skew(shape, inner) as often as the shape in outer_product(inner, nu).

    Cost: as for `outer_product`.

    Raises:
        ValueError: k is above n.

    >>> skew((3, 2, 1), (2, 1))
    {Partition(3): 1, Partition(2, 1): 2, Partition(1, 1, 1): 1}
    """
    given, removed = _multiplicities(representation), _multiplicities(inner)
    n, k = _degree(given), _degree(removed)
    if given and k > n:
        raise ValueError(f"S_{n} has no subgroup S_{k} x S_m: {k} is above {n}")
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
        # c is the same for the conjugates, and fewer rows are quicker.
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
    """{start + content: number of fillings of the rows by letters 0, 1, ... with that content}.

    The fillings increase weakly along rows and strictly down columns, and `start`, with the
    letters added row by row from the top, each from its right end, is a partition throughout.

    So each row adds a horizontal strip: as many boxes to row k as it has letters k. Columns
    increase where the letters up to k in a row end no further right than the letters below k
    in the row above, which is all that is kept of that row. Every partial filling can be
    completed, unless a partition is given that contents have to stay inside.
    """
    height = len(start) + len(rows) + 1
    size = start.size + sum(length for length, _ in rows)
    limit = (size,) * height if inside is None else (*inside, *[0] * height)

    # {(content, number of letters 0, ..., k that the next row may have, for each k): count}
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
    """The horizontal strips that a content may grow by: 0, then the boxes up to row 0, 1, ...

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
    """{lambda: Kostka number}, the permutation representation on cosets of S_a x S_b x ...

    This is the trivial representation of that Young subgroup, induced to S_n, and the expansion
    of the complete symmetric function h_a h_b ...; the order of a, b, ... does not matter.

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
    """Number of semistandard tableaux of a shape with content[k] letters k.

    Raises:
        ValueError: the content does not fill the shape, or has a part that is not positive.

    >>> kostka_number((3, 1), (2, 1, 1))
    2
    """
    whole, parts = Partition.of(shape), _composition(content)
    if whole.size != parts.size:
        raise ValueError(f"{parts.size} letters do not fill the {whole.size} boxes of {whole}")
    return _lattice_fillings(Partition(), [(a, a) for a in parts], whole).get(whole, 0)


def permutation_character(composition: Iterable[int]) -> dict[Partition, int]:
    """{cycle type: number of cosets of S_a x S_b x ... that such a permutation fixes}.

    A coset is a division of the letters into blocks of a, b, ... letters, and is fixed if each
    block is a union of cycles: the value is the coefficient of x^a y^b ... in the product over
    the cycles of x^length + y^length + .... Classes come from (1^n), the identity, to (n).

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
    """Number of ways to fill the blocks with the cycles, the longest first."""
    left = {blocks: 1}
    for length in takewhile(lambda length: length > 1, cycle_type):
        fuller: dict[tuple[int, ...], int] = {}
        for rooms, count in left.items():
            for i, room in enumerate(rooms):
                if room >= length:
                    # Blocks with equal room are alike, so that order is forgotten.
                    rest = tuple(sorted((*rooms[:i], room - length, *rooms[i + 1 :])))
                    fuller[rest] = fuller.get(rest, 0) + count
        left = fuller
    fixed = factorial(cycle_type.count(1))
    return sum(count * (fixed // prod(map(factorial, rooms))) for rooms, count in left.items())


# Products and powers of characters


def kronecker_product(left: Representation, right: Representation) -> Multiplicities:
    """The tensor product of two representations of S_n, on which g acts by both.

    Its character is the product of theirs, and is decomposed in integers.

    Cost: the character table of S_n, the last few of which are kept, and p(n)^2 products.

    >>> kronecker_product((2, 1), (2, 1))
    {Partition(3): 1, Partition(2, 1): 1, Partition(1, 1, 1): 1}
    """
    one, other = _multiplicities(left), _multiplicities(right)
    n = _degree([*one, *other])
    return _decomposition(_values(one, n) * _values(other, n), n)


def symmetric_square(representation: Representation) -> Multiplicities:
    """S^2 V, with the character (chi(g)^2 + chi(g^2)) / 2; also for virtual characters.

    Source: Serre, *Linear Representations of Finite Groups* (1977), proposition 3.

    >>> symmetric_square((2, 1))
    {Partition(3): 1, Partition(2, 1): 1}
    """
    return _square(representation, 1)


def exterior_square(representation: Representation) -> Multiplicities:
    """Lambda^2 V, with the character (chi(g)^2 - chi(g^2)) / 2; also for virtual characters.

    >>> exterior_square((2, 1))
    {Partition(1, 1, 1): 1}
    """
    return _square(representation, -1)


def frobenius_schur_indicator(representation: Representation) -> int:
    """(1/n!) sum over g of chi(g^2), which is 1 for an irrep that can be made real.

    It is 1 for every irrep of S_n, and is computed here nonetheless.

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
    """[class of g] = class of g^2, as positions in the character table."""
    position = {cycle_type: i for i, cycle_type in enumerate(_table(n).classes)}
    return [position[power_map(cycle_type, 2)] for cycle_type in position]


def _values(multiplicities: Multiplicities, n: int) -> NDArray[Any]:
    """The character, as Python integers in the order of the classes."""
    table = _table(n)
    values = np.zeros(len(table.classes), dtype=object)
    for label, multiplicity in multiplicities.items():
        values += multiplicity * table.row(label).astype(object)
    return values


def _decomposition(values: NDArray[Any], n: int) -> Multiplicities:
    """The multiplicities in a character: its inner products with the irreducible ones."""
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


# What is given, and what is given back


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
    """The n that all labels are partitions of; 0 if there are none."""
    one_of_each = {label.size: label for label in labels}
    if len(one_of_each) > 1:
        names = " and ".join(f"{label} of {n}" for n, label in one_of_each.items())
        raise ValueError(f"expected partitions of one n, got {names}")
    return max(one_of_each, default=0)


def _sum(terms: Iterable[tuple[Partition, int]]) -> Multiplicities:
    total: Multiplicities = {}
    for label, multiplicity in terms:
        total[label] = total.get(label, 0) + multiplicity
    return {label: total[label] for label in sorted(total, reverse=True) if total[label]}
