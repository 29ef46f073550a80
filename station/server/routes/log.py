"""The audit log, to be read."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Self

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator
from sqlalchemy import ColumnElement, Select, select

from station.accounts.roles import AUDITING, SUPERVISING, Role
from station.records.tables import Entry
from station.server.access import Viewer, allow
from station.server.context import Here
from station.server.routes.asking import Moment

router: Final = APIRouter(prefix="/api/log", tags=["log"])

Auditor = Annotated[Viewer, Depends(allow(*AUDITING))]
HIDDEN: Final = "test."
"""Kinds that begin so are for supervisors alone."""


class Line(BaseModel):
    """One entry; see `station.audit.chain`."""

    model_config = ConfigDict(extra="forbid")

    seq: int
    made: str
    kind: str
    actor: str
    subject: str
    payload: dict[str, JsonValue]
    sha256: str


class Part(BaseModel):
    """Some entries, in order, or the newest first.

    Attributes:
        entries: Those that were asked for.
        after: Where to go on towards the newest: the next request's `after`.
        before: Where to go on towards the oldest: the next request's `before`; None
            where there are none older.
    """

    model_config = ConfigDict(extra="forbid")

    entries: list[Line]
    after: int
    before: int | None


class Wanted(BaseModel):
    """Which entries are asked for.

    Attributes:
        after: Those with a greater number, in order; the beginning is 0, and is where
            nothing else is stated.
        before: Those with a smaller number, the newest first. A large one begins at
            the end.
        kind: Those of this kind, such as "alarm.raised", or of all that begin so, such
            as "alarm.".
        subject: Those about this record or lane.
        actor: Those of this pseudonym; "lane:NAME" of a lane.
        since: Those made from then on.
        until: Those made before.
        limit: So many at most.
    """

    model_config = ConfigDict(extra="forbid")

    after: Annotated[int | None, Field(ge=0, le=2**62)] = None
    before: Annotated[int | None, Field(ge=0, le=2**62)] = None
    kind: Annotated[str | None, Field(max_length=48)] = None
    subject: Annotated[str | None, Field(max_length=64)] = None
    actor: Annotated[str | None, Field(max_length=64)] = None
    since: Moment | None = None
    until: Moment | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 200

    @model_validator(mode="after")
    def _check_way(self) -> Self:
        if self.after is not None and self.before is not None:
            msg = "state after or before, not both"
            raise ValueError(msg)
        return self


@router.get("", summary="Entries of the log")
def read_log(
    viewer: Auditor, station: Here, wanted: Annotated[Wanted, Query()]
) -> Part:
    """Entries in order, or the newest first; those of tests for supervisors alone."""
    with station.database.reading() as session:
        found = session.scalars(_select(wanted, viewer.role)).all()
    rest = found[: wanted.limit]
    numbers = [entry.seq for entry in rest]
    after = wanted.after or 0
    older = len(found) > len(rest) if wanted.before is not None else after > 0
    return Part(
        entries=[_describe(entry) for entry in rest],
        after=max(numbers, default=after),
        before=min(numbers, default=after + 1) if older else None,
    )


def _select(wanted: Wanted, role: Role) -> Select[tuple[Entry]]:
    asked = ((make, getattr(wanted, name)) for name, make in _FILTERS.items())
    query = select(Entry).where(
        *(make(value) for make, value in asked if value is not None)
    )
    if role not in SUPERVISING:
        query = query.where(~Entry.kind.startswith(HIDDEN))
    order = Entry.seq if wanted.before is None else Entry.seq.desc()
    return query.order_by(order).limit(wanted.limit + 1)


def _is_kind(kind: str) -> ColumnElement[bool]:
    if kind.endswith("."):
        return Entry.kind.startswith(kind, autoescape=True)
    return Entry.kind == kind


def _write(moment: datetime) -> str:
    """A time as entries have it: such texts are in the order of their times."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


_FILTERS: Final[dict[str, Callable[[Any], ColumnElement[bool]]]] = {
    "after": lambda after: Entry.seq > after,
    "before": lambda before: Entry.seq < before,
    "kind": _is_kind,
    "subject": lambda subject: Entry.subject == subject,
    "actor": lambda actor: Entry.actor == actor,
    "since": lambda since: Entry.made >= _write(since),
    "until": lambda until: Entry.made < _write(until),
}
"""How what is wanted is looked for, where it is stated."""


def _describe(entry: Entry) -> Line:
    return Line(
        seq=entry.seq,
        made=entry.made,
        kind=entry.kind,
        actor=entry.actor,
        subject=entry.subject,
        payload=json.loads(entry.payload),
        sha256=entry.sha256,
    )
