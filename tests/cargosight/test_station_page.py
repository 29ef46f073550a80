"""How a page is timed: the arithmetic, not the time."""

import numpy as np
import pytest

from benchmark.live.trucks import Truck
from cargosight.station_trials.drags import Drag, widen
from cargosight.station_trials.shown import (
    count_columns,
    list_column_delays,
    list_flag_delays,
)
from data.scan import Scan

MADE = np.array([0.0, 1.0, 2.0, 3.0])


def test_a_column_is_late_until_the_first_frame_that_has_it():
    delays, unseen = list_column_delays([(2.0, 1.5), (4.0, 3.25)], MADE)
    assert delays.tolist() == [1.5, 0.5, 1.25, 0.25]
    assert unseen == 0


def test_columns_that_a_page_forgets_again_were_seen():
    delays, _ = list_column_delays([(3.0, 2.5), (0.0, 2.6), (4.0, 4.0)], MADE)
    assert delays.tolist() == [2.5, 1.5, 0.5, 1.0]


def test_columns_that_never_came_are_counted():
    delays, unseen = list_column_delays([(1.0, 0.5)], MADE)
    assert (delays.tolist(), unseen) == ([0.5], 3)
    assert list_column_delays([], MADE)[1] == 4


def test_a_flag_is_late_from_the_last_column_of_its_box():
    edges = {"a": 3.0, "b": 4.0, "never": 2.0}
    delays, unseen = list_flag_delays({"a": 2.5, "b": 2.75}, edges, MADE)
    assert delays == [0.5, -0.25]
    assert unseen == 1


@pytest.mark.parametrize("columns", [40, 90])
def test_columns_are_counted_in_pixels_whatever_the_scale(columns):
    there = np.zeros((120, 200), np.bool_)
    there[20:70, 3 : 3 + 2 * columns] = True  # 25 rows of the scan at twice its size
    there[40:50, 10:20] = False
    assert count_columns(there, rows=25) == columns


def test_a_picture_without_a_scan_has_no_columns():
    assert count_columns(np.zeros((50, 60), np.bool_), rows=25) is None


def test_a_truck_is_widened_by_its_own_columns(monkeypatch):
    planes = np.arange(12, dtype=np.uint16).reshape(2, 6) + 1
    air = np.full((2, 2), 60_000, np.float32)
    scan = Scan(planes, planes, air=air, dark=np.zeros_like(air))
    truck = object.__new__(Truck)
    monkeypatch.setattr(Truck, "read", lambda _: scan)
    monkeypatch.setattr(Truck, "width", 6, raising=False)
    wide = widen(truck, 8)
    assert wide.high is not None
    assert wide.high[0].tolist() == [1, 2, 3, 4, 5, 6, 1, 2]


def test_frames_are_counted_by_the_second():
    assert Drag(columns=4000, frames=60, moves=99, seconds=5.0).frames_per_s == 12
