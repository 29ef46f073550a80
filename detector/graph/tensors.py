"""Tensors that a file holds: as many numbers as they say, and not more than that."""

import math
import struct
from dataclasses import dataclass
from typing import Final

import numpy as np

from data.errors import BundleError
from detector.graph.fields import (
    check_most,
    check_texts,
    quote,
    read_name,
    read_number,
    size_of,
)
from detector.graph.messages import Fields, Reader, unpack
from detector.graph.wire import Content, to_signed

MAX_DIM: Final = 1 << 20
MAX_RANK: Final = 8
MAX_FEW: Final = 64
"""Numbers of a tensor that is small enough to be looked into."""

WIDTHS: Final = {1: 4, 2: 1, 3: 1, 6: 4, 7: 8, 9: 1, 10: 2}
"""Bytes of an element: float32, uint8, int8, int32, int64, bool, float16."""

_WHOLE: Final = {2: "u1", 3: "i1", 6: "<i4", 7: "<i8"}
_FLOATS: Final = {1: "<f4", 10: "<f2"}
_IN_INT32: Final = {2, 3, 6, 9, 10}
"""Types whose elements a tensor may write as `int32_data`."""

Number = int | float


@dataclass(frozen=True, slots=True)
class Tensor:
    """Numbers that the file holds.

    Attributes:
        name: What nodes call it.
        kind: Element type, as numbered by ONNX.
        dims: Its shape.
        few: Its numbers, if they are few.
    """

    name: str
    kind: int
    dims: tuple[int, ...]
    few: tuple[Number, ...] | None

    @property
    def count(self) -> int:
        """How many numbers it has."""
        return math.prod(self.dims)


def read_tensor(reader: Reader, part: Content) -> Tensor:
    """Read a tensor, without the data of large ones.

    Raises:
        BundleError: If its type, its shape or the length of its data is refused.
    """
    fields = reader.read("tensor", part)
    if read_number(fields, "data_location"):
        msg = "keeps data outside of its file, which is never read"
        raise BundleError(msg)
    check_texts(reader, {k: v for k, v in fields.items() if k != "name"})
    name, kind = read_name(fields, "name"), read_number(fields, "data_type")
    if kind not in WIDTHS:
        msg = f"has a tensor {quote(name)} of element type {kind}, and may not"
        raise BundleError(msg)
    check_most("dimensions", len(fields.get("dims", ())), MAX_RANK)
    dims = _read_dims(fields, name)
    _check_data(fields, Tensor(name, kind, dims, None))
    return Tensor(name, kind, dims, _read_few(fields, kind, math.prod(dims)))


def _read_dims(fields: Fields, name: str) -> tuple[int, ...]:
    size = sum(size_of(content) for content in fields.get("dims", ()))
    check_most("bytes of dimensions", size, 10 * MAX_RANK)
    dims = tuple(to_signed(number) for number in unpack(fields.get("dims", [])))
    check_most("dimensions", len(dims), MAX_RANK)
    for dim in dims:
        if not 0 <= dim <= MAX_DIM:
            msg = f"has a tensor {quote(name)} with a dimension of {dim}, not of up to "
            raise BundleError(msg + f"{MAX_DIM:,}")
    if 0 in dims and dims != (0,):
        msg = f"has an empty tensor {quote(name)} of shape {list(dims)}"
        raise BundleError(msg)
    return dims


def _check_data(fields: Fields, tensor: Tensor) -> None:
    """Check that a tensor holds as many numbers as its shape says."""
    runs = [name for name in _DATA if fields.get(name)]
    if len(runs) > 1:
        msg = f"has a tensor {quote(tensor.name)} with data of two kinds"
        raise BundleError(msg)
    met = _DATA[runs[0]](fields, tensor.kind) if runs else 0
    if met != tensor.count:
        msg = (
            f"has a tensor {quote(tensor.name)} of shape {list(tensor.dims)} with data "
            f"for {met:,} numbers"
        )
        raise BundleError(msg)


def _count_raw(fields: Fields, kind: int) -> int:
    size = size_of(fields["raw_data"][0])
    return size // WIDTHS[kind] if size % WIDTHS[kind] == 0 else -1


def _count_floats(fields: Fields, kind: int) -> int:
    return sum(size_of(c) for c in fields["float_data"]) // 4 if kind == 1 else -1


def _count_int32(fields: Fields, kind: int) -> int:
    return _count_varints(fields["int32_data"]) if kind in _IN_INT32 else -1


def _count_int64(fields: Fields, kind: int) -> int:
    return _count_varints(fields["int64_data"]) if kind == 7 else -1


def _count_varints(contents: list[Content]) -> int:
    """How many numbers there are: each ends with a byte under 128."""
    return sum(
        1
        if isinstance(content, int)
        else int(np.count_nonzero(np.frombuffer(content, np.uint8) < 0x80))
        for content in contents
    )


_DATA: Final = {
    "raw_data": _count_raw,
    "float_data": _count_floats,
    "int32_data": _count_int32,
    "int64_data": _count_int64,
}


def _read_few(fields: Fields, kind: int, count: int) -> tuple[Number, ...] | None:
    """The numbers of a tensor, if they are few and shapes may be made of them."""
    if count > MAX_FEW:
        return None
    if "raw_data" in fields:
        layout = _WHOLE.get(kind) or _FLOATS.get(kind)
        raw = _join(fields["raw_data"])
        return tuple(np.frombuffer(raw, layout).tolist()) if layout else None
    if kind == 1:
        return struct.unpack(f"<{count}f", _join(fields.get("float_data", [])))
    if kind in _WHOLE:
        name = "int64_data" if kind == 7 else "int32_data"
        return tuple(to_signed(v) for v in unpack(fields.get(name, [])))
    return None


def _join(contents: list[Content]) -> bytes:
    return b"".join(content for content in contents if not isinstance(content, int))
