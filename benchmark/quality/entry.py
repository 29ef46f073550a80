"""What is kept of one scan of a test object: a line of the history."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from data.quality import FIGURES, Layout, Quality
from data.quality.figures import Bound
from data.scan import Scan

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Value = Annotated[float, Field(allow_inf_nan=False)]


class QualityEntry(BaseModel):
    """The figures of one scan, format version 1.

    Attributes:
        cargosight_quality: Version of this layout of JSON.
        scan_sha256: Hash of the scan's counts and levels, whatever its file is called.
        file: Name of the file.
        scanner: As the scan says.
        view: As the scan says.
        planes: How many planes it has.
        air_stated: Whether it states its air level, rather than that being estimated.
        synthetic: Whether it was simulated.
        acquired: When it was made.
        acquired_by: "scan" if the scan says so, "measured" if that is when it was
            measured.
        layout: Name of the layout it was measured by.
        layout_sha256: Hash of that layout.
        figures: Value of each figure, by plane and name ("high.penetration_mm").
        bounds: Of the figures of which only a bound is known: "over" or "under".
        faults: Which rows and columns fail, by plane and name of the figure.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    cargosight_quality: Literal[1] = 1
    scan_sha256: Sha256
    file: str
    scanner: str | None = None
    view: str | None = None
    planes: Annotated[int, Field(ge=1, le=2)]
    air_stated: bool
    synthetic: bool = False
    acquired: AwareDatetime
    acquired_by: Literal["scan", "measured"]
    layout: str
    layout_sha256: Sha256
    figures: dict[str, Value]
    bounds: dict[str, Bound] = Field(default_factory=dict)
    faults: dict[str, str] = Field(default_factory=dict)

    @property
    def series(self) -> tuple[str | None, str | None, str]:
        """What must be alike for two scans to be compared: scanner, view, layout."""
        return self.scanner, self.view, self.layout_sha256

    @property
    def identity(self) -> tuple[str, str]:
        """What makes two entries the same: scan and layout."""
        return self.scan_sha256, self.layout_sha256

    def list_keys(self, name: str) -> list[str]:
        """Keys that a figure should have here, whether it was measured or not.

        Args:
            name: One of `FIGURES`.
        """
        kind = FIGURES[name]
        if kind.needs == "stated air" and not self.air_stated:
            return []
        if kind.needs == "two planes" and self.planes < 2:
            return []
        if kind.of_scan:
            return [f"scan.{name}"]
        return [f"{plane}.{name}" for plane in ("high", "low")[: self.planes]]


def make_entry(
    scan: Scan, quality: Quality, layout: Layout, file: Path, now: datetime
) -> QualityEntry:
    """Keep what was measured.

    Args:
        scan: What was measured.
        quality: What came of it.
        layout: By which.
        file: Where the scan comes from.
        now: Stands for the time of a scan that states none; with its time zone.
    """
    info = scan.info
    return QualityEntry(
        scan_sha256=_hash(scan),
        file=file.name,
        scanner=info.scanner,
        view=info.view,
        planes=1 if scan.low is None else 2,
        air_stated=info.air_source != "estimated",
        synthetic=info.synthetic,
        acquired=info.acquired or now,
        acquired_by="measured" if info.acquired is None else "scan",
        layout=layout.name,
        layout_sha256=layout.sha256,
        figures={figure.key: figure.value for figure in quality.figures},
        bounds={f.key: f.bound for f in quality.figures if f.bound},
        faults={f"{f.plane}.{f.figure}": str(f) for f in quality.faults},
    )


def _hash(scan: Scan) -> str:
    found = hashlib.sha256()
    for array in (scan.high, scan.low, scan.air, scan.dark):
        if array is not None:
            found.update(repr((array.shape, array.dtype.str)).encode())
            found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()
