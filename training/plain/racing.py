"""SAHI with stock Ultralytics on a bundle's own network, timed against our detector."""

import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from benchmark.speed.lap import Lap
from data.scan import Picture, Scan
from detector.boxes import clip_boxes, scale_boxes
from detector.bundle import Bundle
from detector.detections import Detections
from detector.encoding import EncodedScan, Encoding, encode_scan
from training.plain.slicer import Slicer, load_slicer
from training.plain.stock_graph import write_stock_graph

SIDE: Final = 640
"""Width and height of a slice, px, of a network that takes any."""

BATCHES: Final = (1, 4, 16)
"""Slices a call that are tried; the fastest is taken."""

TRIALS: Final = 2


class SahiRacer:
    """SAHI and stock Ultralytics as a good user has them, on a bundle's own network.

    Ultralytics runs the bundle's weights as an ONNX file, float32, on onnxruntime's CPU
    provider. SAHI cuts slices of 640 px that overlap by a fifth, without a pass over
    the whole, and joins boxes by its default (greedy NMM, overlap over the smaller
    0.5). What they do not know how to make they are given off the clock: the planes
    that the network was trained on, at its scale, filled up with air to a slice. They
    get all threads, where Ultralytics by itself leaves a core idle, and as many slices
    a call as are fastest on the first scan.

    Args:
        bundle: Whose network.
        folder: Where its graphs go, as Ultralytics reads them.
        threads: Of the CPU.
        least_score: Detections below are left out.
    """

    def __init__(
        self, bundle: Bundle, folder: Path, *, threads: int, least_score: float
    ) -> None:
        self._bundle = bundle
        self._folder = folder
        self._threads = threads
        self._least_score = least_score
        self._slicers: dict[Encoding, tuple[Slicer, int]] = {}

    @property
    def name(self) -> str:
        """What runs, and how many slices a call were fastest."""
        batches = sorted({batch for _, batch in self._slicers.values()})
        called = f", {' or '.join(map(str, batches))} slices a call" if batches else ""
        return f"SAHI {version('sahi')} + Ultralytics {version('ultralytics')}{called}"

    def ready(self, scan: Scan) -> Callable[[], Lap]:
        """Encode a scan off the clock, see `benchmark.speed.lap.Racer`.

        Raises:
            TrainingError: If SAHI is not installed, or cannot run the network.
        """
        encoding = Encoding.of(scan)
        entry, _ = self._bundle.graph_for(scan.kind)
        cv2.setNumThreads(self._threads)
        started = time.perf_counter()
        encoded = encode_scan(scan, encoding, entry.scale)
        given = time.perf_counter() - started
        if encoding not in self._slicers:
            slicer = self._load(scan, encoding)
            batch = _find_fastest(slicer, encoded, encoding)
            self._slicers[encoding] = slicer, batch
        slicer, batch = self._slicers[encoding]
        planes = _fill_up(encoded.planes, slicer.side, encoding.air)
        return lambda: self._look(slicer, batch, planes, encoded, given)

    def _load(self, scan: Scan, encoding: Encoding) -> Slicer:
        """The network for a kind of scan."""
        _, read = self._bundle.graph_for(scan.kind)
        labels = self._bundle.manifest.labels
        place = self._folder / f"{encoding.value}.onnx"
        side = write_stock_graph(read(), place, labels=labels, side=SIDE)
        return load_slicer(
            place, side=side, threads=self._threads, least_score=self._least_score
        )

    def _look(
        self,
        slicer: Slicer,
        batch: int,
        planes: Picture,
        encoded: EncodedScan,
        given: float,
    ) -> Lap:
        cv2.setNumThreads(self._threads)
        seen = slicer.look(planes, batch)
        tiles = slicer.count(planes)
        return Lap(
            elapsed_s=seen.elapsed_s,
            encode_s=0.0,
            run_s=seen.session_s,
            merge_s=seen.merge_s,
            session_s=seen.session_s,
            tiles=tiles,
            pixels=tiles * slicer.side**2,
            found=_bring_back(seen.found, encoded),
            given_s=given,
        )


def _find_fastest(slicer: Slicer, encoded: EncodedScan, encoding: Encoding) -> int:
    """How many slices a call take least time, each number tried twice in turn."""
    planes = _fill_up(encoded.planes, slicer.side, encoding.air)
    slicer.look(planes, BATCHES[0])
    times = [
        [slicer.look(planes, batch).elapsed_s for batch in BATCHES]
        for _ in range(TRIALS)
    ]
    return BATCHES[int(np.min(times, axis=0).argmin())]


def _fill_up(planes: Picture, side: int, air: tuple[int, int, int]) -> Picture:
    """Planes of a slice at least: Ultralytics would fill them up with grey."""
    height, width = planes.shape[:2]
    filled = np.empty((max(height, side), max(width, side), 3), np.uint8)
    filled[:] = air
    filled[:height, :width] = planes
    return filled


def _bring_back(found: Detections, encoded: EncodedScan) -> Detections:
    """Detections in px of the scan that the planes were made from."""
    x, y = encoded.factors
    inside = clip_boxes(found.boxes, *encoded.size)
    boxes = clip_boxes(scale_boxes(inside, 1 / x, 1 / y), *encoded.scan_size)
    return found.with_boxes(boxes)
