"""Scans as squares of 16-bit numbers; see docs/station.md, "Tiles and live events"."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, JsonValue

from data.scan import ScanInfo, ScanKind
from station.server.context import Here
from station.server.errors import responses
from station.server.routes.asking import PathId, Reading
from station.server.viewings import get_viewing
from station.spool.beginning import read_begin
from station.tiles.level import SIDE
from station.tiles.planes import (
    OFFERED,
    UNITS,
    Place,
    PlaneName,
    TileName,
    list_planes,
)
from station.tiles.pyramid import LEVELS
from station.tiles.viewing import Found, View

router: Final = APIRouter(prefix="/api/scans", tags=["scans"])

TYPE: Final = "application/octet-stream"
KEPT: Final = "private, max-age=31536000, immutable"
ASKED: Final = "private, no-cache"

TILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "Rows from the top, each from the left, uint16 little-endian; "
        "the planes of `view` one after the other, as `X-Tile-Planes` names them.",
        "content": {TYPE: {"schema": {"type": "string", "format": "binary"}}},
        "headers": {
            "X-Tile-Width": {"schema": {"type": "integer"}},
            "X-Tile-Height": {"schema": {"type": "integer"}},
            "X-Tile-Planes": {"schema": {"type": "string"}},
            "ETag": {"schema": {"type": "string"}},
        },
    },
    304: {"description": "It is as it was."},
    **responses(404),
}


class Plane(BaseModel):
    """What can be shown of a scan.

    Attributes:
        name: In the address of its tiles.
        unit: What its numbers mean, once they are divided.
        divide: By how much.
    """

    model_config = ConfigDict(extra="forbid")

    name: PlaneName
    unit: str
    divide: int


class Geometry(BaseModel):
    """What a page needs to know before it asks for tiles.

    Attributes:
        width: Columns that may be seen, so far, px.
        height: px.
        complete: Whether no more columns come.
        version: To be stated with tiles once the scan is complete: then they can be
            kept. Another one, once something else is to be seen.
        tile: Width and height of a tile, px; those at the edges have less.
        levels: Scales: 0 is full scale, k is 1/2^k.
        info: Pixel pitch, energies, view, whether it is synthetic, and so on.
        opaque_regions: Boxes in which nothing can be said, px.
        coarse: Boxes that only the coarse pass saw, px.
        unseen: Boxes that nothing looked at, px.
        missing: Columns that never came, half-open ranges.
        opaque_fraction: Share of the container's area that is opaque.
        bundle: What looked, and its operating point.
    """

    model_config = ConfigDict(extra="forbid")

    scan: str
    kind: ScanKind
    width: int
    height: int
    complete: bool
    version: str | None
    tile: int
    levels: int
    planes: list[Plane]
    info: ScanInfo
    opaque_regions: list[list[float]]
    coarse: list[list[float]]
    unseen: list[list[float]]
    missing: list[list[int]]
    opaque_fraction: float | None
    bundle: dict[str, JsonValue] | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which tile is asked for, and what of it is there already."""

    plane: TileName
    level: Annotated[int, Path(ge=0, lt=LEVELS)]
    column: Annotated[int, Path(ge=0, lt=2**20)]
    row: Annotated[int, Path(ge=0, lt=2**20)]
    version: Annotated[str | None, Query(max_length=64)] = None
    if_none_match: Annotated[str | None, Header()] = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A scan that was found, and what of it may be seen."""

    found: Found
    view: View


def open_scan(station: Here, request: Request, scan_id: PathId) -> Opened:
    """Open the scan of a request.

    Raises:
        NoSuchRecordError: If there is none.
    """
    viewing = get_viewing(request.app)
    with station.database.reading() as session:
        found = viewing.find(session, scan_id)
    return Opened(found, viewing.open(found))


Scanned = Annotated[Opened, Depends(open_scan)]


@router.get(
    "/{scan_id}/geometry",
    summary="What can be seen of a scan, and how",
    responses=responses(404),
)
def read_geometry(viewer: Reading, opened: Scanned) -> Geometry:
    """Size, scales and planes of a scan, and where nothing can be seen in it."""
    del viewer
    return _describe(opened.found, opened.view)


@router.get(
    "/{scan_id}/tiles/{plane}/{level}/{column}/{row}",
    summary="A tile of a scan",
    response_class=Response,
    responses=TILE,
)
def read_tile(
    viewer: Reading, opened: Scanned, asked: Annotated[Asked, Depends()]
) -> Response:
    """A square of a plane at a scale, as numbers; `view` has all that a page draws.

    With the `version` of the geometry it may be kept for ever; else ask again.
    """
    del viewer
    view, place = opened.view, Place(asked.level, asked.column, asked.row)
    kept = view.complete and asked.version == view.version
    headers = {
        "ETag": f'"{view.stamp(asked.plane, place)}"',
        "Cache-Control": KEPT if kept else ASKED,
        "X-Tile-Planes": ",".join(list_planes(view.kind, asked.plane)),
    }
    if headers["ETag"] in (asked.if_none_match or ""):
        return Response(status_code=304, headers=headers)
    tile = view.cut(asked.plane, place)
    headers |= {
        "X-Tile-Width": str(tile.shape[-1]),
        "X-Tile-Height": str(tile.shape[-2]),
    }
    return Response(tile.astype("<u2").tobytes(), media_type=TYPE, headers=headers)


def _describe(found: Found, view: View) -> Geometry:
    known = found.row.findings or {} if found.row is not None else {}
    lists = ("opaque_regions", "coarse", "unseen", "missing")
    return Geometry(
        scan=found.folder.name,
        kind=view.kind,
        width=view.size[0],
        height=view.size[1],
        complete=view.complete,
        version=view.version if view.complete else None,
        tile=SIDE,
        levels=LEVELS,
        planes=[
            Plane(name=name, unit=UNITS[name][0], divide=UNITS[name][1])
            for name in OFFERED[view.kind]
        ],
        info=_info(found),
        opaque_fraction=known.get("opaque_fraction"),
        bundle=None if found.row is None else found.row.bundle,
        **{name: known.get(name, []) for name in lists},
    )


def _info(found: Found) -> ScanInfo:
    if found.row is None:
        return read_begin(found.folder).info
    return ScanInfo.model_validate(found.row.info, strict=False)
