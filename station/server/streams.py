"""The lanes whose scanners send columns over WebSockets, while the server runs.

Files are written by threads, one for each lane, and one more sees to silence: the loop
that serves all connections never waits for a disk.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from fastapi import FastAPI, WebSocket

from data.errors import BusyError
from station.lanes.intake import GB, Intake
from station.lanes.messages import DISPLACED
from station.lanes.stream import StreamLane
from station.lanes.talk import Content, HangUpError, Talk
from station.server.context import Station
from station.server.sockets import run_together

logger = logging.getLogger(__name__)

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
            len(self.lanes) + 1, thread_name_prefix="stream"
        )
        self._displacing: dict[str, asyncio.Event] = {}

    async def watch(self) -> None:
        """See to silent scanners, for ever."""
        while True:
            await asyncio.sleep(WATCH_S)
            loop = asyncio.get_running_loop()
            for lane in self.lanes.values():
                try:
                    await loop.run_in_executor(self._threads, lane.watch)
                except Exception:  # the others must be seen to
                    logger.exception("Lane %s is not watched", lane.intake.lane.name)

    async def serve(self, websocket: WebSocket, talk: Talk) -> None:
        """Talk to a scanner until either side ends it.

        Args:
            websocket: Accepted.
            talk: With the lane.
        """
        displaced = self._displace(talk.lane.intake.lane.name)
        inbox = Inbox()
        await run_together(
            websocket,
            _read(websocket, inbox),
            self._answer(websocket, inbox, talk),
            _hang_up(displaced),
        )

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


async def _hang_up(displaced: asyncio.Event) -> None:
    await displaced.wait()
    raise HangUpError(DISPLACED, "Another connection took the lane over.")


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
        raise BusyError(msg, code="lane.not_open")
    assert isinstance(streams, Streams)  # noqa: S101 - put there by run_streams
    return streams


def list_gone(app: FastAPI) -> dict[str, bool]:
    """Whether the scanners of lanes of source "stream" fell silent amid a scan."""
    streams: Streams | None = getattr(app.state, "streams", None)
    lanes = {} if streams is None else streams.lanes
    return {name: lane.gone for name, lane in lanes.items()}


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
