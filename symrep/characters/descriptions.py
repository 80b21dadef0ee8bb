"""Irreps named by what they are: the complex degree, and values of the character."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any

from symrep.characters.table import CharacterTable

_CONJUGATE = re.compile(r"conj\((.*)\)")


def described(table: CharacterTable, text: str) -> list[Any]:
    """The irreps over the reals that "degree[class=value, ...]" describes, in their order.

    Values are compared as texts, without spaces. Either of two conjugate characters may have them.
    """
    match = re.fullmatch(r"(\d+)\[(.*)\]", text.replace(" ", ""))
    if match is None:
        return []
    values = set(split(match[2], ",")) if match[2] else set()
    found = [
        _label(name)
        for name, degree, row in zip(table.irreps, table.dimensions, _texts(table), strict=True)
        if degree == int(match[1]) and values <= {value.replace(" ", "") for value in row}
    ]
    return list(dict.fromkeys(found))


def description(table: CharacterTable, label: Any) -> str:
    """The shortest text with which `described` finds one irrep over the reals alone.

    It has the fewest classes, and the first of these. Cost: all choices of fewer classes are tried.
    """
    degrees, texts = table.dimensions, _texts(table)
    own = table.irreps.index(label)
    others = [
        set(texts[k])
        for k, name in enumerate(table.irreps)
        if degrees[k] == degrees[own] and _label(name) != label
    ]
    for count in range(len(table.classes) + 1):
        for values in combinations(texts[own], count):
            if not any(other.issuperset(values) for other in others):
                return f"{degrees[own]}[{', '.join(values)}]"
    raise ValueError(f"another irrep has the character of {label}")


def _texts(table: CharacterTable) -> list[list[str]]:
    """Rows of "class=value"."""
    text = {value: str(value) for row in table.values.tolist() for value in row}
    return [
        [f"{c}={text[value]}" for c, value in zip(table.classes, row, strict=True)]
        for row in table.values.tolist()
    ]


def _label(name: Any) -> Any:
    """The label of the irrep over the reals that contains a row of the table."""
    match = _CONJUGATE.fullmatch(name) if isinstance(name, str) else None
    return match[1] if match else name


def split(text: str, separator: str) -> list[str]:
    """The parts of a text between separators that are in no parentheses, without outer spaces."""
    parts = [""]
    for piece in text.split(separator):
        if parts[-1].count("(") > parts[-1].count(")"):
            parts[-1] += separator + piece
        else:
            parts.append(piece)
    return [part.strip() for part in parts[1:]]
