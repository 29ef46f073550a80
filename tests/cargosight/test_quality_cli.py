"""The commands of image quality: what they say, where, and with which exit code."""

import json

import cv2
import numpy as np
import pytest
import typer

from cargosight.quality_cli import add_quality_commands
from data.errors import QualityError, ScannerProfileError, SimulationError

SMALL = ("--scanner", "simulated 6 MV", "--seed", "1")


@pytest.fixture
def run(capsys):
    """Run a command: exit code, lines of standard output, lines of standard error."""
    app = typer.Typer(pretty_exceptions_enable=False)
    add_quality_commands(app)

    def call(*words):
        code = 0
        try:
            app(args=[str(word) for word in words], standalone_mode=True)
        except SystemExit as stop:
            code = int(stop.code or 0)
        said = capsys.readouterr()
        return code, said.out.splitlines(), said.err.splitlines()

    return call


@pytest.fixture
def mornings(run, tmp_path):
    """Two mornings of a small scanner; on the second one rows are dead."""
    code, out, err = run(
        "test-object",
        tmp_path / "mornings",
        *("--scans", 2, "--defect", "dead rows:1", "--since", 2),
        *SMALL,
    )
    assert (code, err) == (0, [])
    assert out == [f"2 scans of the test object standard in {tmp_path / 'mornings'}"]
    return tmp_path / "mornings"


@pytest.mark.parametrize("command", ["quality", "test-object"])
def test_every_help_has_an_example_of_its_own_command(run, command):
    code, out, err = run(command, "--help")
    assert (code, err) == (0, [])
    text = " ".join(" ".join(out).split())
    assert f"Example: cargosight benchmark {command} " in text


@pytest.mark.parametrize(
    "words",
    [
        ["quality"],
        ["quality", "a.tiff", "--days", "0"],
        ["quality", "a.tiff", "--pitch-mm", "0"],
        ["test-object"],
        ["test-object", "out", "--scans", "0"],
        ["test-object", "out", "--seed", "-1"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_code_2_and_does_nothing(run, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    code, _, _ = run(*words)
    assert code == 2
    assert list(tmp_path.iterdir()) == []


def test_a_healthy_scan_passes_and_a_broken_one_is_exit_code_1(run, mornings):
    code, out, err = run("quality", mornings / "2026-01-05.tiff", "--gate", "standard")
    assert (code, err) == (0, [])
    assert "Gate standard: passed" in out
    assert "No conformance with either is claimed." in out[-1]
    code, out, err = run("quality", mornings / "2026-01-06.tiff", "--gate", "standard")
    assert (code, err) == (1, [])
    (line,) = [line for line in out if "at most" in line]
    assert "2026-01-06.tiff: dead rows (high): 1 (row " in line
    assert line.endswith("Have the array checked.")


def test_without_a_gate_nothing_fails(run, mornings):
    code, out, _ = run("quality", mornings / "2026-01-06.tiff")
    assert code == 0
    assert any(line.startswith("dead rows (high): row ") for line in out)


def test_history_chart_and_picture_are_written(run, mornings, tmp_path):
    history, chart, picture = (
        tmp_path / name for name in ("deep/q.jsonl", "trend.svg", "object.png")
    )
    code, _, err = run(
        *("quality", mornings, "--history", history),
        *("--chart", chart, "--picture", picture),
    )
    assert (code, err) == (0, [])
    assert len(history.read_text().splitlines()) == 2
    assert "<svg" in chart.read_text()
    assert cv2.imread(str(picture)) is not None
    run("quality", mornings, "--history", history)
    assert len(history.read_text().splitlines()) == 2


def test_json_is_one_line(run, mornings):
    code, out, err = run("quality", mornings, "--gate", "standard", "--json")
    assert (code, err) == (1, [])
    (line,) = out
    found = json.loads(line)
    assert [scan["file"] for scan in found["scans"]] == [
        "2026-01-05.tiff",
        "2026-01-06.tiff",
    ]
    assert found["passed"] is False


def test_a_scan_that_cannot_be_measured_is_one_line_and_exit_code_1(run, tmp_path):
    colours = np.random.default_rng(0).integers(200, 250, (90, 90, 3))
    cv2.imwrite(str(tmp_path / "a.png"), colours.astype(np.uint8))
    code, out, err = run("quality", tmp_path / "a.png", "--chart", tmp_path / "c.png")
    (line,) = err
    assert (code, out) == (1, [])
    assert line.startswith(f"cargosight: {tmp_path / 'a.png'}: A display scan")
    assert not (tmp_path / "c.png").exists()


def test_wrong_names_are_errors_of_one_line(run, tmp_path):
    for words, error, said in (
        (("quality", "a", "--layout", "b"), QualityError, "Layout b is unknown"),
        (("quality", "a", "--gate", "b"), QualityError, "Gate b is unknown"),
        (
            ("quality", "a", "--profile", "b"),
            ScannerProfileError,
            "no scanner profile b",
        ),
        (("test-object", tmp_path, "--scanner", "b"), SimulationError, "scanner 'b'"),
        (("test-object", tmp_path, "--defect", "b:1"), SimulationError, "defect 'b'"),
    ):
        with pytest.raises(error, match=said) as caught:
            run(*words)
        assert len(str(caught.value).splitlines()) == 1
