"""Firearms whole, taken apart and in bundles: rigid, apart, and centred."""

from itertools import combinations

import numpy as np
import pytest

from data.simulation.geometry.solids import Solids
from data.simulation.phantoms.arrangement import FORMS, draw_firearms
from data.simulation.phantoms.firearms import (
    KINDS,
    RESERVED_KINDS,
    draw_firearm,
)
from tests.data.simulation.phantoms.shadows import project_broadside


def draw(seed, kind=None, form=None):
    return draw_firearms(np.random.default_rng(seed), kind, form)


def are_apart(first, second):
    (low, high), (low2, high2) = first.solids.bounds(), second.solids.bounds()
    return bool(((high < low2) | (high2 < low)).any())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS + RESERVED_KINDS)
def test_nothing_intersects_and_all_is_centred(kind, form):
    for seed in range(6):
        items = draw(seed, kind, form)
        assert all(are_apart(a, b) for a, b in combinations(items, 2))
        bounds = np.array([item.solids.bounds() for item in items])
        middle = bounds[:, 0].min(axis=0) + bounds[:, 1].max(axis=0)
        np.testing.assert_allclose(middle, 0, atol=1e-6)
        assert {(item.kind, item.form) for item in items} == {(kind, form)}


def test_a_whole_firearm_stands_in_its_own_frame():
    (item,) = draw(3, "pistol", "whole")
    assert item.piece is None
    np.testing.assert_array_equal(item.turn, np.eye(3))
    phantom = draw_firearm(np.random.default_rng(3), "pistol")
    assert item.solids.mass_kg == pytest.approx(phantom.solids.mass_kg)


def test_the_pieces_make_up_the_firearm():
    items = draw(5, "rifle", "parts")
    phantom = draw_firearm(np.random.default_rng(5), "rifle")
    assert {item.piece for item in items} == set(phantom.pieces)
    for item in items:
        turned = Solids()
        turned.place(phantom.pieces[item.piece], (0, 0, 0), item.turn)
        low, high = item.solids.bounds()
        np.testing.assert_allclose(high - low, np.diff(turned.bounds(), axis=0)[0])


def test_the_pieces_lie_flat():
    for seed in range(10):
        for item in draw(seed, form="parts"):
            assert abs(item.turn[2, 2]) == pytest.approx(1)
            assert np.linalg.det(item.turn) == pytest.approx(1)


def test_a_bundle_holds_two_to_six_mostly_of_one_kind_head_to_tail():
    kinds, counts, ahead = [], set(), []
    for seed in range(60):
        items = draw(seed, form="bundle")
        kinds.append(len({item.kind for item in items}))
        counts.add(len(items))
        ahead += [bool(item.turn[0, 0] > 0) for item in items]
        assert all(item.piece is None for item in items)
    assert counts == {2, 3, 4, 5, 6}
    assert 0.6 < np.mean(np.array(kinds) == 1) < 1
    assert 0.3 < np.mean(ahead) < 0.7


def test_turned_back_a_pistol_of_a_bundle_has_its_slide_on_top():
    for item in draw(2, "pistol", "bundle"):
        upright = Solids()
        upright.place(item.solids, (0, 0, 0), item.turn.T)
        low, high = upright.bounds()
        shadow = project_broadside(_centre(upright, low, high)) > 1e-3
        rows = np.flatnonzero(shadow.any(axis=1))
        longest = shadow.sum(axis=1).argmax()
        assert longest < rows.mean()


def _centre(solids, low, high):
    moved = Solids()
    moved.place(solids, -(low + high) / 2)
    return moved


def test_most_are_whole():
    rng = np.random.default_rng(0)
    forms = [draw_firearms(rng)[0].form for _ in range(150)]
    assert set(forms) == set(FORMS)
    assert 90 < forms.count("whole") < 120


def test_the_same_seed_packs_the_same():
    for first, again in zip(draw(9), draw(9), strict=True):
        assert (first.kind, first.piece) == (again.kind, again.piece)
        for a, b in zip(first.solids.copies, again.solids.copies, strict=True):
            np.testing.assert_array_equal(a.linear, b.linear)
            np.testing.assert_array_equal(a.shift, b.shift)
