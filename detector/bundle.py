"""A bundle: the folder that carries networks to a workstation, and how to trust it.

    manifest.json       what the bundle is; the list of files that may be in the folder
    dual.onnx           the graph for scans with counts (single-energy ones too)
    display.onnx        the graph for vendor renderings
    card.md             the same for people (optional)
    parity.json         how graph and checkpoint were compared (optional)

A bundle has one graph or both. Nothing is unpickled, graphs are read as bytes, and
every byte handed out was hashed first.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from data.errors import BundleError
from data.files import replacing
from data.scan import ScanKind
from detector.graph_file import check_self_contained
from detector.operating_point import OperatingPoint
from detector.scale import Scale

GraphKind = Literal["dual", "display"]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\w .+-]+$")]
GraphFile = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,60}\.onnx$")]
Finite = Annotated[float, Field(allow_inf_nan=False)]

MANIFEST: Final = "manifest.json"
CARD: Final = "card.md"
OPTIONAL_FILES: Final = frozenset({CARD, "parity.json"})
MAX_GRAPH_BYTES: Final = 200_000_000
MAX_TEXT_BYTES: Final = 10_000_000


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Checkpoint(_Record):
    """The weights that a training started from.

    Attributes:
        name: Of the file or network, such as "yolo26n.yaml".
        sha256: Of the file; None for a network that started from random weights.
    """

    name: Annotated[str, Field(min_length=1, max_length=200)]
    sha256: Sha256 | None = None


class Parity(_Record):
    """How far the graph and its checkpoint were apart, at most.

    Attributes:
        score: Largest difference of a score on the same tiles.
        box_px: Largest difference of a side of a box on the same tiles, px.
        tiles: How many tiles were compared.
        scans: How many whole scans were compared, end to end.
    """

    score: Annotated[Finite, Field(ge=0)]
    box_px: Annotated[Finite, Field(ge=0)]
    tiles: Annotated[int, Field(ge=0)]
    scans: Annotated[int, Field(ge=0)] = 0


class GraphEntry(_Record):
    """One graph of a bundle, and all that is needed to run it and to trace it.

    Attributes:
        file: Its file, beside the manifest.
        sha256: Of the file.
        precision: Of its weights.
        tile_side: Width and height of the tiles it takes, px.
        tile_overlap: Pixels that neighbouring tiles share, at least.
        scale: The scale at which it sees scans.
        base: What its training started from.
        run_sha256: Of the training's record.
        dataset_sha256: Of the dataset it was trained on.
        seed: Of the training.
        parity: How far it is from its checkpoint; None if not compared yet.
        metrics: What its training measured on the validation split, by name.
        operating_points: At least one; the first is the default.
    """

    file: GraphFile
    sha256: Sha256
    precision: Literal["fp32", "fp16", "int8"] = "fp32"
    tile_side: Annotated[int, Field(ge=32, le=8192)]
    tile_overlap: Annotated[int, Field(ge=0)]
    scale: Scale
    base: Checkpoint
    run_sha256: Sha256
    dataset_sha256: Sha256
    seed: int
    parity: Parity | None = None
    metrics: dict[str, Finite] = Field(default_factory=dict)
    operating_points: Annotated[tuple[OperatingPoint, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check_parts(self) -> Self:
        if self.tile_overlap >= self.tile_side:
            msg = (
                f"tiles of {self.tile_side} px cannot overlap by {self.tile_overlap} px"
            )
            raise ValueError(msg)
        names = [point.name for point in self.operating_points]
        if len(set(names)) < len(names):
            msg = "two operating points have one name"
            raise ValueError(msg)
        return self


class Manifest(_Record):
    """What a bundle is. Its file is also the list of what may lie beside it.

    Attributes:
        format: Of this file.
        name: Of the bundle.
        version: Of the bundle, free text such as "1.2".
        status: How far the bundle has come. It is a claim: only a signature that was
            verified proves "signed".
        labels: What the classes mean, in their order.
        graphs: The graphs, by the kind of scan they take.
        synthetic_only: Whether no real scan was trained on.
        versions: Of Python and the packages that made it.
        licence: Under which it may be used.
        created: When.
        not_after: When it stops being accepted; None for never.
        counter: Grows with each bundle given out; stations do not let it go back.
    """

    format: Literal[1] = 1
    name: Name
    version: Name
    status: Literal["draft", "calibrated", "signed"] = "draft"
    labels: Annotated[tuple[Name, ...], Field(min_length=1)]
    graphs: Annotated[dict[GraphKind, GraphEntry], Field(min_length=1)]
    synthetic_only: bool
    versions: dict[str, str]
    licence: Annotated[str, Field(min_length=1)]
    created: AwareDatetime
    not_after: AwareDatetime | None = None
    counter: Annotated[int, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _check_parts(self) -> Self:
        if len(set(self.labels)) < len(self.labels):
            msg = "two labels are the same"
            raise ValueError(msg)
        if len({entry.file for entry in self.graphs.values()}) < len(self.graphs):
            msg = "two graphs have one file"
            raise ValueError(msg)
        return self


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle whose files were checked against its manifest.

    Attributes:
        root: Its folder.
        manifest: What it is.
        sha256: Of the manifest's bytes: the identity of the bundle.
    """

    root: Path
    manifest: Manifest
    sha256: str

    def graph_for(self, kind: ScanKind) -> tuple[GraphEntry, Callable[[], bytes]]:
        """The graph for a kind of scan.

        Args:
            kind: Of the scan. "dual" and "single" scans take the graph "dual".

        Returns:
            Its entry in the manifest, and a function that reads its bytes, verified
            against the manifest as they are read.

        Raises:
            BundleError: If the bundle has no graph for such scans. The function raises
                it if the file changed since the bundle was read.
        """
        wanted: GraphKind = "display" if kind == "display" else "dual"
        entry = self.manifest.graphs.get(wanted)
        if entry is None:
            msg = (
                f"The bundle {self.manifest.name} has no graph for {kind} scans, only "
                f"for: {', '.join(self.manifest.graphs)}. Choose another bundle."
            )
            raise BundleError(msg)
        return entry, partial(_read_graph, self.root, entry)


