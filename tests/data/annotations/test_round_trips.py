"""What is written in any format is read again, all of it."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.annotations.labelling import LabelledFile, LabelWish
from data.annotations.registry import LABEL_FORMATS
from data.annotations.yolo import find_yolo_labels
from data.errors import TruthError
from data.truth import LabelOrigin, Truth, TruthObject
from tests.data.annotations.labelled_files import HOW, labelled_files

DRAWN = tuple(how for how in HOW if how != "prediction")
CASES = [
    *((name, HOW) for name in ("coco", "voc", "cvat", "yolo")),
    ("label-studio", DRAWN),
]


def go_round(name, files):
    form = LABEL_FORMATS[name]
    with TemporaryDirectory() as folder:
        path = Path(folder, "labels")
        form.write(files, path)
        return form.read(path, LabelWish())


@pytest.mark.parametrize(("name", "how"), CASES)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_nothing_is_lost(name, how, data):
    files = data.draw(
        st.lists(
            labelled_files(how, how),
            min_size=1,
            max_size=3,
            unique_by=lambda each: find_yolo_labels(Path("images", each.file)),
        )
    )
    labels = go_round(name, files)
    assert labels.problems == ()
    assert {f.file: (f.truth, f.size) for f in labels.files} == {
        f.file: (f.truth, f.size) for f in files
    }


@pytest.mark.parametrize("name", [name for name, _ in CASES])
def test_twins_and_near_twins_stay_apart(name):
    twin = TruthObject(box=(1, 2, 8, 9), kind="pistol")
    near = TruthObject(box=(1.004, 2, 8, 9), kind="rifle", origin=None)
    truth = Truth(objects=(near, twin, twin, TruthObject(box=(1, 2, 8, 9))))
    (found,) = go_round(name, [LabelledFile("a.png", truth, (10, 10))]).files
    assert sorted(found.truth.objects, key=repr) == sorted(truth.objects, key=repr)


@pytest.mark.parametrize("name", list(LABEL_FORMATS))
def test_every_object_has_a_line_of_its_own(name):
    things = (TruthObject(box=(1, 2, 8, 9)), TruthObject(box=(1, 2, 8, 8)))
    files = [LabelledFile(f"{n}.png", Truth(objects=things), (9, 9)) for n in "ab"]
    labels = go_round(name, files)
    assert all(each.place.rpartition(":")[2].isdigit() for each in labels.files)
    places = {each.place_of(i) for each in labels.files for i in range(2)}
    # Label Studio's tasks are written one a line.
    assert len(places) == (2 if name == "label-studio" else 4)


@pytest.mark.parametrize("name", list(LABEL_FORMATS))
@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["a.png", "a.png"], "is there twice"),
        (["../a.png"], "is not a path below"),
        (["/a.png"], "is not a path below"),
        (["b//a.png"], "is not a path below"),
        ([""], "is not a path below"),
        (["b\\a.png"], "holds a character"),
    ],
)
def test_names_that_no_label_file_can_hold_are_refused(tmp_path, name, names, says):
    path = tmp_path / "labels"
    with pytest.raises(TruthError, match=says):
        LABEL_FORMATS[name].write([LabelledFile(n, Truth()) for n in names], path)
    assert not path.exists()


@pytest.mark.parametrize("name", list(LABEL_FORMATS))
def test_a_place_that_cannot_be_written_is_one_line(tmp_path, name):
    place = tmp_path / "there"
    place.mkdir()
    (place / "other").touch()
    with pytest.raises(TruthError, match="cannot be written to") as caught:
        LABEL_FORMATS[name].write([LabelledFile("a.png", Truth())], place)
    assert "\n" not in str(caught.value)
    assert [*place.iterdir()] == [place / "other"]


@pytest.mark.parametrize("name", ["voc", "yolo"])
def test_an_empty_folder_may_be_filled(tmp_path, name):
    LABEL_FORMATS[name].write([LabelledFile("a.png", Truth())], tmp_path)
    assert LABEL_FORMATS[name].read(tmp_path, LabelWish()).files[0].file == "a.png"


@pytest.mark.parametrize("name", list(LABEL_FORMATS))
def test_classes_are_renamed_as_asked(tmp_path, name):
    thing = TruthObject(box=(1, 2, 8, 9), label="Gun", kind="pistol")
    path = tmp_path / "labels"
    files = [LabelledFile("a.png", Truth(objects=(thing,)), (9, 9))]
    LABEL_FORMATS[name].write(files, path)
    labels = LABEL_FORMATS[name].read(path, LabelWish(rename={"Gun": "firearm"}))
    (found,) = labels.files[0].truth.objects
    assert found == thing.model_copy(update={"label": "firearm"})


@pytest.mark.parametrize("name", ["yolo", "label-studio"])
def test_shares_of_an_unknown_size_are_refused(tmp_path, name):
    truth = Truth(objects=(TruthObject(box=(1, 2, 8, 9)),))
    with pytest.raises(TruthError, match=r"a\.png .* its size is not known"):
        LABEL_FORMATS[name].write([LabelledFile("a.png", truth)], tmp_path / "out")


@pytest.mark.parametrize("name", [name for name in LABEL_FORMATS if name != "yolo"])
def test_pictures_that_differ_by_their_ending_stay_apart(name):
    files = [LabelledFile(n, Truth(source=n)) for n in ("a.png", "a.jpg", "a.jpg.png")]
    found = go_round(name, files).files
    assert {each.file: each.truth.source for each in found} == {
        each.file: each.file for each in files
    }


def test_pictures_that_would_share_a_yolo_file_are_refused(tmp_path):
    files = [LabelledFile(name, Truth()) for name in ("a.png", "a.jpg")]
    with pytest.raises(TruthError, match="would share one YOLO label file"):
        LABEL_FORMATS["yolo"].write(files, tmp_path / "out")


def test_a_prediction_stays_one_in_formats_that_keep_it():
    said = LabelOrigin(how="prediction", bundle="b 7", score=0.25)
    truth = Truth(objects=(TruthObject(box=(1, 2, 8, 9), origin=said),))
    for name in ("coco", "cvat", "voc", "yolo"):
        (found,) = go_round(name, [LabelledFile("a.png", truth, (9, 9))]).files
        assert found.truth == truth
