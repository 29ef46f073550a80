"""Tests of SAHI with stock Ultralytics, timed: on a tiny graph, but the true ones."""

import sys
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
import torch

from data.errors import TrainingError
from detector.detections import Detections
from tests.detector.seeing import make_counts
from tests.training.plain.stock import SIDE, make_scaled_bundle
from training.plain import racing
from training.plain.racing import SahiRacer
from training.plain.slicer import Sight

STEP = 52
"""From one slice to the next: 64 px less a fifth, which SAHI rounds down."""


@pytest.fixture(autouse=True)
def _keep_threads():
    """Put back what a race sets for the whole process."""
    before = cv2.getNumThreads(), torch.get_num_threads()
    yield
    cv2.setNumThreads(before[0])
    torch.set_num_threads(before[1])


def make_racer(tmp_path, *, threads=1, least_score=0.1):
    bundle = make_scaled_bundle(tmp_path / "bundle")
    return SahiRacer(bundle, tmp_path, threads=threads, least_score=least_score)


@pytest.mark.parametrize("threads", [1, 2])
def test_sahi_looks_at_overlapping_slices_with_the_bundles_network(
    tmp_path, capfd, threads
):
    racer = make_racer(tmp_path, threads=threads)
    scan = make_counts((2 * (SIDE + STEP), 2 * SIDE), pitch_mm=(2.0, 2.0))
    lap = racer.ready(scan)()
    assert (lap.tiles, lap.pixels) == (2, 2 * SIDE * SIDE)
    assert lap.found.scores.tolist() == [0.75, 0.75]
    corners = sorted(lap.found.boxes[:, :2].tolist())
    np.testing.assert_allclose(corners, [[8, 12], [8 + 2 * STEP, 12]], atol=0.01)
    assert 0 < lap.session_s == lap.run_s < lap.elapsed_s
    assert lap.given_s > 0
    assert lap.encode_s == 0
    assert racer.name.startswith("SAHI 0.")
    assert racer.name.endswith(" slices a call")
    assert torch.get_num_threads() == cv2.getNumThreads() == threads
    assert capfd.readouterr() == ("", "")


def test_scores_below_the_least_are_left_out(tmp_path):
    racer = make_racer(tmp_path, least_score=0.8)
    scan = make_counts((SIDE, SIDE), pitch_mm=(4.0, 4.0))
    assert len(racer.ready(scan)().found) == 0


class StatedSlicer:
    """Sees nothing, and takes the less time the nearer a batch is to 4."""

    side = SIDE

    def __init__(self):
        self.seen = []

    def look(self, picture, batch):
        """Note what it is shown."""
        self.seen.append((picture, batch))
        return Sight(Detections.empty(), 1 + abs(batch - 4), 0.5, 0.0)

    def count(self, picture):
        """One, whatever it is."""
        del picture
        return 1


@pytest.fixture
def slicer(monkeypatch):
    stated = StatedSlicer()
    monkeypatch.setattr(racing, "load_slicer", lambda *_, **__: stated)
    return stated


def test_the_fastest_number_of_slices_a_call_is_taken(tmp_path, slicer):
    racer = make_racer(tmp_path)
    look = racer.ready(make_counts((90, 70), pitch_mm=(4.0, 4.0)))
    tried = len(slicer.seen)
    look()
    racer.ready(make_counts((90, 70), pitch_mm=(4.0, 4.0)))()
    assert [batch for _, batch in slicer.seen[tried:]] == [4, 4]
    assert racer.name.endswith(", 4 slices a call")


def test_small_scans_are_filled_up_with_air(tmp_path, slicer):
    scan = make_counts((40, 50), [(0, 0, 40, 50)], pitch_mm=(4.0, 4.0))
    make_racer(tmp_path).ready(scan)()
    picture, _ = slicer.seen[-1]
    assert picture.shape == (SIDE, SIDE, 3)
    assert (picture[50:] == (0, 255, 128)).all()
    assert (picture[:, 40:] == (0, 255, 128)).all()
    assert (picture[:50, :40, 0] > 0).all()


def test_what_is_found_in_the_filling_is_not_part_of_the_scan(
    tmp_path, slicer, monkeypatch
):
    box = np.array([[30, 40, 60, 60]], np.float32)
    found = Detections(box, np.array([0.9], np.float32), np.array([0]))
    sight = Sight(found, 1.0, 0.5, 0.0)
    monkeypatch.setattr(slicer, "look", lambda *_: sight)
    scan = make_counts((80, 100), pitch_mm=(2.0, 2.0))
    (met,) = make_racer(tmp_path).ready(scan)().found.boxes.tolist()
    assert met == [60, 80, 80, 100]


def test_without_sahi_it_is_said_how_to_get_it_or_do_without(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "sahi", None)
    with pytest.raises(TrainingError, match=r"`pip install sahi`, or use --no-peer"):
        make_racer(tmp_path).ready(make_counts((64, 64), pitch_mm=(4.0, 4.0)))


def test_what_they_cannot_run_is_refused_in_one_line(tmp_path, monkeypatch):
    broken = SimpleNamespace(load=lambda *_, **__: 1 / 0)
    monkeypatch.setattr("ultralytics.YOLO", broken.load)
    with pytest.raises(TrainingError, match=r"cannot run dual\.onnx") as caught:
        make_racer(tmp_path).ready(make_counts((64, 64), pitch_mm=(4.0, 4.0)))
    assert len(str(caught.value).splitlines()) == 1
