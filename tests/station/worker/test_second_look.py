"""Tests of the real scan behind a test: looked at anew once the test was told."""

import pytest

from data.scan import ScanInfo
from station.records.tables import ScanRow
from station.spool import ScanBegin
from station.spool.beginning import ScanEnd
from station.worker import looking
from station.worker.finishing import Finished, record_end
from tests.station.waiting import wait_until
from tests.station.worker.working import (
    FAR,
    CutDatabase,
    list_alarms,
    list_due,
)


@pytest.fixture
def told(playing):
    """A scan that was shown as a test, which was told: only one alarm of it is known.

    It is of the firearm of the test, and a real thing is in its place.
    """
    name = playing.play()
    with playing.working():
        playing.wait_for(name)
    with playing.database.changing() as session:
        row = session.get_one(ScanRow, name)
        for alarm in row.alarms:
            alarm.test = alarm.x0 >= FAR[0] - 8
            if not alarm.test:
                session.delete(alarm)
        row.state = "again"
        row.findings = {**row.findings, "missing": [[3, 9]]}
        row.inspection.state, row.inspection.second_look = "scanning", True
    return name


def wait_for_look(playing, name):
    wait_until(lambda: playing.find(name).state not in {"again", "receiving"})
    return playing.find(name)


def test_the_real_alarms_are_found_and_the_inspection_waits(playing, told, detector):
    with playing.working():
        row = wait_for_look(playing, told)
    assert row.state == "looked"
    real = [alarm for alarm in row.alarms if not alarm.test]
    row.alarms[:] = real
    assert list_alarms(row) == list_due(detector)
    assert row.inspection.state == "waiting"
    assert row.inspection.second_look
    assert row.findings["missing"] == [[3, 9]]
    assert row.findings["blanks"][0]["code"] == "blank.missing"
    assert row.findings["leads"]
    assert playing.list_log("scan.finished")[-1][2]["again"] is True


def test_a_second_look_waits_for_records_that_are_gone(playing, told, detector, caplog):
    cut = CutDatabase(playing.database.engine)
    cut.cut.set()
    with playing.working(cut):
        wait_until(lambda: "A second look waits" in caplog.text)
        assert playing.find(told).state == "again"
        cut.cut.clear()
        row = wait_for_look(playing, told)
    assert len(row.alarms) == 1 + len(list_due(detector))
    assert row.inspection.state == "waiting"


def test_a_second_look_that_fails_is_said_to(playing, told, runtime):
    runtime.error = ZeroDivisionError("again")
    with playing.working():
        # the bundle cannot be opened either: nothing looks
        row = wait_for_look(playing, told)
    assert row.state == "failed"
    assert "again" in row.error
    assert row.inspection.state == "waiting"
    assert row.findings["missing"] == [[3, 9]]


def test_explanations_are_one_line():
    said = looking.explain(ValueError("two\nlines"))
    assert "\n" not in said
    assert "ValueError: two lines" in said


def test_a_scan_that_was_removed_is_not_looked_at_again(playing, told):
    with playing.database.changing() as session:
        session.get_one(ScanRow, told).stored = None
    other = playing.play()
    with playing.working():
        playing.wait_for(other)
    assert playing.find(told).state == "again"


def test_a_scan_of_another_lane_is_not_looked_at(playing, told):
    with playing.database.changing() as session:
        session.get_one(ScanRow, told).lane = "south"
    with playing.working():
        playing.wait_for(playing.play())
    assert playing.find(told).state == "again"


def test_a_test_that_was_told_ends_where_the_picture_cannot_be_stored(playing, told):
    with playing.database.changing() as session:
        row = session.get_one(ScanRow, told)
        begin = ScanBegin(
            id=told,
            lane="north",
            key="k",
            kind="dual",
            rows=row.height,
            info=ScanInfo(),
            began=row.began,
        )
        end = ScanEnd(ended=row.began, width=None, why="end")
        row.ended, row.stored = None, None
        size = (0, row.height)
        record_end(session, Finished(begin, end, size, None, 0, None, None, "No disk."))
    assert playing.find(told).state == "failed"
