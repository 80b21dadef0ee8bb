from __future__ import annotations

import base64
import re
from dataclasses import replace
from html.parser import HTMLParser

import pandas as pd
import pytest
import torch
from markupsafe import escape

from analysis import (
    BUNDLED_RUN,
    BUNDLED_RUNS,
    analyse,
    figure,
    fitted_mixture,
    load_run,
    random_baseline,
    report,
    write_report,
)
from analysis.measures.logits import character_coefficients
from analysis.measures.performance import performance_by_element, performance_by_part
from analysis.measures.registry import MEASURES
from analysis.report import hidden, page, training, weights
from analysis.report.exhibits import Illustration, Table
from analysis.report.performance import section as behaviour_section
from analysis.runs.folders import TRAINING_LOG
from analysis.studies.learning import read_trajectory
from analysis.studies.trajectories import FILE
from symrep import AlternatingGroup, DihedralGroup, Partition
from symrep._support.markup import number
from tests.analysis.any_group import BY_TYPE, SMALL, multiplier, run_on
from tests.analysis.conftest import blank_picture, make_run
from tests.exhaustive import sample

PNG = b"\x89PNG\r\n"


@pytest.fixture(scope="module")
def untrained():
    return analyse(make_run(4))


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The folder of the report of the bundled run, its pictures blank, and the sections."""
    folder = tmp_path_factory.mktemp("report") / "new" / "folder"
    made = []
    with pytest.MonkeyPatch.context() as patch:
        sections = page.sections
        patch.setattr(page, "to_png", blank_picture)
        patch.setattr(page, "sections", lambda *given: made.append(sections(*given)) or made[0])
        path = write_report(load_run(BUNDLED_RUN), folder, BUNDLED_RUN / TRAINING_LOG, None, 2)
    assert path == folder / "report.html"
    return folder, made[0]


@pytest.fixture(scope="module")
def parts(written):
    return written[1]


@pytest.fixture(scope="module")
def folder(written):
    return written[0]


@pytest.fixture(scope="module")
def html(folder):
    return (folder / "report.html").read_text(encoding="utf-8")


def test_the_page_needs_nothing_else(html, parts):
    sources = re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?([^"')\s>]*)""", html)
    anchors = {source for source in sources if source.startswith("#")}
    assert anchors == {f"#{part.name}" for part in parts}
    pictures = [source for source in sources if source not in anchors]
    assert len(pictures) == len(report.illustrations(parts))
    assert all(source.startswith("data:image/png;base64,") for source in pictures)
    assert all(base64.b64decode(source[22:]).startswith(PNG) for source in pictures)
    assert "http" not in re.sub(r"base64,[^\"]*", "", html)
    assert "<script" not in html


def test_every_picture_has_a_caption_and_is_a_file_too(html, folder, parts):
    pictures = {path.stem: path.read_bytes() for path in (folder / "figures").iterdir()}
    drawn = report.illustrations(parts)
    assert set(pictures) == set(drawn)
    for name, content in pictures.items():
        assert base64.b64encode(content).decode() in html
        assert str(escape(drawn[name].caption)) in html
    assert html.count("<figcaption>") == html.count("<img alt=") == len(pictures)


def test_the_page_defines_every_measure(html):
    for name, measure in MEASURES.items():
        assert f"<dt>{name}</dt><dd>{escape(measure.definition)}</dd>" in html


def test_every_picture_has_its_null_baseline(parts, html):
    drawn = report.illustrations(parts).values()
    assert all(each.baseline.endswith(".") and each.caption.endswith(".") for each in drawn)
    assert html.count("<b>Null baseline:</b>") == len(drawn)
    tables = [each for part in parts for each in part.exhibits if isinstance(each, Table)]
    assert tables
    assert all("baseline" in each.caption for each in tables)


def test_every_section_has_evidence(parts):
    assert all(part.exhibits and part.question.endswith("?") for part in parts)
    names = [
        each.name for part in parts for each in part.exhibits if isinstance(each, Illustration)
    ]
    assert len(set(names)) == len(names)


def test_the_tables_have_the_numbers(html, folder, bundled):
    for irrep in ("(2,2,1)", "(3,1,1)", "(4,1)", "key"):
        for measure in ("left_embedding_fve", "hidden_excluded_loss", "hidden_restricted_loss"):
            assert f"<td>{number(bundled.value(measure, irrep))}</td>" in html
    table = pd.read_csv(folder / "metrics.csv", keep_default_na=False)
    assert list(table.measure) == list(bundled.table.measure)
    assert float(table.random[table.measure == "hidden_x_fve"].iloc[1]) > 0
    by_irrep = html[html.index("Measures by irrep") : html.index("<section id=")]
    assert by_irrep.count('<tr class="key">') == len(bundled.key_irreps) == 3
    table = performance_by_part(bundled).set_index("part")
    for part in ("training", "A_5 x rest"):
        assert f'<th scope="row">{part}</th><td>{table.pairs[part]}</td>' in html
        assert f"<td>{number(table.loss[part])}</td>" in html
    coefficients = character_coefficients(
        bundled.statistics.logits,
        bundled.run.group,
        {label: bundled.similarities[label] for label in bundled.key_irreps},
    )
    own = fitted_mixture(bundled.run.group, coefficients).weights[Partition(3, 1, 1)]
    row = f"<td>0.3112</td><td>1.0000</td><td>{number(own)}</td><td>1.0000</td>"
    assert f'<th scope="row">(3,1,1)</th>{row}' in html


