"""Small ONNX graphs and bundles for tests."""

import hashlib
from datetime import UTC, datetime
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from detector.bundle import write_files
from detector.manifest import Checkpoint, GraphEntry, Manifest
from detector.operating_point import OperatingPoint
from detector.scale import Scale

SIDE = 32
ANSWER = np.array([[[4, 6, 20, 16, 0.75, 0], [0, 0, 0, 0, 0, 0]]], np.float32)
NOTHING = hashlib.sha256(b"").hexdigest()


def make_graph(**changes):
    """A graph that gives each tile the rows of ANSWER, with x0 the tile's mean.

    Args:
        **changes: side, answer, input_type, input_shape, output_shape, external.
    """
    settings: dict[str, Any] = {
        "answer": ANSWER,
        "input_type": TensorProto.UINT8,
        "input_shape": ["N", 3, SIDE, SIDE],
        "output_shape": ["N", 2, 6],
        "external": None,
    } | changes
    rows = numpy_helper.from_array(settings["answer"], "rows")
    if settings["external"] is not None:
        rows = _point_outside(rows, settings["external"])
    columns = settings["answer"].shape[-1]
    nodes = [
        helper.make_node("Cast", ["tiles"], ["levels"], to=TensorProto.FLOAT),
        helper.make_node(
            "ReduceMean", ["levels"], ["mean"], axes=[1, 2, 3], keepdims=1
        ),
        helper.make_node("Squeeze", ["mean", "last"], ["means"]),
        helper.make_node("Mul", ["means", "mask"], ["shift"]),
        helper.make_node("Add", ["rows", "shift"], ["answers"]),
    ]
    graph = helper.make_graph(
        nodes,
        "small",
        [
            helper.make_tensor_value_info(
                "tiles", settings["input_type"], settings["input_shape"]
            )
        ],
        [
            helper.make_tensor_value_info(
                "answers", TensorProto.FLOAT, settings["output_shape"]
            )
        ],
        [
            rows,
            numpy_helper.from_array(np.array([3]), "last"),
            numpy_helper.from_array(np.eye(1, columns, dtype=np.float32)[None], "mask"),
        ],
    )
    opset = [helper.make_opsetid("", 17)]
    return helper.make_model(
        graph, opset_imports=opset, ir_version=9
    ).SerializeToString()


def _point_outside(tensor, location):
    outside = TensorProto()
    outside.name, outside.data_type = tensor.name, tensor.data_type
    outside.dims.extend(tensor.dims)
    outside.data_location = TensorProto.EXTERNAL
    entry = outside.external_data.add()
    entry.key, entry.value = "location", location
    return outside


def make_entry(graph, file="dual.onnx", **changes):
    """An entry that fits a graph."""
    fields: dict[str, Any] = {
        "file": file,
        "sha256": hashlib.sha256(graph).hexdigest(),
        "tile_side": SIDE,
        "tile_overlap": 8,
        "scale": Scale(pitch_mm=4.0, longest_side_px=512),
        "base": Checkpoint(name="yolo26n.yaml"),
        "run_sha256": NOTHING,
        "dataset_sha256": NOTHING,
        "seed": 0,
        "operating_points": (OperatingPoint(name="draft", threshold=0.25),),
    }
    return GraphEntry(**(fields | changes))


def make_point(**changes):
    """An operating point that was chosen and measured."""
    fields: dict[str, Any] = {
        "name": "normal",
        "threshold": 0.5,
        "pd": 0.9,
        "pd_interval": (0.8, 0.96),
        "pfa": 0.04,
        "pfa_interval": (0.02, 0.09),
        "suite": "suite 7",
        "calibrated": True,
    }
    return OperatingPoint(**(fields | changes))


def make_manifest(graphs, **changes):
    """A manifest for graphs given as {kind: bytes}."""
    fields: dict[str, Any] = {
        "name": "test",
        "version": "1",
        "labels": ("firearm",),
        "graphs": {k: make_entry(v, f"{k}.onnx") for k, v in graphs.items()},
        "synthetic_only": True,
        "versions": {"python": "3.11"},
        "licence": "AGPL-3.0-or-later",
        "created": datetime(2026, 1, 2, tzinfo=UTC),
    }
    fields |= changes
    if isinstance(fields["graphs"], dict):
        listed = {each.file: each.sha256 for each in fields["graphs"].values()}
        fields.setdefault("files", listed)
    return Manifest(**fields)


def make_bundle(root, graphs=None, **changes):
    """A whole bundle in a folder; gives back its manifest."""
    graphs = {"dual": make_graph()} if graphs is None else graphs
    root.mkdir(exist_ok=True)
    manifest = make_manifest(graphs, **changes)
    files = {manifest.graphs[kind].file: graph for kind, graph in graphs.items()}
    return write_files(manifest, root, files)
