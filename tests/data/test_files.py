"""A file is whole, or it is the old one, or it is not there."""

import hashlib
import os
from pathlib import Path

import pytest

from data.files import (
    digest_file,
    move_durably,
    replacing,
    replacing_durably,
    sync_folder,
    write_durably,
)


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path):
    place = tmp_path / "a.txt"
    place.write_text("old")

    def fail(draft: Path) -> None:
        draft.write_text("ne")
        message = "disk full"
        raise RuntimeError(message)

    with pytest.raises(RuntimeError, match="full"), replacing(place) as draft:
        fail(draft)

    assert place.read_text() == "old"
    assert [item.name for item in tmp_path.iterdir()] == ["a.txt"]


def test_missing_folders_are_made_and_the_ending_is_kept(tmp_path):
    with replacing(tmp_path / "b" / "c" / "a.tiff") as draft:
        assert draft.suffix == ".tiff"
        draft.write_text("new")
    assert (tmp_path / "b" / "c" / "a.tiff").read_text() == "new"


@pytest.fixture
def done(monkeypatch, tmp_path):
    """What is done to the disk, and to what."""
    steps = []
    sync, replace = os.fsync, os.replace

    def note_sync(handle):
        name = Path(f"/proc/self/fd/{handle}").readlink()
        steps.append(("sync", name.relative_to(tmp_path).as_posix()))
        sync(handle)

    def note_replace(path, place):
        steps.append(("move", Path(place).relative_to(tmp_path).as_posix()))
        replace(path, place)

    monkeypatch.setattr("data.files.os.fsync", note_sync)
    monkeypatch.setattr("data.files.os.replace", note_replace)
    return steps


def test_a_file_is_on_the_disk_before_its_name_and_both_in_the_end(done, tmp_path):
    write_durably(tmp_path / "b" / "a.txt", b"new")
    (_, draft), *rest = done
    assert draft.startswith("b/.a-")
    assert rest == [("move", "b/a.txt"), ("sync", "b")]
    assert (tmp_path / "b" / "a.txt").read_bytes() == b"new"


def test_what_was_written_piece_by_piece_is_on_the_disk_too(done, tmp_path):
    with replacing_durably(tmp_path / "a.txt") as file:
        file.write(b"ne")
        file.write(b"w")
        assert done == []
    assert [what for what, _ in done] == ["sync", "move", "sync"]
    assert (tmp_path / "a.txt").read_bytes() == b"new"


def test_a_disk_that_does_not_take_a_file_leaves_the_old_one(tmp_path, monkeypatch):
    write_durably(tmp_path / "a.txt", b"old")

    def refuse(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("data.files.os.fsync", refuse)
    with pytest.raises(OSError, match="No space"):
        write_durably(tmp_path / "a.txt", b"new")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


def test_a_move_is_on_the_disk_in_both_folders(done, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a").write_bytes(b"1")
    move_durably(tmp_path / "in" / "a", tmp_path / "out" / "b")
    assert done == [("move", "out/b"), ("sync", "out"), ("sync", "in")]
    assert (tmp_path / "out" / "b").read_bytes() == b"1"
    assert list((tmp_path / "in").iterdir()) == []


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        sync_folder(tmp_path / "none")


def test_the_hash_of_a_file_is_that_of_what_it_holds_now(tmp_path):
    place = tmp_path / "a"
    for content in (b"abc", b"abd"):
        place.write_bytes(content)
        os.utime(place, ns=(0, 0))
        assert digest_file(place) == hashlib.sha256(content).hexdigest()
    with pytest.raises(FileNotFoundError):
        digest_file(tmp_path / "none")
