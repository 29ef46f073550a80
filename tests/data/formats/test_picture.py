"""Pictures of other programs."""

import struct
from typing import Any

import cv2
import numpy as np
import pytest

from data.errors import ScanFileError
from tests.data.formats.samples import (
    encode,
    load,
    make_colour,
    make_plane,
    make_png,
    png_chunk,
)

# EXIF with one entry: orientation 6 (turn by 90 degrees).
EXIF = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"


@pytest.mark.parametrize("ending", [".png", ".bmp", ".PNG"])
def test_colours_come_in_the_order_rgb(tmp_path, ending):
    path = tmp_path / f"a{ending}"
    path.write_bytes(encode(ending.lower(), make_colour()[:, :, ::-1]))
    scan = load(path)
    assert scan.kind == "display"
    np.testing.assert_array_equal(scan.display, make_colour())


@pytest.mark.parametrize("ending", [".jpg", ".jpeg"])
def test_a_jpeg_is_read_but_for_its_own_losses(tmp_path, ending):
    path = tmp_path / f"a{ending}"
    path.write_bytes(encode(ending, make_colour()[:, :, ::-1]))
    difference = load(path).display.astype(int) - make_colour()
    assert np.abs(difference).mean() < 4


@pytest.mark.parametrize("ending", [".png", ".bmp"])
def test_grey_is_repeated(tmp_path, ending):
    grey = make_colour()[:, :, 0]
    path = tmp_path / f"a{ending}"
    path.write_bytes(encode(ending, grey))
    np.testing.assert_array_equal(load(path).display, np.dstack([grey] * 3))


def test_alpha_is_laid_on_white(tmp_path):
    pixels = np.zeros((1, 3, 4), np.uint8)
    pixels[0, :, :3] = (10, 20, 30)  # blue, green, red
    pixels[0, :, 3] = (255, 0, 128)
    (tmp_path / "a.png").write_bytes(encode(".png", pixels))
    row = load(tmp_path / "a.png").display[0].tolist()
    assert row == [[30, 20, 10], [255, 255, 255], [142, 137, 132]]


def test_grey_with_alpha_and_few_bits_are_read(tmp_path):
    (tmp_path / "ga.png").write_bytes(
        make_png(2, 1, bytes([0, 7, 255, 7, 0]), colour=4)
    )
    (tmp_path / "bits.png").write_bytes(make_png(2, 1, b"\0\x40", depth=1))
    assert load(tmp_path / "ga.png").display[0, :, 0].tolist() == [7, 255]
    assert load(tmp_path / "bits.png").display[0, :, 0].tolist() == [0, 255]


def test_a_lone_16_bit_png_keeps_its_bits(tmp_path):
    (tmp_path / "a.png").write_bytes(encode(".png", make_plane()))
    scan = load(tmp_path / "a.png")
    assert scan.kind == "single"
    assert scan.info.air_source == "estimated"
    np.testing.assert_array_equal(scan.high, make_plane())


def test_exif_never_turns_a_scan(tmp_path):
    jpeg = encode(".jpg", make_colour())
    segment = b"Exif\0\0" + EXIF
    segment = b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment
    (tmp_path / "a.jpg").write_bytes(jpeg[:2] + segment + jpeg[2:])
    rows = b"".join(bytes([0]) + bytes(range(5)) for _ in range(3))
    png = make_png(5, 3, rows, before=png_chunk(b"eXIf", EXIF))
    (tmp_path / "a.png").write_bytes(png)
    turned: Any = cv2.imread(str(tmp_path / "a.jpg"), cv2.IMREAD_COLOR)
    assert turned.shape[:2] == (24, 16), "a reader that heeds the EXIF does turn it"
    assert load(tmp_path / "a.jpg").size == (24, 16)
    assert load(tmp_path / "a.png").size == (5, 3)


def test_what_follows_the_end_of_a_jpeg_is_left_alone(tmp_path):
    padded = encode(".jpg", make_colour()) + bytes(100)
    (tmp_path / "a.jpg").write_bytes(padded)
    assert load(tmp_path / "a.jpg").size == (24, 16)


def test_a_size_beyond_the_budget_is_refused_from_the_header(tmp_path):
    (tmp_path / "a.png").write_bytes(make_png(30000, 30000, b""))
    with pytest.raises(ScanFileError, match="30000 x 30000 px, more than the budget"):
        load(tmp_path / "a.png")
    jpeg = bytearray(encode(".jpg", make_colour()))
    start = jpeg.index(b"\xff\xc0") + 5
    jpeg[start : start + 4] = struct.pack(">HH", 65000, 65000)
    (tmp_path / "a.jpg").write_bytes(jpeg)
    with pytest.raises(ScanFileError, match="65000 x 65000 px, more than the budget"):
        load(tmp_path / "a.jpg")


def test_a_file_far_larger_than_its_pixels_is_refused(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(encode(".png", make_plane()) + bytes(2**24 + 4096))
    with pytest.raises(ScanFileError, match="too large for its 24 x 16 px"):
        load(path)


def test_a_jpeg_cut_before_its_end_is_refused_at_every_length(tmp_path):
    jpeg = encode(".jpg", make_colour())
    for length in range(1, len(jpeg) - 1, 7):
        (tmp_path / "a.jpg").write_bytes(jpeg[:length])
        with pytest.raises(ScanFileError):
            load(tmp_path / "a.jpg")


def test_a_jpeg_that_decodes_half_grey_is_refused_and_nothing_is_printed(
    tmp_path, capfd
):
    jpeg = encode(".jpg", cv2.resize(make_colour(), (240, 160)))
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg[: len(jpeg) // 2] + b"\xff\xd9")
    with pytest.raises(ScanFileError, match=r"is damaged: .*Copy it again"):
        load(path)
    assert capfd.readouterr() == ("", "")


def test_a_png_with_too_few_rows_is_refused_and_nothing_is_printed(tmp_path, capfd):
    (tmp_path / "a.png").write_bytes(make_png(4, 4, bytes(5)))
    with pytest.raises(ScanFileError, match="is damaged"):
        load(tmp_path / "a.png")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("count", [1, 8, 20, 40])
def test_a_png_without_its_last_bytes_is_refused(tmp_path, count):
    (tmp_path / "a.png").write_bytes(encode(".png", make_plane())[:-count])
    with pytest.raises(ScanFileError, match="is cut off"):
        load(tmp_path / "a.png")


def test_one_wrong_bit_in_a_png_is_refused(tmp_path):
    content = bytearray(encode(".png", make_plane()))
    content[len(content) // 2] ^= 1
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(ScanFileError, match="a checksum is wrong"):
        load(tmp_path / "a.png")


def test_a_bmp_without_its_last_row_is_refused(tmp_path):
    (tmp_path / "a.bmp").write_bytes(encode(".bmp", make_colour())[:-1])
    with pytest.raises(ScanFileError, match="is cut off"):
        load(tmp_path / "a.bmp")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (make_png(1, 1, bytes(9), depth=16, colour=2), "3 samples of 16 bits"),
        (make_png(1, 1, bytes(9), depth=4, colour=2), "colour type 2 with 4 bits"),
        (make_png(0, 1, bytes(9)), "0 x 1 px"),
        (make_png(1, 1, bytes(2), before=png_chunk(b"acTL", bytes(8))), "animation"),
        (encode(".jpg", make_colour()), "looks like JPEG: rename it"),
        (b"hello", "is not a PNG file"),
    ],
)
def test_what_a_png_may_not_be(tmp_path, content, says):
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(ScanFileError, match=says):
        load(tmp_path / "a.png")
