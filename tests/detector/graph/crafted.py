"""ONNX files that nobody exports: each asks a runtime for something it must not do."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from tests.detector.graphs import make_graph

HUGE = 1 << 40
TOO_MANY_NODES = 16_385


def small_model():
    """The small graph, to be changed."""
    return onnx.load_from_string(make_graph())


def hold(name, value):
    """A tensor with a value; Python's floats become float32."""
    array = np.array(value)
    if not isinstance(value, np.ndarray) and array.dtype == np.float64:
        array = array.astype(np.float32)
    return numpy_helper.from_array(array, name)


def add_nodes(*nodes, tensors=()):
    """The small graph with more nodes, as a file; `tiles` and `rows` are there."""
    model = small_model()
    model.graph.initializer.extend(tensors)
    model.graph.node.extend(helper.make_node(*node[0], **node[1]) for node in nodes)
    return model.SerializeToString()


def node(operator, inputs, outputs=("extra",), **attributes):
    """A node for `add_nodes`."""
    return (operator, list(inputs), list(outputs)), attributes


def nest(tensor, depth):
    """A model with a tensor inside the branches of so many nested If nodes."""
    graph = helper.make_graph([], "leaf", [], [], [tensor])
    for level in range(depth):
        branch = helper.make_node("If", ["c"], ["y"], then_branch=graph)
        graph = helper.make_graph([branch], f"level{level}", [], [])
    model = small_model()
    model.graph.node.extend(graph.node)
    return model.SerializeToString()


def nest_by_hand(depth, field=b"\x32"):
    """A graph in an attribute of a node of a graph and so on, thousands deep."""
    inside = b""
    for _ in range(depth):
        attribute = field + _length(inside) + inside
        made = b"\x2a" + _length(attribute) + attribute
        inside = b"\x0a" + _length(made) + made
    return _with_graph(inside)


def nest_types(depth):
    """An input that is a sequence of sequences of sequences and so on."""
    kind = b""
    for _ in range(depth):
        inner = b"\x0a" + _length(kind) + kind
        kind = b"\x22" + _length(inner) + inner
    value = b"\x12" + _length(kind) + kind
    return _with_graph(b"\x5a" + _length(value) + value)


def _with_graph(graph):
    versions = b"\x08\x09\x42\x02\x10\x12"
    return versions + b"\x3a" + _length(graph) + graph


def _length(content):
    size, written = len(content), b""
    while size > 0x7F:
        written += bytes([size & 0x7F | 0x80])
        size >>= 7
    return written + bytes([size])


def _change(change):
    model = small_model()
    change(model)
    return model.SerializeToString()


def _outside(tensor):
    tensor.external_data.add(key="location", value="/etc/hostname")
    tensor.data_location = TensorProto.EXTERNAL


def _external_attribute():
    tensor = hold("", np.ones(3, np.float32))
    _outside(tensor)
    return add_nodes(node("Constant", [], value=tensor))


def _function(model):
    made = helper.make_node("Add", ["a", "a"], ["b"])
    opset = [helper.make_opsetid("", 17)]
    model.functions.append(
        helper.make_function("mine", "Twice", ["a"], ["b"], [made], opset)
    )


def _sparse(model):
    made = helper.make_sparse_tensor(
        hold("few", np.ones(1, np.float32)), hold("at", [3]), [9]
    )
    model.graph.sparse_initializer.append(made)


def _sequence(model):
    inner = model.graph.input[0].type
    kind = helper.make_sequence_type_proto(inner)
    model.graph.input[0].type.CopyFrom(kind)


def _optional(model):
    kind = helper.make_optional_type_proto(model.graph.output[0].type)
    model.graph.output[0].type.CopyFrom(kind)


def _wide_initializer(model):
    model.graph.initializer[0].dims[0] = HUGE


def _set_dim(values, place, size):
    values[0].type.tensor_type.shape.dim[place].dim_value = size


def _annotate(model):
    model.graph.value_info.append(
        helper.make_tensor_value_info("mean", TensorProto.FLOAT, [HUGE])
    )


def _add_input(model):
    model.graph.input.append(
        helper.make_tensor_value_info("more", TensorProto.FLOAT, [1])
    )


def _many_nodes(model):
    made = [
        helper.make_node("Identity", ["rows"], [f"i{n}"])
        for n in range(TOO_MANY_NODES - len(model.graph.node))
    ]
    model.graph.node.extend(made)


def _double(times):
    made = [
        node("Concat", [f"d{n}", f"d{n}"], [f"d{n + 1}"], axis=0) for n in range(times)
    ]
    return add_nodes(*made, tensors=[hold("d0", [1.0, 2.0])])


def _grow_a_shape():
    """A size that only the tiles' shape knows: onnxruntime computes it on loading."""
    made = [node("Cast", ["tiles"], ["c"], to=1), node("Gather", ["c", "at"], ["d0"])]
    made += [
        node("Concat", [f"d{n}", f"d{n}"], [f"d{n + 1}"], axis=0) for n in range(20)
    ]
    made += [node("Shape", ["d20"], ["s"]), node("ConstantOfShape", ["s"])]
    return add_nodes(*made, tensors=[hold("at", 0)])


