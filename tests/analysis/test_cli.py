from __future__ import annotations

import csv
import io
import json
import sys
from dataclasses import replace
from itertools import product
from typing import get_args

import pandas as pd
import pytest
import torch
from typer.main import get_command

from analysis import (
    Configuration,
    Layers,
    cli,
    load_run,
    metrics,
    order_learned,
    phases,
    read_trajectory,
    sampled_metrics,
)
from analysis.measures.measured import Measured
from analysis.measures.performance import performance_by_coset, performance_by_part
from analysis.measures.statistics import pair_statistics
from analysis.runs.folders import save_weights
from analysis.studies.trajectories import trajectory as measure_checkpoints
from analysis.training import loop
from symrep import __version__
from symrep._support.commands import Format
from symrep.groups.recognition import recognise_predictions
from tests.analysis.conftest import make_run
from tests.command_lines import example_commands
from tests.exhaustive import sample


@pytest.fixture
def folder(tmp_path):
    run, folder = make_run(3), tmp_path / "run"
    folder.mkdir()
    (folder / "config.json").write_text(run.configuration.to_json())
    save_weights(run.network, folder / "model.safetensors")
    return folder


def test_json_is_the_tidy_table(command, folder):
    code, output, _ = command("metrics", folder, "--format", "json")
    expected = metrics(load_run(folder))
    found = pd.DataFrame(json.loads(output))
    assert code == 0
    assert list(found.measure) == list(expected.measure)
    assert found.value.tolist() == pytest.approx(expected.value.tolist(), rel=1e-12)
    assert found.baseline.isna().sum() == expected.baseline.isna().sum() > 0


def test_csv_is_the_tidy_table(command, folder):
    _, output, _ = command("metrics", folder, "--format", "csv")
    found = pd.read_csv(io.StringIO(output), keep_default_na=False)
    assert list(found.irrep) == list(metrics(load_run(folder)).irrep)


def test_table_names_irreps_and_the_null_baseline(command, folder):
    code, output, _ = command("metrics", folder)
    assert code == 0
    assert output.splitlines()[0] == "run: OneLayerMLP on S_3, 6 elements"
    for word in ("key irreps", "(2,1)", "similarity", "null baseline", "1.7918"):
        assert word in output


def test_a_sample_of_pairs_has_standard_errors(command, folder):
    code, output, error = command("metrics", folder, "--pairs", 100, "--format", "csv")
    found = pd.read_csv(io.StringIO(output), keep_default_na=False)
    expected = sampled_metrics(load_run(folder), 100)
    assert (code, error) == (0, "")
    assert list(found.columns) == list(expected.columns)
    assert found.standard_error.tolist() == pytest.approx(expected.standard_error.tolist())


def test_large_groups_are_sampled_unless_told_otherwise(command, folder, monkeypatch):
    monkeypatch.setattr(cli, "LARGEST_WHOLE_ORDER", 5)
    monkeypatch.setattr(cli, "PAIRS", 100)
    code, output, error = command("metrics", folder, "--format", "csv")
    assert code == 0
    assert error == "S_3: measuring 100 pairs, see --pairs\n"
    assert "standard_error" in output


def test_shuffled_weights_stand_beside_the_network(command, folder):
    code, output, _ = command("metrics", folder, "--random", 2, "--format", "csv")
    found = pd.read_csv(io.StringIO(output), keep_default_na=False)
    assert code == 0
    assert list(found.measure) == list(metrics(load_run(folder)).measure)
    assert (found.random[found.measure == "left_embedding_fve"] != "").all()
    assert (found.random[found.measure == "hidden_excluded_loss"] == "").all()


def test_samples_and_shuffles_do_not_go_together(command, folder):
    code, _, error = command("metrics", folder, "--pairs", 100, "--random", 2)
    assert (code, error.count("\n")) == (2, 1)
    assert "need all pairs, not a sample" in error


def test_remarks_are_no_part_of_the_output(command, folder):
    run = load_run(folder)
    with torch.no_grad():
        run.network.W_U.zero_()
    save_weights(run.network, folder / "model.safetensors")
    code, output, error = command("metrics", folder, "--format", "json")
    assert code == 0
    assert len(json.loads(output)) == len(metrics(run))
    assert error.startswith("remark: The logits are constant")


