"""Datasets of ours and of YOLO are read, and what is wrong with them is said."""

import json

import cv2
import numpy as np
import pytest

from data.dataset import INDEX, hash_file, read_dataset
from data.errors import DatasetError
from data.truth import Truth, TruthObject

BOX = (1.0, 2.0, 5.0, 8.0)


def write_ours(root, splits=("train", "validation", "held-out"), **changes):
    (root / "scans").mkdir(parents=True)
    rows = []
    for number, split in enumerate(splits):
        scan, truth = f"scans/{number}.tiff", f"scans/{number}.truth.json"
        (root / scan).write_bytes(b"scan" + bytes([number]))
        objects = (TruthObject(box=BOX),) if number == 0 else ()
        (root / truth).write_text(Truth(objects=objects).model_dump_json())
        rows.append(
            {"scan": scan, "truth": truth, "split": split, "group": f"g{number}"}
        )
    content = {"format": 1, "name": "n", "seed": 0, "synthetic": True, "scans": rows}
    (root / INDEX).write_text(json.dumps(content | changes))
    return root


def write_yolo(root, splits=("train", "val")):
    for split in splits:
        (root / split / "images").mkdir(parents=True)
        (root / split / "labels").mkdir()
        for name in "ba":
            picture = np.zeros((20, 80, 3), np.uint8)
            cv2.imwrite(str(root / split / "images" / f"{name}.jpg"), picture)
        (root / split / "labels" / "a.txt").write_text("0 0.5 0.5 0.5 1.0\n")
    lines = [f"{split}: {split}/images" for split in splits]
    (root / "data.yaml").write_text("\n".join([*lines, "names: [firearm]"]))
    return root


def test_a_dataset_of_ours_is_read(tmp_path):
    dataset = read_dataset(write_ours(tmp_path / "d"))
    assert dataset.synthetic
    assert dataset.root == tmp_path / "d"
    by_name = {sample.name: sample for sample in dataset.samples}
    assert {n: s.split for n, s in by_name.items()} == {
        "0": "train",
        "1": "validation",
        "2": "held-out",
    }
    assert by_name["1"].group == "g1"
    assert by_name["0"].scan.read_bytes() == b"scan\x00"
    assert by_name["0"].truth((10, 10)).boxes().tolist() == [list(BOX)]
    assert by_name["1"].truth((10, 10)).objects == ()


def test_the_index_itself_may_be_named(tmp_path):
    root = write_ours(tmp_path / "d")
    assert read_dataset(root / INDEX) == read_dataset(root)


def test_a_yolo_dataset_is_read(tmp_path):
    dataset = read_dataset(write_yolo(tmp_path))
    assert not dataset.synthetic
    assert [(s.name, s.split) for s in dataset.samples] == [
        ("train/a.jpg", "train"),
        ("train/b.jpg", "train"),
        ("val/a.jpg", "validation"),
        ("val/b.jpg", "validation"),
    ]
    labelled, clean = dataset.samples[:2]
    assert labelled.truth((80, 20)).boxes().tolist() == [[20, 0, 60, 20]]
    assert clean.truth((80, 20)).objects == ()


def test_the_hash_follows_names_splits_scans_and_truth(tmp_path):
    same = [read_dataset(write_ours(tmp_path / n)).sha256 for n in ("a", "b")]
    assert same[0] == same[1]
    found = {same[0]}
    other = write_ours(tmp_path / "c", ("train", "train", "held-out"))
    found.add(read_dataset(other).sha256)
    (tmp_path / "a" / "scans" / "1.tiff").write_bytes(b"other")
    found.add(read_dataset(tmp_path / "a").sha256)
    (tmp_path / "b" / "scans" / "1.truth.json").write_text(
        Truth(source="me").model_dump_json()
    )
    found.add(read_dataset(tmp_path / "b").sha256)
    assert len(found) == 4


def test_a_file_that_is_not_there_has_an_empty_hash(tmp_path):
    assert hash_file(tmp_path / "none") == ""


def assert_refused(path, words):
    with pytest.raises(DatasetError, match=words) as caught:
        read_dataset(path)
    assert "\n" not in str(caught.value)


def test_a_missing_folder_is_refused(tmp_path):
    assert_refused(tmp_path / "none", "is not a folder")


def test_a_folder_without_an_index_is_refused(tmp_path):
    assert_refused(tmp_path, r"no catalog, no dataset.json and no data.yaml")


def test_an_interrupted_simulation_says_how_to_finish_it(tmp_path):
    (tmp_path / "simulation.json").write_text("{}")
    assert_refused(tmp_path, "start it again")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 2}', "\x00"])
def test_an_index_that_is_none_is_refused(tmp_path, content):
    (tmp_path / INDEX).write_text(content)
    assert_refused(tmp_path, "is not a dataset")


@pytest.mark.parametrize("path", ["../x.tiff", "/etc/passwd", "", "a\\b.tiff"])
def test_paths_that_leave_the_folder_are_refused(tmp_path, path):
    row = {"scan": path, "truth": "t.json", "split": "train"}
    write_ours(tmp_path / "d", scans=[row])
    assert_refused(tmp_path / "d", "path below the dataset")


def test_an_unknown_split_is_refused(tmp_path):
    assert_refused(write_ours(tmp_path / "d", ("train", "test")), "scans.1.split")


def test_missing_files_are_named(tmp_path):
    root = write_ours(tmp_path / "d")
    (root / "scans" / "1.tiff").unlink()
    assert_refused(root, "names 1.tiff, which")
    (root / "scans" / "2.truth.json").unlink()
    assert_refused(root, "1 more")


def test_a_dataset_with_nothing_to_train_on_is_refused(tmp_path):
    assert_refused(write_ours(tmp_path / "a", ("validation",)), "no scans to train on")
    assert_refused(write_ours(tmp_path / "b", ()), "no scans to train on")
    assert_refused(write_yolo(tmp_path / "c", ("val",)), "no scans to train on")


def test_a_yolo_folder_without_pictures_is_refused(tmp_path):
    write_yolo(tmp_path)
    for picture in (tmp_path / "val" / "images").iterdir():
        picture.unlink()
    assert_refused(tmp_path, "There is no scan in")
