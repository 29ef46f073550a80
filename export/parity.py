"""The gate: a graph answers what its checkpoint answers, or it is not exported.

On every device that is here. On cpu, cuda and openvino a graph counts in 24 bits (see
`detector.runtime.SETTINGS`), so what is left is the order of sums: differences of about
1e-6 in score and 1e-3 px. TensorRT rounds what goes into convolutions to 11 bits (TF32)
and cannot be told not to by onnxruntime. The same rounding done to a checkpoint moved
its scores by up to 0.004 and sides by up to 0.18 px: hence the wider tolerance.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict, Field
from ultralytics.utils.nms import non_max_suppression

from data.errors import DeviceError, ParityError
from detector.detections import Detections
from detector.encoding import EncodedScan
from detector.network import TilePlan
from detector.pipeline import find_in
from detector.ports import FREE_SIDES, STRIDE
from detector.runtime import (
    Answers,
    OnnxRuntime,
    Runtime,
    TileBatch,
    available_devices,
)
from export.graph import DUPLICATE_IOU, MOST_DETECTIONS, Network

SCORE_TOLERANCE: Final = 1e-3
BOX_TOLERANCE_PX: Final = 0.1

ROUNDED: Final = frozenset({"tensorrt"})
ROUNDED_SCORE_TOLERANCE: Final = 1e-2
ROUNDED_BOX_TOLERANCE_PX: Final = 0.5
"""On devices that round more than a CPU does."""

LEAST_SCORE: Final = 0.01
"""Answers below are compared only if their counterpart lies above."""

LEAST_SCAN_SCORE: Final = 0.1
"""The same on whole scans. Of the weak answers of a hardly trained network many are
alike to the last bit, and rounding decides which are kept or merged."""

_log = logging.getLogger(__name__)


class Difference(BaseModel):
    """How far two sets of answers lie apart.

    Attributes:
        compared: How many tiles, or scans.
        detections: How many answers of either side had a score worth comparing.
        score: Largest difference of a score.
        box_px: Largest difference of a side of a box, px.
        highest: Highest score of either side.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    compared: int
    detections: int
    score: float
    box_px: float
    highest: float


