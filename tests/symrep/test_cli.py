import csv
import json
import os
import subprocess
import sys
from types import SimpleNamespace
from typing import get_args

import numpy as np
import pytest
from safetensors.torch import load_file
from typer.main import get_command

import symrep
from symrep import CyclicGroup, SymmetricGroup, cli, verification
from symrep._support.commands import Format
from symrep.verification import Check
from tests.command_lines import example_commands
from tests.exhaustive import sample


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """Runs the command line in an empty folder; gives exit code, output and messages."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["symrep", *arguments])
        with pytest.raises(SystemExit) as exited:
            cli.main()
        captured = capsys.readouterr()
        return SimpleNamespace(
            code=exited.value.code or 0, output=captured.out, messages=captured.err
        )

    return run


def assert_one_sentence(done, *words):
    """Bad input: exit code 2, nothing on standard output, one line that has the words."""
    assert done.code == 2
    assert done.output == ""
    assert done.messages.startswith("error: ")
    assert done.messages.count("\n") == 1
    assert len(done.messages) > len("error: \n")
    for word in words:
        assert word in done.messages


# The real command


def test_the_real_command_prints_a_character_table_without_torch_and_pandas():
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "symrep", "characters", "3", "--format", "csv"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0
    messages = done.stderr.splitlines()
    assert all(line.startswith("import time:") for line in messages)
    modules = {line.split("|")[-1].strip() for line in messages}
    assert "symrep.cli" in modules
    assert not modules & {"torch", "pandas"}
    assert list(csv.reader(done.stdout.splitlines())) == [
        ["irrep", "(1,1,1)", "(2,1)", "(3)"],
        ["(3)", "1", "1", "1"],
        ["(2,1)", "2", "0", "-1"],
        ["(1,1,1)", "1", "-1", "1"],
    ]


@pytest.mark.parametrize(
    "arguments",
    sample(
        [
            ("irreps", "1000000000000"),
            ("irreps", "1000000000000", "--partition", "sign"),
            ("characters", "1000000000000"),
            ("verify", "1000000000000"),
            ("export", "1000000000000", "--output", "out.safetensors"),
        ],
        lambda arguments: arguments[0] == "verify",
    ),
    ids=lambda arguments: arguments[0],
)
def test_the_real_command_refuses_a_huge_degree_at_once(arguments, tmp_path):
    path = os.pathsep.join(map(os.path.abspath, [p or "." for p in sys.path]))
    done = subprocess.run(
        [sys.executable, "-m", "symrep", *arguments],
        capture_output=True,
        text=True,
        timeout=600,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": path},
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
    assert "1000000000000" in done.stderr
    assert os.listdir(tmp_path) == []


# irreps


def test_irreps_prints_every_irrep(run):
    done = run("irreps", "4")
    assert (done.code, done.messages) == (0, "")
    heads = [line for line in done.output.splitlines() if "dimension" in line]
    assert heads == [
        "(4)  dimension 1, orthogonal form",
        "(3,1)  dimension 3, orthogonal form",
        "(2,2)  dimension 2, orthogonal form",
        "(2,1,1)  dimension 3, orthogonal form",
        "(1,1,1,1)  dimension 1, orthogonal form",
    ]


@pytest.mark.parametrize("name", ["2,1", "(2,1)", "standard", "standard_sign"])
def test_irreps_of_one_label_and_form(run, name):
    done = run("irreps", "3", "--partition", name, "--form", "specht", "--format", "json")
    assert (done.code, done.messages) == (0, "")
    assert json.loads(done.output) == [
        {
            "label": [2, 1],
            "dimension": 2,
            "form": "specht",
            "basis": [[[0, 1], [2]], [[0, 2], [1]]],
            "generators": [[[1, 0], [-1, -1]], [[0, 1], [1, 0]]],
        }
    ]


def test_irreps_in_latex(run):
    done = run("irreps", "3", "--format", "latex", "--partition", "2,1")
    assert (done.code, done.messages) == (0, "")
    assert r"\frac{\sqrt{3}}{2}" in done.output


@pytest.mark.parametrize("n", ["0", "1"])
@pytest.mark.parametrize("command", ["irreps", "characters", "verify"])
def test_groups_of_one_element(run, command, n):
    done = run(command, n)
    assert (done.code, done.messages) == (0, "")
    assert done.output


# characters


def test_characters_in_each_format(run):
    assert "(2,1)        2      0   -1\n" in run("characters", "3").output
    assert json.loads(run("characters", "3", "--format", "json").output)["values"] == [
        [1, 1, 1],
        [2, 0, -1],
        [1, -1, 1],
    ]
    assert run("characters", "3", "--format", "latex").output.startswith(r"\begin{tabular}")
    assert run("characters", "3", "--format", "csv").output.startswith('irrep,"(1,1,1)"')


# verify


def test_verify_prints_one_line_a_check(run):
    done = run("verify", "4")
    assert (done.code, done.messages) == (0, "")
    first, *lines, last = done.output.splitlines()
    assert first == "S_4, 24 elements"
    assert len(lines) == 13
    assert all(line.startswith("ok ") and line.endswith(" s]") for line in lines)
    assert last.startswith("S_4 verified in ")


def test_a_failed_check_has_exit_code_1(run, monkeypatch):
    checks = [Check("law one", "held", True, 0.5), Check("law two", "broke here", False, 0.5)]
    monkeypatch.setattr(verification, "verify", lambda n: iter(checks))
    done = run("verify", "4")
    assert done.code == 1
    assert done.output.splitlines()[1].startswith("ok      law one")
    assert done.output.splitlines()[2].startswith("FAILED  law two")
    assert "broke here" in done.output
    assert "verified" not in done.output
    assert done.messages == "error: S_4: 1 of the checks above failed\n"
    assert done.messages.count("\n") == 1


def test_a_check_that_was_not_made_says_so(run, monkeypatch):
    checks = [Check("law one", "not checked: 7 TiB needed", None, 0.5)]
    monkeypatch.setattr(verification, "verify", lambda n: iter(checks))
    done = run("verify", "4")
    assert done.code == 0
    assert done.output.startswith("S_4, 24 elements\n-       law one")
    assert "not checked: 7 TiB needed" in done.output


def test_a_failed_allocation_is_a_sentence_too(run, monkeypatch):
    def exhausted(n):
        raise MemoryError

    monkeypatch.setattr(verification, "verify", exhausted)
    assert_one_sentence(run("verify", "4", "--format", "json"), "not enough memory")


def test_an_interrupt_is_neither_success_nor_a_failed_check(run, monkeypatch):
    def interrupted(n):
        raise KeyboardInterrupt

    monkeypatch.setattr(verification, "verify", interrupted)
    done = run("verify", "4")
    assert done.code == 130
    assert "Traceback" not in done.messages


# export


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_export_writes_one_file(run, tmp_path, dtype):
    done = run("export", "4", "--output", "s4.safetensors", "--dtype", dtype)
    assert (done.code, done.messages) == (0, "")
    assert done.output == "s4.safetensors: 6 tensors, 672 numbers\n"
    assert os.listdir(tmp_path) == ["s4.safetensors"]
    stored = load_file(tmp_path / "s4.safetensors")
    assert str(stored["(3,1)"].dtype) == f"torch.{dtype}"


def test_export_in_the_sympy_order(run, tmp_path):
    done = run("export", "5", "--output", "s5.safetensors", "--element-order", "sympy")
    assert done.code == 0
    assert load_file(tmp_path / "s5.safetensors")["elements"][0].tolist() == [0, 1, 4, 2, 3]


def test_export_needs_an_output(run, tmp_path):
    done = run("export", "4")
    assert done.code == 2
    assert "--output" in done.messages
    assert os.listdir(tmp_path) == []


def test_export_into_a_missing_folder_is_refused(run, tmp_path):
    done = run("export", "4", "--output", "missing/s4.safetensors")
    assert_one_sentence(done, "missing", "no such folder")
    assert os.listdir(tmp_path) == []


def test_export_onto_a_folder_is_refused(run, tmp_path):
    (tmp_path / "results").mkdir()
    done = run("export", "4", "--output", "results")
    assert_one_sentence(done, "results is a folder; expected the name of a safetensors file")
    assert os.listdir(tmp_path) == ["results"]
    assert os.listdir(tmp_path / "results") == []


def test_export_beyond_memory_writes_nothing(run, tmp_path):
    done = run("export", "14", "--output", "s14.safetensors")
    assert_one_sentence(done, "S_14", "TiB needed")
    assert os.listdir(tmp_path) == []


# Bad usage


@pytest.mark.parametrize("command", ["irreps", "characters", "verify"])
@pytest.mark.parametrize("n", ["-1", "-30"])
def test_a_negative_degree_is_named(run, command, n):
    assert_one_sentence(run(command, n), f"degree n must be 0 or more, got {n}")


def test_a_negative_degree_is_named_after_options_too(run, tmp_path):
    done = run("export", "--output", "x.safetensors", "-3")
    assert_one_sentence(done, "degree n must be 0 or more, got -3")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("command", ["irreps", "characters", "verify"])
def test_a_degree_beyond_memory_is_named(run, command):
    assert_one_sentence(run(command, "300"), "S_300", "needed", "free")


@pytest.mark.parametrize(
    ("partition", "words"),
    [
        ("2,2", "(2,2) is a partition of 4; the irreps of S_3 are labelled by partitions of 3"),
        ("1,2", "parts must be weakly decreasing; did you mean Partition(2, 1)?"),
        ("3,0", "parts must be positive"),
        ("3;0", "'3;0' is not a partition"),
        ("regular", "unknown irrep 'regular'"),
        ("1^99999999999999", "1^99999999999999"),
    ],
)
def test_a_partition_that_does_not_fit_is_named(run, partition, words):
    assert_one_sentence(run("irreps", "3", "--partition", partition), words)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("irreps", "three"), "'three' is not the name of a group"),
        (("irreps", "2.5"), "'2.5' is not the name of a group"),
        (("irreps",), "'GROUP'"),
        (("irreps", "3", "--form", "natural"), "natural"),
        (("characters", "3", "--format", "xml"), "xml"),
        (("export", "3", "--output", "x", "--dtype", "float16"), "float16"),
        (("symmetric", "3"), "symmetric"),
        (("irreps", "3", "4"), "4"),
        (("irreps", "3", "--partition", "-3"), "-3"),
        (("verify", "3", "--form", "specht"), "--form"),
    ],
)
def test_bad_usage_has_exit_code_2(run, tmp_path, arguments, word):
    done = run(*arguments)
    assert done.code == 2
    assert done.output == ""
    assert word in done.messages
    assert "Traceback" not in done.messages
    assert os.listdir(tmp_path) == []


# Other groups

Q_8 = """\
Q_8, 8 elements
             1   a  a^2   x  a x
       size  1   2    1   2    2
    trivial  1   1    1   1    1
       sign  1   1    1  -1   -1
     parity  1  -1    1   1   -1
