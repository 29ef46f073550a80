"""A seed gives a scan and the truth about it."""

from dataclasses import replace

import numpy as np
import pytest

from data.container_number import check_digit
from data.errors import SimulationError
from data.physics.transmission import measure_transmission, to_attenuation
from data.simulation.imaging.defects import DEFECTS, Defect
from data.simulation.imaging.scanner import (
    RESERVED_SCANNERS,
    SCANNER_NAMES,
    SCANNERS,
)
from data.simulation.loading.load import CONCEALMENTS
from data.simulation.phantoms.arrangement import FORMS
from data.simulation.phantoms.firearms import KINDS
from data.simulation.recipe import Recipe
from data.simulation.simulated_scan import simulate_scan
from data.truth import FIREARM, HARMLESS, TOY_GUN, VISIBLE

BRIGHT = replace(
    SCANNERS[0],
    photons=(1e9, 1e9),
    scatter=(0.0, 0.0),
    blur_px=(0.2, 0.2),
    weaknesses=(),
)
"""A scanner without noise, blur or defects, to compare scans pixel by pixel."""

COARSE = replace(SCANNERS[0], pitch_mm=(20.0, 20.0))
"""A scanner with few pixels, for many scans."""

ALL_SCANNERS = SCANNERS + RESERVED_SCANNERS


def simulate_sacks(seed, firearms, *defects):
    recipe = Recipe(
        length_m=3.0,
        cargo="sacks",
        kind="revolver",
        form="whole",
        concealment="goods",
        firearms=firearms,
        harmless=0,
        defects=defects,
    )
    return simulate_scan(seed, recipe, scanner=BRIGHT)


def list_objects(simulated):
    return list(simulated.truth.objects)


def cover(simulated):
    """Where any of the things is."""
    covered = np.zeros(simulated.scan.size[::-1], bool)
    for each in list_objects(simulated):
        x0, y0, x1, y1 = map(int, each.box)
        covered[y0:y1, x0:x1] |= each.pixels()
    return covered


def measure(simulated, plane=0):
    scan = simulated.scan
    counts = (scan.high, scan.low)[plane]
    return measure_transmission(counts, scan.air[plane], scan.dark[plane])


@pytest.mark.parametrize("scanner", ALL_SCANNERS, ids=lambda s: s.name)
def test_a_scan_states_what_is_known_of_it(scanner):
    recipe = Recipe(length_m=3.0, scanner=scanner.name, defects=())
    simulated = simulate_scan(5, recipe)
    scan, info = simulated.scan, simulated.scan.info
    assert scan.kind == ("dual" if len(scanner.energies_mv) == 2 else "single")
    assert info.synthetic
    assert info.scanner == scanner.name
    assert info.pitch_mm == scanner.pitch_mm
    assert info.pitch_source == "simulation"
    assert info.energies_mv == scanner.energies_mv
    assert [check_digit(n[:10]) == int(n[10]) for n in info.containers] == [True]
    assert simulated.truth.source == "simulation"
    assert simulated.truth.defects == ()
    width, height = scan.size
    assert 3000 < width * scanner.pitch_mm[0] < 4200
    assert 2591 < height * scanner.pitch_mm[1] < 5200


def test_families_differ_in_energies_pitch_and_geometry():
    assert len({s.energies_mv for s in ALL_SCANNERS}) == len(ALL_SCANNERS) >= 5
    assert len({s.pitch_mm for s in ALL_SCANNERS}) == len(ALL_SCANNERS)
    assert len({s.source_distance_mm for s in ALL_SCANNERS}) == len(ALL_SCANNERS)
    assert all(3 <= pitch <= 6 for s in ALL_SCANNERS for pitch in s.pitch_mm)


def test_chance_draws_every_family_but_reserved_ones():
    wish = Recipe(length_m=2.0, cargo="empty", firearms=0, harmless=0)
    drawn = {simulate_scan(seed, wish).scan.info.scanner for seed in range(24)}
    assert drawn == set(SCANNER_NAMES)


def test_the_same_seed_packs_the_same_container_for_every_scanner():
    built = [
        simulate_scan(3, Recipe(length_m=3.0, firearms=2, scanner=scanner.name)).truth
        for scanner in (SCANNERS[0], RESERVED_SCANNERS[0])
    ]
    kinds = [[(each.kind, each.pose) for each in truth.objects] for truth in built]
    assert kinds[0] == kinds[1] != []


def test_a_source_elsewhere_sees_the_same_container_in_another_way():
    usual, elsewhere = (
        simulate_scan(3, Recipe(length_m=3.0, firearms=2, source=source))
        for source in ("usual", "anywhere")
    )
    assert usual.scan.info == elsewhere.scan.info
    poses = [[each.pose for each in list_objects(s)] for s in (usual, elsewhere)]
    assert poses[0] == poses[1] != []
    boxes = [[each.box for each in list_objects(s)] for s in (usual, elsewhere)]
    assert boxes[0] != boxes[1]


