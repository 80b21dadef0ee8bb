import json
import os
import stat
from types import SimpleNamespace

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from symrep import CayleyTableGroup, export, named_group
from symrep._support.files import replacing
from symrep.export import export_irreps
from symrep.groups.symmetric import SymmetricGroup


@pytest.fixture
def path(tmp_path):
    return tmp_path / "irreps.safetensors"


# The file of all irreps


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("element_order", ["lexicographic", "sympy"])
@pytest.mark.parametrize("n", range(5))
def test_the_file_holds_every_matrix_of_every_irrep(path, n, element_order, dtype):
    group = SymmetricGroup(n, element_order)
    sizes = export_irreps(group, path, dtype)
    stored = load_file(path)
    assert torch.equal(stored.pop("elements"), torch.tensor(group.elements))
    assert set(stored) == {str(label) for label in group.irreps}
    for label, irrep in group.irreps.items():
        assert stored[str(label)].dtype == dtype
        assert torch.equal(stored[str(label)], irrep.tensor(dtype))
    # The squared dimensions sum to |G|.
    assert sum(sizes.values()) == group.order**2 + n * group.order
    assert set(sizes) == {"elements", *stored}


def test_the_file_says_what_it_holds(path):
    export_irreps(SymmetricGroup(3, "sympy"), path, torch.float32)
    with safe_open(path, "pt") as file:
        assert file.metadata() == {
            "group": "SymmetricGroup(3)",
            "element_order": "sympy",
            "product": "(x * y)[i] = y[x[i]]",
            "form": "orthogonal",
            "irreps": "[[3], [2, 1], [1, 1, 1]]",
        }


def test_what_cannot_fit_is_refused_before_anything_is_written(path, monkeypatch):
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=2**33))
    # 2 * 4 * (9!)^2 bytes
    with pytest.raises(MemoryError, match=r"all irreps of S_9, .* 981\.1 GiB needed"):
        export_irreps(SymmetricGroup(9), path, torch.float32)
    assert os.listdir(path.parent) == []


def test_a_missing_folder_is_named(path):
    with pytest.raises(FileNotFoundError) as caught:
        export_irreps(SymmetricGroup(3), path / "more", torch.float32)
    assert caught.value.filename == str(path)
    assert os.listdir(path.parent) == []


def test_a_failure_while_writing_leaves_the_old_file(path, monkeypatch):
    path.write_bytes(b"old")

    def interrupted(tensors, temporary, metadata):
        temporary.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(export, "save_file", interrupted)
    with pytest.raises(KeyboardInterrupt):
        export_irreps(SymmetricGroup(3), path, torch.float32)
    assert os.listdir(path.parent) == [path.name]
    assert path.read_bytes() == b"old"


# Files that are whole or absent


def test_the_file_appears_when_the_block_ends(path):
    with replacing(path) as temporary:
        assert temporary.parent == path.parent
        temporary.write_text("new")
        assert not path.exists()
    assert path.read_text() == "new"
    assert os.listdir(path.parent) == [path.name]


def test_an_old_file_is_replaced(path):
    path.write_text("old")
    with replacing(path) as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, MemoryError])
@pytest.mark.parametrize("old", [None, "old"])
def test_an_error_leaves_what_was_there(path, error, old):
    if old is not None:
        path.write_text(old)

    def write_half():
        with replacing(path) as temporary:
            temporary.write_text("ha")
            raise error

    with pytest.raises(error):
        write_half()
    assert os.listdir(path.parent) == ([] if old is None else [path.name])
    assert old is None or path.read_text() == old


def test_a_folder_in_the_way_stays_and_is_named(path):
    path.mkdir()
    with pytest.raises(OSError, match=r"directory|exists") as caught, replacing(path) as temporary:
        temporary.write_text("new")
    assert caught.value.filename == str(path)
    assert os.listdir(path.parent) == [path.name]
    assert os.listdir(path) == []


def test_a_folder_that_does_not_exist_is_named(tmp_path):
    missing = tmp_path / "missing"
    with pytest.raises(FileNotFoundError) as caught, replacing(missing / "file"):
        pytest.fail("the block was entered")
    assert caught.value.filename == str(missing)


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o027, 0o640), (0o077, 0o600)])
def test_results_are_as_readable_as_other_files(path, mask, mode):
    before = os.umask(mask)
    try:
        with replacing(path) as temporary:
            temporary.write_text("new")
        after = os.umask(mask)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert after == mask


# Groups other than S_n


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize(
    "group",
    [
        *map(named_group, ["C1", "C6", "D4", "Q8", "Dic3", "A4", "A5", "C3 x S3", "SL(2,3)"]),
        CayleyTableGroup(named_group("Q8 x C3").cayley_table),
        named_group("Q8").reordered([7, 6, 5, 4, 3, 2, 1, 0]),
    ],
    ids=repr,
)
def test_the_file_of_any_group(path, group, dtype):
    sizes = export_irreps(group, path, dtype)
    stored = load_file(path)
    assert torch.equal(stored.pop("cayley_table"), torch.tensor(group.cayley_table))
    assert list(stored) == sorted(map(str, group.irreps))
    for label, irrep in group.irreps.items():
        assert stored[str(label)].dtype == dtype
        assert torch.equal(stored[str(label)], irrep.tensor(dtype))
        # The products are those of the table.
        x, y = 1 % group.order, group.order - 1
        rho, z = stored[str(label)].double(), int(group.cayley_table[x, y])
        assert (rho[x] @ rho[y] - rho[z]).abs().max() < 1e-6
    assert sum(sizes.values()) == group.order**2 + group.order * sum(
        irrep.dim**2 for irrep in group.irreps.values()
    )


def test_the_file_of_another_group_says_what_it_holds(path):
    export_irreps(named_group("Q8"), path, torch.float32)
    with safe_open(path, "pt") as file:
        metadata = file.metadata()
    assert metadata["group"] == "Q_8"
    assert json.loads(metadata["irreps"]) == ["trivial", "sign", "parity", "parity_sign", "freq_1"]
    assert json.loads(metadata["types"]) == [1, 1, 1, 1, 4]
    assert json.loads(metadata["elements"]) == [
        "1", "a", "a^2", "a^3", "x", "a x", "a^2 x", "a^3 x",
    ]  # fmt: skip


def test_other_groups_that_cannot_fit_are_refused_before_anything_is_written(path, monkeypatch):
    group = named_group("Dic300")
    # 2 * 4 * 1200 * (4 + 150 * 16 + 149 * 4) bytes, after the table of 24 * 1200^2
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=2**24))
    with pytest.raises(MemoryError, match=r"all irreps of Dic_300, 3600000 numbers .* 27\.5 MiB"):
        export_irreps(group, path, torch.float32)
    assert os.listdir(path.parent) == []


def test_the_file_of_a_reordered_symmetric_group_is_the_rearranged_one(path, tmp_path):
    s4 = SymmetricGroup(4)
    there = torch.randperm(24, generator=torch.Generator().manual_seed(3))
    group = s4.reordered(there.numpy())
    export_irreps(s4, path, torch.float64)
    export_irreps(group, tmp_path / "reordered", torch.float64)
    before, after = load_file(path), load_file(tmp_path / "reordered")
    assert list(before) == list(after)
    for name, tensor in before.items():
        assert torch.equal(after[name], tensor[there])
    with safe_open(tmp_path / "reordered", "pt") as file:
        assert file.metadata()["element_order"] == "reordered"
