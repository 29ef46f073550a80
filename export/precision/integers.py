"""A graph that reckons in 8 bits: static, with scales stated beside each tensor."""

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnx
from onnx import ModelProto, NodeProto, helper
from onnxruntime import (  # type: ignore[import-untyped]
    InferenceSession,
    SessionOptions,
)
from onnxruntime.quantization import (  # type: ignore[import-untyped]
    CalibrationDataReader,
    QDQQuantizer,
    QuantType,
    create_calibrator,
)

from data.errors import ExportError
from detector.runtime import QUIET, TileBatch
from export.precision.plain import (
    check_plain,
    find_decoding,
    find_preparing,
    list_boundary,
    make_plain,
)

Arrays = list[npt.NDArray[np.float32]]
Progress = Callable[[int, int], None]

OPERATORS: Final = (
    "Add",
    "Concat",
    "Conv",
    "MaxPool",
    "Mul",
    "Resize",
    "Sigmoid",
    "Slice",
    "Split",
)
"""What reckons in 8 bits. Attention, a few small products, stays float32."""

PROBES: Final = 4
"""Tiles that the sensitivity of layers is measured on."""

TOLERATED: Final = 0.01
"""Noise of all layers in 8 bits together, of the answers' variance."""

MOST_KEPT: Final = 0.125
"""Share of the layers that may stay float32 for the noise they would make."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A convolution and the activation after it.

    Attributes:
        name: Of the convolution.
        nodes: Names of all its nodes.
    """

    name: str
    nodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Integers:
    """A graph in 8 bits.

    Attributes:
        content: The file's bytes.
        kept: Names of the convolutions that stayed float32: the first of each look, the
            last ones before the decoding, and the loudest.
        noise: Of each other layer in 8 bits alone, of the answers' variance, by name.
    """

    content: bytes
    kept: tuple[str, ...]
    noise: Mapping[str, float]


def to_integers(
    graph: bytes, tiles: TileBatch, *, progress: Progress | None = None
) -> Integers:
    """Have a graph reckon in 8 bits where that does little harm.

    Weights have a scale for each channel and 7 bits of their 8: products of pairs then
    fit into 16 bits, and processors without VNNI answer as those with it. Activations
    have one scale for a tensor, from the least and the greatest value met. These stay
    float32: the first layer and all before it, the decoding, the layers before that (8
    bits would cut off scores higher than any met), and those that make the most noise.

    Args:
        graph: A bundle's float32 graph.
        tiles: (N, 3, S, S) uint8, what the scales are found on.
        progress: Told how many layers of how many were measured.

    Raises:
        ExportError: If there is no tile, or the graph is none that can be converted.
    """
    if not len(tiles):
        msg = "Scales of 8 bits cannot be found without tiles. Give a dataset of scans."
        raise ExportError(msg)
    model = onnx.shape_inference.infer_shapes(make_plain(graph))
    layers = list_layers(model)
    if len(layers) < 3:
        msg = "The graph has no layers that could reckon in 8 bits. Keep fp32."
        raise ExportError(msg)
    ranges = _find_ranges(model, tiles)
    outer = (*list_starts(model), *_find_ends(model))
    inner = [layer for layer in layers if layer.name not in outer]
    noise = _measure_noise(model, inner, ranges, tiles, progress)
    kept = (*outer, *choose_kept(noise))
    floating = find_decoding(model).union(
        find_preparing(model), *(layer.nodes for layer in layers if layer.name in kept)
    )
    chosen = [
        node.name
        for node in model.graph.node
        if node.op_type in OPERATORS and node.name not in floating
    ]
    return Integers(check_plain(_convert(model, chosen, ranges)), kept, noise)


def choose_kept(noise: Mapping[str, float]) -> tuple[str, ...]:
    """The layers that stay float32: the loudest, until the others are quiet enough.

    Args:
        noise: Of each layer alone, by its name.

    Example:
        >>> choose_kept({name: 0.001 for name in "abcdefg"} | {"h": 0.03})
        ('h',)
    """
    loudest = sorted(noise, key=lambda name: (-noise[name], name))
    left = sum(noise.values())
    kept = []
    for name in loudest[: int(MOST_KEPT * len(noise))]:
        if left <= TOLERATED:
            break
        kept.append(name)
        left -= noise[name]
    return tuple(kept)


def list_layers(model: ModelProto) -> list[Layer]:
    """The layers of a plain graph, its decoding apart, in order.

    Args:
        model: The graph.
    """
    decoding = find_decoding(model)
    takers: dict[str, list[NodeProto]] = {}
    for node in model.graph.node:
        for name in node.input:
            takers.setdefault(name, []).append(node)
    return [
        Layer(node.name, (node.name, *_find_activation(takers.get(node.output[0], ()))))
        for node in model.graph.node
        if node.op_type == "Conv" and node.name not in decoding
    ]


