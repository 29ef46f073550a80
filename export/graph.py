"""Turn a checkpoint into an ONNX graph: uint8 tiles in, boxes out."""

import io
import json
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import onnx
from onnx import TensorProto, helper, numpy_helper

from data.environment import prepare_environment
from data.errors import ExportError
from detector.graph_file import HALF, LAYOUT
from detector.ports import FREE_SIDES, STRIDE

prepare_environment()

import numpy as np  # noqa: E402 - Ultralytics reads its environment when imported
import torch  # noqa: E402
import torchvision  # noqa: E402
from torch import Tensor, nn  # noqa: E402
from ultralytics.nn.modules import head as heads  # noqa: E402
from ultralytics.nn.tasks import load_checkpoint  # noqa: E402

OPSET: Final = 18
CANDIDATES: Final = 1000
"""Answers that non-maximum suppression looks at, best first."""

MOST_DETECTIONS: Final = 300
DUPLICATE_IOU: Final = 0.7
"""Intersection over union over which two boxes of one label are one object: what
Ultralytics suppresses by, so that figures compare."""

SIDES: Final = (64, FREE_SIDES[1])
"""Least and largest width and height of a tile, px."""

LEAST_FREE: Final = FREE_SIDES[0]
"""Side from which a graph takes tiles of any shape, px: a smaller tile has fewer places
to answer from than the graph gives answers."""

CELL: Final = 4
"""Side of a cell of the finest grid on which networks answer (layouts "-p2"), px."""

SMALLEST_HALF: Final = 64
"""Weights of fewer elements stay as they are: halving them saves nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A checkpoint's network, ready to answer.

    Attributes:
        module: Takes (N, 3, H, W) float32 from 0 to 1; answers several times for one
            object.
        labels: How many classes it tells apart.
        family: Name of its layout, such as "yolo26n".
    """

    module: nn.Module
    labels: int
    family: str


def load_network(checkpoint: Path) -> Network:
    """Load the network of a checkpoint; run this on files you trust only.

    Of two heads, as YOLO26 has them, the one that answers several times for an object
    is taken: the rest of the network has learned by it alone, and it finds more.

    Args:
        checkpoint: A `.pt` file of Ultralytics. Loading one runs code inside it.

    Raises:
        ExportError: If it is not such a file, or not a detector.
    """
    try:
        module, _ = load_checkpoint(str(checkpoint))
        head: Any = module.model[-1]
        labels = int(head.nc)
        _keep_head(module)
    except Exception as error:
        msg = f"{checkpoint} is not a detector's checkpoint: {_first_line(error)}."
        raise ExportError(msg) from error
    family = Path(str(module.yaml.get("yaml_file", "unknown"))).stem
    return Network(module.float().eval(), labels, family)


def find_refiner(module: nn.Module) -> Any:
    """What looks at a network's answers again; None where nothing does.

    It is shown the maps of the first look, at tiles as they are.
    """
    return getattr(module, "refiner", None)


def _keep_head(module: Any) -> None:
    """Keep one head: the first, unless somebody has taken that out."""
    head = module.model[-1]
    if getattr(head, "one2one_cv2", None) is None:
        return
    if head.cv2 is None:
        head.cv2, head.cv3 = head.one2one_cv2, head.one2one_cv3
    head.one2one_cv2 = head.one2one_cv3 = None
    module.yaml["end2end"] = False


