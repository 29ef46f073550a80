"""Tests of scans that come in column by column: as good as whole, and never less."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import LiveError
from detector.live import LiveScan
from detector.look import Care
from tests.detector.live_seeing import (
    LiveRuntime,
    Screen,
    check_same,
    cut_up,
    every,
    make_detector,
    play,
    take,
)
from tests.detector.seeing import make_counts, make_display

MM = (4.0, 4.0)
LONG, PISTOL, FAR = (100, 20, 420, 50), (40, 80, 76, 110), (560, 30, 600, 70)
SCAN = make_counts((640, 140), [LONG, PISTOL, FAR], pitch_mm=MM)
PLANS = ("fixed", "free", "coarse")


@pytest.fixture(scope="module")
def detectors(tmp_path_factory):
    """One for each way to cut scans: squares, strips, strips after a coarse pass."""
    root = tmp_path_factory.mktemp("bundles")
    made = {
        "fixed": (LiveRuntime(), {}),
        "free": (LiveRuntime(free=True), {}),
        "coarse": (LiveRuntime(free=True), {"coarse_score": 0.1}),
    }
    return {
        name: make_detector(root / name, runtime, **changes)
        for name, (runtime, changes) in made.items()
    }


@pytest.fixture
def live(detectors):
    return LiveScan(detectors["free"])


def disturb(scan, x):
    """A scan with noise, and 40 columns from x that nothing gets through."""
    rng = np.random.default_rng(x)
    noise = rng.integers(-300, 300, scan.high.shape)
    planes = {
        n: getattr(scan, n) for n in ("high", "low") if getattr(scan, n) is not None
    }
    noisy = {name: (plane + noise).astype(np.uint16) for name, plane in planes.items()}
    for plane in noisy.values():
        plane[:, x : x + 40] = 190
    return replace(scan, **noisy)


@st.composite
def scenes(draw):
    """A scan of any kind with up to four things in it, and where it is cut."""
    width, height = draw(st.integers(1, 520)), draw(st.integers(30, 150))
    boxes: list[tuple[int, ...]] = []
    for _ in range(draw(st.integers(0, 4))):
        x0, y0 = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 20))
        long, tall = draw(st.integers(12, 200)), draw(st.integers(12, 60))
        boxes.append((x0, y0, min(x0 + long, width), min(y0 + tall, height)))
    pitch = draw(st.sampled_from([MM, (3.2, 3.0), (5.5, 4.5)]))
    kind = draw(st.sampled_from(["dual", "single", "display"]))
    if kind == "display":
        scan = make_display((width, height), boxes, pitch_mm=pitch)
    else:
        scan = make_counts((width, height), boxes, pitch_mm=pitch, low=kind == "dual")
        scan = disturb(scan, draw(st.integers(0, width)))
    step = draw(st.sampled_from([7, 16, 64, 150, 1000]))
    more = draw(st.lists(st.integers(1, 519), max_size=6))
    return scan, [*more, *range(step, width, step)]


@settings(max_examples=50)
@given(scenes(), st.sampled_from(PLANS))
def test_columns_in_pieces_of_any_size_give_the_alarms_of_the_finished_scan(
    detectors, scene, plan
):
    scan, cuts = scene
    whole = detectors[plan].detect(scan)
    live = LiveScan(detectors[plan])
    screen, findings = play(live, cut_up(scan, cuts))
    screen.check(findings)
    check_same(findings, whole)
    assert (live.width, live.missing) == (scan.size[0], ())
    assert live.opaque_fraction == whole.opaque_fraction
    assert len(findings.coarse) == len(findings.missed) == 0


@pytest.mark.parametrize("plan", PLANS)
def test_what_is_in_the_scan_is_found(detectors, plan):
    screen, _ = play(LiveScan(detectors[plan]), every(16, SCAN))
    shown = sorted(tuple(map(float, one.box)) for one in screen.shown.values())
    assert shown == sorted([LONG, PISTOL, FAR])


@pytest.mark.parametrize("plan", PLANS)
def test_alarms_come_while_the_scan_goes_on(detectors, plan):
    live, screen = LiveScan(detectors[plan]), Screen()
    for at, piece in every(16, SCAN):
        screen.show(live.push(piece, at))
        if screen.shown:
            break
    assert live.width < PISTOL[2] + 300 < FAR[0]


def test_a_long_thing_grows_on_the_screen_and_keeps_its_number(detectors):
    live = LiveScan(detectors["fixed"])
    boxes: list[list[float]] = []
    scores: list[float] = []
    scan = make_counts((640, 60), [(40, 20, 560, 40)], pitch_mm=MM)
    for at, piece in every(16, scan):
        for alarm in live.push(piece, at):
            assert alarm.number == 0
            assert alarm.raised is (not boxes)
            boxes.append(alarm.box.tolist())
            scores.append(alarm.score)
    assert len(boxes) > 2
    assert boxes == sorted(boxes, key=lambda box: box[2])
    assert scores == sorted(scores)


def test_nothing_shows_below_the_operating_point_until_it_rises(tmp_path):
    detector = make_detector(tmp_path / "bundle", LiveRuntime())
    point = detector.point(SCAN).model_copy(update={"threshold": 0.85})
    detector.operating_point = point
    screen, findings = play(LiveScan(detector), every(16, SCAN))
    assert len(findings.detections) == 3
    assert [tuple(one.box) for one in screen.shown.values()] == [LONG]
    screen.check(findings)


def test_a_finished_scan_takes_nothing_more(live):
    live.push(take(SCAN, 0, 100))
    live.finish()
    with pytest.raises(LiveError, match="finished"):
        live.push(take(SCAN, 100, 200))
    with pytest.raises(LiveError, match="finished"):
        live.finish()


@pytest.mark.parametrize(
    ("change", "error", "why"),
    [
        ({"low": None}, LiveError, "single, 140 rows"),
        ({"rows": 100}, LiveError, "dual, 100 rows"),
        ({"info": {"pitch_mm": (4.0, 3.0)}}, LiveError, "pitch_mm"),
        ({"info": {"energies_mv": (9.0, 6.0)}}, LiveError, "energies_mv"),
    ],
)
def test_a_piece_of_another_scan_is_refused_and_leaves_this_one_as_it_was(
    live, detectors, change, error, why
):
    live.push(take(SCAN, 0, 300))
    rows, low = change.get("rows", 140), "low" not in change
    piece = make_counts((100, rows), pitch_mm=MM, low=low)
    stated = {"energies_mv": SCAN.info.energies_mv} | change.get("info", {})
    info = piece.info.model_copy(update=stated)
    for place in (300, 400):  # where a gap would be filled before it
        with pytest.raises(error, match=why):
            live.push(replace(piece, info=info), place)
    assert live.width == 300
    assert live.missing == ()
    live.push(take(SCAN, 300, 640))
    _, findings = live.finish()
    check_same(findings, detectors["free"].detect(SCAN))


def test_air_and_dark_may_change_between_pieces(live, detectors):
    assert (SCAN.high % 2 == 0).all()
    faint = replace(
        take(SCAN, 200, 450),
        high=(take(SCAN, 200, 450).high // 2).astype(np.uint16),
        low=(take(SCAN, 200, 450).low // 2).astype(np.uint16),
        air=SCAN.air / 2,
        dark=SCAN.dark / 2,
    )
    pieces = [(0, take(SCAN, 0, 200)), (200, faint), (450, take(SCAN, 450, 640))]
    screen, findings = play(live, pieces)
    check_same(findings, detectors["free"].detect(SCAN))
    screen.check(findings)


def test_without_a_pitch_or_a_longest_side_pixels_are_taken_as_they_are(live):
    scan = make_counts((300, 60), [(100, 20, 130, 40)])
    screen, _ = play(live, every(30, scan))
    assert [tuple(one.box) for one in screen.shown.values()] == [(100, 20, 130, 40)]


def test_a_scan_without_a_column_has_no_end(live):
    assert live.stop() == ()
    assert live.opaque_fraction is None
    with pytest.raises(LiveError, match="without a column"):
        live.finish()


@pytest.mark.parametrize("plan", PLANS)
def test_a_scanner_that_stops_shows_what_is_there_already(detectors, plan):
    live = LiveScan(detectors[plan])
    scan = make_counts((400, 60), [(10, 20, 44, 40)], pitch_mm=MM)
    screen = Screen(live.push(take(scan, 0, 66)))
    assert screen.shown == {}
    screen.show(live.stop())
    assert [tuple(one.box) for one in screen.shown.values()] == [(10, 20, 44, 40)]
    assert live.stop() == ()


@settings(max_examples=20)
@given(st.lists(st.integers(1, 639), max_size=8), st.sampled_from(PLANS))
def test_stops_withdraw_nothing_and_lose_nothing(detectors, stops, plan):
    live, screen = LiveScan(detectors[plan]), Screen()
    for at, piece in cut_up(SCAN, stops):
        screen.show(live.push(piece, at))
        screen.show(live.stop())
    alarms, findings = live.finish()
    screen.show(alarms)
    screen.check(findings)
    covered = np.zeros(640, bool)
    for box in findings.detections.boxes:
        covered[int(box[0]) : int(box[2])] = True
    for x0, _, x1, _ in (LONG, PISTOL, FAR):
        assert covered[x0 + 2 : x1 - 2].all()


@pytest.mark.parametrize("plan", PLANS)
def test_with_less_care_alarms_are_marked_and_the_parts_stated(detectors, plan):
    screen, findings = play(LiveScan(detectors[plan]), every(16, SCAN), Care.COARSE)
    assert [one.coarse for one in screen.shown.values()] == [True] * len(screen.shown)
    assert {tuple(map(round, one.box)) for one in screen.shown.values()} == {
        LONG,
        PISTOL,
        FAR,
    }
    seen = np.zeros(640, bool)
    for x0, _, x1, _ in findings.coarse:
        seen[int(x0) : int(x1)] = True
    assert seen[PISTOL[0] : LONG[2]].all()
    assert seen[FAR[0] : FAR[2]].all()
    assert len(findings.missed) == 0


@pytest.mark.parametrize("plan", PLANS)
def test_a_strip_of_any_height_can_be_seen_coarsely(detectors, plan):
    # Squares of 128 px at half the scale see 256 px: these are three of them.
    box = (40, 250, 76, 290)
    scan = make_counts(
        (200, 600), [(30, 10, 80, 20), box, (30, 580, 80, 590)], pitch_mm=MM
    )
    screen, findings = play(LiveScan(detectors[plan]), every(50, scan), Care.COARSE)
    assert box in {tuple(map(round, one.box)) for one in screen.shown.values()}
    assert len(findings.detections) == 3


def test_without_care_nothing_is_found_and_all_is_stated(live):
    screen, findings = play(live, every(16, SCAN), Care.NONE)
    assert screen.shown == {}
    assert len(findings.detections) == 0
    missed = np.zeros((140, 640), bool)
    for x0, y0, x1, y1 in findings.missed.astype(int):
        missed[y0:y1, x0:x1] = True
    for x0, y0, x1, y1 in (LONG, PISTOL, FAR):
        assert missed[y0:y1, x0:x1].all()


def test_an_alarm_of_the_coarse_pass_is_confirmed_by_a_close_look(detectors):
    live, screen = LiveScan(detectors["free"]), Screen()
    scan = make_counts((640, 60), [(40, 20, 560, 40)], pitch_mm=MM)
    marks = []
    for at, piece in every(16, scan):
        alarms = live.push(piece, at, care=Care.COARSE if at < 240 else Care.FULL)
        screen.show(alarms)
        marks += [one.coarse for one in alarms]
    screen.show(live.finish()[0])
    assert marks == sorted(marks, reverse=True)
    assert set(marks) == {True, False}
    (alarm,) = screen.shown.values()
    assert tuple(alarm.box) == (40, 20, 560, 40)
