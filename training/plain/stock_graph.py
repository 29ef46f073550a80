"""A bundle's graph as stock Ultralytics takes it: the same weights, floats in."""

from pathlib import Path
from typing import Any, Final

import onnx
from onnx import TensorProto, helper

from data.errors import TrainingError

INPUT: Final = "images"
"""What Ultralytics calls the input of what it exports."""

STRIDE: Final = 32


def write_stock_graph(
    graph: bytes, place: Path, *, labels: tuple[str, ...], side: int
) -> int:
    """Write a bundle's graph as one that Ultralytics might have exported.

    What turns our uint8 tiles into floats from 0 to 1 is cut off, for Ultralytics does
    that itself, and what it wants to know of a network is added. The rest, weights
    first of all, stays as it is. Height and width of the tiles are fixed, as they
    usually are in its exports; how many there are is not.

    Args:
        graph: Bytes of a bundle's graph.
        place: Where it goes; Ultralytics wants ".onnx".
        labels: What the classes mean.
        side: Width and height of a tile, px, where the graph leaves them free.

    Returns:
        Width and height of the tiles that it takes, px: `side`, or the graph's own.

    Raises:
        TrainingError: If the graph does not begin as those of our bundles do.
    """
    model = onnx.load_from_string(graph)
    side = _read_side(model) or side
    _cut_begin(model.graph, side)
    _drop_unused(model.graph)
    for key, value in _describe(labels, side).items():
        model.metadata_props.add(key=key, value=value)
    onnx.save(model, str(place))
    return side


def _read_side(model: onnx.ModelProto) -> int:
    """The side of a graph for squares of one size, 0 of one for any."""
    return int(model.graph.input[0].type.tensor_type.shape.dim[3].dim_value)


def _cut_begin(graph: onnx.GraphProto, side: int) -> None:
    """Let the graph begin behind `tiles / 255`."""
    tiles = graph.input[0].name
    cast = _find_user(graph, tiles, "Cast")
    scaled = _find_user(graph, cast.output[0], "Div")
    for node in graph.node:
        for place, name in enumerate(node.input):
            if name in {tiles, scaled.output[0]}:
                node.input[place] = INPUT
    graph.node.remove(cast)
    graph.node.remove(scaled)
    taken = helper.make_tensor_value_info(
        INPUT, TensorProto.FLOAT, ["N", 3, side, side]
    )
    graph.input[0].CopyFrom(taken)


def _find_user(graph: onnx.GraphProto, name: str, kind: str) -> Any:
    """The one node of a kind that takes a value."""
    found = [node for node in graph.node if node.op_type == kind and name in node.input]
    if len(found) != 1:
        msg = (
            f"The graph has {len(found)} nodes {kind} on {name!r}, where those of our "
            "bundles have one. Race a bundle that `cargosight export` made."
        )
        raise TrainingError(msg)
    return found[0]


def _drop_unused(graph: onnx.GraphProto) -> None:
    """Take out constants that nothing uses any more: onnxruntime warns of them."""
    used = {name for node in graph.node for name in node.input}
    used |= {each.name for each in graph.output}
    for stored in [each for each in graph.initializer if each.name not in used]:
        graph.initializer.remove(stored)
    for node in [n for n in graph.node if n.op_type == "Constant"]:
        if node.output[0] not in used:
            graph.node.remove(node)


def _describe(labels: tuple[str, ...], side: int) -> dict[str, str]:
    """What Ultralytics reads from its exports; `end2end` keeps its NMS away."""
    return {
        "task": "detect",
        "stride": str(STRIDE),
        "batch": "1",
        "channels": "3",
        "end2end": "True",
        "imgsz": str([side, side]),
        "names": str(dict(enumerate(labels))),
        "args": str({"batch": 1, "dynamic": True, "nms": False}),
    }
