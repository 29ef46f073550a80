"""Containers: weight, look, room for cargo, rooms hidden in them, what carries them."""

import numpy as np
import pytest

from data.simulation.containers.chassis import BARE, FLATBED, GOOSENECK, STRAIGHT
from data.simulation.containers.container import (
    Container,
    build_container,
    draw_container,
)
from data.simulation.geometry.path_length import Fan, project_solids

TWENTY, FORTY, HIGH = 6058.0, 12192.0, 2896.0
CARRIAGES = (GOOSENECK, STRAIGHT, FLATBED)
SEEDS = range(4)


def build(container, seed=0):
    return build_container(np.random.default_rng(seed), container)


def project(solids, container, pitch=16.0):
    """Areal density, g/cm2, of all but the ends."""
    step = pitch / 8000
    width, height = int(container.length / pitch), int(5500 / pitch)
    fan = Fan(width, height, 0.0, pitch, 3600 / 8000, step, (-600.0, -8000.0))
    carbon, iron = project_solids(solids, fan)
    return carbon + iron


def enclose(solids):
    """Lowest and highest corner of every copy, (N, 3) each."""
    corners = [
        c.mesh.vertices @ c.linear.transpose(0, 2, 1) + c.shift[:, None]
        for c in solids.copies
    ]
    low = np.concatenate([points.min(axis=1) for points in corners])
    high = np.concatenate([points.max(axis=1) for points in corners])
    return low, high


@pytest.mark.parametrize(
    ("container", "lightest", "heaviest"),
    [
        (Container(TWENTY, 2591.0), 2000, 2500),
        (Container(FORTY, 2591.0), 3500, 4100),
        (Container(FORTY, HIGH), 3600, 4200),
        (Container(FORTY, HIGH, reefer=True), 4000, 4900),
    ],
)
def test_a_container_weighs_what_its_kind_does(container, lightest, heaviest):
    for seed in SEEDS:
        assert lightest < build(container, seed).solids.mass_kg < heaviest


@pytest.mark.parametrize("carriage", CARRIAGES)
def test_a_trailer_weighs_2_to_7_t_and_its_tractor_up_to_6_t_more(carriage):
    box = Container(FORTY, 2591.0)
    for seed in SEEDS:
        loaded = build(Container(FORTY, 2591.0, carriage=carriage), seed)
        extra = loaded.solids.mass_kg - build(box, seed).solids.mass_kg
        assert 2500 < extra < 12000


def test_the_walls_of_an_empty_dry_box_are_two_sheets_of_1_5_to_2_mm():
    for seed in SEEDS:
        container = Container(FORTY, 2591.0)
        rows = slice(int((3600 - 1350) / 16), int((3600 - 1000) / 16))
        seen = project(build(container, seed).solids, container)[rows, 200:500]
        assert 2 * 1.4 < np.median(seen) / 0.785 < 2 * 2.2


@pytest.mark.parametrize("length", [2000.0, TWENTY, FORTY])
@pytest.mark.parametrize("carriage", [*CARRIAGES, BARE])
def test_no_part_adds_light(length, carriage):
    for reefer in (False, True):
        container = Container(length, HIGH, reefer, carriage, 180.0 * (not reefer))
        assert project(build(container).solids, container).min() > -0.02


@pytest.mark.parametrize(
    "container",
    [
        Container(2000.0, 2591.0),
        Container(FORTY, 2591.0, carriage=GOOSENECK),
        Container(FORTY, HIGH, reefer=True, carriage=STRAIGHT),
        Container(TWENTY, 2591.0, false_wall=250.0, covered_doors=True),
        Container(FORTY, HIGH, carriage=FLATBED, false_wall=120.0),
    ],
)
def test_nothing_of_the_structure_stands_in_the_hold(container):
    hold = container.hold
    slack = 45.0
    inner = np.array([hold.x0 + slack, hold.floor + slack, slack - hold.side])
    outer = np.array([hold.x1 - slack, hold.ceiling - slack, hold.side - slack])
    for seed in SEEDS:
        low, high = enclose(build(container, seed).solids)
        inside = ((high > inner) & (low < outer)).all(axis=1)
        assert not inside.any(), (low[inside], high[inside])


def test_a_reefer_has_less_room_than_a_dry_box_of_its_size():
    dry, cool = (Container(FORTY, HIGH, reefer).hold for reefer in (False, True))
    assert cool.x0 > dry.x0 + 250
    assert cool.length < dry.length - 250
    assert cool.side < dry.side
    assert cool.floor > dry.floor
    assert cool.height > 2300


