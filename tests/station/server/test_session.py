"""Log in and out, over HTTP."""

from datetime import timedelta

import pytest

from station.accounts.roles import Role
from station.accounts.users import add_first_administrator, add_user, change_password
from station.records.moment import now
from station.records.tables import Login, User
from tests.station.accounts.logbook import read_entries

CHOSEN = "three ships at dawn"


@pytest.fixture
def maria(database):
    """An operator with a password of her own."""
    given = add_user(database, "maria", Role.OPERATOR)
    change_password(database, given.user.id, given.password, CHOSEN)
    return given.user


def log_in(client, name="maria", password=CHOSEN):
    answer = client.post("/api/session", json={"name": name, "password": password})
    if answer.status_code == 200:
        client.headers["X-CSRF-Token"] = answer.json()["csrf"]
    return answer


def test_the_way_from_the_first_password_to_the_logout(database, client_as):
    given = add_first_administrator(database)
    assert given is not None
    client = client_as(None)
    answer = log_in(client, "administrator", given.password)
    assert answer.json()["user"] == {
        "id": given.user.id,
        "name": "administrator",
        "pseudonym": given.user.pseudonym,
        "role": "administrator",
        "must_change": True,
    }
    refused = client.get("/api/users")
    assert refused.status_code == 403
    assert "Change the password first" in refused.json()["detail"]
    passwords = {"old": given.password, "new": CHOSEN}
    answer = client.put("/api/session/password", json=passwords)
    assert not answer.json()["user"]["must_change"]
    assert answer.json()["csrf"] != client.headers["X-CSRF-Token"]
    client.headers["X-CSRF-Token"] = answer.json()["csrf"]
    assert client.get("/api/users").status_code == 200
    assert client.get("/api/session").json() == answer.json()
    assert client.delete("/api/session").status_code == 204
    assert client.get("/api/session").status_code == 401


@pytest.mark.usefixtures("maria")
@pytest.mark.parametrize("name", ["maria", "nobody"])
def test_a_wrong_password_is_401_and_sets_no_cookie(client_as, name):
    answer = log_in(client_as(None), name, "wrong")
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert answer.json() == {
        "detail": "The name or the password is wrong, or the account is locked.",
        "code": "login.wrong",
        "facts": {},
    }


@pytest.mark.usefixtures("maria")
def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client_as):
    cookie = log_in(client_as(None)).headers["set-cookie"].lower()
    assert cookie.startswith("cargosight=")
    for part in ("httponly", "samesite=strict", "path=/"):
        assert part in cookie
    assert "domain" not in cookie
    assert "secure" not in cookie


@pytest.mark.usefixtures("maria")
def test_another_login_with_one_cookie_ends_the_one_before(client_as, database):
    client = client_as(None)
    log_in(client)
    log_in(client)
    (ended,) = read_entries(database, "login.ended")
    assert ended[3]["why"] == "again"
    assert client.get("/api/session").status_code == 200


@pytest.mark.parametrize("token", [None, "", "wrong", "wröng".encode()])
def test_without_the_token_of_the_login_nothing_can_be_changed(
    client_as, database, token
):
    client = client_as(Role.OPERATOR)
    del client.headers["X-CSRF-Token"]
    headers = {} if token is None else {"X-CSRF-Token": token}
    answer = client.request("DELETE", "/api/session", headers=headers)
    assert answer.status_code == 403
    assert read_entries(database, "login.ended") == []
    assert client.get("/api/session").status_code == 200


def test_the_token_of_another_login_does_not_do(client_as):
    client, other = client_as(Role.OPERATOR), client_as(Role.OPERATOR)
    headers = {"X-CSRF-Token": other.headers["X-CSRF-Token"]}
    assert client.delete("/api/session", headers=headers).status_code == 403
    assert client.delete("/api/session").status_code == 204


def test_a_logout_ends_the_login_itself_not_only_its_cookie(client_as):
    client = client_as(Role.OPERATOR)
    cookies = dict(client.cookies)
    client.delete("/api/session")
    again = client_as(None)
    again.cookies.update(cookies)
    assert again.get("/api/session").status_code == 401


def test_a_password_change_ends_the_login_on_other_machines(client_as, maria, database):
    here, there = client_as(None), client_as(None)
    log_in(here)
    log_in(there)
    passwords = {"old": CHOSEN, "new": CHOSEN + "!"}
    assert here.put("/api/session/password", json=passwords).status_code == 200
    assert here.get("/api/session").status_code == 200
    assert there.get("/api/session").status_code == 401
    with database.reading() as session:
        assert not session.get_one(User, maria.id).must_change


@pytest.mark.usefixtures("maria")
@pytest.mark.parametrize(
    ("old", "new", "status"),
    [("wrong", CHOSEN + "!", 403), (CHOSEN, "short", 400), (CHOSEN, CHOSEN, 400)],
)
def test_a_password_change_that_is_none_leaves_the_login(client_as, old, new, status):
    client = client_as(None)
    log_in(client)
    passwords = {"old": old, "new": new}
    assert client.put("/api/session/password", json=passwords).status_code == status
    assert client.get("/api/session").status_code == 200
    assert log_in(client_as(None)).status_code == 200


def test_requests_prolong_a_login_and_reads_write_little(client_as, database):
    client = client_as(Role.OPERATOR)

    def seen(change=None):
        with database.changing() as session:
            (login,) = session.query(Login).all()
            if change is not None:
                login.seen = change
            return login.seen

    before = seen()
    client.get("/api/session")
    assert seen() == before
    seen(now() - timedelta(minutes=29))
    client.get("/api/session")
    assert now() - seen() < timedelta(seconds=20)
    seen(now() - timedelta(minutes=31))
    assert client.get("/api/session").status_code == 401


def test_a_closed_account_is_out_at_once(client_as, database):
    client = client_as(Role.OPERATOR)
    with database.changing() as session:
        session.query(User).one().active = False
    assert client.get("/api/session").status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "maria"},
        {"name": "maria", "password": 5},
        {"name": "maria", "password": "x", "remember": True},
        {"name": "", "password": "x"},
        {"name": "maria", "password": "x" * 201},
        [],
    ],
)
def test_a_body_of_another_form_is_refused_in_one_line(client_as, body):
    answer = client_as(None).post("/api/session", json=body)
    assert answer.status_code == 422
    assert set(answer.json()) == {"detail", "code", "facts"}
    assert "\n" not in answer.json()["detail"]


def test_what_a_page_reads_by_itself_does_not_prolong_a_login(client_as, database):
    client = client_as(Role.OPERATOR)

    def wait(minutes):
        with database.changing() as session:
            (login,) = session.query(Login).all()
            login.seen -= timedelta(minutes=minutes)

    wait(20)
    assert client.get("/api/lanes").status_code == 200
    wait(5)
    assert client.get("/api/session").status_code == 200
    wait(20)
    assert client.get("/api/lanes").status_code == 200
    wait(11)
    assert client.get("/api/lanes").status_code == 401
