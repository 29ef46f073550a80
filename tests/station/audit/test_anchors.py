"""The last hash of each day, kept elsewhere."""

import logging
import threading
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, update

from data.errors import RecordError, StationError
from station.audit import anchors
from station.audit.anchors import AnchorKeeper, make_anchor, read_anchors
from station.audit.verifying import verify_log
from station.records.tables import Entry
from tests.station.audit.logs import write_log

MORNING = datetime(2026, 11, 26, 0, 1, tzinfo=UTC)
NEXT = datetime(2026, 11, 27, 0, 1, tzinfo=UTC)


@pytest.fixture
def keeper(database, tmp_path):
    """Keeps anchors in "data", and copies in "far"."""
    write_log(database)
    folders = [tmp_path / "data", tmp_path / "far"]
    for folder in folders:
        folder.mkdir()
    return AnchorKeeper(database, folders)


def list_days(database):
    query = select(Entry.subject).where(Entry.kind == "anchor.made")
    with database.reading() as session:
        return list(session.scalars(query.order_by(Entry.seq)))


def test_a_day_that_is_over_has_an_anchor_in_every_place(keeper, database):
    keeper.keep(MORNING)
    assert list_days(database) == ["2026-11-25"]
    near, far = (folder / "anchors.jsonl" for folder in keeper.folders)
    assert near.read_text() == far.read_text()
    with database.reading() as session:
        entry = session.get_one(Entry, 7)
    assert read_anchors(far) == {7: frozenset({entry.sha256})}
    assert verify_log(database, read_anchors(far)).anchors == 1


def test_a_day_has_one_anchor_however_often_one_looks(keeper, database):
    for hour in (1, 2, 23):
        keeper.keep(MORNING.replace(hour=hour))
    keeper.keep(NEXT)
    assert list_days(database) == ["2026-11-25", "2026-11-26"]
    assert len(read_anchors(keeper.folders[1] / "anchors.jsonl")) == 2


def test_a_clock_that_was_set_back_makes_no_anchor_again(keeper, database):
    for now in (MORNING, NEXT, MORNING, NEXT):
        keeper.keep(now)
    assert list_days(database) == ["2026-11-25", "2026-11-26"]


def test_a_day_is_one_of_utc(keeper, database):
    keeper.keep(datetime.fromisoformat("2026-11-26T01:00:00+02:00"))
    assert list_days(database) == ["2026-11-24"]


def test_an_empty_log_has_no_anchor(database):
    make_anchor(database, date(2026, 11, 25))
    assert list_days(database) == []


def test_a_place_that_was_gone_gets_what_it_missed(keeper, caplog):
    keeper.folders[1].rmdir()
    with caplog.at_level(logging.WARNING):
        keeper.keep(MORNING)
        keeper.keep(MORNING)
    assert len(caplog.records) == 1, "it is told once"
    assert "no folder" in caplog.text
    keeper.folders[1].mkdir()
    keeper.keep(NEXT)
    near, far = (folder / "anchors.jsonl" for folder in keeper.folders)
    assert near.read_text() == far.read_text()


def test_a_line_that_was_kept_stays_though_the_log_says_otherwise(keeper, database):
    keeper.keep(MORNING)
    far = keeper.folders[1] / "anchors.jsonl"
    kept = far.read_text()
    with database.changing() as session:
        session.execute(
            update(Entry).where(Entry.kind == "anchor.made").values(sha256="f" * 64)
        )
    keeper.keep(MORNING)
    assert far.read_text().startswith(kept)
    found = read_anchors(far)
    assert len(found[7]) == 2
    assert "written anew" in verify_log(database, found).as_text()


def test_killed_before_the_files_the_next_look_writes_them(keeper, database):
    make_anchor(database, date(2026, 11, 25))
    keeper.keep(MORNING)
    assert len(read_anchors(keeper.folders[0] / "anchors.jsonl")) == 1


@pytest.mark.parametrize("content", ["nonsense\n", '{"date":"2026-11-25"}\n'])
def test_a_damaged_file_is_told_and_left(keeper, caplog, content):
    place = keeper.folders[1] / "anchors.jsonl"
    place.write_text(content)
    with caplog.at_level(logging.WARNING):
        keeper.keep(MORNING)
    assert "damaged" in caplog.text
    assert place.read_text() == content
    with pytest.raises(StationError, match="damaged"):
        read_anchors(place)


def test_a_file_that_is_not_there_cannot_be_verified_against(tmp_path):
    with pytest.raises(StationError, match="cannot be read"):
        read_anchors(tmp_path / "none")


def test_it_goes_on_where_the_records_cannot_be_reached(keeper, monkeypatch, caplog):
    stopping = threading.Event()
    tries = []

    def fail(_, day):
        tries.append(day)
        if len(tries) == 2:
            stopping.set()
        msg = "gone"
        raise RecordError(msg)

    monkeypatch.setattr(anchors, "make_anchor", fail)
    monkeypatch.setattr(anchors, "PAUSE_S", 0.0)
    with caplog.at_level(logging.WARNING):
        keeper.run(stopping)
    assert len(tries) == 2
    assert "gone" in caplog.text


def test_a_clock_that_was_once_far_ahead_does_not_end_all_anchors(keeper, database):
    keeper.keep(MORNING.replace(year=2099))
    keeper.keep(MORNING)
    keeper.keep(NEXT)
    assert list_days(database) == ["2099-11-25", "2026-11-25", "2026-11-26"]
