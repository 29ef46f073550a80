"""Pictures at the network's scale, whole or column by column."""

from dataclasses import dataclass
from typing import Final, TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from data.errors import EncodingError
from data.scan import Picture, Scan
from detector.scale import Scale, Size

Plane = npt.NDArray[np.float32]
Places = npt.NDArray[np.intp]
Pixels = TypeVar("Pixels", Plane, Picture)

_EXACT: Final = 1e-6
"""How near to a pixel's edge counts as the edge, px: pitches are decimal fractions."""


def resample(array: Pixels, size: Size) -> Pixels:
    """Resample planes, averaging over area where they shrink.

    Args:
        array: (H, W) float32 transmission or (H, W, 3) uint8.
        size: Width and height wanted, px.
    """
    height, width = array.shape[:2]
    if (width, height) == size:
        return array
    shrinks = size[0] * size[1] < width * height
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(array, size, interpolation=method), array.dtype)


def resample_rows(planes: Plane, height: int) -> Plane:
    """Resample columns to another height, averaging where they shrink.

    Args:
        planes: (P, H, W) float32.
        height: Wanted, px.

    Returns:
        (P, height, W) float32.
    """
    rows, width = planes.shape[1:]
    if rows == height:
        return planes
    method = cv2.INTER_AREA if height < rows else cv2.INTER_LINEAR
    size = (width, height)
    return np.stack([cv2.resize(one, size, interpolation=method) for one in planes])


PITCHES_MM: Final = (0.1, 50.0)
"""Pixel pitches that scans may have: baggage scanners are under 1, cargo's up to 10."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a scan of unknown length becomes planes at the network's scale.

    Attributes:
        across: Columns of the planes for one column of the scan.
        rows: Rows of the scan, px.
        height: Rows of the planes, px.
    """

    across: float
    rows: int
    height: int

    @classmethod
    def of(cls, scan: Scan, scale: Scale) -> "Shape":
        """The shape of a scan at a scale.

        Args:
            scan: All of it if its pitch is not known; else any part of it.
            scale: The network's.

        Raises:
            EncodingError: If the pixel pitch is none that a scanner has.
        """
        width, rows = scan.size
        _check_pitch(scan.info.pitch_mm)
        across, height = scale.size_of(scan.size, scan.info)
        if scan.info.pitch_mm is not None:
            return cls(scan.info.pitch_mm[0] / scale.pitch_mm, rows, height)
        return cls(across / width, rows, height)

    @property
    def down(self) -> float:
        """Rows of the planes for one row of the scan."""
        return self.height / self.rows

    def count_columns(self, width: int) -> int:
        """How many columns the planes of a scan have, at least 1.

        Args:
            width: Columns of the scan.
        """
        return max(1, round(width * self.across))

    def needs(self, column: int) -> int:
        """How many columns of the scan must be there for one of the planes.

        Args:
            column: Its number, from 0.
        """
        if self.across == 1:
            return column + 1
        if self.across < 1:
            return int(np.ceil((column + 1) / self.across - _EXACT))
        return int(np.floor((column + 0.5) / self.across - 0.5)) + 2

    def first_used(self, column: int) -> int:
        """The first column of the scan that one of the planes is made of.

        Args:
            column: Its number, from 0.
        """
        if self.across <= 1:
            return int(np.floor(column / self.across + _EXACT))
        return max(int(np.floor((column + 0.5) / self.across - 0.5)), 0)

    def resample_columns(self, planes: Plane, columns: range, first: int) -> Plane:
        """Make columns of the planes out of columns of the scan.

        Each depends on nothing but the columns of the scan that it is made of, so it
        comes out the same however the scan is cut.

        Args:
            planes: (P, h, W) float32, columns of the scan, all that are needed or all
                that there are.
            columns: Which ones are wanted.
            first: Number of the first column in `planes`.

        Returns:
            (P, h, N) float32.
        """
        if self.across == 1:
            return planes[..., columns.start - first : columns.stop - first]
        places, shares = self._weigh(columns, first, planes.shape[-1])
        return np.stack([_gather(plane, places, shares) for plane in planes])

    def _weigh(self, columns: range, first: int, width: int) -> tuple[Places, Plane]:
        """(K, N) places in the columns given, and how much each of them counts."""
        wanted = np.arange(columns.start, columns.stop)
        if self.across > 1:
            middle = (wanted + 0.5) / self.across - 0.5
            left = np.floor(middle)
            places = np.stack([left, left + 1])
            shares = np.stack([left + 1 - middle, middle - left])
        else:
            begin, end = wanted / self.across, (wanted + 1) / self.across
            taps = np.arange(int(1 / self.across) + 2)[:, None]
            places = np.floor(begin + _EXACT) + taps
            shares = np.minimum(end, places + 1) - np.maximum(begin, places)
            shares = np.where(places < first + width, np.maximum(shares, 0), 0)
            shares /= shares.sum(axis=0)
        places = np.clip(places.astype(np.intp) - first, 0, width - 1)
        return places, shares.astype(np.float32)


def _check_pitch(pitch_mm: tuple[float, float] | None) -> None:
    least, most = PITCHES_MM
    wrong = [one for one in pitch_mm or () if not least <= one <= most]
    if wrong:
        msg = (
            f"A pixel pitch of {wrong[0]:g} mm cannot be right. "
            f"State one from {least:g} to {most:g} mm."
        )
        raise EncodingError(msg)


def _gather(plane: Plane, places: Places, shares: Plane) -> Plane:
    """Weighted sums of columns; column by column in memory, which is faster."""
    columns = cv2.transpose(plane)
    made = columns[places[0]] * shares[0][:, None]
    for place, share in zip(places[1:], shares[1:], strict=True):
        made += columns[place] * share[:, None]
    return np.asarray(cv2.transpose(made))
