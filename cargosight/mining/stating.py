"""Which scans are stated to be clean, and which a dataset has already."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from data.catalog.catalog import is_catalogued, read_catalog
from data.dataset import INDEX, YOLO_INDEX, Sample, read_dataset
from data.errors import ResultError
from data.formats import ScanFile, ScannerProfile, find_scans
from data.truth import FIREARM

_LISTS: Final = frozenset({".txt", ".csv"})
_ANY_SIZE: Final = (1000, 1000)
"""Whether there is any box does not depend on how large the scan is."""


@dataclass(frozen=True, slots=True)
class Pool:
    """The scans that are looked at.

    Attributes:
        files: All of them, the clean ones too, sorted by name.
        clean: Which of them are stated to be clean, as resolved paths.
    """

    files: tuple[ScanFile, ...]
    clean: frozenset[Path]


def gather_pool(
    scans: Sequence[str | Path],
    clean: Sequence[Path],
    profile: ScannerProfile | None = None,
) -> Pool:
    """List the scans to look at, and which of them are stated to be clean.

    Args:
        scans: Files, folders and globs.
        clean: For each, a folder or file of scans, a list of names or paths (`.txt`),
            or a dataset, of whose training part the scans without firearms are meant.
        profile: Of raw vendor files.

    Raises:
        ScanFileError: If something named is no scan.
        ResultError: If a list names what is not there, or two scans have one name.
        DatasetError: If a dataset is damaged.
    """
    named = find_scans(scans, profile)
    stated = [path for each in clean for path in _state_clean(each, named, profile)]
    files = find_scans([*scans, *stated], profile) if stated else named
    paths = frozenset(file.path.resolve() for file in files)
    return Pool(tuple(files), paths & {path.resolve() for path in stated})


def _state_clean(
    source: Path, named: Sequence[ScanFile], profile: ScannerProfile | None
) -> list[Path]:
    if _is_dataset(source):
        dataset = read_dataset(source, to_train=False)
        return [each.scan for each in dataset.samples if _is_clean(each)]
    if source.suffix.lower() in _LISTS:
        return list(_read_list(source, named))
    return [file.path for file in find_scans([source], profile)]


def _is_dataset(path: Path) -> bool:
    indexed = any((path / name).is_file() for name in (INDEX, YOLO_INDEX))
    return indexed or path.name in {INDEX, YOLO_INDEX} or is_catalogued(path)


def _is_clean(sample: Sample) -> bool:
    """Whether a scan may be learned from, and holds no firearm, not even a doubtful."""
    if sample.split != "train":
        return False
    truth = sample.truth(_ANY_SIZE)
    return not any(thing.label == FIREARM for thing in truth.objects)


def _read_list(source: Path, named: Sequence[ScanFile]) -> Iterator[Path]:
    try:
        lines = source.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{source} cannot be read as a list of scans: {error}. Check it."
        raise ResultError(msg) from error
    known = {str(file.name): file.path for file in named}
    wrong = []
    for number, line in enumerate(lines):
        name = line.strip()
        found = known.get(name, source.parent / name)
        if name and found.is_file():
            yield found
        elif name:
            wrong.append(f"line {number + 1} ({name})")
    if wrong:
        msg = (
            f"{source} names scans that are not there: {', '.join(wrong)}. "
            "Write names as below SCANS, or paths from the list's folder."
        )
        raise ResultError(msg)


@dataclass(frozen=True, slots=True)
class Known:
    """What a dataset has already.

    Attributes:
        hashes: Of the contents of all its scans, held-out ones and ones without a part
            too.
        samples: Those that it trains on, or all if it has no such part.
    """

    hashes: frozenset[str]
    samples: tuple[Sample, ...]


def read_known(path: Path) -> Known:
    """Read which scans a dataset has.

    Args:
        path: Any dataset.

    Raises:
        DatasetError: If it is none.
    """
    dataset = read_dataset(path, to_train=False)
    learned = tuple(each for each in dataset.samples if each.split == "train")
    return Known(
        frozenset(each.sha256 for each in dataset.samples) | _list_stated(path),
        learned or dataset.samples,
    )


def _list_stated(path: Path) -> frozenset[str]:
    """Hashes that a catalog states: it also has scans that no part uses."""
    if not is_catalogued(path):
        return frozenset()
    return frozenset(read_catalog(path).frame["sha256"])
