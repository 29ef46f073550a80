"""Raw planes of a scanner, read through its profile."""

from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from data.formats.metadata import ScanMetadata, build_scan
from data.formats.opening import bad_file, check_budget, opened
from data.formats.scanner_profile import ScannerProfile
from data.scan import Counts, Scan, ScanInfo

Stored = npt.NDArray[Any]

_MOST: Final = 65535


def read_raw(path: Path, pixel_budget: int, profile: ScannerProfile) -> Scan:
    """Read the raw planes of one scan.

    Args:
        path: The file, or any of its plane files.
        pixel_budget: Most pixels (width x height) of a plane to read.
        profile: How the planes are laid out.

    Returns:
        A dual scan, or a single one if there is no low plane.

    Raises:
        ScanFileError: If a file is missing or too large, or does not have the size and
            the first bytes that the profile states.
    """
    stored = _read_planes(path, pixel_budget, profile)
    low = stored.get("low")
    planes = [stored["high"]] if low is None else [stored["high"], low]
    if planes[0].shape != planes[-1].shape:
        what = "and its low plane differ in size. Export both planes alike."
        raise bad_file(path, what)
    upright = [_set_upright(plane, profile) for plane in planes]
    return build_scan(path, upright, _describe(profile, len(planes)))


def find_main(path: Path, profile: ScannerProfile) -> Path:
    """Find the file by which a scan goes: its high plane where planes are files.

    Args:
        path: Any file that the profile reads.
        profile: How the planes are laid out.
    """
    files = profile.plane_files
    if files is None or files.low is None:
        return path
    return _swap(path, files.low, files.high)


def find_low(path: Path, profile: ScannerProfile) -> Path | None:
    """Find the low plane of a scan, which may be missing; None if it has no file.

    Args:
        path: Any file that the profile reads.
        profile: How the planes are laid out.
    """
    files = profile.plane_files
    if files is None or files.low is None:
        return None
    return _swap(find_main(path, profile), files.high, files.low)


def _read_planes(
    path: Path, pixel_budget: int, profile: ScannerProfile
) -> dict[str, Counts]:
    files = profile.plane_files
    if files is None:
        return _read_panels(path, pixel_budget, profile, profile.panels)
    high = find_main(path, profile)
    planes = _read_panels(high, pixel_budget, profile, ("high",))
    low = find_low(high, profile)
    if low is not None and low.exists():
        planes |= _read_panels(low, pixel_budget, profile, ("low",))
    return planes


def _swap(path: Path, old: str, new: str) -> Path:
    if not path.name.lower().endswith(old.lower()):
        return path
    return path.with_name(path.name[: -len(old)] + new)


def _read_panels(
    path: Path, pixel_budget: int, profile: ScannerProfile, names: tuple[str, ...]
) -> dict[str, Counts]:
    with opened(path) as file:
        length = file.seek(0, 2)
        size = _find_size(path, length, profile, len(names))
        check_budget(path, size, pixel_budget)
        file.seek(0)
        header = file.read(profile.header_bytes)
        if not header.startswith(bytes.fromhex(profile.magic)):
            what = f"is not a file of scanner profile {profile.name}. Choose another."
            raise bad_file(path, what)
        width, height = size
        count = width * height * len(names) * np.dtype(profile.dtype).itemsize
        content = file.read(count)
    panels = _cut(content, size, profile, names)
    return {name: _check_plane(path, panels[name], profile) for name in panels}


def _find_size(
    path: Path, length: int, profile: ScannerProfile, panels: int
) -> tuple[int, int]:
    outside = profile.header_bytes + profile.footer_bytes
    reading = np.dtype(profile.dtype).itemsize
    samples, odd = divmod(length - outside, reading * panels)
    if profile.width is not None and samples > 0 and not odd:
        height, odd = divmod(samples, profile.width)
        if not odd:
            return profile.width, height
    for width, height in profile.sizes:
        if not odd and width * height == samples:
            return width, height
    wanted = " or ".join(f"{width} x {height}" for width, height in profile.sizes)
    what = (
        f"has {length} bytes, which scanner profile {profile.name} does not expect: "
        f"{panels} panels of {wanted or f'rows of {profile.width}'} px after "
        f"{profile.header_bytes} bytes and before {profile.footer_bytes}. It is cut "
        "off, or of another scanner."
    )
    raise bad_file(path, what)


def _cut(
    content: bytes,
    size: tuple[int, int],
    profile: ScannerProfile,
    names: tuple[str, ...],
) -> dict[str, Stored]:
    width, height = size
    dtype = np.dtype(profile.dtype).newbyteorder(profile.byte_order)
    readings = np.frombuffer(content, dtype)
    if profile.layout == "stacked":
        panels = readings.reshape(len(names), height, width)
    elif profile.layout == "side_by_side":
        panels = readings.reshape(height, len(names), width).swapaxes(0, 1)
    else:
        panels = np.moveaxis(readings.reshape(height, width, len(names)), 2, 0)
    return {
        name: panel
        for name, panel in zip(names, panels, strict=True)
        if name != "material"
    }


def _check_plane(path: Path, plane: Stored, profile: ScannerProfile) -> Counts:
    """As counts, if it holds no more than it may."""
    turned = profile.polarity == "dark_air"
    most = profile.full_scale if turned else _MOST
    largest = int(plane.max())
    if largest > most:
        what = (
            f"holds a reading of {largest}, over the {most} that scanner profile "
            f"{profile.name} allows. Correct its full_scale, byte_order or dtype."
        )
        raise bad_file(path, what)
    return np.asarray(plane, np.uint16)


def _set_upright(plane: Counts, profile: ScannerProfile) -> Counts:
    upright: npt.NDArray[np.uint16] = np.rot90(plane, profile.quarter_turns)
    if profile.flip_x:
        upright = upright[:, ::-1]
    if profile.flip_y:
        upright = upright[::-1]
    if profile.polarity == "dark_air":
        upright = np.subtract(profile.full_scale, upright, dtype=np.uint16)
    return np.ascontiguousarray(upright)


def _describe(profile: ScannerProfile, planes: int) -> ScanMetadata:
    stated = None if profile.air == "estimate" else (profile.air,) * planes
    info = ScanInfo(
        pitch_mm=profile.pitch_mm,
        pitch_source=None if profile.pitch_mm is None else "profile",
        energies_mv=profile.energies_mv[:planes],
        scanner=profile.name,
        air_source=None if stated is None else "profile",
    )
    return ScanMetadata(info=info, air=stated, dark=(profile.dark,) * planes)
