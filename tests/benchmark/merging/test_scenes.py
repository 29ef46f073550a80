"""Scenes are what they say they are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmark.merging.scenes import PISTOL_PX, RIFLE_PX, draw_scene


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**31))
def test_what_tiles_see_lies_on_what_is_there(seed):
    scene = draw_scene(seed)
    for tile, rows in zip(scene.tiles, scene.answers, strict=True):
        offset = np.array([tile.x0, tile.y0] * 2)
        for row, box in zip(rows, scene.truth, strict=True):
            if row[4] > 0:
                seen = row[:4] + offset
                assert (seen[:2] >= np.maximum(box[:2], offset[:2]) - 3).all()
                assert (seen[2:] <= np.minimum(box[2:], (tile.x1, tile.y1)) + 3).all()
                assert 0 < row[4] <= 1


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**31))
def test_what_lies_wholly_in_a_tile_is_seen_there(seed):
    scene = draw_scene(seed)
    for tile, rows in zip(scene.tiles, scene.answers, strict=True):
        low = (scene.truth[:, :2] >= (tile.x0, tile.y0)).all(axis=1)
        inside = low & (scene.truth[:, 2:] <= (tile.x1, tile.y1)).all(axis=1)
        assert (rows[inside, 4] > 0).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**31))
def test_firearms_have_the_stated_sizes(seed):
    for thing in draw_scene(seed).things:
        sides = np.linalg.norm(thing.corners[[1, 2]] - thing.corners[[0, 1]], axis=1)
        for side, (least, most) in zip(
            sides, RIFLE_PX if thing.rifle else PISTOL_PX, strict=True
        ):
            assert least - 0.1 <= side <= most + 0.1


def test_a_seed_draws_the_same_scene_again_and_another_seed_another():
    first, again, other = draw_scene(5), draw_scene(5), draw_scene(6)
    np.testing.assert_array_equal(first.answers, again.answers)
    assert first.tiles == again.tiles
    assert first.truth.tolist() != other.truth.tolist()


def test_scenes_hold_what_is_measured():
    scenes = [draw_scene(seed) for seed in range(60)]
    kinds = {
        (thing.rifle, crossing)
        for scene in scenes
        for thing, crossing in zip(scene.things, scene.crossing, strict=True)
    }
    assert (True, True) in kinds
    assert (False, False) in kinds
    assert {s.things[a].rifle for s in scenes for a, _ in s.neighbours} == {True, False}
    widths = {tile.size[0] for scene in scenes for tile in scene.tiles}
    heights = {tile.size[1] for scene in scenes for tile in scene.tiles}
    assert widths >= {640, 768}
    assert len(heights) > 20


def test_tiles_come_from_left_to_right():
    for seed in range(10):
        tiles = draw_scene(seed).tiles
        assert [tile.x0 for tile in tiles] == sorted(tile.x0 for tile in tiles)


def test_neighbours_are_of_one_bundle():
    scene = next(s for s in map(draw_scene, range(99)) if s.neighbours)
    for first, second in scene.neighbours:
        assert second == first + 1
        assert scene.things[first].bundle == scene.things[second].bundle
    assert scene.truth.shape == (len(scene.things), 4)
    assert scene.truth.dtype == np.float32
    assert scene.truth[0].tolist() == pytest.approx(scene.things[0].box)
