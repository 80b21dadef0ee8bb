"""Labels of irreps: one parser for each group, and the mapping `ByIrrep`.

An irrep is given by its label, by an alias such as "standard", or by a description: its complex
degree with values of its character as in the table, "3[5A=1/2 + sqrt(5)/2]".
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import combinations, islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from sympy import Expr

from symrep._support.markup import latex_words, number
from symrep._support.tables import PrintedAsTable, TextTable, more_rows
from symrep.characters.notation import CONJUGATE, label_latex, split, value_latex
from symrep.combinatorics.integer_partitions import Partition, number_of_partitions, partitions

if TYPE_CHECKING:
    import pandas as pd

    from symrep.characters.table import CharacterTable

Label = TypeVar("Label", bound=Hashable)
Value = TypeVar("Value")
Other = TypeVar("Other")

_DESCRIPTION = re.compile(r"(\d+)\[(.*)\]")

SHOWN = 8
"""Number of labels listed in an error message."""


class Labels(ABC, Generic[Label]):
    """The labels of the irreps of a group, in their order, with a parser.

    Args:
        group: the name of the group, for messages.
        aliases: {other name: label}.
        table: returns the character table, for descriptions; None if these are not read.
    """

    def __init__(
        self,
        group: str,
        aliases: Mapping[str, Label],
        table: Callable[[], CharacterTable] | None = None,
    ) -> None:
        self.group, self._aliases = group, dict(aliases)
        self._table = table

    @property
    def aliases(self) -> Mapping[str, Label]:
        """{other name: label}."""
        return MappingProxyType(self._aliases)

    @abstractmethod
    def __iter__(self) -> Iterator[Label]:
        """Yield the labels, the trivial irrep first."""

    @abstractmethod
    def __len__(self) -> int:
        """Return number of irreps."""

    @abstractmethod
    def _read(self, label: object) -> Label | None:
        """Return the label written in this way, or None if the group has no such label."""

    @property
    @abstractmethod
    def _value(self) -> Hashable:
        """The value by which labels of one type are compared and hashed."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._value == other._value

    def __hash__(self) -> int:
        return hash((type(self), self._value))

    def __contains__(self, label: object) -> bool:
        try:
            self.parse(label)
        except (TypeError, ValueError):
            return False
        return True

    def __repr__(self) -> str:
        return f"<labels of the {len(self)} irreps of {self.group}>"

    def parse(self, label: object) -> Label:
        """Return the label given by a label, an alias or a description.

        Raises:
            ValueError: the group has no such irrep, or the description fits several.
        """
        text = label.strip() if isinstance(label, str) else label
        known = self.aliases.get(text) if isinstance(text, str) else None
        try:
            found = self._read(text) if known is None else known
        except TypeError as error:
            raise ValueError(str(error)) from None
        if found is not None:
            return found
        fitting = self._described(str(text))
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            raise ValueError(
                f"{text!r} describes {len(fitting)} irreps of {self.group}: {_listed(fitting)}; "
                "add values of the character"
            )
        raise ValueError(f"{self.group} has no irrep {label!r}; it has {_listed(self)}")

    def describe(self, label: object) -> str:
        """Return the shortest description that distinguishes an irrep; the inverse of `parse`.

        Cost: the character table, and all smaller sets of classes.

        Raises:
            ValueError: the group has no such irrep.
        """
        if self._table is None:
            raise ValueError(
                f"descriptions need the character table of {self.group}; these labels have none"
            )
        return _description(self._table(), self.parse(label))

    def _described(self, text: str) -> list[Label]:
        match = _DESCRIPTION.fullmatch(text.replace(" ", ""))
        if match is None or self._table is None:
            return []
        return _described(self._table(), int(match[1]), match[2])


