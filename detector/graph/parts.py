"""The parts of a graph: nodes, tensors, signatures, each within its limits."""

from dataclasses import dataclass
from typing import Final

from data.errors import BundleError
from detector.graph.fields import (
    MAX_LIST,
    MAX_NAME,
    MAX_TEXT,
    check_most,
    check_texts,
    quote,
    read_name,
    read_names,
    read_number,
    read_text,
    size_of,
)
from detector.graph.messages import Fields, Reader, unpack
from detector.graph.tensors import MAX_DIM, MAX_RANK, Tensor, read_tensor
from detector.graph.wire import Content, to_signed

MAX_NUMBER: Final = 1 << 20
"""Largest whole number of an attribute, either side of 0."""

COUNTS: Final = {"node": 16_384, "initializer": 16_384, "value_info": 32_768}
"""How many of its parts a graph has, at most."""

IR_VERSIONS: Final = (7, 11)
OPSETS: Final = (13, 22)
"""Versions that our exports write and our runtime reads, the first and the last."""


@dataclass(frozen=True, slots=True)
class Node:
    """One step of the computation.

    Attributes:
        operator: Its name.
        domain: Which defines the operator; "" is ONNX itself.
        inputs: Names of the values it takes; "" for one left out.
        outputs: Names of the values it gives.
        numbers: Its attributes that are whole numbers, one or a list.
        tensors: Its attributes that are tensors.
    """

    operator: str
    domain: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    numbers: dict[str, tuple[int, ...]]
    tensors: dict[str, Tensor]


@dataclass(frozen=True, slots=True)
class Signature:
    """What the file says of a value.

    Attributes:
        name: Of the value.
        kind: Element type; 0 if it is not said.
        shape: Length of each dimension, or its name; None if not said.
    """

    name: str
    kind: int
    shape: tuple[int | str, ...] | None


@dataclass(frozen=True, slots=True)
class Graph:
    """A graph, without the data of its tensors."""

    nodes: tuple[Node, ...]
    tensors: tuple[Tensor, ...]
    inputs: tuple[Signature, ...]
    outputs: tuple[Signature, ...]


def read_graph(file: bytes) -> Graph:
    """The parts of an ONNX file.

    Raises:
        BundleError: If a part is refused or over its limit. The message lacks the
            file's name.
        IndexError: If the file ends inside a part.
        ValueError: If it is no ONNX file.
    """
    reader = Reader()
    model = reader.read("model", memoryview(file))
    _check_versions(reader, model)
    check_texts(reader, model)
    if "graph" not in model:
        msg = "has no graph"
        raise ValueError(msg)
    graph = reader.read("graph", model["graph"][0])
    for name, most in COUNTS.items():
        check_most(f"{name} parts", len(graph.get(name, ())), most)
    check_texts(reader, graph)
    for part in graph.get("value_info", ()):
        _read_signature(reader, part)
    return Graph(
        nodes=tuple(_read_node(reader, part) for part in graph.get("node", ())),
        tensors=tuple(read_tensor(reader, p) for p in graph.get("initializer", ())),
        inputs=tuple(_read_signature(reader, p) for p in graph.get("input", ())),
        outputs=tuple(_read_signature(reader, p) for p in graph.get("output", ())),
    )


def _check_versions(reader: Reader, model: Fields) -> None:
    version = read_number(model, "ir_version")
    _check_within("ONNX format", version, IR_VERSIONS)
    imports = [reader.read("opset", part) for part in model.get("opset_import", ())]
    for part in imports:
        domain = read_name(part, "domain")
        if domain not in ("", "ai.onnx"):
            msg = f"imports operators of the domain {quote(domain)}, and may not"
            raise BundleError(msg)
        _check_within("operator set", read_number(part, "version"), OPSETS)
    if len(imports) != 1:
        msg = f"imports {len(imports)} sets of operators in place of one"
        raise BundleError(msg)


def _check_within(what: str, version: int, limits: tuple[int, int]) -> None:
    first, last = limits
    if not first <= version <= last:
        msg = f"is of {what} {version}, not of one from {first} to {last}"
        raise BundleError(msg)


def _read_node(reader: Reader, part: Content) -> Node:
    node = reader.read("node", part)
    check_texts(reader, node)
    for name in ("input", "output", "attribute"):
        check_most(f"{name}s at one node", len(node.get(name, ())), MAX_LIST)
    numbers: dict[str, tuple[int, ...]] = {}
    tensors: dict[str, Tensor] = {}
    for item in node.get("attribute", ()):
        attribute = reader.read("attribute", item)
        name = read_name(attribute, "name")
        if name in numbers or name in tensors:
            msg = f"has an attribute {quote(name)} twice at one node"
            raise BundleError(msg)
        _check_attribute(attribute)
        if "t" in attribute:
            tensors[name] = read_tensor(reader, attribute["t"][0])
        numbers[name] = _read_numbers(attribute)
    return Node(
        operator=read_name(node, "op_type"),
        domain=read_name(node, "domain"),
        inputs=read_names(node, "input"),
        outputs=read_names(node, "output"),
        numbers=numbers,
        tensors=tensors,
    )


def _check_attribute(attribute: Fields) -> None:
    read_text(attribute, "s", MAX_NAME)
    read_text(attribute, "doc_string", MAX_TEXT)
    for content in attribute.get("floats", ()):
        check_most("bytes of numbers at one attribute", size_of(content), 4 * MAX_LIST)
    for name in ("floats", "ints"):
        check_most("numbers at one attribute", len(attribute.get(name, ())), MAX_LIST)


def _read_numbers(attribute: Fields) -> tuple[int, ...]:
    contents = [*attribute.get("i", ()), *attribute.get("ints", ())]
    size = sum(size_of(content) for content in contents)
    check_most("bytes of numbers at one attribute", size, 10 * MAX_LIST)
    numbers = tuple(to_signed(number) for number in unpack(contents))
    for number in numbers:
        if abs(number) > MAX_NUMBER:
            msg = f"has an attribute of {number}, beyond {MAX_NUMBER:,}"
            raise BundleError(msg)
    return numbers


def _read_signature(reader: Reader, part: Content) -> Signature:
    fields = reader.read("value", part)
    check_texts(reader, {k: v for k, v in fields.items() if k != "name"})
    name = read_name(fields, "name")
    kind = reader.read("type", fields["type"][0] if "type" in fields else None)
    read_text(kind, "denotation", MAX_NAME)
    inner = kind["tensor_type"][0] if "tensor_type" in kind else None
    tensor = reader.read("tensor_type", inner)
    shape = None
    if "shape" in tensor:
        dims = reader.read("shape", tensor["shape"][0]).get("dim", [])
        check_most("dimensions", len(dims), MAX_RANK)
        shape = tuple(_read_dim(reader, dim, name) for dim in dims)
    return Signature(name, read_number(tensor, "elem_type"), shape)


def _read_dim(reader: Reader, part: Content, name: str) -> int | str:
    dim = reader.read("dim", part)
    read_text(dim, "denotation", MAX_NAME)
    if "dim_value" not in dim:
        return read_name(dim, "dim_param")
    value = to_signed(read_number(dim, "dim_value"))
    if not 0 <= value <= MAX_DIM or "dim_param" in dim:
        msg = f"says that {quote(name)} has a dimension of {value}, not of up to "
        raise BundleError(msg + f"{MAX_DIM:,}")
    return value
