"""Characters of S_n by the Murnaghan-Nakayama rule: single values, and tables by blocks of columns.

The value at a cycle type with a cycle of length k is the signed sum over the rim hooks of k boxes:
the values of the diagrams without them, at the cycle type without that cycle. A diagram is
represented by its beta-numbers, lambda_i + N - i for N rows counted from 1, as beads at these
positions. The removal of a rim hook of k boxes moves a bead down by k to a free position; the sign
is (-1)^(number of beads passed).

Source: James and Kerber, *The Representation Theory of the Symmetric Group* (1981), 2.4.7 and 2.7.
"""

from __future__ import annotations

from bisect import bisect, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import factorial, prod
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from symrep._support.memory import require_memory
from symrep.combinatorics.integer_partitions import (
    Partition,
    PartitionLike,
    number_of_partitions,
    partitions,
    require_degree,
)

WIDE = 2**126
"""Order z of a centraliser from which a value may not fit in 64 bits, as chi^2 <= z."""

LARGEST_IN_64_BITS = 35
"""The largest n for which every irrep of S_n has a dimension below 2^63."""

COLUMN_BLOCK_BYTES = 2**22
"""Bytes of a block of columns."""

CycleType: TypeAlias = tuple[int, ...]


def character(shape: PartitionLike, cycle_type: PartitionLike) -> int:
    """Return the character of an irrep of S_n at a cycle type, exactly; no table is built.

    The cycles of the most frequent length are removed last, where hook lengths give the value.

    Cost: a few operations on an n-bit integer for every diagram reached by removing the other
    cycles, the longest first: few for long cycles, at most the diagrams inside the shape. None if
    all cycles have the same length.

    Raises:
        ValueError: the two are partitions of different n.

    >>> character((3, 2), (2, 2, 1))
    1
    """
    shape, cycle_type = Partition.of(shape), Partition.of(cycle_type)
    require_same_degree(shape, cycle_type)
    counts = cycle_type.multiplicities
    last = max(counts, key=lambda k: (counts[k], -k), default=1)
    # {beads left, as bits: signed number of ways of removal}
    left = {_bits(shape): 1}
    for k in (length for length in cycle_type if length != last):
        removed: dict[int, int] = defaultdict(int)
        for beads, coefficient in left.items():
            for moved, sign in _moves(beads, k):
                removed[moved] += sign * coefficient
        left = {beads: coefficient for beads, coefficient in removed.items() if coefficient}
    return sum(
        coefficient * _value_at_equal_cycles(beads, last) for beads, coefficient in left.items()
    )


def rim_hook_removals(shape: PartitionLike, k: int) -> list[tuple[Partition, int]]:
    """Return the partitions without a rim hook of k boxes, each with (-1)^(rows - 1).

    >>> rim_hook_removals((3, 2), 3)
    [(Partition(1, 1), -1)]
    """
    return [(_shape(left), sign) for left, sign in _moves(_bits(Partition.of(shape)), k)]


def _moves(beads: int, k: int) -> Iterator[tuple[int, int]]:
    """Yield the beads, as bits, with one moved down by k to a free position, and the sign."""
    jumped = (1 << (k - 1)) - 1
    free = (beads >> k) & ~beads
    while free:
        place = free & -free
        between = beads & (jumped * place << 1)
        yield beads ^ place ^ (place << k), -1 if between.bit_count() & 1 else 1
        free ^= place


def _value_at_equal_cycles(beads: int, k: int) -> int:
    """Return the character at (k, ..., k) of the diagram with these beads.

    The beads in one residue class modulo k are those of a smaller diagram, a component of the
    k-quotient. A bead moved down by k removes one of its boxes. The number of ways is that of the
    standard fillings of the k-quotient; all have the sign of the permutation of the beads.
    """
    runners: dict[int, list[int]] = defaultdict(list)
    ends: list[int] = []
    jumps = 0
    for place in _places(beads):
        height, residue = divmod(place, k)
        end = residue + k * len(runners[residue])
        runners[residue].append(height)
        jumps += len(ends) - bisect(ends, end)
        insort(ends, end)
    if ends != list(range(len(ends))):
        return 0
    quotient = [_partition(heights) for heights in runners.values()]
    ways = factorial(sum(shape.size for shape in quotient))
    for shape in quotient:
        ways = ways // factorial(shape.size) * shape.dimension
    return -ways if jumps % 2 else ways


def _bits(shape: Partition) -> int:
    """Return the beads of a shape, one for each row: bit b is set for a bead at b."""
    return sum(1 << part + i for i, part in enumerate(reversed(shape)))


