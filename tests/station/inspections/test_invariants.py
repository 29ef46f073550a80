"""Whatever several people do, in whatever order: what must hold holds."""

import random
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import integers
from sqlalchemy import select

from data.errors import StationError
from data.station_records import read_station_records
from data.station_records.record import FoundRecord, Place
from station.accounts.roles import Role
from station.audit.chain import hash_entry
from station.config import ReviewConfig
from station.inspections.dispositions import get_disposition, list_blocks
from station.inspections.exporting import export_records
from station.inspections.questions import get_said, get_standing, list_questions
from station.records import new_id, open_database
from station.records.moment import now
from station.records.tables import Alarm, Decision, Entry, Inspection, ScanRow, User
from station.server.access import Viewer
from station.spool import DataFolder
from station.supervised.telling import Told
from tests.station.inspections.acting import Acting
from tests.station.inspections.passing import (
    BOX,
    ELSEWHERE,
    make_alarm,
    pass_container,
    place_test,
)

STEPS = 40
KINDS = {
    "alarm.decided",
    "alarm.drawn",
    "alarm.withdrawn",
    "decision.undone",
    "disposition.undone",
    "inspection.disposed",
    "inspection.outcome",
    "test.placed",
    "test.told",
}
TOLD = ["test.placed", "test.told"]
REVIEW = ReviewConfig(four_eyes_score=0.7)
ROLES = (Role.OPERATOR, Role.OPERATOR, Role.SUPERVISOR)
THIRD = (60.0, 60.0, 90.0, 90.0)


class Port:
    """Three people, two containers, one of them with a test."""

    def __init__(self, folder, plain):
        (folder / "station.db").write_bytes(plain.read_bytes())
        self.database = open_database(f"sqlite:///{folder / 'station.db'}")
        self.data = DataFolder(folder)
        self.people = [self._join(number, role) for number, role in enumerate(ROLES)]
        self.passed = [
            pass_container(self.database, self.data, views=("side", "top")),
            pass_container(self.database, self.data, boxes=(BOX, ELSEWHERE)),
        ]
        place_test(self.database, self.passed[0])
        self.done: Counter[str] = Counter()

    def _join(self, number, role):
        user = User(
            id=new_id(),
            name=f"name-{number}",
            role=role,
            pseudonym=f"p-{number}",
            password_hash="none",  # noqa: S106 - no password has this hash
            created=now(),
        )
        with self.database.changing() as session:
            session.add(user)
        viewer = Viewer(user.id, user.name, user.pseudonym, role, "0" * 32)
        return Acting(self.database, REVIEW, viewer)

    def step(self, chance):
        """Have somebody try something; what the rules refuse does not happen."""
        passed, person = chance.choice(self.passed), chance.choice(self.people)
        name = chance.choice(
            ["say"] * 8
            + ["dispose"] * 4
            + ["look", "undo_disposition"] * 2
            + ["undo", "draw", "withdraw", "find"]
        )
        try:
            made = getattr(self, name)(chance, passed, person)
        except StationError:
            made = None
        for kind in made or ():
            self.done[kind] += 1

    def _rows(self, table, passed):
        alarms = select(Alarm.id).where(Alarm.scan_id.in_(passed.scans))
        where = Alarm.id.in_(alarms)
        if table is Decision:
            where = Decision.alarm_id.in_(alarms)
        with self.database.reading() as session:
            return session.scalars(select(table).where(where).order_by(table.id)).all()

    def say(self, chance, passed, person):
        """Decide, at times without having seen the last decision."""
        alarm = chance.choice(self._rows(Alarm, passed))
        said = chance.choice(["confirm", "dismiss", "dismiss", "unsure"])
        replaces = chance.choice(["standing"] * 5 + [None])
        second = chance.random() < 0.3
        _, told = person.say(alarm.id, said, replaces=replaces, second=second)
        return ["alarm.decided"] + TOLD * (told is not None)

    def undo(self, chance, passed, person):
        """Undo a decision."""
        made = self._rows(Decision, passed)
        if not made:
            return []
        one = chance.choice(made)
        person.undo(one.id)
        return [] if one.undone else ["decision.undone"]

    def draw(self, chance, passed, person):
        """Draw a box."""
        scan = chance.choice(passed.scans)
        _, told = person.draw(scan, chance.choice([BOX, ELSEWHERE, THIRD]))
        return ["alarm.drawn"] + TOLD * (told is not None)

    def withdraw(self, chance, passed, person):
        """Withdraw a box."""
        one = chance.choice(self._rows(Alarm, passed))
        person.withdraw(one.id)
        return [] if one.withdrawn else ["alarm.withdrawn"]

    def dispose(self, chance, passed, person):
        """Release or search."""
        became = chance.choice(["released", "searched"])
        made = person.dispose(passed.inspection, became, chance.choice([None, "so"]))
        return TOLD if isinstance(made, Told) else ["inspection.disposed"]

    def undo_disposition(self, chance, passed, person):
        """Undo a disposition."""
        del chance
        made = person.undo_disposition(passed.inspection)
        return ["disposition.undone"] if made else []

    def find(self, chance, passed, person):
        """Say that a firearm was found, or nothing."""
        alarm = chance.choice(self._rows(Alarm, passed))
        places = chance.choice([(Place(alarm=alarm.id),), ()])
        found = chance.choice([(), (FoundRecord(places=places),)])
        person.find(passed.inspection, *found)
        return ["inspection.outcome"]

    def look(self, chance, passed, person):
        """The lane looks at a real scan, and may raise an alarm."""
        del person
        with self.database.changing() as session:
            for name in passed.scans:
                scan = session.get_one(ScanRow, name)
                if scan.state == "again":
                    scan.state = "looked"
                    if chance.random() < 0.5:
                        session.add(make_alarm(name, THIRD))
        return []


