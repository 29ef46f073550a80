"""Tests of lanes: a slow network is played by one that waits for the test."""

import threading

import pytest

from data.errors import DeviceError, LiveError
from detector.lane import (
    Alarmed,
    Begun,
    CareChanged,
    Failed,
    Finished,
    Lane,
    LaneLimits,
)
from detector.look import Care
from tests.detector.live_seeing import (
    PATIENCE_S,
    Diary,
    LiveRuntime,
    NotingExecutor,
    check_same,
    every,
    make_detector,
    take,
)
from tests.detector.seeing import make_counts

MM = (4.0, 4.0)
THINGS = [(start, 20, start + 34, 50) for start in range(20, 1000, 100)]
SCAN = make_counts((1000, 96), THINGS, pitch_mm=MM)
PATIENT = LaneLimits(still_s=600.0)
"""Waits for columns as long as a test may last, for its own sake."""


@pytest.fixture
def runtime():
    return LiveRuntime(free=True)


@pytest.fixture
def detector(tmp_path, runtime):
    return make_detector(tmp_path / "bundle", runtime)


@pytest.fixture
def calm(tmp_path):
    """The same, that never waits: what it finds in a scan is what there is."""
    return make_detector(tmp_path / "calm", LiveRuntime(free=True))


def send(lane, scan, step=20):
    """Hand a whole scan over; whether each piece was taken."""
    lane.begin()
    taken = [lane.send(piece, at) for at, piece in every(step, scan)]
    lane.end()
    return taken


def test_a_lane_tells_in_order_what_becomes_of_each_scan(detector, calm):
    diary = Diary()
    lane = Lane(detector, diary, PATIENT)
    for scan in (SCAN, take(SCAN, 0, 300)):
        assert all(send(lane, scan))
    lane.close()
    assert lane.waiting == 0
    assert diary.threads == {"lane"}
    scans = [event.scan for event in diary.events]
    assert scans == sorted(scans)
    for number, scan in enumerate((SCAN, take(SCAN, 0, 300))):
        told = [type(event) for event in diary.events if event.scan == number]
        assert (told[0], told[-1]) == (Begun, Finished)
        assert set(told[1:-1]) == {Alarmed}
        (done,) = [e for e in diary.list_all(Finished) if e.scan == number]
        check_same(done.findings, calm.detect(scan))
        diary.screens[number].check(done.findings)
        assert done.missing == ()
    assert len(diary.list_all(Alarmed)) > 4


def test_alarms_are_told_before_the_scan_ends(detector):
    diary = Diary()
    lane = Lane(detector, diary, PATIENT)
    lane.begin()
    lane.send(take(SCAN, 0, 500))
    assert diary.wait_for(Alarmed).alarms
    assert diary.list_all(Finished) == []
    lane.close()


def test_columns_without_a_place_follow_each_other(detector, calm):
    diary = Diary()
    lane = Lane(detector, diary, PATIENT)
    for _ in range(2):
        lane.begin()
        for _, piece in every(30, SCAN):
            lane.send(piece)
    lane.close()
    for done in diary.list_all(Finished):
        check_same(done.findings, calm.detect(SCAN))
    assert len(diary.list_all(Finished)) == 2


def test_a_scan_that_begins_or_a_lane_that_closes_ends_the_one_before(detector):
    diary = Diary()
    lane = Lane(detector, diary, PATIENT)
    for _ in range(2):
        lane.begin()
        lane.send(SCAN)
    lane.close()
    assert [event.scan for event in diary.list_all(Finished)] == [0, 1]
    assert [event.scan for event in diary.list_all(Begun)] == [0, 1]


def test_closing_finishes_what_waits(detector, runtime):
    runtime.gate = threading.Event()
    diary = Diary()
    lane = Lane(detector, diary, PATIENT)
    for _ in range(2):
        send(lane, SCAN)
    assert runtime.entered.wait(PATIENCE_S)
    assert diary.list_all(Finished) == []
    closing = threading.Thread(target=lane.close)
    closing.start()
    runtime.gate.set()
    closing.join(PATIENCE_S)
    assert not closing.is_alive()
    assert [event.scan for event in diary.list_all(Finished)] == [0, 1]
    assert all(len(s.shown) == len(THINGS) for s in diary.screens.values())
    lane.close()


def test_a_closed_lane_takes_nothing(detector):
    lane = Lane(detector, Diary(), PATIENT)
    lane.begin()
    lane.close()
    for act in (lane.begin, lane.end, lambda: lane.send(SCAN)):
        with pytest.raises(LiveError, match="closed"):
            act()


def test_columns_belong_to_a_scan(detector):
    lane = Lane(detector, Diary(), PATIENT)
    with pytest.raises(LiveError, match="before their scan"):
        lane.send(SCAN)
    send(lane, take(SCAN, 0, 100))
    with pytest.raises(LiveError, match="before their scan"):
        lane.send(SCAN)
    lane.close()


