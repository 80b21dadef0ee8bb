"""Sage, from the wheels of the extra `oracles`."""

from __future__ import annotations

from collections.abc import Callable

import sage.all__sagemath_combinat
import sage.all__sagemath_symbolics  # noqa: F401
from sage.combinat.partition import Partition, Partitions
from sage.combinat.permutation import Permutation
from sage.combinat.sf.sf import SymmetricFunctions
from sage.combinat.symmetric_group_representations import SymmetricGroupRepresentation
from sage.rings.rational_field import QQ

from benchmarks.programs import Outcome, answers, main, measure


def characters(n: int) -> Outcome:
    functions = SymmetricFunctions(QQ)
    power, schur = functions.p(), functions.s()
    matrix, outcome = measure(lambda: power.transition_matrix(schur, n))
    labels = [tuple(label) for label in Partitions(n)]
    position = {label: i for i, label in enumerate(labels)}

    def value(label: answers.Label) -> list[int]:
        return [matrix[position[cycle_type], position[label]] for cycle_type in sorted(labels)]

    outcome.answer = answers.digest_of_characters(n, value)
    return outcome


def _generators(form: str) -> Callable[[int], Outcome]:
    def program(n: int) -> Outcome:
        swaps = []
        for i in range(n - 1):
            images = list(range(1, n + 1))
            images[i], images[i + 1] = images[i + 1], images[i]
            swaps.append(Permutation(images))

        def work():
            made = {}
            for label in answers.partitions(n):
                representation = SymmetricGroupRepresentation(Partition(list(label)), form)
                made[label] = [representation.representation_matrix(swap) for swap in swaps]
            return made

        matrices, outcome = measure(work)
        outcome.answer = {
            str(label): [str(_trace_of_product(s[i], s[j])) for i, j in answers.words(n)]
            for label, s in matrices.items()
        }
        return outcome

    return program


def _trace_of_product(a, b):
    return QQ(sum(a[i, j] * b[j, i] for i, j in a.nonzero_positions()))


PROGRAMS: dict[str, Callable[..., Outcome]] = {
    "characters": characters,
    "orthogonal generators": _generators("orthogonal"),
    "seminormal generators": _generators("seminormal"),
    "specht generators": _generators("specht"),
}

if __name__ == "__main__":
    main(PROGRAMS)
