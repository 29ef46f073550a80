"""Pictures show what they are about at one scale, with readings to window."""

import base64
import zlib
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from benchmark.report.gallery import building
from benchmark.report.gallery.building import build_galleries
from benchmark.report.gallery.captions import describe_firearm, name_firearm
from benchmark.report.gallery.choice import (
    choose_changes,
    choose_false_alarms,
    choose_hits,
    choose_misses,
    choose_new_alarms,
)
from benchmark.report.gallery.detail import NO_DATA, cut_detail
from benchmark.report.gallery.marks import place_marks
from data.scan import Scan, ScanInfo
from tests.benchmark.cases import ELSEWHERE, GUN, Case
from tests.benchmark.report.made import (
    AIR,
    armed,
    clean,
    make_contents,
    make_gun,
    make_ledgers,
    make_mixed_cases,
    paint_display,
    paint_scan,
)

EMPTY = ScanInfo()


def make_scan(height, width, level=0.5):
    levels = np.full((1, height), AIR, np.float32)
    counts = np.full((height, width), AIR * np.exp(-level), np.uint16)
    return Scan(high=counts, air=levels, dark=levels * 0)


def unpack(text, shape):
    """Undo `Detail.pack`, written apart from it."""
    planes = np.frombuffer(zlib.decompress(base64.b64decode(text)), np.uint8)
    high, low = planes.reshape(2, *shape).astype(int)
    folded = high * 256 + low
    steps = np.where(folded % 2, -(folded + 1) // 2, folded // 2)
    return np.cumsum(steps, axis=-1) % 65536


def test_readings_are_attenuation_in_thousandths():
    scan = paint_scan(0, EMPTY)
    detail = cut_detail(scan, [GUN], (4.0, 4.0))
    x0, y0, x1, y1 = detail.place
    levels = unpack(detail.pack(), detail.levels.shape)[0] / 1000
    wanted = -np.log(scan.high[y0:y1, x0:x1] / AIR)
    np.testing.assert_allclose(levels, np.clip(wanted, 0, None), atol=6e-4)


def test_display_scans_keep_their_colours_and_grey_ones_are_one_plane():
    scan = paint_display(0, EMPTY)
    detail = cut_detail(scan, [GUN], None)
    x0, y0, x1, y1 = detail.place
    levels = unpack(detail.pack(), detail.levels.shape)
    np.testing.assert_array_equal(np.moveaxis(levels, 0, 2), scan.display[y0:y1, x0:x1])
    grey = Scan(display=np.repeat(scan.display[..., :1], 3, axis=2))
    assert cut_detail(grey, [GUN], None).levels.shape[0] == 1


@pytest.mark.parametrize("pitch", [(2.0, 2.0), (4.0, 4.0), (6.0, 5.0)])
def test_all_scanners_have_one_scale(pitch):
    scan = make_scan(900, 1200)
    width, height = 200 / pitch[0], 120 / pitch[1]
    box = (300.0, 300.0, 300.0 + width, 300.0 + height)
    detail = cut_detail(scan, [box], pitch)
    x0, y0, x1, y1 = detail.to_picture(box)
    assert detail.picture.shape == (280, 280)
    assert detail.step_mm == 100
    assert x1 - x0 == pytest.approx(80, abs=0.5)  # 200 mm at 40 px for each 100
    assert y1 - y0 == pytest.approx(48, abs=0.5)


def test_what_is_long_gets_a_wider_picture_of_the_same_scale():
    box = (100.0, 100.0, 400.0, 140.0)  # 1200 mm by 160
    detail = cut_detail(make_scan(600, 900), [box], (4.0, 4.0))
    assert detail.steps == (15, 7)
    assert detail.picture.shape == (280, 600)
    assert detail.step_mm == 100


def test_what_is_far_too_long_gets_a_coarser_scale_that_is_stated():
    box = (0.0, 0.0, 3000.0, 700.0)
    detail = cut_detail(make_scan(700, 3000), [box], (4.0, 4.0))
    assert detail.step_mm == 800
    assert max(detail.picture.shape) <= 800
    assert detail.levels.size <= 80_000


boxes = st.tuples(
    st.floats(-20, 300), st.floats(-20, 200), st.floats(1, 150), st.floats(1, 150)
).map(lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3]))


