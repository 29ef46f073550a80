"""The scans that files, folders and globs name."""

import re
from pathlib import PurePosixPath

import pytest

from data.errors import ResultError, ScanFileError
from data.formats import find_scans
from tests.data.formats.samples import make_profile


@pytest.fixture
def folder(tmp_path):
    names = """
        b.jpg  z.TIFF  notes.txt  b.json  a/b.jpg  a/c_high.png  a/c_low.png
        a/c_scan.json  a/d_low.png  a/.hidden.png  .git/x.png  a/deep/er/e.bmp
        out/b.jpg.json  out/b.jpg.png  out/f.jpg.png
    """
    for name in names.split():
        path = tmp_path / "scans" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path / "scans"


def list_names(*arguments, **more) -> list[str]:
    return [str(scan.name) for scan in find_scans(arguments, **more)]


def test_a_folder_gives_its_scans_by_their_paths_below_it(folder):
    assert list_names(folder) == [
        "a/b.jpg",
        "a/c_high.png",
        "a/d_low.png",
        "a/deep/er/e.bmp",
        "b.jpg",
        "out/f.jpg.png",
        "z.TIFF",
    ]


def test_every_path_leads_to_its_file(folder):
    for scan in find_scans([folder]):
        assert scan.path == folder / scan.name
        assert isinstance(scan.name, PurePosixPath)


@pytest.mark.parametrize("name", ["a/b.jpg", "notes.txt", "out/b.jpg.png"])
def test_a_file_that_is_named_is_taken_by_its_last_name(folder, name):
    assert list_names(folder / name) == [PurePosixPath(name).name]


def test_a_file_that_is_missing_is_taken_so_that_reading_names_it(folder):
    assert list_names(folder / "none.png") == ["none.png"]


@pytest.mark.parametrize("plane", ["a/c_high.png", "a/c_low.png"])
def test_a_pair_goes_by_its_high_file(folder, plane):
    assert list_names(folder / plane) == ["c_high.png"]
    assert list_names(folder / "a/c_high.png", folder / "a/c_low.png") == ["c_high.png"]


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("*.jpg", ["b.jpg"]),
        ("**/*.jpg", ["a/b.jpg", "b.jpg"]),
        ("a/*.jpg", ["b.jpg"]),
        ("a/**", ["b.jpg", "c_high.png", "d_low.png", "deep/er/e.bmp"]),
        ("*/deep", ["a/deep/er/e.bmp"]),
        ("?.[jJ]*", ["b.jpg"]),
        ("a/*_low.png", ["c_high.png", "d_low.png"]),
    ],
)
def test_a_glob_names_scans_from_its_first_wildcard_on(folder, pattern, names):
    assert list_names(f"{folder}/{pattern}") == names


def test_a_relative_glob_starts_here(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert list_names("**/*.bmp") == ["a/deep/er/e.bmp"]
    assert list_names(".")[0] == "a/b.jpg"


def test_a_name_with_brackets_that_exists_is_no_glob(folder):
    (folder / "s[1].png").touch()
    assert list_names(folder / "s[1].png") == ["s[1].png"]


def test_the_same_file_counts_once_by_its_first_name(folder):
    assert list_names(folder, folder / "a/b.jpg", f"{folder}/a/*.jpg") == list_names(
        folder
    )
    (folder / "link.jpg").symlink_to(folder / "b.jpg")
    assert list_names(folder / "b.jpg", folder / "link.jpg") == ["b.jpg"]


def test_two_files_with_one_name_are_refused(folder):
    with pytest.raises(ResultError) as caught:
        find_scans([folder / "a/b.jpg", folder / "b.jpg"])
    said = str(caught.value)
    assert str(folder / "a/b.jpg") in said
    assert str(folder / "b.jpg") in said


@pytest.mark.parametrize("pattern", ["*.dcm", "none/*.png", "*.json"])
def test_nothing_found_is_said(folder, pattern):
    with pytest.raises(
        ScanFileError, match=re.escape(f"no scan in {folder}/{pattern}")
    ):
        find_scans([folder, f"{folder}/{pattern}"])
    (folder / "empty").mkdir()
    with pytest.raises(ScanFileError, match="no scan in"):
        find_scans([folder / "empty"])


def test_a_wrong_glob_is_said(folder):
    with pytest.raises(ScanFileError, match="is not a glob"):
        find_scans([f"{folder}/a**/b"])


def test_a_folder_that_may_not_be_listed_is_said(folder, monkeypatch):
    def refuse(top, onerror):
        onerror(PermissionError(13, "Permission denied", str(top)))
        return iter(())

    monkeypatch.setattr("data.formats.listing.os.walk", refuse)
    with pytest.raises(ScanFileError, match="cannot be listed: Permission denied"):
        find_scans([folder])


def test_a_profile_knows_its_own_files(folder):
    profile = make_profile(
        name="x",
        verified=False,
        plane_files={"high": "_HE.img", "low": "_LE.img"},
        dtype="uint16",
        byte_order="big",
        width=3,
        polarity="bright_air",
        air="estimate",
    )
    for name in ("s_HE.img", "s_LE.img", "s_MAT.img"):
        (folder / "a" / name).touch()
    assert "s_HE.img" in list_names(folder / "a", profile=profile)
    assert len(list_names(folder / "a", profile=profile)) == 5
    assert list_names(folder / "a/s_LE.img", profile=profile) == ["s_HE.img"]
    assert len(list_names(folder / "a")) == 4
