"""Tests of the figures of test scans."""

from typing import Any

import pytest

from station.accounts.roles import Role
from station.records.tables import Alarm
from station.server.routes.supervised import SupervisedFigures
from station.spool import DataFolder
from station.supervised.telling import after_decision
from tests.station.inspections.passing import pass_container, place_test, see


@pytest.fixture
def told(database, config, user_as):
    """Two operators were told of three tests; a fourth test is open."""
    said: list[Any] = [
        ("ann", "confirm"),
        ("ann", "dismiss"),
        ("bob", "dismiss"),
        ("bob", None),
    ]
    scans = []
    for name, decision in said:
        passed = pass_container(database, DataFolder(config.data))
        alarm = place_test(database, passed)
        scans.append(passed.scan)
        if decision is None:
            continue
        viewer = see(user_as(Role.OPERATOR, name))
        with database.changing() as session:
            after_decision(session, session.get_one(Alarm, alarm), decision, viewer)
    return scans


def test_a_supervisor_sees_who_found_how_many(told, client_as):
    answer = client_as(Role.SUPERVISOR).get("/api/supervised")
    assert answer.status_code == 200
    found = answer.json()
    assert [
        (each["name"], each["found"], each["tests"]) for each in found["operators"]
    ] == [("p-ann", 1, 2), ("p-bob", 0, 1)]
    assert (found["all"]["tests"], found["all"]["found"]) == (3, 1)
    assert found["all"]["low"] < 1 / 3 < found["all"]["high"]
    (month,) = SupervisedFigures.model_validate(found).months
    assert month.tests == 3
    assert [each["scan"] for each in found["tests"]] == told[2::-1]


def test_an_open_test_is_told_to_nobody(told, client_as):
    answer = client_as(Role.SUPERVISOR).get("/api/supervised")
    assert told[3] not in answer.text


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.QA, Role.ADMINISTRATOR])
def test_nobody_else_sees_anything_of_it(role, told, client_as):
    answer = client_as(role).get("/api/supervised")
    assert answer.status_code == 403
    assert told[0] not in answer.text


def test_a_period_and_a_number_are_asked_for(told, client_as):
    client = client_as(Role.SUPERVISOR)
    before = client.get("/api/supervised", params={"to": "2026-01-01T00:00:00Z"})
    assert before.json()["all"]["tests"] == 0
    one = client.get(
        "/api/supervised", params={"from": "2026-01-01T00:00:00Z", "limit": 1}
    )
    assert [each["scan"] for each in one.json()["tests"]] == [told[2]]
    assert one.json()["all"]["tests"] == 3