def test_without_a_wish_the_source_stands_where_it_usually_does():
    for scanner in ALL_SCANNERS:
        assert scanner.place_source(None) is scanner.place_source("usual") is scanner


@pytest.mark.parametrize("scanner", SCANNERS, ids=lambda s: s.name)
def test_anywhere_takes_in_usual_places_but_not_those_of_reserved_scanners(scanner):
    anywhere = scanner.place_source("anywhere")
    for ranges in ("source_distance_mm", "source_height_mm"):
        least, most = getattr(anywhere, ranges)
        assert least <= getattr(scanner, ranges)[0]
        assert getattr(scanner, ranges)[1] <= most
    nearest = anywhere.source_distance_mm[0]
    assert all(r.source_distance_mm[1] < nearest for r in RESERVED_SCANNERS)


def test_the_same_seed_gives_the_same_scan():
    first, second = (simulate_scan(11, Recipe(length_m=2.5)) for _ in range(2))
    for name in ("high", "low", "air", "dark"):
        np.testing.assert_array_equal(
            getattr(first.scan, name), getattr(second.scan, name)
        )
    assert first.truth == second.truth
    assert first.scan.info == second.scan.info


def test_another_seed_gives_another_scan():
    first, second = (simulate_scan(seed, Recipe(length_m=2.5)) for seed in (11, 12))
    assert first.scan.info.containers != second.scan.info.containers


@pytest.mark.parametrize("seed", [2, 3, 5, 7])
def test_box_and_mask_are_what_the_firearm_changed(seed):
    armed, clean = simulate_sacks(seed, 1), simulate_sacks(seed, 0)
    alpha = [to_attenuation(measure(s)) for s in (armed, clean)]
    changed = np.abs(alpha[0] - alpha[1]) > 0.02
    inside = cover(armed)
    assert clean.truth.objects == ()
    assert changed.sum() > 100
    assert {each.concealment for each in armed.truth.objects} == {"goods"}
    assert (changed & ~inside).sum() < 0.1 * inside.sum()
    assert (changed & inside).sum() > 0.5 * inside.sum()


@pytest.mark.parametrize("kind", ["speed warp", "boom wobble", "crop"])
@pytest.mark.parametrize("seed", [2, 5])
def test_truth_follows_warps(kind, seed):
    defect = Defect(kind=kind, severity=4)
    armed, clean = simulate_sacks(seed, 3, defect), simulate_sacks(seed, 0, defect)
    straight = simulate_sacks(seed, 3)
    added = np.abs(to_attenuation(measure(armed)) - to_attenuation(measure(clean)))
    height, width = added.shape
    inside = cover(armed)
    for each in list_objects(armed):
        x0, y0, x1, y1 = map(int, each.box)
        assert 0 <= x0 < x1 <= width
        assert 0 <= y0 < y1 <= height
        mask = each.pixels()
        assert mask[0].any()
        assert mask[-1].any()
        window = slice(y0, y1), slice(x0, x1)
        rest = added[window][~inside[window]]
        assert added[window][mask].mean() > 5 * rest.mean()
    assert armed.truth.objects != straight.truth.objects
    assert armed.truth.defects[0].kind == kind


def test_what_is_in_front_and_behind_makes_what_is_around():
    # Without beam hardening they would add up; with it they are a little more.
    for seed in range(6):
        for each in list_objects(simulate_sacks(seed, 2)):
            parts = each.attenuation_in_front + each.attenuation_behind
            assert each.attenuation_around <= parts + 0.02
            assert parts < 1.25 * each.attenuation_around + 0.1
            assert each.attenuation_in_front > 0


def test_attenuation_around_and_contrast_are_those_of_the_scans():
    armed, clean = simulate_sacks(2, 1), simulate_sacks(2, 0)
    each = list_objects(armed)[0]
    x0, y0, x1, y1 = map(int, each.box)
    alpha = [to_attenuation(measure(s))[y0:y1, x0:x1] for s in (armed, clean)]
    mask = each.pixels()
    assert alpha[0][mask].mean() == pytest.approx(
        each.attenuation_around + each.contrast, rel=0.02
    )
    assert alpha[1][mask].mean() == pytest.approx(each.attenuation_around, rel=0.02)


def test_more_dose_makes_a_firearm_more_visible():
    found = []
    for photons in (1e3, 1e5):
        scanner = replace(SCANNERS[0], photons=(photons, photons), weaknesses=())
        recipe = Recipe(length_m=3.0, firearms=1, form="whole", harmless=0)
        found += list_objects(simulate_scan(3, recipe, scanner=scanner))
    assert found[1].signal_to_noise > 5 * found[0].signal_to_noise
    assert found[1].occluded <= found[0].occluded


