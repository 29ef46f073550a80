"""Lists of scans, as text or CSV."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from data.catalog.catalog import Catalog, list_versions, read_catalog
from data.catalog.schema import SCHEMA
from data.errors import DatasetError


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows to be shown.

    Attributes:
        frame: The rows.
        end: A last line that sums up.
    """

    frame: pl.DataFrame
    end: str

    def to_csv(self) -> str:
        """As CSV; lists have semicolons between."""
        return _flatten(self.frame).write_csv().rstrip("\n")

    def to_text(self) -> str:
        """As columns of text, the last line sums up."""
        texts = _flatten(self.frame).select(pl.all().cast(pl.String).fill_null("-"))
        rows = [texts.columns, *texts.rows()]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            "  ".join(
                f"{cell:{w}}" for cell, w in zip(row, widths, strict=True)
            ).rstrip()
            for row in rows
        ]
        return "\n".join([*lines, self.end])


def list_rows(rows: pl.DataFrame, columns: str) -> Listing:
    """Scans, a line each.

    Args:
        rows: Of a catalog.
        columns: Names with commas between, or "*".

    Raises:
        DatasetError: If a column is not known.
    """
    names = SCHEMA.names() if columns == "*" else columns.split(",")
    odd = [name for name in names if name not in SCHEMA]
    if odd:
        msg = f"There is no column {odd[0]!r}. Choose of: {', '.join(SCHEMA)}."
        raise DatasetError(msg)
    return Listing(rows.select(names), _sum_up(rows))


def count_rows(rows: pl.DataFrame) -> Listing:
    """Scans and firearms of each scanner, site and part.

    Args:
        rows: Of a catalog.
    """
    keys = ("scanner", "site", "kind", "split")
    counted = rows.group_by(keys).agg(
        pl.len().alias("scans"),
        (pl.col("firearms") == 0).sum().alias("without firearms"),
        pl.col("firearms").sum(),
        pl.col("weak").sum().alias("weak labels"),
        pl.col("together").drop_nulls().n_unique().alias("groups"),
    )
    return Listing(counted.sort(keys, nulls_last=True), _sum_up(rows))


def find_versions(
    root: Path, old: int | None, new: int | None, other: Path | None
) -> tuple[Catalog, Catalog]:
    """The two versions that are to be compared.

    Args:
        root: Folder of the dataset.
        old: The one; the last but one if None.
        new: The other; the last if None.
        other: Another dataset: it is compared with its last version.

    Raises:
        DatasetError: If there are no such versions.
    """
    if not root.is_dir():
        msg = f"{root} is not a folder. Name the dataset's, and versions by number."
        raise DatasetError(msg)
    if other is not None:
        return read_catalog(root, old), read_catalog(other, new)
    after = read_catalog(root, new)
    assert after.version is not None  # noqa: S101 - it was read
    if old is None and after.version.number == 1:
        msg = f"{root} has one version only. There is nothing to compare it with."
        raise DatasetError(msg)
    before = old or list_versions(root)[after.version.number - 2].number
    return read_catalog(root, before), after


def _sum_up(rows: pl.DataFrame) -> str:
    return f"{len(rows)} scans, {rows['firearms'].sum()} firearms"


def _flatten(frame: pl.DataFrame) -> pl.DataFrame:
    lists = [name for name, kind in frame.schema.items() if kind == pl.List(pl.String)]
    return frame.with_columns(pl.col(name).list.join(";") for name in lists)
