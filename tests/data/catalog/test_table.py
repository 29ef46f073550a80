"""Tables of what is known of scans."""

from datetime import UTC, datetime

import pytest

from data.catalog.table import read_table
from data.errors import DatasetError


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "facts.csv"

    def write(text):
        path.write_text(text)
        return path

    return write


def test_a_table_says_what_is_known_of_each_scan(table):
    rows = read_table(
        table(
            "file,site,acquired,firearm_ids\n"
            "a.png,KCT,2026-03-01T12:00:00-05:00,G1; G2\n"
            "b.png,,,\n"
        )
    )
    assert rows["a.png"] == {
        "site": "KCT",
        "acquired": datetime(2026, 3, 1, 17, tzinfo=UTC),
        "firearm_ids": ["G1", "G2"],
    }
    assert rows["b.png"] == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name,site\na,b\n", "columns name, site|columns name"),
        ("file,mood\na,b\n", "columns mood; known are acquired, cargo"),
        ("site\nb\n", "columns no file"),
        ("file\na\na\n", r"facts\.csv:3: a has a row already"),
        (
            "file,acquired\na,2026-03-01\n",
            "a was acquired '2026-03-01': it has no zone",
        ),
        ("file,acquired\na,spring\n", "a was acquired 'spring'"),
        ("", "cannot be read as CSV"),
    ],
)
def test_a_table_that_is_amiss_is_refused(table, text, words):
    with pytest.raises(DatasetError, match=words):
        read_table(table(text))
