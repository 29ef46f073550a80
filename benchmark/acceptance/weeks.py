"""The scans of each week, measured, with what was detected in them."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from benchmark.acceptance.baseline import Rows, gather_rows
from benchmark.acceptance.figures import count_alarms, measure_figures
from benchmark.acceptance.record import Acceptance
from data.errors import CargosightError, ResultError
from data.formats import ScanFile, ScannerProfile, find_scans, read_scan
from data.parallel import map_ordered
from data.scan import Scan, ScanKind
from detector.manifest import GraphKind
from detector.results import Result, read_result

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Period:
    """Which scans are looked at, by the day that they were made on.

    Attributes:
        since: The first day; None for no such limit.
        until: The last day; None for no such limit.
    """

    since: date | None = None
    until: date | None = None

    @property
    def whole(self) -> bool:
        """Whether it stands for one stretch of time; else each week is looked at."""
        return self.since is not None or self.until is not None

    def holds(self, day: date) -> bool:
        """Whether a day lies in it."""
        return (self.since is None or day >= self.since) and (
            self.until is None or day <= self.until
        )

    def name(self, day: date) -> str:
        """What the stretch of time that a day lies in is called."""
        if self.whole:
            return f"{self.since or 'the beginning'} to {self.until or 'now'}"
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"


@dataclass(frozen=True, slots=True)
class Traffic:
    """What was scanned and detected.

    Attributes:
        weeks: The scans of each week, in order; the week's name says which.
        undetected: Scans without results.
        failures: One line for each scan that could not be read.
        other_kind: Scans of another kind than acceptance's, which are not compared.
        dated_by_file: Scans that do not say when they were made: their file's time was
            taken.
    """

    weeks: Mapping[str, Rows]
    undetected: int
    failures: tuple[str, ...]
    other_kind: int
    dated_by_file: int


@dataclass(frozen=True, slots=True)
class _Task:
    file: ScanFile
    result: Result
    profile: ScannerProfile | None
    period: Period
    kind: ScanKind


@dataclass(frozen=True, slots=True)
class _Measured:
    """What came of a scan; without figures if it does not count."""

    name: str = ""
    figures: dict[str, float | None] = field(default_factory=dict)
    alarms: int = 0
    failure: str | None = None
    other_kind: bool = False
    by_file: bool = False


@dataclass(frozen=True, slots=True)
class Sources:
    """Where scans and results are.

    Attributes:
        results: Folder that `cargosight detect --out` filled.
        scans: What it was given: files, folders, globs.
        profile: Reads raw vendor files.
    """

    results: Path
    scans: Sequence[str | Path]
    profile: ScannerProfile | None = None


def read_weeks(
    sources: Sources,
    acceptance: Acceptance,
    period: Period,
    *,
    workers: int = 1,
    progress: Progress | None = None,
) -> Traffic:
    """Measure all scans of a period, week by week.

    Args:
        sources: Where they are.
        acceptance: What they are to be compared with.
        period: Which of them.
        workers: Processes.
        progress: Told how many scans of how many are measured.

    Raises:
        ScanFileError: If there are no scans.
        ResultError: If there are no results, or they are of another bundle or operating
            point than acceptance's.
    """
    files = find_scans(sources.scans, sources.profile)
    tasks = []
    for file in files:
        place = sources.results / f"{file.name}.json"
        if place.is_file():
            result = read_result(place)
            _check(result, place, acceptance)
            tasks.append(_Task(file, result, sources.profile, period, acceptance.kind))
    if not tasks:
        msg = (
            f"{sources.results} has results of none of {len(files)} scans. Give what "
            "`cargosight detect` was given, and its --out."
        )
        raise ResultError(msg)
    rows = []
    for row in map_ordered(_measure, tasks, workers=workers):
        rows.append(row)
        if progress is not None:
            progress(len(rows), len(tasks))
    return _gather(rows, len(files) - len(tasks))


def _check(result: Result, place: Path, acceptance: Acceptance) -> None:
    bundle = acceptance.stamp.bundle
    if result.bundle.sha256 != bundle.sha256:
        msg = (
            f"{place} is of the bundle {result.bundle.name} "
            f"{result.bundle.sha256[:12]}, but {bundle.name} {bundle.sha256[:12]} was "
            "accepted. Accept the one in use, or name the results of the other."
        )
        raise ResultError(msg)
    kind: GraphKind = "display" if acceptance.kind == "display" else "dual"
    point = acceptance.stamp.points[kind].name
    if acceptance.kind != "display" and result.opaque_fraction is None:
        return  # a display scan: left out later, whatever its operating point
    if result.operating_point != point:
        msg = (
            f"{place} is at the operating point {result.operating_point}, but {point} "
            "was accepted. Accept the one in use."
        )
        raise ResultError(msg)


def _measure(task: _Task) -> _Measured:
    try:
        scan = read_scan(task.file.path, profile=task.profile)
        day = _find_day(scan, task.file.path)
        if not task.period.holds(day):
            return _Measured()
        if scan.kind != task.kind:
            return _Measured(other_kind=True)
        figures = measure_figures(scan, task.result)
    except CargosightError as error:
        return _Measured(failure=str(error))
    return _Measured(
        task.period.name(day),
        figures,
        count_alarms(task.result),
        by_file=scan.info.acquired is None,
    )


def _find_day(scan: Scan, path: Path) -> date:
    if scan.info.acquired is not None:
        return scan.info.acquired.date()
    return datetime.fromtimestamp(path.stat().st_mtime).astimezone().date()


def _gather(rows: Sequence[_Measured], undetected: int) -> Traffic:
    weeks: dict[str, list[_Measured]] = defaultdict(list)
    for row in rows:
        if row.name:
            weeks[row.name].append(row)
    return Traffic(
        weeks={
            name: gather_rows(
                [row.figures for row in weeks[name]],
                [row.alarms for row in weeks[name]],
            )
            for name in sorted(weeks)
        },
        undetected=undetected,
        failures=tuple(row.failure for row in rows if row.failure is not None),
        other_kind=sum(row.other_kind for row in rows),
        dated_by_file=sum(row.by_file for row in rows),
    )
