"""The gate: a graph answers what its checkpoint answers, or it is not exported.

On every device that is here. On cpu, cuda and openvino a graph counts in 24 bits (see
`detector.runtime.SETTINGS`), so what is left is the order of sums: differences of about
1e-6 in score and 1e-3 px. TensorRT rounds what goes into convolutions to 11 bits (TF32)
and cannot be told not to by onnxruntime. The same rounding done to a checkpoint moved
its scores by up to 0.004 and sides by up to 0.18 px: hence the wider tolerance.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from data.errors import DeviceError, ParityError
from detector.boxes import iou_matrix
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
from export.graph import DUPLICATE_IOU, Network
from export.reference import Reference, Told, read_rows


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far answers may lie apart: their scores, and the sides of their boxes."""

    score: float
    box_px: float


CLOSE: Final = Tolerance(score=1e-3, box_px=0.1)
WIDE: Final = Tolerance(score=1e-2, box_px=0.5)
"""On devices that round more than a CPU does."""

ROUNDED: Final = frozenset({"tensorrt"})
"""These devices."""

LEAST_SCORE: Final = 0.01
"""Answers below are compared only if their counterpart lies above."""

WEAK: Final = 0.1
"""Score under which the answers of a hardly trained network lie."""

OVERLAP_TOLERANCE: Final = 0.01
"""How near to `DUPLICATE_IOU` rounding may decide which of two answers is kept."""

SAME_IOU: Final = 0.98
"""Over which two boxes are one, which excuses no other score."""

_log = logging.getLogger(__name__)


