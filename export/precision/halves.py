"""A graph that reckons in float16."""

from typing import Final

import onnx
from onnx import NodeProto
from onnxruntime.transformers.float16 import (  # type: ignore[import-untyped]
    convert_float_to_float16,
)

from export.precision.plain import (
    check_plain,
    find_decoding,
    find_preparing,
    make_plain,
    sort_nodes,
)

_NARROWED: Final = "_cast_to_fp16_node"
"""What the names of the casts end with that the converter puts after float32 nodes."""


def to_halves(graph: bytes) -> bytes:
    """Have a graph reckon in float16, its beginning and its decoding apart.

    In halves a level of a bright plane is eight steps, too few to tell noise from.
    What makes boxes and scores of the network's answers stays float32: over 512 px
    halves are half a pixel apart, and over 1024 px a whole one. Tiles come in as uint8
    and answers go out as float32, as before.

    Args:
        graph: A bundle's float32 graph.

    Returns:
        The file's bytes.

    Raises:
        ExportError: If it is no graph that can be converted.
    """
    plain = make_plain(graph)
    model = convert_float_to_float16(
        plain,
        keep_io_types=True,
        op_block_list=[],
        node_block_list=sorted(find_decoding(plain) | find_preparing(plain)),
    )
    _keep_wide(model)
    return check_plain(model)


def _keep_wide(model: onnx.ModelProto) -> None:
    """Take out the round trips through float16 from one float32 node to the next."""
    graph = model.graph
    sort_nodes(model)
    narrowed = {n.output[0]: n.input[0] for n in graph.node if _narrows(n)}
    wide = {
        node.output[0]: narrowed[node.input[0]]
        for node in graph.node
        if node.op_type == "Cast" and node.input[0] in narrowed and not _narrows(node)
    }
    answer = graph.output[0].name
    names = {wide[answer]: answer} if answer in wide else {}
    names |= {short: names.get(long, long) for short, long in wide.items()}
    for node in graph.node:
        for place, name in enumerate(node.input):
            node.input[place] = names.get(name, name)
    kept = [node for node in graph.node if node.output[0] not in wide]
    for node in kept:
        for place, name in enumerate(node.output):
            node.output[place] = names.get(name, name)
    taken = {answer, *(name for node in kept for name in node.input)}
    kept = [node for node in kept if taken.intersection(node.output)]
    copies = [NodeProto.FromString(node.SerializeToString()) for node in kept]
    del graph.node[:], graph.value_info[:]
    graph.node.extend(copies)


def _narrows(node: NodeProto) -> bool:
    return node.op_type == "Cast" and node.name.endswith(_NARROWED)
