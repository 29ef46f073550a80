"""Containers, cargo and what is hidden: bounded, in place, and all kinds of it."""

import numpy as np
import pytest

from data.errors import SimulationError
from data.physics.materials import CARBON
from data.simulation.cargo import CARGO, EMPTY, PAYLOAD_KG_PER_M, draw_cargo
from data.simulation.confusers import CONFUSERS, draw_confuser
from data.simulation.container import (
    Container,
    build_container,
    draw_container,
)
from data.simulation.firearms import KINDS, draw_firearm
from data.simulation.meshes import BOX
from data.simulation.path_length import Fan, project_solids
from data.simulation.placing import Surroundings, hide
from data.simulation.simulated_scan import simulate_scan
from data.simulation.solids import Solids

FORTY_FEET = Container(12192.0, 2591.0)
LOADED = [kind for kind in CARGO if kind != EMPTY]


def project_broadside(solids, pitch=2.0):
    fan = Fan(800, 400, -800.0, pitch, 400 / 8000, pitch / 8000, (0.0, -8000.0))
    carbon, iron = project_solids(solids, fan)
    return carbon + iron


def test_a_40_ft_container_weighs_what_it_should():
    solids = build_container(np.random.default_rng(3), FORTY_FEET)
    low, _ = solids.bounds()
    if low[1] < -100:  # with its chassis
        assert 4000 < solids.mass_kg < 11000
    else:
        assert 3000 < solids.mass_kg < 5000


def test_an_empty_container_is_as_transparent_as_its_walls():
    rng = np.random.default_rng(0)
    fan = Fan(200, 100, 4000.0, 4.0, 1500 / 8000, 4 / 8000, (0.0, -8000.0))
    carbon, iron = project_solids(build_container(rng, FORTY_FEET), fan)
    steel = (carbon + iron) / 0.785
    assert 3 < np.median(steel) < 6  # two walls of 1.6 to 2.1 mm, slanted in part


def test_containers_come_in_the_sizes_of_iso_668():
    rng = np.random.default_rng(0)
    drawn = {draw_container(rng, None) for _ in range(100)}
    assert {c.length for c in drawn} == {6058.0, 12192.0}
    assert {c.height for c in drawn} == {2591.0, 2896.0}
    assert draw_container(rng, 3.5).length == 3500


@pytest.mark.parametrize("kind", LOADED)
@pytest.mark.parametrize("length", [2000.0, 6058.0])
def test_cargo_is_in_the_hold_and_within_the_payload(kind, length):
    hold = Container(length, 2591.0).hold
    for seed in range(3):
        cargo = draw_cargo(np.random.default_rng(seed), hold, kind)
        assert cargo.kinds == (kind,)
        if not cargo.solids.copies:
            continue
        low, high = cargo.solids.bounds()
        assert (low > [hold.x0 - 60, hold.floor - 60, -hold.side - 80]).all()
        assert (high < [hold.x1 + 60, hold.ceiling + 60, hold.side + 80]).all()
        fan = Fan(400, 200, 0.0, length / 400, 0.4, 16 / 8000, (0.0, -8000.0))
        carbon, iron = project_solids(cargo.solids, fan)
        assert (carbon + iron).min() > -0.05
        most = PAYLOAD_KG_PER_M * hold.length / 1000
        assert 5 < cargo.solids.mass_kg < most * 1.001


def test_a_fifth_of_the_containers_is_empty_and_the_rest_holds_all_kinds():
    hold = Container(2500.0, 2591.0).hold
    drawn = [draw_cargo(np.random.default_rng(seed), hold) for seed in range(150)]
    empty = sum(cargo.kinds == (EMPTY,) for cargo in drawn)
    assert 18 <= empty <= 45
    assert {kind for cargo in drawn for kind in cargo.kinds} == set(CARGO)


@pytest.mark.parametrize(
    ("kind", "shortest", "longest"),
    [
        ("pistol", 130, 300),
        ("revolver", 110, 320),
        ("rifle", 550, 1150),
        ("carbine", 400, 1050),
        ("submachine gun", 200, 800),
        ("shotgun", 450, 1250),
    ],
)
def test_firearms_have_the_size_of_their_kind(kind, shortest, longest):
    for seed in range(8):
        firearm = draw_firearm(np.random.default_rng(seed), kind)
        low, high = firearm.solids.bounds()
        assert firearm.kind == kind
        assert shortest < high[0] - low[0] < longest
        assert high[2] - low[2] < 80
        assert 0.3 < firearm.solids.mass_kg < 6.5


