"""The figures of image quality: their names, units, and which way is better."""

from dataclasses import dataclass
from typing import Final, Literal

from data.quality.plane import PlaneName

Better = Literal["more", "less", "near"]
Bound = Literal["", "over", "under"]


@dataclass(frozen=True, slots=True)
class FigureKind:
    """What a figure says.

    Attributes:
        what: In words.
        unit: Of its value; empty for a number of things.
        better: Whether more, less, or what is near its usual value is better.
        digits: After the point.
        of_scan: Whether it is of the whole scan rather than of each plane.
        needs: What a scan must have for it to be measured.
    """

    what: str
    unit: str
    better: Better
    digits: int
    of_scan: bool = False
    needs: Literal["", "two planes", "stated air"] = ""


FIGURES: Final = {
    "penetration_mm": FigureKind("penetration, steel", "mm", "more", 0),
    "contrast_percent": FigureKind("contrast sensitivity, steel", "%", "less", 2),
    "wire_air_mm": FigureKind("wire detection in air", "mm", "less", 2),
    "wire_plate_mm": FigureKind("wire detection behind the plate", "mm", "less", 2),
    "edge_x_px": FigureKind("edge along x, 10 to 90 %", "px", "less", 2),
    "edge_y_px": FigureKind("edge along y, 10 to 90 %", "px", "less", 2),
    "mtf50_x": FigureKind("half modulation along x", "1/px", "more", 3),
    "mtf50_y": FigureKind("half modulation along y", "1/px", "more", 3),
    "blur_x_px": FigureKind("blur along x", "px", "less", 2),
    "blur_y_px": FigureKind("blur along y", "px", "less", 2),
    "air_noise_percent": FigureKind("noise of a pixel in air", "%", "less", 3),
    "photons": FigureKind("noise-equivalent photons in air", "", "more", 0),
    "air_level_percent": FigureKind(
        "air over its stated level", "%", "near", 2, needs="stated air"
    ),
    "saturated_percent": FigureKind("air at the top of its range", "%", "less", 2),
    "row_stripes_percent": FigureKind("stripes, row to row", "%", "less", 3),
    "column_stripes_percent": FigureKind("stripes, column to column", "%", "less", 3),
    "dead_rows": FigureKind("dead rows", "", "less", 0),
    "hot_rows": FigureKind("hot or noisy rows", "", "less", 0),
    "misfires": FigureKind("columns with a misfire", "", "less", 0),
    "offset_px": FigureKind(
        "low plane off the high one", "px", "less", 2, of_scan=True, needs="two planes"
    ),
    "stretch_percent": FigureKind(
        "stretch along the scan", "%", "near", 2, of_scan=True
    ),
    "warp_x_px": FigureKind("warp along the scan", "px", "less", 2, of_scan=True),
    "warp_y_px": FigureKind("warp up and down", "px", "less", 2, of_scan=True),
}
"""What is measured, by name, in the order in which it is shown."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a scan.

    Attributes:
        name: One of `FIGURES`.
        plane: Whose it is; "scan" if of the whole scan.
        value: In the unit of its kind.
        bound: "over" or "under" if all that is known is that it is more or less.
    """

    name: str
    plane: PlaneName | Literal["scan"]
    value: float
    bound: Bound = ""

    @property
    def key(self) -> str:
        """Plane and name, such as "high.penetration_mm"."""
        return f"{self.plane}.{self.name}"

    def __str__(self) -> str:
        """Value and unit, for a person."""
        return show_value(self.name, self.value, self.bound)


def show_value(name: str, value: float, bound: Bound = "") -> str:
    """A value with its unit.

    Args:
        name: One of `FIGURES`.
        value: In its unit.
        bound: As for `Figure`.

    Example:
        >>> show_value("penetration_mm", 449.7, "over")
        'over 450 mm'
    """
    kind = FIGURES[name]
    words = (bound, f"{value:,.{kind.digits}f}", kind.unit)
    return " ".join(word for word in words if word)
