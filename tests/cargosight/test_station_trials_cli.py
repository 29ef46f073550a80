"""Tests of the commands that try a whole station; none is run here."""

import json
from dataclasses import replace

import pytest

from benchmark.live.delays import sum_delays
from cargosight.cli import main
from cargosight.station_trials.drags import Drag
from cargosight.station_trials.killing import Kill
from cargosight.station_trials.kills import Killed
from cargosight.station_trials.loads import Load
from cargosight.station_trials.sightings import PageFound
from cargosight.station_trials.trial import Terms
from cargosight.station_trials.troubles import Trouble, Troubles
from tests.cargosight.test_station_trials import ALL_KEPT

LOAD = Load(4, 1.0, 24.0, sum_delays([0.5]), 9, 7, 1.0, 2.0, 3.0, {}, 8, 0, ALL_KEPT)
KILLED = Killed("SQLite", (Kill("lane", 0.5),), ALL_KEPT, 0, 0)
TROUBLES = Troubles((Trouble("disk full", told=True, logged=True, mended=True),), 0)

PAGE = PageFound(
    trucks=2,
    columns=sum_delays([0.5]),
    flags=sum_delays([1.5]),
    unseen=0,
    ahead_most=0.0,
    looks=3,
    drag=Drag(columns=4000, frames=90, moves=99, seconds=5.0),
    renderer="SwiftShader",
)

FOUND: dict[str, Load | Killed | Troubles | PageFound] = {
    "load": LOAD,
    "kills": KILLED,
    "troubles": TROUBLES,
    "page": PAGE,
}
PLACES = {
    "load": "cargosight.station_trials.loads.try_load",
    "kills": "cargosight.station_trials.kills.try_kills",
    "troubles": "cargosight.station_trials.troubles.try_troubles",
    "page": "cargosight.station_trials.sightings.try_page",
}


@pytest.fixture
def give(monkeypatch):
    """Have a trial find something, without trying; gives back what it was asked."""

    def put(command, found):
        asked = []

        def act(folder, *terms, progress, **more):
            assert folder.is_dir()
            progress("trying", 1, 1)
            asked.extend([folder, *terms, more])
            return found

        monkeypatch.setattr(PLACES[command], act)
        return asked

    return put


def spoil(found):
    """The same with something lost."""
    if isinstance(found, Troubles):
        return replace(found, restarts=1)
    if isinstance(found, PageFound):
        return replace(found, unseen=1)
    return replace(found, kept=replace(ALL_KEPT, scans_lost=1))


@pytest.mark.parametrize("command", PLACES)
def test_a_trial_says_what_it_found_and_fails_if_anything_is_lost(
    command, give, capsys
):
    words = ["benchmark", "station", command]
    found = FOUND[command]
    asked = give(command, found)
    assert main(words) == 0
    assert found.as_text() in capsys.readouterr().out
    assert not asked[0].exists()
    assert main([*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(
        json.dumps(found.as_dict())
    )
    give(command, spoil(found))
    assert main(words) == 1


@pytest.mark.parametrize(
    "spoilt",
    [
        {"columns": sum_delays([0.71])},
        {"flags": sum_delays([2.1])},
        {"drag": replace(PAGE.drag, frames=59)},
        {"ahead_most": 25.0},
        {"ahead_most": None},
    ],
)
def test_a_page_that_misses_a_bar_is_not_well(spoilt):
    assert PAGE.well
    assert not replace(PAGE, **spoilt).well


def test_a_load_is_tried_by_the_terms_that_were_asked_for(give, tmp_path):
    asked = give("load", LOAD)
    words = ["benchmark", "station", "load", "--lanes", "2", "--minutes", "0.5"]
    words += ["--per-hour", "300", "--trucks", "3", "--seed", "9"]
    assert main([*words, "--folder", str(tmp_path / "kept")]) == 0
    assert asked == [tmp_path / "kept", Terms(2, 12.0, None, 3, 9), 0.5, {}]
    assert (tmp_path / "kept").is_dir()
    asked = give("load", LOAD)
    assert main([*words, "--per-hour", "0"]) == 0
    assert asked[1].every_s is None


def test_kills_are_tried_by_the_terms_that_were_asked_for(give):
    asked = give("kills", KILLED)
    words = ["benchmark", "station", "kills", "--kills", "7", "--postgres"]
    assert main([*words, "--least-score", "0.2"]) == 0
    assert asked[1:] == [Terms(2, None, 0.2, 6, 0), 7, {"postgres": True}]
