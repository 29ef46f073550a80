"""What is deleted and what stays, whatever happens meanwhile and beside it."""

import logging
import os
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select

from data.errors import RecordError
from station.config import RetentionConfig
from station.records.tables import Inspection, ScanRow
from station.retention import Keeper, keeper, pictures
from station.spool import DataFolder
from tests.station.keeping import (
    AMPLE,
    NOW,
    list_entries,
    list_left,
    make_keeper,
    store_all,
)
from tests.station.retention_cases import SIZE, Case


@contextmanager
def dying_at(monkeypatch, step):
    """Have the process killed within a block, where it comes to a step."""

    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(pictures, step, die)
        with pytest.raises(KeyboardInterrupt):
            yield


def test_what_a_lane_is_not_done_with_stays(config, database):
    data = DataFolder(config.data)
    ((name,),) = store_all(database, data, [Case()])
    with database.reading() as session:
        folder = data.root / session.get_one(ScanRow, name).folder
    data.point_to("north", folder)
    kept = make_keeper(config, database, data, scan_days=1)
    kept.keep(NOW)
    assert folder.exists()
    data.be_done("north", name)
    kept.keep(NOW)
    assert not folder.exists()


def test_killed_between_records_and_disk_the_next_time_the_folder_goes(
    config, database, monkeypatch
):
    data = DataFolder(config.data)
    ((name,),) = store_all(database, data, [Case()])
    with dying_at(monkeypatch, "remove_folder"):
        make_keeper(config, database, data, scan_days=1).keep(NOW)
    with database.reading() as session:
        row = session.get_one(ScanRow, name)
    assert row.removed is not None
    assert (data.root / row.folder).exists()
    make_keeper(config, database, data).keep(NOW)
    assert list_left(database, data, [name]) == [False]
    assert len(list_entries(database, "scan.removed")) == 1


def test_killed_before_the_records_change_nothing_is_gone(
    config, database, monkeypatch
):
    data = DataFolder(config.data)
    ((name,),) = store_all(database, data, [Case()])
    with dying_at(monkeypatch, "append"):
        make_keeper(config, database, data, scan_days=1).keep(NOW)
    assert list_left(database, data, [name]) == [True]


def test_what_becomes_held_meanwhile_stays(config, database):
    data = DataFolder(config.data)
    ((name,),) = store_all(database, data, [Case()])
    reason = pictures.by_size()
    assert list(pictures.list_removable(database, data, reason)) == [(name, SIZE)]
    with database.changing() as session:
        session.scalars(select(Inspection)).one().state = "waiting"
    assert not pictures.remove_picture(database, data, name, reason)
    assert list_left(database, data, [name]) == [True]


def test_a_folder_of_which_nobody_knows_is_told_once_and_stays(
    config, database, caplog
):
    data = DataFolder(config.data)
    folders = [data.root / "scans/2026-01-01" / name for name in ("old", "open", "new")]
    for folder in folders:
        folder.mkdir(parents=True)
        before = NOW - timedelta(days=0 if folder.name == "new" else 2)
        os.utime(folder, (before.timestamp(), before.timestamp()))
    data.point_to("north", folders[1])
    kept = make_keeper(config, database, data)
    with caplog.at_level(logging.WARNING):
        kept.keep(NOW)
        kept.keep(NOW)
    assert all(folder.exists() for folder in folders)
    (record,) = caplog.records
    assert "nothing of the scan old" in record.getMessage()


@pytest.mark.parametrize(
    "folder", ["..", "scans/2026-11-26", "/etc/{name}", "a/b/{name}"]
)
def test_only_folders_of_scans_are_ever_removed(tmp_path, caplog, folder):
    data, name = DataFolder(tmp_path / "data"), "a" * 32
    place = data.root / folder.format(name=name)
    if place.is_relative_to(tmp_path):
        place.mkdir(parents=True, exist_ok=True)
    with caplog.at_level(logging.ERROR):
        pictures.remove_folder(data, folder.format(name=name), name)
    assert "stays" in caplog.text
    assert place.exists() or not place.is_relative_to(tmp_path)


def test_days_that_are_empty_go_but_not_those_of_now(config, database):
    days = config.data / "scans"
    for name in ("2026-11-20", "2026-11-25", "2026-11-26"):
        (days / name).mkdir(parents=True)
    make_keeper(config, database, DataFolder(config.data)).keep(NOW)
    assert sorted(path.name for path in days.iterdir()) == ["2026-11-25", "2026-11-26"]


def test_it_goes_on_where_the_records_cannot_be_reached(
    config, database, monkeypatch, caplog
):
    stopping, done = threading.Event(), []

    def fail(*_):
        done.append("tried")
        if len(done) == 2:
            stopping.set()
        msg = "gone"
        raise RecordError(msg)

    monkeypatch.setattr(keeper, "forget", fail)
    monkeypatch.setattr(keeper, "LOOK_S", 0.001)
    monkeypatch.setattr(keeper, "HOUR_S", 0.001)
    with caplog.at_level(logging.WARNING):
        make_keeper(config, database, DataFolder(config.data)).run(stopping)
    assert done == ["tried", "tried"]
    assert "Nothing is deleted now. gone" in caplog.text


def test_a_disk_that_becomes_short_is_seen_between_the_hours(
    config, database, monkeypatch
):
    data, stopping = DataFolder(config.data), threading.Event()
    ((name,),) = store_all(database, data, [Case(age=1)])
    free = iter([AMPLE, AMPLE, AMPLE, 0, 0, 0, 0])
    limited = config.model_copy(
        update={"retention": RetentionConfig(scan_gb=1.0, least_free_gb=1.0)}
    )

    def measure(_):
        now = next(free, None)
        if now is None:
            stopping.set()
        return now or 0

    monkeypatch.setattr(keeper, "LOOK_S", 0.001)
    Keeper(limited, database, data, measure).run(stopping)
    assert list_left(database, data, [name]) == [False]


def test_a_clock_that_was_set_far_ahead_deletes_nothing_by_age(
    config, database, monkeypatch
):
    data = DataFolder(config.data)
    ((name,),) = store_all(database, data, [Case(age=100)])
    kept = make_keeper(config, database, data, scan_days=30)
    with monkeypatch.context() as patch:
        patch.setattr(keeper, "is_in_doubt", lambda *_: True)
        kept.keep(NOW)
        assert list_left(database, data, [name]) == [True]
    kept.keep(NOW)
    assert list_left(database, data, [name]) == [False]
