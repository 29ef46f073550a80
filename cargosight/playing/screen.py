"""Play scans as a video of a vendor's screen, for a lane that captures one."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from cargosight.playing.target import Arrived, Item, Waiting
from data.errors import ScanFileError
from data.files import replacing
from data.rendering import render_grey
from data.scan import Picture

FRAMES: Final = 25
"""A second."""

WIDTH: Final = 1280
"""Of the screen, px."""

BLANK: Final = 255
HOLD_S: Final = 1.0
"""How long the end of a scan stays, s."""

QUALITY: Final = 95
"""Of the JPEG compression, of 100."""


@dataclass(slots=True)
class ScreenTarget:
    """Writes what a screen would show: each scan scrolls in from the right, in grey.

    The first scan decides how high the screen is; higher ones are shrunk.

    Args:
        path: The video, ending in .avi; it appears whole or not at all.
        rate: Columns a second.
        pause_s: How long the screen is blank before each scan, s.
        stopping: Set to stop.

    Raises:
        ScanFileError: If the name ends in something else.
    """

    path: Path
    rate: float
    pause_s: float
    stopping: Waiting
    _stack: ExitStack = field(default_factory=ExitStack, init=False)
    _writer: Any = field(default=None, init=False)
    _height: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """Check the name."""
        if self.path.suffix.lower() != ".avi":
            msg = f"{self.path} is no name for a video. Let it end in .avi."
            raise ScanFileError(msg)

    def play(self, item: Item) -> Arrived:
        """Show a scan.

        Raises:
            ScanFileError: If the file cannot be written.
        """
        picture = render_grey(item.scan)
        if self._writer is None:
            self._open(len(picture))
        frames = show_scan(
            _fit(picture, self._height), self.rate / FRAMES, self.pause_s
        )
        for frame in frames:
            if self.stopping.is_set():
                return Arrived(0, f"{item.key} was stopped; the video ends there")
            self._writer.write(frame)
        return Arrived(item.scan.size[0])

    def close(self) -> None:
        """Let the video appear, if there is any of it."""
        if self._writer is not None:
            self._writer.release()
            self._writer = None
        self._stack.close()

    def _open(self, height: int) -> None:
        self._height = height
        draft = self._stack.enter_context(replacing(self.path))
        writer = cv2.VideoWriter(
            str(draft), cv2.VideoWriter.fourcc(*"MJPG"), FRAMES, (WIDTH, height)
        )
        if not writer.isOpened():
            self._stack.pop_all()
            msg = f"{self.path} cannot be written. Check the folder and its disk."
            raise ScanFileError(msg)
        writer.set(cv2.VIDEOWRITER_PROP_QUALITY, QUALITY)
        self._writer = writer


def show_scan(picture: Picture, step: float, pause_s: float) -> Iterator[Picture]:
    """The frames of one scan: blank, then it scrolls in, then it stays.

    Args:
        picture: (H, W) uint8.
        step: Columns a frame.
        pause_s: How long the screen is blank first, s.

    Yields:
        (H, 1280, 3) uint8.
    """
    height, width = picture.shape
    strip = np.full((height, WIDTH + width), BLANK, np.uint8)
    strip[:, WIDTH:] = picture
    shown = round(pause_s * FRAMES)
    moving = int(np.ceil(width / step))
    for count in range(shown + moving + round(HOLD_S * FRAMES) + 1):
        at = min(round(max(count - shown, 0) * step), width)
        yield np.repeat(strip[:, at : at + WIDTH, None], 3, axis=2)


def _fit(picture: Picture, height: int) -> Picture:
    """The picture as high as the screen: shrunk, or with air below."""
    rows, columns = picture.shape
    if rows > height:
        size = max(1, round(columns * height / rows)), height
        return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))
    below = np.full((height - rows, columns), BLANK, np.uint8)
    return np.concatenate([picture, below])
