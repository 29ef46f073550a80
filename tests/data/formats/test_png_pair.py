"""Pairs of 16-bit PNGs."""

import json
import re

import cv2
import numpy as np
import pytest

from data.errors import ScanFileError
from tests.data.formats.samples import encode, load, make_plane


@pytest.fixture
def pair(tmp_path):
    for seed, name in enumerate(("a_high.png", "a_low.png")):
        (tmp_path / name).write_bytes(encode(".png", make_plane(seed=seed)))
    return tmp_path


@pytest.mark.parametrize("name", ["a_high.png", "a_low.png"])
def test_either_name_reads_the_pair_with_all_its_bits(pair, name):
    scan = load(pair / name)
    np.testing.assert_array_equal(scan.high, make_plane(seed=0))
    np.testing.assert_array_equal(scan.low, make_plane(seed=1))
    assert scan.high[5, 6] == 2571, "the low byte of 16 bits is kept"


def test_without_json_air_is_estimated_and_dark_is_zero(pair):
    scan = load(pair / "a_high.png")
    assert scan.info.air_source == "estimated"
    assert scan.air == pytest.approx(59550, abs=300)
    assert (scan.dark == 0).all()


def test_names_in_capitals_are_a_pair_too(pair):
    for name in ("a_high.png", "a_low.png"):
        (pair / name).rename(pair / name.upper())
    assert load(pair / "A_LOW.PNG").kind == "dual"


def test_the_low_plane_may_be_missing(pair):
    (pair / "a_low.png").unlink()
    assert load(pair / "a_high.png").kind == "single"


def test_json_beside_the_pair_states_what_is_known(pair):
    metadata = {
        "cargosight_scan": 1,
        "info": {"pitch_mm": [4.0, 4.0], "air_source": "file"},
        "air": [61000, list(range(60000, 60016))],
        "dark": [10, 20.5],
    }
    (pair / "a_scan.json").write_text(json.dumps(metadata), encoding="utf-8")
    scan = load(pair / "a_low.png")
    assert scan.info.pitch_mm == (4.0, 4.0)
    assert scan.info.air_source == "file"
    assert scan.air[0].tolist() == [61000.0] * 16
    assert scan.air[1].tolist() == list(range(60000, 60016))
    assert scan.dark[1].tolist() == [20.5] * 16


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cargosight_scan": 1, "x": 2}'])
def test_wrong_json_beside_the_pair_is_named(pair, text):
    (pair / "a_scan.json").write_text(text, encoding="utf-8")
    with pytest.raises(ScanFileError, match=re.escape("a_scan.json")):
        load(pair / "a_high.png")


@pytest.mark.parametrize("name", ["a_high.png", "a_low.png"])
def test_8_bits_are_never_read_as_counts(pair, name):
    small = (make_plane() >> 8).astype(np.uint8)
    (pair / name).write_bytes(encode(".png", small))
    says = re.escape(f"{name} has 1 samples of 8 bits")
    with pytest.raises(ScanFileError, match=says):
        load(pair / "a_high.png")


def test_16_bit_colour_is_no_plane(pair):
    colour = cv2.cvtColor(make_plane(), cv2.COLOR_GRAY2BGR)
    (pair / "a_low.png").write_bytes(encode(".png", colour))
    with pytest.raises(ScanFileError, match="3 samples of 16 bits"):
        load(pair / "a_high.png")


def test_planes_of_two_sizes_are_refused(pair):
    (pair / "a_low.png").write_bytes(encode(".png", make_plane(width=25)))
    with pytest.raises(ScanFileError, match=r"24 x 16 px but a_low.png has 25 x 16 px"):
        load(pair / "a_high.png")


def test_a_missing_high_plane_is_named(pair):
    (pair / "a_high.png").unlink()
    with pytest.raises(ScanFileError, match=r"Add a_high\.png"):
        load(pair / "a_low.png")
    with pytest.raises(ScanFileError, match=r"a_high\.png does not exist"):
        load(pair / "a_high.png")
