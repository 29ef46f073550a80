"""Tests of what trials of a whole station say: every loss is seen, nothing else is."""

from dataclasses import fields, replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.live.delays import sum_delays
from cargosight.station_trials import checking
from cargosight.station_trials.checking import (
    Kept,
    check_kept,
    compare_alarms,
    settle,
)
from cargosight.station_trials.killing import Kill
from cargosight.station_trials.kills import Killed, say_kept
from cargosight.station_trials.loads import Load, time_alarms
from cargosight.station_trials.scanners import Passed
from cargosight.station_trials.trial import Trial
from cargosight.station_trials.troubles import Trouble, Troubles
from data.errors import StationError
from data.formats import write_scan
from station.audit import append
from station.records import new_id, open_database
from station.records.migrations import migrate
from station.records.moment import now
from station.records.tables import (
    Alarm,
    Decision,
    Disposition,
    Entry,
    Inspection,
    ScanRow,
    User,
)
from tests.benchmark.live.small import write_truck

THING = (40.0, 20.0, 74.0, 50.0)
OTHER = (120.0, 20.0, 160.0, 50.0)
DUE = {0: np.array([THING, OTHER], np.float32), 1: np.zeros((0, 4), np.float32)}

ALL_KEPT = Kept(
    scans=2,
    scans_lost=0,
    scans_doubled=0,
    pictures_wrong=0,
    alarms=2,
    alarms_due=2,
    alarms_lost=0,
    alarms_doubled=0,
    alarms_more=0,
    scans_same=2,
    decisions=2,
    decisions_lost=0,
    decisions_doubled=0,
    log_entries=1,
    log_whole=True,
)


def make_boxes(*boxes):
    return np.array(boxes, np.float32).reshape(-1, 4)


@pytest.mark.parametrize(
    ("found", "due", "expected"),
    [
        ([], [], (0, 0, 0)),
        ([THING], [THING], (0, 0, 0)),
        ([], [THING, OTHER], (2, 0, 0)),
        ([THING], [], (0, 0, 1)),
        ([THING, THING], [THING], (0, 1, 0)),
        ([THING] * 3, [THING], (0, 3, 0)),
        ([OTHER], [THING], (1, 0, 1)),
        ([(42.0, 20.0, 74.0, 50.0)], [THING], (0, 0, 0)),
        ([(40.0, 20.0, 50.0, 50.0)], [THING], (1, 0, 1)),
        (
            [THING, (42.0, 20.0, 74.0, 50.0)],
            [THING, (42.0, 20.0, 74.0, 50.0)],
            (0,) * 3,
        ),
    ],
)
def test_alarms_that_are_lost_doubled_or_more_are_told_apart(found, due, expected):
    assert compare_alarms(make_boxes(*found), make_boxes(*due)) == expected


@given(st.lists(st.integers(0, 20), unique=True, max_size=6), st.data())
def test_of_things_apart_each_that_is_missing_counts_once(places, data):
    boxes = [(100.0 * x, 0.0, 100.0 * x + 40, 30.0) for x in places]
    kept = [box for box in boxes if data.draw(st.booleans())]
    lost = len(boxes) - len(kept)
    assert compare_alarms(make_boxes(*kept), make_boxes(*boxes)) == (lost, 0, 0)


@pytest.mark.parametrize(
    "field",
    [one.name for one in fields(Kept) if one.name.endswith(("lost", "doubled", "ong"))],
)
def test_whatever_is_lost_doubled_or_wrong_is_not_all_kept(field):
    change: dict[str, Any] = {field: 1}
    assert ALL_KEPT.all_kept
    assert not replace(ALL_KEPT, **change).all_kept


def test_a_log_that_was_changed_is_not_all_kept_and_more_alarms_are():
    damaged = replace(ALL_KEPT, log_whole=False)
    assert not damaged.all_kept
    assert "DAMAGED" in say_kept(damaged)
    assert "DAMAGED" not in say_kept(ALL_KEPT)
    assert replace(ALL_KEPT, alarms_more=3, scans_same=1).all_kept


def test_what_was_kept_is_said_with_all_its_figures():
    figures: list[Any] = [*range(101, 115), True]
    numbered = Kept(*figures)
    said = say_kept(numbered)
    for name, value in numbered.as_dict().items():
        if name not in {"alarms", "log_whole"}:
            assert str(value) in said, name


