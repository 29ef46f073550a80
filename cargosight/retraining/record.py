"""What came of a retraining: `candidate.json`, which a signature asks for."""

from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from benchmark.verdict.finding import PASS, Answer
from cargosight.retraining.mark import NamedBundle
from data.dataset_writing import write_text
from data.errors import ResultError
from detector.manifest import Sha256

RECORD: Final = "candidate.json"
REPORT: Final = "report.html"

PASSED: Final = "passed"
NOT_OFFERED: Final = "not offered"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class SuiteOutcome(_Record):
    """What came of one suite.

    Attributes:
        name: Of the suite.
        seal: Its seal.
        answer: Of the verdict on it.
        sentence: The verdict in a sentence.
        report: report.json of the comparison, below the retraining's folder.
        report_sha256: Of that file.
    """

    name: str
    seal: Sha256
    answer: Answer
    sentence: str
    report: str
    report_sha256: Sha256


class CandidateRecord(_Record):
    """What came of a retraining.

    Attributes:
        answer: "passed" only if every suite says pass.
        reasons: Why it is not offered; empty if it is.
        champion: What it is to replace.
        candidate: What was made, as it was judged.
        calibrated: Whether each graph has a calibrated operating point.
        suites: What came of each.
        finished: When.
    """

    format: Literal[1] = 1
    answer: Literal["passed", "not offered"]
    reasons: Annotated[tuple[str, ...], Field(strict=False)]
    champion: NamedBundle
    candidate: NamedBundle
    calibrated: bool
    suites: Annotated[tuple[SuiteOutcome, ...], Field(min_length=1, strict=False)]
    finished: AwareDatetime

    @property
    def passed(self) -> bool:
        """Whether it is offered."""
        return self.answer == PASSED

    @model_validator(mode="after")
    def _check_parts(self) -> Self:
        if self.passed != all(suite.answer == PASS for suite in self.suites):
            msg = "it is passed if every suite says pass, and only then"
            raise ValueError(msg)
        return self


def write_record(record: CandidateRecord, out: Path) -> None:
    """Write what came of a retraining into its folder.

    Raises:
        DatasetError: If it cannot be written.
    """
    write_text(out / RECORD, record.model_dump_json(indent=1))


def read_record(path: Path) -> CandidateRecord:
    """Read what came of a retraining.

    Args:
        path: Its candidate.json.

    Raises:
        ResultError: If it is missing or holds something else.
    """
    try:
        return CandidateRecord.model_validate_json(path.read_bytes())
    except OSError as error:
        msg = (
            f"{path} cannot be read: {error.strerror or error}. Start the retraining "
            "again with the same arguments to finish it."
        )
        raise ResultError(msg) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "file"
        msg = f"{path} holds no outcome of a retraining: {where}: {first['msg']}."
        raise ResultError(msg) from error
