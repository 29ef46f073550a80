"""Watch a network on whole scans: what early stopping and experiments go by."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from benchmark.calibration.draft import measure_point
from benchmark.calibration.threshold import choose_threshold
from benchmark.metrics.average_precision import JudgedScan, evaluate_fast
from benchmark.metrics.matching import match_detections
from benchmark.metrics.rates import Rate
from data.dataset import Sample, read_dataset
from data.display import Rendering
from detector.detections import Detections
from detector.merging import merge_tiles
from detector.run import CHECKPOINT
from detector.tiles import Tile, extract_tile, plan_tiles
from training.config import TrainingConfig, read_config
from training.devices import name_devices
from training.fading import fade_scan
from training.network import answer_tiles, read_network
from training.painting import draw_look, paint, show_air, view_scan
from training.prepared import PreparedScan, prepare_samples
from training.store import ArrayFile, ArrayWriter
from training.windows import shows_air

Picture = npt.NDArray[np.uint8]
Progress = Callable[[int, int], None]

LEAST_SCORE: Final = 0.01
"""Score under which an answer is not looked at."""

FEWEST_CLEAN: Final = 20
"""Clean scans under which a Pfa of 5 % cannot be told from none."""

_BATCH: Final = 64
_PLANES: Final = "watched.bin"


@dataclass(frozen=True, slots=True)
class Figures:
    """What a network came to on some scans.

    Attributes:
        pd: Share of visible firearms met at the threshold.
        pfa: Share of clean scans with an alarm there; None without clean ones.
        threshold: The least at which no more clean scans than wanted raise an alarm,
            chosen on these scans: it flatters a little.
        ap50: Average precision at IoU 0.5, over whole scans.
        ap50_95: Its mean over IoU 0.5 to 0.95.
        clean: How many scans are clean.
        hits: Whether each visible firearm was met, scan by scan.
        behind: Attenuation around each, where known.
        groups: Group of each.
    """

    pd: Rate | None
    pfa: Rate | None
    threshold: float
    ap50: float
    ap50_95: float
    clean: int
    hits: tuple[bool, ...]
    behind: tuple[float | None, ...]
    groups: tuple[str, ...]

    @property
    def told_pd(self) -> float | None:
        """Pd; None where too few scans are clean to tell."""
        return self.pd.share if self.pd and self.clean >= FEWEST_CLEAN else None


class Watch:
    """Runs networks over scans that stay the same.

    Args:
        scans: Prepared for it.
        config: Tiles and encoding.
        folder: Where their planes are kept.
    """

    def __init__(
        self, scans: Sequence[PreparedScan], config: TrainingConfig, folder: Path
    ) -> None:
        self._scans = [
            fade_scan(scan, _tell_gamma(scan, config, number))
            for number, scan in enumerate(scans)
        ]
        self._config = config
        with ArrayWriter(folder / _PLANES) as writer:
            self._places = [
                writer.add(paint_scan(scan, config, number))
                for number, scan in enumerate(scans)
            ]
        self._planes = ArrayFile(folder / _PLANES)

    def look(
        self,
        network: nn.Module,
        device: torch.device,
        progress: Progress = lambda *_: None,
    ) -> list[Detections]:
        """What a network finds in each scan, px at the network's scale."""
        found = []
        for number, (scan, place) in enumerate(
            zip(self._scans, self._places, strict=True)
        ):
            planes = self._planes[place]
            found.append(find_firearms(network, scan, planes, self._config, device))
            progress(number + 1, len(self._scans))
        return found

    def measure(
        self,
        network: nn.Module,
        device: torch.device,
        pfa: float,
        progress: Progress = lambda *_: None,
    ) -> Figures:
        """Measure a network.

        Args:
            network: In evaluation mode, on the device.
            device: Where it runs.
            pfa: Share of clean scans that may raise an alarm.
            progress: Told how many scans of how many are done.
        """
        return judge(self._scans, self.look(network, device, progress), pfa)


def paint_scan(scan: PreparedScan, config: TrainingConfig, number: int) -> Picture:
    """A whole scan as a network sees it, without variation.

    Args:
        scan: The scan.
        config: What the planes hold.
        number: Decides how counts are rendered, where they are.
    """
    if not scan.has_levels:
        return np.asarray(scan.planes)
    levels = scan.planes.astype(np.float32)
    how = _look_at(scan, config, number)
    return paint(view_scan(scan, levels, scan.known.noise, how), config.holds)


