"""Play scans to a lane's WebSocket, as a scanner would."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from cargosight.playing.link import CUT, Address, Link, make_address
from cargosight.playing.passage import Passage
from cargosight.playing.target import BackOff
from data.errors import StreamError
from data.scan import Scan

logger = logging.getLogger(__name__)

TURN_S: Final = 0.25
"""How long is waited at most for a message before the clock is looked at."""

STALL_S: Final = 10.0
"""Without any answer for so long the connection counts as cut."""

ENDING_S: Final = 5.0
"""How long a scan may take to end that was stopped."""


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a scan that was played.

    Attributes:
        key: What the station knows it by.
        scan_id: What the station calls it; None if it never said.
        columns: On the station's disk, as far as it said.
        whole: Whether all of them are, and the scan has ended there.
        made: (columns played,) when each was handed over, by `time.monotonic`: when
            its piece was complete. A cut or a slow station does not put it off.
        late_s: How late a record was first sent at most, s; cuts count.
        reconnects: How often the connection was made again: after a cut, or where a
            record arrived damaged.
    """

    key: str
    scan_id: str | None
    columns: int
    whole: bool
    made: npt.NDArray[np.float64]
    late_s: float
    reconnects: int


@dataclass(slots=True)
class StreamPlayer:
    """Plays scans to one lane, one after the other, over one connection.

    What is not acknowledged is kept: after a cut it connects again, and goes on from
    where the station is.

    Args:
        url: `ws://host:port/api/lanes/NAME/stream`, or `wss://`.
        token: Of the lane.
        rate: Columns a second; None for as fast as they are taken.
        piece: Columns of a record.
        ca: PEM file of who vouches for the station; None for the usual ones.
        patience_s: How long it tries to connect at a time; None for ever.
        stopping: Set from elsewhere to have the scan end with what there is.
        progress: Told how many columns of how many are on the station's disk.

    Raises:
        StreamError: If the address is none.
    """

    url: str
    token: str
    rate: float | None = 700.0
    piece: int = 16
    ca: Path | None = None
    patience_s: float | None = 60.0
    stopping: threading.Event = field(default_factory=threading.Event)
    progress: Callable[[int, int], None] | None = None
    reconnects: int = field(default=0, init=False)
    _address: Address = field(init=False)
    _link: Link | None = field(default=None, init=False)
    _met: bool = field(default=False, init=False)
    _retry: BackOff | None = field(default=None, init=False)
    _heard: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        """Check the address."""
        self._address = make_address(self.url, self.token, self.ca)

    def play(self, scan: Scan, key: str, number: str | None = None) -> Played:
        """Play a scan to its end, in real time.

        Args:
            scan: Any; its first column begins now.
            key: What the station shall know it by; unique within the lane.
            number: Of the inspection.

        Raises:
            AccessError: If the token is refused.
            StreamError: If the station refuses the scan, has lost some of it, takes
                another scanner, or is not reached in time.
        """
        before = self.reconnects
        passage = Passage(scan, key, number, self.piece, self.rate, time.monotonic())
        deadline = None
        while not passage.ended and not _is_past(deadline):
            if deadline is None and self.stopping.is_set():
                passage.stop_making()
                deadline = time.monotonic() + ENDING_S
            self._turn(passage)
        if passage.rewound or not passage.ended:
            self._start_afresh()
        return Played(
            key,
            passage.scan_id,
            passage.columns,
            passage.ended and passage.columns == scan.size[0],
            passage.expand_made(),
            passage.late_s,
            self.reconnects - before,
        )

    def close(self) -> None:
        """Let go of the connection."""
        link, self._link = self._link, None
        if link is not None:
            link.close()

    def _start_afresh(self) -> None:
        """Let no late answer to this scan be taken for one to the next."""
        self.close()
        self._met = False

    def _turn(self, passage: Passage) -> None:
        try:
            link = self._link or self._connect(passage)
            self._send(link, passage)
            self._listen(link, passage)
        except CUT as error:
            self._lose(passage, error)

    def _connect(self, passage: Passage) -> Link:
        link = self._address.connect()
        self.reconnects += self._met
        self._link, self._met, self._retry = link, True, None
        self._heard = time.monotonic()
        passage.lose()
        return link

    def _send(self, link: Link, passage: Passage) -> None:
        if not passage.begun:
            link.tell(**passage.say_begin())
            passage.begun = True
            self._heard = time.monotonic()
        for _ in range(8):
            record = passage.take_due()
            if record is None:
                break
            link.send(record)
        end = passage.say_end()
        if end is not None:
            link.tell(**end)

    def _listen(self, link: Link, passage: Passage) -> None:
        now = time.monotonic()
        due = passage.next_due(now)
        message = link.hear(TURN_S if due is None else min(due, TURN_S))
        while message is not None:
            self._heard = time.monotonic()
            passage.take(message)
            message = link.hear(0) if not passage.ended else None
        if self.progress is not None:
            self.progress(passage.columns, passage.width)
        if not passage.owed:
            self._heard = time.monotonic()
        if time.monotonic() - self._heard > STALL_S:
            msg = f"no answer for {STALL_S:g} s"
            raise TimeoutError(msg)

    def _lose(self, passage: Passage, error: Exception) -> None:
        level = logging.WARNING if self._retry is None else logging.DEBUG
        logger.log(level, "%s: connection lost: %s", self.url, error)
        self.close()
        passage.lose()
        self._retry = self._retry or BackOff(self.patience_s, self.stopping)
        if self._retry.wait():
            return
        if self.stopping.is_set():
            time.sleep(TURN_S)  # the scan is yet to be ended, and that soon
            return
        msg = (
            f"{self.url} was not reached for {self.patience_s:g} s: {error}. Is "
            "the station running?"
        )
        raise StreamError(" ".join(msg.split())) from error


def _is_past(deadline: float | None) -> bool:
    return deadline is not None and time.monotonic() > deadline
