"""Follow the log, the scans that come in and the lanes, for all pages that are open.

One loop looks for all of them, and only while there are any. Pages take what is new at
their own pace: nothing is queued for them, so a slow one costs no memory. Of a scan or
a lane a page gets the newest only; of the log every entry, in order.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar

from sqlalchemy import func, select

from data.errors import RecordError
from station.records import Database
from station.records.tables import Entry

logger = logging.getLogger(__name__)

LOOK_S: Final = 0.05
"""Time between looks at the log, s."""

KEPT: Final = 2000
"""Entries that are kept in memory for pages."""

PAGE: Final = 500
"""Entries that are read at a time for a page that is far behind."""

Message = dict[str, Any]
Given = TypeVar("Given")


@dataclass(frozen=True, slots=True)
class Subject:
    """Something of which the newest state is told: a scan that grows, or a lane.

    Attributes:
        every: Looks at the log for one at this.
        look: What there is now, by its name.
        before: Beginning of the kinds of entries that are told after it only: it is
            looked at anew when there is one. An empty one begins none.
    """

    every: int
    look: Callable[[], dict[str, Message]]
    before: str = ""

    def is_due(self, turn: int, entries: Sequence[Entry]) -> bool:
        """Whether to look at it.

        Args:
            turn: How many looks at the log there were.
            entries: What the last one found.
        """
        if turn % self.every == 0:
            return True
        begin = self.before
        return bool(begin) and any(one.kind.startswith(begin) for one in entries)


@dataclass(frozen=True, slots=True)
class News:
    """What is new to a page.

    Attributes:
        entries: Of the log, in order.
        states: Newest states, as messages.
        position: Number of the last entry that is known now.
        version: Of the states that are known now.
    """

    entries: Sequence[Entry]
    states: Sequence[Message]
    position: int
    version: int


@dataclass(frozen=True, slots=True)
class _Change:
    """What a look found.

    Attributes:
        entries: New ones of the log.
        states: Those that are not as they were.
        gone: Names of those that are no more.
    """

    entries: Sequence[Entry] = ()
    states: dict[str, Message] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()


@dataclass(slots=True)
class Tail:
    """Follows a station.

    Args:
        database: The records.
        subjects: What else is followed.
    """

    database: Database
    subjects: Sequence[Subject]
    head: int = field(default=0, init=False)
    _recent: deque[Entry] = field(
        default_factory=lambda: deque(maxlen=KEPT), init=False
    )
    _states: dict[str, tuple[int, Message]] = field(default_factory=dict, init=False)
    _names: list[frozenset[str]] = field(default_factory=list, init=False)
    _version: int = field(default=0, init=False)
    _failing: bool = field(default=False, init=False)
    _pages: int = field(default=0, init=False)
    _turn: int = field(default=0, init=False)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition, init=False)
    _starting: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _task: "asyncio.Task[None] | None" = field(default=None, init=False)
    _threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(2, "tail"), init=False
    )

    @contextlib.asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """Follow while a page is open.

        Raises:
            RecordError: If the records cannot be reached now.
        """
        async with self._starting:
            if self._task is None:
                await self._start()
            self._pages += 1
        try:
            yield
        finally:
            self._pages -= 1
            if self._pages == 0 and self._task is not None:
                self._task.cancel()
                self._task = None

    async def wait(self, position: int, version: int) -> News:
        """Wait for what is new.

        Args:
            position: Number of the last entry that is known.
            version: Of the states that are known.

        Returns:
            Something.
        """
        async with self._changed:
            await self._changed.wait_for(
                lambda: self.head > position or self._version > version
            )
        states = [message for made, message in self._states.values() if made > version]
        head, seen = self.head, self._version
        entries = await self._list_after(position)
        return News(entries, states, entries[-1].seq if entries else head, seen)

    async def do(self, act: Callable[[], Given]) -> Given:
        """Do something that waits for a database or a disk."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, act)

    async def _start(self) -> None:
        self._recent.clear()
        self._states.clear()
        self._names = [frozenset()] * len(self.subjects)
        self._turn = 0
        self.head = await self.do(self._read_head)
        self._task = asyncio.create_task(self._follow())

    async def _follow(self) -> None:
        while True:
            change = await self.do(self._look)
            self._turn += 1
            if change.entries or change.states or change.gone:
                self._keep(change)
                async with self._changed:
                    self._changed.notify_all()
            await asyncio.sleep(LOOK_S)

    def _keep(self, change: _Change) -> None:
        self._recent.extend(change.entries)
        self.head = change.entries[-1].seq if change.entries else self.head
        self._version += 1
        for name in change.gone:
            self._states.pop(name, None)
        for name, message in change.states.items():
            self._states[name] = (self._version, message)

    def _look(self) -> _Change:
        """What has changed since the last look; nothing while it cannot be read."""
        try:
            entries = self._read(self.head)
            return replace(self._look_at_subjects(entries), entries=entries)
        except RecordError:
            return _Change()

    def _look_at_subjects(self, entries: Sequence[Entry]) -> _Change:
        states: dict[str, Message] = {}
        gone: frozenset[str] = frozenset()
        for number, subject in enumerate(self.subjects):
            due = subject.is_due(self._turn, entries)
            found = self._ask(subject) if due else None
            if found is not None:
                gone |= self._names[number] - found.keys()
                self._names[number] = frozenset(found)
                states |= found
        known = {name: message for name, (_, message) in self._states.items()}
        fresh = {name: one for name, one in states.items() if known.get(name) != one}
        return _Change(states=fresh, gone=gone)

    def _ask(self, subject: Subject) -> dict[str, Message] | None:
        """What there is of a subject; None if that fails: the log is told on."""
        try:
            found = subject.look()
        except RecordError:
            raise
        except Exception:
            if not self._failing:
                logger.exception("Pages are not told all: it cannot be looked at")
            self._failing = True
            return None
        self._failing = False
        return found

    async def _list_after(self, position: int) -> Sequence[Entry]:
        if position >= self.head:
            return ()
        if self._recent and self._recent[0].seq <= position + 1:
            return [entry for entry in self._recent if entry.seq > position]
        head = self.head  # what came since is told after what is read of its columns
        found = await self.do(lambda: self._read(position))
        return [entry for entry in found if entry.seq <= head]

    def _read(self, position: int) -> Sequence[Entry]:
        query = select(Entry).where(Entry.seq > position).order_by(Entry.seq)
        with self.database.reading() as session:
            return session.scalars(query.limit(PAGE)).all()

    def _read_head(self) -> int:
        with self.database.reading() as session:
            return session.scalar(select(func.max(Entry.seq))) or 0
