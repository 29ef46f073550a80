"""Columns of a scanner: the station's side of the protocol of docs/lanes.md."""

from typing import Final

from fastapi import APIRouter, WebSocket
from starlette.concurrency import run_in_threadpool

from data.errors import NoLoginError, RecordError, StationError
from station.accounts.tokens import check_lane_token
from station.lanes.messages import PROTOCOL
from station.lanes.stream import StreamLane
from station.lanes.talk import Talk
from station.server.context import Here, Station
from station.server.errors import answer_station
from station.server.streams import get_streams

router: Final = APIRouter(tags=["lanes"])

_BEARER: Final = "bearer "


@router.websocket("/api/lanes/{name}/stream")
async def take_columns(websocket: WebSocket, name: str, station: Here) -> None:
    """Take in the columns of a scanner that shows the lane's token."""
    try:
        await run_in_threadpool(_check, websocket, name, station)
        lane = _find_lane(websocket, name)
    except StationError as error:
        await websocket.send_denial_response(answer_station(error))
        return
    await websocket.accept(subprotocol=PROTOCOL)
    talk = Talk(lane, lambda: _still_allowed(websocket, name, station))
    await get_streams(websocket.app).serve(websocket, talk)


def _check(websocket: WebSocket, name: str, station: Station) -> None:
    if not _is_allowed(websocket, name, station):
        msg = f"The token does not open lane {name}: make one for it at the station."
        raise NoLoginError(msg, code="token.wrong")
    if PROTOCOL not in websocket.scope["subprotocols"]:
        msg = f"This station speaks {PROTOCOL}: offer it as the WebSocket subprotocol."
        raise StationError(msg, code="protocol.unknown", facts={"protocol": PROTOCOL})


def _find_lane(websocket: WebSocket, name: str) -> StreamLane:
    lanes = get_streams(websocket.app).lanes
    if name not in lanes:
        msg = f"Lane {name} does not take columns: its source is not stream."
        raise StationError(msg, code="lane.no_stream", facts={"lane": name})
    return lanes[name]


def _is_allowed(websocket: WebSocket, name: str, station: Station) -> bool:
    stated = websocket.headers.get("authorization", "")
    if not stated.lower().startswith(_BEARER):
        return False
    token = stated[len(_BEARER) :].strip()
    with station.database.reading() as session:
        return check_lane_token(session, name, token)


def _still_allowed(websocket: WebSocket, name: str, station: Station) -> bool:
    """Asked at every scan: one comes in though the records are out of reach."""
    try:
        return _is_allowed(websocket, name, station)
    except RecordError:
        return True
