"""Folders in the YOLO layout, as tools write them and as tools change ours."""

import cv2
import numpy as np
import pytest

from data.annotations.labelling import LabelledFile, LabelWish
from data.annotations.yolo_folder import read_yolo
from data.annotations.yolo_writing import write_yolo
from data.dataset import read_dataset
from data.errors import TruthError
from data.truth import Truth, TruthObject

SIZES = {"a.png": (100, 50), "train/a.png": (100, 50)}


def fill(root, **files):
    """Write files by their paths, `__` for a slash and `_DOT_` for a dot."""
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_DOT_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def read(root, **wish):
    return read_yolo(root, LabelWish(sizes=SIZES.get, **wish))


NAMES = {"classes_DOT_txt": "gun\nknife\n"}


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"labels__a_DOT_txt": "1 .5 .5 .2 .2"}, "a.png"),
        ({"labels__train__a_DOT_txt": "1 .5 .5 .2 .2"}, "train/a.png"),
        (
            {
                "train__labels__a_DOT_txt": "1 .5 .5 .2 .2",
                "train__images__a_DOT_png": "",
                "README_DOT_dataset_DOT_txt": "from a tool",
            },
            "train/a.png",
        ),
        ({"a_DOT_txt": "1 .5 .5 .2 .2", "train_DOT_txt": "data/a.png"}, "a.png"),
        ({"labels__a_DOT_txt": "1 .4 .4 .6 .4 .6 .6 .4 .6"}, "a.png"),
    ],
)
def test_the_layouts_of_tools_are_read(tmp_path, files, name):
    labels = read(fill(tmp_path, **NAMES, **files), rename={"gun": "firearm"})
    assert labels.problems == ()
    (found,) = labels.files
    assert (found.file, found.size) == (name, None)
    (thing,) = found.truth.objects
    assert thing.box == pytest.approx((40, 20, 60, 30))
    assert thing.label == "knife"


@pytest.mark.parametrize(
    "names",
    [
        {"data_DOT_yaml": "train: ../train/images\nnames: [gun, knife]\n"},
        {"labels__classes_DOT_txt": "gun\nknife"},
        {"obj_DOT_names": "gun\nknife\n"},
    ],
)
def test_classes_are_named_where_tools_name_them(tmp_path, names):
    (found,) = read(fill(tmp_path, labels__a_DOT_txt="1 .5 .5 .2 .2", **names)).files
    assert found.truth.objects[0].label == "knife"


def test_a_data_yaml_may_be_named_itself(tmp_path):
    fill(tmp_path, labels__a_DOT_txt="0 .5 .5 .2 .2", x_DOT_yaml="names: [gun]")
    (found,) = read(tmp_path / "x.yaml").files
    assert found.truth.objects[0].label == "gun"


def test_a_picture_without_label_file_has_no_objects(tmp_path):
    fill(tmp_path, **NAMES, images__a_DOT_png="", images__b_DOT_png="")
    fill(tmp_path, labels__a_DOT_txt="0 .5 .5 .2 .2")
    labels = read(tmp_path)
    assert [(f.file, len(f.truth.objects)) for f in labels.files] == [
        ("a.png", 1),
        ("b.png", 0),
    ]


def test_all_bad_labels_are_listed_with_their_lines(tmp_path):
    fill(
        tmp_path,
        **NAMES,
        labels__a_DOT_txt="7 .5 .5 .2 .2\n\n0 .5 .5 .2 .2\n0 x .5 .2 .2\n0 2 .5 .2 .2",
        labels__b_DOT_txt="0 .5 .5 .2 .2",
        labels__c_DOT_cargosight_DOT_json="{",
        labels__d_DOT_cargosight_DOT_json='{"scan": {"file": "d.png", "size": [9, 9]}, '
        '"objects": [{"box": [1, 2, 3, 4]}]}',
    )
    (tmp_path / "labels/e.txt").write_bytes(b"\xff")
    labels = read(tmp_path)
    assert [len(each.truth.objects) for each in labels.files] == [1]
    assert [str(problem).partition(" (")[0] for problem in labels.problems[:5]] == [
        "labels/a.txt:1: unknown class 7",
        "labels/a.txt:4: not numbers",
        "labels/a.txt:5: box from 190.0 to 210.0 px is outside 0 to 100 px",
        "labels/b.txt:1: b: there is no such picture, and boxes are shares of its size",
        "labels/c.txt:1: our note is damaged: text: Invalid JSON: EOF while parsing an "
        "object at line 1 column 1",
    ]
    assert "not there, though 1 objects are noted" in labels.problems[5].what
    assert "it is not text" in labels.problems[6].what


@pytest.mark.parametrize("files", [{}, {"data_DOT_yaml": "names: []"}])
def test_a_folder_that_names_no_classes_is_refused(tmp_path, files):
    fill(tmp_path, labels__a_DOT_txt="0 .5 .5 .2 .2", **files)
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(TruthError, match="names no classes"):
            read(path)


FIRST = TruthObject(box=(10, 10, 20, 20), kind="pistol", mask=(100,))
SECOND = TruthObject(box=(50, 10, 70, 40), kind="rifle", contrast=0.5)


@pytest.fixture
def ours(tmp_path):
    files = [LabelledFile("a.png", Truth(objects=(FIRST, SECOND)), (100, 50))]
    write_yolo(files, tmp_path / "out")
    return tmp_path / "out"


def change(root, *lines):
    (root / "labels/a.txt").write_text("\n".join(lines), encoding="utf-8")
    labels = read(root)
    assert labels.problems == ()
    return labels.files[0].truth.objects


def test_lines_in_another_order_and_with_fewer_digits_keep_their_notes(ours):
    lines = (ours / "labels/a.txt").read_text(encoding="utf-8").splitlines()
    short = [" ".join(f"{float(n):.6g}" for n in line.split()) for line in lines]
    assert change(ours, *reversed(short)) == (SECOND, FIRST)


def test_a_line_that_was_taken_out_takes_its_note_with_it(ours):
    second = (ours / "labels/a.txt").read_text(encoding="utf-8").splitlines()[1]
    assert change(ours, second) == (SECOND,)
    assert change(ours) == ()


def test_a_box_that_was_moved_keeps_what_still_holds(ours):
    second = (ours / "labels/a.txt").read_text(encoding="utf-8").splitlines()[1]
    moved, kept = change(ours, "0 .2 .2 .2 .2", second)
    assert moved == TruthObject(box=moved.box, kind="pistol")
    assert moved.box == pytest.approx((10, 5, 30, 15))
    assert kept == SECOND


def test_a_line_that_was_added_has_no_note(ours):
    lines = (ours / "labels/a.txt").read_text(encoding="utf-8").splitlines()
    added = "0 .2 .2 .2 .2"
    first, new, second = change(ours, lines[0], added, lines[1], added)
    assert (first, second) == (FIRST, SECOND)
    assert new == TruthObject(box=new.box)


def test_a_label_file_of_another_picture_goes_by_its_own_name(ours):
    (ours / "labels/a.txt").rename(ours / "labels/b.txt")
    (ours / "labels/a.cargosight.json").rename(ours / "labels/b.cargosight.json")
    assert read(ours).files[0].file == "b"


def test_what_is_written_trains_as_yolo_has_it(ours):
    cv2.imwrite(str(ours / "images/a.png"), np.zeros((50, 100), np.uint8))
    (sample,) = read_dataset(ours).samples
    boxes = [thing.box for thing in sample.truth((100, 50)).objects]
    assert boxes[1] == pytest.approx(SECOND.box)
