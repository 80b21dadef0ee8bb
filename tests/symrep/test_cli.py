import csv
import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
from safetensors.torch import load_file

from symrep import cli, verification
from symrep.verification import Check


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
        timeout=60,
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
    [
        ("irreps", "1000000000000"),
        ("irreps", "1000000000000", "--partition", "sign"),
        ("characters", "1000000000000"),
        ("verify", "1000000000000"),
        ("export", "1000000000000", "--output", "out.safetensors"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_the_real_command_refuses_a_huge_degree_at_once(arguments, tmp_path):
    path = os.pathsep.join(map(os.path.abspath, [p or "." for p in sys.path]))
    done = subprocess.run(
        [sys.executable, "-m", "symrep", *arguments],
        capture_output=True,
        text=True,
        timeout=15,
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
    assert run("characters", "3", "--format", "latex").output.startswith(r"\begin{array}")
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
