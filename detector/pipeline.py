"""A scan in, alarms out."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from data.errors import BundleError
from data.scan import Picture, Scan
from detector.boxes import Boxes, clip_boxes, no_boxes, scale_boxes
from detector.bundle import Bundle
from detector.container_view import ContainerView, view_containers
from detector.detections import Detections
from detector.encoding import EncodedScan, Encoding, ScanEncoder, Shape
from detector.look import Care, Look, Spent
from detector.merging import merge_tiles
from detector.network import Network, TilePlan, start_network
from detector.opacity import Mask
from detector.operating_point import OperatingPoint
from detector.runtime import Answers, Runtime, count_batch
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
        spent: Where it went.
        coarse: (N, 4) float32, parts that only the coarse pass saw, px of the scan.
        missed: (N, 4) float32, parts that nothing looked at, px of the scan.
        containers: Those that were told apart, left to right.
    """

    detections: Detections
    operating_point: OperatingPoint
    opaque: Mask | None
    opaque_fraction: float | None
    elapsed_s: float
    spent: Spent = field(default_factory=Spent)
    coarse: Boxes = field(default_factory=no_boxes)
    missed: Boxes = field(default_factory=no_boxes)
    containers: tuple[ContainerView, ...] = ()

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
        threads: Of the CPU; None for all cores.
        least_score: Detections below are not reported.
        operating_point: Decides what is an alarm in place of the graph's own.
        coarse: Whether a coarse pass goes before where the bundle has one.

    Raises:
        BundleError: From `detect` and `begin`, if the bundle has no graph for a scan,
            or the graph answers with a class that the bundle has no label for.
        DeviceError: From both, if the device is not there.
    """

    bundle: Bundle
    device: str = "cpu"
    threads: int | None = None
    least_score: float = LEAST_SCORE
    operating_point: OperatingPoint | None = None
    coarse: bool = True
    _networks: dict[Encoding, Network] = field(default_factory=dict, init=False)
    _loading: threading.Lock = field(default_factory=threading.Lock, init=False)

    def detect(self, scan: Scan) -> Findings:
        """Find what the bundle was trained to find in a scan."""
        look = self.begin(scan)
        look.push(scan)
        look.finish()
        return self.sum_up(look, scan)

    def detect_views(self, scans: Sequence[Scan]) -> tuple[Findings, ...]:
        """Look at the views of one inspection together: no thread waits for a view.

        Args:
            scans: The views, in any order.

        Returns:
            What was found in each. The time of each counts until all are done.
        """
        looks = [self.begin(scan) for scan in scans]
        for look, scan in zip(looks, scans, strict=True):
            look.push(scan)
        for look in looks:
            look.finish()
        pairs = zip(looks, scans, strict=True)
        return tuple(self.sum_up(look, scan) for look, scan in pairs)

    def begin(self, scan: Scan) -> Look:
        """Begin to look at a scan whose columns are yet to come.

        Args:
            scan: All of it, or its first columns if its pixel pitch is known.
        """
        entry = self.bundle.graph_for(scan.kind)[0]
        network = self.network(scan)
        shape = Shape.of(scan, entry.scale)
        encoder = ScanEncoder(network.plan.encoding, shape, network.workers)
        return Look(network, encoder, self.least_score)

    def network(self, scan: Scan) -> Network:
        """The network for scans of a kind, loaded.

        Args:
            scan: Any of the kind.
        """
        encoding = Encoding.of(scan)
        with self._loading:
            if encoding not in self._networks:
                self._networks[encoding] = self._load(scan, encoding)
            return self._networks[encoding]

    def point(self, scan: Scan) -> OperatingPoint:
        """What decides what is an alarm in scans of a kind."""
        entry = self.bundle.graph_for(scan.kind)[0]
        return self.operating_point or entry.operating_points[0]

    def sum_up(self, look: Look, scan: Scan) -> Findings:
        """State what was found in a scan.

        Args:
            look: Finished.
            scan: All of it, or any of its columns.
        """
        found = look.detections
        self._check_labels(found)
        overview = look.overview
        return Findings(
            found,
            self.point(scan),
            overview.opaque,
            overview.opaque_fraction,
            look.elapsed_s,
            spent=look.spent,
            coarse=look.seen_with(Care.COARSE),
            missed=look.seen_with(Care.NONE),
            containers=self._view_containers(look, scan),
        )

    def _load(self, scan: Scan, encoding: Encoding) -> Network:
        entry, read = self.bundle.graph_for(scan.kind)
        plan = TilePlan(
            encoding,
            entry.tile_side,
            entry.tile_overlap,
            coarse_score=entry.coarse_score if self.coarse else None,
        )
        return start_network(read(), plan, device=self.device, threads=self.threads)

    def _view_containers(self, look: Look, scan: Scan) -> tuple[ContainerView, ...]:
        if scan.info.pitch_mm is None:
            return ()
        entry = self.bundle.graph_for(scan.kind)[0]
        encoder = look.encoder
        pitch_mm = entry.scale.pitch_mm
        return view_containers(look.overview, encoder.shape, pitch_mm, encoder.width)

    def _check_labels(self, found: Detections) -> None:
        labels = self.bundle.manifest.labels
        highest = int(found.labels.max(initial=0))
        if highest >= len(labels):
            msg = (
                f"The bundle {self.bundle.manifest.name} names {len(labels)} labels, "
                f"but its graph answered with class {highest}. Export it again."
            )
            raise BundleError(msg)


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
