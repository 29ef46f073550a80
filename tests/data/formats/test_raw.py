"""Raw planes through scanner profiles."""

import re
import tomllib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import ScanFileError, ScannerProfileError
from data.formats import ScannerProfile, list_profiles, load_profile
from data.scan import Counts
from tests.data.formats import samples
from tests.data.formats.samples import load

BASE = {
    "name": "test",
    "verified": False,
    "endings": (".raw",),
    "panels": ("high", "low"),
    "dtype": "uint16",
    "byte_order": "little",
    "polarity": "bright_air",
    "air": 60000.0,
    "width": 5,
}


def make_profile(**changes) -> ScannerProfile:
    return samples.make_profile(**(BASE | changes))


def make_planes(width=5, height=3) -> tuple[Counts, Counts]:
    high = np.arange(width * height, dtype=np.uint16).reshape(height, width) * 257
    return high, high + 1


def write_planes(path, planes, *, order="<", header=b"", axis=0) -> None:
    panels = np.concatenate(planes, axis=axis).astype(f"{order}u2")
    path.write_bytes(header + panels.tobytes())


@pytest.mark.parametrize("size", [(2295, 1378), (2246, 1378)])
def test_fs6000_reads_both_sizes_from_files_of_their_own(tmp_path, size):
    high = np.random.default_rng(1).integers(0, 65536, size[::-1]).astype(np.uint16)
    low = high[::-1] // 2
    for name, plane in (("a_HE.img", high), ("a_LE.img", low)):
        write_planes(tmp_path / name, [plane], order=">", header=bytes(36))
    (tmp_path / "a_MAT.img").write_bytes(bytes(size[0] * size[1]))
    scan = load(tmp_path / "a_LE.img", profile=load_profile("fs6000"))
    np.testing.assert_array_equal(scan.high, high)
    np.testing.assert_array_equal(scan.low, low)
    assert (scan.info.scanner, scan.info.air_source) == ("fs6000", "estimated")


def test_ase_reads_three_panels_side_by_side_and_turns_them(tmp_path):
    rng = np.random.default_rng(2)
    low, high, material = rng.integers(0, 65536, (3, 1558, 544)).astype(np.uint16)
    path = tmp_path / "a.ase"
    header = b"IM\0\0" + bytes(12)
    write_planes(path, [low, high, material], header=header, axis=1)
    assert path.stat().st_size == 16 + 2 * 1632 * 1558
    scan = load(path, profile=load_profile("ase"))
    assert scan.size == (1558, 544)
    np.testing.assert_array_equal(scan.high, np.rot90(high))
    np.testing.assert_array_equal(scan.low, np.rot90(low))


def test_shipped_profiles_are_unverified_and_go_by_their_file_name():
    assert list_profiles() == ["ase", "fs6000"]
    for name in list_profiles():
        assert load_profile(name).name == name
        assert not load_profile(name).verified


@given(
    turns=st.integers(0, 3),
    flip_x=st.booleans(),
    flip_y=st.booleans(),
    order=st.sampled_from(["big", "little"]),
    layout=st.sampled_from(["stacked", "side_by_side"]),
)
def test_any_orientation_and_layout_brings_planes_upright(
    tmp_path_factory, turns, flip_x, flip_y, order, layout
):
    profile = make_profile(
        quarter_turns=turns,
        flip_x=flip_x,
        flip_y=flip_y,
        byte_order=order,
        layout=layout,
    )
    upright = make_planes()
    down, across = (-1 if flip_y else 1), (-1 if flip_x else 1)
    stored = [np.rot90(plane[::down, ::across], -turns) for plane in upright]
    path = tmp_path_factory.mktemp("raw") / "a.raw"
    mark = ">" if order == "big" else "<"
    write_planes(path, stored, order=mark, axis=0 if layout == "stacked" else 1)
    profile = profile.model_copy(update={"width": stored[0].shape[1]})
    scan = load(path, profile=profile)
    np.testing.assert_array_equal([scan.high, scan.low], upright)


