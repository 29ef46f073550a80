"""The messages of ONNX: which fields are taken, and which are refused.

The numbers are those of onnx.proto. A field that is not listed is refused: what is not
understood here would be understood by a runtime.
"""

from typing import Final, NamedTuple

from data.errors import BundleError
from detector.graph.wire import (
    BYTES,
    FIXED_32,
    VARINT,
    Content,
    read_fields,
    read_varint,
)

MAX_FIELDS: Final = 200_000
"""Fields that a file has, at most, all messages together."""

MANY: Final = 1 << 62
"""For a field that may come any number of times."""

Fields = dict[str, list[Content]]


class _Field(NamedTuple):
    """A field of a message.

    Attributes:
        name: As in onnx.proto.
        wire: How it is written.
        most: How often it may come. A reader joins what comes twice, so once is once.
        packed: Whether its numbers may be written as one run of bytes.
        refused: What a file with it does; empty for fields that are taken.
    """

    name: str
    wire: int = BYTES
    most: int = 1
    packed: bool = False
    refused: str = ""


def _refuse(name: str, because: str) -> _Field:
    return _Field(name, refused=because)


_SUBGRAPH: Final = "holds a graph inside of a graph (If, Loop, Scan), and may not"
_SPARSE: Final = "holds a sparse tensor, and may not"
_OUTSIDE: Final = "keeps data outside of its file, which is never read"
_TYPE: Final = "uses a type that is no plain tensor, and may not"

_MESSAGES: Final[dict[str, dict[int, _Field]]] = {
    "model": {
        1: _Field("ir_version", VARINT),
        2: _Field("producer_name"),
        3: _Field("producer_version"),
        4: _Field("domain"),
        5: _Field("model_version", VARINT),
        6: _Field("doc_string"),
        7: _Field("graph"),
        8: _Field("opset_import", most=MANY),
        14: _Field("metadata_props", most=MANY),
        20: _refuse("training_info", "says how to train it, and may not"),
        25: _refuse("functions", "defines functions of its own, and may not"),
        26: _refuse("configuration", "names devices of its own, and may not"),
    },
    "opset": {1: _Field("domain"), 2: _Field("version", VARINT)},
    "graph": {
        1: _Field("node", most=MANY),
        2: _Field("name"),
        5: _Field("initializer", most=MANY),
        10: _Field("doc_string"),
        11: _Field("input", most=MANY),
        12: _Field("output", most=MANY),
        13: _Field("value_info", most=MANY),
        14: _refuse("quantization_annotation", "annotates quantisation, and may not"),
        15: _refuse("sparse_initializer", _SPARSE),
        16: _Field("metadata_props", most=MANY),
    },
    "node": {
        1: _Field("input", most=MANY),
        2: _Field("output", most=MANY),
        3: _Field("name"),
        4: _Field("op_type"),
        5: _Field("attribute", most=MANY),
        6: _Field("doc_string"),
        7: _Field("domain"),
        8: _refuse("overload", "calls a function of its own, and may not"),
        9: _Field("metadata_props", most=MANY),
        10: _refuse("device_configurations", "names devices of its own, and may not"),
    },
    "attribute": {
        1: _Field("name"),
        2: _Field("f", FIXED_32),
        3: _Field("i", VARINT),
        4: _Field("s"),
        5: _Field("t"),
        6: _refuse("g", _SUBGRAPH),
        7: _Field("floats", FIXED_32, MANY, packed=True),
        8: _Field("ints", VARINT, MANY, packed=True),
        9: _refuse("strings", "holds a list of texts, and may not"),
        10: _refuse("tensors", "holds a list of tensors, and may not"),
        11: _refuse("graphs", _SUBGRAPH),
        13: _Field("doc_string"),
        14: _refuse("tp", _TYPE),
        15: _refuse("type_protos", _TYPE),
        20: _Field("type", VARINT),
        21: _refuse("ref_attr_name", "refers to a function of its own, and may not"),
        22: _refuse("sparse_tensor", _SPARSE),
        23: _refuse("sparse_tensors", _SPARSE),
    },
    "tensor": {
        1: _Field("dims", VARINT, MANY, packed=True),
        2: _Field("data_type", VARINT),
        3: _refuse("segment", "holds a part of a tensor, and may not"),
        4: _Field("float_data", FIXED_32, MANY, packed=True),
        5: _Field("int32_data", VARINT, MANY, packed=True),
        6: _refuse("string_data", "holds texts in a tensor, and may not"),
        7: _Field("int64_data", VARINT, MANY, packed=True),
        8: _Field("name"),
        9: _Field("raw_data"),
        10: _refuse("double_data", "holds doubles where no network of ours does"),
        11: _refuse("uint64_data", "holds uint64 where no network of ours does"),
        12: _Field("doc_string"),
        13: _refuse("external_data", _OUTSIDE),
        14: _Field("data_location", VARINT),
        16: _Field("metadata_props", most=MANY),
    },
    "value": {
        1: _Field("name"),
        2: _Field("type"),
        3: _Field("doc_string"),
        4: _Field("metadata_props", most=MANY),
    },
    "type": {
        1: _Field("tensor_type"),
        4: _refuse("sequence_type", _TYPE),
        5: _refuse("map_type", _TYPE),
        6: _Field("denotation"),
        7: _refuse("opaque_type", _TYPE),
        8: _refuse("sparse_tensor_type", _TYPE),
        9: _refuse("optional_type", _TYPE),
    },
    "tensor_type": {1: _Field("elem_type", VARINT), 2: _Field("shape")},
    "shape": {1: _Field("dim", most=MANY)},
    "dim": {
        1: _Field("dim_value", VARINT),
        2: _Field("dim_param"),
        3: _Field("denotation"),
    },
    "property": {1: _Field("key"), 2: _Field("value")},
}


