"""When a lane does less, or takes nothing."""

import pytest

from data.errors import LiveError
from detector.lane import Failed, Finished, Lane, LaneLimits
from tests.detector.live_seeing import Diary, LiveRuntime, make_detector, take
from tests.detector.seeing import make_counts

MM = (4.0, 4.0)
SCAN = make_counts((1000, 96), [(20, 20, 54, 50)], pitch_mm=MM)


def test_columns_of_a_scan_that_failed_are_not_taken(tmp_path):
    detector = make_detector(tmp_path / "bundle", LiveRuntime(free=True))
    diary = Diary()
    lane = Lane(detector, diary, LaneLimits(still_s=600.0))
    lane.begin()
    lane.send(take(SCAN, 0, 300))
    lane.send(make_counts((100, 96), pitch_mm=MM, low=False))
    diary.wait_for(Failed)
    while lane.waiting:  # told first, marked at once after
        pass
    assert not lane.send(take(SCAN, 400, 500))
    lane.begin()
    assert lane.send(take(SCAN, 0, 300))
    lane.close()
    assert [event.scan for event in diary.list_all(Finished)] == [1]


@pytest.mark.parametrize("limits", [(-1, 1, 2), (5, 4, 9), (1, 3, 2)])
def test_limits_that_do_not_come_after_each_other_are_refused(limits):
    with pytest.raises(LiveError, match="rising order"):
        LaneLimits(*limits)
