"""A bundle as a model repository of NVIDIA's Triton Inference Server.

    README.md                       what a client has to do
    NAME_dual/config.pbtxt          what the server has to know, and where it is from
    NAME_dual/1/model.onnx          the graph, byte by byte that of the bundle
    NAME_display/...

A configuration is text in the format of protocol buffers, after `ModelConfig` of
Triton's model_config.proto.
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from data.errors import BundleError
from data.files import making_folder
from detector.bundle import Bundle
from detector.manifest import GraphEntry, GraphKind
from detector.ports import Port
from detector.runtime import OnnxRuntime

MOST_TILES: Final = 8
"""Tiles that a server may run at once: its memory grows with them."""

LONGEST_WAIT_US: Final = 2000
"""How long a request may wait for others to share a batch with, microseconds."""

README: Final = """# {name} {version} for Triton

Serve this folder: `tritonserver --model-repository=FOLDER`. Models: {models}.

A model sees square tiles, not scans. To find what Cargosight finds a client must

1. encode the scan with `detector.encoding.encode_scan`, at the scale that the model's
   parameters state;
2. cut it with `detector.tiles.plan_tiles` and `extract_tile`, by the stated tile side
   and overlap, and send uint8 tiles of 3 planes, up to {most} in a request;
3. join the answers with `detector.merging.merge_tiles`. A row is x0 y0 x1 y1 (px of the
   tile), score and class; rows with a score of 0 are padding;
4. raise an alarm from the threshold of an operating point on.

`cargosight.*` in `config.pbtxt` says which bundle this is and states all of these
values. The server does not check it: compare each model.onnx with
`cargosight.graph_sha256`, and that with a bundle whose signature was verified.

On a GPU, TF32 is switched off, as it is in Cargosight. A server that does not know the
execution accelerator `cuda` is too old for that: leave `optimization` out there, and
measure the scores anew.
"""

_CONFIG: Final = """\
name: {name}
backend: "onnxruntime"
default_model_filename: "model.onnx"
max_batch_size: {most}
input [ {{ name: {takes} data_type: TYPE_UINT8 dims: {takes_dims} }} ]
output [ {{ name: {gives} data_type: TYPE_FP32 dims: {gives_dims} }} ]
instance_group [ {{ count: 1 kind: KIND_AUTO }} ]
version_policy {{ specific {{ versions: [ 1 ] }} }}
dynamic_batching {{ max_queue_delay_microseconds: {wait} }}
optimization {{
  execution_accelerators {{
    gpu_execution_accelerator [
      {{ name: "cuda" parameters {{ key: "use_tf32" value: "0" }} }}
    ]
  }}
}}
"""


def write_repository(bundle: Bundle, out: Path) -> tuple[str, ...]:
    """Write a Triton model repository with a model for each graph of a bundle.

    Args:
        bundle: A bundle whose files were verified.
        out: Folder of the repository; it must not exist yet.

    Returns:
        Names of the models.

    Raises:
        BundleError: If `out` is there, or a graph cannot be loaded.
    """
    if out.exists():
        msg = f"{out} is there already. Choose another folder."
        raise BundleError(msg)
    with making_folder(out) as draft:
        models = [_write_model(bundle, kind, draft) for kind in bundle.manifest.graphs]
        (draft / "README.md").write_text(_explain(bundle, models), encoding="utf-8")
    return tuple(models)


def _write_model(bundle: Bundle, kind: GraphKind, root: Path) -> str:
    entry, read = bundle.graph_for(kind)
    graph = read()
    name = f"{_plain_name(bundle.manifest.name)}_{kind}"
    folder = root / name / "1"
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(graph)
    runtime = OnnxRuntime(graph, threads=1)
    side = runtime.tile_side or entry.tile_side
    takes = _take_squares(runtime.takes, side)
    text = _configure(name, takes, runtime.gives)
    text += _list_parameters(_describe(bundle, kind, entry))
    (root / name / "config.pbtxt").write_text(text, encoding="ascii")
    return name


def _take_squares(takes: Port, side: int) -> Port:
    """What a server takes, of a graph that takes tiles of any shape: squares.

    So its memory is bounded, and a GPU need not find its kernels anew for each shape.
    """
    return Port(takes.name, (*takes.shape[:2], side, side))


def _plain_name(name: str) -> str:
    """A name that may stand in a web address and is no hidden folder."""
    return re.sub(r"[^A-Za-z0-9-]+", "_", name).strip("_") or "bundle"


def _configure(name: str, takes: Port, gives: Port) -> str:
    return _CONFIG.format(
        name=_quote(name),
        most=MOST_TILES,
        takes=_quote(takes.name),
        takes_dims=_list_sides(takes),
        gives=_quote(gives.name),
        gives_dims=_list_sides(gives),
        wait=LONGEST_WAIT_US,
    )


def _list_sides(port: Port) -> str:
    """Dimensions without the first: Triton adds that of the batch by itself."""
    sides = [-1 if side is None else side for side in port.shape[1:]]
    return f"[ {', '.join(map(str, sides))} ]"


def _describe(bundle: Bundle, kind: GraphKind, entry: GraphEntry) -> dict[str, str]:
    manifest = bundle.manifest
    points = [point.model_dump(mode="json") for point in entry.operating_points]
    return {
        "bundle": manifest.name,
        "version": manifest.version,
        "status": manifest.status,
        "bundle_sha256": bundle.sha256,
        "graph_sha256": entry.sha256,
        "signed_by": bundle.signed_by or "",
        "encoding": kind,
        "labels": json.dumps(manifest.labels),
        "pitch_mm": f"{entry.scale.pitch_mm:g}",
        "longest_side_px": str(entry.scale.longest_side_px or ""),
        "tile_side": str(entry.tile_side),
        "tile_overlap": str(entry.tile_overlap),
        "operating_points": json.dumps(points),
    }


def _list_parameters(values: dict[str, str]) -> str:
    return "".join(
        f"parameters {{\n  key: {_quote(f'cargosight.{key}')}\n"
        f"  value {{ string_value: {_quote(value)} }}\n}}\n"
        for key, value in values.items()
    )


def _quote(text: str) -> str:
    r"""A string as the text format of protocol buffers has it, in ASCII.

    Example:
        >>> _quote('a "b"')
        '"a \\042b\\042"'
    """
    special = b'"\\'
    letters = [
        chr(byte) if 32 <= byte < 127 and byte not in special else f"\\{byte:03o}"
        for byte in text.encode()
    ]
    return f'"{"".join(letters)}"'


def _explain(bundle: Bundle, models: Sequence[str]) -> str:
    return README.format(
        name=bundle.manifest.name,
        version=bundle.manifest.version,
        models=", ".join(f"`{model}`" for model in models),
        most=MOST_TILES,
    )
