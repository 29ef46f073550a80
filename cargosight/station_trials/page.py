"""What a page does: log in, ask, decide."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from cargosight.station_trials.rig import OPERATOR, Rig


class AnswerError(Exception):
    """The server refused, or did not answer; `status` is None for the latter."""

    def __init__(self, status: int | None, detail: str) -> None:
        super().__init__(f"{status}: {detail}")
        self.status = status


@dataclass(slots=True)
class Page:
    """One login at a station.

    Args:
        rig: The station.
    """

    rig: Rig
    cookie: str = field(default="", init=False)
    csrf: str = field(default="", init=False)

    def log_in(self) -> None:
        """Log in."""
        body = {"name": OPERATOR, "password": self.rig.password}
        request = self._request("POST", "/api/session", body)
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own
            self.cookie = answer.headers["Set-Cookie"].split(";")[0]
            self.csrf = json.loads(answer.read())["csrf"]

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Make a request.

        Raises:
            AnswerError: If it is refused, or nobody answers.
        """
        try:
            with urllib.request.urlopen(  # noqa: S310 - our own
                self._request(method, path, body), timeout=15
            ) as answer:
                content = answer.read()
        except urllib.error.HTTPError as error:
            raise AnswerError(error.code, error.read().decode()) from error
        except (OSError, ValueError) as error:
            raise AnswerError(None, str(error)) from error
        return json.loads(content) if content else None

    def _request(self, method: str, path: str, body: Any) -> urllib.request.Request:
        headers = {"Content-Type": "application/json"}
        if self.cookie:
            headers |= {"Cookie": self.cookie, "X-CSRF-Token": self.csrf}
        data = None if body is None else json.dumps(body).encode()
        return urllib.request.Request(  # noqa: S310 - our own
            self.rig.base + path, data, headers, method=method
        )