def test_a_scan_without_columns_is_not_passed_over(detector):
    diary = Diary()
    lane = Lane(detector, diary, PATIENT)
    lane.begin()
    lane.end()
    lane.end()
    lane.close()
    assert [type(event) for event in diary.events] == [Begun, Failed]


def test_a_large_piece_is_no_overload(detector, calm):
    diary = Diary()
    lane = Lane(detector, diary, LaneLimits(coarse=200, still_s=600.0))
    lane.begin()
    lane.send(SCAN)
    lane.close()
    assert diary.list_all(CareChanged) == []
    check_same(diary.list_all(Finished)[0].findings, calm.detect(SCAN))


@pytest.fixture
def overloaded(detector, runtime):
    """A lane whose network is held up at its first strip, and its diary."""
    runtime.gate = threading.Event()
    limits = LaneLimits(coarse=200, none=350, lost=800, still_s=600.0)
    diary = Diary()
    lane = Lane(detector, diary, limits)
    lane.begin()
    first = 320
    lane.send(take(SCAN, 0, first), 0)
    assert runtime.entered.wait(PATIENCE_S)
    return lane, diary, first


@pytest.mark.parametrize(
    ("wide", "cares"),
    [
        (500, [Care.COARSE, Care.FULL]),
        (680, [Care.NONE, Care.COARSE, Care.FULL]),
    ],
)
def test_a_lane_that_falls_behind_looks_less_closely_and_recovers(
    overloaded, runtime, calm, wide, cares
):
    lane, diary, first = overloaded
    scan = make_counts((wide, 96), [t for t in THINGS if t[2] <= wide], pitch_mm=MM)
    pieces = [(at, piece) for at, piece in every(20, scan) if at >= first]
    assert [lane.send(piece, at) for at, piece in pieces].count(False) == 0
    assert lane.waiting == wide  # what is being looked at waits too
    lane.end()
    send(lane, take(SCAN, 0, 100))
    runtime.gate.set()
    lane.close()
    changes = diary.list_all(CareChanged)
    assert [change.care for change in changes] == cares
    waits = [change.waiting for change in changes]
    assert waits == sorted(waits, reverse=True)
    done, after = diary.list_all(Finished)
    diary.screens[0].check(done.findings)
    assert done.missing == ()
    assert len(done.findings.coarse) > 0
    assert (len(done.findings.missed) > 0) is (Care.NONE in cares)
    check_same(after.findings, calm.detect(take(SCAN, 0, 100)))
    assert len(after.findings.coarse) == 0


def test_every_thing_is_found_or_lies_in_a_part_that_is_stated(overloaded, runtime):
    lane, diary, first = overloaded
    taken = [lane.send(p, at) for at, p in every(20, SCAN) if at >= first]
    lane.end()
    runtime.gate.set()
    lane.close()
    assert True in taken
    assert False in taken
    (done,) = diary.list_all(Finished)
    parts = [(x0, x1) for x0, _, x1, _ in done.findings.missed.tolist()]
    parts += [box[::2] for box in done.findings.detections.boxes.tolist()]
    parts += done.missing
    for x0, _, x1, _ in THINGS:
        assert any(x0 < stop and start < x1 for start, stop in parts)


def test_columns_that_are_dropped_are_missing_and_the_lane_goes_on(
    overloaded, runtime, calm
):
    lane, diary, first = overloaded
    taken = {at: lane.send(p, at) for at, p in every(20, SCAN) if at >= first}
    dropped = min(at for at, was in taken.items() if not was)
    assert dropped == 800  # that many wait by then
    assert not any(was for at, was in taken.items() if at >= dropped)
    lane.end()  # nothing came after what was dropped
    runtime.gate.set()
    diary.wait_for(Finished)
    send(lane, take(SCAN, 0, 160))
    lane.close()
    done, after = diary.list_all(Finished)
    assert done.missing == ((800, 1000),)
    check_same(after.findings, calm.detect(take(SCAN, 0, 160)))
    assert after.missing == ()


def test_what_was_dropped_between_other_columns_is_a_gap(overloaded, runtime):
    lane, diary, first = overloaded
    for at, piece in every(20, SCAN):
        if first <= at < 900:
            lane.send(piece, at)
    runtime.gate.set()
    while diary.wait_for(CareChanged).care is not Care.FULL:
        pass  # by then the queue is short
    assert lane.send(take(SCAN, 900, 1000), 900)
    lane.close()
    (done,) = diary.list_all(Finished)
    assert done.missing == ((800, 900),)
    assert THINGS[9][0] in {alarm.box[0] for alarm in diary.screens[0].shown.values()}


