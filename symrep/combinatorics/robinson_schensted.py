"""The Robinson-Schensted correspondence between S_n and pairs of standard tableaux of one shape.

Source: Sagan, *The Symmetric Group* (2nd ed., 2001), section 3.1.
"""

from __future__ import annotations

from bisect import bisect

from sympy.combinatorics import Permutation

from symrep.combinatorics.permutations import PermutationLike, as_array
from symrep.combinatorics.tableaux import StandardTableau


def rsk(p: PermutationLike) -> tuple[StandardTableau, StandardTableau]:
    """Return (P, Q), the insertion and the recording tableau of a permutation.

    P is the result of the row insertion of p[0], p[1], ...; Q has the entry k in the box that the
    insertion of p[k] adds. This is a bijection from S_n to the pairs of standard tableaux of n
    boxes and the same shape, and the pair of the inverse of p is (Q, P). The first row is as long
    as the longest increasing subsequence of p, the first column as the longest decreasing one
    (Schensted 1961).

    Cost: at most n rows for each image, a bisection each.

    >>> rsk([1, 2, 0])
    (StandardTableau((0, 2), (1,)), StandardTableau((0, 1), (2,)))
    """
    insertion: list[list[int]] = []
    recording: list[list[int]] = []
    for step, value in enumerate(as_array(p).tolist()):
        for row, recorded in zip(insertion, recording, strict=True):
            column = bisect(row, value)
            if column == len(row):
                row.append(value)
                recorded.append(step)
                break
            row[column], value = value, row[column]
        else:
            insertion.append([value])
            recording.append([step])
    return StandardTableau(*insertion), StandardTableau(*recording)


def inverse_rsk(insertion: StandardTableau, recording: StandardTableau) -> Permutation:
    """Return the permutation p with rsk(p) = (insertion, recording).

    Raises:
        ValueError: the tableaux have different shapes, or one is not a standard tableau.
    """
    insertion, recording = StandardTableau(*insertion), StandardTableau(*recording)
    if insertion.shape != recording.shape:
        raise ValueError(
            f"expected two tableaux of the same shape, got {insertion.shape} and {recording.shape}"
        )
    rows = [list(row) for row in insertion]
    images: list[int] = []
    for lowest in reversed(recording.row_word):
        value = rows[lowest].pop()
        for row in reversed(rows[:lowest]):
            column = bisect(row, value) - 1
            row[column], value = value, row[column]
        images.append(value)
    return Permutation(images[::-1])
