"""A small graph as export writes them: halves, batch norms, convolutions, decoding."""

from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from detector.graph_file import HALF, LAYOUT

SIDE = 32
WIDTH = 8
CELLS = 64
BOX = (4.0, 6.0, 20.0, 16.0)


def make_small_graph(*, seed=0, layers=8, shift=0.0, score=1.1, free=False):
    """Sees nothing in particular, and answers 64 times about BOX.

    Args:
        seed: Of its weights.
        layers: Convolutions with batch norm and SiLU.
        shift: Added to x of the boxes, px.
        score: Logit of the scores; what is seen moves them a little.
        free: Whether it takes tiles of any shape, and answers at each fourth pixel.
    """
    random = np.random.default_rng(seed)
    weights: dict[str, Any] = {
        "255": np.array(255, np.float32),
        "shape": np.array([0, 5, -1 if free else CELLS]),
    }
    nodes = [
        helper.make_node("Cast", ["tiles"], ["levels"], to=TensorProto.FLOAT),
        helper.make_node("Div", ["levels", "255"], ["x0"]),
    ]
    for number in range(layers):
        nodes += _add_layer(weights, number, random)
    last = f"x{layers}"
    weights["head"] = random.normal(0, 0.02, (5, WIDTH, 1, 1)).astype(np.float32)
    weights["head.bias"] = np.array([*BOX, score], np.float32)
    weights["shift"] = np.array([shift, 0, shift, 0], np.float32)
    nodes += [
        helper.make_node("Conv", [last, "head", "head.bias"], ["raw"], name="head"),
        helper.make_node("Constant", [], ["five"], value=_as_tensor([4, 1])),
        helper.make_node("Reshape", ["raw", "shape"], ["flat"]),
        helper.make_node("Transpose", ["flat"], ["rows"], perm=[0, 2, 1]),
        helper.make_node("Split", ["rows", "five"], ["near", "logits"], axis=2),
        helper.make_node("Add", ["near", "shift"], ["boxes"]),
        helper.make_node("Sigmoid", ["logits"], ["scores"]),
        helper.make_node("Sub", ["logits", "logits"], ["labels"]),
        helper.make_node("Concat", ["boxes", "scores", "labels"], ["found"], axis=2),
    ]
    shape: list[Any] = ["N", 3, "H", "W"] if free else ["N", 3, SIDE, SIDE]
    return _write(nodes, weights, shape, "K" if free else CELLS)


def _as_tensor(numbers):
    return numpy_helper.from_array(np.array(numbers, np.int64))


def _add_layer(weights, number, random):
    """A convolution, its batch norm and its SiLU; the first two halve the side."""
    inputs, stride = (3 if number == 0 else WIDTH), (2 if number < 2 else 1)
    drawn = random.normal(0, (9 * inputs) ** -0.5, (WIDTH, inputs, 3, 3))
    weights[f"w{number}{HALF}"] = drawn.astype(np.float16)
    norm = [f"{part}{number}" for part in ("gain", "offset", "mean", "variance")]
    for name in norm:
        weights[name] = random.uniform(0.5, 1.5, WIDTH).astype(np.float32)
    return [
        helper.make_node(
            "Cast", [f"w{number}{HALF}"], [f"w{number}"], to=TensorProto.FLOAT
        ),
        helper.make_node(
            "Conv",
            [f"x{number}", f"w{number}"],
            [f"c{number}"],
            name=f"conv{number}",
            pads=[1] * 4,
            strides=[stride] * 2,
        ),
        helper.make_node("BatchNormalization", [f"c{number}", *norm], [f"n{number}"]),
        helper.make_node("Sigmoid", [f"n{number}"], [f"s{number}"]),
        helper.make_node("Mul", [f"n{number}", f"s{number}"], [f"x{number + 1}"]),
    ]


def _write(nodes, weights, shape, rows):
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("tiles", TensorProto.UINT8, shape)],
        [helper.make_tensor_value_info("found", TensorProto.FLOAT, ["N", rows, 6])],
        [numpy_helper.from_array(np.asarray(w), name) for name, w in weights.items()],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8
    )
    model.metadata_props.add(key=LAYOUT, value="{}")
    return model.SerializeToString()


def draw_tiles(count, seed=0):
    """(N, 3, 32, 32) uint8: bars and boxes of several greys."""
    random = np.random.default_rng(seed)
    tiles = np.full((count, 3, SIDE, SIDE), 200, np.uint8)
    for tile in tiles:
        for _ in range(6):
            x, y = random.integers(0, SIDE - 8, 2)
            width, height = random.integers(2, 16, 2)
            grey = random.integers(0, 255, (3, 1, 1))
            tile[:, y : y + height, x : x + width] = grey
    return tiles