class PartitionLabels(Labels[Partition]):
    """The partitions of n: labels of the irreps of S_n, from (n) to (1^n).

    They are parsed from parts, text like "3,2" or "(2,1^3)", and the names "trivial", "sign",
    "standard" and "standard_sign".
    """

    def __init__(self, n: int, table: Callable[[], CharacterTable] | None = None) -> None:
        names = {"trivial": (n,) if n else (), "sign": (1,) * n}
        if n >= 2:
            names |= {"standard": (n - 1, 1), "standard_sign": (2, *(1,) * (n - 2))}
        aliases = {name: Partition(*parts) for name, parts in names.items()}
        super().__init__(f"S_{n}", aliases, table)
        self.n = n

    def __iter__(self) -> Iterator[Partition]:
        return partitions(self.n)

    def __len__(self) -> int:
        return number_of_partitions(self.n)

    @property
    def _value(self) -> Hashable:
        return self.n

    def _read(self, label: object) -> Partition | None:
        if isinstance(label, str):
            if _DESCRIPTION.fullmatch(label.replace(" ", "")):
                return None
            try:
                partition = Partition.parse(label)
            except ValueError as error:
                if label[:1].isalpha():
                    raise ValueError(
                        f"unknown irrep {label!r}: expected a partition such as '3,2', or one of "
                        f"{', '.join(self.aliases)}"
                    ) from None
                raise error from None
        else:
            partition = Partition.of(label)  # type: ignore[arg-type]
        if partition.size != self.n:
            raise ValueError(
                f"{partition} is a partition of {partition.size}; "
                f"the irreps of {self.group} are labelled by partitions of {self.n}"
            )
        return partition


class TextLabels(Labels[str]):
    """Labels that are strings.

    Args:
        group: the name of the group.
        names: the labels, in their order.
        aliases: {other name: label}.
        table: see `Labels`.
    """

    def __init__(
        self,
        group: str,
        names: Iterable[str],
        aliases: Mapping[str, str],
        table: Callable[[], CharacterTable] | None = None,
    ) -> None:
        super().__init__(group, aliases, table)
        self._names = dict.fromkeys(names)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    @property
    def _value(self) -> Hashable:
        return self.group, tuple(self._names), tuple(self.aliases.items())

    def _read(self, label: object) -> str | None:
        return label if isinstance(label, str) and label in self._names else None


class RowLabels(TextLabels):
    """The labels of complex irreps: those over the reals, and "conj(label)" for conjugates."""

    def __init__(self, names: Iterable[str], irreps: Labels[Any]) -> None:
        super().__init__(irreps.group, names, irreps.aliases)
        self.irreps = irreps

    def _read(self, label: object) -> str | None:
        if isinstance(label, str) and label in self._names:
            return label
        match = CONJUGATE.fullmatch(label) if isinstance(label, str) else None
        if match is None:
            return str(self.irreps.parse(label))
        inner = self.irreps.parse(match[1])
        conjugate = f"conj({inner})"
        return conjugate if conjugate in self._names else str(inner)


class ByIrrep(Mapping[Label, Value], PrintedAsTable):
    """An immutable mapping from irreps to values; keys are parsed: `values["standard"]`.

    `str` is a table with a row for each irrep. After the import of `symrep.fourier` it is a
    pytree of torch, with the labels as its structure. `==` is that of mappings.

    Args:
        labels: the labels of the group.
        values: {irrep: value}, for some or all irreps.

    Raises:
        ValueError: the group has no such irrep, or an irrep is given twice.

    >>> dimensions = ByIrrep(PartitionLabels(3), {(3,): 1, (2, 1): 2})
    >>> dimensions["standard"], dimensions["2,1"], dimensions.get("sign", 0)
    (2, 2, 0)
    """

    __slots__ = ("_values", "labels")

    labels: Labels[Label]
    _heads: ClassVar[tuple[str, ...]] = ("value",)

    def __init__(self, labels: Labels[Label], values: Mapping[Any, Value]) -> None:
        parsed = {labels.parse(label): value for label, value in values.items()}
        if len(parsed) < len(values):
            raise ValueError(f"an irrep of {labels.group} is given twice: {_listed(values)}")
        self.labels, self._values = labels, parsed

    def __getitem__(self, label: object) -> Value:
        if isinstance(label, Hashable) and label in self._values:
            return self._values[label]
        try:
            return self._values[self.labels.parse(label)]
        except (TypeError, ValueError) as error:
            raise KeyError(str(error)) from None

    def __iter__(self) -> Iterator[Label]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return repr(dict(self))

    def map(self, function: Callable[[Value], Other]) -> ByIrrep[Label, Other]:
        """Return the mapping with the function applied to every value."""
        return by_label(self.labels, {label: function(value) for label, value in self.items()})

    def to_series(self) -> pd.Series[Any]:
        """Return the values as a pandas Series, indexed by the labels as text."""
        import pandas as pd

        return pd.Series(list(self.values()), index=pd.Index(list(map(str, self)), name="irrep"))

    def to_frame(self) -> pd.DataFrame:
        """Return the values as a pandas DataFrame with one column, `value`; see `to_series`."""
        return self.to_series().to_frame("value")

    def _cells(self, value: Any) -> tuple[Any, ...]:
        """Return the cells under `_heads` in the row of a value."""
        return (value,)

    def _text_table(self, most: int | None = None) -> TextTable:
        rows = {label: self._cells(value) for label, value in islice(self.items(), most)}
        return irrep_table(self._heads, rows, notes=more_rows(len(self), most))

    def _latex_table(self, most: int | None = None) -> TextTable:
        rows = {label: self._cells(value) for label, value in islice(self.items(), most)}
        return irrep_table(self._heads, rows, math=True)