@given(boxes, st.sampled_from([None, (4.0, 4.0), (5.0, 3.0)]))
def test_what_lies_in_the_scan_lies_in_the_picture(box, pitch):
    scan = make_scan(200, 300)
    detail = cut_detail(scan, [box], pitch)
    height, width = detail.picture.shape
    x0, y0, x1, y1 = detail.to_picture(box)
    if box[0] >= 0 and box[2] <= 300:
        assert -1 <= x0 < x1 <= width + 1
    if box[1] >= 0 and box[3] <= 200:
        assert -1 <= y0 < y1 <= height + 1


def test_outside_of_the_scan_there_are_no_readings():
    detail = cut_detail(make_scan(20, 20), [(5.0, 5.0, 9.0, 9.0)], (4.0, 4.0))
    levels = detail.levels[0]
    assert (levels == NO_DATA).sum() == levels.size - 400
    assert (levels[levels != NO_DATA] == 500).all()


def test_the_window_suits_what_is_around_the_box():
    scan = paint_scan(0, EMPTY)  # attenuation rises by 0.03 a column
    box = (100.0, 90.0, 120.0, 110.0)
    low, high = cut_detail(scan, [box], (4.0, 4.0)).window
    assert 2400 < low < 3000
    assert 3600 < high < 4200


def test_a_window_of_nothing_but_air_is_not_of_no_width():
    low, high = cut_detail(make_scan(200, 200, 0.0), [GUN], (4.0, 4.0)).window
    assert high - low >= 200


def test_the_picture_is_what_its_window_shows():
    detail = cut_detail(paint_scan(1, EMPTY), [GUN], (5.0, 5.0))
    coded = base64.b64decode(detail.as_jpeg().split(",")[1])
    shown = np.asarray(Image.open(BytesIO(coded)), float)
    assert shown.shape == detail.picture.shape
    low, high = detail.window
    levels = Image.fromarray(detail.levels[0].astype(np.float32))
    level = np.asarray(levels.resize(shown.shape[::-1], Image.Resampling.BILINEAR))
    wanted = np.clip(255 * (high - level) / (high - low), 0, 255)
    assert np.abs(shown - wanted).mean() < 3


def test_colours_survive_the_picture():
    red = np.zeros((200, 200, 3), np.uint8)
    red[..., 0] = 200
    detail = cut_detail(Scan(display=red), [GUN], None)
    coded = base64.b64decode(detail.as_jpeg().split(",")[1])
    assert np.asarray(Image.open(BytesIO(coded)))[100, 100, 0] > 180


def test_misses_come_most_visible_first_and_one_of_each_group_before_a_second(tmp_path):
    cases = [
        armed(None, make_gun(signal_to_noise=float(snr)), group=group)
        for snr, group in ((50, "a"), (40, "a"), (30, "b"), (90, "a"), (5, "c"))
    ]
    cases.append(armed(None, make_gun(signal_to_noise=None)))
    cases.append(armed(0.9, make_gun(signal_to_noise=200.0)))
    (ledger,) = make_ledgers(tmp_path, cases)
    assert choose_misses(ledger, 9) == [3, 0, 1, 2, 4, 5]
    assert choose_misses(ledger, 3) == [3, 2, 4]


def test_hits_are_spread_from_the_most_to_the_least_visible(tmp_path):
    cases = [armed(0.9, make_gun(signal_to_noise=float(snr))) for snr in range(1, 10)]
    (ledger,) = make_ledgers(tmp_path, [*cases, armed()])
    assert choose_hits(ledger, 3) == [8, 4, 0]
    assert choose_hits(ledger, 99) == list(range(8, -1, -1))


def test_false_alarms_come_loudest_first_and_silent_ones_never(tmp_path):
    cases = [clean(0.6), clean(0.9), clean(0.4), clean(0.7)]
    (ledger,) = make_ledgers(tmp_path, cases)
    assert choose_false_alarms(ledger, 2) == [1, 3]
    assert choose_false_alarms(ledger, 9) == [1, 3, 0]


