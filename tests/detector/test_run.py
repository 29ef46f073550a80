"""Tests of the record that a training leaves and an export takes."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from data.errors import TrainingError
from detector.encoding import Encoding
from detector.run import RECORD, Run, read_run, write_run
from detector.scale import Scale
from tests.detector.graphs import NOTHING


def make_run(**changes):
    fields: dict[str, Any] = {
        "encoding": Encoding.DUAL,
        "planes": "dual",
        "scale": Scale(pitch_mm=4.0),
        "tile_side": 320,
        "tile_overlap": 96,
        "labels": ("firearm",),
        "base": "yolo26n.yaml",
        "base_sha256": None,
        "seed": 0,
        "dataset": "scans",
        "dataset_sha256": NOTHING,
        "synthetic": True,
        "checkpoint_sha256": NOTHING,
        "best_epoch": 2,
        "epochs": 3,
        "pd": 0.75,
        "pfa": 0.05,
        "ap50": 0.5,
        "ap50_95": 0.25,
        "seconds": 12.5,
        "started": datetime(2026, 1, 2, tzinfo=UTC),
        "versions": {"python": "3.11"},
    }
    return Run(**(fields | changes))


def test_a_record_comes_back_as_it_was_written(tmp_path):
    for run in (
        make_run(),
        make_run(
            encoding=Encoding.DISPLAY,
            planes="display",
            pd=None,
            scale=Scale(longest_side_px=416),
            base_sha256=NOTHING,
            commit="0a1b+",
        ),
    ):
        write_run(run, tmp_path)
        assert read_run(tmp_path) == run
    assert [path.name for path in tmp_path.iterdir()] == [RECORD]


@pytest.mark.parametrize("kind", ["missing", "empty", "file"])
def test_what_is_no_finished_training_is_refused(tmp_path, kind):
    place = tmp_path / "run"
    if kind == "empty":
        place.mkdir()
    if kind == "file":
        place.write_text("")
    with pytest.raises(TrainingError, match="not a finished training") as caught:
        read_run(place)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"encoding": "tripel"}, "encoding"),
        ({"checkpoint_sha256": "abc"}, "checkpoint_sha256"),
        ({"scale": {"pitch_mm": 0}}, "scale.pitch_mm"),
        ({"surprise": 1}, "surprise"),
        ({"started": "2026-01-02T00:00:00"}, "started"),
    ],
)
def test_a_damaged_record_is_refused_and_the_place_is_named(tmp_path, change, where):
    content = json.loads(make_run().model_dump_json()) | change
    (tmp_path / RECORD).write_text(json.dumps(content))
    with pytest.raises(TrainingError, match=f"is damaged: {where}: "):
        read_run(tmp_path)


@pytest.mark.parametrize("number", [1, 3])
def test_a_record_of_another_version_is_refused_with_what_to_do(tmp_path, number):
    content = json.loads(make_run().model_dump_json()) | {"format": number}
    for new in ("planes", "pd", "pfa"):
        del content[new]
    (tmp_path / RECORD).write_text(json.dumps(content))
    with pytest.raises(
        TrainingError, match=r"another version.*Train again\."
    ) as caught:
        read_run(tmp_path)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]"])
def test_what_is_not_json_is_refused_in_one_line(tmp_path, content):
    (tmp_path / RECORD).write_bytes(content)
    with pytest.raises(TrainingError, match="is damaged") as caught:
        read_run(tmp_path)
    assert len(str(caught.value).splitlines()) == 1
