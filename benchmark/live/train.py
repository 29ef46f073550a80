"""A train: one scan of any length, looked at live and whole, and the memory of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from typing import Final

import numpy as np

from benchmark.live.memory import read_memory
from benchmark.live.trucks import Truck
from data.parallel import map_ordered
from data.physics.transmission import measure_transmission
from data.scan import Counts, Levels, Scan
from detector.bundle import read_bundle
from detector.detections import Detections
from detector.live import LiveScan
from detector.pipeline import Detector, Findings

PIECE: Final = 64
"""Columns that are made at a time."""

_OWN_PROCESS: Final = 2
"""Workers from which work is done in processes of its own, whose memory is theirs."""


@dataclass(frozen=True, slots=True, eq=False)
class Train:
    """Trucks behind each other as one scan, as often as it takes.

    Attributes:
        trucks: What it is made of.
        columns: How long it is.
    """

    trucks: tuple[Truck, ...]
    columns: int

    def make_pieces(self) -> Iterator[Scan]:
        """Its columns from left to right, a few at a time."""
        first, left = self.trucks[0], self.columns
        for truck in cycle(self.trucks):
            for _, piece in truck.read_pieces(PIECE):
                if left == 0:
                    return
                made = _take_levels(piece, first, left)
                left -= made.size[0]
                yield made

    def make_whole(self) -> Scan:
        """All of it in memory."""
        first, start = self.trucks[0], 0
        planes = np.empty((*first.air.shape, self.columns), np.uint16)
        for piece in self.make_pieces():
            stop = start + piece.size[0]
            for plane, part in zip(planes, (piece.high, piece.low), strict=True):
                assert part is not None  # noqa: S101 - trucks have both
                plane[:, start:stop] = part
            start = stop
        high, low = planes
        return Scan(high, low, air=first.air, dark=first.dark, info=first.info)


@dataclass(frozen=True, slots=True)
class Ride:
    """What looking at a train took, in a process of its own.

    Attributes:
        way: "live", column by column as fast as it goes, or "whole".
        columns: Of the train.
        before_mb: Memory of the process with the network loaded, MB.
        peak_mb: At most, MB; the scan itself counts where it is whole.
        alarms: How many there were.
        same: Whether they are those of the other way.
    """

    way: str
    columns: int
    before_mb: float
    peak_mb: float
    alarms: int
    same: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Trip:
    train: Train
    bundle: Path
    threads: int | None
    way: str


def ride_train(train: Train, bundle: Path, threads: int | None) -> tuple[Ride, ...]:
    """Look at a train live and whole, each in a process of its own.

    Args:
        train: What is looked at.
        bundle: Folder of what looks.
        threads: Of the CPU; None for all.
    """
    trips = [_Trip(train, bundle, threads, way) for way in _WAYS]
    ends = [_ride_alone(trip) for trip in trips]
    same = _are_same([found for _, found in ends])
    return tuple(replace(ride, same=same) for ride, _ in ends)


def _ride_alone(trip: _Trip) -> tuple[Ride, Detections]:
    (end,) = map_ordered(_ride, [trip], workers=_OWN_PROCESS)
    return end


def _ride(trip: _Trip) -> tuple[Ride, Detections]:
    detector = Detector(read_bundle(trip.bundle), threads=trip.threads)
    detector.network(trip.train.trucks[0].read(0, 1))
    before = read_memory().now_mb
    found = _WAYS[trip.way](detector, trip.train).alarms
    columns, peak = trip.train.columns, read_memory().peak_mb
    return Ride(trip.way, columns, before, peak, len(found), same=False), found


def _look_live(detector: Detector, train: Train) -> Findings:
    live = LiveScan(detector)
    for piece in train.make_pieces():
        live.push(piece)
    return live.finish()[1]


def _look_whole(detector: Detector, train: Train) -> Findings:
    return detector.detect(train.make_whole())


_WAYS: Final[dict[str, Callable[[Detector, Train], Findings]]] = {
    "live": _look_live,
    "whole": _look_whole,
}


def _are_same(found: Sequence[Detections]) -> bool:
    one, other = found
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("boxes", "scores", "labels")
    )


def _take_levels(piece: Scan, truck: Truck, most: int) -> Scan:
    """The first columns of a piece, as if they had been scanned with a truck's levels.

    Args:
        piece: The columns.
        truck: Whose air and dark they get.
        most: How many columns at most.
    """
    assert piece.air is not None  # noqa: S101 - trucks have all of it
    assert piece.dark is not None  # noqa: S101
    planes = []
    for row, plane in enumerate((piece.high, piece.low)):
        assert plane is not None  # noqa: S101
        measured = measure_transmission(
            plane[:, :most], piece.air[row], piece.dark[row]
        )
        planes.append(_count(measured, truck.air[row], truck.dark[row]))
    high, low = planes
    return Scan(high, low, air=truck.air, dark=truck.dark, info=truck.info)


def _count(transmission: Levels, air: Levels, dark: Levels) -> Counts:
    """Counts that show a transmission."""
    counts = dark[:, None] + transmission * (air - dark)[:, None]
    return np.asarray(np.clip(np.rint(counts), 0, 65535), np.uint16)
