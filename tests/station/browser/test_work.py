"""An operator's work on the page, from the login to the sign-out, by keyboard."""

import os
import re
import signal
import threading

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from cargosight.station_trials.killing import find_processes
from data.simulation import Recipe, simulate_scan
from station.accounts.roles import Role
from station.accounts.users import add_user
from station.records.tables import Alarm, Decision, Inspection
from tests.station.browser.working import find, press, show_first, wait_looked
from tests.station.waiting import wait_until

OWN_PASSWORD = "-".join(("a", "long", "one", "of", "my", "own"))


def watch_growing(pane, scanner):
    """Widths that a page showed while a scanner was at work."""
    expect(pane).to_be_visible()
    widths = set()
    while scanner.is_alive():
        widths.add(int(pane.get_attribute("data-columns-shown") or 0))
        pane.page.wait_for_timeout(50)
    scanner.join()
    return widths


def drag(page, by):
    """Drag the mouse from the middle of the picture."""
    box = page.locator(".picture").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by[0], y + by[1], steps=4)
    page.mouse.up()


def count_decisions(rig, alarm):
    """Decisions on an alarm that stand or stood."""
    with rig.database.reading() as session:
        asked = select(Decision).where(Decision.alarm_id == alarm)
        return len(session.scalars(asked).all())


def get_state(rig, inspection):
    """The state of an inspection in the records."""
    with rig.database.reading() as session:
        return session.get_one(Inspection, inspection).state


@pytest.fixture(scope="module")
def bare_scan():
    """A short scan without firearms."""
    return simulate_scan(3, Recipe(length_m=4.0, cargo="empty", firearms=0)).scan


def test_whoever_was_given_a_password_chooses_another_one(page, running_station):
    given = add_user(running_station.database, "newcomer", Role.OPERATOR)
    page.goto("/")
    page.get_by_label("Name").fill("newcomer")
    page.get_by_label("Password").fill("not this one, surely")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("wrong")
    page.get_by_label("Password").fill(given.password)
    page.keyboard.press("Enter")
    page.get_by_label("Present password").fill(given.password)
    page.get_by_label("New password: 12 characters or more").fill(OWN_PASSWORD)
    page.get_by_label("New password, again").fill(OWN_PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("No container waits")).to_be_visible()
    find(page, "Sign out").click()
    expect(page.get_by_label("Name")).to_be_visible()
    page.goto("/history")
    expect(page.get_by_label("Name")).to_be_visible()


def test_a_scan_grows_on_the_page_and_its_alarms_are_decided_by_keyboard(
    page_as, running_station, play, armed_scan
):
    page = page_as(Role.OPERATOR)
    page.goto("/")
    expect(page.get_by_text("No container waits")).to_be_visible()
    played: list[str] = []
    scanner = threading.Thread(
        target=lambda: played.append(
            play(armed_scan, "grows", number="G-1", rate=120.0).scan_id
        )
    )
    scanner.start()
    pane = page.locator("[data-columns-shown]")
    assert len(watch_growing(pane, scanner)) > 3  # before one's eyes
    inspection, alarms = wait_looked(running_station, played[0])
    assert alarms
    width = str(armed_scan.size[0])
    expect(pane).to_have_attribute("data-columns-shown", width)
    expect(page.get_by_text(f"Alarm 1 of {len(alarms)}")).to_be_visible()

    # None can be skipped.
    expect(find(page, "Release")).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("r")
    page.keyboard.press("Enter")
    assert get_state(running_station, inspection) == "waiting"

    for number in range(len(alarms)):
        why = page.get_by_text("Why is it no firearm?")
        press(page, "d")
        expect(why).to_be_visible()
        press(page, "4")
        if number + 1 < len(alarms):
            later = page.get_by_text(f"Alarm {number + 2} of {len(alarms)}")
            expect(later).to_be_visible()
    expect(find(page, "Release")).not_to_have_attribute("aria-disabled", "true")

    # One's last word can be taken back, and the question is open again.
    def may_release():
        return find(page, "Release").get_attribute("aria-disabled") is None

    press(page, "z")
    wait_until(lambda: not may_release())
    press(page, "u")
    wait_until(may_release)

    # A release needs a second press.
    press(page, "r")
    expect(find(page, "Release it")).to_be_visible()
    assert get_state(running_station, inspection) == "waiting"
    press(page, "Enter")
    wait_until(lambda: get_state(running_station, inspection) == "released")
    expect(page.get_by_text("No container waits")).to_be_visible()


