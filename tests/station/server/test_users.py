"""Accounts, tokens and the log, over HTTP."""

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from station.accounts.roles import Role
from station.accounts.tokens import check_lane_token
from station.audit import append
from station.records.tables import Entry
from tests.station.accounts.logbook import read_entries


@pytest.fixture
def keeper(client_as):
    """An administrator."""
    return client_as(Role.ADMINISTRATOR)


def test_an_account_from_its_making_to_its_end(keeper, client_as):
    made = keeper.post("/api/users", json={"name": "maria", "role": "operator"})
    assert made.status_code == 201
    account = made.json()["user"]
    assert (account["role"], account["active"]) == ("operator", True)
    credentials = {"name": "maria", "password": made.json()["password"]}
    maria = client_as(None)
    assert maria.post("/api/session", json=credentials).status_code == 200
    path = f"/api/users/{account['id']}"
    changed = keeper.patch(path, json={"role": "qa"}).json()
    assert changed == account | {"role": "qa"}
    assert maria.get("/api/session").status_code == 401
    assert keeper.patch(path, json={"active": False}).json()["active"] is False
    assert maria.post("/api/session", json=credentials).status_code == 401
    listed = keeper.get("/api/users").json()
    assert [one["name"] for one in listed] == ["administrator-1", "maria"]


def test_a_password_that_was_shown_is_shown_by_no_other_route(keeper):
    made = keeper.post("/api/users", json={"name": "maria", "role": "operator"})
    reset = keeper.post(f"/api/users/{made.json()['user']['id']}/password")
    assert reset.json()["password"] != made.json()["password"]
    told = keeper.get("/api/users").text + keeper.get("/api/log").text
    assert "password_hash" not in told
    assert reset.json()["password"] not in told


def test_a_locked_account_is_said_to_be(keeper, client_as, user_as):
    user = user_as(Role.OPERATOR)
    for _ in range(5):
        credentials = {"name": user.name, "password": "wrong"}
        client_as(None).post("/api/session", json=credentials)
    locked = {one["name"]: one["locked"] for one in keeper.get("/api/users").json()}
    assert locked == {"administrator-1": False, "operator-1": True}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/api/users", {"name": "administrator-1", "role": "qa"}, 409),
        ("POST", "/api/users", {"name": "No Name", "role": "qa"}, 422),
        ("POST", "/api/users", {"name": "maria", "role": "captain"}, 422),
        ("PATCH", "/api/users/none", {"role": "qa"}, 404),
        ("PATCH", "/api/users/none", {"role": "qa", "password": "x"}, 422),
        ("POST", "/api/users/none/password", None, 404),
        ("POST", "/api/tokens", {"lane": "south"}, 404),
        ("POST", "/api/tokens", {"lane": "north", "note": "x" * 201}, 422),
        ("DELETE", "/api/tokens/none", None, 404),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    keeper, database, method, path, body, status
):
    answer = keeper.request(method, path, json=body)
    assert answer.status_code == status
    assert set(answer.json()) == {"detail", "code", "facts"}
    assert [kind for kind, *_ in read_entries(database)] == ["login.began"]


def test_the_last_administrator_cannot_close_their_own_account(keeper):
    (account,) = keeper.get("/api/users").json()
    path = f"/api/users/{account['id']}"
    answer = keeper.patch(path, json={"active": False})
    assert answer.status_code == 409
    assert "last administrator" in answer.json()["detail"]


def test_a_token_from_its_making_to_its_end(keeper, database):
    made = keeper.post("/api/tokens", json={"lane": "north", "note": "gate 3"}).json()

    def counts():
        with database.reading() as session:
            return check_lane_token(session, "north", made["secret"])

    assert counts()
    assert keeper.get("/api/tokens").json() == [made["token"]]
    assert made["secret"] not in keeper.get("/api/tokens").text
    path = f"/api/tokens/{made['token']['id']}"
    assert keeper.delete(path).status_code == 204
    assert not counts()
    (listed,) = keeper.get("/api/tokens").json()
    assert listed["revoked"] is not None


def test_a_token_for_the_figures_can_be_made(keeper):
    assert keeper.post("/api/tokens", json={"lane": "metrics"}).status_code == 201


def fill(database, count=5):
    with database.changing() as session:
        for index in range(count):
            append(session, "alarm.raised", f"a{index}", {"score": index / 10})
        append(session, "test.placed", "s1", {"box": [1, 2, 3, 4]})
        append(session, "alarm.decided", "a1", actor="p-1")