class Difference(BaseModel):
    """How far a graph's answers lie from its checkpoint's.

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
        scans: The same on all tiles of whole scans, as they are cut to be answered.
        score_tolerance: Of `score`.
        box_tolerance_px: Of `box_px`.
        nodes: How many nodes of the graph ran by which of onnxruntime's providers.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    provider: str
    tiles: Difference
    scans: Difference
    score_tolerance: float = CLOSE.score
    box_tolerance_px: float = CLOSE.box_px
    nodes: dict[str, int] = Field(default_factory=dict)

    def passes(self, difference: Difference) -> bool:
        """Whether there was something to compare and it agreed."""
        close = difference.score <= self.score_tolerance
        near = difference.box_px <= self.box_tolerance_px
        return close and near and difference.compared > 0


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
    """Compare a graph with its checkpoint, on tiles and on those of whole scans.

    Each answer of the graph must be one of the checkpoint's, duplicates among them, and
    no two of its own duplicates; each that the checkpoint keeps must be one of the
    graph's, or a duplicate of one: which of two is kept, rounding decides where they
    overlap by just so much.

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
    reference = Reference(network)
    tolerance = WIDE if provider in ROUNDED else CLOSE
    on_tiles, on_scans = (Beside(runtime, reference, tolerance) for _ in range(2))
    for shaped in _reshape(tiles, runtime):
        on_tiles.run(shaped)
    for scan in scans:
        find_in(EncodedScan(scan.planes, scan.size), on_scans, plan, least_score=0.0)
    by_tile, by_scan = on_tiles.summarize(), on_scans.summarize(len(scans))
    parity = Parity(
        provider=provider,
        tiles=by_tile,
        scans=by_scan,
        score_tolerance=tolerance.score,
        box_tolerance_px=tolerance.box_px,
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


class Beside:
    """A graph's runtime that holds each answer against its checkpoint's.

    Args:
        runtime: The graph.
        reference: The checkpoint.
        tolerance: By which a counterpart is looked for.
    """

    def __init__(
        self, runtime: Runtime, reference: Reference, tolerance: Tolerance
    ) -> None:
        self._runtime = runtime
        self._reference = reference
        self._tolerance = tolerance
        self._found: list[Difference] = []

    def run(self, tiles: TileBatch) -> Answers:
        """Answer as the graph does, see `detector.runtime.Runtime`."""
        answers = self._runtime.run(tiles)
        told = self._reference.tell(tiles)
        self._found += [
            compare(one, read_rows(other), self._tolerance)
            for one, other in zip(told, answers, strict=True)
        ]
        return answers

    def summarize(self, compared: int | None = None) -> Difference:
        """The largest differences so far.

        Args:
            compared: What counts as compared; None for the tiles.
        """
        count = len(self._found) if compared is None else compared
        return Difference(
            compared=count,
            detections=sum(one.detections for one in self._found),
            score=max((one.score for one in self._found), default=0.0),
            box_px=max((one.box_px for one in self._found), default=0.0),
            highest=max((one.highest for one in self._found), default=0.0),
        )


def compare(told: Told, found: Detections, tolerance: Tolerance = CLOSE) -> Difference:
    """How far a graph's answers for a tile lie from its checkpoint's.

    Answers with a score worth it are held against their nearest counterpart of the same
    label, whatever that one's score.

    Args:
        told: What the checkpoint answers.
        found: What the graph answers.
        tolerance: What is nearest is measured in these.

    Returns:
        It; infinite where there is no counterpart, or the graph says a thing twice.

    Example:
        >>> found = Detections(
        ...     np.float32([[0, 0, 9, 9]]), np.float32([0.5]), np.array([0])
        ... )
        >>> compare(Told(found, found), found).score
        0.0
        >>> compare(Told(found, found), Detections.empty()).box_px
        inf
    """
    kept, every = told.kept, told.every
    first = _largest(found, every, tolerance)
    least = np.inf if told.refined else tolerance.score
    missed = kept.select(~_are_duplicates(kept, found, least))
    second = _largest(missed, found, tolerance)
    if _count_duplicates(found) > _count_duplicates(kept):
        second = np.inf, np.inf
    scores = np.concatenate([kept.scores, found.scores])
    return Difference(
        compared=1,
        detections=int((scores >= LEAST_SCORE).sum()),
        score=max(first[0], second[0]),
        box_px=max(first[1], second[1]),
        highest=float(scores.max(initial=0)),
    )


def _are_duplicates(
    one: Detections, other: Detections, worse: float
) -> npt.NDArray[np.bool_]:
    """Which of one side's answers a better one of the other side may have silenced.

    Better, or worse by so little: infinity where answers were scored anew since.
    """
    shares = iou_matrix(one.boxes, other.boxes)
    overlapping = shares > DUPLICATE_IOU - OVERLAP_TOLERANCE
    if worse == np.inf:
        overlapping &= shares < SAME_IOU
    better = other.scores[None] >= one.scores[:, None] - worse
    alike = other.labels[None] == one.labels[:, None]
    return np.asarray((overlapping & better & alike).any(1))


def _count_duplicates(found: Detections) -> int:
    """Pairs of answers for one thing, whatever rounding did.

    A checkpoint may keep some: boxes that are inside out silence no other.
    """
    worth = found.select(found.scores >= LEAST_SCORE)
    overlaps = np.triu(iou_matrix(worth.boxes, worth.boxes), 1)
    alike = worth.labels[None] == worth.labels[:, None]
    return int((alike & (overlaps > DUPLICATE_IOU + OVERLAP_TOLERANCE)).sum())


def _largest(
    one: Detections, other: Detections, tolerance: Tolerance
) -> tuple[float, float]:
    """Largest differences of one side's answers that are worth it, score and px."""
    worth = one.select(one.scores >= LEAST_SCORE)
    if len(worth) == 0:
        return 0.0, 0.0
    if len(other) == 0:
        return np.inf, np.inf
    sides = np.abs(worth.boxes[:, None] - other.boxes[None]).max(-1)
    scores = np.abs(worth.scores[:, None] - other.scores[None])
    strange = worth.labels[:, None] != other.labels[None]
    apart = np.maximum(sides / tolerance.box_px, scores / tolerance.score)
    nearest = np.where(strange, np.inf, apart).argmin(1)
    rows = np.arange(len(worth))
    if strange[rows, nearest].any():
        return np.inf, np.inf
    return float(scores[rows, nearest].max()), float(sides[rows, nearest].max())


def _reshape(tiles: TileBatch, runtime: Runtime) -> Iterator[TileBatch]:
    """Tiles as they are, and their upper halves for a graph that takes any shape."""
    yield tiles
    if getattr(runtime, "free", False):
        half = tiles.shape[2] // 2 // STRIDE * STRIDE
        yield np.ascontiguousarray(tiles[:, :, : max(half, FREE_SIDES[0])])


def _explain(name: str, difference: Difference, parity: Parity) -> str:
    if difference.compared == 0:
        return f"There are no {name} to compare the graph on. Give a larger dataset."
    weak = difference.highest < WEAK
    device = "" if parity.provider == "cpu" else f" with {parity.provider}"
    return (
        f"On {name}{device} the graph differs from its checkpoint by "
        f"{difference.score:.2g} in score and {difference.box_px:.2g} px "
        f"({parity.score_tolerance:g} and {parity.box_tolerance_px:g} are allowed). "
        "Nothing was exported. "
        + ("Train it longer: all its answers are weak." if weak else "Report it.")
    )
