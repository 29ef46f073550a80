"""A watched folder whose lane is stopped at any moment."""

import numpy as np
import pytest

from station.lanes import folder as folder_lane
from station.lanes import intake as intake_lane
from station.lanes.marks import Marks
from station.spool import ColumnWriter
from tests.station.lanes.taking_in import make_scan
from tests.station.lanes.watched import Lane, write_plane


@pytest.fixture
def lane(tmp_path):
    return Lane(tmp_path)


class KilledError(BaseException):
    """Stands for the end of the process: nothing catches it."""


def _die(*_, **__):
    raise KilledError


def _then_die(act):
    def acted(*args, **more):
        act(*args, **more)
        raise KilledError

    return acted


STEPS = [
    (Marks, "begin", False),
    (Marks, "begin", True),
    (intake_lane, "begin_scan", True),
    (ColumnWriter, "push", True),
    (ColumnWriter, "end", False),
    (ColumnWriter, "end", True),
    (Marks, "confirm", False),
    (Marks, "confirm", True),
    (folder_lane, "put_aside", True),
    (Marks, "close", False),
    (Marks, "close", True),
]


@pytest.mark.parametrize("looked_at", [False, True])
@pytest.mark.parametrize("kind", ["tiff", "pair"])
@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_step_neither_loses_nor_doubles_a_scan(
    lane, monkeypatch, step, kind, looked_at
):
    if kind == "pair":
        write_plane(lane.root / "a_high.png")
        write_plane(lane.root / "a_low.png", seed=1)
    else:
        lane.put("a.tiff")
    owner, name, after = step
    act = getattr(owner, name)
    monkeypatch.setattr(owner, name, _then_die(act) if after else _die)
    with pytest.raises(KilledError):
        lane.pass_time()
    monkeypatch.undo()
    if looked_at:  # by who looks at it, who is then done with what has ended
        for taken in lane.taken:
            lane.source.intake.data.be_done("north", taken.begin.id)
    lane.restart()
    lane.pass_time()
    lane.pass_time(100)
    (taken,) = lane.taken
    expected = make_scan(0, 20, 10) if kind == "pair" else make_scan()
    np.testing.assert_array_equal(taken.scan.high, expected.high)
    assert (taken.begin.kind, taken.end.why) == ("dual", "end")
    opened = lane.source.intake.data.list_open("north")
    assert all((folder / "end.json").exists() for _, folder in opened)
    assert all(name.startswith("taken/") for name in lane.left)
    assert len(lane.left) == (2 if kind == "pair" else 1)
    assert "file.refused" not in lane.heard.kinds
    assert list((lane.data / "lanes/north/taking").iterdir()) == []


def test_a_scan_of_which_the_rest_is_gone_is_closed_as_damaged(lane, monkeypatch):
    path = lane.put("a.tiff")
    monkeypatch.setattr(ColumnWriter, "push", _then_die(ColumnWriter.push))
    with pytest.raises(KilledError):
        lane.pass_time()
    monkeypatch.undo()
    path.unlink()
    lane.restart()
    lane.pass_time()
    (taken,) = lane.taken
    assert (taken.end.why, taken.scan.size[0]) == ("damaged", 256)
    assert list((lane.data / "lanes/north/taking").iterdir()) == []
