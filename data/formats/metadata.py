"""What is stored of a scan beside its counts, as JSON.

The same JSON is the description of a native TIFF and the file beside a PNG pair.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data.errors import ScanError, ScanFileError
from data.formats.levels import estimate_air, fill_levels
from data.formats.opening import bad_file
from data.scan import Counts, Levels, Scan, ScanInfo

MARK: Final = "cargosight_scan"
"""The key by which our JSON is told from that of others; its value is the version."""

Level = Annotated[float, Field(ge=-1e6, le=1e6, allow_inf_nan=False)]


class ScanMetadata(BaseModel):
    """The JSON of a scan file, format version 1.

    Attributes:
        cargosight_scan: Version of this layout.
        info: What is known of the scan.
        air: For each plane (high, low) the counts with nothing in the beam: one number,
            or one for each row. None if unknown: it is then estimated.
        dark: The same without a beam. None counts as 0.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    cargosight_scan: Literal[1] = 1
    info: ScanInfo = Field(default_factory=ScanInfo)
    air: tuple[Level | tuple[Level, ...], ...] | None = None
    dark: tuple[Level | tuple[Level, ...], ...] | None = None


def write_metadata(scan: Scan) -> str:
    """Put what is known of a scan into ASCII JSON, exactly.

    Raises:
        ScanFileError: If a level is not a number within a million counts.
    """
    try:
        metadata = ScanMetadata(
            info=scan.info, air=_pack(scan.air), dark=_pack(scan.dark)
        )
    except ValidationError as error:
        msg = f"The scan cannot be stored: {list_faults(error)}. Correct its levels."
        raise ScanFileError(msg) from error
    return json.dumps(metadata.model_dump(mode="json", exclude_none=True))


def is_metadata(text: str) -> bool:
    """Tell our JSON from any other text."""
    if not text.lstrip().startswith("{"):
        return False
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(content, dict) and MARK in content


def read_metadata(text: str | bytes, path: Path) -> ScanMetadata:
    """Read the JSON of a scan.

    Args:
        text: The JSON.
        path: The file that it comes from, to be named.

    Raises:
        ScanFileError: If anything in it is wrong; all faults are named.
    """
    try:
        return ScanMetadata.model_validate_json(text)
    except ValidationError as error:
        what = f"has wrong scan metadata: {list_faults(error)}. Correct or remove them."
        raise bad_file(path, what) from error


def list_faults(error: ValidationError) -> str:
    """Put all faults that pydantic found into one line."""
    faults = []
    for fault in error.errors(include_url=False, include_context=False):
        where = ".".join(str(part) for part in fault["loc"])
        faults.append(f"{where}: {fault['msg']}" if where else fault["msg"])
    return "; ".join(faults)


def build_scan(
    path: Path, planes: Sequence[Counts], metadata: ScanMetadata | None = None
) -> Scan:
    """Put planes and what is known of them together.

    Air that is not stated is estimated, and the scan then says so.

    Args:
        path: The file, to be named.
        planes: (high,) or (high, low), each (H, W) uint16.
        metadata: None if there are none.

    Raises:
        ScanFileError: If planes and levels do not fit together.
    """
    metadata = metadata or ScanMetadata()
    height = planes[0].shape[0]
    info = metadata.info
    if metadata.air is None:
        air = fill_levels([estimate_air(plane) for plane in planes], height)
        info = info.model_copy(update={"air_source": "estimated"})
    else:
        air = _unpack(path, "air", metadata.air, height)
    if metadata.dark is None:
        dark = fill_levels([0.0] * len(planes), height)
    else:
        dark = _unpack(path, "dark", metadata.dark, height)
    low = planes[1] if len(planes) == 2 else None
    try:
        return Scan(high=planes[0], low=low, air=air, dark=dark, info=info)
    except ScanError as error:
        raise bad_file(path, f"is not a scan: {error}") from error


def _pack(levels: Levels | None) -> tuple[float | tuple[float, ...], ...] | None:
    if levels is None:
        return None
    rows = [tuple(row.tolist()) for row in levels]
    return tuple(row[0] if len(set(row)) == 1 else row for row in rows)


def _unpack(
    path: Path,
    name: str,
    packed: tuple[float | tuple[float, ...], ...],
    height: int,
) -> Levels:
    rows = []
    for row in packed:
        values = (row,) * height if isinstance(row, float) else row
        if len(values) != height:
            what = f"states {name} for {len(values)} rows but has {height}. Correct it."
            raise bad_file(path, what)
        rows.append(values)
    return np.array(rows, np.float32).reshape(len(rows), height)
