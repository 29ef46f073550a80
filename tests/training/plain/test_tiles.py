"""Tests of the labelled tiles of the plain pipeline."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from training.plain.tiles import LabelledScan, TileSet

AIR = (0, 255, 128)


def make_scan(*boxes, size=(200, 120), name="a"):
    """A scan of a stated size that is 250 in its boxes and 60 elsewhere."""
    planes = np.full((size[1], size[0], 3), 60, np.uint8)
    for x0, y0, x1, y1 in boxes:
        planes[y0:y1, x0:x1] = 250
    return LabelledScan(planes, np.array(boxes, np.float32).reshape(-1, 4), name)


def cut(*scans, background=None, seed=0, side=64, overlap=32):
    return TileSet(
        scans, side=side, overlap=overlap, fill=AIR, background=background, seed=seed
    )


def places(tiles):
    """What tells tiles apart: their scan and where they were cut."""
    return [(tile.name, tile.planes.tobytes()) for tile in tiles]


@st.composite
def boxes(draw, most=120):
    x0, y0 = draw(st.integers(-20, most - 1)), draw(st.integers(-20, most - 1))
    return x0, y0, draw(st.integers(x0 + 1, most)), draw(st.integers(y0 + 1, most))


@given(
    st.lists(boxes(most=100).filter(lambda b: min(b[:2]) >= 0), max_size=3),
    st.floats(0, 3),
    st.integers(0, 5),
)
def test_thinning_keeps_every_tile_with_a_firearm_and_is_repeatable(
    rows, background, seed
):
    scans = [make_scan(*rows, name="armed"), make_scan(name="clean")]
    everything = cut(*scans)
    armed = sum(len(found) > 0 for found in everything.boxes())
    thinned = cut(*scans, background=background, seed=seed)
    kept = sum(len(found) > 0 for found in thinned.boxes())
    wanted = min(len(everything) - armed, round(background * max(armed, 1)))
    assert kept == armed
    assert len(thinned) == armed + wanted
    assert places(thinned) == places(cut(*scans, background=background, seed=seed))
    assert len(set(thinned._places)) == len(thinned)  # noqa: SLF001 - none is met twice


def test_the_boxes_of_a_tile_bound_what_it_shows_of_each_firearm():
    tiles = cut(make_scan((12, 15, 31, 36), (100, 60, 130, 90)))
    labelled = 0
    for tile, boxes in zip(tiles, tiles.boxes(), strict=True):
        assert tile.boxes.tolist() == boxes.tolist()
        for x0, y0, x1, y1 in tile.boxes.astype(int):
            labelled += 1
            assert (tile.planes[y0:y1, x0:x1] == 250).all()
            assert 0 < (x1 - x0) * (y1 - y0) <= 30 * 30
    assert labelled >= 4


def test_another_seed_keeps_other_empty_tiles():
    scans = [make_scan((10, 10, 40, 40)), make_scan(size=(600, 400))]
    kept = {tuple(cut(*scans, background=1.0, seed=s)._places) for s in range(5)}  # noqa: SLF001
    assert len(kept) > 1


def test_a_tile_shows_its_part_of_the_scan_with_air_around_it():
    planes = np.random.default_rng(0).integers(0, 256, (40, 50, 3), np.uint8)
    (tile,) = cut(LabelledScan(planes, np.zeros((0, 4), np.float32), "small"))
    assert tile.planes.shape == (64, 64, 3)
    np.testing.assert_array_equal(tile.planes[:40, :50], planes)
    assert (tile.planes[40:] == AIR).all()
    assert (tile.planes[:, 50:] == AIR).all()
