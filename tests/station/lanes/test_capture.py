"""Scans that scroll over a vendor's screen are taken whole, each once."""

import numpy as np
import pytest

from station.lanes.capture import source
from station.lanes.capture.camera import Camera
from station.records.moment import now
from tests.station.lanes.capturing import (
    HEIGHT,
    ROOM,
    WIDTH,
    CaptureLane,
    Patience,
    assert_shows,
    enter,
)
from tests.station.lanes.screens import (
    add_noise,
    add_pointer,
    hold,
    make_blank,
    make_scan,
    write_video,
)


@pytest.fixture
def lane(tmp_path):
    """A lane that looks at `screen.avi`."""
    return CaptureLane(tmp_path, device=str(tmp_path / "screen.avi"))


@pytest.mark.parametrize("step", [5.3, 28.0])
@pytest.mark.parametrize("right", [False, True])
def test_what_scrolls_over_a_compressed_video_comes_out_whole(
    tmp_path, lane, step, right
):
    scan = make_scan(800, HEIGHT)
    frames = enter(scan, step, right=right)
    write_video(tmp_path / "screen.avi", add_pointer(add_noise(frames)))
    lane.run()
    (taken,) = lane.read()
    assert_shows(taken, scan, error=3.0)
    assert (taken.end.why, taken.end.width) == ("end", taken.width)
    assert taken.begin.kind == "display"
    assert lane.heard.kinds == []


def test_only_the_region_is_looked_at(tmp_path):
    scan = make_scan(700, HEIGHT)
    write_video(tmp_path / "screen.avi", enter(scan), margin=16)
    lane = CaptureLane(
        tmp_path,
        device=str(tmp_path / "screen.avi"),
        region=(16, 16, WIDTH, HEIGHT),
    )
    lane.run()
    (taken,) = lane.read()
    assert taken.begin.rows == HEIGHT
    assert_shows(taken, scan, error=2.0)


def show_two(path):
    """Two scans, one after the other."""
    scans = [make_scan(400, HEIGHT, seed=seed) for seed in (1, 2)]
    write_video(path, [frame for scan in scans for frame in enter(scan)])
    return scans


def test_a_blank_screen_ends_one_scan_and_the_next_begins(tmp_path, lane):
    scans = show_two(tmp_path / "screen.avi")
    lane.run()
    first, second = lane.read()
    assert_shows(first, scans[0], error=2.0)
    assert_shows(second, scans[1], error=2.0)
    assert first.begin.key[:-2] == second.begin.key[:-2]
    assert (first.begin.key[-2:], second.begin.key[-2:]) == ("-1", "-2")


def test_a_video_that_was_taken_is_not_taken_again(tmp_path, lane):
    show_two(tmp_path / "screen.avi")
    for _ in range(2):
        lane.run()
        assert len(lane.read()) == 2


@pytest.mark.parametrize("stop_at", [1, 40, 67, 110])
def test_a_stop_at_any_frame_loses_and_doubles_nothing(
    tmp_path, lane, stop_at, monkeypatch
):
    scans = show_two(tmp_path / "screen.avi")
    read, count = Camera.read, iter(range(10**6))

    def die(camera):
        if next(count) == stop_at:
            raise KeyboardInterrupt
        return read(camera)

    monkeypatch.setattr(Camera, "read", die)
    with pytest.raises(KeyboardInterrupt):
        lane.run()
    lane.run()
    first, second = lane.read()
    assert_shows(first, scans[0], error=2.0)
    assert_shows(second, scans[1], error=2.0)
    assert len([*lane.intake.data.root.glob("scans/*/*")]) == 2


def test_another_video_under_the_same_name_is_played_too(tmp_path, lane):
    show_two(tmp_path / "screen.avi")
    lane.run()
    write_video(tmp_path / "screen.avi", enter(make_scan(400, HEIGHT, seed=7)))
    lane.run()
    assert len(lane.read()) == 3


def test_scans_of_a_video_wait_for_disk(tmp_path, lane, monkeypatch):
    scan = make_scan(500, HEIGHT)
    write_video(tmp_path / "screen.avi", enter(scan))
    lane.free = 0

    def tidy(event, timeout=None):
        event.left -= timeout == source.RETRY_S
        lane.free = ROOM
        if event.left <= 0:
            event.set()
        return event.is_set()

    monkeypatch.setattr(Patience, "wait", tidy)
    lane.run()
    (taken,) = lane.read()
    assert_shows(taken, scan, error=2.0)
    assert lane.heard.kinds == ["disk.full", "disk.free"]


