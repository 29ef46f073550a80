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
