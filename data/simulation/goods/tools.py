"""Tool boxes with tools."""

from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.materials import POLYETHYLENE, STEEL, WINDINGS, WOOD
from data.simulation.geometry.meshes import BOX, PRISM, make_cylinder
from data.simulation.geometry.turns import ALONG_X, turn_about
from data.simulation.loading.load import Load

Reals = npt.NDArray[np.float64]

TOOL_BOX_MM: Final = np.array([560.0, 260.0, 280.0])
"""Outside extent of a tool box."""

_WALL_MM: Final = 1.2
_HEX: Final = make_cylinder(6)
_EACH: Final = 5


def add_tool_boxes(
    load: Load, rng: np.random.Generator, centres: npt.ArrayLike
) -> None:
    """Add chests of sheet steel with spanners, hammers, sockets, a drill, and a niche.

    Args:
        load: To add them to.
        rng: Source of chance.
        centres: (N, 3), mm. Each is 560 x 260 x 280 mm.
    """
    middles = np.reshape(np.asarray(centres, np.float64), (-1, 3))
    if not len(middles):
        return
    solids = load.solids
    solids.add_shell(TOOL_BOX_MM, _WALL_MM, middles, STEEL)
    tray = TOOL_BOX_MM * [0.96, 0, 0.94] + [0, 1.5, 0]
    solids.add(BOX, tray, middles + TOOL_BOX_MM * [0, 0.1, 0], STEEL)
    lying, turn = _lay(rng, middles)
    handles = rng.uniform((140, 5, 14), (330, 9, 26), lying.shape)
    solids.add(BOX, handles, lying, STEEL, turn=turn)
    for end in (-0.5, 0.5):
        jaw = lying + np.einsum("nij,nj->ni", turn, handles * [end, 0, 0])
        solids.add(_HEX, (38, 38, 9), jaw, STEEL, turn=turn_about(0, np.pi / 2))
    lying, turn = _lay(rng, middles)
    solids.add(BOX, (270, 22, 30), lying, WOOD, turn=turn)
    head = lying + np.einsum("nij,j->ni", turn, np.array([135.0, 0, 0]))
    solids.add(BOX, (30, 30, 105), head, STEEL, turn=turn)
    sockets = np.repeat(middles, 8, axis=0) + TOOL_BOX_MM * [0, 0.16, 0]
    sockets[:, 0] += np.tile(np.arange(8) - 3.5, len(middles)) * 42
    across = np.tile(np.linspace(16, 36, 8), len(middles))
    size = np.column_stack([across, across, np.full(len(across), 38.0)])
    solids.add_tube(size, 4, sockets, STEEL, mesh=PRISM)
    drill = middles - TOOL_BOX_MM * [0.2, 0.22, 0]
    solids.add(PRISM, (70, 70, 110), drill, WINDINGS, turn=ALONG_X, fill=0.5)
    solids.add(BOX, (45, 110, 40), drill - [20, 0, 60], POLYETHYLENE, fill=0.8)
    load.offer(
        "tools", middles - TOOL_BOX_MM * [0, 0.2, 0], TOOL_BOX_MM * [0.94, 0.55, 0.92]
    )


def _lay(rng: np.random.Generator, middles: Reals) -> tuple[Reals, Reals]:
    """Places and turns of a few things that lie in each box."""
    at = np.repeat(middles, _EACH, axis=0)
    spread = TOOL_BOX_MM * [0.2, 0.0, 0.25]
    at = at + rng.uniform(-0.5, 0.5, at.shape) * spread
    at[:, 1] -= TOOL_BOX_MM[1] * rng.uniform(0.25, 0.45, len(at))
    return at, turn_about(1, rng.uniform(-0.25, 0.25, len(at)))
