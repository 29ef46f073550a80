"""Champion and candidate on a suite, and what the rules make of the two."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmark.evaluation.record import RECORD as EVALUATION
from benchmark.evaluation.running import RunOptions, run_suite
from benchmark.report.record import ReportRecord, read_report_record
from benchmark.suite.sealed import Suite
from benchmark.verdict.finding import PASS
from cargosight.benchmarking import ReportOptions, compare_evaluations
from cargosight.progress import Report
from cargosight.retraining.gathering import Gathered
from cargosight.retraining.mark import NamedBundle
from cargosight.retraining.record import (
    NOT_OFFERED,
    PASSED,
    CandidateRecord,
    SuiteOutcome,
)
from data.dataset import hash_file
from detector.bundle import Bundle, read_bundle

SUITES: Final = "suites"
CHAMPION: Final = "champion"
CANDIDATE: Final = "candidate"
COMPARISON: Final = "comparison"
REPORT: Final = "report.json"


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges the candidate of a retraining.

    Attributes:
        gathered: What the retraining goes by.
        out: Its folder.
        progress: Told what is being done.
    """

    gathered: Gathered
    out: Path
    progress: Report

    def judge(self, number: int) -> Sequence[Path]:
        """Run both bundles on a suite, going on where a killed run was, and compare.

        Args:
            number: Of the suite, from 0.

        Returns:
            The records of both evaluations and of the comparison.
        """
        suite, request = self.gathered.suites[number], self.gathered.request
        options = RunOptions(request.device, request.threads)
        folders = self.list_evaluations(number)
        bundles = (self.gathered.champion, self._read_candidate())
        for name, bundle, folder in zip(
            (CHAMPION, CANDIDATE), bundles, folders, strict=True
        ):

            def tell(done: int, count: int, name: str = name) -> None:
                self.progress(f"{name} on {suite.name}", done, count)

            run_suite(suite, bundle, folder, options=options, progress=tell)
        compare_evaluations(
            suite.root,
            folders,
            self._place(number) / COMPARISON,
            shown=ReportOptions(request.rules),
            progress=self.progress,
        )
        return *(folder / EVALUATION for folder in folders), self.place_report(number)

    def list_evaluations(self, number: int) -> tuple[Path, Path]:
        """Folders of the champion's and the candidate's evaluation on a suite."""
        return self._place(number) / CHAMPION, self._place(number) / CANDIDATE

    def place_report(self, number: int) -> Path:
        """report.json of the comparison on a suite."""
        return self._place(number) / COMPARISON / REPORT

    def conclude(self) -> CandidateRecord:
        """What all suites come to: it is offered only if each says pass."""
        champion, candidate = self.gathered.champion, self._read_candidate()
        outcomes: list[SuiteOutcome] = []
        reasons: list[str] = []
        for number, suite in enumerate(self.gathered.suites):
            place = self.place_report(number)
            report = read_report_record(place)
            outcomes.append(self._outcome(suite, place, report))
            reasons += _list_reasons(suite, report)
        return CandidateRecord(
            answer=NOT_OFFERED if reasons else PASSED,
            reasons=tuple(reasons),
            champion=_name(champion),
            candidate=_name(candidate),
            calibrated=candidate.manifest.status == "calibrated",
            suites=tuple(outcomes),
            finished=datetime.now(UTC),
        )

    def _outcome(self, suite: Suite, place: Path, report: ReportRecord) -> SuiteOutcome:
        verdict = report.verdict
        assert verdict is not None  # noqa: S101 - it was compared by rules
        return SuiteOutcome(
            name=suite.name,
            seal=suite.seal,
            answer=verdict.answer,
            sentence=verdict.sentence,
            report=place.relative_to(self.out).as_posix(),
            report_sha256=hash_file(place),
        )

    def _place(self, number: int) -> Path:
        return self.out / SUITES / f"{number + 1}-{self.gathered.suites[number].name}"

    def _read_candidate(self) -> Bundle:
        return read_bundle(self.out / CANDIDATE)


def _name(bundle: Bundle) -> NamedBundle:
    manifest = bundle.manifest
    return NamedBundle(
        name=manifest.name, version=manifest.version, sha256=bundle.sha256
    )


def _list_reasons(suite: Suite, report: ReportRecord) -> Iterator[str]:
    """Why a suite does not say pass, demand by demand."""
    verdict = report.verdict
    if verdict is None or verdict.answer == PASS:
        return
    for finding in verdict.findings:
        if finding.answer == verdict.answer:
            of = "" if finding.value is None else f" ({finding.value})"
            yield (
                f"{suite.name}: {finding.answer}: {finding.demand}{of}: "
                f"{finding.reason}"
            )
