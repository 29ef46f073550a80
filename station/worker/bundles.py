"""Which bundle looks at the scans of a lane."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from data.errors import (
    BundleError,
    DeviceError,
    ExpiredError,
    TrustError,
    UnsignedError,
)
from data.scan import Scan, ScanKind
from detector.bundle import Bundle, default_bundle_path, read_bundle
from detector.manifest import GraphKind
from detector.operating_point import OperatingPoint
from detector.pipeline import Detector
from detector.switching import CURRENT, open_current
from detector.trust import find_pinned
from station.codes import LaneCode
from station.config import DetectorConfig
from station.worker.looking import explain


class NoBundleError(BundleError):
    """No bundle was put in use, and the one that ships may not run."""


CAUSES: Final[tuple[tuple[type[Exception], LaneCode], ...]] = (
    (NoBundleError, "lane.no_bundle"),
    (ExpiredError, "lane.expired"),
    (UnsignedError, "lane.unsigned"),
    (TrustError, "lane.untrusted"),
    (BundleError, "lane.bundle"),
    (DeviceError, "lane.device"),
)
"""What keeps a lane from looking; the first class that fits counts."""


@dataclass(slots=True)
class BundleKeeper:
    """Opens the bundle in use, and opens it anew when another is put in use.

    Args:
        config: What may look.
        site: The data folder, in which `bundle use` points at the bundle.
    """

    config: DetectorConfig
    site: Path
    _detector: Detector | None = field(default=None, init=False)
    _error: str = field(default="No bundle was opened yet.", init=False)
    _code: LaneCode = field(default="lane.starting", init=False)
    _stamp: object = field(default=None, init=False)

    @property
    def detector(self) -> Detector | None:
        """What looks; None if nothing may."""
        return self._detector

    @property
    def error(self) -> str:
        """Why nothing looks; empty if something does."""
        return "" if self._detector is not None else self._error

    @property
    def code(self) -> LaneCode | None:
        """What that is, for pages; None if something looks."""
        return None if self._detector is not None else self._code

    def refresh(self) -> bool:
        """Open the bundle in use, if another is in use than before, or none runs.

        Returns:
            Whether anything changed.
        """
        stamp = self._read_stamp()
        if self._stamp == stamp and self._detector is not None:
            return False
        before = self.error
        self._stamp = stamp
        try:
            self._detector = self._open()
        except Exception as error:  # noqa: BLE001 - a lane takes in all the same
            self._detector, self._error = None, explain(error)
            self._code = name_cause(error)
        return self._detector is not None or self.error != before

    def describe(self, kind: ScanKind | None = None) -> dict[str, Any] | None:
        """What looks, for records and pages; None if nothing does.

        Args:
            kind: Of the scans that it looks at; None for the first kind it can.
        """
        if self._detector is None:
            return None
        bundle = self._detector.bundle
        manifest = bundle.manifest
        graphs = manifest.graphs
        wanted: GraphKind = "display" if kind == "display" else "dual"
        entry = graphs.get(wanted) or next(iter(graphs.values()))
        point = self._detector.operating_point or entry.operating_points[0]
        return {
            "name": manifest.name,
            "version": manifest.version,
            "sha256": bundle.sha256,
            "signed_by": bundle.signed_by,
            "device": self._detector.device,
            "operating_point": point.model_dump(mode="json"),
        }

    def _read_stamp(self) -> object:
        try:
            return (self.site / CURRENT).read_bytes()
        except OSError:
            return None

    def _open(self) -> Detector:
        bundle = self._open_bundle()
        point = None
        if self.config.threshold is not None:
            point = OperatingPoint(name="site", threshold=self.config.threshold)
        detector = Detector(
            bundle,
            device=self.config.device,
            threads=self.config.threads,
            operating_point=point,
        )
        _warm(detector)
        return detector

    def _open_bundle(self) -> Bundle:
        if self._stamp is None:
            return self._open_default()
        pinned = find_pinned(self.config.trust)
        return open_current(
            self.site, pinned=pinned, allow_unsigned=self.config.allow_unsigned
        )

    def _open_default(self) -> Bundle:
        if not self.config.allow_unsigned:
            msg = (
                "No bundle is in use. Put a signed one in use: cargosight station use "
                "BUNDLE; or say allow_unsigned in [detector] to run the default one."
            )
            raise NoBundleError(msg)
        return read_bundle(default_bundle_path())


def name_cause(error: Exception) -> LaneCode:
    """What keeps a lane from looking, for pages.

    Args:
        error: What was met when the bundle was opened.

    Example:
        >>> name_cause(DeviceError("no GPU"))
        'lane.device'
    """
    return next(
        (code for kind, code in CAUSES if isinstance(error, kind)), "lane.other"
    )


def _warm(detector: Detector) -> None:
    """Load the graph that most scans need, before the first one comes."""
    rows = 64
    ones = np.full((2, rows), 60_000, np.float32)
    counts = np.full((rows, 128), 60_000, np.uint16)
    scan = Scan(high=counts, low=counts, air=ones, dark=ones * 0)
    if "dual" in detector.bundle.manifest.graphs:
        info = scan.info.model_copy(update={"pitch_mm": (4.0, 4.0)})
        detector.detect(replace(scan, info=info))
