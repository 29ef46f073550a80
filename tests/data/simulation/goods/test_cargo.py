"""Cargo: bounded, in place, of all kinds, and with niches where things could lie."""

import numpy as np
import pytest

from data.simulation.geometry.path_length import Fan, project_solids
from data.simulation.goods.cargo import (
    CARGO,
    EMPTY,
    REEFER_CARGO,
    draw_cargo,
    draw_reefer,
)
from data.simulation.goods.rows import PAYLOAD_KG_PER_M
from data.simulation.loading.hold import Hold
from data.simulation.loading.load import CONCEALMENTS

LOADED = [kind for kind in CARGO if kind != EMPTY]
SHORT = Hold(130.0, 1890.0, 150.0, 2481.0, 1159.0)
TWENTY_FEET = Hold(130.0, 5948.0, 150.0, 2481.0, 1159.0)
WIDE_ENOUGH = Hold(0.0, 4000.0, 0.0, 2300.0, 1159.0)
FORTY_FEET = Hold(130.0, 12082.0, 150.0, 2481.0, 1159.0)


def count_triangles(solids):
    return sum(
        len(c.shift)
        * (2 * len(c.mesh.faces) - np.sum(c.mesh.faces[:, 2] == c.mesh.faces[:, 3]))
        for c in solids.copies
    )


def project(solids, hold):
    fan = Fan(400, 200, 0.0, hold.x1 / 400, 0.4, 16 / 8000, (0.0, -8000.0))
    carbon, iron = project_solids(solids, fan)
    return carbon + iron


@pytest.mark.parametrize("kind", LOADED)
@pytest.mark.parametrize("hold", [SHORT, TWENTY_FEET], ids=["2 m", "20 ft"])
def test_cargo_is_in_the_hold_and_within_the_payload(kind, hold):
    loaded = 0
    for seed in range(4):
        cargo = draw_cargo(np.random.default_rng(seed), hold, kind)
        assert cargo.kinds == (kind,)
        if not cargo.load.solids.copies:
            continue
        loaded += 1
        low, high = cargo.load.solids.bounds()
        assert (low > [hold.x0 - 40, hold.floor - 20, -hold.side - 40]).all()
        assert (high < [hold.x1 + 40, hold.ceiling + 20, hold.side + 40]).all()
        assert project(cargo.load.solids, hold).min() > -0.02
        most = PAYLOAD_KG_PER_M * hold.length / 1000
        assert 5 < cargo.load.solids.mass_kg < most * 1.001
    assert loaded == 4 or hold is SHORT


@pytest.mark.parametrize("kind", LOADED)
def test_niches_are_in_the_hold_and_amid_goods(kind):
    covered = []
    for seed in range(3):
        load = draw_cargo(np.random.default_rng(seed), TWENTY_FEET, kind).load
        assert 4 <= len(load.niches) <= 60
        dense = project(load.solids, TWENTY_FEET)
        for niche in load.niches:
            assert niche.kind in CONCEALMENTS
            assert (niche.low >= [130.0, 150.0, -1159.0]).all()
            assert (niche.high <= [5948.0, 2481.0, 1159.0]).all()
            assert (niche.high - niche.low >= (60, 30, 60)).all()
            x, y, z = (niche.low + niche.high) / 2
            row = int((0.4 - y / (z + 8000)) / (16 / 8000))
            covered.append(dense[row, int(x / TWENTY_FEET.x1 * 400)] > 0.3)
    assert np.mean(covered) > 0.9


@pytest.mark.parametrize("kind", LOADED)
def test_niches_are_on_the_floor_on_goods_or_in_them(kind):
    for seed in range(3):
        load = draw_cargo(np.random.default_rng(seed), TWENTY_FEET, kind).load
        boxes = surround_goods(load.solids)
        held = [is_held(niche, boxes) for niche in load.niches]
        assert np.mean(held) > 0.95


def surround_goods(solids):
    """Lowest and highest corner of every solid that adds matter."""
    low, high = [], []
    for c in solids.copies:
        half = np.abs(c.linear @ c.mesh.vertices.T).max(axis=2)
        adds = c.amounts.sum(axis=1) > 0
        low.append((c.shift - half)[adds])
        high.append((c.shift + half)[adds])
    return np.concatenate(low), np.concatenate(high)


