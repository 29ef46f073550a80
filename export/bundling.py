"""From finished runs to a draft bundle."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

from pydantic import TypeAdapter, ValidationError

from data.dataset import Sample, read_dataset
from data.errors import ExportError
from data.files import making_folder
from data.versions import read_versions
from detector.bundle import read_bundle, write_files
from detector.card import write_card
from detector.encoding import Encoding
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
from detector.network import TilePlan
from detector.run import CHECKPOINT, RECORD, Run, read_run
from detector.seen import SEEN, is_whole, read_seen, to_text
from export.graph import Network, export_graph, find_refiner, load_network
from export.keeping import Kept, keep_graphs
from export.measuring import Measured, Progress, measure_graph
from export.mirroring import mirror
from export.parity import Parity
from export.parity_file import write_parities
from export.scaling import rescale

LICENCE: Final = "AGPL-3.0-or-later"
PACKAGES: Final = ("onnx", "onnxruntime", "torch", "ultralytics")


@dataclass(frozen=True, slots=True)
class Tiling:
    """How the graphs of a bundle look at scans.

    Attributes:
        side: Tile side, px; that of the training if None.
        overlap: Pixels that neighbouring tiles share; as in the training, at most half
            a tile, if None.
        coarse_score: Score from which a coarse pass has a place looked at closely;
            None for no such pass.
        mirrored: For which encodings graphs look at each tile twice, once in the
            mirror.
        rescaled: For which they look at each tile at three scales.
    """

    side: int | None = None
    coarse_score: float | None = None
    overlap: int | None = None
    mirrored: Collection[Encoding] = ()
    rescaled: Collection[Encoding] = ()

    def __post_init__(self) -> None:
        """Check the score.

        Raises:
            ExportError: If it is none.
        """
        if self.coarse_score is not None and not 0 < self.coarse_score < 1:
            msg = f"A score of {self.coarse_score:g} proposes nothing. Choose 0 to 1."
            raise ExportError(msg)

    @classmethod
    def like(cls, manifest: Manifest) -> Self:
        """Looks as often as the graphs of a bundle; sides are those of the training.

        Args:
            manifest: Of the bundle.
        """
        graphs = manifest.graphs.items()
        return cls(
            mirrored=tuple(Encoding(kind) for kind, entry in graphs if entry.mirrored),
            rescaled=tuple(Encoding(kind) for kind, entry in graphs if entry.rescaled),
        )

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
class _Graph:
    """What one run became."""

    run: Run
    content: bytes
    entry: GraphEntry
    measured: Measured


def export_bundle(  # noqa: PLR0913 - every one is a plain setting
    runs: Sequence[Path],
    out: Path,
    *,
    dataset: Path | None = None,
    tiling: Tiling | None = None,
    name: str = "cargosight",
    keep: Path | None = None,
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
        keep: Another bundle, whose graphs for other encodings go into this one as they
            are, with their operating points.
        progress: Told what is being done, and how many steps of how many are done.

    Returns:
        The bundle's manifest.

    Raises:
        ExportError: If `out` is there, a run is not as its record says, two runs have
            one encoding, or there is nothing to keep.
        BundleError: If the one to keep graphs of cannot be read.
        ParityError: If a graph and its checkpoint disagree.
    """
    if out.exists():
        msg = f"{out} is there already. Choose another --out."
        raise ExportError(msg)
    _check_name(name)
    records = [(folder, read_run(folder)) for folder in runs]
    _check_encodings([run for _, run in records])
    _check_planes(records)
    kept = _keep(keep, [run for _, run in records])
    graphs = [
        _export_run(folder, run, dataset, tiling or Tiling(), progress)
        for folder, run in records
    ]
    manifest = _make_manifest(name, graphs, kept)
    with making_folder(out) as draft:
        return _write_bundle(draft, manifest, graphs, kept, _join_seen(runs, keep))


def _keep(folder: Path | None, runs: Sequence[Run]) -> Kept:
    if folder is None:
        return Kept()
    bundle = read_bundle(folder)
    kept = keep_graphs(bundle, {run.encoding for run in runs}, runs[0].labels)
    if not kept.graphs:
        msg = (
            f"{folder} has graphs for {' and '.join(bundle.manifest.graphs)} alone, "
            "and runs are given for that. Leave out --keep."
        )
        raise ExportError(msg)
    if any(entry.precision != "fp32" for entry in kept.graphs.values()):
        msg = (
            f"{folder} was made for running. Keep the graphs of the fp32 bundle that "
            "it was made of, and convert what comes out."
        )
        raise ExportError(msg)
    return kept


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
    mirrored = run.encoding in tiling.mirrored
    rescaled = run.encoding in tiling.rescaled
    network = mirror(network) if mirrored else network
    network = rescale(network, side) if rescaled else network
    content = export_graph(network, side)
    samples = _validation(dataset or Path(run.dataset))
    measured = measure_graph(network, content, run, plan, samples, progress)
    entry = _make_entry(folder, run, content, plan, measured)
    looks = {"mirrored": mirrored, "rescaled": rescaled}
    looks["refined"] = find_refiner(network.module) is not None
    entry = entry.model_copy(update=looks)
    return _Graph(run, content, entry, measured)


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


def _make_entry(
    folder: Path, run: Run, content: bytes, plan: TilePlan, measured: Measured
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


def _make_manifest(name: str, graphs: Sequence[_Graph], kept: Kept) -> Manifest:
    now = datetime.now(UTC).replace(microsecond=0)
    made: dict[GraphKind, GraphEntry] = {
        graph.run.encoding.value: graph.entry for graph in graphs
    }
    kinds = kept.graphs | made
    return Manifest(
        name=name,
        version=now.strftime("%Y.%m.%d"),
        labels=graphs[0].run.labels,
        graphs=kinds,
        files={entry.file: entry.sha256 for entry in kinds.values()},
        synthetic_only=kept.synthetic_only
        and all(graph.run.synthetic for graph in graphs),
        versions=read_versions(PACKAGES),
        licence=LICENCE,
        created=now,
        counter=kept.counter,
    )


def _join_seen(runs: Sequence[Path], keep: Path | None) -> dict[str, bytes]:
    """Which scans the networks have learned from."""
    known = [*runs] if keep is None else [*runs, keep]
    names = frozenset[str]().union(*(read_seen(folder) or () for folder in known))
    whole = all(is_whole(folder) for folder in known)
    return {SEEN: to_text(names, whole=whole).encode("ascii")}


def _write_bundle(
    root: Path,
    manifest: Manifest,
    graphs: Sequence[_Graph],
    kept: Kept,
    contents: dict[str, bytes],
) -> Manifest:
    made = {
        graph.run.encoding.value: [
            each.model_dump(mode="json") for each in graph.measured.parities
        ]
        for graph in graphs
    }
    contents[PARITY] = write_parities({**made, **kept.parities})
    contents |= {graph.entry.file: graph.content for graph in graphs} | kept.contents
    contents[CARD] = write_card(manifest).encode()
    return write_files(manifest, root, contents)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
