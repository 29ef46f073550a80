"""`begin.json` and `end.json` of a scan in the spool."""

from pathlib import Path
from typing import Annotated, Final, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from data.errors import StationError
from data.files import write_durably
from data.scan import ScanInfo, ScanKind

BEGIN: Final = "begin.json"
END: Final = "end.json"
DAMAGED: Final = "damaged"
"""Why a scan ended of which not all could be read."""

Text = Annotated[str, Field(min_length=1, max_length=200)]
Model = TypeVar("Model", bound=BaseModel)


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class ScanBegin(_Record):
    """What is known when a scan begins.

    Attributes:
        id: Identifier of the scan.
        lane: Name of the lane.
        key: What the source calls the scan; unique within the lane.
        number: What the scanner calls the inspection; scans with one number in a row
            are its views. None if it gives none.
        kind: Which readings there are.
        rows: Height, px.
        info: What else is known; the container numbers too.
        whole: Whether it came as one file, and is looked at as a whole.
        original: Name of the file that it came as; None for columns.
        began: When.
    """

    format: Literal[1] = 1
    id: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    lane: Text
    key: Text
    number: Text | None = None
    kind: ScanKind
    rows: Annotated[int, Field(ge=1, le=20_000)]
    info: ScanInfo = Field(default_factory=ScanInfo)
    whole: bool = False
    original: Text | None = None
    began: AwareDatetime

    @property
    def planes(self) -> int:
        """Planes of a column: 1 or 2 of counts, 3 of a picture."""
        return {"single": 1, "dual": 2, "display": 3}[self.kind]


class ScanEnd(_Record):
    """How a scan ended.

    Attributes:
        ended: When the last column came.
        width: How many columns it should have; None if nobody said.
        why: "end": the scanner said so; "cut off": it fell silent; "next": it began
            another; "damaged": what came could not be read to the end.
    """

    format: Literal[1] = 1
    ended: AwareDatetime
    width: Annotated[int, Field(ge=0)] | None = None
    why: Literal["end", "cut off", "next", "damaged"] = "end"


def write_part(part: _Record, path: Path) -> None:
    """Write `begin.json` or `end.json`, durably: it is there whole or not at all."""
    write_durably(path, part.model_dump_json(exclude_none=True).encode())


def read_begin(folder: Path) -> ScanBegin:
    """Read `begin.json` of a scan.

    Raises:
        StationError: If it is missing or damaged.
    """
    return _read(folder / BEGIN, ScanBegin)


def read_end(folder: Path) -> ScanEnd | None:
    """Read `end.json` of a scan; None as long as there is none.

    Raises:
        StationError: If it is damaged.
    """
    path = folder / END
    return _read(path, ScanEnd) if path.exists() else None


def _read(path: Path, model: type[Model]) -> Model:
    try:
        return model.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        msg = f"{path} cannot be read: {error}. The scan in this folder is damaged."
        raise StationError(" ".join(msg.split()), code="scan.damaged") from error
