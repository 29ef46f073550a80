"""Inspections over HTTP: the page, the manifest, dispositions, referrals."""

import pytest

from station.accounts.roles import Role
from station.records import new_id
from station.records.tables import Entry
from station.spool import DataFolder
from tests.station.inspections.passing import (
    BOX,
    ELSEWHERE,
    FINDINGS,
    look_again,
    pass_container,
    place_test,
)


@pytest.fixture
def data(config):
    """The data folder."""
    return DataFolder(config.data)


@pytest.fixture
def passed(database, data):
    """A container with two views and one alarm."""
    return pass_container(database, data, views=("side", "top"))


def post(client, path, **body):
    """Ask for a change, by a name of its own."""
    return client.post(f"/api/{path}", json={"request": new_id()} | body)


def say(client, alarm, decision="dismiss", **body):
    """Decide on an alarm."""
    if decision == "dismiss":
        body.setdefault("reason", "cargo")
    return post(client, f"alarms/{alarm}/decisions", decision=decision, **body)


def look(client, passed):
    """The page of an inspection."""
    found = client.get(f"/api/inspections/{passed.inspection}")
    assert found.status_code == 200
    return found.json()


def count(database, kind):
    """How many entries of a kind the log has."""
    with database.reading() as session:
        return session.query(Entry).filter_by(kind=kind).count()


def test_the_page_of_an_inspection_has_all_that_is_needed(ann, passed):
    page = look(ann, passed)
    assert page["state"] == "waiting"
    assert page["containers"] == ["CSQU3054383"]
    assert page["container_warnings"] == []
    side, top = page["scans"]
    assert (side["width"], side["height"], side["pitch_mm"]) == (200, 100, [4.0, 4.0])
    assert (side["blanks"], side["leads"]) == (FINDINGS["blanks"], True)
    assert side["findings"]["opaque_fraction"] == 0.03
    assert side["findings"]["missing"] == []
    assert "blanks" not in side["findings"]
    assert side["bundle"]["operating_point"]["name"] == "normal"
    assert (side["kept"], side["synthetic"], top["alarms"]) == (True, False, [])
    (alarm,) = side["alarms"]
    assert (alarm["box"], alarm["score"]) == (list(BOX), 0.8)
    assert (alarm["said"], alarm["standing"], alarm["needs"]) == (
        None,
        None,
        "decision",
    )
    (block,) = page["blocks"]
    assert block == {
        "kind": "decision",
        "ids": [passed.alarm],
        "text": "1 alarm without a decision",
    }


def test_from_alarm_to_outcome(ann, passed, database):
    alarm = say(ann, passed.alarm, "confirm").json()["alarm"]
    assert alarm["said"] == "confirm"
    path = f"inspections/{passed.inspection}"
    disposed = post(ann, f"{path}/disposition", disposition="searched")
    assert disposed.status_code == 201
    assert disposed.json()["state"] == "searched"
    assert disposed.json()["told"] is None
    place = {"alarm": passed.alarm}
    thing = {"kind": "pistol", "firearm": "exhibit 9", "places": [place]}
    found = post(ann, f"{path}/outcome", found=[thing]).json()
    assert found["found"][0]["firearm"] == "exhibit 9"
    assert found["corrected"] == 0
    again = post(ann, f"{path}/outcome", found=[], replaces=found["id"]).json()
    assert (again["found"], again["corrected"]) == ([], 1)
    page = look(ann, passed)
    assert page["outcome"] == again
    assert page["disposition"]["mine"] is True
    assert page["disposition"]["undoable_until"] is None
    assert count(database, "inspection.outcome") == 2


def test_an_outcome_that_cannot_be_learned_from_is_refused(ann, passed):
    say(ann, passed.alarm, "confirm")
    path = f"inspections/{passed.inspection}"
    post(ann, f"{path}/disposition", disposition="searched")
    box = {"scan": passed.scan, "box": [9.0, 0.0, 3.0, 5.0]}
    for thing, why in (
        ({"label": "pistol"}, "label must be"),
        ({"places": [box]}, "x0"),
    ):
        refused = post(ann, f"{path}/outcome", found=[thing])
        assert refused.status_code == 400
        assert why in refused.json()["detail"]
    named = post(ann, f"{path}/outcome", found=[], owner="Mr Brown")
    assert named.status_code == 422


def test_a_disposition_with_an_open_alarm_says_which(ann, passed):
    path = f"inspections/{passed.inspection}/disposition"
    refused = post(ann, path, disposition="released")
    assert refused.status_code == 409
    assert passed.alarm in refused.json()["detail"]


def test_a_disposition_is_undone_by_its_name(ann, passed, database):
    say(ann, passed.alarm)
    path = f"inspections/{passed.inspection}/disposition"
    made = post(ann, path, disposition="released").json()["disposition"]
    for _ in range(2):
        undone = ann.delete(f"/api/{path}/{made['id']}")
        assert undone.status_code == 200
        assert undone.json()["state"] == "waiting"
    again = post(ann, path, disposition="released").json()["disposition"]
    ann.delete(f"/api/{path}/{made['id']}")
    assert look(ann, passed)["disposition"]["id"] == again["id"]
    assert count(database, "disposition.undone") == 1


