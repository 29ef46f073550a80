"""The lanes, and how they are."""

from datetime import timedelta

import pytest

from station.accounts.roles import EVERYONE, Role
from station.records.moment import now
from station.records.tables import LaneState


@pytest.fixture
def beat(station):
    """Have the lane's process say how it is."""

    def write(age_s=0.0, state="scanning", behind=7, lane="north", code=None):
        known = {"bundle": {"name": "b"}, "pid": 1, "detail": "well", "code": code}
        at = now() - timedelta(seconds=age_s)
        with station.database.changing() as session:
            session.merge(
                LaneState(lane=lane, state=state, behind=behind, beat=at, **known)
            )

    return write


@pytest.mark.parametrize("role", EVERYONE)
def test_whoever_is_logged_in_sees_how_the_lanes_are(client_as, beat, role):
    beat()
    (lane,) = client_as(role).get("/api/lanes").json()
    assert (lane["name"], lane["source"], lane["alive"]) == ("north", "stream", True)
    assert (lane["state"], lane["behind"]) == ("scanning", 7)
    assert lane["bundle"] == {"name": "b"}
    assert client_as(role).get("/api/lanes/north").json()["state"] == "scanning"


def test_a_lane_whose_process_is_silent_or_never_spoke_is_down(client_as, beat):
    client = client_as(Role.OPERATOR)
    lane = client.get("/api/lanes/north").json()
    assert (lane["state"], lane["alive"], lane["beat"]) == ("down", False, None)
    assert lane["code"] == "lane.no_process"
    beat(age_s=10)
    lane = client.get("/api/lanes/north").json()
    assert (lane["state"], lane["alive"], lane["behind"]) == ("down", False, 0)


def test_a_lane_says_why_it_is_down(client_as, beat):
    beat(state="down", code="lane.expired")
    (lane,) = client_as(Role.OPERATOR).get("/api/lanes").json()
    assert (lane["state"], lane["code"], lane["detail"]) == (
        "down",
        "lane.expired",
        "well",
    )


def test_a_lane_that_is_not_configured_is_not_found(client_as, beat):
    beat(lane="old")
    client = client_as(Role.OPERATOR)
    assert client.get("/api/lanes/old").status_code == 404
    assert len(client.get("/api/lanes").json()) == 1


class _Lane:
    gone = True


class _Streams:
    lanes = {"north": _Lane()}  # noqa: RUF012 - never changed


@pytest.mark.parametrize(
    ("state", "shown"), [("idle", "gone"), ("scanning", "gone"), ("down", "down")]
)
def test_a_scanner_that_fell_silent_is_gone_if_nothing_worse_is(
    app, client_as, beat, state, shown
):
    app.state.streams = _Streams()
    beat(state=state)
    lane = client_as(Role.OPERATOR).get("/api/lanes/north").json()
    assert lane["state"] == shown
