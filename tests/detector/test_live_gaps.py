"""Tests of columns that are missing, come late or come again."""

from dataclasses import replace

import numpy as np
import pytest

from data.errors import LiveError
from detector.gaps import LONGEST_GAP, SHORT_GAP
from detector.live import LiveScan
from tests.detector.live_seeing import (
    LiveRuntime,
    check_same,
    every,
    make_detector,
    play,
    take,
)
from tests.detector.seeing import make_counts, make_display

MM = (4.0, 4.0)
LONG, PISTOL, FAR = (100, 20, 420, 50), (40, 80, 76, 110), (560, 30, 600, 70)
SCAN = make_counts((640, 140), [LONG, PISTOL, FAR], pitch_mm=MM)


@pytest.fixture(scope="module")
def detector(tmp_path_factory):
    """One that cuts scans into strips."""
    root = tmp_path_factory.mktemp("bundles")
    return make_detector(root / "free", LiveRuntime(free=True))


@pytest.fixture
def live(detector):
    return LiveScan(detector)


def join(*scans):
    """Scans of counts beside each other."""
    high, low = (
        np.hstack([getattr(scan, plane) for scan in scans]) for plane in ("high", "low")
    )
    return replace(scans[0], high=high, low=low)


def blank(scan, start, stop, level=0):
    """A scan whose columns from start to stop have one level."""
    planes = {name: getattr(scan, name).copy() for name in ("high", "low")}
    for plane in planes.values():
        plane[:, start:stop] = level
    return replace(scan, **planes)


def test_columns_that_come_again_change_nothing(live, detector):
    bad = blank(SCAN, 0, 640, level=100)
    pieces = [
        (0, take(SCAN, 0, 200)),
        (100, take(bad, 100, 200)),  # rolled back
        (150, join(take(bad, 150, 200), take(SCAN, 200, 300))),  # and on again
        (299, take(bad, 299, 300)),  # a line is sent twice
        (0, take(bad, 0, 10)),
        (300, take(SCAN, 300, 640)),
    ]
    screen, findings = play(live, pieces)
    check_same(findings, detector.detect(SCAN))
    screen.check(findings)
    assert live.missing == ()


def test_pieces_without_a_place_follow_each_other(live, detector):
    pieces = [(None, piece) for _, piece in every(50, SCAN)]
    _, findings = play(live, pieces)
    check_same(findings, detector.detect(SCAN))


@pytest.mark.parametrize("lost", [1, SHORT_GAP])
def test_a_short_gap_is_filled_with_its_neighbour(live, detector, lost):
    start, stop = 300, 300 + lost
    pieces = [(0, take(SCAN, 0, start)), (stop, take(SCAN, stop, 640))]
    screen, findings = play(live, pieces)
    assert live.missing == ((start, stop),)
    assert live.width == 640
    edge = [take(SCAN, start - 1, start)] * lost
    filled = join(take(SCAN, 0, start), *edge, take(SCAN, stop, 640))
    check_same(findings, detector.detect(filled))
    screen.check(findings)


def test_a_long_gap_is_opaque_and_what_is_behind_it_keeps_its_place(live, detector):
    start, stop = 440, 440 + SHORT_GAP + 1
    pieces = [(0, take(SCAN, 0, start)), (stop, take(SCAN, stop, 640))]
    screen, findings = play(live, pieces)
    assert live.missing == ((start, stop),)
    assert findings.opaque[:, start + 1 : stop - 1].all()
    check_same(findings, detector.detect(blank(SCAN, start, stop)))
    assert FAR in {tuple(map(float, one.box)) for one in screen.shown.values()}


def test_a_gap_in_a_rendering_is_white(detector):
    scan = make_display((400, 100), [(20, 20, 60, 60), (300, 20, 340, 60)], pitch_mm=MM)
    live = LiveScan(detector)
    pieces = [(0, take(scan, 0, 100)), (200, take(scan, 200, 400))]
    _, findings = play(live, pieces)
    check_same(findings, detector.detect(scan))
    assert (live.missing, findings.opaque) == (((100, 200),), None)


@pytest.mark.parametrize("first", [SHORT_GAP, 100])
def test_a_scan_may_begin_late(live, detector, first):
    _, findings = play(live, [(first, take(SCAN, first, 640))])
    assert live.missing == ((0, first),)
    expected = blank(SCAN, 0, first)
    if first <= SHORT_GAP:
        column = [take(SCAN, first, first + 1)] * first
        expected = join(*column, take(SCAN, first, 640))
    check_same(findings, detector.detect(expected))


def test_a_few_columns_before_a_late_beginning_are_like_the_first(live, detector):
    # They are not like the last column of the first piece, which may be anything.
    scan = make_counts((200, 60), [(100, 20, 200, 40)], pitch_mm=MM)
    _, findings = play(live, [(2, take(scan, 2, 200))])
    check_same(findings, detector.detect(scan))


def test_too_much_that_is_missing_is_another_scan(live):
    live.push(take(SCAN, 0, 100), 10)
    with pytest.raises(LiveError, match=f"{LONGEST_GAP + 1} columns are missing"):
        live.push(take(SCAN, 100, 200), 110 + LONGEST_GAP + 1)
    assert live.width == 110
    live.push(take(SCAN, 100, 200), 110)
    assert live.missing == ((0, 10),)


def test_there_is_no_place_before_the_first(live):
    with pytest.raises(LiveError, match="cannot be at -1"):
        live.push(SCAN, -1)
    assert live.width == 0
