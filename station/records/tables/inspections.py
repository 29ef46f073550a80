"""Inspections, their scans, the alarms in them, and what was said of those."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from station.records.tables.accounts import User
from station.records.tables.base import Id, Json, Table


class Inspection(Table):
    """All views of one container passing, and what became of it.

    Attributes:
        number: What the scanner calls it; not always unique.
        containers: Container numbers (ISO 6346), left to right.
        state: "scanning", "waiting" (for decisions), "released" or "searched".
        manifest: Facts from the manifest; no names of people.
        second_look: Whether a test scan was told and the real one must be decided.
    """

    __tablename__ = "inspections"
    __table_args__ = (Index(None, "lane", "number"), Index(None, "state", "began"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    lane: Mapped[str] = mapped_column(String(32))
    number: Mapped[str | None] = mapped_column(String(200))
    containers: Mapped[list[Any]] = mapped_column(default=list)
    state: Mapped[str] = mapped_column(String(16), default="scanning")
    began: Mapped[datetime] = mapped_column(index=True)
    closed: Mapped[datetime | None]
    manifest: Mapped[Json | None]
    second_look: Mapped[bool] = mapped_column(default=False)
    scans: Mapped[list["ScanRow"]] = relationship(
        back_populates="inspection", order_by="ScanRow.id"
    )


class ScanRow(Table):
    """One view.

    Attributes:
        key: What its source calls it; with the lane, unique: nothing is taken twice.
        folder: Its folder, below the data folder.
        state: "receiving", "looked" (all was looked at), "failed" (nothing could look
            at it) or "again" (the real scan behind a test, to be looked at anew).
        stored: Name of the picture in its folder; None while columns come in, and once
            it was removed.
        sha256: Of that file as it was first stored.
        whole: Whether all columns came, in the end.
        findings: What was found: see `station.worker.findings`.
        bundle: Name, sha256 and signed_by of what looked, its operating point.
        removed: When the picture was deleted by retention.
    """

    __tablename__ = "scans"
    __table_args__ = (UniqueConstraint("lane", "key"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspections.id"), index=True)
    lane: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(String(200))
    view: Mapped[str | None] = mapped_column(String(64))
    folder: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(16), default="receiving", index=True)
    kind: Mapped[str] = mapped_column(String(16))
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int]
    info: Mapped[Json]
    began: Mapped[datetime]
    ended: Mapped[datetime | None]
    whole: Mapped[bool] = mapped_column(default=True)
    stored: Mapped[str | None] = mapped_column(String(64))
    sha256: Mapped[str | None] = mapped_column(String(64))
    size_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    findings: Mapped[Json | None]
    bundle: Mapped[Json | None]
    error: Mapped[str | None] = mapped_column(Text)
    removed: Mapped[datetime | None]
    inspection: Mapped[Inspection] = relationship(back_populates="scans")
    alarms: Mapped[list["Alarm"]] = relationship(
        back_populates="scan", order_by="Alarm.id"
    )


class Alarm(Table):
    """What the operator is asked about: raised by the detector, or drawn by hand.

    Attributes:
        x0, y0, x1, y1: Its box, px of the scan.
        score: The network's output; None where a person drew it.
        drawn_by: Who drew it; None where the detector raised it.
        coarse: Whether only the coarse pass has seen it.
        test: Whether it is of the firearm of a test scan. Nobody is told before the
            test is; then it is no question any more.
        withdrawn: When its drawer took it back; only drawn ones can be.
    """

    __tablename__ = "alarms"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    scan_id: Mapped[str] = mapped_column(ForeignKey("scans.id"), index=True)
    x0: Mapped[float]
    y0: Mapped[float]
    x1: Mapped[float]
    y1: Mapped[float]
    score: Mapped[float | None]
    label: Mapped[str] = mapped_column(String(64))
    coarse: Mapped[bool] = mapped_column(default=False)
    test: Mapped[bool] = mapped_column(default=False)
    drawn_by: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    raised: Mapped[datetime]
    withdrawn: Mapped[datetime | None]
    scan: Mapped[ScanRow] = relationship(back_populates="alarms")
    decisions: Mapped[list["Decision"]] = relationship(
        back_populates="alarm", order_by="Decision.id"
    )

    @property
    def box(self) -> tuple[float, float, float, float]:
        """x0, y0, x1, y1, px of the scan."""
        return self.x0, self.y0, self.x1, self.y1


class Decision(Table):
    """What someone said of an alarm; the last one that was not undone counts.

    Attributes:
        request: Name of the request, by whoever made it: one decision each.
        decision: "confirm", "dismiss" or "unsure".
        replaces: The decision that counted before it; None for the first. Clocks jump:
            this, and no time, says which one is the last.
        second: Whether it is the second person's word on a dismissed alarm.
    """

    __tablename__ = "decisions"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    alarm_id: Mapped[str] = mapped_column(ForeignKey("alarms.id"), index=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    request: Mapped[str] = mapped_column(String(64), unique=True)
    decision: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(200))
    second: Mapped[bool] = mapped_column(default=False)
    replaces: Mapped[str | None] = mapped_column(Id)
    made: Mapped[datetime]
    undone: Mapped[datetime | None]
    alarm: Mapped[Alarm] = relationship(back_populates="decisions")
    user: Mapped[User] = relationship(lazy="joined")