class Parity(BaseModel):
    """How a graph was compared with its checkpoint; kept in `parity.json`.

    Attributes:
        provider: Device the graph ran on.
        tiles: Tile by tile: the same uint8 tiles, answers in tile px; of a graph that
            takes any shape their upper halves too.
        scans: End to end: whole scans encoded, cut, answered, merged, in px of the
            encoded scan.
        score_tolerance: Of `score`.
        box_tolerance_px: Of `box_px`.
        nodes: How many nodes of the graph ran by which of onnxruntime's providers.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    provider: str
    tiles: Difference
    scans: Difference
    score_tolerance: float = SCORE_TOLERANCE
    box_tolerance_px: float = BOX_TOLERANCE_PX
    nodes: dict[str, int] = Field(default_factory=dict)

    def passes(self, difference: Difference) -> bool:
        """Whether there was something to compare and it agreed."""
        close = difference.score <= self.score_tolerance
        near = difference.box_px <= self.box_tolerance_px
        return close and near and difference.compared > 0


@dataclass(frozen=True, slots=True)
class CheckpointRuntime:
    """Answers tiles with the checkpoint itself, by Ultralytics' own decoding.

    Args:
        network: The checkpoint's network.
    """

    network: Network

    def run(self, tiles: TileBatch) -> Answers:
        """Find objects in a batch of tiles, see `detector.runtime.Runtime`."""
        if len(tiles) == 0:
            return np.zeros((0, 0, 6), np.float32)
        with torch.inference_mode():
            answer = self.network.module(torch.from_numpy(tiles).float() / 255)
        raw = answer[0] if isinstance(answer, tuple) else answer
        if self.network.free_of_nms:
            return np.asarray(raw.numpy(), np.float32)
        rows = non_max_suppression(
            raw.clone(),
            conf_thres=LEAST_SCORE / 10,
            iou_thres=DUPLICATE_IOU,
            max_det=MOST_DETECTIONS,
            max_time_img=60,
        )
        return np.stack([_padded(one.numpy()) for one in rows])


def check_devices(
    network: Network,
    graph: bytes,
    scans: Sequence[EncodedScan],
    plan: TilePlan,
    *,
    tiles: TileBatch,
) -> tuple[Parity, ...]:
    """Compare a graph with its checkpoint on every device that can be started here.

    Args:
        network: The checkpoint's network.
        graph: The bytes of the graph.
        scans: Encoded scans, not all square.
        plan: How they are cut.
        tiles: (N, 3, S, S) uint8.

    Returns:
        What was measured on each device, the CPU first. A device whose driver or
        libraries are missing is left out, and logged.

    Raises:
        ParityError: As `check_parity` does, on any of them.
    """
    found = []
    for device in available_devices():
        try:
            runtime = OnnxRuntime(graph, device=device, side=plan.side)
        except DeviceError as error:
            _log.warning("Not compared on %s: %s", device, error)
            continue
        parity = check_parity(
            network, runtime, scans, plan, tiles=tiles, provider=device
        )
        found.append(parity.model_copy(update={"nodes": runtime.placement}))
    return tuple(found)


def check_parity(
    network: Network,
    runtime: Runtime,
    scans: Sequence[EncodedScan],
    plan: TilePlan,
    *,
    tiles: TileBatch,
    provider: str = "cpu",
) -> Parity:
    """Compare a graph with its checkpoint, on tiles and on whole scans.

    Args:
        network: The checkpoint's network.
        runtime: The graph.
        scans: Encoded scans, not all square.
        plan: How they are cut.
        tiles: (N, 3, S, S) uint8.
        provider: The device that `runtime` runs on.

    Returns:
        What was measured.

    Raises:
        ParityError: If a score differs by more than 0.001 or a side by more than
            0.1 px (0.01 and 0.5 px on TensorRT), an answer has no counterpart, or there
            was nothing to compare: no tile, no scan, or no answer on either.
    """
    reference = CheckpointRuntime(network)
    answers = (
        pair
        for shaped in _reshape(tiles, runtime)
        for pair in zip(reference.run(shaped), runtime.run(shaped), strict=True)
    )
    by_tile = _compare_all(
        ((_rows(one), _rows(other)) for one, other in answers), LEAST_SCORE
    )
    by_scan = _compare_all(
        ((_run(scan, reference, plan), _run(scan, runtime, plan)) for scan in scans),
        LEAST_SCAN_SCORE,
    )
    rounded = provider in ROUNDED
    parity = Parity(
        provider=provider,
        tiles=by_tile,
        scans=by_scan,
        score_tolerance=ROUNDED_SCORE_TOLERANCE if rounded else SCORE_TOLERANCE,
        box_tolerance_px=ROUNDED_BOX_TOLERANCE_PX if rounded else BOX_TOLERANCE_PX,
    )
    for name, difference in (("tiles", by_tile), ("whole scans", by_scan)):
        if not parity.passes(difference):
            raise ParityError(_explain(name, difference, parity))
    if by_tile.detections + by_scan.detections == 0:
        msg = (
            f"The network answers nothing above a score of {LEAST_SCORE:g}: there is "
            "nothing to compare the graph by. Train it longer, or on more scans."
        )
        raise ParityError(msg)
    return parity


def compare(
    first: Detections, second: Detections, least_score: float = LEAST_SCORE
) -> tuple[float, float]:
    """Largest differences between two sets of detections of one tile or scan.

    Each detection with a score worth it is held against its nearest counterpart of the
    same label on the other side, whatever that one's score.

    Args:
        first: One set.
        second: The other.
        least_score: Score from which a detection is worth it.

    Returns:
        Of the scores, and of the boxes' sides, px; infinite without a counterpart.

    Example:
        >>> found = Detections(
        ...     np.float32([[0, 0, 9, 9]]), np.float32([0.5]), np.array([0])
        ... )
        >>> compare(found, found), compare(found, Detections.empty())
        ((0.0, 0.0), (inf, inf))
    """
    both = (_largest(first, second, least_score), _largest(second, first, least_score))
    return max(one[0] for one in both), max(one[1] for one in both)


def _largest(
    one: Detections, other: Detections, least_score: float
) -> tuple[float, float]:
    worth = one.select(one.scores >= least_score)
    if len(worth) == 0:
        return 0.0, 0.0
    if len(other) == 0:
        return np.inf, np.inf
    sides = np.abs(worth.boxes[:, None] - other.boxes[None]).max(-1)
    scores = np.abs(worth.scores[:, None] - other.scores[None])
    strange = worth.labels[:, None] != other.labels[None]
    apart = np.maximum(sides / BOX_TOLERANCE_PX, scores / SCORE_TOLERANCE)
    nearest = np.where(strange, np.inf, apart).argmin(1)
    rows = np.arange(len(worth))
    if strange[rows, nearest].any():
        return np.inf, np.inf
    return float(scores[rows, nearest].max()), float(sides[rows, nearest].max())


def _compare_all(
    pairs: Iterable[tuple[Detections, Detections]], least_score: float
) -> Difference:
    seen = [(compare(*pair, least_score), *pair) for pair in pairs]
    count = sum(
        int((one.scores >= least_score).sum()) for _, *sides in seen for one in sides
    )
    return Difference(
        compared=len(seen),
        detections=count,
        score=max((difference[0] for difference, *_ in seen), default=0.0),
        box_px=max((difference[1] for difference, *_ in seen), default=0.0),
        highest=max(
            (float(one.scores.max(initial=0)) for _, *sides in seen for one in sides),
            default=0.0,
        ),
    )


def _reshape(tiles: TileBatch, runtime: Runtime) -> Iterator[TileBatch]:
    """Tiles as they are, and their upper halves for a graph that takes any shape."""
    yield tiles
    if getattr(runtime, "free", False):
        half = tiles.shape[2] // 2 // STRIDE * STRIDE
        yield np.ascontiguousarray(tiles[:, :, : max(half, FREE_SIDES[0])])


def _rows(answer: Answers) -> Detections:
    kept = answer[answer[:, 4] > 0]
    return Detections(
        np.sort(kept[:, :4].reshape(-1, 2, 2), axis=1).reshape(-1, 4),
        kept[:, 4],
        kept[:, 5].astype(np.int64),
    )


def _run(scan: EncodedScan, runtime: Runtime, plan: TilePlan) -> Detections:
    in_place = EncodedScan(scan.planes, scan.size)
    return find_in(in_place, runtime, plan, least_score=LEAST_SCAN_SCORE / 2)


def _padded(rows: Answers) -> Answers:
    padded = np.zeros((MOST_DETECTIONS, 6), np.float32)
    padded[: len(rows)] = rows
    return padded


def _explain(name: str, difference: Difference, parity: Parity) -> str:
    if difference.compared == 0:
        return f"There are no {name} to compare the graph on. Give a larger dataset."
    weak = difference.highest < LEAST_SCAN_SCORE
    device = "" if parity.provider == "cpu" else f" with {parity.provider}"
    return (
        f"On {name}{device} the graph differs from its checkpoint by "
        f"{difference.score:.2g} in score and {difference.box_px:.2g} px "
        f"({parity.score_tolerance:g} and {parity.box_tolerance_px:g} are allowed). "
        "Nothing was exported. "
        + ("Train it longer: all its answers are weak." if weak else "Report it.")
    )
