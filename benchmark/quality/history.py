"""The history of a scanner's image quality: JSON lines that are only added to."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from benchmark.quality.entry import QualityEntry
from data.errors import QualityError
from data.files import replacing
from data.formats.metadata import list_faults


def read_history(path: Path) -> list[QualityEntry]:
    """Read a history.

    Args:
        path: A file of JSON lines; one that is missing is an empty history.

    Returns:
        By the time of the scans.

    Raises:
        QualityError: If it cannot be read, or a line is damaged; it is named.
    """
    return sorted(_parse(path, _read(path)), key=lambda entry: entry.acquired)


def add_to_history(path: Path, entries: Sequence[QualityEntry]) -> list[QualityEntry]:
    """Add entries, but for those that are there already.

    What was there stays as it was, byte for byte; the file is whole at any time. Let
    one program at a time write to it.

    Args:
        path: A file of JSON lines. It is made if it is missing.
        entries: Of scans; the same scan measured by the same layout is added once.

    Returns:
        The whole history, by the time of the scans.

    Raises:
        QualityError: If it cannot be read or written, or a line is damaged.
    """
    old = _read(path)
    known = _parse(path, old)
    there = {entry.identity for entry in known}
    new = []
    for entry in entries:
        if entry.identity not in there:
            there.add(entry.identity)
            new.append(entry)
    if new:
        lines = "".join(f"{entry.model_dump_json()}\n" for entry in new)
        _write(path, old + ("\n" if old and not old.endswith("\n") else "") + lines)
    return sorted([*known, *new], key=lambda entry: entry.acquired)


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or error
        msg = f"History {path} cannot be read: {why}. Check the file."
        raise QualityError(msg) from error


def _write(path: Path, text: str) -> None:
    try:
        with replacing(path) as draft:
            draft.write_bytes(text.encode("utf-8"))
    except OSError as error:
        why = error.strerror or error
        msg = f"History {path} cannot be written: {why}. Check the folder and the disk."
        raise QualityError(msg) from error


def _parse(path: Path, text: str) -> list[QualityEntry]:
    entries = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            entries.append(QualityEntry.model_validate_json(line))
        except ValidationError as error:
            msg = (
                f"Line {number} of history {path} is damaged: {list_faults(error)}. "
                "Restore the file, or take that line out."
            )
            raise QualityError(msg) from error
    return entries
