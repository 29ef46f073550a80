"""Several things done at once over one WebSocket, until it is closed."""

from collections.abc import Coroutine
from typing import Final

import anyio
from fastapi import WebSocket
from starlette.websockets import WebSocketDisconnect

from station.lanes.talk import HangUpError

CLOSE_S: Final = 1.0
"""How long a closing may take to be sent, s."""

Part = Coroutine[None, None, None]


async def run_together(websocket: WebSocket, *parts: Part) -> None:
    """Do several things until one of them ends, or hangs up.

    Args:
        websocket: Accepted; closed as whoever hung up says.
        parts: The things.
    """
    endings: list[HangUpError] = []
    async with anyio.create_task_group() as group:

        async def do(part: Part) -> None:
            try:
                await part
            except HangUpError as error:
                endings.append(error)
            except WebSocketDisconnect:
                pass
            group.cancel_scope.cancel()

        for part in parts:
            group.start_soon(do, part)
    for error in endings[:1]:
        await _close(websocket, error)


async def _close(websocket: WebSocket, error: HangUpError) -> None:
    with anyio.move_on_after(CLOSE_S):
        try:
            await websocket.close(error.code, error.reason)
        except (RuntimeError, WebSocketDisconnect):
            return  # the other side was faster
