"""How raw readings are stored: type, byte order, lines, planes, header, footer."""

import numpy as np
import pytest

from data.errors import ScanFileError
from data.onboarding.element import find_element
from data.onboarding.inspecting import inspect_file
from data.onboarding.lines import find_line_length
from tests.data.onboarding.scenes import Fan, expose_dual, pack

HIGH, LOW = expose_dual(Fan(pitch=(12.0, 12.0)))
HEADER = b"HDR\0" + bytes(range(60))


@pytest.mark.parametrize("dtype", ["<u2", ">u2", "<u4", ">u4", "u1"])
def test_type_and_byte_order_are_told_from_the_bytes(dtype):
    planes = [HIGH >> 8] if dtype == "u1" else [HIGH]
    element = find_element(pack(planes, dtype=dtype))
    assert element is not None
    assert element.dtype == np.dtype(dtype)


def test_noise_has_no_type_and_zeros_have_no_lines():
    noise = np.random.default_rng(0).bytes(200_000)
    assert find_element(noise) is None
    assert find_line_length(np.zeros(100_000, np.uint16)) is None


@pytest.mark.parametrize("order", ["stacked", "side_by_side", "interleaved"])
@pytest.mark.parametrize("turned", [0, 1])
def test_a_line_is_as_long_as_all_that_is_in_it(order, turned):
    planes = [np.rot90(plane, turned) for plane in (HIGH, LOW)]
    found = find_line_length(np.frombuffer(pack(planes, order=order), "<u2"))
    width = planes[0].shape[1] * (1 if order == "stacked" else 2)
    assert found is not None
    assert (found.readings, found.interleaved) == (width, 1 + (order == "interleaved"))


@pytest.mark.parametrize(
    ("order", "turned", "dtype", "header", "footer"),
    [
        ("stacked", 0, "<u2", b"", b""),
        ("side_by_side", 1, ">u2", HEADER, b""),
        ("interleaved", 1, "<u2", bytes(512), bytes(64)),
        ("stacked", 3, "<u2", bytes(4096), b""),
    ],
)
def test_planes_header_and_footer_are_found(
    tmp_path, order, turned, dtype, header, footer
):
    planes = [np.rot90(plane, turned) for plane in (HIGH, LOW)]
    path = tmp_path / "a.raw"
    path.write_bytes(
        pack(planes, order=order, dtype=dtype, header=header, footer=footer)
    )
    found = inspect_file(path)
    assert found.stored is not None
    layout = found.stored.layout
    assert (layout.planes, layout.order) == (2, order)
    assert (layout.header_bytes, layout.footer_bytes) == (len(header), len(footer))
    assert found.names == ("high", "low")
    for plane, cut in zip(planes, layout.cut(path.read_bytes()), strict=True):
        np.testing.assert_array_equal(cut, plane)


def test_one_plane_is_not_taken_for_two(tmp_path):
    path = tmp_path / "a.raw"
    path.write_bytes(pack([HIGH]))
    assert inspect_file(path).names == ("high",)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"abc" * 100, "too few for a scan"),
        (bytes(128) + b"DICM" + bytes(50_000), "is DICOM or DICOS"),
        (b"PK\x03\x04" + bytes(50_000), "is a ZIP archive"),
        (bytes(100_000), "shows no lines"),
        (np.random.default_rng(1).bytes(100_000), "shows no lines"),
    ],
    ids=["empty", "short", "dicos", "zip", "zeros", "noise"],
)
def test_what_holds_no_raw_planes_is_refused_in_one_line(tmp_path, content, why):
    path = tmp_path / "a.raw"
    path.write_bytes(content)
    with pytest.raises(ScanFileError, match=why) as error:
        inspect_file(path)
    assert "\n" not in str(error.value)
