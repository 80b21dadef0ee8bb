from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pandas as pd
import pytest
import torch
from filelock import FileLock
from safetensors.torch import load_file
from torch.nn import functional as F

from analysis import Configuration, Layers, OneLayerMLP, RunError, load_run
from analysis.errors import TrainingError
from analysis.runs import folders
from analysis.tensors import group_tensors
from analysis.training.loop import train, train_together
from tests.exhaustive import sample

ROOT = Path(__file__).resolve().parents[3]


def configuration(**changes):
    values = {
        "model": "OneLayerMLP",
        "group": "SymmetricGroup",
        "group_parameter": 3,
        "frac_train": 0.5,
        "num_epochs": 60,
        "seed": 4,
        "layers": Layers(8, 6),
    }
    return Configuration(**(values | changes))


def plain_training(configuration):
    """The same steps written out: gather, concatenate, two products, AdamW."""
    group, layers = configuration.make_group(), configuration.layers
    pairs, _ = configuration.training_split()
    x, y = pairs // group.order, pairs % group.order
    torch.manual_seed(configuration.seed)
    network = OneLayerMLP(group.order, layers.embed_dim, layers.hidden_dim)
    optimiser = torch.optim.AdamW(
        network.parameters(), lr=1e-3, weight_decay=1.0, betas=(0.9, 0.98)
    )
    for _ in range(configuration.num_epochs):
        both = torch.cat([network.W_x[x], network.W_y[y]], dim=1)
        logits = torch.relu(both @ network.W) @ network.W_U
        optimiser.zero_grad()
        F.cross_entropy(logits.double(), group_tensors(group).products[x, y]).backward()
        optimiser.step()
    return network


def equal_weights(first, second):
    return all(map(torch.equal, first.network.parameters(), second.network.parameters()))


@pytest.fixture
def double():
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


@pytest.mark.parametrize("loss", sample(["float64", "float32"], lambda loss: loss == "float64"))
@pytest.mark.usefixtures("double")
def test_200_steps_follow_the_plain_implementation(tmp_path, loss):
    """With weights in float64.

    In float32, AdamW makes of last bits that differ a difference of 1e-2 within 100 steps, also
    between the plain implementation and itself with the pairs in another order.
    """
    wanted = configuration(
        group_parameter=4, num_epochs=200, layers=Layers(256, 128), loss=loss, evaluations=2
    )
    run = train(wanted, tmp_path / "run")
    for found, expected in zip(
        run.network.parameters(), plain_training(wanted).parameters(), strict=True
    ):
        torch.testing.assert_close(found, expected, rtol=0, atol=1e-6)


