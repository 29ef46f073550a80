"""What every request passes, and every answer states."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import Body, Response
from fastapi.testclient import TestClient
from sqlalchemy.exc import DataError
from starlette.websockets import WebSocketDisconnect

from data.errors import RecordError, StationError
from station.accounts.roles import Role
from station.accounts.users import reset_password
from station.config import ServerConfig
from station.server.app import make_app
from station.server.context import Station
from station.server.hosts import find_hosts
from station.server.security import LARGEST

HERE = "http://127.0.0.1:8765"


def make_certificate(path, *, names=True):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "old.example")])
    at = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(at)
        .not_valid_after(at + timedelta(days=1))
    )
    if names:
        stated = [
            x509.DNSName("Scan.port.example"),
            x509.DNSName("*.lanes.example"),
            x509.IPAddress(ip_address("10.0.0.7")),
        ]
        builder = builder.add_extension(x509.SubjectAlternativeName(stated), False)
    made = builder.sign(key, hashes.SHA256())
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def secure(station, tmp_path):
    """A station with TLS, at all addresses of its machine."""
    certificate = make_certificate(tmp_path / "chain.pem")
    server = ServerConfig(host="0.0.0.0", certificate=certificate, key=certificate)  # noqa: S104
    config = station.config.model_copy(update={"server": server})
    return Station(config, station.database, station.data, station.reporter)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/session", 401),
        ("GET", "/api/nothing", 404),
        ("PUT", "/api/session", 405),
        ("POST", "/api/session", 422),
        ("GET", "/docs", 401),
    ],
)
def test_every_answer_states_what_pages_may_do(client_as, method, path, status):
    answer = client_as(None).request(method, path)
    assert answer.status_code == status
    headers = answer.headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "strict-transport-security" not in headers
    assert headers.get("cache-control") == ("no-store" if "/api" in path else None)
    assert list(answer.json()) == ["detail", "code", "facts"]


def test_a_fault_of_the_station_tells_a_stranger_nothing(app):
    @app.get("/fault")
    def fail():
        msg = "secret"
        raise ZeroDivisionError(msg)

    with TestClient(app, base_url=HERE, raise_server_exceptions=False) as client:
        answer = client.get("/fault")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.json()["code"] == "station.fault"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8765", "", "8765"])
def test_a_name_that_is_not_the_stations_is_refused(client_as, host):
    answer = client_as(None).get("/api/session", headers={"Host": host})
    assert answer.status_code == 400


def test_a_socket_under_another_name_is_refused(app):
    @app.websocket("/echo")
    async def echo(websocket):
        await websocket.accept()

    client = TestClient(app, base_url="http://evil.example")
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/echo"):
        pass


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:8"])
def test_the_stations_own_names_do(client_as, host):
    answer = client_as(None).get("/api/session", headers={"Host": host})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("origin", "status"),
    [(None, 204), (HERE, 204), ("null", 403), ("http://127.0.0.1:9999", 403)],
)
def test_pages_of_other_sites_can_change_nothing(client_as, origin, status):
    headers = {"Origin": origin} if origin else {}
    client = client_as(Role.OPERATOR)
    assert client.delete("/api/session", headers=headers).status_code == status


def test_a_large_body_is_refused_whether_its_length_is_stated_or_not(client_as):
    client = client_as(None)
    headers = {"Content-Type": "application/json"}

    def pieces():
        for _ in range(LARGEST // 1000 + 1):
            yield b" " * 1000

    for content in (b" " * (LARGEST + 1), pieces()):
        answer = client.post("/api/session", content=content, headers=headers)
        assert answer.status_code == 413
        assert "too large" in answer.json()["detail"]
        assert answer.json()["code"] == "request.large"
    answer = client.post("/api/session", content=b" " * LARGEST, headers=headers)
    assert answer.status_code == 422


def test_an_answer_that_says_how_it_may_be_kept_is_left_so(app, client_as):
    @app.get("/api/kept")
    def keep():
        return Response(headers={"Cache-Control": "private, immutable"})

    answer = client_as(None).get("/api/kept")
    assert answer.headers["cache-control"] == "private, immutable"


@pytest.mark.parametrize(("error", "status"), [(RecordError, 503), (StationError, 400)])
def test_errors_of_the_station_are_one_line_each(app, client_as, error, status):
    @app.get("/failing")
    def fail():
        msg = "It is\nso."
        raise error(msg)

    answer = client_as(None).get("/failing")
    assert answer.status_code == status
    assert answer.json() == {
        "detail": "It is so.",
        "code": f"http.{status}",
        "facts": {},
    }


def test_an_error_that_states_a_code_is_answered_with_its_facts(app, client_as):
    @app.get("/failing")
    def fail():
        msg = "7 days at most."
        raise StationError(msg, code="period.unfit", facts={"days": 7})

    problem = client_as(None).get("/failing").json()
    assert (problem["code"], problem["facts"]) == ("period.unfit", {"days": 7})


def test_a_code_that_no_page_knows_is_told_by_its_status(app, client_as):
    @app.get("/failing")
    def fail():
        msg = "It is so."
        raise StationError(msg, code="nobody.knows")

    assert client_as(None).get("/failing").json()["code"] == "http.400"


@pytest.mark.parametrize(
    ("method", "path", "headers", "code"),
    [
        ("GET", "/api/session", {}, "login.none"),
        ("GET", "/api/nothing", {}, "http.404"),
        ("PUT", "/api/session", {}, "http.405"),
        ("GET", "/api/session", {"Host": "evil.example"}, "request.host"),
        ("DELETE", "/api/session", {"Origin": "http://evil"}, "request.foreign"),
        ("POST", "/api/session", {"Content-Length": "9000000"}, "request.large"),
    ],
)
def test_each_refusal_states_its_code(client_as, method, path, headers, code):
    answer = client_as(None).request(method, path, headers=headers)
    assert answer.json()["code"] == code


def test_a_body_of_another_form_says_which_field_and_which_rule(client_as):
    answer = client_as(None).post("/api/session", json={"name": "", "password": "x"})
    assert answer.json()["code"] == "request.form"
    assert answer.json()["facts"] == {
        "field": "body.name",
        "rule": "string_too_short",
        "faults": 1,
    }


def test_what_the_records_cannot_hold_is_a_fault_of_the_request(app, client_as):
    @app.get("/failing")
    def fail():
        msg = "A text has a NUL."
        raise RecordError(msg) from DataError("INSERT", {}, ValueError())

    assert client_as(None).get("/failing").status_code == 400


def test_with_tls_the_cookie_is_for_this_host_alone_and_browsers_stay_with_tls(
    secure, user_as
):
    user = user_as(Role.OPERATOR)
    given = reset_password(secure.database, user.name)
    client = TestClient(make_app(secure), base_url="https://10.0.0.7:8765")
    credentials = {"name": user.name, "password": given.password}
    origin = {"Origin": "https://10.0.0.7:8765"}
    answer = client.post("/api/session", json=credentials, headers=origin)
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("__host-cargosight=")
    assert "secure" in cookie
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert client.get("/api/session").status_code == 200
    gone = client.delete(
        "/api/session", headers={"X-CSRF-Token": answer.json()["csrf"]}
    )
    assert "secure" in gone.headers["set-cookie"].lower()
    assert client.get("/api/session").status_code == 401


def test_a_station_answers_to_the_names_of_its_certificate(secure):
    hosts = find_hosts(secure.config.server)
    for name in ("scan.port.example", "a.lanes.example:8765", "10.0.0.7", "localhost"):
        assert hosts.know(name)
    for name in (
        "old.example",
        "lanes.example",
        "b.a.lanes.example",
        "10.0.0.8",
        "0.0.0.0",  # noqa: S104
    ):
        assert not hosts.know(name)


@pytest.mark.parametrize("kind", ["none", "text", "nameless"])
def test_a_certificate_that_names_nothing_is_refused_at_the_start(tmp_path, kind):
    path = tmp_path / "chain.pem"
    if kind == "text":
        path.write_text("no certificate")
    elif kind == "nameless":
        make_certificate(path, names=False)
    server = ServerConfig(certificate=path, key=path)
    with pytest.raises(StationError, match="cannot be used"):
        find_hosts(server)


def test_a_length_that_is_no_number_is_none(app, client_as):
    @app.post("/taking")
    def take(body: bytes = Body()):
        return len(body)

    headers = {"Content-Length": "many", "Content-Type": "application/json"}
    answer = client_as(None).post("/taking", content=b"1", headers=headers)
    assert answer.status_code < 500
