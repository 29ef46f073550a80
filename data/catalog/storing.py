"""Keep scans and truth by the hash of their content."""

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from data.errors import DatasetError
from data.files import digest_file, replacing
from data.formats import png_pair, read_scan
from data.formats.facts import ScanFacts, read_facts, state_facts
from data.formats.registry import write_scan
from data.formats.scanner_profile import ScannerProfile
from data.truth import Truth

SCANS: Final = "scans"
TRUTH: Final = "truth"

_NATIVE: Final = ".tiff"
_READ_ONLY: Final = 0o444


@dataclass(frozen=True, slots=True)
class Stored:
    """A file of a dataset.

    Attributes:
        sha256: Hash of its content.
        file: Its path below the dataset, with slashes.
    """

    sha256: str
    file: str


def store_scan(
    root: Path, path: Path, *, profile: ScannerProfile | None = None, link: bool = False
) -> tuple[Stored, ScanFacts]:
    """Keep a scan in a dataset; one that is there already is not written again.

    A scan in one file of a format of ours is kept as it is, byte for byte. Others (PNG
    pairs, raw planes) become native TIFFs, which lose nothing.

    Args:
        root: Folder of the dataset.
        path: The scan's file.
        profile: Reads raw planes.
        link: Share the file with its source by a hard link where that can be. Then
            nobody may change the source.

    Raises:
        ScanFileError: If the file cannot be read as a scan.
        DatasetError: If the dataset cannot be written.
    """
    raw = profile is not None and profile.reads(path)
    if raw or png_pair.is_pair_name(path):
        return _store_native(root, path, profile)
    facts = read_facts(path)
    sha256 = digest_file(path)
    stored = Stored(sha256, _place(SCANS, sha256, path.suffix.lower()))
    place = root / stored.file
    if not place.is_file():
        _copy(path, place, link=link)
    return stored, facts


def store_truth(root: Path, truth: Truth) -> Stored:
    """Keep the truth of a scan in a dataset.

    Args:
        root: Folder of the dataset.
        truth: What is in the scan.

    Raises:
        DatasetError: If the dataset cannot be written.
    """
    content = truth.model_dump_json(exclude_none=True).encode() + b"\n"
    sha256 = hashlib.sha256(content).hexdigest()
    stored = Stored(sha256, _place(TRUTH, sha256, ".json"))
    place = root / stored.file
    if not place.is_file():
        try:
            with replacing(place) as draft:
                draft.write_bytes(content)
        except OSError as error:
            raise _unwritten(place, error) from error
    return stored


def _store_native(
    root: Path, path: Path, profile: ScannerProfile | None
) -> tuple[Stored, ScanFacts]:
    scan = read_scan(path, profile=profile)
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".", dir=root) as folder:
        draft = Path(folder) / f"scan{_NATIVE}"
        write_scan(scan, draft)
        sha256 = digest_file(draft)
        stored = Stored(sha256, _place(SCANS, sha256, _NATIVE))
        if not (root / stored.file).is_file():
            _copy(draft, root / stored.file, link=True)
    return stored, state_facts(scan)


def _place(kind: str, sha256: str, ending: str) -> str:
    return f"{kind}/{sha256[:2]}/{sha256}{ending}"


def _copy(source: Path, place: Path, *, link: bool) -> None:
    try:
        with replacing(place) as draft:
            if not (link and _link(source, draft)):
                shutil.copyfile(source, draft)
                draft.chmod(_READ_ONLY)
    except OSError as error:
        raise _unwritten(place, error) from error


def _link(source: Path, place: Path) -> bool:
    try:
        os.link(source, place)
    except OSError:  # another disk, or one that knows no links
        return False
    return True


def _unwritten(place: Path, error: OSError) -> DatasetError:
    why = error.strerror or error
    return DatasetError(f"{place} cannot be written: {why}. Check the disk.")
