"""A bundle: the folder that carries networks to a workstation, and how to trust it.

    manifest.json       what the bundle is, and the list of all other files with hashes
    model.sig           the signature of the manifest and of all that it lists
    dual.onnx           the graph for scans with counts (single-energy ones too)
    display.onnx        the graph for vendor renderings
    card.md             the same for people
    parity.json         how graph and checkpoint were compared

A bundle has one graph or both; a draft has no signature. Nothing is unpickled, graphs
are read as bytes, and every byte handed out was hashed first. Signatures are a matter
of `detector.trust`.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from data.errors import BundleError, ExpiredError
from data.files import replacing
from data.scan import ScanKind
from detector.graph_file import check_graph
from detector.manifest import MANIFEST, SIGNATURE, GraphEntry, GraphKind, Manifest

MAX_GRAPH_BYTES: Final = 200_000_000
MAX_TEXT_BYTES: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle whose files were checked against its manifest.

    Attributes:
        root: Its folder.
        manifest: What it is.
        sha256: Of the manifest's bytes: the identity of the bundle.
        signed_by: Name of the pinned key whose signature was verified; None if none
            was, see `detector.trust`.
    """

    root: Path
    manifest: Manifest
    sha256: str
    signed_by: str | None = None

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
    """Read a bundle and verify all of its files against its manifest.

    Whether anybody signed it is another question: see `detector.trust.open_bundle`.

    Args:
        path: The bundle's folder.
        now: The time for `not_after`, with its zone; None for the machine's clock.

    Raises:
        BundleError: If the folder lacks a file or has one too many, hidden ones
            included; if a file is too large, is a link, or is not the one that the
            manifest means; if a graph is not one that a station runs; or if the bundle
            has expired.
    """
    if not path.is_dir():
        msg = f"{path} is not a bundle: it is no folder. Give the folder of a bundle."
        raise BundleError(msg)
    text = read_plain(path, MANIFEST, MAX_TEXT_BYTES)
    manifest = _parse(path, text)
    _check_listing(path, manifest)
    _check_date(manifest, now or datetime.now(UTC))
    for name, sha256 in manifest.files.items():
        content = read_listed(path, name, sha256)
        if name.endswith(".onnx"):
            check_graph(content, name)
    return Bundle(path, manifest, hashlib.sha256(text).hexdigest())


def write_files(
    manifest: Manifest, root: Path, contents: Mapping[str, bytes]
) -> Manifest:
    """Write files of a bundle, and last the manifest that lists them.

    Args:
        manifest: What else it lists stays listed.
        root: Folder of the bundle.
        contents: Bytes of each file, by its name.

    Returns:
        The manifest as it was written.
    """
    hashes = {name: hashlib.sha256(each).hexdigest() for name, each in contents.items()}
    # Checked once more: a copy is not.
    known = manifest.model_dump() | {"files": manifest.files | hashes}
    listed = Manifest.model_validate(known)
    for name, content in contents.items():
        with replacing(root / name) as draft:
            draft.write_bytes(content)
    with replacing(root / MANIFEST) as draft:
        draft.write_text(listed.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return listed


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
    met = {item.name for item in root.iterdir()}
    extra = sorted(met - set(manifest.files) - {MANIFEST, SIGNATURE})
    if extra:
        msg = (
            f"{root} holds {extra[0]!r}, which its manifest does not list. "
            "Get the bundle again, or remove what does not belong to it."
        )
        raise BundleError(msg)


def _check_date(manifest: Manifest, now: datetime) -> None:
    if manifest.not_after is not None and now > manifest.not_after:
        msg = (
            f"The bundle {manifest.name} {manifest.version} expired on "
            f"{manifest.not_after:%Y-%m-%d}. Get a newer one."
        )
        raise ExpiredError(msg)


def _read_graph(root: Path, entry: GraphEntry) -> bytes:
    return read_listed(root, entry.file, entry.sha256)


def read_listed(root: Path, name: str, sha256: str) -> bytes:
    """Bytes of a file of a bundle, if they are those that the manifest means.

    Args:
        root: Folder of the bundle.
        name: Of the file.
        sha256: Of its bytes, by the manifest.

    Raises:
        BundleError: If they are not, or the file is missing, a link or too large.
    """
    limit = MAX_GRAPH_BYTES if name.endswith(".onnx") else MAX_TEXT_BYTES
    content = read_plain(root, name, limit)
    if hashlib.sha256(content).hexdigest() != sha256:
        msg = (
            f"{root / name} is not the file that the manifest means: its sha256 "
            "differs. Get the bundle again."
        )
        raise BundleError(msg)
    return content


def read_plain(root: Path, name: str, limit: int) -> bytes:
    """Read a plain file of a bundle.

    Args:
        root: Folder of the bundle.
        name: Of the file.
        limit: Most bytes that it may have.

    Raises:
        BundleError: If it is missing, a link, or larger.
    """
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
