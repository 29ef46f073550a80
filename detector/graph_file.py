"""Look into an ONNX file without loading it.

onnxruntime fetches external data from the working folder, or from wherever the graph
says, even for a graph given as bytes. So graphs that keep data outside of their file
are refused before a session sees them. The file is walked as protocol buffers, with the
field numbers of onnx.proto; only messages that can hold a tensor are entered.
"""

from collections.abc import Iterator
from typing import Final

from data.errors import BundleError

LAYOUT: Final = "cargosight.layout"
"""Name of the metadata that lays the network out, as JSON, to train it further."""

PREFIX: Final = "_network."
"""What the names of the network's weights begin with."""

HALF: Final = ".half"
"""What the name of a weight that is stored as a half ends with."""

_CHILDREN: Final[dict[str, dict[int, str]]] = {
    "model": {7: "graph", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "function": {7: "node", 11: "attribute"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "node": {5: "attribute"},
    "attribute": {
        5: "tensor",
        6: "graph",
        10: "tensor",
        11: "graph",
        22: "sparse",
        23: "sparse",
    },
    "sparse": {1: "tensor", 2: "tensor"},
    "tensor": {},
}
_EXTERNAL_FIELDS: Final = {13, 14}
"""TensorProto.external_data and TensorProto.data_location."""

_VARINT, _FIXED_64, _BYTES, _FIXED_32 = 0, 1, 2, 5


def check_self_contained(graph: bytes, name: str) -> None:
    """Refuse a graph that keeps tensors outside of its file.

    Args:
        graph: The bytes of an ONNX file.
        name: What to call it in messages.

    Raises:
        BundleError: If a tensor, at any depth, has external data, or if the bytes are
            not an ONNX file.
    """
    pending = [("model", memoryview(graph))]
    try:
        while pending:
            kind, message = pending.pop()
            for field, content in _fields(message):
                if kind == "tensor" and _is_external(field, content):
                    msg = (
                        f"{name} keeps data outside of its file, which is never read. "
                        "Export it with all weights inside."
                    )
                    raise BundleError(msg)
                child = _CHILDREN[kind].get(field)
                if child is not None and isinstance(content, memoryview):
                    pending.append((child, content))
    except (IndexError, ValueError) as error:
        msg = f"{name} is not an ONNX file. Get the bundle again."
        raise BundleError(msg) from error


def check_graph(graph: bytes, name: str) -> None:
    """Refuse a graph that must not be loaded."""
    check_self_contained(graph, name)


def _is_external(field: int, content: memoryview | int) -> bool:
    """Whether a field of a tensor says that its data lies elsewhere."""
    return field in _EXTERNAL_FIELDS and content != 0


def _fields(message: memoryview) -> Iterator[tuple[int, memoryview | int]]:
    """Number and content of each field; a fixed-size number counts as 0.

    Raises:
        IndexError: If the message ends inside a field.
        ValueError: If it is no protocol buffer.
    """
    place = 0
    while place < len(message):
        key, place = _read_varint(message, place)
        if (
            key >= 1 << 32
        ):  # A reader that drops the upper bits would see another field.
            raise ValueError(key)
        wire = key & 7
        if wire == _VARINT:
            value, place = _read_varint(message, place)
            yield key >> 3, value
        elif wire == _BYTES:
            length, place = _read_varint(message, place)
            if length > len(message) - place:
                raise IndexError
            yield key >> 3, message[place : place + length]
            place += length
        else:
            place += _fixed_size(wire)


def _fixed_size(wire: int) -> int:
    if wire not in (_FIXED_64, _FIXED_32):
        raise ValueError(wire)
    return 8 if wire == _FIXED_64 else 4


def _read_varint(message: memoryview, place: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        byte = message[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
    msg = "a number of more than 10 bytes"
    raise ValueError(msg)