def test_what_was_missed_is_drawn_searched_and_found_in_the_history(
    page_as, running_station, play, bare_scan
):
    scan_id = play(bare_scan, "missed", number="M-1").scan_id
    inspection, alarms = wait_looked(running_station, scan_id)
    page = page_as(Role.OPERATOR)
    page.goto(f"/inspections/{inspection}")
    pane = page.locator("[data-columns-shown]")
    width = str(bare_scan.size[0])
    expect(pane).to_have_attribute("data-columns-shown", width)
    for _ in alarms:
        press(page, "u")

    press(page, "b")
    drag(page, by=(40, 30))
    what = page.get_by_text("What is in the box?")
    expect(what).to_be_visible()
    press(page, "1")
    expect(what).to_be_hidden()

    def find_drawn():
        with running_station.database.reading() as session:
            asked = select(Alarm).where(
                Alarm.scan_id == scan_id, Alarm.drawn_by.is_not(None)
            )
            return session.scalars(asked).first()

    drawn = wait_until(find_drawn)
    assert drawn.x1 - drawn.x0 > 20
    assert drawn.y1 - drawn.y0 > 10

    sure = page.get_by_text(re.compile(r"^Have .* searched\?$"))
    press(page, "s")
    expect(sure).to_be_visible()
    press(page, "Enter")
    wait_until(lambda: get_state(running_station, inspection) == "searched")
    page.goto(f"/inspections/{inspection}")
    expect(page.get_by_text("To be searched").first).to_be_visible()
    press(page, "f")
    find(page, "Nothing was found").click()
    expect(
        page.get_by_text("Nothing was found in the whole container?")
    ).to_be_visible()
    find(page, "Record: nothing was found").click()
    expect(page.get_by_text("Nothing was found.")).to_be_visible()
    page.goto("/history?search=M-1")
    row = page.get_by_role("row").filter(has_text="M-1")
    expect(row).to_contain_text("Nothing")
    row.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(inspection))


@pytest.mark.parametrize("pause_ms", [0, 30, 300])
def test_a_decision_made_just_before_the_server_is_killed_is_there_once(
    page_as, running_station, play, armed_scan, pause_ms
):
    rig = running_station
    rig.wait_ready()
    scan_id = play(armed_scan, f"killed-{pause_ms}", number=f"K-{pause_ms}").scan_id
    inspection, alarms = wait_looked(rig, scan_id)
    page = page_as(Role.OPERATOR)
    page.goto(f"/inspections/{inspection}")
    expect(page.get_by_text(f"Alarm 1 of {len(alarms)}")).to_be_visible()
    press(page, "c")
    page.wait_for_timeout(pause_ms)
    for process in find_processes(rig.pid)["server"]:
        os.kill(process.pid, signal.SIGKILL)
    show_first(page, len(alarms))
    expect(
        page.locator(".badge", has_text="Confirmed")
        .or_(page.get_by_text("Confirmed by you"))
        .first
    ).to_be_visible()
    expect(page.get_by_text("The station does not answer")).to_have_count(0)
    with rig.database.reading() as session:
        asked = select(Decision.alarm_id).join(Alarm).where(Alarm.scan_id == scan_id)
        decided = list(session.scalars(asked))
    assert len(decided) == 1
    rig.wait_ready()
    page.reload()
    waiting = min(2, len(alarms))  # the first that is not decided, if there is one
    expect(page.get_by_text(f"Alarm {waiting} of {len(alarms)}")).to_be_visible()
    assert count_decisions(rig, decided[0]) == 1


def test_a_tap_decides(page_as, running_station, play, armed_scan):
    scan_id = play(armed_scan, "tapped", number="T-1").scan_id
    inspection, alarms = wait_looked(running_station, scan_id)
    page = page_as(Role.OPERATOR, has_touch=True)
    page.goto(f"/inspections/{inspection}")
    expect(page.get_by_text(f"Alarm 1 of {len(alarms)}")).to_be_visible()
    find(page, "Confirm").tap()

    def is_decided():
        with running_station.database.reading() as session:
            asked = select(Decision).join(Alarm).where(Alarm.scan_id == scan_id)
            return session.scalars(asked).first() is not None

    wait_until(is_decided)
