"""Each defect does what it says, more so the more severe it is."""

import numpy as np
import pytest
from pydantic import ValidationError

from data.simulation.imaging.defects import (
    DEFECTS,
    MAX_SEVERITY,
    Defect,
    bend,
    draw_defects,
    impair,
    worsen_exposure,
)
from data.simulation.imaging.exposure import Response, draw_exposure
from data.simulation.imaging.scanner import SCANNERS
from data.simulation.imaging.warp import Warp

WIDTH, HEIGHT = 3000, 900
STRAIGHT = Warp.straight(WIDTH, HEIGHT)
EXPOSURE = draw_exposure(np.random.default_rng(0), SCANNERS[0])
WARPS = ("speed warp", "boom wobble", "crop")
EXPOSURES = ("dose loss", "blur")


def even():
    return Response(np.ones(WIDTH, np.float32), np.ones(HEIGHT, np.float32))


def measure(kind, severity):
    """How far a defect changes what it touches; 0 if nothing."""
    rng, defect = np.random.default_rng(3), Defect(kind=kind, severity=severity)
    exposure = worsen_exposure(EXPOSURE, defect)
    warp = bend(rng, STRAIGHT, defect)
    response = impair(rng, even(), defect)
    dose = EXPOSURE.photons[0] / exposure.photons[0] - 1
    if warp.shape != STRAIGHT.shape:
        return "warp", WIDTH - warp.shape[1] + HEIGHT - warp.shape[0]
    parts = {
        "exposure": dose + exposure.blur_px - EXPOSURE.blur_px,
        "warp": np.abs(warp.x - STRAIGHT.x).sum() + np.abs(warp.y).sum(),
        "response": np.abs(response.pulse - 1).sum()
        + np.abs(response.gain - 1).sum()
        + np.hypot(*response.low_offset)
        + (0 if response.brightest == np.inf else 1 - response.brightest),
    }
    touched = {name: float(size) for name, size in parts.items() if size > 1e-6}
    assert len(touched) == 1, "each defect on its own"
    return next(iter(touched.items()))


@pytest.mark.parametrize("kind", DEFECTS)
def test_a_defect_touches_one_thing_and_grows_with_its_severity(kind):
    found = [measure(kind, severity) for severity in range(1, MAX_SEVERITY + 1)]
    expected = "response"
    if kind in WARPS:
        expected = "warp"
    if kind in EXPOSURES:
        expected = "exposure"
    assert {part for part, _ in found} == {expected}
    sizes = [size for _, size in found]
    assert sizes == sorted(sizes)
    assert sizes[-1] > 2 * sizes[0]


def test_a_speed_warp_shows_the_same_stretch_and_never_runs_back():
    warp = bend(
        np.random.default_rng(0), STRAIGHT, Defect(kind="speed warp", severity=5)
    )
    assert warp.x[0] == 0
    assert warp.x[-1] == pytest.approx(WIDTH - 1)
    assert (np.diff(warp.x) > 0).all()


@pytest.mark.parametrize("severity", range(1, MAX_SEVERITY + 1))
def test_dead_rows_read_nothing_and_others_as_before(severity):
    defect = Defect(kind="dead rows", severity=severity)
    gain = impair(np.random.default_rng(1), even(), defect).gain
    assert set(np.unique(gain)) == {0, 1}


def test_a_misfire_hits_some_column_even_of_a_small_picture():
    small = Response(np.ones(20, np.float32), np.ones(20, np.float32))
    defect = Defect(kind="pulse misfire", severity=1)
    pulse = impair(np.random.default_rng(0), small, defect).pulse
    assert 0.01 < pulse.min() <= 0.5


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "fog", "severity": 1},
        {"kind": "blur", "severity": 0},
        {"kind": "blur", "severity": 6},
        {"kind": "blur", "severity": 1, "colour": "red"},
    ],
)
def test_what_is_no_defect_is_refused(wrong):
    with pytest.raises(ValidationError):
        Defect.model_validate(wrong)


@pytest.mark.parametrize("scanner", SCANNERS, ids=lambda s: s.name)
def test_scanners_have_the_defects_of_their_family_at_times(scanner):
    rng = np.random.default_rng(0)
    drawn = [draw_defects(rng, scanner) for _ in range(300)]
    worst = {w.kind: w.worst for w in scanner.weaknesses}
    assert {d.kind for each in drawn for d in each} == set(worst) <= set(DEFECTS)
    assert all(d.severity <= worst[d.kind] for each in drawn for d in each)
    assert 0.1 < np.mean([bool(each) for each in drawn]) < 0.6
