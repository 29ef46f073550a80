"""Tests of what a training may be asked to do."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import TrainingError
from detector.encoding import Encoding
from training.config import (
    CONFIG,
    OVERLAP,
    Projection,
    TrainingConfig,
    make_config,
    read_config,
)

EXAMPLES = sorted(Path(__file__).parents[2].glob("docs/examples/*.toml"))


def write(folder, text):
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def fail(file, **given_values):
    with pytest.raises(TrainingError) as caught:
        make_config(file, given_values)
    (message,) = str(caught.value).splitlines()
    return message


def test_nothing_stated_gives_the_defaults():
    assert make_config(None, {}) == TrainingConfig()


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_of_the_documentation_are_understood(file):
    assert make_config(file, {}) != TrainingConfig()


def test_the_command_line_wins_over_the_file_and_none_counts_as_not_given(tmp_path):
    file = write(tmp_path, "epochs = 3\nbatch = 4\naugmentation.flip = 0.25")
    config = make_config(file, {"epochs": 7, "batch": None, "devices": "0"})
    assert (config.epochs, config.batch, config.devices) == (7, 4, "0")
    assert config.augmentation.flip == 0.25
    assert config.augmentation.mosaic == TrainingConfig().augmentation.mosaic


def test_a_stated_encoding_is_told_from_one_that_is_not(tmp_path):
    stated = make_config(write(tmp_path, 'encoding = "dual"'), {})
    assert stated.encoding is Encoding.DUAL
    assert "encoding" in stated.model_fields_set
    assert "encoding" not in make_config(None, {"encoding": None}).model_fields_set


def test_all_that_is_wrong_is_said_in_one_line(tmp_path):
    file = write(
        tmp_path,
        'colour = 1\nepochs = 0\nseed = 2026-01-01\nencoding = "tripel"\n'
        "[augmentation]\nflap = 1\nflip = 2.0\n[scale]\npitch_mm = -1.0",
    )
    message = fail(file, tile_side=100)
    for name in (
        "colour: Extra inputs",
        "epochs: ",
        "seed: ",
        "encoding: ",
        "augmentation.flap: Extra inputs",
        "augmentation.flip: ",
        "scale.pitch_mm: ",
        "tile_side: ",
    ):
        assert message.count(name) == 1
    assert "tile_overlap" not in message


@pytest.mark.parametrize(
    "text", ["epochs = ", "a = 1\na = 2", "epochs = 3 4", "\x00", "[scale"]
)
def test_what_is_not_toml_is_refused(tmp_path, text):
    assert "cannot be read as TOML" in fail(write(tmp_path, text))


def test_a_file_that_is_missing_or_not_text_is_refused(tmp_path):
    assert "missing.toml cannot be read" in fail(tmp_path / "missing.toml")
    file = tmp_path / "binary.toml"
    file.write_bytes(b"\xff\xfe")
    assert "binary.toml cannot be read" in fail(file)
    assert "cannot be read" in fail(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "learning_rate = nan",
        "learning_rate = 0.0",
        "background = inf",
        "augmentation.zoom = nan",
        "augmentation.rotation_deg = inf",
        "scale.longest_side_px = 31",
        "tile_side = 770",
        "tile_side = 32",
        'epochs = "3"',
        "epochs = 2.5",
        "seed = -1",
        'devices = "cuda:0"',
        'devices = "0,cpu"',
        'devices = "0,"',
        'device = "0"',
        'planes = "triple"',
        "pfa = 0.0",
        "scans = 0",
        "replay_share = 1.5",
        "exposure.least_dose = 0.0",
        "exposure.most_scatter = 0.2",
        "exposure.most_blur_px = inf",
        "projection.share = 0.6",
        "projection.most = 0",
        "projection.cutout_pitch_mm = inf",
        "pitch_mm = 0.0",
        "tile_side = 320\ntile_overlap = 320",
    ],
)
def test_values_that_cannot_be_meant_are_refused(tmp_path, text):
    assert text.split(" ")[0] in fail(write(tmp_path, text)) or "overlap" in text


def test_a_wrong_overlap_is_reported_beside_other_errors():
    message = fail(None, tile_side=320, tile_overlap=400, epochs=0)
    assert "tiles of 320 px cannot overlap by 400 px" in message
    assert "epochs: " in message


@given(st.integers(2, 128).map(lambda number: 32 * number))
def test_an_overlap_that_is_not_stated_fits_every_tile(side):
    overlap = make_config(None, {"tile_side": side}).tile_overlap
    assert overlap == min(OVERLAP, side // 2)


def test_a_configuration_comes_back_from_its_own_json():
    config = make_config(None, {"tile_side": 320, "encoding": "display", "seed": 4})
    assert TrainingConfig.model_validate_json(config.model_dump_json()) == config


@pytest.mark.parametrize("devices", ["cpu", "cpu,cpu", "mps", "0", "0,1", "3"])
def test_devices_are_named_as_they_are_numbered(devices):
    assert make_config(None, {"devices": devices}).devices == devices


@pytest.mark.parametrize("encoding", list(Encoding))
def test_planes_hold_what_the_encoding_says_unless_stated_otherwise(encoding):
    config = make_config(None, {"encoding": encoding.value})
    assert config.holds == encoding.value
    stated = make_config(None, {"encoding": encoding.value, "planes": "linear"})
    assert stated.holds == "linear"


def test_harmless_cutouts_are_refused_without_those_of_firearms(tmp_path):
    text = '[projection]\nbenign = "drills"\n'
    assert "together with cutouts" in fail(write(tmp_path, text))
    both = make_config(write(tmp_path, text + 'cutouts = "guns"'), {})
    assert both.projection == Projection(cutouts="guns", benign="drills")


def test_what_a_run_was_asked_is_read_back(tmp_path):
    config = make_config(None, {"tile_side": 320, "planes": "log", "scans": 5})
    (tmp_path / CONFIG).write_text(config.model_dump_json())
    assert read_config(tmp_path) == config


@pytest.mark.parametrize("content", ["", "{", '{"epochs": 0}', '{"device": "0"}'])
def test_a_run_that_is_damaged_or_of_another_version_is_refused(tmp_path, content):
    (tmp_path / CONFIG).write_text(content)
    with pytest.raises(TrainingError, match="another version, or damaged") as caught:
        read_config(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(TrainingError, match="holds no training"):
        read_config(tmp_path)
