"""The harness of the benchmarks; nothing here asserts a time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import __main__ as harness
from benchmarks import works
from benchmarks.processes import Ended, agree, outcome, python, run
from benchmarks.programs import answers, measure
from benchmarks.works import MODULES, WORKS, Work

ROOT = Path(__file__).resolve().parents[1]

SYMREP_AND_DENSE = Work("small", ("tensors", "3"), 1.0, 9.0, ("dense torch",))


def table(monkeypatch, capsys, *arguments, works=(SYMREP_AND_DENSE,)):
    """Exit code, lines of the table, and messages."""
    monkeypatch.setattr(harness, "WORKS", list(works))
    monkeypatch.setattr(sys, "argv", ["benchmarks", "--repeats", "1", *arguments])
    monkeypatch.chdir(ROOT)
    code = harness.main()
    captured = capsys.readouterr()
    return code, captured.out.splitlines()[4:], captured.err


@pytest.fixture
def program(monkeypatch, tmp_path):
    """Has a system do `text` in place of its program; symrep prints `RIGHT` unless told so."""
    written = {}

    def write(system, text):
        written[system] = tmp_path / f"{system}.py"
        written[system].write_text(text, encoding="utf-8")

    monkeypatch.setattr(Work, "command", lambda work, system: python(str(written[system])))
    write("symrep", printing(RIGHT))
    return write


def printing(outcome):
    return f"print({json.dumps(outcome)!r})"


RIGHT = {"seconds": 1.0, "before": 1.0, "peak": 1.0, "answer": {"(3,)": [1, 1, 1]}}


@pytest.mark.exhaustive
def test_a_row_has_time_target_peer_ratio_and_memory(monkeypatch, capsys):
    code, (line,), error = table(monkeypatch, capsys, "--only", "small")
    assert (code, error) == (0, "")
    name, seconds, target, peer, ratio, megabytes, most = line.strip("| ").split(" | ")
    assert (name, target, most) == ("small", "1", "9")
    assert float(seconds) > 0
    assert float(ratio) > 0
    assert peer.startswith("dense torch ")
    assert float(megabytes) >= 0


def test_a_different_answer_has_no_row(monkeypatch, capsys, program):
    program("dense torch", printing(RIGHT | {"answer": {"(3,)": [1, 1, 2]}}))
    code, lines, error = table(monkeypatch, capsys, "--only", "small")
    assert (code, lines) == (1, [])
    assert error == "error: small: symrep and dense torch give different answers\n"


def test_a_system_that_takes_too_long_is_ended(monkeypatch, capsys, program):
    program("dense torch", "import time; time.sleep(1000)")
    monkeypatch.setattr(
        harness,
        "outcome",
        lambda command, limit: outcome(command, 0.5 if "dense torch" in command[-1] else limit),
    )
    code, (line,), _ = table(monkeypatch, capsys, "--only", "small")
    assert code == 0
    assert "| dense torch more than 0.5 s |  |" in line


@pytest.mark.usefixtures("program")
def test_a_system_that_is_not_installed_is_a_dash(monkeypatch, capsys):
    monkeypatch.setitem(works.PACKAGES, "dense torch", "no_such_package")
    code, (line,), _ = table(monkeypatch, capsys, "--only", "small")
    assert code == 0
    assert "| dense torch - |  |" in line


def test_a_program_that_fails_is_named_in_a_line(monkeypatch, capsys, program):
    program("dense torch", "raise ValueError('broken on purpose')")
    code, lines, error = table(monkeypatch, capsys, "--only", "small")
    assert (code, lines) == (1, [])
    assert error == "error: ValueError: broken on purpose\n"


@pytest.mark.usefixtures("program")
def test_peers_can_be_left_out(monkeypatch, capsys):
    code, (line,), _ = table(monkeypatch, capsys, "--only", "small", "--no-peers")
    assert code == 0
    assert "dense" not in line


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--only", "nothing like it"], "no work has 'nothing like it' in its name; see --list"),
        (["--repeats", "0"], "--repeats must be 1 or more, got 0"),
    ],
)
def test_bad_usage_has_exit_code_2(monkeypatch, capsys, arguments, message):
    with pytest.raises(SystemExit) as stopped:
        table(monkeypatch, capsys, *arguments)
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


def test_the_list_names_every_work_and_runs_none():
    done = subprocess.run(
        python("-m", "benchmarks", "--list"), capture_output=True, text=True, check=True, cwd=ROOT
    )
    names = done.stdout.splitlines()
    assert names[: len(WORKS)] == [work.name for work in WORKS]
    assert "symrep verify 6" in names
    assert len(set(names)) == len(names)


def test_every_work_is_a_program_of_every_system_that_it_names():
    for work in WORKS:
        for system in ("symrep", *work.peers):
            path = ROOT / MODULES[system].replace(".", os.sep)
            assert f'"{work.program[0]}": ' in path.with_suffix(".py").read_text(encoding="utf-8")


def test_answers_are_compared_by_label():
    assert agree({"a": [1, 2], "b": 1.0}, {"b": 1.00001, "a": [1, 2]})
    for other in ({"a": [1, 3], "b": 1.0}, {"a": [1, 2]}, {"a": [1, 2], "b": 1.01}, {"b": 1}):
        assert not agree({"a": [1, 2], "b": 1.0}, other)
    assert not agree(None, "something")


def test_partitions_and_samples_of_the_answers():
    assert list(answers.partitions(4)) == [(4,), (3, 1), (2, 2), (2, 1, 1), (1, 1, 1, 1)]
    assert answers.sampled(10)[0] == (10,)
    assert 20 < len(answers.sampled(20)) < 30
    one = answers.digest_of_characters(3, lambda label: [len(label)] * 3)
    assert one == answers.digest_of_characters(3, lambda label: [len(label)] * 3)
    assert one != answers.digest_of_characters(3, lambda label: [0, len(label), 0])


def test_the_first_of_several_runs_does_not_count():
    calls = []
    result, measured = measure(lambda: calls.append(1) or len(calls), repeats=3)
    assert (result, len(calls)) == (4, 4)
    assert measured.seconds >= 0
    assert measured.peak >= measured.before > 1


@pytest.mark.oracles
@pytest.mark.parametrize(
    ("system", "arguments"),
    [
        ("GAP", ("characters", "7")),
        pytest.param("GAP", ("character", "0"), marks=pytest.mark.exhaustive),
        pytest.param("Sage", ("orthogonal generators", "4"), marks=pytest.mark.exhaustive),
        pytest.param("Sage", ("characters", "7"), marks=pytest.mark.exhaustive),
        pytest.param("Sage", ("seminormal generators", "5"), marks=pytest.mark.exhaustive),
        pytest.param("Sage", ("specht generators", "5"), marks=pytest.mark.exhaustive),
    ],
)
@pytest.mark.usefixtures("sage")
def test_peers_agree_on_small_cases(system, arguments):
    work = Work("small", arguments)
    ours = subprocess.run(work.command("symrep"), capture_output=True, text=True, cwd=ROOT)
    theirs = subprocess.run(work.command(system), capture_output=True, text=True, cwd=ROOT)
    assert theirs.returncode == 0, theirs.stderr
    one, other = json.loads(ours.stdout), json.loads(theirs.stdout.splitlines()[-1])
    assert one["answer"]
    assert agree(one["answer"], other["answer"])


def test_a_process_is_killed_at_its_limit():
    with pytest.raises(Ended, match=r"more than 0\.5 s"):
        run(python("-c", "import time; time.sleep(30)"), 0.5)
    assert run(python("-c", "print(7)"), 60).output == "7\n"
    with pytest.raises(RuntimeError, match="exit code -9"):
        run(python("-c", f"import os; os.kill(os.getpid(), {signal.SIGKILL:d})"), 60)


def test_the_outcome_is_the_last_line_that_a_program_prints():
    line = json.dumps({"seconds": 1.5, "before": 2.0, "peak": 3.0, "answer": None})
    assert outcome(python("-c", f"print('noise'); print({line!r})"), 60).seconds == 1.5
