"""A scan and its inspection, in the records."""

import logging
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.audit import append
from station.records.identifiers import new_id
from station.records.moment import now
from station.records.tables import Inspection, ScanRow
from station.spool import ScanBegin

logger = logging.getLogger("station.events")

TOGETHER: Final = timedelta(minutes=10)
"""Views of one inspection begin within so long."""

RECENT: Final = timedelta(hours=24)
"""How long a number of an inspection should not come again."""

LONGEST: Final = 64
"""Signs of the name of a view, in the records."""


def register_scan(session: Session, begin: ScanBegin, folder: str) -> None:
    """Put a scan that has begun into the records; one that is there stays.

    Args:
        session: Of a change.
        begin: What is known of it.
        folder: Its folder, below the data folder.
    """
    if session.get(ScanRow, begin.id) is not None:
        return
    begin = _make_plain(begin)
    inspection = _find_inspection(session, begin)
    session.add(
        ScanRow(
            id=begin.id,
            inspection_id=inspection.id,
            lane=begin.lane,
            key=_free_key(session, begin),
            view=None if begin.info.view is None else begin.info.view[:LONGEST],
            folder=folder,
            kind=begin.kind,
            height=begin.rows,
            info=begin.info.model_dump(mode="json"),
            began=begin.began,
        )
    )
    payload = {"inspection": inspection.id, "view": begin.info.view}
    append(session, "scan.began", begin.id, payload, actor=f"lane:{begin.lane}")


def _make_plain(begin: ScanBegin) -> ScanBegin:
    """Names without signs of value 0, which PostgreSQL does not take."""
    names = {"key": begin.key, "number": begin.number, "view": begin.info.view}
    plain = {
        name: None if text is None else text.replace("\0", "\N{REPLACEMENT CHARACTER}")
        for name, text in names.items()
    }
    info = begin.info.model_copy(update={"view": plain.pop("view")})
    return begin.model_copy(update={**plain, "info": info})


def _find_inspection(session: Session, begin: ScanBegin) -> Inspection:
    """The inspection that a scan is a view of: an open one of its number, or new."""
    if begin.number is not None:
        before = _list_recent(session, begin.number)
        for one in before:
            if one.lane == begin.lane and _takes_view(one, begin):
                one.state = "scanning"
                return one
        _report_number(session, begin, before)
    made = Inspection(
        id=new_id(),
        lane=begin.lane,
        number=begin.number,
        containers=list(begin.info.containers),
        began=begin.began,
    )
    session.add(made)
    session.flush()
    return made


def _list_recent(session: Session, number: str) -> list[Inspection]:
    query = (
        select(Inspection)
        .where(Inspection.number == number, Inspection.began >= now() - RECENT)
        .order_by(Inspection.began.desc())
    )
    return list(session.scalars(query))


def _takes_view(one: Inspection, begin: ScanBegin) -> bool:
    views = {scan.view for scan in one.scans}
    return (
        one.closed is None
        and begin.info.view is not None
        and None not in views
        and begin.info.view not in views
        and begin.began - one.began <= TOGETHER
    )


def _report_number(
    session: Session, begin: ScanBegin, before: list[Inspection]
) -> None:
    """Two containers with one number, at one scanner or at two: both are kept."""
    for kind, same in (("number.again", True), ("number.shared", False)):
        others = [one.id for one in before if (one.lane == begin.lane) == same]
        if others:
            payload: dict[str, Any] = {"scan": begin.id, "others": others[:10]}
            append(session, kind, begin.lane, payload, actor=f"lane:{begin.lane}")
            logger.warning("%s %s scan=%s", kind, begin.lane, begin.id)


def _free_key(session: Session, begin: ScanBegin) -> str:
    """The key of a scan, made one of its own where the source gave it before."""
    query = select(ScanRow.id).where(
        ScanRow.lane == begin.lane, ScanRow.key == begin.key
    )
    if session.scalar(query) is None:
        return begin.key
    payload = {"scan": begin.id, "key": begin.key}
    append(session, "number.again", begin.lane, payload, actor=f"lane:{begin.lane}")
    logger.warning("number.again %s scan=%s key=%s", begin.lane, begin.id, begin.key)
    return f"{begin.key[:160]}#{begin.id}"