def test_tables_show_the_columns_that_they_name(parts):
    for part in parts:
        for each in part.exhibits:
            if isinstance(each, Table):
                assert set(each.heads) <= set(each.rows.columns)


def test_losses_by_element_are_sorted_by_class(bundled, parts):
    figure = report.illustrations(parts)["losses_by_element"].figure
    points = figure.axes[0].lines[0].get_ydata()
    losses = performance_by_element(bundled).x_loss
    group = bundled.run.group
    assert points[0] == losses[group.index([0, 1, 2, 3, 4])]
    transpositions = [i for i in range(120) if group.permutation(i).cycle_structure == {2: 1, 1: 3}]
    assert points[1:11].tolist() == losses[transpositions].tolist()


def test_measures_over_training_are_drawn_where_they_are():
    folder = BUNDLED_RUNS["bundled-bilinear"]
    measured = read_trajectory(folder / FILE)
    section = training.section(None, measured)
    drawn = report.illustrations([section])
    assert set(drawn) == {"progress", "similarity_over_training", "shares_over_training"}
    table = section.exhibits[-1].rows.set_index("phase")
    assert table.loc["memorisation"].tolist() == [0, 484]
    assert table.loc["generalised"].tolist() == [3533, "not reached"]
    texts = [text.get_text() for text in drawn["progress"].figure.legends[0].get_texts()]
    assert "cleanup, from epoch 841" in texts


def test_training_has_a_section_where_there_is_a_log(untrained, parts):
    assert "training" not in [part.name for part in report.sections(untrained)]
    assert parts[-1].name == "training"


@pytest.mark.exhaustive
def test_chance_is_that_of_random_weights_where_no_formula_says_it(bundled):
    baseline = random_baseline(bundled, 2)
    figures = report.illustrations([hidden.section(bundled, baseline), weights.section(bundled)])
    shares = baseline.set_index(["measure", "irrep"]).random
    marks = [
        segment[0][1]
        for lines in figures["hidden_layer"].figure.axes[0].collections
        for segment in lines.get_segments()
    ]
    assert shares["hidden_x_fve", "(4,1)"] in marks
    marks = [
        segment[0][1]
        for lines in figures["weights_by_irrep"].figure.axes[0].collections
        for segment in lines.get_segments()
    ]
    assert bundled.baselines["left_embedding_fve", "(4,1)"] in marks


def test_the_page_is_well_formed(html):
    open_tags = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag, attrs):
            if tag not in ("meta", "img", "link", "br"):
                open_tags.append(tag)

        def handle_endtag(self, tag):
            assert open_tags.pop() == tag

    Parser().feed(html)
    assert open_tags == []


def test_the_summary_says_what_was_learned(bundled):
    performance, learned, evidence = report.summary(bundled)
    assert "test accuracy 100.00%" in performance
    assert "(2,2,1) (dimension 5, similarity 0.592)" in learned
    assert "that part alone does the work" in evidence
    assert "the rest does not do the work" in evidence


def test_the_summary_of_an_untrained_network_claims_nothing(untrained):
    sentences = report.summary(untrained)
    assert len(sentences) == 2
    assert "no key irreps" in sentences[1]


def test_the_summary_is_honest_about_a_part_that_is_not_all(bundled):
    """The same network, with the ablations of one that is only partly explained."""
    table = bundled.table.copy()
    table.loc[(table.measure == "hidden_restricted_loss") & (table.irrep == "key"), "value"] = 3.0
    table.loc[(table.measure == "hidden_excluded_loss") & (table.irrep == "key"), "value"] = 0.1
    changed = replace(bundled)
    changed.__dict__["table"] = table
    sentence = report.summary(changed)[2]
    assert "does not do all of the work" in sentence
    assert "the rest still does a part of it" in sentence


def test_a_figure_is_found_by_its_name(untrained):
    axes = figure(untrained, "hidden_layer").axes[0]
    assert axes.get_title(loc="left") == "Hidden layer by irrep"
    with pytest.raises(ValueError, match="no figure 'hidden'; the report of this run has hidden_l"):
        figure(untrained, "hidden")


@pytest.mark.usefixtures("blank_pictures")
def test_names_are_escaped(tmp_path):
    hostile = replace(make_run(2), name="<script>alert(1)</script>")
    html = write_report(hostile, tmp_path, random_networks=0).read_text(encoding="utf-8")
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)" in html


@pytest.mark.usefixtures("blank_pictures")
@pytest.mark.parametrize("n", sample([0, 1, 3], lambda n: n == 0))
def test_untrained_networks_on_the_smallest_groups_have_a_report(tmp_path, n):
    html = write_report(make_run(n), tmp_path, random_networks=2).read_text(encoding="utf-8")
    assert f"S_{n}" in html
    assert "nan" not in re.sub(r"base64,[^\"]*", "", html)


