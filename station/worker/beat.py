"""How a lane is, written every second."""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from data.errors import RecordError
from station.codes import LaneCode
from station.records import Database
from station.records.moment import now
from station.records.tables import LaneState

BEAT_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class State:
    """How a lane is.

    Attributes:
        state: "idle", "scanning", "behind" or "down".
        behind: Columns that wait to be looked at.
        detail: One line: why it is down.
        code: What that is; None if it is not down.
        bundle: What looks.
    """

    state: str
    behind: int = 0
    detail: str = ""
    bundle: dict[str, Any] | None = None
    code: LaneCode | None = None


def beat(
    database: Database, lane: str, ask: Callable[[], State], stopping: threading.Event
) -> None:
    """Write how a lane is until told to stop; a database that is gone is no matter.

    Args:
        database: The records.
        lane: Name of the lane.
        ask: Says how it is.
        stopping: When to stop.
    """
    while True:
        write_state(database, lane, ask())
        if stopping.wait(BEAT_S):
            return


def write_state(database: Database, lane: str, state: State) -> None:
    """Write how a lane is, if the database can be reached."""
    try:
        with database.changing() as session:
            session.merge(
                LaneState(
                    lane=lane,
                    state=state.state,
                    behind=state.behind,
                    detail=state.detail,
                    code=state.code,
                    bundle=state.bundle,
                    pid=os.getpid(),
                    beat=now(),
                )
            )
    except RecordError:
        return
