"""Scanners and screens for tests of live scans, and runtimes that can be held up."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from queue import Queue

import cv2
import numpy as np
import pytest

from detector.bundle import read_bundle, write_files
from detector.lane import Alarmed, Begun
from detector.look import Care
from detector.pipeline import Detector
from detector.scale import Scale
from tests.detector.graphs import make_bundle, make_entry, make_graph
from tests.detector.seeing import make_counts, make_display

SIDE = 128
"""Width and height of the tiles that the bundle's graphs learned from, px."""

PATIENCE_S = 60
"""How long a test waits for another thread before it fails, s."""


class LiveRuntime:
    """Boxes each dark thing in a tile; the wider, the higher its score.

    Args:
        free: Whether it takes tiles of any width and height.

    Attributes:
        gate: What every run waits for, an event or a semaphore; None for nothing.
        entered: Set once a run has begun.
        error: What every run raises; None for nothing.
        shapes: Of what each run was given.
    """

    def __init__(self, *, free=False):
        self.free = free
        self.gate = None
        self.entered = threading.Event()
        self.error = None
        self.shapes = []

    def run(self, tiles):
        """Answer, see `detector.runtime.Runtime`."""
        self.shapes.append(tiles.shape)
        self.entered.set()
        if self.gate is not None:
            assert _pass(self.gate)
        if self.error is not None:
            raise self.error
        found = [self._find(tile[1] < 128) for tile in tiles]
        answers = np.zeros((len(tiles), max(map(len, found), default=0), 6), np.float32)
        for rows, boxes in zip(answers, found, strict=True):
            for row, box in zip(rows, boxes, strict=False):
                row[:] = box
        return answers

    def install(self, patch):
        """Let it be what every detector loads."""
        patch.setattr("detector.network.OnnxRuntime", lambda *_, **__: self)

    @staticmethod
    def _find(dark):
        _, _, parts, _ = cv2.connectedComponentsWithStats(dark.astype(np.uint8))
        return [
            (x, y, x + width, y + height, 0.5 + min(width, 100) / 250, 0)
            for x, y, width, height, _ in parts[1:]
        ]


def _pass(gate):
    if isinstance(gate, threading.Event):
        return gate.wait(PATIENCE_S)
    return gate.acquire(timeout=PATIENCE_S)


class NotingExecutor(ThreadPoolExecutor):
    """One thread that is told of work, and says when so much was asked of it."""

    def __init__(self, *_, **__):
        super().__init__(1)
        self.asked = 0
        self._more = threading.Condition()

    def submit(self, *args, **kwargs):
        """Queue work, see `Executor.submit`."""
        future = super().submit(*args, **kwargs)
        with self._more:
            self.asked += 1
            self._more.notify_all()
        return future

    def wait_for(self, count):
        """Return once so much work was asked for, in all."""
        with self._more:
            assert self._more.wait_for(lambda: self.asked >= count, PATIENCE_S)


def make_detector(root, runtime, executor=None, **changes):
    """A detector that runs a runtime in place of the graphs of its bundle.

    Args:
        root: Folder of the bundle, for 4 mm pixels.
        runtime: What it runs.
        executor: Whose threads run it; None for one of its own.
        **changes: Of what the bundle says of its graphs.
    """
    write_bundle(root, **changes)
    detector = Detector(read_bundle(root), threads=1)
    with pytest.MonkeyPatch.context() as patch:
        runtime.install(patch)
        if executor is not None:
            patch.setattr(
                "detector.network.ThreadPoolExecutor", lambda *_, **__: executor
            )
        for scan in (make_counts((1, 1)), make_display((1, 1))):
            detector.network(scan)
    return detector


