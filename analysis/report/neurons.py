"""Section: what does each neuron do?"""

from __future__ import annotations

from collections.abc import Iterator

from analysis.metrics import Analysis
from analysis.report.exhibits import Illustration, Section, Table


def section(analysis: Analysis) -> Section:
    """The neurons, one by one and by irrep."""
    return Section("neurons", "What does each neuron do?", list(_exhibits(analysis)))


def _exhibits(analysis: Analysis) -> Iterator[Illustration | Table]:
    yield from ()
