"""Graphs of a bundle that go on into another one as they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from data.errors import ExportError
from detector.bundle import Bundle, read_bundle, read_plain
from detector.manifest import PARITY, GraphEntry, GraphKind
from detector.run import Run
from export.parity import Parity

_MOST_BYTES: Final = 10_000_000
_PARITIES: Final = TypeAdapter(dict[str, tuple[Parity, ...]])


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """What goes on.

    Attributes:
        graphs: Their entries, with operating points and all that was measured.
        contents: Their bytes, by the names of their files.
        parity: How each was held against its checkpoint.
        synthetic_only: Whether none of them has learned from a real scan.
    """

    graphs: dict[GraphKind, GraphEntry] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    parity: dict[str, tuple[Parity, ...]] = field(default_factory=dict)
    synthetic_only: bool = True


def keep_graphs(folder: Path | None, runs: Sequence[Run]) -> Kept:
    """Take from a bundle the graphs for encodings that no run is of.

    Args:
        folder: The bundle's; None keeps nothing.
        runs: What the other graphs come from.

    Raises:
        BundleError: If there is no bundle, or it was changed.
        ExportError: If there is nothing to keep, it tells other labels apart, or it was
            made for running.
    """
    if folder is None:
        return Kept()
    bundle = read_bundle(folder)
    made = {run.encoding.value for run in runs}
    graphs = {
        kind: entry.model_copy(update={"file": f"{kind}.onnx"})
        for kind, entry in bundle.manifest.graphs.items()
        if kind not in made
    }
    _check(bundle, graphs, runs)
    return Kept(
        graphs,
        {entry.file: bundle.graph_for(kind)[1]() for kind, entry in graphs.items()},
        {kind: each for kind, each in _read_parity(bundle).items() if kind in graphs},
        bundle.manifest.synthetic_only,
    )


def _check(
    bundle: Bundle, graphs: Mapping[GraphKind, GraphEntry], runs: Sequence[Run]
) -> None:
    manifest = bundle.manifest
    if not graphs:
        msg = (
            f"{bundle.root} has graphs for {' and '.join(manifest.graphs)} alone, and "
            "runs are given for that. Leave out --keep."
        )
        raise ExportError(msg)
    if any(run.labels != manifest.labels for run in runs):
        msg = (
            f"{bundle.root} tells {', '.join(manifest.labels)} apart, the runs other "
            "labels. A bundle has the same for all: leave out --keep."
        )
        raise ExportError(msg)
    if any(entry.precision != "fp32" for entry in graphs.values()):
        msg = (
            f"{bundle.root} was made for running. Keep the graphs of the fp32 bundle "
            "that it was made of, and convert what comes out."
        )
        raise ExportError(msg)


def _read_parity(bundle: Bundle) -> dict[str, tuple[Parity, ...]]:
    if PARITY not in bundle.manifest.files:
        return {}
    try:
        return _PARITIES.validate_json(read_plain(bundle.root, PARITY, _MOST_BYTES))
    except ValidationError as error:
        msg = f"{bundle.root / PARITY} is of another version. Export its runs anew."
        raise ExportError(msg) from error
