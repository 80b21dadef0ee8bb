from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import threading
from pathlib import Path

import distributed
import pandas as pd
import psutil
import pytest
import torch

from analysis import load_run
from analysis.parallel import Failure, _interrupts_held, connected, outcomes
from analysis.runs.folders import WEIGHTS
from analysis.training.loop import train
from analysis.training.sweeps import plan, read_sweep, sweep
from tests.analysis.conftest import STARTS_PROCESSES

BASE = {
    "model": "OneLayerMLP",
    "group": "CyclicGroup",
    "group_parameter": 5,
    "frac_train": 0.6,
    "num_epochs": 30,
    "seed": 1,
    "evaluations": 3,
    "layers": {"embed_dim": 8, "hidden_dim": 8},
}

pytestmark = STARTS_PROCESSES


def test_a_grid_has_every_combination():
    runs = plan({"base": BASE, "grid": {"seed": [1, 2], "layers.hidden_dim": [4, 16]}})
    assert [run.name for run in runs] == [
        "seed=1,layers.hidden_dim=4",
        "seed=1,layers.hidden_dim=16",
        "seed=2,layers.hidden_dim=4",
        "seed=2,layers.hidden_dim=16",
    ]
    assert runs[1].configuration.layers.hidden_dim == 16
    assert runs[1].configuration.layers.embed_dim == 8


def test_a_list_has_every_run():
    runs = plan({"base": BASE, "runs": [{}, {"group": "NamedGroup", "group_parameter": "C3 x S3"}]})
    assert [run.name for run in runs] == ["run", "group=NamedGroup,group_parameter=C3_x_S3"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], 'a JSON object with "base"'),
        ({"base": BASE}, 'has "base" and either "grid" or "runs"'),
        ({"base": BASE, "grid": {}, "runs": []}, "either"),
        ({"base": BASE, "grid": {"seed": 1}}, "object of lists"),
        ({"base": BASE, "grid": {"sed": [1]}}, "unknown key 'sed': did you mean 'seed'"),
        ({"base": BASE, "grid": {"frac_train": [0.0]}}, r"frac_train=0.0: .* number in \(0, 1\]"),
        ({"base": BASE, "runs": [{}, {}]}, "two runs are called run"),
        ({"base": BASE, "runs": []}, "no runs"),
        ({"base": BASE, "runs": [3]}, "must be a JSON object, got 3"),
    ],
)
def test_what_is_no_sweep_is_named(given, message):
    with pytest.raises(ValueError, match=message):
        plan(given)


def test_a_file_that_is_no_sweep(tmp_path):
    path = tmp_path / "sweep.json"
    path.write_text("{")
    with pytest.raises(ValueError, match="not a JSON file"):
        read_sweep(path)


def test_a_sweep_with_a_run_that_fails_goes_on_where_it_was_stopped(tmp_path):
    runs = plan({"base": BASE, "grid": {"seed": [1, 2], "lr": [0.01, 1e30]}})
    train(runs[0].configuration, tmp_path / "sweep" / runs[0].name)
    before = (tmp_path / "sweep" / runs[0].name / "model.safetensors").stat().st_mtime_ns
    seen = []
    table = sweep(
        runs, tmp_path / "sweep", workers=1, together=2, report=lambda *state: seen.append(state)
    )
    assert [(done, total) for done, total, _ in seen] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert table.groupby("status").size().to_dict() == {"done": 2, "failed": 2}
    assert table[table.status == "failed"].error.str.contains("training loss is").all()
    assert (tmp_path / "sweep" / runs[0].name / "model.safetensors").stat().st_mtime_ns == before
    written = pd.read_csv(tmp_path / "sweep" / "results.csv")
    assert sorted(written.run) == sorted(run.name for run in runs)
    alone = train(runs[2].configuration, tmp_path / "alone")
    found = load_run(tmp_path / "sweep" / runs[2].name)
    torch.testing.assert_close(found.network.W, alone.network.W, rtol=1e-6, atol=1e-6)


