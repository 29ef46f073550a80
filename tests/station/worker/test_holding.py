"""Tests of alarms that wait until pages may show their columns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.config import SupervisedConfig
from station.supervised import lag
from station.supervised.lag import ALL, HELD, LAG, Lag, write_taken
from station.worker.alarms import Raised
from station.worker.holding import HeldAlarms
from tests.station.tiles.scans import make_begin, make_scan
from tests.station.waiting import wait_until
from tests.station.worker.working import SCAN, hurry, list_alarms, list_due

RIGHTS = st.lists(st.integers(1, 3000), max_size=8)


def make_held(folder, *rights, rate=0.5, whole=False):
    """Alarms whose columns end there, held."""
    begin = make_begin(make_scan(width=20), whole=whole)
    held = HeldAlarms(folder, begin, Lag(rate))
    held.add([make_raised(number, right) for number, right in enumerate(rights)])
    return held


def make_raised(number, right):
    return Raised(number, (right - 1.0, 2.0, float(right), 9.0), 0.5, "firearm")


def list_rights(raised):
    return [one.box[2] for one in raised]


def test_an_alarm_waits_until_all_of_its_columns_may_be_seen(tmp_path):
    write_taken(tmp_path, ALL)
    held = make_held(tmp_path, 300)
    assert held.release(LAG + 299) == []
    assert list_rights(held.release(LAG + 300)) == [300]
    assert held.release(LAG + 9000) == []


def test_an_alarm_waits_as_long_as_its_lane_is_behind(tmp_path):
    held = make_held(tmp_path, 300)
    assert held.release(9000) == []
    write_taken(tmp_path, HELD + 299)
    assert held.release(9000) == []
    write_taken(tmp_path, HELD + 300)
    assert list_rights(held.release(9000)) == [300]


def test_alarms_of_a_whole_file_wait_for_its_end(tmp_path):
    write_taken(tmp_path, ALL)
    held = make_held(tmp_path, 5, whole=True)
    assert held.release(9000) == []
    assert list_rights(held.release_all()) == [5]


def test_without_test_scans_none_waits(tmp_path):
    assert list_rights(make_held(tmp_path, 300, rate=0.0).release(1)) == [300]


@given(RIGHTS, st.lists(st.integers(0, 5000), max_size=8))
def test_all_come_in_the_order_in_which_they_were_raised(
    tmp_path_factory, rights, came
):
    folder = tmp_path_factory.mktemp("scan")
    write_taken(folder, ALL)
    held = make_held(folder, *rights)
    free = []
    for columns in sorted(came):
        new = held.release(columns)
        assert all(one.box[2] <= columns - LAG for one in new)
        free += new
    free += held.release_all()
    assert [one.number for one in free] == list(range(len(rights)))


@pytest.fixture
def lagging(playing, monkeypatch, tmp_path):
    """A lane where there are test scans, and pages are 300 columns behind."""
    hurry(monkeypatch)
    monkeypatch.setattr(lag, "LAG", 300)
    monkeypatch.setattr(lag, "HELD", 0)
    supervised = SupervisedConfig(rate=1e-9, cutouts=tmp_path)
    playing.config = playing.config.model_copy(update={"supervised": supervised})
    return playing


def test_a_lane_records_alarms_as_their_columns_are_seen(lagging, detector):
    shown = SCAN.size[0] - lag.LAG
    with lagging.working() as worker:
        writer = lagging.begin()
        lagging.push(writer)
        wait_until(lambda: lagging.count_log("alarm.raised"))
        scan = worker._scan  # noqa: SLF001 - what looks
        wait_until(lambda: any(box[2] > shown for box in list(scan.boxes.values())))
        worker._recorder.flush()  # noqa: SLF001
        told = lagging.list_log("alarm.raised", "alarm.grew")
        assert max(said["box"][2] for _, _, said in told) <= shown
        writer.end(writer.begin.began, width=SCAN.size[0])
        row = lagging.wait_for(writer.begin.id)
    assert list_alarms(row) == list_due(detector)
    # A busy machine looks for another bundle late, when the scan has ended.
    log = [kind for kind, _, _ in lagging.list_log()]
    kinds = [kind for kind in log if kind != "bundle.loaded"]
    assert kinds[-2:] == ["alarm.raised", "scan.finished"]
    (_, _, said) = lagging.list_log("scan.finished")[0]
    assert said["alarms"] == len(row.alarms)


def test_alarms_that_a_killed_lane_held_are_raised_again(lagging, detector):
    with lagging.working() as worker:
        writer = lagging.begin()
        lagging.push(writer)
        wait_until(lambda: worker._scan and worker._scan.boxes)  # noqa: SLF001
    with lagging.working():
        writer.end(writer.begin.began, width=SCAN.size[0])
        row = lagging.wait_for(writer.begin.id)
    assert list_alarms(row) == list_due(detector)
