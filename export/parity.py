"""The gate: a graph answers what its checkpoint answers, or it is not exported.

On every device that is here. On cpu, cuda and openvino a graph counts in 24 bits (see
`detector.runtime.SETTINGS`), so what is left is the order of sums: differences of about
1e-6 in score and 1e-3 px. TensorRT rounds what goes into convolutions to 11 bits (TF32)
and cannot be told not to by onnxruntime. The same rounding done to a checkpoint moved
its scores by up to 0.004 and sides by up to 0.18 px: hence the wider tolerance.
"""

import logging
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from data.errors import DeviceError, ParityError
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
from export.difference import CLOSE, LEAST_SCORE, Difference, Tolerance, compare
from export.graph import Network
from export.reference import Reference, read_rows

WIDE: Final = Tolerance(score=1e-2, box_px=0.5)
"""On devices that round more than a CPU does."""

ROUNDED: Final = frozenset({"tensorrt"})
"""These devices."""

WEAK: Final = 0.1
"""Score under which the answers of a hardly trained network lie."""

_log = logging.getLogger(__name__)


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
            was nothing to compare: no tile, no scan, no answer on either, or none that
            its refiner looks at again.
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
            f"The network answers nothing above a score of {LEAST_SCORE:g}, or nothing "
            "that its refiner looks at again: there is nothing to compare the graph "
            "by. Train it longer, or on more scans."
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
