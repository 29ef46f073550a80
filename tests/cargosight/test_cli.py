"""Tests of the command line: what it says, where, and with which exit code."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import pytest
from typer.main import get_command

from cargosight import cli
from cargosight.cli import app, main
from data.formats import write_scan
from tests.cargosight.commands import COMMANDS
from tests.detector.graphs import make_bundle
from tests.detector.seeing import THING, make_counts, make_steady_graph


@pytest.fixture
def bundle(tmp_path):
    """A bundle that finds one thing, with a score of 0.75, in scans of 32 px."""
    make_bundle(tmp_path / "bundle", {"dual": make_steady_graph()})
    return tmp_path / "bundle"


@pytest.fixture
def scans(tmp_path):
    """Two scans in a folder."""
    for name in ("a", "deep/b"):
        write_scan(
            make_counts((32, 32), [THING], pitch_mm=(4.0, 4.0)),
            tmp_path / "scans" / f"{name}.tiff",
        )
    return tmp_path / "scans"


def run(capsys, *words):
    """Exit code, lines of standard output, lines of standard error."""
    code = main([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out.splitlines(), said.err.splitlines()


def use(bundle):
    """Options that run a bundle, signed or not."""
    return ("--bundle", bundle, "--allow-unsigned")


def fail(capsys, *words):
    code, out, err = run(capsys, *words)
    assert (code, out) == (1, [])
    (line,) = err
    assert line.startswith("cargosight: ")
    return line


def list_commands(group, *words):
    """The words of every command below a group."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from list_commands(command, *words, name)
        else:
            yield [*words, name]


def test_every_command_has_a_test_of_its_help():
    known = list_commands(get_command(app))
    assert sorted(known) == sorted(COMMANDS)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_help_has_an_example_of_its_own_command(capsys, words):
    code, out, err = run(capsys, *words, "--help")
    assert (code, err) == (0, [])
    text = " ".join(" ".join(out).split())
    assert f"Example: cargosight {' '.join(words)} " in f"{text} "


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["nonsense"],
        ["detect"],
        ["detect", "scans"],
        ["detect", "scans", "--out", "out", "--colour"],
        ["detect", "scans", "--out", "out", "--threshold", "1.5"],
        ["detect", "scans", "--out", "out", "--threshold", "nan"],
        ["detect", "scans", "--out", "out", "--least-score", "nan"],
        ["detect", "scans", "--out", "out", "--threads", "0"],
        ["simulate", "out", "--scans", "none"],
        ["simulate", "out", "--seed", "-1"],
        ["train", "dataset"],
        ["export", "--out", "bundle"],
        ["benchmark"],
    ],
    ids=lambda words: " ".join(words) or "nothing",
)
def test_wrong_usage_is_exit_code_2_and_does_nothing(
    capsys, tmp_path, monkeypatch, words
):
    monkeypatch.chdir(tmp_path)
    code, _, _ = run(capsys, *words)
    assert code == 2
    assert list(tmp_path.iterdir()) == []


def test_detect_writes_results_and_sums_up(capsys, scans, bundle, tmp_path):
    code, out, err = run(
        capsys, "detect", scans, "--out", tmp_path / "out", *use(bundle)
    )
    assert (code, err) == (0, [])
    (line,) = out
    assert line.startswith("2 scans, 2 with alarms, 0 failed, ")
    assert str(tmp_path / "out") in line
    assert (tmp_path / "out" / "a.tiff.json").is_file()
    assert (tmp_path / "out" / "deep" / "b.tiff.png").is_file()


def test_detect_goes_past_a_bad_file_names_it_and_fails(
    capsys, scans, bundle, tmp_path
):
    (scans / "c.tiff").write_bytes(b"II*\0 not a scan")
    (scans / "d.png").write_bytes(b"")
    code, out, err = run(
        capsys,
        *("detect", scans, "--out", tmp_path / "out", *use(bundle)),
        "--json",
    )
    assert code == 1
    assert len(err) == 2
    for line, name in zip(err, ("c.tiff", "d.png"), strict=True):
        assert line.startswith("cargosight: ")
        assert str(scans / name) in line
    (line,) = out
    summary = json.loads(line)
    assert (summary["scans"], summary["alarms"], summary["with_alarms"]) == (4, 2, 2)
    assert summary["failed"] == [str(scans / "c.tiff"), str(scans / "d.png")]
    assert summary["seconds"] >= summary["detect_seconds"] > 0
    assert summary["scans_per_second"] > 0


