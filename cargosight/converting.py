"""The flow behind `cargosight bundle convert`."""

import hashlib
import tempfile
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from benchmark.evaluation.ledger import keep_ledger
from benchmark.evaluation.outcomes import Outcomes, gather_outcomes
from benchmark.evaluation.record import Evaluation
from benchmark.evaluation.running import RunOptions, run_suite
from benchmark.suite.sealed import Suite, read_suite
from cargosight.progress import Report
from data.display import to_display
from data.errors import ExportError, SuiteError
from data.formats import read_scan
from data.scan import Scan
from data.versions import read_versions
from detector.bundle import Bundle, read_bundle, write_files
from detector.manifest import GraphEntry, GraphKind, Manifest, Precision
from detector.pipeline import Detector
from detector.runtime import OnnxRuntime
from detector.trust.opening import is_sealed
from export.precision.admission import Admission, judge_loss
from export.precision.closeness import compare_graphs
from export.precision.halves import to_halves
from export.precision.integers import Integers, to_integers
from export.precision.speed import time_scans, time_tiles
from export.precision.table import (
    PRECISIONS,
    Drawn,
    PrecisionRecord,
    Row,
    compute_ratios,
)
from export.precision.tiles import DrawnTiles, draw_tiles
from export.precision.writing import PACKAGES, Converted, make_entry

TIMED_SCANS: Final = 5


@dataclass(frozen=True, slots=True)
class Conversion:
    """What is asked for.

    Attributes:
        precision: "fp16" or "int8".
        dataset: Folder of the dataset whose validation tiles 8 bits are fitted to.
        suite: Folder of the suite that decides.
        kind: Which graph.
        device: "cpu", "cuda", "tensorrt" or "openvino".
        threads: Of the CPU; None for all cores.
        seed: Of the tiles that are drawn.
        work: Folder to keep the evaluations in, so that an interrupted run goes on;
            None for one that is gone afterwards.
    """

    precision: Precision
    dataset: Path
    suite: Path
    kind: GraphKind = "dual"
    device: str = "cpu"
    threads: int | None = None
    seed: int = 0
    work: Path | None = None


def convert_bundle(bundle: Path, wish: Conversion, *, progress: Report) -> Converted:
    """Make a bundle's graph in other precisions, and measure all of them.

    Nothing is written but to `wish.work`.

    Args:
        bundle: Folder of a draft or calibrated bundle.
        wish: What is asked for.
        progress: Told what is being done.

    Raises:
        ExportError: If the bundle is signed, its graph is not float32, the precision is
            unknown, or the dataset has no validation scans.
        SuiteError: If the suite is not as it was sealed, or not of such scans.
    """
    _check_precision(wish.precision)
    source = read_bundle(bundle)
    entry, content = _read_source(source, wish.kind)
    suite = read_suite(wish.suite)
    _check_suite(suite, wish.kind)
    drawn = draw_tiles(wish.dataset, wish.kind, entry, seed=wish.seed)
    integers = to_integers(
        content,
        drawn.tiles,
        progress=lambda done, count: progress("measuring layers", done, count),
    )
    graphs: dict[Precision, bytes] = {
        "fp32": content,
        "fp16": to_halves(content),
        "int8": integers.content,
    }
    with _open_work(wish.work) as work:
        bundles = {
            name: _write_trial(source.manifest, wish.kind, graph, Path(work) / name)
            for name, graph in graphs.items()
        }
        evaluations = {
            name: _evaluate(suite, trial, wish, Path(work) / name, progress)
            for name, trial in bundles.items()
        }
        rows = _measure(bundles, graphs, evaluations, drawn, wish)
        record = _make_record(entry, rows, evaluations["fp32"], drawn, integers, wish)
    made = graphs[wish.precision]
    found = None
    if record.admitted:
        before, after = evaluations["fp32"], evaluations[wish.precision]
        found = make_entry(entry, wish.precision, made, before, after)
    return Converted(source, record, made, found)


def _check_precision(precision: str) -> None:
    others = PRECISIONS[1:]
    if precision not in others:
        msg = (
            f"There is no precision {precision!r} to convert to. "
            f"Choose {' or '.join(others)}."
        )
        raise ExportError(msg)


def _read_source(source: Bundle, kind: GraphKind) -> tuple[GraphEntry, bytes]:
    manifest = source.manifest
    if is_sealed(source):
        msg = f"{manifest.name} {manifest.version} is signed. Convert its draft."
        raise ExportError(msg)
    entry, read = source.graph_for(kind)
    if entry.precision != "fp32":
        msg = (
            f"The {kind} graph of {manifest.name} {manifest.version} is "
            f"{entry.precision} already. Convert the fp32 bundle that it was made of."
        )
        raise ExportError(msg)
    return entry, read()