def export_graph(network: Network, side: int) -> bytes:
    """Write a network as an ONNX graph that needs nothing decoded.

    Input `tiles`: uint8 (N, 3, H, W), any N; H and W are multiples of 32 from 128 to
    4096, any two. Output `detections`: float32 (N, 300, 6), x0 y0 x1 y1 in tile px,
    score, class; rows with a score of 0 are padding. Non-maximum suppression is an
    operator of the graph, each tile and each class for itself. A graph of a side under
    128 px takes squares of that side only, and gives fewer rows; a network with cells
    of over 32 px (layouts "-p6") takes squares of its side too.

    Weights whose value a half holds exactly are stored as halves and widened when the
    graph is loaded: half the size, the same numbers. Batch norms stay apart so that
    this holds for all of a checkpoint's weights; runtimes fuse them on loading.

    Args:
        network: What to write.
        side: Width and height of the tile that it is traced on, px; a multiple of 32
            from 64 to 4096.

    Returns:
        The file's bytes.

    Raises:
        ExportError: If the side is another one, or the network holds something that
            ONNX cannot say.
    """
    _check_side(side)
    tiles = torch.zeros(2, 3, side, side, dtype=torch.uint8)
    graph = _Graph(network).eval()
    written = io.BytesIO()
    try:
        with _tracing(graph, free=_may_be_free(graph.head, side)):
            most = graph(tiles).shape[1]
            _write(graph, tiles, written)
    except (RuntimeError, torch.onnx.errors.OnnxExporterError) as error:
        msg = f"This network cannot be written as ONNX: {_first_line(error)}."
        raise ExportError(msg) from error
    model = onnx.load_from_string(written.getvalue())
    _state_shape(model, most)
    layout = json.dumps(network.module.yaml, default=str)
    model.metadata_props.add(key=LAYOUT, value=layout)
    return _store_halves(model)


def _check_side(side: int) -> None:
    least, most = SIDES
    if not least <= side <= most or side % STRIDE:
        msg = (
            f"A graph cannot take tiles of {side} px. "
            f"Choose a multiple of {STRIDE} px from {least} to {most} px."
        )
        raise ExportError(msg)


def _may_be_free(head: Any, side: int) -> bool:
    """Whether a network's cells fill all tiles, and a tile has places enough."""
    return side >= LEAST_FREE and all(CELL <= one <= STRIDE for one in head.stride)


