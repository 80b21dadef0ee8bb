"""Executes the notebooks of this folder in place, so that they are committed with their outputs.

What differs from run to run without a change of the notebook, such as times, addresses in memory
and the version of Python, is left out: executing again gives small differences.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from symrep._support.files import replacing

FOLDER = Path(__file__).resolve().parent
SECONDS_PER_CELL = 300

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# pandas draws a new identifier for every table with a style.
_ADDRESS, _TABLE = re.compile(r" at 0x[0-9a-f]+"), re.compile(r"\bT_[0-9a-f]{5}(?=[\s\"_{])")


class NotebookFailure(RuntimeError):
    """A cell raises, takes too long, or ends the kernel; the message names it."""


def execute(path: Path) -> NotebookNode:
    """The notebook at `path`, executed from top to bottom in its folder; the file is not changed.

    The kernel imports the packages beside the folder that this file is in.

    Raises:
        NotebookFailure: a cell fails; the notebook, the cell and the traceback are named.
        ValueError: the file is not a notebook.
    """
    try:
        notebook = nbformat.read(path, as_version=4)
    except nbformat.reader.NotJSONError:
        raise ValueError(f"{path} is not a notebook") from None
    client = NotebookClient(
        notebook,
        timeout=SECONDS_PER_CELL,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.resolve().parent)}},
        record_timing=False,
        coalesce_streams=True,
    )
    with client.setup_kernel(env=_environment()):
        for index, cell in enumerate(notebook.cells):
            try:
                client.execute_cell(cell, index)
            except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
                place = f"{path.name}: cell {index + 1} of {len(notebook.cells)}"
                raise NotebookFailure(f"{place}: {_COLOUR.sub('', str(error))}") from None
    return _without_chance(notebook)


def main() -> None:
    """Executes the notebooks named on the command line, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="a notebook file, or the name of one in this folder; all of them if none is named",
    )
    names = parser.parse_args().names
    paths = [_find(name, parser) for name in names] if names else sorted(FOLDER.glob("*.ipynb"))
    for path in paths:
        try:
            notebook = execute(path)
        except (NotebookFailure, ValueError) as error:
            sys.exit(str(error))
        with replacing(path) as temporary:
            nbformat.write(notebook, temporary)
        print(f"{path.name}: {len(notebook.cells)} cells")


def _find(name: str, parser: argparse.ArgumentParser) -> Path:
    """The notebook file that a name on the command line means."""
    inside = FOLDER / f"{name.removesuffix('.ipynb')}.ipynb"
    path = Path(name) if name.endswith(".ipynb") and Path(name).is_file() else inside
    if not path.is_file():
        there = ", ".join(notebook.stem for notebook in sorted(FOLDER.glob("*.ipynb")))
        parser.error(f"no notebook {name!r}: expected a notebook file, or one of {there}")
    return path


def _environment() -> dict[str, str]:
    """This environment, with these packages first, and pictures drawn into the notebook."""
    paths = [str(FOLDER.parent), os.environ.get("PYTHONPATH", "")]
    return os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    }


def _without_chance(notebook: NotebookNode) -> NotebookNode:
    """The notebook without what differs between two runs of the same cells."""
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    tables: dict[str, str] = {}
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            for kind in data.keys() & {"text/plain", "text/html"}:
                text = _ADDRESS.sub("", data[kind])
                data[kind] = _TABLE.sub(
                    lambda match: tables.setdefault(match[0], f"T_{len(tables)}"), text
                )
    return notebook


if __name__ == "__main__":
    main()
