"""What belongs to the caller's process is after a call what it was before."""

from __future__ import annotations

import os
import pickle
import random
import signal
import sys
from math import comb

import numpy as np
import pytest
import torch

from analysis import (
    BUNDLED_RUN,
    Configuration,
    OneLayerMLP,
    ablations,
    analyse,
    compare,
    load_run,
    metrics,
    neuron_table,
    plan,
    random_baseline,
    sampled_metrics,
    sweep,
    train,
    train_together,
    trajectory,
    truncation_losses,
)
from analysis.parallel import connected, outcomes
from symrep._support.files import replacing
from tests.analysis.conftest import STARTS_PROCESSES, make_run

BASE = {
    "model": "OneLayerMLP",
    "group": "CyclicGroup",
    "group_parameter": 5,
    "frac_train": 0.6,
    "num_epochs": 4,
    "seed": 1,
    "evaluations": 2,
    "checkpoints": 2,
    "layers": {"embed_dim": 4, "hidden_dim": 4},
    "batch_size": 7,
}
MODELS = ("BilinearNet", "OneLayerMLP", "Transformer")


def configuration(**changes):
    return Configuration.from_mapping(BASE | changes, strict=True)


def state():
    """Generators, threads and signals, as bytes that can be compared."""
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, ()) if hasattr(signal, "pthread_sigmask") else 0
    return {
        "torch": torch.get_rng_state().tolist(),
        "numpy": pickle.dumps(np.random.get_state()),  # noqa: NPY002
        "random": random.getstate(),
        "threads": (torch.get_num_threads(), torch.get_num_interop_threads()),
        "signals": {s: signal.getsignal(s) for s in signal.valid_signals()},
        "mask": mask,
        "dtype": torch.get_default_dtype(),
        "printing": np.get_printoptions(),
        "errors": np.geterr(),
    }


@pytest.fixture
def untouched():
    """Asserts that the test leaves the state alone, which is no usual one."""
    threads = torch.get_num_threads()
    torch.manual_seed(6)
    np.random.seed(comb(9, 4))  # noqa: NPY002
    random.seed(7)
    torch.rand(3), np.random.rand(3), random.random()  # noqa: NPY002
    torch.set_num_threads(3)
    before = state()
    yield
    after = state()
    torch.set_num_threads(threads)
    for name, value in before.items():
        assert after[name] == value, name


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("model", MODELS)
def test_training_and_reading(tmp_path, model):
    run = train(configuration(model=model), tmp_path / "run")
    again = load_run(tmp_path / "run")
    assert all(map(torch.equal, run.network.parameters(), again.network.parameters()))


@pytest.mark.usefixtures("untouched")
def test_training_together(tmp_path):
    both = [configuration(seed=seed) for seed in (1, 2)]
    first, second = train_together(both, [tmp_path / "a", tmp_path / "b"])
    assert not torch.equal(first.network.W, second.network.W)


@pytest.mark.usefixtures("untouched")
def test_measures():
    run = make_run_without_the_generator()
    analysis = analyse(run)
    random_baseline(analysis, 2)
    neuron_table(analysis)
    truncation_losses(analysis)
    ablations(analysis)
    metrics(load_run(BUNDLED_RUN))


def make_run_without_the_generator():
    with torch.random.fork_rng(devices=()):
        return make_run(3)


@pytest.mark.usefixtures("untouched")
def test_samples():
    sampled_metrics(make_run_without_the_generator(), 500)


@pytest.mark.usefixtures("untouched")
def test_sweeps_trajectories_and_comparisons_in_this_process(tmp_path):
    runs = plan({"base": BASE, "grid": {"seed": [1, 2]}})
    assert set(sweep(runs, tmp_path, workers=1).status) == {"done"}
    folders = [str(tmp_path / run.name) for run in runs]
    trajectory(folders[0], tmp_path / "trajectory", workers=1)
    assert len(compare(folders, workers=1)) == 2


class TestInOtherProcesses:
    pytestmark = STARTS_PROCESSES

    @pytest.mark.usefixtures("untouched")
    def test_calls(self):
        with connected(workers=1) as client:
            assert list(outcomes(client, abs, [-3])) == [(-3, 3)]

    @pytest.mark.exhaustive
    @pytest.mark.usefixtures("untouched")
    def test_sweeps(self, tmp_path):
        runs = plan({"base": BASE, "grid": {"seed": [1, 2]}})
        assert set(sweep(runs, tmp_path, workers=2).status) == {"done"}


def test_a_run_is_read_whatever_the_generator_of_the_caller(tmp_path):
    train(configuration(), tmp_path / "run")
    for seed in (1, 2):
        torch.manual_seed(seed)
        expected = torch.rand(2)
        torch.manual_seed(seed)
        load_run(tmp_path / "run")
        assert torch.equal(torch.rand(2), expected)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_weights_are_those_of_the_global_generator_after_the_seed(dtype):
    wanted = configuration(layers={"embed_dim": 33, "hidden_dim": 7}, seed=5)
    torch.set_default_dtype(dtype)
    try:
        found = wanted.make_network()
        torch.manual_seed(5)
        expected = OneLayerMLP(5, 33, 7)
    finally:
        torch.set_default_dtype(torch.float32)
    assert all(map(torch.equal, found.parameters(), expected.parameters()))


@pytest.mark.skipif(sys.platform == "win32", reason="there is no umask")
def test_files_are_written_without_touching_the_umask(tmp_path, monkeypatch):
    def refuse(mask):
        raise AssertionError("the umask is of the whole process")

    monkeypatch.setattr(os, "umask", refuse)
    with replacing(tmp_path / "file") as temporary:
        temporary.write_text("content")
    assert (tmp_path / "file").read_text() == "content"
