"""Tests of the results' JSON."""

import json

import pytest
from pydantic import ValidationError

from data.errors import ResultError
from detector.results import (
    BundleName,
    Result,
    ResultDetection,
    read_result,
    write_result,
)

FOUND = ResultDetection(
    box=(1.0, 2.5, 30.0, 9.0), score=0.75, label="firearm", alarm=True
)
RESULT = Result(
    scan="a/b.jpg",
    width=100,
    height=50,
    opaque_fraction=None,
    elapsed_s=0.5,
    bundle=BundleName(name="demo", sha256="0" * 64),
    operating_point="normal",
    detections=(FOUND,),
)


def test_the_json_has_the_stated_fields_and_no_others(tmp_path):
    write_result(RESULT, tmp_path / "deep" / "b.jpg.json")
    assert json.loads((tmp_path / "deep" / "b.jpg.json").read_text()) == {
        "scan": "a/b.jpg",
        "width": 100,
        "height": 50,
        "opaque_fraction": None,
        "elapsed_s": 0.5,
        "bundle": {"name": "demo", "sha256": "0" * 64, "signed_by": None},
        "operating_point": "normal",
        "not_inspected": [],
        "opaque_regions": [],
        "containers": [],
        "detections": [
            {
                "box": [1.0, 2.5, 30.0, 9.0],
                "score": 0.75,
                "label": "firearm",
                "alarm": True,
                "container": None,
            }
        ],
    }


def test_what_was_written_is_what_is_read(tmp_path):
    write_result(RESULT, tmp_path / "r.json")
    assert read_result(tmp_path / "r.json") == RESULT
    assert [item.name for item in tmp_path.iterdir()] == ["r.json"]


def test_boxes_and_scores_are_picked_by_label():
    knife = ResultDetection(box=(0, 0, 1, 1), score=0.5, label="knife", alarm=False)
    both = RESULT.model_copy(update={"detections": (FOUND, knife)})
    assert both.boxes("firearm").tolist() == [[1, 2.5, 30, 9]]
    assert both.scores("knife").tolist() == [0.5]
    assert both.boxes("spoon").shape == (0, 4)


@pytest.mark.parametrize(
    "box", [(0, 0, 101, 5), (-1, 0, 5, 5), (5, 0, 4, 5), (0, 9, 5, float("nan"))]
)
def test_a_box_outside_of_the_scan_is_refused(box):
    with pytest.raises(ValidationError):
        Result.model_validate(
            RESULT.model_dump() | {"detections": (FOUND.model_dump() | {"box": box},)}
        )


@pytest.mark.parametrize("text", [b"", b"{}", b"[1]", b'{"scan": 1}', b"\xff"])
def test_other_files_are_refused_in_one_line(tmp_path, text):
    (tmp_path / "r.json").write_bytes(text)
    with pytest.raises(ResultError, match="does not hold results") as caught:
        read_result(tmp_path / "r.json")
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ResultError, match=r"r\.json cannot be read"):
        read_result(tmp_path / "r.json")
