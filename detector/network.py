"""A network and its threads: tiles of a belt in, answers out."""

from collections.abc import Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import cv2
import numpy as np

from data.scan import Picture
from detector.belt import Belt
from detector.cores import count_cores
from detector.encoding import Encoding
from detector.ports import FREE_SIDES, STRIDE
from detector.runtime import BATCH, Answers, OnnxRuntime, Runtime, count_batch
from detector.scale import Size
from detector.tiles import Tile, cover

LEAST_SIDE: Final = FREE_SIDES[0]
"""Least width and height of what a network that takes any is given, px."""

WIDEST: Final = FREE_SIDES[1] - 512
"""Most width of a strip for it, px: windows reach back beyond their strip."""

HIGHEST: Final = 2048
"""Most height of what a network that takes any is given, px: it bounds the memory."""

COARSE_OVERLAP: Final = 64
"""What strips share where a coarse pass goes before, px: the fine pass reaches back."""

SHRINK: Final = 2
"""The coarse pass sees one pixel for so many, each way."""


@dataclass(frozen=True, slots=True)
class TilePlan:
    """How a scan is cut for a network.

    Attributes:
        encoding: What the planes mean.
        side: Width and height of the tiles it learned from, px.
        overlap: What neighbouring tiles share at least, px.
        free: Whether it takes tiles of any width and height; else squares.
        coarse_score: Score from which the coarse pass, at half the scale, has a place
            looked at closely; None where there is no such pass.
    """

    encoding: Encoding
    side: int
    overlap: int
    free: bool = False
    coarse_score: float | None = None

    @property
    def strip_overlap(self) -> int:
        """What neighbouring strips share, px."""
        if self.coarse_score is not None:
            return COARSE_OVERLAP
        most = self.side // STRIDE - 1
        return min(-(-self.overlap // STRIDE), most) * STRIDE

    @property
    def strip_width(self) -> int:
        """Of a strip at most, px."""
        width = self.side // STRIDE * STRIDE
        return min(width + self.strip_overlap, WIDEST) if self.free else width

    def cut(self, strip: Tile, height: int) -> list[Tile]:
        """The tiles of a strip without a coarse pass.

        Args:
            strip: What is to be looked at.
            height: Of the scan, px.
        """
        if self.free:
            return _cut_rows(strip, HIGHEST, min(self.overlap, HIGHEST // 2))
        y1 = min(max(strip.y1, strip.y0 + self.side), height)
        y0 = max(min(strip.y0, y1 - self.side), 0)
        whole = Tile(strip.x0, y0, strip.x1, y1)
        return _cut_rows(whole, self.side, self.overlap)

    def cut_coarse(self, strip: Tile) -> list[Tile]:
        """The parts of a strip that the coarse pass is given.

        Args:
            strip: What is to be looked at.
        """
        side = HIGHEST if self.free else self.side
        overlap = min(self.overlap, side // 2)
        return _cut_rows(strip, SHRINK * side, SHRINK * overlap)

    def pad(self, size: Size) -> Size:
        """Width and height of what the network is given for a region.

        Args:
            size: Width and height of the region, px.
        """
        if not self.free:
            return self.side, self.side
        width, height = (max(-(-one // STRIDE) * STRIDE, LEAST_SIDE) for one in size)
        return width, height


@dataclass(frozen=True, slots=True)
class Job:
    """Tiles that are being looked at.

    Attributes:
        tiles: The tiles.
        answers: What the network says of them, (N, K, 6).
        run: How many tiles of which height and width the network is given, px.
    """

    tiles: tuple[Tile, ...]
    answers: Future[Answers]
    run: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Network:
    """Runs a graph over tiles, in as many threads as the executor has.

    Args:
        runtime: The graph.
        plan: How scans are cut for it.
        executor: Whose threads run it.
        workers: Threads that may encode; on a CPU so many run the network.
    """

    runtime: Runtime
    plan: TilePlan
    executor: Executor
    workers: int = 1

    @property
    def batch(self) -> int:
        """How many tiles it is best given at once."""
        return 1 if self.plan.free else count_batch(self.runtime)

    @property
    def least(self) -> int:
        """How many tiles are worth waiting for: a device may fill up what it lacks."""
        return self.batch if self.batch > BATCH else 1

    def look(self, belt: Belt, tiles: Sequence[Tile]) -> list[Job]:
        """Begin to look at tiles.

        Args:
            belt: Where they are cut out.
            tiles: Which ones.
        """
        count = self.batch
        groups = [tiles[n : n + count] for n in range(0, len(tiles), count)]
        return [self._start(belt, group) for group in groups]

    def glance(self, belt: Belt, strip: Tile) -> Job:
        """Begin to look at a strip at half the scale.

        Args:
            belt: Where it is cut out.
            strip: Which part.

        Returns:
            The job, mostly with one tile; boxes are in px of the tiles, at full scale.
        """
        tiles = self.plan.cut_coarse(strip)
        width, height = (-(-side // SHRINK) for side in tiles[0].size)
        size = self.plan.pad((width, height))
        whole = size[0] * SHRINK, size[1] * SHRINK
        regions = [belt.cut(tile, whole) for tile in tiles]
        run = partial(_glance, self.runtime, regions, size)
        number = len(tiles), size[1], size[0]
        return Job(tuple(tiles), self.executor.submit(run), number)

    def _start(self, belt: Belt, tiles: Sequence[Tile]) -> Job:
        size = self.plan.pad(tiles[0].size)
        batch = np.stack([belt.cut(tile, size) for tile in tiles])
        run = (len(tiles), size[1], size[0])
        return Job(tuple(tiles), self.executor.submit(self.runtime.run, batch), run)


def _cut_rows(strip: Tile, side: int, overlap: int) -> list[Tile]:
    """Cut what is higher than a side into parts that overlap, from top to bottom."""
    height = strip.size[1]
    starts = cover(height, side, overlap)
    ends = [(strip.y0 + y, strip.y0 + min(y + side, height)) for y in starts]
    return [Tile(strip.x0, y0, strip.x1, y1) for y0, y1 in ends]


def start_network(
    graph: bytes, plan: TilePlan, *, device: str = "cpu", threads: int | None = None
) -> Network:
    """Load a graph, ready to look at scans.

    On a CPU each thread runs tiles of its own, which is fastest, and a graph that takes
    tiles of any shape gets such; on other devices tiles are squares.

    Args:
        graph: Its bytes, verified.
        plan: How scans are cut for it; whether it is free is found out here.
        device: "cpu", "cuda", "tensorrt" or "openvino".
        threads: Of the CPU; None for all cores.

    Raises:
        BundleError: If the graph cannot be loaded.
        DeviceError: If the device is not there.
    """
    alone = device == "cpu"
    runtime = OnnxRuntime(
        graph, device=device, threads=1 if alone else threads, side=plan.side
    )
    free = alone and runtime.free
    coarse = plan.coarse_score if free else None
    workers = threads or count_cores()
    return Network(
        runtime,
        replace(plan, free=free, coarse_score=coarse),
        ThreadPoolExecutor(workers if alone else 1, thread_name_prefix="network"),
        workers,
    )


def _glance(runtime: Runtime, regions: Sequence[Picture], size: Size) -> Answers:
    answers = runtime.run(np.stack([_halve(region, size) for region in regions]))
    scale = np.array([SHRINK] * 4 + [1, 1], np.float32)
    return np.asarray(answers * scale)


def _halve(region: Picture, size: Size) -> Picture:
    planes = [cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in region]
    return np.stack(planes)
