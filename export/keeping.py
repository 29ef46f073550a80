"""Graphs of a bundle that go on into another one as they are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from data.errors import ExportError
from detector.bundle import Bundle
from detector.manifest import GraphEntry, GraphKind
from export.parity_file import Parities, read_parities


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """What goes on.

    Attributes:
        graphs: Their entries, with operating points and all that was measured.
        contents: Their bytes, by the names of their files.
        parities: How each was held against its checkpoint.
        synthetic_only: Whether no graph of that bundle has learned from a real scan.
        counter: Of that bundle: what is signed next must be above it.
    """

    graphs: dict[GraphKind, GraphEntry] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    parities: Parities = field(default_factory=dict)
    synthetic_only: bool = True
    counter: int = 0


def keep_graphs(bundle: Bundle, made: Collection[str], labels: Sequence[str]) -> Kept:
    """Take from a bundle the graphs of kinds that were not made anew.

    Args:
        bundle: Where they are.
        made: Kinds of graphs that were.
        labels: What those tell apart.

    Raises:
        BundleError: If the bundle was changed since it was read.
        ExportError: If it tells other labels apart.
    """
    graphs = {
        kind: entry.model_copy(update={"file": f"{kind}.onnx"})
        for kind, entry in bundle.manifest.graphs.items()
        if kind not in made
    }
    _check_labels(bundle, labels)
    return Kept(
        graphs,
        {entry.file: bundle.graph_for(kind)[1]() for kind, entry in graphs.items()},
        {kind: each for kind, each in read_parities(bundle).items() if kind in graphs},
        bundle.manifest.synthetic_only,
        bundle.manifest.counter,
    )


def _check_labels(bundle: Bundle, labels: Sequence[str]) -> None:
    known = bundle.manifest.labels
    if tuple(labels) != known:
        msg = (
            f"{bundle.root} finds {', '.join(known)}, what was trained finds "
            f"{', '.join(labels)}: choose another bundle."
        )
        raise ExportError(msg)
