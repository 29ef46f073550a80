"""The simulated test object, against the physics it stands for."""

from datetime import UTC, datetime

import numpy as np
import pytest

from data.errors import QualityError
from data.formats import read_scan
from data.physics.beam import Beam
from data.physics.materials import STEEL
from data.quality import load_layout
from data.quality.layout import WirePatch
from data.simulation import SCANNERS
from data.simulation.geometry.path_length import Fan, project_solids
from data.simulation.imaging.defects import Defect
from data.simulation.test_object import Mornings, Shot, scan_object, write_mornings
from data.simulation.test_object.building import build_object

LAYOUT = load_layout()
SMALL = SCANNERS[3]
FAR_MM = 1e5


def project(x, y, *, step=1.0, layout=LAYOUT):
    """Areal density of iron, g/cm2, of a box of a layout, seen from far away."""
    fan = Fan(
        width=round((x[1] - x[0]) / step),
        height=round((y[1] - y[0]) / step),
        x0=x[0],
        pitch=step,
        top=-y[0] / FAR_MM,
        step=step / FAR_MM,
        source=(0.0, -FAR_MM),
    )
    return project_solids(build_object(layout), fan)[1]


@pytest.mark.parametrize(
    ("x", "y", "mm"),
    [
        ((20, 120), (20, 80), 100),
        ((20, 120), (120, 180), 150),
        ((1070, 1180), (20, 80), 450),
        ((10, 40), (400, 700), 100),
        ((60, 100), (400, 700), 105),
        ((5, 25), (320, 340), 60),
        ((1330, 1370), (500, 540), 20),
        ((1210, 1230), (20, 80), 0),
    ],
)
def test_the_steel_is_as_thick_as_the_layout_says(x, y, mm):
    iron = project(x, y)
    np.testing.assert_allclose(iron, mm * 0.785, rtol=0.01, atol=1e-6)


@pytest.mark.parametrize("number", [0, 3, 5])
def test_a_wire_has_the_volume_of_a_cylinder(number):
    wire = LAYOUT.of_kind(WirePatch)[number]
    (x0, y0), (x1, y1) = wire.start, wire.end
    low, high = np.minimum((x0, y0), (x1, y1)) - 4, np.maximum((x0, y0), (x1, y1)) + 4
    step = wire.diameter_mm / 8
    alone = LAYOUT.model_copy(update={"pieces": (), "patches": (wire,)})
    iron = project((low[0], high[0]), (low[1], high[1]), step=step, layout=alone)
    grams = iron.sum() * (step / 10) ** 2
    length = np.hypot(x1 - x0, y1 - y0)
    volume_cm3 = np.pi * wire.diameter_mm**2 / 4 * length / 1000
    assert grams == pytest.approx(volume_cm3 * 7.85, rel=0.01)


def test_a_scan_shows_the_attenuation_of_its_beam():
    shot = scan_object(LAYOUT, Shot(SMALL, seed=1))
    x, y = shot.corner
    # The tilted plate, 20 mm: 1320 to 1380 and 490 to 550 mm from the corner.
    rows = slice(round(y + 490 / 5), round(y + 550 / 5))
    columns = slice(round(x + 1320 / 6), round(x + 1380 / 6))
    found = shot.scan.transmission("high")[rows, columns].mean()
    clear = float(np.exp(-Beam(6.0).attenuation([(STEEL, 20 * 0.785)])))
    scattered = shot.exposure.scatter
    assert clear * (1 - scattered) < found < clear + scattered + 0.005


def test_the_same_shot_is_the_same_scan_and_another_morning_is_not():
    first, same, other = (
        scan_object(LAYOUT, Shot(SMALL, seed=4, number=n)) for n in (2, 2, 3)
    )
    counts = [np.asarray(shot.scan.high) for shot in (first, same, other)]
    np.testing.assert_array_equal(counts[0], counts[1])
    assert not np.array_equal(counts[0], counts[2])
    assert first.exposure == other.exposure  # it is the same scanner
    assert first.corner != other.corner


def test_another_seed_is_another_scanner():
    first, other = (scan_object(LAYOUT, Shot(SMALL, seed=s)) for s in (1, 2))
    assert first.exposure != other.exposure


def test_the_same_rows_are_dead_every_morning():
    dead = Defect(kind="dead rows", severity=3)
    gains = [
        scan_object(LAYOUT, Shot(SMALL, 1, n, (dead,))).response.gain for n in (0, 1)
    ]
    rows = [np.flatnonzero(gain == 0).tolist() for gain in gains]
    assert rows[0] == rows[1] != []


def test_a_scan_says_what_it_is():
    now = datetime(2026, 1, 5, tzinfo=UTC)
    info = scan_object(LAYOUT, Shot(SMALL, acquired=now)).scan.info
    assert (info.synthetic, info.scanner, info.acquired) == (True, SMALL.name, now)
    assert info.pitch_mm == SMALL.pitch_mm


def test_a_layout_in_pixels_cannot_be_simulated():
    pixels = LAYOUT.model_copy(update={"unit": "px"})
    with pytest.raises(QualityError, match="One in mm is needed"):
        scan_object(pixels, Shot(SMALL))


def test_mornings_are_a_scan_a_day_with_defects_from_some_day_on(tmp_path):
    loss = Defect(kind="dose loss", severity=5)
    told = []
    files = write_mornings(
        LAYOUT,
        Mornings(Shot(SMALL, seed=1), count=3, defects=(loss,), since=3),
        tmp_path / "out",
        progress=lambda *done: told.append(done),
    )
    assert [f.name for f in files] == [
        "2026-01-05.tiff",
        "2026-01-06.tiff",
        "2026-01-07.tiff",
    ]
    assert told == [(1, 3), (2, 3), (3, 3)]
    scans = [read_scan(file) for file in files]
    noise = [scan.transmission("high")[:40].std() for scan in scans]
    assert noise[1] == pytest.approx(noise[0], rel=0.1)
    assert noise[2] > 3 * noise[0]
    assert [f"{scan.info.acquired:%d}" for scan in scans] == ["05", "06", "07"]
