"""The flow behind `cargosight benchmark speed`: our detector against SAHI."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmark.metrics.rates import Home
from benchmark.speed.course import Start, list_starts, make_course, make_large
from benchmark.speed.figures import Entrant, SpeedFigures, Terms
from benchmark.speed.lap import Racer
from benchmark.speed.ours import DetectorRacer
from benchmark.speed.pace import OURS, PEER, compare_paces, measure_pace
from benchmark.speed.quality import compare_findings
from benchmark.speed.race import run_race
from benchmark.suite.sealed import Suite, read_suite
from cargosight.progress import Report
from data.errors import SuiteError, TrainingError
from data.scan import ScanKind
from data.truth import Truth
from detector.bundle import Bundle, default_bundle_path, read_bundle
from detector.cores import count_cores
from detector.pipeline import Detector

LEAST_SCORE: Final = 0.1
"""Detections below are left out by both: from here up SAHI joins boxes by default."""


@dataclass(frozen=True, slots=True)
class RaceOptions:
    """What is raced, and how.

    Attributes:
        suite: Folder of a sealed suite; None for scans simulated for the race.
        scans: How many of the standard mix are simulated.
        seed: Of all that is simulated.
        rounds: How often each looks at each scan.
        threads: Of the CPU, for each; None for as many as there are cores.
        peer: Whether SAHI with Ultralytics takes part.
    """

    suite: Path | None = None
    scans: int = 40
    seed: int = 0
    rounds: int = 5
    threads: int | None = None
    peer: bool = True

    @property
    def threads_each(self) -> int:
        """Threads that each has."""
        return self.threads or count_cores()


def race_detectors(
    bundle: Path | None, options: RaceOptions, *, progress: Report
) -> SpeedFigures:
    """Time our detector, and SAHI with Ultralytics on the same network and scans.

    Args:
        bundle: Folder of the bundle; None for the one that ships.
        options: What is raced, and how.
        progress: Told what is being done.

    Raises:
        TrainingError: If the peer is wanted and is not installed or cannot run.
        SuiteError: If the suite is not as it was sealed, or its scans take two graphs.
        BundleError: If the bundle is damaged, or has no graph for a scan.
    """
    opened = read_bundle(bundle or default_bundle_path())
    with tempfile.TemporaryDirectory(prefix="cargosight-speed-") as folder:
        racers = _enter(opened, options, Path(folder))
        suite = _find_suite(options, Path(folder) / "suite", progress)
        threshold = _find_threshold(opened, suite)
        heats = run_race(
            list_starts(suite),
            racers,
            rounds=options.rounds,
            progress=lambda done: progress("racing", done, len(suite.scans)),
        )
        large = _race_large(opened, racers[OURS], options, progress)
    entrants = [
        Entrant(racer.name, measure_pace(heats, number))
        for number, racer in enumerate(racers)
    ]
    labels = opened.manifest.labels
    return SpeedFigures(
        terms=_state_terms(suite, options),
        ours=entrants[OURS],
        peer=entrants[PEER] if options.peer else None,
        speedup=compare_paces(heats) if options.peer else None,
        findings=(
            compare_findings(heats, labels, threshold, LEAST_SCORE)
            if options.peer
            else ()
        ),
        large=large,
    )


def _enter(bundle: Bundle, options: RaceOptions, folder: Path) -> tuple[Racer, ...]:
    """Who races; ours first."""
    threads = options.threads_each
    ours = DetectorRacer(Detector(bundle, threads=threads, least_score=LEAST_SCORE))
    if not options.peer:
        return (ours,)
    try:
        from training.plain.racing import SahiRacer  # noqa: PLC0415 - few have it
    except ModuleNotFoundError as error:
        msg = (
            f"The peer needs {error.name}. Install requirements/train.lock and run "
            "`pip install sahi`, or leave it out: --no-peer."
        )
        raise TrainingError(msg) from error
    return ours, SahiRacer(bundle, folder, threads=threads, least_score=LEAST_SCORE)


def _find_suite(options: RaceOptions, out: Path, progress: Report) -> Suite:
    if options.suite is not None:
        return read_suite(options.suite)
    return make_course(
        out,
        scans=options.scans,
        seed=options.seed,
        progress=lambda done, count: progress("simulating", done, count),
    )


def _find_threshold(bundle: Bundle, suite: Suite) -> float:
    """The threshold of the graph that all scans of a suite take."""
    kinds: set[ScanKind] = {
        "display" if scan.kind == "display" else "dual" for scan in suite.scans
    }
    if len(kinds) > 1:
        msg = (
            f"{suite.name} has display scans and others, for which there are two "
            "networks. Race on a suite of either."
        )
        raise SuiteError(msg)
    entry, _ = bundle.graph_for(kinds.pop())
    return entry.operating_points[0].threshold


def _race_large(
    bundle: Bundle, ours: Racer, options: RaceOptions, progress: Report
) -> tuple[Entrant, ...]:
    """Ours alone on large scans; none where the bundle has no graph for them."""
    if "dual" not in bundle.manifest.graphs:
        return ()
    found = []
    large = make_large(options.seed)
    for number, (what, scan) in enumerate(large.items(), start=1):
        start = Start(scan, Truth(), Home(what, what))
        heats = run_race(
            [start], [ours], rounds=options.rounds, progress=lambda _: None
        )
        found.append(Entrant(what, measure_pace(heats, OURS)))
        progress("large scans", number, len(large))
    return tuple(found)


def _state_terms(suite: Suite, options: RaceOptions) -> Terms:
    return Terms(
        scans=f"{len(suite.scans)} scans of {suite.name}",
        rounds=options.rounds,
        threads=options.threads_each,
        cores=count_cores(),
        least_score=LEAST_SCORE,
    )
