"""COCO files as tools write them."""

import json

import pytest

from data.annotations.coco import read_coco, write_coco
from data.annotations.labelling import LabelledFile, LabelWish
from data.errors import TruthError
from data.truth import Truth, TruthObject

SAMPLE = """{
"info": {"year": "2021", "version": "1.0"},
"licenses": [{"id": 1, "name": "CC BY 4.0", "url": ""}],
"categories": [
  {"id": 0, "name": "threats", "supercategory": "none"},
  {"id": 18, "name": "Gun", "supercategory": "threats"}
],
"images": [
  {"id": 397133, "file_name": "val/0003.jpg", "width": 640, "height": 427,
   "license": 1, "coco_url": "", "date_captured": "2013-11-14 17:02:52"},
  {"id": 37777, "file_name": ".\\\\val\\\\0004.jpg", "width": 352, "height": 230,
   "license": 1, "flickr_url": ""},
  {"id": 5, "file_name": "0005.jpg"}
],
"annotations": [
  {"id": 82445, "image_id": 397133, "category_id": 18, "iscrowd": 0, "area": 39.3,
   "segmentation": [[224.24, 297.18, 228.29, 297.18, 234.91, 298.29]],
   "bbox": [217.62, 240.54, 38.99, 57.75]},
  {"id": 2, "image_id": 397133, "category_id": 18, "iscrowd": 1, "area": 9,
   "segmentation": {"counts": [10, 5, 9], "size": [4, 6]}, "bbox": [1, 2, 3, 4]},
  {"id": 3, "image_id": 37777, "category_id": 18, "ignore": 1, "bbox": [0, 0, 9, 9],
   "attributes": {"occluded": false, "rotation": 0.0}},
  {"id": 4, "image_id": 37777, "category_id": 18, "bbox": [],
   "segmentation": [[1, 2, 5, 2, 5, 8], [0, 4, 2, 4, 2, 6]]},
  {"id": 5, "image_id": 37777, "category_id": 18, "bbox": [10, 20, 20, 4],
   "attributes": {"rotation": 90.0}}
]}
"""


def read(tmp_path, content, wish=None):
    text = content if isinstance(content, str) else json.dumps(content)
    path = tmp_path / "labels.json"
    path.write_text(text, encoding="utf-8")
    return read_coco(path, wish or LabelWish())


def test_a_file_as_tools_write_it_is_read(tmp_path):
    labels = read(tmp_path, SAMPLE, LabelWish(rename={"Gun": "firearm"}))
    assert labels.problems == ()
    first, second, third = labels.files
    assert (first.file, first.size, first.place) == (
        "val/0003.jpg",
        (640, 427),
        "labels.json:9",
    )
    whole, crowd = first.truth.objects
    assert whole.box == pytest.approx((217.62, 240.54, 256.61, 298.29))
    assert (whole.ignore, crowd.ignore, crowd.box) == (False, True, (1, 2, 4, 6))
    assert first.place_of(1) == "labels.json:19"
    assert second.file == "val/0004.jpg"
    ignored, polygons, turned = second.truth.objects
    assert ignored.ignore
    assert polygons.box == (0, 2, 5, 8)
    assert turned.box == pytest.approx((18, 12, 22, 32))
    assert {o.label for o in second.truth.objects} == {"firearm"}
    assert (third.file, third.size, third.truth) == (
        "0005.jpg",
        None,
        Truth(source="labels.json"),
    )


def test_all_bad_labels_are_listed_with_their_lines(tmp_path):
    text = """{"images": [
    {"id": 1, "file_name": "a.png"},
    {"id": 1, "file_name": "b.png"},
    {"id": 2, "file_name": "a.png"},
    {"id": 3},
    {"id": 4, "file_name": "d.png", "width": "x", "height": 4},
    {"file_name": "e.png"}
    ],
    "categories": [{"id": 1, "name": "gun"},
    {"id": 1, "name": "knife"},
    {"name": "nothing"}],
    "annotations": [
    {"image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]},
    {"image_id": 1, "category_id": 9, "bbox": [1, 2, 3, 4]},
    {"image_id": 1, "category_id": 1, "bbox": [1, 2, NaN, 4]},
    {"image_id": 1, "category_id": 1, "bbox": [1, 2, "wide", 4]},
    {"image_id": 1, "category_id": 1, "bbox": [1, 2, 4]},
    {"image_id": 1, "category_id": 1},
    {"image_id": 77, "category_id": 1, "bbox": [1, 2, 3, 4]},
    {"image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4], "attributes":
     {"cargosight": "{"}},
    17
    ]}"""
    labels = read(tmp_path, text)
    assert [each.file for each in labels.files] == ["a.png"]
    assert len(labels.files[0].truth.objects) == 1
    said = [str(problem).removeprefix("labels.json:") for problem in labels.problems]
    assert said == [
        "10: class id 1 is not new",
        "11: a class without id or name",
        "14: unknown class id 9",
        "15: nan is not a finite number",
        "16: 'wide' is not a number",
        "17: bbox is not x, y, width, height",
        "18: bbox is not x, y, width, height",
        "20: our note is damaged: text: Invalid JSON: EOF while parsing an object at "
        "line 1 column 1",
        "3: image id 1 is missing or not new",
        "4: a.png is labelled twice: first at labels.json:2",
        "5: an image without file_name",
        "6: 'x' is not a number",
        "7: image id None is missing or not new",
        "19: there is no image with id 77",
        "22: there is no image with id None",
    ]


def test_rows_of_no_picture_are_listed(tmp_path):
    rows = [{"image_id": 7, "category_id": 1, "bbox": [1, 2, 3, 4]}, "x"]
    labels = read(tmp_path, {"images": [], "annotations": rows})
    assert [problem.what for problem in labels.problems] == [
        "there is no image with id 7",
        "there is no image with id None",
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [('{"images": [\n}', "labels.json:2"), ("", "labels.json:1"), ("[" * 10**5, "")],
)
def test_a_file_that_is_no_json_is_one_problem(tmp_path, text, place):
    labels = read(tmp_path, text)
    (problem,) = labels.problems
    assert labels.files == ()
    assert problem.place.startswith(place)


@pytest.mark.parametrize("text", ["[]", "{}", '{"images": 1}', "7"])
def test_another_json_file_is_refused(tmp_path, text):
    with pytest.raises(TruthError, match="is not COCO"):
        read(tmp_path, text)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(TruthError, match=r"none\.json cannot be read: No such file"):
        read_coco(tmp_path / "none.json", LabelWish())


def test_other_programs_find_what_they_look_for(tmp_path):
    thing = TruthObject(box=(1, 2, 4, 8), label="knife", ignore=True)
    path = tmp_path / "out.json"
    write_coco([LabelledFile("b/a.png", Truth(objects=(thing,)), (9, 12))], path)
    content = json.loads(path.read_text(encoding="utf-8"))
    (image,), (row,) = content["images"], content["annotations"]
    assert image | {"attributes": 0} == {
        "id": 1,
        "file_name": "b/a.png",
        "width": 9,
        "height": 12,
        "attributes": 0,
    }
    assert row["bbox"] == [1, 2, 3, 6]
    assert (row["image_id"], row["iscrowd"], row["area"]) == (1, 1, 18)
    assert {"id": row["category_id"], "name": "knife"} in content["categories"]
