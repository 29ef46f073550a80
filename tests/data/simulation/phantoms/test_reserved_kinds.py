"""Reserved kinds: never drawn by chance, always by name, unlike all other kinds."""

import numpy as np
import pytest

from data.errors import SimulationError
from data.simulation.geometry.solids import Solids
from data.simulation.phantoms.arrangement import FORMS, draw_firearms
from data.simulation.phantoms.firearms import (
    KINDS,
    RESERVED_KINDS,
    draw_firearm,
)
from data.simulation.recipe import Recipe, gather_recipe
from data.simulation.simulated_scan import simulate_scan
from data.truth import FIREARM
from tests.data.simulation.phantoms.shadows import project_broadside

BY_CHANCE = ("pistol", "revolver", "rifle", "carbine", "submachine gun", "shotgun")
SHARES = (0.36, 0.16, 0.16, 0.12, 0.1, 0.1)
LIKE = 0.7
"""Shadows that overlap more than this are of one sort."""


def draw_shadow(kind, seed):
    """Where a firearm is, at 8 mm, its muzzle to the right."""
    solids, centred = draw_firearm(np.random.default_rng(seed), kind).solids, Solids()
    low, high = solids.bounds()
    centred.place(solids, -(low + high) / 2)
    fine = project_broadside(centred, pitch=2.0) > 1e-3
    return fine.reshape(100, 4, 200, 4).mean(axis=(1, 3)) > 0.5


def overlap(first, second):
    """Intersection over union of two shadows where they overlap most."""
    spectra = np.fft.rfft2(first), np.conj(np.fft.rfft2(second))
    shared = np.fft.irfft2(spectra[0] * spectra[1], first.shape).max()
    return shared / (first.sum() + second.sum() - shared)


@pytest.fixture(scope="module")
def common():
    return [draw_shadow(kind, seed) for kind in KINDS for seed in range(100, 112)]


def find_nearest(kind, common):
    """Overlap with the most similar of common firearms, median of several draws."""
    shadows = [draw_shadow(kind, seed) for seed in range(5)]
    return np.median([max(overlap(s, other) for other in common) for s in shadows])


def test_shadows_overlap_wholly_with_themselves_wherever_they_are():
    shadow = draw_shadow("pistol", 3)
    moved = np.roll(shadow, (5, -9), axis=(0, 1))
    assert overlap(shadow, moved) == pytest.approx(1)


@pytest.mark.parametrize("kind", RESERVED_KINDS)
def test_a_reserved_kind_is_like_none_that_chance_draws(kind, common):
    assert find_nearest(kind, common) < LIKE


@pytest.mark.parametrize("kind", KINDS)
def test_a_common_kind_is_like_others_that_chance_draws(kind, common):
    assert find_nearest(kind, common) > LIKE


def test_chance_draws_of_the_six_common_kinds_as_it_ever_did():
    assert KINDS == BY_CHANCE
    assert not set(KINDS) & set(RESERVED_KINDS)
    for seed in range(400):
        expected = np.random.default_rng(seed).choice(BY_CHANCE, p=SHARES)
        assert draw_firearm(np.random.default_rng(seed)).kind == expected


@pytest.mark.parametrize("form", [None, *FORMS])
def test_chance_packs_no_reserved_kind(form):
    drawn = set()
    for seed in range(150):
        items = draw_firearms(np.random.default_rng(seed), None, form)
        drawn |= {item.kind for item in items}
    assert drawn == set(BY_CHANCE)


@pytest.mark.parametrize("kind", KINDS)
def test_a_bundle_of_a_common_kind_holds_no_other(kind):
    for seed in range(20):
        items = draw_firearms(np.random.default_rng(seed), kind, "bundle")
        assert {item.kind for item in items} == {kind}


@pytest.mark.parametrize("kind", RESERVED_KINDS)
def test_a_reserved_kind_varies(kind):
    solids = [draw_firearm(np.random.default_rng(s), kind).solids for s in range(20)]
    lengths = [np.ptp(each.bounds(), axis=0)[0] for each in solids]
    masses = [each.mass_kg for each in solids]
    assert max(lengths) > 1.2 * min(lengths)
    assert max(masses) > 1.4 * min(masses)
    assert len({len(each.copies) for each in solids}) > 1


@pytest.mark.parametrize("kind", RESERVED_KINDS)
def test_a_reserved_kind_is_hidden_when_it_is_named(kind):
    recipe = Recipe(
        kind=kind, firearms=2, harmless=0, cargo="empty", length_m=3.0, defects=()
    )
    objects = simulate_scan(11, recipe).truth.objects
    assert {(each.label, each.kind) for each in objects} == {(FIREARM, kind)}


def test_an_unknown_kind_is_refused_in_words_that_name_all():
    with pytest.raises(SimulationError, match="no kind of firearm 'cannon'") as caught:
        gather_recipe(None, {"kind": "cannon"})
    assert all(kind in str(caught.value) for kind in KINDS + RESERVED_KINDS)
