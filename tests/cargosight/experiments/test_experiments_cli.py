"""The commands that compare ways of training: what they do and say."""

import pytest
import typer

from cargosight.experiments_cli import experiment_app
from data.errors import TrainingError

PLAN = """
name = "small"
title = "What is better?"
seeds = [0]
common.tile_side = 96
measure.dataset = "measuring"

[datasets]
training = { scans = 2, seed = 1 }
measuring = { scans = 3, seed = 2 }

[[arms]]
name = "plain"

[[arms]]
name = "large"
settings.tile_side = 128
"""


@pytest.fixture
def plan(tmp_path):
    path = tmp_path / "plan.toml"
    path.write_text(PLAN)
    return path


@pytest.fixture
def run(capsys):
    """Run a command: exit code and standard output."""
    app = typer.Typer(pretty_exceptions_enable=False)
    app.add_typer(experiment_app, name="experiment")

    def call(*words):
        code = 0
        try:
            app(args=["experiment", *map(str, words)], standalone_mode=True)
        except SystemExit as stop:
            code = int(stop.code or 0)
        return code, capsys.readouterr().out

    return call


def test_run_prints_the_table_that_it_leaves(run, plan, pretended, tmp_path):
    code, out = run("run", plan, "--out", tmp_path / "out", "--steps", 9)
    assert code == 0
    assert out == (tmp_path / "out" / "table.md").read_text()
    assert "set to 9 steps" in out
    assert pretended.names == [("plain", 0), ("large", 0)]


def test_run_takes_names_of_arms_with_commas_between(run, plan, pretended, tmp_path):
    code, _ = run("run", plan, "--out", tmp_path / "out", "--arms", "large, plain")
    assert (code, len(pretended.names)) == (0, 2)
    with pytest.raises(TrainingError, match="no arm 'other'"):
        run("run", plan, "--out", tmp_path / "out", "--arms", "plain,other")


def test_table_joins_experiments(run, plan, pretended, tmp_path):
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        run("run", plan, "--out", folder, "--arms", "plain")
    code, out = run("table", *folders)
    assert code == 0
    assert out.count("## What is better?") == 2
    code, said = run("table", *folders, "--out", tmp_path / "all.md")
    assert (code, said) == (0, f"{tmp_path / 'all.md'}: 2 experiments\n")
    assert (tmp_path / "all.md").read_text() == out
    assert len(pretended.names) == 2


@pytest.mark.parametrize("command", ["run", "table"])
def test_every_help_has_an_example_of_its_own_command(run, command):
    code, out = run(command, "--help")
    assert code == 0
    assert f"Example: cargosight experiment {command} " in " ".join(out.split())


@pytest.mark.parametrize("words", [["run"], ["run", "x"], ["table"]], ids=" ".join)
def test_wrong_usage_is_exit_code_2(run, words):
    assert run(*words)[0] == 2
