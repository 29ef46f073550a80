"""A file is whole, or it is the old one, or it is not there."""

from pathlib import Path

import pytest

from data.files import replacing


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
