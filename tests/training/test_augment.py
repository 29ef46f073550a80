"""Tests of varied tiles: boxes follow pixels, and physics is not offended."""

from collections import Counter
from typing import get_args

import numpy as np
import pytest

from detector.encoding import NEUTRAL, Encoding
from training.augment import Varier, export_jpeg
from training.config import Augmentation, Planes, TrainingConfig
from training.painting import show_air
from training.windows import Labels

SIDE = 96
GROUND = (60, 90, 200)
ALL = get_args(Planes)
STILL = Augmentation(
    flip=0,
    upside_down=0,
    moved=1,
    rotation_deg=0,
    zoom=0,
    shift=0,
    mosaic=0,
    drop_material=0,
    tone=0,
    jpeg=0,
)


def make_tile(*objects, round_ones=False, ignored=()):
    """A tile with objects, each (x0, y0, x1, y1), bright in the first plane."""
    planes = np.full((SIDE, SIDE, 3), GROUND, np.uint8)
    y, x = np.mgrid[:SIDE, :SIDE] + 0.5
    for x0, y0, x1, y1 in objects:
        across, down = (2 * x - x0 - x1) / (x1 - x0), (2 * y - y0 - y1) / (y1 - y0)
        size_of = np.hypot if round_ones else np.maximum
        planes[size_of(np.abs(across), np.abs(down)) <= 1, 0] = 250
    found, pardoned = (
        np.array(rows, np.float32).reshape(-1, 4) for rows in (objects, ignored)
    )
    marks = (planes[..., 0] == 250).astype(np.uint8)
    return planes, Labels(found, pardoned, marks)


def make_varier(holds: Planes = "dual", **settings) -> Varier:
    encoding = Encoding.DISPLAY if holds == "display" else Encoding.DUAL
    augmentation = STILL.model_copy(update=settings)
    return Varier(
        TrainingConfig(encoding=encoding, planes=holds, augmentation=augmentation)
    )


def vary(varier, tile, count):
    random = np.random.default_rng(0)
    return [varier.vary(random, *tile) for _ in range(count)]


def bounds(mask):
    (y0, x0), (y1, x1) = np.argwhere(mask).min(0), np.argwhere(mask).max(0) + 1
    return np.array([x0, y0, x1, y1])


def bright(planes):
    return planes[..., 0] > 155


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"flip": 1.0},
        {"upside_down": 1.0},
        {"shift": 0.3},
        {"zoom": 1.0},
        {"zoom": 0.5, "shift": 0.2, "flip": 0.5, "upside_down": 0.5},
    ],
)
def test_a_box_bounds_what_is_seen_of_its_object(settings):
    labelled = 0
    for planes, labels in vary(
        make_varier(**settings), make_tile((10, 20, 40, 46)), 100
    ):
        assert planes.shape == (SIDE, SIDE, 3)
        assert planes.dtype == np.uint8
        assert labels.boxes.dtype == np.float32
        assert not len(labels.ignored)
        if len(labels.boxes):
            labelled += 1
            assert np.abs(labels.boxes[0] - bounds(bright(planes))).max() <= 1.5
            astray = (labels.marks == 1) != bright(planes)
            assert astray.sum() <= 0.1 * bright(planes).sum()
        else:
            assert bright(planes).sum() < 0.3 * 30 * 26 * 4
    assert labelled > 80


def test_flips_move_boxes_to_the_other_side():
    tile = make_tile((10, 20, 40, 46))
    (_, labels), *_ = vary(make_varier(flip=1.0), tile, 1)
    assert labels.boxes.tolist() == [[SIDE - 40, 20, SIDE - 10, 46]]
    (_, labels), *_ = vary(make_varier(upside_down=1.0), tile, 1)
    assert labels.boxes.tolist() == [[10, SIDE - 46, 40, SIDE - 20]]
    flipped = [
        labels.boxes[0, 0] > 40 for _, labels in vary(make_varier(flip=0.5), tile, 100)
    ]
    assert 35 <= sum(flipped) <= 65


