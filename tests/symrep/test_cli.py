import csv
import json
import os
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from safetensors.torch import load_file

from symrep import CyclicGroup, cli, verification
from symrep.verification import Check
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


def test_the_real_command_prints_a_character_table():
    done = subprocess.run(
        [sys.executable, "-m", "symrep", "characters", "3", "--format", "csv"],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
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
    *lines, last = done.output.splitlines()
    assert len(lines) == 13
    assert all(line.startswith("ok ") and line.endswith(" s]") for line in lines)
    assert last.startswith("S_4 verified in ")


def test_a_failed_check_has_exit_code_1(run, monkeypatch):
    checks = [Check("law one", "held", True, 0.5), Check("law two", "broke here", False, 0.5)]
    monkeypatch.setattr(verification, "verify", lambda n: iter(checks))
    done = run("verify", "4")
    assert done.code == 1
    assert done.output.splitlines()[0].startswith("ok      law one")
    assert done.output.splitlines()[1].startswith("FAILED  law two")
    assert "broke here" in done.output
    assert "verified" not in done.output
    assert done.messages == "error: S_4: 1 of the checks above failed\n"
    assert done.messages.count("\n") == 1


def test_a_check_that_was_not_made_says_so(run, monkeypatch):
    checks = [Check("law one", "not checked: 7 TiB needed", None, 0.5)]
    monkeypatch.setattr(verification, "verify", lambda n: iter(checks))
    done = run("verify", "4")
    assert done.code == 0
    assert done.output.startswith("-       law one")
    assert "not checked: 7 TiB needed" in done.output


def test_a_failed_allocation_is_a_sentence_too(run, monkeypatch):
    def exhausted(n):
        raise MemoryError

    monkeypatch.setattr(verification, "verify", exhausted)
    assert_one_sentence(run("verify", "4"), "not enough memory")


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
    assert_one_sentence(done, "error: results: ", "directory")
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


@pytest.mark.parametrize("command", [(), ("irreps",), ("characters",), ("verify",), ("export",)])
def test_every_command_has_help(run, command):
    done = run(*command, "--help")
    assert (done.code, done.messages) == (0, "")
    assert "Usage: " in done.output


# Other groups

Q_8 = """\
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
    *lines, last = done.output.splitlines()
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
        "a group of order 3",
        "isomorphic to C_3",
        "2 orders of its elements match; one is 1, 2, 0",
    ]


def test_recognise_a_table_without_a_name(run, tmp_path):
    a, b = np.arange(16) % 8, np.arange(16) // 8
    table = (a[:, None] + 5 ** b[:, None] * a) % 8 + 8 * ((b[:, None] + b) % 2)
    (tmp_path / "modular.json").write_text(json.dumps(table.tolist()))
    done = run("recognise", "modular.json")
    assert (done.code, done.messages) == (0, "")
    assert done.output.splitlines() == [
        "a group of order 16",
        "isomorphic to no group known by name; 10 classes",
    ]


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


def test_a_file_that_cannot_be_read_is_named(run, tmp_path):
    assert_one_sentence(run("recognise", "none.json"), "none.json: No such file")
    (tmp_path / "folder").mkdir()
    assert_one_sentence(run("recognise", "folder"), "folder: ", "directory")


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


@pytest.mark.parametrize("command", ["subgroups", "recognise"])
def test_the_other_commands_have_help(run, command):
    done = run(command, "--help")
    assert (done.code, done.messages) == (0, "")
    assert "Usage: " in done.output
