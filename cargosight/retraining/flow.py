"""The flow behind `cargosight retrain`."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from cargosight.progress import Report
from cargosight.retraining.assembling import CANDIDATE, WORK, Assembler
from cargosight.retraining.fitting import Fitter, choose_graphs
from cargosight.retraining.gathering import Gathered, gather
from cargosight.retraining.judging import Judge
from cargosight.retraining.leaks import check_files, check_pictures
from cargosight.retraining.page import PageWriter
from cargosight.retraining.plan import Plan, check_folder, make_plan, write_plan
from cargosight.retraining.record import (
    RECORD,
    REPORT,
    CandidateRecord,
    read_record,
    write_record,
)
from cargosight.retraining.request import Request
from cargosight.retraining.steps import Steps
from cargosight.retraining.survey import Survey, make_survey
from data.dataset_writing import write_text
from data.errors import TrainingError
from detector.manifest import GraphKind

SURVEY: Final = "survey"
SURVEY_FILE: Final = "survey.json"


@dataclass(frozen=True, slots=True)
class Retraining:
    """What came of a retraining.

    Attributes:
        record: The same on disk.
        out: Its folder.
    """

    record: CandidateRecord
    out: Path

    @property
    def exit_code(self) -> int:
        """0 if the candidate is offered, else 1."""
        return 0 if self.record.passed else 1

    def as_json(self) -> str:
        """What matters, in one line."""
        known = {
            "answer": self.record.answer,
            "reasons": list(self.record.reasons),
            "calibrated": self.record.calibrated,
            "candidate": str(self.out / CANDIDATE),
            "sha256": self.record.candidate.sha256,
            "suites": {suite.name: suite.answer for suite in self.record.suites},
            "report": str(self.out / REPORT),
        }
        return json.dumps(known)

    def as_text(self) -> str:
        """What matters, and what to do next, for a person."""
        lines = [suite.sentence for suite in self.record.suites]
        lines.append(f"report: {self.out / REPORT}")
        if not self.record.passed:
            return "\n".join(["not offered:", *self.record.reasons, *lines])
        return "\n".join(["passed:", *lines, self._say_next()])

    def _say_next(self) -> str:
        if not self.record.calibrated:
            return (
                "next: its operating points are a draft's; retrain with --calibration "
                "and another --out to sign it"
            )
        return (
            f"next: cargosight bundle sign {self.out / CANDIDATE} --key KEY "
            f"--verdict {self.out / RECORD}"
        )


def retrain_champion(request: Request, out: Path, *, progress: Report) -> Retraining:
    """Train the bundle in service on, and judge what comes of it against it.

    Leaves in `out`: the runs, the candidate, what both bundles found in every suite,
    `report.html` and, last, `candidate.json`. Killed at any moment, the same call goes
    on where it was; a finished one only says again what came of it.

    Args:
        request: What is asked.
        out: Folder of the retraining: new, empty, or one of the same.
        progress: Told what is being done, and how many steps of how many are done.

    Returns:
        What came of it.

    Raises:
        TrainingError: If `out` holds other things or a retraining with other arguments,
            the champion has no graph for the scans, or a training cannot go on.
        SuiteError: If a suite is not as it was sealed, or holds a scan that is learned
            from.
        DatasetError: If a dataset is none, or has no part to train on.
        CargosightError: If a step cannot be done.
    """
    gathered = gather(request)
    plan = make_plan(gathered)
    check_folder(out, plan)
    if (out / RECORD).is_file():
        return Retraining(read_record(out / RECORD), out)
    steps = Steps(out)
    survey = _survey(gathered, out, steps, progress)
    graphs = choose_graphs(gathered, survey)
    write_plan(out, plan)
    _keep_survey(survey, out, steps)
    whole = _Whole(gathered, survey, graphs, out, progress)
    whole.make_candidate(steps, plan)
    return Retraining(whole.judge(steps), out)


@dataclass(frozen=True, slots=True)
class _Whole:
    """A retraining that has begun."""

    gathered: Gathered
    survey: Survey
    graphs: Sequence[GraphKind]
    out: Path
    progress: Report

    def make_candidate(self, steps: Steps, plan: Plan) -> None:
        fitter = Fitter(self.gathered, self.survey, self.out, self.progress)
        for kind in self.graphs:
            steps.run(f"train-{kind}", partial(fitter.fit, kind))
        assembler = Assembler(self.gathered, plan, self.graphs, self.out, self.progress)
        steps.run("export", assembler.export)
        steps.run("calibrate", assembler.calibrate)

    def judge(self, steps: Steps) -> CandidateRecord:
        judge = Judge(self.gathered, self.out, self.progress)
        for number in range(len(self.gathered.suites)):
            steps.run(f"judge-{number + 1}", partial(judge.judge, number))
        record = judge.conclude()
        page = PageWriter(
            self.gathered, self.survey, self.graphs, judge, self.out, self.progress
        )
        page.write(record)
        shutil.rmtree(self.out / WORK, ignore_errors=True)
        write_record(record, self.out)  # the last of all: now it is finished
        return record


def _survey(gathered: Gathered, out: Path, steps: Steps, progress: Report) -> Survey:
    """What the scans are: read again, or as it was found before."""
    if steps.is_done(SURVEY):
        steps.run(SURVEY, _nothing)
        return _read_survey(out)
    check_files(gathered)
    workers = max(1, gathered.settings.workers)
    survey = make_survey(gathered, workers=workers, progress=progress)
    check_pictures(gathered, survey, workers=workers, progress=progress)
    return survey


def _nothing() -> Sequence[Path]:
    return ()


def _keep_survey(survey: Survey, out: Path, steps: Steps) -> None:
    def write() -> Sequence[Path]:
        write_text(out / SURVEY_FILE, survey.model_dump_json(indent=1))
        return (out / SURVEY_FILE,)

    steps.run(SURVEY, write)


def _read_survey(out: Path) -> Survey:
    try:
        return Survey.model_validate_json((out / SURVEY_FILE).read_bytes())
    except (OSError, ValidationError) as error:
        msg = f"{out / SURVEY_FILE} is damaged. Begin anew with another --out."
        raise TrainingError(msg) from error
