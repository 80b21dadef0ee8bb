"""Every notebook runs from top to bottom, and was committed as it runs."""

from __future__ import annotations

import ast
import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
NEEDS_REFERENCE_RUNS = {"published_beside_exact"}
ALWAYS_EXECUTED = {"pictures_of_s_n"}

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def execution():
    """The module `notebooks/execute.py`, which is not part of a package."""
    spec = importlib.util.spec_from_file_location("execute_notebooks", FOLDER / "execute.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def notebook_file(tmp_path):
    """Writes a notebook with the given code cells, and returns its path."""

    def write(*sources):
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        path = tmp_path / "written.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
        return path

    return write


def test_there_are_notebooks():
    assert {path.stem for path in NOTEBOOKS} > ALWAYS_EXECUTED


@every_notebook
def test_the_names_that_it_imports_exist(path):
    imports = [
        node
        for cell in code_cells(read(path))
        for node in ast.walk(ast.parse(re.sub("(?m)^%.*", "", cell.source)))
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert imports
    exec(compile(ast.Module(imports, []), path.name, "exec"), {})


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(
            path,
            id=path.stem,
            marks=[] if path.stem in ALWAYS_EXECUTED else [pytest.mark.exhaustive],
        )
        for path in NOTEBOOKS
    ],
)
def test_it_runs_and_says_again_what_was_committed(execution, path, tmp_path, request, monkeypatch):
    """Printed text is that committed; pictures and tables may differ from machine to machine."""
    if path.stem in NEEDS_REFERENCE_RUNS:
        folder = request.getfixturevalue("reference_runs")
        monkeypatch.setenv("SYMREP_REFERENCE_RUNS", str(folder.resolve()))
    copy = shutil.copy(path, tmp_path)
    executed = execution.execute(Path(copy))
    assert printed(executed) == printed(read(path))


@every_notebook
def test_it_was_committed_executed(path):
    cells = [cell for cell in code_cells(read(path)) if cell.source.strip()]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error"]
    assert not [output for output in outputs if output.get("name") == "stderr"]
    assert [output for output in outputs if "image/png" in output.get("data", {})]


@every_notebook
def test_it_names_no_machine(path):
    notebook = read(path)
    for cell in notebook.cells:
        for text in (cell.source, *texts(cell)):
            assert not re.search(r"/(home|root|tmp|work|Users)\b|\bat 0x[0-9a-f]", text)
        for text in texts(cell):
            assert not re.search(r"https?://|localhost", text)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert not [cell for cell in notebook.cells if "execution" in cell.metadata]


def test_a_failing_cell_is_named(execution, notebook_file):
    path = notebook_file("x = 1", "print(x)\nraise ValueError('no such irrep')", "x = 2")
    with pytest.raises(
        execution.NotebookFailure, match=r"(?s)^written\.ipynb: cell 2 of 3: .*no such irrep"
    ):
        execution.execute(path)


def test_a_cell_that_ends_the_kernel_is_named(execution, notebook_file):
    path = notebook_file("import os\nos._exit(1)")
    with pytest.raises(execution.NotebookFailure, match=r"^written\.ipynb: cell 1 of 1: .*died"):
        execution.execute(path)


@pytest.mark.exhaustive
def test_a_cell_that_takes_too_long_is_named(execution, notebook_file, monkeypatch):
    monkeypatch.setattr(execution, "SECONDS_PER_CELL", 1)
    path = notebook_file("import time\ntime.sleep(60)")
    with pytest.raises(execution.NotebookFailure, match=r"^written\.ipynb: cell 1 of 1: .*timed"):
        execution.execute(path)


@pytest.mark.exhaustive
def test_executing_twice_gives_the_same_file(execution, notebook_file, monkeypatch):
    """Also where an output holds an address in memory, or pandas draws an identifier."""
    path = notebook_file(
        "import pandas as pd\npd.DataFrame({'d': [1, 2]}).style.highlight_max()",
        "pd.DataFrame({'d': [2, 1]}).style.highlight_max()",
        "object()",
    )
    monkeypatch.setattr(sys, "argv", ["execute.py", str(path)])
    execution.main()
    first = path.read_text(encoding="utf-8")
    assert "<object>" in first
    assert "#T_0_row1_col0 {" in first
    assert "#T_1_row0_col0 {" in first
    execution.main()
    assert path.read_text(encoding="utf-8") == first
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.exhaustive
def test_what_a_cell_prints_is_one_output(execution, notebook_file):
    """However many messages the kernel sends it in."""
    source = "import sys, time\nfor i in range(3):\n    print(i, flush=True)\n    time.sleep(0.3)"
    [cell] = execution.execute(notebook_file(source)).cells
    assert [output["text"] for output in cell.outputs] == ["0\n1\n2\n"]


def test_the_kernel_imports_the_packages_beside_the_folder(execution, notebook_file, monkeypatch):
    """Whatever is installed, and wherever the search path points."""
    monkeypatch.setenv("PYTHONPATH", str(notebook_file().parent / "symrep"))
    executed = execution.execute(notebook_file("import symrep\nprint(symrep.__file__)"))
    assert printed(executed) == [f"{FOLDER.parent / 'symrep' / '__init__.py'}\n"]


@pytest.mark.exhaustive
def test_pictures_are_drawn_into_the_notebook(execution, notebook_file, monkeypatch):
    """Also where the environment asks matplotlib for another backend."""
    monkeypatch.setenv("MPLBACKEND", "Agg")
    source = "import matplotlib.pyplot as plt\nplt.plot([0, 1])\nplt.show()"
    [cell] = execution.execute(notebook_file(source)).cells
    assert [output.get("data", {}).keys() >= {"image/png"} for output in cell.outputs] == [True]


def test_a_failure_leaves_the_file_as_it_was(execution, notebook_file, monkeypatch):
    path = notebook_file("1 + 1", "1 / 0")
    before = path.read_bytes()
    monkeypatch.setattr(sys, "argv", ["execute.py", str(path)])
    with pytest.raises(SystemExit) as exited:
        execution.main()
    assert "written.ipynb: cell 2 of 2" in exited.value.code
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "message"),
    [("nonsense", "no notebook 'nonsense'"), (__file__, "no notebook '.*test_notebooks.py'")],
)
def test_an_unknown_notebook_is_bad_usage(execution, monkeypatch, capsys, name, message):
    monkeypatch.setattr(sys, "argv", ["execute.py", name])
    with pytest.raises(SystemExit) as exited:
        execution.main()
    assert exited.value.code == 2
    assert re.search(message, capsys.readouterr().err)


def test_what_is_no_notebook_is_said_so(execution, tmp_path):
    path = tmp_path / "text.ipynb"
    path.write_text("not JSON")
    with pytest.raises(ValueError, match="is not a notebook"):
        execution.execute(path)


def test_help():
    command = [sys.executable, str(FOLDER / "execute.py"), "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, cwd=FOLDER.parent)
    assert "in place" in shown.stdout


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def texts(cell):
    """The outputs of a cell as text, without pictures."""
    for output in cell.get("outputs", []):
        yield output.get("text", "")
        for kind, content in output.get("data", {}).items():
            if not kind.startswith("image/"):
                yield str(content)


def printed(notebook):
    """What each cell prints, without the digits of floating-point numbers."""
    return [
        re.sub(r"-?\d+\.\d+(e[-+]?\d+)?", "#", output["text"])
        for cell in code_cells(notebook)
        for output in cell.outputs
        if output.output_type == "stream" and output["name"] == "stdout"
    ]
