"""Tests of drawn tiles: the stated mix of them, from nothing but their tokens."""

from collections import Counter

import numpy as np
import pytest

from detector.encoding import Encoding
from tests.training.scans import Named, make_prepared
from tests.training.test_augment import STILL
from training import drawing
from training.config import Exposure, Projection, TrainingConfig
from training.drawing import Drawer, Pool, Spot, find_spots
from training.projecting import Placed
from training.things import Things

SIDE = 96
BOX = (60.0, 40.0, 100.0, 64.0)
THINGS = Things([Named("pistol")], [Named("drill")])
NONE = Projection(share=0)
ONCE = Projection(share=0.5, most=1)


def make_scan(ground=0.8, boxes=(BOX,), size=(200, 120), **known):
    """As much cargo everywhere, and darkness for each box."""
    planes = np.full((2, *size[::-1]), ground, np.float32)
    for x0, y0, x1, y1 in boxes:
        planes[:, int(y0) : int(y1), int(x0) : int(x1)] = 0.2
    room = np.ones((size[1] // 2, size[0] // 2), bool)
    return make_prepared(planes, boxes=boxes, inside=room, **known)


def make_config(**changes) -> TrainingConfig:
    """Tiles that show 255 times transmission, neither varied nor exposed otherwise."""
    settings = {
        "planes": "linear",
        "tile_side": SIDE,
        "augmentation": STILL,
        "exposure": Exposure(share=0),
        "projection": NONE,
    }
    return TrainingConfig.model_validate(settings | changes)


def make_pool(*scans, config=None, things=THINGS):
    return Pool(scans, find_spots(scans, config or make_config()), things)


def make_drawer(*scans, things=THINGS, replay=None, **changes):
    config = make_config(**changes)
    pool = make_pool(*scans, config=config, things=things)
    return Drawer(pool, config, replay)


def draw(drawer, count=200, **how):
    return [drawer.draw((0, number), **how) for number in range(count)]


def grounds(tile):
    """Grey levels of a tile that a fiftieth of it shows or more."""
    levels, counts = np.unique(tile.planes[..., 0], return_counts=True)
    return {int(v) for v, n in zip(levels, counts, strict=True) if n >= SIDE**2 / 50}


@pytest.fixture
def asked(monkeypatch):
    """What is projected, tile by tile: kinds and densities; nothing is."""
    calls: list[tuple[str, float]] = []

    def record(random, site, thing, settings, *, density=1.0, lies=False):
        del random, site, settings, lies
        calls.append((thing.kind, density))
        return Placed((1.0, 1.0, 9.0, 9.0), True, np.ones((8, 8), bool), (1, 1))

    monkeypatch.setattr(drawing, "project_thing", record)
    return calls


def sort_tile(calls, tile):
    """Which kind of tile it is."""
    if not calls:
        return "labelled" if len(tile.labels.boxes) else "background"
    return "projected" if set(calls) == {("pistol", 1.0)} else "harmless"


def count_kinds(drawer, asked, count=2000):
    kinds: Counter[str] = Counter()
    things = []
    for number in range(count):
        asked.clear()
        tile = drawer.draw((0, number), still=True)
        kind = sort_tile(asked, tile)
        kinds[kind] += 1
        things += [(kind, *call) for call in asked]
        assert len(tile.labels.boxes) == (
            len(asked) if kind == "projected" else int(kind == "labelled")
        )
    return kinds, things


def test_the_mix_of_tiles_is_as_stated(asked):
    scans = make_scan(pitched=False), make_scan(0.6, ())
    drawer = make_drawer(*scans, projection=Projection(share=0.3, nothing=0.4))
    kinds, things = count_kinds(drawer, asked)
    wanted = {"projected": 600, "harmless": 600, "labelled": 533, "background": 267}
    for kind, number in wanted.items():
        assert kinds[kind] == pytest.approx(number, abs=70), kind
    harmless = Counter(call[1:] for call in things if call[0] == "harmless")
    assert set(harmless) == {("drill", 1.0), ("pistol", 0.0)}
    nothing = harmless["pistol", 0.0] / harmless.total()
    assert nothing == pytest.approx(0.4, abs=0.06)
    # One thing or two, each as likely.
    assert len(things) / (kinds["projected"] + kinds["harmless"]) == pytest.approx(
        1.5, abs=0.06
    )


def test_without_harmless_things_firearms_alone_are_projected(asked):
    scans = make_scan(pitched=False), make_scan(0.6, ())
    drawer = make_drawer(
        *scans, projection=Projection(share=0.4, harmless=False), background=0.0
    )
    kinds, _ = count_kinds(drawer, asked, 500)
    assert set(kinds) == {"projected", "labelled"}
    assert kinds["projected"] == pytest.approx(200, abs=35)


@pytest.mark.parametrize(
    ("scans", "expected"),
    [
        ([make_scan(pitched=False)], {"labelled", "background"}),
        ([make_scan(0.6, ())], {"projected", "harmless", "background"}),
        ([make_scan(size=(96, 96), pitched=False)], {"labelled"}),
    ],
)
def test_kinds_that_cannot_be_had_are_shared_out(asked, scans, expected):
    drawer = make_drawer(*scans, projection=Projection())
    kinds, _ = count_kinds(drawer, asked, 150)
    assert set(kinds) == expected


def test_nothing_is_projected_without_things(asked):
    drawer = make_drawer(make_scan(), things=None, projection=Projection(share=0.5))
    draw(drawer, 50)
    assert not asked


def test_a_projected_firearm_is_labelled_where_it_is_and_a_drill_is_not():
    drawer = make_drawer(make_scan(0.6, (), size=(400, 240)), projection=ONCE)
    armed = 0
    for tile in draw(drawer, 150):
        dark = tile.planes[..., 0] < 130
        if len(tile.labels.boxes):
            armed += 1
            x0, y0, x1, y1 = tile.labels.boxes[0].astype(int)
            assert dark.sum() > 100
            assert dark[y0:y1, x0:x1].sum() > 0.97 * dark.sum()
        assert not len(tile.labels.ignored)
    assert 40 < armed < 100


def test_harmless_things_are_there_without_a_label():
    drawer = make_drawer(
        make_scan(0.6, (), size=(400, 240)),
        projection=Projection(share=0.5, most=1, nothing=0),
    )
    bare = [tile for tile in draw(drawer, 100) if not len(tile.labels.boxes)]
    dark = [bool((tile.planes[..., 0] < 130).any()) for tile in bare]
    assert len(bare) > 30
    assert np.mean(dark) > 0.8


def test_what_adds_nothing_leaves_the_tile_and_its_labels_as_they_are():
    drawer = make_drawer(
        make_scan(0.6, (), size=(400, 240)),
        projection=Projection(share=0.5, most=2, nothing=1),
    )
    bare = [tile for tile in draw(drawer, 100) if not len(tile.labels.boxes)]
    assert len(bare) > 30
    assert {level for tile in bare for level in np.unique(tile.planes)} == {153}


def test_firearms_that_nobody_could_see_are_ignored():
    things = Things([Named("pistol", 0.0002)], [Named("drill")])
    drawer = make_drawer(
        make_scan(0.6, (), size=(400, 240)), things=things, projection=ONCE
    )
    labels = [tile.labels for tile in draw(drawer, 60)]
    assert not any(len(each.boxes) for each in labels)
    assert sum(len(each.ignored) for each in labels) > 15


def test_the_firearms_that_a_scan_has_are_kept_and_not_covered():
    drawer = make_drawer(make_scan(), projection=Projection(share=0.5))
    met = 0
    for tile in draw(drawer, 150):
        mine = [box for box in tile.labels.boxes if _shows(tile, box)]
        met += len(mine)
        assert len(tile.labels.boxes) <= 3
    assert met > 80


def _shows(tile, box):
    """Whether a box holds the firearm of the scan and nothing else."""
    x0, y0, x1, y1 = box.astype(int)
    return (tile.planes[y0:y1, x0:x1, 0] == 51).all()


@pytest.mark.parametrize("side", [64, 96, 320])
def test_every_window_of_a_firearm_shows_it(side):
    boxes = [
        BOX,
        (0, 0, 30, 20),
        (160, 100, 200, 120),
        (170, 0, 200, 14),
        (5, 30, 9, 99),
    ]
    scan = make_scan(boxes=boxes)
    drawer = make_drawer(scan, tile_side=side, background=0.0)
    places = set()
    for tile in draw(drawer, 200):
        assert len(tile.labels.boxes)
        assert tile.planes.shape == (side, side, 3)
        for box in tile.labels.boxes:
            assert _shows(tile, box)
            places.add(tuple(box.tolist()))
    assert len(places) >= 5


def test_the_boxes_of_a_mosaic_bound_their_objects():
    scans = [make_scan(level) for level in (0.9, 0.8, 0.7, 0.6)]
    mosaic = STILL.model_copy(update={"mosaic": 1.0})
    drawer = make_drawer(*scans, augmentation=mosaic, background=0.0)
    shown = []
    for tile in draw(drawer, 80):
        assert len(tile.labels.boxes) >= 4
        assert all(_shows(tile, box) for box in tile.labels.boxes)
        shown.append(len(grounds(tile) - {51}))
    assert max(shown) == 4
    assert np.mean(shown) > 2


def test_mosaics_are_as_frequent_as_stated_and_none_is_still():
    scans = [make_scan(level, ()) for level in np.linspace(0.3, 0.9, 60)]
    mosaic = STILL.model_copy(update={"mosaic": 0.4})
    drawer = make_drawer(*scans, augmentation=mosaic)
    joined = [len(np.unique(tile.planes)) > 1 for tile in draw(drawer, 300)]
    assert sum(joined) == pytest.approx(120, abs=30)
    still = draw(drawer, 100, still=True)
    assert {len(np.unique(tile.planes)) for tile in still} == {1}


def test_a_tile_depends_on_its_token_alone():
    scans = make_scan(), make_scan(0.6, (), size=(400, 240))

    def make(seed=0):
        config = TrainingConfig(tile_side=SIDE, seed=seed)
        return Drawer(make_pool(*scans, config=config), config)

    def run(drawer, tokens):
        tiles = {token: drawer.draw(token) for token in tokens}
        return {
            token: (tile.planes.tobytes(), tile.labels.boxes.tolist())
            for token, tile in tiles.items()
        }

    tokens = [(epoch, number) for epoch in range(2) for number in range(12)]
    once = run(make(), tokens)
    assert run(make(), tokens[::-1]) == once
    assert run(make(), tokens[7:9]) == {token: once[token] for token in tokens[7:9]}
    assert len(set(map(str, once.values()))) == len(tokens)
    other = run(make(1), tokens)
    assert all(other[token] != once[token] for token in tokens)


def test_a_share_of_the_tiles_is_replayed():
    replay = make_pool(make_scan(0.4))
    drawer = make_drawer(make_scan(0.8), replay=replay, replay_share=0.25)
    seen = Counter(max(grounds(tile)) for tile in draw(drawer, 400))
    assert set(seen) == {204, 102}
    assert seen[102] == pytest.approx(100, abs=30)
    alone = make_drawer(make_scan(0.8), replay_share=0.25)
    assert {max(grounds(tile)) for tile in draw(alone, 40)} == {204}


def test_mined_spots_are_drawn_as_soon_as_there_are_some():
    scan = make_scan(0.6, (), size=(600, 400))
    marked = scan.planes.copy()
    marked[:, 196:204, 296:304] = 0.1
    clean = make_prepared(marked, pitched=False)
    settings = {"mine_every": 1, "mined": 0.5, "background": 1.0}
    drawer = make_drawer(make_scan(), clean, **settings)

    def count_marked():
        return sum(bool((t.planes[..., 0] < 40).any()) for t in draw(drawer, 400))

    before = count_marked()
    drawer.pool.spots.mined.append(Spot(1, 300.0, 200.0))
    assert before < 40
    assert count_marked() == pytest.approx(100, abs=30)


def test_nothing_is_mined_unless_it_is_asked_for():
    scan = make_scan(0.6, (), size=(600, 400))
    drawer = make_drawer(make_scan(), scan, mined=1.0)
    drawer.pool.spots.mined.append(Spot(0, 80.0, 52.0))
    bare = [tile for tile in draw(drawer, 100) if not len(tile.labels.boxes)]
    assert len(bare) > 20


@pytest.mark.parametrize(
    ("scans", "changes", "count"),
    [
        (6, {"background": 0.5}, 9),
        (6, {"background": 0.0}, 6),
        (6, {"background": 0.5, "projection": Projection(share=0.3)}, 22),
        (6, {"background": 0.0, "projection": Projection(share=0.3)}, 15),
    ],
)
def test_an_epoch_draws_every_firearm_once_on_average(scans, changes, count):
    drawer = make_drawer(*[make_scan()] * scans, **changes)
    assert abs(drawer.epoch_tiles - count) <= 1


def test_replayed_tiles_come_on_top_of_an_epoch():
    replay = make_pool(make_scan(0.4))
    drawer = make_drawer(
        *[make_scan()] * 6, replay=replay, replay_share=0.5, background=0.0
    )
    assert drawer.epoch_tiles == 12


def test_an_epoch_without_firearms_draws_the_background_once():
    drawer = make_drawer(make_scan(0.6, ()), projection=Projection())
    assert drawer.epoch_tiles == len(drawer.pool.spots.background)


def test_pictures_in_colours_are_shown_as_they_are():
    random = np.random.default_rng(0)
    picture = random.integers(0, 200, (120, 200, 3), np.uint8)
    scan = make_prepared(picture, boxes=[BOX])
    drawer = make_drawer(scan, encoding=Encoding.DISPLAY, planes=None, background=0.0)
    for tile in draw(drawer, 20):
        (box,) = tile.labels.boxes.astype(int)
        x0, y0 = 60 - box[0], 40 - box[1]
        np.testing.assert_array_equal(
            tile.planes, picture[y0 : y0 + SIDE, x0 : x0 + SIDE]
        )


def test_scattered_signal_comes_from_far_around_the_tile():
    planes = np.full((2, 240, 400), 0.6, np.float32)
    wide = np.full((2, 15, 25), 0.2, np.float32)
    scan = make_prepared(planes, wide=wide)
    scattering = Exposure(
        share=1, least_dose=1, most_scatter=0.1, most_blur_px=0, most_gain=0
    )
    levels = {
        int(tile.planes.max())
        for tile in draw(make_drawer(scan, exposure=scattering), 60)
    }
    assert max(levels) == 153
    assert 143 <= min(levels) <= 145


def test_tiles_are_exposed_otherwise_and_varied():
    exposed = make_drawer(make_scan(0.6, ()), exposure=Exposure(share=1))
    levels = [tile.planes.astype(float).std() for tile in draw(exposed, 20)]
    assert max(levels) > 0.5
    flipped = STILL.model_copy(update={"flip": 1.0})
    config = {"background": 0.0, "augmentation": flipped}
    for plain, turned in zip(
        draw(make_drawer(make_scan(), background=0.0), 10),
        draw(make_drawer(make_scan(), **config), 10),
        strict=True,
    ):
        np.testing.assert_array_equal(plain.planes[:, ::-1], turned.planes)


@pytest.mark.parametrize(("behind", "found"), [(1.0, True), (6.0, False)])
def test_a_firearm_that_every_rendering_hides_is_not_to_be_found(behind, found):
    """At 6 nepers, 0.02 more are under a level whatever the grey curve."""
    scan = make_scan(behind=(behind,), added=(0.02 if not found else 0.3,))
    for planes in ("display", "dual"):
        tiles = draw(make_drawer(scan, planes=planes, background=0.0), count=20)
        shown = [len(tile.labels.boxes) for tile in tiles]
        assert set(shown) == ({1} if found or planes == "dual" else {0})
        assert [len(tile.labels.ignored) for tile in tiles] == [1 - n for n in shown]