def test_dark_air_is_turned_over(tmp_path):
    write_planes(tmp_path / "a.raw", make_planes())
    profile = make_profile(polarity="dark_air", dark=5.0)
    scan = load(tmp_path / "a.raw", profile=profile)
    np.testing.assert_array_equal(scan.high, 65535 - make_planes()[0])
    assert (scan.air == 60000).all()
    assert (scan.dark == 5).all()


def test_what_a_profile_states_goes_into_the_scan(tmp_path):
    write_planes(tmp_path / "a.raw", make_planes())
    profile = make_profile(pitch_mm=(4.0, 5.0), energies_mv=(6.0, 4.0))
    info = load(tmp_path / "a.raw", profile=profile).info
    assert (info.pitch_mm, info.pitch_source) == ((4.0, 5.0), "profile")
    assert (info.energies_mv, info.air_source) == ((6.0, 4.0), "profile")
    assert info.scanner == "test"


def test_a_plane_file_without_its_low_plane_is_a_single_scan(tmp_path):
    files = {"high": "_H.raw", "low": "_L.raw"}
    profile = make_profile(endings=(), panels=(), plane_files=files)
    write_planes(tmp_path / "a_H.raw", make_planes()[:1])
    assert load(tmp_path / "a_H.raw", profile=profile).kind == "single"
    write_planes(tmp_path / "a_L.raw", make_planes(height=4)[:1])
    with pytest.raises(ScanFileError, match="differ in size"):
        load(tmp_path / "a_H.raw", profile=profile)
    (tmp_path / "a_H.raw").unlink()
    with pytest.raises(ScanFileError, match=r"a_H\.raw does not exist"):
        load(tmp_path / "a_L.raw", profile=profile)


def test_other_files_are_read_by_their_own_ending_or_named(tmp_path):
    (tmp_path / "a.dat").write_bytes(b"x")
    with pytest.raises(ScanFileError, match=r"Profile test reads \.raw"):
        load(tmp_path / "a.dat", profile=make_profile())
    with pytest.raises(ScanFileError, match="choose a scanner profile"):
        load(tmp_path / "a.dat")


@pytest.mark.parametrize("cut", [1, 2, 10, 59])
@pytest.mark.parametrize("sizes", [(), ((5, 3),)])
def test_a_file_of_another_length_is_refused(tmp_path, cut, sizes):
    profile = make_profile(sizes=sizes, width=None if sizes else 5)
    write_planes(tmp_path / "a.raw", make_planes())
    whole = (tmp_path / "a.raw").read_bytes()
    (tmp_path / "a.raw").write_bytes(whole[:-cut])
    with pytest.raises(ScanFileError, match="does not expect"):
        load(tmp_path / "a.raw", profile=profile)


def test_other_first_bytes_are_refused(tmp_path):
    profile = make_profile(magic="494d0000", header_bytes=4)
    write_planes(tmp_path / "a.raw", make_planes(), header=b"IM\0\1")
    with pytest.raises(ScanFileError, match="is not a file of scanner profile test"):
        load(tmp_path / "a.raw", profile=profile)


def test_a_panel_beyond_the_budget_is_not_read(tmp_path):
    write_planes(tmp_path / "a.raw", make_planes())
    with pytest.raises(ScanFileError, match="5 x 3 px, more than the budget of 14"):
        load(tmp_path / "a.raw", profile=make_profile(), pixel_budget=14)


GOOD = """
name = "mine"
verified = true
endings = [".dat"]
panels = ["high"]
dtype = "uint16"
byte_order = "big"
width = 7
polarity = "bright_air"
air = 60000
pitch_mm = [4, 4.5]
"""


def test_a_profile_of_ones_own_is_loaded_from_its_file(tmp_path):
    (tmp_path / "mine.toml").write_text(GOOD, encoding="utf-8")
    profile = load_profile(tmp_path / "mine.toml")
    assert profile.pitch_mm == (4.0, 4.5)
    assert profile.list_endings() == [".dat"]


