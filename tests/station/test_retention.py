"""How long things are kept, and what is never deleted."""

import json
import logging
import random
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from station.audit.verifying import verify_log
from station.config import StationConfig
from station.records import new_id, open_database
from station.records.tables import (
    Inspection,
    Login,
    SupervisedTest,
)
from station.retention import pictures
from station.spool import DataFolder
from tests.station.keeping import (
    AMPLE,
    NOW,
    list_entries,
    list_left,
    make_keeper,
    store_all,
)
from tests.station.retention_cases import ALARMS, CASES, SIZE, Case

GB = 1e9


@pytest.fixture
def keep(config, database):
    """Store cases, keep them under some limits; gives back which scans are left."""
    data = DataFolder(config.data)

    def act(*cases, free=AMPLE, now=NOW, **limits):
        names = store_all(database, data, cases)
        make_keeper(config, database, data, free=free, **limits).keep(now)
        return [list_left(database, data, scans) for scans in names]

    return act


def check_kept(database, data, config, cases):
    """Keep cases 30 days, evidence 60; compare with the second opinion on each."""
    names = store_all(database, data, cases)
    make_keeper(config, database, data, scan_days=30, evidence_days=60).keep(NOW)
    for case, scans in zip(cases, names, strict=True):
        old = case.age > (60 if any(case.outcomes) else 30)
        goes = old and not case.open
        assert list_left(database, data, scans) == [not goes] * len(scans), case


@given(cases=st.lists(CASES, min_size=1, max_size=8))
@settings(max_examples=40)
def test_what_is_held_is_never_deleted_and_all_else_is(
    tmp_path_factory, plain_records, cases
):
    root = tmp_path_factory.mktemp("kept")
    (root / "station.db").write_bytes(plain_records.read_bytes())
    config = StationConfig(data=root)
    database = open_database(config.database_url)
    try:
        check_kept(database, DataFolder(root), config, cases)
    finally:
        database.close()


def test_both_databases_hold_the_same(either_database, config):
    chance = random.Random(3)  # noqa: S311 - no secret
    cases = [
        Case(
            state=chance.choice(["waiting", "released", "released", "searched"]),
            age=chance.choice([1.0, 31.0, 400.0]),
            alarm=chance.choice(ALARMS),
            test=chance.choice(["no", "open", "told"]),
            outcomes=tuple(chance.choices([True, False], k=chance.randrange(3))),
            referral=chance.choice(["none", "lifted", "stands"]),
        )
        for _ in range(40)
    ]
    check_kept(either_database, DataFolder(config.data), config, cases)
    assert verify_log(either_database).whole


@pytest.mark.parametrize("scan_gb", [1e-9, 1.5 * SIZE / GB])
def test_no_limit_of_size_deletes_what_is_held_or_evidence(keep, scan_gb):
    held = [
        Case(state="waiting"),
        Case(scans=("looked", "receiving")),
        Case(alarm="undecided"),
        Case(alarm="undone"),
        Case(state="searched"),
        Case(referral="stands"),
        Case(state="searched", outcomes=(True,)),
        Case(state="searched", outcomes=(True, False)),
    ]
    left = keep(*held, Case(), scan_gb=scan_gb)
    assert all(all(scans) for scans in left[:-1])
    assert left[-1] == [False]


def test_without_limits_nothing_is_ever_deleted(keep):
    assert keep(Case(age=10_000), free=0) == [[True]]


def test_a_picture_goes_when_its_days_are_over(keep, database):
    assert keep(Case(age=31), Case(age=29), scan_days=30) == [[False], [True]]
    (entry,) = list_entries(database, "scan.removed")
    payload = json.loads(entry.payload)
    assert len(payload.pop("inspection")) == 32
    assert payload == {"bytes": SIZE, "why": "age"}


def test_evidence_goes_only_when_its_own_days_are_over(keep):
    evidence = [
        Case(state="searched", outcomes=(True,), age=age) for age in (40.0, 90.0)
    ]
    left = keep(*evidence, scan_days=30, evidence_days=60)
    assert left == [[True], [False]]
    assert keep(evidence[1], scan_days=30) == [[True]]


