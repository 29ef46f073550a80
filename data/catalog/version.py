"""What a version of a dataset is."""

import hashlib
import json
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import polars as pl
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from data.errors import DatasetError

FOLDER: Final = "catalog"

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Version(BaseModel):
    """The record of a version, `catalog/NUMBER.json`.

    Attributes:
        name: What the dataset is called.
        number: 1 for the first.
        sha256: Hash of all rows: two versions with one hash hold the same.
        parent_sha256: Of the version it was made from; None for the first.
        created: When.
        note: What was done, for people.
        scans: How many it has.
        catalog: Its parquet file.
        catalog_sha256: Hash of that file.
        held_out: How many scans are held out.
        held_out_sha256: The seal of the held-out part: the hash of their contents and
            truth; None if there are none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: Literal[1] = 1
    name: str
    number: Annotated[int, Field(ge=1)]
    sha256: Hash
    parent_sha256: Hash | None = None
    created: AwareDatetime
    note: str
    scans: int
    catalog: Annotated[str, Field(pattern=r"^\d{6}-[0-9a-f]{12}\.parquet$")]
    catalog_sha256: Hash
    held_out: int = 0
    held_out_sha256: Hash | None = None

    @property
    def label(self) -> str:
        """Number and hash, short enough to say aloud."""
        return f"version {self.number} ({self.sha256[:12]})"


def read_version(path: Path) -> Version:
    """Read the record of a version.

    Args:
        path: `catalog/NUMBER.json`.

    Raises:
        DatasetError: If it cannot be read or is none.
    """
    try:
        return Version.model_validate_json(path.read_bytes())
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}. Check the disk."
        raise DatasetError(msg) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "file"
        msg = f"{path} is not the record of a version: {where}: {first['msg']}."
        raise DatasetError(msg) from error


def hash_rows(frame: pl.DataFrame) -> str:
    """Hash of a catalog's rows, whatever file they are in.

    Args:
        frame: In order of the names.
    """
    digest = hashlib.sha256()
    for row in frame.iter_rows(named=True):
        digest.update(json.dumps(row, default=_to_text, sort_keys=True).encode())
        digest.update(b"\n")
    return digest.hexdigest()


def hash_held_out(frame: pl.DataFrame) -> str | None:
    """The seal of the held-out part; None if nothing is held out.

    Args:
        frame: A catalog.
    """
    held = frame.filter(pl.col("split") == "held-out").sort("sha256")
    if held.is_empty():
        return None
    lines = held.select("sha256", "truth_sha256").rows()
    return hashlib.sha256(json.dumps(lines).encode()).hexdigest()


def _to_text(value: Any) -> str:
    return str(value.isoformat())
