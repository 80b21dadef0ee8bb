"""Checkpoints, measured one by one, stopped and gone on with; what trajectories say."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pandas as pd
import psutil
import pytest
import torch
from safetensors.torch import load_file, save_file

from analysis import (
    Configuration,
    IncompleteTrajectory,
    Layers,
    OneLayerMLP,
    RunError,
    analyse,
    checkpoints,
    curves,
    final_key_irreps,
    load_checkpoint,
    load_run,
    metrics,
    open_run,
    order_learned,
    phases,
    read_trajectory,
    train,
    trajectory,
)
from analysis.parallel import connected
from analysis.studies.learning import TRAJECTORY_COLUMNS, Phase
from symrep import Partition
from tests.analysis.conftest import STARTS_PROCESSES, make_run
from tests.conftest import INTERRUPTIBLE
from tests.exhaustive import sample

pytestmark = STARTS_PROCESSES

ROOT = Path(__file__).resolve().parents[3]
SIGN, STANDARD = Partition(1, 1, 1), Partition(2, 1)

PATIENCE = 300
"""Seconds after which a process counts as left behind."""


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """A network on S_3 with checkpoints of some 20 epochs, not all of them with both key irreps."""
    folder = tmp_path_factory.mktemp("trained") / "run"
    configuration = Configuration(
        model="OneLayerMLP",
        group="SymmetricGroup",
        group_parameter=3,
        frac_train=0.6,
        num_epochs=400,
        seed=2,
        layers=Layers(8, 12),
        lr=1e-2,
        checkpoints=25,
        evaluations=4,
    )
    train(configuration, folder)
    return folder


@pytest.fixture
def folder(trained, tmp_path):
    return Path(shutil.copytree(trained, tmp_path / "run"))


@pytest.fixture(scope="session")
def whole(trained, tmp_path_factory):
    """The trajectory in one go, as bytes."""
    output = tmp_path_factory.mktemp("whole")
    trajectory(trained, output, workers=1)
    return (output / "trajectory.csv").read_bytes()


def width(run):
    """A measure whose table is not like that of `metrics`."""
    return pd.DataFrame({"neurons": [run.network.W.shape[1]], "note": [""], "missing": [None]})


def epoch_of_its_own(run):
    return pd.DataFrame({"epoch": [-1], "order": [run.group.order]})


def with_other_columns(run):
    name = "high" if float(run.network.W_U.detach()[0, 0]) > 0 else "low"
    return pd.DataFrame({name: [1]})


# Checkpoints


def test_checkpoints_are_in_the_order_of_their_epochs(tmp_path):
    run = make_run(3)
    (tmp_path / "cfg.json").write_text(run.configuration.to_json())
    kept = tmp_path / "checkpoints"
    kept.mkdir()
    names = ["epoch_9.pt", "epoch_10.pt", "100.pt", "00000011.pt"]
    for scale, name in enumerate(names, 1):
        state = {key: scale * value for key, value in run.network.state_dict().items()}
        torch.save(state, kept / name)
    for name in ("final.pt", "12.safetensors", "epoch_13.pt.part", ".epoch_14.pt", "-3.pt"):
        (kept / name).write_bytes(b"")
    folder = open_run(tmp_path)
    found = checkpoints(folder)
    assert [(epoch, path.name) for epoch, path in found.items()] == [
        (9, "epoch_9.pt"),
        (10, "epoch_10.pt"),
        (11, "00000011.pt"),
        (100, "100.pt"),
    ]
    read = load_checkpoint(folder, 100)
    torch.testing.assert_close(read.network.W, 3 * run.network.W)
    assert read.group is folder.group is load_checkpoint(folder, 9).group
    (kept / "9.pt").write_bytes(b"")
    with pytest.raises(RunError, match=r"9\.pt and epoch_9\.pt are both of epoch 9"):
        checkpoints(folder)


def test_a_checkpoint_is_the_network_of_its_epoch(trained):
    folder = open_run(trained)
    run = load_checkpoint(folder, 400)
    final = load_run(trained)
    assert run.name == final.name
    assert run.configuration == final.configuration
    assert torch.equal(run.network.W_U, final.network.W_U)
    first = load_checkpoint(folder, 0)
    torch.manual_seed(2)
    assert torch.equal(first.network.W_x, OneLayerMLP(6, 8, 12).W_x)
    with pytest.raises(RunError, match="has no checkpoint of epoch 399"):
        load_checkpoint(folder, 399)


def test_a_run_without_final_weights_has_checkpoints(folder):
    (folder / "model.safetensors").unlink()
    assert len(checkpoints(open_run(folder))) >= 20
    with pytest.raises(RunError, match=r"has config\.json but no model\.safetensors"):
        load_run(folder)


# Trajectories


def test_a_trajectory_is_every_checkpoint_measured(trained, whole, tmp_path):
    folder, seen = open_run(trained), []
    table = trajectory(trained, tmp_path, workers=1, report=lambda *done: seen.append(done))
    assert (tmp_path / "trajectory.csv").read_bytes() == whole
    epochs = list(checkpoints(folder))
    assert seen == [(done, len(epochs)) for done in range(len(epochs) + 1)]
    assert list(table.columns) == TRAJECTORY_COLUMNS
    assert list(table.epoch.unique()) == epochs
    keys = analyse(load_run(trained)).key_irreps
    assert set(keys) == {SIGN, STANDARD} == set(final_key_irreps(folder))
    changed = 0
    for epoch, rows in table.groupby("epoch"):
        run = load_checkpoint(folder, epoch)
        expected = metrics(run, [label for label in run.group.irreps if label in keys])
        found = rows.drop(columns="epoch").reset_index(drop=True)
        pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=1e-12)
        changed += not metrics(run).value.equals(expected.value)
    assert changed > 0, "some checkpoint must have other key irreps of its own"
    pd.testing.assert_frame_equal(read_trajectory(tmp_path / "trajectory.csv"), table)


def test_threads_are_left_as_they_were(trained, tmp_path):
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        trajectory(trained, tmp_path, workers=1)
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)


def test_final_weights_may_be_missing_or_broken(folder, whole, tmp_path):
    (folder / "model.safetensors").write_bytes(b"half")
    trajectory(folder, tmp_path / "a", workers=1)
    (folder / "model.safetensors").unlink()
    trajectory(folder, tmp_path / "b", workers=1)
    for name in "ab":
        assert (tmp_path / name / "trajectory.csv").read_bytes() == whole


GATED = """
import os, time
from pathlib import Path
from analysis import metrics

