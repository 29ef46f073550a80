"""Find the scans that files, folders and globs name."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from data.errors import ResultError, ScanFileError
from data.formats.opening import bad_file
from data.formats.png_pair import find_high
from data.formats.raw import find_main
from data.formats.registry import is_known
from data.formats.scanner_profile import ScannerProfile

_MAGIC: Final = frozenset("*?[")
_OVERLAY: Final = ".png"
_RESULT: Final = ".json"


@dataclass(frozen=True, slots=True)
class ScanFile:
    """A scan on disk.

    Attributes:
        path: Its file: the high one where each plane has its own.
        name: Where its results go, below their folder and without their ending.
    """

    path: Path
    name: PurePosixPath


def find_scans(
    arguments: Sequence[str | Path], profile: ScannerProfile | None = None
) -> list[ScanFile]:
    """List the scans that files, folders and globs name.

    A file that is named itself is always taken, whatever its ending. In folders and
    globs what is hidden, unknown or written by us (results and their overlays) is left
    out. The files of one scan (a PNG pair, plane files) count once, and so does a file
    that is named twice.

    Args:
        arguments: Files, folders (with all below) and globs (`**` is any folders). What
            exists is never taken for a glob.
        profile: Knows its own files besides.

    Returns:
        Sorted by name. The name of a scan is `b.jpg` for a file named itself, else its
        path below the folder, or below the glob's leading part without wildcards.

    Raises:
        ScanFileError: If an argument matches nothing, or a folder cannot be read.
        ResultError: If two scans have one name.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> for name in ("b.jpg", "a_high.png", "a_low.png", "notes.txt"):
        ...     (folder / name).touch()
        >>> [str(scan.name) for scan in find_scans([folder])]
        ['a_high.png', 'b.jpg']
    """
    scans: dict[Path, ScanFile] = {}
    for argument in arguments:
        found = [*_find(argument, profile)]
        if not found:
            msg = f"There is no scan in {argument}. Name files, folders or globs."
            raise ScanFileError(msg)
        for scan in found:
            scans.setdefault(scan.path.resolve(), scan)
    _check_names(scans.values())
    return sorted(scans.values(), key=lambda scan: scan.name)


def _find(argument: str | Path, profile: ScannerProfile | None) -> Iterator[ScanFile]:
    path = Path(argument)
    try:
        if path.is_dir():
            return _find_below(path, _walk(path), profile)
        if path.exists() or not _MAGIC & set(str(argument)):
            main = _find_main(path, profile)
            return iter([ScanFile(main, PurePosixPath(main.name))])
        return _find_below(*_expand(path), profile)
    except OSError as error:
        what = f"cannot be listed: {error.strerror or error}. Check its permissions."
        raise bad_file(path, what) from error


def _find_below(
    root: Path, files: Iterable[Path], profile: ScannerProfile | None
) -> Iterator[ScanFile]:
    for path in files:
        below = path.relative_to(root)
        hidden = any(part.startswith(".") for part in below.parts)
        if hidden or not is_known(path, profile) or _is_ours(path):
            continue
        main = _find_main(path, profile)
        yield ScanFile(main, PurePosixPath(main.relative_to(root).as_posix()))


def _walk(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder, onerror=_refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent, name) for name in sorted(names))


def _refuse(error: OSError) -> None:
    what = f"cannot be listed: {error.strerror}. Check its permissions."
    raise bad_file(Path(error.filename), what) from error


def _expand(pattern: Path) -> tuple[Path, list[Path]]:
    parts = pattern.parts
    fixed = next(i for i, part in enumerate(parts) if _MAGIC & set(part))
    root = Path(*parts[:fixed])
    try:
        matches = sorted(root.glob("/".join(parts[fixed:])))
    except (ValueError, NotImplementedError) as error:
        raise bad_file(pattern, f"is not a glob: {error}. Correct it.") from error
    files: list[Path] = []
    for match in matches:
        files += _walk(match) if match.is_dir() else [match]
    return root, files


def _find_main(path: Path, profile: ScannerProfile | None) -> Path:
    if profile is not None and profile.reads(path):
        main = find_main(path, profile)
    else:
        main = find_high(path)
    return main if main.exists() else path


def _is_ours(path: Path) -> bool:
    scan = path.with_suffix("")
    overlay = path.suffix.lower() == _OVERLAY and scan.suffix != ""
    return overlay and scan.with_name(scan.name + _RESULT).exists()


def _check_names(scans: Iterable[ScanFile]) -> None:
    taken: dict[PurePosixPath, Path] = {}
    for scan in scans:
        other = taken.setdefault(scan.name, scan.path)
        if other != scan.path:
            msg = (
                f"{other} and {scan.path} would both write the results of {scan.name}. "
                "Name the folder above them, or run them apart."
            )
            raise ResultError(msg)
