"""A connection to a lane that takes columns: `cargosight.columns.v1`."""

import json
import socket
import ssl
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidStatus,
    InvalidURI,
)
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from data.errors import AccessError, StreamError
from station.lanes.messages import DISPLACED, PROTOCOL

CONNECT_S: Final = 5.0
BEAT_S: Final = 5.0
"""How often the other end is asked for a sign of life, and how long that may take."""

CUT: Final = (ConnectionClosed, OSError, TimeoutError, InvalidHandshake)
"""What a cut raises; the connection may be made again."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a lane is, and what lets one in.

    Attributes:
        url: `ws://host:port/api/lanes/NAME/stream`, or `wss://`.
        token: Of the lane.
        trusted: Who may vouch for the station; None without encryption.
    """

    url: str
    token: str
    trusted: ssl.SSLContext | None = None

    def connect(self) -> "Link":
        """Connect.

        Raises:
            AccessError: If the token is refused.
            StreamError: If there is no such lane, or it has another protocol.
            OSError: If nobody answers; so do the others of `CUT`.
        """
        with ExitStack() as stack:
            wire = stack.enter_context(self._open())
            if wire.subprotocol != PROTOCOL:
                msg = (
                    f"{self.url} does not speak {PROTOCOL}. Is it a lane of a station?"
                )
                raise StreamError(msg)
            _never_hang(wire.socket)
            return Link(wire, stack.pop_all())

    def _open(self) -> ClientConnection:
        try:
            return connect(
                self.url,
                ssl=self.trusted,
                subprotocols=[Subprotocol(PROTOCOL)],
                compression=None,
                additional_headers={"Authorization": f"Bearer {self.token}"},
                proxy=None,
                open_timeout=CONNECT_S,
                close_timeout=1.0,
                ping_interval=BEAT_S,
                ping_timeout=BEAT_S,
            )
        except InvalidStatus as error:
            _check_status(error, self.url)
            raise
        except ssl.SSLCertVerificationError as error:
            msg = f"Nobody vouches for {self.url}: {error.reason}. Give its --ca."
            raise StreamError(msg) from error


def make_address(url: str, token: str, ca: Path | None = None) -> Address:
    """Say where a lane is.

    Args:
        url: `ws://host:port/api/lanes/NAME/stream`, or `wss://`.
        token: Of the lane.
        ca: PEM file of who vouches for the station; None for the usual ones.

    Raises:
        StreamError: If the address is none, or the file cannot be read.
    """
    try:
        secure = parse_uri(url).secure
    except InvalidURI as error:
        msg = f"{url} is no address of a lane. It begins with ws:// or wss://."
        raise StreamError(msg) from error
    return Address(url, token, trust(ca) if secure else None)


def trust(ca: Path | None) -> ssl.SSLContext:
    """Whom to believe that a station is the one it says.

    Args:
        ca: PEM file of who vouches for it; None for the usual ones.

    Raises:
        StreamError: If the file cannot be read.
    """
    try:
        return ssl.create_default_context(cafile=ca)
    except OSError as error:
        msg = f"{ca} holds no certificates: {error.strerror or error}. Check --ca."
        raise StreamError(msg) from error


@dataclass(frozen=True, slots=True)
class Link:
    """An open connection.

    Args:
        wire: It.
        closing: Closes it.
    """

    wire: ClientConnection
    closing: ExitStack

    def tell(self, **message: Any) -> None:
        """Send a message."""
        self.wire.send(json.dumps(message))

    def send(self, record: bytes) -> None:
        """Send columns."""
        self.wire.send(record)

    def hear(self, timeout_s: float) -> dict[str, Any] | None:
        """The next message of the station.

        Args:
            timeout_s: How long to wait for it.

        Returns:
            None if none came.

        Raises:
            StreamError: If it is none of the protocol, or another scanner came.
        """
        try:
            text = self.wire.recv(timeout=timeout_s)
        except TimeoutError:
            return None
        except ConnectionClosed as error:
            _check_displaced(error)
            raise
        try:
            message = json.loads(text)
        except ValueError:
            message = None
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            msg = f"The station sent {str(text)[:80]!r}, which says nothing. Report it."
            raise StreamError(msg)
        return message

    def close(self) -> None:
        """Close it."""
        self.closing.close()


def _check_displaced(error: ConnectionClosed) -> None:
    if error.rcvd is not None and error.rcvd.code == DISPLACED:
        msg = "Another scanner plays to this lane. Stop it, or choose another lane."
        raise StreamError(msg) from error


def _check_status(error: InvalidStatus, url: str) -> None:
    status = error.response.status_code
    if status in {401, 403}:
        msg = (
            f"The station does not take the token for {url}. Make one for this lane: "
            "cargosight station token LANE."
        )
        raise AccessError(msg) from error
    if 400 <= status < 500:
        msg = (
            f"{url} answers {status}: no lane of source stream is there. Check its "
            "name in station.toml."
        )
        raise StreamError(msg) from error


def _never_hang(wire: socket.socket) -> None:
    """Let a station that takes nothing any more count as gone."""
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    if option is not None:
        wire.setsockopt(socket.IPPROTO_TCP, option, int(2 * BEAT_S * 1000))
