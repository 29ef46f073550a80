"""The commands of a station."""

import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from cargosight import stationing
from cargosight.cli import main
from station.accounts.roles import Role
from station.accounts.tokens import check_lane_token
from station.accounts.users import add_user
from station.audit import append
from station.audit.anchors import AnchorKeeper
from station.records import open_database
from station.records.migrations import migrate
from station.records.tables import Entry, User
from tests.detector.graphs import make_bundle
from tests.detector.seeing import make_steady_graph

CONFIG = """
data = "kept"
[detector]
allow_unsigned = true
[[lane]]
name = "north"
source = "stream"
"""


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """A folder with a `station.toml`, from which the commands are given."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "station.toml").write_text(CONFIG)
    return tmp_path


@pytest.fixture
def database(place):
    """The records of the station."""
    (place / "kept").mkdir()
    opened = open_database(f"sqlite:///{place / 'kept' / 'station.db'}")
    migrate(opened)
    yield opened
    opened.close()


@pytest.fixture
def bundles(place):
    """Two bundles that nobody signed."""
    for name in ("first", "second"):
        make_bundle(place / name, {"dual": make_steady_graph()}, name=name)


@pytest.fixture
def run(capsys):
    """Give a command of the station; gives back its code and what it said."""

    def act(*words):
        code = main(["station", *map(str, words)])
        said = capsys.readouterr()
        return code, said.out.strip(), said.err.strip()

    return act


@pytest.fixture
def fail(run):
    """Give a command that fails in one line; gives it back."""

    def act(*words):
        code, out, err = run(*words)
        assert (code, out) == (1, "")
        assert len(err.splitlines()) == 1
        return err

    return act


def read_log(database, *kinds):
    with database.reading() as session:
        query = select(Entry).where(Entry.kind.in_(kinds)).order_by(Entry.seq)
        return list(session.scalars(query))


@pytest.fixture
def started(monkeypatch):
    """Configurations of stations that were run; each is over at once."""
    started = []

    def start(config, *, prepare, ready):
        config.data.mkdir(exist_ok=True)
        database = open_database(config.database_url)
        migrate(database)
        prepare(database)
        database.close()
        ready()
        started.append(config)

    monkeypatch.setattr(stationing, "run_station", start)
    return started


def test_alone_it_runs_the_station_and_shows_the_first_password_once(run, started):
    code, out, _ = run()
    assert code == 0
    first, second = out.splitlines()
    assert first.startswith("Log in as administrator with the password ")
    assert second == "The station is at http://127.0.0.1:8765"
    assert run("run")[1] == second
    assert [lane.name for lane in started[1].lane] == ["north"]


def test_it_runs_without_a_configuration_of_its_own(run, started, place):
    (place / "station.toml").unlink()
    assert run()[0] == 0
    assert started[0].data == place / "station-data"


def test_another_configuration_is_named_before_or_after_run(run, started, place):
    (place / "other.toml").write_text('[server]\nhost = "::1"\nport = 9\n')
    assert run("--config", "other.toml")[1].endswith("http://[::1]:9")
    assert run("run", "--config", "other.toml")[1].endswith("http://[::1]:9")
    assert len(started) == 2
    code, _, err = run("--config", "other.toml", "back")
    assert code == 2
    assert "comes after back" in err


def test_a_wrong_configuration_is_told_by_every_command(fail, place):
    (place / "station.toml").write_text("colour = 1")
    for words in (["run"], ["check"], ["verify-log"], ["token", "north"], ["back"]):
        assert "colour" in fail(*words)


def test_a_station_without_records_has_no_log(fail, place):
    assert f"no records at {place / 'kept' / 'station.db'}" in fail("verify-log")
    assert not (place / "kept").exists()


def test_a_log_is_verified_and_an_alteration_is_an_exit_code(run, database):
    for name in "abc":
        with database.changing() as session:
            append(session, "scan.began", name)
    code, out, _ = run("verify-log")
    assert (code, out[:10]) == (0, "3 entries,")
    with database.changing() as session:
        session.get_one(Entry, 2).subject = "x"
    code, out, _ = run("verify-log")
    assert (code, out) == (1, "Entry 2 was changed: it is not what its hash says.")
    code, out, _ = run("verify-log", "--json")
    told = json.loads(out)
    assert (code, told["whole"], told["faults"][0]["seq"]) == (1, False, 2)


def test_anchors_of_the_data_folder_or_from_elsewhere_are_compared(
    run, database, place
):
    with database.changing() as session:
        append(session, "scan.began", "a")
    (place / "far").mkdir()
    folders = [place / "kept", place / "far"]
    AnchorKeeper(database, folders).keep(datetime.now(UTC))
    assert "1 anchor met" in run("verify-log")[1]
    far = place / "far" / "anchors.jsonl"
    assert run("verify-log", "--anchors", far)[0] == 0
    far.write_text(far.read_text().replace('"seq":2', '"seq":3'))
    code, out, _ = run("verify-log", "--anchors", far)
    assert (code, out) == (1, "Entry 3 is gone; its anchor is here.")


def test_an_exported_log_is_verified_without_the_station(run, database, place):
    with database.changing() as session:
        append(session, "scan.began", "a")
    assert run("export-log", "log.jsonl")[1] == "log.jsonl: 1 entries"
    (place / "station.toml").unlink()
    assert run("verify-log", "log.jsonl")[0] == 0
    (place / "log.jsonl").write_text("")
    assert run("verify-log", "log.jsonl")[0] == 1


@pytest.mark.usefixtures("bundles")
def test_a_bundle_is_put_in_use_and_back_and_the_log_says_so(run, place):
    assert run("use", "first")[1].endswith("in use is first 1 (not signed)")
    run("use", "second")
    code, out, _ = run("back")
    assert (code, out.endswith("back in use is first 1 (not signed)")) == (0, True)
    database = open_database(f"sqlite:///{place / 'kept' / 'station.db'}")
    entries = read_log(database, "bundle.used", "bundle.back")
    told = [(one.kind, json.loads(one.payload)["name"]) for one in entries]
    assert told == [
        ("bundle.used", "first"),
        ("bundle.used", "second"),
        ("bundle.back", "first"),
    ]
    assert json.loads(entries[2].payload)["left"] == entries[1].subject
    database.close()


@pytest.mark.usefixtures("bundles")
def test_using_what_is_in_use_changes_nothing(run, place):
    for _ in range(2):
        assert run("use", "first")[0] == 0
    database = open_database(f"sqlite:///{place / 'kept' / 'station.db'}")
    assert len(read_log(database, "bundle.used")) == 1
    database.close()


@pytest.mark.usefixtures("bundles")
def test_a_bundle_that_may_not_run_is_not_used_or_logged(fail, place, database):
    (place / "station.toml").write_text('data = "kept"\n[detector]\ntrust = "trust"\n')
    fail("use", "first")
    assert not (place / "kept" / "current.json").exists()
    assert read_log(database, "bundle.used") == []


@pytest.mark.usefixtures("bundles")
def test_a_log_that_cannot_be_written_keeps_the_bundle(
    fail, place, database, monkeypatch
):
    monkeypatch.setattr("station.records.database.BUSY_S", 0.01)
    with database.changing():
        assert "nothing was changed" in fail("use", "first")
    assert not (place / "kept" / "current.json").exists()


def test_a_lost_administrator_gets_a_password_for_one_time(run, fail, database):
    add_user(database, "anna", Role.ADMINISTRATOR)
    with database.changing() as session:
        user = session.scalars(select(User)).one()
        user.must_change, before = False, user.password_hash
    code, out, err = run("reset-password", "anna")
    assert (code, len(out.splitlines())) == (0, 1)
    assert "shown once" in err
    with database.reading() as session:
        user = session.scalars(select(User)).one()
    assert user.must_change
    assert user.password_hash != before
    assert "no account bob" in fail("reset-password", "bob")


def test_a_token_is_for_a_lane_that_there_is(run, fail, place):
    code, out, err = run("token", "north", "--note", "gantry")
    assert (code, "shown once" in err) == (0, True)
    database = open_database(f"sqlite:///{place / 'kept' / 'station.db'}")
    with database.reading() as session:
        assert check_lane_token(session, "north", out)
    database.close()
    assert run("token", "metrics")[0] == 0
    assert "no lane south" in fail("token", "south")


@pytest.mark.usefixtures("database")
def test_records_are_exported_to_a_folder_that_is_not_there(run, fail):
    assert run("export", "out", "--since", "2026-11-01")[1] == "out: 0 inspections"
    assert "already" in fail("export", "out")


@pytest.mark.usefixtures("bundles")
def test_a_station_that_can_start_is_told_so(run):
    run("use", "first")
    code, out, _ = run("check")
    assert (code, out.endswith("all is as it should be")) == (0, True)


def test_all_that_keeps_a_station_from_working_is_told_together(run, place):
    (place / "none.pem").write_text("nonsense")
    (place / "file").write_text("")
    (place / "station.toml").write_text("""
