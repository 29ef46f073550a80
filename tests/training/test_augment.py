"""Tests of varied tiles: boxes follow pixels, and physics is not offended."""

import numpy as np
import pytest

from detector.encoding import NEUTRAL, Encoding
from training.augment import Augmenter
from training.config import Augmentation
from training.tiles import LabelledScan, TileSet

SIDE = 96
GROUND = (60, 90, 200)
STILL = Augmentation(
    flip=0,
    upside_down=0,
    rotation_deg=0,
    zoom=0,
    shift=0,
    mosaic=0,
    drop_material=0,
    tone=0,
)


def make_scan(*objects, size=(200, 160), round_ones=False):
    """A scan with objects, each (x0, y0, x1, y1, level of the first plane)."""
    planes = np.full((size[1], size[0], 3), GROUND, np.uint8)
    y, x = np.mgrid[: size[1], : size[0]] + 0.5
    for x0, y0, x1, y1, level in objects:
        across, down = (2 * x - x0 - x1) / (x1 - x0), (2 * y - y0 - y1) / (y1 - y0)
        size_of = np.hypot if round_ones else np.maximum
        inside = size_of(np.abs(across), np.abs(down)) <= 1
        planes[inside, 0] = level
    boxes = np.array([row[:4] for row in objects], np.float32).reshape(-1, 4)
    return LabelledScan(planes, boxes, "scan")


def vary(scans, *, seed=0, encoding=Encoding.DUAL, overlap=48, **settings):
    tiles = TileSet(
        scans, side=SIDE, overlap=overlap, fill=encoding.air, background=None
    )
    return Augmenter(
        tiles,
        STILL.model_copy(update=settings),
        encoding=encoding,
        side=SIDE,
        seed=seed,
    )


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
    augmenter = vary([make_scan((60, 50, 90, 76, 250))], **settings)
    labelled = 0
    for number in range(120):
        tile = augmenter.draw(number % len(augmenter._tiles))  # noqa: SLF001
        assert tile.planes.shape == (SIDE, SIDE, 3)
        assert tile.planes.dtype == np.uint8
        assert tile.boxes.dtype == np.float32
        if len(tile.boxes):
            labelled += 1
            assert np.abs(tile.boxes[0] - bounds(bright(tile.planes))).max() <= 1.5
        else:
            assert bright(tile.planes).sum() < 0.3 * 30 * 26 * 4
    assert labelled > 30


def test_a_box_turns_with_its_object():
    scan = make_scan((28, 38, 68, 58, 250), size=(SIDE, SIDE), round_ones=True)
    augmenter = vary([scan], rotation_deg=30.0)
    sizes = []
    for _ in range(60):
        tile = augmenter.draw(0)
        found = bounds(bright(tile.planes))
        assert np.abs(tile.boxes[0] - found).max() <= 2
        sizes.append(found[3] - found[1])
    assert max(sizes) > min(sizes) + 5


def test_the_boxes_of_a_mosaic_bound_their_objects_and_slivers_are_left_out():
    levels = (250, 230, 210, 190)
    objects = [(80, 60, 110, 84), (50, 80, 62, 120), (150, 60, 166, 76)]
    scans = [
        make_scan((*row, level)) for row, level in zip(objects, levels, strict=False)
    ]
    augmenter = vary(scans, mosaic=1.0)
    boxes = 0
    for number in range(150):
        tile = augmenter.draw(number % len(augmenter._tiles))  # noqa: SLF001
        for box in tile.boxes:
            x0, y0, x1, y1 = box.astype(int)
            inside = tile.planes[y0:y1, x0:x1, 0]
            boxes += 1
            assert (inside == inside[0, 0]).all()
            assert inside[0, 0] in levels
            # Of the smallest object, 12 px wide, a third of a third at the least.
            assert (x1 - x0) * (y1 - y0) >= 0.09 * 12 * 40
    assert boxes > 100


def test_a_mosaic_shows_parts_of_several_scans():
    scans = [make_scan(size=(SIDE, SIDE)) for _ in range(4)]
    for level, scan in enumerate(scans):
        scan.planes[:] = 50 * (level + 1)
    augmenter = vary(scans, mosaic=1.0)
    shown = [len(np.unique(augmenter.draw(0).planes)) for _ in range(40)]
    assert max(shown) == 4
    assert set(np.unique(augmenter.draw(0).planes)) <= {50, 100, 150, 200}


