"""What a page that is open is told, as it happens."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi import FastAPI, WebSocket
from sqlalchemy import select

from data.errors import RecordError
from station.accounts.logins import lasts
from station.lanes.talk import HangUpError
from station.records.tables import Entry, Login, ScanRow
from station.server.access import Viewer
from station.server.context import Station
from station.server.growing import Growth
from station.server.lanes_shown import list_lanes
from station.server.sockets import run_together
from station.server.streams import list_gone
from station.server.tailing import Message, Subject, Tail
from station.server.viewings import get_viewing
from station.server.visible import describe_entry, may_see, may_see_scans

LOGGED_OUT: Final = 4401
TOO_SLOW: Final = 4408
TRY_AGAIN: Final = 1013

SEND_S: Final = 5.0
"""A page that does not take a message for so long is given up, s."""

LOGIN_S: Final = 2.0
"""How often it is asked whether the login lasts, s."""

FARTHEST: Final = 10_000
"""Entries that a page may be behind; one that is further behind must load anew."""


@dataclass(slots=True)
class Page:
    """One page of somebody who is logged in.

    Args:
        websocket: Accepted.
        viewer: Who looks at it.
        station: At which.
        tail: Follows the station.
    """

    websocket: WebSocket
    viewer: Viewer
    station: Station
    tail: Tail

    async def serve(self, after: int | None) -> None:
        """Tell the page all that happens, until it is closed.

        Args:
            after: Number of the last entry that the page knows; None if it knows none.
        """
        try:
            await self._follow(after)
        except RecordError as error:
            await self.websocket.close(TRY_AGAIN, str(error)[:120])

    async def _follow(self, after: int | None) -> None:
        async with self.tail.following():
            await run_together(
                self.websocket, self._hear(), self._tell(after), self._watch_login()
            )

    def _choose(self, after: int | None) -> int:
        """From where on entries can be told."""
        head = self.tail.head
        known = after is not None and head - FARTHEST <= after <= head
        return after if known and after is not None else head

    async def _tell(self, after: int | None) -> None:
        position, version = self._choose(after), 0
        await self._send({"type": "hello", "seq": position})
        while True:
            try:
                news = await self.tail.wait(position, version)
            except RecordError:
                await asyncio.sleep(LOGIN_S)
                continue
            for state in news.states:
                await self._tell_state(state)
            for entry in news.entries:
                await self._tell_entry(entry)
            position, version = news.position, news.version

    async def _tell_state(self, state: Message) -> None:
        if state["type"] == "lane" or may_see_scans(self.viewer.role):
            await self._send(state)

    async def _tell_entry(self, entry: Entry) -> None:
        if entry.kind == "login.ended" and entry.subject == self.viewer.login_id:
            raise HangUpError(LOGGED_OUT, "The login has ended.")
        if may_see(entry.kind, self.viewer.role):
            await self._send(describe_entry(entry))

    async def _send(self, message: dict[str, Any]) -> None:
        try:
            async with asyncio.timeout(SEND_S):
                await self.websocket.send_json(message)
        except TimeoutError as error:
            raise HangUpError(
                TOO_SLOW, "The page is too slow. Load it anew."
            ) from error

    async def _hear(self) -> None:
        """Pages say nothing, but that they are gone."""
        while True:
            message = await self.websocket.receive()
            if message["type"] == "websocket.disconnect":
                return

    async def _watch_login(self) -> None:
        while True:
            await asyncio.sleep(LOGIN_S)
            if not await self.tail.do(self._lasts):
                raise HangUpError(LOGGED_OUT, "The login has ended.")

    def _lasts(self) -> bool:
        try:
            with self.station.database.reading() as session:
                login = session.get(Login, self.viewer.login_id)
                return login is not None and lasts(login, self.station.config.server)
        except RecordError:
            return True


def get_tail(app: FastAPI) -> Tail:
    """What follows the station for the pages of an application."""
    tail = getattr(app.state, "tail", None)
    if tail is None:
        tail = app.state.tail = _make_tail(app)
    assert isinstance(tail, Tail)  # noqa: S101 - put there just now
    return tail


def _make_tail(app: FastAPI) -> Tail:
    station: Station = app.state.station
    names = [lane.name for lane in station.config.lane]

    def find_inspections(scans: Sequence[str]) -> dict[str, str]:
        query = select(ScanRow.id, ScanRow.inspection_id).where(ScanRow.id.in_(scans))
        with station.database.reading() as session:
            return dict(session.execute(query).tuples().all())

    shown = get_viewing(app).count_shown
    growth = Growth(station.data, names, shown, find_inspections)

    def look_at_lanes() -> dict[str, Message]:
        with station.database.reading() as session:
            lanes = list_lanes(session, station.config, list_gone(app))
        return {
            f"lane {lane.name}": {
                "type": "lane",
                **lane.model_dump(mode="json", exclude={"beat"}),
            }
            for lane in lanes
        }

    scans = Subject(2, growth.look, before="alarm.")
    return Tail(station.database, (scans, Subject(10, look_at_lanes)))
