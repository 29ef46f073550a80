"""Containers that have passed: inspections with scans on disk and alarms."""

from dataclasses import dataclass, field

import numpy as np

from data.scan import Scan, ScanInfo
from station.accounts.roles import Role
from station.records import new_id
from station.records.moment import now
from station.records.tables import Alarm, Inspection, ScanRow, SupervisedTest
from station.server.access import Viewer
from station.worker.finishing import store_picture

WIDTH, HEIGHT = 200, 100
BOX = (10.0, 10.0, 40.0, 30.0)
ELSEWHERE = (100.0, 50.0, 130.0, 70.0)
BUNDLE = {
    "name": "port-7",
    "version": "1",
    "sha256": "a" * 64,
    "signed_by": None,
    "device": "cpu",
    "operating_point": {"name": "normal", "threshold": 0.5, "pd": None},
}
FINDINGS = {
    "blanks": [
        {"code": "blank.opaque", "facts": {"share": 0.03}, "text": "3 % is opaque"}
    ],
    "leads": True,
    "opaque_fraction": 0.03,
}


@dataclass(frozen=True)
class Passed:
    """A container that has passed: identifiers."""

    inspection: str
    scans: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)

    @property
    def scan(self):
        """Its first scan."""
        return self.scans[0]

    @property
    def alarm(self):
        """Its first alarm."""
        return self.alarms[0]


def see(user):
    """Somebody as the rules see them."""
    return Viewer(user.id, user.name, user.pseudonym, Role(user.role), "0" * 32)


def pass_container(database, data, *, views=("side",), boxes=(BOX,), **facts):
    """Have a container pass: every view looked at, alarms in the first one.

    Args:
        database: The records.
        data: The data folder.
        views: Its views.
        boxes: Of the alarms.
        facts: Columns of the inspection.
    """
    inspection = Inspection(
        id=new_id(),
        lane="north",
        containers=["CSQU3054383"],
        state="waiting",
        began=now(),
    )
    for name, value in facts.items():
        setattr(inspection, name, value)
    scans = [make_scan(data, inspection.id, view) for view in views]
    alarms = [make_alarm(scans[0].id, box) for box in boxes]
    with database.changing() as session:
        for rows in ([inspection], scans, alarms):
            session.add_all(rows)
            session.flush()
    return Passed(
        inspection.id, [scan.id for scan in scans], [alarm.id for alarm in alarms]
    )


def make_scan(data, inspection, view="side"):
    """A scan with a picture on disk that no other scan has."""
    name = new_id()
    began = now()
    folder = data.scan(name, began)
    folder.mkdir(parents=True)
    noise = np.random.default_rng(int(name[-8:], 16))
    info = ScanInfo(pitch_mm=(4.0, 4.0), scanner="S1", view=view, acquired=began)
    scan = Scan(
        high=noise.integers(1000, 60000, (HEIGHT, WIDTH)).astype(np.uint16),
        air=np.full((1, HEIGHT), 60000, np.float32),
        dark=np.zeros((1, HEIGHT), np.float32),
        info=info,
    )
    sha256, size = store_picture(scan, folder)
    return ScanRow(
        id=name,
        inspection_id=inspection,
        lane="north",
        key=name,
        view=view,
        folder=folder.relative_to(data.root).as_posix(),
        state="looked",
        kind="single",
        width=WIDTH,
        height=HEIGHT,
        info=info.model_dump(mode="json"),
        began=began,
        ended=began,
        stored="scan.tiff",
        sha256=sha256,
        size_bytes=size,
        findings=FINDINGS,
        bundle=BUNDLE,
    )


def make_alarm(scan, box=BOX, *, score=0.8, test=False):
    """An alarm that the detector raised."""
    x0, y0, x1, y1 = box
    return Alarm(
        id=new_id(),
        scan_id=scan,
        x0=x0,
        y0=y0,
        x1=x1,
        y1=y1,
        score=score,
        label="firearm",
        test=test,
        raised=now(),
    )


def place_test(database, passed, box=ELSEWHERE, *, flagged=True):
    """Make a test of the first scan; its alarm, if it is flagged."""
    x0, y0, x1, y1 = box
    test = SupervisedTest(
        id=new_id(),
        scan_id=passed.scan,
        thing="glock",
        x0=x0,
        y0=y0,
        x1=x1,
        y1=y1,
        state="open",
        made=now(),
    )
    alarm = make_alarm(passed.scan, box, test=True) if flagged else None
    with database.changing() as session:
        session.add(test)
        if alarm is not None:
            session.add(alarm)
    return alarm and alarm.id


def look_again(database, scan):
    """What a lane does with the real scan behind a test."""
    with database.changing() as session:
        session.get_one(ScanRow, scan).state = "looked"
