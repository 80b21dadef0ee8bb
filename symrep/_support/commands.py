"""What the two command lines share: options, arguments, help, exit codes and messages."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import typer

from symrep._support.errors import CheckFailed
from symrep._support.lazy import LazyModule

package: Any = LazyModule("symrep")

Format = Literal["table", "json", "csv", "markdown", "latex"]
"""Output formats of every command that prints a table or an object."""

FORMAT_ALIASES = {"text": "table"}
"""{older name of a format: format}."""


def parse_format(name: str) -> Format:
    """Return the format with a name or an alias; a usage error names all of them."""
    found = FORMAT_ALIASES.get(name, name)
    for known in get_args(Format):
        if found == known:
            chosen: Format = known
            return chosen
    raise typer.BadParameter(f"{name!r} is not one of {', '.join(get_args(Format))}.")


FormatOption = Annotated[
    Format,
    typer.Option(
        "--format",
        metavar="FORMAT",
        parser=parse_format,
        help="table, json, csv, markdown or latex.",
    ),
]

IrrepOption = Annotated[
    list[str] | None,
    typer.Option(
        "--irrep",
        "--partition",
        metavar="LABEL",
        help="Only this irrep: a label, an alias or a description. May be repeated.",
    ),
]


def command_line(summary: str, *lines: str) -> typer.Typer:
    """Return an empty command line with `--version`, shell completion and examples in its help."""
    app = typer.Typer(
        help=summary,
        epilog=examples(*lines),
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_options_of_all)
    return app


def examples(*lines: str) -> str:
    """Return the epilog of a help text: commands under the heading "Examples"."""
    indented = ("  " + line.replace("\n", "\n  ") for line in lines)
    return "\n".join(["\b", "Examples:", *indented])  # After \b nothing is wrapped.


def _show_version(wanted: Any) -> None:
    if wanted:
        typer.echo(f"symrep {package.__version__}")
        raise typer.Exit


def _options_of_all(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Print the version of symrep."
        ),
    ] = False,
) -> None:
    pass


def input_file(name: str, expected: str) -> Path:
    """Return the path of a file that a command reads.

    Args:
        name: the argument.
        expected: what the file holds, for messages.

    Raises:
        ValueError: it is empty, a folder, a link to nothing, or there is no such file.
    """
    path = _existing(name, expected)
    if path.is_dir():
        raise ValueError(f"{name} is a folder; expected {expected}")
    return path


def input_folder(name: str, expected: str) -> Path:
    """Return the path of a folder that a command reads; see `input_file`."""
    path = _existing(name, expected)
    if not path.is_dir():
        raise ValueError(f"{name} is not a folder; expected {expected}")
    return path


def output_file(name: str, expected: str) -> Path:
    """Return the path of a file that a command writes.

    Raises:
        ValueError: it is empty, a folder or a link to nothing.
    """
    path = _named(name, expected)
    if path.is_dir():
        raise ValueError(f"{name} is a folder; expected {expected}")
    return path


def output_folder(name: str, expected: str) -> Path:
    """Return the path of a folder that a command writes to and may have to make.

    Raises:
        ValueError: it is empty, a file or a link to nothing.
    """
    path = _named(name, expected)
    if path.exists() and not path.is_dir():
        raise ValueError(f"{name} is a file; expected {expected}")
    return path


def _existing(name: str, expected: str) -> Path:
    path = _named(name, expected)
    if not path.exists():
        raise ValueError(f"{name} does not exist; expected {expected}")
    return path


def _named(name: str, expected: str) -> Path:
    if not name:
        raise ValueError(f"expected {expected}, got an empty name")
    path = Path(name)
    if path.is_symlink() and not path.exists():
        target = path.readlink()
        raise ValueError(f"{name} is a link to {target}, which does not exist; expected {expected}")
    return path


def run(app: Callable[[], None]) -> None:
    """Run a command line; an error of the user ends it with one sentence.

    Exit codes: 0 on success, 1 on a failed check, 2 on bad usage or input, 130 on an interrupt.
    """
    try:
        app()
    except CheckFailed as failure:
        _fail(str(failure), 1)
    except (ValueError, ArithmeticError, MemoryError, OSError) as error:
        _fail(_sentence(error), 2)
    except KeyboardInterrupt:
        _fail("interrupted", 130)


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return re.sub(r"\[Errno -?\d+\] ", "", str(error)) or "not enough memory"


def _fail(message: str, code: int) -> None:
    print(f"error: {message}", file=sys.stderr)
    sys.exit(code)