def write_bundle(root, **changes):
    """A bundle for 4 mm pixels, whose graphs find nothing that is to the point.

    Args:
        root: Its folder.
        **changes: Of what it says of its graphs.
    """
    graphs = {"dual": make_graph(), "display": make_graph()}
    manifest = make_bundle(root, graphs)
    scale = Scale(pitch_mm=4.0)
    more = {"tile_side": SIDE, "tile_overlap": 32, "scale": scale} | changes
    entries = {k: make_entry(g, f"{k}.onnx", **more) for k, g in graphs.items()}
    write_files(manifest.model_copy(update={"graphs": entries}), root, {})


def take(scan, start, stop):
    """Some columns of a scan as a scan of their own."""

    def cut(plane):
        return None if plane is None else plane[:, start:stop]

    return replace(
        scan, high=cut(scan.high), low=cut(scan.low), display=cut(scan.display)
    )


def cut_up(scan, places):
    """A scan in pieces that end at places, from left to right.

    Yields:
        The first column of each piece, and the piece.
    """
    width = scan.size[0]
    ends = [0, *sorted({place for place in places if 0 < place < width}), width]
    for start, stop in pairwise(ends):
        yield start, take(scan, start, stop)


def every(step, scan):
    """A scan in pieces of so many columns."""
    return cut_up(scan, range(step, scan.size[0], step))


class Screen:
    """What the operator sees. It fails if an alarm shrinks, fades, or changes its kind.

    Args:
        alarms: To begin with.
    """

    def __init__(self, alarms=()):
        self.shown = {}
        self.show(alarms)

    def show(self, alarms):
        """Take in new and grown alarms."""
        for alarm in alarms:
            assert alarm.raised is (alarm.number not in self.shown)
            if not alarm.raised:
                before = self.shown[alarm.number]
                assert (alarm.box[:2] <= before.box[:2]).all()
                assert (alarm.box[2:] >= before.box[2:]).all()
                assert alarm.score >= before.score
                assert alarm.label == before.label
            self.shown[alarm.number] = alarm

    def check(self, findings):
        """Fail unless it shows the alarms of the whole scan and nothing else."""
        alarms = findings.alarms
        expected = [
            (*map(float, box), float(score), int(label))
            for box, score, label in zip(
                alarms.boxes, alarms.scores, alarms.labels, strict=True
            )
        ]
        shown = [
            (*map(float, one.box), float(np.float32(one.score)), one.label)
            for one in self.shown.values()
        ]
        assert sorted(shown) == sorted(expected)


def play(live, pieces, care=Care.FULL):
    """Push pieces, end the scan; what was shown and what was found."""
    screen = Screen()
    for at, piece in pieces:
        screen.show(live.push(piece, at, care=care))
    alarms, findings = live.finish(care=care)
    screen.show(alarms)
    return screen, findings


class Diary:
    """All that a lane told, with a screen for each scan."""

    def __init__(self):
        self.events = []
        self.screens = {}
        self.threads = set()
        self._news: Queue[object] = Queue()

    def __call__(self, event):
        """Note an event."""
        self.threads.add(threading.current_thread().name)
        self.events.append(event)
        if isinstance(event, Begun):
            self.screens[event.scan] = Screen()
        if isinstance(event, Alarmed):
            self.screens[event.scan].show(event.alarms)
        self._news.put(event)

    def wait_for(self, kind):
        """Return the next event of a kind, once it is there."""
        while True:
            event = self._news.get(timeout=PATIENCE_S)
            if isinstance(event, kind):
                return event

    def list_all(self, kind):
        """All events of a kind so far."""
        return [event for event in self.events if isinstance(event, kind)]


def check_same(findings, others):
    """Fail unless two looks at a scan came to the same, to the last bit."""
    for name in ("boxes", "scores", "labels"):
        one, other = (getattr(f.detections, name) for f in (findings, others))
        np.testing.assert_array_equal(one, other)
    assert findings.opaque_fraction == others.opaque_fraction
    assert (findings.opaque is None) is (others.opaque is None)
    if findings.opaque is not None:
        np.testing.assert_array_equal(findings.opaque, others.opaque)
    assert findings.containers == others.containers
