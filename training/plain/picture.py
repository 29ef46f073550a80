"""A scan as the 8-bit picture that the usual tools read."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from data.scan import Levels, Picture, Scan
from detector.encoding import Encoding, encode_scan
from detector.scale import Scale

AIR: Final = (255, 255, 255)
"""What a picture shows where there is nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class PlainPicture:
    """A scan as a picture, at the network's scale.

    Attributes:
        pixels: (h, w, 3) uint8, RGB; three equal planes for scans with counts.
        factors: Picture pixels for one scan pixel, (x, y).
    """

    pixels: Picture
    factors: tuple[float, float]


def draw_plain(scan: Scan, scale: Scale) -> PlainPicture:
    """Show a scan as an 8-bit picture: the high plane in grey, or the rendering.

    Grey is linear in transmission, 0 to 1 as 0 to 255: the high byte of the counts,
    which is what OpenCV and Ultralytics keep of 16 bits. It is resampled as for our
    networks, before it is rounded, so that it is rounded only once.

    Args:
        scan: The scan.
        scale: The network's scale.
    """
    if scan.display is not None:
        encoded = encode_scan(scan, Encoding.DISPLAY, scale)
        return PlainPicture(encoded.planes, encoded.factors)
    size = scale.size_of(scan.size, scan.info)
    shown = resample_transmission(scan.transmission("high"), size)
    grey = np.clip(np.rint(shown * 255), 0, 255).astype(np.uint8)
    pixels = np.broadcast_to(grey[:, :, None], (*grey.shape, 3))
    factors = size[0] / scan.size[0], size[1] / scan.size[1]
    return PlainPicture(pixels, factors)


def resample_transmission(shown: Levels, size: tuple[int, int]) -> Levels:
    """Resample a plane as `detector.encoding` does.

    Args:
        shown: (H, W) float32, transmission.
        size: Width and height to be had, px.

    Returns:
        (h, w) float32: means over area if it shrinks, else linear in between.
    """
    height, width = shown.shape
    shrinks = size[0] * size[1] < width * height
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(shown, size, interpolation=method), np.float32)