def test_a_box_turns_with_its_object():
    tile = make_tile((28, 38, 68, 58), round_ones=True)
    tall = []
    for planes, labels in vary(make_varier(rotation_deg=30.0), tile, 60):
        found = bounds(bright(planes))
        assert np.abs(labels.boxes[0] - found).max() <= 2
        tall.append(found[3] - found[1])
    assert max(tall) > min(tall) + 5


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_what_is_not_moved_stays_as_sharp_as_it_was(share):
    tile = make_tile((28, 38, 68, 58), round_ones=True)
    varier = make_varier(rotation_deg=20.0, zoom=0.2, moved=share)
    same = sum(np.array_equal(planes, tile[0]) for planes, _ in vary(varier, tile, 80))
    assert abs(same / 80 - (1 - share)) < 0.2


def test_slivers_leave():
    tile = make_tile((0, 30, 20, 60), (70, 30, 90, 50))
    seen = 0
    for _, labels in vary(make_varier(shift=0.2), tile, 150):
        for x0, y0, x1, y1 in labels.boxes:
            assert (x1 - x0) * (y1 - y0) >= 0.3 * 20 * 20 - 1
            assert min(x0, y0) >= 0
            assert max(x1, y1) <= SIDE
        seen += len(labels.boxes)
    assert 200 < seen < 300


def test_what_is_ignored_stays_ignored_and_moves_too():
    tile = make_tile((60, 20, 80, 40), ignored=[(10, 20, 40, 46)])
    for _, labels in vary(make_varier(flip=1.0), tile, 5):
        np.testing.assert_allclose(labels.boxes, [[16, 20, 36, 40]], rtol=1e-5)
        np.testing.assert_allclose(labels.ignored, [[56, 20, 86, 46]], rtol=1e-5)


def test_a_tile_without_labels_has_none_afterwards():
    varier = make_varier(flip=0.5, shift=0.1, zoom=0.3)
    for _, labels in vary(varier, make_tile(), 10):
        assert labels.boxes.shape == labels.ignored.shape == (0, 4)


@pytest.mark.parametrize("holds", ALL)
def test_what_is_moved_in_from_outside_is_air(holds):
    met = set()
    for planes, _ in vary(make_varier(holds, shift=0.4), make_tile(), 30):
        air = (planes == show_air(holds)).all(axis=2)
        ground = (planes == GROUND).all(axis=2)
        # Where the two meet, a pixel may be a blend.
        assert (air | ground).mean() > 0.95
        met.add(round(float(air.mean()), 1))
    assert len(met) > 2


def test_dropping_the_material_makes_all_of_the_plane_neutral_and_nothing_else():
    dropped = 0
    for planes, _ in vary(make_varier(drop_material=0.5), make_tile(), 200):
        assert (planes[..., :2] == GROUND[:2]).all()
        assert (planes[..., 2] == planes[0, 0, 2]).all()
        assert planes[0, 0, 2] in {NEUTRAL, GROUND[2]}
        dropped += int(planes[0, 0, 2] == NEUTRAL)
    assert 70 <= dropped <= 130


@pytest.mark.parametrize("holds", [each for each in ALL if each != "dual"])
def test_only_dual_tiles_have_a_material_to_drop(holds):
    for planes, _ in vary(make_varier(holds, drop_material=1.0), make_tile(), 5):
        assert (planes == GROUND).all()


@pytest.mark.parametrize("holds", [each for each in ALL if each != "display"])
def test_the_tone_of_counts_is_never_changed(holds):
    for planes, _ in vary(make_varier(holds, tone=0.5), make_tile(), 20):
        assert (planes == GROUND).all()


def test_the_tone_of_display_tiles_is_changed_in_half_of_them():
    varied = vary(make_varier("display", tone=0.5), make_tile(), 60)
    levels = [int(planes[0, 0, 0]) for planes, _ in varied]
    assert len(set(levels)) > 10
    assert 15 <= levels.count(GROUND[0]) <= 45
    plain = vary(make_varier("display"), make_tile(), 20)
    assert all((planes == GROUND).all() for planes, _ in plain)


def make_dark(sigma=2.0):
    """A dark noisy tile with something brighter, and its labels."""
    noise = np.random.default_rng(3).normal(0, sigma, (SIDE, SIDE))
    grey = 20 + noise
    grey[32:56, 24:64] += 60
    planes = np.repeat(np.clip(np.rint(grey), 0, 255)[..., None], 3, axis=2)
    _, labels = make_tile((24, 32, 64, 56))
    return planes.astype(np.uint8), labels