def _shape(beads: int) -> Partition:
    """Return the partition with these beads; it may have empty rows."""
    return _partition(_places(beads))


def _places(beads: int) -> list[int]:
    return [place for place in range(beads.bit_length()) if beads >> place & 1]


def _partition(places: Sequence[int]) -> Partition:
    """Return the partition with beads at these increasing positions."""
    return Partition(*[place - i for i, place in enumerate(places) if place > i][::-1])


def character_values(
    n: int,
    irreps: Iterable[PartitionLike] | None = None,
    classes: Iterable[PartitionLike] | None = None,
) -> NDArray[Any]:
    """Return the characters of S_n, (irreps, classes), int64 or, if too large, Python integers.

    Args:
        n: the degree.
        irreps: labels of the rows; all, from (n) to (1^n), if None.
        classes: cycle types of the columns; all, from (1^n) to (n), if None.

    Cost: that of `character_blocks`, and the result. The whole table fits int64 for n <= 35.

    Raises:
        ValueError: a label is not a partition of n.
    """
    irreps = irreps if irreps is None else tuple(irreps)
    classes = classes if classes is None else tuple(classes)
    counts = [
        number_of_partitions(n) if labels is None else len(labels) for labels in (irreps, classes)
    ]
    require_memory(
        prod(counts) * (8 if n <= LARGEST_IN_64_BITS else 48),
        f"the character table of S_{n}, {counts[0]} x {counts[1]}",
        "use symrep.character_blocks, some irreps or classes, or symrep.character",
    )
    rows, columns = _labels(n, irreps, classes)
    values: NDArray[Any] = np.empty((len(rows), len(columns)), dtype=np.int64)
    start = 0
    for block_classes, block in character_blocks(n, rows, columns):
        if block.dtype == object and values.dtype != object:
            values = values.astype(object)
        values[:, start : start + len(block_classes)] = block
        start += len(block_classes)
    return values


def character_blocks(
    n: int,
    irreps: Iterable[PartitionLike] | None = None,
    classes: Iterable[PartitionLike] | None = None,
) -> Iterator[tuple[tuple[Partition, ...], NDArray[Any]]]:
    """Yield the columns of `character_values` in consecutive blocks: (cycle types, values).

    The values of a block, (irreps, cycle types of the block), are a new array: int64, or Python
    integers if one does not fit. |chi|^2 is at most z, the order of the centraliser, so that sums
    modulo 2^64 are exact for z < 2^126; the few other columns are summed in Python integers.

    Cost: an addition for each value and rim hook, 2.6e9 for the whole of S_40. Memory: blocks of
    at most 32 MB, and for each m < n the columns of S_m at the tails of the cycle types.

    Raises:
        ValueError: a label is not a partition of n.
    """
    return _stream(*_labels(n, irreps, classes))


def cycle_types(n: int) -> tuple[Partition, ...]:
    """Return the cycle types of S_n, from (1^n), the identity, to (n)."""
    return tuple(partitions(n))[::-1]


def require_same_degree(shape: Partition, cycle_type: Partition) -> None:
    """Check that the two are partitions of the same n; raise ValueError otherwise."""
    if shape.size != cycle_type.size:
        raise ValueError(
            f"{shape} labels an irrep of S_{shape.size}, but {cycle_type} a class of "
            f"S_{cycle_type.size}; give partitions of the same n"
        )


Labels = tuple[Partition, ...]


def _labels(
    n: int, irreps: Iterable[PartitionLike] | None, classes: Iterable[PartitionLike] | None
) -> tuple[Labels, Labels]:
    n = require_degree(n)
    if irreps is None or classes is None:
        require_memory(
            (8 * n + 200) * number_of_partitions(n),
            f"the list of the partitions of {n}",
            "name the irreps and the classes, or use symrep.character for single values",
        )
    rows = tuple(partitions(n) if irreps is None else (Partition.of(label) for label in irreps))
    columns = cycle_types(n) if classes is None else tuple(Partition.of(label) for label in classes)
    for label in (*rows, *columns):
        if label.size != n:
            raise ValueError(
                f"{label} is a partition of {label.size}; the irreps and classes of S_{n} are "
                f"labelled by partitions of {n}"
            )
    return rows, columns


