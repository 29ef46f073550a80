"""Tests of display scans made out of counts."""

import numpy as np
import pytest

from data.display import COLOURED, Rendering, draw_rendering, to_display
from data.rendering import render_colour, render_grey, show_colour, show_grey
from data.scan import Scan
from tests.data.formats.samples import make_colour, make_dual


def draw(scan, seed=0, count=1):
    random = np.random.default_rng(seed)
    return [to_display(scan, random) for _ in range(count)]


def drop_low(scan):
    return Scan(
        high=scan.high,
        air=scan.air[:1],
        dark=scan.dark[:1],
        info=scan.info.model_copy(update={"energies_mv": (6.0,)}),
    )


def is_grey(picture):
    return (picture == picture[..., :1]).all()


def test_a_rendering_stays_as_it_is():
    scan = Scan(display=make_colour())
    assert draw(scan) == [scan]


@pytest.mark.parametrize("make", [make_dual, lambda: drop_low(make_dual())])
def test_a_rendering_has_the_pixels_and_the_knowledge_of_its_scan(make):
    scan = make()
    (made,) = draw(scan)
    assert made.kind == "display"
    assert made.size == scan.size
    assert made.info == scan.info
    assert (made.high, made.low, made.air, made.dark) == (None, None, None, None)


def test_the_same_seed_renders_alike_and_draws_differ():
    scan = make_dual()
    first, again, other = (
        [made.display.tobytes() for made in draw(scan, seed, count=6)]
        for seed in (1, 1, 2)
    )
    assert first == again != other
    assert len(set(first)) > 3


@pytest.mark.parametrize("make", [make_dual, lambda: drop_low(make_dual())])
def test_how_a_scan_is_rendered_can_be_told_from_the_seed(make):
    scan = make()
    for seed in range(12):
        first, again = (np.random.default_rng(seed) for _ in range(2))
        how = draw_rendering(first, dual=scan.low is not None)
        shown = to_display(scan, again).display
        if how.colour:
            expected = render_colour(scan, gamma=how.gamma)
        else:
            expected = render_grey(scan, gamma=how.gamma)[..., None].repeat(3, 2)
        np.testing.assert_array_equal(shown, expected)


def test_colours_show_thick_cargo_as_grey_of_a_larger_gamma_does():
    grey, colour = Rendering(1.0), Rendering(1.0, colour=True)
    assert grey.grey_gamma == 1.0
    behind = np.exp(-np.array([[4.0], [4.5]], np.float32)).repeat(40, 0).repeat(40, 1)
    shown = (
        show_colour(behind, behind ** np.float32(1.05), (6.0, 4.0), 1.0)
        .max(axis=2)
        .astype(int)
    )
    dull, bright = (
        int(np.ptp(show_grey(behind, how.grey_gamma))) for how in (grey, colour)
    )
    assert dull < np.ptp(shown)
    assert np.ptp(shown) == pytest.approx(bright, abs=1)


def test_a_share_of_dual_scans_and_no_single_ones_are_coloured():
    dual = [not is_grey(made.display) for made in draw(make_dual(), count=300)]
    assert np.mean(dual) == pytest.approx(COLOURED, abs=0.08)
    single = draw(drop_low(make_dual()), count=30)
    assert all(is_grey(made.display) for made in single)


def test_air_is_bright_and_what_attenuates_is_dark():
    for made in draw(make_dual(), count=20):
        assert made.display[0, 0].min() > 240
        assert made.display[6, 10].max() < 200
        assert made.display[6, 10].mean() < made.display[0, 0].mean() - 40


def test_the_grey_curve_is_one_that_the_renderer_draws():
    scan = make_dual()
    seen = set()
    for made in draw(scan, count=40):
        if is_grey(made.display):
            gammas = np.linspace(0.5, 5, 400)
            apart = [
                np.abs(
                    render_grey(scan, gamma=float(g)).astype(int) - made.display[..., 0]
                ).max()
                for g in gammas
            ]
            assert min(apart) <= 1
            seen.add(round(float(gammas[int(np.argmin(apart))]), 1))
    assert len(seen) > 5
    coloured = [m.display for m in draw(scan, count=40) if not is_grey(m.display)]
    assert all(picture.shape == render_colour(scan).shape for picture in coloured)
