"""A measure is one entry of the registry, and is then everywhere."""

from __future__ import annotations

import json
from math import log

import pandas as pd
import pytest

from analysis import MEASURES, Measure, analyse, comparison, metrics, sampled_metrics
from analysis.measures.isotypic import Baseline
from analysis.measures.registry import IRREP
from analysis.measures.sampling import over_batches
from analysis.report import page
from analysis.studies.published import reference_metrics
from analysis.text import analysis_text
from tests.analysis.conftest import make_run

UNITS = {"nats", "fraction", "cosine", "1"}


@pytest.fixture
def added(monkeypatch):
    """A measure of the whole network and of each irrep, in one place."""

    def exact(measured):
        losses = measured.statistics.losses
        return {"": float(losses.max())} | dict.fromkeys(measured.group.irreps, 0.25)

    measure = Measure(
        "largest_loss",
        "largest cross entropy of a pair",
        "nats",
        exact,
        lambda measured: {"": Baseline(log(measured.group.order), 0.5)},
        over_batches(lambda measured, batch: {"": float(batch.losses.max())}),
        heading="largest",
        compared={"largest loss": ""},
        published={"": "max_loss", IRREP: "max_loss_{}_rep"},
    )
    monkeypatch.setitem(MEASURES, measure.name, measure)
    return measure


def test_every_measure_has_a_definition_and_a_unit():
    assert [measure.name for measure in MEASURES.values()] == list(MEASURES)
    assert all(measure.definition for measure in MEASURES.values())
    assert {measure.unit for measure in MEASURES.values()} == UNITS
    headings = [measure.heading for measure in MEASURES.values() if measure.heading]
    assert len(set(headings)) == len(headings)


def test_a_new_measure_is_in_the_table_with_its_baseline(added):
    table = metrics(make_run(3)).set_index(["measure", "irrep"])
    row = table.loc[added.name, ""]
    assert row.value > row.baseline == pytest.approx(log(6))
    assert row.baseline_sd == 0.5
    assert table.value[added.name, "(2,1)"] == 0.25
    assert pd.isna(table.baseline[added.name, "(2,1)"])


def test_a_new_measure_is_estimated_from_samples(added):
    run = make_run(3)
    table = sampled_metrics(run, 4000).set_index(["measure", "irrep"])
    assert table.value[added.name, ""] == pytest.approx(analyse(run).value(added.name))
    assert table.baseline[added.name, ""] == pytest.approx(log(6))


def test_a_new_measure_is_compared_published_and_printed(added, command):
    analysis = analyse(make_run(3))
    value = analysis.value(added.name)
    assert comparison([analysis])["largest loss"].tolist() == [value]
    found = reference_metrics(analysis)
    assert (found["max_loss"], found["max_loss_sign_rep"]) == (value, 0.25)
    assert analysis_text(analysis, 200).count("largest") == 1
    code, output, _ = command("measures", "--format", "json")
    assert code == 0
    assert {"measure": added.name, "definition": added.definition, "unit": "nats"} in json.loads(
        output
    )


@pytest.mark.usefixtures("blank_pictures")
def test_a_new_measure_is_defined_in_the_report(added, tmp_path):
    html = page.write_report(make_run(2), tmp_path, random_networks=2).read_text(encoding="utf-8")
    assert f"<dt>{added.name}</dt><dd>{added.definition}</dd>" in html
    written = pd.read_csv(tmp_path / "metrics.csv", keep_default_na=False)
    assert added.name in set(written.measure)
