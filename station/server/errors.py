"""What the server answers when it cannot do what was asked.

All such answers are `{"detail": "one line"}`. Every route may give those of `ANYWHERE`;
it states the others itself, with `responses`.
"""

from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException

from data.errors import (
    AccessError,
    BusyError,
    ConflictError,
    NoLoginError,
    NoSuchRecordError,
    RecordError,
    StationError,
)

STATUS: Final[dict[type[StationError], int]] = {
    NoLoginError: HTTPStatus.UNAUTHORIZED,
    AccessError: HTTPStatus.FORBIDDEN,
    NoSuchRecordError: HTTPStatus.NOT_FOUND,
    ConflictError: HTTPStatus.CONFLICT,
    RecordError: HTTPStatus.SERVICE_UNAVAILABLE,
    BusyError: HTTPStatus.SERVICE_UNAVAILABLE,
    StationError: HTTPStatus.BAD_REQUEST,
}
"""Which status an error gives; that of the nearest class above it counts."""

MEANINGS: Final = {
    400: "It cannot be done as it was asked.",
    401: "Nobody is logged in.",
    403: "The role may not do that, or the header X-CSRF-Token is missing.",
    404: "There is no record of that name.",
    409: "The records do not allow it now.",
    413: "The request is too large.",
    422: "The request does not have the form that is asked for.",
    503: "The station cannot do it now, but may soon; nothing was changed.",
}
"""What the statuses mean."""


class Problem(BaseModel):
    """What went wrong."""

    model_config = ConfigDict(extra="forbid")

    detail: str


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Document which errors a route gives, for its `responses`.

    Args:
        statuses: Of `MEANINGS`; those of `ANYWHERE` need not be stated.

    Example:
        >>> responses(404)[404]["description"]
        'There is no record of that name.'
    """
    return {
        status: {"model": Problem, "description": MEANINGS[status]}
        for status in statuses
    }


ANYWHERE: Final = responses(400, 401, 403, 413, 422, 503)
"""What any route may answer."""


def get_status(error: StationError) -> int:
    """Which status an error gives.

    Example:
        >>> get_status(ConflictError("no")), get_status(NoLoginError("no"))
        (409, 401)
    """
    kinds = type(error).__mro__
    return int(next(STATUS[kind] for kind in kinds if kind in STATUS))


def answer_errors(app: FastAPI) -> None:
    """Have an application answer errors as this module says."""
    app.add_exception_handler(StationError, _answer_station)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(RequestValidationError, _answer_form)


def _answer_station(request: Request, error: Exception) -> JSONResponse:
    del request
    assert isinstance(error, StationError)  # noqa: S101 - for the types
    if isinstance(error.__cause__, DataError):  # such as a NUL in a text
        return _answer(400, "The records cannot hold what was given: check it.")
    return _answer(get_status(error), str(error))


def _answer_http(request: Request, error: Exception) -> JSONResponse:
    del request
    assert isinstance(error, HTTPException)  # noqa: S101 - for the types
    return _answer(error.status_code, str(error.detail), error.headers)


def _answer_form(request: Request, error: Exception) -> JSONResponse:
    del request
    assert isinstance(error, RequestValidationError)  # noqa: S101 - for the types
    lines = [
        f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
        for problem in error.errors()
    ]
    return _answer(422, "; ".join(lines))


def _answer(
    status: int,
    detail: str,
    headers: Any = None,  # as Starlette has them
) -> JSONResponse:
    line = " ".join(detail.split())
    return JSONResponse({"detail": line}, status_code=status, headers=headers)
