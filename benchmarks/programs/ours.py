"""This project."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import factorial

from benchmarks.programs import Outcome, answers, main, measure


def characters(n: int) -> Outcome:
    from symrep.characters.murnaghan_nakayama import character_values, cycle_types
    from symrep.characters.table_laws import assert_column_norms

    values, outcome = measure(lambda: character_values(n))
    for start in range(0, values.shape[1], 256):
        block = values[:, start : start + 256]
        assert_column_norms(cycle_types(n)[start : start + 256], block)
    row = {label: i for i, label in enumerate(answers.partitions(n))}
    outcome.answer = answers.digest_of_characters(n, lambda label: values[row[label]])
    return outcome


def streamed_characters(n: int) -> Outcome:
    from symrep.characters.murnaghan_nakayama import character_blocks
    from symrep.characters.table_laws import assert_column_norms
    from symrep.combinatorics.integer_partitions import number_of_partitions

    def stream() -> int:
        return sum(assert_column_norms(classes, block) for classes, block in character_blocks(n))

    columns, outcome = measure(stream)
    assert columns == number_of_partitions(n)
    return outcome


def character(which: int) -> Outcome:
    from symrep import Partition, character

    label, cycle_type = answers.SINGLE_VALUES[which]
    shape, mu = Partition(*label), Partition(*cycle_type)
    value, outcome = measure(lambda: character(shape, mu), repeats=9)
    outcome.answer = str(value)
    return outcome


def orthogonal_generators(n: int) -> Outcome:
    from symrep.combinatorics.integer_partitions import partitions
    from symrep.representations.young import young_tables

    tables, outcome = measure(lambda: {shape: young_tables(shape) for shape in partitions(n)})
    outcome.answer = {
        str(tuple(shape)): [
            # No product of two different generators exchanges a tableau with itself.
            str(sum(Fraction(1, a * b) for a, b in zip(*rows[[i, j]].tolist(), strict=True)))
            for i, j in answers.words(n)
        ]
        for shape, rows in ((shape, table.axial_distance) for shape, table in tables.items())
    }
    return outcome


def specht_generators(n: int) -> Outcome:
    import numpy as np

    from symrep.combinatorics.integer_partitions import partitions
    from symrep.representations.young import specht_generators

    matrices, outcome = measure(lambda: {p: specht_generators(p) for p in partitions(n)})
    outcome.answer = {
        str(tuple(p)): [str(np.einsum("ab,ba->", s[i], s[j])) for i, j in answers.words(n)]
        for p, s in matrices.items()
    }
    return outcome


def tensors(n: int) -> Outcome:
    import torch

    from symrep import SymmetricGroup

    group = SymmetricGroup(n)
    SymmetricGroup(2).irrep("sign").tensor()

    def build() -> list[torch.Tensor]:
        return [irrep.tensor(torch.float64) for irrep in SymmetricGroup(n).irreps.values()]

    made, outcome = measure(build, repeats=3)
    outcome.answer = {
        str(tuple(label)): traces_of(matrices, group)
        for label, matrices in zip(group.irreps, made, strict=True)
    }
    return outcome


def traces_of(matrices, group) -> list[int]:
    """The traces at one element of each class, which are integers."""
    representatives = [c.representative for c in group.conjugacy_classes]
    traces = matrices[representatives].diagonal(dim1=1, dim2=2).sum(-1)
    assert (traces - traces.round()).abs().max() < 1e-10
    return traces.round().int().tolist()


def large_tensor(n: int) -> Outcome:
    """The largest irrep of S_n, in float32."""
    import torch

    from symrep import SymmetricGroup
    from symrep.representations.young_tensors import error_bound

    group = SymmetricGroup(n)
    irrep = max(group.irreps.values(), key=lambda irrep: irrep.dim)
    matrices, outcome = measure(lambda: irrep.tensor(torch.float32))
    some = torch.arange(0, group.order, 997)
    exact = irrep.tensor_at(some, torch.float64)
    errors = (matrices[some] - exact).norm(dim=(1, 2)) / irrep.dim**0.5
    assert errors.max() <= error_bound(irrep.label, torch.float32)
    return outcome


def fourier(n: int, batch: int) -> Outcome:
    return _transform(n, batch, inverse=False)


def inverse_fourier(n: int, batch: int) -> Outcome:
    return _transform(n, batch, inverse=True)


def _transform(n: int, batch: int, inverse: bool) -> Outcome:

    from symrep import SymmetricGroup, fourier_transform, inverse_fourier_transform

    group = SymmetricGroup(n)
    f = signal(n, batch)
    coefficients = fourier_transform(f, group)
    norms = {str(tuple(p)): float(c.double().square().sum()) for p, c in coefficients.items()}
    assert abs(norms[f"({n},)"] / f.double().sum(0).square().sum() - 1) < 1e-4
    total = sum(group.irrep(label).dim * norms[str(tuple(label))] for label in group.irreps)
    assert abs(total / group.order / f.double().square().sum() - 1) < 1e-5
    back = inverse_fourier_transform(coefficients, group)
    assert (back - f).norm() < 1e-5 * f.norm()
    work = (
        (lambda: inverse_fourier_transform(coefficients, group))
        if inverse
        else (lambda: fourier_transform(f, group))
    )
    _, outcome = measure(work, repeats=9 if n > 8 or batch > 1 else 51)
    outcome.answer = norms
    return outcome


def signal(n: int, batch: int):
    """(n!, batch) in float32, or (n!,) for a batch of one."""
    import torch

    values = torch.arange(factorial(n)) * 7919 % 101 - 50
    columns = torch.stack([values.roll(shift) for shift in range(batch)], dim=1).float()
    return columns if batch > 1 else columns[:, 0]


def fourier_tables(n: int) -> Outcome:
    import torch

    from symrep import SymmetricGroup

    SymmetricGroup(6).fourier_plan(torch.float32)
    plan, outcome = measure(lambda: SymmetricGroup(n).fourier_plan(torch.float32))
    assert len(plan.order) == factorial(n)
    return outcome


def round_trip(n: int) -> Outcome:
    """Relative error of the inverse of the transform, in float64."""
    from symrep import SymmetricGroup, fourier_transform, inverse_fourier_transform

    group = SymmetricGroup(n)
    f = signal(n, 1).double()
    fourier_transform(f, group)
    back, outcome = measure(
        lambda: inverse_fourier_transform(fourier_transform(f, group), group), repeats=3
    )
    assert (back - f).norm() < 1e-13 * f.norm()
    return outcome


def elements(n: int) -> Outcome:
    from symrep import SymmetricGroup

    SymmetricGroup(2).elements  # noqa: B018
    listed, outcome = measure(lambda: SymmetricGroup(n, "sympy").elements)
    outcome.answer = listed[:: max(1, factorial(n) // 50)].tolist()
    return outcome


def table_of_group(name: str) -> Outcome:
    from symrep import CayleyTableGroup, PermutationGroup

    group = PermutationGroup(answers.PERMUTATIONS[name])
    if name == "S_6":
        bare = group.cayley_table

        def make() -> CayleyTableGroup | PermutationGroup:
            return CayleyTableGroup(bare)
    else:

        def make() -> CayleyTableGroup | PermutationGroup:
            return PermutationGroup(answers.PERMUTATIONS[name])

    def work() -> CayleyTableGroup | PermutationGroup:
        made = make()
        made.character_table()
        return made

    found, outcome = measure(work)
    found.character_table().verify()
    outcome.answer = [
        sorted([c.size, c.element_order] for c in found.conjugacy_classes),
        sorted(found.character_table().dimensions),
    ]
    return outcome


def irreps_of_group(name: str) -> Outcome:
    import torch

    from symrep import CayleyTableGroup, PermutationGroup
    from symrep.representations.laws import assert_homomorphism

    table = PermutationGroup(answers.PERMUTATIONS[name]).cayley_table

    def work() -> CayleyTableGroup:
        group = CayleyTableGroup(table)
        for irrep in group.irreps.values():
            irrep.tensor(torch.float64)
        return group

    group, outcome = measure(work)
    for irrep in group.irreps.values():
        matrices = irrep.tensor(torch.float64)
        assert_homomorphism(matrices, group.cayley_table, group.generators, 1e-13)
    return outcome


def verified(name: str) -> Outcome:
    import torch  # noqa: F401

    from symrep.groups.names import named_group
    from symrep.verification import verify

    checks, outcome = measure(lambda: list(verify(named_group(name))))
    assert all(check.passed for check in checks)
    return outcome


def subgroups(name: str) -> Outcome:
    import torch  # noqa: F401

    from symrep import PermutationGroup

    def work():
        return PermutationGroup(answers.PERMUTATIONS[name]).subgroup_classes()

    classes, outcome = measure(work)
    outcome.answer = sorted([c.order, c.length] for c in classes)
    return outcome


def training_step(name: str, loss: str, first: int, last: int) -> Outcome:
    import tempfile
    from pathlib import Path
    from time import perf_counter

    from analysis.training.loop import train
    from benchmarks.programs import networks, peak_megabytes

    epochs = sorted({0, last, first, *(epoch for epoch in networks.COMPARED if epoch < last)})
    settings = networks.configuration(
        name, num_epochs=last, loss=loss, evaluations=epochs, checkpoints=[last]
    )
    before, losses, moments = peak_megabytes(), {}, {}

    def note(progress) -> None:
        losses[progress.epoch], moments[progress.epoch] = progress.train_loss, perf_counter()

    with tempfile.TemporaryDirectory() as folder:
        train(settings, Path(folder) / "run", note)
    return networks.outcome(before, (moments[last] - moments[first]) / (last - first), losses)


def train_seeds(name: str, count: int, epochs: int, at_once: int) -> Outcome:
    import tempfile
    from pathlib import Path
    from time import perf_counter

    from analysis.training.loop import train_together
    from benchmarks.programs import networks, peak_megabytes

    seeds = [
        networks.configuration(
            name, num_epochs=epochs, seed=seed, evaluations=networks.COMPARED, checkpoints=[epochs]
        )
        for seed in range(count)
    ]
    before, losses = peak_megabytes(), {}
    with tempfile.TemporaryDirectory() as folder:
        began = perf_counter()
        for start in range(0, count, at_once):
            batch = seeds[start : start + at_once]

            def note(index, progress, batch=batch) -> None:
                losses[f"{batch[index].seed} {progress.epoch}"] = progress.train_loss

            train_together(batch, [Path(folder) / str(own.seed) for own in batch], note)
        seconds = perf_counter() - began
    answer = {key: loss for key, loss in losses.items() if not key.endswith(f" {epochs}")}
    return Outcome(seconds, before, peak_megabytes(), answer)


def many_networks(name: str, count: int, epochs: int) -> Outcome:
    return train_seeds(name, count, epochs, at_once=count)


def import_symrep() -> Outcome:
    import sys

    def work() -> None:
        import symrep  # noqa: F401

    _, outcome = measure(work)
    assert "torch" not in sys.modules
    return outcome


PROGRAMS: dict[str, Callable[..., Outcome]] = {
    "characters": characters,
    "streamed characters": streamed_characters,
    "character": character,
    "orthogonal generators": orthogonal_generators,
    "seminormal generators": orthogonal_generators,
    "specht generators": specht_generators,
    "tensors": tensors,
    "large tensor": large_tensor,
    "fourier": fourier,
    "inverse fourier": inverse_fourier,
    "fourier tables": fourier_tables,
    "round trip": round_trip,
    "elements": elements,
    "table of a group": table_of_group,
    "irreps of a group": irreps_of_group,
    "verified": verified,
    "subgroups": subgroups,
    "training step": training_step,
    "many networks": many_networks,
    "import": import_symrep,
}

if __name__ == "__main__":
    main(PROGRAMS)