@pytest.mark.usefixtures("blank_pictures")
def test_a_failure_leaves_the_report_that_was_there(tmp_path, monkeypatch):
    path = write_report(make_run(2), tmp_path, random_networks=0)
    before = path.read_bytes()

    def fail(*arguments):
        raise ValueError("no ink")

    monkeypatch.setattr(page, "render", fail)
    with pytest.raises(ValueError, match="no ink"):
        write_report(make_run(3), tmp_path, random_networks=0)
    assert path.read_bytes() == before
    assert not list(tmp_path.glob(".*"))


def test_a_log_that_is_none_is_named(tmp_path):
    log = tmp_path / "training.csv"
    log.write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match="not a log of training: it has no column epoch"):
        write_report(make_run(2), tmp_path / "out", log)
    assert not (tmp_path / "out").exists()


def test_a_log_whose_entries_are_none_is_named(tmp_path):
    log = tmp_path / "training.csv"
    good = report.read_log(BUNDLED_RUN / TRAINING_LOG)
    good.astype(object).replace({good.test_loss[3]: "high"}).to_csv(log, index=False)
    with pytest.raises(ValueError, match=r"training\.csv: test_loss must be a number, got 'high'"):
        report.read_log(log)
    log.write_bytes(b"")
    with pytest.raises(ValueError, match=r"training\.csv is not a CSV table"):
        report.read_log(log)


def test_a_trajectory_of_another_group_is_refused(untrained):
    measured = read_trajectory(BUNDLED_RUNS["bundled-bilinear"] / FILE)
    with pytest.raises(ValueError, match=r"the trajectory is not of S_4: it has \(1,1,1,1,1\)"):
        report.sections(untrained, trajectory=measured)


def test_a_folder_in_the_place_of_the_report_is_refused_before_anything_is_written(tmp_path):
    (tmp_path / "report.html").mkdir()
    with pytest.raises(ValueError, match="is a folder, not a file to write"):
        write_report(make_run(2), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


@pytest.mark.usefixtures("blank_pictures")
def test_networks_without_weights_have_a_report(tmp_path):
    run = make_run(3)
    with torch.no_grad():
        for parameter in run.network.parameters():
            parameter.zero_()
    html = write_report(run, tmp_path, random_networks=2).read_text(encoding="utf-8")
    assert "The left embedding is 0: it has no variance to explain." in html
    assert "nan" not in re.sub(r"base64,[^\"]*", "", html)


def test_cosets_of_a_subgroup_of_ones_own(untrained):
    section = behaviour_section(untrained, {"V": [[1, 0, 3, 2], [2, 3, 0, 1]]})
    parts = section.exhibits[0].rows.part.tolist()
    assert parts == ["all", "training", "other", "V x V", "V x rest", "rest x V", "rest x rest"]
    figure = report.illustrations([section])["losses_by_coset"].figure
    names = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert (names[0], len(names)) == ("V", 6)
    with pytest.raises(ValueError, match="the generators of S generate S_4"):
        report.sections(untrained, subgroups={"S": [[1, 0, 2, 3], [1, 2, 3, 0]]})


def exhibits_of(group, network=None):
    """{title: figure or table} of all sections but the one on training."""
    parts = report.sections(analyse(run_on(group, network)))
    return {each.title: each for part in parts for each in part.exhibits}


@pytest.mark.parametrize("name", sample(sorted(BY_TYPE), lambda name: name == "quaternionic"))
def test_an_irrep_has_sides_if_its_matrices_have_more_than_one_row(name):
    group, label, d, c = BY_TYPE[name]
    found = exhibits_of(group, multiplier(group, label))
    assert (f"Matrix coefficients of {label}" in found) == (d > c)
    assert ("Spectra of the two sides" in found) == (d > c)
    assert f"Linear probe of ρ(xy), {label}" in found


def test_the_ranks_of_truncations_are_called_what_they_are():
    group, label, d, c = BY_TYPE["quaternionic"]
    figure = exhibits_of(group, multiplier(group, label))["Losses at lower ranks"].figure
    marks = {text.get_text() for axes in figure.axes for text in axes.texts}
    assert f"sum of d²/c = {d * d // c}" in marks
    assert not any("d² =" in mark for mark in marks)


@pytest.mark.parametrize("name", sample(sorted(SMALL), lambda name: name == min(SMALL)))
def test_words_that_hold_for_symmetric_groups_alone_are_left_to_them(name):
    words = [each.caption for each in exhibits_of(SMALL[name]).values()]
    assert not any("permutation representation" in text or "of the sign" in text for text in words)


def test_words_that_hold_for_symmetric_groups_are_in_their_reports(parts):
    words = [each.caption for part in parts for each in part.exhibits]
    assert any("permutation representation" in text for text in words)


def test_a_report_without_a_subgroup_speaks_of_none():
    def caption(group):
        exhibits = behaviour_section(analyse(run_on(group))).exhibits
        return {each.title: each.caption for each in exhibits}["Performance on parts of the pairs"]

    assert "subgroup" not in caption(AlternatingGroup(5))
    assert "subgroup" in caption(DihedralGroup(4))
