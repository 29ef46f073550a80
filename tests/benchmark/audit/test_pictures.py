"""Tests of the pictures of an audit."""

import base64

import cv2
import numpy as np
import pytest

from benchmark.audit.checks import CHECKS, Finding, Item, Shot
from benchmark.audit.pictures import (
    HIGHEST_PX,
    WIDEST_PX,
    DrawTask,
    Mark,
    draw_images,
    draw_whole,
)
from benchmark.audit.sheets import ON_SHEET, SHOWN, choose_sheets, list_shots
from data.formats import write_scan
from data.scan import Scan
from tests.benchmark.audit.made import GUN, paint_scan
from tests.benchmark.audit.readings import BOX, make_entry, make_reading


def open_image(image):
    content = base64.b64decode(image.url.partition(",")[2])
    return cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)


def test_a_whole_scan_is_shrunk_and_its_boxes_with_it():
    image = draw_whole(np.full((400, 1120), 200, np.uint8), [(100, 200, 300, 400)])
    assert (image.width, image.height) == (WIDEST_PX, 200)
    assert image.marks == (Mark(48.0, 98.0, 104.0, 104.0),)
    assert open_image(image).shape == (200, WIDEST_PX, 3)


def test_a_high_scan_is_no_higher_than_a_page_likes():
    image = draw_whole(np.zeros((2000, 100), np.uint8), ())
    assert image.height == HIGHEST_PX


def test_what_lies_beyond_a_scan_is_shown_up_to_a_margin():
    picture = np.zeros((100, 200), np.uint8)
    image = draw_whole(picture, [(190, 10, 220, 30), (-900, 10, -880, 30)])
    assert image.width == 50 + 200 + 20
    shown = open_image(image)
    assert shown[50, 20].mean() == pytest.approx(128, abs=6)
    assert shown[50, 150].mean() == pytest.approx(0, abs=6)
    assert image.marks[0].x == 238.0


def test_a_display_scan_keeps_its_colours(tmp_path):
    picture = np.zeros((60, 80, 3), np.uint8)
    picture[..., 0] = 250
    write_scan(Scan(display=picture), tmp_path / "a.tiff")
    (image,) = draw_images(DrawTask(tmp_path / "a.tiff", (((), False),)))
    blue, _, red = open_image(image)[30, 40]
    assert red > 200
    assert blue < 50


def test_all_pictures_of_a_scan_are_drawn_in_order(tmp_path):
    write_scan(paint_scan(1), tmp_path / "a.tiff")
    wanted = (((), False), ((GUN,), False), ((GUN,), True))
    whole, detail, marked = draw_images(DrawTask(tmp_path / "a.tiff", wanted))
    assert (whole.width, whole.height, whole.marks) == (240, 160, ())
    assert detail.marks[0].width > marked.marks[0].width == 54.0
    assert whole.url == marked.url


def test_a_sheet_spreads_over_the_scans_of_a_scanner():
    readings = [
        make_reading(make_entry(f"s{n:03d}"), boxes=[BOX] * 3, scanner=scanner)
        for scanner in ("A", "B")
        for n in range(40 if scanner == "B" else 2)
    ]
    first, second = choose_sheets(readings)
    assert (first.scanner, first.total, len(first.firearms)) == ("B", 120, ON_SHEET)
    assert len({firearm.shot.scan for firearm in first.firearms}) == ON_SHEET
    assert (second.scanner, second.total, len(second.firearms)) == ("A", 6, 6)
    assert first.firearms[0].facts == "pistol, 200 x 140 mm"


def test_no_more_pictures_are_drawn_than_are_shown():
    items = tuple(Item("x", (n,), (Shot(n),)) for n in range(100))
    finding = Finding(CHECKS["opaque"], items)
    assert len(list_shots([finding], ())) == SHOWN
