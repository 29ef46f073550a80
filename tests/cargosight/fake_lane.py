"""A lane that takes columns, in the test's own process: the protocol's other side."""

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import serve
from websockets.typing import Subprotocol

from data.scan import ScanInfo
from station.lanes.messages import PROTOCOL
from station.records.identifiers import new_id
from station.records.moment import now
from station.spool import DataFolder, ScanBegin, begin_scan, find_open, resume_scan
from station.spool.assembling import assemble, read_columns
from station.spool.beginning import read_end

TOKEN = "-".join(("cs", "test"))


@dataclass
class FakeLane:
    """Takes columns into a spool; acknowledges every record.

    Attributes:
        data: The spool.
        cuts: Records in all after which the connection breaks.
        full: Records in all after which the disk is full for a moment.
        damaged: Records in all after which one is asked for again.
        close_code: With which it closes where a scan begins.
        silent_end: Whether the connection breaks once a scan has ended.
        lies: Whether it wants all again after a full disk.
        ended: Keys of scans that have ended.
        connections: How many there were.
        said: Messages of the player.
    """

    data: DataFolder
    cuts: list[int] = field(default_factory=list)
    full: list[int] = field(default_factory=list)
    damaged: list[int] = field(default_factory=list)
    close_code: int | None = None
    silent_end: bool = False
    lies: bool = False
    ended: list[str] = field(default_factory=list)
    connections: int = 0
    said: list[dict[str, Any]] = field(default_factory=list)
    folders: dict[str, Path] = field(default_factory=dict)
    port: int = 0
    _count: int = 0
    _writer: Any = None

    @property
    def url(self):
        """Where it is."""
        return f"ws://127.0.0.1:{self.port}/api/lanes/north/stream"

    def read(self, key):
        """A scan as it came."""
        folder = self.folders[key]
        end = read_end(folder)
        assert end is not None
        return assemble(read_columns(folder), end.width)

    def handle(self, wire):
        """Serve a connection."""
        self.connections += 1
        try:
            for content in wire:
                self._take(wire, content)
        except (ConnectionClosed, OSError):
            pass
        finally:
            if self._writer is not None:
                self._writer.close()

    def _take(self, wire, content):
        if isinstance(content, bytes):
            return self._add(wire, content) if self._writer else None
        message = json.loads(content)
        self.said.append(message)
        if message["type"] == "end" and not self._writer:
            return None
        return getattr(self, f"_{message['type']}")(wire, message)

    def _add(self, wire, content):
        self._count += 1
        if self._count in self.cuts:
            wire.socket.close()
            return
        if self._count in self.damaged:
            tell(wire, type="error", why="damaged", next=self._writer.sync())
            return
        self._writer.add(content)
        if self._count in self.full:
            tell(wire, type="wait", why="disk full")
            tell(wire, type="go", next=0 if self.lies else self._writer.sync())
            return
        tell(wire, type="ack", next=self._writer.sync())

    def _begin(self, wire, message):
        key = message["key"]
        if self.close_code is not None:
            wire.close(self.close_code)
            return
        if key in self.ended:
            tell(wire, type="ended", key=key)
            return
        folder = find_open(self.data, "north", key)
        self._writer = (
            resume_scan(folder)
            if folder
            else begin_scan(
                self.data,
                ScanBegin(
                    id=new_id(),
                    lane="north",
                    key=key,
                    number=message["number"],
                    kind=message["kind"],
                    rows=message["rows"],
                    info=ScanInfo.model_validate_json(json.dumps(message["info"])),
                    began=now(),
                ),
            )
        )
        self.folders[key] = self._writer.folder
        following = self._writer.sync()
        tell(wire, type="ready", key=key, scan=self._writer.begin.id, next=following)

    def _end(self, wire, message):
        self._writer.end(now(), width=message["width"])
        key = self._writer.begin.key
        self.ended.append(key)
        self._writer = None
        if self.silent_end:
            self.silent_end = False
            wire.socket.close()
            return
        tell(wire, type="ended", key=key)


def tell(wire, **message):
    """Send a message."""
    wire.send(json.dumps(message))


def check_token(_wire, request):
    """Refuse strangers."""
    if request.headers.get("Authorization") != f"Bearer {TOKEN}":
        return _wire.respond(401, "no")
    if not request.path.endswith("/north/stream"):
        return _wire.respond(404, "no")
    return None


@contextmanager
def serving(lane, port=0, context=None):
    """Let a lane listen."""
    with serve(
        lane.handle,
        "127.0.0.1",
        port,
        subprotocols=[Subprotocol(PROTOCOL)],
        process_request=check_token,
        compression=None,
        close_timeout=1,
        ssl=context,
    ) as server:
        lane.port = server.socket.getsockname()[1]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield lane
        finally:
            server.shutdown()
            thread.join()
