"""The history is only added to, and says which of its lines is damaged."""

import pytest

from benchmark.quality.history import add_to_history, read_history
from data.errors import QualityError
from tests.benchmark.quality.entries import make_entry


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deep" / "quality.jsonl"


def test_a_missing_history_is_empty(path):
    assert read_history(path) == []


def test_what_is_added_is_read_back_by_time(path):
    add_to_history(path, [make_entry(3), make_entry(1)])
    whole = add_to_history(path, [make_entry(2)])
    assert [entry.file for entry in whole] == ["1.tiff", "2.tiff", "3.tiff"]
    assert read_history(path) == whole


def test_what_was_there_stays_byte_for_byte(path):
    add_to_history(path, [make_entry(1)])
    before = path.read_bytes()
    add_to_history(path, [make_entry(2)])
    after = path.read_bytes()
    assert after.startswith(before)
    assert after.count(b"\n") == 2


def test_the_same_scan_is_kept_once_whatever_its_file_is_called(path):
    add_to_history(path, [make_entry(1), make_entry(1, file="copy.tiff")])
    whole = add_to_history(path, [make_entry(1, file="again.tiff")])
    assert [entry.file for entry in whole] == ["1.tiff"]


def test_the_same_scan_by_another_layout_is_another_entry(path):
    whole = add_to_history(path, [make_entry(1), make_entry(1, layout_sha256="1" * 64)])
    assert len(whole) == 2


def test_nothing_new_leaves_the_file_alone(path):
    add_to_history(path, [make_entry(1)])
    stamp = path.stat().st_mtime_ns, path.stat().st_ino
    add_to_history(path, [make_entry(1)])
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == stamp


def test_a_last_line_without_its_end_is_ended_first(path):
    add_to_history(path, [make_entry(1)])
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    assert len(add_to_history(path, [make_entry(2)])) == 2
    assert len(read_history(path)) == 2


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (b"{half", "Line 2"),
        (b'{"cargosight_quality": 1}', "Line 2"),
        (b"null", "Line 2"),
        (b"\xff\xfe", "cannot be read"),
    ],
)
def test_damage_is_one_line_that_names_it_and_nothing_is_written(path, damage, said):
    add_to_history(path, [make_entry(1)])
    path.write_bytes(path.read_bytes() + damage + b"\n")
    before = path.read_bytes()
    with pytest.raises(QualityError) as error:
        add_to_history(path, [make_entry(2)])
    (line,) = str(error.value).splitlines()
    assert said in line
    assert str(path) in line
    assert path.read_bytes() == before


def test_an_infinite_figure_is_damage(path):
    add_to_history(path, [make_entry(1)])
    path.write_text(path.read_text().replace("300.0", "Infinity"))
    with pytest.raises(QualityError, match="Line 1"):
        read_history(path)


def test_a_folder_in_its_place_is_one_line(tmp_path):
    with pytest.raises(QualityError, match="cannot be read"):
        add_to_history(tmp_path, [make_entry(1)])


def test_where_it_cannot_be_written_it_says_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(QualityError, match="cannot be"):
        add_to_history(tmp_path / "file" / "quality.jsonl", [make_entry(1)])