class _Graph(nn.Module):
    """What the ONNX file computes."""

    _centres: Tensor

    def __init__(self, network: Network) -> None:
        super().__init__()
        self._network = network.module
        self.register_buffer("_centres", torch.arange(SIDES[1] // CELL) + 0.5)

    @property
    def head(self) -> Any:
        """The network's last layer, which answers."""
        layers: Any = self._network.model
        return layers[-1]

    def forward(self, tiles: Tensor) -> Tensor:
        """(N, 3, H, W) uint8 to (N, 300, 6) float32."""
        planes, refiner = tiles.float() / 255, find_refiner(self._network)
        if refiner is None:
            return _without_duplicates(self._network(planes))
        with refiner.listening(self.head) as heard:
            answers = _without_duplicates(self._network(planes))
        refined: Tensor = refiner.refine(heard[0], answers)
        return refined

    def place_cells(
        self, maps: Sequence[Tensor], strides: Tensor, _offset: float
    ) -> tuple[Tensor, Tensor]:
        """What Ultralytics' `make_anchors` gives, for maps of any height and width.

        That one counts by Range and ConstantOfShape, whose memory a file could make as
        large as it likes: `detector.graph` refuses them. This one adds a stored list of
        centres, cut to the map's width and height, to a map of zeros.

        Args:
            maps: (N, C, h, w) each, what the head sees.
            strides: (maps,) side of their cells, px.

        Returns:
            (cells, 2) centre x and y of each cell, in cells; (cells, 1) their sides.
        """
        places, sides = [], []
        for number, seen in enumerate(maps):
            zeros = seen[0, 0] * 0
            height, width = zeros.shape
            x, y = zeros + self._centres[:width], zeros + self._centres[:height, None]
            places.append(torch.stack([x, y], -1).view(-1, 2))
            sides.append((zeros + strides[number]).view(-1, 1))
        return torch.cat(places), torch.cat(sides)


@contextmanager
def _tracing(graph: _Graph, *, free: bool) -> Iterator[None]:
    """Have a network answer as it is to be written, for tiles of any shape if free."""
    head, usual = graph.head, heads.make_anchors
    head.export, head.format, head.dynamic = True, "onnx", free
    if free:
        heads.make_anchors = graph.place_cells
    try:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about tracing, and about older exporters
            yield
    finally:
        heads.make_anchors = usual
        head.export = head.dynamic = False
        head.shape = None  # forgets the cells of the tiles that were traced


def _without_duplicates(answer: Tensor) -> Tensor:
    """(N, 4 + classes, anchors), centres and sizes, to (N, 300, 6)."""
    rows = answer.permute(0, 2, 1)
    scores, labels = rows[..., 4:].max(-1)
    scores, places = scores.topk(_count(scores, CANDIDATES), dim=1)
    centre, half = rows[..., :2], rows[..., 2:4] / 2
    boxes = _pick(torch.cat([centre - half, centre + half], -1), places)
    labels = labels.gather(1, places).float()
    kept = _suppress(boxes, scores, labels)
    scores, places = kept.topk(_count(kept, MOST_DETECTIONS), dim=1)
    labels = labels.gather(1, places)
    return torch.cat([_pick(boxes, places), scores[..., None], labels[..., None]], -1)


def _count(scores: Tensor, most: int) -> int:
    """How many of (N, A) scores there are in a tile, at most so many.

    A slice's length follows the tile's shape; the lesser of two would be traced as it
    is for one tile.
    """
    return scores[:, :most].shape[1]


def _pick(boxes: Tensor, places: Tensor) -> Tensor:
    """(N, A, 4) boxes and (N, K) places to (N, K, 4)."""
    return boxes.gather(1, places[..., None].expand(-1, -1, 4))


def _suppress(boxes: Tensor, scores: Tensor, labels: Tensor) -> Tensor:
    """Scores with those of duplicates set to 0; all are (N, A), boxes (N, A, 4).

    One operator serves all tiles and classes: each gets a place of its own on the
    plane, far from the others. The places stay near enough for float32 to hold a
    hundredth of a pixel.
    """
    extent = boxes.amax() - boxes.amin() + 1
    tile = ((labels.long() * 0 + 1).cumsum(0) - 1).to(boxes)
    apart = torch.stack([labels * extent, tile * extent] * 2, -1)
    flat = scores.flatten()
    kept = torchvision.ops.nms((boxes + apart).flatten(0, 1), flat, DUPLICATE_IOU)
    return (flat * 0).scatter(0, kept, flat.gather(0, kept)).view_as(scores)


def _write(graph: _Graph, tiles: Tensor, file: io.BytesIO) -> None:
    sides = {2: "H", 3: "W"} if graph.head.dynamic else {}
    torch.onnx.export(
        graph,
        (tiles,),
        file,  # type: ignore[arg-type]
        input_names=["tiles"],
        output_names=["detections"],
        dynamic_axes={"tiles": {0: "N", **sides}, "detections": {0: "N"}},
        opset_version=OPSET,
        training=torch.onnx.TrainingMode.PRESERVE,
        do_constant_folding=False,
        dynamo=False,
    )


def _state_shape(model: onnx.ModelProto, most: int) -> None:
    """Say that the answer is (N, most, 6): the tracer forgets it."""
    shape = model.graph.output[0].type.tensor_type.shape
    shape.dim[1].dim_value = most
    shape.dim[2].dim_value = 6


def _store_halves(model: onnx.ModelProto) -> bytes:
    widened = []
    for weights in model.graph.initializer:
        values = numpy_helper.to_array(weights)
        if weights.data_type != TensorProto.FLOAT or values.size < SMALLEST_HALF:
            continue
        with np.errstate(over="ignore"):
            halves = values.astype(np.float16)
        if np.array_equal(halves.astype(np.float32), values):
            name = weights.name
            stored = name + HALF
            weights.CopyFrom(numpy_helper.from_array(halves, stored))
            widened.append(
                helper.make_node("Cast", [stored], [name], to=TensorProto.FLOAT)
            )
    nodes = [*widened, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
