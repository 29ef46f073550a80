"""One look at one scan, with the clock running, and who can be asked for one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from data.scan import Scan
from detector.detections import Detections


@dataclass(frozen=True, slots=True, eq=False)
class Lap:
    """One look at one scan that lay in memory.

    Attributes:
        elapsed_s: From the scan to its detections, s.
        encode_s: Of it, making the network's planes, s; 0 for one that is given them.
        run_s: Of it, running the network, or waiting for it, s.
        merge_s: Of it, joining the answers of the tiles, s.
        session_s: What the network's sessions take for the same tiles and nothing else,
            s: what no program around them can be faster than.
        tiles: How many the network saw.
        pixels: How many pixels it saw, those of overlaps and paddings each time.
        found: Detections, px of the scan.
        given_s: What making the planes took that it was given, off the clock, s.
    """

    elapsed_s: float
    encode_s: float
    run_s: float
    merge_s: float
    session_s: float
    tiles: int
    pixels: int
    found: Detections
    given_s: float = 0.0


class Racer(Protocol):
    """Something that finds firearms in scans and is timed."""

    @property
    def name(self) -> str:
        """What it is and how it is set, for people."""
        ...  # pragma: no cover

    def ready(self, scan: Scan) -> Callable[[], Lap]:
        """Lay a scan in its memory.

        Args:
            scan: What it will look at.

        Returns:
            Looks at it once, with the clock running.
        """
        ...  # pragma: no cover
