"""Watch a site: every week of it beside its acceptance."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime

from benchmark.acceptance.baseline import read_baseline
from benchmark.acceptance.drift import (
    DRIFTED,
    LEVEL,
    Comparison,
    Week,
    judge_week,
)
from benchmark.acceptance.figures import state_value
from benchmark.acceptance.record import Acceptance
from benchmark.acceptance.weeks import Period, Sources, read_weeks
from data.errors import ResultError

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """How a site is watched.

    Attributes:
        period: Which days; each week apart if it has no limits.
        match: Whether acceptance's scans are weighed by the week's traffic.
        level: How often chance alone may raise the alarm in a week.
        workers: Processes.
    """

    period: Period = field(default_factory=Period)
    match: bool = False
    level: float = LEVEL
    workers: int = 1


@dataclass(frozen=True, slots=True)
class Watch:
    """What came of all weeks.

    Attributes:
        site: Which site.
        seal: Of its acceptance.
        bundle: Which bundle was accepted.
        accepted: When.
        weeks: In order.
        notes: What else should be known, in sentences.
    """

    site: str
    seal: str
    bundle: str
    accepted: datetime
    weeks: tuple[Week, ...]
    notes: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """1 if any week drifted, else 3 if any cannot be told, else 0."""
        codes = {week.exit_code for week in self.weeks}
        return next((code for code in (1, 3) if code in codes), 0)

    def as_json(self) -> str:
        """All figures, in one line."""
        content = {
            "site": self.site,
            "acceptance": self.seal,
            "bundle": self.bundle,
            "accepted": self.accepted.isoformat(),
            "weeks": [asdict(week) for week in self.weeks],
            "notes": self.notes,
        }
        return json.dumps(content)

    def as_text(self) -> str:
        """What came of each week, and what has drifted in it, for a person."""
        lines = [f"{self.site}, accepted {self.accepted:%Y-%m-%d} with {self.bundle}"]
        for week in self.weeks:
            lines.append(week.sentence)
            lines += [f"  {describe(f)}" for f in week.figures if f.answer == DRIFTED]
        return "\n".join([*lines, *self.notes])


def describe(figure: Comparison) -> str:
    """A figure of a week, in a line."""
    before, now = state_value(figure.baseline), state_value(figure.found)
    start = f"{figure.name}: {before} -> {now} {figure.unit}".rstrip()
    if figure.sigmas is not None:
        start += f" ({figure.sigmas:+.1f} sigma)"
    if figure.outside:
        start += f", {figure.outside} of {figure.scans} scans beyond all of acceptance"
    return f"{start}. {figure.advice}".rstrip()


def watch_site(
    sources: Sources,
    acceptance: Acceptance,
    *,
    options: WatchOptions | None = None,
    progress: Progress | None = None,
) -> Watch:
    """Compare every week, or one stretch of time, with acceptance.

    Args:
        sources: Scans and what was detected in them.
        acceptance: The site's.
        options: How; None for every week.
        progress: Told how many scans of how many are measured.

    Raises:
        ResultError: If results are missing or do not fit acceptance, it has too few
            clean passes, or no scan lies in the period.
        ScanFileError: If there are no scans.
    """
    how = options or WatchOptions()
    baseline = read_baseline(acceptance)
    traffic = read_weeks(
        sources, acceptance, how.period, workers=how.workers, progress=progress
    )
    if not traffic.weeks:
        msg = "No scan of acceptance's kind lies in this period. Choose another."
        raise ResultError(msg)
    notes = (
        (traffic.undetected, "scans have no results and are not compared."),
        (traffic.other_kind, f"scans are not {acceptance.kind} and are not compared."),
        (len(traffic.failures), "scans could not be read and are not compared."),
        (traffic.dated_by_file, "scans do not say when they were made: by file time."),
    )
    bundle = acceptance.stamp.bundle
    return Watch(
        site=acceptance.sheet.site,
        seal=acceptance.seal,
        bundle=f"{bundle.name} {bundle.version} ({bundle.sha256[:12]})",
        accepted=acceptance.finished,
        weeks=tuple(
            judge_week(name, baseline, rows, match=how.match, level=how.level)
            for name, rows in traffic.weeks.items()
        ),
        notes=tuple(f"{count} {what}" for count, what in notes if count),
    )