def test_ablations_are_a_table(command, folder):
    code, output, _ = command("ablations", folder, "--format", "csv")
    found = pd.read_csv(io.StringIO(output))
    assert code == 0
    assert set(found.along) == {"x", "y", "xy"}
    assert set(found.kind) == {"restricted", "restricted, centred", "excluded"}


def test_reference_names(command, folder):
    _, output, _ = command("metrics", folder, "--names", "reference", "--format", "json")
    values = json.loads(output)
    assert values["epoch"] == 1
    assert values["percent_x_embed_sign_rep"] > 0
    _, table, _ = command("metrics", folder, "--names", "reference")
    assert "percent_x_embed_sign_rep" in table
    _, rows, _ = command("metrics", folder, "--names", "reference", "--format", "csv")
    assert rows.startswith("measure,value\n")
    assert rows.endswith("\nepoch,1\n")


def test_train_then_measure(command, tmp_path):
    path, run = tmp_path / "config.json", tmp_path / "trained"
    configuration = make_run(3).configuration
    path.write_text(configuration.to_json())
    code, output, error = command("train", path, "--output", run)
    assert (code, output) == (0, f"run: {run}\n")
    assert "100%" in error
    assert load_run(run).configuration == configuration
    assert command("metrics", run)[0] == 0
    before = (run / "model.safetensors").stat().st_mtime_ns
    assert command("train", path, "--output", run)[0] == 0
    assert (run / "model.safetensors").stat().st_mtime_ns == before
    path.write_text(replace(configuration, seed=7).to_json())
    code, _, error = command("train", path, "--output", run)
    assert code == 2
    assert "belongs to another configuration: seed is 0 there and 7 here" in error


def test_a_sweep_prints_its_results(command, tmp_path):
    path = tmp_path / "sweep.json"
    base = json.loads(make_run(3).configuration.to_json()) | {"num_epochs": 5}
    path.write_text(json.dumps({"base": base, "grid": {"lr": [0.01, 1e30]}}))
    code, output, error = command("sweep", path, "--output", tmp_path / "s", "--workers", "1")
    assert code == 1
    assert "lr=0.01" in output
    assert "1 of 2 runs failed, lr=1e+30 for one" in error
    path.write_text(json.dumps({"base": base, "grid": {"lrr": [0.01]}}))
    code, _, error = command("sweep", path, "--output", tmp_path / "t")
    assert code == 2
    assert "unknown key 'lrr': did you mean 'lr'?" in error


def test_quiet_training_says_nothing_but_where(command, tmp_path):
    path = tmp_path / "config.json"
    path.write_text(make_run(3).configuration.to_json())
    _, _, error = command("train", path, "--output", tmp_path / "run", "--quiet")
    assert error == ""


def test_compare_leaves_out_what_it_cannot_read(command, folder, tmp_path):
    absent = tmp_path / "absent"
    code, output, error = command("compare", folder, absent, "--format", "json", "--quiet")
    assert code == 2
    assert [row["run"] for row in json.loads(output)] == ["run", str(absent)]
    assert "absent does not exist" in json.loads(output)[1]["remark"]
    assert error == "error: 1 of 2 runs could not be read\n"
    code, output, error = command("compare", folder, absent, "--average", "--format", "csv")
    assert code == 2
    assert len(output.splitlines()) == 2
    assert "left out: " in error
    code, output, _ = command("compare", folder, folder)
    assert code == 0
    assert output.splitlines()[0] == "S_3, 6 elements"
    assert output.count("OneLayerMLP") == 2
    assert max(map(len, output.splitlines())) <= 80
    assert "remark" not in output


def test_published_figures_are_checked(command, folder):
    code, output, error = command("published", folder)
    assert (code, output) == (2, "")
    assert error == (
        f"error: {folder} has no published figures; "
        "expected the folder of a published run, with summary_metrics.json\n"
    )
    exact = json.loads(command("metrics", folder, "--names", "reference", "--format", "json")[1])
    path = folder / "summary_metrics.json"
    path.write_text(json.dumps(exact))
    code, output, error = command("published", folder)
    assert (code, error) == (0, "")
    assert output.splitlines()[0] == "run: OneLayerMLP on S_3, 6 elements"
    assert len(output.splitlines()) == len(exact) + 2
    path.write_text(json.dumps(exact | {"all_loss": 1.0, "train_loss": 2.0}))
    code, output, error = command("published", folder, "--format", "json")
    assert code == 1
    assert error == f"error: 2 of {len(exact)} figures do not agree\n"
    assert sum(not row["agrees"] for row in json.loads(output)) == 2


