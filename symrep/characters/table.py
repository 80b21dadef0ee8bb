"""`CharacterTable`: the irreducible complex characters of a group, exactly."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, partial, reduce
from html import escape
from math import lcm
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sympy import Expr

from symrep._support.errors import LawViolation
from symrep._support.integers import as_integer
from symrep._support.markup import latex_words
from symrep._support.tables import TextTable
from symrep.arithmetic import cyclotomic
from symrep.characters import dixon
from symrep.characters.labels import ByIrrep, Labels, PartitionLabels, RowLabels, by_label
from symrep.characters.murnaghan_nakayama import character_values, cycle_types
from symrep.characters.notation import label_latex, value_latex
from symrep.characters.table_laws import (
    assert_dimensions,
    assert_orthogonal_columns,
    assert_orthogonal_rows,
    assert_values,
)
from symrep.combinatorics import permutations
from symrep.combinatorics.integer_partitions import Partition

if TYPE_CHECKING:
    import pandas as pd

Label = Partition | str
"""Label of an irrep or a class: a partition for S_n, text for other groups."""

ClassFunction = Sequence[Any] | NDArray[Any] | Mapping[Any, Any]

CLASSES_SHOWN = 40
"""Classes of the largest table that `str` and a notebook show."""

LONGEST_VALUE = 8
"""Characters of the longest irrational value that stands in a printed table, not below it."""

_LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"
"""Names of irrational values; I is the imaginary unit."""


@dataclass(frozen=True, eq=False)
class CharacterTable:
    """The character table of a group: its irreducible complex characters, exactly.

    `str` prints the table, wrapped by columns at the width of the terminal, and a notebook shows
    it; one of more than 40 classes is named with its size only, and `text` prints all of it.

    Attributes:
        irreps: labels of the rows.
        classes: labels of the columns, the identity first.
        class_sizes: number of elements of each class.
        element_orders: order of the elements of each class.
        values: (irreps, classes), integers for S_n and SymPy numbers otherwise; read-only.
        inverse_classes: [c] = position of the class of the inverses of the elements of class c.
        power_map: from k to [c] = position of the class of the k-th powers of class c.
        labels: labels of the rows, with the parser of `row`.
        rational: whether the values are integers.
    """

    irreps: tuple[Any, ...]
    classes: tuple[Any, ...]
    class_sizes: tuple[int, ...]
    element_orders: tuple[int, ...]
    values: NDArray[Any]
    inverse_classes: tuple[int, ...]
    power_map: Callable[[int], tuple[int, ...]]
    labels: Labels[Any]
    given_eigenvalues: tuple[NDArray[np.int64], ...] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", _read_only_view(self.values))
        if self.given_eigenvalues is not None:
            views = tuple(map(_read_only_view, self.given_eigenvalues))
            object.__setattr__(self, "given_eigenvalues", views)

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.__post_init__()

    def __repr__(self) -> str:
        return f"<{self._title}, {len(self.irreps)} x {len(self.classes)}>"

    def __str__(self) -> str:
        if self._is_shown:
            return f"{self._title} (order {self.order})\n\n{self.text()}"
        return (
            f"{self._title} (order {self.order})\n"
            f"{len(self.irreps)} irreps and {len(self.classes)} classes: "
            "text() has the whole table, to_frame() as a DataFrame"
        )

    def _repr_html_(self) -> str:
        if not self._is_shown:
            return f"<pre>{escape(str(self))}</pre>"
        return replace(self._text_table(), caption=f"{self._title} (order {self.order})").html()

    def _repr_latex_(self) -> str | None:
        if not self._is_shown:
            return None
        return f"$\\displaystyle {self._latex_table().latex_array()}$"

    @property
    def _title(self) -> str:
        return f"character table of {self.labels.group}"

    @property
    def _is_shown(self) -> bool:
        return len(self.classes) <= CLASSES_SHOWN

    @property
    def order(self) -> int:
        """Order of the group."""
        return sum(self.class_sizes)

    @property
    def exponent(self) -> int:
        """The least e > 0 with g^e = 1 for all g."""
        return lcm(*self.element_orders)

    @property
    def dimensions(self) -> tuple[int, ...]:
        """Degree of each character: its value at the identity."""
        return tuple(int(value) for value in self.values[:, 0])

    @property
    def rational(self) -> bool:
        """Whether the values are integers, as those of S_n are."""
        return self.given_eigenvalues is None

    @cached_property
    def eigenvalues(self) -> tuple[NDArray[np.int64], ...]:
        """[k] = (classes, d) exponents a, ascending: irrep k has the eigenvalues exp(2 pi i a/e).

        Raises:
            ArithmeticError: the values are not characters of a group with these classes.
            ValueError: the exponent, or the number of classes, is too large.
        """
        if self.given_eigenvalues is not None:
            return self.given_eigenvalues
        powers = [self.power_map(t) for t in range(max(self.element_orders))]
        power_classes = [
            np.array([power[c] for power in powers[:order]])
            for c, order in enumerate(self.element_orders)
        ]
        sizes = np.array(self.class_sizes)
        found = dixon.eigenvalues_of(self.values.tolist(), sizes, power_classes)
        return tuple(map(_read_only_view, found))

    @cached_property
    def texts(self) -> tuple[tuple[str, ...], ...]:
        """[k][c] = value of irrep k at class c, as text."""
        texts = {value: str(value) for row in self.values.tolist() for value in row}
        return tuple(tuple(texts[value] for value in row) for row in self.values.tolist())

    def numbers(self) -> NDArray[Any]:
        """Return the values, (irreps, classes), float64 for integers, else complex128.

        The absolute error is below d units in the last place of 1.
        """
        if self.rational:
            return self.values.astype(np.float64)
        return floating_values(self.eigenvalues, self.exponent)

    def frobenius_schur_indicators(self) -> ByIrrep[Any, int]:
        """Return {irrep: (1/|G|) sum over g of chi(g^2)}, exactly.

        The indicator is 1 for real, 0 for complex and -1 for quaternionic type.

        Raises:
            LawViolation: it has another value, so that the row is not an irreducible character.
        """
        squares = np.zeros(len(self.classes), dtype=object)
        np.add.at(squares, list(self.power_map(2)), np.array(self.class_sizes, dtype=object))
        if self.rational:
            sums = self.values.astype(object) @ squares
            found = [
                _indicator(Fraction(int(s), self.order), k)
                for s, k in zip(sums, self.irreps, strict=True)
            ]
        else:
            sizes = np.array(self.class_sizes)
            found = [
                frobenius_schur_indicator(row, sizes, self.exponent, label)
                for label, row in zip(self.irreps, self.eigenvalues, strict=True)
            ]
        return by_label(self.labels, dict(zip(self.irreps, found, strict=True)))

    def row(self, irrep: object) -> NDArray[Any]:
        """Return the character of an irrep, (classes,); read-only.

        Args:
            irrep: its label, an alias or a description; see `symrep.characters.labels`.

        Raises:
            ValueError: the table has no such irrep.
        """
        values: NDArray[Any] = self.values[self._row_of(irrep)]
        return values

    def value(self, irrep: object, conjugacy_class: object) -> Any:
        """Return the character of an irrep at the class with a label.

        Raises:
            ValueError: the table has no such irrep or class.
        """
        return _exact(self.row(irrep)[self._column_of(conjugacy_class)])

    def _row_of(self, irrep: object) -> int:
        known = isinstance(irrep, Hashable) and irrep in self.irreps
        label = irrep if known else self.labels.parse(irrep)
        if label not in self.irreps:
            raise ValueError(f"the table has no irrep {label}")
        return self.irreps.index(label)

    def _column_of(self, conjugacy_class: object) -> int:
        if isinstance(conjugacy_class, Hashable) and conjugacy_class in self.classes:
            return self.classes.index(conjugacy_class)
        if isinstance(self.classes[0], Partition):
            conjugacy_class = Partition.of(conjugacy_class)  # type: ignore[arg-type]
        texts = list(map(str, self.classes))
        if str(conjugacy_class) not in texts:
            raise ValueError(f"the table has no class {conjugacy_class}")
        return texts.index(str(conjugacy_class))

    def to_frame(self) -> pd.DataFrame:
        """Return the values as a pandas DataFrame, (irreps, classes), with labels as text."""
        import pandas as pd

        return pd.DataFrame(
            self.values.astype(object),
            index=pd.Index(list(map(str, self.irreps)), name="irrep"),
            columns=pd.Index(list(map(str, self.classes)), name="class"),
        )

    def text(self, width: int | None = None) -> str:
        """Return the whole table for a terminal.

        The rows of the head are the classes and their sizes. An irrational value of more than 8
        characters is named by a letter, -A is the negative of A, and the values of the letters
        are listed below the table.

        Args:
            width: characters in a line, at which the table is wrapped by columns; that of the
                terminal if None.
        """
        return self._text_table().text(width)

    def markdown(self) -> str:
        """Return the whole table in Markdown, with letters for long values as in `text`."""
        return self._text_table().markdown()

    def latex(self) -> str:
        r"""Return the whole table as a LaTeX tabular with the rules of the package booktabs.

        Classes, their sizes and exact values; cycle types have exponents, (1^n).

        >>> print(character_table(2).latex())
        \begin{tabular}{lrr}
        \toprule
         & $(1^2)$ & $(2)$ \\
        size & 1 & 1 \\
        \midrule
        $(2)$ & 1 & 1 \\
        $(1^2)$ & 1 & $-1$ \\
        \bottomrule
        \end{tabular}
        """
        return self._latex_table().latex()

    def _text_table(self) -> TextTable:
        names = _names_of_values(self.values.tolist(), self.texts)
        notes = (f"{name} = {value}" for value, name in names.items() if name[0] != "-")
        rows = [
            (str(label), *(names.get(text, text) for text in row))
            for label, row in zip(self.irreps, self.texts, strict=True)
        ]
        return TextTable(self._heads(str), tuple(rows), notes=tuple(notes))

    def _latex_table(self) -> TextTable:
        values = {value: value_latex(value) for row in self.values.tolist() for value in row}
        rows = [
            (label_latex(label), *(values[value] for value in row))
            for label, row in zip(self.irreps, self.values.tolist(), strict=True)
        ]
        heads = self._heads(label_latex, latex_words("size"))
        return TextTable(heads, tuple(rows), left=(0,), math=True)

    def _heads(
        self, write: Callable[[Any], str], size: str = "size"
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return ("", *map(write, self.classes)), (size, *map(str, self.class_sizes))

    def inner_product(self, chi: ClassFunction, psi: ClassFunction) -> Any:
        """Return (1/|G|) sum over g of chi(g) psi(g^-1), exact for exact values.

        Args:
            chi: a value for each class, in the order of `classes`, or a mapping from labels.
            psi: likewise.

        Raises:
            ValueError: the number of values is not the number of classes, or a SymPy number cannot
                be read by `symrep.arithmetic.cyclotomic.coefficients_of`.
        """
        left, right = self._by_class(chi), self._by_class(psi)
        if any(isinstance(value, (float, complex)) for value in [*left, *right]):
            left, right = map(_floating, (left, right))
        triples = zip(self.class_sizes, left, [right[c] for c in self.inverse_classes], strict=True)
        if any(isinstance(value, Expr) for value in [*left, *right]):
            return cyclotomic.exact(_sum_of_products(triples, self.order))
        return _divide(sum(size * a * b for size, a, b in triples), self.order)

    def decompose(self, class_function: ClassFunction) -> ByIrrep[Any, Any]:
        """Return the decomposition of a class function, {irrep: multiplicity}, without zeros.

        The class function is the sum of multiplicity times character. For the character of a
        representation the multiplicities are positive Python integers.

        Raises:
            ValueError: the number of values is not the number of classes.
        """
        values = self._by_class(class_function)
        products = {
            label: self.inner_product(values, row.tolist())
            for label, row in zip(self.irreps, self.values, strict=True)
        }
        found = {
            label: int(product) if getattr(product, "is_Integer", False) else product
            for label, product in products.items()
            if product
        }
        return by_label(self.labels, found)

    def verify(self) -> tuple[str, ...]:
        """Check the table exactly; return a phrase for each check.

        Rows and columns are orthogonal, and the squares of the dimensions sum to the order. Values
        that are not integers are the sums of the eigenvalues.

        Raises:
            LawViolation: a check fails; the message says where.
        """
        sums = () if self.rational else (f"{assert_values(self)} sums of eigenvalues",)
        return (
            *sums,
            f"{assert_orthogonal_rows(self)} inner products of rows",
            f"{assert_orthogonal_columns(self)} inner products of columns",
            f"sum of squared dimensions = {assert_dimensions(self)}",
        )

    def _by_class(self, function: ClassFunction) -> list[Any]:
        if isinstance(function, Mapping):
            named = [label if label in function else str(label) for label in self.classes]
            missing = [str(label) for label in named if label not in function]
            if missing or len(function) != len(self.classes):
                raise ValueError(
                    f"a class function needs a value for each of the {len(self.classes)} classes, "
                    f"got {len(function)}; missing: {', '.join(missing) or 'none'}"
                )
            return [_exact(function[label]) for label in named]
        values = [_exact(value) for value in function]
        if len(values) != len(self.classes):
            raise ValueError(
                f"a class function needs a value for each of the {len(self.classes)} classes, "
                f"got {len(values)}"
            )
        return values


def character_table(n: int) -> CharacterTable:
    """Return the character table of S_n; see `character_values` for the cost.

    Raises:
        MemoryError: the p(n)^2 values cannot fit; raised before they are computed.
    """
    values = character_values(n)
    classes = cycle_types(n)
    return CharacterTable(
        irreps=classes[::-1],
        classes=classes,
        class_sizes=tuple(cycle_type.class_size for cycle_type in classes),
        element_orders=tuple(lcm(*cycle_type) for cycle_type in classes),
        values=values,
        inverse_classes=tuple(range(len(classes))),
        power_map=partial(power_map, n),
        labels=PartitionLabels(n, partial(character_table, n)),
    )


def power_map(n: int, k: int) -> tuple[int, ...]:
    """Return [c] = position of the class of k-th powers of class c of S_n."""
    k = as_integer(k, "a power")
    positions = {cycle_type: c for c, cycle_type in enumerate(cycle_types(n))}
    return tuple(positions[permutations.power_map(c, k)] for c in positions)


def cyclotomic_table(
    irreps: Sequence[str],
    classes: Sequence[str],
    class_sizes: Sequence[int],
    element_orders: Sequence[int],
    inverse_classes: Sequence[int],
    power_map: Callable[[int], tuple[int, ...]],
    eigenvalues: Sequence[NDArray[np.int64]],
    labels: Labels[Any],
) -> CharacterTable:
    """Return the table of characters with given eigenvalues; see `CharacterTable`.

    The labels are those of the irreps over the reals.
    """
    exponent = lcm(*element_orders)
    values = np.empty((len(irreps), len(classes)), dtype=object)
    for k, row in enumerate(eigenvalues):
        values[k] = [cyclotomic.sum_of_roots(at, exponent) for at in map(tuple, row.tolist())]
    return CharacterTable(
        tuple(irreps),
        tuple(classes),
        tuple(class_sizes),
        tuple(element_orders),
        values,
        tuple(inverse_classes),
        power_map,
        RowLabels(irreps, labels),
        tuple(eigenvalues),
    )


def floating_values(
    eigenvalues: Sequence[NDArray[np.int64]], exponent: int
) -> NDArray[np.complex128]:
    """Return characters from their eigenvalues, (irreps, classes); see `CharacterTable`."""
    roots = cyclotomic.roots_of_unity(exponent)
    return np.array([roots[row].sum(1) for row in eigenvalues])


def frobenius_schur_indicator(
    eigenvalues: NDArray[np.int64], class_sizes: NDArray[np.int64], exponent: int, label: Any
) -> int:
    """Return the exact mean of chi(g^2) for one character; see `CharacterTable`."""
    squares = 2 * eigenvalues % exponent
    counts = np.zeros(exponent, dtype=np.int64)
    np.add.at(counts, squares.ravel(), np.repeat(class_sizes, eigenvalues.shape[1]))
    total = cyclotomic.reduced(counts, exponent)
    indicator = Fraction(int(total[0]), int(class_sizes.sum()))
    return _indicator(None if total[1:].any() else indicator, label)


def _indicator(mean: Fraction | None, label: Any) -> int:
    if mean not in (1, 0, -1):
        raise LawViolation(f"{label}: the mean of chi(g^2) is not 1, 0 or -1")
    return int(mean)


def _names_of_values(
    values: Sequence[Sequence[Any]], texts: Sequence[Sequence[str]]
) -> dict[str, str]:
    """{text of a long irrational value: A, B, ... or the negative of such}, as they occur."""
    names: dict[str, str] = {}
    for row, written in zip(values, texts, strict=True):
        for value, text in zip(row, written, strict=True):
            if text in names or len(text) <= LONGEST_VALUE or not isinstance(value, Expr):
                continue
            if not value.is_Rational:
                negative = names.get(str(-value))
                names[text] = _letter(names) if negative is None else f"-{negative}"
    return names


def _letter(names: Mapping[str, str]) -> str:
    """Return the next of A, B, ..., Z, A1, B1, ..."""
    round_, k = divmod(sum(name[0] != "-" for name in names.values()), len(_LETTERS))
    return f"{_LETTERS[k]}{round_ or ''}"


def _sum_of_products(triples: Iterable[tuple[int, Any, Any]], order: int) -> list[Fraction]:
    """Return coefficients of (1/order) times the sum of the products of triples."""
    total = [Fraction(0)]
    for size, a, b in triples:
        factors = map(cyclotomic.coefficients_of, (Fraction(size, order), a, b))
        total = cyclotomic.total(total, reduce(cyclotomic.product, factors))
    return total


def _read_only_view(array: NDArray[Any]) -> NDArray[Any]:
    view = array.view()
    view.flags.writeable = False
    return view


def _exact(value: Any) -> Any:
    """Return a scalar of numpy or torch as a Python number; their integers overflow."""
    return value.item() if hasattr(value, "item") else value


def _floating(values: list[Any]) -> list[Any]:
    """Return the values with complex numbers in place of SymPy numbers."""
    return [complex(value) if isinstance(value, Expr) else value for value in values]


def _divide(total: Any, order: int) -> Any:
    """Return total / order, an int or Fraction if total is one of these."""
    if isinstance(total, (int, Fraction)):
        quotient = Fraction(total, order)
        return quotient.numerator if quotient.denominator == 1 else quotient
    return total / order
