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
        DatasetError: If it cannot be read, has other columns, or rows are amiss: one
            names a file twice, or a time without its zone. All of them are named.
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
        msg = (
            f"{path} has the columns {names}; known are {', '.join(sorted(known))}, "
            "with commas between."
        )
        raise DatasetError(msg)
    rows: dict[str, Mapping[str, Any]] = {}
    faults: list[str] = []
    for line, row in enumerate(frame.iter_rows(named=True), start=2):
        try:
            if row[FILE] in rows:
                msg = f"{row[FILE]} has a row already"
                raise ValueError(msg)
            rows[row[FILE]] = _read_row(row)
        except ValueError as error:
            faults.append(f"{path}:{line}: {error}")
    if faults:
        raise DatasetError("\n".join([*faults, "Correct the table."]))
    return rows


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


def _read_row(row: Mapping[str, str | None]) -> Mapping[str, Any]:
    stated: dict[str, Any] = {k: v for k, v in row.items() if v and k != FILE}
    if not row[FILE]:
        msg = "it names no file"
        raise ValueError(msg)
    if FIREARMS in stated:
        parts = (part.strip() for part in stated[FIREARMS].split(";"))
        stated[FIREARMS] = sorted({part for part in parts if part})
    if "acquired" in stated:
        try:
            stated["acquired"] = read_time(stated["acquired"])
        except ValueError as error:
            msg = (
                f"{row[FILE]} was acquired {stated['acquired']!r}: {error}; write it "
                "as 2026-03-01T12:00:00-05:00"
            )
            raise ValueError(msg) from error
    return stated
