"""Whole pictures that appear on a screen are taken, each once."""

import numpy as np

from tests.station.lanes.capturing import HEIGHT, WIDTH, CaptureLane
from tests.station.lanes.screens import (
    add_noise,
    add_pointer,
    hold,
    make_blank,
    make_scan,
    write_video,
)


def show_stills(*pictures):
    """Pictures that appear, noisy and under a pointer, with blank screens between."""
    blank = hold(make_blank(WIDTH, HEIGHT), 1.5)
    frames = [frame for one in pictures for frame in [*hold(one, 1.6), *blank]]
    return add_pointer(add_noise(frames))


def test_still_pictures_are_taken_when_they_have_appeared(tmp_path):
    lane = CaptureLane(tmp_path, mode="still", device=str(tmp_path / "screen.avi"))
    first, second = (make_scan(WIDTH, HEIGHT, seed=seed) for seed in (1, 2))
    write_video(tmp_path / "screen.avi", show_stills(first, second, second))
    for _ in range(2):
        lane.run()
        taken = lane.read()
        assert len(taken) == 2
        for one, picture in zip(taken, (first, second), strict=True):
            assert one.begin.whole
            assert one.width == WIDTH
            difference = np.abs(one.picture - picture.astype(np.int16))
            assert difference.mean() < 4


def test_a_picture_that_is_being_drawn_is_waited_for(tmp_path):
    lane = CaptureLane(tmp_path, mode="still", device="0")
    scan = make_scan(WIDTH, HEIGHT)
    drawn = []
    for column in range(0, WIDTH, 8):
        frame = make_blank(WIDTH, HEIGHT)
        frame[:, :column] = scan[:, :column]
        drawn += [frame] * 2
    lane.show([*drawn, *hold(scan, 1.5)])
    (taken,) = lane.read()
    np.testing.assert_array_equal(taken.picture, scan)


def test_a_picture_that_is_shown_still_after_a_restart_is_not_taken_again(tmp_path):
    scan = make_scan(WIDTH, HEIGHT)
    for _ in range(2):
        lane = CaptureLane(tmp_path, mode="still", device="0")
        lane.show(hold(scan, 1.5))
        assert len(lane.read()) == 1