class Rig:
    """A station that does not run, whose records a test writes."""

    def __init__(self, root):
        self.root = root
        self.config = SimpleNamespace(data=root)
        self.database = open_database(f"sqlite:///{root / 'station.db'}")
        migrate(self.database)
        self.user = new_id()
        with self.database.changing() as session:
            user = User(id=self.user, name="a", role="operator", pseudonym="p")
            user.password_hash, user.created = "none", now()
            session.add(user)

    def add(self, truck, key, boxes, state="looked"):
        """A scan in the records, and its picture."""
        name, inspection = new_id(), new_id()
        write_scan(truck.read(), self.root / name / "scan.tiff")
        with self.database.changing() as session:
            session.add(Inspection(id=inspection, lane="north", began=now()))
            session.flush()
            row = ScanRow(id=name, inspection_id=inspection, lane="north", key=key)
            row.folder, row.kind, row.height, row.state = name, "dual", 96, state
            row.info, row.began, row.stored = {}, now(), "scan.tiff"
            session.add(row)
            session.flush()
            made = [self._add_alarm(session, name, box) for box in boxes]
            append(session, "scan.finished", name)
        return made

    def _add_alarm(self, session, scan, box):
        x0, y0, x1, y1 = box
        alarm = Alarm(id=new_id(), scan_id=scan, x0=x0, y0=y0, x1=x1, y1=y1)
        alarm.score, alarm.label, alarm.raised = 0.9, "firearm", now()
        session.add(alarm)
        session.flush()
        return alarm.id

    def decide(self, alarm, request):
        """A decision in the records."""
        with self.database.changing() as session:
            made = Decision(id=new_id(), alarm_id=alarm, user_id=self.user)
            made.request, made.decision, made.made = request, "confirm", now()
            session.add(made)

    def dispose(self, request):
        """A disposition in the records."""
        with self.database.changing() as session:
            one = session.query(Inspection).first()
            assert one is not None
            made = Disposition(id=new_id(), inspection_id=one.id, user_id=self.user)
            made.request, made.disposition, made.made = request, "released", now()
            session.add(made)


@pytest.fixture
def rig(tmp_path):
    made = Rig(tmp_path)
    yield made
    made.database.close()


@pytest.fixture
def trucks(tmp_path):
    return [
        write_truck(tmp_path / "a", boxes=[(40, 20, 74, 50), (120, 20, 160, 50)]),
        write_truck(tmp_path / "b", boxes=()),
    ]


def make_passed(*numbers):
    """Trucks that were played, the first of each of the two."""
    made = np.arange(200, dtype=np.float64)
    played = cast("Any", SimpleNamespace(made=made))
    return [Passed("north", f"north-{n:05d}", n, played) for n in numbers]


def check(rig, trucks, requests=(), passed=(0, 1)):
    return check_kept(rig, make_passed(*passed), trucks, DUE, requests)


def test_a_station_that_has_all_has_kept_all(rig, trucks):
    [first, second] = rig.add(trucks[0], "north-00000", [THING, OTHER])
    rig.add(trucks[1], "north-00001", [])
    rig.decide(first, "one")
    rig.decide(second, "two")
    rig.dispose("three")
    found = check(rig, trucks, ["one", "two", "three"])
    assert found == replace(ALL_KEPT, decisions=3, log_entries=found.log_entries)
    assert found.all_kept


def test_a_scan_that_is_not_there_or_was_not_looked_at_is_lost(rig, trucks):
    rig.add(trucks[1], "north-00001", [], state="receiving")
    found = check(rig, trucks)
    assert (found.scans_lost, found.alarms_lost, found.scans_same) == (2, 2, 0)
    assert not found.all_kept


def test_a_scan_that_is_there_twice_is_doubled(rig, trucks):
    rig.add(trucks[1], "north-00001", [])
    rig.add(trucks[1], f"north-00001#{new_id()}", [])
    found = check(rig, trucks, passed=(1,))
    assert (found.scans_lost, found.scans_doubled) == (0, 1)


def test_a_picture_that_is_another_or_gone_is_wrong(rig, trucks):
    rig.add(trucks[1], "north-00000", [THING, OTHER])
    rig.add(trucks[1], "north-00001", [])
    assert check(rig, trucks).pictures_wrong == 1
    with rig.database.changing() as session:
        session.query(ScanRow).filter_by(key="north-00001").one().stored = None
    assert check(rig, trucks).pictures_wrong == 2


def test_alarms_that_are_lost_doubled_or_more_are_counted(rig, trucks):
    rig.add(trucks[0], "north-00000", [THING, THING])
    rig.add(trucks[1], "north-00001", [OTHER])
    found = check(rig, trucks)
    counts = found.alarms_lost, found.alarms_doubled, found.alarms_more
    assert counts == (1, 1, 1)
    assert (found.alarms, found.alarms_due, found.scans_same) == (3, 2, 0)


