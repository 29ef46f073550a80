"""The columns of a catalog, a row for each scan."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import polars as pl

from data.errors import DatasetError

SCHEMA: Final = pl.Schema(
    {
        "name": pl.String(),
        "sha256": pl.String(),
        "file": pl.String(),
        "truth": pl.String(),
        "truth_sha256": pl.String(),
        "width": pl.Int64(),
        "height": pl.Int64(),
        "kind": pl.String(),
        "pitch_mm": pl.Float64(),
        "scanner": pl.String(),
        "site": pl.String(),
        "container": pl.String(),
        "inspection": pl.String(),
        "view": pl.String(),
        "acquired": pl.Datetime("us", "UTC"),
        "source": pl.String(),
        "licence": pl.String(),
        "synthetic": pl.Boolean(),
        "label_source": pl.String(),
        "weak": pl.Boolean(),
        "cargo": pl.String(),
        "firearms": pl.Int64(),
        "ignored": pl.Int64(),
        "firearm_ids": pl.List(pl.String()),
        "group": pl.String(),
        "together": pl.String(),
        "split": pl.String(),
    }
)
"""What is known of each scan.

`name` and `sha256` are unique. `file` and `truth` are paths below the dataset. `group`
names what the scan shows, as somebody stated it; `together` is alike for scans that
sharing out keeps together; `split` is null for scans that no part uses; `synthetic`
says that all of it is simulated, nothing projected into what may be real; `weak` says
that some label is a person's word for a picture, with nobody having looked inside.
"""

NEVER_NULL: Final = (
    "name",
    "sha256",
    "file",
    "truth",
    "truth_sha256",
    "width",
    "height",
    "kind",
    "synthetic",
    "weak",
    "firearms",
    "ignored",
)

FREE: Final = (
    "scanner",
    "site",
    "container",
    "inspection",
    "view",
    "acquired",
    "source",
    "licence",
    "cargo",
    "group",
)
"""Columns that a person may state for scans that are imported."""


def make_frame(rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Put rows into a catalog's columns; what a row does not state is null.

    Args:
        rows: Values by column.
    """
    return pl.DataFrame(list(rows), schema=SCHEMA)


def check_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """Refuse a catalog that is not of these columns, or names a scan twice.

    Args:
        frame: The catalog.

    Returns:
        It, in order of the names.

    Raises:
        DatasetError: Which says what is wrong.
    """
    if frame.schema != SCHEMA:
        odd = set(frame.schema.items()) ^ set(SCHEMA.items())
        names = ", ".join(sorted({str(name) for name, _ in odd})) or "their order"
        msg = f"The catalog has other columns than this version has: {names}."
        raise DatasetError(msg)
    holes = [name for name in NEVER_NULL if frame[name].null_count()]
    if holes:
        msg = f"The catalog has rows without {', '.join(holes)}. Import them again."
        raise DatasetError(msg)
    for column in ("name", "sha256"):
        twice = frame.filter(frame[column].is_duplicated())[column]
        if len(twice):
            msg = f"The catalog has two scans with the {column} {twice[0]}."
            raise DatasetError(msg)
    return frame.sort("name")
