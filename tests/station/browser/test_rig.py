"""Tests of what the tests in a browser stand on."""

from contextlib import closing

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import select

from station.accounts.roles import Role
from station.records.tables import Alarm
from tests.station.browser.watching import watch
from tests.station.waiting import wait_until

DRAW = """() => {
  const gl = document.createElement('canvas').getContext('webgl2')
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture())
  const values = new Float32Array(16).fill(0.25)
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.R32F, 4, 4, 0, gl.RED, gl.FLOAT, values)
  const linear = gl.getExtension('OES_texture_float_linear') !== null
  return [gl.getError(), linear, gl.getParameter(gl.MAX_TEXTURE_SIZE) >= 4096]
}"""


def test_the_browser_draws_textures_of_floats(page):
    assert page.evaluate(DRAW) == [0, True, True]


def test_letters_have_shapes_of_their_own(page):
    page.set_content("<span>iiii</span><br><span>WWWW</span><br><span>éñïü</span>")
    widths = [each.bounding_box()["width"] for each in page.locator("span").all()]
    assert widths[0] < widths[2] < widths[1]


@pytest.mark.parametrize("role", list(Role))
def test_everyone_gets_in(page_as, accounts, role):
    page = page_as(role)
    answer = page.context.request.get("/api/session")
    assert (answer.status, answer.json()["user"]["name"]) == (200, accounts[role].name)


def test_the_server_answers_the_page_and_nothing_goes_wrong_on_it(page):
    answer = page.goto("/")
    assert (answer.status, page.title()) == (200, "Cargosight")
    page.wait_for_load_state("networkidle")
    assert "was not built" not in page.content()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<script>throw Error('broken')</script>", "broken"),
        ("<script>console.error('not well')</script>", "not well"),
        ("<img src='http://elsewhere.invalid/'>", "asked http://elsewhere.invalid/"),
        ("<p>Nothing.</p>", None),
    ],
)
def test_what_a_page_must_not_do_is_written_down(browser, content, said):
    wrong: list[str] = []
    with closing(browser.new_page()) as page:
        watch(page, "http://127.0.0.1:8765", wrong)
        page.set_content(content)
        page.wait_for_load_state("networkidle")
    assert wrong == ([] if said is None else [said])


def test_axe_finds_what_is_wrong_with_a_page_and_nothing_else(page):
    page.set_content("<html lang='en'><title>A</title><main><h1>A</h1></main>")
    assert Axe().run(page).violations_count == 0
    page.set_content("<html lang='en'><title>A</title><main><h1></h1><img src=''>")
    found = {each["id"] for each in Axe().run(page).response["violations"]}
    assert {"image-alt", "empty-heading"} <= found


def test_a_scan_that_is_played_raises_alarms(running_station, play, armed_scan):
    scan_id = play(armed_scan, "armed", number="A1").scan_id
    asked = select(Alarm.id).where(Alarm.scan_id == scan_id)

    def has_alarms():
        with running_station.database.reading() as session:
            return session.scalars(asked).first() is not None

    wait_until(has_alarms)