class Reader:
    """Reads the messages of one file."""

    def __init__(self) -> None:
        self._left = MAX_FIELDS

    def read(self, kind: str, message: Content | None) -> Fields:
        """The fields of a message by name, each with its contents in order.

        Args:
            kind: Which message: "model", "node"...
            message: Its bytes; None for one that is not there: it has no fields.

        Raises:
            BundleError: If it holds a field that is refused, one that is not known, or
                twice what may come once; or if the file has too many fields.
            IndexError: If it ends inside a field.
            ValueError: If it is no protocol buffer.
        """
        known = _MESSAGES[kind]
        met: Fields = {}
        for number, wire, content in read_fields(_to_bytes(message)):
            field = known.get(number)
            if field is None or field.refused:
                raise BundleError(_explain(kind, number, field))
            if wire != field.wire and not (field.packed and wire == BYTES):
                raise ValueError(wire)
            met.setdefault(field.name, []).append(content)
            self._count(field, len(met[field.name]))
        return met

    def _count(self, field: _Field, times: int) -> None:
        self._left -= 1
        if self._left < 0:
            msg = f"has more than {MAX_FIELDS:,} fields"
            raise BundleError(msg)
        if times > field.most:
            msg = f"says {field.name} twice"
            raise BundleError(msg)


def unpack(contents: list[Content]) -> list[int]:
    """The numbers of a repeated field, whichever way they were written.

    Raises:
        IndexError: If a run of them ends inside one.
        ValueError: If one has more than 64 bits.
    """
    numbers: list[int] = []
    for content in contents:
        if isinstance(content, int):
            numbers.append(content)
            continue
        place = 0
        while place < len(content):
            number, place = read_varint(content, place)
            numbers.append(number)
    return numbers


def _to_bytes(message: Content | None) -> memoryview:
    if isinstance(message, int):
        raise TypeError(message)
    return memoryview(b"") if message is None else message


def _explain(kind: str, number: int, field: _Field | None) -> str:
    if field is not None:
        return field.refused
    return f"has a field {number} in a {kind}, which is not known"
