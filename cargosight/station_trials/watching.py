"""The live events of a page, and when they came."""

import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect
from websockets.typing import Origin

from cargosight.station_trials.page import Page


@dataclass(slots=True)
class Watch:
    """Listens to a station's live events; after a cut it goes on where it was.

    Attributes:
        raised: When each alarm was first told of, by `time.monotonic`.
        entries: How many entries came.
        repeated: How many came twice, which none should.
    """

    page: Page
    raised: dict[str, float] = field(default_factory=dict, init=False)
    entries: int = field(default=0, init=False)
    repeated: int = field(default=0, init=False)
    _last: int = field(default=0, init=False)
    _stop: threading.Event = field(default_factory=threading.Event, init=False)
    _thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        """Start to listen."""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._stop.set()
        self._thread.join(5)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._listen()
            except (OSError, WebSocketException):
                self._stop.wait(0.2)

    def _listen(self) -> None:
        rig = self.page.rig
        port = rig.config.server.port
        url = f"ws://127.0.0.1:{port}/api/live?after={self._last}"
        headers = {"Cookie": self.page.cookie}
        with connect(
            url, additional_headers=headers, origin=Origin(rig.base), proxy=None
        ) as socket:
            while not self._stop.is_set():
                try:
                    text = socket.recv(timeout=0.5)
                except TimeoutError:
                    continue
                self._take(json.loads(text))

    def _take(self, event: dict[str, Any]) -> None:
        if event.get("type") != "entry":
            return
        moment = time.monotonic()
        if event["seq"] <= self._last:
            self.repeated += 1
            return
        self._last = event["seq"]
        self.entries += 1
        if event["kind"] == "alarm.raised":
            self.raised.setdefault(event["subject"], moment)
