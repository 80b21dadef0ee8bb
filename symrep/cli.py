"""The command line `symrep`: irreps, characters, verification, export, subgroups, recognition."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import factorial
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer.core import TyperCommand

from symrep import formats
from symrep._support import commands
from symrep._support.commands import FormatOption, IrrepOption, examples
from symrep._support.errors import CheckFailed, NotAGroup
from symrep._support.lazy import LazyModule
from symrep._support.memory import require_memory
from symrep.characters.table import CharacterTable
from symrep.combinatorics.permutations import ElementOrder
from symrep.groups.base import AnyGroup
from symrep.groups.irrep import Irrep
from symrep.groups.names import OTHERS, named_group
from symrep.groups.symmetric import SymmetricGroup
from symrep.representations.young import Form

if TYPE_CHECKING:
    import torch

    from symrep import export as exporting
    from symrep import verification
    from symrep.groups import recognition
    from symrep.verification import Check
else:
    torch = LazyModule("torch")
    exporting = LazyModule("symrep.export")
    recognition = LazyModule("symrep.groups.recognition")
    verification = LazyModule("symrep.verification")


Precision = Literal["float32", "float64"]

TABLE_FILE = "JSON file with the rows of a Cayley table"

GROUPS = [
    *("S3", "S4", "S5", "S6", "S7", "A4", "A5", "A6", "C5", "C113", "D4", "D59"),
    *("Dic3", "Q8", "Q16"),
    *(name for name in OTHERS if "(" not in name),
]
"""Names that complete GROUP in a shell, which reads parentheses itself."""


class _Command(TyperCommand):
    """A command to which "-3" is a number, so that it can say what is wrong with it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        numbers = [arg for arg in args if re.fullmatch(r"-\d+", arg)]
        if numbers and "--" not in args:
            args = [arg for arg in args if arg not in numbers] + ["--", *numbers]
        rest: list[str] = super().parse_args(ctx, args)
        return rest


def _complete_group(incomplete: str) -> list[str]:
    return [name for name in GROUPS if name.startswith(incomplete)]


Group = Annotated[
    str,
    typer.Argument(
        metavar="GROUP",
        autocompletion=_complete_group,
        help="n for S_n, or a name such as A5, C113, D59, Q8, C3xS3.",
    ),
]

app = commands.command_line(
    "Exact irreps and characters of finite groups.",
    "symrep characters 5",
    "symrep irreps A5 --irrep 3,1,1+ --format latex",
    "symrep verify Q8",
)


@app.command(
    cls=_Command,
    epilog=examples(
        "symrep irreps 4",
        "symrep irreps 5 --irrep 3,2 --form specht",
        "symrep irreps Q8 --irrep freq_1 --format json",
    ),
)
def irreps(
    group: Group,
    irrep: IrrepOption = None,
    form: Annotated[
        Form, typer.Option(help="Basis of the matrices; S_n has all three.")
    ] = "orthogonal",
    format_: FormatOption = "table",
) -> None:
    """Print exact matrices of generators.

    The irreps are those over the reals. The generators of S_n are the adjacent transpositions.
    CSV has one row for each matrix entry. Groups given by permutations or matrices, such as
    SL(2,3), have numerical irreps only: see symrep export.
    """
    G = named_group(group)
    if form not in G.forms:
        raise ValueError(f"{G} has its irreps in {' and '.join(G.forms)} form; only S_n has others")
    if not irrep:
        require_memory(
            200 * _numbers_in_generators(G),
            f"printing the generators of all irreps of {G}",
            "name one irrep with --irrep",
        )
    # Labels that are given are read before the first irrep is printed.
    chosen = [G.irrep(label, form) for label in irrep] if irrep else _all_irreps(G, form)
    for part in formats.irreps_in(format_, G, chosen):
        typer.echo(part)


@app.command(
    cls=_Command,
    epilog=examples(
        "symrep characters 5",
        "symrep characters A5 --format latex",
        "symrep characters 6 --irrep standard --irrep sign",
    ),
)
def characters(group: Group, irrep: IrrepOption = None, format_: FormatOption = "table") -> None:
    """Print the character table.

    The rows are the irreps over the complex numbers. The columns are the conjugacy classes.
    """
    G = named_group(group)
    table = G.character_table()
    typer.echo(formats.characters_in(format_, G, _rows_of(table, irrep) if irrep else table))


