"""What the records of a station are."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from station.records.moment import Moment

NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
"""How constraints are called, so that migrations can name them."""

Id = String(32)
Json = dict[str, Any]


class Table(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: Moment(),
        Json: JSON(),
        list[Any]: JSON(),
    }


class User(Table):
    """Someone who may log in.

    Attributes:
        role: "operator", "supervisor", "qa" or "administrator".
        pseudonym: What they are called in the log and in records handed over.
        must_change: Whether the password was given by another and must be changed.
        failures: Wrong passwords since the last right one.
    """

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    pseudonym: Mapped[str] = mapped_column(String(32), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    created: Mapped[datetime]


class Login(Table):
    """A login: from the password to the logout.

    Attributes:
        token_sha256: Of what the cookie holds; the cookie itself is nowhere kept.
        csrf: What requests that change something must state besides.
        seen: The last request.
    """

    __tablename__ = "logins"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    csrf: Mapped[str] = mapped_column(String(64))
    began: Mapped[datetime]
    seen: Mapped[datetime]
    ended: Mapped[datetime | None]
    user: Mapped[User] = relationship(lazy="joined")


class LaneToken(Table):
    """What a scanner shows to send to a lane."""

    __tablename__ = "lane_tokens"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    lane: Mapped[str] = mapped_column(String(32), index=True)
    note: Mapped[str] = mapped_column(String(200))
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    created: Mapped[datetime]
    revoked: Mapped[datetime | None]


class LaneState(Table):
    """How a lane is: written by its process every second.

    Attributes:
        state: "idle", "scanning", "behind", "down" (nothing looks) or "gone".
        behind: Columns that wait to be looked at.
        detail: One line: why it is down, which bundle looks.
        bundle: Name, sha256, signed_by, operating point, device of what looks.
    """

    __tablename__ = "lane_states"

    lane: Mapped[str] = mapped_column(String(32), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    behind: Mapped[int] = mapped_column(default=0)
    detail: Mapped[str] = mapped_column(Text, default="")
    bundle: Mapped[Json | None]
    pid: Mapped[int]
    beat: Mapped[datetime]


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


class Entry(Table):
    """One line of the audit log: see `station.audit.chain`."""

    __tablename__ = "audit"

    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=False,
    )
    made: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(48), index=True)
    actor: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(64), index=True)
    payload: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64))


class ChainHead(Table):
    """How long the audit log is, and its last hash: one row."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
