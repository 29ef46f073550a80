"""What happens, as it happens; see docs/station.md, "Tiles and live events"."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, WebSocket
from starlette.concurrency import run_in_threadpool

from data.errors import StationError
from station.server.access import get_socket_viewer
from station.server.context import Here
from station.server.errors import answer_station
from station.server.pages import Page, get_tail

router: Final = APIRouter(tags=["live"])


@router.websocket("/api/live")
async def follow_live(
    websocket: WebSocket,
    station: Here,
    after: Annotated[int | None, Query(ge=0, le=2**62)] = None,
) -> None:
    """Tell a page of entries of the log, of scans that grow, and of lanes."""
    try:
        viewer = await run_in_threadpool(get_socket_viewer, websocket, station)
    except StationError as error:
        await websocket.send_denial_response(answer_station(error))
        return
    await websocket.accept()
    page = Page(websocket, viewer, station, get_tail(websocket.app))
    await page.serve(after)
