"""Executes the notebooks of this folder in place, so that they are committed with their outputs.

python notebooks/execute.py            all of them
python notebooks/execute.py NAME ...   those files
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from symrep.files import replacing

FOLDER = Path(__file__).resolve().parent
SECONDS_PER_CELL = 300


def execute(path: Path) -> nbformat.NotebookNode:
    """The notebook, executed from top to bottom in its folder, without times and machine names.

    Raises:
        CellExecutionError: a cell raises.
    """
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=SECONDS_PER_CELL,
        kernel_name="python3",
        resources={"metadata": {"path": str(FOLDER)}},
        record_timing=False,
    )
    client.execute()
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return notebook


def main() -> None:
    """Executes the notebooks named on the command line, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", type=Path, metavar="NAME", help="notebook files")
    paths = parser.parse_args().names or sorted(FOLDER.glob("*.ipynb"))
    for path in paths:
        try:
            notebook = execute(path)
        except CellExecutionError as error:
            sys.exit(f"{path.name}: {error}")
        with replacing(path) as temporary:
            nbformat.write(notebook, temporary)
        print(f"{path.name}: {len(notebook.cells)} cells")


if __name__ == "__main__":
    main()