def by_label(labels: Labels[Label], values: dict[Label, Value]) -> ByIrrep[Label, Value]:
    """Return the mapping of a dictionary with parsed keys, which is not copied."""
    made: ByIrrep[Label, Value] = ByIrrep.__new__(ByIrrep)
    made.labels, made._values = labels, values
    return made


def irrep_table(
    heads: Iterable[str],
    rows: Mapping[Any, Iterable[Any]],
    caption: str = "",
    notes: tuple[str, ...] = (),
    *,
    math: bool = False,
) -> TextTable:
    """Return a table with a row for each irrep.

    Args:
        heads: of the columns after the labels.
        rows: {label: values in these columns}.
        caption: of the table.
        notes: below it.
        math: whether the cells are to be LaTeX of math mode.
    """
    label, value = (label_latex, _value_math) if math else (str, _value_text)
    return TextTable(
        (tuple(map(value, ("irrep", *heads))),),
        tuple((label(name), *map(value, values)) for name, values in rows.items()),
        left=(0,),
        caption=caption,
        notes=notes,
        math=math,
    )


def _value_text(value: Any) -> str:
    """Return a value as one line: four digits of a float, the shape of an array."""
    value = _plain(value)
    if getattr(value, "shape", None):
        return f"shape {tuple(value.shape)}"
    return number(value) if isinstance(value, float) else " ".join(str(value).split())


def _value_math(value: Any) -> str:
    value = _plain(value)
    if isinstance(value, Expr):
        return value_latex(value)
    text = _value_text(value)
    return text if isinstance(value, (int, float, Fraction)) else latex_words(text)


def _plain(value: Any) -> Any:
    """Return a number of Python for one of numpy or torch."""
    scalar = hasattr(value, "item") and not getattr(value, "shape", None)
    return value.item() if scalar else value


def _listed(labels: Iterable[Any]) -> str:
    *shown, after = [*map(str, islice(labels, SHOWN + 1)), ""][: SHOWN + 1]
    return ", ".join(filter(None, shown)) + (", ..." if after else "")


def _described(table: CharacterTable, degree: int, values: str) -> list[Any]:
    """Return the irreps over the reals with a degree and values, "class=value, ...", in order.

    Values are compared as text. They may be those of either of two conjugate characters.
    """
    wanted = set(split(values, ",")) if values else set()
    found = [
        _over_reals(name)
        for name, d, row in zip(table.irreps, table.dimensions, _texts(table), strict=True)
        if d == degree and wanted <= {value.replace(" ", "") for value in row}
    ]
    return list(dict.fromkeys(found))


def _description(table: CharacterTable, label: Any) -> str:
    """Return the first description with the fewest classes."""
    degrees, texts = table.dimensions, _texts(table)
    own = table.irreps.index(label)
    others = [
        set(texts[k])
        for k, name in enumerate(table.irreps)
        if degrees[k] == degrees[own] and _over_reals(name) != label
    ]
    for count in range(len(table.classes) + 1):
        for values in combinations(texts[own], count):
            if not any(other.issuperset(values) for other in others):
                return f"{degrees[own]}[{', '.join(values)}]"
    raise ValueError(f"another irrep has the character of {label}")


def _texts(table: CharacterTable) -> list[list[str]]:
    """Return the rows of the table as "class=value"."""
    return [
        [f"{c}={value}" for c, value in zip(table.classes, row, strict=True)] for row in table.texts
    ]


def _over_reals(name: Any) -> Any:
    """Return the label of the irrep over the reals with a constituent in this row."""
    match = CONJUGATE.fullmatch(name) if isinstance(name, str) else None
    return match[1] if match else name