def test_records_of_another_inspection_are_not_found(ann, boss, passed, database, data):
    other = pass_container(database, data)
    say(ann, passed.alarm)
    path = f"inspections/{passed.inspection}"
    made = post(ann, f"{path}/disposition", disposition="released").json()
    name = made["disposition"]["id"]
    wrong = f"/api/inspections/{other.inspection}"
    assert ann.delete(f"{wrong}/disposition/{name}").status_code == 404
    held = post(boss, f"{path}/referral", note="for Kingston").json()["referral"]
    assert boss.delete(f"{wrong}/referral/{held['id']}").status_code == 404
    seen = post(ann, f"{path}/views", scan=other.scan)
    assert seen.status_code == 404


def test_a_request_that_comes_twice_is_done_once(ann, passed, database, client_as):
    path = f"/api/inspections/{passed.inspection}/views"
    body = {"request": "request-1", "scan": passed.scan}
    first, again = (ann.post(path, json=body) for _ in range(2))
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert count(database, "inspection.viewed") == 1
    other = ann.post(path, json=body | {"scan": None})
    assert other.status_code == 409
    ben = client_as(Role.OPERATOR, "operator-2")
    assert ben.post(path, json=body).status_code == 409
    assert count(database, "inspection.viewed") == 1


def test_a_request_that_was_refused_can_be_made_again(ann, passed):
    path = f"/api/inspections/{passed.inspection}/disposition"
    body = {"request": "request-1", "disposition": "released"}
    assert ann.post(path, json=body).status_code == 409
    say(ann, passed.alarm)
    assert ann.post(path, json=body).status_code == 201


def test_a_test_that_was_missed_is_told_again_to_who_did_not_hear(
    ann, passed, database, client_as, boss
):
    place_test(database, passed, flagged=False)
    say(ann, passed.alarm)
    path = f"/api/inspections/{passed.inspection}/disposition"
    body = {"request": "request-1", "disposition": "released"}
    assert look(ann, passed)["tests"] == []
    first, again = (ann.post(path, json=body) for _ in range(2))
    assert first.json() == again.json()
    told = first.json()["told"]
    assert (told["hit"], told["box"], told["scan"]) == (
        False,
        list(ELSEWHERE),
        passed.scan,
    )
    assert first.json()["disposition"] is None
    page = look(ann, passed)
    assert page["second_look"]
    assert [block["kind"] for block in page["blocks"]] == ["scan"]
    assert [test["hit"] for test in page["tests"]] == [False]
    assert len(look(boss, passed)["tests"]) == 1
    for other in (client_as(Role.OPERATOR, "operator-2"), client_as(Role.QA)):
        assert look(other, passed)["tests"] == []
    look_again(database, passed.scan)
    made = post(ann, path.removeprefix("/api/"), disposition="released")
    assert made.json()["state"] == "released"


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.SUPERVISOR, Role.QA])
def test_nothing_tells_a_test_from_an_alarm_before_it_is_told(
    role, passed, database, client_as
):
    alarm = place_test(database, passed)
    client = client_as(role)
    page = look(client, passed)
    real, test = page["scans"][0]["alarms"]
    assert test["id"] == alarm
    assert real.keys() == test.keys()
    differing = {name for name in real if real[name] != test[name]}
    assert differing <= {"id", "box", "raised"}
    assert page["tests"] == []
    assert "test" not in real


def test_the_manifest_is_stated_and_wrong_numbers_are_said_to_be(ann, passed, database):
    path = f"/api/inspections/{passed.inspection}/manifest"
    facts = {"goods": "furniture", "hs_code": "9403", "weight_kg": 12500, "seal": "S1"}
    body = {"request": new_id(), "containers": ["CSQU3054384"]} | facts
    stated = ann.put(path, json=body)
    assert stated.status_code == 200
    assert stated.json()["containers"] == ["CSQU3054384"]
    (warning,) = stated.json()["container_warnings"]
    assert "should end in 3" in warning["text"]
    assert warning["code"] == "container.check_digit"
    assert warning["facts"] == {"number": "CSQU3054384", "digit": 3}
    page = look(ann, passed)
    assert page["manifest"]["goods"] == "furniture"
    with database.reading() as session:
        entry = session.query(Entry).filter_by(kind="inspection.manifest").one()
    assert "furniture" not in entry.payload
    assert '"goods"' in entry.payload


@pytest.mark.parametrize("name", ["consignee", "driver", "shipper", "notify", "phone"])
def test_a_manifest_has_no_place_for_people(ann, passed, name):
    path = f"/api/inspections/{passed.inspection}/manifest"
    refused = ann.put(path, json={"request": new_id(), name: "Brown"})
    assert refused.status_code == 422
    assert name in refused.json()["detail"]


def test_a_referral_is_made_and_lifted_by_a_supervisor(ann, boss, passed):
    path = f"inspections/{passed.inspection}/referral"
    assert post(ann, path, note="for Kingston").status_code == 403
    held = post(boss, path, note="for Kingston").json()["referral"]
    assert look(ann, passed)["referral"]["note"] == "for Kingston"
    assert post(boss, path, note="again").status_code == 409
    for _ in range(2):
        lifted = boss.delete(f"/api/{path}/{held['id']}")
        assert lifted.json() == {"referral": None}
    assert look(ann, passed)["referral"] is None