def is_held(niche, boxes):
    """Whether a solid under the niche ends at its underside, or is around it."""
    low, high = boxes
    middle = (niche.low + niche.high) / 2
    under = ((low < middle) & (high > middle))[:, [0, 2]].all(axis=1)
    bears = (low[:, 1] < niche.low[1] + 10) & (high[:, 1] > niche.low[1] - 40)
    return niche.low[1] < TWENTY_FEET.floor + 40 or bool((under & bears).any())


def test_rifles_and_pistols_find_room_in_many_kinds():
    long, small = set(), set()
    for kind in LOADED:
        for seed in range(4):
            load = draw_cargo(np.random.default_rng(seed), TWENTY_FEET, kind).load
            for niche in load.niches:
                size = np.sort(niche.high - niche.low)
                long |= {kind} if (size >= (80, 200, 900)).all() else set()
                small |= {kind} if (size >= (60, 170, 230)).all() else set()
    assert small == set(LOADED)
    assert {"pipes", "timber", "furniture", "scrap", "bales", "machinery"} <= long
    assert len(long) >= 10


def test_all_ways_of_hiding_in_cargo_are_offered():
    offered = {
        niche.kind
        for kind in LOADED
        for niche in draw_cargo(np.random.default_rng(1), FORTY_FEET, kind).load.niches
    }
    assert offered == {
        "package",
        "goods",
        "drum",
        "appliance",
        "furniture",
        "engine",
        "machinery",
        "tools",
        "pipes",
    }


def test_a_fifth_of_the_containers_is_empty_and_the_rest_holds_all_kinds():
    kinds = []
    for seed in range(240):
        rng = np.random.default_rng(seed)
        reefer = draw_reefer(rng, None)
        kinds.append(draw_cargo(rng, WIDE_ENOUGH, reefer=reefer).kinds)
    assert 32 <= sum(each == (EMPTY,) for each in kinds) <= 66
    assert {kind for each in kinds for kind in each} == set(CARGO)


def test_a_refrigerated_container_carries_what_travels_cooled_and_no_other_does():
    for seed in range(40):
        cold = draw_cargo(np.random.default_rng(seed), WIDE_ENOUGH, reefer=True)
        assert set(cold.kinds) <= {*REEFER_CARGO, EMPTY}
        dry = draw_cargo(np.random.default_rng(seed), WIDE_ENOUGH)
        assert not set(dry.kinds) & set(REEFER_CARGO)


def test_a_container_is_refrigerated_if_its_cargo_travels_cooled():
    rng = np.random.default_rng(0)
    assert draw_reefer(rng, "produce")
    assert not draw_reefer(rng, "cartons")
    drawn = sum(draw_reefer(rng, None) for _ in range(1000))
    assert 20 < drawn < 100


@pytest.mark.parametrize("kind", LOADED)
def test_the_same_seed_gives_the_same_cargo(kind):
    first, second = (
        draw_cargo(np.random.default_rng(9), TWENTY_FEET, kind).load for _ in range(2)
    )
    pairs = zip(first.solids.copies, second.solids.copies, strict=True)
    assert all(
        (a.linear == b.linear).all() and (a.shift == b.shift).all() for a, b in pairs
    )
    niches = zip(first.niches, second.niches, strict=True)
    assert all((a.low == b.low).all() for a, b in niches)
    other = draw_cargo(np.random.default_rng(10), TWENTY_FEET, kind).load
    # Masses may well be alike: both as heavy as a container may be.
    assert not np.array_equal(other.solids.bounds(), first.solids.bounds())


def test_a_cargo_of_40_ft_is_light_enough_to_project():
    counts = [
        count_triangles(
            draw_cargo(np.random.default_rng(seed), FORTY_FEET, kind).load.solids
        )
        for kind in LOADED
        for seed in range(2)
    ]
    assert np.median(counts) < 100_000
    assert max(counts) < 260_000
