"""What is measured on simulated scans, against what the simulator did."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from data.errors import QualityError
from data.quality import FIGURES, measure_quality
from data.quality.layout import PenetrationPatch, WirePatch
from data.scan import Scan
from data.simulation import SCANNERS
from data.simulation.test_object import Shot, scan_object
from tests.data.quality.objects import DUAL, FINE, LAYOUT, SMALL, measure, shoot, value

NAMES = [scanner.name for scanner in SCANNERS]


def list_lines(quality, figure, plane="high"):
    """All rows or columns that fail in one way."""
    return [
        line
        for fault in quality.faults
        if (fault.figure, fault.plane) == (figure, plane)
        for first, last in fault.runs
        for line in range(first, last + 1)
    ]


def fail(scan, **options):
    with pytest.raises(QualityError) as error:
        measure_quality(scan, options.pop("layout", LAYOUT), **options)
    (line,) = str(error.value).splitlines()
    return line


@pytest.mark.parametrize("scanner", NAMES)
def test_every_figure_of_a_healthy_scan_is_measured(scanner):
    quality = measure(scanner)
    found = {figure.key for figure in quality.figures}
    dual = shoot(scanner).scan.low is not None
    planes = ("high", "low") if dual else ("high",)
    assert found == {
        f"{plane}.{name}"
        for name, kind in FIGURES.items()
        for plane in (("scan",) if kind.of_scan else planes)
        if dual or kind.needs != "two planes"
    }
    assert quality.faults == ()
    assert len(quality.readings) == 24 * len(planes)


@pytest.mark.parametrize("scanner", NAMES)
def test_noise_is_that_of_the_photons_and_the_readout(scanner):
    exposure = shoot(scanner).exposure
    for plane, photons in zip(("high", "low"), exposure.photons, strict=False):
        true = photons / (1 + exposure.readout**2 / photons)
        assert value(measure(scanner), f"{plane}.photons") == pytest.approx(true, 0.06)


@pytest.mark.parametrize("scanner", [SMALL, FINE])
def test_contrast_over_noise_is_what_dose_scatter_and_stripes_leave(scanner):
    ratios, expected = [], []
    for number in range(4):
        shot, quality = shoot(scanner, 1, number), measure(scanner, 1, number)
        found = {r.name: r.ratio for r in quality.readings if r.plane == "high"}
        for patch in LAYOUT.of_kind(PenetrationPatch)[:3]:
            ratios.append(found[patch.name])
            expected.append(expect_ratio(shot, quality.placement, patch))
    assert np.array(ratios) == pytest.approx(np.array(expected), rel=0.15, abs=0.2)
    assert np.mean(np.divide(ratios, expected)) == pytest.approx(1, abs=0.06)


def expect_ratio(shot, placement, patch):
    """From the mean signals, by Poisson's law, readout and the errors of gain."""
    signal, exposure = shot.signals[0].astype(float), shot.exposure
    thing = signal[placement.window(patch.box, LAYOUT.margin)].mean()
    around = np.mean(
        [signal[placement.window(b, LAYOUT.margin)].mean() for b in patch.background]
    )
    photons = exposure.photons[0]
    counted = around / photons + (exposure.readout / photons) ** 2
    stripes = around**2 * (exposure.pulse**2 + exposure.gain**2)
    return (around - thing) / np.sqrt(counted + stripes)


@pytest.mark.parametrize("severity", [1, 3, 5])
@pytest.mark.parametrize("scanner", [SMALL, FINE])
def test_blur_is_that_of_the_detector(scanner, severity):
    defects = (("blur", severity),)
    true = shoot(scanner, 1, 0, defects).exposure.blur_px
    quality = measure(scanner, 1, 0, defects)
    for axis in "xy":
        found = value(quality, f"high.blur_{axis}_px")
        assert found == pytest.approx(true, rel=0.03, abs=0.05)