def test_all_faults_of_a_profile_are_named_in_one_line(tmp_path):
    text = GOOD.replace('"big"', '"middle"').replace("60000", '"bright"')
    (tmp_path / "bad.toml").write_text(text + "colour = 2026-01-01\n", encoding="utf-8")
    with pytest.raises(ScannerProfileError) as caught:
        load_profile(tmp_path / "bad.toml")
    said = str(caught.value)
    assert all(word in said for word in ("byte_order", "air", "colour", "bad.toml"))
    assert "\n" not in said


@pytest.mark.parametrize(
    ("line", "other", "says"),
    [
        ("width = 7", "", "give either sizes or width"),
        ("width = 7", "width = 7\nsizes = [[7, 1]]", "give either sizes or width"),
        ('panels = ["high"]', 'panels = ["low"]', "panels must hold high once"),
        ('panels = ["high"]', 'panels = ["high", "low", "low"]', "low once at most"),
        ('panels = ["high"]', "", "give endings and panels, or plane_files"),
        ("air = 60000", "air = 60000\ndark = 60000", "one count above dark"),
        ("air = 60000", "air = nan", "air"),
        (
            "air = 60000",
            "air = 1\nplane_files = {high = 'h.x'}",
            "give either plane_fil",
        ),
        ("air = 60000", "air = 1\nmagic = '00'", "magic must lie within header_bytes"),
        ("air = 60000", "air = 1\nenergies_mv = [6, 4, 2]", "energies_mv must be"),
    ],
)
def test_what_does_not_fit_together_in_a_profile_is_named(tmp_path, line, other, says):
    text = GOOD.replace(line, other)
    assert tomllib.loads(text)
    (tmp_path / "a.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ScannerProfileError, match=re.escape(says)):
        load_profile(tmp_path / "a.toml")


def test_unknown_and_unreadable_profiles_are_one_line(tmp_path):
    (tmp_path / "a.toml").write_bytes(b"\xff\xfe")
    (tmp_path / "b.toml").write_bytes(b"name = ")
    cases = {
        "nuctech": "Take one of ase, fs6000",
        str(tmp_path / "a.toml"): "cannot be read",
        str(tmp_path / "b.toml"): "is not TOML",
        str(tmp_path / "none.toml"): "cannot be read: No such file",
        str(tmp_path): "There is no scanner profile",
    }
    for name, says in cases.items():
        with pytest.raises(ScannerProfileError, match=says):
            load_profile(name)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "uint32"])
def test_readings_of_the_planes_may_take_turns_before_a_footer(tmp_path, dtype):
    high = np.arange(15, dtype=np.uint16).reshape(3, 5) * 17
    content = np.stack([high, high + 1], axis=-1).astype(dtype)
    path = tmp_path / "a.raw"
    path.write_bytes(b"head" + content.tobytes() + b"foot.")
    profile = make_profile(
        layout="interleaved", dtype=dtype, header_bytes=4, footer_bytes=5
    )
    scan = load(path, profile=profile)
    np.testing.assert_array_equal(scan.high, high)
    np.testing.assert_array_equal(scan.low, high + 1)


def test_dark_air_is_turned_over_at_full_scale_and_not_beyond(tmp_path):
    high, low = (plane >> 4 for plane in make_planes())
    path = tmp_path / "a.raw"
    write_planes(path, (high, low))
    changes = {"polarity": "dark_air", "air": 4000.0}
    scan = load(path, profile=make_profile(full_scale=4095, **changes))
    np.testing.assert_array_equal(scan.high, 4095 - high)
    with pytest.raises(ScanFileError, match="over the 100 that scanner profile"):
        load(path, profile=make_profile(full_scale=100, air=90.0, polarity="dark_air"))


def test_a_reading_over_16_bits_is_refused(tmp_path):
    path = tmp_path / "a.raw"
    path.write_bytes(np.full((6, 5), 70000, "<u4").tobytes())
    with pytest.raises(ScanFileError, match="a reading of 70000"):
        load(path, profile=make_profile(dtype="uint32"))
