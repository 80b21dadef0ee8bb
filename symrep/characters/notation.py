"""Labels, character values and names of groups in LaTeX of math mode."""

from __future__ import annotations

import re
from typing import Any

from sympy import Expr, latex, together

from symrep._support.markup import latex_words, script, word_latex
from symrep.combinatorics.integer_partitions import Partition

CONJUGATE = re.compile(r"conj\((.*)\)")
"""Labels of the complex irreps that stand for the conjugates of others."""

_HALF = re.compile(r"(\(\d+(?:,\d+)*\))([+-]?)")
_WORD = re.compile(r"\d+|[a-z](?:\^\d+)?(?: [a-z](?:\^\d+)?)*")
_FAMILY = re.compile(r"([A-Za-z]+)_(\d+)")
_LINEAR = re.compile(r"([A-Z]+)(\(\d+,\d+\))")


def partition_latex(label: Partition) -> str:
    r"""Return the parts with exponents: 2,1^3; the empty partition is \emptyset."""
    return label.latex().removeprefix("(").removesuffix(")")


def label_latex(label: object) -> str:
    r"""Return the label of an irrep or of a class in LaTeX.

    >>> label_latex(Partition(2, 1, 1)), label_latex("(3,1,1)+"), label_latex("conj(freq_1)")
    ('(2,1^2)', '(3,1^2)^+', '\\overline{\\text{freq\\_1}}')
    >>> label_latex("sign x (2,1)"), label_latex("(r^2, (1,1,1))")
    ('\\text{sign} \\otimes (2,1)', '(r^2, (1^3))')
    """
    if isinstance(label, Partition):
        return label.latex()
    text = str(label)
    factors = split(text, " x ")
    if len(factors) > 1:
        return " \\otimes ".join(map(label_latex, factors))
    half, conjugate = _HALF.fullmatch(text), CONJUGATE.fullmatch(text)
    if half is not None:
        return Partition.parse(half[1]).latex() + (half[2] and f"^{half[2]}")
    if conjugate is not None:
        return f"\\overline{{{label_latex(conjugate[1])}}}"
    if text[:1] == "(" and ", " in text:
        return f"({', '.join(map(label_latex, split(text[1:-1], ',')))})"
    return word_latex(text) if _WORD.fullmatch(text) else latex_words(text)


def value_latex(value: Any) -> str:
    r"""Return an exact number in LaTeX, a sum of fractions as one fraction.

    >>> from sympy import Rational, sqrt
    >>> value_latex(Rational(1, 2) + sqrt(5) / 2)
    '\\frac{1 + \\sqrt{5}}{2}'
    """
    written: str = latex(together(value)) if isinstance(value, Expr) else str(value)
    return written


def group_latex(name: str) -> str:
    r"""Return the name of a group in LaTeX.

    >>> group_latex("S_5"), group_latex("C_113"), group_latex("Dic_3"), group_latex("SL(2,3)")
    ('S_5', 'C_{113}', '\\mathrm{Dic}_3', '\\mathrm{SL}(2,3)')
    """
    factors = name.split(" x ")
    if len(factors) > 1:
        return " \\times ".join(map(group_latex, factors))
    family, linear = _FAMILY.fullmatch(name), _LINEAR.fullmatch(name)
    if family is not None:
        return f"{_upright(family[1])}_{script(family[2])}"
    return f"{_upright(linear[1])}{linear[2]}" if linear is not None else latex_words(name)


def split(text: str, separator: str) -> list[str]:
    """Split a text at the separators outside parentheses and brackets; strip the parts."""
    parts = [""]
    for piece in text.split(separator):
        if sum(map(parts[-1].count, "([")) > sum(map(parts[-1].count, ")]")):
            parts[-1] += separator + piece
        else:
            parts.append(piece)
    return [part.strip() for part in parts[1:]]


def _upright(letters: str) -> str:
    return letters if len(letters) == 1 else f"\\mathrm{{{letters}}}"