def measure(run):
    while not admitted():
        time.sleep(0.01)
    return metrics(run)

def admitted():
    tickets = Path(os.environ["TICKETS"])
    if not tickets.exists():
        return True
    for ticket in tickets.iterdir():
        try:
            ticket.unlink()
            return True
        except FileNotFoundError:
            pass
    return False
"""
"""A measure that takes a ticket from a folder, and waits for one; without the folder it is free."""

SCRIPT = """
import sys
from analysis import trajectory
from gated import measure
from symrep._support import commands

commands.run(lambda: trajectory(sys.argv[1], sys.argv[2], workers=2, measure=measure))
"""


def runs(process):
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")
@pytest.mark.parametrize("killed", sample([False, True], lambda killed: not killed))
def test_stopped_at_any_moment_it_goes_on(killed, trained, tmp_path, monkeypatch):
    """Interrupted, and killed before that; what goes on has two processes then, and one if not."""
    (tmp_path / "gated.py").write_text(GATED)
    path = os.pathsep.join([str(ROOT), str(tmp_path)])
    output, parts = tmp_path / "stopped", tmp_path / "stopped" / "trajectory"
    tickets = tmp_path / "tickets"
    tickets.mkdir()
    monkeypatch.setenv("TICKETS", str(tickets))

    def results():
        return {
            entry.name: entry.stat().st_mtime_ns
            for entry in (parts.iterdir() if parts.exists() else ())
            if not entry.name.startswith(".")
        }

    def start():
        return subprocess.Popen(
            [*INTERRUPTIBLE, sys.executable, "-c", SCRIPT, str(trained), str(output)],
            env=os.environ | {"PYTHONPATH": path},
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def stopped(more, stop):
        """What was there, the exit code and what was printed, when it was stopped."""
        enough = len(results()) + more
        for k in range(more):
            (tickets / str(k)).touch()
        process = start()
        while len(results()) < enough:
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.02)
        workers = psutil.Process(process.pid).children(recursive=True)
        assert len(workers) >= 2
        stop(process)
        _, error = process.communicate()
        _, left = psutil.wait_procs(workers, timeout=PATIENCE)
        assert not any(map(runs, left)), "a process was left behind"
        return results(), process.returncode, error

    first: dict[str, int] = {}
    if killed:
        first, code, _ = stopped(3, lambda process: process.kill())
        assert code == -signal.SIGKILL
        assert not (output / "trajectory.csv").exists()
        half = parts / f".{next(iter(first))}.x.part"
        half.write_text("half")
    second, code, error = stopped(3, lambda process: os.killpg(process.pid, signal.SIGINT))
    assert (code, error) == (130, "error: interrupted\n")
    assert [path.name for path in parts.iterdir() if path.name.startswith(".")] == []
    assert len(first) < len(second) < len(checkpoints(open_run(trained)))
    assert first.items() <= second.items(), "what was measured is not measured again"

    monkeypatch.syspath_prepend(tmp_path)
    from gated import measure

    tickets.rmdir()
    trajectory(trained, output, workers=1 + killed, measure=measure)
    assert second.items() <= results().items()
    trajectory(trained, tmp_path / "whole", workers=1, measure=measure)
    again = (tmp_path / "whole" / "trajectory.csv").read_bytes()
    assert (output / "trajectory.csv").read_bytes() == again
    assert {path.name for path in (tmp_path / "whole" / "trajectory").iterdir()} == set(results())


FATAL = """
import os
from analysis import metrics