@dataclass(frozen=True)
class _Columns:
    """Columns of characters of one S_m, (diagrams of m, cycle types); z >= `WIDE` apart."""

    positions: dict[CycleType, int]
    values: NDArray[np.int64]
    wide: dict[CycleType, NDArray[Any]]

    def select(self, cycle_types: Sequence[CycleType]) -> NDArray[np.int64]:
        positions = [self.positions[cycle_type] for cycle_type in cycle_types]
        first, stop = positions[0], positions[0] + len(positions)
        consecutive = positions == list(range(first, stop))
        return self.values[:, first:stop] if consecutive else self.values[:, positions]

    def select_integers(self, cycle_types: Sequence[CycleType]) -> NDArray[Any]:
        columns = [
            self.wide[cycle_type]
            if cycle_type in self.wide
            else self.values[:, self.positions[cycle_type]].astype(object)
            for cycle_type in cycle_types
        ]
        return np.stack(columns, axis=1)


def _stream(rows: Labels, columns: Labels) -> Iterator[tuple[Labels, NDArray[Any]]]:
    """Yield blocks of columns, computed from those of smaller groups, S_0 first."""
    if not rows or not columns:
        return
    tails = _tails(columns)
    diagrams, removals = _removals(rows, {**tails, rows[0].size: columns})
    require_memory(
        8 * sum(diagrams[m] * len(cycle_types_of_m) for m, cycle_types_of_m in tails.items()),
        f"the columns of smaller groups for {len(columns)} columns of characters",
        "ask for fewer classes or irreps, or use symrep.character for single values",
    )
    tables: dict[int, _Columns] = {}
    for m, cycle_types_of_m in tails.items():
        products = _products(cycle_types_of_m, diagrams[m], removals, tables)
        tables[m] = _assembled(products, diagrams[m])
    uses = Counter(_largest(cycle_type) for cycle_type in columns)
    for block, values in _products(columns, len(rows), removals, tables):
        yield tuple(Partition(*cycle_type) for cycle_type in block), _fitted(values)
        k = _largest(block[0])
        uses[k] -= len(block)
        if not uses[k]:
            tables.pop(rows[0].size - k, None)


def _tails(columns: Labels) -> dict[int, list[CycleType]]:
    """Return {m: cycle types of m left by removing longest cycles}, m increasing."""
    tails: dict[int, set[CycleType]] = defaultdict(set)
    for cycle_type in columns:
        tail, m = tuple(cycle_type), cycle_type.size
        while tail:
            tail, m = tail[1:], m - tail[0]
            if tail in tails[m]:
                break
            tails[m].add(tail)
    return {m: sorted(tails[m]) for m in sorted(tails)}


