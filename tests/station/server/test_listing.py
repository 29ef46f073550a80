"""The list of inspections, over HTTP."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event

from data.station_records.record import FoundRecord
from station.accounts.roles import Role
from station.config import ReviewConfig
from station.inspections.referrals import lift_referral, make_referral
from station.records.moment import now
from station.records.tables import Inspection, Referral
from tests.station.inspections.acting import Acting
from tests.station.inspections.passing import BOX, pass_container, see


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


@pytest.fixture
def config(config):
    """A station where dismissed alarms need a second word."""
    review = ReviewConfig(four_eyes_score=0.7)
    return config.model_copy(update={"review": review})


@pytest.fixture
def acting(database, user_as):
    """Make people act, without second words: `acting(role)`."""

    def act(role):
        return Acting(database, ReviewConfig(), see(user_as(role)))

    return act


@pytest.fixture
def history(many, acting):
    """All of them closed: two released, one held; one searched in vain, two not yet."""
    operator, boss = acting(Role.OPERATOR), acting(Role.SUPERVISOR)
    pistol = FoundRecord(label="firearm", kind="pistol")
    for name in many:
        _close(operator, name, "released" if name in many[:2] else "searched")
    first = operator.find(many[2], pistol, pistol)
    operator.find(many[2], pistol, replaces=first.id)
    second = operator.find(many[3], pistol)
    operator.find(many[3], replaces=second.id)
    held, lifted = (_refer(boss, name) for name in many[1:3])
    with boss.database.changing() as session:
        lift_referral(session, session.get_one(Referral, lifted), boss.viewer)
    assert held
    return many


def _close(operator, name, disposition):
    with operator.database.reading() as session:
        scans = session.get_one(Inspection, name).scans
        alarms = [alarm.id for scan in scans for alarm in scan.alarms]
    for alarm in alarms:
        operator.say(alarm, "dismiss")
    operator.dispose(name, disposition)


def _refer(boss, name):
    with boss.database.changing() as session:
        row = session.get_one(Inspection, name)
        return make_referral(session, row, "for others", boss.viewer).id


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


def test_an_item_says_what_became_of_it(ann, history):
    found = ann.get("/api/inspections", params={"state": "all"}).json()["inspections"]
    names = ("disposition", "disposed_by", "found", "referred")
    said = {one["id"]: tuple(one[name] for name in names) for one in found}
    by = "p-operator-1"
    wanted = [
        ("released", by, None, False),
        ("released", by, None, True),
        ("searched", by, 1, False),
        ("searched", by, 0, False),
        ("searched", by, None, False),
    ]
    assert said == dict(zip(history, wanted, strict=True))


def test_history_is_found_by_what_became_of_it(ann, history):
    def chosen(**wanted):
        return list_page(ann, state="closed", **wanted)[0][::-1]

    assert chosen(disposition="released") == history[:2]
    assert chosen(disposition="searched") == history[2:]
    assert chosen(found=True) == [history[2]]
    assert chosen(found=False) == [history[3]]
    assert chosen(referred=True) == [history[1]]
    assert chosen(referred=False) == [history[0], *history[2:]]
    assert chosen(disposition="released", referred=True, found=True) == []
    assert list_page(ann, disposition="released") == ([], None)  # none is open


def test_a_disposition_that_was_undone_is_none(ann, history, acting):
    acting(Role.SUPERVISOR).undo_disposition(history[0])
    (item,) = ann.get("/api/inspections").json()["inspections"]
    assert (item["id"], item["disposition"], item["disposed_by"]) == (
        history[0],
        None,
        None,
    )


def test_history_is_found_by_when_it_began(ann, many, database):
    with database.reading() as session:
        began = session.get_one(Inspection, many[2]).began
    since, until = (began + timedelta(hours=hours) for hours in (-1.5, 0))
    assert list_page(ann, since=since)[0] == many[1:]
    assert list_page(ann, until=until)[0] == many[:2]
    assert list_page(ann, state="all", since=since, until=until)[0] == [many[1]]
    assert list_page(ann, since=began)[0] == many[2:]


@pytest.mark.parametrize(
    "wrong", [{"since": "2026-11-26T06:00:00"}, {"found": "some"}, {"disposition": "x"}]
)
def test_what_cannot_be_asked_for_is_refused(ann, wrong):
    assert ann.get("/api/inspections", params=wrong).status_code == 422


def test_filters_keep_pages_whole(ann, history):
    wanted = {"state": "closed", "disposition": "searched", "limit": 2}
    page, before = list_page(ann, **wanted)
    assert page == history[4:2:-1]
    assert list_page(ann, before=before, **wanted) == ([history[2]], None)


def test_an_item_says_what_waits_for_a_second_person(ann, many, database, acting):
    with database.reading() as session:
        (scan,) = session.get_one(Inspection, many[1]).scans
        (alarm,) = scan.alarms
    for name, waits in (("unsure", 0), ("dismiss", 1)):
        acting(Role.OPERATOR).say(alarm.id, name)
        items = ann.get("/api/inspections").json()["inspections"]
        assert [item["waits_second"] for item in items] == [0, waits, 0, 0, 0]


def test_an_item_says_whether_it_is_simulated_and_whole(ann, many, database):
    with database.changing() as session:
        (one,) = session.get_one(Inspection, many[0]).scans
        one.info = {**one.info, "synthetic": True}
        (other,) = session.get_one(Inspection, many[1]).scans
        other.whole = False
    items = ann.get("/api/inspections").json()["inspections"]
    assert [item["synthetic"] for item in items] == [True, *[False] * 4]
    assert [item["whole"] for item in items] == [True, False, *[True] * 3]


def test_a_longer_list_takes_no_more_queries(ann, many, history, database):
    del history
    counts = []
    with counting(database) as statements:
        for limit in (1, len(many)):
            statements.clear()
            list_page(ann, state="all", limit=limit)
            counts.append(len(statements))
    assert counts[0] == counts[1]


@contextmanager
def counting(database):
    """Count the statements that the records are asked."""
    statements = []

    def note(*said):
        statements.append(said[2])

    event.listen(database.engine, "before_cursor_execute", note)
    yield statements
    event.remove(database.engine, "before_cursor_execute", note)


@pytest.mark.usefixtures("many")
def test_a_page_after_none_is_not_found(ann):
    wanted = {"before": "0" * 32}
    assert ann.get("/api/inspections", params=wanted).status_code == 404