data = "file/kept"
[server]
certificate = "none.pem"
key = "none.pem"
[supervised]
rate = 0.1
cutouts = "cutouts"
[log]
anchor_copies = ["far"]
[[lane]]
name = "a"
source = "folder"
folder = "in"
profile = "none.toml"
[[lane]]
name = "b"
source = "folder"
folder = "in"
[[lane]]
name = "c"
source = "dicom"
port = 8765
""")
    code, out, _ = run("check")
    told = ["file/kept", "none.pem", "No bundle is in use", "cutouts", "far"]
    told += ["Port 8765", "watched by 2 lanes", "Lane a: there is no folder", "Lane b"]
    assert code == 1
    assert [word for word in told if word not in out] == []
    code, out, _ = run("check", "--json")
    assert len(json.loads(out)["wrong"]) == len(told) + 1, "the profile besides"


@pytest.mark.usefixtures("bundles")
def test_a_database_that_is_not_there_is_told(run, place):
    run("use", "first")
    url = "postgresql+psycopg://nobody@/none?host=/nowhere"
    (place / "station.toml").write_text(CONFIG + f'[records]\nurl = "{url}"\n')
    code, out, _ = run("check")
    assert (code, "cannot be reached" in out) == (1, True)


def test_the_help_of_all_commands_needs_nothing_of_a_station():
    program = (
        "import sys\n"
        "from cargosight.cli import main\n"
        "main(['station', '--help'])\n"
        "sys.exit(any(one in sys.modules for one in ('fastapi', 'sqlalchemy')))"
    )
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", program], capture_output=True, check=False
    )
    assert done.returncode == 0


@pytest.mark.usefixtures("bundles")
def test_a_log_that_cannot_be_written_keeps_what_looks_in_shadow(
    run, fail, place, database, monkeypatch
):
    run("shadow", "first")
    pointer = (place / "kept" / "shadow.json").read_bytes()
    monkeypatch.setattr("station.records.database.BUSY_S", 0.01)
    with database.changing():
        for words in (["second"], ["--none"]):
            assert "nothing was changed" in fail("shadow", *words)
            assert (place / "kept" / "shadow.json").read_bytes() == pointer


@pytest.mark.usefixtures("bundles")
def test_a_bundle_looks_in_shadow_until_none_shall(run, fail, place):
    assert "first 1, unsigned" in run("shadow", "first")[1]
    assert "Nothing" in run("shadow", "--none")[1]
    database = open_database(f"sqlite:///{place / 'kept' / 'station.db'}")
    entries = read_log(database, "shadow.used", "shadow.cleared")
    assert [one.kind for one in entries] == ["shadow.used", "shadow.cleared"]
    assert entries[0].payload == entries[1].payload
    database.close()
    fail("shadow", "nowhere")
