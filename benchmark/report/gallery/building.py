"""All pictures of a report, scan by scan."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from benchmark.evaluation.ledger import Box, FirearmRow, Ledger
from benchmark.report.contents import Contents
from benchmark.report.gallery.captions import (
    describe_firearm,
    describe_scan,
    describe_score,
    name_alarm,
    name_firearm,
)
from benchmark.report.gallery.choice import (
    choose_changes,
    choose_false_alarms,
    choose_hits,
    choose_misses,
    choose_new_alarms,
)
from benchmark.report.gallery.detail import Detail, cut_detail
from benchmark.report.gallery.marks import Mark, place_marks
from data.formats import read_scan

Progress = Callable[[int, int], None]
Faint = tuple[Box, float]

MISSES: Final = 24
FALSE_ALARMS: Final = 24
HITS: Final = 12
CHANGES: Final = 12
NEW_ALARMS: Final = 6

MOST_BYTES: Final = 8_500_000
"""Of readings in a report; pictures beyond come without."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a picture is about.

    Attributes:
        scan: Number of its scan.
        boxes: What must be seen, px of the scan; the first is what it is about.
        title: What it is.
        facts: What is known of it, line by line.
        faint: For each bundle shown, a detection that is no alarm but is of interest.
    """

    scan: int
    boxes: tuple[Box, ...]
    title: str
    facts: tuple[str, ...]
    faint: tuple[Faint | None, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A gallery before its pictures are there.

    Attributes:
        key: Its name in the page.
        total: How many pictures there could be.
        subjects: Those that are shown.
        ledgers: The bundles whose alarms are drawn, by name.
    """

    key: str
    total: int
    subjects: tuple[Subject, ...]
    ledgers: tuple[tuple[str, Ledger], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A picture with what is drawn over it and said below it.

    Attributes:
        key: Its name in the page.
        subject: What it is about.
        detail: The picture.
        views: Marks for each bundle shown, by its name.
        packed: The readings; empty if the page has no room for them.
    """

    key: str
    subject: Subject
    detail: Detail
    views: tuple[tuple[str, tuple[Mark, ...]], ...]
    packed: str


@dataclass(frozen=True, slots=True)
class Gallery:
    """Pictures of one kind.

    Attributes:
        total: How many there could be.
        cards: Those that are shown.
    """

    total: int
    cards: tuple[Card, ...]


def build_galleries(
    contents: Contents, *, progress: Progress | None = None
) -> dict[str, Gallery]:
    """Read the scans and cut out what a report shows.

    Args:
        contents: What the report is about.
        progress: Told how many scans of how many are read.

    Returns:
        By their names: "misses", "false-alarms", "hits", and with a champion "gained",
        "lost", "new-alarms" and "gone-alarms".

    Raises:
        ScanFileError: If a scan of the suite cannot be read.
    """
    plans = [*_list_plans(contents)]
    details = _cut_all(contents.candidate.ledger, plans, progress)
    room = MOST_BYTES
    galleries = {}
    for plan in plans:
        cards = []
        for number, subject in enumerate(plan.subjects):
            packed = details[id(subject)].pack()
            packed = packed if len(packed) <= room else ""
            room -= len(packed)
            cards.append(_make_card(plan, number, details[id(subject)], packed))
        galleries[plan.key] = Gallery(plan.total, tuple(cards))
    return galleries


def _cut_all(
    ledger: Ledger, plans: Sequence[Plan], progress: Progress | None
) -> dict[int, Detail]:
    """The detail of each subject, by its id; every scan is read once."""
    by_scan: dict[int, list[Subject]] = {}
    for plan in plans:
        for subject in plan.subjects:
            by_scan.setdefault(subject.scan, []).append(subject)
    details = {}
    for done, (number, subjects) in enumerate(sorted(by_scan.items())):
        row = ledger.scans[number]
        scan = read_scan(ledger.evaluation.suite.path(row.scan))
        for subject in subjects:
            details[id(subject)] = cut_detail(scan, subject.boxes, row.scan.pitch_mm)
        if progress is not None:
            progress(done + 1, len(by_scan))
    return details


def _make_card(plan: Plan, number: int, detail: Detail, packed: str) -> Card:
    subject = plan.subjects[number]
    views = tuple(
        (name, place_marks(detail, ledger, subject.scan, subject.boxes, faint))
        for (name, ledger), faint in zip(plan.ledgers, subject.faint, strict=True)
    )
    return Card(f"{plan.key}-{number + 1}", subject, detail, views, packed)


def _list_plans(contents: Contents) -> Iterator[Plan]:
    ours = contents.candidate.ledger
    alone = (("", ours),)
    missed = [row for row in ours.firearms if not row.found]
    wrong = [row for row in ours.false_alarms if row.alarm]
    misses, hits = choose_misses(ours, MISSES), choose_hits(ours, HITS)
    alarms = choose_false_alarms(ours, FALSE_ALARMS)
    yield _plan_firearms("misses", len(missed), misses, alone)
    yield _plan_alarms("false-alarms", len(wrong), alarms, alone, 0)
    yield _plan_firearms("hits", len(ours.firearms) - len(missed), hits, alone)
    if contents.champion is not None:
        yield from _list_changes(contents.champion.ledger, ours)


def _list_changes(theirs: Ledger, ours: Ledger) -> Iterator[Plan]:
    both = (("champion", theirs), ("candidate", ours))
    for key, one, two in (("gained", theirs, ours), ("lost", ours, theirs)):
        total = len(choose_changes(one, two, len(two.firearms)))
        shown = choose_changes(one, two, CHANGES)
        yield _plan_firearms(key, total, shown, both)
    for key, one, two in (("new-alarms", theirs, ours), ("gone-alarms", ours, theirs)):
        total = len(choose_new_alarms(one, two, len(two.false_alarms)))
        shown = choose_new_alarms(one, two, NEW_ALARMS)
        yield _plan_alarms(key, total, shown, both, int(two is ours))


Ledgers = tuple[tuple[str, Ledger], ...]


def _plan_firearms(
    key: str, total: int, numbers: Sequence[int], ledgers: Ledgers
) -> Plan:
    subjects = []
    for number in numbers:
        rows = [ledger.firearms[number] for _, ledger in ledgers]
        subjects.append(_describe_firearm(rows, ledgers))
    return Plan(key, total, tuple(subjects), ledgers)


def _describe_firearm(rows: Sequence[FirearmRow], ledgers: Ledgers) -> Subject:
    first = rows[0]
    scores = []
    for row, (name, ledger) in zip(rows, ledgers, strict=True):
        said = describe_score(row.score, ledger.scans[row.scan].threshold)
        scores.append(f"{name}: {said}" if name else said)
    found = [None if r.found or r.box is None else (r.box, r.score) for r in rows]
    boxes = (first.truth.box, *(row.box for row in rows if row.box is not None))
    described = describe_firearm(first)
    return Subject(
        first.scan,
        boxes,
        name_firearm(first),
        (
            *((described,) if described else ()),
            *scores,
            describe_scan(ledgers[0][1].scans[first.scan]),
        ),
        tuple(found),
    )


def _plan_alarms(
    key: str, total: int, numbers: Sequence[int], ledgers: Ledgers, owner: int
) -> Plan:
    """The pictures of alarms of one of the bundles.

    Args:
        key: Of the gallery.
        total: How many there are.
        numbers: Those that are shown, of the owner's ledger.
        ledgers: The bundles that are drawn.
        owner: Which of them raised the alarms.
    """
    ledger = ledgers[owner][1]
    subjects = []
    for number in numbers:
        row = ledger.false_alarms[number]
        scan = ledger.scans[row.scan]
        kind = "clean scan" if scan.clean else "scan with firearms"
        score = describe_score(row.score, scan.threshold)
        facts = (f"{kind}; {score}", describe_scan(scan))
        subjects.append(
            Subject(
                row.scan, (row.box,), name_alarm(row), facts, (None,) * len(ledgers)
            )
        )
    return Plan(key, total, tuple(subjects), ledgers)
