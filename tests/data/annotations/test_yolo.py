"""YOLO labels and their data.yaml."""

import re
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.annotations import find_yolo_labels, read_yolo_labels, read_yolo_layout
from data.errors import DatasetError, TruthError

NAMES = ("firearm", "knife")


def write(folder, text, name="a.txt") -> Any:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@given(
    size=st.tuples(st.integers(2, 5000), st.integers(2, 5000)),
    corners=st.tuples(*[st.floats(0, 0.45)] * 2, *[st.floats(0.55, 1)] * 2),
    number=st.integers(0, 1),
)
def test_boxes_come_back_in_pixels(tmp_path_factory, size, corners, number):
    x0, y0, x1, y1 = corners
    line = f"{number} {(x0 + x1) / 2} {(y0 + y1) / 2} {x1 - x0} {y1 - y0}\n"
    path = write(tmp_path_factory.mktemp("labels"), line)
    (found,) = read_yolo_labels(path, size=size, names=NAMES).objects
    wanted = (x0 * size[0], y0 * size[1], x1 * size[0], y1 * size[1])
    assert found.box == pytest.approx(wanted, abs=1e-6)
    assert found.label == NAMES[number]


def test_a_missing_and_an_empty_file_state_that_there_is_nothing(tmp_path):
    for path in (tmp_path / "none.txt", write(tmp_path, "\n \n")):
        truth = read_yolo_labels(path, size=(9, 9), names=NAMES)
        assert truth.objects == ()
        assert truth.source == path.name


def test_a_line_that_repeats_another_counts_once(tmp_path):
    path = write(tmp_path, "0 .5 .5 .2 .2\n1 .5 .5 .2 .2\n0 0.50 .5 .2 .2\n")
    truth = read_yolo_labels(path, size=(100, 100), names=NAMES)
    assert [found.label for found in truth.objects] == ["firearm", "knife"]


def test_a_box_that_rounding_moved_out_is_cut_to_the_picture(tmp_path):
    path = write(tmp_path, "0 0.1 0.5 0.21 1.0")
    (found,) = read_yolo_labels(path, size=(100, 10), names=NAMES).objects
    assert found.box == pytest.approx((0, 0, 20.5, 10))


def test_all_wrong_lines_are_named_in_one_error(tmp_path):
    lines = {
        "2 .5 .5 .1 .1": "line 1: unknown class 2",
        "-1 .5 .5 .1 .1": "line 2: unknown class -1",
        "0.5 .5 .5 .1 .1": "line 3: unknown class 0.5",
        "0 .5 .5 0 .1": "line 4: empty box",
        "0 nan .5 .1 .1": "line 5: empty box",
        "0 .5 x .1 .1": "line 6: not numbers",
        "0 .5 .5 .1": "line 7: 4 fields",
        "0 1.2 .5 .1 .1": "line 8: box from 115.0 to 125.0 px is outside",
        "0 .5 .02 .1 .2": "line 9: box from -8.0 to 12.0 px is outside",
        "0 inf .5 .1 .1": "line 10: empty box",
        "nan .5 .5 .1 .1": "line 11: unknown class nan",
        "inf .5 .5 .1 .1": "line 12: unknown class inf",
    }
    path = write(tmp_path, "\n".join(lines) + "\n0 .5 .5 .1 .1")
    with pytest.raises(TruthError) as caught:
        read_yolo_labels(path, size=(100, 100), names=NAMES)
    said = str(caught.value)
    assert str(path) in said
    assert "line 13" not in said
    assert "\n" not in said
    for fault in lines.values():
        assert fault in said


def test_a_label_file_that_is_no_text_or_a_folder_is_one_line(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"\xff\xff")
    for path in (tmp_path / "a.txt", tmp_path):
        with pytest.raises(TruthError, match="cannot be read"):
            read_yolo_labels(path, size=(9, 9), names=NAMES)


@pytest.mark.parametrize(
    ("picture", "labels"),
    [
        ("images/images/a.b.png", "images/labels/a.b.txt"),
        ("images/train/a.jpg", "labels/train/a.txt"),
        ("x/a.jpg", "x/a.txt"),
        ("x/images.jpg", "x/images.txt"),
    ],
)
def test_labels_lie_where_yolo_looks_for_them(picture, labels):
    assert find_yolo_labels(Path(picture)) == Path(labels)


@pytest.mark.parametrize(
    "names", ["names:\n  0: gun\n  1: knife", "names: [gun, knife]"]
)
@pytest.mark.parametrize("root", ["", "path: sets\n"])
def test_a_data_yaml_names_splits_and_classes(tmp_path, names, root):
    base = tmp_path / "sets" if root else tmp_path
    for split in ("train", "val"):
        (base / split / "images").mkdir(parents=True)
    text = f"{root}train: train/images\nval: val/images\ntest:\n{names}\n"
    layout = read_yolo_layout(write(tmp_path, text, "data.yaml"))
    assert layout.root == base
    assert layout.names == ("gun", "knife")
    assert layout.splits == {
        "train": base / "train/images",
        "val": base / "val/images",
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("train: .\n", "names no classes"),
        ("train: .\nnames: []\n", "names no classes"),
        ("train: .\nnames: {1: gun}\n", "names no classes"),
        ("names: [gun]\n", "names no split"),
        ("train: none\nnames: [gun]\n", "train must be one folder that exists"),
        ("train: [., .]\nnames: [gun]\n", "train must be one folder that exists"),
        ("- 1\n", "is not a data.yaml"),
        ("", "is not a data.yaml"),
        ("a: [\n", "cannot be read"),
    ],
)
def test_a_wrong_data_yaml_is_one_line(tmp_path, text, says):
    with pytest.raises(DatasetError, match=re.escape(says)) as caught:
        read_yolo_layout(write(tmp_path, text, "data.yaml"))
    assert "\n" not in str(caught.value)


def test_a_missing_data_yaml_is_one_line(tmp_path):
    with pytest.raises(DatasetError, match="cannot be read: No such file"):
        read_yolo_layout(tmp_path / "data.yaml")


def test_a_workstation_without_pyyaml_is_told_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(DatasetError, match="Install the training packages"):
        read_yolo_layout(tmp_path / "data.yaml")
