"""Tests of scans and inspections in the records: views are joined, numbers are not."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from data.scan import ScanInfo
from station.records import new_id
from station.records.moment import now
from station.records.tables import Entry, Inspection, ScanRow
from station.spool import ScanBegin
from station.worker.finishing import await_decision
from station.worker.registering import register_scan

START = now()


@pytest.fixture
def register(database):
    """Put a scan into the records; gives back its row."""

    def put(number=None, view=None, minutes=0.0, lane="north", key=None):
        begin = ScanBegin(
            id=new_id(),
            lane=lane,
            key=key or new_id(),
            number=number,
            kind="dual",
            rows=9,
            info=ScanInfo(view=view, containers=("CSQU3054383",)),
            began=START + timedelta(minutes=minutes),
        )
        for _ in range(2):  # a replay changes nothing
            with database.changing() as session:
                register_scan(session, begin, "scans/of/today")
        with database.reading() as session:
            return session.get_one(ScanRow, begin.id)

    return put


def list_told(database, *kinds):
    with database.reading() as session:
        query = select(Entry.kind).where(Entry.kind.in_(kinds)).order_by(Entry.seq)
        return list(session.scalars(query))


def are_together(*rows):
    return len({row.inspection_id for row in rows}) == 1


def test_views_of_one_number_are_one_inspection(register, database):
    rows = [register("7", view, minutes=n) for n, view in enumerate(["top", "side"])]
    assert are_together(*rows)
    assert list_told(database, "number.again", "number.shared") == []
    assert list_told(database, "scan.began") == ["scan.began"] * 2
    with database.reading() as session:
        made = session.get_one(Inspection, rows[0].inspection_id)
    assert (made.number, made.containers) == ("7", ["CSQU3054383"])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"view": "top"}, {"view": "top"}),
        ({"view": None}, {"view": "top"}),
        ({"view": "top"}, {"view": None}),
        ({"view": "top"}, {"view": "side", "minutes": 11}),
    ],
)
def test_a_number_that_comes_again_is_told_of_and_both_are_kept(
    register, database, first, second
):
    rows = [register("7", **first), register("7", **second)]
    assert not are_together(*rows)
    assert list_told(database, "number.again", "number.shared") == ["number.again"]


def test_scans_without_a_number_are_inspections_of_their_own(register, database):
    rows = [register(None, view) for view in ("top", "side")]
    assert not are_together(*rows)
    assert list_told(database, "number.again") == []


def test_two_lanes_that_send_one_number_are_told_of_and_both_are_kept(
    register, database
):
    rows = [register("7", "top"), register("7", "side", lane="south")]
    assert not are_together(*rows)
    assert list_told(database, "number.again", "number.shared") == ["number.shared"]


def test_a_view_of_an_inspection_that_is_closed_is_another_inspection(
    register, database
):
    first = register("7", "top")
    with database.changing() as session:
        session.get_one(Inspection, first.inspection_id).closed = now()
    assert not are_together(first, register("7", "side", minutes=1))


def test_a_number_of_long_ago_is_no_matter(register, database):
    register("7", "top", minutes=-60 * 25)
    register("7", "top")
    assert list_told(database, "number.again") == []


def test_an_inspection_waits_once_all_its_views_were_looked_at(register, database):
    rows = [register("7", view) for view in ("top", "side")]
    states = []
    for row in rows:
        with database.changing() as session:
            session.get_one(ScanRow, row.id).state = "looked"
            session.flush()
            inspection = session.get_one(Inspection, row.inspection_id)
            await_decision(session, inspection)
            states.append(inspection.state)
    assert states == ["scanning", "waiting"]


def test_a_late_view_lets_an_inspection_scan_again(register, database):
    first = register("7", "top")
    with database.changing() as session:
        session.get_one(Inspection, first.inspection_id).state = "waiting"
    register("7", "side", minutes=2)
    with database.reading() as session:
        found = session.get_one(Inspection, first.inspection_id)
    assert found.state == "scanning"


def test_a_key_that_comes_again_is_told_of_and_made_its_own(register, database):
    first, second = register(key="k" * 200), register(key="k" * 200)
    other = register(key="k" * 200, lane="south")
    assert first.key == other.key == "k" * 200
    assert second.key == f"{'k' * 160}#{second.id}"
    assert list_told(database, "number.again") == ["number.again"]


def test_the_name_of_a_view_may_be_long(register):
    """PostgreSQL takes no more than a column is wide, and would refuse the scan."""
    assert register(view="v" * 100).view == "v" * 64
