"""Orbits of permutation groups, given by arrays of images."""

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
    """Return [x] = number of the orbit of x under the generated group, (points,).

    The orbits are numbered 0, 1, ... in an unspecified order.

    Args:
        permutations: [i][x] = image of x under permutation i, each (points,); none for the trivial
            group. The transpose of an array (points, permutations) is not copied.
        points: number of points.

    Cost: points times permutations.
    """
    images = np.asarray(permutations, dtype=np.int64).reshape(len(permutations), points).T
    count = images.shape[1]
    ends = count * np.arange(points + 1)
    ones = np.ones(images.size, dtype=np.int8)
    graph = sparse.csr_array((ones, images.ravel(), ends), (points, points))
    # Edges of a permutation lie on cycles, so that every component is strongly connected.
    labels = csgraph.connected_components(graph, connection="strong")[1]
    numbers: Indices = labels.astype(np.int64)
    return numbers
