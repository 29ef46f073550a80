"""The command that gets to know a scanner: what it says, and with which exit code."""

import json

import pytest
import typer

from cargosight.scanner_cli import scanner_app
from data.errors import ScanFileError
from data.formats import load_profile
from tests.data.onboarding.scenes import Fan, expose_dual, pack

PLANES = expose_dual(Fan(pitch=(14.0, 14.0)))


@pytest.fixture
def run(capsys):
    """Run a command: exit code, standard output, standard error."""
    app = typer.Typer(pretty_exceptions_enable=False)
    app.add_typer(scanner_app, name="scanner")

    def call(*words):
        code = 0
        try:
            app(args=["scanner", *map(str, words)], standalone_mode=True)
        except SystemExit as stop:
            code = int(stop.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


@pytest.fixture
def raw(tmp_path):
    path = tmp_path / "a.raw"
    path.write_bytes(pack(PLANES))
    return path


def test_help_has_an_example(run):
    code, out, _ = run("check", "--help")
    assert code == 0
    assert "Example: cargosight scanner check" in " ".join(out.split())


def test_a_profile_and_a_picture_are_written_and_all_is_said(run, raw, tmp_path):
    place, picture = tmp_path / "p.toml", tmp_path / "p.png"
    code, out, err = run(
        *("check", raw, "--out", place, "--picture", picture),
        *("--height-m", 2.591, "--name", "port"),
    )
    assert (code, err) == (0, "")
    assert load_profile(place).name == "port"
    assert picture.is_file()
    assert "To confirm:" in out
    assert out.splitlines()[-1] == f"{place}: draft of a scanner profile, not verified"


def test_json_is_one_line_that_holds_the_profile(run, raw):
    code, out, _ = run("check", raw, "--json", "--height-m", 2.591)
    assert code == 0
    said = json.loads(out)
    assert out.count("\n") == 1
    assert said["files"][0]["layout"]["byte_order"] == "little"
    assert 'panels = ["high", "low"]' in said["profile"]


def test_a_bad_file_beside_a_good_one_is_exit_code_1(run, raw, tmp_path):
    (tmp_path / "b.raw").write_bytes(b"")
    code, out, err = run("check", raw, tmp_path / "b.raw", "--height-m", 2.591)
    assert code == 1
    assert "b.raw is empty" in err
    assert "To confirm:" in out


def test_a_missing_file_is_our_error(run, tmp_path):
    with pytest.raises(ScanFileError, match="does not exist"):
        run("check", tmp_path / "none.raw")


def test_no_file_is_wrong_usage(run):
    assert run("check")[0] == 2
