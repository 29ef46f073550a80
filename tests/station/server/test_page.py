"""The operator's page, as it is handed out."""

import re
from pathlib import Path

import pytest

import station.web
from station.server.routes import page
from station.server.routes.page import PLACES

SHELL = "<!doctype html><title>page</title>"


@pytest.fixture
def built(tmp_path, monkeypatch):
    """A page that was built."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(SHELL)
    (folder / "assets" / "index-1.js").write_text("1")
    (tmp_path / "secret").write_text("secret")
    monkeypatch.setattr(page, "BUILT", folder)
    return folder


@pytest.mark.usefixtures("built")
def test_the_page_is_everywhere_in_it(client_as):
    for place in PLACES:
        answer = client_as(None).get(place)
        assert answer.text == SHELL
        assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.usefixtures("built")
def test_its_parts_are_kept(client_as):
    answer = client_as(None).get("/assets/index-1.js")
    assert answer.text == "1"
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(
    "path",
    [
        "/assets/none.js",
        "/assets/..%2f..%2fsecret",
        "/assets/%2e%2e",
        f"/assets/{'a' * 400}",
        "/assets/%00",
        "/nowhere",
    ],
)
def test_nothing_else_is(client_as, path):
    assert client_as(None).get(path).status_code == 404


def test_a_page_that_was_not_built_says_so(client_as, tmp_path, monkeypatch):
    monkeypatch.setattr(page, "BUILT", tmp_path)
    answer = client_as(None).get("/")
    assert answer.status_code == 503
    assert "make page" in answer.text


def test_the_server_knows_the_places_of_the_page():
    source = Path(station.web.__file__).with_name("src") / "app.tsx"
    routes = set(re.findall(r'path="([^"]+)"', source.read_text()))
    assert {re.sub(r"{\w+}", ":id", place) for place in PLACES} == routes
