"""Tests of alarms in the records: whatever is looked at again, none is there twice."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from station.records import new_id, open_database
from station.records.moment import now
from station.records.tables import Alarm, Entry, Inspection, ScanRow
from station.worker.alarms import AlarmBook, Raised


@pytest.fixture(scope="module")
def records(tmp_path_factory, plain_records):
    """Records for examples, each with a scan of its own."""
    path = tmp_path_factory.mktemp("records") / "station.db"
    path.write_bytes(plain_records.read_bytes())
    opened = open_database(f"sqlite:///{path}")
    yield opened
    opened.close()


def add_scan(records):
    """A scan that comes in; gives back its identifier."""
    scan, inspection = new_id(), new_id()
    with records.changing() as session:
        session.add(Inspection(id=inspection, lane="north", began=now()))
        session.flush()
        row = ScanRow(id=scan, inspection_id=inspection, lane="north", key=scan)
        row.folder, row.kind, row.height, row.info, row.began = "", "dual", 9, {}, now()
        session.add(row)
    return scan


def record(records, book, *raised):
    """Record alarms, and keep them in mind."""
    with records.changing() as session:
        ids = book.record(session, raised)
    book.keep(ids)
    return ids


def list_alarms(records, scan):
    with records.reading() as session:
        query = select(Alarm).where(Alarm.scan_id == scan).order_by(Alarm.x0)
        return session.scalars(query).all()


def count_log(records, kind, scan):
    with records.reading() as session:
        said = session.scalars(select(Entry.payload).where(Entry.kind == kind))
        return sum(json.loads(one)["scan"] == scan for one in said)


def make_box(thing, stage):
    """A box of one of many things, at a stage of its growth: each has the one before.

    The things lie in two rows and touch.
    """
    x, y = 100 * (thing // 2), 50 * (thing % 2)
    return float(x), float(y), float(x + 20 + 20 * stage), float(y + 30 + 5 * stage)


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("raise"), st.integers(0, 5), st.integers(0, 4)),
        st.tuples(st.just("undo"), st.integers(0, 5), st.integers(0, 4)),
        st.tuples(st.just("restart"), st.just(0), st.just(0)),
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=40)
@given(EVENTS, st.randoms(use_true_random=False))
def test_no_order_of_growth_and_no_restart_doubles_an_alarm(records, events, chance):
    scan = add_scan(records)
    numbers: dict[int, int] = {}
    wanted: dict[int, int] = {}
    book = AlarmBook(scan, "north")
    for kind, thing, stage in events:
        number = numbers.setdefault(thing, chance.randrange(10**9))
        raised = Raised(number, make_box(thing, stage), 0.3 + stage / 10, "firearm")
        if kind == "raise":
            record(records, book, raised)
            wanted[thing] = max(stage, wanted.get(thing, 0))
        elif kind == "undo":
            undo(records, book, raised)
        else:
            book, numbers = AlarmBook(scan, "north"), {}
    found = {alarm.box: round(alarm.score, 4) for alarm in list_alarms(records, scan)}
    assert found == {
        make_box(thing, stage): round(0.3 + stage / 10, 4)
        for thing, stage in wanted.items()
    }
    assert count_log(records, "alarm.raised", scan) == len(wanted)


class Undone(Exception):  # noqa: N818 - it is no error
    """The database was cut off."""


def undo(records, book, raised):
    """Have a change fail once all of it was said."""
    try:
        with records.changing() as session:
            book.record(session, [raised])
            raise Undone
    except Undone:
        pass


def test_an_alarm_that_grew_keeps_its_name_and_never_shrinks(records):
    scan = add_scan(records)
    book = AlarmBook(scan, "north")
    first = record(records, book, Raised(7, (10, 10, 50, 40), 0.5, "firearm", True))
    again = record(records, book, Raised(7, (8, 12, 60, 38), 0.4, "firearm", False))
    assert again == first
    [alarm] = list_alarms(records, scan)
    assert alarm.box == (8, 10, 60, 40)
    assert (alarm.score, alarm.coarse) == (0.5, False)
    assert count_log(records, "alarm.grew", scan) == 1


def test_what_did_not_change_is_not_told_again(records):
    scan = add_scan(records)
    for _ in range(3):
        book = AlarmBook(scan, "north")
        record(records, book, Raised(0, (10, 10, 50, 40), 0.5, "firearm"))
    assert count_log(records, "alarm.grew", scan) == 0


def test_things_that_are_raised_together_are_alarms_each(records):
    scan = add_scan(records)
    inside = Raised(0, (10, 10, 30, 20), 0.5, "firearm")
    around = Raised(1, (0, 0, 60, 40), 0.6, "firearm")
    ids = record(records, AlarmBook(scan, "north"), inside, around)
    assert len(set(ids.values())) == 2
    assert record(records, AlarmBook(scan, "north"), inside, around) == ids


def test_an_alarm_that_was_drawn_by_hand_is_no_alarm_of_the_detector(records):
    scan = add_scan(records)
    with records.changing() as session:
        user = _make_user(session)
        drawn = Alarm(id=new_id(), scan_id=scan, x0=0, y0=0, x1=40, y1=40)
        drawn.label, drawn.drawn_by, drawn.raised = "firearm", user, now()
        session.add(drawn)
    record(records, AlarmBook(scan, "north"), Raised(0, (0, 0, 40, 40), 0.9, "firearm"))
    assert len(list_alarms(records, scan)) == 2


def _make_user(session):
    from station.records.tables import User  # noqa: PLC0415

    user = User(id=new_id(), name=new_id(), role="operator", pseudonym=new_id())
    user.password_hash, user.created = "none", now()
    session.add(user)
    session.flush()
    return user.id


def test_an_alarm_of_a_test_says_so_and_a_replay_finds_it_again(records):
    scan = add_scan(records)
    for _ in range(2):
        book = AlarmBook(scan, "north", lambda box: box[0] < 100)
        boxes = ((10, 10, 50, 40), (300, 10, 350, 40))
        raised = [Raised(n, box, 0.5, "firearm") for n, box in enumerate(boxes)]
        record(records, book, *raised)
    assert [alarm.test for alarm in list_alarms(records, scan)] == [True, False]


def test_a_real_firearm_where_that_of_a_test_was_is_an_alarm_of_its_own(records):
    scan = add_scan(records)
    shown = AlarmBook(scan, "north", lambda _: True)
    record(records, shown, Raised(0, (10, 10, 50, 40), 0.9, "firearm"))
    real = AlarmBook(scan, "north", real=True)
    record(records, real, Raised(0, (12, 10, 52, 40), 0.6, "firearm"))
    record(records, real, Raised(0, (12, 10, 54, 40), 0.6, "firearm"))
    assert [alarm.test for alarm in list_alarms(records, scan)] == [True, False]


def test_the_log_holds_no_more_than_places_and_numbers(records):
    scan = add_scan(records)
    book = AlarmBook(scan, "north")
    [name] = record(
        records, book, Raised(0, (1.23, 2, 30, 40), 0.123456, "firearm")
    ).values()
    with records.reading() as session:
        entry = session.scalar(
            select(Entry).where(Entry.subject == name, Entry.kind == "alarm.raised")
        )
        count = session.scalar(select(func.count()).where(Entry.subject == name))
    assert (entry.actor, count) == ("lane:north", 1)
    with records.reading() as session:
        inspection = session.get_one(ScanRow, scan).inspection_id
    assert json.loads(entry.payload) == {
        "inspection": inspection,
        "scan": scan,
        "box": [1.2, 2, 30, 40],
        "score": 0.1235,
        "label": "firearm",
        "coarse": False,
    }
