"""CVAT files as CVAT writes them."""

from typing import Any

import pytest

from data.annotations.cvat import read_cvat
from data.annotations.cvat_task import write_cvat
from data.annotations.labelling import LabelledFile, LabelWish
from data.annotations.xml_text import read_xml
from data.errors import TruthError
from data.truth import LabelOrigin, Truth, TruthObject

SAMPLE = """<?xml version="1.0" encoding="utf-8"?>
<annotations>
  <version>1.1</version>
  <meta><task><id>4</id><mode>annotation</mode></task><dumped>2026-01-02</dumped></meta>
  <image id="0" name="lane 1/a.png" subset="train" task_id="4" width="640" height="480">
    <box label="Gun" source="manual" occluded="1" xtl="1.50" ytl="2.00" xbr="9.25"
      ybr="8.00" z_order="0">
      <attribute name="ignore">true</attribute>
    </box>
    <box label="Gun" source="manual" occluded="0" xtl="10.00" ytl="20.00" xbr="30.00"
      ybr="24.00" rotation="90.00" z_order="0">
      <attribute name="ignore">false</attribute>
    </box>
    <polygon label="Gun" source="manual" points="1.0,2.0;5.0,2.5;4.0,9.0" z_order="0"/>
    <polyline label="Gun" source="manual" points="1.0,2.0;5.0,2.5" z_order="0"/>
    <ellipse label="Gun" cx="20" cy="22" rx="10" ry="2" rotation="90.00" z_order="0"/>
    <mask label="Gun" rle="3, 5" left="7" top="8" width="4" height="2" z_order="0"/>
    <tag label="night" source="manual"></tag>
  </image>
  <image id="1" name="b.png" width="64" height="48"></image>
</annotations>
"""


def parse(path) -> Any:
    return read_xml(path)


def read(tmp_path, text):
    path = tmp_path / "annotations.xml"
    path.write_text(text, encoding="utf-8")
    return read_cvat(path, LabelWish(rename={"Gun": "firearm"}))


def test_a_file_as_cvat_writes_it_is_read(tmp_path):
    labels = read(tmp_path, SAMPLE)
    assert labels.problems == ()
    first, second = labels.files
    assert (first.file, first.size) == ("lane 1/a.png", (640, 480))
    assert first.place == "annotations.xml:5"
    boxes = [thing.box for thing in first.truth.objects]
    assert boxes[0] == (1.5, 2, 9.25, 8)
    assert boxes[1] == pytest.approx((18, 12, 22, 32))
    assert boxes[2] == (1, 2, 5, 9)
    assert boxes[3] == (1, 2, 5, 2.5)
    assert boxes[4] == pytest.approx((18, 12, 22, 32))
    assert boxes[5] == (7, 8, 11, 10)
    assert [thing.ignore for thing in first.truth.objects] == [True] + [False] * 5
    assert {thing.label for thing in first.truth.objects} == {"firearm"}
    assert second.truth == Truth(source="annotations.xml")


def test_all_bad_labels_are_listed_with_their_lines(tmp_path):
    labels = read(
        tmp_path,
        """<annotations>
        <image name="a.png">
        <box label="a" xtl="1" ytl="1" xbr="2"/>
        <box label="a" xtl="1" ytl="1" xbr="nan" ybr="2"/>
        <box xtl="1" ytl="1" xbr="4" ybr="2"/>
        <points label="a" points="1,2"/>
        <polygon label="a" points="1,2,3"/>
        <polygon label="a" points=""/>
        <box label="a" xtl="1" ytl="1" xbr="4" ybr="2"/>
        </image>
        <image width="4"/>
        <image name="b.png" width="4" height="-2"/>
        <image name="a.png"/>
        </annotations>""",
    )
    (found,) = labels.files
    assert len(found.truth.objects) == 1
    assert [
        str(problem).removeprefix("annotations.xml:") for problem in labels.problems
    ] == [
        "3: ybr is missing",
        "4: nan is not a finite number",
        "5: a box without label",
        "6: a shape of type points cannot be read as a box",
        "7: a point is not x,y: 1,2,3",
        "8: an outline without points",
        "11: an image without name",
        "12: a picture of 4 x -2 px",
        "13: a.png is labelled twice: first at annotations.xml:2",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<annotations><track id='0'/></annotations>", "labels a video"),
        ("<annotation/>", "is not CVAT: it begins with <annotation>"),
    ],
)
def test_videos_and_other_files_are_refused(tmp_path, text, says):
    with pytest.raises(TruthError, match=says):
        read(tmp_path, text)


def test_a_damaged_file_is_one_problem(tmp_path):
    (problem,) = read(tmp_path, "<annotations>\n<image>\n</annotations>").problems
    assert str(problem) == "annotations.xml:3: it is not XML: mismatched tag"


def test_a_predicted_box_states_its_score_and_bundle(tmp_path):
    said = LabelOrigin(how="prediction", bundle="b 7", score=0.25)
    things = (TruthObject(box=(1, 2, 4, 8), origin=said), TruthObject(box=(1, 2, 4, 9)))
    path = tmp_path / "out.xml"
    write_cvat([LabelledFile("a.png", Truth(objects=things), (9, 9))], path)
    predicted, drawn = parse(path).find("image").find_all("box")
    says = {a.attributes["name"]: a.text for a in predicted.children}
    assert (says["score"], says["bundle"], says["ignore"]) == ("0.25", "b 7", "false")
    assert predicted.attributes["source"] == "auto"
    assert drawn.attributes["source"] == "manual"
    assert {a.attributes["name"] for a in drawn.children} == {"ignore", "cargosight"}


def test_a_long_note_is_cut_into_attributes_that_cvat_keeps(tmp_path):
    thing = TruthObject(box=(0, 0, 99, 99), mask=tuple(range(3000)))
    files = [LabelledFile("a.png", Truth(objects=(thing,)), (99, 99))]
    path = tmp_path / "out.xml"
    write_cvat(files, path)
    root = parse(path)
    parts = root.find("image").find("box").find_all("attribute")[1:]
    assert len(parts) > 2
    assert max(len(part.text) for part in parts) <= 4096
    labels = root.find("meta").find("task").find("labels").find_all("label")
    stated = {spec.say("name") for spec in labels[0].find("attributes").children}
    assert {part.attributes["name"] for part in parts} <= stated
    assert read_cvat(path, LabelWish()).files[0].truth == files[0].truth
