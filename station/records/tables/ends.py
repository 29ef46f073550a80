"""What became of inspections."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from station.records.tables.accounts import User
from station.records.tables.base import Id, Table


class Disposition(Table):
    """What became of the container; of several only one is not undone.

    Attributes:
        reason: Why it was released although an alarm was confirmed.
    """

    __tablename__ = "dispositions"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspections.id"), index=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    request: Mapped[str] = mapped_column(String(64), unique=True)
    disposition: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(200))
    made: Mapped[datetime]
    undone: Mapped[datetime | None]
    user: Mapped[User] = relationship(lazy="joined")


class Outcome(Table):
    """What the search found: the only truth from the field; the last one counts.

    Attributes:
        found: Things, each with label, kind, firearm and places, as in
            `data.station_records.record.FoundRecord`; places name scans by their id.
        replaces: The outcome that it corrects; None for the first.
    """

    __tablename__ = "outcomes"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspections.id"), index=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    request: Mapped[str] = mapped_column(String(64), unique=True)
    found: Mapped[list[Any]]
    replaces: Mapped[str | None] = mapped_column(Id)
    made: Mapped[datetime]
    user: Mapped[User] = relationship(lazy="joined")


class Answered(Table):
    """A request that changed something, and its answer: the same again is not done.

    Attributes:
        id: Name of the request, by whoever made it.
        content_sha256: Of what was asked.
        answer: As JSON.
    """

    __tablename__ = "answered"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    content_sha256: Mapped[str] = mapped_column(String(64))
    answer: Mapped[str] = mapped_column(Text)
    made: Mapped[datetime] = mapped_column(index=True)


class Referral(Table):
    """A hold on an inspection: its scans are never deleted while it stands."""

    __tablename__ = "referrals"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspections.id"), index=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    made: Mapped[datetime]
    lifted: Mapped[datetime | None]
