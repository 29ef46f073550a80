"""What shows a screen: a capture device, an address, or a video file."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from data.errors import StationError
from data.scan import Picture

WAIT_MS: Final = 3000
"""How long an address may take to answer."""

USUAL_RATE: Final = 25.0
"""Frames a second of a file that does not say."""

Region = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame.

    Attributes:
        region: (H, W, 3) uint8 RGB, the part that is looked at.
        moment: When, s: of the file's own time, or of the machine's.
    """

    region: Picture
    moment: float


@dataclass(slots=True)
class Camera:
    """An open device.

    Args:
        capture: OpenCV's.
        is_file: Whether it is a video file.
        region: x, y, width, height, px; None for all.
    """

    capture: Any
    is_file: bool
    region: Region | None = None
    _rate: float = field(init=False)
    _count: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """Ask a file how fast it plays."""
        rate = self.capture.get(cv2.CAP_PROP_FPS)
        self._rate = rate if 0 < rate < 1000 else USUAL_RATE

    def read(self) -> Frame | None:
        """The next frame; None if the file is over, or the device gone.

        Raises:
            StationError: If the region is not on the screen.
        """
        there, picture = self.capture.read()
        if not there or picture is None:
            return None
        moment = self._count / self._rate if self.is_file else time.monotonic()
        self._count += 1
        return Frame(_crop(picture, self.region), moment)

    def close(self) -> None:
        """Let go of the device."""
        self.capture.release()


def open_camera(device: str, region: Region | None) -> Camera | None:
    """Open a device.

    Args:
        device: Its number, an address, or a video file.
        region: x, y, width, height of what is looked at, px; None for all.

    Returns:
        None if it is not there.
    """
    source: int | str = int(device) if device.isdigit() else device
    is_file = find_file(device) is not None
    if not is_file and isinstance(source, str) and "://" not in source:
        source = str(Path(source)) if Path(source).exists() else ""
    capture = _open(source)
    if capture is None:
        return None
    return Camera(capture, is_file, region)


def find_file(device: str) -> Path | None:
    """The video file that a device is; None if it is none."""
    if device.isdigit() or "://" in device:
        return None
    path = Path(device)
    return path if path.is_file() else None


def _open(source: int | str) -> Any:
    if source == "":
        return None
    options = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, WAIT_MS]
    options += [cv2.CAP_PROP_READ_TIMEOUT_MSEC, WAIT_MS]
    is_address = isinstance(source, str) and "://" in source
    capture = (
        cv2.VideoCapture(source, cv2.CAP_FFMPEG, options)
        if is_address
        else cv2.VideoCapture(source)
    )
    if capture.isOpened():
        return capture
    capture.release()
    return None


def _crop(picture: Any, region: Region | None) -> Picture:
    if region is not None:
        x, y, width, height = region
        if y + height > picture.shape[0] or x + width > picture.shape[1]:
            msg = (
                f"The region {list(region)} is not within the screen of "
                f"{picture.shape[1]} x {picture.shape[0]} px. Correct it."
            )
            raise StationError(msg)
        picture = picture[y : y + height, x : x + width]
    return np.ascontiguousarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
