"""What holds an inspection: nothing of it may be deleted then.

It is held while it is open, while a scan of it comes in or is looked at, while an alarm
has no decision, while it is searched and nobody said what was found, and while a
referral stands. Where a search found anything, it is evidence, with a time of its own.
All is a condition of the database, so that it is asked within the very change that
deletes.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    Text,
    and_,
    cast,
    exists,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from station.config import RetentionConfig
from station.inspections.ends_listed import is_referred
from station.records.tables import (
    Alarm,
    Decision,
    Inspection,
    Outcome,
    ScanRow,
    SupervisedTest,
)
from station.records.tables.states import CLOSED, DONE

Condition = ColumnElement[bool]

NOTHING: Final = "[]"
"""An outcome without a find, as databases write it."""


def is_free() -> Condition:
    """Whether nothing holds an inspection, evidence aside; of a query on it."""
    return and_(
        Inspection.state.in_(CLOSED),
        not_(_has_scan_under_way()),
        not_(_has_question()),
        not_(_lacks_outcome()),
        is_referred(referred=False),
    )


def is_evidence() -> Condition:
    """Whether a search found anything, in any word on it; of a query on Inspection."""
    return exists().where(
        Outcome.inspection_id == Inspection.id, cast(Outcome.found, Text) != NOTHING
    )


def may_go(
    retention: RetentionConfig,
    days: float,
    now: datetime,
    began: SQLColumnExpression[datetime],
) -> Condition:
    """Whether something of an inspection is old enough, and nothing holds it.

    Args:
        retention: How long things are kept.
        days: How long this is kept where it is no evidence.
        now: The time, with its zone.
        began: Column that says how old it is.
    """
    old = and_(began <= now - timedelta(days=days), not_(is_evidence()))
    if retention.evidence_days is not None:
        longest = max(days, retention.evidence_days)
        old = or_(old, began <= now - timedelta(days=longest))
    return and_(is_free(), old)


def _has_scan_under_way() -> Condition:
    scan = aliased(ScanRow)
    return exists().where(scan.inspection_id == Inspection.id, scan.state.not_in(DONE))


def _has_question() -> Condition:
    scan = aliased(ScanRow)
    told = exists().where(
        SupervisedTest.scan_id == Alarm.scan_id, SupervisedTest.told.is_not(None)
    )
    decided = exists().where(Decision.alarm_id == Alarm.id, Decision.undone.is_(None))
    return exists(
        select(Alarm.id)
        .join(scan, scan.id == Alarm.scan_id)
        .where(
            scan.inspection_id == Inspection.id,
            Alarm.withdrawn.is_(None),
            Alarm.drawn_by.is_(None),
            not_(and_(Alarm.test, told)),
            not_(decided),
        )
    )


def _lacks_outcome() -> Condition:
    known = exists().where(Outcome.inspection_id == Inspection.id)
    return and_(Inspection.state == "searched", not_(known))
