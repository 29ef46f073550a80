"""Tests of SAHI over whole scans."""

import sys
from pathlib import PurePosixPath
from types import SimpleNamespace
from typing import Final

import numpy as np
import pytest
import torch
from sahi import AutoDetectionModel

from benchmark import judge_folder
from data.errors import ResultError, TrainingError
from data.formats import ScanFile, write_scan
from detector.results import read_result
from tests.training.plain.datasets import BOX, make_scan, write_dataset
from training.plain import slicing
from training.plain.settings import PlainSettings, SlicingSettings
from training.plain.slicing import detect_plain, list_split
from training.plain.start import write_start

SMALL = SlicingSettings(tile_side=64)


class DarkFinder:
    """A network to SAHI: finds what is dark in a slice, with a stated score."""

    names: Final = {0: "firearm"}
    task: Final = "detect"

    def __init__(self):
        self.score = 0.9
        self.seen: list[tuple[int, ...]] = []
        self.loaded: list[object] = []

    def __call__(self, images, **_):
        """Answer as Ultralytics does, for each slice."""
        self.seen += [image.shape for image in images]
        return [self._answer(image) for image in images]

    def _answer(self, image):
        rows, columns = np.nonzero(image[:, :, 0] < 60)
        if not len(rows):
            return SimpleNamespace(boxes=SimpleNamespace(data=torch.empty(0, 6)))
        box = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        found = np.array([[*box, self.score, 0]])
        return SimpleNamespace(boxes=SimpleNamespace(data=torch.tensor(found)))


@pytest.fixture
def finder(monkeypatch, tmp_path):
    """Put the finder in place of what is loaded."""
    finder = DarkFinder()

    def load(*given):
        finder.loaded.append(given)
        return AutoDetectionModel.from_pretrained(
            "ultralytics", model=finder, confidence_threshold=0.01, device="cpu"
        )

    monkeypatch.setattr(slicing, "_load", load)
    (tmp_path / "checkpoint.pt").write_bytes(b"weights")
    return finder


def detect(tmp_path, scans, settings=SMALL, told=None):
    return detect_plain(
        tmp_path / "checkpoint.pt",
        scans,
        tmp_path / "out",
        settings=settings,
        progress=lambda *step: told.append(step) if told is not None else None,
    )


def as_file(tmp_path, name, scan):
    write_scan(scan, tmp_path / name)
    return ScanFile(tmp_path / name, PurePosixPath(name))


@pytest.mark.usefixtures("finder")
def test_boxes_come_back_in_pixels_of_the_file(tmp_path):
    boxes = (BOX, (236.0, 50.0, 276.0, 80.0))
    file = as_file(tmp_path, "a.tiff", make_scan(boxes=boxes))
    assert detect(tmp_path, [file]) == 1
    result = read_result(tmp_path / "out" / "a.tiff.json")
    assert (result.scan, result.width, result.height) == ("a.tiff", 300, 90)
    assert (result.opaque_fraction, result.operating_point) == (None, "stated")
    found = sorted(result.boxes("firearm").tolist())
    np.testing.assert_allclose(found, boxes, atol=0.01)
    assert all(one.alarm for one in result.detections)


def test_a_scan_smaller_than_a_slice_is_seen_in_one_of_full_size(tmp_path, finder):
    file = as_file(tmp_path, "a.tiff", make_scan(70, 50))
    detect(tmp_path, [file])
    assert finder.seen == [(64, 64, 3)]
    (box,) = read_result(tmp_path / "out" / "a.tiff.json").boxes("firearm")
    np.testing.assert_allclose(box, BOX, atol=0.01)


def test_slices_overlap_by_a_fifth_and_the_whole_is_not_looked_at(tmp_path, finder):
    file = as_file(tmp_path, "a.tiff", make_scan(2 * (64 + 52), 90))
    detect(tmp_path, [file])
    assert finder.seen == [(64, 64, 3)] * 2


