"""Read the lines of `records.jsonl`, and say all that is wrong with them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from data.annotations.labelling import LabelProblem
from data.errors import TruthError
from data.station_records.checking import check_record
from data.station_records.record import InspectionRecord


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """A record and where it stands: `records.jsonl:7`."""

    record: InspectionRecord
    place: str


@dataclass(frozen=True, slots=True)
class ReadRecords:
    """What a file holds.

    Attributes:
        records: One for each inspection, in the file's order.
        problems: All that is wrong.
        notes: Inspections that were recorded again.
    """

    records: tuple[ReadRecord, ...]
    problems: tuple[LabelProblem, ...]
    notes: tuple[LabelProblem, ...]


def read_records(path: Path) -> ReadRecords:
    """Read records, one a line; lines with something wrong are listed, not read.

    Of two records of one inspection the later one counts, but never one that does not
    know the outcome before one that does.

    Args:
        path: The file.

    Raises:
        TruthError: If it cannot be read.
    """
    whole: dict[tuple[str, str], ReadRecord] = {}
    problems: list[LabelProblem] = []
    notes: list[LabelProblem] = []
    for place, line in _list_lines(path):
        record, wrong = _read_line(line)
        problems += [LabelProblem(place, what) for what in wrong]
        if record is None or wrong:
            continue
        read = ReadRecord(record, place)
        key = (record.site, record.inspection)
        if key in whole:
            notes.append(LabelProblem(place, _say_again(whole[key], read)))
        whole[key] = choose_record(whole.get(key), read)
    return ReadRecords(tuple(whole.values()), tuple(problems), tuple(notes))


def choose_record(before: ReadRecord | None, after: ReadRecord) -> ReadRecord:
    """Which of two records of one inspection counts.

    Args:
        before: The earlier one; None if there is none.
        after: The later one.
    """
    if before is None or before.record.outcome is None:
        return after
    return before if after.record.outcome is None else after


def _say_again(before: ReadRecord, after: ReadRecord) -> str:
    kept = choose_record(before, after).place
    return (
        f"inspection {after.record.inspection} is in {before.place} already; "
        f"{kept} counts"
    )


def _list_lines(path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file):
                if line.strip():
                    yield f"{path.name}:{number + 1}", line
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}. Check the path."
        raise TruthError(msg) from error


def _read_line(line: bytes) -> tuple[InspectionRecord | None, list[str]]:
    try:
        record = InspectionRecord.model_validate_json(line)
    except ValidationError as error:
        return None, [_explain(fault) for fault in error.errors()]
    return record, check_record(record)


def _explain(fault: object) -> str:
    assert isinstance(fault, dict)  # noqa: S101 - pydantic's own
    where = ".".join(str(part) for part in fault["loc"]) or "line"
    return f"{where}: {fault['msg'].removeprefix('Value error, ')}"