def test_a_mosaic_always_shows_a_part_of_the_tile_that_was_asked_for():
    scans = [make_scan(size=(SIDE, SIDE)) for _ in range(9)]
    scans[3].planes[:] = 7
    augmenter = vary(scans, mosaic=1.0)
    for _ in range(40):
        shown = (augmenter.draw(3).planes == 7).all(axis=2)
        assert shown.mean() >= 0.3**2 - 0.01


def test_nothing_is_joined_any_more_once_it_is_still():
    scans = [make_scan(size=(SIDE, SIDE)) for _ in range(4)]
    for level, scan in enumerate(scans):
        scan.planes[:] = 50 * (level + 1)
    augmenter = vary(scans, mosaic=1.0)
    augmenter.still = True
    assert {len(np.unique(augmenter.draw(i % 4).planes)) for i in range(20)} == {1}


@pytest.mark.parametrize("encoding", list(Encoding))
def test_what_is_moved_in_from_outside_is_air(encoding):
    augmenter = vary([make_scan(size=(SIDE, SIDE))], encoding=encoding, shift=0.4)
    met = set()
    for _ in range(30):
        planes = augmenter.draw(0).planes
        air = (planes == encoding.air).all(axis=2)
        ground = (planes == GROUND).all(axis=2)
        # Where the two meet, a pixel may be a blend.
        assert (air | ground).mean() > 0.95
        met.add(round(float(air.mean()), 1))
    assert len(met) > 2


def test_dropping_the_material_makes_all_of_the_plane_neutral_and_nothing_else():
    share = 0.5
    augmenter = vary([make_scan(size=(SIDE, SIDE))], drop_material=share)
    dropped = 0
    for _ in range(200):
        planes = augmenter.draw(0).planes
        assert (planes[..., :2] == GROUND[:2]).all()
        assert (planes[..., 2] == planes[0, 0, 2]).all()
        assert planes[0, 0, 2] in {NEUTRAL, GROUND[2]}
        dropped += int(planes[0, 0, 2] == NEUTRAL)
    assert 70 <= dropped <= 130


def test_a_display_tile_keeps_its_third_plane():
    scan = make_scan(size=(SIDE, SIDE))
    augmenter = vary([scan], drop_material=1.0, encoding=Encoding.DISPLAY)
    assert (augmenter.draw(0).planes == GROUND).all()


def test_only_the_tone_of_display_tiles_is_changed():
    scan = make_scan(size=(SIDE, SIDE))
    dual = vary([scan], tone=0.5)
    assert all((dual.draw(0).planes == GROUND).all() for _ in range(20))
    display = vary([scan], tone=0.5, encoding=Encoding.DISPLAY)
    levels = {int(display.draw(0).planes[0, 0, 0]) for _ in range(40)}
    assert len(levels) > 5
    assert GROUND[0] in levels


def test_the_same_seed_draws_the_same_tiles():
    settings = Augmentation(mosaic=0.5, drop_material=0.5).model_dump()
    scans = [make_scan((60, 50, 90, 76, 250)), make_scan((20, 20, 50, 46, 220))]

    def draw(augmenter):
        drawn = [augmenter.draw(i % 3) for i in range(20)]
        return [(tile.planes.tobytes(), tile.boxes.tolist()) for tile in drawn]

    first = vary(scans, seed=1, **settings)
    once = draw(first)
    assert once == draw(vary(scans, seed=1, **settings))
    assert once != draw(vary(scans, seed=2, **settings))
    assert once != draw(first)
    first.reseed(1)
    assert once == draw(first)


def test_the_tiles_of_the_set_stay_as_they_are():
    scan = make_scan((60, 50, 90, 76, 250))
    before = scan.planes.copy()
    augmenter = vary([scan], **Augmentation(mosaic=1.0, drop_material=1.0).model_dump())
    for _ in range(5):
        augmenter.draw(0)
    np.testing.assert_array_equal(scan.planes, before)
