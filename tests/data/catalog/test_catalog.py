"""Versions of a dataset: they never change, and say what they are."""

import json
import os

import polars as pl
import pytest

from data.catalog.catalog import (
    list_versions,
    open_catalog,
    read_catalog,
    write_version,
)
from data.errors import DatasetError
from tests.data.catalog.made import frame_of, make_row


@pytest.fixture
def root(tmp_path):
    return tmp_path / "set"


def add(root, *rows, note="done"):
    return write_version(open_catalog(root), frame_of(*rows), note=note)


def test_a_version_is_read_as_it_was_written(root):
    written = add(root, make_row(2, scanner="S1"), make_row(1, firearm_ids=["a", "b"]))
    read = read_catalog(root)
    assert read.version == written.version
    assert read.frame["name"].to_list() == ["scan0001", "scan0002"]
    assert read.frame.equals(written.frame)


def test_earlier_versions_stay_and_each_knows_the_one_before(root):
    add(root, make_row(1))
    add(root, make_row(1), make_row(2))
    first, second = list_versions(root)
    assert (first.number, first.scans, second.number, second.scans) == (1, 1, 2, 2)
    assert second.parent_sha256 == first.sha256
    assert len(read_catalog(root, 1).frame) == 1
    assert len(read_catalog(root / "catalog/000001.json").frame) == 1


def test_nothing_new_makes_no_version(root):
    add(root, make_row(1))
    again = add(root, make_row(1), note="again")
    assert again.version.number == 1
    assert len(list_versions(root)) == 1


def test_one_hash_means_one_content_whatever_the_order(root, tmp_path):
    one = add(root, make_row(1), make_row(2))
    other = add(tmp_path / "other", make_row(2), make_row(1))
    changed = add(tmp_path / "third", make_row(2), make_row(1, site="x"))
    assert one.version.sha256 == other.version.sha256 != changed.version.sha256


def test_a_catalog_that_was_changed_is_refused(root):
    version = add(root, make_row(1)).version
    path = root / "catalog" / version.catalog
    frame_of(make_row(1, split="train")).write_parquet(path)
    with pytest.raises(DatasetError, match="was changed after it was written"):
        read_catalog(root)


def test_a_damaged_record_is_refused_in_one_line(root):
    add(root, make_row(1))
    record = root / "catalog/000001.json"
    record.write_text(json.dumps(json.loads(record.read_text()) | {"number": 0}))
    with pytest.raises(DatasetError, match=r"not the record of a version: number: "):
        read_catalog(root)


def test_two_who_write_at_once_do_not_overwrite_each_other(root):
    add(root, make_row(1))
    before = open_catalog(root)
    write_version(before, frame_of(make_row(2)), note="one")
    with pytest.raises(DatasetError, match=r"000002\.json was made meanwhile"):
        write_version(before, frame_of(make_row(3)), note="other")
    assert read_catalog(root).frame["name"].to_list() == ["scan0002"]


def test_a_version_without_its_record_is_none(root):
    """As when the machine stops between the two files."""
    add(root, make_row(1))
    add(root, make_row(1), make_row(2))
    (root / "catalog/000002.json").unlink()
    assert [version.number for version in list_versions(root)] == [1]
    add(root, make_row(1), make_row(3))
    assert [version.number for version in list_versions(root)] == [1, 2]


def test_what_was_held_out_must_stay_so(root):
    add(root, make_row(1, split="held-out"), make_row(2, split="train"))
    for split in ("train", "validation", None):
        with pytest.raises(DatasetError, match="scan0001 was held out and must stay"):
            add(root, make_row(1, split=split), make_row(2, split="train"))
    dropped = add(root, make_row(2, split="train"))
    assert dropped.version is not None
    assert dropped.version.held_out_sha256 is None
    with pytest.raises(DatasetError, match="scan0001 was held out and must stay"):
        add(root, make_row(1, split="train"), make_row(2, split="train"))


def test_a_disk_without_links_will_do(root, monkeypatch):
    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    add(root, make_row(1))
    before = open_catalog(root)
    add(root, make_row(2))
    with pytest.raises(DatasetError, match="was made meanwhile"):
        write_version(before, frame_of(make_row(3)), note="")
    assert len(list_versions(root)) == 2


def test_the_seal_is_of_the_held_out_scans_and_their_truth(root, tmp_path):
    one = add(root, make_row(1, split="held-out"), make_row(2)).version
    same = add(tmp_path / "a", make_row(1, split="held-out")).version
    other = add(
        tmp_path / "b", make_row(1, split="held-out", truth_sha256="f" * 64)
    ).version
    assert one.held_out == same.held_out == 1
    assert one.held_out_sha256 == same.held_out_sha256 != other.held_out_sha256


def test_scans_are_selected_by_a_condition(root):
    rows = [make_row(n, firearms=n, site="KCT" if n % 2 else None) for n in range(4)]
    catalog = add(root, *rows)
    assert catalog.select("firearms > 1 AND site = 'KCT'")["firearms"].to_list() == [3]
    assert len(catalog.select(None)) == 4
    for wrong in ("firearm > 1", "firearms >", "site"):
        with pytest.raises(DatasetError, match="is no condition on the columns"):
            catalog.select(wrong)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([make_row(1), make_row(1)], "two scans with the name"),
        ([make_row(1), make_row(1, name="b")], "two scans with the sha256"),
        ([make_row(1, width=None)], "rows without width"),
    ],
)
def test_a_catalog_with_faults_is_not_written(root, rows, words):
    with pytest.raises(DatasetError, match=words):
        add(root, *rows)
    assert not list_versions(root)


def test_other_columns_are_refused(root):
    frame = frame_of(make_row(1)).with_columns(pl.lit("x").alias("mood"))
    with pytest.raises(DatasetError, match="other columns than this version has: mood"):
        write_version(open_catalog(root), frame, note="")


def test_a_folder_with_other_things_is_not_taken(tmp_path):
    (tmp_path / "letter.txt").touch()
    with pytest.raises(DatasetError, match="holds other things"):
        open_catalog(tmp_path)


def test_a_folder_without_versions_is_no_dataset(tmp_path):
    with pytest.raises(DatasetError, match=r"no catalogued dataset.*dataset import"):
        read_catalog(tmp_path)


def test_a_version_that_is_not_there_is_refused(root):
    add(root, make_row(1))
    with pytest.raises(DatasetError, match="no version 7; it has 1 to 1"):
        read_catalog(root, 7)
