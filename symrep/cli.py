"""The command line `symrep`: irreps, characters, verification, export."""

from __future__ import annotations

import json
import re
from enum import StrEnum
from math import factorial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from symrep import commands, rendering
from symrep._lazy import LazyModule
from symrep.groups import SymmetricGroup
from symrep.memory import require_memory

if TYPE_CHECKING:
    import torch

    from symrep import export as exporting
    from symrep import verification
else:
    torch = LazyModule("torch")
    exporting = LazyModule("symrep.export")
    verification = LazyModule("symrep.verification")


class IrrepForm(StrEnum):
    """The exact forms, as choices of an option."""

    orthogonal = "orthogonal"
    seminormal = "seminormal"
    specht = "specht"


class IrrepFormat(StrEnum):
    """How irreps are printed."""

    text = "text"
    latex = "latex"
    json = "json"


class TableFormat(StrEnum):
    """How character tables are printed."""

    text = "text"
    latex = "latex"
    json = "json"
    csv = "csv"


class Precision(StrEnum):
    """The dtypes that can be exported."""

    float32 = "float32"
    float64 = "float64"


class Order(StrEnum):
    """The element orders."""

    lexicographic = "lexicographic"
    sympy = "sympy"


class _Command(TyperCommand):
    """A command to which "-3" is a number, so that it can say what is wrong with it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        numbers = [arg for arg in args if re.fullmatch(r"-\d+", arg)]
        if numbers and "--" not in args:
            args = [arg for arg in args if arg not in numbers] + ["--", *numbers]
        rest: list[str] = super().parse_args(ctx, args)
        return rest


Degree = Annotated[int, typer.Argument(metavar="N", help="Degree n of the symmetric group S_n.")]

app = typer.Typer(
    help="Exact irreps and characters of the symmetric groups.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.command(cls=_Command)
def irreps(
    n: Degree,
    partition: Annotated[
        str | None,
        typer.Option(metavar="P", help="One irrep: 3,2 or trivial, sign, standard, standard_sign."),
    ] = None,
    form: Annotated[IrrepForm, typer.Option(help="Basis of the matrices.")] = IrrepForm.orthogonal,
    format: Annotated[IrrepFormat, typer.Option(help="Output format.")] = IrrepFormat.text,
) -> None:
    """Print the exact matrices of the adjacent transpositions, for every irrep of S_N."""
    group = SymmetricGroup(n)
    if partition is None:
        require_memory(
            200 * max(n - 1, 1) * factorial(n),
            f"printing the generators of all irreps of {group}",
            "name one irrep with --partition",
        )
    labels = group.irreps if partition is None else [group.parse_label(partition)]
    chosen = (group.irrep(label, form.value) for label in labels)
    if format is IrrepFormat.json:
        typer.echo(json.dumps([rendering.irrep_record(irrep) for irrep in chosen]))
        return
    render = rendering.irrep_text if format is IrrepFormat.text else rendering.irrep_latex
    for irrep in chosen:
        typer.echo(render(irrep) + "\n")


@app.command(cls=_Command)
def characters(
    n: Degree,
    format: Annotated[TableFormat, typer.Option(help="Output format.")] = TableFormat.text,
) -> None:
    """Print the character table of S_N: irreps in rows, conjugacy classes in columns."""
    table = SymmetricGroup(n).character_table()
    render = {
        TableFormat.text: rendering.table_text,
        TableFormat.latex: rendering.table_latex,
        TableFormat.json: rendering.table_json,
        TableFormat.csv: rendering.table_csv,
    }[format]
    typer.echo(render(table))


@app.command(cls=_Command)
def verify(n: Degree) -> None:
    """Check the irreps and characters of S_N, exactly, one line a check.

    Exit code 1 if a check fails. A check whose tensors do not fit in memory is not made, and
    says so.
    """
    failed, seconds = 0, 0.0
    for check in verification.verify(n):
        word = {True: "ok", False: "FAILED", None: "-"}[check.passed]
        failed += check.passed is False
        seconds += check.seconds
        typer.echo(f"{word:<7} {check.law:<33} {check.evidence}  [{check.seconds:.2f} s]")
    if failed:
        raise commands.CheckFailed(f"S_{n}: {failed} of the checks above failed")
    typer.echo(f"S_{n} verified in {seconds:.1f} s")


@app.command(cls=_Command)
def export(
    n: Degree,
    output: Annotated[Path, typer.Option(metavar="FILE", help="The safetensors file to write.")],
    dtype: Annotated[Precision, typer.Option(help="Floating-point type.")] = Precision.float32,
    element_order: Annotated[
        Order, typer.Option(help="Order of the elements along the first axis.")
    ] = Order.lexicographic,
) -> None:
    """Write the matrices of all elements in all irreps of S_N as one safetensors file."""
    group = SymmetricGroup(n, element_order.value)
    sizes = exporting.export_irreps(group, output, getattr(torch, dtype.value))
    typer.echo(f"{output}: {len(sizes)} tensors, {sum(sizes.values())} numbers")


def main() -> None:
    """Entry point of the console script."""
    commands.run(app)
