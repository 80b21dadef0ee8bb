"""Exact irreps of S_n: Young's orthogonal and seminormal form, and Specht's natural form.

For a standard tableau t let r be the axial distance of i and i+1: the content of the box of i+1
less that of i. The adjacent transposition s_i acts on the basis vector of t by

    orthogonal   s_i t = (1/r) t + sqrt(1 - 1/r^2) t'
    seminormal   s_i t = (1/r) t + t' if r < 0, and (1/r) t + (1 - 1/r^2) t' if r > 0

where t' is t with i and i+1 exchanged; the term is absent if t' is not standard (r = 1 or -1).
The tables of r and of t' determine the irrep: `young_tables`. The two forms are conjugate by a
diagonal matrix, `seminormal_weights`. Specht's form acts on standard polytabloids by
s_i e_t = e_(s_i t) and has integer matrices. Matrices act on columns: column t of the matrix
of s_i is s_i t, and rho(p * q) = rho(p) rho(q).

Source: James and Kerber, *The Representation Theory of the Symmetric Group* (1981), theorem
3.3.6 (orthogonal), 3.3.10 (seminormal) and section 7.1 (Specht).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import pairwise
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular
from sympy import Matrix, Rational, sqrt
from sympy.core.expr import Expr
from sympy.polys.domains import QQ
from sympy.polys.matrices import DomainMatrix

from symrep._support.caches import kept
from symrep._support.memory import require_memory
from symrep.combinatorics.integer_partitions import Cell, Partition, content, diagrams_inside
from symrep.combinatorics.tableaux import row_words

Form = Literal["orthogonal", "seminormal", "specht"]

LARGEST_SHARED = 6
"""Degree n up to which tables are cached; larger ones are computed from these."""

ENTRY_BYTES = 200
"""Approximate bytes of a rational entry of a sparse matrix."""


@dataclass(frozen=True, eq=False)
class YoungTables:
    """The exact data of an irrep of dimension d; both arrays are (n-1, d) and read-only.

    Attributes:
        axial_distance: [i, t] = r for i and i+1 in tableau t; never 0.
        exchanged: [i, t] = index of t with i and i+1 exchanged, or t if that is not standard.
    """

    axial_distance: NDArray[np.int64]
    exchanged: NDArray[np.int64]


@kept(128, largest=2**22)
def young_tables(shape: Partition) -> YoungTables:
    """Return the tables of a shape. Cost: at most n/2 times their size."""
    if not shape:
        nothing = np.ones((0, 1), dtype=np.int64)
        return YoungTables(nothing, nothing)
    known, *levels = diagrams_inside(shape)[min(shape.size - 1, LARGEST_SHARED) :]
    tables = {mu: young_tables(mu) for mu in known}
    for level in levels:
        tables = {mu: _young_tables(mu, tables) for mu in level}
    return tables[shape]


def seminormal_weights(shape: Partition) -> tuple[Fraction, ...]:
    """Return the diagonal of D, (d,), with orthogonal = D^(-1/2) seminormal D^(1/2)."""
    weights: dict[Partition, tuple[Fraction, ...]] = {Partition(): (Fraction(1),)}
    factors: dict[Partition, dict[Cell, Fraction]] = {}
    for level in diagrams_inside(shape)[1:]:
        factors = {mu: _block_factors(mu, factors) for mu in level}
        weights = {
            mu: tuple(
                factor * weight
                for cell, factor in factors[mu].items()
                for weight in weights[mu.without(cell)]
            )
            for mu in level
        }
    return weights[shape]


def specht_generators(shape: Partition) -> NDArray[np.int64]:
    """Return Specht's integer matrices of s_0, ..., s_(n-2), (n-1, d, d).

    A vector of the Specht module is determined by its coefficients at standard tabloids, in
    which the standard polytabloids are unitriangular. The triangular systems are solved in
    float64, rounded, and then verified exactly.
    """
    words = row_words(shape).astype(np.int64)
    d, n = words.shape
    polytabloids = _polytabloid_coefficients(words, shape)
    generators = np.zeros((max(n - 1, 0), d, d), dtype=np.int64)
    for i in range(n - 1):
        swapped = words.copy()
        swapped[:, [i, i + 1]] = words[:, [i + 1, i]]
        images = _polytabloid_coefficients(swapped, shape)
        solution = np.rint(solve_triangular(polytabloids, images, lower=True, unit_diagonal=True))
        # Sums of d products with entries 0, 1, -1 are exact in float64 below 2^53.
        assert d * np.abs(solution).max() < 2**53
        assert np.array_equal(polytabloids @ solution, images)
        generators[i] = solution
    return generators


def restriction_blocks(shape: Partition) -> dict[Partition, slice]:
    """Return {mu: slice of its block} for the constituents mu of the restriction to S_(n-1).

    The block of mu has the tableaux of shape mu with the entry n-1 added. In the orthogonal and the
    seminormal form the restriction is block diagonal, with the matrices of mu in the same form.
    """
    return {shape.without(cell): block for cell, block in _blocks(shape).items()}


def exact_generator(shape: Partition, form: str, i: int) -> Matrix:
    """Return the matrix of s_i, d by d; see `exact_matrix`."""
    return exact_matrix(shape, form, (i,))


def exact_matrix(shape: Partition, form: str, word: Sequence[int]) -> Matrix:
    """Return the exact matrix of s_i1 * s_i2 * ..., entries integer, rational or quadratic.

    Args:
        shape: the irrep.
        form: "orthogonal", "seminormal" or "specht".
        word: the indices i of the adjacent transpositions, as in `permutations.reduced_word`.

    Returns:
        A new SymPy Matrix, d by d. Cost: one sparse rational product for each factor.

    Raises:
        MemoryError: the d^2 entries cannot fit; raised before they are computed.
    """
    d = shape.dimension
    require_memory(
        16 * d * d + 64 * shape.size * d,
        f"an exact matrix of the irrep {shape}, {d} x {d}",
        "use symrep.character for its traces",
    )
    generators = _rational_generators(shape, "specht" if form == "specht" else "seminormal")
    product = reduce(
        lambda left, i: left * generators[i], word, DomainMatrix.eye(d, QQ).to_sparse()
    )
    if form != "orthogonal":
        return product.to_Matrix()
    weights = seminormal_weights(shape)
    matrix = Matrix.zeros(d, d)
    for (a, b), value in product.to_dok().items():
        matrix[a, b] = QQ.to_sympy(value) * _sqrt(weights[b] / weights[a])
    return matrix


def require_form(name: str) -> None:
    """Check that `name` is a form; raise ValueError with the known forms otherwise."""
    if name not in get_args(Form):
        raise ValueError(f"unknown form {name!r}: expected one of {', '.join(get_args(Form))}")


@kept(128, largest=2**22, size=lambda matrices: sum(ENTRY_BYTES * m.nnz() for m in matrices))
def _rational_generators(
    shape: Partition, form: Literal["seminormal", "specht"]
) -> tuple[DomainMatrix, ...]:
    d = shape.dimension
    if form == "specht":
        return tuple(
            DomainMatrix.from_dict_sympy(d, d, _nonzero_rows(matrix)).convert_to(QQ).to_sparse()
            for matrix in specht_generators(shape)
        )
    tables = young_tables(shape)
    return tuple(
        _seminormal_generator(distances, exchanged)
        for distances, exchanged in zip(tables.axial_distance, tables.exchanged, strict=True)
    )


def _seminormal_generator(
    distances: NDArray[np.int64], exchanged: NDArray[np.int64]
) -> DomainMatrix:
    rows: dict[int, dict[int, Expr]] = {}
    for t, (r, other) in enumerate(zip(distances.tolist(), exchanged.tolist(), strict=True)):
        rows.setdefault(t, {})[t] = QQ(1, r)
        if other != t:
            rows.setdefault(other, {})[t] = QQ(1) if r < 0 else QQ(r * r - 1, r * r)
    return DomainMatrix(rows, (len(distances), len(distances)), QQ)


def _nonzero_rows(matrix: NDArray[np.int64]) -> dict[int, dict[int, Rational]]:
    rows: dict[int, dict[int, Rational]] = {}
    for a, b in np.argwhere(matrix).tolist():
        rows.setdefault(a, {})[b] = Rational(int(matrix[a, b]))
    return rows


@kept(4096)
def _sqrt(value: Fraction) -> Expr:
    return sqrt(Rational(value.numerator, value.denominator))


@kept(4096)
def _blocks(shape: Partition) -> dict[Cell, slice]:
    """Return {removable box: slice of the tableaux with the entry n-1 in it}."""
    blocks, start = {}, 0
    for cell in shape.removable_cells:
        stop = start + shape.without(cell).dimension
        blocks[cell] = slice(start, stop)
        start = stop
    return blocks


def _shifted(block: slice, by: int) -> slice:
    return slice(block.start + by, block.stop + by)


def _young_tables(shape: Partition, smaller: Mapping[Partition, YoungTables]) -> YoungTables:
    """Return the tables of a shape from those of the shapes with one box removed.

    All but the last generator preserve the blocks of the restriction. The last one exchanges
    tableaux of two blocks, if their last two boxes can be removed in either order.
    """
    n, blocks = shape.size, _blocks(shape)
    axial = np.ones((n - 1, shape.dimension), dtype=np.int64)
    exchanged = np.tile(np.arange(shape.dimension), (n - 1, 1))
    for last, block in blocks.items():
        inner = smaller[shape.without(last)]
        axial[: n - 2, block] = inner.axial_distance
        exchanged[: n - 2, block] = inner.exchanged + block.start
        for previous, sub_block in _blocks(shape.without(last)).items():
            here = _shifted(sub_block, block.start)
            distance = content(last) - content(previous)
            axial[n - 2, here] = distance
            if abs(distance) > 1:
                other = _blocks(shape.without(previous))[last]
                there = _shifted(other, blocks[previous].start)
                exchanged[n - 2, here] = np.arange(there.start, there.stop)
    axial.flags.writeable = exchanged.flags.writeable = False
    return YoungTables(axial, exchanged)


def _block_factors(
    shape: Partition, smaller: Mapping[Partition, Mapping[Cell, Fraction]]
) -> dict[Cell, Fraction]:
    """Return {last box: weights of its block relative to those of the shape without the box}.

    Two tableaux that differ by an exchange of the last two entries, at axial distance r, have
    weights in the ratio 1 - 1/r^2. This links the blocks of any two removable boxes.
    """
    cells = shape.removable_cells
    factors = {cells[0]: Fraction(1)}
    for lower, upper in pairwise(cells):
        r = content(lower) - content(upper)
        from_lower = factors[lower] * smaller[shape.without(lower)][upper]
        from_upper = smaller[shape.without(upper)][lower]
        factors[upper] = from_lower / (1 - Fraction(1, r * r)) / from_upper
    return factors


def _polytabloid_coefficients(words: NDArray[np.int64], shape: Partition) -> NDArray[np.float64]:
    """Return [a, t] = coefficient, 0, 1 or -1, of tabloid a in the polytabloid of t.

    It is the sign of the column permutation of t that moves its entries to their rows in the
    tabloid, if there is one: a product over pairs in a column.
    """
    standard = row_words(shape)
    # entries[t] lists the entries of t column by column
    entries = np.argsort(_columns(standard), axis=1, kind="stable")
    coefficients = np.ones((len(words), len(standard)), dtype=np.int8)
    start = 0
    for height in shape.conjugate:
        for upper in range(start, start + height):
            for lower in range(upper + 1, start + height):
                difference = words[:, entries[:, lower]] - words[:, entries[:, upper]]
                coefficients *= np.sign(difference).astype(np.int8)
        start += height
    return coefficients.astype(np.float64)


def _columns(words: NDArray[np.int16]) -> NDArray[np.int64]:
    """Return [t, k] = column of the entry k: the number of smaller entries in its row."""
    columns = np.zeros(words.shape, dtype=np.int64)
    for k in range(words.shape[1]):
        columns[:, k] = (words[:, :k] == words[:, k, None]).sum(1)
    return columns
