"""What the places show of a station at work, and a page whose server dies."""

import os
import re
import signal
import threading

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from cargosight.station_trials.killing import find_processes
from cargosight.station_trials.rig import make_config, rigged_with
from station.accounts.roles import Role
from station.config import ReviewConfig
from station.records.tables import Alarm, ScanRow
from tests.station.browser.conftest import LEAST_SCORE
from tests.station.browser.working import open_drawn, press, show_first, wait_looked
from tests.station.waiting import wait_until

PICTURE = "document.querySelector('.picture canvas')"


@pytest.fixture(scope="module")
def running_station(browser, tmp_path_factory):
    """One at which every dismissal needs a second person."""
    del browser  # without one there is nothing to test
    made = make_config(tmp_path_factory.mktemp("station"), 1, LEAST_SCORE, None)
    review = ReviewConfig(four_eyes_score=0.01)
    with rigged_with(made.model_copy(update={"review": review})) as rig:
        yield rig


@pytest.fixture(scope="module")
def inspection(running_station, play, armed_scan):
    """One with alarms."""
    scan_id = play(armed_scan, "listed", number="L-1").scan_id
    return wait_looked(running_station, scan_id)[0]


def count_alarms(rig, inspection):
    with rig.database.reading() as session:
        asked = select(Alarm).join(ScanRow).where(ScanRow.inspection_id == inspection)
        return len(session.scalars(asked).all())


def find_inspection(rig, key):
    """The inspection of a scan that comes in, once the records have it."""

    def look():
        with rig.database.reading() as session:
            return session.scalar(
                select(ScanRow.inspection_id).where(ScanRow.key == key)
            )

    return wait_until(look)


def test_a_dismissal_waits_for_a_second_person(page_as, running_station, inspection):
    count = count_alarms(running_station, inspection)
    page = page_as(Role.OPERATOR)
    page.goto(f"/inspections/{inspection}")
    expect(page.get_by_text(f"Alarm 1 of {count}")).to_be_visible()
    why = page.get_by_text("Why is it no firearm?")
    press(page, "d")
    expect(why).to_be_visible()
    press(page, "1")
    show_first(page, count)
    expect(page.locator(".said li").first).to_be_visible()

    other = page_as(Role.SUPERVISOR)
    other.goto("/second-looks")
    card = other.locator("[data-alarm]")
    expect(card).to_have_count(1)
    expect(card).to_contain_text("Dismissed by p-")
    card.locator("a.button").click()
    word = other.locator(".said li", has_text=re.compile("you"))
    expect(other.get_by_text(f"Alarm 1 of {count}")).to_be_visible()
    press(other, "c")
    show_first(other, count)
    expect(word.first).to_be_visible()
    other.goto("/second-looks")
    expect(other.get_by_text("waits for a second")).to_be_visible()
    expect(card).to_have_count(0)


@pytest.mark.usefixtures("inspection")
@pytest.mark.parametrize(
    ("place", "role", "shown"),
    [
        ("/history", Role.OPERATOR, ["L-1", "lane1"]),
        ("/statistics", Role.SUPERVISOR, ["Decisions of each person"]),
        ("/lanes", Role.OPERATOR, ["lane1", "Sends columns as it scans", "Runs"]),
        ("/bundle", Role.QA, ["Not signed", "Simulated scans only"]),
        ("/log", Role.QA, ["scan.began", "alarm.raised"]),
        ("/accounts", Role.ADMINISTRATOR, ["operator", "Supervisor", "Lane lane1"]),
    ],
)
def test_a_place_shows_what_there_is(page_as, place, role, shown):
    page = page_as(role)
    page.goto(place)
    for text in shown:
        expect(page.get_by_role("main")).to_contain_text(text)


@pytest.mark.usefixtures("inspection")
def test_what_came_while_the_server_was_dead_comes_to_the_page(
    page_as, running_station, play, armed_scan
):
    page = page_as(Role.OPERATOR)
    page.goto("/")
    items = page.locator(".rail-item")
    expect(items.first).to_be_visible()
    before = items.count()
    page.evaluate("window.sameAsBefore = true")
    for process in find_processes(running_station.pid)["server"]:
        os.kill(process.pid, signal.SIGKILL)
    play(armed_scan, "after", number="A-1")
    expect(items).to_have_count(before + 1)
    assert page.evaluate("window.sameAsBefore")  # nobody loaded it anew


def test_a_scan_that_grew_stays_as_it_is_when_it_is_complete(
    page_as, running_station, play, armed_scan
):
    page = page_as(Role.OPERATOR)
    page.goto("/history")
    played = []
    scanner = threading.Thread(
        target=lambda: played.append(play(armed_scan, "steady", rate=250.0))
    )
    scanner.start()
    page.goto(f"/inspections/{find_inspection(running_station, 'steady')}")
    pane = page.locator("[data-columns-shown]")
    expect(pane).to_be_visible()
    expect(page.locator(".picture canvas").first).to_be_attached()
    page.evaluate(f"{PICTURE}.sameAsBefore = true")
    scanner.join()
    _, alarms = wait_looked(running_station, played[0].scan_id)
    assert alarms
    width = str(armed_scan.size[0])
    expect(pane).to_have_attribute("data-columns-shown", width)
    wait_until(
        lambda: set(pane.get_attribute("data-alarms-shown").split()) == set(alarms)
    )
    page.wait_for_load_state("networkidle")
    assert page.evaluate(f"{PICTURE}.sameAsBefore")


def test_a_picture_that_is_damaged_is_said_to_be(
    page_as, running_station, play, armed_scan
):
    scan_id = play(armed_scan, "damaged", number="D-1").scan_id
    number, _ = wait_looked(running_station, scan_id)
    with running_station.database.reading() as session:
        row = session.get_one(ScanRow, scan_id)
        picture = running_station.config.data / row.folder / row.stored
    picture.write_bytes(picture.read_bytes()[:1000])
    page = page_as(Role.QA)
    page.goto(f"/inspections/{number}")
    expect(page.get_by_text("The picture of this scan is damaged")).to_be_visible()
    expect(page.get_by_text("Alarm 1 of")).to_be_visible()  # what was said is kept


def test_two_views_keep_to_where_one_looked(page_as, inspection):
    page = page_as(Role.OPERATOR)
    open_drawn(page, inspection)
    whole = page.locator(".minimap.unneeded")
    expect(whole).to_have_count(1)
    page.keyboard.press("a")
    expect(whole).to_have_count(0)
    page.keyboard.press("v")
    expect(page.locator("[data-columns-shown]")).to_have_count(2)
    page.wait_for_load_state("networkidle")
    expect(whole).to_have_count(0)
    page.keyboard.press("h")
    expect(whole).to_have_count(2)


def test_what_is_held_is_plain_again_at_one_press(page_as, inspection):
    page = page_as(Role.OPERATOR)
    open_drawn(page, inspection)
    hatch = page.get_by_role("button", name="Hatch")
    expect(hatch).to_have_attribute("aria-pressed", "true")
    page.keyboard.down("o")
    expect(hatch).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("0")
    page.keyboard.up("o")
    expect(hatch).to_have_attribute("aria-pressed", "true")