@pytest.mark.parametrize("severity", [1, 2, 4])
@pytest.mark.parametrize("scanner", [DUAL, FINE])
def test_the_offset_of_the_low_plane_is_found_to_two_hundredths(scanner, severity):
    defects = (("misregistration", severity),)
    true = np.hypot(*shoot(scanner, 2, 0, defects).response.low_offset)
    found = value(measure(scanner, 2, 0, defects), "scan.offset_px")
    assert found == pytest.approx(true, abs=0.02)
    assert value(measure(scanner, 2), "scan.offset_px") < 0.02


@pytest.mark.parametrize("severity", [1, 3, 5])
@pytest.mark.parametrize("seed", [1, 2])
def test_dead_rows_are_named_exactly(seed, severity):
    defects = (("dead rows", severity),)
    true = np.flatnonzero(shoot(SMALL, seed, 0, defects).response.gain == 0)
    quality = measure(SMALL, seed, 0, defects)
    assert list_lines(quality, "dead_rows") == true.tolist()
    assert value(quality, "high.dead_rows") == len(true)


def test_dead_rows_leave_the_other_figures_alone():
    healthy, broken = measure(SMALL), measure(SMALL, 1, 0, (("dead rows", 3),))
    for key in ("high.contrast_percent", "high.photons", "high.blur_x_px"):
        assert value(broken, key) == pytest.approx(value(healthy, key), rel=0.1)
    assert value(broken, "high.penetration_mm") == pytest.approx(
        value(healthy, "high.penetration_mm"), abs=30
    )


@pytest.mark.parametrize("severity", [1, 4])
def test_columns_that_misfired_are_named_exactly(severity):
    defects = (("pulse misfire", severity),)
    true = np.flatnonzero(shoot(FINE, 1, 0, defects).response.pulse < 0.51)
    assert list_lines(measure(FINE, 1, 0, defects), "misfires") == true.tolist()


def test_columns_that_misfired_leave_the_other_figures_alone():
    healthy, broken = measure(FINE), measure(FINE, 1, 0, (("pulse misfire", 4),))
    for key in ("high.contrast_percent", "high.photons", "high.blur_x_px"):
        assert value(broken, key) == pytest.approx(value(healthy, key), rel=0.1)


def test_noisy_and_stuck_rows_are_named_and_leave_the_other_figures_alone():
    scan = shoot(FINE).scan
    rows = list(range(int(shoot(FINE).corner[1]) + 10, len(scan.high) - 20, 12))
    high = np.array(scan.high, float)
    high[rows[::2]] = 65535
    spread = np.random.default_rng(0).normal(0, 6000, (len(rows[1::2]), high.shape[1]))
    high[rows[1::2]] += spread
    broken = replace(scan, high=np.clip(high, 0, 65535).astype(np.uint16))
    found = measure_quality(broken, LAYOUT)
    assert list_lines(found, "dead_rows") == rows[::2]
    assert list_lines(found, "hot_rows") == rows[1::2]
    for key in ("high.contrast_percent", "high.photons", "high.blur_x_px"):
        assert value(found, key) == pytest.approx(value(measure(FINE), key), rel=0.1)


@pytest.mark.parametrize("scanner", [DUAL, FINE])
def test_the_low_plane_is_measured_where_it_is(scanner):
    healthy = measure(scanner, 2)
    moved = measure(scanner, 2, 0, (("misregistration", 5),))
    for name, share in (("wire_air_mm", 0.25), ("contrast_percent", 0.15)):
        found = value(moved, f"low.{name}")
        assert found == pytest.approx(value(healthy, f"low.{name}"), rel=share)


def test_a_scan_at_the_wrong_speed_is_stretched():
    scan = shoot(SMALL).scan
    wide = cv2.resize(scan.high, None, fx=1.02, fy=1.0)
    found = measure_quality(replace(scan, high=wide), LAYOUT)
    assert value(found, "scan.stretch_percent") == pytest.approx(2.0, abs=0.1)


RAISED = {
    "dose loss": ("high.air_noise_percent", 1),
    "blur": ("high.edge_x_px", 1),
    "dead rows": ("high.dead_rows", 1),
    "row stripes": ("high.row_stripes_percent", 1),
    "column stripes": ("high.column_stripes_percent", 1),
    "pulse misfire": ("high.misfires", 1),
    "misregistration": ("scan.offset_px", 1),
    "saturation": ("high.air_level_percent", -1),
}


