"""A scan is whole and consistent, or it is not made."""

import numpy as np
import pytest
from pydantic import ValidationError

from data.errors import ScanError
from data.scan import Scan, ScanInfo, take_columns


def levels(planes: int, height: int, value: float) -> np.ndarray:
    return np.full((planes, height), value, np.float32)


def make_counts(**changes: object) -> Scan:
    parts: dict[str, object] = {
        "high": np.full((4, 6), 500, np.uint16),
        "low": np.full((4, 6), 400, np.uint16),
        "air": levels(2, 4, 1000),
        "dark": levels(2, 4, 10),
    }
    return Scan(**(parts | changes))  # type: ignore[arg-type]


def test_its_kind_follows_from_its_planes():
    single = make_counts(low=None, air=levels(1, 4, 1000), dark=levels(1, 4, 10))
    display = Scan(display=np.zeros((4, 6, 3), np.uint8))

    assert [make_counts().kind, single.kind, display.kind] == [
        "dual",
        "single",
        "display",
    ]
    assert make_counts().size == display.size == (6, 4)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"high": np.zeros((4, 6), np.uint8)}, r"high must be a \(any, any\) array"),
        ({"low": np.zeros((4, 5), np.uint16)}, r"low must be a \(4, 6\) array"),
        ({"air": levels(1, 4, 1000)}, r"air must be a \(2, 4\) array"),
        ({"air": None}, "air must be"),
        ({"air": levels(2, 4, 10)}, "at least one count above dark"),
        ({"air": levels(2, 4, np.nan)}, "at least one count above dark"),
        ({"high": None}, "either counts or a display picture"),
        ({"high": np.zeros((0, 6), np.uint16)}, "high must be"),
        ({"display": np.zeros((4, 6, 3), np.uint8)}, "either counts or a display"),
    ],
)
def test_parts_that_do_not_fit_are_refused(changes, message):
    with pytest.raises(ScanError, match=message):
        make_counts(**changes)


def test_a_display_scan_has_no_levels():
    with pytest.raises(ScanError, match="no low plane, air or dark"):
        Scan(display=np.zeros((4, 6, 3), np.uint8), air=levels(1, 4, 1000))


def test_its_readings_cannot_be_changed_but_the_givers_can():
    counts = np.full((4, 6), 500, np.uint16)
    scan = make_counts(high=counts)
    assert scan.high is not None

    with pytest.raises(ValueError, match="read-only"):
        scan.high[0, 0] = 1
    counts[0, 0] = 1


@pytest.mark.parametrize("pitch", [(0.0, 4.0), (4.0, float("inf")), (4.0, -1.0)])
def test_a_pitch_is_a_length(pitch):
    with pytest.raises(ValidationError):
        ScanInfo(pitch_mm=pitch)


def test_what_is_known_survives_as_json():
    info = ScanInfo(pitch_mm=(4.0, 4.2), energies_mv=(6.0, 4.0), synthetic=True)
    assert ScanInfo.model_validate_json(info.model_dump_json()) == info


def test_transmission_is_of_the_plane_that_was_asked_for():
    scan = make_counts()
    np.testing.assert_allclose(scan.transmission("high"), 490 / 990, rtol=1e-6)
    np.testing.assert_allclose(scan.transmission("low"), 390 / 990, rtol=1e-6)
    with pytest.raises(ScanError, match="A display scan has no low plane"):
        Scan(display=np.zeros((4, 6, 3), np.uint8)).transmission("low")


def test_columns_are_taken_from_every_kind_of_scan():
    counts = np.arange(24, dtype=np.uint16).reshape(4, 6) + 100
    scan = make_counts(high=counts, low=counts // 2, info=ScanInfo(view="top"))
    part = take_columns(scan, 4, 70)
    assert part.size == (2, 4)
    np.testing.assert_array_equal(part.high, counts[:, 4:])
    np.testing.assert_array_equal(part.low, counts[:, 4:] // 2)
    assert (part.air is not None, part.info) == (True, scan.info)
    single = make_counts(low=None, air=levels(1, 4, 1000), dark=levels(1, 4, 10))
    assert (take_columns(single, 1, 4).size, single.kind) == ((3, 4), "single")
    picture = np.arange(8 * 9 * 3, dtype=np.uint8).reshape(8, 9, 3)
    shown = take_columns(Scan(display=picture), 2, 5)
    np.testing.assert_array_equal(shown.display, picture[:, 2:5])


def test_no_columns_make_no_scan():
    with pytest.raises(ScanError, match="high must be"):
        take_columns(make_counts(), 6, 8)
