"""The lanes whose scanners send columns over WebSockets, while the server runs.

Files are written by threads, one for each lane: the loop that serves all connections
never waits for a disk.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from fastapi import FastAPI, WebSocket
from starlette.websockets import WebSocketDisconnect

from data.errors import BusyError
from station.lanes.intake import GB, Intake
from station.lanes.stream import StreamLane
from station.lanes.talk import DISPLACED, Content, HangUpError, Talk
from station.server.context import Station

WATCH_S: Final = 0.25
"""How often it is asked whether a scanner fell silent, s."""

MOST_WAITING: Final = 8_000_000
"""Bytes that came in and are not in a file yet, of one lane, from which no more are
read."""


class Streams:
    """All lanes of source "stream".

    Args:
        station: Whose.
    """

    def __init__(self, station: Station) -> None:
        least = station.config.retention.least_free_gb * GB
        self.lanes = {
            lane.name: StreamLane(
                Intake(lane, station.data, station.reporter, least), station.database
            )
            for lane in station.config.lane
            if lane.source == "stream"
        }
        self._threads = ThreadPoolExecutor(
            max(len(self.lanes), 1), thread_name_prefix="stream"
        )
        self._displacing: dict[str, asyncio.Event] = {}

    async def watch(self) -> None:
        """See to silent scanners, for ever."""
        while True:
            await asyncio.sleep(WATCH_S)
            loop = asyncio.get_running_loop()
            for lane in self.lanes.values():
                await loop.run_in_executor(self._threads, lane.watch)

    async def serve(self, websocket: WebSocket, talk: Talk) -> None:
        """Talk to a scanner until either side ends it.

        Args:
            websocket: Accepted.
            talk: With the lane.
        """
        displaced = self._displace(talk.lane.intake.lane.name)
        inbox = Inbox()
        tasks = [
            asyncio.create_task(_read(websocket, inbox)),
            asyncio.create_task(self._answer(websocket, inbox, talk)),
            asyncio.create_task(displaced.wait()),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if displaced.is_set():
                raise HangUpError(DISPLACED, "Another connection took the lane over.")
            for task in tasks:
                if task.done():
                    task.result()
        except HangUpError as error:
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await websocket.close(error.code, error.reason)
        except WebSocketDisconnect:
            pass
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def close(self) -> None:
        """Let go of all files; open scans are gone on with at the next start."""
        self._threads.shutdown()
        for lane in self.lanes.values():
            lane.close()

    def _displace(self, name: str) -> asyncio.Event:
        """Have whoever sends to a lane leave it."""
        if name in self._displacing:
            self._displacing[name].set()
        self._displacing[name] = asyncio.Event()
        return self._displacing[name]

    async def _answer(self, websocket: WebSocket, inbox: "Inbox", talk: Talk) -> None:
        loop = asyncio.get_running_loop()
        while True:
            contents = await inbox.take(talk.pause_s)
            for reply in await loop.run_in_executor(
                self._threads, talk.handle, contents
            ):
                await websocket.send_json(reply)


@dataclass(slots=True)
class Inbox:
    """What came and was not handled yet, bounded."""

    _contents: deque[Content] = field(default_factory=deque)
    _size: int = 0
    _filled: asyncio.Event = field(default_factory=asyncio.Event)
    _emptied: asyncio.Event = field(default_factory=asyncio.Event)

    async def put(self, content: Content) -> None:
        """Add something, once there is room."""
        while self._size >= MOST_WAITING:
            self._emptied.clear()
            await self._emptied.wait()
        self._contents.append(content)
        self._size += len(content) + 100
        self._filled.set()

    async def take(self, timeout_s: float | None) -> list[Content]:
        """All that is there, in order; nothing if nothing comes in time."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._filled.wait(), timeout_s)
        contents = list(self._contents)
        self._contents.clear()
        self._size = 0
        self._filled.clear()
        self._emptied.set()
        return contents


async def _read(websocket: WebSocket, inbox: Inbox) -> None:
    while True:
        message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            return
        content = message.get("bytes")
        await inbox.put(message["text"] if content is None else content)


def get_streams(app: FastAPI) -> Streams:
    """The lanes of an application that runs.

    Raises:
        StationError: If it does not run yet.
    """
    streams = getattr(app.state, "streams", None)
    if streams is None:
        msg = "The lanes are not open yet. Try again in a second."
        raise BusyError(msg)
    assert isinstance(streams, Streams)  # noqa: S101 - put there by run_streams
    return streams


@contextlib.asynccontextmanager
async def run_streams(app: FastAPI) -> AsyncIterator[None]:
    """Keep the lanes of an application open, and watch over them."""
    streams = app.state.streams = await asyncio.to_thread(Streams, app.state.station)
    watching = asyncio.create_task(streams.watch())
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await asyncio.to_thread(streams.close)
        app.state.streams = None
