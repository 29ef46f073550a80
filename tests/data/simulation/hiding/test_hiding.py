"""What is hidden lies where there is room, and takes the place of what was there."""

import numpy as np
import pytest

from data.physics.materials import FOOD, IRON, STEEL, TEXTILE
from data.simulation.geometry.meshes import BOX
from data.simulation.geometry.path_length import Fan, project_solids
from data.simulation.geometry.solids import Solids
from data.simulation.hiding.displacing import displace
from data.simulation.hiding.hiding import hide
from data.simulation.hiding.packing import PACKINGS
from data.simulation.hiding.scene import Scene
from data.simulation.loading.hold import Hold
from data.simulation.loading.load import CONCEALMENTS, Load

HOLD = Hold(0.0, 4000.0, 150.0, 2450.0, 1150.0)
FAN = Fan(1000, 700, 0.0, 4.0, 2700 / 7000, 4 / 8200, (0.0, -8200.0))
MIDDLE = np.array([2000.0, 800.0, 0.0])


def make_scene(*offers, goods=None):
    load = Load()
    if goods is not None:
        load.solids.add(BOX, (3000, 1200, 2000), MIDDLE, goods)
    for kind, centre, size in offers:
        load.offer(kind, centre, size)
    return Scene.of(HOLD, FAN, (load,))


def make_bar():
    bar = Solids()
    bar.add(BOX, (180, 120, 30), (0, 0, 0), STEEL)
    return bar


def bound(placement, thing):
    return placement.move(thing).bounds()


@pytest.mark.parametrize("seed", range(12))
def test_a_thing_lies_on_the_underside_of_its_niche(seed):
    scene = make_scene(("appliance", MIDDLE, (500, 400, 500)))
    place = hide(np.random.default_rng(seed), make_bar(), scene, "appliance")
    low, high = bound(place, make_bar())
    niche = scene.niches["appliance"][0]
    assert place.concealment == "appliance"
    assert not place.packing.copies
    assert (low >= niche.low - 1e-6).all()
    assert (high <= niche.high + 1e-6).all()
    assert low[1] == pytest.approx(niche.low[1])


def test_amid_goods_a_thing_lies_at_any_height():
    scene = make_scene(("goods", MIDDLE, (900, 900, 900)), goods=FOOD)
    heights = [
        bound(hide(np.random.default_rng(s), make_bar(), scene, "goods"), make_bar())[
            0
        ][1]
        for s in range(20)
    ]
    assert max(heights) - min(heights) > 200


def test_a_thing_is_turned_until_it_fits():
    scene = make_scene(("pipes", MIDDLE, (1500, 140, 140)))
    rod = Solids()
    rod.add(BOX, (40, 900, 40), (0, 0, 0), IRON)
    found = [hide(np.random.default_rng(s), rod, scene, "pipes") for s in range(30)]
    inside = [place for place in found if place.concealment == "pipes"]
    assert inside
    for place in inside:
        low, high = bound(place, rod)
        assert (high - low <= np.array([1500, 140, 140]) + 1e-6).all()


def test_what_fits_no_niche_goes_into_a_packing():
    scene = make_scene(("package", MIDDLE, (50, 50, 50)))
    for seed in range(10):
        place = hide(np.random.default_rng(seed), make_bar(), scene, "package")
        assert place.concealment in PACKINGS


@pytest.mark.parametrize("kind", PACKINGS)
@pytest.mark.parametrize("seed", range(4))
def test_a_packing_stands_on_the_floor_around_the_thing(kind, seed):
    place = hide(np.random.default_rng(seed), make_bar(), make_scene(), kind)
    low, high = bound(place, make_bar())
    outside = place.packing.bounds()
    assert place.concealment == kind
    assert outside[0][1] == pytest.approx(HOLD.floor)
    assert (outside[0] <= low + 1e-6).all()
    assert (outside[1] >= high - 1e-6).all()
    assert (outside[0] >= [HOLD.x0 - 1, HOLD.floor - 1, -HOLD.side - 1]).all()
    assert (outside[1] <= [HOLD.x1 + 1, HOLD.ceiling + 1, HOLD.side + 1]).all()


def test_a_packing_stands_where_there_is_room():
    load = Load()
    load.solids.add(BOX, (2000, 2000, 2300), (3000, 1150, 0), FOOD)
    scene = Scene.of(HOLD, FAN, (load,))
    places = [hide(np.random.default_rng(s), make_bar(), scene) for s in range(20)]
    assert np.mean([bound(p, make_bar())[1][0] < 2050 for p in places]) > 0.8


def test_every_concealment_that_there_is_is_used():
    offers = [(kind, MIDDLE, (600, 400, 600)) for kind in CONCEALMENTS]
    scene = make_scene(*offers)
    rng = np.random.default_rng(0)
    drawn = {hide(rng, make_bar(), scene).concealment for _ in range(400)}
    assert drawn == set(CONCEALMENTS)


def project(*parts):
    carbon, iron = project_solids(Solids([c for p in parts for c in p.copies]), FAN)
    return carbon + iron


def test_a_thing_in_goods_takes_the_place_of_its_own_volume():
    scene = make_scene(goods=FOOD)
    thing = make_bar().merge()
    placed = Solids()
    placed.place(thing, MIDDLE)
    taken = displace(placed, scene)
    goods = scene.solids
    alone, whole = project(placed), project(goods, placed, taken)
    added = whole - project(goods)
    inside = alone > alone.max() * 0.9
    expected = alone[inside] * (1 - FOOD.density_g_cm3 / STEEL.density_g_cm3)
    np.testing.assert_allclose(added[inside], expected, rtol=0.03)


def test_what_is_inside_another_part_takes_no_place_twice():
    scene = make_scene(goods=FOOD)
    grip, nested = Solids(), Solids()
    grip.add(BOX, (100, 100, 40), MIDDLE, TEXTILE)
    nested.add(BOX, (100, 100, 40), MIDDLE, TEXTILE)
    nested.add(BOX, (50, 50, 20), MIDDLE, STEEL)
    taken = [displace(thing, scene).mass_kg for thing in (grip, nested)]
    assert taken[0] == pytest.approx(taken[1])
    assert taken[0] < 0


def test_nothing_is_displaced_where_there_is_nothing():
    placed = Solids()
    placed.place(make_bar(), (200, 2200, 0))
    assert not displace(placed, make_scene(goods=FOOD)).copies
