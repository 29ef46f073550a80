"""Keep people out of stored pictures: the cab of the lorry is blanked."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from data.formats import estimate_air
from data.scan import Picture, Scan
from detector.boxes import Boxes
from detector.container_view import ContainerView

MARGIN_PX: Final = 16
"""Around an alarm, which is kept."""

_LEAST_AIR: Final = 1

Mask = npt.NDArray[np.bool_]


def mask_cab(
    scan: Scan,
    containers: Sequence[ContainerView],
    side: Literal["left", "right"],
    keep: Boxes,
) -> tuple[Scan, tuple[int, int]] | None:
    """Blank what lies beyond the outermost container of a scan.

    Counts become those of air; a picture becomes as bright as its air. Alarms stay to
    be seen, with a margin.

    Args:
        scan: All of it.
        containers: That were told apart in it.
        side: On which the cab is.
        keep: (N, 4), alarms, px of the scan.

    Returns:
        The scan, and the columns that were blanked, half-open; they may be none. None
        if there is no container: then nobody can say where the cab ends, and evidence
        weighs more than a picture of a driver, so the scan is to be stored as it is,
        and the event to say so.
    """
    if not containers:
        return None
    width, height = scan.size
    if side == "left":
        start, end = 0, int(min(view.box[0] for view in containers))
    else:
        start, end = int(np.ceil(max(view.box[2] for view in containers))), width
    start, end = min(max(start, 0), width), min(max(end, 0), width)
    blank = np.zeros((height, width), bool)
    blank[:, start:end] = True
    for x0, y0, x1, y1 in keep:
        rows = slice(max(int(y0) - MARGIN_PX, 0), max(int(y1) + MARGIN_PX + 1, 0))
        columns = slice(max(int(x0) - MARGIN_PX, 0), max(int(x1) + MARGIN_PX + 1, 0))
        blank[rows, columns] = False
    return _blank(scan, blank), (start, max(start, end))


def _blank(scan: Scan, blank: Mask) -> Scan:
    if scan.display is not None:
        return replace(scan, display=_fill(scan.display, blank, _find_air(scan)))
    assert scan.air is not None  # noqa: S101 - counts have levels
    air = np.rint(scan.air).clip(0, 65535).astype(np.uint16)
    high = _fill(scan.high, blank, np.broadcast_to(air[0, :, None], blank.shape))
    if scan.low is None:
        return replace(scan, high=high)
    low = _fill(scan.low, blank, np.broadcast_to(air[1, :, None], blank.shape))
    return replace(scan, high=high, low=low)


def _fill(plane: Any, blank: Mask, value: npt.NDArray[Any]) -> Any:
    """A copy of a plane with other pixels where it is blanked."""
    where = blank if plane.ndim == 2 else blank[..., None]
    return np.where(where, value, plane)


def _find_air(scan: Scan) -> Picture:
    """The colour of air in a picture, (3,) uint8."""
    assert scan.display is not None  # noqa: S101 - the caller looked
    planes = np.moveaxis(scan.display, 2, 0).astype(np.uint16)
    levels = [max(round(estimate_air(plane)), _LEAST_AIR) for plane in planes]
    return np.array(levels, np.uint8)