def test_changes_are_what_one_found_and_the_other_did_not(tmp_path):
    before = [armed(0.9), armed(), armed(0.9), armed()]
    after = [armed(0.9), armed(0.9), armed(), armed()]
    first, second = make_ledgers(tmp_path, before, after)
    assert choose_changes(first, second, 9) == [1]
    assert choose_changes(second, first, 9) == [2]


def test_a_false_alarm_is_new_where_the_other_has_none(tmp_path):
    x0, y0, x1, y1 = ELSEWHERE
    near = (x0 + 1, y0 + 1, x1 + 1, y1 + 1)
    first, second = make_ledgers(
        tmp_path,
        [clean(0.9), clean(0.3), clean()],
        [Case((), ((near, 0.8),)), clean(0.8), clean(0.7)],
    )
    assert choose_new_alarms(first, second, 9) == [1, 2]
    assert choose_new_alarms(second, first, 9) == []


def test_marks_lie_around_firearms_alarms_and_what_is_of_interest(tmp_path):
    cases = [Case((make_gun(), make_gun(ELSEWHERE, ignore=True)), ((GUN, 0.9),))]
    (ledger,) = make_ledgers(tmp_path, cases)
    detail = cut_detail(paint_scan(0, EMPTY), [GUN, ELSEWHERE], (4.0, 4.0))
    marks = place_marks(detail, ledger, 0, [GUN], (ELSEWHERE, 0.2))
    assert [(mark.kind, mark.text) for mark in marks] == [
        ("firearm", ""),
        ("ignored", ""),
        ("alarm", "0.90"),
        ("faint", "0.20"),
    ]
    assert [mark.strong for mark in marks] == [True, False, True, False]
    x0, y0, x1, y1 = detail.to_picture(GUN)
    assert marks[0].x == pytest.approx(x0 - 2, abs=0.1)
    assert marks[0].y == pytest.approx(y0 - 2, abs=0.1)
    assert marks[0].width == pytest.approx(x1 - x0 + 4, abs=0.1)
    assert marks[0].height == pytest.approx(y1 - y0 + 4, abs=0.1)


def test_captions_say_what_is_known_and_no_more(tmp_path):
    known = make_gun()
    bare = make_gun(
        kind=None,
        form=None,
        concealment=None,
        pose=None,
        attenuation_in_front=None,
        contrast=None,
        signal_to_noise=None,
    )
    part = make_gun(form="parts", piece="slide")
    (ledger,) = make_ledgers(
        tmp_path, [armed(None, gun) for gun in (known, bare, part)]
    )
    told = [describe_firearm(row) for row in ledger.firearms]
    gap = "\N{NO-BREAK SPACE}"
    assert told[0] == (
        f"broadside; hidden: drum; in front 1.50{gap}nepers; contrast 0.30{gap}nepers; "
        "signal-to-noise 40"
    )
    assert told[1] == ""
    names = [name_firearm(row) for row in ledger.firearms]
    assert names == ["pistol", "firearm", "slide of a pistol"]


def test_readings_beyond_the_room_are_left_out(tmp_path, monkeypatch):
    contents = make_contents(tmp_path, make_mixed_cases())
    whole = build_galleries(contents)
    sizes = [len(card.packed) for one in whole.values() for card in one.cards]
    monkeypatch.setattr(building, "MOST_BYTES", sizes[0] + sizes[1])
    packed = [
        card.packed for one in build_galleries(contents).values() for card in one.cards
    ]
    assert [bool(text) for text in packed] == [n < 2 for n in range(len(sizes))]


def test_galleries_are_limited_and_say_how_many_there_are(tmp_path):
    cases = [armed() for _ in range(30)] + [clean(0.9) for _ in range(30)]
    found = build_galleries(make_contents(tmp_path, cases))
    assert (found["misses"].total, len(found["misses"].cards)) == (30, 24)
    assert (found["false-alarms"].total, len(found["false-alarms"].cards)) == (30, 24)
    assert (found["hits"].total, len(found["hits"].cards)) == (0, 0)
