"""What a lane answers a scanner: the station's side of the protocol, version 1."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from data.errors import StationError, StreamError
from station.lanes.messages import (
    DISPLACED,
    REFUSED,
    UNKNOWN,
    Begin,
    End,
    Ping,
    Reply,
    read_message,
)
from station.lanes.stream import StreamLane, take_record
from station.spool import ColumnWriter
from station.spool.records import Head

SYNC_S: Final = 0.1
"""What was taken in is on the disk, and acknowledged, after about so long, s."""

ROOM_S: Final = 0.5
"""How often a full disk is looked at, s."""

MOST_ERRORS: Final = 20
"""Errors in a row after which there is no point in going on."""

Content = str | bytes


class HangUpError(Exception):
    """The connection is to be closed.

    Attributes:
        code: Of the closing.
        reason: One line.
    """

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(slots=True, eq=False)
class Talk:
    """One connection of a scanner; it displaces the lane's last one.

    After an error, or a disk that was full, records that were on their way are passed
    over until the one that is due comes.

    Args:
        lane: What it sends to.
        allowed: Says whether its token holds still.
    """

    lane: StreamLane
    allowed: Callable[[], bool] = field(default=lambda: True)
    _mine: ColumnWriter | None = field(default=None, init=False)
    _told: int = field(default=0, init=False)
    _synced: float = field(default=0.0, init=False)
    _waiting_since: float | None = field(default=None, init=False)
    _postponed: str | None = field(default=None, init=False)
    _passing_over: bool = field(default=False, init=False)
    _errors: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """Displace who was there."""
        with self.lane.lock:
            self.lane.holder = self

    @property
    def pause_s(self) -> float | None:
        """`handle` must be called again after so long, though nothing came."""
        if self._is_waiting:
            return ROOM_S
        return SYNC_S if self._due != self._told else None

    def handle(self, contents: Sequence[Content]) -> list[Reply]:
        """Take in what came, and see to what waits.

        Args:
            contents: Texts are messages, bytes are records.

        Returns:
            What to answer.

        Raises:
            HangUpError: If the connection must be closed.
        """
        with self.lane.lock:
            if self.lane.holder is not self:
                raise HangUpError(DISPLACED, "Another connection took the lane over.")
            if contents or self._is_waiting:
                self.lane.hear()
            replies = self._see_to_disk()
            for content in contents:
                replies += self._answer(content)
            return replies + self._acknowledge()

    @property
    def _is_waiting(self) -> bool:
        """Whether there is no disk for more."""
        return self._waiting_since is not None

    @property
    def _open(self) -> ColumnWriter | None:
        """The scan that this connection sends; None once it ended."""
        return self._mine if self._mine is self.lane.writer else None

    @property
    def _due(self) -> int:
        return 0 if self._open is None else self._open.next_sequence

    def _see_to_disk(self) -> list[Reply]:
        if self._waiting_since is None:
            return [] if self.lane.intake.has_room() else self._wait()
        waited = self.lane.clock() - self._waiting_since
        if waited < ROOM_S or not self.lane.intake.has_room():
            return []
        return self._go()

    def _go(self) -> list[Reply]:
        """There is room again: say from where to go on, and do what was put off."""
        try:
            if self._open is not None:
                self._open.sync()
        except OSError:
            return self._wait()
        self._waiting_since = None
        self._told = self._due
        go: Reply = {"type": "go", "next": self._told}
        text, self._postponed = self._postponed, None
        replies = [] if text is None else self._answer(text)
        if self._is_waiting:
            return []
        if replies and replies[-1]["type"] == "ready":
            return [*replies, {**go, "next": self._told}]
        return [go, *replies]

    def _wait(self) -> list[Reply]:
        """Have the scanner wait; it keeps what was not acknowledged."""
        first = self._waiting_since is None
        self._waiting_since = self.lane.clock()
        return [{"type": "wait", "why": "disk full"}] if first else []

    def _answer(self, content: Content) -> list[Reply]:
        try:
            if isinstance(content, bytes):
                return self._take(content)
            return self._reply(content)
        except StationError as error:
            return [self._complain(error)]
        except OSError as error:
            self.lane.stall(error)
            self._postpone(content)
            return self._wait()

    def _postpone(self, content: Content) -> None:
        """A message is kept until there is room; of records, only that one is due."""
        if isinstance(content, bytes):
            self._lose(content)
        elif not self._passing_over:
            self._postponed = content

    def _take(self, content: bytes) -> list[Reply]:
        if self._is_waiting:
            self._lose(content)
            return []
        if self._passing_over and self._is_stale(content):
            return []
        due = self._due
        try:
            take_record(content, self._open)
        except StreamError:
            self._lose(content)
            raise
        if self._due > due:
            self._passing_over, self._errors = False, 0
        return []

    def _is_stale(self, content: bytes) -> bool:
        """Whether it was on its way when something went wrong."""
        return self._open is None or Head.unpack(content).sequence > self._due

    def _lose(self, content: bytes) -> None:
        """A record was not taken; it must come again, unless it was there already."""
        try:
            again = Head.unpack(content).sequence >= self._due
        except StreamError:
            again = True
        self._passing_over = self._passing_over or again

    def _reply(self, text: str) -> list[Reply]:
        message = read_message(text)
        if isinstance(message, Ping):
            return [{"type": "pong"}]
        if isinstance(message, Begin):
            self._passing_over = False
        if self._is_waiting:
            self._postpone(text)
            return []
        if isinstance(message, Begin):
            return self._begin(message)
        return self._end(message)

    def _begin(self, message: Begin) -> list[Reply]:
        if not self.allowed():
            raise HangUpError(UNKNOWN, "The token was revoked.")
        self._mine = writer = self.lane.begin(message)
        self._errors = 0
        if writer is None:
            return self._say_ended(message.key)
        self._told = writer.durable
        scan, due = writer.begin.id, writer.next_sequence
        return [{"type": "ready", "key": message.key, "scan": scan, "next": due}]

    def _end(self, message: End) -> list[Reply]:
        if self._passing_over:
            return []  # what it is the end of did not come whole, or it came twice
        writer = self._open
        if writer is None:
            msg = "No scan is open. Begin one."
            raise StreamError(msg)
        self.lane.end(width=message.width)
        self.lane.flow()
        return self._say_ended(writer.begin.key)

    def _say_ended(self, key: str) -> list[Reply]:
        self._passing_over, self._told, self._mine = True, 0, None
        return [{"type": "ended", "key": key}]

    def _complain(self, error: StationError) -> Reply:
        self._errors += 1
        if self._errors > MOST_ERRORS:
            raise HangUpError(REFUSED, "Too many errors in a row.")
        due = None if self._open is None else self._due
        return {"type": "error", "why": str(error), "next": due}

    def _acknowledge(self) -> list[Reply]:
        """Have on the disk what came, now and then, and say so."""
        writer, at = self._open, self.lane.clock()
        if writer is None or writer.next_sequence == self._told:
            return []
        if at - self._synced < SYNC_S:
            return []
        try:
            self._told = writer.sync()
        except OSError as error:
            self.lane.stall(error)
            return self._wait()
        self._synced = at
        self.lane.flow()
        return [{"type": "ack", "next": self._told}]
