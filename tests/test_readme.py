"""The README and the pages under docs: code runs, commands exist, links lead somewhere."""

from __future__ import annotations

import importlib
import json
import re
import shlex
from dataclasses import fields
from pathlib import Path
from typing import NamedTuple

import pytest
import typer

from analysis import BUNDLED_RUN, MEASURES, Configuration, Layers, load_run, plan
from analysis import cli as analysis_cli
from symrep import cli as symrep_cli

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
DOCS = ROOT / "docs"
PAGES = [README, *sorted(DOCS.glob("*.md"))]
PROGRAMS = {"symrep": symrep_cli, "symrep-analysis": analysis_cli}

LONGEST_README = 150

QUICK = (["symrep-analysis", "measures"], ["symrep-analysis", "metrics", "bundled"])
"""Commands on networks that are run; of others the arguments are parsed, and no more."""

RENAMED = {"behaviour"}
"""Commands that are kept under an old name."""


class Block(NamedTuple):
    """A fenced block of a page, and the text block that follows it."""

    page: str
    language: str
    text: str
    printed: str | None

    def __str__(self) -> str:
        return f"{self.page}: {self.text.strip().splitlines()[-1]}"


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def blocks_of(page: Path) -> list[Block]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", text_of(page), flags=re.DOTALL | re.MULTILINE)
    after = [text if language == "text" else None for language, text in found[1:]] + [None]
    return [Block(page.name, *block, printed) for block, printed in zip(found, after, strict=True)]


BLOCKS = [block for page in PAGES for block in blocks_of(page)]

PYTHON = [b for b in BLOCKS if b.language == "python" and b.page != "architecture.md"]
"""Those of docs/architecture.md are run by test_architecture.py."""

LINES = [
    shlex.split(line)
    for block in BLOCKS
    if block.language == "sh"
    for line in block.text.splitlines()
]
COMMANDS = [words for words in LINES if words[0] in PROGRAMS]


def written_commands(page: Path) -> set[str]:
    """Commands of symrep-analysis that a page names, in blocks or in its text."""
    return set(re.findall(r"symrep-analysis ([a-z]+)", text_of(page)))


@pytest.mark.parametrize("block", PYTHON, ids=str)
def test_python_runs_alone_and_prints_what_is_shown(block, capsys):
    exec(compile(block.text, block.page, "exec"), {"__name__": "__main__"})
    assert capsys.readouterr().out == (block.printed or "")


def test_every_text_block_is_the_output_of_one_before_it():
    outputs = [block for block in BLOCKS if block.printed is not None]
    assert len(outputs) == sum(block.language == "text" for block in BLOCKS)
    assert {block.language for block in outputs} == {"python"}


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_commands_take_their_arguments(words):
    group = typer.main.get_command(PROGRAMS[words[0]].app)
    context = group.make_context(words[0], words[1:])
    name, command, rest = group.resolve_command(context, words[1:])
    command.make_context(name, rest, parent=context)


@pytest.mark.parametrize(
    "words", [c for c in COMMANDS if c[0] == "symrep" or c in QUICK], ids=" ".join
)
def test_quick_commands_run(words, monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", words)
    with pytest.raises(SystemExit) as end:
        PROGRAMS[words[0]].main()
    assert not end.value.code
    assert capsys.readouterr().out


def test_blocks_of_commands_have_no_comments():
    """The shell of macOS takes them for arguments."""
    assert not [words for words in LINES if "#" in words]


def test_make_has_the_targets_that_pages_name():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {words[1] for words in LINES if words[0] == "make"}
    assert {"test", "demo", "benchmark"} <= targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE)


def test_the_readme_is_short():
    assert len(text_of(README).splitlines()) <= LONGEST_README


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_and_headings(page):
    for link in re.findall(r"\]\(([^)]*)\)", text_of(page)):
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        assert target.is_file(), link
        if target.suffix == ".png":
            assert target.read_bytes().startswith(b"\x89PNG")
        headings = re.findall(r"^#+ (.*)$", text_of(target), re.MULTILINE) if anchor else []
        slugs = [re.sub(r"[^\w -]", "", head).lower().replace(" ", "-") for head in headings]
        assert not anchor or anchor in slugs, link


def test_the_readme_links_to_every_page():
    links = re.findall(r"\]\(docs/(\w+\.md)\)", text_of(README))
    assert {page.name for page in PAGES if page != README} <= set(links)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_names_and_files_in_the_text_exist(page):
    for name in re.findall(r"`((?:symrep|analysis)(?:\.\w+)+)`", text_of(page)):
        if not name.endswith((".py", ".ipynb")):
            parent, leaf = name.rsplit(".", 1)
            try:
                importlib.import_module(name)
            except ModuleNotFoundError:
                assert hasattr(importlib.import_module(parent), leaf), name
    for path in re.findall(r"`((?:notebooks|tests|analysis|symrep|docs)/[\w/.]*)`", text_of(page)):
        assert (ROOT / path).exists(), path


def test_the_configuration_is_that_of_the_bundled_run():
    first, sweep = (json.loads(b.text) for b in BLOCKS if b.language == "json")
    assert load_run(BUNDLED_RUN).configuration == Configuration.from_mapping(first, strict=True)
    assert len(plan(sweep)) == 6


def test_the_pages_are_complete():
    training, analysis = text_of(DOCS / "training.md"), text_of(DOCS / "analysis.md")
    for field in (*fields(Configuration), *fields(Layers)):
        assert f"`{field.name}`" in training
    for measure in MEASURES:
        assert f"`{measure}`" in analysis
    commands = set(typer.main.get_command(analysis_cli.app).commands)
    assert commands - RENAMED <= written_commands(DOCS / "analysis.md")
