"""The operators that our networks are made of; a graph with any other is refused.

The list is that of the exports of YOLO26, YOLO11, YOLOv8 and YOLOv5 as `export.graph`
writes them, and as onnxruntime's static quantisation rewrites them (QDQ). All compute
their outputs from their inputs and nothing else: none reads a file, keeps a state,
draws chance, runs another graph or handles texts.
"""

from typing import Final

from data.errors import BundleError
from detector.graph.fields import quote
from detector.graph.parts import Graph, Node

LAYERS: Final = frozenset(
    {"AveragePool", "BatchNormalization", "Conv", "MatMul", "MaxPool", "Resize"}
    | {"RoiAlign"}
)
"""The network's layers.

MatMul is attention, Resize doubles a map to join a larger, or scales the tiles,
AveragePool is what local contrast is taken from. RoiAlign cuts out what is looked at
again.
"""

ACTIVATIONS: Final = frozenset({"Relu", "Sigmoid", "Softmax"})
"""Sigmoid gates and scores; Softmax is in attention and reads the sides of a box.

Relu is in how much boxes of several scales overlap.
"""

ARITHMETIC: Final = frozenset(
    {"Add", "Div", "Equal", "Mod", "Mul", "Sqrt", "Sub", "Where"}
)
"""Joins maps, decodes boxes, and counts with lengths of dimensions."""

CHOICES: Final = frozenset(
    {"ArgMax", "CumSum", "NonMaxSuppression", "TopK"}
    | {"ReduceMax", "ReduceMean", "ReduceMin"}
)
"""Picks the best answers, and one of those that mean one object.

CumSum numbers the tiles of a batch; ReduceMean is the whole network of small examples.
"""

SHAPES: Final = frozenset(
    {"Concat", "Expand", "Flatten", "Gather", "GatherElements", "Reshape"}
    | {"ScatterElements", "Shape", "Slice", "Split", "Squeeze", "Transpose"}
    | {"Unsqueeze"}
)
"""Moves numbers without changing them. Expand repeats some: see `growth`."""

CONSTANTS: Final = frozenset({"Cast", "Constant", "ConstantOfShape", "Identity"})
"""Names numbers of the file and widens halves.

ConstantOfShape makes numbers out of a length: see `growth`. Range does so as well, and
our exports do without.
"""

QUANTISED: Final = frozenset({"DequantizeLinear", "QuantizeLinear"})
"""To 8 bits and back: an int8 graph has one of them on each side of a layer."""

ALLOWED: Final = (
    LAYERS | ACTIVATIONS | ARITHMETIC | CHOICES | SHAPES | CONSTANTS | QUANTISED
)

MOST_CELLS: Final = 64
"""Width and height of what RoiAlign cuts out, at most; its memory grows with both."""

MOST_SAMPLES: Final = 4
"""What it reads for each of these cells, each way; left open, it would be as many as a
box asks for."""

_WITH_TENSOR: Final = {"Constant", "ConstantOfShape"}


def check_operators(graph: Graph) -> None:
    """Refuse a graph with an operator that our networks do not need.

    Raises:
        BundleError: If a node has another operator, one of another domain, or a tensor
            where its operator takes none. The message lacks the file's name.
    """
    for node in graph.nodes:
        if node.domain not in ("", "ai.onnx"):
            msg = (
                f"has an operator {quote(node.operator)} of the domain "
                f"{quote(node.domain)}, and may not"
            )
            raise BundleError(msg)
        if node.operator not in ALLOWED:
            msg = (
                f"has an operator {quote(node.operator)}, which no network of ours "
                "needs"
            )
            raise BundleError(msg)
        _check_tensors(node)
        if node.operator == "RoiAlign":
            _check_cut(node)


def _check_tensors(node: Node) -> None:
    met = set(node.tensors)
    fits = met <= {"value"} if node.operator in _WITH_TENSOR else not met
    if not fits or (node.operator == "Constant" and not met):
        msg = f"has an operator {node.operator} whose tensor is not where it belongs"
        raise BundleError(msg)


def _check_cut(node: Node) -> None:
    """Refuse a RoiAlign that takes more time or memory than ours could."""
    sides = ("output_height", "output_width")
    cells = [each for side in sides for each in node.numbers.get(side, (1,))]
    samples = node.numbers.get("sampling_ratio", (0,))
    few = all(1 <= each <= MOST_CELLS for each in cells)
    if not few or not all(1 <= each <= MOST_SAMPLES for each in samples):
        msg = (
            f"has an operator RoiAlign of more than {MOST_CELLS} by {MOST_CELLS} "
            f"cells, or of samples that are not 1 to {MOST_SAMPLES}"
        )
        raise BundleError(msg)
