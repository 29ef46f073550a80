"""Pascal VOC files as tools write them."""

from typing import Any

import pytest

from data.annotations.labelling import LabelledFile, LabelWish
from data.annotations.voc import read_voc, write_voc
from data.annotations.xml_text import read_xml
from data.errors import TruthError
from data.truth import Truth, TruthObject

SAMPLE = """<annotation>
	<folder>VOC2007</folder>
	<filename>000005.jpg</filename>
	<path>C:\\\\scans\\\\000005.jpg</path>
	<source><database>Unknown</database></source>
	<size>
		<width>500</width>
		<height>375</height>
		<depth>3</depth>
	</size>
	<segmented>0</segmented>
	<object>
		<name> Gun </name>
		<pose>Rear</pose>
		<truncated>0</truncated>
		<difficult>1</difficult>
		<bndbox>
			<xmin>263</xmin>
			<ymin>211.5</ymin>
			<xmax>324</xmax>
			<ymax>339</ymax>
		</bndbox>
		<part><name>grip</name><bndbox><xmin>1</xmin></bndbox></part>
	</object>
	<object>
		<type>robndbox</type>
		<name>Gun</name>
		<robndbox><cx>20</cx><cy>22</cy><w>20</w><h>4</h>
		<angle>1.5707963267948966</angle></robndbox>
	</object>
</annotation>
"""


def parse(path) -> Any:
    return read_xml(path)


def write(folder, text, name="a.xml"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_as_tools_write_it_is_read(tmp_path):
    write(tmp_path, SAMPLE, "Annotations/lane 1/000005.xml")
    labels = read_voc(tmp_path, LabelWish())
    assert labels.problems == ()
    (found,) = labels.files
    assert (found.file, found.size) == ("lane 1/000005.jpg", (500, 375))
    assert found.place == "Annotations/lane 1/000005.xml:1"
    whole, turned = found.truth.objects
    assert whole == TruthObject(box=(263, 211.5, 324, 339), label="Gun", ignore=True)
    assert turned.box == pytest.approx((18, 12, 22, 32))
    assert found.place_of(1).endswith("000005.xml:25")


def test_one_file_alone_can_be_named(tmp_path):
    write(tmp_path, SAMPLE, "b.xml")
    path = write(tmp_path, SAMPLE.replace("000005", "7").replace("<width>500", "<w>"))
    path.write_text(path.read_text().replace("</width>", "</w>"))
    (found,) = read_voc(path, LabelWish()).files
    assert (found.file, found.size) == ("7.jpg", None)


def test_all_bad_labels_are_listed_with_their_lines(tmp_path):
    write(tmp_path, SAMPLE, "good.xml")
    box = "<bndbox><xmin>{}</xmin><ymin>1</ymin><xmax>9</xmax></bndbox>"
    things = "\n".join(
        f"<object>{thing}</object>"
        for thing in (
            box.format(1),
            f"<name>a</name>{box.format('x')}",
            f"<name>a</name>{box.format(1)}",
            "<name>a</name>",
            f"<name>a</name>{box.format('inf')}",
        )
    )
    start = "<annotation>\n<filename>b.jpg</filename>"
    write(tmp_path, f"{start}{things}</annotation>", "b.xml")
    write(tmp_path, "<annotation>\n<filename>", "cut.xml")
    write(tmp_path, "", "empty.xml")
    write(tmp_path, "<?xml version='1.0' encoding='utf-7x'?>\n<a/>", "encoded.xml")
    write(tmp_path, "<annotation/>", "nameless.xml")
    write(tmp_path, "<svg/>", "other.xml")
    write(tmp_path, '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "trap.xml")
    labels = read_voc(tmp_path, LabelWish())
    assert [each.file for each in labels.files] == ["b.jpg", "000005.jpg"]
    assert [str(problem) for problem in labels.problems] == [
        "b.xml:2: an object without name",
        "b.xml:3: 'x' is not a number",
        "b.xml:4: ymax is missing",
        "b.xml:5: xmin is missing",
        "b.xml:6: inf is not a finite number",
        "cut.xml:2: it is not XML: no element found",
        "empty.xml:1: it is not XML: no element found",
        "encoded.xml:1: it cannot be read as XML: unknown encoding: utf-7x",
        "nameless.xml:1: it names no picture: filename is missing",
        "other.xml:1: it is not VOC: it begins with <svg>, not <annotation>",
        "trap.xml:1: it cannot be read as XML: it has a document type (<!DOCTYPE), "
        "which labels must not",
    ]


@pytest.mark.parametrize("text", [None, "<svg/>"])
def test_a_folder_without_voc_is_refused(tmp_path, text):
    if text:
        write(tmp_path, text)
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(TruthError, match="holds no VOC files"):
            read_voc(path, LabelWish())


def test_lines_are_right_in_long_files(tmp_path):
    text = "<a>" + "\n<b/>" * 70_000 + "<c/></a>"
    root = parse(write(tmp_path, text))
    assert root.children[-1].line == 70_001


def test_other_programs_find_what_they_look_for(tmp_path):
    thing = TruthObject(box=(1, 2, 4.5, 8), ignore=True)
    truth = Truth(objects=(thing,))
    write_voc([LabelledFile("b/a.png", truth, (9, 12))], tmp_path / "out")
    root = parse(tmp_path / "out/b/a.xml")
    assert root.say("filename") == "a.png"
    assert root.say("size", "width") == "9"
    assert root.say("object", "difficult") == "1"
    assert root.say("object", "bndbox", "xmin") == "1"
    assert root.say("object", "bndbox", "xmax") == "4.5"


def test_a_folder_that_is_named_like_a_file_is_no_label_file(tmp_path):
    write(tmp_path, SAMPLE, "lane.xml/a.xml")
    labels = read_voc(tmp_path, LabelWish())
    assert labels.problems == ()
    assert [each.file for each in labels.files] == ["lane.xml/000005.jpg"]
