"""Scans with objects in them, and a runtime that sees them perfectly."""

import numpy as np

from data.formats.levels import fill_levels
from data.scan import Scan, ScanInfo
from detector.encoding import Encoding
from tests.detector.graphs import make_graph

AIR, DARK = 60000, 200
BEHIND = 3000
THING = (0, 6, 20, 16)
"""Where a steady graph finds something in every tile: put something there."""


def make_steady_graph(score=0.75, label=0):
    """A graph that finds THING in every tile of counts of 32 px that shows some air.

    Tiles that show nothing but air it is never given.
    """
    rows = [[-130, 6, 20, 16, score, label], [0, 0, 0, 0, 0, 0]]
    return make_graph(answer=np.array([rows], np.float32))


class SeeingRuntime:
    """Boxes what is dark in each tile, with a score of 0.9.

    It takes a column of air between two things for a gap, so it tells things apart that
    lie beside each other.

    Args:
        encoding: What the planes mean.
        free: Whether it takes tiles of any width and height.

    Attributes:
        shapes: Of what each run was given.
    """

    def __init__(self, encoding=Encoding.DUAL, *, free=False):
        self.air = encoding.air[1]
        self.free = free
        self.shapes = []

    @property
    def tiles(self):
        """How many tiles it was given."""
        return sum(count for count, *_ in self.shapes)

    def run(self, tiles):
        """Answer, see `detector.runtime.Runtime`."""
        self.shapes.append(tiles.shape)
        found = [list(self._find(tile[1] < self.air / 2)) for tile in tiles]
        answers = np.zeros((len(tiles), max(map(len, found), default=0), 6), np.float32)
        for rows, boxes in zip(answers, found, strict=True):
            for row, box in zip(rows, boxes, strict=False):
                row[:] = [*box, 0.9, 0]
        return answers

    @staticmethod
    def _find(dark):
        columns = np.flatnonzero(dark.any(axis=0))
        for run in np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1):
            if len(run):
                rows = np.flatnonzero(dark[:, run].any(axis=1))
                yield run[0], rows[0], run[-1] + 1, rows[-1] + 1

    @classmethod
    def replace(cls, monkeypatch, *, free=False):
        """Let every graph that a detector loads see perfectly."""
        made = []

        def load(*_, **__):
            made.append(cls(free=free))
            return made[-1]

        monkeypatch.setattr("detector.network.OnnxRuntime", load)
        return made


def make_counts(size, boxes=(), *, pitch_mm=None, low=True):
    """Counts of air with things in it that let little through.

    Args:
        size: Width and height, px.
        boxes: (x0, y0, x1, y1) of each thing, whole px.
        pitch_mm: (x, y), or None.
        low: Whether there is a second energy.
    """
    width, height = size
    high = np.full((height, width), AIR, np.uint16)
    for x0, y0, x1, y1 in boxes:
        high[y0:y1, x0:x1] = BEHIND
    planes = 2 if low else 1
    return Scan(
        high=high,
        low=high.copy() if low else None,
        air=fill_levels([float(AIR)] * planes, height),
        dark=fill_levels([float(DARK)] * planes, height),
        info=ScanInfo(
            pitch_mm=pitch_mm,
            pitch_source="file" if pitch_mm else None,
            energies_mv=(6.0, 4.0)[:planes],
        ),
    )


def make_display(size, boxes=(), *, pitch_mm=None):
    """The same as a rendering: dark things on white."""
    width, height = size
    picture = np.full((height, width, 3), 255, np.uint8)
    for x0, y0, x1, y1 in boxes:
        picture[y0:y1, x0:x1] = 10
    return Scan(display=picture, info=ScanInfo(pitch_mm=pitch_mm))
