"""Names in label files, and the scans that they mean."""

from pathlib import Path

import pytest

from data.catalog.catalog import read_catalog
from data.catalog.sources import (
    Pictures,
    find_pictures,
    gather_labelled,
    list_pictures,
    refuse_unknown,
)
from data.errors import DatasetError
from data.truth import Truth
from tests.data.catalog.made import fill, gun, write_dual


def pictures(*names):
    return Pictures({name: Path(name) for name in names})


@pytest.mark.parametrize(
    ("file", "found"),
    [
        ("a/one.png", "a/one.png"),
        ("a/one", "a/one.png"),
        ("a\\one.png", "a/one.png"),
        ("one.png", "a/one.png"),
        ("elsewhere/one.jpg", None),
        ("served/a/one.jpg", "a/one.png"),
        ("one.dense.png", "a/one.png"),
        ("two.png", None),
        ("three.png", None),
    ],
)
def test_a_scan_is_found_by_whatever_only_it_is_called(file, found):
    known = pictures("a/one.png", "a/two.png", "b/two.png")
    assert known.find(file) == found


def test_yolo_does_not_name_the_folder_of_images():
    known = pictures("train/images/a.jpg", "val/images/a.jpg")
    assert known.find("val/a.jpg") is None
    assert pictures("val/images/b.jpg").find("val/b.jpg") == "val/images/b.jpg"
    assert pictures("val/images/b.jpg").find("train/b.jpg") is None


def test_a_name_with_dots_loses_only_its_ending():
    assert pictures("scan.2026.03.tiff").find("scan.2026.03.thin.png") is not None


def test_sizes_are_read_from_headers(tmp_path):
    write_dual(tmp_path / "a.tiff")
    known = find_pictures(tmp_path)
    assert known.measure("a") == (40, 30)
    assert known.measure("b") is None


def test_what_is_drawn_on_two_renderings_is_put_together(tmp_path):
    fill(tmp_path / "set", tmp_path / "disk")
    known = list_pictures(read_catalog(tmp_path / "set"))
    thin = Truth(objects=(gun(1, 1, 11, 11),), source="a")
    dense = Truth(objects=(gun(1, 1, 11, 12), gun(20, 5, 30, 9)), source="a")
    (one,) = gather_labelled(
        [("s1.thin.png", thin), ("s1.dense.png", dense)], known, prefix="x-"
    )
    assert one.name == "x-s1"
    assert [thing.box for thing in one.truth.objects] == [
        (1, 1, 11, 11),
        (20, 5, 30, 9),
    ]


def test_a_table_of_scans_that_are_not_there_is_refused(tmp_path):
    with pytest.raises(DatasetError, match=r"t\.csv: there is no scan b"):
        refuse_unknown(["a", "b"], pictures("a.png"), tmp_path / "t.csv")


def test_two_pictures_that_seem_to_be_one_scan_are_refused(tmp_path):
    fill(tmp_path / "set", tmp_path / "disk")
    known = list_pictures(read_catalog(tmp_path / "set"))
    pairs = [("lane1/s1.tiff", Truth()), ("lane2/s1.tiff", Truth())]
    with pytest.raises(DatasetError, match=r"lane1/s1\.tiff and lane2/s1\.tiff both"):
        gather_labelled(pairs, known)
