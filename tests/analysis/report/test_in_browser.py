"""The report as a person sees it: opened in a browser, with nothing missing."""

from __future__ import annotations

import os

import pytest

from analysis import BUNDLED_RUNS, load_run, write_report
from analysis.runs.folders import TRAINING_LOG
from analysis.studies.trajectories import FILE
from tests.analysis.conftest import make_run
from tests.browser import CHROMIUM, open_page


@pytest.fixture(autouse=True)
def browser():
    """Chromium; without it the tests are skipped, or fail where SYMREP_REQUIRE_CHROMIUM is set."""
    if CHROMIUM is None:
        message = "no Chromium; install Debian's package chromium"
        if os.environ.get("SYMREP_REQUIRE_CHROMIUM"):
            pytest.fail(message)
        pytest.skip(message)


def assert_it_opens(report):
    page = open_page(report)
    assert page.errors == []
    assert page.pictures == len(list((report.parent / "figures").iterdir())) > 15
    assert page.missing == []
    assert page.overflow <= 0
    return page


def test_a_report_opens_without_an_error(tmp_path):
    page = assert_it_opens(write_report(make_run(3), tmp_path, random_networks=0))
    assert page.title == "untrained: what it learned of S_3"


@pytest.mark.exhaustive
def test_the_report_with_the_most_figures_opens_without_an_error(tmp_path):
    folder = BUNDLED_RUNS["bundled-bilinear"]
    report = write_report(load_run(folder), tmp_path, folder / TRAINING_LOG, folder / FILE, 0)
    page = assert_it_opens(report)
    assert page.title == f"{folder.name}: what it learned of S_5"
    assert page.pictures > 20


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("<script>console.error('lost', 3)</script>", "lost 3"),
        ("<script>nonsense()</script>", "Uncaught"),
        ("<img src='gone.png'>", "ERR_FILE_NOT_FOUND"),
    ],
)
def test_what_goes_wrong_is_seen(body, error, tmp_path):
    (tmp_path / "page.html").write_text(f"<title>t</title>{body}")
    page = open_page(tmp_path / "page.html")
    assert error in page.errors[0]


def test_a_picture_that_is_none_is_seen(tmp_path):
    (tmp_path / "page.html").write_text("<img src='data:image/png;base64,AAAA'>")
    page = open_page(tmp_path / "page.html")
    assert (page.pictures, page.missing) == (1, ["data:image/png;base64,AAAA"])
