"""The page in a real browser, at a whole station.

The browser is the machine's own Chromium. Where there is none these tests are skipped,
unless CI_BROWSER is set: then they fail.
"""

import os
import shutil
from contextlib import closing
from dataclasses import dataclass

import pytest
from playwright.sync_api import BrowserContext, expect

from cargosight.playing.stream import StreamPlayer
from cargosight.station_trials.chromium import opening_chromium
from cargosight.station_trials.rig import OPERATOR, rigged
from data.simulation import Recipe, simulate_scan
from station.accounts.passwords import hash_password
from station.accounts.roles import Role
from station.accounts.users import add_user
from station.records.tables import User
from tests.station.browser.watching import watch

MISSING = "Chromium is not installed (Debian: apt-get install chromium)"
expect.set_options(timeout=60_000)  # a test waits as long on a busy machine

SIZE = {"width": 1366, "height": 768}
LANE = "lane1"
LEAST_SCORE = 0.05
"""In place of the operating point: the scan below is sure to have alarms."""


@dataclass(frozen=True)
class Account:
    """Somebody at the station.

    Attributes:
        name: To log in with.
        password: Lasting, not for one time.
    """

    name: str
    password: str


@pytest.fixture(scope="module")
def browser():
    """Chromium without a window.

    It is closed with the last test of a file: as long as Playwright runs, nothing else
    of its thread can run an event loop.
    """
    if shutil.which("chromium") is None:
        assert "CI_BROWSER" not in os.environ, MISSING
        pytest.skip(MISSING)
    with opening_chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def running_station(browser, tmp_path_factory):
    """A guard, a server and a lane; `stop` and `start` are whole restarts."""
    del browser  # without one there is nothing to test
    folder = tmp_path_factory.mktemp("station")
    with rigged(folder, lanes=1, least_score=LEAST_SCORE) as rig:
        yield rig


@pytest.fixture(scope="module")
def accounts(running_station):
    """One of each role: `accounts[Role.OPERATOR]`."""
    database = running_station.database
    made = {Role.SUPERVISOR: Account(OPERATOR, running_station.password)}
    for role in set(Role) - {Role.SUPERVISOR}:
        made[role] = _add_account(database, role)
    return made


def _add_account(database, role):
    given = add_user(database, str(role), role)
    with database.changing() as session:
        user = session.get_one(User, given.user.id)
        user.password_hash, user.must_change = hash_password(given.password), False
    return Account(given.user.name, given.password)


@pytest.fixture
def new_page(browser, running_station):
    """Make pages: each is another visitor, whom nobody knows.

    `new_page(viewport={"width": 1920, "height": 1080}, locale="es")` takes what
    Playwright's `new_context` does. A test fails if its page throws, logs an error, is
    refused something by its own content policy, or asks another host for anything.
    """
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def make(**wishes):
        settings = {"viewport": SIZE, "locale": "en", "reduced_motion": "reduce"}
        context = browser.new_context(
            base_url=running_station.base, **(settings | wishes)
        )
        contexts.append(context)
        page = context.new_page()
        watch(page, running_station.base, wrong)
        return page

    yield make
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def page(new_page):
    """A page of nobody, at no address yet: `page.goto("/")`."""
    return new_page()


@pytest.fixture
def page_as(new_page, accounts):
    """Make pages of somebody who has logged in, by the API: `page_as(Role.OPERATOR)`.

    They are at no address yet.
    """

    def make(role, **wishes):
        page = new_page(**wishes)
        account = accounts[role]
        body = {"name": account.name, "password": account.password}
        answer = page.context.request.post("/api/session", data=body)
        assert answer.ok, answer.text()
        return page

    return make


@pytest.fixture(scope="session")
def armed_scan():
    """A short container with firearms in it: 6 m, seconds at 700 columns/s."""
    recipe = Recipe(length_m=6.0, cargo="empty", firearms=2, kind="pistol", defects=())
    return simulate_scan(7, recipe).scan


@pytest.fixture(scope="module")
def play(running_station):
    """Play a scan to the lane, and wait until the station has it all.

    `play(scan, "key", rate=700.0)` takes what `StreamPlayer` does, and `number`, of the
    inspection. For what is seen meanwhile, call it in a thread.
    """

    def make(scan, key, number=None, **wishes):
        settings = {"rate": None, "patience_s": 30.0} | wishes
        url, token = running_station.stream_url(LANE), running_station.tokens[LANE]
        with closing(StreamPlayer(url, token, **settings)) as player:
            played = player.play(scan, key, number)
        assert played.whole
        return played

    return make