parity_sign  1  -1    1  -1    1
     freq_1  2   0   -2   0    0
"""


def test_irreps_of_another_group(run):
    done = run("irreps", "Q8")
    assert (done.code, done.messages) == (0, "")
    assert [line for line in done.output.splitlines() if "dimension" in line] == [
        "trivial  dimension 1, real type, orthogonal form",
        "sign  dimension 1, real type, orthogonal form",
        "parity  dimension 1, real type, orthogonal form",
        "parity_sign  dimension 1, real type, orthogonal form",
        "freq_1  dimension 4, quaternionic type, orthogonal form",
    ]
    assert done.output.split("x = ")[-1].splitlines() == [
        "[ 0   0  -1  0 ]",
        "    [ 0   0   0  1 ]",
        "    [ 1   0   0  0 ]",
        "    [ 0  -1   0  0 ]",
        "",
    ]


def test_one_irrep_of_another_group_in_json_and_latex(run):
    root = "sqrt(3)/2"
    expected = {
        "label": "freq_1",
        "dimension": 2,
        "type": 2,
        "elements": ["1"],
        "generators": [[["-1/2", f"-{root}"], [root, "-1/2"]]],
    }
    done = run("irreps", "C3", "--irrep", "freq_1", "--format", "json")
    assert (done.code, done.messages) == (0, "")
    assert json.loads(done.output) == [expected]
    done = run("irreps", "Dic3", "--irrep", "parity", "--format", "latex")
    assert done.output.startswith("% parity, dimension 2, complex type, orthogonal form\n")
    assert r"\rho_{\text{parity}}(x) = \left[\begin{matrix}0 & -1\\1 & 0\end{matrix}\right]" in (
        done.output
    )


def test_an_irrep_may_be_described(run):
    done = run("irreps", "A5", "--irrep", "3[(5)+=1/2+sqrt(5)/2]", "--format", "json")
    assert (done.code, done.messages) == (0, "")
    assert [record["label"] for record in json.loads(done.output)] == ["(3,1,1)+"]
    assert_one_sentence(run("irreps", "A5", "--irrep", "3[]"), "describes 2 irreps of A_5")


def test_characters_of_another_group_in_each_format(run):
    assert run("characters", "Q8").output == Q_8
    done = run("characters", "C3", "--format", "csv")
    assert list(csv.reader(done.output.splitlines())) == [
        ["irrep", "0", "1", "2"],
        ["trivial", "1", "1", "1"],
        ["freq_1", "1", "-1/2 + sqrt(3)*I/2", "-1/2 - sqrt(3)*I/2"],
        ["conj(freq_1)", "1", "-1/2 - sqrt(3)*I/2", "-1/2 + sqrt(3)*I/2"],
    ]
    found = json.loads(run("characters", "A5", "--format", "json").output)
    assert found["order"] == 60
    assert found["class_sizes"] == [1, 15, 20, 12, 12]
    assert found["irreps"][3:] == ["(3,1,1)+", "(3,1,1)-"]
    assert found["values"][3] == [3, -1, 0, "1/2 + sqrt(5)/2", "1/2 - sqrt(5)/2"]
    done = run("characters", "A5", "--format", "latex")
    assert r"$(3,1^2)^+$ & 3 & $-1$ & 0 & $\frac{1 + \sqrt{5}}{2}$ &" in done.output


@pytest.mark.parametrize("group", ["C1", "A1", "D1", "Dic1", "C2", "A2", "D2"])
@pytest.mark.parametrize("command", ["irreps", "characters", "verify", "subgroups"])
def test_families_where_they_degenerate(run, command, group):
    done = run(command, group)
    assert (done.code, done.messages) == (0, "")
    assert done.output


def test_verify_another_group(run):
    done = run("verify", "SL(2,3)")
    assert (done.code, done.messages) == (0, "")
    first, *lines, last = done.output.splitlines()
    assert first == "SL(2,3), 24 elements"
    assert [line[:2] for line in lines] == ["ok"] * 5 + ["- "] + ["ok"] * 3
    assert last.startswith("SL(2,3) verified in ")


def test_a_failed_check_of_another_group_has_exit_code_1(run, monkeypatch):
    original = CyclicGroup._matrices
    monkeypatch.setattr(CyclicGroup, "_matrices", lambda self, label: 2 * original(self, label))
    done = run("verify", "C5")
    assert done.code == 1
    failed = [line[8:41].strip() for line in done.output.splitlines() if line[:6] == "FAILED"]
    assert failed == [
        "tensors multiply",
        "tensors have the characters",
        "matrix coefficients orthonormal",
    ]
    assert done.messages == "error: C_5: 3 of the checks above failed\n"


@pytest.mark.parametrize(
    ("group", "tensors", "numbers"),
    [("Q8", 6, 8 * 8 + 8 * 20), ("C5", 4, 5 * 5 + 5 * 9), ("SL(2,3)", 6, 24 * 24 + 24 * 46)],
)
def test_export_another_group(run, tmp_path, group, tensors, numbers):
    done = run("export", group, "--output", "g.safetensors")
    assert (done.code, done.messages) == (0, "")
    assert done.output == f"g.safetensors: {tensors} tensors, {numbers} numbers\n"
    assert "cayley_table" in load_file(tmp_path / "g.safetensors")


def test_export_an_alternating_group_in_the_sympy_order(run, tmp_path):
    run("export", "A5", "--output", "s.safetensors", "--element-order", "sympy")
    run("export", "A5", "--output", "l.safetensors")
    tables = [load_file(tmp_path / f"{name}.safetensors")["cayley_table"] for name in "sl"]
    assert tables[0].tolist() != tables[1].tolist()
    done = run("export", "C5", "--output", "c.safetensors", "--element-order", "sympy")
    assert_one_sentence(done, "C_5 has one order of its elements; S_n and A_n have SymPy's too")
    assert not (tmp_path / "c.safetensors").exists()


def test_subgroups(run):
    done = run("subgroups", "D3")
    assert (done.code, done.messages) == (0, "")
    assert done.output.splitlines() == [
        "D_3, 6 elements",
        "order  conjugates  normal  generators",
        "    1           1     yes  -",
        "    2           3      no  s",
        "    3           1     yes  r",
        "    6           1     yes  r, s",
        "6 subgroups in 4 classes",
    ]
    rows = json.loads(run("subgroups", "Q8", "--format", "json").output)
    assert [(row["order"], row["conjugates"], row["normal"]) for row in rows] == [
        (1, 1, True), (2, 1, True), (4, 1, True), (4, 1, True), (4, 1, True), (8, 1, True),
    ]  # fmt: skip
    assert rows[1]["generators"] == ["a^2"]
    # Permutations have commas only between letters of images, and names of their own.
    assert run("subgroups", "5").output.endswith("156 subgroups in 19 classes\n")


# recognise


def test_recognise_a_table(run, tmp_path):
    (tmp_path / "c3.json").write_text("[[1, 2, 0], [2, 0, 1], [0, 1, 2]]")
    done = run("recognise", "c3.json")
    assert (done.code, done.messages) == (0, "")
    assert done.output.splitlines() == [
        "C_3, 3 elements",
        "element order, unique up to 2 automorphisms:",
        "1, 2, 0",
    ]


@pytest.fixture
def table_of_s_5(tmp_path):
    """The file of a Cayley table of S_5, whose elements are named by permutations."""
    table = SymmetricGroup(5).cayley_table.tolist()
    (tmp_path / "s5.json").write_text(json.dumps(table))
    return "s5.json"


@pytest.mark.usefixtures("table_of_s_5")
def test_recognise_names_as_many_elements_as_a_line_holds(run):
    first, _, names = run("recognise", "s5.json").output.splitlines()
    assert first == "S_5, 120 elements"
    shown, rest = names.split(", ... ")
    count = 120 - len(shown.split(", "))
    assert rest == f"({count} more; --format json has all)"
    assert 0 < count < 120
    assert len(names) <= 72


@pytest.mark.usefixtures("table_of_s_5")
def test_recognise_has_all_elements_in_other_formats(run):
    G = SymmetricGroup(5)
    record = json.loads(run("recognise", "s5.json", "--format", "json").output)
    elements = record.pop("elements")
    order = [G.parse_element(name) for name in elements]
    assert np.array_equal(G.reordered(order).cayley_table, G.cayley_table)
    assert record == {
        "group": "S_5",
        "order": 120,
        "corrected_entries": 0,
        "classes": 7,
        "automorphisms": 120,
    }
    head, *rows = csv.reader(run("recognise", "s5.json", "--format", "csv").output.splitlines())
    assert head == ["group", "index", "element"]
    assert rows == [["S_5", str(i), name] for i, name in enumerate(elements)]
    assert run("recognise", "s5.json", "--format", "latex").output.count(r"S\_5 &") == 120


def test_recognise_a_table_without_a_name(run, tmp_path):
    a, b = np.arange(16) % 8, np.arange(16) // 8
    table = (a[:, None] + 5 ** b[:, None] * a) % 8 + 8 * ((b[:, None] + b) % 2)
    (tmp_path / "modular.json").write_text(json.dumps(table.tolist()))
    done = run("recognise", "modular.json")
    assert (done.code, done.messages) == (0, "")
    assert done.output.splitlines() == [
        "G_16, 16 elements",
        "isomorphic to no group known by name; 10 conjugacy classes",
    ]
    record = json.loads(run("recognise", "modular.json", "--format", "json").output)
    assert record == {
        "group": None,
        "order": 16,
        "corrected_entries": 0,
        "classes": 10,
        "automorphisms": None,
        "elements": None,
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[0, 1], [0, 1]]", "not a Latin square: column 0 has the entry 0 twice"),
        ("[]", "must be square and not empty"),
        ("{}", "must be square and not empty"),
        ("null", "must be square and not empty"),
        ("[[0, 1], [1]]", "the rows of a Cayley table must have one length"),
        ("[[0.5]]", "integers"),
        ('[["e"]]', "integers"),
        ("[[NaN]]", "integers"),
        ("[[99999999999999999999999]]", "integers"),
        ("[[0, 1], [1, 2]]", "got 2 in row 1, column 1"),
        ("[[true]]", "integers"),
    ],
)
def test_a_table_of_no_group_has_exit_code_1(run, tmp_path, text, words):
    (tmp_path / "t.json").write_text(text)
    done = run("recognise", "t.json")
    assert (done.code, done.output) == (1, "")
    assert done.messages.startswith("error: t.json is not the table of a group: ")
    assert words in done.messages
    assert done.messages.count("\n") == 1


@pytest.mark.parametrize("content", [b"[[0, 1], [1", b"\xff\xfe", b"", b"[" * 100_000])
def test_a_file_that_is_no_json_is_named(run, tmp_path, content):
    (tmp_path / "t.json").write_bytes(content)
    assert_one_sentence(run("recognise", "t.json"), "t.json is not a JSON file: ")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("none.json", "none.json does not exist; expected a JSON file with the rows of a Cayley"),
        ("folder", "folder is a folder; expected a JSON file"),
        ("link.json", "link.json is a link to nowhere.json, which does not exist; expected a JSON"),
        ("", "expected a JSON file with the rows of a Cayley table, got an empty name"),
    ],
)
def test_what_is_no_file_is_named(run, tmp_path, name, words):
    (tmp_path / "folder").mkdir()
    (tmp_path / "link.json").symlink_to("nowhere.json")
    assert_one_sentence(run("recognise", name), words)


def test_an_empty_argument_is_named(run, tmp_path):
    assert_one_sentence(run("characters", ""), "'' is not the name of a group")
    assert_one_sentence(run("irreps", "3", "--irrep", ""), "() is a partition of 0")
    done = run("export", "3", "--output", "")
    assert_one_sentence(done, "expected the name of a safetensors file, got an empty name")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("command", ["irreps", "characters", "verify", "subgroups"])
@pytest.mark.parametrize(
    ("group", "words"),
    [
        ("E8", "'E8' is not the name of a group: expected one like"),
        ("Dih5", "did you mean D"),
        ("C0", "n must be 1 or more, got 0"),
        ("Q9", "quaternion groups have 8, 12, 16"),
        ("C3 x", "'' is not the name of a group"),
    ],
)
def test_a_bad_name_is_named(run, command, group, words):
    assert_one_sentence(run(command, group), words)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("irreps", "D4", "--irrep", "freq_9"), "D_4 has no irrep 'freq_9'; it has trivial, sign"),
        (("irreps", "D4", "--irrep", "3,1"), "D_4 has no irrep '3,1'"),
        (("irreps", "A5", "--irrep", "freq_1"), "A_5 has no irrep 'freq_1'"),
        (("irreps", "D4", "--form", "specht"), "only S_n has others"),
        (("irreps", "SL(2,3)"), "no exact form of the irrep 1a of SL(2,3) is known"),
        (("characters", "C1000000"), "1000000 x 1000000 characters of C_1000000: 29.1 TiB needed"),
        (("characters", "D1000000"), "characters of D_1000000"),
        (("characters", "C1000 x C1000"), "characters of C_1000 x C_1000"),
        (("verify", "C1000000"), "characters of C_1000000"),
        (("irreps", "C1000000", "--irrep", "freq_1"), "characters of C_1000000"),
        (("subgroups", "C1000000"), "the Cayley table of C_1000000"),
    ],
)
def test_what_another_group_lacks_or_cannot_hold_is_named(run, arguments, words):
    assert_one_sentence(run(*arguments), words)


# Formats


def rows_of(markdown):
    """The cells of a Markdown table."""
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in markdown.splitlines()]


@pytest.mark.parametrize(
    "arguments",
    [("irreps", "C3"), ("characters", "C3"), ("verify", "C3"), ("subgroups", "C3")],
    ids=lambda arguments: arguments[0],
)
@pytest.mark.parametrize("format", get_args(Format))
def test_every_command_has_every_format(run, arguments, format):
    done = run(*arguments, "--format", format)
    assert (done.code, done.messages) == (0, "")
    first = done.output.splitlines()[0]
    assert (first == "C_3, 3 elements") == (format == "table")
    if format == "json":
        assert json.loads(done.output)
    if format == "csv":
        rows = list(csv.reader(done.output.splitlines()))
        assert len(rows) > 1
        assert len({len(row) for row in rows}) == 1
    if format == "latex":
        assert "\\" in first or first.startswith("% trivial")


def test_text_is_another_name_of_table(run):
    assert run("characters", "3", "--format", "text").output == run("characters", "3").output


def test_an_unknown_format_is_named_with_the_known_ones(run):
    done = run("characters", "3", "--format", "xml")
    assert (done.code, done.output) == (2, "")
    assert "'xml' is not one of table, json, csv, markdown, latex." in done.messages


def test_matrix_entries_as_csv(run):
    done = run("irreps", "3", "--irrep", "2,1", "--form", "specht", "--format", "csv")
    head, *rows = csv.reader(done.output.splitlines())
    assert head == ["irrep", "generator", "row", "column", "entry"]
    assert rows == [
        ["(2,1)", "s_0", "0", "0", "1"],
        ["(2,1)", "s_0", "0", "1", "0"],
        ["(2,1)", "s_0", "1", "0", "-1"],
        ["(2,1)", "s_0", "1", "1", "-1"],
        ["(2,1)", "s_1", "0", "0", "0"],
        ["(2,1)", "s_1", "0", "1", "1"],
        ["(2,1)", "s_1", "1", "0", "1"],
        ["(2,1)", "s_1", "1", "1", "0"],
    ]


def test_matrices_in_markdown(run):
    done = run("irreps", "3", "--irrep", "sign", "--format", "markdown")
    assert done.output.splitlines()[:3] == [
        "### (1,1,1), dimension 1, orthogonal form",
        "",
        r"$$ \rho_{1^3}(s_0) = \left[\begin{matrix}-1\end{matrix}\right] $$",
    ]


def test_a_character_table_in_markdown(run):
    assert rows_of(run("characters", "3", "--format", "markdown").output) == [
        ["", "(1,1,1)", "(2,1)", "(3)"],
        ["--:"] * 4,
        ["size", "1", "3", "2"],
        ["(3)", "1", "1", "1"],
        ["(2,1)", "2", "0", "-1"],
        ["(1,1,1)", "1", "-1", "1"],
    ]


def test_checks_as_json_and_csv(run, monkeypatch):
    checks = [Check("law", "held, exactly", True, 0.5), Check("other", "needs 7 TiB", None, 0.25)]
    monkeypatch.setattr(verification, "verify", lambda n: iter(checks))
    assert json.loads(run("verify", "4", "--format", "json").output) == [
        {"law": "law", "evidence": "held, exactly", "passed": True, "seconds": 0.5},
        {"law": "other", "evidence": "needs 7 TiB", "passed": None, "seconds": 0.25},
    ]
    assert list(csv.reader(run("verify", "4", "--format", "csv").output.splitlines())) == [
        ["law", "evidence", "passed", "seconds"],
        ["law", "held, exactly", "ok", "0.5"],
        ["other", "needs 7 TiB", "-", "0.25"],
    ]
    checks.append(Check("third", "broke", False, 0.5))
    done = run("verify", "4", "--format", "json")
    assert (done.code, json.loads(done.output)[2]["passed"]) == (1, False)


def test_subgroups_as_csv(run):
    done = run("subgroups", "D3", "--format", "csv")
    assert list(csv.reader(done.output.splitlines())) == [
        ["order", "conjugates", "normal", "generators"],
        ["1", "1", "yes", ""],
        ["2", "3", "no", "s"],
        ["3", "1", "yes", "r"],
        ["6", "1", "yes", "r, s"],
    ]


# Some irreps


def test_several_irreps_in_the_order_of_the_labels(run):
    done = run("irreps", "4", "--irrep", "sign", "--irrep", "2,2", "--format", "json")
    assert [record["label"] for record in json.loads(done.output)] == [[1, 1, 1, 1], [2, 2]]
    assert_one_sentence(run("irreps", "4", "--irrep", "sign", "--irrep", "5"), "partition of 5")


def test_rows_of_a_character_table(run):
    done = run("characters", "3", "--irrep", "standard", "--irrep", "trivial", "--format", "csv")
    assert list(csv.reader(done.output.splitlines())) == [
        ["irrep", "(1,1,1)", "(2,1)", "(3)"],
        ["(2,1)", "2", "0", "-1"],
        ["(3)", "1", "1", "1"],
    ]
    found = json.loads(run("characters", "C3", "--irrep", "freq_1", "--format", "json").output)
    assert found["irreps"] == ["freq_1"]
    assert len(found["values"]) == 1
    assert_one_sentence(run("characters", "3", "--irrep", "4"), "(4) is a partition of 4")


# Help


COMMANDS = get_command(cli.app).commands


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)], ids="".join)
@pytest.mark.parametrize("columns", [60, 80])
def test_help_fits_the_terminal(run, monkeypatch, command, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    done = run(*command, "--help")
    assert (done.code, done.messages) == (0, "")
    assert "Usage: " in done.output
    assert "\n  Examples:\n    " in done.output
    assert "..." not in done.output.replace("ARGS]...", "")
    assert all(len(line) <= columns for line in done.output.splitlines())


def test_every_summary_is_one_line_of_60_columns(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    lines = run("--help").output.split("Commands:\n")[1].split("\n\n")[0].splitlines()
    assert [line.split()[0] for line in lines] == list(COMMANDS)
    assert all(line.endswith(".") and not line.endswith("...") for line in lines)


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_examples_work(run, tmp_path, command):
    lines = example_commands(COMMANDS[command].epilog if command else get_command(cli.app).epilog)
    assert len(lines) > 1
    for name, *arguments in lines:
        if name == "echo":
            text, arrow, path = arguments
            assert arrow == ">"
            (tmp_path / path).write_text(text)
        else:
            assert name == "symrep"
            done = run(*arguments)
            assert (done.code, done.messages) == (0, "")


@pytest.mark.parametrize("arguments", [("--version",), ("--version", "irreps")])
def test_the_version(run, arguments):
    done = run(*arguments)
    assert (done.code, done.output, done.messages) == (0, f"symrep {symrep.__version__}\n", "")


def test_a_misspelt_command_is_corrected(run):
    assert "Did you mean 'characters'?" in run("charcters", "3").messages


# The shell


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("symrep char", "characters"),
        ("symrep verify Dic", "Dic3"),
        ("symrep characters 3 --format mark", "markdown"),
        ("symrep irreps 3 --form sp", "specht"),
    ],
)
def test_completion_in_bash(run, monkeypatch, words, completed):
    monkeypatch.setenv("_SYMREP_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split()) - 1))
    assert run().output.splitlines() == [completed]


@pytest.mark.skipif(sys.platform == "win32", reason="pipes are those of POSIX")
def test_a_pipe_that_closes_is_no_error():
    """The reader has gone before anything is written."""
    reader, writer = os.pipe()
    os.close(reader)
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    done = subprocess.run(
        [sys.executable, "-m", "symrep", "characters", "3"],
        stdout=writer,
        stderr=subprocess.PIPE,
        env=buffered,
    )
    os.close(writer)
    assert done.stderr == b""