def _outer(operator):
    column = np.ones((1 << 13, 1), np.float32)
    tensors = [hold("column", column), hold("row", column.T)]
    return add_nodes(node(operator, ["column", "row"]), tensors=tensors)


def _gather_again():
    tensors = [
        hold("wide", np.ones((2, 1 << 13), "f4")),
        hold("at", np.zeros(1 << 12, "i8")),
    ]
    return add_nodes(node("Gather", ["wide", "at"]), tensors=tensors)


def _add_axes():
    """Each node adds a few dimensions, which shape inference writes out for each."""
    made = [node("Unsqueeze", [f"u{n}", "axes"], [f"u{n + 1}"]) for n in range(500)]
    tensors = [hold("u0", 1.0), hold("axes", list(range(8)))]
    return add_nodes(*made, tensors=tensors)


def _cut_out(**how):
    return add_nodes(node("RoiAlign", ["tiles"] * 3, **how))


def _filled(dims):
    return add_nodes(node("ConstantOfShape", ["s"]), tensors=[hold("s", dims)])


def _copy_input(model):
    model.graph.initializer.append(hold("tiles", np.ones(3, np.uint8)))


CRAFTED = {
    "external data": (
        lambda: make_graph(external="weights.bin"),
        "keeps data outside of its file",
    ),
    "external data in an attribute": (_external_attribute, "outside of its file"),
    "external by location alone": (
        lambda: _change(lambda m: setattr(m.graph.initializer[1], "data_location", 1)),
        "outside of its file",
    ),
    "external by its entry alone": (
        lambda: _change(
            lambda m: m.graph.initializer[1].external_data.add(key="a", value="b")
        ),
        "outside of its file",
    ),
    "an operator of another domain": (
        lambda: add_nodes(node("Mine", ["rows"], domain="com.evil")),
        "'Mine' of the domain 'com.evil'",
    ),
    "operators of another domain": (
        lambda: _change(lambda m: m.opset_import.add(domain="com.evil", version=1)),
        "domain 'com.evil'",
    ),
    "an operator set of the future": (
        lambda: _change(lambda m: setattr(m.opset_import[0], "version", 99)),
        "operator set 99",
    ),
    "a format of the future": (
        lambda: _change(lambda m: setattr(m, "ir_version", 99)),
        "ONNX format 99",
    ),
    "an unknown operator": (lambda: add_nodes(node("Hack", ["rows"])), "'Hack'"),
    "an operator that draws chance": (
        lambda: add_nodes(node("RandomNormal", [], shape=[3])),
        "'RandomNormal'",
    ),
    "an operator that repeats": (
        lambda: add_nodes(node("Tile", ["rows", "rows"])),
        "'Tile'",
    ),
    "a range": (lambda: add_nodes(node("Range", ["rows"] * 3)), "'Range'"),
    "a loop without a body": (lambda: add_nodes(node("Loop", ["", ""])), "'Loop'"),
    "a function": (lambda: _change(_function), "functions of its own"),
    "training": (lambda: _change(lambda m: m.training_info.add()), "how to train"),
    "a sparse tensor": (lambda: _change(_sparse), "sparse"),
    "a sequence": (lambda: _change(_sequence), "no plain tensor"),
    "an optional": (lambda: _change(_optional), "no plain tensor"),
    "texts": (
        lambda: add_nodes(
            node("Constant", [], value=TensorProto(dims=[1], string_data=[b"x"]))
        ),
        "texts in a tensor",
    ),
    "a branch": (lambda: nest(hold("w", [1.0]), 1), "graph inside of a graph"),
    "nested branches": (lambda: nest(hold("w", [1.0]), 20), "graph inside of a graph"),
    "graphs, thousands deep": (lambda: nest_by_hand(3000), "graph inside of a graph"),
    "lists of graphs, thousands deep": (
        lambda: nest_by_hand(3000, b"\x5a"),
        "graph inside of a graph",
    ),
    "types, thousands deep": (lambda: nest_types(3000), "no plain tensor"),
    "2^40 in a tensor": (lambda: _change(_wide_initializer), f"dimension of {HUGE}"),
    "2^40 in the input": (
        lambda: _change(lambda m: _set_dim(m.graph.input, 2, HUGE)),
        f"dimension of {HUGE}",
    ),
    "2^40 in the output": (
        lambda: _change(lambda m: _set_dim(m.graph.output, 1, HUGE)),
        f"dimension of {HUGE}",
    ),
    "2^40 in a remark": (lambda: _change(_annotate), f"dimension of {HUGE}"),
    "2^40 numbers of one constant": (lambda: _filled([HUGE]), "size that is not known"),
    "2^40 numbers of two constants": (
        lambda: _filled([1 << 20, 1 << 20]),
        "numbers before the first tile",
    ),
    "2^40 numbers by repetition": (
        lambda: add_nodes(
            node("Expand", ["rows", "s"]), tensors=[hold("s", [1 << 20, 1 << 20, 1, 6])]
        ),
        "numbers before the first tile",
    ),
    "2^40 of the tiles' numbers": (
        lambda: add_nodes(node("Expand", ["tiles", "s"]), tensors=[hold("s", [HUGE])]),
        "dimension of more than",
    ),
    "a value doubled forty times": (lambda: _double(40), "before the first tile"),
    "a shape made large": (_grow_a_shape, "size that is not known"),
    "a column plus a row": (lambda: _outer("Add"), "before the first tile"),
    "a column times a row": (lambda: _outer("MatMul"), "not depend on the tiles"),
    "one row, gathered often": (_gather_again, "before the first tile"),
    "a reduction of weights": (
        lambda: add_nodes(node("ReduceMax", ["rows"])),
        "not depend on the tiles",
    ),
    "cut out of weights": (
        lambda: add_nodes(node("RoiAlign", ["rows"] * 3, sampling_ratio=2)),
        "not depend on the tiles",
    ),
    "cut out larger than all": (
        lambda: _cut_out(sampling_ratio=2, output_width=65),
        "more than 64 by 64 cells",
    ),
    "cut out by as many samples as a box asks for": (_cut_out, "are not 1 to 4"),
    "cut out by 5 samples": (lambda: _cut_out(sampling_ratio=5), "are not 1 to 4"),
    "more and more dimensions": (_add_axes, "more than 8 dimensions"),
    "another output": (
        lambda: make_graph(output_shape=["N", 2, 7]),
        r"gives float \[N, 2, 7\]",
    ),
    "an output of one tile": (
        lambda: make_graph(output_shape=[1, 2, 6]),
        r"gives float \[1, 2, 6\]",
    ),
    "an output of whole numbers": (
        lambda: _change(
            lambda m: setattr(m.graph.output[0].type.tensor_type, "elem_type", 7)
        ),
        "gives element type 7",
    ),
    "two inputs": (lambda: _change(_add_input), "takes 2 values"),
    "no output": (lambda: _change(lambda m: m.graph.output.pop()), "gives 0 values"),
    "floats for tiles": (
        lambda: make_graph(input_type=TensorProto.FLOAT),
        "takes float",
    ),
    "oblong tiles": (
        lambda: make_graph(input_shape=["N", 3, 32, 64]),
        r"takes uint8 \[N, 3, 32, 64\]",
    ),
    "tiles free in height only": (
        lambda: make_graph(input_shape=["N", 3, "H", 64]),
        r"takes uint8 \[N, 3, H, 64\]",
    ),
    "tiles free in width only": (
        lambda: make_graph(input_shape=["N", 3, 64, "W"]),
        r"takes uint8 \[N, 3, 64, W\]",
    ),
    "squares of any side": (
        lambda: make_graph(input_shape=["N", 3, "S", "S"]),
        r"takes uint8 \[N, 3, S, S\]",
    ),
    "as many tiles as they are high": (
        lambda: make_graph(input_shape=["N", 3, "N", "W"]),
        r"takes uint8 \[N, 3, N, W\]",
    ),
    "tiles of sides without a name": (
        lambda: make_graph(input_shape=["N", 3, "", ""]),
        r"takes uint8 \[N, 3, , \]",
    ),
    "tiles of any planes": (
        lambda: make_graph(input_shape=["N", "C", "H", "W"]),
        r"takes uint8 \[N, C, H, W\]",
    ),
    "one tile of any shape": (
        lambda: make_graph(input_shape=[1, 3, "H", "W"]),
        r"takes uint8 \[1, 3, H, W\]",
    ),
    "tiny tiles": (lambda: make_graph(input_shape=["N", 3, 16, 16]), "takes uint8"),
    "huge tiles": (lambda: make_graph(input_shape=["N", 3, 9000, 9000]), "takes uint8"),
    "one tile only": (lambda: make_graph(input_shape=[1, 3, 32, 32]), "takes uint8"),
    "too many nodes": (
        lambda: _change(_many_nodes),
        "16,385 node parts where 16,384 may be",
    ),
    "an input with a value": (lambda: _change(_copy_input), "two values the name"),
    "a value that comes later": (
        lambda: add_nodes(node("Identity", ["later"])),
        "'later' before it is computed",
    ),
    "a long name": (lambda: add_nodes(node("Identity", ["x" * 9999])), "9,999 bytes"),
    "a name of two lines": (lambda: add_nodes(node("A\nB", ["rows"])), r"'A\\nB'"),
    "a large attribute": (
        lambda: add_nodes(node("Softmax", ["mean"], axis=HUGE)),
        f"attribute of {HUGE}",
    ),
    "a list of many numbers": (
        lambda: add_nodes(node("Transpose", ["rows"], perm=[0] * 9999)),
        "numbers at one attribute",
    ),
    "two graphs in one": (
        lambda: small_model().SerializeToString() + b"\x3a\x00",
        "says graph twice",
    ),
    "millions of fields": (
        lambda: _with_graph(b"\x0a\x00" * 200_001),
        "more than 200,000 fields",
    ),
    "a field that nobody knows": (
        lambda: small_model().SerializeToString() + b"\xf8\x3f\x01",
        "field 1023",
    ),
}
"""What it is called: how it is made, and what the refusal says."""
