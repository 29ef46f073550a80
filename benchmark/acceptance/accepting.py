"""Accept a site: run its suite on the station, judge, and keep a baseline."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmark.acceptance.figures import count_alarms, measure_figures
from benchmark.acceptance.open_points import list_open_points
from benchmark.acceptance.outcomes import follow_placements
from benchmark.acceptance.record import (
    ACCEPTANCE,
    Acceptance,
    JudgedRule,
    JudgedRules,
    MeasuredShare,
    ScanFigures,
    read_acceptance,
    write_acceptance,
)
from benchmark.acceptance.repeating import repeat_scans
from benchmark.acceptance.sealing import read_sealed_sheet
from benchmark.evaluation.ledger import ScanRow, keep_ledger
from benchmark.evaluation.record import Evaluation
from benchmark.evaluation.running import RunOptions, run_suite
from benchmark.evaluation.scoring import measure_rates
from benchmark.metrics.rates import Rate
from benchmark.suite.sealed import Suite
from benchmark.verdict.finding import Verdict
from benchmark.verdict.rule_file import Rules, read_rules
from benchmark.verdict.verdict import judge
from data.errors import ResultError
from data.formats import read_scan
from detector.bundle import Bundle
from detector.runtime import PROVIDERS

EVALUATION: Final = "evaluation"

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class AcceptOptions:
    """How a site is accepted.

    Attributes:
        how: How the bundle is run: device, threads, operating point.
        rules: What must hold.
    """

    how: RunOptions = field(default_factory=RunOptions)
    rules: Rules = field(default_factory=lambda: read_rules("accept"))


def accept_site(
    suite: Suite,
    bundle: Bundle,
    out: Path,
    *,
    options: AcceptOptions | None = None,
    progress: Progress,
) -> Acceptance:
    """Run a bundle on a site's suite, on this machine, and write `acceptance.json`.

    Interrupted, it goes on where it was when called again with the same arguments. What
    was accepted stays as it is, for someone may have signed it.

    Args:
        suite: A site's suite.
        bundle: What shall be accepted.
        out: Folder of the acceptance.
        options: How; None for the CPU and the rules that ship.
        progress: Told what is being done, how many steps are done and how many there
            are.

    Raises:
        SuiteError: If the suite is not of a site.
        DatasetError: If the folder holds other things.
        ResultError: If it holds another acceptance.
        BundleError: If the bundle has no graph for the scans.
        DeviceError: If the device is not there.
    """
    wanted = options or AcceptOptions()
    sheet = read_sealed_sheet(suite)
    evaluation = run_suite(
        suite,
        bundle,
        out / EVALUATION,
        options=wanted.how,
        progress=lambda done, count: progress("detecting", done, count),
    )
    if (out / ACCEPTANCE).is_file():
        return _reopen(out, evaluation, wanted.rules)
    ledger = keep_ledger(evaluation)
    figures = []
    for number, row in enumerate(ledger.scans):
        figures.append(_measure(suite, row))
        progress("measuring", number + 1, len(ledger.scans))
    repeats = repeat_scans(evaluation, bundle, wanted.how)
    found, false = measure_rates(ledger)
    draft = Acceptance(
        sheet=sheet,
        stamp=evaluation.stamp,
        provider=PROVIDERS[wanted.how.device],
        machine=evaluation.record.machine,
        versions=evaluation.record.versions,
        kind=suite.scans[0].kind,
        synthetic=sum(scan.synthetic for scan in suite.scans),
        evaluation_sha256=evaluation.sha256,
        pd=_note(found),
        pfa=_note(false),
        rules=wanted.rules,
        verdict=_state(judge(wanted.rules, ledger)),
        placements=follow_placements(sheet, ledger),
        scans=tuple(figures),
        repeats=repeats,
        open_points=(),
        finished=datetime.now(UTC),
    )
    points = list_open_points(draft)
    acceptance = draft.model_copy(update={"open_points": points})
    write_acceptance(acceptance, out / ACCEPTANCE)
    return acceptance


def _reopen(out: Path, evaluation: Evaluation, rules: Rules) -> Acceptance:
    """What was accepted before, if it was the same."""
    found = read_acceptance(out / ACCEPTANCE)
    if found.evaluation_sha256 != evaluation.sha256 or found.rules != rules:
        msg = f"{out} holds another acceptance. Choose a new folder."
        raise ResultError(msg)
    return found


def _measure(suite: Suite, row: ScanRow) -> ScanFigures:
    scan = read_scan(suite.path(row.scan))
    return ScanFigures(
        file=row.scan.inspection,
        part=row.scan.part,
        group=row.scan.group,
        alarms=count_alarms(row.result),
        elapsed_s=row.result.elapsed_s,
        figures=measure_figures(scan, row.result),
    )


def _note(rate: Rate | None) -> MeasuredShare | None:
    return None if rate is None else MeasuredShare(**asdict(rate))


def _state(verdict: Verdict) -> JudgedRules:
    return JudgedRules(
        title=verdict.title,
        answer=verdict.answer,
        sentence=verdict.sentence,
        rules=tuple(
            JudgedRule(demand=f.demand, value=f.value, answer=f.answer, reason=f.reason)
            for f in verdict.findings
        ),
    )
