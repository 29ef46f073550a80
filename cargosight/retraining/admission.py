"""What a signature needs of a retraining: that the candidate passed every suite."""

import hashlib
from pathlib import Path
from typing import Final

from benchmark.report.record import read_report_record
from benchmark.verdict.finding import PASS
from cargosight.retraining.mark import Mark, read_mark
from cargosight.retraining.record import RECORD, SuiteOutcome, read_record
from data.dataset import hash_file
from data.errors import VerdictError
from detector.bundle import Bundle
from detector.manifest import VerdictRecord

LONGEST: int = 200
"""Characters of a suite's name that a manifest takes."""

CHANGED: Final = (
    "Calibrated again or converted since, it is another bundle than the one that was "
    "judged: for another threshold retrain with --calibration and another --out; for "
    "fp16 or int8 export its runs anew, and sign what comes of these on its own report."
)
"""What to do with a candidate that is not as it was judged."""


def check_candidate(bundle: Bundle, verdict: Path | None) -> None:
    """Refuse to sign the candidate of a retraining on anything but its own outcome.

    Args:
        bundle: What is to be signed.
        verdict: What it is to be signed on; None for nothing.

    Raises:
        VerdictError: If it is a candidate, and that is not its candidate.json.
    """
    mark = read_mark(bundle)
    if mark is None or (verdict is not None and verdict.name == RECORD):
        return
    suites = ", ".join(suite.name for suite in mark.suites)
    msg = (
        f"{bundle.root} is the candidate of a retraining: it is signed only on the "
        f"{RECORD} beside it, which says whether it passed every suite ({suites}). "
        f"Give that as --verdict. {CHANGED}"
    )
    raise VerdictError(msg)


def read_candidate_verdict(path: Path, bundle: Bundle) -> VerdictRecord:
    """Read the outcome of a retraining as a verdict that a bundle may be signed on.

    Of several suites the names are joined, and the seal is the sha256 of their seals.

    Args:
        path: candidate.json, with the reports that it names beside it.
        bundle: What it must be of.

    Raises:
        ResultError: If a file cannot be read.
        VerdictError: If it is of another bundle, did not pass, or is not what the
            reports say.
    """
    record, mark = read_record(path), read_mark(bundle)
    if mark is None or record.candidate.sha256 != bundle.sha256:
        msg = (
            f"{path} is of {record.candidate.name} {record.candidate.version} "
            f"({record.candidate.sha256[:8]}), not of this bundle "
            f"({bundle.sha256[:8]}). Retrain, or sign the bundle that it is of."
        )
        if mark is not None:
            msg += f" {CHANGED}"
        raise VerdictError(msg)
    if not record.passed:
        msg = f"{path} says that it is not offered: {record.reasons[0]} Retrain."
        raise VerdictError(msg)
    _check_suites(path, mark, record.suites)
    for suite in record.suites:
        _check_report(path.parent / suite.report, suite, bundle)
    seals = [suite.seal for suite in mark.suites]
    joined = hashlib.sha256(" ".join(seals).encode()).hexdigest()
    return VerdictRecord(
        suite=", ".join(suite.name for suite in mark.suites)[:LONGEST],
        suite_sha256=seals[0] if len(seals) == 1 else joined,
        bundle_sha256=bundle.sha256,
        report_sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
    )


def _check_suites(path: Path, mark: Mark, suites: tuple[SuiteOutcome, ...]) -> None:
    wanted = [suite.seal for suite in mark.suites]
    if [suite.seal for suite in suites] != wanted:
        msg = f"{path} is not about the suites that the bundle names. Retrain."
        raise VerdictError(msg)


def _check_report(report: Path, suite: SuiteOutcome, bundle: Bundle) -> None:
    found = read_report_record(report)
    stamp, verdict = found.candidate.stamp, found.verdict
    kept = hash_file(report) == suite.report_sha256
    ours = (stamp.bundle.sha256, stamp.suite.seal) == (bundle.sha256, suite.seal)
    if not (kept and ours and verdict is not None and verdict.answer == PASS):
        msg = (
            f"{report} was changed, or is not of this bundle and a pass. Retrain, or "
            "put it back."
        )
        raise VerdictError(msg)
