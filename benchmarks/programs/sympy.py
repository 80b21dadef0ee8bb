"""SymPy."""

from __future__ import annotations

from collections.abc import Callable

from sympy.combinatorics.named_groups import SymmetricGroup

from benchmarks.programs import Outcome, main, measure


def elements(n: int) -> Outcome:
    listed, outcome = measure(lambda: list(SymmetricGroup(n).generate(af=True)))
    outcome.answer = listed[:: max(1, len(listed) // 50)]
    return outcome


PROGRAMS: dict[str, Callable[..., Outcome]] = {"elements": elements}

if __name__ == "__main__":
    main(PROGRAMS)