@pytest.mark.parametrize("kind", KINDS)
def test_a_firearm_shows_a_hole_in_its_trigger_guard(kind):
    shadow = project_broadside(draw_firearm(np.random.default_rng(0), kind).solids)
    solid = shadow > 1e-3
    rows, columns = np.nonzero(solid)
    inside = np.zeros_like(solid)
    # A hole: background that no straight way up, down, left or right leaves.
    for axis in (0, 1):
        for flip in (1, -1):
            order = np.flip(solid, axis) if flip < 0 else solid
            seen = np.logical_or.accumulate(order, axis)
            seen = np.flip(seen, axis) if flip < 0 else seen
            inside = seen if not inside.any() else inside & seen
    holes = inside & ~solid
    assert holes.sum() > 30
    assert len(set(columns)) > len(set(rows)), "longer than it is tall"


def test_every_kind_of_firearm_is_drawn():
    rng = np.random.default_rng(0)
    assert {draw_firearm(rng).kind for _ in range(200)} == set(KINDS)


def test_every_kind_of_harmless_thing_is_drawn_and_none_adds_light():
    rng = np.random.default_rng(0)
    drawn = [draw_confuser(rng) for _ in range(60)]
    assert {kind for kind, _ in drawn} == set(CONFUSERS)
    for _, solids in drawn[:20]:
        shadow = project_broadside(solids)
        assert shadow.min() > -1e-3
        assert shadow.max() > 0.5


def surroundings(cargo):
    hold = Container(4000.0, 2591.0).hold
    fan = Fan(1000, 800, 0.0, 4.0, 3000 / 8000, 4 / 8000, (0.0, -8000.0))
    return Surroundings(hold, fan, np.full((800, 1000), cargo, np.float32))


@pytest.mark.parametrize("cargo", [0.0, 10.0])
def test_what_is_hidden_is_in_the_hold(cargo):
    around = surroundings(cargo)
    hold = around.hold
    for seed in range(20):
        rng = np.random.default_rng(seed)
        placed, parcel = hide(rng, draw_firearm(rng).solids, around)
        low, high = placed.bounds()
        assert (low > [hold.x0 - 1, hold.floor - 1, -hold.side - 1]).all()
        assert (high < [hold.x1 + 1, hold.ceiling + 1, hold.side + 1]).all()
        if parcel.copies:
            outside = parcel.bounds()
            assert (outside[0] <= low + 1e-6).all()
            assert (outside[1] >= high - 1e-6).all()
            assert outside[0][1] == pytest.approx(hold.floor)


def test_nothing_floats_in_an_empty_container():
    around, thing = surroundings(0.0), Solids()
    thing.add(BOX, (100, 100, 100), (0, 0, 0), CARBON)
    for seed in range(10):
        _, parcel = hide(np.random.default_rng(seed), thing, around)
        assert parcel.copies


def test_most_things_are_hidden_in_the_cargo():
    around, thing = surroundings(12.0), Solids()
    thing.add(BOX, (100, 100, 100), (0, 0, 0), CARBON)
    parcels = [
        bool(hide(np.random.default_rng(seed), thing, around)[1].copies)
        for seed in range(60)
    ]
    assert 0 < sum(parcels) < 20


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        ({"seed": -1}, "Choose 0 or more"),
        ({"seed": 0, "length_m": 1.0}, "Choose 2 to 16 m"),
        ({"seed": 0, "length_m": float("nan")}, "Choose 2 to 16 m"),
        ({"seed": 0, "firearms": -1}, "Choose 0 to 20"),
        ({"seed": 0, "cargo": "bananas"}, "Choose one of bags, cartons"),
    ],
)
def test_what_cannot_be_simulated_is_refused(arguments, advice):
    with pytest.raises(SimulationError, match=advice):
        simulate_scan(**arguments)
