"""Plain text and numbers in LaTeX, Markdown and for a terminal."""

from __future__ import annotations

import re
from math import isnan

_LATEX = str.maketrans(
    {c: f"\\{c}" for c in "_%&#${}"}
    | {
        "±": r"$\pm$",
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\^{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "\n": " ",
    }
)
_MARKDOWN = str.maketrans({c: f"\\{c}" for c in "\\`*<[|&~$"} | {"\n": " "})
_LOOSE_UNDERSCORE = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_POWER = re.compile(r"\^(\d+)")
_TEXT = re.compile(r"\\text\{((?:[^{}\\]|\\.)*)\}|(\d+)")


def latex_text(text: str) -> str:
    """Return plain text as LaTeX outside of math mode."""
    return text.translate(_LATEX)


def markdown_text(text: str) -> str:
    """Return plain text as Markdown for the cell of a table."""
    return _LOOSE_UNDERSCORE.sub(r"\\_", text.translate(_MARKDOWN))


def latex_words(text: str) -> str:
    r"""Return plain text as LaTeX of math mode: \text{...}."""
    return f"\\text{{{latex_text(text)}}}"


def inline_latex(math: str) -> str:
    r"""Return LaTeX of math mode as part of a paragraph: in dollars, unless it is words or digits.

    >>> inline_latex(r"\text{freq\_1}"), inline_latex("-1")
    ('freq\\_1', '$-1$')
    """
    match = _TEXT.fullmatch(math)
    if match is None:
        return f"${math}$" if math else ""
    return match[1] if match[2] is None else match[2]


def word_latex(word: str) -> str:
    r"""Return a product of powers, or cycles of a permutation, in LaTeX of math mode.

    >>> word_latex("r^12 s"), word_latex("(0 1 2)"), word_latex("s_0")
    ('r^{12}\\ s', '(0\\ 1\\ 2)', 's_0')
    """
    return _POWER.sub(lambda power: f"^{script(power[1])}", word).replace(" ", "\\ ")


def script(text: object) -> str:
    """Return what follows ^ or _ in LaTeX: one character, or several in braces."""
    written = str(text)
    return written if len(written) == 1 else f"{{{written}}}"


def number(value: float | None) -> str:
    """Return four significant digits: fixed point from 0.001 to 10000, else with an exponent.

    None and NaN are empty.
    """
    if value is None or isnan(value):
        return ""
    if value == 0 or 1e-3 <= abs(value) < 1e4:
        return f"{value:.4f}"
    return f"{value:.2e}"
