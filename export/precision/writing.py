"""Write a bundle with a graph in another precision."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from benchmark.evaluation.record import Evaluation
from data.errors import ExportError
from data.files import making_folder
from data.versions import read_versions
from detector.bundle import (
    MAX_TEXT_BYTES,
    Bundle,
    read_bundle,
    read_plain,
    write_files,
)
from detector.card import write_card
from detector.manifest import CARD, PARITY, GraphEntry, GraphKind, Manifest, Precision
from export.parity_file import read_parities, write_parities
from export.precision.points import carry_point
from export.precision.table import RECORD, PrecisionRecord

PACKAGES: Final = ("numpy", "onnx", "onnxruntime")


@dataclass(frozen=True, slots=True)
class Converted:
    """What came of it.

    Attributes:
        source: The float32 bundle.
        record: What was measured.
        content: The graph in the precision that was asked for.
        entry: Its entry in a manifest; None if it was not admitted.
    """

    source: Bundle
    record: PrecisionRecord
    content: bytes
    entry: GraphEntry | None


def make_entry(
    entry: GraphEntry,
    precision: Precision,
    content: bytes,
    before: Evaluation,
    after: Evaluation,
) -> GraphEntry:
    """The entry of a graph that was admitted, without what only float32 was.

    Args:
        entry: Of the float32 graph.
        precision: Of the new one.
        content: Its bytes.
        before: What float32 found in the suite.
        after: What the new one found there.
    """
    points = tuple(carry_point(p, before, after) for p in entry.operating_points)
    changes = {
        "sha256": hashlib.sha256(content).hexdigest(),
        "precision": precision,
        "parity": None,
        "operating_points": points,
        "slices": (),
        "curve": (),
    }
    return entry.model_copy(update=changes)


def write_converted(converted: Converted, out: Path) -> Manifest:
    """Write the bundle with its new graph.

    Args:
        converted: What was measured.
        out: Folder of the new bundle; it must not exist yet.

    Returns:
        The bundle's manifest.

    Raises:
        ExportError: If the precision was not admitted, or `out` is there.
    """
    check_new(out)
    record, source = converted.record, converted.source
    if converted.entry is None:
        msg = f"{record.decision} Nothing was written: keep fp32."
        raise ExportError(msg)
    manifest = _make_manifest(source.manifest, record.kind, converted.entry)
    contents = _gather_files(source, record)
    contents[converted.entry.file] = converted.content
    contents[CARD] = write_card(manifest).encode()
    with making_folder(out) as draft:
        written = write_files(manifest, draft, contents)
        read_bundle(draft)
    return written


def check_new(out: Path) -> None:
    """Refuse a folder that is there.

    Raises:
        ExportError: If it is.
    """
    if out.exists():
        msg = f"{out} is there already. Choose another --out."
        raise ExportError(msg)


def _make_manifest(manifest: Manifest, kind: GraphKind, entry: GraphEntry) -> Manifest:
    graphs = {**manifest.graphs, kind: entry}
    ready = all(
        any(point.calibrated for point in each.operating_points)
        for each in graphs.values()
    )
    changes = {
        "status": manifest.status if ready else "draft",
        "graphs": graphs,
        "files": {**manifest.files, entry.file: entry.sha256},
        "versions": manifest.versions | read_versions(PACKAGES),
        "created": datetime.now(UTC).replace(microsecond=0),
        "verdict": None,
    }
    return manifest.model_copy(update=changes)


def _gather_files(source: Bundle, record: PrecisionRecord) -> dict[str, bytes]:
    """The other files of the bundle, with what was measured now."""
    graphs = source.manifest.graphs
    contents = {
        entry.file: source.graph_for(kind)[1]()
        for kind, entry in graphs.items()
        if kind != record.kind
    }
    known = {entry.file for entry in graphs.values()}
    for name in source.manifest.files.keys() - known:
        contents[name] = read_plain(source.root, name, MAX_TEXT_BYTES)
    if PARITY in contents:  # of float32 and its checkpoint
        parities = read_parities(source).items()
        others = {kind: each for kind, each in parities if kind != record.kind}
        contents[PARITY] = write_parities(others)
    kinds = TypeAdapter(dict[GraphKind, PrecisionRecord])
    before = kinds.validate_json(contents[RECORD]) if RECORD in contents else {}
    now = {**before, record.kind: record}
    contents[RECORD] = kinds.dump_json(now, indent=2) + b"\n"
    return contents
