"""A sealed suite: a folder of scans with truth, and hashes that hold every byte."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from benchmark.suite.plan import Name, Role
from data.dataset import hash_file
from data.dataset_writing import write_text
from data.errors import SuiteError
from data.scan import ScanKind
from data.truth import Truth, read_truth

SEALED: Final = "suite.json"
FOLDER: Final = "scans"

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


def _check_name(name: str) -> str:
    if PurePosixPath(name).name != name or "\\" in name or name.startswith("."):
        msg = f"{name!r} must be the name of a file in {FOLDER}"
        raise ValueError(msg)
    return name


def _is_none(value: object) -> bool:
    return value is None


_FileName = Annotated[str, AfterValidator(_check_name)]


class SuiteScan(BaseModel):
    """One scan of a suite, with all that scoring needs to know besides its truth.

    Attributes:
        scan: Its file in `scans`: the high one where each plane has its own.
        truth: Its truth file there.
        files: sha256 of each of its files, the truth file too.
        inspection: Views of one container at one time have one name.
        group: Scans of one group are not independent: of one container, of one firearm,
            near-duplicates. An inspection lies in one group.
        part: Which part of the suite it belongs to.
        kind: "dual", "single" or "display".
        scanner: Which scanner, where known.
        synthetic: Whether it is simulated or projected.
        pitch_mm: Pixel pitch (x, y), mm, where known.
        source_sha256: Of the file that the scan came from, if it came from a dataset:
            sealing writes files anew, and by this one a training knows it again.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    scan: _FileName
    truth: _FileName
    files: dict[_FileName, Sha256]
    inspection: Annotated[str, Field(min_length=1)]
    group: Annotated[str, Field(min_length=1)]
    part: Annotated[str, Field(min_length=1)]
    kind: ScanKind
    scanner: str | None = None
    synthetic: bool
    pitch_mm: Annotated[tuple[Positive, Positive], Field(strict=False)] | None = None
    # Left out where it is not known: seals of before stay what they are.
    source_sha256: Sha256 | None = Field(default=None, exclude_if=_is_none)


class SealedList(BaseModel):
    """What `suite.json` holds, besides its seal.

    Attributes:
        name: Of the suite.
        title: What it asks, for people.
        role: "calibration" for choosing operating points, "test" for judging.
        origin: Where the scans come from: a plan's seed, or a folder.
        versions: Of what made it.
        scans: Its scans.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: Literal[1] = 1
    name: Name
    title: str
    role: Role
    origin: str
    versions: dict[str, str]
    scans: Annotated[tuple[SuiteScan, ...], Field(min_length=1, strict=False)]


class _SealedFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    seal: Sha256
    suite: SealedList


@dataclass(frozen=True, slots=True)
class Suite:
    """A suite whose every byte was checked.

    Attributes:
        root: Its folder.
        content: What it is and holds.
        seal: sha256 of its list of scans: its identity.
    """

    root: Path
    content: SealedList
    seal: str

    @property
    def name(self) -> str:
        """What it is called."""
        return self.content.name

    @property
    def scans(self) -> tuple[SuiteScan, ...]:
        """Its scans, in order."""
        return self.content.scans

    def path(self, scan: SuiteScan) -> Path:
        """The file of a scan."""
        return self.root / FOLDER / scan.scan

    def truth(self, scan: SuiteScan) -> Truth:
        """Read the truth of a scan.

        Raises:
            TruthError: If it is no truth file: it was none when it was sealed.
        """
        return read_truth(self.root / FOLDER / scan.truth)


def seal_suite(root: Path, content: SealedList) -> Suite:
    """Write the list with its seal; from then on nothing may change.

    Args:
        root: The suite's folder, with the scans in place.
        content: The list, hashes included.

    Raises:
        DatasetError: If it cannot be written.
    """
    seal = _compute_seal(content)
    write_text(root / SEALED, _print(content, seal))
    return Suite(root, content, seal)


def read_suite(root: Path) -> Suite:
    """Read a suite, and check every byte of it.

    Raises:
        SuiteError: If there is none, or a file was changed, added or taken away since
            it was sealed: one line that names the first, and how many there are.
    """
    suite = _read_list(root)
    changed = [*_find_changes(suite)]
    if changed:
        more = f", and {len(changed) - 1} more" if len(changed) > 1 else ""
        msg = (
            f"The suite {suite.name} in {root} is not as it was sealed: "
            f"{changed[0]}{more}. Copy it again from where it was made."
        )
        raise SuiteError(msg)
    return suite


def _read_list(root: Path) -> Suite:
    path = root / SEALED
    try:
        text = path.read_bytes()
        found = _SealedFile.model_validate_json(text)
    except OSError as error:
        msg = f"{root} holds no suite ({SEALED}). Make one: benchmark suite make."
        raise SuiteError(msg) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "file"
        msg = f"{path} was changed: {where}: {first['msg']}. Copy the suite again."
        raise SuiteError(msg) from error
    seal = _compute_seal(found.suite)
    if seal != found.seal or text != (_print(found.suite, seal) + "\n").encode():
        msg = f"{path} was changed since it was sealed. Copy the suite again."
        raise SuiteError(msg)
    return Suite(root, found.suite, seal)


def _compute_seal(content: SealedList) -> str:
    return hashlib.sha256(content.model_dump_json().encode()).hexdigest()


def _print(content: SealedList, seal: str) -> str:
    return _SealedFile(seal=seal, suite=content).model_dump_json(indent=1)


def _find_changes(suite: Suite) -> Iterator[str]:
    """What differs from the list, in words."""
    known = {name: sha for scan in suite.scans for name, sha in scan.files.items()}
    folder = suite.root / FOLDER
    met = {item.name for item in folder.iterdir()} if folder.is_dir() else set()
    for name in sorted(known.keys() - met):
        yield f"{name} is missing"
    for name in sorted(met - known.keys()):
        yield f"{name} was added"
    for name in sorted(met & known.keys()):
        if (folder / name).is_symlink() or hash_file(folder / name) != known[name]:
            yield f"{name} was changed"
