"""From files of an unknown scanner to a profile that reads them."""

import numpy as np
import pytest

from data.errors import ScanFileError, ScannerProfileError
from data.formats import load_profile, read_scan
from data.onboarding import check_scanner
from data.onboarding.draft import write_profile
from data.onboarding.picture import write_picture
from tests.data.onboarding.scenes import Fan, expose_dual, pack

FAN = Fan(pitch=(14.0, 14.0))
HIGH, LOW = expose_dual(FAN)
TWELVE = tuple(np.uint16(4095) - (plane >> 4) for plane in (HIGH, LOW))


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    """12 bits, air dark, low plane first, turned: the file and what it says."""
    path = tmp_path_factory.mktemp("raw") / "a.img"
    planes = [np.rot90(plane) for plane in TWELVE[::-1]]
    path.write_bytes(pack(planes, order="side_by_side", dtype=">u2", header=bytes(128)))
    return path, check_scanner([path], height_m=2.591, name="test")


def test_the_profile_reads_the_planes_that_were_stored(tmp_path, checked):
    path, check = checked
    profile = load_profile(write_profile(check.profile, tmp_path / "p.toml"))
    scan = read_scan(path, profile=profile)
    turned = profile.quarter_turns
    for plane, read in ((HIGH, scan.high), (LOW, scan.low)):
        # Rotated by a quarter for the file; left and right cannot be told.
        want = np.rot90(np.rot90(plane >> 4), turned)
        np.testing.assert_array_equal(read, want)
    assert scan.low is not None
    np.testing.assert_array_equal(scan.low.sum(axis=1), (LOW >> 4).sum(axis=1))
    assert (profile.full_scale, profile.polarity) == (4095, "dark_air")
    assert profile.panels == ("low", "high")
    assert profile.width == HIGH.shape[0]
    assert not profile.verified


def test_the_pitch_across_follows_from_the_length(checked):
    _, check = checked
    assert check.pitch.best.pitch_mm[0] == pytest.approx(14, rel=0.01)
    assert check.pitch.length_mm == (6058.0,)
    assert check.pitch.other is None


def test_without_a_height_both_are_proposed(checked):
    check = check_scanner([checked[0]])
    assert check.pitch is not None
    assert check.pitch.other is not None
    heights = {check.pitch.best.height_mm, check.pitch.other.height_mm}
    assert heights == {2591.0, 2896.0}
    assert any("height of the container" in line for line in check.confirm)


def test_what_cannot_be_told_is_asked(checked):
    text = checked[1].to_text()
    for said in ("left and right", "dark: no scan shows it", "endpoint energies"):
        assert said in text
    assert "  1. " in text


def test_the_picture_is_written_and_named_by_its_ending(tmp_path, checked):
    write_picture(checked[1], tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(ScannerProfileError, match=r"end in \.png"):
        write_picture(checked[1], tmp_path / "a.gif")


def test_files_that_differ_are_named(tmp_path):
    for name, order in (("a", "<u2"), ("b", "<u2"), ("c", ">u2")):  # two of three
        (tmp_path / f"{name}.raw").write_bytes(pack([HIGH], dtype=order))
    check = check_scanner(sorted(tmp_path.glob("*.raw")), height_m=2.591)
    assert check.agreed["byte order"].value == "little"
    assert check.agreed["byte order"].against == ("c.raw",)
    assert any("c.raw" in line for line in check.confirm)


def test_lines_of_several_lengths_are_listed_as_sizes(tmp_path):
    (tmp_path / "a.raw").write_bytes(pack([HIGH]))
    (tmp_path / "b.raw").write_bytes(pack([HIGH[:, :-9]]))
    check = check_scanner(sorted(tmp_path.glob("*.raw")), height_m=2.591)
    height, width = HIGH.shape
    wanted = f"sizes = [[{width - 9}, {height}], [{width}, {height}]]"
    assert wanted in str(check.profile).splitlines()


def test_one_bad_file_does_not_stop_the_others(tmp_path):
    (tmp_path / "a.raw").write_bytes(pack([HIGH]))
    (tmp_path / "b.raw").write_bytes(b"")
    check = check_scanner([tmp_path / "a.raw", tmp_path / "b.raw"], height_m=2.591)
    assert len(check.findings) == 1
    assert "b.raw is empty" in check.refused[0]
    with pytest.raises(ScanFileError, match="is empty"):
        check_scanner([tmp_path / "b.raw"])


@pytest.mark.parametrize("height", [0.5, 7.0, float("nan")])
def test_an_impossible_height_is_refused(height):
    with pytest.raises(ScannerProfileError, match="in height is not known"):
        check_scanner([], height_m=height)


def test_a_file_without_an_ending_gets_no_profile(tmp_path):
    (tmp_path / "scan").write_bytes(pack([HIGH]))
    with pytest.raises(ScannerProfileError, match="has no ending"):
        check_scanner([tmp_path / "scan"])