def _check_suite(suite: Suite, kind: GraphKind) -> None:
    if kind == "dual" and any(scan.kind == "display" for scan in suite.scans):
        msg = (
            f"{suite.name} has display scans, which the dual graph does not take. "
            "Choose --kind display, or another suite."
        )
        raise SuiteError(msg)


def _is_rendered(suite: Suite, kind: GraphKind) -> bool:
    return kind == "display" and any(scan.kind != "display" for scan in suite.scans)


def _open_work(work: Path | None) -> AbstractContextManager[str]:
    if work is None:
        return tempfile.TemporaryDirectory()
    work.mkdir(parents=True, exist_ok=True)
    return nullcontext(str(work))


def _write_trial(
    manifest: Manifest, kind: GraphKind, graph: bytes, folder: Path
) -> Bundle:
    """A draft with one graph, to be measured."""
    root = folder / "bundle"
    root.mkdir(parents=True, exist_ok=True)
    sha256 = hashlib.sha256(graph).hexdigest()
    entry = manifest.graphs[kind].model_copy(update={"sha256": sha256})
    changes = {"graphs": {kind: entry}, "files": {}, "verdict": None}
    write_files(manifest.model_copy(update=changes), root, {entry.file: graph})
    return read_bundle(root)


def _evaluate(
    suite: Suite, trial: Bundle, wish: Conversion, folder: Path, progress: Report
) -> Evaluation:
    return run_suite(
        suite,
        trial,
        folder / "evaluation",
        options=RunOptions(
            wish.device, wish.threads, rendered=_is_rendered(suite, wish.kind)
        ),
        progress=lambda done, count: progress(f"detecting, {folder.name}", done, count),
    )


def _measure(
    bundles: Mapping[Precision, Bundle],
    graphs: Mapping[Precision, bytes],
    evaluations: Mapping[Precision, Evaluation],
    drawn: DrawnTiles,
    wish: Conversion,
) -> dict[Precision, Row]:
    runtimes = {
        name: OnnxRuntime(graph, device=wish.device, threads=wish.threads)
        for name, graph in graphs.items()
    }
    detectors = {
        name: Detector(trial, wish.device, wish.threads)
        for name, trial in bundles.items()
    }
    tile_ms = time_tiles(runtimes, drawn.tiles)
    scan_ms = time_scans(detectors, _read_scans(evaluations["fp32"].suite, wish.kind))
    tile_ratios, scan_ratios = compute_ratios(tile_ms), compute_ratios(scan_ms)
    outcomes = {
        name: gather_outcomes(keep_ledger(each)) for name, each in evaluations.items()
    }
    wide = outcomes["fp32"]
    pfa = float(wide.alarmed.mean()) if len(wide.alarmed) else 0.0
    return {
        name: Row(
            megabytes=len(graphs[name]) / 1e6,
            tile_ms=tile_ms[name],
            tile_ratio=tile_ratios[name],
            scan_ms=scan_ms[name],
            scan_ratio=scan_ratios[name],
            admission=_judge(name, wide, outcomes[name], pfa),
            closeness=compare_graphs(runtimes["fp32"], runtimes[name], drawn.tiles),
        )
        for name in graphs
    }


def _judge(name: Precision, wide: Outcomes, narrow: Outcomes, pfa: float) -> Admission:
    found = judge_loss(wide, narrow, pfa)
    if name != "fp32":
        return found
    known = {"answer": "admitted", "reason": "the others are held against it"}
    return found.model_copy(update=known)


def _read_scans(suite: Suite, kind: GraphKind) -> list[Scan]:
    """Some scans as the graph takes them."""
    scans = [read_scan(suite.path(scan)) for scan in suite.scans[:TIMED_SCANS]]
    if kind == "dual":
        return scans
    return [to_display(scan, np.random.default_rng(n)) for n, scan in enumerate(scans)]


def _make_record(
    entry: GraphEntry,
    rows: dict[Precision, Row],
    evaluation: Evaluation,
    drawn: DrawnTiles,
    integers: Integers,
    wish: Conversion,
) -> PrecisionRecord:
    clean = rows["fp32"].admission.pfa
    return PrecisionRecord(
        kind=wish.kind,
        source_sha256=entry.sha256,
        wanted=wish.precision,
        pfa=clean,
        suite=evaluation.suite.name,
        suite_sha256=evaluation.suite.seal,
        device=wish.device,
        threads=wish.threads,
        processor=evaluation.record.machine["processor"],
        kept_float=integers.kept,
        noise=dict(integers.noise),
        drawn=Drawn(
            dataset_sha256=drawn.dataset_sha256,
            scans=drawn.scans,
            tiles=len(drawn.tiles),
            seed=wish.seed,
        ),
        rows=rows,
        versions=read_versions(PACKAGES),
    )
