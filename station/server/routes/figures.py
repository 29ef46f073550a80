"""The figures of a shift."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from station.accounts.roles import Role
from station.inspections.figures import Period, Statistics, measure
from station.records.moment import now
from station.server.context import Here
from station.server.routes.asking import Moment, Reading

router: Final = APIRouter(prefix="/api/statistics", tags=["statistics"])

SHIFT: Final = timedelta(hours=12)
"""What is measured if nobody says."""


class WantedPeriod(BaseModel):
    """Which period is asked for: the last 12 hours if nothing is stated.

    Attributes:
        start: Inspections that began from then on.
        end: Inspections that began before.
        lane: Of one lane; None for all.
    """

    model_config = ConfigDict(extra="forbid")

    start: Annotated[Moment | None, Field(alias="from")] = None
    end: Annotated[Moment | None, Field(alias="to")] = None
    lane: Annotated[str | None, Field(pattern=r"^[a-z0-9_-]{1,32}$")] = None


@router.get("", summary="Figures of a shift")
def read_statistics(
    viewer: Reading, station: Here, wanted: Annotated[WantedPeriod, Query()]
) -> Statistics:
    """Inspections, alarms, decisions and outcomes of a period of up to 7 days.

    Figures of each operator are for supervisors alone.
    """
    end = wanted.end or now()
    period = Period(wanted.start or end - SHIFT, end, wanted.lane)
    with station.database.reading() as session:
        return measure(session, period, operators=viewer.role is Role.SUPERVISOR)
