"""What a bundle in shadow found, and test scans."""

from datetime import datetime

from sqlalchemy import (
    ForeignKey,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from station.records.tables.base import Id, Table


class ShadowAlarm(Table):
    """What a bundle in shadow found; shown to no operator."""

    __tablename__ = "shadow_alarms"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    scan_id: Mapped[str] = mapped_column(ForeignKey("scans.id"), index=True)
    bundle_sha256: Mapped[str] = mapped_column(String(64), index=True)
    x0: Mapped[float]
    y0: Mapped[float]
    x1: Mapped[float]
    y1: Mapped[float]
    score: Mapped[float]


class SupervisedTest(Table):
    """A firearm that was projected into a scan, and who found it.

    Attributes:
        thing: Name of the cutout.
        state: "open", then "hit" or "missed" once the operator was told.
        user_id: Who was tested.
    """

    __tablename__ = "supervised_tests"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    scan_id: Mapped[str] = mapped_column(ForeignKey("scans.id"), unique=True)
    thing: Mapped[str] = mapped_column(String(200))
    x0: Mapped[float]
    y0: Mapped[float]
    x1: Mapped[float]
    y1: Mapped[float]
    flagged: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(16), default="open", index=True)
    user_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    made: Mapped[datetime]
    told: Mapped[datetime | None]
