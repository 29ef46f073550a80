"""A scan of unknown length needs its pixel pitch."""

import pytest

from data.errors import LiveError
from detector.live import LiveScan
from detector.scale import Scale
from tests.detector.live_seeing import LiveRuntime, make_detector
from tests.detector.seeing import make_counts


def test_a_length_that_is_not_known_yet_needs_a_pitch(tmp_path):
    scale = Scale(pitch_mm=4.0, longest_side_px=160)
    detector = make_detector(tmp_path / "bundle", LiveRuntime(), scale=scale)
    with pytest.raises(LiveError, match="needs its pixel pitch"):
        LiveScan(detector).push(make_counts((100, 60)))
    LiveScan(detector).push(make_counts((100, 60), pitch_mm=(4.0, 4.0)))
