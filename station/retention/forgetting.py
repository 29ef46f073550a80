"""What is forgotten in time: facts of manifests, logins, and who was tested."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Text, cast, delete, func, null, update
from sqlalchemy.orm import Session

from station.audit import append
from station.config import StationConfig
from station.records import Database
from station.records.tables import Answered, Inspection, Login
from station.retention.holding import may_go
from station.supervised.telling import forget_old

REPEATED: Final = timedelta(days=7)
"""How long a request that is made again gets the same answer."""


def forget(database: Database, config: StationConfig, now: datetime) -> None:
    """Forget all whose time is over; the log says how much.

    Args:
        database: The records.
        config: Says how long things are kept.
        now: The time, with its zone.

    Raises:
        RecordError: If the records cannot be written.
    """
    with database.changing() as session:
        counts = {
            "manifests": _forget_manifests(session, config, now),
            "logins": _forget_logins(session, config, now),
            "tests": forget_old(session, now, config.supervised.keep_days),
        }
        _forget_answers(session, now)
        for what, count in counts.items():
            if count:
                append(session, "records.removed", what, {"count": count})


def _forget_answers(session: Session, now: datetime) -> None:
    """Those kept for requests that come twice: with manifests, and who was tested."""
    session.connection().execute(
        delete(Answered).where(Answered.made <= now - REPEATED)
    )


def _forget_manifests(session: Session, config: StationConfig, now: datetime) -> int:
    days = config.retention.manifest_days
    if days is None:
        return 0
    found = session.connection().execute(
        update(Inspection)
        .where(
            Inspection.manifest.is_not(None),
            cast(Inspection.manifest, Text) != "null",
            may_go(config.retention, days, now, Inspection.began),
        )
        .values(manifest=null()),
    )
    return found.rowcount


def _forget_logins(session: Session, config: StationConfig, now: datetime) -> int:
    """Those that were ended, or would not count any more."""
    longest = timedelta(hours=config.server.session_hours)
    age = max(timedelta(days=config.retention.login_days), longest)
    found = session.connection().execute(
        delete(Login).where(func.coalesce(Login.ended, Login.seen) <= now - age),
    )
    return found.rowcount
