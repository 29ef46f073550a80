"""The steel that a layout states, as solids."""

import math
from typing import Final

import numpy as np

from data.errors import QualityError
from data.physics.materials import STEEL
from data.quality.layout import Layout, WirePatch
from data.simulation.geometry.meshes import BOX, make_cylinder
from data.simulation.geometry.solids import Solids
from data.simulation.geometry.turns import ALONG_X, turn_about

_SIDES: Final = 32


def build_object(layout: Layout) -> Solids:
    """Build a test object: its pieces and its wires.

    Args:
        layout: In mm.

    Returns:
        Solids with the layout's corner at x = y = 0, y upwards, its plane at z = 0.

    Raises:
        QualityError: If the layout is in px.
    """
    if layout.unit != "mm":
        msg = f"Layout {layout.name} is in px. One in mm is needed to simulate."
        raise QualityError(msg)
    solids = Solids()
    for piece in layout.pieces:
        x0, y0, x1, y1 = piece.box
        size = (x1 - x0, y1 - y0, piece.steel_mm)
        centre = ((x0 + x1) / 2, -(y0 + y1) / 2, piece.front_mm + piece.steel_mm / 2)
        turn = turn_about(2, -math.radians(piece.turn_deg))
        solids.add(BOX, size, centre, STEEL, turn=turn)
    for wire in layout.of_kind(WirePatch):
        _add_wire(solids, wire)
    return solids


def _add_wire(solids: Solids, wire: WirePatch) -> None:
    """A wire right before the object's plane, of the very cross-section of a circle."""
    start, end = np.array(wire.start), np.array(wire.end)
    along = (end - start) * [1, -1]
    turn = turn_about(2, math.atan2(along[1], along[0])) @ ALONG_X
    across = wire.diameter_mm * math.sqrt(_circle_over_polygon())
    size = (across, across, float(np.hypot(*along)))
    middle = (start + end) / 2
    centre = (middle[0], -middle[1], -wire.diameter_mm / 2)
    solids.add(make_cylinder(_SIDES), size, centre, STEEL, turn=turn)


def _circle_over_polygon() -> float:
    """Area of a circle over that of the polygon inscribed in it."""
    return 2 * math.pi / (_SIDES * math.sin(2 * math.pi / _SIDES))
