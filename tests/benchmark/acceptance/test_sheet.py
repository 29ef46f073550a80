"""A test sheet is filled in by people: it is read strictly, and all errors at once."""

import pytest

from benchmark.acceptance.sheet import (
    CLEAN,
    FIREARMS,
    read_sheet,
    write_blank_sheet,
)
from benchmark.statistics.intervals import wilson_interval
from data.errors import SuiteError
from tests.benchmark.acceptance.sites import make_sheet


def test_the_sheet_to_fill_in_is_itself_a_sheet(tmp_path):
    write_blank_sheet(tmp_path / "sheet.toml")
    sheet = read_sheet(tmp_path / "sheet.toml")
    assert (sheet.least_firearms, sheet.least_clean) == (FIREARMS, CLEAN)
    assert [piece.id for piece in sheet.pieces] == ["P1", "T1"]
    assert len(sheet.placements[0].scans) == 2


def test_a_filled_sheet_is_not_written_over(tmp_path):
    (tmp_path / "sheet.toml").write_text("filled in")
    with pytest.raises(SuiteError, match="is not overwritten"):
        write_blank_sheet(tmp_path / "sheet.toml")
    assert (tmp_path / "sheet.toml").read_text() == "filled in"


def test_the_numbers_that_are_asked_for_show_what_they_are_said_to():
    low, _ = wilson_interval(FIREARMS, FIREARMS, 0.90)
    assert low >= 0.95
    assert 0.95**FIREARMS < 0.05
    _, high = wilson_interval(0, CLEAN, 0.90)
    assert high <= 0.05


def test_every_error_of_a_sheet_is_named_in_one_line(tmp_path):
    (tmp_path / "s.toml").write_text(
        'format = 1\nsite = ""\nscanner = "x"\ncolour = "red"\npieces = []\n'
        'placements = [{id = "A", piece = "P", container = "C", scans = []}]\n'
        'clean = [{file = "../c.tiff", container = "C"}]\n'
    )
    with pytest.raises(SuiteError) as caught:
        read_sheet(tmp_path / "s.toml")
    text = str(caught.value)
    assert "\n" not in text
    for part in ("site:", "colour:", "placements.0.scans:", "clean.0.file:"):
        assert part in text


@pytest.mark.parametrize("text", [b"a = ", b"\xff"])
def test_what_is_no_toml_is_refused(tmp_path, text):
    (tmp_path / "s.toml").write_bytes(text)
    with pytest.raises(SuiteError, match="is no TOML"):
        read_sheet(tmp_path / "s.toml")


def test_without_a_sheet_it_is_said_how_to_write_one(tmp_path):
    with pytest.raises(SuiteError, match="benchmark site sheet"):
        read_sheet(tmp_path / "none.toml")


def place(name, *files, group=None):
    shown = [{"file": file, "box": (0.0, 0.0, 9.0, 9.0)} for file in files]
    return {
        "id": name,
        "piece": "P1",
        "container": "TEST",
        "group": group,
        "scans": shown,
    }


def test_placements_hang_together_by_scans_and_by_stated_groups_only():
    sheet = make_sheet(
        placements=[
            place("A", "1.tiff", "2.tiff"),
            place("B", "2.tiff", "3.tiff"),
            place("C", "4.tiff", group="shelf"),
            place("D", "5.tiff", group="shelf"),
            place("E", "6.tiff"),
        ]
    )
    groups = sheet.find_groups()
    assert groups["1.tiff"] == groups["2.tiff"] == groups["3.tiff"]
    assert groups["4.tiff"] == groups["5.tiff"]
    assert len({groups[f"{n}.tiff"] for n in (1, 4, 6)}) == 3
    assert sheet.count_firearms() == 3


def test_clean_passes_of_one_container_hang_together():
    clean = [
        {"file": "1.tiff", "container": "X"},
        {"file": "2.tiff", "container": "X"},
        {"file": "3.tiff", "container": "Y"},
    ]
    sheet = make_sheet(clean=clean)
    groups = sheet.find_groups()
    assert groups["1.tiff"] == groups["2.tiff"] != groups["3.tiff"]
    assert sheet.count_clean() == 2


def test_confusers_do_not_count_as_firearms():
    sheet = make_sheet()
    assert sheet.count_firearms() == 2
