"""The audit log, to be read."""

import json
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, JsonValue
from sqlalchemy import Select, select

from station.accounts.roles import AUDITING, SUPERVISING, Role
from station.records.tables import Entry
from station.server.access import Viewer, allow
from station.server.context import Here

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
    """Some entries, in order.

    Attributes:
        entries: Of the kind and subject that were asked for.
        after: Where to go on: the next request's `after`.
    """

    model_config = ConfigDict(extra="forbid")

    entries: list[Line]
    after: int


class Wanted(BaseModel):
    """Which entries are asked for.

    Attributes:
        after: Those with a greater number; the beginning is 0.
        kind: Those of this kind, such as "alarm.raised".
        subject: Those about this record or lane.
        limit: So many at most.
    """

    model_config = ConfigDict(extra="forbid")

    after: Annotated[int, Field(ge=0, le=2**62)] = 0
    kind: Annotated[str | None, Field(max_length=48)] = None
    subject: Annotated[str | None, Field(max_length=64)] = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 200


@router.get("", summary="Entries of the log")
def read_log(
    viewer: Auditor, station: Here, wanted: Annotated[Wanted, Query()]
) -> Part:
    """Entries in order, from anywhere; those of test scans for supervisors alone."""
    with station.database.reading() as session:
        found = session.scalars(_select(wanted, viewer.role)).all()
    last = found[-1].seq if found else wanted.after
    return Part(entries=[_describe(entry) for entry in found], after=last)


def _select(wanted: Wanted, role: Role) -> Select[tuple[Entry]]:
    query = select(Entry).where(Entry.seq > wanted.after)
    if wanted.kind is not None:
        query = query.where(Entry.kind == wanted.kind)
    if wanted.subject is not None:
        query = query.where(Entry.subject == wanted.subject)
    if role not in SUPERVISING:
        query = query.where(~Entry.kind.startswith(HIDDEN))
    return query.order_by(Entry.seq).limit(wanted.limit)


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