def test_detect_takes_files_and_globs_and_leaves_overlays_out(
    capsys, scans, bundle, tmp_path
):
    code, _, _ = run(
        capsys,
        *("detect", scans / "a.tiff", f"{scans}/**/b.*", "--out", tmp_path / "out"),
        *use(bundle),
        "--no-overlay",
    )
    assert code == 0
    met = {
        p.relative_to(tmp_path / "out").as_posix() for p in tmp_path.glob("out/**/*")
    }
    assert met == {"a.tiff.json", "deep", "deep/b.tiff.json"}


@pytest.mark.parametrize(("threshold", "alarms"), [("0.75", 2), ("0.76", 0), ("0", 2)])
def test_a_stated_threshold_decides_what_is_an_alarm(
    capsys, scans, bundle, tmp_path, threshold, alarms
):
    code, out, _ = run(
        capsys,
        *("detect", scans, "--out", tmp_path / "out", *use(bundle), "--json"),
        *("--threshold", threshold),
    )
    assert code == 0
    assert json.loads(out[0])["alarms"] == alarms
    result = json.loads((tmp_path / "out" / "a.tiff.json").read_text())
    assert result["operating_point"] == "stated"
    assert [found["alarm"] for found in result["detections"]] == [alarms > 0]


def test_what_is_weaker_than_the_least_score_is_not_reported(
    capsys, scans, bundle, tmp_path
):
    command = ("detect", scans, "--out", tmp_path / "out", *use(bundle))
    assert run(capsys, *command, "--least-score", "0.8")[0] == 0
    result = json.loads((tmp_path / "out" / "a.tiff.json").read_text())
    assert result["detections"] == []


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--bundle", "no-bundle"),
        ("--device", "abacus"),
        ("--profile", "no-profile"),
        ("--pitch-mm", "inf"),
    ],
)
def test_an_option_that_cannot_be_met_is_one_line(
    capsys, scans, bundle, tmp_path, option, value
):
    more = [] if option == "--bundle" else use(bundle)
    line = fail(
        capsys, "detect", scans, "--out", tmp_path / "out", option, value, *more
    )
    assert value in line
    assert not (tmp_path / "out").exists()


def test_scans_that_are_not_there_are_one_line(capsys, bundle, tmp_path):
    words = ("--out", tmp_path / "out", *use(bundle))
    assert "*.jpg" in fail(capsys, "detect", f"{tmp_path}/*.jpg", *words)
    code, out, err = run(capsys, "detect", tmp_path / "missing.tiff", *words)
    assert code == 1
    assert out[0].startswith("1 scans, 0 with alarms, 1 failed, ")
    assert err == [
        f"cargosight: {tmp_path / 'missing.tiff'} does not exist. Check the name."
    ]


def test_results_are_not_written_in_place_of_a_file(capsys, scans, bundle, tmp_path):
    (tmp_path / "out").write_text("mine")
    words = ("detect", scans, "--out", tmp_path / "out", *use(bundle))
    assert "is a file" in fail(capsys, *words)
    assert (tmp_path / "out").read_text() == "mine"


def test_a_bundle_that_is_named_must_be_signed_by_a_key_that_is_trusted(
    capsys, scans, bundle, tmp_path, monkeypatch
):
    monkeypatch.setenv("HOME", str(tmp_path))
    words = ("detect", scans, "--out", tmp_path / "out", "--bundle", bundle)
    assert "--allow-unsigned" in fail(capsys, *words)
    assert not (tmp_path / "out").exists()
    code, (line,), _ = run(capsys, *words, "--allow-unsigned")
    assert code == 0
    assert "results by an unsigned bundle in" in line
    none = ("--trust", tmp_path / "none")
    assert "no folder" in fail(capsys, *words, "--allow-unsigned", *none)


def test_a_damaged_bundle_is_one_line(capsys, scans, bundle, tmp_path):
    (bundle / "dual.onnx").write_bytes(b"")
    words = ("detect", scans, "--out", tmp_path / "out", *use(bundle))
    assert "sha256 differs" in fail(capsys, *words)


def test_simulate_makes_a_dataset(capsys, tmp_path):
    out = tmp_path / "dataset"
    words = ("simulate", out, "--scans", "1", "--seed", "2", "--length-m", "2")
    code, said, wrong = run(capsys, *words, "--sheet", tmp_path / "sheet.png")
    assert (code, wrong) == (0, [])
    assert said[0].startswith(f"{out}: 1 scans, ")
    assert cv2.imread(str(tmp_path / "sheet.png")) is not None
    assert (out / "dataset.json").is_file()
    assert "Ask for the same" in fail(
        capsys, "simulate", out, "--scans", "2", "--seed", "2", "--length-m", "2"
    )