@pytest.mark.parametrize(
    ("format", "first"), [("markdown", "| run | model |"), ("latex", r"\begin{tabular}{lllrl")]
)
def test_compare_in_other_formats(command, folder, format, first):
    code, output, _ = command("compare", folder, "--format", format)
    assert code == 0
    assert output.startswith(first)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"group": "MonsterGroup"}, "unknown group 'MonsterGroup': expected SymmetricGroup"),
        ({"model": "GPT"}, "unknown model 'GPT': expected BilinearNet"),
        ({"group_parameter": 4}, "expects (24, 5)"),
        ({"group_parameter": None}, "group_parameter must be an integer"),
    ],
)
def test_a_bad_run_is_one_sentence(command, folder, change, message):
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    for arguments in (["metrics", folder], ["report", folder, "--output", folder / "out"]):
        code, output, error = command(*arguments)
        assert (code, output) == (2, "")
        assert message in error
        assert error.startswith("error: ")
        assert len(error.splitlines()) == 1
    assert not (folder / "out").exists()


def test_nan_weights_are_one_sentence(command, folder):
    network = make_run(3).network
    with torch.no_grad():
        network.W[0, 0] = float("nan")
    save_weights(network, folder / "model.safetensors")
    code, _, error = command("metrics", folder)
    assert code == 2
    assert "W have 1 entries that are NaN or infinite" in error


@pytest.mark.parametrize(
    "arguments",
    [["metrics"], ["metrics", "x", "--format", "xml"], ["metrics", "x", "--names"], ["measure"]],
)
def test_bad_usage_is_exit_code_2(command, arguments):
    code, output, error = command(*arguments)
    assert (code, output) == (2, "")
    assert "Error: " in error


def test_a_misspelt_key_of_a_training_configuration(command, tmp_path):
    path = tmp_path / "config.json"
    values = json.loads(make_run(3).configuration.to_json())
    path.write_text(json.dumps(values | {"weight_decy": 1}))
    code, _, error = command("train", path, "--output", tmp_path / "run")
    assert code == 2
    assert "did you mean 'weight_decay'" in error
    assert not (tmp_path / "run").exists()


def performance_rows(command, folder, *options):
    code, output, error = command("performance", folder, *options, "--format", "json")
    assert (code, error) == (0, "")
    return pd.DataFrame(json.loads(output))


def test_performance_is_the_table_of_all_parts(command, folder):
    run = load_run(folder)
    expected = performance_by_part(Measured(run))
    found = performance_rows(command, folder)
    assert found.iloc[:, :3].equals(expected.iloc[:, :3])
    for column in ("loss", "accuracy"):
        assert found[column].tolist() == pytest.approx(expected[column].tolist(), rel=1e-12)
    kinds = {
        "split": {"split"},
        "subgroup": {"A_3"},
        "class": {f"class of {what}" for what in ("x", "y", "xy")},
    }
    for by, names in kinds.items():
        rows = performance_rows(command, folder, "--by", by)
        assert set(rows.by) == names
        assert len(rows) == expected.by.isin(names).sum()


def test_performance_on_a_subgroup_of_ones_own(command, folder):
    run = load_run(folder)
    statistics = pair_statistics(run.network, run.group)
    for text in ("(0 1)", "1 0 2", "(0,1), ()"):
        found = performance_rows(command, folder, "--subgroup", text)
        assert list(found.part) == ["H x H", "H x rest", "rest x H", "rest x rest"]
        assert list(found.pairs) == [4, 8, 8, 16]
        inside = statistics.losses[[0, 2]][:, [0, 2]].mean()
        assert found.loss[0] == pytest.approx(float(inside), rel=1e-12)
    found = performance_rows(command, folder, "--subgroup", "(0 1)", "--by", "coset")
    expected = performance_by_coset(Measured(run), [[1, 0, 2]])
    assert list(found.x) == list(expected.x)
    assert found.loss.tolist() == pytest.approx(expected.loss.tolist(), rel=1e-12)
    assert (
        list(performance_rows(command, folder, "--by", "coset").x) == ["A_3"] * 2 + ["(1 2)A_3"] * 2
    )


