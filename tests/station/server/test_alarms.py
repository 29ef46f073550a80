"""Alarms over HTTP."""

import threading

import pytest
from fastapi.testclient import TestClient

from station.accounts.roles import Role
from station.config import ReviewConfig
from station.records import new_id
from station.records.tables import Alarm, Decision, Entry
from station.server.app import make_app
from station.server.context import Station
from tests.station.inspections.passing import ELSEWHERE, pass_container, place_test


@pytest.fixture
def config(config):
    """A station where high scores need four eyes."""
    review = ReviewConfig(four_eyes_score=0.75)
    return config.model_copy(update={"review": review})


@pytest.fixture
def passed(database, station):
    """A container with one alarm."""
    return pass_container(database, station.data)


def say(client, alarm, decision="dismiss", **body):
    """Decide on an alarm."""
    if decision == "dismiss":
        body.setdefault("reason", "cargo")
    asked = {"request": new_id(), "decision": decision} | body
    return client.post(f"/api/alarms/{alarm}/decisions", json=asked)


def test_a_decision_is_answered_with_the_alarm_as_it_is_now(ann, passed):
    answer = say(ann, passed.alarm)
    assert answer.status_code == 201
    alarm = answer.json()["alarm"]
    assert (alarm["said"], alarm["needs"]) == ("dismiss", "second")
    (decision,) = alarm["decisions"]
    assert alarm["standing"] == decision["id"]
    assert (decision["by"], decision["mine"]) == ("p-operator-1", True)
    assert answer.json()["told"] is None


def test_the_same_request_makes_one_decision(ann, passed, database):
    first, again = (say(ann, passed.alarm, request="request-1") for _ in range(2))
    assert first.json() == again.json()
    with database.reading() as session:
        assert session.query(Decision).count() == 1
        assert session.query(Entry).filter_by(kind="alarm.decided").count() == 1
    other = say(ann, passed.alarm, "confirm", request="request-1")
    assert other.status_code == 409


def test_whoever_comes_second_is_told_so_and_changes_nothing(ann, boss, passed):
    standing = say(ann, passed.alarm, "confirm").json()["alarm"]["standing"]
    late = say(boss, passed.alarm)
    assert late.status_code == 409
    assert "it is confirm by p-operator-1 now" in late.json()["detail"]
    assert late.json()["code"] == "alarm.decided_meanwhile"
    assert late.json()["facts"] == {"decision": "confirm", "by": "p-operator-1"}
    assert say(boss, passed.alarm, replaces=standing).status_code == 201


def test_of_many_at_once_one_decides(passed, client_as, database):
    clients = [client_as(Role.OPERATOR, f"operator-{n}") for n in range(6)]
    answers = []
    barrier = threading.Barrier(len(clients))

    def act(client):
        barrier.wait()
        answers.append(say(client, passed.alarm, "confirm").status_code)

    threads = [threading.Thread(target=act, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [201] + [409] * 5
    with database.reading() as session:
        assert session.query(Decision).count() == 1


def test_the_second_looks_are_those_that_wait_for_another(ann, boss, passed):
    assert boss.get("/api/second-looks").json() == []
    standing = say(ann, passed.alarm).json()["alarm"]["standing"]
    (look,) = boss.get("/api/second-looks").json()
    assert (look["inspection"], look["mine"]) == (passed.inspection, False)
    assert look["alarm"]["id"] == passed.alarm
    assert ann.get("/api/second-looks").status_code == 403
    say(boss, passed.alarm, replaces=standing, second=True)
    assert boss.get("/api/second-looks").json() == []


def test_a_station_without_four_eyes_has_no_second_looks(station, boss, ann, passed):
    say(ann, passed.alarm)
    review = ReviewConfig()
    config = station.config.model_copy(update={"review": review})
    plain = Station(config, station.database, station.data, station.reporter)
    client = TestClient(make_app(plain), base_url=boss.base_url)
    client.cookies.update(boss.cookies)
    assert client.get("/api/second-looks").json() == []


def test_a_decision_is_undone_once(ann, passed, database):
    made = say(ann, passed.alarm, "confirm").json()["alarm"]["standing"]
    for _ in range(2):
        undone = ann.delete(f"/api/decisions/{made}")
        assert undone.status_code == 200
        assert undone.json()["alarm"]["said"] is None
        assert undone.json()["alarm"]["decisions"][0]["undone"] is not None
    with database.reading() as session:
        assert session.query(Entry).filter_by(kind="decision.undone").count() == 1


def test_nobody_undoes_or_withdraws_what_is_anothers(ann, boss, passed):
    made = say(ann, passed.alarm, "confirm").json()["alarm"]["standing"]
    assert boss.delete(f"/api/decisions/{made}").status_code == 403
    assert ann.delete(f"/api/alarms/{passed.alarm}").status_code == 403


def draw(client, scan, box=ELSEWHERE, **body):
    """Draw a box."""
    asked = {"request": new_id(), "box": list(box)} | body
    return client.post(f"/api/scans/{scan}/drawn", json=asked)


def test_a_box_is_drawn_once_and_withdrawn(ann, passed, database):
    first, again = (draw(ann, passed.scan, request="request-1") for _ in range(2))
    assert first.status_code == 201
    assert first.json() == again.json()
    alarm = first.json()["alarm"]
    assert (alarm["drawn_by"], alarm["mine"], alarm["said"]) == (
        "p-operator-1",
        True,
        "confirm",
    )
    with database.reading() as session:
        assert session.query(Alarm).count() == 2
    assert ann.delete(f"/api/alarms/{alarm['id']}").status_code == 200
    page = ann.get(f"/api/inspections/{passed.inspection}").json()
    assert [one["id"] for one in page["scans"][0]["alarms"]] == [passed.alarm]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"box": [0, 0, 300, 5]}, 400),
        ({"box": [0, 0, 5]}, 422),
        ({"box": [0, 0, "5", 5]}, 422),
        ({"label": "pistol"}, 422),
        ({"request": "short"}, 422),
        ({"note": "Mr Brown"}, 422),
    ],
)
def test_a_box_that_makes_no_sense_is_refused(ann, passed, changes, status):
    assert draw(ann, passed.scan, **changes).status_code == status


def test_a_test_is_told_with_the_answer_and_leaves_the_page(ann, passed, database):
    alarm = place_test(database, passed)
    told = say(ann, alarm, "confirm").json()["told"]
    assert (told["hit"], told["box"]) == (True, list(ELSEWHERE))
    page = ann.get(f"/api/inspections/{passed.inspection}").json()
    assert [one["id"] for one in page["scans"][0]["alarms"]] == [passed.alarm]


@pytest.mark.parametrize("role", [Role.QA, Role.ADMINISTRATOR])
def test_only_operators_and_supervisors_decide(role, client_as, passed):
    assert say(client_as(role), passed.alarm, "confirm").status_code == 403


def test_what_is_not_there_is_not_found(ann):
    missing = "0" * 32
    assert say(ann, missing, "confirm").status_code == 404
    assert draw(ann, missing).status_code == 404
    assert ann.delete(f"/api/alarms/{missing}").status_code == 404
    assert ann.delete(f"/api/decisions/{missing}").status_code == 404
    assert ann.get("/api/inspections/nonsense").status_code == 422