def default_bundle_path() -> Path:
    """Folder of the bundle that ships with the project.

    Raises:
        BundleError: If this installation came without it.
    """
    place = Path(str(files("detector"))) / "default_bundle"
    if not (place / MANIFEST).is_file():
        msg = f"There is no default bundle in {place}. Name one with --bundle."
        raise BundleError(msg)
    return place


def read_bundle(path: Path, *, now: datetime | None = None) -> Bundle:
    """Read a bundle and verify all of its files.

    Args:
        path: The bundle's folder.
        now: The time for `not_after`, with its zone; None for the machine's clock.

    Raises:
        BundleError: If the folder lacks a file or has one too many, hidden ones
            included; if a file is too large, is a link, or is not the one that the
            manifest means; if a graph keeps data outside of its file; or if the bundle
            has expired.
    """
    if not path.is_dir():
        msg = f"{path} is not a bundle: it is no folder. Give the folder of a bundle."
        raise BundleError(msg)
    text = _read_file(path, MANIFEST, MAX_TEXT_BYTES)
    manifest = _parse(path, text)
    _check_listing(path, manifest)
    _check_date(manifest, now or datetime.now(UTC))
    for entry in manifest.graphs.values():
        _read_graph(path, entry)
    return Bundle(path, manifest, hashlib.sha256(text).hexdigest())


def write_manifest(manifest: Manifest, root: Path) -> None:
    """Write the manifest into the folder of a bundle."""
    with replacing(root / MANIFEST) as draft:
        draft.write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")


def _parse(root: Path, text: bytes) -> Manifest:
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "file"
        msg = (
            f"{root / MANIFEST} is not a manifest: {where}: {first['msg']}. "
            "Get the bundle again."
        )
        raise BundleError(msg) from error


def _check_listing(root: Path, manifest: Manifest) -> None:
    graphs = {entry.file for entry in manifest.graphs.values()}
    met = {item.name for item in root.iterdir()}
    extra = sorted(met - graphs - OPTIONAL_FILES - {MANIFEST})
    if extra:
        msg = (
            f"{root} holds {extra[0]!r}, which its manifest does not list. "
            "Get the bundle again, or remove what does not belong to it."
        )
        raise BundleError(msg)
    for name in sorted(met & OPTIONAL_FILES):
        _read_file(root, name, MAX_TEXT_BYTES)


def _check_date(manifest: Manifest, now: datetime) -> None:
    if manifest.not_after is not None and now > manifest.not_after:
        msg = (
            f"The bundle {manifest.name} {manifest.version} expired on "
            f"{manifest.not_after:%Y-%m-%d}. Get a newer one."
        )
        raise BundleError(msg)


def _read_graph(root: Path, entry: GraphEntry) -> bytes:
    graph = _read_file(root, entry.file, MAX_GRAPH_BYTES)
    if hashlib.sha256(graph).hexdigest() != entry.sha256:
        msg = (
            f"{root / entry.file} is not the graph that the manifest means: its "
            "sha256 differs. Get the bundle again."
        )
        raise BundleError(msg)
    check_self_contained(graph, entry.file)
    return graph


def _read_file(root: Path, name: str, limit: int) -> bytes:
    """Bytes of a plain file of at most `limit` bytes."""
    place = root / name
    if place.is_symlink() or not place.is_file():
        msg = f"{root} has no plain file {name}. Get the bundle again."
        raise BundleError(msg)
    with place.open("rb") as stream:
        content = stream.read(limit + 1)
    if len(content) > limit:
        msg = f"{place} is larger than {limit / 1e6:.0f} MB. It cannot be a bundle's."
        raise BundleError(msg)
    return content
