"""Tests of where tiles can be drawn from."""

import numpy as np

from detector.tiles import plan_tiles
from tests.training.scans import make_prepared
from training.config import TrainingConfig
from training.drawing import Spot, find_spots
from training.windows import part_boxes


def test_spots_are_where_something_can_be_drawn():
    planes = np.full((2, 240, 400), 0.6, np.float32)
    planes[:, :, 200:] = 1.0
    boxes, ignored = [(10, 10, 40, 40)], [(20, 180, 60, 200)]
    armed = make_prepared(planes, boxes=boxes, ignored=ignored)
    colours = np.full((240, 400, 3), 90, np.uint8)
    scans = [
        armed,
        make_prepared(planes, inside=np.zeros((120, 200), bool)),
        make_prepared(planes, inside=np.ones((120, 200), bool), pitched=False),
        make_prepared(colours, boxes=[(1, 1, 9, 9)]),
        make_prepared(np.ones((2, 240, 400))),
    ]
    config = TrainingConfig(tile_side=96)
    spots = find_spots(scans, config)
    assert spots.labelled == [Spot(0, 25.0, 25.0), Spot(3, 5.0, 5.0)]
    assert spots.open == [0]
    assert not spots.mined
    tiles = plan_tiles(400, 240, side=96, overlap=config.tile_overlap)
    expected = [
        Spot(number, (tile.x0 + tile.x1) / 2, (tile.y0 + tile.y1) / 2)
        for number, scan in enumerate(scans)
        for tile in tiles
        if (tile.x0 < 200 or number == 3)
        and number < 4
        and not any(map(len, part_boxes(scan.boxes, tile)))
        and not any(map(len, part_boxes(scan.ignored, tile)))
    ]
    assert spots.background == expected
    assert {spot.scan for spot in expected} == {0, 1, 2, 3}
