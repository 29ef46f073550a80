"""Tests of what the plain pipeline is asked."""

import pytest

from data.errors import TrainingError
from detector.scale import Scale
from training.plain.settings import (
    SETTINGS,
    PlainSettings,
    SlicingSettings,
    make_settings,
    settings_for,
)


@pytest.mark.parametrize(
    ("tiles", "nominal", "epochs"),
    [(16, 16, 10), (17, 16, 5), (160, 16, 1), (16, 64, 40), (100_000, 16, 1)],
)
def test_epochs_come_nearest_to_the_steps(tiles, nominal, epochs):
    settings = PlainSettings(steps=10, batch=16, nominal_batch=nominal)
    assert settings.epochs(tiles) == epochs


def test_tiles_overlap_as_in_our_trainings_unless_it_is_stated():
    assert PlainSettings(tile_side=320).tile_overlap == 160
    assert PlainSettings(tile_side=768).tile_overlap == 192
    assert PlainSettings(tile_overlap=64).tile_overlap == 64


def test_all_that_is_wrong_is_said_at_once():
    given = {"tile_side": 100, "device": "tpu", "seed": None}
    with pytest.raises(TrainingError, match=r"tile_side.*device"):
        make_settings(PlainSettings(), given)


def test_slices_are_as_the_checkpoint_was_trained(tmp_path):
    assert settings_for(tmp_path / "checkpoint.pt") == SlicingSettings()
    asked = PlainSettings(tile_side=64, scale=Scale(pitch_mm=8.0), device="0")
    (tmp_path / SETTINGS).write_text(asked.model_dump_json())
    found = settings_for(tmp_path / "checkpoint.pt")
    assert (found.tile_side, found.scale.pitch_mm, found.device) == (64, 8.0, "cpu")
    changed = make_settings(found, {"device": "1", "tile_side": None})
    assert (changed.tile_side, changed.scale.pitch_mm, changed.device) == (64, 8, "1")


def test_settings_of_something_else_are_refused(tmp_path):
    (tmp_path / SETTINGS).write_text("{}x")
    with pytest.raises(TrainingError, match="does not hold settings"):
        settings_for(tmp_path / "checkpoint.pt")