@pytest.mark.parametrize("kind", RAISED)
@pytest.mark.parametrize("scanner", [DUAL])
def test_every_severity_makes_its_figure_worse(scanner, kind):
    key, sign = RAISED[kind]
    found = [value(measure(scanner), key)] + [
        value(measure(scanner, 1, 0, ((kind, severity),)), key)
        for severity in range(1, 6)
    ]
    assert (np.diff(found) * sign > 0).all()


@pytest.mark.parametrize(
    ("kind", "key"), [("speed warp", "warp_x_px"), ("boom wobble", "warp_y_px")]
)
def test_up_to_severity_4_warps_make_their_figure_worse(kind, key):
    # From there on the markers are beyond reach; the scanner sways a little itself.
    found = [
        np.mean([value(measure(DUAL, s, 0, defects), f"scan.{key}") for s in (0, 1, 2)])
        for defects in ((), *(((kind, severity),) for severity in range(1, 5)))
    ]
    assert (np.diff(found) > 0).all()


def test_less_dose_is_less_penetration_within_its_repeatability():
    found = [
        value(measure(DUAL, 0, 0, defects), "high.penetration_mm")
        for defects in ((), *((("dose loss", s),) for s in range(1, 6)))
    ]
    assert (np.diff(found) < 15).all()
    assert found[0] - found[-1] > 50


def test_saturated_air_is_said_to_be():
    quality = measure(DUAL, 1, 0, (("saturation", 1),))
    assert value(quality, "high.saturated_percent") == 100
    assert quality.find("high.photons") is None
    assert quality.find("high.wire_air_mm") is None  # noise to compare with is lost
    assert quality.find("high.wire_plate_mm") is not None


def test_a_cropped_object_is_refused():
    line = fail(shoot(SMALL, 1, 0, (("crop", 5),)).scan)
    assert "larger than the scan" in line


@pytest.mark.parametrize("number", range(4))
def test_where_the_object_stands_makes_no_difference(number):
    first, other = measure(DUAL), measure(DUAL, 1, number)
    tolerances = {"contrast_percent": 0.2, "photons": 0.08, "air_level_percent": 0.01}
    for name, share in tolerances.items():
        found = value(other, f"high.{name}")
        assert found == pytest.approx(value(first, f"high.{name}"), rel=share)
    assert value(other, "high.blur_x_px") == pytest.approx(
        value(first, "high.blur_x_px"), abs=0.12
    )


def test_wires_that_are_not_there_are_not_seen():
    bare = LAYOUT.model_copy(
        update={
            "patches": tuple(p for p in LAYOUT.patches if not isinstance(p, WirePatch))
        }
    )
    ratios = [
        reading.ratio
        for scanner in SCANNERS
        for seed in range(4)
        for reading in measure_quality(
            scan_object(bare, Shot(scanner, seed)).scan, LAYOUT
        ).readings
        if reading.kind == "wire"
    ]
    assert len(ratios) == 4 * 7 * 12
    assert np.mean(np.array(ratios) >= LAYOUT.seen.wire_snr) <= 0.01


def test_what_can_be_seen_is_seen_and_what_cannot_is_not():
    seen = {r.name: r.seen for r in measure(FINE).readings if r.plane == "high"}
    assert seen.keys() >= {"step 100", "step 450", "sheet 5", "wire 5", "wire 0.5"}
    assert all(seen[name] for name in ("step 100", "sheet 5", "wire 5"))
    assert not any(seen[name] for name in ("step 450", "wire 0.5"))


def test_a_display_scan_is_refused():
    display = Scan(display=np.full((300, 400, 3), 200, np.uint8))
    assert "A display scan cannot be measured" in fail(display)


def drop_pitch(scan):
    return replace(scan, info=scan.info.model_copy(update={"pitch_mm": None}))


