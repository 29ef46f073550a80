"""From finished runs to a draft bundle."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
from pydantic import TypeAdapter, ValidationError

from benchmark.calibration.draft import draft_operating_point
from benchmark.metrics.average_precision import JudgedScan
from data.dataset import Sample, read_dataset
from data.display import draw_rendering, to_display
from data.errors import ExportError
from data.fading import fade_truth
from data.files import making_folder
from data.formats import read_scan
from data.scan import Scan
from data.truth import Truth
from data.versions import read_versions
from detector import network as running
from detector.bundle import write_files
from detector.card import write_card
from detector.encoding import (
    EncodedScan,
    Encoding,
    ScanEncoder,
    Shape,
    encode_scan,
)
from detector.look import Look
from detector.manifest import (
    CARD,
    PARITY,
    Checkpoint,
    GraphEntry,
    GraphKind,
    Manifest,
    Name,
)
from detector.manifest import Parity as ParitySummary
from detector.network import TilePlan, start_network
from detector.operating_point import OperatingPoint
from detector.pipeline import LEAST_SCORE
from detector.run import CHECKPOINT, RECORD, Run, read_run
from detector.runtime import TileBatch
from detector.seen import SEEN, is_whole, read_seen, to_text
from detector.tiles import extract_tile, plan_tiles
from export.graph import Network, export_graph, load_network
from export.parity import Parity, check_devices

PARITY_SCANS: Final = 6
PARITY_TILES: Final = 12
LICENCE: Final = "AGPL-3.0-or-later"
PACKAGES: Final = ("onnx", "onnxruntime", "torch", "ultralytics")

SUITE: Final = "the validation scans it was chosen on"

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Tiling:
    """How the graphs of a bundle look at scans.

    Attributes:
        side: Tile side, px; that of the training if None.
        overlap: Pixels that neighbouring tiles share; as in the training, at most half
            a tile, if None.
        coarse_score: Score from which a coarse pass has a place looked at closely;
            None for no such pass.
    """

    side: int | None = None
    coarse_score: float | None = None
    overlap: int | None = None

    def __post_init__(self) -> None:
        """Check the score.

        Raises:
            ExportError: If it is none.
        """
        if self.coarse_score is not None and not 0 < self.coarse_score < 1:
            msg = f"A score of {self.coarse_score:g} proposes nothing. Choose 0 to 1."
            raise ExportError(msg)

    def choose_overlap(self, side: int, usual: int) -> int:
        """Pixels that tiles share.

        Args:
            side: Of the tiles, px.
            usual: In the training.

        Raises:
            ExportError: If tiles cannot share as many as are wished for.
        """
        if self.overlap is None:
            return min(usual, side // 2)
        if not 0 <= self.overlap < side:
            msg = (
                f"Tiles of {side} px cannot overlap by {self.overlap} px. "
                f"Choose an overlap from 0 to {side - 1} px."
            )
            raise ExportError(msg)
        return self.overlap


@dataclass(frozen=True, slots=True)
class _Measured:
    """What was measured of a graph: parity on each device, and a draft's point."""

    parities: tuple[Parity, ...]
    point: OperatingPoint


@dataclass(frozen=True, slots=True)
class _Graph:
    """What one run became."""

    run: Run
    content: bytes
    entry: GraphEntry
    measured: _Measured


def export_bundle(
    runs: Sequence[Path],
    out: Path,
    *,
    dataset: Path | None = None,
    tiling: Tiling | None = None,
    name: str = "cargosight",
    progress: Progress,
) -> Manifest:
    """Write a draft bundle with a graph for each run.

    Each graph must answer as its checkpoint does, on tiles and on whole scans of the
    validation part. Its operating point is a draft's: chosen on that same part.

    Args:
        runs: Folders of finished trainings, each of another encoding.
        out: Folder of the bundle; it must not exist yet.
        dataset: Where the runs' dataset is, if it is no longer where it was.
        tiling: How the graphs look at scans; as they were trained if None.
        name: Of the bundle.
        progress: Told what is being done, and how many steps of how many are done.

    Returns:
        The bundle's manifest.

    Raises:
        ExportError: If `out` is there, a run is not as its record says, or two runs
            have one encoding.
        ParityError: If a graph and its checkpoint disagree.
    """
    if out.exists():
        msg = f"{out} is there already. Choose another --out."
        raise ExportError(msg)
    _check_name(name)
    records = [(folder, read_run(folder)) for folder in runs]
    _check_encodings([run for _, run in records])
    _check_planes(records)
    graphs = [
        _export_run(folder, run, dataset, tiling or Tiling(), progress)
        for folder, run in records
    ]
    manifest = _make_manifest(name, graphs)
    with making_folder(out) as draft:
        return _write_bundle(draft, manifest, graphs, _join_seen(runs))


def _check_name(name: str) -> None:
    try:
        TypeAdapter(Name).validate_python(name)
    except ValidationError as error:
        msg = (
            f"A bundle cannot be called {name!r}. Use 1 to 64 letters, digits, spaces, "
            "dots, plus signs, hyphens and underscores."
        )
        raise ExportError(msg) from error


def _check_encodings(runs: Sequence[Run]) -> None:
    encodings = [run.encoding for run in runs]
    if len(set(encodings)) < len(encodings):
        msg = "Two runs have one encoding. A bundle has one graph for each: give one."
        raise ExportError(msg)
    if len({run.labels for run in runs}) > 1:
        msg = "The runs do not tell the same labels apart. Export them one by one."
        raise ExportError(msg)


