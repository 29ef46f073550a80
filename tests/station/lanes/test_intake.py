"""What all sources hand their scans to."""

import numpy as np
import pytest

from data.scan import Scan, ScanInfo
from station.spool import resume_scan
from tests.station.lanes.taking_in import (
    Heard,
    list_taken,
    make_intake,
    make_scan,
)


def test_a_whole_scan_comes_out_of_the_spool_as_it_went_in(tmp_path):
    scan = make_scan()
    intake = make_intake(tmp_path, Heard(), folder=tmp_path)
    intake.take_whole(scan, "a", number="C-17", original="a.tiff")
    (taken,) = list_taken(tmp_path)
    np.testing.assert_array_equal(taken.scan.high, scan.high)
    np.testing.assert_array_equal(taken.scan.low, scan.low)
    np.testing.assert_array_equal(taken.scan.air, scan.air)
    assert (taken.begin.key, taken.begin.number) == ("a", "C-17")
    assert (taken.begin.whole, taken.begin.original) == (True, "a.tiff")
    assert (taken.end.width, taken.end.why) == (600, "end")


def test_a_picture_comes_out_of_the_spool_as_it_went_in(tmp_path):
    picture = np.random.default_rng(1).integers(0, 256, (16, 300, 3), np.uint8)
    intake = make_intake(tmp_path, Heard(), folder=tmp_path)
    intake.take_whole(Scan(display=picture), "a")
    np.testing.assert_array_equal(list_taken(tmp_path)[0].scan.display, picture)


def test_the_lane_fills_in_what_a_scan_does_not_say(tmp_path):
    intake = make_intake(
        tmp_path, Heard(), folder=tmp_path, view="side", pitch_mm=(4.0, 5.0)
    )
    known = intake.complete(ScanInfo())
    assert (known.scanner, known.view) == ("north", "side")
    assert (known.pitch_mm, known.pitch_source) == ((4.0, 5.0), "user")
    stated = ScanInfo(scanner="X", view="top", pitch_mm=(1.0, 1.0), pitch_source="file")
    assert intake.complete(stated) == stated


def test_a_full_disk_is_told_once_and_so_is_its_end(tmp_path):
    heard = Heard()
    intake = make_intake(tmp_path, heard, folder=tmp_path)
    free = [10**9, 10**5, 10**5, 1_200_000, 2 * 10**6, 10**9]
    intake.free = lambda _: free.pop(0)
    assert [intake.has_room() for _ in range(6)] == [
        True,
        False,
        False,
        False,  # more than the least, but not by a quarter
        True,
        True,
    ]
    assert heard.events == [
        ("disk.full", "north", {"free_bytes": 10**5}),
        ("disk.free", "north", {"free_bytes": 2 * 10**6}),
    ]


def test_a_scan_that_did_not_fit_on_the_disk_stays_open(tmp_path, monkeypatch):
    intake = make_intake(tmp_path, Heard(), folder=tmp_path)
    monkeypatch.setattr("station.spool.writer.os.write", _fail)
    with pytest.raises(OSError, match="No space"):
        intake.take_whole(make_scan(), "a")
    assert list_taken(tmp_path) == []
    ((_, folder),) = intake.data.list_open("north")
    assert resume_scan(folder).width == 0


def _fail(*_):
    raise OSError(28, "No space left on device")
