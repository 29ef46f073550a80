"""A log is altered in every way, and every alteration is found."""

import json
from dataclasses import replace

import pytest

from cargosight import log_trial
from cargosight.cli import main
from cargosight.log_alterations import ALTERATIONS
from cargosight.log_trial import try_log
from data.errors import StationError
from station.audit import append
from station.audit.verifying import verify_log, verify_parts
from station.records import open_database
from tests.station.postgres import (  # noqa: F401 - fixtures
    _postgres_template,
    postgres,
    postgres_url,
)

WAYS = len(ALTERATIONS)


def test_every_alteration_is_found_in_sqlite():
    trial = try_log(500, 3 * WAYS, seed=1)
    assert trial.counts == dict.fromkeys(ALTERATIONS, (3, 3))
    assert trial.untouched
    assert trial.passed


def test_every_alteration_is_found_in_postgresql(postgres_url):  # noqa: F811
    trial = try_log(500, 3 * WAYS, seed=2, url=postgres_url)
    assert trial.counts == dict.fromkeys(ALTERATIONS, (3, 3))
    assert trial.passed
    database = open_database(postgres_url)
    assert verify_log(database).entries == 0, "nothing is left of the trial"
    database.close()


def test_a_trial_fails_where_something_is_not_found(monkeypatch, capsys):
    def verify(parts, anchors, *, most):
        verdict = verify_parts(parts, anchors, most=most)
        blind = any("is not what its hash says" in one.what for one in verdict.faults)
        return replace(verdict, count=0) if blind else verdict

    monkeypatch.setattr(log_trial, "verify_parts", verify)
    words = ["station", "try-log", "--entries", "20", "--tries", str(WAYS)]
    assert main([*words, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["found"] < told["tried"] == WAYS
    assert told["kinds"]["actor changed"] == {"found": 0, "tried": 1}
    assert told["kinds"]["head changed"] == {"found": 1, "tried": 1}


def test_a_trial_says_what_it_found(capsys):
    assert main(["station", "try-log", "--entries", "20", "--tries", str(WAYS)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == WAYS + 1
    assert f"20 entries: {WAYS} of {WAYS} alterations found" in lines[-1]


def test_a_database_with_a_log_is_left_alone(database):
    with database.changing() as session:
        append(session, "scan.began", "a")
    url = database.engine.url.render_as_string(hide_password=False)
    with pytest.raises(StationError, match="has a log"):
        try_log(20, 1, url=url)
    assert verify_log(database).entries == 1


@pytest.fixture
def database(tmp_path):
    """Records in a file."""
    from station.records.migrations import migrate  # noqa: PLC0415

    opened = open_database(f"sqlite:///{tmp_path / 'station.db'}")
    migrate(opened)
    yield opened
    opened.close()