def test_a_scan_of_which_all_is_dropped_fails_aloud(overloaded, runtime):
    lane, diary, _ = overloaded
    lane.send(take(SCAN, 320, 1000))
    assert not any(send(lane, SCAN))
    runtime.gate.set()
    lane.close()
    assert [event.scan for event in diary.list_all(Finished)] == [0]
    (failed,) = diary.list_all(Failed)
    assert (failed.scan, failed.error) == (1, "None of its 1000 columns was taken.")


def test_a_scan_that_fails_ends_itself_and_nothing_else(
    detector, runtime, calm, caplog
):
    diary = Diary()
    lane = Lane(detector, diary, PATIENT)
    for error in (RuntimeError("no\nluck"), DeviceError("No card. Put one in.")):
        runtime.error = error
        send(lane, SCAN)
        diary.wait_for(Failed)
        # What comes of a scan that failed is let go.
        assert [event.scan for event in diary.list_all(Finished)] == []
    runtime.error = None
    send(lane, SCAN)
    lane.close()
    first, second = diary.list_all(Failed)
    assert "no foreseen reason: RuntimeError: no luck" in first.error
    assert second.error == "No card. Put one in."
    assert [record.message for record in caplog.records] == ["A live scan failed"]
    (done,) = diary.list_all(Finished)
    assert done.scan == 2
    check_same(done.findings, calm.detect(SCAN))
    assert lane.waiting == 0


def test_pieces_of_another_kind_end_the_scan(detector):
    diary = Diary()
    lane = Lane(detector, diary, PATIENT)
    lane.begin()
    lane.send(take(SCAN, 0, 300))
    lane.send(make_counts((100, 96), pitch_mm=MM, low=False))
    lane.send(take(SCAN, 400, 500))
    lane.close()
    assert [
        type(event) for event in diary.events if not isinstance(event, Alarmed)
    ] == [
        Begun,
        Failed,
    ]
    assert "does not continue" in diary.events[-1].error


def test_a_listener_that_fails_does_not_deafen_the_lane(detector, caplog):
    heard = []

    def listen(event):
        heard.append(type(event))
        raise OSError

    lane = Lane(detector, listen, PATIENT)
    send(lane, SCAN)
    lane.close()
    assert heard[0] is Begun
    assert heard[-1] is Finished
    assert "Whoever listens to a lane failed" in caplog.text


def test_where_no_column_comes_what_is_there_is_looked_at(detector):
    diary = Diary()
    lane = Lane(detector, diary, LaneLimits(still_s=0.01))
    lane.begin()
    lane.send(take(SCAN, 0, 66))
    alarm = diary.wait_for(Alarmed).alarms[0]
    assert tuple(alarm.box) == THINGS[0]
    lane.send(take(SCAN, 66, 300))
    lane.close()
    (done,) = diary.list_all(Finished)
    diary.screens[0].check(done.findings)
    assert {tuple(box) for box in done.findings.alarms.boxes} == set(THINGS[:3])


def test_lanes_that_share_a_detector_are_served_in_turn(tmp_path, runtime):
    runtime.gate = threading.Semaphore(0)
    executor = NotingExecutor()
    detector = make_detector(tmp_path / "shared", runtime, executor)
    # Their strips have different heights: so it can be seen whose turn it was.
    high = make_counts((1000, 256), [(0, 40, 1000, 160)], pitch_mm=MM)
    low = make_counts((1000, 96), [(0, 40, 1000, 60)], pitch_mm=MM)
    diaries = Diary(), Diary()
    lanes = [Lane(detector, diary, PATIENT) for diary in diaries]
    send(lanes[0], high)
    executor.wait_for(1)
    send(lanes[1], low)
    strips = len(detector_strips(tmp_path, low))
    for done in range(2 * strips):
        executor.wait_for(min(done + 2, 2 * strips))
        runtime.gate.release()
    for lane in lanes:
        lane.close()
    heights = [shape[2] for shape in runtime.shapes]
    assert heights == [max(heights), min(heights)] * strips
    assert strips > 4
    assert [len(diary.list_all(Finished)) for diary in diaries] == [1, 1]


def detector_strips(root, scan):
    """What a network is given of a scan."""
    runtime = LiveRuntime(free=True)
    make_detector(root / "other", runtime).detect(scan)
    return runtime.shapes


def test_a_lane_whose_scans_fail_does_not_disturb_another(tmp_path, detector, calm):
    broken = LiveRuntime(free=True)
    broken.error = RuntimeError("no luck")
    diaries = Diary(), Diary()
    lanes = [
        Lane(make_detector(tmp_path / "broken", broken), diaries[0], PATIENT),
        Lane(detector, diaries[1], PATIENT),
    ]
    for lane in lanes:
        send(lane, SCAN)
    for lane in lanes:
        lane.close()
    assert len(diaries[0].list_all(Failed)) == 1
    (done,) = diaries[1].list_all(Finished)
    check_same(done.findings, calm.detect(SCAN))
