"""What a scan is like, in a few figures."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from benchmark.acceptance.image_statistics import measure_image
from data.physics.transmission import to_attenuation
from data.rendering import render_grey
from data.scan import Scan, ScanKind

Levels = npt.NDArray[np.float32]

EDGES: Final = (0.05, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.5, 6.5)
"""Attenuations between the classes of the histogram, nepers."""

CLASSES: Final = (
    f"area of attenuation under {EDGES[0]:g}",
    *(f"area of attenuation {low:g} to {high:g}" for low, high in pairwise(EDGES)),
    f"area of attenuation over {EDGES[-1]:g}",
)
"""What the classes are called."""

_LEAST_PX: Final = 8

_LOGARITHMS: Final = frozenset(
    {"pitch_mm", "noise", "air_counts", "blur_x", "blur_y", "attenuation"}
)
"""Figures that differ by factors: their logarithms are compared."""

_KEPT: Final = (
    "air_counts",
    "noise",
    "blur_x",
    "blur_y",
    "row_stripes",
    "dead_rows",
    "matter",
    "attenuation",
    "attenuation_high",
)
"""Image statistics that tell scanners and cargo apart."""

_SMALLEST: Final = 1e-6


class Portrait(BaseModel):
    """What a scan is like.

    Attributes:
        kind: Which readings it has.
        scanner: Scanner profile or model, where stated.
        figures: Image statistics and pixel pitch (mm), those that could be measured;
            see `benchmark.acceptance.image_statistics`.
        histogram: Share of its pixels in each class of attenuation, see `EDGES`; of a
            display scan its brightness stands for transmission.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    kind: ScanKind
    scanner: str | None
    figures: dict[str, float]
    histogram: Annotated[
        tuple[float, ...], Field(min_length=len(CLASSES), max_length=len(CLASSES))
    ]

    def coordinates(self) -> dict[str, float]:
        """What portraits are compared by: figures on their scales, and the histogram.

        The histogram comes as square roots of shares, so that rare classes count too.
        """
        named = {
            name: float(np.log(max(value, _SMALLEST))) if name in _LOGARITHMS else value
            for name, value in self.figures.items()
        }
        roots = (float(np.sqrt(share)) for share in self.histogram)
        return named | dict(zip(CLASSES, roots, strict=True))


def draw_portrait(scan: Scan) -> Portrait:
    """Measure what a scan is like.

    Args:
        scan: Any scan; of one under 8 x 8 px only the histogram is taken.
    """
    return Portrait(
        kind=scan.kind,
        scanner=scan.info.scanner,
        figures=dict(_measure(scan)),
        histogram=_count(scan),
    )


def _measure(scan: Scan) -> Iterator[tuple[str, float]]:
    if scan.info.pitch_mm is not None:
        yield "pitch_mm", scan.info.pitch_mm[0]
    if min(scan.size) < _LEAST_PX:
        return
    measured = measure_image(scan)
    for name in _KEPT:
        value = getattr(measured, name)
        if value is not None and np.isfinite(value):
            yield name, float(value)


def _count(scan: Scan) -> tuple[float, ...]:
    classes = np.digitize(to_attenuation(_see(scan)), EDGES)
    counts = np.bincount(classes.ravel(), minlength=len(EDGES) + 1)
    return tuple((counts / classes.size).round(6).tolist())


def _see(scan: Scan) -> Levels:
    if scan.display is None:
        return scan.transmission("high")
    return render_grey(scan).astype(np.float32) / np.float32(255)
