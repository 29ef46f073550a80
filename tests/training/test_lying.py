"""Tests of tiles whose things lie on something: how many, and where they are cut."""

import numpy as np

from tests.training.scans import make_prepared
from tests.training.test_drawing import draw, make_drawer, make_scan
from training import drawing
from training.config import Projection


def test_as_many_tiles_have_lying_things_as_stated_and_all_of_a_tile_do(monkeypatch):
    asked: list[bool] = []

    def record(*_, lies, **__):
        asked.append(lies)

    monkeypatch.setattr(drawing, "project_thing", record)
    drawer = make_drawer(
        make_scan(boxes=()), projection=Projection(share=0.5, most=3, lying=0.3)
    )
    tiles = []
    for number in range(400):
        asked.clear()
        drawer.draw((0, number))
        assert len(set(asked)) == 1
        tiles.append(asked[0])
    assert 0.23 < np.mean(tiles) < 0.37


def test_windows_are_cut_nearer_to_the_floor_where_things_lie(monkeypatch):
    ramp = np.linspace(0.9, 0.5, 1200, dtype=np.float32)
    planes = np.tile(ramp[:, None], (2, 1, 200))
    room = np.ones((600, 100), bool)
    room[500:] = False
    scan = make_prepared(planes, inside=room)
    monkeypatch.setattr(drawing, "project_thing", lambda *_, **__: None)

    def find_middles(lying):
        projection = Projection(share=0.5, most=1, lying=lying)
        drawer = make_drawer(scan, projection=projection)
        return np.array([tile.planes[..., 0].mean() for tile in draw(drawer)])

    anywhere, low = find_middles(0.0), find_middles(1.0)
    assert low.mean() < anywhere.mean() - 5
    assert low.min() > 255 * ramp[1100]
