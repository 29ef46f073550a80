"""A window that is dragged over a large scan: how many frames a second are drawn."""

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmark.live.trucks import Truck
from data.scan import Scan

if TYPE_CHECKING:
    from cargosight.station_trials.visitor import Visitor

COLUMNS: Final = 4000
DRAG_S: Final = 5.0
SETTLE_S: Final = 2.0
ROUND_S: Final = 2.0
"""How long the mouse takes around."""


@dataclass(frozen=True, slots=True)
class Drag:
    """What dragging came to.

    Attributes:
        columns: Of the scan.
        frames: In which the picture was drawn with another window.
        moves: Of the mouse.
        seconds: How long it was dragged.
    """

    columns: int
    frames: int
    moves: int
    seconds: float

    @property
    def frames_per_s(self) -> float:
        """Frames a second."""
        return self.frames / self.seconds


def widen(truck: Truck, columns: int = COLUMNS) -> Scan:
    """A truck of so many columns: cut, or with its own columns again.

    Args:
        truck: Any.
        columns: 1 or more.
    """
    scan = truck.read()
    assert scan.high is not None  # noqa: S101 - trucks have two energies
    assert scan.low is not None  # noqa: S101
    places = np.arange(columns) % truck.width
    high, low = (
        np.ascontiguousarray(np.asarray(plane)[:, places])
        for plane in (scan.high, scan.low)
    )
    return Scan(high, low, air=scan.air, dark=scan.dark, info=scan.info)


def drag_window(visitor: "Visitor", columns: int) -> Drag:
    """Drag a window over the picture that is shown, round and round.

    Args:
        visitor: At a scan that is complete.
        columns: Of the scan.
    """
    visitor.wait(SETTLE_S)
    page, picture = visitor.page, visitor.page.locator(".picture").first
    box = picture.bounding_box() or {"x": 0, "y": 0, "width": 2, "height": 2}
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    radius = min(box["width"], box["height"]) / 4
    page.keyboard.press("w")
    page.mouse.move(x, y)
    page.mouse.down()
    before, moves, start = visitor.count_frames(), 0, time.monotonic()
    while (passed := time.monotonic() - start) < DRAG_S:
        turn = 2 * math.pi * passed / ROUND_S
        page.mouse.move(x + radius * math.sin(turn), y + radius * (1 - math.cos(turn)))
        moves += 1
    frames = visitor.count_frames() - before
    page.mouse.up()
    return Drag(columns, frames, moves, passed)