@pytest.mark.parametrize("length", ["nan", "0.1", "400"])
def test_simulate_refuses_lengths_that_no_container_has(capsys, tmp_path, length):
    out = tmp_path / "dataset"
    fail(capsys, "simulate", out, "--scans", "1", "--length-m", length)
    assert not out.exists()


def test_train_and_export_say_in_one_line_what_is_missing(capsys, tmp_path):
    out = ("--out", tmp_path / "out")
    assert "not a folder" in fail(capsys, "train", tmp_path / "none", *out)
    assert "finished training" in fail(capsys, "export", tmp_path / "none", *out)
    config = tmp_path / "config.toml"
    config.write_text("epochs = 0\ncolour = 1")
    line = fail(capsys, "train", tmp_path, *out, "--config", config, "--tile", "100")
    assert all(name in line for name in ("epochs", "colour", "tile_side"))
    assert not (tmp_path / "out").exists()


def test_what_the_command_line_gives_reaches_the_training(
    capsys, tmp_path, monkeypatch
):
    def train(dataset, out, config, *, progress, cache):
        met.append((dataset, out, config, cache))
        progress("training", 1, 1)
        raise KeyboardInterrupt

    met: list[tuple[Any, ...]] = []
    monkeypatch.setattr("training.train.train_network", train)
    words = ("--encoding", "display", "--base", "x.pt", "--epochs", "2", "--batch", "3")
    more = ("--tile", "320", "--seed", "5", "--device", "0", "--steps", "7")
    rest = ("--workers", "3", "--tracking", "none", "--cache", "kept")
    run(capsys, "train", tmp_path, "--out", "run", *words, *more, *rest)
    ((dataset, _, config, cache),) = met
    assert dataset == tmp_path
    assert (config.encoding, config.base, config.epochs) == ("display", "x.pt", 2)
    assert (config.batch, config.tile_side, config.seed) == (3, 320, 5)
    assert (config.devices, config.workers, config.steps) == ("0", 3, 7)
    assert (config.tracking, cache) == ("none", Path("kept"))


@pytest.mark.parametrize(
    ("error", "code", "word"),
    [
        (KeyboardInterrupt(), 130, "Interrupted"),
        (MemoryError(), 1, "memory"),
        (ModuleNotFoundError("No module", name="numba"), 1, "needs numba"),
        (PermissionError(13, "Permission denied", "out"), 1, "Permission denied"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_breaks_a_command_off_is_said_in_one_line(
    capsys, tmp_path, monkeypatch, error, code, word
):
    def break_off(*_, **__):
        raise error

    monkeypatch.setattr("data.simulated_dataset.simulate_scan", break_off)
    met, out, err = run(
        capsys, "simulate", tmp_path / "ds", "--scans", "1", "--length-m", "2"
    )
    assert (met, out) == (code, [])
    (line,) = err
    assert word in line
    assert [path.name for path in (tmp_path / "ds").rglob("*") if path.is_file()] == [
        "simulation.json"
    ]


def test_an_interrupted_detection_keeps_whole_files_only(
    capsys, scans, bundle, tmp_path, monkeypatch
):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("detector.results.BaseModel.model_dump_json", interrupt)
    code, out, err = run(
        capsys, "detect", scans, "--out", tmp_path / "out", *use(bundle)
    )
    assert (code, out, len(err)) == (130, [], 1)
    assert [path for path in tmp_path.glob("out/**/*") if path.is_file()] == []


def test_verbose_logs_why_a_file_failed(scans, bundle, tmp_path):
    # In a process of its own: logging is configured once for each.
    (scans / "c.tiff").write_bytes(b"II*\0")
    words = ["detect", scans, "--out", tmp_path / "out", *use(bundle)]
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-m", "cargosight", "--verbose", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("cargosight: ")


def test_a_workstation_needs_no_torch_to_detect(scans, bundle, tmp_path):
    code = (
        "import sys\n"
        "for name in 'torch torchvision ultralytics albumentations onnx'.split():\n"
        "    sys.modules[name] = None\n"
        "from cargosight.cli import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    words = ["detect", scans, "--out", tmp_path / "out", *use(bundle)]
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", code, *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_exit_code_is_handed_to_the_shell(monkeypatch):
    monkeypatch.setattr(cli, "app", lambda **_: sys.exit(3))
    assert main([]) == 3
