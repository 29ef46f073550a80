"""Play trucks to lanes in real time, and sum up what came of it."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import numpy as np

from benchmark.live.delays import measure_delays
from benchmark.live.figures import LiveFigures, LiveTerms, Strain, Trucks
from benchmark.live.journal import Journal, Passage
from benchmark.live.memory import read_memory
from benchmark.live.playing import Clock, Pace, Player, WallClock
from benchmark.live.train import Ride, Train, ride_train
from benchmark.live.trucks import Truck
from detector.bundle import read_bundle
from detector.cores import count_cores
from detector.detections import Detections
from detector.lane import Lane
from detector.operating_point import OperatingPoint
from detector.pipeline import Detector

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class LiveOptions:
    """What is played, and how.

    Attributes:
        pace: Of each lane.
        lanes: How many at once, 1 or more.
        least_score: Decides what is an alarm; None for the bundle's operating point.
        threads: Of the CPU; None for all.
        train: Columns of a train that is looked at besides; 0 for none.
    """

    pace: Pace
    lanes: int = 1
    least_score: float | None = None
    threads: int | None = None
    train: int = 0


def measure_live(
    bundle: Path,
    trucks: tuple[Truck, ...],
    options: LiveOptions,
    *,
    progress: Progress,
    clock: Clock | None = None,
) -> LiveFigures:
    """Play trucks to lanes that share a detector, in real time.

    Args:
        bundle: Folder of what looks.
        trucks: Played in turn, in every lane beginning with another one.
        options: What is played, and how.
        progress: Told what is being done.
        clock: What goes for real time; None for real time.

    Raises:
        BundleError: If the bundle is damaged or has no graph for two energies.
    """
    detector = _load(bundle, options)
    detector.network(trucks[0].read(0, 1))
    clock = clock or WallClock()
    before, started, used = read_memory(), clock.now(), time.process_time()
    journals = _play(detector, trucks, options, clock, progress)
    elapsed, used = clock.now() - started, time.process_time() - used
    after = read_memory()
    passages = [each for journal in journals for each in journal.passages]
    return LiveFigures(
        terms=_state_terms(detector, trucks, options),
        delays=measure_delays(passages),
        trucks=_judge(passages, detector, progress),
        strain=_sum_strain(journals, elapsed, used),
        before=before,
        after=after,
        train=_ride(bundle, trucks, options, progress),
    )


def _load(bundle: Path, options: LiveOptions) -> Detector:
    point = None
    if options.least_score is not None:
        point = OperatingPoint(name="least score", threshold=options.least_score)
    opened = read_bundle(bundle)
    return Detector(opened, threads=options.threads, operating_point=point)


def _state_terms(
    detector: Detector, trucks: Sequence[Truck], options: LiveOptions
) -> LiveTerms:
    point = detector.point(trucks[0].read(0, 1))
    manifest = detector.bundle.manifest
    return LiveTerms(
        bundle=f"{manifest.name} {manifest.version}",
        lanes=options.lanes,
        columns_per_second=options.pace.columns_per_second,
        trucks=len(trucks),
        operating_point=f"{point.name} >= {point.threshold:g}",
        threads=options.threads,
        cores=count_cores(),
    )


def _play(
    detector: Detector,
    trucks: Sequence[Truck],
    options: LiveOptions,
    clock: Clock,
    progress: Progress,
) -> list[Journal]:
    journals = [Journal(clock.now) for _ in range(options.lanes)]
    player = Player(options.pace, clock, threading.Event())
    started = clock.now()
    with ThreadPoolExecutor(options.lanes, thread_name_prefix="scanner") as pool:
        try:
            games = [
                pool.submit(
                    player.play,
                    Lane(detector, journal),
                    islice(cycle(trucks), number, None),
                    journal,
                )
                for number, journal in enumerate(journals)
            ]
            _watch(games, options.pace, lambda: clock.now() - started, progress)
        finally:
            player.stop.set()
    return journals


def _watch(
    games: Iterable[Future[None]],
    pace: Pace,
    elapsed: Callable[[], float],
    progress: Progress,
) -> None:
    """Tell how far it is until all are over, or one fails."""
    left = set(games)
    while left:
        done, left = wait(left, timeout=1.0)
        for game in done:
            game.result()
        whole = round(pace.seconds)
        progress("playing, s", min(round(elapsed()), whole), whole)


def _judge(
    passages: Sequence[Passage], detector: Detector, progress: Progress
) -> Trucks:
    """Compare what was shown with what `detect` says of the finished scans."""
    whole = [each for each in passages if each.whole]
    expected: dict[Path, set[tuple[float, ...]]] = {}
    same = 0
    for number, passage in enumerate(whole, start=1):
        path = passage.truck.path
        if path not in expected:
            alarms = detector.detect(passage.truck.read()).alarms
            expected[path] = _as_set(alarms)
        same += _show(passage) == expected[path] == _found(passage)
        progress("comparing", number, len(whole))
    failed = sum(each.error is not None for each in passages)
    less = sum(each.found is not None and not each.whole for each in passages)
    return Trucks(len(passages), failed, less, same, len(whole) - same)


def _as_set(found: Detections) -> set[tuple[float, ...]]:
    rows = np.column_stack([found.boxes, found.scores, found.labels])
    return set(map(tuple, rows.astype(np.float32).tolist()))


def _found(passage: Passage) -> set[tuple[float, ...]]:
    return set() if passage.found is None else _as_set(passage.found)


def _show(passage: Passage) -> set[tuple[float, ...]]:
    rows = [[*one.box, one.score, one.label] for one in passage.shown.values()]
    return set(map(tuple, np.array(rows, np.float32).tolist()))


def _sum_strain(journals: Sequence[Journal], elapsed: float, used: float) -> Strain:
    ends = [each.ends for journal in journals for each in journal.passages]
    return Strain(
        seconds=elapsed,
        columns=sum(each[-1] for each in ends if each),
        lost=sum(journal.lost for journal in journals),
        care_changes=sum(journal.care_changes for journal in journals),
        most_waiting=max(journal.most_waiting for journal in journals),
        most_late_s=max(journal.most_late_s for journal in journals),
        cpu_share=used / max(elapsed * count_cores(), 1e-9),
    )


def _ride(
    bundle: Path, trucks: tuple[Truck, ...], options: LiveOptions, progress: Progress
) -> tuple[Ride, ...]:
    if not options.train:
        return ()
    progress("train", 0, 1)
    rides = ride_train(Train(trucks, options.train), bundle, options.threads)
    progress("train", 1, 1)
    return rides