def _products(
    cycle_types: Sequence[CycleType],
    diagrams: int,
    removals: Mapping[tuple[int, int], csr_array],
    tables: Mapping[int, _Columns],
) -> Iterator[tuple[list[CycleType], NDArray[Any]]]:
    """Yield blocks of columns: for largest part k, the removal matrix times columns of tails."""
    length = max(1, COLUMN_BLOCK_BYTES // (8 * max(1, diagrams)))
    for (k, wide), run in groupby(cycle_types, lambda mu: (_largest(mu), _is_wide(mu))):
        types = list(run)
        for block in (types[i : i + length] for i in range(0, len(types), length)):
            m, rest = sum(block[0]), [tuple(cycle_type[1:]) for cycle_type in block]
            if m == 0:
                yield block, np.ones((diagrams, len(block)), dtype=np.int64)
            elif wide:
                yield block, _product(removals[m, k], tables[m - k].select_integers(rest))
            else:
                # Intermediate sums wrap modulo 2^64; results that fit are exact.
                yield block, removals[m, k] @ tables[m - k].select(rest)


def _assembled(products: Iterable[tuple[list[CycleType], NDArray[Any]]], diagrams: int) -> _Columns:
    narrow: list[NDArray[np.int64]] = [np.empty((diagrams, 0), dtype=np.int64)]
    positions: dict[CycleType, int] = {}
    wide: dict[CycleType, NDArray[Any]] = {}
    for cycle_types, values in products:
        if values.dtype == object:
            wide |= zip(cycle_types, values.T, strict=True)
        else:
            positions |= {mu: len(positions) + i for i, mu in enumerate(cycle_types)}
            narrow.append(values)
    return _Columns(positions, np.concatenate(narrow, axis=1), wide)


def _largest(cycle_type: CycleType) -> int:
    return max(cycle_type, default=0)


def _product(matrix: csr_array, columns: NDArray[Any]) -> NDArray[Any]:
    """Return matrix @ columns in Python integers."""
    terms = columns[matrix.indices] * matrix.data.astype(object)[:, None]
    filled = np.diff(matrix.indptr) > 0
    product = np.zeros((matrix.shape[0], columns.shape[1]), dtype=object)
    product[filled] = np.add.reduceat(terms, matrix.indptr[:-1][filled], axis=0)
    return product


def _is_wide(cycle_type: CycleType) -> bool:
    return factorial(sum(cycle_type)) >= WIDE and Partition(*cycle_type).centraliser_order >= WIDE


def _fitted(values: NDArray[Any]) -> NDArray[Any]:
    """Return the integers as int64 if they fit."""
    if values.dtype == object and max(map(abs, values.flat), default=0) < 2**63:
        return values.astype(np.int64)
    return values


class _RimHooks(NamedTuple):
    """For each rim hook: row of its diagram, sign, and the diagram without it."""

    rows: NDArray[np.int64]
    signs: NDArray[np.int64]
    words: NDArray[np.uint64]


def _removals(
    rows: Labels, cycle_types: Mapping[int, Sequence[CycleType]]
) -> tuple[dict[int, int], dict[tuple[int, int], csr_array]]:
    """Return the removals of rim hooks from the rows, level by level.

    Args:
        rows: diagrams of n.
        cycle_types: {m: cycle types}, whose largest parts are the lengths of the hooks.

    Returns:
        {m: number of diagrams of m reached} and, for each length k used at m, {(m, k): matrix},
        (diagrams of m, diagrams of m - k), with the sign of the removal as entry.

    A diagram is a row of positions with or without a bead, packed into 64-bit words.
    """
    n, beads = rows[0].size, _beads(rows)
    width = beads.shape[1]
    words, bits = _packed(beads), _packed(np.eye(width, dtype=bool))
    found: dict[int, dict[tuple[int, int], _RimHooks]] = defaultdict(dict)
    diagrams: dict[int, int] = {}
    matrices: dict[tuple[int, int], csr_array] = {}
    for m in sorted(cycle_types, reverse=True):
        if m < n:
            hooks = found.pop(m)
            words, positions = _distinct([left for _, _, left in hooks.values()])
            for (key, hook), position in zip(hooks.items(), positions, strict=True):
                matrices[key] = csr_array(
                    (hook.signs, (hook.rows, position)), shape=(diagrams[key[0]], len(words))
                )
        diagrams[m] = len(words)
        beads = _unpacked(words, width)
        passed = beads.cumsum(axis=1, dtype=np.int32)
        for k in sorted({max(cycle_type) for cycle_type in cycle_types[m] if cycle_type}):
            row, place = np.nonzero(beads[:, k:] & ~beads[:, : max(0, width - k)])
            jumped = passed[row, place + k] - passed[row, place] - 1
            left = words[row] ^ bits[place] ^ bits[place + k]
            found[m - k][m, k] = _RimHooks(row, 1 - 2 * (jumped % 2).astype(np.int64), left)
    return diagrams, matrices


def _beads(shapes: Labels) -> NDArray[np.bool_]:
    """Return [shape, position] = whether there is a bead; one bead for each row of the longest."""
    N = max(map(len, shapes))
    parts = np.array([(*shape, *(0,) * (N - len(shape))) for shape in shapes], dtype=np.int64)
    places = parts.reshape(len(shapes), N) + np.arange(N - 1, -1, -1)
    beads = np.zeros((len(shapes), int(places.max(initial=-1)) + 1), dtype=bool)
    np.put_along_axis(beads, places, values=True, axis=1)
    return beads


def _packed(beads: NDArray[np.bool_]) -> NDArray[np.uint64]:
    padded = np.zeros((len(beads), -(-beads.shape[1] // 64) * 64), dtype=bool)
    padded[:, : beads.shape[1]] = beads
    return np.packbits(padded, axis=1).view(np.uint64)


def _unpacked(words: NDArray[np.uint64], width: int) -> NDArray[np.bool_]:
    return np.unpackbits(words.view(np.uint8), axis=1)[:, :width].astype(bool)


def _distinct(
    parts: Sequence[NDArray[np.uint64]],
) -> tuple[NDArray[np.uint64], list[NDArray[np.int64]]]:
    """Return the distinct rows, sorted, and the positions among them of each array's rows."""
    words = np.concatenate(parts)
    order = np.lexsort(words.T)
    ranked = words[order]
    new = np.ones(len(words), dtype=bool)
    new[1:] = (ranked[1:] != ranked[:-1]).any(axis=1)
    positions = np.empty(len(words), dtype=np.int64)
    positions[order] = np.cumsum(new) - 1
    return ranked[new], np.split(positions, np.cumsum([len(part) for part in parts])[:-1])
