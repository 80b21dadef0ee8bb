"""Files are replaced atomically, and the state of the process is left alone."""

from __future__ import annotations

import os
import stat
import threading

from symrep._support.files import is_unfinished, replacing


def permissions(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_the_umask_is_not_touched(tmp_path, monkeypatch):
    def refuse(mask):
        raise AssertionError("the umask is the state of all threads")

    monkeypatch.setattr(os, "umask", refuse)
    with replacing(tmp_path / "result") as temporary:
        temporary.write_text("new")
    assert (tmp_path / "result").read_text() == "new"


def test_files_of_other_threads_have_their_permissions(tmp_path):
    (tmp_path / "expected").touch()
    expected, found, done = permissions(tmp_path / "expected"), set(), threading.Event()

    def create():
        k = 0
        while not done.is_set():
            path = tmp_path / f"{k}"
            path.touch()
            found.add(permissions(path))
            path.unlink()
            k += 1

    thread = threading.Thread(target=create)
    thread.start()
    try:
        for _ in range(300):
            with replacing(tmp_path / "result") as temporary:
                temporary.write_text("new")
    finally:
        done.set()
        thread.join()
    assert found == {expected}


def test_a_file_may_be_replaced_by_several_at_once(tmp_path):
    path = tmp_path / "result"
    with replacing(path) as first, replacing(path) as second:
        assert first != second
        assert is_unfinished(first)
        assert is_unfinished(second)
        first.write_text("first")
        second.write_text("second")
    assert path.read_text() == "first"
    assert list(tmp_path.iterdir()) == [path]
