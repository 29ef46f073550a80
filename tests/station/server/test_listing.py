"""The list of inspections, over HTTP."""

from datetime import timedelta

import pytest

from station.records.moment import now
from station.records.tables import Inspection
from tests.station.inspections.passing import BOX, pass_container


@pytest.fixture
def many(database, station):
    """Five inspections, the oldest first."""
    return [
        pass_container(
            database,
            station.data,
            boxes=(BOX,) if number else (),
            number=f"N-{number}",
            lane="south" if number == 4 else "north",
            containers=[f"TOLU473478{number}"],
            began=now() - timedelta(hours=5 - number),
        ).inspection
        for number in range(5)
    ]


def list_page(client, **wanted):
    """A page of the list, and where it goes on."""
    found = client.get("/api/inspections", params=wanted)
    assert found.status_code == 200
    return [one["id"] for one in found.json()["inspections"]], found.json()["next"]


def test_open_ones_come_the_oldest_first(ann, many):
    assert list_page(ann) == (many, None)


def test_history_comes_the_newest_first(ann, many, database):
    with database.changing() as session:
        for name in many[:3]:
            session.get_one(Inspection, name).state = "released"
    assert list_page(ann, state="closed")[0] == many[2::-1]
    assert list_page(ann, state="all")[0] == many[::-1]
    assert list_page(ann)[0] == many[3:]


@pytest.mark.parametrize("state", ["open", "all"])
def test_pages_have_each_inspection_once(ann, many, state):
    listed, before = [], None
    for _ in range(3):
        page, before = list_page(
            ann, state=state, limit=2, **({"before": before} if before else {})
        )
        listed += page
    assert before is None
    assert listed == (many if state == "open" else many[::-1])


def test_a_search_finds_numbers_in_part_and_names_from_their_beginning(ann, many):
    assert list_page(ann, search="tolu4734783")[0] == [many[3]]
    assert list_page(ann, search="n-2")[0] == [many[2]]
    assert list_page(ann, search=many[1])[0] == [many[1]]
    assert list_page(ann, search="%")[0] == []
    assert list_page(ann, search="_")[0] == []


def test_one_lane_alone(ann, many):
    assert list_page(ann, lane="south")[0] == [many[4]]


@pytest.mark.usefixtures("many")
def test_an_item_says_what_waits(ann):
    place = ann.get("/api/inspections").json()["inspections"][1]
    assert (place["alarms"], place["undecided"], place["highest"]) == (1, 1, 0.8)
    assert (place["scans"], place["coming"], place["failed"]) == (1, False, False)


@pytest.mark.usefixtures("many")
def test_a_page_after_none_is_not_found(ann):
    wanted = {"before": "0" * 32}
    assert ann.get("/api/inspections", params=wanted).status_code == 404
