"""Standard Young tableaux in last-letter order: the basis vectors of the irreps of S_n.

Letters are 0, ..., n-1, those that the permutations of this package act on. In last-letter
order the tableaux with the letter n-1 in the lowest row come first; ties are broken by the
tableaux that remain when that letter is taken away. The basis of an irrep is then a
concatenation of the bases of its restriction to S_(n-1), one block for each removable box.

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
        TypeError: a letter is not an integer.
    """

    __slots__ = ()

    def __new__(cls, *rows: Iterable[int]) -> StandardTableau:
        filled = tuple(tuple(as_integer(letter, "a letter") for letter in row) for row in rows)
        shape = Partition(*(len(row) for row in filled))
        if sorted(letter for row in filled for letter in row) != list(range(shape.size)):
            raise ValueError(
                f"tableau {filled}: expected each of the letters 0 to {shape.size - 1} once"
            )
        for i, j in shape.cells:
            if (j and filled[i][j - 1] > filled[i][j]) or (i and filled[i - 1][j] > filled[i][j]):
                raise ValueError(
                    f"tableau {filled}: {filled[i][j]} at row {i}, column {j} is less than the "
                    "letter to its left or above it"
                )
        return super().__new__(cls, filled)

    @classmethod
    def from_row_word(cls, word: Iterable[int]) -> StandardTableau:
        """The tableau whose letter k stands in row word[k].

        Raises:
            ValueError: the word is not that of a standard tableau.
        """
        rows: list[list[int]] = []
        for letter, row in enumerate(word):
            row = as_integer(row, "a row")
            if not 0 <= row <= len(rows):
                raise ValueError(
                    f"letter {letter} cannot be in row {row} when {len(rows)} rows are begun"
                )
            if row == len(rows):
                rows.append([])
            rows[row].append(letter)
        return cls(*rows)

    def __repr__(self) -> str:
        return f"StandardTableau({', '.join(map(repr, self))})"

    def __str__(self) -> str:
        width = len(str(self.shape.size - 1))
        return "\n".join(" ".join(f"{letter:>{width}}" for letter in row) for row in self)

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
        """The row lengths."""
        return Partition(*map(len, self))

    @property
    def row_word(self) -> tuple[int, ...]:
        """The row of each letter, from letter 0 to letter n-1."""
        rows = {letter: i for i, row in enumerate(self) for letter in row}
        return tuple(rows[letter] for letter in range(len(rows)))

    def cell(self, letter: int) -> Cell:
        """(row, column) of the box that holds the letter.

        Raises:
            ValueError: the tableau has no such letter.
        """
        for i, row in enumerate(self):
            if letter in row:
                return i, row.index(letter)
        raise ValueError(f"letter {letter} is not in a tableau of shape {self.shape}")

    def axial_distance(self, i: int) -> int:
        """Content of the box of letter i+1, less the content of the box of letter i."""
        return content(self.cell(i + 1)) - content(self.cell(i))


def standard_tableaux(shape: Partition) -> Iterator[StandardTableau]:
    """The standard tableaux of a shape, in last-letter order.

    Raises:
        MemoryError: the list cannot fit; raised before it is made.

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
    """words[t, k] = row of letter k in tableau t, in last-letter order; (dimension, n).

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