def test_performance_by_element(command, folder):
    found = performance_rows(command, folder, "--by", "element")
    assert list(found.name) == ["()", "(1 2)", "(0 1)", "(0 1 2)", "(0 2 1)", "(0 2)"]
    assert {"element", "x_loss", "xy_accuracy"} < set(found.columns)


@pytest.mark.parametrize(
    ("format", "first"),
    [("table", "by"), ("csv", "by,part,pairs"), ("markdown", "| by |"), ("latex", r"\begin{tab")],
)
def test_performance_in_other_formats(command, folder, format, first):
    code, output, _ = command("performance", folder, "--format", format)
    assert code == 0
    if format == "table":
        heading, output = output.split("\n", 1)
        assert heading == "run: OneLayerMLP on S_3, 6 elements"
    assert output.lstrip().startswith(first)


def test_behaviour_is_an_older_name_of_performance(command, folder):
    code, output, error = command("behaviour", folder, "--by", "split", "--format", "csv")
    assert (code, error) == (0, "the command behaviour is called performance now\n")
    assert output == command("performance", folder, "--by", "split", "--format", "csv")[1]
    assert "behaviour" not in command("--help")[1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--subgroup", "(0 3)"], "the cycle (0 3) has points that are not among 0, ..., 2"),
        (["--subgroup", "(0 1), (0 1 2)"], "the generators of H generate S_3; expected a proper"),
        (["--subgroup", "1 0"], "permutation of 2 points, expected 3"),
        (["--subgroup", "x"], "'x' is not a permutation: expected cycles such as"),
        (["--subgroup", "(0 1)", "--by", "class"], "--subgroup goes with --by subgroup or"),
    ],
)
def test_performance_on_what_is_no_subgroup_is_one_sentence(command, folder, options, message):
    code, output, error = command("performance", folder, *options)
    assert (code, output) == (2, "")
    assert message in error
    assert len(error.splitlines()) == 1


def test_every_measure_is_listed(command):
    _, output, _ = command("measures")
    assert "hidden_excluded_loss" in output
    assert Configuration.__name__ not in output


@pytest.fixture
def trained(tmp_path):
    configuration = Configuration(
        model="OneLayerMLP",
        group="SymmetricGroup",
        group_parameter=3,
        frac_train=0.6,
        checkpoints=8,
        evaluations=2,
        num_epochs=400,
        seed=2,
        layers=Layers(8, 12),
        lr=1e-2,
    )
    loop.train(configuration, tmp_path / "trained")
    return tmp_path / "trained"


def test_trajectory(command, trained, tmp_path):
    output = tmp_path / "output"
    code, text, error = command("trajectory", trained, "--output", output, "--workers", "1")
    table = read_trajectory(output / "trajectory.csv")
    learned = order_learned(table)
    assert code == 0
    assert "100%" in error
    assert len(learned) > 0
    lines = text.splitlines()
    assert lines[0] == "trained: OneLayerMLP on S_3, 6 elements"
    start = lines.index("irreps in the order learned (similarity above 0.05):") + 2
    for line, (irrep, epoch, _) in zip(
        lines[start:], learned.itertuples(index=False), strict=False
    ):
        assert line.split()[:2] == [irrep, str(epoch)]
    for phase in phases(table):
        assert any(line.split()[: len(phase.name.split())] == phase.name.split() for line in lines)
    assert lines[-1] == f"trajectory: {output / 'trajectory.csv'}"
    assert command("trajectory", trained, "--output", output, "--workers", "1", "--quiet") == (
        0,
        text,
        "",
    )


