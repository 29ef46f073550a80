"""Tests of the bundle in shadow."""

import json
import logging
from datetime import UTC, datetime

import numpy as np
import pytest
from sqlalchemy import select

from data.errors import StationError, TrustError
from detector.trust.keys import make_keys
from station.accounts.roles import Role
from station.records.tables import Alarm, Entry, ShadowAlarm
from station.shadow.comparing import compare
from station.shadow.looking import Shadow
from station.shadow.pointer import (
    FINISHED,
    POINTER,
    clear_shadow,
    read_shadow,
    use_shadow,
)
from station.spool import DataFolder
from station.supervised.telling import after_decision
from tests.detector.graphs import make_bundle
from tests.detector.seeing import THING, make_counts, make_steady_graph
from tests.detector.test_switching import make_signed
from tests.station.inspections.passing import (
    ELSEWHERE,
    look_again,
    pass_container,
    place_test,
    see,
)

SINCE = datetime(2026, 11, 26, tzinfo=UTC)
BOX = tuple(float(side) for side in THING)


@pytest.fixture
def data(config):
    """The data folder."""
    config.data.mkdir(parents=True, exist_ok=True)
    return DataFolder(config.data)


@pytest.fixture
def scan():
    """A scan with one thing in it."""
    return make_counts((32, 32), [THING], pitch_mm=(4.0, 4.0))


def make_candidate(root, name="next", score=0.75):
    """An unsigned bundle that finds THING in every scan."""
    make_bundle(root / name, {"dual": make_steady_graph(score)}, name=name)
    return root / name


@pytest.fixture
def shadow(data, config, tmp_path):
    """A bundle that looks in shadow."""
    use_shadow(data.root, make_candidate(tmp_path), trust=None, since=SINCE)
    return Shadow(data, config)


def list_alarms(database):
    with database.reading() as session:
        return session.scalars(select(ShadowAlarm)).all()


def list_finished(database):
    with database.reading() as session:
        entries = session.scalars(select(Entry).where(Entry.kind == FINISHED)).all()
        return [(one.subject, json.loads(one.payload)) for one in entries]


def name_shadow(data):
    """SHA-256 of what looks in shadow, which must be there."""
    pointer = read_shadow(data.root)
    assert pointer is not None
    return pointer.sha256


def compare_now(data, database):
    with database.reading() as session:
        return compare(session, name_shadow(data))


def test_what_looks_in_shadow_is_named_until_it_is_cleared(data, tmp_path):
    assert read_shadow(data.root) is None
    assert clear_shadow(data.root) is None
    used = use_shadow(data.root, make_candidate(tmp_path), trust=None, since=SINCE)
    assert (used.name, used.signed_by, used.since) == ("next", None, SINCE)
    assert read_shadow(data.root) == used
    assert clear_shadow(data.root) == used
    assert read_shadow(data.root) is None


def test_one_that_is_signed_by_a_stranger_is_refused(data, tmp_path):
    make_keys(tmp_path / "port")
    signed = make_signed(tmp_path, 1)
    (tmp_path / "trust").mkdir()
    make_keys(tmp_path / "trust" / "other")
    with pytest.raises(TrustError, match="signed"):
        use_shadow(data.root, signed, trust=tmp_path / "trust", since=SINCE)
    assert read_shadow(data.root) is None


def test_a_damaged_pointer_is_one_line(data):
    (data.root / POINTER).write_text("{")
    with pytest.raises(StationError, match="cannot be read"):
        read_shadow(data.root)
    assert clear_shadow(data.root) is None
    assert not (data.root / POINTER).exists()


