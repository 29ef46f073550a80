"""A suite that has changed by one byte says so and does not run."""

import json

import pytest

from benchmark.suite.sealed import FOLDER, SEALED, read_suite
from data.errors import SuiteError
from tests.benchmark.cases import armed, clean, make_suite


@pytest.fixture
def suite(tmp_path):
    return make_suite(tmp_path / "suite", [armed(), clean()])


def test_a_suite_as_sealed_is_read_with_its_seal(suite):
    again = read_suite(suite.root)
    assert again == suite
    assert [len(again.truth(scan).objects) for scan in again.scans] == [1, 0]
    assert all(again.path(scan).is_file() for scan in again.scans)


def test_the_seal_of_a_suite_of_no_known_source_does_not_speak_of_sources(suite):
    """Else every suite that was sealed before would be broken."""
    assert "source_sha256" not in (suite.root / SEALED).read_text()


def test_any_changed_byte_of_any_file_is_found(suite):
    for path in sorted(suite.root.rglob("*.*")):
        whole = path.read_bytes()
        for place in range(0, len(whole), max(1, len(whole) // 40)):
            changed = bytearray(whole)
            changed[place] ^= 1
            path.write_bytes(bytes(changed))
            with pytest.raises(
                SuiteError, match=r"changed|holds no suite|not as it was"
            ):
                read_suite(suite.root)
        path.write_bytes(whole)
    assert read_suite(suite.root).seal == suite.seal


def test_a_list_that_was_written_anew_with_the_same_words_is_found(suite):
    path = suite.root / SEALED
    path.write_text(json.dumps(json.loads(path.read_text())))
    with pytest.raises(SuiteError, match="changed since it was sealed"):
        read_suite(suite.root)


def test_a_list_that_was_altered_is_found_by_its_seal(suite):
    path = suite.root / SEALED
    content = path.read_text()
    path.write_text(content.replace('"made up"', '"made-up"', 1))
    with pytest.raises(SuiteError, match="changed since it was sealed"):
        read_suite(suite.root)


@pytest.mark.parametrize("name", ["more.tiff", ".hidden", "000000.tiff~"])
def test_added_files_are_found_hidden_ones_too(suite, name):
    (suite.root / FOLDER / name).write_text("")
    with pytest.raises(SuiteError, match="was added"):
        read_suite(suite.root)


def test_missing_files_and_links_are_found_and_counted(suite, tmp_path):
    first, second = sorted((suite.root / FOLDER).glob("*.tiff"))
    elsewhere = first.rename(tmp_path / "elsewhere.tiff")
    first.symlink_to(elsewhere)
    second.unlink()
    with pytest.raises(SuiteError, match="is missing, and 1 more"):
        read_suite(suite.root)


def test_a_folder_without_a_list_is_no_suite(tmp_path):
    with pytest.raises(SuiteError, match="holds no suite"):
        read_suite(tmp_path)


def test_a_list_cannot_point_outside_of_the_suite(suite):
    path = suite.root / SEALED
    path.write_text(path.read_text().replace('"000000.tiff"', '"../000000.tiff"'))
    with pytest.raises(SuiteError, match="was changed"):
        read_suite(suite.root)