@app.command(
    cls=_Command, epilog=examples("symrep verify 5", 'symrep verify "C3 x S3" --format csv')
)
def verify(group: Group, format_: FormatOption = "table") -> None:
    """Check irreps and characters exactly.

    Each check is one line: the result, the law, the evidence and the time. Matrices and characters
    are checked exactly, float64 tensors up to a bound. A check whose tensors do not fit in memory
    is skipped. The exit code is 1 if a check fails.
    """
    G = named_group(group)
    made = verification.verify(G)
    checks = _shown_as_made(G, made) if format_ == "table" else list(made)
    if format_ != "table":
        typer.echo(formats.checks_in(format_, checks))
    failed = sum(check.passed is False for check in checks)
    if failed:
        raise CheckFailed(f"{G}: {failed} of the checks above failed")
    if format_ == "table":
        typer.echo(f"{G} verified in {sum(check.seconds for check in checks):.1f} s")


@app.command(
    cls=_Command,
    epilog=examples(
        "symrep export 5 --output s5.safetensors",
        "symrep export A5 --output a5.safetensors --dtype float64",
    ),
)
def export(
    group: Group,
    output: Annotated[str, typer.Option(metavar="FILE", help="The safetensors file to write.")],
    dtype: Annotated[Precision, typer.Option(help="Floating-point type.")] = "float32",
    element_order: Annotated[
        ElementOrder, typer.Option(help="Order of the elements; S_n and A_n have both, others one.")
    ] = "lexicographic",
) -> None:
    """Write all matrices as a safetensors file.

    The file has one tensor for each irrep, with the matrices of all elements.
    """
    G = named_group(group)
    if element_order != "lexicographic":
        if element_order not in G.named_orders:
            raise ValueError(f"{G} has one order of its elements; S_n and A_n have SymPy's too")
        G = G.reordered(element_order)
    path = commands.output_file(output, "the name of a safetensors file")
    sizes = exporting.export_irreps(G, path, getattr(torch, dtype))
    typer.echo(f"{output}: {len(sizes)} tensors, {sum(sizes.values())} numbers")


@app.command(
    cls=_Command,
    epilog=examples("symrep subgroups S4", "symrep subgroups Q8 --format json"),
)
def subgroups(group: Group, format_: FormatOption = "table") -> None:
    """Print the subgroups up to conjugacy.

    Each conjugacy class of subgroups is one row: the order, the number of conjugates, whether
    they are normal, and generators of one of them.
    """
    typer.echo(formats.subgroups_in(format_, named_group(group)))


@app.command(
    cls=_Command,
    epilog=examples(
        "echo '[[0,1,2],[1,2,0],[2,0,1]]' > c3.json",
        "symrep recognise c3.json",
        "symrep recognise c3.json --format json",
    ),
)
def recognise(
    table: Annotated[str, typer.Argument(metavar="TABLE", help=f"{TABLE_FILE}.")],
    format_: FormatOption = "table",
) -> None:
    """Identify the group of a Cayley table.

    The elements are numbered from 0. Row x, column y holds the number of xy. JSON, CSV, Markdown
    and LaTeX have the name of every element. The exit code is 1 if the table is not that of a
    group.
    """
    path = commands.input_file(table, f"a {TABLE_FILE}")
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"{table} is not a JSON file: {error}") from None
    try:
        found = recognition.recognise(rows)
    except NotAGroup as error:
        raise CheckFailed(f"{table} is not the table of a group: {error}") from None
    typer.echo(formats.recognition_in(format_, found))


def _all_irreps(group: AnyGroup, form: str) -> Iterator[Irrep[Any, Any]]:
    return (group.irrep(label, form) for label in group.irreps)


def _rows_of(table: CharacterTable, irreps: Sequence[str]) -> CharacterTable:
    """Return a table of some rows, for printing."""
    places = [table.irreps.index(table.labels.parse(label)) for label in irreps]
    return replace(
        table,
        irreps=tuple(table.irreps[k] for k in places),
        values=table.values[places],
        given_eigenvalues=None,
    )


def _shown_as_made(group: AnyGroup, checks: Iterable[Check]) -> list[Check]:
    made: list[Check] = []
    for check in checks:
        if not made:
            typer.echo(formats.order_line(group))
        made.append(check)
        typer.echo(formats.check_line(check))
    return made


def _numbers_in_generators(group: AnyGroup) -> int:
    if isinstance(group, SymmetricGroup):
        return max(group.n - 1, 1) * factorial(group.n)
    return len(group.generators) * 4 * group.order


def main() -> None:
    """Entry point of the console script."""
    commands.run(app)