def test_its_alarms_are_recorded_and_compared_with_those_in_use(
    shadow, data, database, scan
):
    both = pass_container(database, data, boxes=(BOX,))
    alone = pass_container(database, data, boxes=())
    missed = pass_container(database, data, boxes=(BOX, ELSEWHERE))
    for passed in (both, alone, missed):
        assert shadow.look(scan, passed.scan, database)
    sha256 = name_shadow(data)
    figures = {"alarms": 1, "bundle": sha256}
    assert list_finished(database) == [
        (both.scan, figures | {"alone": 0, "agreed": 1, "missed": 0}),
        (alone.scan, figures | {"alone": 1, "agreed": 0, "missed": 0}),
        (missed.scan, figures | {"alone": 0, "agreed": 1, "missed": 1}),
    ]
    found = list_alarms(database)
    assert [one.scan_id for one in found] == [both.scan, alone.scan, missed.scan]
    assert {one.bundle_sha256 for one in found} == {sha256}
    assert found[0].score == 0.75
    compared = compare_now(data, database)
    assert (compared.scans, compared.alarms, compared.agreed) == (3, 3, 2)
    assert (compared.candidate_alone, compared.champion_alone) == (1, 1)
    assert compared.disagreed == 2
    assert [(one.scan, one.alone, one.missed) for one in compared.disagreements] == [
        (missed.scan, 0, 1),
        (alone.scan, 1, 0),
    ]
    assert compared.disagreements[0].inspection == missed.inspection


def test_no_scan_is_looked_at_twice_by_one_bundle(shadow, data, config, database, scan):
    passed = pass_container(database, data)
    assert shadow.look(scan, passed.scan, database)
    assert not shadow.look(scan, passed.scan, database)
    assert not Shadow(data, config).look(scan, passed.scan, database)
    assert len(list_alarms(database)) == len(list_finished(database)) == 1


def test_another_bundle_takes_over_without_a_restart(
    shadow, data, database, scan, tmp_path
):
    passed = pass_container(database, data)
    shadow.look(scan, passed.scan, database)
    other = make_candidate(tmp_path, "other", 0.1)
    use_shadow(data.root, other, trust=None, since=SINCE)
    assert shadow.look(scan, passed.scan, database)
    assert [each["alarms"] for _, each in list_finished(database)] == [1, 0]
    assert compare_now(data, database).scans == 1
    clear_shadow(data.root)
    assert not shadow.active
    assert not shadow.look(scan, passed.scan, database)


@pytest.mark.parametrize("fault", ["swapped", "gone", "damaged", "no such scan"])
def test_what_goes_wrong_is_logged_and_disturbs_nothing(
    fault, shadow, database, scan, tmp_path, caplog
):
    data = shadow.data
    name = pass_container(database, data).scan
    if fault == "swapped":
        make_candidate(tmp_path, "next", 0.5)
    if fault == "gone":
        (tmp_path / "next" / "manifest.json").unlink()
    if fault == "damaged":
        (data.root / POINTER).write_text("{")
    if fault == "no such scan":
        name = "0" * 32
    with caplog.at_level(logging.WARNING):
        looked = [shadow.look(scan, name, database) for _ in range(2)]
    assert looked == [False, False]
    assert list_alarms(database) == []
    if fault != "no such scan":
        said = [record for record in caplog.records if "in shadow" in record.message]
        assert len(said) == 1


def test_a_scan_that_it_cannot_take_is_passed_over(
    shadow, data, database, caplog, scan
):
    passed = pass_container(database, data)
    picture = np.full((32, 32, 3), 200, np.uint8)
    display = type(scan)(display=picture, info=scan.info)
    with caplog.at_level(logging.WARNING):
        assert not shadow.look(display, passed.scan, database)
    assert "no graph for display scans" in caplog.text


def test_the_firearm_of_a_test_counts_until_it_is_told(
    shadow, data, database, scan, user_as
):
    passed = pass_container(database, data, boxes=(BOX,))
    alarm = place_test(database, passed)
    shadow.look(scan, passed.scan, database)
    assert compare_now(data, database).champion_alone == 1
    ann = see(user_as(Role.OPERATOR))
    with database.changing() as session:
        found = session.get_one(Alarm, alarm)
        told = after_decision(session, found, "confirm", ann)
    assert told is not None
    assert told.hit
    look_again(database, passed.scan)
    compared = compare_now(data, database)
    assert (compared.scans, compared.agreed, compared.champion_alone) == (1, 1, 0)
