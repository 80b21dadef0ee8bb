"""Orbits of permutations of points, which are given as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symrep._support.lazy import LazyModule

if TYPE_CHECKING:
    from scipy import sparse
    from scipy.sparse import csgraph
else:
    sparse, csgraph = LazyModule("scipy.sparse"), LazyModule("scipy.sparse.csgraph")

Indices = NDArray[np.int64]


def orbit_numbers(permutations: Sequence[Indices] | Indices, points: int) -> Indices:
    """[x] = number of the orbit of x under the group that is generated, (points,).

    Orbits have the numbers 0, 1, ... in an order that is not specified.

    Args:
        permutations: [i][x] = where permutation i sends x, each (points,); none for the trivial
            group. The transpose of an array (points, permutations) is not copied.
        points: number of points.

    Cost: points times permutations.
    """
    images = np.asarray(permutations, dtype=np.int64).reshape(len(permutations), points).T
    count = images.shape[1]
    ends = count * np.arange(points + 1)
    ones = np.ones(images.size, dtype=np.int8)
    graph = sparse.csr_array((ones, images.ravel(), ends), (points, points))
    # Permutations lead back to where they start, so that every component is a strong one.
    labels = csgraph.connected_components(graph, connection="strong")[1]
    numbers: Indices = labels.astype(np.int64)
    return numbers