def test_a_false_wall_shortens_the_hold_and_offers_what_it_hides():
    plain = Container(TWENTY, 2591.0)
    walled = Container(TWENTY, 2591.0, false_wall=200.0)
    assert walled.hold.x0 > plain.hold.x0 + 100
    niches = [n for n in build(walled).niches if n.kind == "false wall"]
    assert len(niches) == 2
    for niche in niches:
        assert niche.high[0] < walled.hold.x0
        assert niche.high[0] - niche.low[0] > 120
    assert not [n for n in build(plain).niches if n.kind == "false wall"]


def test_what_is_put_in_a_niche_rests_on_something():
    container = Container(TWENTY, 2591.0, false_wall=200.0, covered_doors=True)
    kinds = set()
    for seed in range(40):
        load = build(container, seed)
        low, high = enclose(load.solids)
        for niche in load.niches:
            kinds.add(niche.kind)
            middle = (niche.low + niche.high) / 2
            under = (low < middle)[:, [0, 2]].all(axis=1)
            under &= (high > middle)[:, [0, 2]].all(axis=1)
            gap = niche.low[1] - high[under, 1]
            assert np.abs(gap).min() < 3, niche
            assert (niche.high - niche.low > (25, 80, 300)).all()
    assert kinds == {"false wall", "door", "under floor"}


def test_containers_come_in_the_sizes_of_iso_668():
    rng = np.random.default_rng(0)
    drawn = [draw_container(rng, None) for _ in range(200)]
    assert {c.length for c in drawn} == {TWENTY, FORTY}
    tall = {
        length: np.mean([c.height == HIGH for c in drawn if c.length == length])
        for length in (TWENTY, FORTY)
    }
    assert tall[TWENTY] < 0.2
    assert 0.4 < tall[FORTY] < 0.8
    assert draw_container(rng, 3.5).length == 3500


def test_most_containers_stand_on_wheels_and_a_tenth_has_a_false_wall():
    rng = np.random.default_rng(1)
    drawn = [draw_container(rng, None) for _ in range(300)]
    assert 0.7 < np.mean([c.carriage != BARE for c in drawn]) < 0.9
    assert {c.carriage for c in drawn} == {*CARRIAGES, BARE}
    assert 0.05 < np.mean([c.false_wall > 0 for c in drawn]) < 0.16
    assert not any(c.reefer for c in drawn)


def test_reefers_are_mostly_high_cubes_of_40_ft_without_false_walls():
    rng = np.random.default_rng(1)
    drawn = [draw_container(rng, None, reefer=True) for _ in range(100)]
    assert all(c.reefer and not c.false_wall for c in drawn)
    assert np.mean([(c.length, c.height) == (FORTY, HIGH) for c in drawn]) > 0.7


@pytest.mark.parametrize("length", [2000.0, TWENTY, FORTY])
@pytest.mark.parametrize("carriage", CARRIAGES)
def test_the_wheels_reach_the_ground(length, carriage):
    container = Container(length, 2591.0, carriage=carriage)
    for seed in SEEDS:
        low, _ = build(container, seed).solids.bounds()
        assert low[1] == pytest.approx(container.ground, abs=1)


def test_a_bare_container_has_nothing_under_it():
    container = Container(FORTY, 2591.0)
    assert container.ground == 0
    for seed in SEEDS:
        low, high = build(container, seed).solids.bounds()
        assert low[1] > -10
        assert low[0] > -20
        assert high[0] < FORTY + 20


def test_an_empty_container_with_its_trailer_is_of_few_faces():
    container = Container(FORTY, HIGH, carriage=GOOSENECK)
    counts = []
    for seed in range(6):
        solids = build(container, seed).solids
        counts.append(sum(len(c.shift) * len(c.mesh.faces) for c in solids.copies))
    assert np.median(counts) < 16000


def test_the_same_seed_builds_the_same_container():
    container = Container(FORTY, 2591.0, carriage=FLATBED, false_wall=150.0)
    first, second = (build(container, 5).solids.copies for _ in range(2))
    assert len(first) == len(second)
    for one, other in zip(first, second, strict=True):
        assert (one.linear == other.linear).all()
        assert (one.shift == other.shift).all()
        assert (one.amounts == other.amounts).all()
    assert build(container, 6).solids.mass_kg != build(container, 5).solids.mass_kg
