"""A graph made plain: float32 weights, no batch norms, constants as initializers.

What stores and what trains a network is taken out, so that a precision can be put in.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnx
from onnx import NodeProto, TensorProto, helper, numpy_helper

from data.errors import ExportError

Values = dict[str, npt.NDArray[Any]]
Inputs = list[npt.NDArray[Any]]
Attributes = dict[str, Any]

FEATURES: Final = frozenset({"Conv", "ConvTranspose", "Gemm", "MatMul"})
"""Operators that look for something; what follows the last of them decodes."""

DOMAINS: Final = frozenset({"", "ai.onnx"})
"""What ONNX's own operators belong to."""

_LAYING: Final = frozenset({"Reshape", "Transpose"})


def make_plain(graph: bytes) -> onnx.ModelProto:
    """Widen the weights of a graph and fold its batch norms into its convolutions.

    The answers stay the same, but for rounding. The layout is left out: the weights are
    no longer those that a training could start from.

    Args:
        graph: An ONNX file as `export.graph.export_graph` writes it.

    Raises:
        ExportError: If it is no ONNX file.
    """
    try:
        model = onnx.load_from_string(graph)
    except Exception as error:  # protobuf raises one of its own
        msg = "The bundle's graph is not an ONNX file. Get the bundle again."
        raise ExportError(msg) from error
    values = {w.name: numpy_helper.to_array(w) for w in model.graph.initializer}
    nodes = _fold_norms(_fold_constants(model.graph.node, values), values, model)
    used = {name for node in nodes for name in node.input}
    del model.graph.node[:], model.graph.initializer[:], model.graph.value_info[:]
    del model.metadata_props[:]
    model.graph.node.extend(_name(nodes))
    model.graph.initializer.extend(
        numpy_helper.from_array(np.asarray(array, order="C"), name)
        for name, array in values.items()
        if name in used
    )
    return model


def find_decoding(model: onnx.ModelProto) -> frozenset[str]:
    """Names of the nodes that make boxes and scores of what the network has seen.

    They are those from which no convolution follows. The one that sums up YOLO's
    distributions of distances, right after a softmax, counts as decoding: it looks for
    nothing, and pixels are reckoned from it. So does all of a second look at answers.

    Args:
        model: A plain graph, with its nodes in order.
    """
    makers = {name: node for node in model.graph.node for name in node.output}
    again = _find_second_look(model)
    seen: set[str] = set()
    for node in reversed(model.graph.node):
        looks = node.op_type in FEATURES and not (
            _sums_up(node, makers) or again.intersection(node.output)
        )
        if looks or any(name in seen for name in node.output):
            seen.update(node.input)
            seen.update(node.output)
    return frozenset(
        node.name
        for node in model.graph.node
        if not any(name in seen for name in node.output)
    )


def _find_second_look(model: onnx.ModelProto) -> set[str]:
    """Names of the values made of what was cut out around answers."""
    seen: set[str] = set()
    for node in model.graph.node:
        if node.op_type == "RoiAlign" or seen.intersection(node.input):
            seen.update(node.output)
    return seen


def find_preparing(model: onnx.ModelProto) -> frozenset[str]:
    """Names of the nodes that make what the first convolution sees of the tiles.

    Local contrast is made there, and is lost where a level of a plane is.

    Args:
        model: A plain graph, with its nodes in order.
    """
    seen: set[str] = set()
    for node in model.graph.node:
        if node.op_type in FEATURES or seen.intersection(node.input):
            seen.update(node.output)
    return frozenset(
        node.name for node in model.graph.node if not seen.intersection(node.output)
    )


def list_boundary(model: onnx.ModelProto) -> tuple[str, ...]:
    """Names of the tensors that pass from the network to its decoding.

    Args:
        model: A plain graph.
    """
    decoding = find_decoding(model)
    made = {
        name
        for node in model.graph.node
        if node.name not in decoding and node.op_type in FEATURES
        for name in node.output
    }
    taken = {
        name
        for node in model.graph.node
        if node.name in decoding
        for name in node.input
    }
    return tuple(sorted(made & taken))


def sort_nodes(model: onnx.ModelProto) -> None:
    """Bring the nodes of a graph into an order in which each finds its inputs made.

    Args:
        model: Is changed in place.
    """
    graph = model.graph
    known = {"", *(w.name for w in graph.initializer), *(i.name for i in graph.input)}
    left, ordered = list(graph.node), list[NodeProto]()
    while left:
        waiting = []
        for node in left:
            if known.issuperset(node.input):
                ordered.append(node)
                known.update(node.output)
            else:
                waiting.append(node)
        if len(waiting) == len(left):
            msg = "The graph runs in a circle. Get the bundle again."
            raise ExportError(msg)
        left = waiting
    kept = [NodeProto.FromString(n.SerializeToString()) for n in ordered]
    del graph.node[:]
    graph.node.extend(kept)


