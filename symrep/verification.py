"""Verification of the irreps and the character table of a group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any

from sympy import Expr

from symrep._support.caches import kept
from symrep._support.errors import LawViolation
from symrep._support.lazy import LazyModule
from symrep._support.memory import require_memory
from symrep.characters.table import CharacterTable
from symrep.groups.base import AnyGroup, FiniteGroup
from symrep.groups.irrep import TYPES
from symrep.groups.symmetric import SymmetricGroup
from symrep.representations import laws

if TYPE_CHECKING:
    import torch

    from symrep.representations import young_tensors
else:
    torch, young_tensors = LazyModule("torch"), LazyModule("symrep.representations.young_tensors")

ENTRY_ERROR = 1e-13
"""Allowed error of an entry of a float64 matrix, divided by the dimension."""


@dataclass(frozen=True)
class Check:
    """The outcome of one check.

    Attributes:
        law: the law checked.
        evidence: the count or the error, or the place where the law fails.
        passed: whether the law holds; None if it could not be checked, with the reason in
            `evidence`.
        seconds: duration of the check.
    """

    law: str
    evidence: str
    passed: bool | None
    seconds: float


class _NotMade(Exception):
    """A check is not possible for a group; the message says why."""


def verify(group: AnyGroup | int) -> Iterator[Check]:
    """Check the irreps and the character table of a group; yield each check when it is done.

    Args:
        group: the group, or n for S_n, whose irreps are checked in all three forms.

    The checks of matrices and characters are exact. The last ones, of float64 tensors, are to
    `error_bound` of `symrep.representations.young_tensors`, or to 1e-13 times the dimension. Checks
    whose tensors cannot fit have `passed` None.

    Raises:
        MemoryError: the exact matrices cannot fit.
    """
    group = group if isinstance(group, FiniteGroup) else SymmetricGroup(group)
    if isinstance(group, SymmetricGroup):
        yield from _symmetric(group)
    else:
        yield from _finite(group)
    yield _check("matrix coefficients orthonormal", partial(_schur, group))


def _symmetric(group: SymmetricGroup) -> Iterator[Check]:
    table = group.character_table()
    largest = max(table.dimensions)
    require_memory(
        16 * largest**2,
        f"an exact matrix of the largest irrep of {group}, {largest} x {largest}",
        "verify a smaller group, or single irreps with symrep.representations.laws",
    )
    for form in group.forms:
        yield _check(f"Coxeter relations, {form}", partial(_coxeter, group, form))
    yield _check("generators are orthogonal", partial(_orthogonality, group))
    for form in group.forms:
        yield _check(f"traces are characters, {form}", partial(_traces, group, form))
    yield from _table(table, f"{group.n}!", "n!")
    yield _check("tensors agree with exact matrices", partial(_tensor_values, group))
    yield _check("tensors multiply", partial(_products, group))


def _finite(group: AnyGroup) -> Iterator[Check]:
    table = group.character_table()
    if not table.rational:
        yield _check(
            "values are sums of eigenvalues", lambda: f"{laws.assert_values(table)} characters"
        )
    yield from _table(table, f"|{group}|", "|G|")
    yield _check("matrix coefficients span all functions", partial(_ranks, group))
    yield _check("defining relations", partial(_relations, group))
    yield _check("tensors multiply", partial(_products, group))
    yield _check("tensors have the characters", partial(_float_traces, group))


def _table(table: CharacterTable, order: str, name: str) -> Iterator[Check]:
    yield _check(
        "rows are orthogonal",
        lambda: f"{laws.assert_orthogonal_rows(table)} inner products of characters",
    )
    yield _check(
        "columns are orthogonal",
        lambda: f"{laws.assert_orthogonal_columns(table)} inner products of columns",
    )
    yield _check(
        f"squared dimensions sum to {name}",
        lambda: f"{laws.assert_dimensions(table)} = {order}",
    )


def _check(law: str, run: Callable[[], str]) -> Check:
    start = perf_counter()
    passed: bool | None = True
    try:
        evidence = run()
    except LawViolation as violation:
        evidence, passed = str(violation), False
    except (MemoryError, _NotMade) as error:
        evidence, passed = f"not checked: {error}", None
    return Check(law, evidence, passed, perf_counter() - start)


# Exact matrices


def _coxeter(group: SymmetricGroup, form: str) -> str:
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


def _traces(group: SymmetricGroup, form: str) -> str:
    table = group.character_table()
    traces = sum(laws.assert_traces(group.irrep(label, form), table) for label in group.irreps)
    return f"{traces} traces of exact matrices"


def _relations(group: AnyGroup) -> str:
    words = group.relations
    if words is None:
        raise _NotMade(f"no presentation of {group} is known; its tensors are checked below")
    count = sum(laws.assert_relations(i.generators(), words) for i in group.irreps.values())
    return f"{count} relations in {len(group.irreps)} irreps"


def _ranks(group: AnyGroup) -> str:
    ranks = [irrep.dim**2 // irrep.commutant_dim for irrep in group.irreps.values()]
    if sum(ranks) != group.order:
        raise LawViolation(f"the d^2/c sum to {sum(ranks)}, |G| is {group.order}")
    counts = Counter(irrep.type for irrep in group.irreps.values())
    return ", ".join(f"{counts[name]} {name}" for name in TYPES.values()) + " irreps"


# Float64 tensors


def _entry_error(group: AnyGroup, label: Any) -> float:
    """Return the allowed error of an entry of rho(g), divided by the dimension."""
    if isinstance(group, SymmetricGroup):
        return 3 * young_tensors.error_bound(label, torch.float64)
    return ENTRY_ERROR


def _tensor_values(group: SymmetricGroup) -> str:
    """Compare float matrices with exact ones at one element of every class."""
    worst = 0.0
    for label, irrep in group.irreps.items():
        floats = irrep.tensor(torch.float64)
        allowed = young_tensors.error_bound(label, torch.float64) * irrep.dim**0.5
        for conjugacy_class in group.conjugacy_classes:
            g = conjugacy_class.representative
            errors = [
                float(abs(_evaluated(exact) - value))
                for exact, value in zip(irrep.matrix(g), floats[g].flatten().tolist(), strict=True)
            ]
            if max(errors) > allowed:
                raise LawViolation(
                    f"{label} at class {conjugacy_class.label} is off by {max(errors):.3g}, "
                    f"allowed {allowed:.3g}"
                )
            worst = max(worst, *errors)
    return f"float64 entries within {worst:.1e} of the exact ones"


@kept(2**12)
def _evaluated(entry: Expr) -> Expr:
    """Return an exact entry to 30 digits."""
    return entry.evalf(30)


def _products(group: AnyGroup) -> str:
    errors = [
        laws.assert_homomorphism(
            irrep.tensor(torch.float64),
            group.cayley_table,
            group.generators,
            _entry_error(group, label) * irrep.dim,
        )
        for label, irrep in group.irreps.items()
    ]
    return f"rho(x s) = rho(x) rho(s) for all x within {max(errors, default=0.0):.1e}"


def _float_traces(group: AnyGroup) -> str:
    worst = 0.0
    for expected, (label, irrep) in zip(group.real_characters(), group.irreps.items(), strict=True):
        traces = irrep.tensor(torch.float64).diagonal(dim1=1, dim2=2).sum(-1).cpu().numpy()
        error = float(abs(traces - expected[group.class_of]).max())
        if not error <= ENTRY_ERROR * irrep.dim**2:
            raise LawViolation(f"{label}: traces are off by {error:.3g}")
        worst = max(worst, error)
    return f"at all elements within {worst:.1e}"


def _schur(group: AnyGroup) -> str:
    require_memory(
        4 * 8 * group.order**2,
        f"the matrix coefficients of {group}",
        "the exact checks above do not depend on them",
    )
    columns = [i.tensor(torch.float64)[:, :, :: i.commutant_dim] for i in group.irreps.values()]
    tolerance = ENTRY_ERROR * group.order
    if isinstance(group, SymmetricGroup):
        # Errors of two unit vectors, each at most d * bound, and of a sum of |G| products.
        errors = [_entry_error(group, label) * irrep.dim for label, irrep in group.irreps.items()]
        tolerance = max(errors) + group.order * torch.finfo(torch.float64).eps
    worst = laws.assert_schur_orthogonality(columns, tolerance)
    return f"{group.order} float64 functions on {group} within {worst:.1e}"
