"""Harmless things: all drawn, none lighter than nothing, none too costly."""

import numpy as np
import pytest

from data.simulation.phantoms.confusers import (
    CONFUSERS,
    draw_confuser,
    draw_toy_gun,
)
from data.simulation.phantoms.firearms import draw_firearm
from data.truth import TOY_GUN
from tests.data.simulation.phantoms.shadows import (
    assert_convex,
    count_triangles,
    project_broadside,
)


def test_every_kind_of_harmless_thing_is_drawn():
    rng = np.random.default_rng(0)
    assert len(CONFUSERS) >= 15
    assert {draw_confuser(rng).kind for _ in range(200)} == set(CONFUSERS)


@pytest.mark.parametrize("kind", CONFUSERS)
def test_a_harmless_thing_is_solid_centred_and_of_few_triangles(kind):
    for seed in range(3):
        thing = draw_confuser(np.random.default_rng(seed), kind)
        assert thing.kind == kind
        assert list(thing.pieces) == [kind]
        low, high = thing.solids.bounds()
        np.testing.assert_allclose(low + high, 0, atol=1e-6)
        assert 80 < (high - low).max() < 1500
        assert 0.1 < thing.solids.mass_kg < 25
        assert count_triangles(thing.solids) <= 2500
        shadow = project_broadside(thing.solids)
        assert shadow.min() > -1e-3
        assert shadow.max() > 0.5


@pytest.mark.parametrize("kind", CONFUSERS)
def test_a_harmless_thing_is_made_of_convex_solids(kind):
    solids = draw_confuser(np.random.default_rng(7), kind).solids
    for mesh in {id(c.mesh): c.mesh for c in solids.copies}.values():
        assert_convex(mesh)


def test_a_toy_gun_is_far_lighter_than_a_pistol():
    for seed in range(12):
        rng = np.random.default_rng(seed)
        toy, pistol = draw_toy_gun(rng), draw_firearm(rng, "pistol")
        assert toy.kind == TOY_GUN
        assert TOY_GUN not in CONFUSERS
        shadow, real = (project_broadside(p.solids) for p in (toy, pistol))
        assert shadow.min() > -1e-3
        assert np.median(shadow[shadow > 0.02]) < np.median(real[real > 0.02]) / 2
        assert count_triangles(toy.solids) <= 2500


def test_there_are_three_sorts_of_toy_gun():
    rng = np.random.default_rng(1)
    sorts = {len(draw_toy_gun(rng).solids.copies) for _ in range(40)}
    assert len(sorts) >= 3


def test_the_same_seed_draws_the_same_thing():
    first, again = (draw_confuser(np.random.default_rng(4)) for _ in range(2))
    assert first.kind == again.kind
    np.testing.assert_array_equal(first.solids.bounds(), again.solids.bounds())
    assert first.solids.mass_kg == again.solids.mass_kg
