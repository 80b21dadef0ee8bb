from __future__ import annotations

import json
import pickle
from dataclasses import replace

import numpy as np
import pytest
import sympy
import torch

from analysis.runs.configuration import Configuration, Layers, read_json

PUBLISHED = {
    "lr": 0.001,
    "num_epochs": 250000,
    "weight_decay": 1,
    "betas": [0.9, 0.98],
    "layers": {"embed_dim": 256, "hidden_dim": 128},
    "model": "OneLayerMLP",
    "group": "SymmetricGroup",
    "group_parameter": 5,
    "frac_train": 0.4,
    "seed": 1,
}


def test_published_keys_are_read():
    configuration = Configuration.from_mapping(PUBLISHED, strict=True)
    assert configuration.layers.hidden_dim == 128
    assert configuration.betas == (0.9, 0.98)
    assert configuration.make_group().order == 120


def test_json_round_trip():
    configuration = Configuration.from_mapping(PUBLISHED, strict=True, element_order="sympy")
    again = Configuration.from_mapping(json.loads(configuration.to_json()), strict=True)
    assert again == configuration
    assert again.make_group().element_order == "sympy"


def test_unknown_keys_are_errors_only_where_strict():
    values = PUBLISHED | {"extra_name": "_small"}
    assert Configuration.from_mapping(values, strict=True).seed == 1
    values |= {"extra_nam": "_small"}
    assert Configuration.from_mapping(values, strict=False).seed == 1
    with pytest.raises(ValueError, match="unknown key 'extra_nam'"):
        Configuration.from_mapping(values, strict=True)


def test_a_misspelt_key_is_told_its_near_miss():
    with pytest.raises(ValueError, match="unknown key 'weigth_decay': did you mean 'weight_decay'"):
        Configuration.from_mapping(PUBLISHED | {"weigth_decay": 1}, strict=True)


def test_missing_keys_are_named():
    values = {k: v for k, v in PUBLISHED.items() if k not in ("seed", "frac_train")}
    with pytest.raises(ValueError, match="missing key 'frac_train', 'seed'"):
        Configuration.from_mapping(values, strict=False)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("model", "Perceptron", "unknown model 'Perceptron': expected BilinearNet"),
        ("group", "MonsterGroup", "unknown group 'MonsterGroup': expected SymmetricGroup"),
        ("group", ["SymmetricGroup"], "unknown group"),
        ("group_parameter", -1, "group_parameter must be an integer of at least 0, got -1"),
        ("group_parameter", "5", "group_parameter must be an integer"),
        ("group_parameter", True, "group_parameter must be an integer"),
        ("frac_train", 0, r"frac_train must be a number in \(0, 1\], got 0"),
        ("frac_train", 1.5, r"frac_train must be a number in \(0, 1\], got 1.5"),
        ("frac_train", float("nan"), "frac_train must be a number"),
        ("frac_train", 1e-9, "no training pairs"),
        ("num_epochs", 0, "num_epochs must be an integer of at least 1"),
        ("lr", float("inf"), "lr must be a number"),
        ("betas", [0.9], "betas must be two numbers"),
        ("betas", [0.9, 1.0], "betas must be a number"),
        ("layers", [256, 128], "layers must be a JSON object"),
        ("layers", {"embed_dim": 0}, "layers.embed_dim must be an integer of at least 1"),
        ("layers", {"heads": 1.5}, "layers.heads must be an integer of at least 1, got 1.5"),
        ("layers", {"hidden_bias": 1}, "layers.hidden_bias must be true or false, got 1"),
        ("element_order", "random", "unknown element order 'random'"),
        ("element_order", [0, 1.0], "element_order must be an integer of at least 0, got 1.0"),
    ],
)
def test_a_bad_value_is_named(key, value, message):
    with pytest.raises(ValueError, match=message):
        Configuration.from_mapping(PUBLISHED | {key: value}, strict=False)


def test_the_split_is_the_published_one():
    configuration = Configuration.from_mapping(PUBLISHED, strict=True)
    train, test = configuration.training_split()
    torch.manual_seed(1)
    expected = torch.randperm(14400)
    assert torch.equal(train, expected[:5760])
    assert torch.equal(torch.cat([train, test]).sort().values, torch.arange(14400))


def test_the_split_leaves_the_global_generator_alone():
    torch.manual_seed(8)
    expected = torch.rand(1)
    torch.manual_seed(8)
    Configuration.from_mapping(PUBLISHED, strict=True).training_split()
    assert torch.equal(torch.rand(1), expected)


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "\xff"])
def test_a_file_that_is_no_json_is_named(tmp_path, text):
    path = tmp_path / "cfg.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ValueError, match=r"cfg\.json is not a JSON file"):
        read_json(path)


def test_integers_of_numpy_and_sympy_are_those_of_python():
    whole = {"group_parameter": np.int64(3), "num_epochs": sympy.Integer(50), "seed": np.uint8(2)}
    kept = {"evaluations": [np.int32(0), 5], "element_order": np.array([1, 0, 2, 3, 4, 5])}
    layers = Layers(np.int64(4), np.int16(2))
    made = Configuration(**(PUBLISHED | whole | kept | {"layers": layers}))
    table = Configuration(
        **PUBLISHED
        | {
            "group": "CayleyTable",
            "group_parameter": np.array([[0, 1], [1, 0]]),
            "layers": layers,
        }
    )
    for configuration in (made, table):
        content = json.loads(configuration.to_json())
        assert Configuration.from_mapping(content, strict=True) == configuration
    assert type(made.num_epochs) is type(made.layers.embed_dim) is int
    assert made.element_order == (1, 0, 2, 3, 4, 5)


def test_an_element_order_that_is_none():
    with pytest.raises(
        ValueError, match="element_order must be a name or a list of indices, got 5"
    ):
        Configuration.from_mapping(PUBLISHED | {"element_order": 5}, strict=True)


def test_the_group_is_made_once():
    configuration = Configuration.from_mapping(PUBLISHED, strict=True)
    assert configuration.make_group() is configuration.make_group()
    again = pickle.loads(pickle.dumps(configuration))
    assert again == configuration
    assert replace(configuration, group_parameter=4).make_group().order == 24
