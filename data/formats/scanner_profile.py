"""Scanner profiles: TOML files that state how a scanner lays out its raw planes."""

import json
import tomllib
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from data.errors import ScannerProfileError
from data.formats.metadata import Level, list_faults
from data.scan import Positive

PlaneName = Literal["high", "low", "material"]
Side = Annotated[int, Field(ge=1, le=1_000_000)]
NameEnding = Annotated[str, Field(min_length=2, pattern=r"^[^/\\]+$")]

_ENDING: Final = ".toml"


class PlaneFiles(BaseModel):
    """Name endings of planes that are files of their own, such as "_HE.img".

    Planes that are not named here, such as an 8-bit material plane, are left alone.

    Attributes:
        high: Of the high plane; a scan goes by this file.
        low: Of the low plane, which may be missing on disk. None if there is none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    high: NameEnding
    low: NameEnding | None = None


class ScannerProfile(BaseModel):
    """How a scanner writes its raw planes. See the shipped examples in data/scanners.

    Either `endings` and `panels` (all planes in one file) or `plane_files` (one file a
    plane) is given; either `sizes`, or `width` with the height from the file's size.

    Attributes:
        name: What scans of this profile name as their scanner.
        verified: Whether someone held it against scans of a real scanner.
        endings: File endings, with the dot.
        panels: Planes of one file, in their order there. Material is skipped.
        layout: "stacked": one panel after the other; "side_by_side": every row of the
            file holds a row of each panel; "interleaved": every pixel of the file holds
            a reading of each panel.
        plane_files: Name endings where each plane has a file of its own.
        dtype: Type of a reading. A file with readings over 65535 is refused.
        byte_order: Of a reading.
        header_bytes: Bytes before the first reading, in every file.
        footer_bytes: Bytes after the last reading, in every file.
        magic: First bytes of every file, as hexadecimal digits.
        sizes: Widths and heights of a panel as stored, px; the file's size decides.
        width: Width of a panel as stored, px.
        quarter_turns: Counter-clockwise turns that bring a stored panel upright.
        flip_x: Whether to mirror left and right, after turning.
        flip_y: Whether to mirror top and bottom, after turning.
        polarity: "bright_air", or "dark_air" where readings rise with attenuation; they
            are then turned over (full_scale - reading), before `air` and `dark` apply.
        full_scale: Largest reading that a file can hold, such as 4095 of 12 bits.
        air: Counts with nothing in the beam, or "estimate".
        dark: Counts without a beam.
        pitch_mm: Pixel pitch (x, y) of the upright scan at the object's plane, mm.
        energies_mv: Endpoint energies, MV: (high,) or (high, low).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: Annotated[str, Field(min_length=1)]
    verified: bool
    endings: tuple[Annotated[str, Field(pattern=r"^\.[^/\\]+$")], ...] = ()
    panels: tuple[PlaneName, ...] = ()
    layout: Literal["stacked", "side_by_side", "interleaved"] = "stacked"
    plane_files: PlaneFiles | None = None
    dtype: Literal["uint8", "uint16", "uint32"]
    byte_order: Literal["big", "little"]
    header_bytes: Annotated[int, Field(ge=0, le=2**24)] = 0
    footer_bytes: Annotated[int, Field(ge=0, le=2**24)] = 0
    magic: Annotated[str, Field(pattern=r"^([0-9a-fA-F]{2})*$")] = ""
    sizes: tuple[tuple[Side, Side], ...] = ()
    width: Side | None = None
    quarter_turns: Annotated[int, Field(ge=0, le=3)] = 0
    flip_x: bool = False
    flip_y: bool = False
    polarity: Literal["bright_air", "dark_air"]
    full_scale: Annotated[int, Field(ge=1, le=65535)] = 65535
    air: Literal["estimate"] | Level
    dark: Level = 0.0
    pitch_mm: tuple[Positive, Positive] | None = None
    energies_mv: tuple[Positive, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = [*self._check_planes(), *self._check_levels()]
        if bool(self.sizes) == (self.width is not None):
            faults.append("give either sizes or width")
        if self.header_bytes < len(bytes.fromhex(self.magic)):
            faults.append("magic must lie within header_bytes")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _check_planes(self) -> list[str]:
        if self.plane_files is not None:
            taken = self.endings or self.panels
            return ["give either plane_files or endings and panels"] if taken else []
        faults = []
        if not self.endings or not self.panels:
            faults.append("give endings and panels, or plane_files")
        if self.panels and self.panels.count("high") != 1:
            faults.append("panels must hold high once")
        if self.panels.count("low") > 1:
            faults.append("panels must hold low once at most")
        return faults

    def _check_levels(self) -> list[str]:
        faults = []
        if self.air != "estimate" and self.air - self.dark < 1:
            faults.append("air must be at least one count above dark")
        if len(self.energies_mv) > 2:
            faults.append("energies_mv must be (high,) or (high, low)")
        return faults

    def reads(self, path: Path) -> bool:
        """Tell whether a file is named as one that this profile reads."""
        return path.name.lower().endswith(tuple(self.list_endings()))

    def list_endings(self) -> list[str]:
        """List the endings of the files that this profile reads, in lower case."""
        if self.plane_files is None:
            return [ending.lower() for ending in self.endings]
        files = (self.plane_files.high, self.plane_files.low)
        return [ending.lower() for ending in files if ending is not None]


def load_profile(name_or_path: str | Path) -> ScannerProfile:
    """Load a scanner profile.

    Args:
        name_or_path: Name of a shipped profile, or a .toml file.

    Raises:
        ScannerProfileError: If it is unknown or wrong; all faults are named.

    Example:
        >>> load_profile("fs6000").byte_order
        'big'
    """
    text = _read_text(name_or_path)
    try:
        content: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        msg = f"Scanner profile {name_or_path} is not TOML: {error}. Correct it."
        raise ScannerProfileError(msg) from error
    try:
        # By way of JSON, where strict types take a list for a tuple.
        return ScannerProfile.model_validate_json(json.dumps(content, default=str))
    except ValidationError as error:
        faults = list_faults(error)
        msg = f"Scanner profile {name_or_path} is wrong: {faults}. Correct it."
        raise ScannerProfileError(msg) from error


def list_profiles() -> list[str]:
    """List the names of the shipped profiles."""
    names = (file.name for file in _shipped().iterdir())
    return sorted(name.removesuffix(_ENDING) for name in names if _ENDING in name)


def _shipped() -> Traversable:
    return resources.files("data").joinpath("scanners")


def _read_text(name_or_path: str | Path) -> str:
    name = str(name_or_path)
    if not name.endswith(_ENDING):
        if name not in list_profiles():
            known = ", ".join(list_profiles())
            msg = (
                f"There is no scanner profile {name}. Take one of {known}, or name a "
                f"{_ENDING} file."
            )
            raise ScannerProfileError(msg)
        return _shipped().joinpath(name + _ENDING).read_text(encoding="utf-8")
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        msg = f"Scanner profile {name} cannot be read: {why}. Check the file."
        raise ScannerProfileError(msg) from error