def test_a_broken_checkpoint_is_named_after_the_others_are_shown(command, trained, tmp_path):
    broken = sorted((trained / "checkpoints").iterdir())[2]
    broken.write_bytes(b"half")
    output = tmp_path / "output"
    code, text, error = command("trajectory", trained, "--output", output, "--workers", "1")
    assert code == 2
    assert "irreps in the order learned" in text
    assert "generalised" in text
    assert f"{broken}: not a whole safetensors file" in error.splitlines()[-1]
    assert int(broken.stem) not in set(read_trajectory(output / "trajectory.csv").epoch)


def test_a_trajectory_without_other_pairs_has_no_phases(command, tmp_path):
    configuration = Configuration(
        model="OneLayerMLP",
        group="SymmetricGroup",
        group_parameter=3,
        frac_train=1.0,
        num_epochs=1,
        seed=0,
        layers=Layers(4, 4),
    )
    loop.train(configuration, tmp_path / "run")
    code, text, _ = command(
        "trajectory", tmp_path / "run", "--output", tmp_path, "--workers", "1", "--quiet"
    )
    assert code == 0
    assert "irreps learned: none has ever had a similarity above 0.05" in text
    assert "phases: unknown, as the trajectory has no test_accuracy" in text


def test_a_published_run_without_checkpoints(command, folder, tmp_path):
    (folder / "metrics.csv").write_text(",epoch\n")
    code, text, error = command("trajectory", folder, "--output", tmp_path, "--quiet")
    assert (code, text) == (2, "")
    assert error == (
        f"error: {folder} has no checkpoints to measure; "
        "its metrics.csv can be read with analysis.read_published_metrics\n"
    )


def test_groups_that_are_too_large_are_refused_where_all_pairs_are_needed(
    command, folder, monkeypatch, tmp_path
):
    monkeypatch.setattr(cli, "LARGEST_WHOLE_ORDER", 5)
    for arguments in (["ablations", folder], ["performance", folder]):
        code, _, error = command(*arguments)
        assert (code, error.count("\n")) == (2, 1)
        assert "too many to measure all; symrep-analysis metrics measures a sample" in error
    code, output, _ = command("compare", folder, "--format", "csv")
    assert code == 2
    assert "too many to measure all" in output
    assert command("report", folder, "--output", tmp_path / "out")[0] == 2
    assert not (tmp_path / "out").exists()


def test_a_run_that_does_not_fit_in_memory_costs_its_own_row(command, folder, monkeypatch):
    def fail(name):
        raise MemoryError("not enough memory")

    monkeypatch.setattr(cli, "_whole", fail)
    code, output, _ = command("compare", folder, "--format", "csv")
    assert code == 2
    assert "not enough memory" in output


def test_remarks_stand_in_the_comparison(command, folder):
    run = load_run(folder)
    with torch.no_grad():
        run.network.W_U.zero_()
    save_weights(run.network, folder / "model.safetensors")
    code, output, _ = command("compare", folder, "--format", "csv")
    assert code == 0
    assert "ts are constant over z: measures of the logits are meaningless" in output


def test_a_sample_without_end_is_one_sentence(command, folder):
    for pairs in ("100000000000000", "0", "-1"):
        code, _, error = command("metrics", folder, "--pairs", pairs)
        assert code == 2
        assert error.count("\n") == 1


@pytest.mark.usefixtures("blank_pictures")
def test_a_report_on_a_subgroup(command, folder, tmp_path):
    options = ["--output", tmp_path / "out", "--random", 0, "--subgroup"]
    code, _, error = command("report", folder, *options, "(0 1")
    assert (code, error.count("\n")) == (2, 1)
    assert not (tmp_path / "out").exists()
    code, output, _ = command("report", folder, *options, "(0 1)")
    assert code == 0
    assert output.endswith("report.html\n")
    html = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert '<th scope="row">H x rest</th>' in html


@pytest.fixture
def without_distributed(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)


@pytest.mark.usefixtures("without_distributed")
def test_without_distributed_one_process_does_everything(command, trained, tmp_path):
    plan = {"base": json.loads((trained / "config.json").read_text()), "grid": {"seed": [3, 4]}}
    del plan["base"]["made_with"]
    plan["base"]["num_epochs"] = 40
    (tmp_path / "sweep.json").write_text(json.dumps(plan))
    code, text, error = command(
        "sweep", tmp_path / "sweep.json", "--output", tmp_path / "runs", "--quiet"
    )
    assert (code, error) == (0, "")
    assert text.splitlines()[0] == "S_3, 6 elements"
    assert text.count(" done ") == 2
    code, _, error = command("trajectory", trained, "--output", tmp_path, "--quiet")
    assert (code, error) == (0, "")
    assert command("compare", trained, trained, "--quiet")[::2] == (0, "")


