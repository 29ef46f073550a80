"""Our detector as it runs at a port, timed."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from benchmark.speed.lap import Lap
from data.scan import Scan
from detector.network import Network
from detector.pipeline import Detector


@dataclass(frozen=True, slots=True)
class DetectorRacer:
    """A detector that looks at scans with the clock running.

    Args:
        detector: What looks; `detect` and nothing else is timed.
    """

    detector: Detector

    @property
    def name(self) -> str:
        """The bundle."""
        manifest = self.detector.bundle.manifest
        return f"{manifest.name} {manifest.version}"

    def ready(self, scan: Scan) -> Callable[[], Lap]:
        """Lay a scan ready, see `benchmark.speed.lap.Racer`."""
        return lambda: self._look(scan)

    def _look(self, scan: Scan) -> Lap:
        # Ultralytics, once imported, leaves OpenCV one thread.
        cv2.setNumThreads(self.detector.threads or -1)
        started = time.perf_counter()
        findings = self.detector.detect(scan)
        elapsed = time.perf_counter() - started
        spent = findings.spent
        return Lap(
            elapsed_s=elapsed,
            encode_s=spent.encode_s,
            run_s=spent.run_s,
            merge_s=spent.merge_s,
            session_s=time_bare(self.detector.network(scan), spent.runs),
            tiles=spent.tiles,
            pixels=spent.pixels,
            found=findings.detections,
        )


def time_bare(network: Network, runs: Sequence[tuple[int, int, int]]) -> float:
    """What a network's sessions take for tiles that lie ready, in its own threads.

    Args:
        network: Which one.
        runs: (tiles, height, width) of each run, px, in their order.

    Returns:
        Seconds until the last is done.
    """
    rng = np.random.default_rng(0)
    shapes = {run: (run[0], 3, *run[1:]) for run in runs}
    ready = {
        run: rng.integers(0, 256, shape, np.uint8) for run, shape in shapes.items()
    }
    started = time.perf_counter()
    for _ in network.executor.map(network.runtime.run, [ready[run] for run in runs]):
        pass
    return time.perf_counter() - started
