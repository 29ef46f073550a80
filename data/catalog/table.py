"""A table of what is known of scans, as people keep it: CSV, a row for each."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from data.catalog.schema import FREE
from data.errors import DatasetError

FILE: Final = "file"

FIREARMS: Final = "firearm_ids"
"""Column of the physical firearms in a scan, with semicolons between."""


def read_table(path: Path) -> dict[str, Mapping[str, Any]]:
    """Read what is known of scans.

    Args:
        path: CSV with the column `file` and any of those in `data.catalog.schema.FREE`,
            and `firearm_ids`. An empty field is not known.

    Returns:
        Values by column, by the name of the file.

    Raises:
        DatasetError: If it cannot be read, has other columns, names a file twice, or
            states times without a zone.
    """
    try:
        frame = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        why = str(error).splitlines()[0]
        msg = f"{path} cannot be read as CSV: {why}. Export it again."
        raise DatasetError(msg) from error
    known = {FILE, FIREARMS, *FREE}
    odd = [name for name in frame.columns if name not in known]
    if FILE not in frame.columns or odd:
        names = ", ".join(odd) or f"no {FILE}"
        msg = f"{path} has the columns {names}; known are {', '.join(sorted(known))}."
        raise DatasetError(msg)
    twice = frame.filter(frame[FILE].is_duplicated())[FILE]
    if len(twice):
        msg = f"{path} has two rows of {twice[0]}. Keep one."
        raise DatasetError(msg)
    return {row[FILE]: _read_row(path, row) for row in frame.iter_rows(named=True)}


def read_time(text: str) -> datetime:
    """Read an ISO 8601 time with its zone.

    Raises:
        ValueError: If it is none.

    Example:
        >>> str(read_time("2026-03-01T12:00:00-05:00"))
        '2026-03-01 17:00:00+00:00'
    """
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        msg = "it has no zone"
        raise ValueError(msg)
    return time.astimezone(UTC)


def _read_row(path: Path, row: Mapping[str, str | None]) -> Mapping[str, Any]:
    stated: dict[str, Any] = {k: v for k, v in row.items() if v and k != FILE}
    if FIREARMS in stated:
        stated[FIREARMS] = sorted(part.strip() for part in stated[FIREARMS].split(";"))
    if "acquired" in stated:
        try:
            stated["acquired"] = read_time(stated["acquired"])
        except ValueError as error:
            msg = (
                f"{path}: {row[FILE]} was acquired {stated['acquired']!r}: {error}. "
                "Write times as 2026-03-01T12:00:00-05:00."
            )
            raise DatasetError(msg) from error
    return stated