@pytest.mark.exhaustive
def test_a_worker_that_is_killed_half_way_loses_nothing(tmp_path):
    """Every run is there at the end, once, with the weights of an uninterrupted one."""
    base = BASE | {"num_epochs": 1500, "evaluations": 50}
    runs = plan({"base": base, "grid": {"seed": [1, 2, 3, 4]}})
    killed = []

    def kill_one():
        """Kills a process that trains a run, when another run is there."""
        while not killed and ended.wait(0.01) is False:
            if list(folder.glob(f"seed=*/{WEIGHTS}")):
                killed.extend(filter(killed_in_training, psutil.Process().children(recursive=True)))

    def killed_in_training(process):
        if killed or "spawn_main" not in " ".join(process.cmdline()):
            return False
        process.suspend()
        held = [Path(file.path) for file in process.open_files()]
        if any(path.name == ".lock" and not (path.parent / WEIGHTS).exists() for path in held):
            process.kill()
            return True
        process.resume()
        return False

    folder, ended = tmp_path / "sweep", threading.Event()
    killer = threading.Thread(target=kill_one)
    killer.start()
    try:
        table = sweep(runs, folder, workers=2)
    finally:
        ended.set()
        killer.join()
    assert len(killed) == 1
    assert sorted(table.run) == [run.name for run in runs]
    assert (table.status == "done").all(), table.error.dropna().tolist()
    written = pd.read_csv(tmp_path / "sweep" / "results.csv")
    assert sorted(written.run) == [run.name for run in runs]
    for run in runs:
        log = pd.read_csv(tmp_path / "sweep" / run.name / "training.csv")
        assert log.epoch.is_unique
        assert log.epoch.iloc[-1] == 1500
        train(run.configuration, tmp_path / run.name)
        found, expected = (folder / run.name / WEIGHTS for folder in (tmp_path / "sweep", tmp_path))
        assert found.read_bytes() == expected.read_bytes()


def fails_once(path):
    if not path.exists():
        path.touch()
        raise OSError("the first time")
    return "then it works"


def fails(path):
    raise OSError(f"never {path}")


@pytest.mark.exhaustive
def test_calls_are_made_again_and_then_reported(tmp_path):
    with connected(workers=1) as client:
        assert list(outcomes(client, fails_once, [tmp_path / "a"])) == [
            (tmp_path / "a", "then it works")
        ]
        assert list(outcomes(client, fails, ["b"], retries=1)) == [("b", Failure("never b"))]


needs_masks = pytest.mark.skipif(
    not hasattr(signal, "pthread_sigmask"), reason="there is no mask of signals"
)


def interrupt():
    """Sends SIGINT to this process, and returns when one of its threads has taken it."""
    reading, writing = socket.socketpair()
    with reading, writing:
        writing.setblocking(False)
        before = signal.set_wakeup_fd(writing.fileno())
        os.kill(os.getpid(), signal.SIGINT)
        assert reading.recv(1) == bytes([signal.SIGINT])
        signal.set_wakeup_fd(before)


@needs_masks
@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_while_processes_start_leaves_none(monkeypatch):
    """Another thread can take the signal, as those of torch and of a progress bar do."""
    started = []

    def interrupted(**options):
        interrupt()
        started.append(distributed.deploy.local.LocalCluster(**options))
        return started[0]

    monkeypatch.setattr(distributed, "LocalCluster", interrupted)
    ended = threading.Event()
    other = threading.Thread(target=ended.wait)
    other.start()
    handler = signal.getsignal(signal.SIGINT)
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    try:
        with pytest.raises(KeyboardInterrupt), connected(workers=1):
            pytest.fail("it went on")
    finally:
        ended.set()
        other.join()
    assert started[0].status.name == "closed"
    assert multiprocessing.active_children() == []
    assert signal.getsignal(signal.SIGINT) is handler
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == mask


@needs_masks
@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_that_is_ignored_stays_ignored():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with _interrupts_held():
        os.kill(os.getpid(), signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_two_at_once_do_not_want_the_same_port():
    with connected(workers=1) as one, connected(workers=1) as other:
        assert one.scheduler.address != other.scheduler.address
        assert one.submit(sum, [1, 2]).result() == other.submit(sum, [0, 3]).result() == 3


def test_an_address_where_nothing_answers():
    with (
        pytest.raises(ConnectionError, match="no Dask scheduler answers at nowhere"),
        connected("nowhere://1"),
    ):
        pass


def test_workers_of_a_cluster_are_its_own():
    with pytest.raises(ValueError, match="a cluster has its own workers"), connected("a", 2):
        pass