@pytest.mark.parametrize("holds", [each for each in ALL if each != "display"])
def test_counts_are_never_a_jpeg(holds):
    dark, labels = make_dark()
    for planes, _ in vary(make_varier(holds, jpeg=1.0), (dark, labels), 5):
        np.testing.assert_array_equal(planes, dark)


def test_a_jpeg_takes_noise_from_what_is_dark_and_leaves_the_rest():
    dark, labels = make_dark()
    before = float(dark[64:].std())
    left = []
    for planes, varied in vary(make_varier("display", jpeg=1.0), (dark, labels), 20):
        left.append(float(planes[64:].std()) / before)
        assert abs(float(planes[34:54, 26:62].mean()) - 80) < 1
        np.testing.assert_array_equal(planes, planes[..., :1].repeat(3, axis=2))
        np.testing.assert_array_equal(varied.boxes, labels.boxes)
        np.testing.assert_array_equal(varied.marks, labels.marks)
    assert min(left) < 0.5
    assert max(left) < 1


def test_a_tile_is_moved_before_it_is_a_jpeg():
    planes, labels = make_tile()
    flat = np.full_like(planes, 60)
    tones = [
        len(np.unique(varied))
        for varied, _ in vary(
            make_varier("display", jpeg=1.0, shift=0.4), (flat, labels), 20
        )
    ]
    # Around the rim of what was moved in a JPEG rings; made before, it could not.
    assert max(tones) > 20


def test_a_jpeg_has_any_quality_and_blocks_that_begin_anywhere():
    ramp = np.repeat(np.arange(SIDE, dtype=np.uint8)[None, :, None] // 3 + 20, SIDE, 0)
    planes = np.repeat(ramp, 3, axis=2)
    random = np.random.default_rng(0)
    made = [export_jpeg(random, planes)[0, :, 0].astype(int) for _ in range(60)]
    assert len({tuple(row) for row in made}) > 30
    steps = {int(at) % 8 for row in made for at in np.flatnonzero(np.diff(row))}
    assert steps == set(range(8))


def test_a_jpeg_keeps_colours_in_their_planes():
    planes = np.full((SIDE, SIDE, 3), (200, 90, 30), np.uint8)
    shown = export_jpeg(np.random.default_rng(0), planes)
    assert shown.shape == planes.shape
    assert np.abs(shown.astype(int) - planes).max() <= 4


def test_display_tiles_are_a_jpeg_as_often_as_stated():
    dark, labels = make_dark()
    varied = vary(make_varier("display", jpeg=0.5), (dark, labels), 200)
    made = sum(bool((planes != dark).any()) for planes, _ in varied)
    assert 70 <= made <= 130


def test_one_change_of_a_tile_says_nothing_of_another():
    planes, labels = make_tile((10, 20, 40, 46))
    chances = {"flip": 0.5, "upside_down": 0.5, "tone": 0.5}
    counts: Counter[tuple[bool, ...]] = Counter()
    for varied, found in vary(make_varier("display", **chances), (planes, labels), 400):
        x0, y0 = found.boxes[0, :2]
        counts[x0 > 20, y0 > 30, bool(varied[0, 0, 0] != GROUND[0])] += 1
    assert len(counts) == 8
    assert 25 <= min(counts.values()) <= max(counts.values()) <= 80


def test_the_same_chance_varies_the_same():
    settings = Augmentation(drop_material=0.5, moved=1).model_dump()
    tile = make_tile((10, 20, 40, 46), ignored=[(50, 50, 70, 70)])

    def run(varier, seed):
        planes, labels = varier.vary(np.random.default_rng(seed), *tile)
        return planes.tobytes(), labels.boxes.tolist(), labels.ignored.tolist()

    varier = make_varier(**settings)
    once = [run(varier, seed) for seed in range(8)]
    assert [run(varier, seed) for seed in reversed(range(8))] == once[::-1]
    assert [run(make_varier(**settings), seed) for seed in range(8)] == once
    assert len({planes for planes, _, _ in once}) >= 4


@pytest.mark.parametrize("settings", [{}, {"flip": 1.0, "shift": 0.3}])
def test_the_tile_that_is_varied_stays_as_it_was(settings):
    planes, labels = make_tile((10, 20, 40, 46))
    before = planes.copy(), labels.boxes.copy()
    vary(make_varier(drop_material=1.0, **settings), (planes, labels), 5)
    np.testing.assert_array_equal(planes, before[0])
    np.testing.assert_array_equal(labels.boxes, before[1])
