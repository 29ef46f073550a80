"""The figures of a shift, over HTTP."""

from datetime import timedelta

import pytest

from station.accounts.roles import Role
from station.records import new_id
from station.records.moment import now
from station.records.tables import Decision
from tests.station.inspections.passing import BOX, ELSEWHERE, pass_container, place_test


@pytest.fixture
def shift(database, station, client_as):
    """Three containers: searched with a find, released, waiting; one of days ago."""
    ann = client_as(Role.OPERATOR)
    ben = client_as(Role.OPERATOR, "operator-2")
    data = station.data
    found, released, _ = (
        pass_container(database, data, boxes=(BOX, ELSEWHERE)) for _ in range(3)
    )
    pass_container(database, data, began=now() - timedelta(days=4))
    decide(ann, found.alarms[0], "confirm")
    decide(ann, found.alarms[1], "dismiss")
    decide(ben, released.alarms[0], "dismiss")
    undone = decide(ben, released.alarms[1], "confirm")
    assert ben.delete(f"/api/decisions/{undone}").status_code == 200
    decide(ben, released.alarms[1], "unsure")
    for one, became in ((found, "searched"), (released, "released")):
        ask(ann, f"inspections/{one.inspection}/disposition", disposition=became)
    ask(ann, f"inspections/{found.inspection}/outcome", found=[{"kind": "pistol"}])
    with database.changing() as session:
        for number, row in enumerate(session.query(Decision).order_by(Decision.id)):
            row.made = row.alarm.raised + timedelta(seconds=10 * (number + 1))
    return ann


def ask(client, path, **body):
    """Ask for a change."""
    answer = client.post(f"/api/{path}", json={"request": new_id()} | body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def decide(client, alarm, decision):
    """Decide on an alarm, and give the name of the decision."""
    reason = {"reason": "cargo"} if decision == "dismiss" else {}
    made = ask(client, f"alarms/{alarm}/decisions", decision=decision, **reason)
    return made["alarm"]["standing"]


def read(client, **wanted):
    """The figures."""
    answer = client.get("/api/statistics", params=wanted)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_figures_of_a_shift(shift):
    figures = read(shift)
    assert figures["inspections"] == 3
    assert (figures["waiting"], figures["released"], figures["searched"]) == (1, 1, 1)
    assert (figures["alarms"], figures["drawn"], figures["undecided"]) == (6, 0, 2)
    said = figures["said"]
    assert (said["confirm"], said["dismiss"], said["unsure"]) == (1, 2, 1)
    assert said["median_s"] == 25.0
    assert figures["outcomes"] == {"firearm": 1, "other": 0, "nothing": 0, "open": 0}


def test_figures_of_persons_are_for_supervisors_alone(shift, client_as):
    assert read(shift)["operators"] is None
    assert read(client_as(Role.QA))["operators"] is None
    ann, ben = read(client_as(Role.SUPERVISOR))["operators"]
    assert (ann["operator"], ben["operator"]) == ("p-operator-1", "p-operator-2")
    assert (ann["said"]["confirm"], ann["said"]["dismiss"]) == (1, 1)
    assert (ben["said"]["confirm"], ben["said"]["unsure"]) == (0, 1)


def test_a_period_and_a_lane_can_be_asked_for(shift):
    long_ago = (now() - timedelta(days=5)).isoformat()
    assert read(shift, **{"from": long_ago})["inspections"] == 4
    day_ago = (now() - timedelta(days=1)).isoformat()
    assert read(shift, **{"from": long_ago, "to": day_ago})["inspections"] == 1
    assert read(shift, lane="south")["inspections"] == 0


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ({"from": "2026-01-01T00:00:00Z", "to": "2026-03-01T00:00:00Z"}, 400),
        ({"from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"}, 400),
        ({"from": "2026-01-02T00:00:00"}, 422),
        ({"from": "0001-01-01T00:00:00+14:00"}, 422),
    ],
)
def test_a_period_that_makes_no_sense_is_refused(shift, wanted, status):
    assert shift.get("/api/statistics", params=wanted).status_code == status


def test_an_untold_test_counts_as_any_alarm_and_a_told_one_not(
    database, station, client_as
):
    ann = client_as(Role.OPERATOR)
    passed = pass_container(database, station.data)
    alarm = place_test(database, passed)
    assert read(ann)["alarms"] == 2
    decide(ann, alarm, "confirm")
    assert read(ann)["alarms"] == 1
