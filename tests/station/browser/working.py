"""What the tests in a browser do at the panel, and wait for."""

import re

from playwright.sync_api import expect

from station.records.tables import ScanRow
from tests.station.waiting import wait_until


def find(page, name, role="button"):
    """A button, or another thing, by its name."""
    return page.get_by_role(role, name=re.compile(f"^{re.escape(name)}"))


def press(page, key):
    """Press a key of the panel, once: when it says that it takes keys."""
    expect(page.locator(".deciding")).to_have_attribute("aria-busy", "false")
    page.keyboard.press(key)


def open_drawn(page, inspection):
    """Go to an inspection, and wait until its picture is drawn: keys move it then."""
    page.goto(f"/inspections/{inspection}")
    pane = page.locator("[data-columns-shown]")
    expect(pane).not_to_have_attribute("data-columns-shown", "0")
    expect(pane).not_to_have_attribute("data-alarms-shown", "")


def show_first(page, count):
    """Back to the first of so many alarms: after a word comes the next that waits."""
    if count > 1:
        expect(page.get_by_text(f"Alarm 2 of {count}")).to_be_visible()
        press(page, "p")
    expect(page.get_by_text(f"Alarm 1 of {count}")).to_be_visible()


def wait_looked(rig, scan_id):
    """Wait until all of a scan was looked at; its inspection and alarms."""

    def is_looked():
        with rig.database.reading() as session:
            row = session.get(ScanRow, scan_id)
            return row is not None and row.state == "looked"

    wait_until(is_looked)
    with rig.database.reading() as session:
        row = session.get_one(ScanRow, scan_id)
        return row.inspection_id, [alarm.id for alarm in row.alarms]