def test_an_acknowledged_decision_that_is_not_there_is_lost(rig, trucks):
    [first, _] = rig.add(trucks[0], "north-00000", [THING, OTHER])
    rig.decide(first, "one")
    found = check(rig, trucks, ["one", "two"], passed=(0,))
    assert (found.decisions, found.decisions_lost, found.decisions_doubled) == (2, 1, 0)


def test_one_request_that_was_done_twice_is_doubled(rig, trucks):
    [first, _] = rig.add(trucks[0], "north-00000", [THING, OTHER])
    rig.decide(first, "one")
    rig.dispose("one")
    assert check(rig, trucks, ["one"], passed=(0,)).decisions_doubled == 1


def test_a_log_that_was_changed_is_seen(rig, trucks):
    rig.add(trucks[1], "north-00001", [])
    with rig.database.changing() as session:
        session.query(Entry).first().subject = "other"
    assert not check(rig, trucks, passed=(1,)).log_whole


def test_what_was_played_is_waited_for_as_long_as_it_is_looked_at(
    rig, trucks, monkeypatch
):
    rig.add(trucks[0], "north-00000", [THING, OTHER])

    def look_at_the_other(_):
        rig.add(trucks[1], "north-00001", [])

    monkeypatch.setattr("time.sleep", look_at_the_other)
    assert settle(rig, make_passed(0)) is True
    with rig.database.reading() as session:
        assert session.query(ScanRow).count() == 1
    assert settle(rig, make_passed(0, 1)) is True


def test_what_is_never_looked_at_is_waited_for_no_longer_than_is_bearable(
    rig, trucks, monkeypatch
):
    rig.add(trucks[0], "north-00000", [THING, OTHER])
    monkeypatch.setattr(checking, "SETTLE_S", 0.01)
    assert settle(rig, make_passed(0, 1)) is False


def test_a_trial_whose_station_does_not_finish_says_so(monkeypatch, rig, trucks):
    monkeypatch.setattr(checking, "SETTLE_S", 0.0)
    scanner: Any = SimpleNamespace(finish=lambda: None, passed=make_passed(0))
    operator: Any = SimpleNamespace(finish=lambda: None, decided=[], disposed=[])
    given: Any = rig
    trial = Trial(given, trucks, DUE, cast("Any", None), operator, [scanner])
    with pytest.raises(StationError, match="played"):
        trial.finish()


def test_an_alarm_takes_from_its_last_column_to_its_event(rig, trucks):
    first, second = rig.add(trucks[0], "north-00000", [THING, OTHER])
    raised = {first: 73.0 + 0.25, second: 100.0}  # column 73 was made at 73.0
    trial: Any = SimpleNamespace(
        rig=rig, passed=make_passed(0), watch=SimpleNamespace(raised=raised)
    )
    found = time_alarms(trial)
    assert (found.count, found.early, found.most) == (2, 1, 0.25)
    trial.passed = []
    assert time_alarms(trial).count == 0


def test_kills_are_said_with_the_longest_of_each_kind():
    kills = (Kill("server", 1.0), Kill("lane", 0.5), Kill("server", 3.25))
    found = Killed("SQLite", kills, ALL_KEPT, reconnects=4, refused=0)
    assert found.worst_s == {"server": 3.25, "lane": 0.5}
    assert found.as_dict()["kills"] == {"server": 2, "lane": 1}
    assert found.as_dict()["all_kept"] is True
    assert found.as_dict()["back_s_median"] == 1.0
    assert "server 2 (back within 3.2 s)" in found.as_text()


def test_a_load_is_said_with_and_without_alarms():
    delays = sum_delays([0.5, 0.75])
    found = Load(4, 30, 24, delays, 9, 7, 1, 2, 3, {"server": 1.0}, 8, 0, ALL_KEPT)
    assert "p50 0.62" in found.as_text()
    assert found.as_dict()["all_kept"] is True
    assert "no alarm to time" in replace(found, delays=sum_delays([])).as_text()


@pytest.mark.parametrize("field", ["told", "logged", "mended"])
def test_a_trouble_that_is_not_told_of_or_not_over_is_not_well(field):
    well = Trouble("disk full", told=True, logged=True, mended=True)
    change: dict[str, Any] = {field: False}
    assert Troubles((well, well), 0).well
    assert not Troubles((well, replace(well, **change)), 0).well
    assert not Troubles((well,), 1).well
    assert Troubles((well,), 1).as_dict()["restarts"] == 1