def _look_at(scan: PreparedScan, config: TrainingConfig, number: int) -> Rendering:
    return draw_look(scan, np.random.default_rng((config.seed, number)))


def _tell_gamma(
    scan: PreparedScan, config: TrainingConfig, number: int
) -> float | None:
    """The grey curve that a scan is shown with; None if it stays as it is."""
    rendered = scan.has_levels and config.holds == "display"
    return _look_at(scan, config, number).grey_gamma if rendered else None


def find_firearms(
    network: nn.Module,
    scan: PreparedScan,
    planes: Picture,
    config: TrainingConfig,
    device: torch.device,
) -> Detections:
    """Run a network over a scan, tile by tile, as `detector.pipeline` does.

    Tiles that show nothing but air are left out.
    """
    tiles = list(plan_busy(scan, config))
    answers = [
        answer_tiles(
            network, _cut(planes, tiles[first : first + _BATCH], config), device
        )
        for first in range(0, len(tiles), _BATCH)
    ]
    if not answers:
        return Detections.empty()
    return merge_tiles(tiles, np.concatenate(answers), min_score=LEAST_SCORE)


def plan_busy(scan: PreparedScan, config: TrainingConfig) -> Iterator[Tile]:
    """The tiles of a scan that show more than air."""
    width, height = scan.size
    for tile in plan_tiles(
        width, height, side=config.tile_side, overlap=config.tile_overlap
    ):
        if not shows_air(scan, tile):
            yield tile


def _cut(planes: Picture, tiles: Sequence[Tile], config: TrainingConfig) -> Picture:
    fill = show_air(config.holds)
    return np.stack(
        [extract_tile(planes, tile, side=config.tile_side, fill=fill) for tile in tiles]
    )


def judge(
    scans: Sequence[PreparedScan], found: Sequence[Detections], pfa: float
) -> Figures:
    """Measure what was found in scans.

    Args:
        scans: With their truth.
        found: In each of them.
        pfa: Share of clean scans that may raise an alarm.
    """
    judged = [
        JudgedScan(
            one.boxes, one.scores, scan.boxes, scan.ignored, scan.known.group or str(n)
        )
        for n, (scan, one) in enumerate(zip(scans, found, strict=True))
    ]
    highest = [
        float(np.max(one.scores, initial=0))
        for scan, one in zip(scans, found, strict=True)
        if scan.clean
    ]
    threshold = choose_threshold(highest, pfa)
    pd, false = measure_point(judged, threshold)
    ap50, ap50_95 = evaluate_fast(judged)
    return Figures(
        pd=pd,
        pfa=false,
        threshold=threshold,
        ap50=ap50,
        ap50_95=ap50_95,
        clean=len(highest),
        **_list_firearms(scans, judged, threshold),
    )


def _list_firearms(
    scans: Sequence[PreparedScan], judged: Sequence[JudgedScan], threshold: float
) -> dict[str, Any]:
    hits: list[bool] = []
    for one in judged:
        alarms = one.scores >= threshold
        matching = match_detections(
            one.boxes[alarms], one.scores[alarms], one.truth, ignored=one.ignored
        )
        hits += matching.found.tolist()
    return {
        "hits": tuple(hits),
        "behind": tuple(each for scan in scans for each in scan.known.behind),
        "groups": tuple(one.group for one in judged for _ in one.truth),
    }


def measure_run(  # noqa: PLR0913 - every one is a plain setting
    run: Path,
    dataset: Path,
    samples: Sequence[Sample],
    *,
    pfa: float,
    device: str,
    cache: Path,
    workers: int = 1,
    progress: Progress = lambda *_: None,
) -> Figures:
    """Measure the checkpoint of a finished training.

    Args:
        run: Folder of the training.
        dataset: Folder that the samples are from.
        samples: What to measure on.
        pfa: Share of clean scans that may raise an alarm.
        device: "cpu", or the number of a GPU.
        cache: Where prepared scans are kept.
        workers: Processes that prepare scans.
        progress: Told how many scans of how many are done.

    Raises:
        TrainingError: If there is no such training.
    """
    config = read_config(run)
    scans = prepare_samples(
        read_dataset(dataset, to_train=False),
        samples,
        config,
        cache,
        workers=workers,
        progress=lambda *_: None,
    )
    place = name_devices(device)[0]
    network = read_network(run / CHECKPOINT).to(place)
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        watch = Watch(scans, config, Path(folder))
        return watch.measure(network, place, pfa, progress)