def measure(deadly, run):
    if run.network.W_U[0, 0].item() == deadly:
        os._exit(3)
    return metrics(run)
"""


@pytest.mark.exhaustive
def test_a_process_that_dies_costs_the_row_of_its_checkpoint(trained, tmp_path, monkeypatch):
    (tmp_path / "fatal.py").write_text(FATAL)
    monkeypatch.syspath_prepend(tmp_path)
    from fatal import measure

    *left, last = checkpoints(open_run(trained)).items()
    deadly = load_file(last[1])["W_U"][0, 0].item()
    reason = r"1 of \d+ .*00000400\.safetensors: .* all those workers died"
    with pytest.raises(IncompleteTrajectory, match=reason) as caught:
        trajectory(trained, tmp_path / "output", workers=2, measure=partial(measure, deadly))
    assert sorted(set(caught.value.table.epoch)) == [epoch for epoch, _ in left]
    assert multiprocessing.active_children() == []


def test_a_cluster_measures_the_same(trained, whole, tmp_path, monkeypatch):
    monkeypatch.chdir(trained.parent)
    with connected(workers=1) as client:
        address = client.scheduler_info()["address"]
        trajectory(trained.name, tmp_path, address=address)
        with pytest.raises(ValueError, match="a cluster has its own workers"):
            trajectory(trained, tmp_path / "other", address=address, workers=2)
    assert (tmp_path / "trajectory.csv").read_bytes() == whole


def test_what_is_stale_is_measured_again(folder, tmp_path):
    def results():
        return {path.name: path.stat().st_mtime_ns for path in (output / "trajectory").iterdir()}

    output = tmp_path / "output"
    before = trajectory(folder, output, workers=1)
    first = results()
    assert trajectory(folder, output, workers=1).equals(before)
    assert results() == first

    path = list(checkpoints(open_run(folder)).values())[5]
    state = load_file(path)
    save_file(state | {"W_U": 2 * state["W_U"]}, path)
    after = trajectory(folder, output, workers=1)
    second = results()
    assert len(second) == len(first)
    gone, new = first.keys() - second.keys(), second.keys() - first.keys()
    assert [name.split("-")[0] for name in (*gone, *new)] == [path.stem] * 2
    assert first.items() - second.items() == {(name, first[name]) for name in gone}
    same = after[after.epoch != int(path.stem)]
    assert same.equals(before[before.epoch != int(path.stem)])
    assert not after.equals(before)

    trajectory(folder, output, workers=1, measure=metrics)
    assert results().keys().isdisjoint(second)
    third = results()
    trajectory(folder, output, workers=1, measure=partial(metrics, keys=(SIGN,)))
    assert results().keys().isdisjoint(third)
    trajectory(folder, output, workers=1)
    fourth = results()
    configuration = (folder / "config.json").read_text()
    (folder / "config.json").write_text(configuration.replace('"seed": 2', '"seed": 3'))
    moved = trajectory(folder, output, workers=1)
    assert results().keys().isdisjoint(fourth)
    chosen = (moved.measure == "train_loss") & (moved.epoch == 400)
    assert moved.value[chosen].item() != after.value[chosen].item()


def test_other_files_in_the_output_are_left_alone(folder, tmp_path):
    (tmp_path / "trajectory").mkdir()
    others = ["notes.csv", "00000000-old.csv", ".00000000-old.csv.x.part"]
    for name in others:
        (tmp_path / "trajectory" / name).write_text("mine")
    trajectory(folder, tmp_path, workers=1)
    assert all((tmp_path / "trajectory" / name).read_text() == "mine" for name in others)
    assert set(checkpoints(open_run(folder))) == {
        int(path.stem) for path in (folder / "checkpoints").iterdir()
    }


def test_any_table_is_a_measure(trained, tmp_path):
    table = trajectory(trained, tmp_path / "a", workers=1, measure=width)
    assert list(table.columns) == ["epoch", "neurons", "note", "missing"]
    assert set(table.neurons) == {12}
    assert set(table.note) == {""}
    assert table.missing.isna().all()
    own = trajectory(trained, tmp_path / "b", workers=1, measure=epoch_of_its_own)
    assert list(own.columns) == ["epoch", "order"]
    assert list(own.epoch) == list(table.epoch)
    with pytest.raises(ValueError, match=r"\.csv has other columns than 00000000-"):
        trajectory(trained, tmp_path / "c", workers=1, measure=with_other_columns)


def test_checkpoints_that_cannot_be_read_cost_their_own_rows(folder, trained, whole, tmp_path):
    paths = list(checkpoints(open_run(folder)).values())
    truncated, poisoned, foreign, absent, last = *paths[2:6], paths[-1]
    truncated.write_bytes(truncated.read_bytes()[:-8])
    state = load_file(poisoned)
    save_file(state | {"W_U": state["W_U"] * float("nan")}, poisoned)
    save_file({"weights": torch.zeros(2)}, foreign)
    absent.unlink()
    absent.mkdir()
    last.write_bytes(b"")
    broken = (truncated, poisoned, foreign, absent, last)
    with pytest.raises(IncompleteTrajectory) as failure:
        trajectory(folder, tmp_path / "output", workers=1)
    message = str(failure.value)
    assert message.startswith(f"5 of {len(paths)} checkpoints could not be measured, the others ")
    assert [message.count(str(path)) for path in broken] == [1] * 5
    assert "\n" not in message
    expected = read_trajectory_of(whole, tmp_path)
    left_out = {int(path.stem) for path in broken}
    expected = expected[~expected.epoch.isin(left_out)].reset_index(drop=True)
    pd.testing.assert_frame_equal(failure.value.table, expected)
    pd.testing.assert_frame_equal(read_trajectory(tmp_path / "output" / "trajectory.csv"), expected)
    absent.rmdir()
    for path in broken:
        shutil.copy(trained / "checkpoints" / path.name, path)
    trajectory(folder, tmp_path / "output", workers=1)
    assert (tmp_path / "output" / "trajectory.csv").read_bytes() == whole


def read_trajectory_of(content, folder):
    (folder / "whole.csv").write_bytes(content)
    return read_trajectory(folder / "whole.csv")


def test_a_folder_in_which_nothing_can_be_read(folder, tmp_path):
    for path in [folder / "model.safetensors", *checkpoints(open_run(folder)).values()]:
        path.write_bytes(b"half")
    with pytest.raises(RunError, match=r"^no checkpoint of .*: .*400\.safetensors.*; and \d+ more"):
        trajectory(folder, tmp_path / "output", workers=1)
    with pytest.raises(RunError, match=r"^no checkpoint of .*: .*000\.safetensors: not a whole"):
        trajectory(folder, tmp_path / "output", workers=1, measure=width)
    assert not (tmp_path / "output" / "trajectory.csv").exists()


def test_what_cannot_be_asked_for(folder, tmp_path):
    with pytest.raises(ValueError, match="workers must be at least 1, got 0"):
        trajectory(folder, tmp_path / "output", workers=0)
    with pytest.raises(ValueError, match="must be a function of a module, or a partial of one"):
        trajectory(folder, tmp_path / "output", measure=lambda run: metrics(run))
    with pytest.raises(RunError, match="is not a folder"):
        trajectory(folder / "none", tmp_path / "output")
    (tmp_path / "file").write_text("")
    with pytest.raises(NotADirectoryError):
        trajectory(folder, tmp_path / "file", workers=1)
    shutil.rmtree(folder / "checkpoints")
    with pytest.raises(RunError, match=r"run has no checkpoints to measure$"):
        trajectory(folder, tmp_path / "none")
    (folder / "metrics.csv").write_text("epoch\n")
    with pytest.raises(RunError, match=r"its metrics.csv can be read with analysis.read_published"):
        trajectory(folder, tmp_path / "none")
    assert not (tmp_path / "none").exists()


# Key irreps that are asked for


def test_key_irreps_can_be_given():
    run = make_run(4)
    asked = [Partition(2, 2), Partition(1, 1, 1, 1)]
    analysis = analyse(run, asked)
    free = analyse(run)
    assert analysis.key_irreps == asked != free.key_irreps
    for measure in ("left_embedding_fve", "unembedding_fve", "hidden_xy_fve"):
        parts = sum(free.value(measure, label) for label in asked)
        assert analysis.value(measure, "key") == pytest.approx(parts, rel=1e-12)
    one = analyse(run, [Partition(2, 2)])
    for measure in (
        "hidden_restricted_loss",
        "hidden_excluded_loss",
        "logit_restricted_loss",
        "logit_excluded_loss",
    ):
        assert one.value(measure, "key") == pytest.approx(
            free.value(measure, Partition(2, 2)), rel=1e-12
        )
        assert analysis.value(measure, "key") != one.value(measure, "key")
    alone = free.table[free.table.irrep != "key"]
    asked_for = analysis.table[analysis.table.irrep != "key"]
    pd.testing.assert_frame_equal(
        alone[alone.measure != "test_to_restricted_loss"],
        asked_for[asked_for.measure != "test_to_restricted_loss"],
    )
    for wrong in (Partition(4), Partition(2, 1)):
        with pytest.raises(ValueError, match=r"not trivial|labelled by partitions of 4"):
            metrics(run, [wrong])


# What trajectories say


def tidy(measures, epochs=(0, 1, 10, 100, 1000)):
    """{(measure, irrep): values by epoch} as a trajectory, later epochs first."""
    rows = [
        (epoch, measure, irrep, value, 4.0, float("nan"))
        for (measure, irrep), values in measures.items()
        for epoch, value in zip(epochs, values, strict=True)
    ]
    return pd.DataFrame(rows[::-1], columns=TRAJECTORY_COLUMNS)


def test_irreps_in_the_order_learned():
    table = tidy(
        {
            ("character_similarity", "p"): [0, 0, 0.05, 0.06, 0.7],
            ("character_similarity", "q"): [0, 0.2, 0.2, 0.2, 0.4],
            ("character_similarity", "b"): [0, 0, 0, 0.05, 0.049],
            ("character_similarity", "a"): [0, 0, 0.3, 0.3, 0.01],
            ("logit_fve", "other"): [1, 1, 1, 1, 1],
        }
    )
    learned = order_learned(table)
    assert learned.values.tolist() == [
        ["q", 1, 0.4],
        ["a", 10, 0.01],
        ["p", 100, 0.7],
    ]
    assert list(order_learned(table, 0.5).irrep) == ["p"]
    assert order_learned(table, 0.9).empty
    with pytest.raises(ValueError, match="the trajectory has no character_similarity"):
        order_learned(table[table.measure == "logit_fve"])


def test_curves_are_by_epoch_and_irrep():
    table = tidy({("logit_fve", "b"): [1, 2, 3, 4, 5], ("logit_fve", "a"): [6, 7, 8, 9, 0]})
    wide = curves(table, "logit_fve")
    assert list(wide.index) == [0, 1, 10, 100, 1000]
    assert wide["b"].tolist() == [1, 2, 3, 4, 5]
    assert wide["a"].tolist() == [6, 7, 8, 9, 0]
    assert set(curves(table, "logit_fve", "baseline").to_numpy().flat) == {4.0}


def learning(train=(0, 0.5, 1, 1, 1), restricted=(4, 4, 4, 0.3, 0.2), test=(0, 0, 0, 0.5, 1)):
    return tidy(
        {
            ("train_accuracy", ""): train,
            ("test_accuracy", ""): test,
            ("hidden_restricted_loss", "key"): restricted,
            ("hidden_restricted_loss", "sign"): [0.1] * 5,
            ("logit_restricted_loss", "key"): [4, 4, 0.3, 0.3, 0.3],
        }
    )


def ends(found):
    return [(phase.start, phase.end) for phase in found]


def test_phases_of_training():
    assert phases(learning()) == (
        Phase("memorisation", 0, 10),
        Phase("circuit formation", 10, 100),
        Phase("cleanup", 100, 1000),
        Phase("generalised", 1000, None),
    )
    assert ends(phases(learning(), "logit")) == [(0, 10), (10, 10), (10, 1000), (1000, None)]
    # 0.3 is below 0.1 of the chance level of 4; it is not below 0.05 of it, and 0.2 is not either.
    assert ends(phases(learning(), fraction=0.05)) == [
        (0, 10),
        (10, None),
        (None, None),
        (None, None),
    ]
    assert ends(phases(learning(), accuracy=0.5))[::2] == [(0, 1), (100, 100)]


def test_phases_end_where_their_condition_holds_for_good():
    assert ends(phases(learning(train=(0, 1, 0.98, 0.99, 1))))[0] == (0, 100)
    assert ends(phases(learning(test=(0, 1, 1, 1, 0.9))))[2:] == [(100, None), (None, None)]
    assert ends(phases(learning(test=(1, 1, 1, 1, 1)))) == [
        (0, 10),
        (10, 100),
        (100, 100),
        (100, None),
    ]
    assert ends(phases(learning(train=(0, 0, 0, 0, 0)))) == [(0, None)] + [(None, None)] * 3


@pytest.mark.parametrize("measure", ["train_accuracy", "test_accuracy", "hidden_restricted_loss"])
def test_phases_need_their_measures(measure):
    table = learning()
    with pytest.raises(ValueError, match=f"^the trajectory has no {measure}$"):
        phases(table[table.measure != measure])


def test_phases_need_the_key_irreps_with_the_loss_of_guessing():
    table = learning()
    with pytest.raises(ValueError, match="no hidden_restricted_loss of the key irreps with its"):
        phases(table[(table.irrep != "key")])
    with pytest.raises(ValueError, match="no hidden_restricted_loss of the key irreps with its"):
        phases(table.assign(baseline=float("nan")))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is not a CSV table: No columns"),
        ("epoch,measure\n1,a,b,c\n2\n1,2,3,4,5,6\n", "is not a CSV table"),
        ("epoch,measure,irrep,value,chance\n", "not a trajectory: it has no column baseline_sd"),
        ("{h}1,a,,high,1,1\n", "value must be a number, got 'high'"),
        ("{h}1.5,a,,1,1,1\n", r"epoch must be an integer of at least 0, got 1\.5"),
        ("{h}-1,a,,1,1,1\n", r"epoch must be an integer of at least 0, got -1"),
        ("{h},a,,1,1,1\n", "epoch must be an integer of at least 0, got nan"),
        ("{h}1,a,,1,1,1\n1,a,,2,1,1\n", "has a of the network at epoch 1 twice"),
        ("{h}1,a,(2),1,1,1\n1,a,(2),1,1,1\n", r"has a of \(2\) at epoch 1 twice"),
    ],
)
def test_files_that_are_no_trajectories(tmp_path, content, message):
    path = tmp_path / "trajectory.csv"
    path.write_text(content.replace("{h}", ",".join(TRAJECTORY_COLUMNS) + "\n"))
    with pytest.raises(ValueError, match=message):
        read_trajectory(path)


def test_a_trajectory_reads_back_to_the_last_digit(tmp_path):
    path = tmp_path / "trajectory.csv"
    path.write_text(
        ",".join(TRAJECTORY_COLUMNS) + "\n7,loss,,0.1234567890123456,,nan\n7,loss,nan,1e-300,2,\n"
    )
    table = read_trajectory(path)
    assert table.value.tolist() == [0.1234567890123456, 1e-300]
    assert table.irrep.iloc[0] == ""
    assert table.baseline.isna().tolist() == [True, False]
    assert table.baseline_sd.isna().all()
    with pytest.raises(FileNotFoundError):
        read_trajectory(tmp_path / "none.csv")
