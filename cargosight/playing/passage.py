"""One scan on its way to a lane: what is made, sent and acknowledged."""

import time
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from data.errors import StreamError
from data.scan import Scan, take_columns
from station.spool.records import pack_record

MOST_ERRORS: Final = 20
"""So often may the station ask for records again without any progress."""

WINDOW_BYTES: Final = 32_000_000
"""Most that is sent and not acknowledged."""


@dataclass(slots=True)
class Passage:
    """A scan that is played, record by record.

    Columns come into being on time whether the station takes them or not, as in a
    scanner; all that is not acknowledged is kept.

    Args:
        scan: It.
        key: What the station knows it by.
        number: Of the inspection.
        piece: Columns of a record.
        rate: Columns a second; None for as fast as they are taken.
        start: When its first column begins, by `time.monotonic`.
    """

    scan: Scan
    key: str
    number: str | None
    piece: int
    rate: float | None
    start: float
    scan_id: str | None = field(default=None, init=False)
    sent: int = field(default=0, init=False)
    acked: int = field(default=0, init=False)
    begun: bool = field(default=False, init=False)
    ready: bool = field(default=False, init=False)
    waiting: bool = field(default=False, init=False)
    end_told: bool = field(default=False, init=False)
    ended: bool = field(default=False, init=False)
    rewound: bool = field(default=False, init=False)
    late_s: float = field(default=0.0, init=False)
    records: int = field(init=False)
    made: npt.NDArray[np.float64] = field(init=False)
    _first_sent: int = field(default=0, init=False)
    _end_ever_told: bool = field(default=False, init=False)
    _errors: int = field(default=0, init=False)
    _window: int = field(init=False)

    def __post_init__(self) -> None:
        """Say when each record is due."""
        width, height = self.scan.size
        self.records = -(-width // self.piece)
        ends = np.minimum(np.arange(1, self.records + 1) * self.piece, width)
        self.made = self.start + (
            ends / self.rate if self.rate else np.zeros(len(ends))
        )
        size = self.piece * height * {"dual": 4, "single": 2}.get(self.scan.kind, 3)
        self._window = max(8, WINDOW_BYTES // size)

    @property
    def width(self) -> int:
        """Columns that there will be."""
        return min(self.records * self.piece, self.scan.size[0])

    @property
    def columns(self) -> int:
        """How many columns are on the station's disk."""
        return min(self.acked * self.piece, self.width)

    @property
    def owed(self) -> bool:
        """Whether the station has to say something."""
        if not self.ready or self.end_told:
            return True
        return self.sent > self.acked and not self.waiting

    def say_begin(self) -> dict[str, Any]:
        """The message that begins the scan, or goes on with it."""
        return {
            "type": "begin",
            "key": self.key,
            "number": self.number,
            "kind": self.scan.kind,
            "rows": self.scan.size[1],
            "info": self.scan.info.model_dump(mode="json", exclude_none=True),
        }

    def say_end(self) -> dict[str, Any] | None:
        """The message that ends the scan; None as long as it cannot be sent."""
        all_sent = self.ready and self.sent >= self.records
        if self.end_told or self.waiting or not all_sent:
            return None
        self.end_told = self._end_ever_told = True
        return {"type": "end", "width": self.width}

    def next_due(self, now: float) -> float | None:
        """Seconds until a record can be sent; None if that is not for time to say."""
        idle = not self.ready or self.waiting or self.sent >= self.records
        if idle or self.sent - self.acked >= self._window:
            return None
        return max(0.0, float(self.made[self.sent]) - now)

    def take_due(self) -> bytes | None:
        """The next record that is to be sent; None if there is none yet."""
        now = time.monotonic()
        if self.next_due(now) != 0.0:
            return None
        sequence = self.sent
        start = sequence * self.piece
        part = take_columns(self.scan, start, start + self.piece)
        if sequence == self._first_sent:
            self._note_first(sequence, now)
        self.sent += 1
        return pack_record(part, sequence, start, levels=sequence == 0)

    def stop_making(self) -> None:
        """Make no more columns: the scan ends with what there is."""
        due = int(np.searchsorted(self.made, time.monotonic(), side="right"))
        made = max(self.sent, self._first_sent, due if self.rate else 0)
        self.records = min(self.records, made)

    def lose(self) -> None:
        """The connection is cut."""
        self.begun = self.ready = self.waiting = self.end_told = False

    def take(self, message: dict[str, Any]) -> None:
        """Do as the station says.

        Raises:
            StreamError: If it refuses the scan, or wants what it had acknowledged.
            ConnectionResetError: If it wants records again: connect anew, so that none
                are on their way meanwhile.
        """
        kind = message["type"]
        if kind == "ended":
            self._end(message)
        elif kind == "wait":
            self.waiting = True
        elif kind == "ack" and self.ready:
            self._acknowledge(_next(message))
        elif kind == "error":
            self._refuse(message)
        elif kind in {"ready", "go"}:
            self._go_on(message)

    def expand_made(self) -> npt.NDArray[np.float64]:
        """When each column was handed over, by `time.monotonic`: (width,)."""
        return np.repeat(self.made[: self.records], self.piece)[: self.width]

    def _note_first(self, sequence: int, now: float) -> None:
        self._first_sent += 1
        if self.rate:
            self.late_s = max(self.late_s, now - float(self.made[sequence]))
        else:
            self.made[sequence] = now

    def _end(self, message: dict[str, Any]) -> None:
        if message.get("key") in {None, self.key}:
            self.ended = True
            if self._end_ever_told:
                self.acked = self.records

    def _acknowledge(self, following: int) -> None:
        if following > self.acked:
            self._errors = 0
        self.acked = max(self.acked, min(following, self.records))

    def _go_on(self, message: dict[str, Any]) -> None:
        self.scan_id = message.get("scan", self.scan_id)
        following = _next(message)
        if following < self.acked:
            msg = (
                f"The station had acknowledged {self.acked} records of {self.key} and "
                f"asks for record {following} again. It lost columns."
            )
            raise StreamError(msg)
        self._acknowledge(following)
        self.rewound |= following < self.sent
        self.sent = min(following, self.records)
        self._first_sent = max(self._first_sent, self.sent)
        self.ready, self.waiting, self.end_told = True, False, False

    def _refuse(self, message: dict[str, Any]) -> None:
        self._errors += 1
        why = message.get("why")
        if message.get("next") is None or self._errors > MOST_ERRORS:
            msg = f"The station does not take {self.key}: {why}"
            raise StreamError(msg)
        raise ConnectionResetError(why)


def _next(message: dict[str, Any]) -> int:
    following = message.get("next")
    if not isinstance(following, int) or following < 0:
        msg = f"The station sent {message['type']!r} without a number. Report it."
        raise StreamError(msg)
    return following