def _check_planes(records: Sequence[tuple[Path, Run]]) -> None:
    for folder, run in records:
        if run.planes != run.encoding.value:
            msg = (
                f"{folder} was trained on {run.planes} planes for an experiment; "
                f"stations show {run.encoding.value} ones. Train without `planes`."
            )
            raise ExportError(msg)


def _export_run(
    folder: Path,
    run: Run,
    dataset: Path | None,
    tiling: Tiling,
    progress: Progress,
) -> _Graph:
    side = run.tile_side if tiling.side is None else tiling.side
    overlap = tiling.choose_overlap(side, run.tile_overlap)
    plan = TilePlan(run.encoding, side, overlap, coarse_score=tiling.coarse_score)
    network = _load(folder, run)
    content = export_graph(network, side)
    samples = _validation(dataset or Path(run.dataset))
    measured = _measure(network, content, run, plan, samples, progress)
    entry = _make_entry(folder, run, content, plan, measured)
    return _Graph(run, content, entry, measured)


def _measure(
    network: Network,
    content: bytes,
    run: Run,
    plan: TilePlan,
    samples: Sequence[Sample],
    progress: Progress,
) -> _Measured:
    runner = start_network(content, plan)
    judged = []
    for number, sample in enumerate(samples):
        judged.append(_judge(sample, run, number, runner))
        progress(f"validating {run.encoding.value}", number + 1, len(samples))
    scans = [_encode(samples[n], run, n) for n in _choose(judged)]
    tiles = _some_tiles(scans, plan)
    parities = check_devices(network, content, scans, plan, tiles=tiles)
    return _Measured(parities, draft_operating_point(judged, suite=SUITE))


def _choose(judged: Sequence[JudgedScan]) -> list[int]:
    """Scans to hold graph and checkpoint against each other on: armed ones first."""
    armed_first = sorted(range(len(judged)), key=lambda n: len(judged[n].truth) == 0)
    return sorted(armed_first[:PARITY_SCANS])


def _load(folder: Path, run: Run) -> Network:
    checkpoint = folder / CHECKPOINT
    if not checkpoint.is_file() or _sha256(checkpoint) != run.checkpoint_sha256:
        msg = f"{checkpoint} is not the one that {RECORD} means. Train again."
        raise ExportError(msg)
    network = load_network(checkpoint)
    if network.labels != len(run.labels):
        msg = (
            f"{checkpoint} tells {network.labels} labels apart, {RECORD} names "
            f"{len(run.labels)}. Train again."
        )
        raise ExportError(msg)
    return network


def _validation(dataset: Path) -> list[Sample]:
    samples = [s for s in read_dataset(dataset).samples if s.split == "validation"]
    if not samples:
        msg = f"{dataset} has no validation scans to compare graph and checkpoint on."
        raise ExportError(msg)
    return samples


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


def _make_entry(
    folder: Path, run: Run, content: bytes, plan: TilePlan, measured: _Measured
) -> GraphEntry:
    return GraphEntry(
        file=f"{run.encoding.value}.onnx",
        sha256=hashlib.sha256(content).hexdigest(),
        tile_side=plan.side,
        tile_overlap=plan.overlap,
        coarse_score=plan.coarse_score,
        scale=run.scale,
        base=Checkpoint(name=run.base, sha256=run.base_sha256),
        run_sha256=_sha256(folder / RECORD),
        dataset_sha256=run.dataset_sha256,
        seed=run.seed,
        parity=_sum_up(measured.parities),
        metrics=_list_metrics(run),
        operating_points=(measured.point,),
    )


def _sum_up(parities: Sequence[Parity]) -> ParitySummary:
    """The worst of all devices, on the tiles and scans that all of them saw."""
    levels = [level for each in parities for level in (each.tiles, each.scans)]
    return ParitySummary(
        score=max(level.score for level in levels),
        box_px=max(level.box_px for level in levels),
        tiles=parities[0].tiles.compared,
        scans=parities[0].scans.compared,
    )


def _list_metrics(run: Run) -> dict[str, float]:
    metrics = {"validation_ap50": run.ap50, "validation_ap50_95": run.ap50_95}
    return metrics if run.pd is None else metrics | {"validation_pd": run.pd}


def _make_manifest(name: str, graphs: Sequence[_Graph]) -> Manifest:
    now = datetime.now(UTC).replace(microsecond=0)
    kinds: dict[GraphKind, GraphEntry] = {
        graph.run.encoding.value: graph.entry for graph in graphs
    }
    return Manifest(
        name=name,
        version=now.strftime("%Y.%m.%d"),
        labels=graphs[0].run.labels,
        graphs=kinds,
        files={entry.file: entry.sha256 for entry in kinds.values()},
        synthetic_only=all(graph.run.synthetic for graph in graphs),
        versions=read_versions(PACKAGES),
        licence=LICENCE,
        created=now,
    )


def _join_seen(runs: Sequence[Path]) -> dict[str, bytes]:
    """Which scans the networks have learned from."""
    names = frozenset[str]().union(*(read_seen(run) or () for run in runs))
    whole = all(is_whole(run) for run in runs)
    return {SEEN: to_text(names, whole=whole).encode("ascii")}


def _write_bundle(
    root: Path,
    manifest: Manifest,
    graphs: Sequence[_Graph],
    contents: dict[str, bytes],
) -> Manifest:
    parity = {graph.run.encoding.value: graph.measured.parities for graph in graphs}
    text = TypeAdapter(dict[str, tuple[Parity, ...]]).dump_json(parity, indent=2)
    contents |= {graph.entry.file: graph.content for graph in graphs}
    contents[PARITY] = text + b"\n"
    contents[CARD] = write_card(manifest).encode()
    return write_files(manifest, root, contents)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
