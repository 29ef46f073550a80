"""The input and the output of a graph, and the tiles that fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from data.errors import BundleError

FREE_SIDES: Final = (128, 4096)
"""Least and largest width and height of a tile of any shape, px."""

STRIDE: Final = 32
"""Tile sides are multiples of it, px: the coarsest grid on which networks answer."""


@dataclass(frozen=True, slots=True)
class Port:
    """The input or the output of a graph.

    Attributes:
        name: Its name in the graph.
        shape: Its dimensions; None where any number goes.
    """

    name: str
    shape: tuple[int | None, ...]


def read_input(inputs: Sequence[Any]) -> Port:
    """The one input of a graph: tiles.

    Args:
        inputs: What onnxruntime says of a session's inputs.

    Raises:
        BundleError: If it takes anything else.
    """
    met = [(node.type, list(node.shape)) for node in inputs]
    fits = len(met) == 1 and met[0][0] == "tensor(uint8)" and len(met[0][1]) == 4
    if fits and _takes_tiles(_as_port(inputs[0]).shape):
        return _as_port(inputs[0])
    msg = (
        f"The graph takes {_describe(met)}. It must take one tensor(uint8) "
        f"[N, 3, S, S] with any N and a fixed S, or [N, 3, H, W] with any N, H and W. "
        f"Export it again."
    )
    raise BundleError(msg)


def _takes_tiles(shape: Sequence[int | None]) -> bool:
    count, planes, height, width = shape
    return count is None and planes == 3 and height == width and height != 0


def read_output(outputs: Sequence[Any]) -> Port:
    """The one output of a graph: boxes.

    Args:
        outputs: What onnxruntime says of a session's outputs.

    Raises:
        BundleError: If it gives anything else.
    """
    met = [(node.type, list(node.shape)) for node in outputs]
    fits = (
        len(met) == 1
        and met[0][0] == "tensor(float)"
        and len(met[0][1]) == 3
        and met[0][1][2] == 6
    )
    if not fits:
        msg = (
            f"The graph gives {_describe(met)}. It must give one tensor(float) "
            f"[N, K, 6]. Export it again."
        )
        raise BundleError(msg)
    return _as_port(outputs[0])


def _as_port(node: Any) -> Port:
    sides = [side if isinstance(side, int) else None for side in node.shape]
    return Port(str(node.name), tuple(sides))


def _describe(nodes: Sequence[tuple[str, list[object]]]) -> str:
    return " and ".join(f"{kind} {shape}" for kind, shape in nodes) or "nothing"


def check_tiles(tiles: npt.NDArray[np.uint8], side: int | None) -> None:
    """Refuse what is no batch of tiles.

    Args:
        tiles: (N, 3, H, W) uint8.
        side: H and W, px; None for any.

    Raises:
        BundleError: If they are of another shape or type.
    """
    shape = np.shape(tiles)
    fits = (
        len(shape) == 4
        and shape[1] == 3
        and (side is None or shape[2:] == (side, side))
    )
    if not fits or getattr(tiles, "dtype", None) != np.uint8:
        sides = "H, W" if side is None else f"{side}, {side}"
        msg = (
            f"Tiles must be (N, 3, {sides}) uint8, "
            f"not {shape} {getattr(tiles, 'dtype', type(tiles))}."
        )
        raise BundleError(msg)


def check_shape(tiles: npt.NDArray[np.uint8]) -> None:
    """Refuse tiles that no graph takes, if it takes tiles of any shape.

    Args:
        tiles: (N, 3, H, W) uint8.

    Raises:
        BundleError: If a side is no multiple of 32 px from 128 to 4096.
    """
    height, width = tiles.shape[2:]
    least, most = FREE_SIDES
    if any(not least <= side <= most or side % STRIDE for side in (height, width)):
        msg = (
            f"The graph cannot take tiles of {width} x {height} px. Choose multiples "
            f"of {STRIDE} px from {least} to {most} px."
        )
        raise BundleError(msg)
