"""Tests of our detector with the clock running, on a tiny graph."""

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

from benchmark.speed.ours import DetectorRacer, time_bare
from detector.bundle import read_bundle
from detector.encoding import Encoding
from detector.network import Network, TilePlan
from detector.pipeline import Detector
from tests.detector.graphs import make_bundle
from tests.detector.seeing import make_counts, make_steady_graph


@pytest.fixture
def detector(tmp_path):
    make_bundle(tmp_path / "bundle", {"dual": make_steady_graph()})
    return Detector(read_bundle(tmp_path / "bundle"), threads=1)


def test_a_lap_is_what_the_detector_finds_and_where_its_time_went(detector):
    scan = make_counts((80, 32), [(8, 8, 24, 24)], pitch_mm=(4.0, 4.0))
    racer = DetectorRacer(detector)
    lap = racer.ready(scan)()
    found = detector.detect(scan)
    assert lap.found.scores.tolist() == found.detections.scores.tolist() != []
    assert (lap.tiles, lap.pixels) == (found.spent.tiles, found.spent.pixels)
    assert lap.tiles > 0
    parts = (lap.encode_s, lap.run_s, lap.merge_s, lap.session_s)
    assert min(parts) > 0
    assert lap.encode_s + lap.run_s + lap.merge_s <= lap.elapsed_s
    assert lap.given_s == 0
    assert racer.name == "test 1"


def test_opencv_gets_the_threads_that_were_asked_for(detector):
    before = cv2.getNumThreads()
    cv2.setNumThreads(2)
    try:
        DetectorRacer(detector).ready(make_counts((32, 32), pitch_mm=(4.0, 4.0)))()
        assert cv2.getNumThreads() == 1
    finally:
        cv2.setNumThreads(before)


def test_the_bare_loop_runs_the_same_tiles():
    class Noting:
        def __init__(self):
            self.seen = []

        def run(self, tiles):
            self.seen.append(tiles.shape)
            assert tiles.dtype == np.uint8
            return np.zeros((len(tiles), 0, 6), np.float32)

    runtime = Noting()
    with ThreadPoolExecutor(1) as executor:
        network = Network(runtime, TilePlan(Encoding.DUAL, 64, 8), executor)
        spent = time_bare(network, ((2, 64, 96), (1, 32, 32), (2, 64, 96)))
    assert runtime.seen == [(2, 3, 64, 96), (1, 3, 32, 32), (2, 3, 64, 96)]
    assert spent > 0
