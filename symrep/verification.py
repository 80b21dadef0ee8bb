"""Every check that makes the irreps and characters of S_n verified, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from time import perf_counter
from typing import TYPE_CHECKING, get_args

from symrep import laws
from symrep._lazy import LazyModule
from symrep.groups import SymmetricGroup
from symrep.memory import require_memory
from symrep.permutations import class_representative
from symrep.young import Form

if TYPE_CHECKING:
    import torch

    from symrep import tensors
else:
    torch, tensors = LazyModule("torch"), LazyModule("symrep.tensors")


@dataclass(frozen=True)
class Check:
    """The outcome of one check.

    Attributes:
        law: what was checked.
        evidence: what was counted or measured, or where the law failed.
        passed: whether it holds; None if it could not be checked, and `evidence` says why.
        seconds: how long it took.
    """

    law: str
    evidence: str
    passed: bool | None
    seconds: float


def verify(n: int) -> Iterator[Check]:
    """Checks the irreps of S_n in all three forms and the character table, one by one.

    The checks of matrices and characters are exact. Those of float64 tensors, last, are to the
    bound that `symrep.tensors` states; where the tensors cannot fit they are not passed.

    Raises:
        MemoryError: the exact matrices cannot fit.
    """
    group = SymmetricGroup(n)
    table = group.character_table()
    largest = max(table.dimensions)
    require_memory(
        16 * largest**2,
        f"an exact matrix of the largest irrep of {group}, {largest} x {largest}",
        "verify a smaller group, or single irreps with symrep.laws",
    )
    for form in get_args(Form):
        yield _check(f"Coxeter relations, {form}", partial(_coxeter, group, form))
    yield _check("generators are orthogonal", partial(_orthogonality, group))
    for form in get_args(Form):
        yield _check(f"traces are characters, {form}", partial(_traces, group, form))
    yield _check(
        "rows are orthogonal",
        lambda: f"{laws.assert_orthogonal_rows(table)} inner products of characters",
    )
    yield _check(
        "columns are orthogonal",
        lambda: f"{laws.assert_orthogonal_columns(table)} inner products of columns",
    )
    yield _check(
        "squared dimensions sum to n!",
        lambda: f"{laws.assert_dimensions(table)} = {n}!",
    )
    yield _check("tensors agree with exact matrices", partial(_tensor_values, group))
    yield _check("tensors multiply", partial(_tensor_products, group))
    yield _check("matrix coefficients orthonormal", partial(_schur, group))


def _check(law: str, run: Callable[[], str]) -> Check:
    start = perf_counter()
    passed: bool | None = True
    try:
        evidence = run()
    except laws.LawViolation as violation:
        evidence, passed = str(violation), False
    except MemoryError as error:
        evidence, passed = f"not checked: {error}", None
    return Check(law, evidence, passed, perf_counter() - start)


def _coxeter(group: SymmetricGroup, form: Form) -> str:
    relations = sum(
        laws.assert_coxeter_relations(group.irrep(label, form).generators())
        for label in group.irreps
    )
    return f"{relations} relations in {len(group.irreps)} irreps"


def _orthogonality(group: SymmetricGroup) -> str:
    matrices = sum(
        laws.assert_orthogonal_matrices(irrep.generators()) for irrep in group.irreps.values()
    )
    return f"{matrices} matrices of the orthogonal form"


def _traces(group: SymmetricGroup, form: Form) -> str:
    table = group.character_table()
    traces = sum(laws.assert_traces(group.irrep(label, form), table) for label in group.irreps)
    return f"{traces} traces of exact matrices"


def _tensor_values(group: SymmetricGroup) -> str:
    """Float matrices against exact ones at one element of every class."""
    worst = 0.0
    evaluate = cache(lambda entry: entry.evalf(30))
    for conjugacy_class in group.conjugacy_classes:
        p = class_representative(conjugacy_class.cycle_type)
        for label, irrep in group.irreps.items():
            floats = irrep.tensor(torch.float64)[group.index(p)].flatten().tolist()
            errors = [
                float(abs(evaluate(exact) - value))
                for exact, value in zip(irrep.matrix(p), floats, strict=True)
            ]
            allowed = tensors.error_bound(label, torch.float64) * irrep.dim**0.5
            if max(errors) > allowed:
                raise laws.LawViolation(
                    f"{label} at class {conjugacy_class.cycle_type} is off by {max(errors):.3g}, "
                    f"allowed {allowed:.3g}"
                )
            worst = max(worst, *errors)
    return f"float64 entries within {worst:.1e} of the exact ones"


def _tensor_products(group: SymmetricGroup) -> str:
    generators = [
        group.index([*range(i), i + 1, i, *range(i + 2, group.n)]) for i in range(group.n - 1)
    ]
    errors = [
        laws.assert_homomorphism(
            irrep.tensor(torch.float64),
            group.cayley_table,
            generators,
            3 * tensors.error_bound(label, torch.float64) * irrep.dim,
        )
        for label, irrep in group.irreps.items()
    ]
    return f"rho(x s) = rho(x) rho(s) for all x within {max(errors, default=0.0):.1e}"


def _schur(group: SymmetricGroup) -> str:
    require_memory(
        4 * 8 * group.order**2,
        f"the matrix coefficients of {group}",
        "the exact checks above do not depend on them",
    )
    matrices = [irrep.tensor(torch.float64) for irrep in group.irreps.values()]
    error = max(
        irrep.dim * tensors.error_bound(label, torch.float64)
        for label, irrep in group.irreps.items()
    )
    # Errors of two unit vectors, each d * bound, and of a sum of |G| products.
    tolerance = 3 * error + group.order * torch.finfo(torch.float64).eps
    worst = laws.assert_schur_orthogonality(matrices, tolerance)
    return f"{group.order} float64 functions on {group} within {worst:.1e}"
