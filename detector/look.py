"""Look at one scan while its columns come in."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final, TypeVar

import numpy as np

from data.scan import Scan
from detector.belt import Belt
from detector.boxes import Boxes, clip_boxes, scale_boxes, shift_boxes
from detector.detections import Detections
from detector.encoding import Block, Overview, ScanEncoder
from detector.merging import Found, Merger
from detector.network import Job, Network
from detector.strips import StripPlanner
from detector.tiles import Tile
from detector.windows import LOOK_BACK, plan_windows

Given = TypeVar("Given")

MOST_PENDING: Final = 6
"""Strips that may wait for the network before the next columns do, or two for each
thread if that is more: it bounds the memory."""


class Care(Enum):
    """How closely strips are looked at.

    FULL: As the bundle asks.
    COARSE: By the coarse pass alone, whose answers then count.
    NONE: Not at all: their columns pass by.
    """

    FULL = "full"
    COARSE = "coarse"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Spent:
    """Where the time of one scan went.

    Attributes:
        encode_s: Encoding, s.
        merge_s: Joining what tiles found, s.
        run_s: All the rest: waiting for the network, which runs beside the others, s.
        runs: (tiles, height, width) of each run of the network, px.
    """

    encode_s: float = 0.0
    merge_s: float = 0.0
    run_s: float = 0.0
    runs: tuple[tuple[int, int, int], ...] = ()

    @property
    def tiles(self) -> int:
        """How many tiles the network ran."""
        return sum(count for count, _, _ in self.runs)

    @property
    def pixels(self) -> int:
        """How many pixels the network ran, padding included."""
        return sum(count * height * width for count, height, width in self.runs)


@dataclass(slots=True)
class _Strip:
    """A strip that is being looked at.

    Attributes:
        region: Which part of the scan.
        glance: The coarse pass; None where there is none.
        jobs: What its answers are taken from; None while the coarse pass goes on.
    """

    region: Tile
    glance: Job | None
    jobs: list[Job] | None

    @property
    def glanced(self) -> bool:
        """Whether the coarse pass is done."""
        return self.glance is not None and self.glance.answers.done()

    @property
    def answered(self) -> bool:
        """Whether all that was begun is done."""
        return self.jobs is not None and all(job.answers.done() for job in self.jobs)


@dataclass(slots=True)
class Look:
    """What is found in one scan, while it comes in from left to right.

    What is looked at, and what is found, depends on the columns and not on how they are
    handed over: a scan in one piece and column by column come to the same.

    Args:
        network: What looks.
        encoder: What turns the scan into planes.
        min_score: Detections below are left out.
    """

    network: Network
    encoder: ScanEncoder
    min_score: float
    _belt: Belt = field(init=False)
    _strips: StripPlanner = field(init=False)
    _merger: Merger = field(init=False)
    _pending: deque[_Strip] = field(default_factory=deque, init=False)
    _gathered: list[Tile] = field(default_factory=list, init=False)
    overview: Overview = field(default_factory=Overview, init=False)
    _less: dict[Care, list[Tile]] = field(default_factory=dict, init=False)
    _changed: set[int] = field(default_factory=set, init=False)
    _runs: list[tuple[int, int, int]] = field(default_factory=list, init=False)
    _encode_s: float = field(default=0.0, init=False)
    _merge_s: float = field(default=0.0, init=False)
    _started: float = field(default_factory=time.perf_counter, init=False)

    def __post_init__(self) -> None:
        """Set up what is kept of the scan."""
        plan, height = self.network.plan, self.encoder.shape.height
        self._belt = Belt(plan.encoding.air)
        self._strips = StripPlanner(plan.strip_width, plan.strip_overlap, height)
        self._merger = Merger(min_score=self.min_score)

    def push(self, piece: Scan, *, care: Care = Care.FULL) -> None:
        """Take in the next columns and begin to look at what they complete.

        Args:
            piece: The columns, as a scan of their own.
            care: How closely strips that they complete are looked at.

        Raises:
            EncodingError: If they do not continue the scan.
        """
        blocks = self.encoder.push(piece)
        while (made := self._encode(lambda: next(blocks, None))) is not None:
            self._take(made, care=care)
            self._advance(wait=False)

    def wait(self) -> None:
        """Finish looking at all strips that are complete."""
        self._advance(wait=True)

    def finish(self, *, care: Care = Care.FULL) -> None:
        """Look at what is left: no more columns come.

        Args:
            care: How closely.

        Raises:
            EncodingError: If there were no columns.
        """
        self._take(self._encode(self.encoder.finish), care=care)
        width = self.encoder.shape.count_columns(self.encoder.width)
        self._begin(self._strips.finish(width), care=care)
        self._advance(wait=True)

    def end_strip(self) -> None:
        """Look at what is there without waiting for the rest of its strip.

        For a scanner that stands still. What is found may then differ from what is
        found in the finished scan, whose strips end elsewhere.
        """
        self._begin(self._strips.cut(), care=Care.FULL)
        self._advance(wait=True)

    def take_changes(self) -> tuple[int, ...]:
        """Numbers of the objects that are new, or have grown, since last asked."""
        changed, self._changed = self._changed, set()
        return tuple(sorted(changed))

    def object(self, number: int) -> Found:
        """An object as it is known now.

        Args:
            number: From `take_changes`.

        Returns:
            Its box is in px of the scan.
        """
        found = self._merger.object(number)
        (box,) = self._to_scan(found.box[None])
        return replace(found, box=box)

    @property
    def detections(self) -> Detections:
        """What was found so far, px of the scan, best score first."""
        found = self._merger.detections
        return found.with_boxes(self._to_scan(found.boxes))

    def seen_with(self, care: Care) -> Boxes:
        """Parts of the scan that were looked at with less than full care.

        Args:
            care: With how much.

        Returns:
            (N, 4) float32, px of the scan.
        """
        strips = self._less.get(care, [])
        rows = [(one.x0, one.y0, one.x1, one.y1) for one in strips]
        return self._to_scan(np.array(rows, np.float32).reshape(-1, 4))

    @property
    def spent(self) -> Spent:
        """Where the time since the first column went."""
        rest = self.elapsed_s - self._encode_s - self._merge_s
        return Spent(self._encode_s, self._merge_s, rest, tuple(self._runs))

    @property
    def elapsed_s(self) -> float:
        """Time since the look began, s."""
        return time.perf_counter() - self._started

    def _encode(self, make: Callable[[], Given]) -> Given:
        started = time.perf_counter()
        made = make()
        self._encode_s += time.perf_counter() - started
        return made

    def _take(self, blocks: Sequence[Block], *, care: Care) -> None:
        for block in blocks:
            self._belt.add(block)
            self.overview.add(block)
            self._begin(self._strips.add(block.busy), care=care)

    def _begin(self, strips: Sequence[Tile], *, care: Care) -> None:
        """Begin to look at strips."""
        for strip in strips:
            if care is not Care.FULL:
                self._less.setdefault(care, []).append(strip)
            if care is Care.FULL and self.network.plan.coarse_score is None:
                height = self.encoder.shape.height
                self._gathered += self.network.plan.cut(strip, height)
                self._look_together(self.network.least)
            elif care is not Care.NONE:
                self._look_together(1)
                self._pending.append(self._start(strip, care))

    def _look_together(self, least: int) -> None:
        """Look at tiles of several strips, once there are so many of them."""
        if len(self._gathered) >= least:
            tiles, self._gathered = self._gathered, []
            self._pending.append(_Strip(tiles[0], None, self._look(tiles)))

    def _start(self, strip: Tile, care: Care) -> _Strip:
        glance = self._note(self.network.glance(self._belt, strip))
        return _Strip(strip, glance, [glance] if care is Care.COARSE else None)

    def _look(self, tiles: Sequence[Tile]) -> list[Job]:
        return [self._note(job) for job in self.network.look(self._belt, tiles)]

    def _note(self, job: Job) -> Job:
        self._runs.append(job.run)
        return job

    def _advance(self, *, wait: bool) -> None:
        """Go on with strips as far as answers are there, or to the end."""
        if wait:
            self._look_together(1)
        most = max(MOST_PENDING, 2 * self.network.workers)
        for number, strip in enumerate(self._pending):
            due = wait or number < len(self._pending) - most
            if strip.jobs is None and (due or strip.glanced):
                strip.jobs = self._look(self._propose(strip))
        while self._pending and (
            wait or len(self._pending) > most or self._pending[0].answered
        ):
            self._merge(self._pending.popleft())
        waiting = [strip.region for strip in self._pending] + self._gathered
        first = min([tile.x0 for tile in waiting], default=self._strips.x)
        self._merger.settle(first - LOOK_BACK)
        self._belt.forget(first - LOOK_BACK)

    def _propose(self, strip: _Strip) -> list[Tile]:
        """Where the fine pass looks."""
        assert strip.glance is not None  # noqa: S101 - it has no jobs
        plan, height = self.network.plan, self.encoder.shape.height
        least = plan.coarse_score or 0.0
        answers = strip.glance.answers.result()
        boxes = [
            shift_boxes(
                rows[(rows[:, 4] > 0) & (rows[:, 4] >= least), :4], tile.x0, tile.y0
            )
            for tile, rows in zip(strip.glance.tiles, answers, strict=True)
        ]
        windows = plan_windows(np.concatenate(boxes), strip.region, height)
        return [tile for window in windows for tile in plan.cut(window, height)]

    def _merge(self, strip: _Strip) -> None:
        for job in strip.jobs or ():
            answers = job.answers.result()
            started = time.perf_counter()
            for tile, rows in zip(job.tiles, answers, strict=True):
                self._changed.update(self._merger.add(tile, rows))
            self._merge_s += time.perf_counter() - started

    def _to_scan(self, boxes: Boxes) -> Boxes:
        shape = self.encoder.shape
        scaled = scale_boxes(boxes, 1 / shape.across, 1 / shape.down)
        return clip_boxes(scaled, self.encoder.width, shape.rows)
