"""Every place of the page: what is there, for whom, and in which language."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from station.accounts.roles import Role
from tests.station.browser.working import wait_looked

PLACES = {
    "/": Role.OPERATOR,
    "/history": Role.OPERATOR,
    "/second-looks": Role.SUPERVISOR,
    "/statistics": Role.SUPERVISOR,
    "/lanes": Role.OPERATOR,
    "/bundle": Role.QA,
    "/log": Role.QA,
    "/accounts": Role.ADMINISTRATOR,
    "/password": Role.OPERATOR,
}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
LEAVE = {
    Role.OPERATOR: {"/second-looks", "/log", "/accounts"},
    Role.SUPERVISOR: {"/accounts"},
    Role.QA: {"/", "/second-looks", "/accounts"},
    Role.ADMINISTRATOR: {"/", "/history", "/second-looks", "/statistics"},
}


@pytest.fixture(scope="module")
def inspection(running_station, play, armed_scan):
    """One that waits, with alarms."""
    scan_id = play(armed_scan, "places", number="P-1").scan_id
    return wait_looked(running_station, scan_id)[0]


def settle(page):
    """Wait until a place has what it shows."""
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("main")).to_be_visible()
    expect(page.locator("h1")).to_have_count(1)


def find_faults(page):
    """What axe finds, in short."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{each['id']}: {json.dumps(each['nodes'][0]['target'])}" for each in found]


@pytest.mark.usefixtures("inspection")
@pytest.mark.parametrize(("place", "role"), PLACES.items())
def test_axe_finds_nothing(page_as, place, role):
    page = page_as(role)
    page.goto(place)
    settle(page)
    assert find_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366


def test_axe_finds_nothing_where_somebody_decides(page_as, inspection):
    page = page_as(Role.OPERATOR, locale="nl")
    page.goto(f"/inspections/{inspection}")
    settle(page)
    assert find_faults(page) == []
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert find_faults(page) == []


def test_axe_finds_nothing_at_the_login(page):
    page.goto("/")
    expect(page.get_by_label("Name")).to_be_visible()
    assert find_faults(page) == []


@pytest.mark.parametrize(
    ("tag", "word"), [("es", "Historial"), ("fr", "Historique"), ("nl", "Historie")]
)
def test_the_page_speaks_the_browsers_language(page_as, tag, word):
    page = page_as(Role.SUPERVISOR, locale=tag)
    page.goto("/history")
    settle(page)
    assert page.locator("html").get_attribute("lang") == tag
    expect(page.get_by_role("link", name=word)).to_be_visible()
    assert "History" not in page.inner_text("body")
    page.locator("header select").select_option("en")
    expect(page.get_by_role("link", name="History")).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name="History")).to_be_visible()


@pytest.mark.parametrize("role", list(Role))
def test_nobody_is_shown_the_way_to_what_is_not_theirs(page_as, role):
    page = page_as(role)
    page.goto("/lanes")
    settle(page)
    shown = {link.get_attribute("href") for link in page.locator("header nav a").all()}
    assert shown == set(PLACES) - LEAVE[role] - {"/password"}


def test_qa_sees_all_and_decides_nothing(page_as, inspection):
    page = page_as(Role.QA)
    page.goto(f"/inspections/{inspection}")
    settle(page)
    expect(page.get_by_text("Alarm 1 of")).to_be_visible()
    for name in ("Confirm", "Dismiss", "Release"):
        assert page.get_by_role("button", name=name).count() == 0


@pytest.mark.parametrize("locale", ["en", "es", "fr", "nl"])
def test_what_decides_is_in_sight_on_a_small_screen(page_as, inspection, locale):
    page = page_as(Role.OPERATOR, locale=locale)
    page.goto(f"/inspections/{inspection}")
    settle(page)
    expect(page.locator(".deciding canvas").first).to_be_visible()
    for key in ("C", "D", "U", "R", "S"):
        button = (
            page.locator(".deciding button")
            .filter(has=page.locator("kbd", has_text=re.compile(f"^{key}$")))
            .first
        )
        box = button.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 768
        assert box["height"] >= 40
    assert page.locator(".state.trouble").first.is_visible()  # it is not signed
