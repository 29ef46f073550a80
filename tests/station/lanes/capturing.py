"""A capture lane whose events are heard, what it is shown, and what it took."""

import threading
from collections.abc import Iterator
from typing import Any, cast

import numpy as np

from station.config import LaneConfig
from station.lanes.capture import CaptureSource
from station.lanes.capture.camera import Frame, open_camera
from station.lanes.intake import Intake
from station.spool import DataFolder
from station.spool.assembling import assemble, read_columns
from station.spool.beginning import read_begin, read_end
from tests.station.lanes.screens import hold, make_blank, scroll_frames

WIDTH, HEIGHT = 320, 240
ROOM = 10**9


class Heard:
    """Stands for the reporter."""

    def __init__(self):
        self.events = []

    def report(self, kind, subject, payload=None, *, actor="station"):
        """Remember it."""
        self.events.append((kind, subject, payload, actor))

    @property
    def kinds(self):
        """What happened, in order."""
        return [kind for kind, *_ in self.events]


class Patience(threading.Event):
    """Stops whoever waits for the so-and-so-manieth time."""

    def __init__(self, waits=1):
        super().__init__()
        self.left = waits

    def wait(self, timeout=None):
        """Do not wait."""
        del timeout
        self.left -= 1
        if self.left <= 0:
            self.set()
        return self.is_set()


class FakeCamera:
    """A device that shows frames at 25 a second."""

    is_file = False

    def __init__(self, frames, clock):
        self.frames = iter(frames)
        self.clock = clock

    def read(self):
        """The next frame."""
        self.clock[0] += 0.04
        frame = next(self.frames, None)
        return None if frame is None else Frame(np.array(frame), self.clock[0])

    def close(self):
        """Nothing to let go of."""


class CaptureLane:
    """A capture lane on a folder of its own."""

    def __init__(self, root, **lane) -> None:
        self.heard = cast("Any", Heard())
        self.free = ROOM
        config = LaneConfig(
            **{"name": "north", "source": "capture", "mode": "scroll"} | lane
        )
        data = DataFolder(root / "data")
        self.intake = Intake(config, data, self.heard, 1e6, lambda _: self.free)

    def run(self, *, waits=1, open_device=None):
        """Run the source until it waits."""
        made = CaptureSource(self.intake, open_device or open_camera)
        made.run(Patience(waits))

    def show(self, *shows, waits=None):
        """Let a device show frames; between them, and at last, it is gone."""
        clock = [0.0]
        left = iter(shows)

        def open_device(*_):
            frames = next(left, None)
            return None if frames is None else FakeCamera(frames, clock)

        self.run(waits=waits or len(shows), open_device=open_device)

    def read(self):
        """All scans that ended, the oldest first."""
        folders = sorted(self.intake.data.root.glob("scans/*/*/end.json"))
        return [Taken(path.parent) for path in folders]


class Taken:
    """A scan in the spool."""

    def __init__(self, folder) -> None:
        self.begin = read_begin(folder)
        self.end = cast("Any", read_end(folder))
        self.columns = read_columns(folder)
        picture = assemble(self.columns, self.end.width).display
        self.picture = cast("Any", picture)
        self.width = self.picture.shape[1]


def enter(scan, step=11.0, *, rest=0.5, **how) -> Iterator[np.ndarray]:
    """A blank screen, a scan that comes in, then it stays."""
    frame = make_blank(WIDTH, HEIGHT)
    yield from hold(frame, 0.2)
    for frame in scroll_frames(scan, WIDTH, step, **how):
        yield frame
    yield from hold(frame, rest)


def assert_shows(taken, scan, *, error):
    """The scan came out, but for a few columns of air before it."""
    width = scan.shape[1]
    assert 0 <= width - taken.width <= 0.01 * width + 20
    shown = scan[:, width - taken.width :].astype(np.int16)
    assert np.abs(taken.picture - shown).mean() < error
