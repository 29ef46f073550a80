"""What a network starts from: a new one's layout, weights, or a bundle."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnx
from onnx import numpy_helper

from data.environment import prepare_environment
from data.errors import TrainingError
from detector.bundle import read_bundle
from detector.encoding import Encoding
from detector.graph_file import HALF, LAYOUT, PREFIX
from detector.run import read_run

prepare_environment()

from ultralytics.nn.tasks import yaml_model_load  # noqa: E402 - reads its environment
from ultralytics.utils.downloads import attempt_download_asset  # noqa: E402

Weights = Mapping[str, npt.NDArray[np.float32]]

KINDS: Final = (
    "a .pt checkpoint, a .yaml layout, or the folder of a bundle that Cargosight made, "
    "or a graph in it"
)


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """What a network starts from.

    Attributes:
        name: What it is called in the record of the run.
        model: What Ultralytics loads: a checkpoint or a yaml.
        sha256: Of its weights; None for a new network.
        layout: Ultralytics' description of the network, in place of `model`'s.
        weights: By their names in the network, in place of `model`'s.
        seen: The encoding that its weights were trained on, if it is known: that of a
            bundle, or of a run.
    """

    name: str
    model: str
    sha256: str | None = None
    layout: dict[str, Any] | None = None
    weights: Weights | None = None
    seen: Encoding | None = None


def find_base(base: str, encoding: Encoding) -> Base:
    """Find what `--base` names.

    Args:
        base: A checkpoint's path, or the name of one that Ultralytics publishes
            (fetched where there is a network); a yaml: a path, or a name that
            Ultralytics ships, such as "yolo26n.yaml"; or a bundle's folder, whose graph
            for the encoding is taken, or its other one if it has none; or one graph in
            such a folder: what a network learned on counts serves it on renderings too.
        encoding: Of the network to be trained.

    Raises:
        TrainingError: If there is no such thing.
    """
    path = Path(base)
    if path.is_dir():
        return _from_bundle(path, encoding)
    if path.suffix == ".onnx" and path.is_file():
        return _from_bundle(path.parent, encoding, path.name)
    if path.suffix not in {".pt", ".yaml"}:
        msg = f"--base {base} cannot be started from. Give {KINDS}."
        raise TrainingError(msg)
    try:
        found = _find(base)
    except Exception as error:  # a download or a look-up may raise anything
        msg = (
            f"--base {base} was not found, here or among what Ultralytics offers "
            f"({first_line(error)}). Give {KINDS}."
        )
        raise TrainingError(msg) from error
    if path.suffix == ".yaml":
        return Base(path.name, found)
    sha256 = _hash(Path(found))
    return Base(path.name, found, sha256, seen=_find_seen(path.parent, sha256))


def _find_seen(folder: Path, sha256: str) -> Encoding | None:
    """What a checkpoint has seen, if it is that of the finished run beside it."""
    try:
        run = read_run(folder)
    except TrainingError:
        return None
    return run.encoding if run.checkpoint_sha256 == sha256 else None


def _find(base: str) -> str:
    if Path(base).is_file():
        return base
    if Path(base).name != base:  # a path or an address: never to be fetched
        msg = "no such file"
        raise FileNotFoundError(msg)
    if base.endswith(".pt"):
        return _fetch(base)
    yaml_model_load(base)  # it knows that yolo26n.yaml is yolo26.yaml, size n
    return base


def _fetch(name: str) -> str:
    found = Path(attempt_download_asset(name))
    if not found.is_file():
        msg = "it could not be downloaded"
        raise FileNotFoundError(msg)
    return str(found)


def first_line(error: Exception) -> str:
    """What an error of another package says, cut to one line without a full stop."""
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _from_bundle(folder: Path, encoding: Encoding, file: str | None = None) -> Base:
    """Take layout and weights out of a bundle's graph: nothing is unpickled."""
    bundle = read_bundle(folder)
    graphs = bundle.manifest.graphs
    seen = encoding.value if encoding.value in graphs else next(iter(graphs))
    if file is not None:
        (seen,) = (name for name, graph in graphs.items() if graph.file == file)
    entry = graphs[seen]
    if entry.precision != "fp32":
        msg = (
            f"--base {folder} holds {entry.precision} weights, made for running. Give "
            "the fp32 bundle that it was made of."
        )
        raise TrainingError(msg)
    graph = onnx.load_from_string((folder / entry.file).read_bytes())
    stated = {prop.key: prop.value for prop in graph.metadata_props}
    if LAYOUT not in stated:
        msg = f"--base {folder} does not say how its network is laid out. Give {KINDS}."
        raise TrainingError(msg)
    layout = json.loads(stated[LAYOUT])
    name = f"{bundle.manifest.name} {bundle.manifest.version}, {entry.file}"
    weights = _read_weights(graph)
    return Base(name, "yolo26n.yaml", entry.sha256, layout, weights, Encoding(seen))


def _read_weights(graph: onnx.ModelProto) -> Weights:
    """The weights by name: halves are widened, and equal ones are stored only once."""
    values = {w.name: numpy_helper.to_array(w) for w in graph.graph.initializer}
    for node in graph.graph.node:
        if node.op_type in {"Cast", "Identity"} and node.input[0] in values:
            values[node.output[0]] = values[node.input[0]]
    return {
        name.removeprefix(PREFIX): array.astype(np.float32)
        for name, array in values.items()
        if name.startswith(PREFIX) and not name.endswith(HALF)
    }
