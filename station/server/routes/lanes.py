"""The lanes, and how they are."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Request

from data.errors import NoSuchRecordError
from station.accounts.roles import EVERYONE
from station.server.access import Viewer, allow
from station.server.context import Here
from station.server.errors import responses
from station.server.lanes_shown import LaneShown, list_lanes
from station.server.streams import list_gone

router: Final = APIRouter(prefix="/api/lanes", tags=["lanes"])

Anyone = Annotated[Viewer, Depends(allow(*EVERYONE))]


@router.get("", summary="All lanes")
def read_lanes(viewer: Anyone, station: Here, request: Request) -> list[LaneShown]:
    """All lanes, in the order of the configuration."""
    del viewer
    with station.database.reading() as session:
        return list_lanes(session, station.config, list_gone(request.app))


@router.get("/{name}", summary="A lane", responses=responses(404))
def read_lane(
    viewer: Anyone,
    station: Here,
    request: Request,
    name: Annotated[str, Path(max_length=32)],
) -> LaneShown:
    """One lane."""
    for lane in read_lanes(viewer, station, request):
        if lane.name == name:
            return lane
    msg = f"There is no lane {name!r}. Load the list again."
    raise NoSuchRecordError(msg, code="lane.unknown", facts={"lane": name})
