"""What the server answers when it cannot do what was asked.

All such answers are a `Problem`: one line of English, and a code with the facts of the
line, which pages say in the words of their language. Every route may give those of
`ANYWHERE`; it states the others itself, with `responses`.
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
from station.codes import CODES, Code, CodeFacts

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


GENERIC: Final[dict[int, Code]] = {413: "request.large", 500: "station.fault"}
"""Codes of statuses that mean one thing; others are called `http.STATUS`."""


class Problem(BaseModel):
    """What went wrong.

    Attributes:
        detail: In one line of English.
        code: What it is, for those who say it in another language.
        facts: The numbers and names of the line.
    """

    model_config = ConfigDict(extra="forbid")

    detail: str
    code: Code
    facts: CodeFacts


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


def answer_station(error: StationError) -> JSONResponse:
    """Answer an error of the station."""
    status = get_status(error)
    return JSONResponse(describe(status, str(error), error.code, error.facts), status)


def describe(
    status: int,
    detail: str,
    code: str | None = None,
    facts: CodeFacts | None = None,
) -> dict[str, Any]:
    """Say what went wrong, as `Problem` has it.

    Args:
        status: Of the answer.
        detail: What went wrong.
        code: What it is; where it has none of `CODES`, the status gives it one.
        facts: The numbers and names in it.

    Example:
        >>> describe(404, "Not Found")
        {'detail': 'Not Found', 'code': 'http.404', 'facts': {}}
    """
    known = code if code in CODES else GENERIC.get(status, f"http.{status}")
    problem = Problem.model_validate(
        {
            "detail": " ".join(detail.split()),
            "code": known if known in CODES else "http.other",
            "facts": facts or {},
        }
    )
    return problem.model_dump()


def _answer_station(request: Request, error: Exception) -> JSONResponse:
    del request
    assert isinstance(error, StationError)  # noqa: S101 - for the types
    if isinstance(error.__cause__, DataError):  # such as a NUL in a text
        detail = "The records cannot hold what was given: check it."
        return JSONResponse(describe(400, detail, "records.unfit"), 400)
    return answer_station(error)


def _answer_http(request: Request, error: Exception) -> JSONResponse:
    del request
    assert isinstance(error, HTTPException)  # noqa: S101 - for the types
    content = describe(error.status_code, str(error.detail))
    return JSONResponse(content, error.status_code, error.headers)


def _answer_form(request: Request, error: Exception) -> JSONResponse:
    del request
    assert isinstance(error, RequestValidationError)  # noqa: S101 - for the types
    problems = [(_place(one), one) for one in error.errors()]
    detail = "; ".join(f"{place}: {one['msg']}" for place, one in problems)
    place, first = problems[0]
    facts: CodeFacts = {"field": place, "rule": first["type"], "faults": len(problems)}
    return JSONResponse(describe(422, detail, "request.form", facts), 422)


def _place(problem: dict[str, Any]) -> str:
    return ".".join(str(part) for part in problem["loc"])
