"""A whole scan as the network sees it."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from data.errors import EncodingError
from data.scan import Picture, Scan
from detector.encoding.block import Block
from detector.encoding.encoder import ScanEncoder
from detector.encoding.overview import Overview
from detector.encoding.planes import Encoding
from detector.encoding.resampling import Shape
from detector.opacity import Mask
from detector.scale import Scale, Size


@dataclass(frozen=True, slots=True, eq=False)
class EncodedScan:
    """A scan as the network sees it.

    Attributes:
        planes: (h, w, 3) uint8, at the network's scale.
        scan_size: Width and height of the scan it was made from, px.
        opaque: (h, w) bool, where nothing can be said; None for display scans.
        opaque_fraction: Share of the container's area; None for display scans.
    """

    planes: Picture
    scan_size: Size
    opaque: Mask | None = None
    opaque_fraction: float | None = None

    @property
    def size(self) -> Size:
        """Width and height of the planes, px."""
        return self.planes.shape[1], self.planes.shape[0]

    @property
    def factors(self) -> tuple[float, float]:
        """Encoded pixels for one scan pixel, (x, y)."""
        (width, height), (scan_width, scan_height) = self.size, self.scan_size
        return width / scan_width, height / scan_height


def encode_scan(scan: Scan, encoding: Encoding, scale: Scale) -> EncodedScan:
    """Resample a scan to the network's scale and make the planes it sees.

    Args:
        scan: The scan. DUAL takes counts of one or two energies, DISPLAY a rendering.
        encoding: What the planes shall mean.
        scale: The network's scale.

    Returns:
        The planes, and what is opaque in them.

    Raises:
        EncodingError: If the scan does not hold what the encoding needs.
    """
    check_encoding(scan, encoding)
    encoder = ScanEncoder(encoding, Shape.of(scan, scale))
    blocks = [block for blocks in encoder.push(scan) for block in blocks]
    blocks += encoder.finish()
    planes = [np.concatenate(rows, axis=1) for rows in _by_plane(blocks)]
    seen = Overview()
    for block in blocks:
        seen.add(block)
    return EncodedScan(
        np.asarray(cv2.merge(planes)), scan.size, seen.opaque, seen.opaque_fraction
    )


def check_encoding(scan: Scan, encoding: Encoding) -> None:
    """Refuse a scan that an encoding is not for.

    Raises:
        EncodingError: If it does not hold what the encoding needs.
    """
    if Encoding.of(scan) is not encoding:
        msg = (
            f"A {scan.kind} scan cannot be encoded as {encoding.value}. "
            f"Use a network for {Encoding.of(scan).value} scans."
        )
        raise EncodingError(msg)


def _by_plane(blocks: Sequence[Block]) -> list[list[Picture]]:
    return [[block.planes[number] for block in blocks] for number in range(3)]
