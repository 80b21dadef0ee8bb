import errno

import pytest

from symrep._support import commands
from symrep._support.errors import CheckFailed


def ending(error, capsys):
    """The exit code and the message of a command that raises an error."""

    def app():
        raise error

    with pytest.raises(SystemExit) as end:
        commands.run(app)
    output, message = capsys.readouterr()
    assert output == ""
    return end.value.code, message


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (CheckFailed("two checks failed"), 1, "two checks failed"),
        (ValueError("x must be 1 or more"), 2, "x must be 1 or more"),
        (MemoryError(), 2, "not enough memory"),
        (IsADirectoryError(errno.EISDIR, "Is a directory", "here"), 2, "here: Is a directory"),
        (OSError(errno.ENOSPC, "No space left on device"), 2, "No space left on device"),
        (ValueError("here: [Errno 21] Is a directory: 'here'"), 2, "here: Is a directory: 'here'"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_errors_of_a_user_are_one_sentence(capsys, error, code, message):
    assert ending(error, capsys) == (code, f"error: {message}\n")


def test_errors_of_the_program_are_not_hidden():
    with pytest.raises(AssertionError, match="an invariant"):
        commands.run(lambda: (_ for _ in ()).throw(AssertionError("an invariant")))


@pytest.fixture
def clutter(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "nothing").symlink_to("nowhere")
    (tmp_path / "link").symlink_to("file")


KINDS = {
    commands.input_file: {"file", "link"},
    commands.input_folder: {"folder"},
    commands.output_file: {"file", "link", "new"},
    commands.output_folder: {"folder", "new"},
}


@pytest.mark.usefixtures("clutter")
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("name", ["file", "link", "folder", "new", "nothing", ""])
def test_paths_are_of_their_kind_or_named(kind, name):
    if name in KINDS[kind]:
        assert str(kind(name, "a thing")) == name
        return
    with pytest.raises(ValueError, match="expected a thing") as caught:
        kind(name, "a thing")
    assert str(caught.value).startswith(name)


@pytest.mark.parametrize("name", ["table", "json", "csv", "markdown", "latex"])
def test_formats(name):
    assert commands.parse_format(name) == name
    assert commands.parse_format("text") == "table"
