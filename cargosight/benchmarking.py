"""The flows behind `cargosight benchmark run` and `compare`."""

import json
from dataclasses import dataclass
from pathlib import Path

from benchmark.evaluation.ledger import Ledger, keep_ledger
from benchmark.evaluation.record import read_evaluation
from benchmark.evaluation.running import RunOptions, run_suite
from benchmark.metrics.rates import Rate
from benchmark.report import write_record, write_report
from benchmark.report.contents import Contents, compare_ledgers, compute_figures
from benchmark.suite.sealed import read_suite
from benchmark.verdict.junit import write_junit
from benchmark.verdict.rule_file import read_rules
from benchmark.verdict.verdict import judge
from cargosight.progress import Report
from data.errors import ResultError
from detector.bundle import default_bundle_path, read_bundle


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What was measured, and where it was written.

    Attributes:
        contents: What was measured.
        out: Folder of the reports.
    """

    contents: Contents
    out: Path

    @property
    def exit_code(self) -> int:
        """0, or that of the verdict: 1 failed, 3 cannot tell."""
        verdict = self.contents.verdict
        return 0 if verdict is None else verdict.exit_code

    def as_json(self) -> str:
        """The figures that matter, in one line."""
        card = self.contents.candidate.scorecard
        verdict = self.contents.verdict
        figures = {
            "verdict": None if verdict is None else verdict.answer,
            "pd": None if card.pd is None else card.pd.share,
            "pfa": None if card.pfa is None else card.pfa.share,
            "false_alarms": card.false_alarms.mean if card.false_alarms else None,
            "ap50": card.precision.ap50 if card.precision else None,
            "ap50_95": card.precision.ap50_95 if card.precision else None,
            "scans": card.scans,
            "report": str(self.out / "report.html"),
        }
        return json.dumps(figures)

    def as_text(self) -> str:
        """The figures that matter, for a person."""
        card = self.contents.candidate.scorecard
        stamp = self.contents.candidate.ledger.evaluation.stamp
        lines = [f"{stamp}: {card.scans} scans, {card.inspections} inspections"]
        lines += [_say("Pd", card.pd, "firearms")]
        lines += [_say("Pd", card.pd_inspection, "inspections with firearms")]
        lines += [_say("Pfa", card.pfa, "clean inspections")]
        if card.false_alarms is not None:
            m = card.false_alarms
            lines += [f"false alarms {m.mean:.3f} a scan ({m.low:.3f} to {m.high:.3f})"]
        if card.precision is not None:
            p = card.precision
            lines += [f"AP50 {p.ap50:.3f}, AP50-95 {p.ap50_95:.3f}"]
        for each in self.contents.differences:
            lines.append(
                f"{each.name}: {each.first:.3f} -> {each.second:.3f}, "
                f"{each.difference:+.3f} ({each.low:+.3f} to {each.high:+.3f})"
            )
        if self.contents.verdict is not None:
            found = self.contents.verdict.findings
            lines += [f"{f.answer:11} {f.demand}: {f.reason}" for f in found]
            lines.append(self.contents.verdict.sentence)
        return "\n".join([*lines, f"report: {self.out / 'report.html'}"])


def _say(name: str, rate: Rate | None, of: str) -> str:
    if rate is None:
        return f"{name} not measured: no {of}"
    return (
        f"{name} {rate.share:.1%} ({rate.low:.1%} to {rate.high:.1%}) of {rate.trials} "
        f"{of}"
    )


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """What is written of a benchmark.

    Attributes:
        rules: Name or file of the rules; None for no verdict.
        pdf: Whether to write a PDF besides.
    """

    rules: str | None = None
    pdf: bool = False


def run_benchmark(
    suite: Path,
    bundle: Path | None,
    out: Path,
    *,
    options: RunOptions,
    shown: ReportOptions,
    progress: Report,
) -> Benchmark:
    """Run a bundle on a suite, score it, judge it and report.

    Args:
        suite: Folder of a sealed suite.
        bundle: Folder of the bundle; None for the one that ships.
        out: Folder of the evaluation and its reports.
        options: How it is run.
        shown: What is written of it.
        progress: Told what is being done.

    Raises:
        SuiteError: If the suite is not as it was sealed.
        VerdictError: If the rules are wrong.
    """
    rules = None if shown.rules is None else read_rules(shown.rules)
    sealed = read_suite(suite)
    evaluation = run_suite(
        sealed,
        read_bundle(bundle or default_bundle_path()),
        out,
        options=options,
        progress=lambda done, count: progress("detecting", done, count),
    )
    ledger = keep_ledger(evaluation)
    contents = Contents(
        compute_figures(ledger),
        verdict=None if rules is None else judge(rules, ledger),
        rules=() if rules is None else rules.rules,
    )
    return _report(contents, out, shown, progress)


def compare_evaluations(
    suite: Path,
    evaluations: tuple[Path, Path],
    out: Path,
    *,
    shown: ReportOptions,
    progress: Report,
) -> Benchmark:
    """Compare two evaluations of one suite, judge the second, and report.

    Args:
        suite: Folder of the sealed suite.
        evaluations: Folders of the champion's and of the candidate's.
        out: Folder of the reports.
        shown: What is written.
        progress: Told what is being done.

    Raises:
        SuiteError: If the suite is not as it was sealed.
        ResultError: If an evaluation is unfinished, changed, or of another suite.
        VerdictError: If the rules are wrong.
    """
    rules = None if shown.rules is None else read_rules(shown.rules)
    champion, candidate = keep_ledgers(suite, evaluations)
    contents = Contents(
        compute_figures(candidate),
        compute_figures(champion),
        compare_ledgers(champion, candidate),
        None if rules is None else judge(rules, candidate, champion),
        () if rules is None else rules.rules,
    )
    return _report(contents, out, shown, progress)


def keep_ledgers(suite: Path, evaluations: tuple[Path, Path]) -> tuple[Ledger, Ledger]:
    """The ledgers of two evaluations of one suite.

    Args:
        suite: Folder of the sealed suite.
        evaluations: Their folders.

    Raises:
        SuiteError: If the suite is not as it was sealed.
        ResultError: If an evaluation is unfinished, changed, or of another suite, or
            one was shown renderings and the other was not: other firearms count then.
    """
    sealed = read_suite(suite)
    first, second = (read_evaluation(folder, sealed) for folder in evaluations)
    if first.stamp.rendered != second.stamp.rendered:
        msg = (
            f"Only one of {evaluations[0]} and {evaluations[1]} was shown renderings, "
            "which hide some firearms. Run both with --rendered, or neither."
        )
        raise ResultError(msg)
    return keep_ledger(first), keep_ledger(second)


def _report(
    contents: Contents, out: Path, shown: ReportOptions, progress: Report
) -> Benchmark:
    write_record(contents, out / "report.json")
    write_report(
        contents,
        out / "report.html",
        pdf=out / "report.pdf" if shown.pdf else None,
        progress=lambda done, count: progress("reporting", done, count),
    )
    if contents.verdict is not None:
        write_junit(contents.verdict, out / "junit.xml")
    return Benchmark(contents, out)