@pytest.mark.usefixtures("finder")
@pytest.mark.parametrize(("merge", "width"), [(False, 56), (True, 64)])
def test_parts_of_what_a_slice_cuts_are_joined_only_if_it_is_stated(
    tmp_path, merge, width
):
    long = (72.0, 12.0, 136.0, 36.0)
    file = as_file(tmp_path, "a.tiff", make_scan(boxes=(long,)))
    detect(tmp_path, [file], SMALL.model_copy(update={"merge": merge}))
    boxes = read_result(tmp_path / "out" / "a.tiff.json").boxes("firearm")
    assert max(boxes[:, 2] - boxes[:, 0]) == pytest.approx(width, abs=0.01)


def test_the_threshold_tells_alarms_from_detections(tmp_path, finder):
    file = as_file(tmp_path, "a.tiff", make_scan())
    for score, alarm in ((0.25, True), (0.24, False)):
        finder.score = score
        (tmp_path / "checkpoint.pt").write_bytes(str(score).encode())
        detect(tmp_path, [file])
        (found,) = read_result(tmp_path / "out" / "a.tiff.json").detections
        assert (found.score, found.alarm) == (score, alarm)


def test_what_is_done_is_done_again_only_for_another_network_or_question(
    tmp_path, finder
):
    files = [as_file(tmp_path, f"{name}.tiff", make_scan()) for name in "ab"]
    told: list[tuple[int, int]] = []
    assert detect(tmp_path, files[:1], told=told) == 1
    assert detect(tmp_path, files, told=told) == 1
    assert told == [(0, 1), (1, 1), (1, 2), (2, 2)]
    assert detect(tmp_path, files) == 0
    assert len(finder.loaded) == 2
    moved = SMALL.model_copy(update={"device": "0"})
    assert detect(tmp_path, files, moved) == 0
    (tmp_path / "out" / "a.tiff.json").write_text("half")
    assert detect(tmp_path, files) == 1
    assert detect(tmp_path, files, SMALL.model_copy(update={"threshold": 0.5})) == 2
    (tmp_path / "checkpoint.pt").write_bytes(b"other weights")
    assert detect(tmp_path, files) == 2


@pytest.mark.usefixtures("finder")
def test_results_of_a_split_are_judged_as_ours_are(tmp_path):
    dataset = write_dataset(tmp_path / "dataset")
    scans = list_split(dataset, "held-out")
    assert [str(scan.name) for scan in scans] == ["scans/held-out.tiff"]
    detect(tmp_path, scans)
    judged = judge_folder(tmp_path / "out", dataset, split="held-out")
    assert judged.bundle == "plain pipeline"
    assert judged.pd is not None
    assert judged.pd.share == 1
    assert judged.precision.ap50 == pytest.approx(1)


def test_a_split_without_scans_is_refused(tmp_path):
    dataset = write_dataset(tmp_path / "dataset", splits=("train",))
    with pytest.raises(ResultError, match="has no held-out scans"):
        list_split(dataset, "held-out")


def test_a_network_is_loaded_and_looks_at_a_scan(tmp_path, capfd):
    write_start(PlainSettings(base="default"), tmp_path / "checkpoint.pt")
    file = as_file(tmp_path, "a.tiff", make_scan())
    faint = SMALL.model_copy(update={"least_score": 0.0})
    assert detect(tmp_path, [file], faint) == 1
    result = read_result(tmp_path / "out" / "a.tiff.json")
    scores = result.scores("firearm")
    assert len(scores) > 0
    assert (np.diff(scores) <= 0).all()
    assert result.elapsed_s > 0
    assert capfd.readouterr() == ("", "")


def test_what_cannot_be_loaded_is_refused_in_one_line(tmp_path):
    file = as_file(tmp_path, "a.tiff", make_scan())
    with pytest.raises(TrainingError, match=r"checkpoint\.pt does not exist"):
        detect(tmp_path, [file])
    (tmp_path / "checkpoint.pt").write_bytes(b"nothing")
    with pytest.raises(TrainingError, match="cannot be loaded on cpu") as caught:
        detect(tmp_path, [file])
    assert len(str(caught.value).splitlines()) == 1


def test_without_sahi_it_is_said_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "sahi", None)
    file = as_file(tmp_path, "a.tiff", make_scan())
    (tmp_path / "checkpoint.pt").write_bytes(b"weights")
    with pytest.raises(TrainingError, match="`pip install sahi`"):
        detect(tmp_path, [file])
    assert not (tmp_path / "out").exists()
