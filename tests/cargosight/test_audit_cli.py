"""Tests of the command that audits a dataset."""

import json
import re
from dataclasses import replace

import pytest
import typer
from typer.testing import CliRunner

from cargosight.audit_cli import add_audit_command
from tests.benchmark.audit.made import make_cases, pistol, write_dataset


def run(*words):
    app = typer.Typer()
    app.callback()(lambda: None)
    add_audit_command(app)
    return CliRunner().invoke(app, ["audit", *map(str, words)])


@pytest.fixture
def dataset(tmp_path):
    """A clean one."""
    (tmp_path / "set").mkdir()
    return write_dataset(tmp_path / "set", make_cases())


def test_help_has_an_example():
    shown = re.sub(r"\x1b\[[0-9;]*m", "", run("--help").output)
    assert "Example: cargosight dataset audit" in " ".join(shown.split())


def test_a_clean_dataset_passes(dataset, tmp_path):
    done = run(dataset, "--out", tmp_path / "audit")
    assert done.exit_code == 0
    assert done.output.strip().endswith("Nothing was found amiss.")
    assert (tmp_path / "audit" / "audit.html").is_file()
    assert json.loads((tmp_path / "audit" / "audit.json").read_text())["passed"]


def test_what_must_be_mended_fails_and_is_named(dataset, tmp_path):
    cases = make_cases()
    cases[2] = replace(cases[2], objects=(pistol((0.0, 0.0, 900.0, 20.0)),))
    write_dataset(dataset, cases)
    done = run(dataset, "--out", tmp_path / "audit")
    assert done.exit_code == 1
    assert "mend: Boxes that reach outside the scan (1)" in done.output


def test_what_is_only_odd_passes_and_json_says_all(dataset, tmp_path):
    cases = make_cases()
    cases[2] = replace(cases[2], objects=(pistol((10.0, 2.0, 60.0, 16.0)),))
    write_dataset(dataset, cases)
    done = run(dataset, "--out", tmp_path / "audit", "--json")
    assert done.exit_code == 0
    said = json.loads(done.output)
    assert said["passed"] is True
    assert said["page"] == str(tmp_path / "audit" / "audit.html")
    odd = [f["check"] for f in said["findings"] if f["outcome"] == "look"]
    assert odd == ["box-plain"]
