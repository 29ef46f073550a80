"""How scans are cut for a network, and what comes back of the tiles."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.belt import Belt
from detector.encoding import Block, Encoding
from detector.network import (
    COARSE_OVERLAP,
    HIGHEST,
    LEAST_SIDE,
    WIDEST,
    Network,
    TilePlan,
    start_network,
)
from detector.ports import STRIDE
from detector.runtime import FixedRuntime
from detector.tiles import Tile
from tests.detector.graphs import make_graph
from tests.detector.seeing import SeeingRuntime

AIR = Encoding.DUAL.air
SIDES = st.integers(32, 1024)


class NotingRuntime(FixedRuntime):
    """Notes the tiles that it is given."""

    def __init__(self, answers=((0, 0, 0, 0, 0, 0),)):
        super().__init__(np.array([answers], np.float32))
        self.met = []

    def run(self, tiles):
        """Answer, see `detector.runtime.Runtime`."""
        self.met.append(tiles)
        return super().run(tiles)


@pytest.fixture
def executor():
    with ThreadPoolExecutor(1) as pool:
        yield pool


def make_belt(planes):
    belt = Belt(AIR)
    nothing = np.zeros(planes.shape[1:], bool)
    belt.add(Block(0, planes, nothing, nothing, 0, np.zeros((1, 1), np.float32)))
    return belt


def draw(height, width):
    return np.random.default_rng(0).integers(0, 256, (3, height, width), np.uint8)


@given(SIDES, st.data(), st.booleans(), st.sampled_from([None, 0.1]))
def test_strips_are_whole_cells_and_leave_a_step(side, data, free, coarse):
    overlap = data.draw(st.integers(0, side - 1))
    plan = TilePlan(Encoding.DUAL, side, overlap, free, coarse if free else None)
    assert plan.strip_width % STRIDE == plan.strip_overlap % STRIDE == 0
    assert 0 <= plan.strip_overlap < plan.strip_width
    if not free:
        assert plan.strip_width <= side
    if plan.coarse_score is not None:
        assert plan.strip_overlap == COARSE_OVERLAP
    elif side >= overlap + 2 * STRIDE:
        assert plan.strip_overlap >= overlap


@given(SIDES, st.data(), st.integers(1, 1600))
def test_squares_cover_a_strip_and_overlap(side, data, height):
    overlap = data.draw(st.integers(0, side - 1))
    y0 = data.draw(st.integers(0, height - 1))
    y1 = data.draw(st.integers(y0 + 1, height))
    strip = Tile(64, y0, 64 + data.draw(st.integers(1, side)), y1)
    tiles = TilePlan(Encoding.DUAL, side, overlap).cut(strip, height)
    assert all((tile.x0, tile.x1) == (strip.x0, strip.x1) for tile in tiles)
    assert tiles[0].y0 <= y0
    assert tiles[-1].y1 >= y1
    for tile in tiles:
        assert 0 <= tile.y0 < tile.y1 <= height
        assert tile.size[1] == min(side, height)
    for upper, lower in pairwise(tiles):
        assert upper.y0 < lower.y0
        assert upper.y1 - lower.y0 >= overlap


@pytest.mark.parametrize("free", [True, False])
def test_what_is_higher_than_a_network_takes_is_cut(free):
    strip = Tile(32, 64, 600, 9000)
    plan = TilePlan(Encoding.DUAL, 640, 128, free)
    most = HIGHEST if free else 640
    for tiles, side in (
        (plan.cut(strip, 9999), most),
        (plan.cut_coarse(strip), 2 * most),
    ):
        assert (tiles[0].y0, tiles[-1].y1) == (64, 9000)
        assert {tile.size for tile in tiles} == {(568, side)}
        assert all(one.y1 - other.y0 >= 128 for one, other in pairwise(tiles))


def test_a_network_that_takes_any_size_sees_a_strip_at_once():
    strip = Tile(32, 64, 500, 1200)
    plan = TilePlan(Encoding.DUAL, 640, 128, free=True)
    assert plan.cut(strip, 1400) == [strip]
    assert (plan.strip_width, plan.strip_overlap) == (768, 128)


@given(st.integers(1, 2000), st.integers(1, 2000))
def test_what_a_network_is_given_is_a_square_or_the_region_rounded_up(width, height):
    assert TilePlan(Encoding.DUAL, 640, 128).pad((width, height)) == (640, 640)
    padded = TilePlan(Encoding.DUAL, 640, 128, free=True).pad((width, height))
    for side, given_side in zip((width, height), padded, strict=True):
        assert given_side % STRIDE == 0
        assert side <= given_side < max(side + STRIDE, LEAST_SIDE + 1)


def test_squares_are_run_a_few_at_a_time_in_order(executor):
    runtime = NotingRuntime()
    network = Network(runtime, TilePlan(Encoding.DUAL, 32, 0), executor)
    planes = draw(32, 320)
    tiles = [Tile(x, 0, x + 32, 32) for x in range(0, 320, 32)]
    jobs = network.look(make_belt(planes), tiles)
    assert [job.run for job in jobs] == [(4, 32, 32), (4, 32, 32), (2, 32, 32)]
    assert [tile for job in jobs for tile in job.tiles] == tiles
    assert [job.answers.result().shape[0] for job in jobs] == [4, 4, 2]
    met = np.concatenate(runtime.met)
    for tile, seen in zip(tiles, met, strict=True):
        np.testing.assert_array_equal(seen, planes[..., tile.x0 : tile.x1])


def test_tiles_of_any_size_are_run_one_by_one_padded_with_air(executor):
    runtime = NotingRuntime()
    plan = TilePlan(Encoding.DUAL, 64, 0, free=True)
    planes = draw(200, 320)
    tiles = [Tile(0, 32, 150, 200), Tile(64, 0, 320, 40)]
    jobs = Network(runtime, plan, executor).look(make_belt(planes), tiles)
    assert [job.run for job in jobs] == [(1, 192, 160), (1, 128, 256)]
    for job in jobs:
        job.answers.result()
    seen = runtime.met[0][0]
    np.testing.assert_array_equal(seen[:, :168, :150], planes[:, 32:, :150])
    assert (seen[:, 168:] == np.array(AIR)[:, None, None]).all()
    assert (seen[:, :, 150:] == np.array(AIR)[:, None, None]).all()


def test_a_glance_sees_half_the_pixels_and_answers_at_full_scale(executor):
    runtime = NotingRuntime([(3, 5, 20, 30, 0.5, 1)])
    plan = TilePlan(Encoding.DUAL, 640, 0, free=True, coarse_score=0.1)
    planes = draw(301, 400)
    strip = Tile(32, 0, 333, 301)
    job = Network(runtime, plan, executor).glance(make_belt(planes), strip)
    assert job.answers.result()[0].tolist() == [[6, 10, 40, 60, 0.5, 1]]
    assert job.tiles == (strip,)
    assert job.run == (1, 160, 160)
    (seen,) = runtime.met[0]
    part = planes[:, :300, 32:332].astype(float).reshape(3, 150, 2, 150, 2)
    assert np.abs(seen[:, :150, :150] - part.mean(axis=(2, 4))).max() <= 0.51
    assert (seen[:, 151:] == np.array(AIR)[:, None, None]).all()
    assert (seen[:, :, 151:] == np.array(AIR)[:, None, None]).all()


def test_a_glance_by_a_network_of_squares_fits_its_square(executor):
    runtime = NotingRuntime()
    plan = TilePlan(Encoding.DUAL, 64, 0)
    job = Network(runtime, plan, executor).glance(
        make_belt(draw(64, 64)), Tile(0, 0, 64, 64)
    )
    job.answers.result()
    assert runtime.met[0].shape == (1, 3, 64, 64)


def test_what_a_network_fails_of_comes_with_its_answers(executor):
    class Failing:
        def run(self, tiles):
            raise RuntimeError(len(tiles))

    network = Network(Failing(), TilePlan(Encoding.DUAL, 32, 0), executor)
    (job,) = network.look(make_belt(draw(32, 32)), [Tile(0, 0, 32, 32)])
    with pytest.raises(RuntimeError, match="1"):
        job.answers.result()


@pytest.fixture
def loaded(monkeypatch):
    """What runtimes are asked for, and what kind of graph is loaded."""
    asked: dict[str, Any] = {"free": False}

    def load(*_, **named):
        asked["with"] = named
        return SeeingRuntime(free=asked["free"])

    monkeypatch.setattr("detector.network.OnnxRuntime", load)
    monkeypatch.setattr("detector.network.count_cores", lambda: 5)
    return asked


@pytest.mark.parametrize(
    ("device", "threads", "each", "workers"),
    [
        ("cpu", 3, 1, 3),
        ("cpu", None, 1, 5),
        ("cuda", 3, 3, 1),
        ("cuda", None, None, 1),
        ("openvino", 2, 2, 1),
    ],
)
def test_each_thread_of_a_cpu_runs_tiles_of_its_own(
    loaded, device, threads, each, workers
):
    plan = TilePlan(Encoding.DUAL, 640, 128)
    network = start_network(b"", plan, device=device, threads=threads)
    assert loaded["with"] == {"device": device, "threads": each, "side": 640}
    assert network.workers >= workers  # what encodes does so on all cores
    assert isinstance(network.executor, ThreadPoolExecutor)
    assert network.executor._max_workers == workers  # noqa: SLF001 - it says so nowhere
    assert network.plan == plan


@pytest.mark.parametrize(
    ("device", "free", "coarse", "expected"),
    [
        ("cpu", True, 0.2, (True, 0.2)),
        ("cpu", True, None, (True, None)),
        ("cpu", False, 0.2, (False, None)),
        ("cuda", True, 0.2, (False, None)),
    ],
)
def test_a_coarse_pass_goes_before_where_graph_and_device_allow_one(
    loaded, device, free, coarse, expected
):
    loaded["free"] = free
    plan = TilePlan(Encoding.DUAL, 640, 128, coarse_score=coarse)
    made = start_network(b"", plan, device=device).plan
    assert (made.free, made.coarse_score) == expected


@pytest.mark.parametrize(("side", "free"), [(32, False), ("W", True)])
def test_a_graph_says_itself_whether_it_takes_any_shape(side, free):
    shape = ["N", 3, "H" if free else side, side]
    graph = make_graph(input_shape=shape)
    network = start_network(graph, TilePlan(Encoding.DUAL, 32, 8), threads=1)
    assert network.plan.free is free
    (job,) = network.look(make_belt(draw(32, 32)), [Tile(0, 0, 32, 32)])
    assert job.answers.result().shape == (1, 2, 6)


@pytest.mark.parametrize(("side", "overlap"), [(640, 128), (4096, 4095), (4096, 0)])
def test_no_pixel_of_a_strip_is_left_out_and_no_tile_is_too_large(side, overlap):
    plan = TilePlan(Encoding.DUAL, side, overlap, free=True)
    assert plan.strip_width <= WIDEST
    tiles = plan.cut(Tile(0, 64, plan.strip_width, 9000), 9100)
    assert tiles[0].y0 == 64
    assert tiles[-1].y1 == 9000
    assert all(one.y1 >= other.y0 for one, other in pairwise(tiles))
    assert max(tile.size[1] for tile in tiles) <= HIGHEST
