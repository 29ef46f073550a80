"""Firearm phantoms: of the size, mass and outline of their kind."""

import numpy as np
import pytest

from data.simulation.phantoms.firearms import (
    KINDS,
    RESERVED_KINDS,
    draw_firearm,
)
from tests.data.simulation.phantoms.shadows import (
    assert_convex,
    count_triangles,
    project_broadside,
)


def draw(kind, seed):
    return draw_firearm(np.random.default_rng(seed), kind)


@pytest.mark.parametrize(
    ("kind", "shortest", "longest", "lightest", "heaviest"),
    [
        ("pistol", 140, 270, 0.4, 1.5),
        ("revolver", 160, 320, 0.5, 1.5),
        ("rifle", 550, 1150, 2, 6),
        ("carbine", 600, 950, 1.7, 4.2),
        ("submachine gun", 220, 760, 1.2, 3.5),
        ("shotgun", 480, 1280, 1.5, 5.2),
        ("derringer", 100, 175, 0.2, 0.8),
        ("pepperbox", 165, 270, 0.35, 1.3),
        ("machine pistol", 205, 600, 0.6, 1.9),
        ("bullpup", 560, 850, 1.9, 5.2),
        ("sawn-off shotgun", 260, 480, 0.8, 2.4),
        ("tube gun", 230, 540, 0.4, 2.6),
    ],
)
def test_firearms_have_the_size_and_mass_of_their_kind(
    kind, shortest, longest, lightest, heaviest
):
    for seed in range(30):
        firearm = draw(kind, seed)
        low, high = firearm.solids.bounds()
        assert firearm.kind == kind
        assert shortest < high[0] - low[0] < longest
        assert high[2] - low[2] < 80
        assert lightest < firearm.solids.mass_kg < heaviest
        assert count_triangles(firearm.solids) < 1200


@pytest.mark.parametrize("kind", KINDS + RESERVED_KINDS)
def test_firearms_take_few_triangles(kind):
    counts = [count_triangles(draw(kind, seed).solids) for seed in range(30)]
    assert np.median(counts) < 900


@pytest.mark.parametrize("kind", [*KINDS, "bullpup", "pepperbox", "sawn-off shotgun"])
@pytest.mark.parametrize("seed", range(4))
def test_a_firearm_shows_a_hole_in_its_trigger_guard(kind, seed):
    shadow = project_broadside(draw(kind, seed).solids)
    solid = shadow > 1e-3
    rows, columns = np.nonzero(solid)
    inside = np.ones_like(solid)
    # A hole: background that no straight way up, down, left or right leaves.
    for axis in (0, 1):
        for flip in (1, -1):
            order = np.flip(solid, axis) if flip < 0 else solid
            seen = np.logical_or.accumulate(order, axis)
            inside &= np.flip(seen, axis) if flip < 0 else seen
    holes = inside & ~solid
    assert holes.sum() > 30
    assert len(set(columns)) > len(set(rows)), "longer than it is tall"


@pytest.mark.parametrize("kind", KINDS + RESERVED_KINDS)
def test_a_firearm_adds_no_light_from_any_side(kind):
    for seed in range(3):
        solids = draw(kind, seed).solids
        for copies in solids.copies:
            assert_convex(copies.mesh)
        assert project_broadside(solids).min() > -1e-3


@pytest.mark.parametrize("kind", KINDS + RESERVED_KINDS)
def test_a_firearm_comes_in_a_few_big_named_pieces(kind):
    for seed in range(10):
        firearm = draw(kind, seed)
        assert 2 <= len(firearm.pieces) <= 4
        parts = sum(piece.mass_kg for piece in firearm.pieces.values())
        assert parts == pytest.approx(firearm.solids.mass_kg)
        assert all(piece.mass_kg > 0.03 for piece in firearm.pieces.values())


def test_every_kind_of_firearm_is_drawn_pistols_most_often():
    rng = np.random.default_rng(0)
    kinds = [draw_firearm(rng).kind for _ in range(150)]
    assert set(kinds) == set(KINDS)
    assert max(KINDS, key=kinds.count) == "pistol"


def test_no_two_firearms_are_alike_but_those_of_one_seed():
    first, again, other = (draw("rifle", seed).solids for seed in (1, 1, 2))
    assert first.mass_kg == again.mass_kg
    np.testing.assert_array_equal(first.bounds(), again.bounds())
    assert first.mass_kg != other.mass_kg
