"""Whether the station is well, and its figures."""

from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select

from station.accounts.roles import Role
from station.accounts.tokens import make_token
from station.config import RetentionConfig
from station.records import new_id
from station.records.moment import now
from station.records.tables import Alarm, Inspection, LaneState, ScanRow


def beat(station, age_s=0.0):
    at = now() - timedelta(seconds=age_s)
    with station.database.changing() as session:
        session.merge(
            LaneState(lane="north", state="behind", behind=9000, pid=1, beat=at)
        )


def break_records(station):
    """Put the database out of reach."""
    station.database.close()
    path = station.config.data / "station.db"
    path.rename(path.with_suffix(".away"))
    path.mkdir()


def mend_records(station):
    path = station.config.data / "station.db"
    path.rmdir()
    path.with_suffix(".away").rename(path)


def ask(client):
    answer = client.get("/healthz")
    return answer.status_code, answer.json()


OK, DEGRADED = (200, {"status": "ok"}), (503, {"status": "degraded"})


def test_a_stranger_is_told_whether_all_is_well_and_no_more(client_as, station):
    stranger = client_as(None)
    assert ask(stranger) == DEGRADED  # no lane runs
    beat(station)
    assert ask(stranger) == OK
    beat(station, age_s=10)
    assert ask(stranger) == DEGRADED


def test_a_database_out_of_reach_is_not_well(client_as, station):
    beat(station)
    break_records(station)
    assert ask(client_as(None)) == DEGRADED
    mend_records(station)
    assert ask(client_as(None)) == OK


@pytest.fixture
def least_free():
    """Free disk that there must be, GB."""
    return 0.5


@pytest.fixture
def config(config, least_free):
    retention = RetentionConfig(least_free_gb=least_free)
    return config.model_copy(update={"retention": retention})


@pytest.mark.parametrize("least_free", [1e9])
def test_a_full_disk_is_not_well(client_as, station):
    beat(station)
    assert ask(client_as(None)) == DEGRADED


def test_a_lane_in_which_nothing_looks_is_not_well(client_as, station):
    beat(station)
    with station.database.changing() as session:
        for row in session.scalars(select(LaneState)):
            row.state = "down"
    assert ask(client_as(None)) == DEGRADED


def read_figures(client, token):
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.fixture
def token(station):
    with station.database.changing() as session:
        return make_token(session, "metrics", "prometheus").token


def add_scan(station):
    at = now()
    inspection = Inspection(id=new_id(), lane="north", state="waiting", began=at)
    scan = ScanRow(
        id=new_id(),
        inspection=inspection,
        lane="north",
        key=new_id(),
        folder="x",
        state="looked",
        kind="dual",
        height=5,
        info={},
        began=at,
    )
    alarm = Alarm(
        id=new_id(), scan=scan, x0=0, y0=0, x1=1, y1=1, score=1, label="f", raised=at
    )
    with station.database.changing() as session:
        session.add(alarm)


def test_figures_say_how_much_there_is(client_as, station, token):
    beat(station)
    for _ in range(2):
        add_scan(station)
    client = client_as(None)
    client.get("/healthz")
    found = read_figures(client, token)
    lane = ("lane", "north")
    assert found["cargosight_scans", lane, ("state", "looked")] == 2
    assert found["cargosight_alarms", lane] == 2
    assert found["cargosight_waiting", lane] == 2
    assert found["cargosight_lane_behind_columns", lane] == 9000
    assert found["cargosight_lane_up", lane] == 1
    assert found["cargosight_records_up",] == 1
    assert found["cargosight_disk_free_bytes",] > 0
    assert found["cargosight_process_resident_bytes", ("process", "server")] > 1e6
    asked = (("method", "GET"), ("route", "/healthz"), ("status", "200"))
    assert found["cargosight_request_seconds_count", *asked] == 1


def test_requests_for_no_route_are_counted_as_one(client_as, token):
    client = client_as(None)
    for place in ("/a", "/b"):
        client.get(place)
    found = read_figures(client, token)
    asked = (("method", "GET"), ("route", "none"), ("status", "404"))
    assert found["cargosight_request_seconds_count", *asked] == 2


def test_figures_are_for_their_token_alone(client_as, station):
    with station.database.changing() as session:
        lane = make_token(session, "north", "scanner").token
    for headers in (
        {},
        {"Authorization": f"Bearer {lane}"},
        {"Authorization": "Basic x"},
    ):
        answer = client_as(Role.ADMINISTRATOR).get("/metrics", headers=headers)
        assert answer.status_code == 401


def test_strangers_cannot_make_up_figures_without_end(app, client_as):
    client = client_as(None)
    for number in range(20):
        client.request(f"X{number}", "/healthz")
        client.request(f"X{number}", f"/nothing{number}")
    (family,) = app.state.metrics.requests.collect()
    methods = {sample.labels["method"] for sample in family.samples}
    assert methods == {"other"}
    assert len({tuple(sample.labels.items()) for sample in family.samples}) < 50
