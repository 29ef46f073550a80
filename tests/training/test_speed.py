"""Tests of measuring how fast tiles come; not of how fast that is."""

import pytest

from tests.training.tiny import configure
from training.speed import LoadingSpeed, measure_loading


def test_a_training_is_measured_with_and_without_drawing(tiny, tmp_path):
    told = []
    speed = measure_loading(
        tiny,
        configure(batch=1),
        tmp_path,
        steps=1,
        rounds=2,
        progress=lambda *step: told.append(step),
    )
    assert speed.pure > 0
    assert speed.fresh > 0
    assert (speed.batch, speed.workers, speed.device) == (1, 0, "cpu")
    assert told[-2:] == [("measuring", 1, 2), ("measuring", 2, 2)]
    assert not (tmp_path / "none").exists()


def test_the_share_is_what_drawing_leaves():
    speed = LoadingSpeed(pure=4.0, fresh=3.0, batch=2, workers=1, device="cpu")
    assert speed.share == pytest.approx(0.75)
