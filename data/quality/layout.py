"""Layouts: TOML files that state what a test object is and what is measured on it."""

import hashlib
import math
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self, TypeVar

import numpy as np
import numpy.typing as npt
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    model_validator,
)

from data.quality.toml_file import load_toml

Reals = npt.NDArray[np.float64]

STANDARD: Final = "standard"
"""The layout that ships with the project."""

_REACH: Final = 20_000.0
_PARTS: Final = 500


def _check_box(
    box: tuple[float, float, float, float],
) -> tuple[float, float, float, float]:
    if not (box[0] < box[2] and box[1] < box[3]):
        msg = "a box is left, top, right, bottom"
        raise ValueError(msg)
    return box


Place = Annotated[float, Field(ge=-_REACH, le=_REACH, allow_inf_nan=False)]
Length = Annotated[float, Field(gt=0, le=_REACH, allow_inf_nan=False)]
Thickness = Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)]
Box = Annotated[tuple[Place, Place, Place, Place], AfterValidator(_check_box)]
Point = tuple[Place, Place]
Name = Annotated[str, Field(min_length=1, max_length=60)]


class _Part(BaseModel):
    """What all parts of a layout have in common: they are strict and stay as read."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


P = TypeVar("P", bound=_Part)


class Piece(_Part):
    """A piece of steel of the test object.

    Attributes:
        box: Left, top, right, bottom before turning, in the layout's unit.
        steel_mm: Thickness along the rays, mm.
        turn_deg: Turned about its middle, clockwise as the scan shows it.
        front_mm: Where it begins behind the object's plane, mm; below 0, before it.
    """

    box: Box
    steel_mm: Thickness
    turn_deg: Annotated[float, Field(ge=-90, le=90)] = 0.0
    front_mm: Annotated[float, Field(ge=-1000, le=1000)] = 0.0

    def corners(self) -> Reals:
        """(4, 2) float64: upper left, upper right, lower right, lower left."""
        x0, y0, x1, y1 = self.box
        middle = np.array([x0 + x1, y0 + y1]) / 2
        square = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]) - middle
        cosine, sine = (f(math.radians(self.turn_deg)) for f in (math.cos, math.sin))
        turn = np.array([[cosine, -sine], [sine, cosine]])
        return np.asarray(square @ turn.T + middle)


class PenetrationPatch(_Part):
    """A step of steel, and before or behind it something that must still be seen.

    Attributes:
        name: Of its own.
        kind: "penetration".
        steel_mm: Thickness of the step, mm.
        box: The thing to be seen.
        background: The bare step, to at least one side of it.
    """

    name: Name
    kind: Literal["penetration"]
    steel_mm: Thickness
    box: Box
    background: Annotated[tuple[Box, ...], Field(min_length=1)]


class ContrastPatch(_Part):
    """A thin sheet of steel upon a thick plate.

    Attributes:
        name: Of its own.
        kind: "contrast".
        sheet_mm: Thickness of the sheet, mm.
        plate_mm: Thickness of the plate, mm.
        box: The sheet.
        background: The bare plate, to at least one side of it.
    """

    name: Name
    kind: Literal["contrast"]
    sheet_mm: Thickness
    plate_mm: Thickness
    box: Box
    background: Annotated[tuple[Box, ...], Field(min_length=1)]


class WirePatch(_Part):
    """A straight wire of steel, askew so that it crosses many rows and columns.

    Attributes:
        name: Of its own.
        kind: "wire".
        diameter_mm: Of the wire, mm.
        behind_mm: Thickness of the steel plate behind it, mm; 0 in air.
        start: One end of the wire.
        end: Its other end.
        clear: How far there is nothing else on either side of it.
    """

    name: Name
    kind: Literal["wire"]
    diameter_mm: Thickness
    behind_mm: Annotated[float, Field(ge=0, le=1000)]
    start: Point
    end: Point
    clear: Length


class EdgePatch(_Part):
    """A straight edge of a plate, a few degrees askew.

    Attributes:
        name: Of its own.
        kind: "edge".
        axis: "x" if it is crossed along x and tells the sharpness along the scan, "y"
            if it is crossed along y.
        start: Where the stretch of edge begins.
        end: Where it ends.
        clear: How far it is even on either side of it.
    """

    name: Name
    kind: Literal["edge"]
    axis: Literal["x", "y"]
    start: Point
    end: Point
    clear: Length


class AirPatch(_Part):
    """Where there is nothing.

    Attributes:
        name: Of its own.
        kind: "air".
        box: All of it air.
    """

    name: Name
    kind: Literal["air"]
    box: Box


class MarkerPatch(_Part):
    """A small block by which place, stretch and warp are measured.

    Attributes:
        name: Of its own.
        kind: "marker".
        box: The block.
    """

    name: Name
    kind: Literal["marker"]
    box: Box


Patch = Annotated[
    PenetrationPatch | ContrastPatch | WirePatch | EdgePatch | AirPatch | MarkerPatch,
    Field(discriminator="kind"),
]


class SeenFrom(_Part):
    """From where on a thing counts as seen.

    Attributes:
        penetration_cnr: Contrast-to-noise ratio of a pixel.
        contrast_cnr: Contrast-to-noise ratio of a pixel.
        wire_snr: Signal-to-noise ratio of a whole wire.
    """

    penetration_cnr: Annotated[float, Field(ge=0.05, le=100)] = 0.25
    contrast_cnr: Annotated[float, Field(ge=0.05, le=100)] = 0.5
    wire_snr: Annotated[float, Field(ge=3, le=100)] = 5.0


class Layout(_Part):
    """What a test object is made of, and what is measured on it.

    Places are (x, y), y downwards, from the object's upper left corner in the scan.

    Attributes:
        name: Of the layout.
        unit: "mm", or "px" for scanners of unknown pitch. Thicknesses are always mm.
        size: Width and height of the object.
        margin: How far from the borders of its box a patch is measured.
        seen: From where on a thing counts as seen.
        covered_rows: First row and row after the last of stretches of the array that
            never see air, such as those behind the ground, px.
        pieces: What the object is made of.
        patches: What is measured.
    """

    name: Name
    unit: Literal["mm", "px"]
    size: tuple[Length, Length]
    margin: Annotated[float, Field(ge=0, le=1000)]
    seen: SeenFrom = Field(default_factory=SeenFrom)
    covered_rows: tuple[tuple[int, int], ...] = ()
    pieces: Annotated[tuple[Piece, ...], Field(min_length=1, max_length=_PARTS)]
    patches: Annotated[tuple[Patch, ...], Field(min_length=1, max_length=_PARTS)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        names = [patch.name for patch in self.patches]
        faults = [f"{n!r} is the name of two" for n in sorted({*_twice(names)})]
        if not self.of_kind(AirPatch):
            faults.append("there is no patch of the kind air")
        faults += [
            f"nothing is left of {name!r} within the margin"
            for name, box in _list_boxes(self.patches)
            if min(box[2] - box[0], box[3] - box[1]) <= 2 * self.margin
        ]
        plates = {p.behind_mm for p in self.of_kind(WirePatch) if p.behind_mm}
        if len(plates) > 1:
            faults.append("wires may be behind plates of one thickness only")
        if len({p.plate_mm for p in self.of_kind(ContrastPatch)}) > 1:
            faults.append("sheets may be on plates of one thickness only")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @property
    def sha256(self) -> str:
        """Hash of all that it states, however it is written."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def of_kind(self, kind: type[P]) -> list[P]:
        """The patches of one kind, in their order.

        Args:
            kind: Such as `WirePatch`.
        """
        return [patch for patch in self.patches if isinstance(patch, kind)]


def _twice(names: list[str]) -> list[str]:
    return [name for number, name in enumerate(names) if name in names[:number]]


def _list_boxes(patches: tuple[Any, ...]) -> list[tuple[str, Box]]:
    """Name and box of all that is measured within the margin."""
    inside = (PenetrationPatch, ContrastPatch, AirPatch)
    boxes = [(p.name, p.box) for p in patches if isinstance(p, inside)]
    backed = [p for p in patches if isinstance(p, (PenetrationPatch, ContrastPatch))]
    return boxes + [(p.name, box) for p in backed for box in p.background]


def load_layout(name_or_path: str | Path = STANDARD) -> Layout:
    """Load the layout of a test object.

    Args:
        name_or_path: Name of a shipped layout, or a .toml file.

    Raises:
        QualityError: If it is unknown or wrong; all faults are named.

    Example:
        >>> load_layout("standard").size
        (1440.0, 710.0)
    """
    shipped = resources.files("data").joinpath("quality", "layouts")
    return load_toml(Layout, name_or_path, shipped)
