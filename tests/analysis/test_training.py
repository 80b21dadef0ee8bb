from __future__ import annotations

import pandas as pd
import pytest
import torch
from safetensors.torch import load_file
from torch.nn import functional as F

from analysis import Configuration, Layers, OneLayerMLP, RunError, load_run, training
from analysis.training import TrainingError, train


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
    group = configuration.make_group()
    pairs, _ = configuration.training_split()
    x, y = pairs // group.order, pairs % group.order
    torch.manual_seed(configuration.seed)
    network = OneLayerMLP(group.order, 8, 6)
    optimiser = torch.optim.AdamW(
        network.parameters(), lr=1e-3, weight_decay=1.0, betas=(0.9, 0.98)
    )
    for _ in range(configuration.num_epochs):
        both = torch.cat([network.W_x[x], network.W_y[y]], dim=1)
        logits = torch.relu(both @ network.W) @ network.W_U
        optimiser.zero_grad()
        F.cross_entropy(logits.double(), group.cayley_table[x, y]).backward()
        optimiser.step()
    return network


def test_training_follows_the_plain_implementation(tmp_path):
    run = train(configuration(), tmp_path / "run")
    for found, expected in zip(
        run.network.parameters(), plain_training(configuration()).parameters(), strict=True
    ):
        torch.testing.assert_close(found, expected, rtol=1e-6, atol=1e-6)


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
    run = train(configuration(), folder, seen.append, checkpoints=5, evaluations=6)
    assert {path.name for path in folder.iterdir()} == {
        "config.json",
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
    with pytest.raises(TrainingError, match=r"training loss is (nan|inf) at epoch \d+"):
        train(configuration(lr=1e30), tmp_path / "run")
    with pytest.raises(RunError, match=r"has config\.json but no model\.safetensors"):
        load_run(tmp_path / "run")


def test_an_interrupt_leaves_no_half_file(tmp_path, monkeypatch):
    def interrupted(state, path):
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr("analysis.runs.save_file", interrupted)
    with pytest.raises(KeyboardInterrupt):
        train(configuration(), tmp_path / "run")
    assert list((tmp_path / "run" / "checkpoints").iterdir()) == []
    assert training.WEIGHTS not in {path.name for path in (tmp_path / "run").iterdir()}
