"""How large the values get that a runtime computes while it loads a graph.

onnxruntime computes beforehand whatever does not depend on the tiles. There a few bytes
can ask for any memory: ConstantOfShape and Expand by one number, Concat of a value with
itself by repetition. So each such value, called still, gets an upper bound on how many
numbers it has, and all of them together are bounded. Only operators that a network
applies to weights and to lengths of dimensions may work on still values.

So ConstantOfShape, and Expand of a still value, must get their size from the file: the
shape of a moving value may be still, and its numbers may be made as large as one likes.

What depends on the tiles, called moving, takes memory when tiles are run, not before.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, NoReturn

from data.errors import BundleError
from detector.graph.fields import quote
from detector.graph.operators import ARITHMETIC
from detector.graph.parts import Graph, Node
from detector.graph.tensors import MAX_DIM, MAX_FEW, MAX_RANK, Number, Tensor

MAX_STILL: Final = 1 << 23
"""Numbers that all still values have together, at most, beside those of the weights."""

_PASSES: Final = 2
"""How often weights may be rewritten whole: each byte of the file counts so often."""

_BOUNDED: Final = {"Expand", "Reshape", "Resize"}
"""Operators to whose output a number of another input gives the size."""

_WHOLE_KINDS: Final = (1, 6, 7)
"""Types that hold the lengths of dimensions: float32, int32, int64."""


@dataclass(frozen=True, slots=True)
class _Value:
    """What is known of a value before it is computed.

    Attributes:
        rank: How many dimensions it has, at most.
        count: How many numbers it has, at most; None if it moves.
        few: Its numbers, if it is a list or a single number and they are few; None for
            one that is not known.
    """

    rank: int
    count: int | None
    few: tuple[Number | None, ...] | None = None


_NOTHING: Final = _Value(0, 1)
"""Stands for an input that is left out."""

_Rule = Callable[[Node, Sequence[_Value]], _Value]


def check_growth(graph: Graph, size: int) -> None:
    """Refuse a graph that would take much memory while it is loaded.

    Args:
        graph: With allowed operators only.
        size: Of its file, bytes.

    Raises:
        BundleError: If its nodes are not in the order in which they compute, two values
            have one name, or still values are not known to be small. The message lacks
            the file's name.
    """
    values = {"": _NOTHING}
    for tensor in graph.tensors:
        _name_value(values, tensor.name, _of_tensor(tensor))
    for signature in graph.inputs:
        _name_value(values, signature.name, _Value(len(signature.shape or ()), None))
    left = _PASSES * size + MAX_STILL
    for node in graph.nodes:
        value = _derive(node, values)
        for name in filter(None, node.outputs):
            _name_value(values, name, value)
            left -= value.count or 0
        if left < 0:
            _fail(node, f"more than {MAX_STILL:,} numbers before the first tile")
        if value.rank > MAX_RANK:
            _fail(node, f"a value of more than {MAX_RANK} dimensions")


def _name_value(values: dict[str, _Value], name: str, value: _Value) -> None:
    if name in values:
        msg = f"gives two values the name {quote(name)}"
        raise BundleError(msg)
    values[name] = value


def _of_tensor(tensor: Tensor) -> _Value:
    few = tensor.few if len(tensor.dims) <= 1 else None
    return _Value(len(tensor.dims), max(tensor.count, 1), few)


def _derive(node: Node, values: dict[str, _Value]) -> _Value:
    """What is known of the outputs of a node."""
    missing = [name for name in node.inputs if name not in values]
    if missing:
        msg = f"uses {quote(missing[0])} before it is computed"
        raise BundleError(msg)
    taken = [values[name] for name in node.inputs]
    if node.operator == "Constant":
        return _of_tensor(node.tensors["value"])
    if not taken:
        _fail(node, "something out of nothing")
    if node.operator in _BOUNDED:
        _check_lengths(node, taken[1:])
    rule = _RULES.get(node.operator)
    if rule is not None:
        return rule(node, taken)
    if taken[0].count is not None:
        _fail(node, "something that does not depend on the tiles")
    return taken[0]


def _check_lengths(node: Node, lengths: Sequence[_Value]) -> None:
    known = [n for value in lengths for n in value.few or () if n is not None]
    if any(not n <= MAX_DIM for n in known):
        _fail(node, f"a dimension of more than {MAX_DIM:,}")


def _fail(node: Node, what: str) -> NoReturn:
    msg = f"would compute {what}, by its operator {node.operator}"
    raise BundleError(msg)


def _keep(_node: Node, taken: Sequence[_Value]) -> _Value:
    return taken[0]


def _keep_size(_node: Node, taken: Sequence[_Value]) -> _Value:
    return _Value(taken[0].rank, taken[0].count)


def _cast(node: Node, taken: Sequence[_Value]) -> _Value:
    (value,) = taken[:1]
    to = node.numbers.get("to", ())
    if len(to) != 1 or to[0] not in _WHOLE_KINDS:
        return _Value(value.rank, value.count)
    whole = all(n is None or isinstance(n, int) for n in value.few or ())
    return replace(value, few=value.few if whole else None)


def _broadcast(_node: Node, taken: Sequence[_Value]) -> _Value:
    rank = max(value.rank for value in taken)
    counts = [value.count for value in taken if value.count is not None]
    if len(counts) < len(taken):
        return _Value(rank, None)
    if rank <= 1:
        return _Value(rank, max(counts))
    return _Value(rank, math.prod(counts))


def _any_moves(node: Node, taken: Sequence[_Value]) -> _Value:
    if all(value.count is not None for value in taken):
        _fail(node, "something that does not depend on the tiles")
    return _Value(max(value.rank for value in taken), None)


def _flat(_node: Node, taken: Sequence[_Value]) -> _Value:
    return _Value(2, taken[0].count)


def _shape(node: Node, taken: Sequence[_Value]) -> _Value:
    value = taken[0]
    listed = value.few is not None and value.rank == 1 and not node.numbers
    few = (len(value.few or ()),) if listed else None
    return _Value(1, max(value.rank, 1), few)


def _concat(_node: Node, taken: Sequence[_Value]) -> _Value:
    rank = max(value.rank for value in taken)
    counts = [value.count for value in taken if value.count is not None]
    if len(counts) < len(taken):
        return _Value(rank, None)
    few = [value.few for value in taken if value.few is not None]
    joined = tuple(n for part in few for n in part)
    listed = len(few) == len(taken) and len(joined) <= MAX_FEW
    return _Value(rank, sum(counts), joined if listed else None)


def _gather(_node: Node, taken: Sequence[_Value]) -> _Value:
    data, places = taken[:2]
    rank = max(data.rank + places.rank - 1, 0)
    if data.count is None or places.count is None:
        return _Value(rank, None)
    if data.rank > 1:
        return _Value(rank, data.count * places.count)
    return _Value(rank, places.count, _pick(data, places))


def _pick(data: _Value, places: _Value) -> tuple[Number | None, ...] | None:
    """The numbers of a list at some places."""
    if places.few is None:
        return None
    few = data.few
    if few is None:
        return (None,) * len(places.few)
    size = len(few)
    return tuple(
        few[place] if isinstance(place, int) and -size <= place < size else None
        for place in places.few
    )


def _gather_elements(_node: Node, taken: Sequence[_Value]) -> _Value:
    data, places = taken[:2]
    return _Value(data.rank, None if data.count is None else places.count)


def _unsqueeze(_node: Node, taken: Sequence[_Value]) -> _Value:
    value, axes = taken[:2]
    rank = value.rank + _length(axes)
    return replace(value, rank=rank, few=value.few if rank <= 1 else None)


def _squeeze(_node: Node, taken: Sequence[_Value]) -> _Value:
    value = taken[0]
    known = taken[1].few if len(taken) > 1 else None
    rank = max(value.rank - len(known or ()), 0)
    return replace(value, rank=rank)


def _reshape(_node: Node, taken: Sequence[_Value]) -> _Value:
    value, shape = taken[:2]
    rank = _length(shape)
    if value.count is None:
        return _Value(rank, None)
    known = [n for n in shape.few or () if n is not None and n > 0]
    count = max(value.count, int(math.prod(known)))
    listed = rank == 1 and known in ([], [len(value.few or ())])
    return _Value(rank, count, value.few if listed else None)


def _constant_of_shape(node: Node, taken: Sequence[_Value]) -> _Value:
    shape = taken[0]
    return _Value(_length(shape), _area(node, shape))


def _expand(node: Node, taken: Sequence[_Value]) -> _Value:
    value, shape = taken[:2]
    rank = max(value.rank, _length(shape))
    if value.count is None:
        return _Value(rank, None)
    return _Value(rank, value.count * _area(node, shape))


def _length(shape: _Value) -> int:
    """How many numbers a shape has, at most; too many if it is not known."""
    return MAX_RANK + 1 if shape.count is None else shape.count


def _area(node: Node, shape: _Value) -> int:
    """How many numbers a value of a shape has."""
    known = [n for n in shape.few or () if isinstance(n, int) and 0 <= n <= MAX_DIM]
    if shape.few is None or len(known) < len(shape.few):
        _fail(node, f"a value of a size that is not known, or over {MAX_DIM:,}")
    return max(math.prod(known[:MAX_RANK]), 1)


_RULES: Final[dict[str, _Rule]] = {
    **dict.fromkeys(ARITHMETIC, _broadcast),
    "Cast": _cast,
    "Concat": _concat,
    "ConstantOfShape": _constant_of_shape,
    "DequantizeLinear": _keep_size,
    "Expand": _expand,
    "Flatten": _flat,
    "Gather": _gather,
    "GatherElements": _gather_elements,
    "Identity": _keep,
    "MatMul": _any_moves,
    "NonMaxSuppression": _flat,
    "QuantizeLinear": _keep_size,
    "Reshape": _reshape,
    "RoiAlign": _any_moves,
    "ScatterElements": _keep_size,
    "Shape": _shape,
    "Slice": _keep_size,
    "Split": _keep_size,
    "Squeeze": _squeeze,
    "Transpose": _keep_size,
    "Unsqueeze": _unsqueeze,
}
