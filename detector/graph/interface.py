"""The one input and the one output of a graph."""

from typing import Final

from data.errors import BundleError
from detector.graph.parts import Graph, Signature

SIDES: Final = (32, 8192)
"""Least and largest width and height of a tile, px."""

_UINT8: Final = 2
_FLOAT: Final = 1


def check_interface(graph: Graph) -> None:
    """Refuse a graph that does not take tiles and give boxes.

    The output's shape may be unsaid: the runtime checks what comes out.

    Tiles are squares of one side, or of any height and width. Those two and the number
    of tiles are named differently: what has one name is one number to a runtime.

    Raises:
        BundleError: If it is not one uint8 [N, 3, S, S] with any N and a fixed S from
            32 to 8192, or one uint8 [N, 3, H, W] with any N, H and W; or not one
            float32 [N, K, 6]. The message lacks the file's name.
    """
    if len(graph.inputs) != 1 or not _takes_tiles(graph.inputs[0]):
        msg = (
            f"takes {_describe(graph.inputs)} where it must take one uint8 "
            f"[N, 3, S, S], any N, S from {SIDES[0]} to {SIDES[1]}, or [N, 3, H, W]"
        )
        raise BundleError(msg)
    if len(graph.outputs) != 1 or not _gives_boxes(graph.outputs[0]):
        msg = f"gives {_describe(graph.outputs)} where it must give one float [N, K, 6]"
        raise BundleError(msg)


def _takes_tiles(signature: Signature) -> bool:
    shape = signature.shape
    if signature.kind != _UINT8 or shape is None or len(shape) != 4:
        return False
    count, planes, height, width = shape
    square = isinstance(width, int) and height == width
    fits = square and SIDES[0] <= int(width) <= SIDES[1]
    names = {name for name in (count, height, width) if isinstance(name, str) and name}
    free = len(names) == 3
    return isinstance(count, str) and planes == 3 and (fits or free)


def _gives_boxes(signature: Signature) -> bool:
    shape = signature.shape
    if signature.kind != _FLOAT:
        return False
    return shape is None or (
        len(shape) == 3 and isinstance(shape[0], str) and shape[2] in (6, "")
    )


def _describe(signatures: tuple[Signature, ...]) -> str:
    if len(signatures) != 1:
        return f"{len(signatures)} values"
    kind = {_UINT8: "uint8", _FLOAT: "float"}.get(signatures[0].kind)
    shape = signatures[0].shape
    said = "" if shape is None else ", ".join(ascii(d).strip("'") for d in shape)
    return f"{kind or f'element type {signatures[0].kind}'} [{said}]"
