"""Cut-outs: things that were scanned in air, as what they attenuate."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from data.errors import DatasetError, ScanFileError
from data.formats import find_scans, read_scan
from data.physics.transmission import measure_transmission, to_attenuation
from data.projection.sharpness import USUAL_BLUR_PX
from data.scan import Scan

Levels = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

MOST_PIXELS: Final = 16_000_000
"""A picture with more than that is no cut-out."""

_ENDINGS: Final = ("_high", "_low")
_ABOVE_NOISE: Final = 5.0
_LEAST_ALPHA: Final = 0.015
_SMOOTH_PX: Final = 0.8
_FEWEST_PX: Final = 20
_MOST_SHARE: Final = 0.9


@dataclass(frozen=True, slots=True, eq=False)
class Cutout:
    """A thing in air.

    Attributes:
        attenuation: (P, H, W) float32, nepers, 0 outside the mask: high, then low.
        mask: (H, W) bool, the thing itself; holes in it are holes.
        pitch_mm: Pixel pitch (x, y), mm.
        kind: What it is, such as "pistol".
        group: Cut-outs of one group show one physical thing.
        energies_mv: Endpoint of each plane, MV; empty if unknown.
        blur_px: Standard deviation of its own blur, in its own pixels.
    """

    attenuation: Levels
    mask: Mask
    pitch_mm: tuple[float, float]
    kind: str
    group: str
    energies_mv: tuple[float, ...] = ()
    blur_px: float = USUAL_BLUR_PX


@dataclass(frozen=True, slots=True)
class CutoutFile:
    """A cut-out on disk.

    Attributes:
        path: Its file: the high one of a pair.
        kind: Name of the folder it lies in.
        group: Its name without `_high`, or what a table of groups says.
    """

    path: Path
    kind: str
    group: str


def find_cutouts(
    folder: Path, groups: Mapping[str, str] | None = None
) -> list[CutoutFile]:
    """List the cut-outs of a folder.

    Args:
        folder: With a subfolder for each kind, such as `pistol`, or without any.
        groups: Group of each file name, see `read_groups`; those it lacks are groups
            of their own.

    Raises:
        ScanFileError: If there are none, or the folder cannot be read.
    """
    check_folder(folder)
    return [
        CutoutFile(
            path=found.path,
            kind=found.path.parent.name,
            group=(groups or {}).get(found.path.name) or _name_group(found.path),
        )
        for found in find_scans([folder])
    ]


def check_folder(folder: Path) -> None:
    """Refuse what is no folder.

    Raises:
        ScanFileError: If it is a file, or not there.
    """
    if not folder.is_dir():
        msg = f"{folder} is not a folder. Name a folder of scans."
        raise ScanFileError(msg)


def read_groups(path: Path) -> dict[str, str]:
    """Read which files show the same thing.

    Args:
        path: CSV with the columns `file` and `group`; only the file's name counts.

    Returns:
        Group of each file name.

    Raises:
        DatasetError: If it cannot be read or lacks a column.
    """
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = [*csv.DictReader(file)]
        return {Path(row["file"]).name: row["group"] for row in rows}
    except (OSError, KeyError, UnicodeDecodeError, csv.Error) as error:
        msg = f"{path} is no CSV with the columns file and group ({error!r})."
        raise DatasetError(msg) from error


def read_cutout(file: CutoutFile, pitch_mm: float | None) -> Cutout:
    """Read one cut-out.

    Args:
        file: Which one.
        pitch_mm: Pixel pitch of cut-outs that state none, mm.

    Raises:
        ScanFileError: If it is damaged, is 8-bit, states no pitch, or shows nothing.
    """
    scan = read_scan(file.path, pixel_budget=MOST_PIXELS)
    if scan.kind == "display":
        msg = f"{file.path} has 8 bits: what it attenuates is unknown. Give 16 bits."
        raise ScanFileError(msg)
    pitch = scan.info.pitch_mm or (pitch_mm and (pitch_mm, pitch_mm))
    if not pitch:
        msg = f"{file.path} states no pixel pitch. Give --cutout-pitch-mm."
        raise ScanFileError(msg)
    attenuation = _measure(scan)
    mask = find_mask(attenuation[0])
    if not mask.any() or mask.mean() > _MOST_SHARE:
        msg = f"{file.path} shows no single thing in air. Leave air around it."
        raise ScanFileError(msg)
    return Cutout(
        attenuation=np.where(mask, np.maximum(attenuation, 0), np.float32(0)),
        mask=mask,
        pitch_mm=pitch,
        kind=file.kind,
        group=file.group,
        energies_mv=scan.info.energies_mv,
    )


def find_mask(attenuation: Levels) -> Mask:
    """Tell a thing from the air around it.

    Args:
        attenuation: (H, W) float32, nepers, with air along the border.

    Returns:
        (H, W) bool: the largest connected part above the noise of the border; what is
        not above the noise inside it stays out.
    """
    smooth = cv2.GaussianBlur(attenuation, (0, 0), _SMOOTH_PX)
    border = _border(np.asarray(smooth, np.float32))
    spread = 1.4826 * float(np.median(np.abs(border - np.median(border))))
    above = smooth > max(_ABOVE_NOISE * spread, _LEAST_ALPHA)
    count, labels, facts, _ = cv2.connectedComponentsWithStats(above.astype(np.uint8))
    if count < 2:
        return np.zeros(above.shape, bool)
    largest = 1 + int(np.argmax(facts[1:, cv2.CC_STAT_AREA]))
    if facts[largest, cv2.CC_STAT_AREA] < _FEWEST_PX:
        return np.zeros(above.shape, bool)
    return np.asarray(labels == largest)


def _name_group(path: Path) -> str:
    stem = path.stem
    for ending in _ENDINGS:
        stem = stem.removesuffix(ending)
    return f"{path.parent.name}/{stem}"


def _measure(scan: Scan) -> Levels:
    """Attenuation of each plane; air is what the border shows."""
    counts = [plane for plane in (scan.high, scan.low) if plane is not None]
    planes = []
    for plane, dark in zip(
        counts, scan.dark if scan.dark is not None else (), strict=True
    ):
        level = max(float(np.median(_border(plane.astype(np.float32)))), 2.0)
        air = np.maximum(np.full(len(dark), level, np.float32), dark + 1)
        planes.append(to_attenuation(measure_transmission(plane, air, dark)))
    return np.stack(planes)


def _border(plane: Levels) -> Levels:
    return np.concatenate([plane[0], plane[-1], plane[:, 0], plane[:, -1]])