def test_20_steps_in_float32_follow_the_plain_implementation(tmp_path):
    wanted = configuration(num_epochs=20, evaluations=2)
    run = train(wanted, tmp_path / "run")
    for found, expected in zip(
        run.network.parameters(), plain_training(wanted).parameters(), strict=True
    ):
        torch.testing.assert_close(found, expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_published_seeds_start_from_the_published_weights_and_split(tmp_path, seed):
    """What torch.manual_seed gives, in the order W_x, W_y, W, W_U, and again for the split."""
    published = configuration(
        group_parameter=5,
        element_order="sympy",
        frac_train=0.4,
        num_epochs=1,
        seed=seed,
        layers=Layers(256, 128),
        evaluations=2,
    )
    train(published, tmp_path / "run")
    found = load_file(tmp_path / "run" / "checkpoints" / "00000000.safetensors")
    torch.manual_seed(seed)
    for name, shape in {
        "W_x": (120, 256),
        "W_y": (120, 256),
        "W": (512, 128),
        "W_U": (128, 120),
    }.items():
        fan_in = 256 if name in ("W_x", "W_y") else shape[0]
        assert torch.equal(found[name], torch.randn(shape) / fan_in**0.5)
    torch.manual_seed(seed)
    assert torch.equal(published.training_split()[0], torch.randperm(14400)[:5760])


def test_training_repeats_itself(tmp_path):
    first, second = (train(configuration(), tmp_path / name) for name in ("a", "b"))
    assert torch.equal(first.network.W, second.network.W)


def test_a_small_group_is_learned(tmp_path):
    learnable = configuration(
        frac_train=1.0, num_epochs=300, lr=1e-2, weight_decay=0, layers=Layers(16, 32)
    )
    run = train(learnable, tmp_path / "run")
    log = pd.read_csv(tmp_path / "run" / "training.csv")
    assert log.train_accuracy.iloc[0] < 0.6
    assert log.train_accuracy.iloc[-1] == 1
    assert run.configuration.num_epochs == 300


def test_the_folder_holds_the_whole_run(tmp_path):
    folder, seen = tmp_path / "deep" / "run", []
    run = train(configuration(checkpoints=5, evaluations=6), folder, seen.append)
    assert {path.name for path in folder.iterdir() if path.name != ".lock"} == {
        "config.json",
        "states",
        "model.safetensors",
        "training.csv",
        "checkpoints",
    }
    epochs = [int(path.stem) for path in sorted((folder / "checkpoints").iterdir())]
    assert epochs == [0, 1, 3, 15, 60]
    final = load_file(folder / "checkpoints" / "00000060.safetensors")
    assert torch.equal(final["W_U"], run.network.W_U)
    torch.manual_seed(4)
    first = load_file(folder / "checkpoints" / "00000000.safetensors")
    assert torch.equal(first["W_x"], OneLayerMLP(6, 8, 6).W_x)
    log = pd.read_csv(folder / "training.csv")
    assert list(log.epoch) == [progress.epoch for progress in seen]
    assert seen[0].epoch == 0
    assert seen[-1].epoch == 60
    assert log.train_loss.iloc[-1] == pytest.approx(seen[-1].train_loss, rel=1e-12)


def test_a_folder_with_files_is_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(FileExistsError, match="not an empty folder"):
        train(configuration(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_loss_that_diverges_stops_training(tmp_path):
    with pytest.raises(TrainingError, match=r"training loss is (nan|inf) at epoch [12]$"):
        train(configuration(lr=1e30), tmp_path / "run")
    with pytest.raises(RunError, match=r"has config\.json but no model\.safetensors"):
        load_run(tmp_path / "run")


def test_an_interrupt_leaves_no_half_file(tmp_path, monkeypatch):
    def interrupted(state, path):
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr("analysis.runs.folders.save_file", interrupted)
    with pytest.raises(KeyboardInterrupt):
        train(configuration(), tmp_path / "run")
    assert list((tmp_path / "run" / "checkpoints").iterdir()) == []
    assert folders.WEIGHTS not in {path.name for path in (tmp_path / "run").iterdir()}


CHANGES = [
    {},
    {"batch_size": 5},
    {"optimiser": "SGD", "momentum": 0.9, "lr": 0.1, "weight_decay": 1e-3},
    {"model": "BilinearNet", "loss": "float32"},
    {"model": "Transformer", "layers": Layers(8, 6, heads=2, head_dim=4)},
    {"group": "NamedGroup", "group_parameter": "Q8", "layers": Layers(8, 6, hidden_bias=True)},
]
some_changes = pytest.mark.parametrize(
    "changes", sample(CHANGES, lambda changes: changes == {} or "model" in changes), ids=str
)


@some_changes
def test_stopped_anywhere_it_goes_on_to_the_same_bytes(tmp_path, changes):
    wanted = configuration(num_epochs=40, evaluations=7, checkpoints=4, **changes)
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    train(wanted, whole)

    def stop(progress):
        if progress.epoch > 0 and not (stopped / f"met{progress.epoch}").exists():
            (stopped / f"met{progress.epoch}").touch()
            raise KeyboardInterrupt

    interrupts = 0
    while True:
        try:
            train(wanted, stopped, stop)
            break
        except KeyboardInterrupt:
            interrupts += 1
    assert interrupts > 5
    for path in whole.rglob("*.*"):
        if path.name not in (".lock", "config.json"):
            assert (stopped / path.relative_to(whole)).read_bytes() == path.read_bytes(), path


@some_changes
def test_together_they_are_what_they_are_alone(tmp_path, changes):
    """Within 1e-6; on many machines to the last bit."""
    wanted = [
        configuration(num_epochs=30, evaluations=3, **(changes | own))
        for own in (
            {"seed": 1},
            {"seed": 2},
            {"seed": 3, "weight_decay": 0.1},
            {"seed": 4, "lr": 0.01},
        )
    ]
    folders = [tmp_path / f"{k}" for k in range(4)]
    for k, run in enumerate(train_together(wanted, folders)):
        alone = train(wanted[k], tmp_path / f"alone{k}")
        for found, expected in zip(
            run.network.parameters(), alone.network.parameters(), strict=True
        ):
            torch.testing.assert_close(found, expected, rtol=1e-6, atol=1e-6)
    assert not equal_weights(load_run(folders[0]), load_run(folders[1]))


def test_networks_that_fill_the_caches_take_turns(tmp_path, monkeypatch):
    """Each is then what it is alone to the last bit, on every machine."""
    monkeypatch.setattr("analysis.training.loop.STACKED", 1)
    wanted = [configuration(seed=1), configuration(seed=2, lr=0.01), configuration(seed=3)]
    for own, run in zip(
        wanted, train_together(wanted, [tmp_path / f"{k}" for k in range(3)]), strict=True
    ):
        assert equal_weights(run, train(own, tmp_path / f"alone{own.seed}"))


@some_changes
def test_stopped_together_they_go_on_from_different_epochs(tmp_path, changes):
    """The first has a state to go on from and the second has none."""
    wanted = [
        configuration(num_epochs=20, evaluations=(10, 20), checkpoints=kept, seed=seed, **changes)
        for seed, kept in ((1, (10,)), (2, (20,)))
    ]
    whole = train_together(wanted, [tmp_path / "whole1", tmp_path / "whole2"])
    stopped = [tmp_path / "stopped1", tmp_path / "stopped2"]

    def stop(k, progress):
        if (k, progress.epoch) == (1, 10):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_together(wanted, stopped, stop)
    states = [[path.name for path in (folder / "states").iterdir()] for folder in stopped]
    assert states == [["00000010.safetensors"], []]
    for first, second in zip(whole, train_together(wanted, stopped), strict=True):
        for found, expected in zip(
            second.network.parameters(), first.network.parameters(), strict=True
        ):
            torch.testing.assert_close(found, expected, rtol=1e-6, atol=1e-6)


def test_one_that_diverges_does_not_end_the_others(tmp_path):
    wanted = [configuration(lr=1e30), configuration()]
    failed, run = train_together(wanted, [tmp_path / "a", tmp_path / "b"])
    assert isinstance(failed, TrainingError)
    alone = train(configuration(), tmp_path / "alone")
    torch.testing.assert_close(run.network.W, alone.network.W, rtol=1e-6, atol=1e-6)


def test_networks_of_different_shapes_are_not_trained_together(tmp_path):
    folders = [tmp_path / "a", tmp_path / "b"]
    for changes, message in (
        ({"group_parameter": 4}, "one group_parameter, got 3 and 4"),
        ({"frac_train": 0.9}, "as many training pairs"),
    ):
        with pytest.raises(ValueError, match=message):
            train_together([configuration(), configuration(**changes)], folders)
    with pytest.raises(ValueError, match="2 configurations need as many different folders"):
        train_together([configuration(), configuration(seed=9)], folders[:1] * 2)


def test_the_last_state_before_a_loss_that_is_not_finite_is_kept(tmp_path):
    with pytest.raises(TrainingError, match="epoch"):
        train(configuration(lr=1e30, checkpoints=(0, 1, 2, 60)), tmp_path / "run")
    for kind in ("checkpoints", "states"):
        for path in (tmp_path / "run" / kind).iterdir():
            assert all(value.isfinite().all() for value in load_file(path).values())
    assert (tmp_path / "run" / "states" / "00000000.safetensors").exists()


def test_early_stopping(tmp_path, monkeypatch):
    """Held at 0.9 from epoch 10 to 20, and again from 40 on: it stops at 70, 30 epochs later."""
    accuracies = iter([0.0, 0.95, 0.95, 0.5, *[1.0] * 10])

    def measured(network, pairs):
        return (1.0, next(accuracies) if pairs.shape[1] == 4 else 0.0)

    monkeypatch.setattr("analysis.training.loop._loss_and_accuracy", measured)
    stopped = configuration(
        frac_train=0.9,
        num_epochs=1000,
        evaluations=tuple(range(0, 1001, 10)),
        stop_accuracy=0.9,
        stop_epochs=30,
    )
    train(stopped, tmp_path / "run")
    log = pd.read_csv(tmp_path / "run" / "training.csv")
    assert list(log.epoch) == list(range(0, 80, 10))
    assert (tmp_path / "run" / "checkpoints" / "00000070.safetensors").exists()


def test_a_folder_of_another_configuration(tmp_path):
    train(configuration(num_epochs=2), tmp_path / "run")
    with pytest.raises(ValueError, match="another configuration: seed is 4 there and 5 here"):
        train(configuration(num_epochs=2, seed=5), tmp_path / "run")


def test_a_run_that_is_being_trained(tmp_path):
    seen = []

    def again(progress):
        if not seen:
            seen.append(progress)
            with pytest.raises(BlockingIOError, match="is being trained by another process"):
                train(configuration(), tmp_path / "run")

    train(configuration(), tmp_path / "run", again)
    assert seen


def test_what_a_killed_process_had_begun_to_write_is_removed(tmp_path):
    """It may have been killed before the configuration was there."""
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / ".lock").touch()
    leftovers = [folder / ".config.json.abc.part"]
    for path in leftovers:
        path.touch()
    train(configuration(num_epochs=4), folder)
    assert not leftovers[0].exists()
    (folder / "model.safetensors").unlink()
    leftovers += [
        folder / "states" / ".00000004.safetensors.x.part",
        folder / "checkpoints/.1.part",
    ]
    for path in leftovers:
        path.touch()
    train(configuration(num_epochs=4), folder)
    assert not any(path.exists() for path in leftovers)


def test_a_lock_that_is_released_late_is_waited_for(tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    lock = FileLock(folder / ".lock", thread_local=False)
    lock.acquire()
    timer = threading.Timer(0.3, lambda: lock.release())
    timer.start()
    train(configuration(num_epochs=4), folder)
    timer.join()


def test_a_row_that_is_not_whole_is_written_again(tmp_path):
    folder = tmp_path / "run"
    train(configuration(num_epochs=40, evaluations=5, checkpoints=4), folder)
    expected = (folder / "training.csv").read_bytes()
    (folder / "model.safetensors").unlink()
    for state in sorted((folder / "states").iterdir())[-1:]:
        state.unlink()
    (folder / "training.csv").write_bytes(expected[:-9])
    train(configuration(num_epochs=40, evaluations=5, checkpoints=4), folder)
    assert (folder / "training.csv").read_bytes() == expected


def test_an_element_order_that_has_changed_is_noticed(tmp_path):
    folder = tmp_path / "run"
    train(configuration(num_epochs=1), folder)
    path = folder / "config.json"
    text = path.read_text()
    path.write_text(text.replace('"lexicographic"', '"sympy"'))
    with pytest.raises(RunError, match='S_3 in another element order; give "lexicographic"'):
        load_run(folder)
    path.write_text(text.replace('"lexicographic"', "[1, 0, 2, 3, 4, 5]"))
    with pytest.raises(RunError, match='give "lexicographic" as element_order'):
        load_run(folder)


def test_the_published_order_of_a_run_is_named(tmp_path):
    folder = tmp_path / "run"
    order = {"group": "AlternatingGroup", "group_parameter": 5, "element_order": "published"}
    train(configuration(**order, num_epochs=1), folder)
    path = folder / "config.json"
    path.write_text(path.read_text().replace('"published"', '"sympy"'))
    with pytest.raises(RunError, match='A_5 in another element order; give "published"'):
        load_run(folder)


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
def test_a_gpu_repeats_its_bytes(tmp_path):
    wanted = configuration(group_parameter=4, num_epochs=200)
    for name in ("one", "other"):
        train(wanted, tmp_path / name, device="cuda")
    one, other = (tmp_path / name / "model.safetensors" for name in ("one", "other"))
    assert one.read_bytes() == other.read_bytes()


KILLED = """
import json, multiprocessing, os, signal, sys
from pathlib import Path
import numpy as np
from analysis.runs.folders import read_configuration
from analysis.training.loop import train

configuration = read_configuration(Path(sys.argv[1]), strict=True)
whole, killed, kills = Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
fork = multiprocessing.get_context("fork")
files = fork.Value("q", lock=False)

def run(folder, last):
    def attend(event, arguments):
        if event in ("open", "os.rename", "os.remove"):
            files.value += 1
            if files.value == last:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(attend)
    train(configuration, folder, saving=-1)

def exit_code(folder, last=0):
    files.value = 0
    process = fork.Process(target=run, args=(folder, last))
    process.start()
    process.join()
    return process.exitcode

codes = [exit_code(whole)]
moments = np.random.default_rng(5).integers(1, files.value // kills, kills)
codes += [exit_code(killed, last) for last in moments]
print(json.dumps([*codes, exit_code(killed)]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")
def test_killed_at_any_moment_it_ends_with_the_same_bytes(tmp_path):
    """A state is written after every epoch; the process ends as it opens, moves or removes one."""
    path, kills = tmp_path / "config.json", 4
    wanted = configuration(num_epochs=30, layers=Layers(32, 32))
    path.write_text(wanted.to_json())
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    command = [sys.executable, "-c", KILLED, *map(str, (path, whole, killed, kills))]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    assert json.loads(done.stdout) == [0, *[-signal.SIGKILL] * kills, 0]
    for name in ("model.safetensors", "training.csv", "states/00000030.safetensors"):
        assert (killed / name).read_bytes() == (whole / name).read_bytes(), name


FULL = """
import resource, signal, sys
from pathlib import Path
from analysis import Configuration, Layers
from analysis.training.loop import train
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))
configuration = Configuration("OneLayerMLP", "SymmetricGroup", 3, 0.5, 50, 1, Layers(64, 64))
try:
    train(configuration, Path(sys.argv[1]))
except OSError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit on the size of files")
def test_a_full_disk_is_said_and_leaves_no_half_file(tmp_path):
    result = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "run")],
        check=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert "cannot be written" in result.stdout
    assert not list((tmp_path / "run").rglob("*.part"))
    assert not list((tmp_path / "run").rglob("*.safetensors"))
