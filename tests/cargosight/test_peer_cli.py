"""Tests of the commands of the plain pipeline."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cargosight.peer_cli import peer_app
from data.errors import TrainingError
from detector.scale import Scale
from tests.training.plain.datasets import write_dataset
from training.plain import fitting, slicing
from training.plain.settings import PlainSettings


def run(*words):
    return CliRunner().invoke(peer_app, [str(word) for word in words])


@pytest.mark.parametrize("command", ["train", "detect"])
def test_help_has_an_example(command):
    shown = re.sub(r"\x1b\[[0-9;]*m", "", run(command, "--help").output)
    assert f"Example: cargosight peer {command}" in " ".join(shown.split())


def test_training_is_told_what_was_asked_and_nothing_else(monkeypatch, tmp_path):
    calls = []

    def fit(dataset, out, settings, *, progress):
        progress("training", 1, 1)
        calls.append((dataset, out, settings))
        return out / "checkpoint.pt"

    monkeypatch.setattr(fitting, "fit_plain", fit)
    out = tmp_path / "plain"
    done = run("train", "scans", "--out", out, "--steps", 7, "--base", "default")
    assert done.exit_code == 0
    assert done.output.startswith(f"{out / 'checkpoint.pt'}:")
    assert calls == [(Path("scans"), out, PlainSettings(steps=7, base="default"))]
    run("train", "bags", "--out", out, "--tile", 416, "--longest-side", 416)
    scale = Scale(longest_side_px=416)
    assert calls[1:] == [(Path("bags"), out, PlainSettings(tile_side=416, scale=scale))]


def test_wrong_settings_are_refused(tmp_path):
    done = run("train", "scans", "--out", tmp_path / "plain", "--tile", 100)
    assert isinstance(done.exception, TrainingError)
    assert "tile_side" in str(done.exception)
    assert not (tmp_path / "plain").exists()


@pytest.fixture
def asked(monkeypatch):
    """What detection was asked; it detects nothing."""
    calls = []

    def detect(checkpoint, scans, out, *, settings, progress):
        del checkpoint, out
        progress(1, 1)
        calls.append(([str(scan.name) for scan in scans], settings))
        return 1

    monkeypatch.setattr(slicing, "detect_plain", detect)
    return calls


def test_slices_follow_the_training_unless_it_is_stated(tmp_path, asked):
    dataset = write_dataset(tmp_path / "dataset")
    settings = PlainSettings(tile_side=64)
    (tmp_path / "plain.json").write_text(settings.model_dump_json())
    words = ["detect", tmp_path / "checkpoint.pt", dataset, "--out", tmp_path / "out"]
    assert run(*words).exit_code == 0
    assert run(*words, "--split", "held-out", "--tile", 96).exit_code == 0
    every, held_out = asked
    assert (len(every[0]), every[1].tile_side) == (3, 64)
    assert (held_out[0], held_out[1].tile_side) == (["scans/held-out.tiff"], 96)


def test_a_split_is_one_of_one_dataset(tmp_path, asked):
    done = run("detect", "a.pt", "one", "two", "--split", "train", "--out", tmp_path)
    assert done.exit_code == 2
    assert asked == []
