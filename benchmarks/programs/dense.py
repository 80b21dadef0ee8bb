"""The obvious way in torch: dense products with generators, dense sums over the group."""

from __future__ import annotations

from collections.abc import Callable

import torch

from benchmarks.programs import Outcome, main, measure
from benchmarks.programs.ours import signal, traces_of
from symrep import SymmetricGroup
from symrep.combinatorics.permutations import reduced_words
from symrep.representations.young_tensors import generator_floats


def tensors(n: int) -> Outcome:
    """Each element is a shorter one times one generator."""
    group = SymmetricGroup(n)
    generators = {
        label: torch.from_numpy(generator_floats(label, "orthogonal")) for label in group.irreps
    }
    words = [
        tuple(letter for letter in word if letter >= 0)
        for word in reduced_words(group.elements).tolist()
    ]

    def build() -> list[torch.Tensor]:
        made = []
        for label, matrices in generators.items():
            known = {(): torch.eye(label.dimension, dtype=torch.float64)}
            for word in sorted(words, key=len):
                for stop in range(1, len(word) + 1):
                    if word[:stop] not in known:
                        known[word[:stop]] = known[word[: stop - 1]] @ matrices[word[stop - 1]]
            made.append(torch.stack([known[word] for word in words]))
        return made

    made, outcome = measure(build)
    outcome.answer = {
        str(tuple(label)): traces_of(matrices, group)
        for label, matrices in zip(group.irreps, made, strict=True)
    }
    return outcome


def fourier(n: int, batch: int) -> Outcome:
    """All matrices of all irreps are ready."""
    group, f = SymmetricGroup(n), signal(n, batch)
    matrices = {label: irrep.tensor() for label, irrep in group.irreps.items()}

    def work() -> dict:
        return {label: torch.einsum("gij,g...->ij...", rho, f) for label, rho in matrices.items()}

    coefficients, outcome = measure(work, repeats=5)
    outcome.answer = {
        str(tuple(p)): float(c.double().square().sum()) for p, c in coefficients.items()
    }
    return outcome


PROGRAMS: dict[str, Callable[..., Outcome]] = {"tensors": tensors, "fourier": fourier}

if __name__ == "__main__":
    main(PROGRAMS)
