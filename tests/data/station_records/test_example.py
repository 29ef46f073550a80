"""The example in the documentation is a record, with nothing amiss."""

from pathlib import Path

from data.station_records.checking import check_record
from data.station_records.record import InspectionRecord

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "records.jsonl"


def test_the_example_of_the_documentation_is_a_sound_record():
    (line,) = EXAMPLE.read_text().splitlines()
    record = InspectionRecord.model_validate_json(line)
    assert check_record(record) == []
    assert record.outcome is not None