@pytest.mark.usefixtures("without_distributed")
def test_several_workers_need_distributed(command, trained, tmp_path):
    needed = (
        "error: a cluster and several workers need the package distributed: "
        "pip install distributed\n"
    )
    output = ("--output", tmp_path / "out", "--quiet")
    plan = {"base": json.loads((trained / "config.json").read_text()), "grid": {"seed": [3, 4]}}
    del plan["base"]["made_with"]
    (tmp_path / "sweep.json").write_text(json.dumps(plan))
    for arguments in (
        ("sweep", tmp_path / "sweep.json", "--workers", "2", *output),
        ("trajectory", trained, "--workers", "2", *output),
        ("trajectory", trained, "--address", "tcp://127.0.0.1:1", *output),
        ("compare", trained, trained, "--workers", "2", "--quiet"),
        ("compare", trained, trained, "--address", "tcp://127.0.0.1:1", "--quiet"),
    ):
        assert command(*arguments) == (2, "", needed)
        assert not (tmp_path / "out").exists()


# Options with one meaning

COMMANDS = get_command(cli.app).commands
SHOWN = [name for name, command in COMMANDS.items() if not command.hidden]


def options(name):
    return {o: p for p in COMMANDS[name].params for o in p.opts if o.startswith("--")}


@pytest.mark.parametrize(
    ("option", "names"),
    [
        ("--workers", {"sweep", "trajectory", "compare"}),
        ("--address", {"sweep", "trajectory", "compare"}),
        ("--random", {"metrics", "report"}),
        ("--irrep", {"metrics", "ablations"}),
        ("--format", {*SHOWN} - {"report", "train"}),
    ],
)
def test_an_option_means_one_thing(option, names):
    having = {name for name in SHOWN if option in options(name)}
    assert having == names
    meant = {(options(name)[option].default, options(name)[option].help) for name in names}
    assert len(meant) == 1


TABLES = [
    ("metrics", "RUN"),
    ("metrics", "RUN", "--pairs", "100"),
    ("metrics", "RUN", "--names", "reference"),
    ("performance", "RUN", "--by", "coset"),
    ("ablations", "RUN"),
    ("compare", "RUN", "RUN", "--quiet"),
    ("compare", "RUN", "RUN", "--quiet", "--average"),
]


@pytest.mark.parametrize(
    "case",
    sample(
        product(TABLES, get_args(Format)),
        lambda case: case[0][0] == "performance" or case[1] in ("table", "latex"),
    ),
)
def test_every_command_has_every_format(command, folder, case):
    words, format = case
    arguments = [folder if word == "RUN" else word for word in words]
    code, output, _ = command(*arguments, "--format", format)
    assert code == 0
    assert_in_format(format, output)


def assert_in_format(format, output):
    lines = output.splitlines()
    assert lines[0].endswith("S_3, 6 elements") == (format == "table")
    if format == "json":
        assert json.loads(output)
    if format == "csv":
        assert len({len(row) for row in csv.reader(lines)}) == 1
    if format == "markdown":
        assert lines[1].replace(" ", "").strip("|-:") == ""
    if format == "latex":
        assert (lines[0][:15], lines[-1]) == (r"\begin{tabular}", r"\end{tabular}")


@pytest.mark.parametrize("format", get_args(Format))
def test_measures_in_every_format(command, format):
    code, output, error = command("measures", "--format", format)
    assert (code, error) == (0, "")
    assert output.count("hidden_excluded_loss".replace("_", r"\_" if format == "latex" else "_"))
    if format == "json":
        assert {"measure", "definition", "unit"} == set(json.loads(output)[0])


@pytest.mark.parametrize("format", get_args(Format))
def test_a_trajectory_in_every_format(command, measured, format):
    arguments = ["trajectory", measured, "--output", measured, "--quiet", "--format", format]
    code, output, error = command(*arguments)
    assert code == 0
    where = f"trajectory: {measured / 'trajectory.csv'}\n"
    assert where in (output if format == "table" else error)
    assert_in_format(format, output)


