"""The metadata of the package and of CITATION.cff agree."""

from __future__ import annotations

import tomllib
from pathlib import Path

import yaml

import symrep

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))

REFERENCE_KEYS = {
    *("type", "title", "authors", "year", "journal", "volume", "start", "end"),
    *("publisher", "url", "notes"),
}
"""Those that references here use, of the schema of CFF 1.2.0."""


def test_citation_is_of_this_version_and_of_its_authors():
    assert CITATION["version"] == symrep.__version__
    assert CITATION["title"] == PROJECT["name"]
    assert CITATION["license"] == PROJECT["license"]
    assert CITATION["authors"] == PROJECT["authors"]


def test_citation_has_what_the_schema_requires():
    assert CITATION["cff-version"] == "1.2.0"
    assert CITATION["message"]
    for reference in CITATION["references"]:
        assert {"type", "title", "authors", "year"} <= reference.keys() <= REFERENCE_KEYS
        for author in reference["authors"]:
            assert author.keys() == {"family-names", "given-names"}


def test_classifiers_begin_with_the_oldest_python():
    versions = [c.rpartition(" ")[2] for c in PROJECT["classifiers"] if ":: 3." in c]
    assert PROJECT["requires-python"] == f">={versions[0]}"