def list_starts(model: ModelProto) -> tuple[str, ...]:
    """Names of the convolutions that see the tiles: as they are, in a mirror or scaled.

    Args:
        model: A plain graph, with its nodes in order.
    """
    preparing = find_preparing(model)
    made = {
        n for node in model.graph.node if node.name in preparing for n in node.output
    }
    made.update(given.name for given in model.graph.input)
    layers = list_layers(model)
    seeing = {n.name for n in model.graph.node if made.intersection(n.input[:1])}
    return tuple(layer.name for layer in layers if layer.name in seeing)


def _find_ends(model: ModelProto) -> tuple[str, ...]:
    """Names of the convolutions that decoding takes its numbers from."""
    handed = set(list_boundary(model))
    return tuple(
        node.name for node in model.graph.node if handed.intersection(node.output)
    )


def _find_activation(takers: Iterable[NodeProto]) -> tuple[str, ...]:
    """SiLU is x * sigmoid(x): both take what the convolution answers."""
    return tuple(node.name for node in takers if node.op_type in {"Sigmoid", "Mul"})


class _Reader(CalibrationDataReader):  # type: ignore[misc]
    """Hands out tiles one by one."""

    def __init__(self, name: str, tiles: TileBatch) -> None:
        self._feeds = iter([{name: tile[None]} for tile in tiles])

    def get_next(self) -> dict[str, TileBatch] | None:
        """The next tile, None after the last."""
        return next(self._feeds, None)


def _find_ranges(model: ModelProto, tiles: TileBatch) -> Any:
    """Least and greatest value of each tensor over the tiles."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "plain.onnx"
        onnx.save(model, str(place))
        calibrator = create_calibrator(
            place, list(OPERATORS), str(Path(folder) / "watched.onnx")
        )
        calibrator.collect_data(_Reader(model.graph.input[0].name, tiles))
        return calibrator.compute_data()


def _convert(model: ModelProto, nodes: Sequence[str], ranges: Any) -> ModelProto:
    copied = ModelProto.FromString(model.SerializeToString())
    quantizer = QDQQuantizer(
        copied,
        per_channel=True,
        reduce_range=True,
        weight_qType=QuantType.QInt8,
        activation_qType=QuantType.QUInt8,
        tensors_range=ranges,
        nodes_to_quantize=list(nodes),
        nodes_to_exclude=[],
        op_types_to_quantize=list(OPERATORS),
        extra_options={},
    )
    quantizer.quantize_model()
    converted: ModelProto = quantizer.model.model
    del converted.graph.value_info[:]
    return converted


def _measure_noise(
    model: ModelProto,
    layers: Sequence[Layer],
    ranges: Any,
    tiles: TileBatch,
    progress: Progress | None,
) -> dict[str, float]:
    """What each layer alone adds to what the network hands to its decoding."""
    places = np.linspace(0, len(tiles) - 1, min(PROBES, len(tiles))).astype(int)
    names = list_boundary(model)
    wanted = _answer(model, names, tiles[places])
    noise = {}
    for number, layer in enumerate(layers):
        alone = _answer(_convert(model, layer.nodes, ranges), names, tiles[places])
        noise[layer.name] = _compare(wanted, alone)
        if progress is not None:
            progress(number + 1, len(layers))
    return noise


def _answer(model: ModelProto, names: Sequence[str], tiles: TileBatch) -> Arrays:
    cut = ModelProto.FromString(model.SerializeToString())
    del cut.graph.output[:]
    kind = onnx.TensorProto.FLOAT
    cut.graph.output.extend(
        helper.make_tensor_value_info(name, kind, None) for name in names
    )
    options = SessionOptions()
    options.log_severity_level = QUIET
    options.intra_op_num_threads = 1
    session = InferenceSession(
        cut.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    answers: Arrays = session.run(None, {cut.graph.input[0].name: tiles})
    return answers


def _compare(wanted: Arrays, met: Arrays) -> float:
    """Mean square error of the noisiest tensor, of the mean variance of all of them.

    Not of its own variance: a scale at which the network hardly answers has little.
    """
    errors, variances = [], []
    for right, other in zip(wanted, met, strict=True):
        # A channel's mean is its bias: it says nothing of any tile.
        channels = tuple(axis for axis in range(right.ndim) if axis != 1)
        varying = right - right.mean(channels, keepdims=True)
        variances.append(float(np.square(varying, dtype=np.float64).mean()))
        errors.append(float(np.square(other - right, dtype=np.float64).mean()))
    variance = float(np.mean(variances))
    return max(errors) / variance if variance else 0.0