def test_columns_of_a_device_for_which_there_is_no_disk_are_a_gap(tmp_path):
    lane = CaptureLane(tmp_path, device="0")
    scan = make_scan(800, HEIGHT)

    def shows():
        for index, frame in enumerate(enter(scan)):
            lane.free = 0 if 30 < index < 40 else ROOM
            yield frame

    lane.show(shows())
    (taken,) = lane.read()
    ends = [one.at + one.piece.size[0] for one in taken.columns]
    gaps = [one.at - end for one, end in zip(taken.columns[1:], ends[:-1], strict=True)]
    assert max(gaps) == 9 * 11
    assert 775 <= taken.width <= 800
    assert lane.heard.kinds[:2] == ["disk.full", "disk.free"]


def test_a_device_that_goes_and_comes_back_goes_on_with_the_scan(tmp_path):
    lane = CaptureLane(tmp_path, device="0", gone_s=1.0)
    scan = make_scan(900, HEIGHT)
    frames = [*enter(scan, 10.0, rest=2.0)]
    lane.show(frames[:40], frames[42:])
    (taken,) = lane.read()
    assert lane.heard.kinds == ["lane.gone", "lane.back", "lane.gone"]
    assert lane.heard.events[0][2]["reason"] == "it shows nothing"
    assert_shows(taken, scan, error=0.5)
    assert taken.end.why == "end"


def test_a_scan_whose_device_stays_away_is_cut_off(tmp_path):
    lane = CaptureLane(tmp_path, device="0", abandon_s=1e-9)
    lane.show([*enter(make_scan(600, HEIGHT))][:40])
    (taken,) = lane.read()
    assert taken.end.why == "cut off"
    kind, subject, _, actor = lane.heard.events[1]
    assert (kind, subject, actor) == ("scan.cut_off", taken.begin.id, "lane:north")


def test_a_device_that_is_not_there_is_reported_once(tmp_path):
    lane = CaptureLane(tmp_path, device=str(tmp_path / "none.avi"))
    lane.run(waits=4)
    assert lane.heard.kinds == ["lane.gone"]


def test_a_region_off_the_screen_is_reported_once(tmp_path):
    write_video(tmp_path / "a.avi", hold(make_blank(WIDTH, HEIGHT), 0.2))
    lane = CaptureLane(
        tmp_path, device=str(tmp_path / "a.avi"), region=(200, 0, 200, 100)
    )
    lane.run(waits=3)
    ((kind, _, said, _),) = lane.heard.events
    assert kind == "lane.gone"
    assert "is not within the screen of 320 x 240 px" in said["reason"]


def test_frames_that_do_not_fit_are_reported_and_the_scan_goes_on(tmp_path):
    lane = CaptureLane(tmp_path, device="0")
    scan = make_scan(2000, HEIGHT)
    frames = [*enter(scan, 20.0)]
    del frames[50:70]
    lane.show(frames)
    (taken,) = lane.read()
    ((kind, _, said, _),) = [
        event for event in lane.heard.events if event[0].startswith("frames")
    ]
    assert kind == "frames.jumped"
    assert said == {"scan": taken.begin.id, "columns": 20}
    after = scan[:, -500:].astype(np.int16)
    assert np.abs(taken.picture[:, -500:] - after).mean() < 0.5


def test_a_train_that_rolls_back_and_on_is_not_taken_twice(tmp_path):
    lane = CaptureLane(tmp_path, device="0")
    scan = make_scan(900, HEIGHT)
    frames = [*enter(scan, 10.0)]
    lane.show([*frames[:60], *frames[45:60][::-1], *frames[45:]])
    (taken,) = lane.read()
    assert_shows(taken, scan, error=0.5)


def test_a_pointer_on_a_blank_or_still_screen_is_no_scan(tmp_path):
    lane = CaptureLane(tmp_path, device="0")
    still = make_scan(WIDTH, HEIGHT)
    blank = hold(make_blank(WIDTH, HEIGHT), 2)
    lane.show(add_pointer([*blank, *hold(still, 3)]))
    assert lane.read() == []


def test_what_a_device_had_open_when_it_was_killed_is_cut_off(tmp_path):
    lane = CaptureLane(tmp_path, device="0")
    frames = [*enter(make_scan(600, HEIGHT))]

    def die():
        yield from frames[:40]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lane.show(die())
    assert lane.read() == []
    lane.show(hold(make_blank(WIDTH, HEIGHT), 0.2))
    (taken,) = lane.read()
    assert taken.end.why == "cut off"
    assert taken.begin.began < now()
    assert lane.heard.kinds[0] == "scan.cut_off"
