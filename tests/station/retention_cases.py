"""Inspections of every sort, and a second opinion on what holds them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import strategies as st

from station.records import new_id
from station.records.tables import (
    Alarm,
    Decision,
    Disposition,
    Inspection,
    Outcome,
    Referral,
    ScanRow,
    SupervisedTest,
    User,
)

SIZE = 1_000
FOUND = [{"label": "firearm", "kind": "pistol"}]


@dataclass(frozen=True)
class Case:
    """One inspection.

    Attributes:
        state: Of the inspection.
        age: Days since it began.
        scans: State of each of its scans.
        alarm: What became of its one alarm, on its last scan.
        test: Whether that is of a test scan: not, "open" or "told".
        outcomes: What searches found, one after the other.
        referral: "none", "stands" or "lifted".
    """

    state: str = "released"
    age: float = 100.0
    scans: tuple[str, ...] = ("looked",)
    alarm: str = "none"
    test: str = "no"
    outcomes: tuple[bool, ...] = ()
    referral: str = "none"

    @property
    def open(self) -> bool:
        """Whether something is still to be said or done; not as the product has it."""
        if self.state in {"scanning", "waiting"} or self.referral == "stands":
            return True
        if any(scan in {"receiving", "again"} for scan in self.scans):
            return True
        if self.state == "searched" and len(self.outcomes) == 0:
            return True
        return self.alarm in {"undecided", "undone"} and self.test != "told"


ALARMS = ("none", "undecided", "undone", "decided", "withdrawn", "drawn")
CASES = st.builds(
    Case,
    state=st.sampled_from(["scanning", "waiting", "released", "searched"]),
    age=st.sampled_from([1.0, 29.0, 31.0, 400.0]),
    scans=st.lists(
        st.sampled_from(["looked", "looked", "looked", "failed", "receiving", "again"]),
        min_size=1,
        max_size=2,
    ).map(tuple),
    alarm=st.sampled_from(ALARMS),
    test=st.sampled_from(["no", "no", "open", "told"]),
    outcomes=st.lists(st.booleans(), max_size=2).map(tuple),
    referral=st.sampled_from(["none", "none", "lifted", "stands"]),
)


def store(session, root: Path, case: Case, now: datetime) -> list[str]:
    """Put an inspection into the records and on the disk; gives back its scans."""
    began = now - timedelta(days=case.age)
    user = _find_user(session, now)
    inspection = Inspection(
        id=new_id(),
        lane="north",
        containers=[],
        state=case.state,
        began=began,
        manifest={"goods": "tiles"},
    )
    session.add(inspection)
    session.flush()
    scans = [_store_scan(session, root, inspection, one, began) for one in case.scans]
    _store_alarm(session, case, scans[-1], user, began)
    for found in case.outcomes:
        session.add(
            Outcome(
                id=new_id(),
                inspection_id=inspection.id,
                user_id=user,
                request=new_id(),
                found=FOUND if found else [],
                made=began,
            )
        )
    _store_referral(session, case, inspection, user, began)
    if case.state in {"released", "searched"}:
        session.add(
            Disposition(
                id=new_id(),
                inspection_id=inspection.id,
                user_id=user,
                request=new_id(),
                disposition=case.state,
                made=began,
            )
        )
    session.flush()
    return scans


def _find_user(session, now):
    user = session.query(User).first()
    if user is None:
        user = User(
            id=new_id(),
            name="anna",
            role="operator",
            pseudonym="p-1",
            password_hash="none",  # noqa: S106 - no password has this hash
            created=now,
        )
        session.add(user)
        session.flush()
    return user.id


def _store_scan(session, root, inspection, state, began):
    name = new_id()
    folder = f"scans/{began:%Y-%m-%d}/{name}"
    (root / folder).mkdir(parents=True)
    (root / folder / "scan.tiff").write_bytes(b"x" * SIZE)
    session.add(
        ScanRow(
            id=name,
            inspection_id=inspection.id,
            lane="north",
            key=name,
            folder=folder,
            state=state,
            kind="dual",
            height=4,
            info={},
            began=began,
            stored="scan.tiff",
            size_bytes=SIZE,
        )
    )
    session.flush()
    return name


def _store_alarm(session, case, scan, user, began):
    if case.test != "no":
        session.add(
            SupervisedTest(
                id=new_id(),
                scan_id=scan,
                thing="pistol",
                x0=0,
                y0=0,
                x1=1,
                y1=1,
                user_id=user,
                made=began,
                told=began if case.test == "told" else None,
            )
        )
    if case.alarm == "none":
        return
    alarm = Alarm(
        id=new_id(),
        scan_id=scan,
        x0=0,
        y0=0,
        x1=1,
        y1=1,
        label="firearm",
        test=case.test != "no",
        drawn_by=user if case.alarm == "drawn" else None,
        withdrawn=began if case.alarm == "withdrawn" else None,
        raised=began,
    )
    session.add(alarm)
    session.flush()
    if case.alarm in {"decided", "undone"}:
        session.add(
            Decision(
                id=new_id(),
                alarm_id=alarm.id,
                user_id=user,
                request=new_id(),
                decision="dismiss",
                made=began,
                undone=began if case.alarm == "undone" else None,
            )
        )


def _store_referral(session, case, inspection, user, began):
    if case.referral != "none":
        session.add(
            Referral(
                id=new_id(),
                inspection_id=inspection.id,
                user_id=user,
                made=began,
                lifted=began if case.referral == "lifted" else None,
            )
        )