def test_the_log_is_read_in_parts_and_by_kind_and_subject(client_as, database):
    client = client_as(Role.SUPERVISOR)
    fill(database)
    with database.reading() as session:
        expected = [entry.sha256 for entry in session.query(Entry).order_by(Entry.seq)]
    found, after = [], 0
    while part := client.get("/api/log", params={"after": after, "limit": 3}).json():
        if not part["entries"]:
            break
        found += part["entries"]
        after = part["after"]
    assert [entry["sha256"] for entry in found] == expected

    def ask(**query):
        return client.get("/api/log", params=query).json()["entries"]

    assert [entry["subject"] for entry in ask(kind="alarm.decided")] == ["a1"]
    assert [entry["kind"] for entry in ask(subject="a1")] == [
        "alarm.raised",
        "alarm.decided",
    ]
    assert ask(kind="alarm.raised", after=found[2]["seq"])[0]["payload"] == {
        "score": 0.2
    }


def test_the_log_is_read_from_its_end(client_as, database):
    client = client_as(Role.SUPERVISOR)
    fill(database)
    forward = client.get("/api/log").json()
    assert forward["before"] is None
    wanted = [entry["seq"] for entry in reversed(forward["entries"])]
    found: list[int] = []
    part: dict[str, Any] = {"before": 2**53}
    while part["before"] is not None:
        query = {"before": part["before"], "limit": 3}
        part = client.get("/api/log", params=query).json()
        assert part["after"] == part["entries"][0]["seq"]
        found += [entry["seq"] for entry in part["entries"]]
    assert found == wanted
    middle = client.get("/api/log", params={"after": wanted[2]}).json()
    assert [entry["seq"] for entry in middle["entries"]] == wanted[1::-1]
    older = client.get("/api/log", params={"before": middle["before"]}).json()
    assert [entry["seq"] for entry in older["entries"]] == wanted[2:]
    end = client.get("/api/log", params={"after": wanted[0]}).json()
    assert (end["entries"], end["after"]) == ([], wanted[0])
    older = client.get("/api/log", params={"before": end["before"]}).json()
    assert [entry["seq"] for entry in older["entries"]] == wanted
    both = client.get("/api/log", params={"before": 5, "after": 1})
    assert both.status_code == 422


def test_the_log_is_read_by_who_and_when_and_the_beginning_of_a_kind(
    client_as, database
):
    client = client_as(Role.SUPERVISOR)
    fill(database)

    def ask(**query):
        return client.get("/api/log", params=query).json()["entries"]

    assert {entry["kind"] for entry in ask(kind="alarm.")} == {
        "alarm.raised",
        "alarm.decided",
    }
    assert len(ask(kind="alarm.")) == 6
    assert ask(kind="alarm") == ask(kind="%.") == []
    assert [entry["kind"] for entry in ask(actor="p-1")] == ["alarm.decided"]
    every = ask()
    third = every[2]["made"]
    assert ask(since=third) == every[2:]
    assert ask(until=third) == every[:2]
    hours = datetime.fromisoformat(third).astimezone(timezone(timedelta(hours=-5)))
    assert ask(since=hours.isoformat(), kind="alarm.raised", before=2**53) == [
        entry for entry in every[:1:-1] if entry["kind"] == "alarm.raised"
    ]


@pytest.mark.parametrize("role", [Role.QA, Role.ADMINISTRATOR])
def test_only_supervisors_read_of_test_scans(client_as, database, role):
    client, supervisor = client_as(role), client_as(Role.SUPERVISOR)
    fill(database)
    told = supervisor.get("/api/log").json()["entries"]
    assert "test.placed" in [entry["kind"] for entry in told]
    for query in (
        {},
        {"kind": "test.placed"},
        {"kind": "test."},
        {"subject": "s1"},
        {"before": 2**53},
    ):
        answer = client.get("/api/log", params=query).json()
        assert "test." not in json.dumps(answer)
        assert "s1" not in json.dumps(answer)


@pytest.mark.parametrize(
    "query", [{"after": -1}, {"after": 2**63}, {"limit": 0}, {"limit": 1001}]
)
def test_a_question_that_is_none_is_refused(client_as, query):
    client = client_as(Role.QA)
    assert client.get("/api/log", params=query).status_code == 422
