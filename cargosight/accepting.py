"""The flows behind `cargosight benchmark site seal`, `accept` and `drift`."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from benchmark.acceptance import trial
from benchmark.acceptance.accepting import AcceptOptions, accept_site
from benchmark.acceptance.drift_page import write_drift_page
from benchmark.acceptance.page import PAGE, write_page
from benchmark.acceptance.record import (
    ACCEPTANCE,
    Acceptance,
    MeasuredShare,
    read_acceptance,
)
from benchmark.acceptance.sealing import list_material, make_sheet, seal_sheet
from benchmark.acceptance.sheet import CLEAN, FIREARMS, TestSheet, read_sheet
from benchmark.acceptance.trial import TrialRow
from benchmark.acceptance.watching import Watch, WatchOptions, watch_site
from benchmark.acceptance.weeks import Period, Sources
from benchmark.evaluation.running import RunOptions
from benchmark.suite.sealed import read_suite
from benchmark.verdict.finding import EXIT_CODES
from benchmark.verdict.rule_file import read_rules
from cargosight.progress import Report
from data.errors import SuiteError
from data.formats import load_profile
from data.splits import SPLITS, Split
from detector.bundle import default_bundle_path, read_bundle

MOST_FALSE: Final = 0.05
"""Share of the weeks with nothing wrong that may raise the alarm."""


@dataclass(frozen=True, slots=True)
class DatasetHeading:
    """What a sheet would say, of a dataset that is sealed without one."""

    site: str = ""
    scanner: str = ""
    split: str = "held-out"
    least_firearms: int | None = None
    least_clean: int | None = None

    def make(self) -> TestSheet:
        """A sheet with no entries.

        Raises:
            SuiteError: If the site or the scanner is not named.
        """
        try:
            return TestSheet(
                site=self.site,
                scanner=self.scanner,
                least_firearms=self.least_firearms or FIREARMS,
                least_clean=self.least_clean or CLEAN,
                pieces=(),
                placements=(),
                clean=(),
            )
        except ValidationError as error:
            wrong = ", ".join(f"--{one['loc'][0]}" for one in error.errors())
            msg = f"A dataset does not say where it is from: give {wrong}."
            raise SuiteError(msg) from error

    def choose(self) -> Split:
        """The part.

        Raises:
            SuiteError: If there is no such part.
        """
        for split in SPLITS:
            if split == self.split:
                return split
        msg = f"There is no part {self.split!r}. Choose one of {', '.join(SPLITS)}."
        raise SuiteError(msg)


@dataclass(frozen=True, slots=True)
class SheetScans:
    """The scans of a sheet.

    Attributes:
        folder: Where they are; None for a dataset, which knows.
        labels: Dataset whose labels have the boxes; None if the sheet has them.
        profile: Scanner profile of raw vendor files.
    """

    folder: Path | None = None
    labels: Path | None = None
    profile: str | None = None


def seal_site(
    source: Path,
    scans: SheetScans,
    out: Path,
    *,
    heading: DatasetHeading,
    progress: Callable[[int, int], None],
) -> str:
    """Seal a filled sheet with its scans, or a labelled dataset.

    Args:
        source: The sheet, or the dataset's folder.
        scans: The sheet's scans.
        out: Folder of the suite.
        heading: What a sheet would say, for a dataset.
        progress: Told how many scans of how many are there.

    Returns:
        What was sealed, in a sentence.

    Raises:
        SuiteError: If sheet or scans are not fit: one line that names all that is.
    """
    if source.is_dir():
        sheet, material = make_sheet(source, heading.make(), heading.choose())
    elif scans.folder is None:
        msg = f"Which scans does {source} tell of? Name their folder after it."
        raise SuiteError(msg)
    else:
        sheet = read_sheet(source)
        reader = None if scans.profile is None else load_profile(scans.profile)
        material = list_material(scans.folder, labels=scans.labels, profile=reader)
    suite = seal_sheet(sheet, material, out, progress=progress)
    return (
        f"{out}: {suite.name}, {sheet.count_firearms()} independent placements of "
        f"firearms, clean passes of {sheet.count_clean()} containers, "
        f"{len(suite.scans)} scans, seal {suite.seal}"
    )


@dataclass(frozen=True, slots=True)
class Accepted:
    """An acceptance, and where it was written."""

    acceptance: Acceptance
    out: Path

    @property
    def exit_code(self) -> int:
        """That of the verdict: 0 pass, 1 fail, 3 cannot tell."""
        return EXIT_CODES[self.acceptance.verdict.answer]

    def as_json(self) -> str:
        """The figures that matter, in one line."""
        found = self.acceptance
        figures = {
            "verdict": found.verdict.answer,
            "pd": None if found.pd is None else found.pd.share,
            "pfa": None if found.pfa is None else found.pfa.share,
            "open_points": found.open_points,
            "seal": found.seal,
            "page": str(self.out / PAGE),
        }
        return json.dumps(figures)

    def as_text(self) -> str:
        """The same for a person."""
        found = self.acceptance
        missed = [p.id for p in found.placements if p.found < len(p.shown)]
        lines = [
            f"{found.sheet.site}: {found.stamp}",
            _say("Pd", found.pd, "firearms in scans"),
            _say("Pfa", found.pfa, "scans without firearms"),
            f"not in every scan an alarm: {', '.join(missed) or 'none'}",
            *(f"open: {each}" for each in found.open_points),
            found.verdict.sentence,
            f"to sign: {self.out / PAGE}, seal {found.seal}",
        ]
        return "\n".join(lines)


def _say(name: str, rate: MeasuredShare | None, of: str) -> str:
    if rate is None:
        return f"{name} not measured: no {of}"
    return (
        f"{name} {rate.share:.1%} ({rate.low:.1%} to {rate.high:.1%}): {rate.hits} of "
        f"{rate.trials} {of}, {rate.groups} independent"
    )


def accept_suite(
    suite: Path,
    bundle: Path | None,
    out: Path,
    *,
    how: RunOptions,
    rules: str,
    progress: Report,
) -> Accepted:
    """Run a bundle on a site's suite, judge it, and write record and page.

    Args:
        suite: Folder of the site's suite.
        bundle: Folder of the bundle; None for the one that ships.
        out: Folder of the acceptance.
        how: How the bundle is run.
        rules: Name or file of the rules.
        progress: Told what is being done.

    Raises:
        SuiteError: If the suite is not as it was sealed, or not of a site.
        DeviceError: If the device is not there.
        VerdictError: If the rules are wrong.
    """
    wanted = AcceptOptions(how, read_rules(rules))
    sealed = read_suite(suite)
    acceptance = accept_site(
        sealed,
        read_bundle(bundle or default_bundle_path()),
        out,
        options=wanted,
        progress=progress,
    )
    write_page(
        acceptance,
        sealed,
        out / PAGE,
        progress=lambda done, count: progress("drawing", done, count),
    )
    return Accepted(acceptance, out)


@dataclass(frozen=True, slots=True)
class DriftWishes:
    """What `cargosight benchmark drift` was asked, besides its files."""

    since: date | None = None
    until: date | None = None
    match: bool = False
    level: float = 0.01
    profile: str | None = None
    workers: int = 1
    page: Path | None = None


def find_drift(
    results: Path,
    scans: Sequence[str | Path],
    baseline: Path,
    *,
    wishes: DriftWishes,
    progress: Callable[[int, int], None],
) -> Watch:
    """Compare what was scanned and detected with acceptance.

    Args:
        results: What `cargosight detect --out` filled.
        scans: What it was given.
        baseline: `acceptance.json`, or the folder that it is in.
        wishes: How.
        progress: Told how many scans of how many are measured.

    Raises:
        ResultError: If acceptance and results do not fit.
        ScanFileError: If there are no scans.
    """
    place = baseline / ACCEPTANCE if baseline.is_dir() else baseline
    profile = None if wishes.profile is None else load_profile(wishes.profile)
    watch = watch_site(
        Sources(results, scans, profile),
        read_acceptance(place),
        options=WatchOptions(
            Period(wishes.since, wishes.until),
            wishes.match,
            wishes.level,
            wishes.workers,
        ),
        progress=progress,
    )
    if wishes.page is not None:
        write_drift_page(watch, wishes.page)
    return watch


@dataclass(frozen=True, slots=True)
class TrialWishes:
    """What `cargosight benchmark drift-trial` was asked."""

    steady: int
    wrong: int
    weeks: int
    clean: int
    bundle: Path | None
    workers: int
    seed: int


@dataclass(frozen=True, slots=True)
class TrialResult:
    """What came of all sorts of weeks."""

    rows: Sequence[TrialRow]

    @property
    def met(self) -> bool:
        """Whether at most 5 % of the weeks with nothing wrong alarm."""
        calm = [row.alarmed for row in self.rows if row.wrong == trial.NOTHING]
        return max(calm) <= MOST_FALSE

    def as_json(self) -> str:
        """All rows, in one line."""
        return json.dumps({"met": self.met, "rows": [asdict(r) for r in self.rows]})

    def as_text(self) -> str:
        """All rows, for a person."""
        lines = ["wrong                 of scans  a week  alarms  too few  mostly"]
        for row in self.rows:
            name = f"{row.wrong}{', matched' if row.matched else ''}"
            lines.append(
                f"{name:24} {row.share:5.0%} {row.scans:7} {row.alarmed:7.1%} "
                f"{row.untold:8.1%}  {row.first}"
            )
        return "\n".join(lines)


def try_drift(wishes: TrialWishes, *, progress: Report) -> TrialResult:
    """Simulate scans, draw weeks from them and judge these.

    Args:
        wishes: How many of everything.
        progress: Told what is being done.

    Raises:
        BundleError: If the bundle is none.
    """
    scans = trial.TrialScans(
        wishes.steady,
        wishes.wrong,
        wishes.bundle or default_bundle_path(),
        wishes.workers,
    )
    pools = trial.simulate_pools(
        scans, progress=lambda done, count: progress("simulating", done, count)
    )
    plan = trial.TrialPlan(wishes.clean, weeks=wishes.weeks, seed=wishes.seed)
    rows = trial.try_weeks(
        pools, plan, progress=lambda done, count: progress("judging", done, count)
    )
    return TrialResult(rows)
