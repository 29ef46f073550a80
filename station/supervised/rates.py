"""Who found how many of the firearms that were not there."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import NormalDist
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.records.tables import ScanRow, SupervisedTest, User

Z: Final = NormalDist().inv_cdf(0.975)
"""Of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class ToldTest:
    """A test that was told.

    Attributes:
        id: Its identifier.
        scan: Identifier of the scan.
        inspection: Identifier of the inspection.
        thing: Name of the cutout.
        box: Where it was, x0 y0 x1 y1, px of the scan.
        flagged: Whether the detector had raised an alarm there.
        hit: Whether it was found.
        operator: Pseudonym of who was tested; None once that was forgotten.
        told: When.
    """

    id: str
    scan: str
    inspection: str
    thing: str
    box: tuple[float, float, float, float]
    flagged: bool
    hit: bool
    operator: str | None
    told: datetime


@dataclass(frozen=True, slots=True)
class HitRate:
    """How many firearms of tests were found.

    Attributes:
        name: Of whom or of when; None for those whose operator was forgotten.
        tests: How many there were.
        found: How many of them were found.
        share: found / tests.
        low: Lower end of its 95 % interval (Wilson).
        high: Upper end.
        flagged: Tests in which the detector had raised an alarm.
        flagged_found: How many of those were found.
    """

    name: str | None
    tests: int
    found: int
    share: float
    low: float
    high: float
    flagged: int
    flagged_found: int


def list_told(
    session: Session, start: datetime | None = None, end: datetime | None = None
) -> list[ToldTest]:
    """Tests that were told, the last one first.

    Args:
        session: Of the records.
        start: Those told from then on; None for all.
        end: Those told before; None for all.
    """
    query = (
        select(SupervisedTest, ScanRow.inspection_id, User.pseudonym)
        .join(ScanRow, ScanRow.id == SupervisedTest.scan_id)
        .outerjoin(User, User.id == SupervisedTest.user_id)
        .where(SupervisedTest.told.is_not(None))
        .order_by(SupervisedTest.told.desc(), SupervisedTest.id.desc())
    )
    if start is not None:
        query = query.where(SupervisedTest.told >= start)
    if end is not None:
        query = query.where(SupervisedTest.told < end)
    return [
        _describe(test, inspection, operator)
        for test, inspection, operator in session.execute(query).tuples()
    ]


def rate_operators(tests: Iterable[ToldTest]) -> list[HitRate]:
    """Hit rates of each operator, by pseudonym."""
    return _rate_by(tests, lambda test: test.operator)


def rate_months(tests: Iterable[ToldTest]) -> list[HitRate]:
    """Hit rates of all operators in each month (UTC), the first month first."""
    return _rate_by(tests, lambda test: f"{test.told:%Y-%m}")


def rate(name: str | None, tests: Iterable[ToldTest]) -> HitRate:
    """The hit rate of some tests.

    Args:
        name: Of whom or of when.
        tests: Any number; of none, nothing is known: the interval is 0 to 1.
    """
    told = list(tests)
    flagged = [test for test in told if test.flagged]
    found = sum(test.hit for test in told)
    low, high = bound(found, len(told))
    return HitRate(
        name=name,
        tests=len(told),
        found=found,
        share=found / max(len(told), 1),
        low=low,
        high=high,
        flagged=len(flagged),
        flagged_found=sum(test.hit for test in flagged),
    )


def bound(found: int, tests: int) -> tuple[float, float]:
    """Wilson's 95 % interval: `benchmark.statistics` has it too, and needs SciPy.

    Args:
        found: 0 to `tests`.
        tests: 0 or more.

    Example:
        >>> [round(end, 2) for end in bound(9, 10)], bound(0, 0)
        ([0.6, 0.98], (0.0, 1.0))
    """
    if not tests:
        return 0.0, 1.0
    share, ratio = found / tests, Z**2 / tests
    reach = math.sqrt(ratio * (share * (1 - share) + ratio / 4))
    middle = share + ratio / 2
    low, high = ((middle + way * reach) / (1 + ratio) for way in (-1, 1))
    return min(max(low, 0.0), share), max(min(high, 1.0), share)


def _rate_by(
    tests: Iterable[ToldTest], name: Callable[[ToldTest], str | None]
) -> list[HitRate]:
    sorts: dict[str | None, list[ToldTest]] = {}
    for test in tests:
        sorts.setdefault(name(test), []).append(test)
    ordered = sorted(sorts, key=lambda each: (each is None, each or ""))
    return [rate(each, sorts[each]) for each in ordered]


def _describe(test: SupervisedTest, inspection: str, operator: str | None) -> ToldTest:
    assert test.told is not None  # noqa: S101 - the query asks for it
    return ToldTest(
        id=test.id,
        scan=test.scan_id,
        inspection=inspection,
        thing=test.thing,
        box=(test.x0, test.y0, test.x1, test.y1),
        flagged=test.flagged,
        hit=test.state == "hit",
        operator=operator,
        told=test.told,
    )