def test_the_oldest_go_first_and_no_more_than_must(keep):
    cases = [Case(age=age) for age in (9.0, 8.0, 7.0, 6.0)]
    left = keep(*cases, scan_gb=2.5 * SIZE / GB)
    assert left == [[False], [False], [True], [True]]


def test_a_short_disk_takes_the_oldest_where_size_may(keep):
    least = {"least_free_gb": 3 * SIZE / GB, "free": 2 * SIZE}
    cases = [Case(age=age) for age in (9.0, 8.0, 7.0, 6.0)]
    assert keep(*cases, scan_gb=1.0, **least) == [[False], [False], [False], [True]]


def test_a_short_disk_takes_nothing_where_only_age_may(keep):
    left = keep(Case(age=9), scan_days=30, least_free_gb=1.0, free=0)
    assert left == [[True]]


def test_held_pictures_above_the_limit_are_told(keep, caplog):
    with caplog.at_level(logging.WARNING):
        keep(Case(state="waiting"), scan_gb=1e-9)
    assert "held" in caplog.text


def test_many_are_found_a_batch_at_a_time(keep, monkeypatch):
    monkeypatch.setattr(pictures, "BATCH", 2)
    cases = [Case(), Case(), Case(state="waiting"), Case(), Case()]
    gone = [[False], [False], [True], [False], [False]]
    assert keep(*cases, scan_days=1) == gone


def test_facts_of_manifests_go_unless_they_are_held(either_database, config):
    data = DataFolder(config.data)
    cases = [
        Case(age=100),
        Case(age=80),
        Case(age=100, state="waiting"),
        Case(age=100, referral="stands"),
        Case(age=100, state="searched", outcomes=(True,)),
    ]
    store_all(either_database, data, cases)
    kept = make_keeper(config, either_database, data, manifest_days=90)
    kept.keep(NOW)
    kept.keep(NOW)
    with either_database.reading() as session:
        rows = session.scalars(select(Inspection).order_by(Inspection.id)).all()
    assert [row.manifest is None for row in rows] == [True] + [False] * 4
    (entry,) = list_entries(either_database, "records.removed")
    assert (entry.subject, entry.payload) == ("manifests", '{"count":1}')


def test_manifests_are_kept_where_no_days_are_stated(keep, database):
    keep(Case(age=10_000), manifest_days=None)
    with database.reading() as session:
        assert session.scalars(select(Inspection)).one().manifest is not None


def test_ended_logins_and_who_was_tested_are_forgotten(config, either_database):
    data = DataFolder(config.data)
    store_all(either_database, data, [Case(test="told"), Case(test="told")])
    ages = {"ended": (40, 40), "left": (40, None), "new": (2, 1), "running": (1, None)}
    with either_database.changing() as session:
        tests = session.scalars(select(SupervisedTest)).all()
        user = tests[0].user_id
        tests[0].told = NOW - timedelta(days=400)
        tests[1].told = NOW - timedelta(days=300)
        for name, (seen, ended) in ages.items():
            session.add(
                Login(
                    id=new_id(),
                    user_id=user,
                    token_sha256=name,
                    csrf="",
                    began=NOW - timedelta(days=seen),
                    seen=NOW - timedelta(days=seen),
                    ended=None if ended is None else NOW - timedelta(days=ended),
                )
            )
    limits = {"login_days": 30, "manifest_days": None}
    make_keeper(config, either_database, data, **limits).keep(NOW)
    with either_database.reading() as session:
        left = set(session.scalars(select(Login.token_sha256)))
        known = {one.id: one.user_id for one in session.scalars(select(SupervisedTest))}
    assert left == {"new", "running"}
    assert [known[test.id] for test in tests] == [None, user]
    removed = list_entries(either_database, "records.removed")
    assert {entry.subject for entry in removed} == {"logins", "tests"}
