"""Tests of names of scans that databases take in different ways."""

import pytest

from station.records import new_id
from station.records.moment import now
from station.records.tables import ScanRow
from station.spool import ScanBegin
from station.worker.registering import register_scan
from tests.detector.seeing import make_counts


@pytest.mark.parametrize("twice", [False, True])
def test_a_scan_whose_names_hold_a_sign_of_value_0_is_registered(
    either_database, twice
):
    info = make_counts((8, 8), []).info.model_copy(update={"view": "si\0de"})
    made = [
        ScanBegin(
            id=new_id(),
            lane="north",
            key="a\0b",
            number="C\x0017",
            kind="dual",
            rows=8,
            info=info,
            began=now(),
        )
        for _ in range(1 + twice)
    ]
    for begin in made:
        with either_database.changing() as session:
            register_scan(session, begin, "scans/x")
    with either_database.reading() as session:
        rows = [session.get_one(ScanRow, begin.id) for begin in made]
        names = [row.inspection.number for row in rows]
    assert {row.view for row in rows} == {"si\ufffdde"}
    assert set(names) == {"C\ufffd17"}
    assert len({row.key for row in rows}) == len(rows)
