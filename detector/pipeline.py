"""A scan in, alarms out."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from data.errors import BundleError
from data.scan import Picture, Scan
from detector.boxes import clip_boxes, scale_boxes
from detector.bundle import Bundle
from detector.detections import Detections
from detector.encoding import EncodedScan, Encoding, encode_scan
from detector.manifest import GraphEntry
from detector.merging import merge_tiles
from detector.opacity import Mask
from detector.operating_point import OperatingPoint
from detector.runtime import Answers, OnnxRuntime, Runtime, count_batch
from detector.tiles import Tile, extract_tile, plan_tiles

LEAST_SCORE: Final = 0.01
"""Detections below this are not reported: no operating point goes so low."""


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """What was found in one scan.

    Attributes:
        detections: In px of the scan, best first.
        operating_point: What decides which of them are alarms.
        opaque: (h, w) bool at the network's scale, where nothing could be seen; None
            for display scans.
        opaque_fraction: Share of the container's area; None for display scans.
        elapsed_s: How long encoding, network and merging took, s.
    """

    detections: Detections
    operating_point: OperatingPoint
    opaque: Mask | None
    opaque_fraction: float | None
    elapsed_s: float

    @property
    def alarming(self) -> Mask:
        """(N,) bool: which of the detections reach the operating point."""
        threshold = np.float32(self.operating_point.threshold)
        return np.asarray(self.detections.scores >= threshold)

    @property
    def alarms(self) -> Detections:
        """The detections that the operator is shown."""
        return self.detections.select(self.alarming)


@dataclass(slots=True)
class Detector:
    """A bundle ready to run; its graphs are loaded when a scan first needs them.

    Args:
        bundle: What to run.
        device: "cpu", "cuda", "tensorrt" or "openvino"; what is asked is what runs.
        threads: Of the network on a CPU; None for all cores.
        least_score: Detections below are not reported.
        operating_point: Decides what is an alarm in place of the graph's own.

    Raises:
        BundleError: From `detect`, if the bundle has no graph for a scan, or the graph
            answers with a class that the bundle has no label for.
        DeviceError: From `detect`, if the device is not there.
    """

    bundle: Bundle
    device: str = "cpu"
    threads: int | None = None
    least_score: float = LEAST_SCORE
    operating_point: OperatingPoint | None = None
    _runtimes: dict[Encoding, Runtime] = field(default_factory=dict, init=False)

    def detect(self, scan: Scan) -> Findings:
        """Find what the bundle was trained to find in a scan."""
        started = time.perf_counter()
        encoding = Encoding.of(scan)
        entry, runtime = self._graph(scan, encoding)
        encoded = encode_scan(scan, encoding, entry.scale)
        plan = TilePlan(encoding, entry.tile_side, entry.tile_overlap)
        found = find_in(encoded, runtime, plan, least_score=self.least_score)
        self._check_labels(found)
        return Findings(
            found,
            self.operating_point or entry.operating_points[0],
            encoded.opaque,
            encoded.opaque_fraction,
            time.perf_counter() - started,
        )

    def _graph(self, scan: Scan, encoding: Encoding) -> tuple[GraphEntry, Runtime]:
        entry, read = self.bundle.graph_for(scan.kind)
        if encoding not in self._runtimes:
            self._runtimes[encoding] = OnnxRuntime(
                read(), device=self.device, threads=self.threads
            )
        return entry, self._runtimes[encoding]

    def _check_labels(self, found: Detections) -> None:
        labels = self.bundle.manifest.labels
        highest = int(found.labels.max(initial=0))
        if highest >= len(labels):
            msg = (
                f"The bundle {self.bundle.manifest.name} names {len(labels)} labels, "
                f"but its graph answered with class {highest}. Export it again."
            )
            raise BundleError(msg)


@dataclass(frozen=True, slots=True)
class TilePlan:
    """How an encoded scan is cut for a network."""

    encoding: Encoding
    side: int
    overlap: int


def find_in(
    encoded: EncodedScan, runtime: Runtime, plan: TilePlan, *, least_score: float
) -> Detections:
    """Run a network over the tiles of an encoded scan and join what it found.

    Args:
        encoded: The scan as the network sees it.
        runtime: The network.
        plan: How to cut it.
        least_score: Detections below are left out, 0 to 1.

    Returns:
        The detections in px of the scan, best score first.
    """
    tiles = plan_tiles(*encoded.size, side=plan.side, overlap=plan.overlap)
    count = count_batch(runtime)
    answers = [
        runtime.run(_cut(encoded, tiles[start : start + count], plan))
        for start in range(0, len(tiles), count)
    ]
    merged = merge_tiles(tiles, _join(answers), min_score=least_score)
    x, y = encoded.factors
    boxes = scale_boxes(merged.boxes, 1 / x, 1 / y)
    return merged.with_boxes(clip_boxes(boxes, *encoded.scan_size))


def _join(answers: Sequence[Answers]) -> Answers:
    """All batches in one: a graph may give each another number of rows."""
    most = max(batch.shape[1] for batch in answers)
    return np.concatenate(
        [np.pad(one, ((0, 0), (0, most - one.shape[1]), (0, 0))) for one in answers]
    )


def _cut(encoded: EncodedScan, tiles: Sequence[Tile], plan: TilePlan) -> Picture:
    fill = plan.encoding.air
    return np.stack(
        [
            extract_tile(encoded.planes, tile, side=plan.side, fill=fill)
            for tile in tiles
        ]
    )
