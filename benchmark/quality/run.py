"""Measure scans of a test object, and judge a scanner by them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmark.quality.entry import QualityEntry, make_entry
from benchmark.quality.gate import Failure, Gate, judge_entry
from benchmark.quality.history import add_to_history, read_history
from benchmark.quality.trend import (
    USUAL_DAYS,
    Signal,
    find_signals,
    select_series,
)
from data.errors import CargosightError, QualityError
from data.formats import ScannerProfile, find_scans, read_scan
from data.quality import Layout, Quality, measure_quality


@dataclass(frozen=True, slots=True)
class QualityOptions:
    """How scans are measured and judged.

    Attributes:
        layout: Of the test object.
        gate: What every scan must hold; None judges nothing.
        history: File that entries are added to; None keeps nothing.
        days: How far to look back for what is usual.
        pitch_mm: Pixel pitch (x, y) of scans that state none.
        profile: Of raw vendor files.
    """

    layout: Layout
    gate: Gate | None = None
    history: Path | None = None
    days: int = USUAL_DAYS
    pitch_mm: tuple[float, float] | None = None
    profile: ScannerProfile | None = None


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredScan:
    """A scan that was measured.

    Attributes:
        path: Its file.
        quality: What came of it.
        entry: What is kept of it.
    """

    path: Path
    quality: Quality
    entry: QualityEntry


@dataclass(frozen=True, slots=True, eq=False)
class QualityRun:
    """Scans that were measured and judged together.

    Attributes:
        options: How.
        scans: By their time.
        history: All entries there are, by their time.
        failures: Limits that are broken.
        signals: What is unusual about the newest scan.
        refused: Why scans could not be measured, a line each.
    """

    options: QualityOptions
    scans: tuple[MeasuredScan, ...]
    history: tuple[QualityEntry, ...]
    failures: tuple[Failure, ...]
    signals: tuple[Signal, ...]
    refused: tuple[str, ...]

    @property
    def series(self) -> list[QualityEntry]:
        """All scans that the newest one can be compared with, and it, by time."""
        if not self.scans:
            return []
        return select_series(self.history, self.scans[-1].entry)

    @property
    def passed(self) -> bool:
        """Whether all scans were measured and hold the gate."""
        return not self.failures and not self.refused


def run_quality(
    scans: Sequence[str],
    options: QualityOptions,
    *,
    now: datetime | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> QualityRun:
    """Measure scans, add them to the history, and judge them.

    Args:
        scans: Files, folders, globs.
        options: How.
        now: Stands for the time of scans that state none; the present, if absent.
        progress: Told how many of how many scans are measured.

    Raises:
        ScanFileError: If there are no scans.
        QualityError: If the history is damaged or cannot be written.
    """
    if options.history is not None:
        read_history(options.history)
    found = find_scans([Path(each) for each in scans], profile=options.profile)
    now = now or datetime.now(UTC)
    measured, refused = [], []
    for number, each in enumerate(found):
        try:
            measured.append(_measure(each.path, options, now))
        except CargosightError as error:
            refused.append(_name(each.path, error))
        if progress is not None:
            progress(number + 1, len(found))
    measured.sort(key=lambda scan: scan.entry.acquired)
    entries = [scan.entry for scan in measured]
    history = (
        sorted(entries, key=lambda entry: entry.acquired)
        if options.history is None
        else add_to_history(options.history, entries)
    )
    return _judge(options, measured, history, refused)


def _measure(path: Path, options: QualityOptions, now: datetime) -> MeasuredScan:
    scan = read_scan(path, profile=options.profile)
    quality = measure_quality(scan, options.layout, pitch_mm=options.pitch_mm)
    entry = make_entry(scan, quality, options.layout, path, now)
    return MeasuredScan(path, quality, entry)


def _name(path: Path, error: CargosightError) -> str:
    """What went wrong, with the file if the error does not say it."""
    return f"{path}: {error}" if isinstance(error, QualityError) else str(error)


def _judge(
    options: QualityOptions,
    measured: list[MeasuredScan],
    history: list[QualityEntry],
    refused: list[str],
) -> QualityRun:
    failures: list[Failure] = []
    if options.gate is not None:
        for scan in measured:
            failures += judge_entry(scan.entry, options.gate, history)
    signals: list[Signal] = []
    if measured:
        newest = measured[-1].entry
        signals = find_signals(select_series(history, newest), days=options.days)
    return QualityRun(
        options,
        tuple(measured),
        tuple(history),
        tuple(failures),
        tuple(signals),
        tuple(refused),
    )
