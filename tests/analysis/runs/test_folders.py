from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from analysis import Configuration, Layers, Transformer
from analysis.errors import RunError
from analysis.runs.folders import load_run, save_weights
from analysis.runs.published_format import PUBLISHED_NAMES
from tests.analysis.conftest import make_run


@pytest.fixture
def own(tmp_path) -> Path:
    """A folder in the project's own format."""
    run, folder = make_run(3), tmp_path / "own"
    folder.mkdir()
    (folder / "config.json").write_text(run.configuration.to_json())
    save_weights(run.network, folder / "model.safetensors")
    return folder


@pytest.fixture
def published(tmp_path) -> Path:
    """A folder in the published format."""
    run, folder = make_run(3), tmp_path / "published"
    folder.mkdir()
    values = json.loads(run.configuration.to_json())
    del values["element_order"]
    (folder / "cfg.json").write_text(json.dumps(values | {"extra_name": "_tiny"}))
    torch.save(dict(run.network.state_dict()), folder / "model.pt")
    return folder


def test_own_format(own):
    run = load_run(own)
    assert run.name == "own"
    assert run.group.element_order == "lexicographic"
    assert torch.equal(run.network.W, make_run(3).network.W)


def test_published_format_has_the_sympy_order(published):
    run = load_run(str(published))
    assert run.group.element_order == "sympy"
    assert torch.equal(run.network.W_U, make_run(3).network.W_U)


def test_training_mask_marks_the_split(own):
    run = load_run(own)
    train, _ = run.configuration.training_split()
    assert run.training_mask.sum() == int(0.4 * 36)
    assert all(run.training_mask[i // 6, i % 6] for i in train)


def test_a_pickle_that_would_run_code_is_refused_and_not_run(published, tmp_path):
    proof = tmp_path / "executed"

    class Hostile:
        def __reduce__(self):
            return (Path.touch, (proof,))

    for payload in ({"W_x": Hostile()}, Hostile()):
        torch.save(payload, published / "model.pt")
        with pytest.raises(RunError, match=r"model\.pt: refused"):
            load_run(published)
        (published / "model.pt").write_bytes(pickle.dumps(payload))
        with pytest.raises(RunError, match=r"model\.pt: refused"):
            load_run(published)
    assert not proof.exists()


@pytest.mark.parametrize("keep", [0, 10, 0.5, -1])
def test_a_truncated_state_dict(published, keep):
    path = published / "model.pt"
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep) if isinstance(keep, float) else keep])
    with pytest.raises(RunError, match=r"model\.pt: (not a whole file|refused)"):
        load_run(published)


@pytest.mark.parametrize("keep", [0, 10, 0.5, -1])
def test_truncated_safetensors(own, keep):
    path = own / "model.safetensors"
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep) if isinstance(keep, float) else keep])
    with pytest.raises(RunError, match=r"model\.safetensors: not a whole safetensors file"):
        load_run(own)


def test_a_state_dict_that_is_a_list(published):
    torch.save([torch.zeros(1)], published / "model.pt")
    with pytest.raises(RunError, match="expected a state dict, got list"):
        load_run(published)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"group": "MonsterGroup"}, "unknown group 'MonsterGroup': expected SymmetricGroup"),
        (
            {"model": "GPT"},
            "unknown model 'GPT': expected BilinearNet or OneLayerMLP or T",
        ),
        ({"group_parameter": 4}, "W_x have shape (6, 5), but the configuration expects (24, 5)"),
        (
            {"group_parameter": 300},
            "S_300 is too large: networks are for groups of up to 40320 elements",
        ),
        ({"layers": {"embed_dim": 5, "hidden_dim": 8}}, "W have shape (10, 7), but the"),
    ],
)
def test_a_configuration_that_does_not_fit(published, change, message):
    path = published / "cfg.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(RunError) as error:
        load_run(published)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.fixture
def published_transformer(published):
    """The names and the spare entries of published transformers; widths are not in cfg.json."""
    torch.manual_seed(0)
    network = Transformer(6, 8, 9, heads=2, head_dim=3)
    ours = {name: parameter.detach() for name, parameter in network.named_parameters()}
    state = {there: ours[here] for there, here in PUBLISHED_NAMES.items()}
    state |= {"x_embed": ours["W_E"], "y_embed": ours["W_E"]}
    state["blocks.0.attn.mask"] = torch.ones(3, 3, dtype=torch.bool).tril()
    state["blocks.0.attn.IGNORE"] = torch.tensor(-1e5)
    torch.save(state, published / "model.pt")
    path = published / "cfg.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"model": "Transformer"}))
    return published, network, state


def test_a_published_transformer(published_transformer):
    folder, network, _ = published_transformer
    run = load_run(folder)
    for name, parameter in network.named_parameters():
        assert torch.equal(dict(run.network.named_parameters())[name], parameter)
    assert run.configuration.layers == Layers(8, 9, heads=2, head_dim=3)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("blocks.0.attn.W_Q", torch.zeros(8), "W_E have shape (7, 8), but"),
        ("blocks.0.mlp.b_in", torch.zeros(4), "b_in have shape (4,), but"),
        ("unembed.W_U", torch.zeros(8, 5), "W_U have shape (8, 5), but"),
        ("unembed.b_U", None, "missing: b_U"),
        ("blocks.1.mlp.W_in", torch.zeros(1), "not expected: blocks.1.mlp.W_in"),
    ],
)
def test_a_published_transformer_with_a_fault(published_transformer, name, value, message):
    folder, _, state = published_transformer
    state[name] = value
    torch.save({k: v for k, v in state.items() if v is not None}, folder / "model.pt")
    with pytest.raises(RunError) as error:
        load_run(folder)
    assert message in str(error.value)


@pytest.mark.parametrize("model", ["BilinearNet", "OneLayerMLP", "Transformer"])
def test_runs_of_every_architecture_are_read_back(tmp_path, model):
    layers = Layers(4, 5, hidden_bias=True, heads=2, head_dim=3)
    configuration = Configuration(
        model, "SymmetricGroup", 3, frac_train=0.5, num_epochs=1, seed=0, layers=layers
    )
    network = configuration.make_network()
    (tmp_path / "config.json").write_text(configuration.to_json())
    save_weights(network, tmp_path / "model.safetensors")
    run = load_run(tmp_path)
    assert type(run.network).__name__ == model
    assert run.configuration == configuration
    x, y = torch.tensor([1, 2]), torch.tensor([0, 5])
    assert torch.equal(run.network.activations(x, y)["logits"], network(x, y))


def test_a_missing_key(published):
    path = published / "cfg.json"
    values = json.loads(path.read_text())
    del values["group_parameter"]
    path.write_text(json.dumps(values))
    with pytest.raises(RunError, match=r"cfg\.json: missing key 'group_parameter'"):
        load_run(published)


def test_nan_weights(own):
    network = make_run(3).network
    with torch.no_grad():
        network.W_y[2, 3] = float("nan")
    save_file({k: v.detach() for k, v in network.named_parameters()}, own / "model.safetensors")
    with pytest.raises(RunError, match="W_y have 1 entries that are NaN or infinite"):
        load_run(own)


def test_missing_files(own, published, tmp_path):
    (own / "model.safetensors").unlink()
    with pytest.raises(RunError, match=r"has config\.json but no model\.safetensors"):
        load_run(own)
    (published / "cfg.json").unlink()
    with pytest.raises(RunError, match="has no configuration"):
        load_run(published)
    with pytest.raises(RunError, match="is not a folder"):
        load_run(tmp_path / "nowhere")