def test_a_trajectory_as_one_table(command, measured):
    _, output, _ = command(
        "trajectory", measured, "--output", measured, "--quiet", "--format", "json"
    )
    table = read_trajectory(measured / "trajectory.csv")
    learned, rows = order_learned(table), json.loads(output)
    assert rows == [
        *(
            {
                "event": "irrep",
                "name": irrep,
                "from_epoch": epoch,
                "to_epoch": None,
                "final_similarity": pytest.approx(final),
            }
            for irrep, epoch, final in learned.itertuples(index=False)
        ),
        *(
            {
                "event": "phase",
                "name": phase.name,
                "from_epoch": phase.start,
                "to_epoch": phase.end,
                "final_similarity": None,
            }
            for phase in phases(table)
        ),
    ]
    assert len(learned) > 0


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """A run of a moment that learns something, measured."""
    folder = tmp_path_factory.mktemp("runs") / "measured"
    configuration = Configuration(
        model="OneLayerMLP",
        group="SymmetricGroup",
        group_parameter=3,
        frac_train=0.6,
        checkpoints=2,
        evaluations=2,
        num_epochs=100,
        seed=2,
        layers=Layers(8, 12),
        lr=1e-2,
    )
    loop.train(configuration, folder)
    measure_checkpoints(folder, folder, workers=1)
    return folder


def test_text_is_another_name_of_table(command, folder):
    assert command("metrics", folder, "--format", "text") == command("metrics", folder)


def test_recognise_in_other_formats(command, exact):
    code, output, error = command("recognise", exact)
    assert (code, error) == (0, "")
    assert output.splitlines()[0] == "D_3, 6 elements"
    record = json.loads(command("recognise", exact, "--format", "json")[1])
    assert (record["group"], record["automorphisms"], len(record["elements"])) == ("D_3", 6, 6)
    for format in ("csv", "markdown", "latex"):
        assert len(command("recognise", exact, "--format", format)[1].splitlines()) >= 7
    new = exact.with_name("new")
    _, output, error = command("recognise", exact, "--format", "json", "--output", new)
    assert json.loads(output)
    assert error == f"run on this group: {new}\n"
    assert load_run(new).group.order == 6


@pytest.fixture
def exact(folder, monkeypatch):
    """A run whose predictions are right."""
    table = load_run(folder).group.cayley_table
    monkeypatch.setattr(cli, "recognise_run", lambda run: recognise_predictions(table))
    return folder


def test_measures_of_some_irreps(command, folder):
    _, output, _ = command(
        "metrics", folder, "--irrep", "sign", "--irrep", "2,1", "--format", "csv"
    )
    found = pd.read_csv(io.StringIO(output))
    assert set(found.irrep) == {"(1,1,1)", "(2,1)"}
    _, output, _ = command("metrics", folder, "--partition", "sign", "--pairs", 100)
    assert "(1,1,1)" in output
    assert "(2,1)" not in output
    code, output, error = command("metrics", folder, "--irrep", "4")
    assert (code, output) == (2, "")
    assert "(4) is a partition of 4" in error


def test_ablations_of_some_irreps(command, folder):
    _, output, _ = command("ablations", folder, "--irrep", "sign", "--format", "csv")
    assert set(pd.read_csv(io.StringIO(output)).irrep) == {"(1,1,1)"}


# Arguments that are no runs


@pytest.fixture
def clutter(folder, monkeypatch):
    """The folder of a run, as working folder, with a file and a link to nothing in it."""
    monkeypatch.chdir(folder)
    (folder / "file").write_text("text")
    (folder / "link").symlink_to("nowhere")
    return folder


