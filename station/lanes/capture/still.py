"""Find whole pictures that appear on a screen."""

from dataclasses import dataclass, field
from typing import Final

from data.scan import Picture
from station.lanes.capture.seeing import (
    POINTER,
    is_blank,
    measure_change,
    reduce_frame,
)

STILL_S: Final = 1.0
"""A picture is whole when it has been still for so long, s."""

LEAST_FRAMES: Final = 3


@dataclass(slots=True)
class StillWatch:
    """Tells when another picture has appeared and stays.

    Args:
        taken: (R, W) uint8, what `reduce_frame` makes of the picture that was taken
            last; None if there is none.
    """

    taken: Picture | None = None
    _first: Picture | None = field(default=None, init=False)
    _since: float = field(default=0.0, init=False)
    _frames: int = field(default=0, init=False)

    def take(self, region: Picture, moment: float) -> bool:
        """Look at a frame.

        Args:
            region: (H, W, 3) uint8, where pictures are on the screen.
            moment: When, s.

        Returns:
            Whether it is another picture, and whole. It is then the one taken last.
        """
        seen = reduce_frame(region)
        if _is_another(self._first, seen):
            self._first, self._since, self._frames = seen, moment, 0
        self._frames += 1
        still = moment - self._since >= STILL_S and self._frames >= LEAST_FRAMES
        if not still or is_blank(seen) or not _is_another(self.taken, seen):
            return False
        self.taken = seen
        return True


def _is_another(before: Picture | None, seen: Picture) -> bool:
    if before is None or before.shape != seen.shape:
        return True
    return measure_change(before, seen) > POINTER
