"""The containers of a scan, each for itself: where it is, and how much is opaque."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.transmission import to_attenuation
from detector.boxes import Boxes, clip_boxes, scale_boxes
from detector.containers import Container, Kind, assign_boxes, find_containers
from detector.encoding import REDUCED, Overview, Shape
from detector.opacity import Mask

_DEEP: Final = 1e6
"""Lower than any scan, px: what hangs under a container is reported with it."""


@dataclass(frozen=True, slots=True)
class ContainerView:
    """One container of a scan.

    Attributes:
        container: Where it is, px of the scan.
        opaque_fraction: Share of its area where nothing can be said; None for display
            scans.
    """

    container: Container
    opaque_fraction: float | None

    @property
    def box(self) -> tuple[float, float, float, float]:
        """x0, y0, x1, y1, px of the scan."""
        one = self.container
        return one.x0, one.y0, one.x1, one.y1

    @property
    def kind(self) -> Kind | None:
        """What its length says."""
        return self.container.kind


def view_containers(
    overview: Overview, shape: Shape, pitch_mm: float, width: int
) -> tuple[ContainerView, ...]:
    """Find the containers of a scan, and how much of each is opaque.

    Args:
        overview: Of the scan.
        shape: How the scan became planes.
        pitch_mm: Of the planes, mm a pixel.
        width: Of the scan, px.

    Returns:
        From left to right; none if there are none.
    """
    attenuation = to_attenuation(overview.picture)
    found = find_containers(attenuation, pitch_mm=pitch_mm * REDUCED)
    if not found:
        return ()
    boxes = np.array([(one.x0, one.y0, one.x1, one.y1) for one in found], np.float32)
    opaque = overview.opaque
    shares = [_share(opaque, box * REDUCED) for box in boxes]
    factors = REDUCED / shape.across, REDUCED / shape.down
    places = clip_boxes(scale_boxes(boxes, *factors), width, shape.rows)
    return tuple(
        ContainerView(_place(place, one), share)
        for one, place, share in zip(found, places, shares, strict=True)
    )


def sort_into(boxes: Boxes, views: tuple[ContainerView, ...]) -> npt.NDArray[np.intp]:
    """Say which container each box lies in, above or below.

    Args:
        boxes: (N, 4), px of the scan.
        views: The containers of it.

    Returns:
        (N,) its number, from 0; -1 where it lies beside all of them.
    """
    columns = [replace(view.container, y0=0.0, y1=_DEEP) for view in views]
    return assign_boxes(boxes, columns)


def _place(box: Boxes, container: Container) -> Container:
    x0, y0, x1, y1 = map(float, box)
    return Container(x0, y0, x1, y1, container.kind)


def _share(opaque: Mask | None, box: Boxes) -> float | None:
    """Share of a box that is opaque."""
    if opaque is None:
        return None
    x0, y0, x1, y1 = box.round().astype(int).clip(0)
    inside = opaque[y0:y1, x0:x1]
    return float(inside.mean()) if inside.size else 0.0
