"""Tests of projecting into windows: true to physics, and never over something else."""

from dataclasses import replace

import numpy as np
import pytest

from data.projection.cutout import Cutout
from tests.data.projection.things import ENERGIES, make_box
from tests.training.scans import NOISE, Named, make_prepared
from training.config import Projection
from training.projecting import Placed, Site, add_labels, project_thing
from training.silhouettes import SHOWN, UNSURE
from training.windows import Labels

PISTOL = Named("pistol")
TRUE = Projection()
QUIET = Projection(noise=False)


def make_site(planes=None, *, inside=None, wide=0.6, air_noise=NOISE, **known):
    """A window of a box, empty and half full, in which a thing may lie anywhere."""
    levels = np.stack(make_box(air_noise=air_noise)) if planes is None else planes
    height, width = levels.shape[1:]
    room = np.ones((height // 2, width // 2), bool) if inside is None else inside
    scan = make_prepared(levels, inside=room.copy(), **known)
    return Site(
        scan,
        levels.astype(np.float32),
        None if wide is None else np.full_like(levels, wide, np.float32),
        room.copy(),
        4.0,
    )


def project(site, seed=0, settings=QUIET, thing=PISTOL, density=1.0):
    return project_thing(
        np.random.default_rng(seed), site, thing, settings, density=density
    )


def flat(transmission, side=200, planes=2):
    """As much matter everywhere, without noise."""
    return np.full((planes, side, side), transmission, np.float32)


def part(plane, box):
    x0, y0, x1, y1 = map(int, box)
    return plane[..., y0:y1, x0:x1]


@pytest.mark.parametrize("settings", [TRUE, QUIET, Projection(hardening=False)])
@pytest.mark.parametrize("wide", [0.6, None])
def test_nothing_added_leaves_every_bit(settings, wide):
    for seed in range(10):
        site = make_site(wide=wide)
        before = site.levels.copy()
        placed = project(site, seed, settings, density=0.0)
        assert placed is not None
        assert not placed.visible
        np.testing.assert_array_equal(site.levels, before)
        assert site.taken.any()


def test_nothing_added_leaves_every_bit_whatever_the_scattered_signal():
    random = np.random.default_rng(0)
    levels = random.uniform(0.001, 1.1, (2, 200, 200)).astype(np.float32)
    for seed in range(10):
        site = make_site(levels, wide=float(random.uniform(0.3, 0.9)), scatter=0.05)
        assert project(site, seed, TRUE, density=0.0) is not None
        np.testing.assert_array_equal(site.levels, levels)


def test_a_firearm_never_brightens_and_nothing_else_is_touched():
    for seed in range(12):
        site = make_site()
        before = site.levels.copy()
        box = project(site, seed).box
        off = site.levels - before
        assert off.max() <= 1e-6
        x0, y0, x1, y1 = (round(side) for side in box)
        around = np.ones(off.shape[1:], bool)
        around[max(y0 - 4, 0) : y1 + 4, max(x0 - 4, 0) : x1 + 4] = False
        assert (off[:, around] == 0).all()
        assert part(off, box).mean() < -0.02


def test_a_firearm_darkens_on_average_where_noise_is_drawn():
    site = make_site()
    before = site.levels.copy()
    box = project(site, 3, TRUE).box
    assert part(site.levels - before, box).mean() < -0.02


def test_its_box_surrounds_what_changed():
    for seed in range(12):
        site = make_site(flat(0.8))
        before = site.levels.copy()
        box = project(site, seed).box
        lost = np.log(before / site.levels)[0]
        rows, columns = np.nonzero(lost > lost.max() / 3)
        bounds = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        assert list(box) == pytest.approx(bounds, abs=1)


def test_things_lie_in_the_room_there_is_and_on_nothing_else():
    room = np.zeros((120, 200), bool)
    room[20:100, 30:180] = True
    for seed in range(6):
        random = np.random.default_rng(seed)
        site = make_site(np.full((2, 240, 400), 0.7, np.float32), inside=room)
        site.take(np.array([[200, 80, 260, 140]], np.float32))
        taken = [(200.0, 80.0, 260.0, 140.0)]
        for _ in range(12):
            before = site.levels.copy()
            placed = project_thing(random, site, PISTOL, QUIET)
            if placed is None:
                continue
            changed = np.abs(site.levels - before)[0] > 0.01
            fine = room.repeat(2, axis=0).repeat(2, axis=1)
            assert fine[changed].mean() > 0.85
            for other in taken:
                assert not part(changed, other).any()
            taken.append(placed.box)
        assert len(taken) >= 4


def test_a_place_that_is_taken_is_taken_a_little_around():
    site = make_site(flat(0.7))
    site.take(np.array([[50, 60, 90, 100], [0, 0, 9, 9]], np.float32))
    assert site.taken[26:54, 21:49].all()
    assert site.taken[:8, :8].all()
    assert site.taken.sum() == 28 * 28 + 8 * 8
    assert site.inside.all()


class Leaning(Named):
    """A bar of 160 x 20 mm that was scanned at 30 degrees."""

    def cut(self, energies_mv: tuple[float, ...], planes: int) -> Cutout:
        """It, with as many planes as asked for."""
        whole = super().cut(energies_mv, planes)
        height, width = whole.mask.shape
        rows, columns = np.mgrid[:height, :width]
        across = (rows - height / 2) * np.cos(0.52) + (columns - width / 2) * np.sin(
            0.52
        )
        bar = np.abs(across) < 5
        return replace(whole, mask=bar, attenuation=0.5 * bar[None].repeat(planes, 0))


BAR = Leaning("rifle")


def make_floor(floor, side=200, below=0.2):
    """Air in a box, and something dense and thick from a row on."""
    levels = flat(0.8, side)
    levels[:, floor:] = below
    return levels


def lie(levels, seed, thing=BAR, **known):
    site = make_site(levels, **known)
    random = np.random.default_rng(seed)
    return project_thing(random, site, thing, QUIET, lies=True)


@pytest.mark.parametrize(("floor", "side"), [(140, 200), (140, 201), (178, 200)])
def test_what_lies_is_level_and_touches_or_covers_what_bears_it(floor, side):
    boxes = np.array([lie(make_floor(floor, side), seed).box for seed in range(40)])
    wide, tall = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    assert (wide > 2 * tall).all()
    above = boxes[:, 3] - floor
    assert above.min() >= -4
    assert above.max() <= min(34, side - floor)
    assert 0.3 < (abs(above) <= 4).mean() < 0.95


def test_what_does_not_lie_is_put_anywhere_any_way_round():
    placed = [project(make_site(flat(0.8)), seed, thing=BAR) for seed in range(40)]
    boxes = np.array([each.box for each in placed])
    upright = boxes[:, 3] - boxes[:, 1] > boxes[:, 2] - boxes[:, 0]
    assert 0.2 < upright.mean() < 0.8


def test_where_nothing_bears_it_a_thing_is_put_anywhere_any_way_round():
    boxes = np.array([lie(flat(0.8), seed).box for seed in range(40)])
    upright = boxes[:, 3] - boxes[:, 1] > boxes[:, 2] - boxes[:, 0]
    assert 0.2 < upright.mean() < 0.8


def test_nothing_lies_on_what_is_thin_at_the_rim_of_a_window():
    boxes = np.array([lie(make_floor(196), seed).box for seed in range(40)])
    assert (boxes[:, 3] < 190).mean() > 0.5


def test_nothing_lies_before_the_air_under_what_bears_it():
    levels = make_floor(140)
    levels[:, 158:] = 1.0
    boxes = np.array([lie(levels, seed).box for seed in range(60)])
    assert boxes[:, 3].max() <= 158 + 6
    assert (boxes[:, 3] > 146).any()


def test_nothing_is_laid_over_what_lies_on_the_same_floor():
    for seed in range(10):
        random = np.random.default_rng(seed)
        site = make_site(make_floor(140))
        taken: list[tuple[float, float, float, float]] = []
        for _ in range(6):
            before = site.levels.copy()
            placed = project_thing(random, site, PISTOL, QUIET, lies=True)
            if placed is None:
                continue
            changed = np.abs(site.levels - before)[0] > 0.01
            for other in taken:
                assert not part(changed, other).any()
            taken.append(placed.box)
        assert len(taken) >= 2


def test_there_may_be_no_room():
    nowhere = np.zeros((100, 100), bool)
    assert project(make_site(flat(0.7), inside=nowhere)) is None
    tiny = make_site(flat(0.7, 16))
    before = tiny.levels.copy()
    assert project(tiny) is None
    np.testing.assert_array_equal(tiny.levels, before)


def lose(transmission, settings, seed=2):
    """Attenuation that a firearm adds at most behind so much matter."""
    site = make_site(flat(transmission), wide=None)
    project(site, seed, settings)
    return float(np.log(transmission / site.levels[0]).max())


def test_hardening_makes_it_fainter_behind_dense_cargo():
    plain = Projection(noise=False, hardening=False)
    assert lose(0.02, plain) == pytest.approx(lose(1.0, plain), rel=0.02)
    assert lose(1.0, QUIET) == pytest.approx(lose(1.0, plain), rel=0.02)
    thin, thick = (lose(level, QUIET) / lose(level, plain) for level in (0.3, 0.02))
    assert thick < thin < 1
    assert 0.65 < thick < 0.85


def test_scattered_signal_is_not_darkened():
    floor = 0.01 * 0.6
    site = make_site(flat(floor * 1.02), scatter=0.01)
    project(site)
    assert site.levels.min() >= floor * 0.99


def test_without_noise_nothing_random_is_added(monkeypatch):
    quiet, noisy = make_site(flat(0.5)), make_site(flat(0.5))
    box = project(noisy, 4, TRUE).box
    monkeypatch.setattr("training.projecting.draw_noise", pytest.fail)
    assert project(quiet, 4, QUIET).box == box
    noise = part(noisy.levels - quiet.levels, box)
    assert noise.std() > 5e-4
    assert abs(noise.mean()) < 2e-4


def test_there_is_as_much_noise_as_the_lower_signal_has():
    air = 0.01
    ratios = []
    for seed in range(10):
        random = np.random.default_rng(seed)
        clean = flat(0.6)
        noise = random.standard_normal(clean.shape) * air * np.sqrt(clean)
        sites = [
            make_site((clean + extra).astype(np.float32), noise=(air, air), wide=None)
            for extra in (noise, 0)
        ]
        for site, settings in zip(sites, (TRUE, QUIET), strict=True):
            box = project(site, seed, settings, Named("pistol", 2.0)).box
        noisy, expected = (part(site.levels[0], box) for site in sites)
        thick = expected < np.exp(-0.6) * 0.6
        off = (noisy - expected)[thick] / np.sqrt(expected[thick])
        ratios.append(off.std() / air)
    assert np.mean(ratios) == pytest.approx(1, abs=0.05)


def test_what_nobody_could_see_comes_as_not_visible():
    assert project(make_site(), thing=PISTOL).visible
    assert not project(make_site(), thing=Named("pistol", 0.0002)).visible
    dark = project(make_site(flat(1e-6), wide=None), thing=PISTOL)
    assert not dark.visible


def test_what_a_rendering_hides_comes_as_not_visible():
    def show(gamma, behind=0.01):
        site = replace(make_site(flat(behind), wide=None), gamma=gamma)
        return project(site, thing=Named("pistol", 0.3)).visible

    assert show(None)
    assert show(2.4)
    assert not show(1.0)
    assert show(1.0, behind=0.5)


def test_the_same_seed_puts_it_into_the_same_place():
    def run(seed):
        site = make_site()
        return project(site, seed, TRUE).box, site.levels.tobytes()

    assert run(1) == run(1)
    assert len({run(seed)[0] for seed in range(6)}) == 6


@pytest.mark.parametrize(
    ("planes", "energies"),
    [(1, (6.0,)), (1, (None,)), (2, (None, None)), (2, ENERGIES)],
)
def test_scans_of_every_kind_take_things(planes, energies):
    asked = []

    class Asked(Named):
        def cut(self, energies_mv: tuple[float, ...], planes: int) -> Cutout:
            asked.append((energies_mv, planes))
            return super().cut(energies_mv, planes)

    known = {"energies_mv": energies, "noise": (NOISE,) * planes}
    known["readout"] = (0.0,) * planes
    site = make_site(flat(0.6, planes=planes), wide=None, **known)
    assert project(site, 0, TRUE, Asked("pistol")).visible
    assert asked == [(tuple(mv for mv in energies if mv), planes)]
    assert site.levels.shape[0] == planes
    assert all(plane.min() < 0.5 for plane in site.levels)


def test_labels_are_added_by_whether_they_can_be_seen():
    full = np.ones((4, 4), bool)
    placed = [
        Placed((0, 0, 4, 4), True, full, (0, 0)),
        Placed((5, 5, 9, 9), False, full, (5, 5)),
    ]
    nothing = np.zeros((0, 4), np.float32)
    before = Labels(nothing, nothing, np.zeros((10, 10), np.uint8))
    labels = add_labels(before, placed)
    assert labels.boxes.tolist() == [[0, 0, 4, 4]]
    assert labels.ignored.tolist() == [[5, 5, 9, 9]]
    assert (labels.marks[:4, :4] == SHOWN).all()
    assert (labels.marks[5:9, 5:9] == UNSURE).all()
    assert np.count_nonzero(labels.marks) == 32
    assert not before.marks.any()
    assert add_labels(before, []).boxes.shape == (0, 4)
