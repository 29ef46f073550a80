"""Test scans: who found how many, for supervisors alone."""

from typing import Annotated, Final

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from station.server.context import Here
from station.server.routes.asking import Moment, Supervising
from station.supervised.rates import (
    HitRate,
    ToldTest,
    list_told,
    rate,
    rate_months,
    rate_operators,
)

router: Final = APIRouter(prefix="/api/supervised", tags=["test scans"])


class WantedTests(BaseModel):
    """Which tests are asked for: all if nothing is stated.

    Attributes:
        start: Those told from then on.
        end: Those told before.
        limit: So many of the latest are listed; all are counted.
    """

    model_config = ConfigDict(extra="forbid")

    start: Annotated[Moment | None, Field(alias="from")] = None
    end: Annotated[Moment | None, Field(alias="to")] = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


class SupervisedFigures(BaseModel):
    """What came of the tests of a period.

    Attributes:
        rate: Share of scans that become test scans, now.
        keep_days: How long it is kept who was tested.
        all: Of all operators.
        operators: Of each, by pseudonym; None for those that were forgotten.
        months: Of each month, by UTC.
        tests: The tests that were told, the last one first.
    """

    model_config = ConfigDict(extra="forbid")

    rate: float
    keep_days: float
    all: HitRate
    operators: list[HitRate]
    months: list[HitRate]
    tests: list[ToldTest]


@router.get("", summary="Who found the firearms of test scans")
def read_tests(
    viewer: Supervising, station: Here, wanted: Annotated[WantedTests, Query()]
) -> SupervisedFigures:
    """Hit rates with 95 % intervals, and the tests that were told."""
    del viewer
    with station.database.reading() as session:
        tests = list_told(session, wanted.start, wanted.end)
    return SupervisedFigures(
        rate=station.config.supervised.rate,
        keep_days=station.config.supervised.keep_days,
        all=rate("all", tests),
        operators=rate_operators(tests),
        months=rate_months(tests),
        tests=tests[: wanted.limit],
    )
