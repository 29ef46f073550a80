"""What every request passes before its route, and what every answer states."""

import json
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from station.codes import Code
from station.config import ServerConfig
from station.server.access import READ_ONLY
from station.server.errors import describe
from station.server.hosts import find_hosts

LARGEST: Final = 1_000_000
"""Bytes of a request's body at most."""

POLICY: Final = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'"
)
"""What pages of the station may load and be loaded by."""

HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""What every answer states."""


class Guard:
    """Refuses other sites' requests and large ones; adds headers to all answers.

    Args:
        app: What is guarded.
        server: How the station is reached.
    """

    def __init__(self, app: ASGIApp, server: ServerConfig) -> None:
        self._app = app
        self._hosts = find_hosts(server)
        self._tls = server.tls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http":
            await self._pass_http(scope, receive, self._adding_headers(scope, send))
        elif scope["type"] == "websocket" and not self._is_for_us(scope):
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._app(scope, receive, send)

    async def _pass_http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        if not self._is_for_us(scope):
            await _answer(
                send, 400, "This is not the address of the station.", "request.host"
            )
        elif scope["method"] not in READ_ONLY and not self._is_own(headers):
            await _answer(
                send, 403, "Only pages of this station may do that.", "request.foreign"
            )
        elif _read_length(headers) > LARGEST:
            await _answer(send, 413, _TOO_LARGE)
        else:
            await self._guarding_errors(scope, _limiting(receive), send)

    async def _guarding_errors(
        self, scope: Scope, receive: Receive, send: Send
    ) -> None:
        began = False

        async def watch(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception:
            if not began:
                await _answer(send, 500, "The station met a fault; its log says which.")
            raise

    def _is_for_us(self, scope: Scope) -> bool:
        return self._hosts.know(Headers(scope=scope).get("host", ""))

    def _is_own(self, headers: Headers) -> bool:
        scheme = "https" if self._tls else "http"
        origin = headers.get("origin")
        return origin is None or origin == f"{scheme}://{headers.get('host', '')}"

    def _adding_headers(self, scope: Scope, send: Send) -> Send:
        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/api"):
                    headers.setdefault("Cache-Control", "no-store")
                if self._tls:
                    headers["Strict-Transport-Security"] = "max-age=31536000"
            await send(message)

        return add


_TOO_LARGE: Final = f"The request is too large: {LARGEST} bytes at most."


def _read_length(headers: Headers) -> int:
    stated = headers.get("content-length", "")
    return int(stated) if stated.isascii() and stated.isdigit() else 0


def _limiting(receive: Receive) -> Receive:
    taken = 0

    async def limit() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > LARGEST:
            raise HTTPException(413, _TOO_LARGE)
        return message

    return limit


async def _answer(
    send: Send, status: int, detail: str, code: Code | None = None
) -> None:
    body = json.dumps(describe(status, detail, code)).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
