"""What a scan is: the readings of one X-ray picture and what is known of it."""

from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from data.errors import ScanError
from data.physics.transmission import measure_transmission

Counts = npt.NDArray[np.uint16]
Levels = npt.NDArray[np.float32]
Picture = npt.NDArray[np.uint8]
ScanKind = Literal["dual", "single", "display"]

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class ScanInfo(BaseModel):
    """What is known of a scan besides its readings; stored as JSON in native files.

    Attributes:
        pitch_mm: Pixel pitch (x, y) at the object's plane, mm. None if unknown.
        pitch_source: Who says so: "file", "profile", "simulation", "user".
        energies_mv: Endpoint energies of the planes, MV: (high,) or (high, low).
            Empty if unknown.
        scanner: Scanner profile or model.
        view: Which view of the inspection this is, such as "side" or "top".
        acquired: When the scan was made, with its time zone.
        containers: Container numbers (ISO 6346), left to right.
        air_source: Who states the air level: "file", "profile" or "estimated".
        synthetic: Whether simulated or projected; never reset.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    pitch_mm: tuple[Positive, Positive] | None = None
    pitch_source: str | None = None
    energies_mv: tuple[Positive, ...] = ()
    scanner: str | None = None
    view: str | None = None
    acquired: AwareDatetime | None = None
    containers: tuple[str, ...] = ()
    air_source: Literal["file", "profile", "estimated"] | None = None
    synthetic: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """One X-ray picture of one object: detector readings, or a vendor's rendering.

    Either `high` (with or without `low`) or `display` is given, never both. The arrays
    are read-only.

    Attributes:
        high: (H, W) uint16, counts of the higher beam energy.
        low: (H, W) uint16, counts of the lower beam energy, registered with `high`.
        display: (H, W, 3) uint8 RGB, where only the vendor's rendering is to be had.
        air: (P, H) float32, counts with nothing in the beam, for each of the P planes
            (high, then low) and each row.
        dark: (P, H) float32, counts without a beam.
        info: What else is known.

    Raises:
        ScanError: If the parts do not fit together.
    """

    high: Counts | None = None
    low: Counts | None = None
    display: Picture | None = None
    air: Levels | None = None
    dark: Levels | None = None
    info: ScanInfo = field(default_factory=ScanInfo)

    def __post_init__(self) -> None:
        """Check the parts against each other and lock them."""
        if (self.high is None) == (self.display is None):
            msg = "A scan has either counts or a display picture. Give one of them."
            raise ScanError(msg)
        if self.display is None:
            self._check_counts()
        else:
            self._check_display()
        for name in ("high", "low", "display", "air", "dark"):
            self._lock(name)

    @property
    def kind(self) -> ScanKind:
        """Which readings there are."""
        if self.display is not None:
            return "display"
        return "single" if self.low is None else "dual"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, px."""
        plane = self.display if self.high is None else self.high
        assert plane is not None  # noqa: S101 - one of them is there, see __post_init__
        return plane.shape[1], plane.shape[0]

    def transmission(self, plane: Literal["high", "low"]) -> Levels:
        """Transmission of a plane, see `data.physics.measure_transmission`.

        Args:
            plane: Which one.

        Returns:
            (H, W) float32, unclipped.

        Raises:
            ScanError: If the scan has no such plane.
        """
        counts = self.high if plane == "high" else self.low
        if counts is None or self.air is None or self.dark is None:
            msg = f"A {self.kind} scan has no {plane} plane."
            raise ScanError(msg)
        row = 0 if plane == "high" else 1
        return measure_transmission(counts, self.air[row], self.dark[row])

    def _check_display(self) -> None:
        picture = self.display
        if self.low is not None or self.air is not None or self.dark is not None:
            msg = "A display scan has no low plane, air or dark. Leave them out."
            raise ScanError(msg)
        _check_array("display", picture, np.uint8, (None, None, 3))

    def _check_counts(self) -> None:
        _check_array("high", self.high, np.uint16, (None, None))
        shape = self.size[::-1]
        if self.low is not None:
            _check_array("low", self.low, np.uint16, shape)
        levels = (1 if self.low is None else 2, shape[0])
        _check_array("air", self.air, np.float32, levels)
        _check_array("dark", self.dark, np.float32, levels)
        assert self.air is not None  # noqa: S101 - checked two lines above
        assert self.dark is not None  # noqa: S101
        finite = np.isfinite(self.air) & np.isfinite(self.dark)
        if not (finite & (self.air - self.dark >= 1)).all():
            msg = "Air must be at least one count above dark in every row."
            raise ScanError(msg)

    def _lock(self, name: str) -> None:
        array = getattr(self, name)
        if array is not None:
            locked = array.view()
            locked.flags.writeable = False
            object.__setattr__(self, name, locked)


def take_columns(scan: Scan, start: int, end: int) -> Scan:
    """Some columns of a scan, as a scan of their own; nothing is copied.

    Args:
        scan: Any scan.
        start: First column.
        end: Column after the last; columns that are not there are left out.

    Raises:
        ScanError: If none is left.
    """
    part = slice(start, end)
    if scan.display is not None:
        return replace(scan, display=scan.display[:, part])
    low = None if scan.low is None else scan.low[:, part]
    assert scan.high is not None  # noqa: S101 - no picture
    return replace(scan, high=scan.high[:, part], low=low)


def _check_array(
    name: str, array: Any, dtype: type, shape: tuple[int | None, ...]
) -> None:
    met = (
        (np.shape(array), getattr(array, "dtype", None)) if array is not None else None
    )
    fits = (
        isinstance(array, np.ndarray)
        and array.dtype == dtype
        and array.ndim == len(shape)
        and array.size > 0
        and all(
            want in (None, got) for want, got in zip(shape, array.shape, strict=True)
        )
    )
    if not fits:
        wanted = "(" + ", ".join("any" if n is None else str(n) for n in shape) + ")"
        msg = f"{name} must be a {wanted} array of {np.dtype(dtype)}, not {met}."
        raise ScanError(msg)