def check_now(port):
    """What must hold at every moment."""
    with port.database.reading() as session:
        for passed in port.passed:
            row = session.get_one(Inspection, passed.inspection)
            made = get_disposition(session, row.id)
            assert row.state == ("waiting" if made is None else made.disposition)
            assert (row.closed is None) == (made is None)
            if made is None:
                continue
            assert list_blocks(session, row, REVIEW) == []
            said = [get_said(alarm) for alarm in list_questions(session, row)]
            assert None not in said
            if made.disposition == "released" and "confirm" in said:
                assert made.reason
                assert made.user.role == Role.SUPERVISOR
            for alarm in list_questions(session, row):
                check_four_eyes(alarm)


def check_four_eyes(alarm):
    """Two people dismissed a high score, not one of them twice in a row."""
    standing = get_standing(alarm)
    high = alarm.score is not None and alarm.score >= 0.7
    if high and standing is not None and standing.decision == "dismiss":
        (before,) = (one for one in alarm.decisions if one.id == standing.replaces)
        assert standing.second
        assert before.user_id != standing.user_id


def check_log(port):
    """One entry for each change, each with the hash of the one before it."""
    with port.database.reading() as session:
        entries = session.scalars(select(Entry).order_by(Entry.seq)).all()
        assert Counter(entry.kind for entry in entries) == port.done
        previous = "0" * 64
        for entry in entries:
            assert entry.previous == previous
            previous = entry.sha256
            assert hash_entry(entry) == previous


def check_handed_over(port, out):
    """It is read without a problem, and nothing that was dismissed is truth."""
    export_records(port.database, port.data, out)
    read = read_station_records(out)
    assert read.labels.problems == ()
    for labelled in read.labels.files:
        scan = Path(labelled.file).stem
        objects = labelled.truth.objects
        boxes = {o.box for o in objects if o.origin and o.origin.how != "search"}
        with port.database.reading() as session:
            row = session.get_one(ScanRow, scan)
            alarms = list_questions(session, row.inspection)
            alive = {a.box for a in alarms if get_said(a) != "dismiss"}
        assert boxes <= alive
    return read


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=integers(0, 2**32))
def test_no_order_of_events_breaks_a_rule(plain_records, seed):
    chance = random.Random(seed)  # noqa: S311 - a test
    with tempfile.TemporaryDirectory() as folder:
        port = Port(Path(folder), plain_records)
        for _ in range(STEPS):
            port.step(chance)
            check_now(port)
        check_log(port)
        check_handed_over(port, Path(folder) / "out")
        port.database.close()


def test_such_orders_come_to_every_end(plain_records, tmp_path):
    """The test above is worth something: all that can happen does."""
    done: Counter[str] = Counter()
    truths = 0
    for seed in range(40):
        folder = tmp_path / str(seed)
        folder.mkdir()
        port = Port(folder, plain_records)
        chance = random.Random(seed)  # noqa: S311 - a test
        for _ in range(STEPS):
            port.step(chance)
        done += port.done
        truths += len(check_handed_over(port, folder / "out").labels.files)
        port.database.close()
        if set(done) == KINDS and truths:
            return
    raise AssertionError(done, truths)
