"""Which scans of a lane have ended."""

from datetime import timedelta

import pytest

from station.lanes import keys
from station.lanes.keys import KeyBook
from station.records.moment import now


def test_a_key_is_remembered_over_a_stop(tmp_path):
    book = KeyBook(tmp_path)
    assert "a" not in book
    book.add("a")
    assert "a" in book
    again = KeyBook(tmp_path)
    assert "a" in again
    assert "b" not in again


def test_a_line_that_was_torn_spoils_no_other(tmp_path):
    KeyBook(tmp_path).add("a")
    (path,) = tmp_path.iterdir()
    with path.open("ab") as file:
        file.write(b"\n0123")
    KeyBook(tmp_path).add("b")
    book = KeyBook(tmp_path)
    assert "a" in book
    assert "b" in book


def test_keys_of_last_week_are_forgotten_in_memory_and_on_disk(tmp_path, monkeypatch):
    book = KeyBook(tmp_path)
    book.add("old")
    later = now() + keys.KEPT + timedelta(days=1)
    monkeypatch.setattr(keys, "now", lambda: later)
    book.add("new")
    assert "old" not in book
    assert "new" in book
    assert len(list(tmp_path.iterdir())) == 1


def test_a_key_that_the_disk_does_not_take_is_not_remembered(tmp_path, monkeypatch):
    def refuse(_):
        raise OSError(28, "full")

    book = KeyBook(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr("station.lanes.keys.os.fsync", refuse)
        with pytest.raises(OSError, match="full"):
            book.add("a")
    assert "a" not in book
