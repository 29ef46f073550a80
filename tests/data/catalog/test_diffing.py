"""What lies between two versions, in words."""

import pytest

from data.catalog.catalog import open_catalog, read_catalog, write_version
from data.catalog.diffing import diff_versions
from data.catalog.importing import Incoming, import_scans
from data.truth import LabelOrigin, Truth
from tests.data.catalog.made import fill, gun, write_dual


@pytest.fixture
def root(tmp_path):
    fill(tmp_path / "set", tmp_path / "disk", scanner="S1")
    return tmp_path / "set"


def bring(root, name, path, truth, **stated):
    scans = [Incoming(name, path, truth, stated)]
    return import_scans(open_catalog(root), scans, note="test")


def say(root, old=1, new=None):
    return diff_versions(read_catalog(root, old), read_catalog(root, new)).list_lines()


def test_the_same_lie_nowhere_apart(root):
    difference = diff_versions(read_catalog(root), read_catalog(root))
    assert difference.empty
    assert difference.list_lines()[-1] == "  nothing: they hold the same"


def test_scans_that_are_new_and_gone_are_counted_and_named(root, tmp_path):
    path = write_dual(tmp_path / "new.tiff", seed=50)
    bring(root, "new", path, Truth(objects=(gun(1, 1, 5, 5),)), scanner="S2")
    before = open_catalog(root)
    write_version(before, before.frame.filter(before.frame["name"] != "s1"), note="")
    lines = say(root)
    assert lines[0].startswith("From set version 1 (")
    assert lines[1:] == [
        "  1 scans added, 1 firearms in them",
        "    1 of S2, no part",
        "    new",
        "  1 scans removed, 0 firearms in them",
        "    1 of S1, no part",
        "    s1",
    ]


def test_labels_that_changed_are_said_box_by_box(root, tmp_path):
    weak = LabelOrigin(how="drawn")
    truth = Truth(
        objects=(gun(1, 2, 12, 9), gun(20, 2, 30, 9, origin=weak)), source="a"
    )
    bring(root, "x", tmp_path / "disk/0.tiff", truth)
    assert say(root)[1:] == [
        "  1 scans with other labels",
        "    s0: + 1 x firearm at 1 2 12 9, + 1 x firearm at 20 2 30 9, "
        "- 1 x firearm at 1 2 11 9, by a",
    ]


def test_parts_and_facts_that_changed_are_said(root):
    before = open_catalog(root)
    frame = before.frame.with_columns(
        split=before.frame["name"].replace_strict({"s2": "train"}, default=None),
        site=before.frame["name"].replace_strict({"s1": "KCT"}, default=None),
    )
    write_version(before, frame, note="")
    assert say(root)[1:] == [
        "  1 scans in another part",
        "    s2: no part -> train",
        "  1 scans otherwise described",
        "    s1: site unknown -> KCT",
    ]


def test_long_lists_are_cut(root):
    lines = diff_versions(open_catalog(root.parent / "none"), read_catalog(root))
    assert lines.list_lines(most=1)[-2:] == ["    s0", "    and 2 more"]