def test_a_firearm_that_nobody_could_see_is_to_be_ignored():
    recipe = Recipe(length_m=3.0, firearms=2, form="whole", harmless=1)
    dark = replace(SCANNERS[0], photons=(1e-3, 1e-3))
    hidden = list_objects(simulate_scan(3, recipe, scanner=dark))
    assert len(hidden) == 3
    for each in hidden:
        assert each.signal_to_noise < VISIBLE
        assert each.ignore == (each.label == FIREARM)
    seen = simulate_scan(3, recipe, scanner=BRIGHT).truth.objects
    assert not any(each.ignore for each in seen)


def test_scans_with_and_without_firearms_hide_harmless_things_alike():
    truths = [
        simulate_scan(seed, Recipe(length_m=2.0), scanner=COARSE).truth
        for seed in range(60)
    ]
    armed = np.array([any(o.label == FIREARM for o in t.objects) for t in truths])
    benign = np.array(
        [any(o.label in {HARMLESS, TOY_GUN} for o in t.objects) for t in truths]
    )
    assert 0.45 < armed.mean() < 0.75
    assert abs(benign[armed].mean() - benign[~armed].mean()) < 0.25
    every = [o for t in truths for o in t.objects]
    assert {o.label for o in every} == {FIREARM, HARMLESS, TOY_GUN}
    assert {o.form for o in every if o.label == FIREARM} == set(FORMS)
    assert {o.concealment for o in every} <= set(CONCEALMENTS)
    assert len({o.concealment for o in every}) > len(CONCEALMENTS) / 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_recipe_is_kept(kind):
    recipe = Recipe(length_m=3.0, kind=kind, form="whole", firearms=2, harmless=0)
    simulated = simulate_scan(1, recipe, scanner=COARSE)
    assert [o.kind for o in simulated.truth.objects] == [kind, kind]
    assert {o.form for o in simulated.truth.objects} == {"whole"}


@pytest.mark.parametrize("concealment", ["parcel", "tools", "shielding"])
def test_firearms_are_hidden_as_the_recipe_says(concealment):
    recipe = Recipe(
        length_m=3.0, cargo="empty", concealment=concealment, firearms=2, harmless=0
    )
    truth = simulate_scan(1, recipe, scanner=COARSE).truth
    assert {o.concealment for o in truth.objects} == {concealment}


@pytest.mark.parametrize("kind", DEFECTS)
def test_every_defect_changes_the_scan_and_is_in_its_truth(kind):
    recipe = Recipe(length_m=2.0, firearms=1, harmless=0, defects=())
    scanner = replace(SCANNERS[0], pitch_mm=(8.0, 8.0))
    good = simulate_scan(4, recipe, scanner=scanner)
    defects = (Defect(kind=kind, severity=3),)
    wish = recipe.model_copy(update={"defects": defects})
    bad = simulate_scan(4, wish, scanner=scanner)
    assert [(d.kind, d.severity) for d in bad.truth.defects] == [(kind, 3)]
    same = bad.scan.size == good.scan.size
    planes = [[measure(each, plane) for plane in (0, 1)] for each in (good, bad)]
    assert not (same and np.array_equal(planes[0], planes[1]))


def test_boxes_lie_in_the_picture():
    for seed in range(12):
        recipe = Recipe(length_m=2.5, firearms=3)
        simulated = simulate_scan(seed, recipe, scanner=COARSE)
        width, height = simulated.scan.size
        boxes = np.array([each.box for each in simulated.truth.objects])
        assert (boxes >= 0).all()
        assert (boxes <= [width, height, width, height]).all()
        assert (boxes[:, 2:] > boxes[:, :2]).all()


def test_the_top_row_shows_air_and_the_floor_is_below_the_middle():
    recipe = Recipe(length_m=3.0, cargo="empty", firearms=0, harmless=0)
    alpha = to_attenuation(measure(simulate_scan(4, recipe, scanner=BRIGHT)))
    middle = alpha[:, alpha.shape[1] // 2 - 50 : alpha.shape[1] // 2 + 50].mean(axis=1)
    assert abs(middle[:5].mean()) < 0.05
    assert middle.argmax() > len(middle) / 2


def test_a_lower_energy_is_attenuated_more():
    recipe = Recipe(length_m=3.0, cargo="cartons")
    simulated = simulate_scan(6, recipe, scanner=BRIGHT)
    high, low = (to_attenuation(measure(simulated, plane)) for plane in (0, 1))
    thick = (high > 0.5) & (high < 5)
    ratio = low[thick] / high[thick]
    assert 1.10 < np.median(ratio) < 1.22


def test_a_negative_seed_is_refused():
    with pytest.raises(SimulationError, match="Choose 0 or more"):
        simulate_scan(-1)