def check_plain(model: onnx.ModelProto) -> bytes:
    """Write a graph that was converted, if it is still one that any runtime takes.

    Args:
        model: Its nodes are brought in order.

    Returns:
        The file's bytes.

    Raises:
        ExportError: If it is not valid, or has operators that are not ONNX's own.
    """
    sort_nodes(model)
    strange = sorted({n.op_type for n in model.graph.node if n.domain not in DOMAINS})
    if strange:
        msg = (
            f"The graph came out with operators of another kind: {strange}. Report it."
        )
        raise ExportError(msg)
    try:
        onnx.checker.check_model(model, full_check=True)
    except (
        onnx.checker.ValidationError,
        onnx.shape_inference.InferenceError,
    ) as error:
        first = str(error).strip().splitlines()[0]
        msg = f"The graph cannot be converted: {first}. Report it."
        raise ExportError(msg) from error
    return bytes(model.SerializeToString())


def _sums_up(node: NodeProto, makers: dict[str, NodeProto]) -> bool:
    if node.op_type != "Conv":
        return False
    maker = makers.get(node.input[0])
    while maker is not None and maker.op_type in _LAYING:
        maker = makers.get(maker.input[0])
    return maker is not None and maker.op_type == "Softmax"


def _fold_constants(nodes: Iterable[NodeProto], values: Values) -> list[NodeProto]:
    """The other nodes; what constants and widened weights are goes to `values`."""
    others = []
    for node in nodes:
        compute = _CONSTANT.get(node.op_type)
        if compute is not None and all(name in values for name in node.input):
            given = {a.name: helper.get_attribute_value(a) for a in node.attribute}
            inputs = [values[name] for name in node.input]
            values[node.output[0]] = compute(inputs, given)
        else:
            others.append(node)
    return others


def _read_constant(given: Attributes) -> npt.NDArray[Any]:
    ((name, content),) = given.items()
    if isinstance(content, TensorProto):
        return np.asarray(numpy_helper.to_array(content))
    return np.asarray(
        content, np.float32 if name.startswith("value_float") else np.int64
    )


_CONSTANT: Final[dict[str, Callable[[Inputs, Attributes], npt.NDArray[Any]]]] = {
    "Cast": lambda of, given: of[0].astype(
        helper.tensor_dtype_to_np_dtype(given["to"])
    ),
    "Concat": lambda of, given: np.concatenate(of, given["axis"]),
    "Constant": lambda _, given: _read_constant(given),
    "Identity": lambda of, _: of[0],
}
"""What these operators make of constants."""


def _fold_norms(
    nodes: list[NodeProto], values: Values, model: onnx.ModelProto
) -> list[NodeProto]:
    takers = Counter(name for node in nodes for name in node.input)
    takers.update(output.name for output in model.graph.output)
    makers = {name: node for node in nodes for name in node.output}
    kept = []
    for node in nodes:
        maker = makers.get(node.input[0]) if node.input else None
        if (
            node.op_type == "BatchNormalization"
            and maker is not None
            and maker.op_type == "Conv"
            and takers[node.input[0]] == 1
        ):
            _fold(maker, node, values)
        else:
            kept.append(node)
    return kept


def _fold(convolution: NodeProto, norm: NodeProto, values: Values) -> None:
    """Have a convolution answer what the norm after it makes of its answer."""
    gain, offset, mean, variance = (values[name] for name in norm.input[1:5])
    given = {a.name: helper.get_attribute_value(a) for a in norm.attribute}
    factor = gain / np.sqrt(variance + np.float32(given.get("epsilon", 1e-5)))
    weights = values[convolution.input[1]]
    bias = values[convolution.input[2]] if len(convolution.input) > 2 else 0.0
    both = f"{convolution.input[1]}.{norm.input[1]}"  # one name for both looks
    names = [f"{both}.{part}" for part in ("weight", "bias")]
    shape = (-1, *[1] * (weights.ndim - 1))
    values[names[0]] = (weights * factor.reshape(shape)).astype(np.float32)
    values[names[1]] = (offset + (bias - mean) * factor).astype(np.float32)
    del convolution.input[1:]
    convolution.input.extend(names)
    convolution.output[0] = norm.output[0]


def _name(nodes: list[NodeProto]) -> list[NodeProto]:
    """Give each node a name of its own."""
    met: defaultdict[str, int] = defaultdict(int)
    for node in nodes:
        name = node.name or node.op_type
        met[name] += 1
        node.name = name if met[name] == 1 else f"{name}.{met[name]}"
    return nodes
