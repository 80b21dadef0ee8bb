"""The command line `symrep`: irreps, characters, verification, export, subgroups, recognition."""

from __future__ import annotations

import json
import re
from math import factorial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer.core import TyperCommand

from symrep import text
from symrep._support import commands
from symrep._support.errors import CheckFailed, NotAGroup
from symrep._support.lazy import LazyModule
from symrep._support.memory import require_memory
from symrep.characters.table import CharacterTable
from symrep.combinatorics.permutations import ElementOrder
from symrep.groups.base import AnyGroup
from symrep.groups.names import named_group
from symrep.groups.symmetric import SymmetricGroup
from symrep.representations.young import Form

if TYPE_CHECKING:
    import torch

    from symrep import export as exporting
    from symrep import verification
    from symrep.groups import recognition
else:
    torch = LazyModule("torch")
    exporting = LazyModule("symrep.export")
    recognition = LazyModule("symrep.groups.recognition")
    verification = LazyModule("symrep.verification")


IrrepFormat = Literal["text", "latex", "json"]
TableFormat = Literal["text", "latex", "json", "csv"]
ListFormat = Literal["text", "json"]
Precision = Literal["float32", "float64"]


class _Command(TyperCommand):
    """A command to which "-3" is a number, so that it can say what is wrong with it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        numbers = [arg for arg in args if re.fullmatch(r"-\d+", arg)]
        if numbers and "--" not in args:
            args = [arg for arg in args if arg not in numbers] + ["--", *numbers]
        rest: list[str] = super().parse_args(ctx, args)
        return rest


Group = Annotated[
    str,
    typer.Argument(metavar="GROUP", help="n for S_n, or a name like A5, C113, D59, Q8, C3xS3."),
]

app = typer.Typer(
    help="Exact irreps and characters of the symmetric groups, and of other finite groups.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.command(cls=_Command)
def irreps(
    group: Group,
    irrep: Annotated[
        str | None,
        typer.Option(
            "--irrep",
            "--partition",
            metavar="LABEL",
            help="One irrep: 3,2 or trivial, sign, standard, freq_1, ...",
        ),
    ] = None,
    form: Annotated[
        Form, typer.Option(help="Basis of the matrices; S_n has all three.")
    ] = "orthogonal",
    format_: Annotated[IrrepFormat, typer.Option("--format", help="Output format.")] = "text",
) -> None:
    """Print the exact matrices of generators in every irrep over the reals.

    The generators of S_n are the adjacent transpositions.
    """
    G = named_group(group)
    if form not in G.forms:
        raise ValueError(f"{G} has its irreps in {' and '.join(G.forms)} form; only S_n has others")
    if irrep is None:
        require_memory(
            200 * _numbers_in_generators(G),
            f"printing the generators of all irreps of {G}",
            "name one irrep with --irrep",
        )
    labels = G.irreps if irrep is None else [irrep]
    chosen = (G.irrep(label, form) for label in labels)
    if format_ == "json":
        typer.echo(json.dumps([text.irrep_record(each) for each in chosen]))
        return
    render = text.irrep_text if format_ == "text" else text.irrep_latex
    for each in chosen:
        typer.echo(render(each) + "\n")


@app.command(cls=_Command)
def characters(
    group: Group,
    format_: Annotated[TableFormat, typer.Option("--format", help="Output format.")] = "text",
) -> None:
    """Print the character table: complex irreps in rows, conjugacy classes in columns."""
    table = named_group(group).character_table()
    render = {
        "text": text.table_text,
        "latex": CharacterTable.latex,
        "json": text.table_json,
        "csv": text.table_csv,
    }[format_]
    typer.echo(render(table))


@app.command(cls=_Command)
def verify(group: Group) -> None:
    """Check the irreps and characters of a group, exactly, one line a check.

    Exit code 1 if a check fails. A check whose tensors do not fit in memory is not made, and
    says so.
    """
    failed, seconds = 0, 0.0
    G = named_group(group)
    for check in verification.verify(G):
        word = {True: "ok", False: "FAILED", None: "-"}[check.passed]
        failed += check.passed is False
        seconds += check.seconds
        typer.echo(f"{word:<7} {check.law:<33} {check.evidence}  [{check.seconds:.2f} s]")
    if failed:
        raise CheckFailed(f"{G}: {failed} of the checks above failed")
    typer.echo(f"{G} verified in {seconds:.1f} s")


@app.command(cls=_Command)
def export(
    group: Group,
    output: Annotated[Path, typer.Option(metavar="FILE", help="The safetensors file to write.")],
    dtype: Annotated[Precision, typer.Option(help="Floating-point type.")] = "float32",
    element_order: Annotated[
        ElementOrder, typer.Option(help="Order of the elements along the first axis.")
    ] = "lexicographic",
) -> None:
    """Write the matrices of all elements in all irreps as one safetensors file."""
    G = named_group(group)
    if element_order != "lexicographic":
        if element_order not in G.named_orders:
            raise ValueError(f"{G} has one order of its elements; S_n and A_n have SymPy's too")
        G = G.reordered(element_order)
    sizes = exporting.export_irreps(G, output, getattr(torch, dtype))
    typer.echo(f"{output}: {len(sizes)} tensors, {sum(sizes.values())} numbers")


@app.command(cls=_Command)
def subgroups(
    group: Group,
    format_: Annotated[ListFormat, typer.Option("--format", help="Output format.")] = "text",
) -> None:
    """Print the subgroups up to conjugacy: order, number of conjugates, normality, generators."""
    G = named_group(group)
    rows = [
        {
            "order": found.order,
            "conjugates": found.length,
            "normal": found.normal,
            "generators": [G.element_name(i) for i in found.generators],
        }
        for found in G.subgroup_classes()
    ]
    if format_ == "json":
        typer.echo(json.dumps(rows))
        return
    typer.echo(text.subgroups_text(rows))


@app.command(cls=_Command)
def recognise(
    table: Annotated[
        Path, typer.Argument(metavar="TABLE", help="JSON file with the rows of a Cayley table.")
    ],
) -> None:
    """Say whether a table is that of a group, and of which one among those that are known.

    Elements are numbered from 0; row x, column y holds the number of xy. Exit code 1 if it is no
    group's.
    """
    try:
        rows = json.loads(table.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"{table} is not a JSON file: {error}") from None
    try:
        found = recognition.recognise(rows)
    except NotAGroup as error:
        raise CheckFailed(f"{table} is not the table of a group: {error}") from None
    typer.echo(text.recognition_text(found))


def _numbers_in_generators(group: AnyGroup) -> int:
    if isinstance(group, SymmetricGroup):
        return max(group.n - 1, 1) * factorial(group.n)
    return len(group.generators) * 4 * group.order


def main() -> None:
    """Entry point of the console script."""
    commands.run(app)
