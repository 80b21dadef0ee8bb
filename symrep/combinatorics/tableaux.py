"""Standard Young tableaux in last-letter order: the basis vectors of the irreps of S_n.

Entries are 0, ..., n-1, the points that the permutations of this package act on. In last-letter
order the tableaux with the entry n-1 in the lowest row come first; ties are broken by the tableaux
without that entry. The basis of an irrep is then the concatenation of the bases of the constituents
of its restriction to S_(n-1), one block for each removable box.

Source: James, *The Representation Theory of the Symmetric Groups* (1978), section 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from symrep._support.caches import kept
from symrep._support.integers import as_integer
from symrep._support.memory import require_memory
from symrep.combinatorics.integer_partitions import Cell, Partition, content, diagrams_inside


class StandardTableau(tuple[tuple[int, ...], ...]):
    """A filling of a Young diagram by 0, ..., n-1, increasing along rows and down columns.

    It is the tuple of its rows: `StandardTableau((0, 1), (2,))`.

    Raises:
        ValueError: the rows are not such a filling.
        TypeError: an entry is not an integer.
    """

    __slots__ = ()

    def __new__(cls, *rows: Iterable[int]) -> StandardTableau:
        filled = tuple(tuple(as_integer(entry, "an entry") for entry in row) for row in rows)
        shape = Partition(*(len(row) for row in filled))
        if sorted(entry for row in filled for entry in row) != list(range(shape.size)):
            raise ValueError(
                f"tableau {filled}: expected each of the entries 0 to {shape.size - 1} once"
            )
        for i, j in shape.cells:
            if (j and filled[i][j - 1] > filled[i][j]) or (i and filled[i - 1][j] > filled[i][j]):
                raise ValueError(
                    f"tableau {filled}: {filled[i][j]} at row {i}, column {j} is less than the "
                    "entry to its left or above it"
                )
        return super().__new__(cls, filled)

    @classmethod
    def from_row_word(cls, word: Iterable[int]) -> StandardTableau:
        """Return the tableau with the entry k in row word[k].

        Raises:
            ValueError: the word is not the row word of a standard tableau.
        """
        rows: list[list[int]] = []
        for entry, row in enumerate(word):
            row = as_integer(row, "a row")
            if not 0 <= row <= len(rows):
                raise ValueError(
                    f"entry {entry} cannot be in row {row}: the smaller ones fill {len(rows)} rows"
                )
            if row == len(rows):
                rows.append([])
            rows[row].append(entry)
        return cls(*rows)

    def __repr__(self) -> str:
        return f"StandardTableau({', '.join(map(repr, self))})"

    def __str__(self) -> str:
        width = len(str(self.shape.size - 1))
        return "\n".join(" ".join(f"{entry:>{width}}" for entry in row) for row in self)

    def _repr_latex_(self) -> str:
        return f"${self.latex()}$"

    def _repr_html_(self) -> str:
        box = '<td style="border: 1px solid; text-align: center">'
        rows = ("".join(f"{box}{letter}</td>" for letter in row) for row in self)
        return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"

    def latex(self) -> str:
        r"""Return the boxes in LaTeX of math mode, without a package but amsmath.

        >>> print(StandardTableau((0, 1), (2,)).latex())
        \begin{matrix}\boxed{0} & \boxed{1} \\ \boxed{2}\end{matrix}
        """
        rows = (" & ".join(f"\\boxed{{{letter}}}" for letter in row) for row in self)
        boxes = " \\\\ ".join(rows)
        return f"\\begin{{matrix}}{boxes}\\end{{matrix}}" if self else "\\emptyset"

    def __getnewargs__(self) -> tuple[tuple[int, ...], ...]:
        return tuple(self)

    @property
    def shape(self) -> Partition:
        """The shape: the partition of the row lengths."""
        return Partition(*map(len, self))

    @property
    def row_word(self) -> tuple[int, ...]:
        """The row of each entry, from 0 to n-1."""
        rows = {entry: i for i, row in enumerate(self) for entry in row}
        return tuple(rows[entry] for entry in range(len(rows)))

    def cell(self, entry: int) -> Cell:
        """Return (row, column) of the box with an entry.

        Raises:
            ValueError: the tableau has no such entry.
        """
        for i, row in enumerate(self):
            if entry in row:
                return i, row.index(entry)
        raise ValueError(f"a tableau of shape {self.shape} has no entry {entry}")

    def axial_distance(self, i: int) -> int:
        """Return the axial distance of i and i+1: content of the box of i+1 less that of i."""
        return content(self.cell(i + 1)) - content(self.cell(i))


def standard_tableaux(shape: Partition) -> Iterator[StandardTableau]:
    """Yield the standard tableaux of a shape, in last-letter order.

    Raises:
        MemoryError: the tableaux cannot fit; raised before they are listed.

    >>> for tableau in standard_tableaux(Partition(2, 1)):
    ...     print(repr(tableau))
    StandardTableau((0, 1), (2,))
    StandardTableau((0, 2), (1,))
    """
    require_memory(
        2 * shape.dimension * shape.size,
        f"the {shape.dimension} standard tableaux of shape {shape}",
        "work with the dimension and the character of the irrep",
    )
    return map(StandardTableau.from_row_word, row_words(shape))


@kept(256, largest=2**20)
def row_words(shape: Partition) -> NDArray[np.int16]:
    """Return [t, k] = row of the entry k in tableau t, in last-letter order, (dimension, n).

    Cost: at most n times the size of the result.
    """
    words = {Partition(): np.zeros((1, 0), dtype=np.int16)}
    for level in diagrams_inside(shape)[1:]:
        words = {
            mu: np.concatenate(
                [
                    np.pad(words[mu.without(cell)], [(0, 0), (0, 1)], constant_values=cell[0])
                    for cell in mu.removable_cells
                ]
            )
            for mu in level
        }
    words[shape].flags.writeable = False
    return words[shape]