def test_without_a_pitch_it_has_to_be_stated():
    scan = drop_pitch(shoot(SMALL).scan)
    assert "states no pixel pitch" in fail(scan)
    stated = measure_quality(scan, LAYOUT, pitch_mm=(6.0, 5.0))
    assert stated.figures == measure(SMALL).figures


def scale_layout(across, down):
    """The standard layout in pixels."""
    raw = LAYOUT.model_dump(mode="json")
    factors = (across, down) * 2

    def shrink(values):
        return [v * f for v, f in zip(values, factors, strict=False)]

    def walk(part):
        for key in ("box", "start", "end", "size"):
            if key in part:
                part[key] = shrink(part[key])
        if "background" in part:
            part["background"] = [shrink(box) for box in part["background"]]
        if "clear" in part:
            part["clear"] *= min(across, down)

    walk(raw)
    for part in [*raw["pieces"], *raw["patches"]]:
        walk(part)
    return raw | {"unit": "px", "margin": 2.0}


def test_a_layout_in_pixels_measures_scans_of_unknown_pitch():
    raw = scale_layout(1 / 5, 1 / 5)
    layout = type(LAYOUT).model_validate(raw, strict=False)
    found = measure_quality(drop_pitch(shoot(DUAL).scan), layout)
    for key in ("high.photons", "high.blur_x_px", "low.blur_y_px"):
        assert value(found, key) == pytest.approx(value(measure(DUAL), key), rel=0.1)


def test_a_scan_without_air_beside_the_object_is_refused():
    scan = shoot(SMALL).scan
    narrow = replace(scan, high=np.ascontiguousarray(scan.high[:, 40:]))
    assert "The scan ends within 'air before'" in fail(narrow)


def test_a_scan_of_something_else_is_refused():
    scan = shoot(SMALL).scan
    blank = np.full_like(scan.high, 50000)
    assert "was not found" in fail(replace(scan, high=blank))


def test_an_estimated_air_level_is_not_held_against_itself():
    scan = shoot(SMALL).scan
    info = scan.info.model_copy(update={"air_source": "estimated"})
    assert (
        measure_quality(replace(scan, info=info), LAYOUT).find("high.air_level_percent")
        is None
    )


def test_an_air_level_that_drifts_is_told():
    scan = shoot(SMALL).scan
    span = scan.air - scan.dark
    brighter = replace(scan, air=(scan.dark + span / 1.05).astype(np.float32))
    healthy = value(measure(SMALL), "high.air_level_percent")
    found = value(measure_quality(brighter, LAYOUT), "high.air_level_percent")
    assert found == pytest.approx(1.05 * healthy, rel=1e-3)


def test_covered_rows_are_not_dead():
    scan = shoot(SMALL).scan
    high = scan.high.copy()
    high[-30:] = scan.dark[0, -30:, None]
    ground = replace(scan, high=high)
    height = len(high)
    assert value(measure_quality(ground, LAYOUT), "high.dead_rows") == 30
    covered = LAYOUT.model_copy(update={"covered_rows": ((height - 30, height),)})
    assert value(measure_quality(ground, covered), "high.dead_rows") == 0


def test_gain_that_drifts_from_row_to_row_is_a_stripe():
    scan = shoot(SMALL).scan
    drift = np.random.default_rng(0).normal(1, 0.02, len(scan.high))[:, None]
    level = scan.dark[0][:, None]
    high = np.uint16(np.clip((scan.high - level) * drift + level, 0, 65535))
    found = measure_quality(replace(scan, high=high), LAYOUT)
    assert value(found, "high.row_stripes_percent") == pytest.approx(2, rel=0.15)


def test_a_tilted_object_is_neither_warped_nor_stretched():
    scan = shoot(SMALL).scan
    height, width = scan.high.shape
    lean = np.array([[1, 0, 0], [0.01, 1, -2]], np.float64)
    high = cv2.warpAffine(
        scan.high, lean, (width, height), borderMode=cv2.BORDER_REPLICATE
    )
    found = measure_quality(replace(scan, high=high), LAYOUT)
    assert value(found, "scan.warp_y_px") < 0.4
    assert abs(value(found, "scan.stretch_percent")) < 0.1
