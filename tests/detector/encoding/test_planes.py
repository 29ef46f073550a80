"""What the network sees is what the physics says, at every scanner's scale."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from data.errors import EncodingError
from data.physics.beam import steel_curve
from data.scan import Scan, ScanInfo
from detector.encoding import DEEPEST, NEUTRAL, Encoding, encode_scan
from detector.encoding.planes import encode_transmission, show_planes
from detector.scale import Scale
from tests.detector.encoding.plain import encode_plainly

AIR = 60000
ENERGIES = (6.0, 4.0)


def make_scan(
    alpha_high: np.ndarray, alpha_low: np.ndarray | None = None, **info: object
) -> Scan:
    planes = [alpha_high] if alpha_low is None else [alpha_high, alpha_low]
    counts = [np.rint(AIR * np.exp(-alpha)).astype(np.uint16) for alpha in planes]
    height = alpha_high.shape[0]
    return Scan(
        high=counts[0],
        low=counts[1] if len(counts) == 2 else None,
        air=np.full((len(counts), height), AIR, np.float32),
        dark=np.zeros((len(counts), height), np.float32),
        info=ScanInfo(**({"pitch_mm": (4.0, 4.0)} | info)),  # type: ignore[arg-type]
    )


def steel(alpha: float, shape: tuple[int, int] = (40, 60)) -> tuple[np.ndarray, ...]:
    high, low = steel_curve(*ENERGIES)
    return np.full(shape, alpha), np.full(shape, np.interp(alpha, high, low))


LEVELS = st.one_of(
    st.floats(0, 1.25, width=32),
    st.floats(0, 14).map(lambda alpha: float(np.float32(np.exp(-alpha)))),
    st.sampled_from([-1 / 128, 0.0, 2.0**-40, 2.0**-30, 2.0**-16, 1.0]),
)


@given(
    arrays(
        np.float32, st.tuples(st.integers(1, 5), st.integers(1, 21)), elements=LEVELS
    ),
    st.floats(0.9, 1.3),
    st.tuples(st.floats(2.0**-16, 0.1), st.floats(2.0**-16, 0.1)),
    st.sampled_from([(6.0, 4.0), (9.0, 6.0), (6.0, 3.5)]),
)
def test_planes_are_what_the_formulas_say(high, factor, noise, energies):
    low = (np.maximum(high, 0) ** np.float32(factor)).astype(np.float32)
    shown = encode_transmission(high, low, energies, noise)
    expected = encode_plainly(high, low, energies, noise)
    # Half a grey level of rounding; of material, also half a step of a fine table.
    for plane, apart in enumerate((0.51, 0.51, 1.25)):
        assert np.abs(shown[..., plane] - expected[plane]).max() <= apart


@given(st.integers(1, 40), st.integers(0, 1), st.integers(0, 1))
def test_neighbours_count_in_means_and_are_left_out(count, before, after):
    random = np.random.default_rng(count)
    levels = random.random((2, 6, count + before + after), np.float32)
    wanted = slice(before, before + count)
    part = show_planes(levels, wanted, ENERGIES, (0.01, 0.01))
    whole = show_planes(levels, slice(0, levels.shape[2]), ENERGIES, (0.01, 0.01))
    np.testing.assert_array_equal(part.opaque, whole.opaque[:, wanted])
    np.testing.assert_array_equal(part.matter, whole.matter[:, wanted])
    assert np.abs(part.planes.astype(int) - whole.planes[..., wanted]).max() <= 1


def test_air_is_what_padding_shows():
    zeros = np.zeros((40, 60))
    scan = make_scan(zeros, zeros, energies_mv=ENERGIES)
    planes = encode_scan(scan, Encoding.DUAL, Scale()).planes
    np.testing.assert_array_equal(planes[20, 30], Encoding.DUAL.air)


@pytest.mark.parametrize("alpha", [0.3, 1.0, 3.0, 6.0])
def test_steel_is_neutral_and_its_attenuation_is_plane_one(alpha):
    scan = make_scan(*steel(alpha), energies_mv=ENERGIES)
    planes = encode_scan(scan, Encoding.DUAL, Scale()).planes.astype(float)

    assert planes[20, 30, 0] == pytest.approx(alpha / DEEPEST * 255, abs=0.6)
    assert planes[20, 30, 1] == pytest.approx(np.exp(-alpha) ** 0.4 * 255, abs=0.6)
    assert planes[20, 30, 2] == pytest.approx(NEUTRAL, abs=12)


def test_organic_matter_lies_above_steel_on_the_material_plane():
    high, low = steel(1.0)
    scan = make_scan(high, low * 1.04, energies_mv=ENERGIES)
    planes = encode_scan(scan, Encoding.DUAL, Scale()).planes
    assert planes[20, 30, 2] > 160


def test_without_low_plane_or_energies_there_is_no_material():
    high, low = steel(1.0)
    for scan in (
        make_scan(high),
        make_scan(high, low * 1.1),
        make_scan(high, low * 1.1, energies_mv=(0.16, 0.1)),
    ):
        planes = encode_scan(scan, Encoding.DUAL, Scale()).planes
        assert (planes[..., 2] == NEUTRAL).all()


def test_transmission_is_averaged_before_the_logarithm():
    stripes = np.zeros((40, 60))
    stripes[:, ::2] = 4.0
    scan = make_scan(stripes, pitch_mm=(2.0, 4.0))

    plane = encode_scan(scan, Encoding.DUAL, Scale()).planes[..., 0]

    mean = -np.log((1 + np.exp(-4.0)) / 2)
    assert plane.shape == (40, 30)
    np.testing.assert_allclose(plane, mean / DEEPEST * 255, atol=0.6)


def test_a_pistol_behind_200_mm_of_steel_is_seen_in_16_bits():
    background = np.full((40, 60), 6.0)
    background[10:30, 20:40] += 0.28
    plane = encode_scan(make_scan(background), Encoding.DUAL, Scale()).planes[..., 0]
    difference = int(plane[20, 30]) - int(plane[5, 5])
    linear = 255 * np.exp(-background)

    assert difference >= 6
    assert abs(linear[20, 30] - linear[5, 5]) < 0.2


def test_thick_matter_is_opaque_and_its_share_is_of_the_matter():
    random = np.random.default_rng(0)
    alpha = np.zeros((60, 220))
    alpha[:, 20:180] = 1.0
    alpha[:, 100:180] = 9.0
    counts = random.poisson(2e4 * np.exp(-alpha)) * (AIR / 2e4)
    scan = make_scan(-np.log(np.maximum(counts, 1) / AIR))

    encoded = encode_scan(scan, Encoding.DUAL, Scale())

    assert encoded.opaque is not None
    assert encoded.opaque_fraction == pytest.approx(0.5, abs=0.05)
    assert encoded.opaque[:, 102:178].all()
    assert not encoded.opaque[:, 22:98].any()


def test_a_display_scan_is_shown_as_rendered_and_says_nothing_of_opacity():
    picture = np.random.default_rng(0).integers(0, 256, (30, 50, 3), np.uint8)
    encoded = encode_scan(Scan(display=picture), Encoding.DISPLAY, Scale())

    np.testing.assert_array_equal(encoded.planes, picture)
    assert encoded.opaque is None
    assert encoded.opaque_fraction is None


def test_an_encoding_that_does_not_fit_is_refused():
    display = Scan(display=np.zeros((30, 50, 3), np.uint8))
    with pytest.raises(EncodingError, match="Use a network for display scans"):
        encode_scan(display, Encoding.DUAL, Scale())


def test_factors_lead_from_scan_to_encoded_pixels():
    scan = make_scan(np.zeros((40, 61)), pitch_mm=(6.0, 3.0))
    encoded = encode_scan(scan, Encoding.DUAL, Scale())

    assert encoded.size == (92, 30)
    assert encoded.factors == (92 / 61, 30 / 40)


def test_what_is_opaque_is_so_where_a_scan_begins_too():
    random = np.random.default_rng(0)
    alpha = np.zeros((60, 400))
    alpha[:, :200] = 9.0
    counts = random.poisson(2e4 * np.exp(-alpha)) * (AIR / 2e4)
    scan = make_scan(-np.log(np.maximum(counts, 1) / AIR))
    encoded = encode_scan(scan, Encoding.DUAL, Scale())
    assert encoded.opaque is not None
    assert encoded.opaque[:, :198].all()
    assert not encoded.opaque[:, 202:].any()


@pytest.mark.parametrize("pitch", [(0.05, 4.0), (4.0, 4000.0)])
def test_a_pitch_that_no_scanner_has_is_refused(pitch):
    scan = make_scan(np.zeros((9, 9)), pitch_mm=pitch)
    with pytest.raises(EncodingError, match="cannot be right"):
        encode_scan(scan, Encoding.DUAL, Scale())