@pytest.mark.usefixtures("clutter")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("metrics", "file"), "file is not a folder; expected the folder of a run"),
        (("metrics", "none"), "none does not exist; expected the folder of a run"),
        (("metrics", "link"), "link is a link to nowhere, which does not exist; expected the"),
        (("metrics", ""), "expected the folder of a run, got an empty name"),
        (("published", "bundled"), "bundled has no published figures; expected the folder of a"),
        (("train", ".", "--output", "out"), ". is a folder; expected a JSON file with the conf"),
        (("train", "", "--output", "out"), "expected a JSON file with the configuration of a run"),
        (("train", "link", "--output", "out"), "link is a link to nowhere, which does not exist"),
        (("train", "config.json", "--output", "file"), "file is a file; expected a new folder"),
        (("train", "config.json", "--output", ""), "expected a new folder for the run, got an emp"),
        (("sweep", ".", "--output", "out"), ". is a folder; expected a JSON file with the conf"),
        (("sweep", "none", "--output", "out"), "none does not exist; expected a JSON file with"),
        (("report", ".", "--output", "file"), "file is a file; expected a folder for the report"),
        (("report", ".", "--output", "link"), "link is a link to nowhere, which does not exist"),
        (("report", ".", "--output", "out", "--trajectory", "."), ". is a folder; expected traj"),
        (("trajectory", ".", "--output", "file"), "file is a file; expected a folder for traj"),
        (("recognise", ".", "--output", "file"), "file is a file; expected a new folder"),
        (("ablations", ".", "--irrep", ""), "() is a partition of 0"),
        (("performance", ".", "--subgroup", "x"), "'x' is not a permutation"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_a_wrong_path_is_one_sentence(command, clutter, arguments, message):
    before = sorted(clutter.iterdir())
    code, output, error = command(*arguments)
    assert (code, output) == (2, "")
    assert error.startswith("error: ")
    assert message in error
    assert "Errno" not in error
    assert error.count("\n") == 1
    assert sorted(clutter.iterdir()) == before


def test_a_folder_in_the_place_of_a_configuration_is_one_sentence(command, tmp_path):
    (tmp_path / "config.json").mkdir()
    code, _, error = command("metrics", tmp_path)
    assert (code, error.count("\n")) == (2, 1)
    assert "Is a directory" in error
    assert "Errno" not in error


# Help


@pytest.mark.parametrize("name", [(), *((name,) for name in SHOWN)], ids="".join)
@pytest.mark.parametrize("columns", sample([60, 80], lambda columns: columns == 60))
def test_help_fits_the_terminal(command, monkeypatch, name, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    code, output, error = command(*name, "--help")
    assert (code, error) == (0, "")
    assert "\n  Examples:\n    " in output
    assert "..." not in output.replace("ARGS]...", "").replace("RUN}...", "")
    assert all(len(line) <= columns for line in output.splitlines())


def test_every_summary_is_one_line_of_60_columns(command, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    lines = command("--help")[1].split("Commands:\n")[1].split("\n\n")[0].splitlines()
    assert [line.split()[0] for line in lines] == SHOWN
    assert all(line.endswith(".") and not line.endswith("...") for line in lines)


CHEAP = {"train", "sweep", "trajectory", "measures"}


@pytest.mark.parametrize("name", ["", *SHOWN])
def test_examples_work(command, monkeypatch, tmp_path, name):
    monkeypatch.chdir(tmp_path)
    group = get_command(cli.app)
    for program, *arguments in example_commands((group.commands[name] if name else group).epilog):
        if program == "echo":
            text, arrow, path = arguments
            assert arrow == ">"
            (tmp_path / path).write_text(text.replace('"num_epochs": 500', '"num_epochs": 2'))
            continue
        assert program == "symrep-analysis"
        chosen, *options = arguments
        group.commands[chosen].make_context(chosen, list(options))
        if chosen in CHEAP:
            code, output, _ = command(*arguments)
            assert code == 0
            assert output


def test_the_version(command):
    assert command("--version") == (0, f"symrep {__version__}\n", "")


def test_a_misspelt_command_is_corrected(command):
    assert "Did you mean 'metrics'?" in command("metric", "bundled")[2]


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("symrep-analysis perf", "performance"),
        ("symrep-analysis metrics bundled-", "bundled-bilinear"),
        ("symrep-analysis metrics bundled --format m", "markdown"),
    ],
)
def test_completion_in_bash(command, monkeypatch, words, completed):
    monkeypatch.setenv("_SYMREP_ANALYSIS_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split()) - 1))
    assert command()[1].splitlines() == [completed]
