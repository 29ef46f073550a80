"""What a graph does on validation scans: as its checkpoint does, and how well."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmark.calibration.draft import draft_operating_point
from benchmark.metrics.average_precision import JudgedScan
from data.dataset import Sample
from data.display import draw_rendering, to_display
from data.fading import fade_truth
from data.formats import read_scan
from data.scan import Scan
from data.truth import Truth
from detector import network as running
from detector.encoding import (
    EncodedScan,
    Encoding,
    ScanEncoder,
    Shape,
    encode_scan,
)
from detector.look import Look
from detector.network import TilePlan, start_network
from detector.operating_point import OperatingPoint
from detector.pipeline import LEAST_SCORE
from detector.run import Run
from detector.runtime import TileBatch
from detector.tiles import extract_tile, plan_tiles
from export.graph import Network
from export.parity import Parity, check_devices

PARITY_SCANS: Final = 6
PARITY_TILES: Final = 12

SUITE: Final = "the validation scans it was chosen on"

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of a graph.

    Attributes:
        parities: How far it is from its checkpoint, on each device.
        point: A draft's operating point.
    """

    parities: tuple[Parity, ...]
    point: OperatingPoint


def measure_graph(
    network: Network,
    content: bytes,
    run: Run,
    plan: TilePlan,
    samples: Sequence[Sample],
    progress: Progress,
) -> Measured:
    """Hold a graph against its checkpoint, and choose a draft's operating point.

    Args:
        network: The checkpoint's.
        content: The graph.
        run: What both came from.
        plan: How the graph looks at scans.
        samples: Validation scans.
        progress: Told what is being done, and how many of how many are done.

    Raises:
        ParityError: If they disagree.
    """
    runner = start_network(content, plan)
    judged = []
    for number, sample in enumerate(samples):
        judged.append(_judge(sample, run, number, runner))
        progress(f"validating {run.encoding.value}", number + 1, len(samples))
    scans = [_encode(samples[n], run, n) for n in _choose(judged)]
    tiles = _some_tiles(scans, plan)
    parities = check_devices(network, content, scans, plan, tiles=tiles)
    return Measured(parities, draft_operating_point(judged, suite=SUITE))


def _choose(judged: Sequence[JudgedScan]) -> list[int]:
    """Scans to hold graph and checkpoint against each other on: armed ones first."""
    armed_first = sorted(range(len(judged)), key=lambda n: len(judged[n].truth) == 0)
    return sorted(armed_first[:PARITY_SCANS])


def _read(sample: Sample, run: Run, number: int) -> tuple[Scan, Truth]:
    """A scan as the network sees it, and what there is to be found in it so."""
    scan = read_scan(sample.scan)
    truth = sample.truth(scan.size)
    if run.encoding is not Encoding.DISPLAY or scan.display is not None:
        return scan, truth
    first, again = (np.random.default_rng((run.seed, number)) for _ in range(2))
    how = draw_rendering(first, dual=scan.low is not None)
    return to_display(scan, again), fade_truth(truth, how.grey_gamma)


def _encode(sample: Sample, run: Run, number: int) -> EncodedScan:
    scan, _ = _read(sample, run, number)
    return encode_scan(scan, run.encoding, run.scale)


def _some_tiles(scans: Sequence[EncodedScan], plan: TilePlan) -> TileBatch:
    cut = [
        extract_tile(scan.planes, tile, side=plan.side, fill=plan.encoding.air)
        for scan in scans
        for tile in plan_tiles(*scan.size, side=plan.side, overlap=plan.overlap)
    ]
    chosen = np.linspace(0, len(cut) - 1, min(PARITY_TILES, len(cut))).astype(int)
    return np.stack([cut[index] for index in chosen])


def _judge(
    sample: Sample, run: Run, number: int, runner: running.Network
) -> JudgedScan:
    """What is found in a scan, as a station would."""
    scan, truth = _read(sample, run, number)
    look = Look(
        runner, ScanEncoder(run.encoding, Shape.of(scan, run.scale)), LEAST_SCORE
    )
    look.push(scan)
    look.finish()
    found = look.detections
    return JudgedScan(
        found.boxes,
        found.scores,
        truth.boxes(),
        truth.boxes(ignored=True),
        sample.group or sample.name,
    )
