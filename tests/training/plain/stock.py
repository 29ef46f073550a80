"""A tiny graph that begins as those of our bundles do, and a bundle of it."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from detector.bundle import read_bundle, write_files
from tests.detector.graphs import make_bundle, make_entry

SIDE = 64
ROW = (4.0, 6.0, 20.0, 16.0, 0.75, 0.0)
"""What it answers for a black tile; x1 moves by the mean of others, 0 to 1 px."""


def make_scaled_graph(*, free=False, scale="Div"):
    """A graph for tiles of 64 px, or of any size; it makes floats of 0 to 1 first."""
    height, width = ("H", "W") if free else (SIDE, SIDE)
    rows = np.array([[ROW, (0,) * 6]], np.float32)
    mask = np.array([0, 0, 1, 0, 0, 0], np.float32)
    nodes = [
        helper.make_node("Cast", ["tiles"], ["levels"], to=TensorProto.FLOAT),
        helper.make_node(scale, ["levels", "most"], ["scaled"]),
        helper.make_node(
            "ReduceMean", ["scaled"], ["mean"], axes=[1, 2, 3], keepdims=1
        ),
        helper.make_node("Squeeze", ["mean", "last"], ["means"]),
        helper.make_node("Mul", ["means", "mask"], ["shift"]),
        helper.make_node("Add", ["rows", "shift"], ["detections"]),
    ]
    graph = helper.make_graph(
        nodes,
        "scaled",
        [
            helper.make_tensor_value_info(
                "tiles", TensorProto.UINT8, ["N", 3, height, width]
            )
        ],
        [helper.make_tensor_value_info("detections", TensorProto.FLOAT, ["N", 2, 6])],
        [
            numpy_helper.from_array(rows, "rows"),
            numpy_helper.from_array(mask[None, None], "mask"),
            numpy_helper.from_array(np.array([3]), "last"),
            numpy_helper.from_array(np.array(255, np.float32), "most"),
        ],
    )
    opset = [helper.make_opsetid("", 17)]
    return helper.make_model(
        graph, opset_imports=opset, ir_version=9
    ).SerializeToString()


def make_scaled_bundle(root):
    """A bundle of the graph for squares."""
    graph = make_scaled_graph()
    entry = make_entry(graph, tile_side=SIDE, tile_overlap=16)
    manifest = make_bundle(root, {"dual": graph})
    write_files(manifest.model_copy(update={"graphs": {"dual": entry}}), root, {})
    return read_bundle(root)
