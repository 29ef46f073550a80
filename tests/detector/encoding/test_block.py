"""A block says where something is to be seen; air and what is opaque is neither."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.encoding import CELL, REDUCED, Block, Overview
from detector.encoding.block import (
    LEAST_MATTER,
    LEVEL_OF_AIR,
    Columns,
    encode_counts,
    encode_picture,
)
from tests.detector.encoding.plain import average_plainly

NOISE = (0.002, 0.002)
OPAQUE = 1e-4
CARGO = 0.4


def encode(level, *, first=0, count=None, planes=1):
    """A block of counts out of transmission, (h, w)."""
    levels = np.stack([np.asarray(level, np.float32)] * planes)
    before = first > 0
    columns = Columns(first, levels, before, count or levels.shape[2] - before)
    return encode_counts(columns, (6.0, 4.0)[:planes], NOISE[:planes])


def render(brightness):
    """A block of a grey rendering."""
    levels = np.stack([np.asarray(brightness, np.float32)] * 3)
    return encode_picture(Columns(0, levels, before=False, count=levels.shape[2]))


def air(height, width):
    return np.ones((height, width), np.float32)


@st.composite
def levels(draw):
    """Air with rectangles of cargo and of what is opaque."""
    level = air(draw(st.integers(1, 100)), draw(st.integers(1, 64)))
    for value in draw(st.lists(st.sampled_from([CARGO, OPAQUE]), max_size=3)):
        y, x = (draw(st.integers(0, side - 1)) for side in level.shape)
        level[y : y + draw(st.integers(1, 70)), x : x + draw(st.integers(1, 70))] = (
            value
        )
    return level


def fill(cell):
    """How much of a cell is set, in 255ths."""
    return round(cell.sum() * 255 / CELL**2)


@given(levels())
def test_a_cell_is_busy_if_it_shows_matter_and_not_all_of_that_is_opaque(level):
    block = encode(level)
    smooth = average_plainly(level)
    opaque, matter = smooth < 0.01, smooth < np.exp(-0.05)
    rows, columns = block.busy.shape
    assert rows == -(-level.shape[0] // CELL)
    assert columns == -(-level.shape[1] // CELL)
    for row in range(rows):
        for column in range(columns):
            cell = np.s_[
                row * CELL : (row + 1) * CELL, column * CELL : (column + 1) * CELL
            ]
            enough = fill(matter[cell]) >= LEAST_MATTER
            expected = enough and fill((matter & ~opaque)[cell]) > 0
            assert block.busy[row, column] == expected
    np.testing.assert_array_equal(block.opaque, opaque)
    assert block.matter == matter.sum()


def test_air_is_not_busy_and_neither_is_noise_in_it():
    level = air(64, 64)
    level[[3, 20, 40], [5, 50, 60]] = 0.4
    assert not encode(level).busy.any()


@pytest.mark.parametrize(("size", "busy"), [((1, 2), False), ((2, 3), True)])
def test_some_sixteen_pixels_are_matter_and_fewer_are_noise(size, busy):
    level = air(32, 32)  # means spread what is dark by a pixel on each side
    level[10 : 10 + size[0], 10 : 10 + size[1]] = 0.01
    assert encode(level).busy.tolist() == [[busy]]


def test_a_thin_wall_is_busy():
    level = air(96, 64)
    level[:, 40:43] = np.exp(-0.12)
    assert encode(level).busy.tolist() == [[False, True]] * 3


def test_what_is_opaque_throughout_is_not_busy_but_its_edge_is():
    level = np.full((96, 64), OPAQUE, np.float32)
    level[:20] = CARGO
    block = encode(level)
    assert block.busy.tolist() == [[True, True], [False, False], [False, False]]
    assert block.opaque[24:].all()
    assert block.matter == level.size


def test_neighbours_serve_for_means_and_are_not_in_the_block():
    level = air(40, 66)
    level[:, [0, 65]] = OPAQUE
    alone = encode(air(40, 64))
    block = encode(level, first=64, count=64)
    assert (block.x0, block.x1) == (64, 128)
    assert block.planes.shape == (3, 40, 64)
    np.testing.assert_array_equal(block.planes, alone.planes)
    assert alone.matter == 0
    assert block.matter == 80  # the columns beside the neighbours are a third darker


@pytest.mark.parametrize("planes", [1, 2])
def test_planes_of_air_are_what_padding_shows(planes):
    block = encode(air(8, 16), planes=planes)
    assert (block.planes == np.array([0, 255, 128])[:, None, None]).all()


@given(levels())
def test_the_overview_has_the_means_of_squares(level):
    block = encode(level)
    height, width = level.shape
    assert block.overview.shape == (-(-height // REDUCED), -(-width // REDUCED))
    whole = level[: height // REDUCED * REDUCED, : width // REDUCED * REDUCED]
    squares = whole.reshape(height // REDUCED, REDUCED, width // REDUCED, REDUCED)
    means = squares.mean(axis=(1, 3))
    shown = block.overview[: height // REDUCED, : width // REDUCED]
    np.testing.assert_allclose(shown, means, atol=1e-5)
    assert (block.overview >= level.min() - 1e-6).all()
    assert (block.overview <= level.max() + 1e-6).all()


def test_a_rendering_is_busy_where_any_colour_is_dark():
    brightness = np.full((64, 64), 255.0)
    brightness[40:50, 40:50] = LEVEL_OF_AIR - 1
    block = render(brightness)
    assert block.busy.tolist() == [[False, False], [False, True]]
    assert block.opaque is None
    assert block.matter == 0
    brightness[:] = LEVEL_OF_AIR
    assert not render(brightness).busy.any()
    colours = np.full((3, 64, 64), 255, np.float32)
    colours[1, :20, :20] = 200
    coloured = encode_picture(Columns(0, colours, before=False, count=64))
    assert coloured.busy.tolist() == [[True, False], [False, False]]
    assert coloured.overview[0, 0] == pytest.approx(200 / 255)


def test_black_in_a_rendering_is_looked_at_for_nobody_knows_what_is_opaque():
    assert render(np.zeros((32, 32))).busy.all()


def test_brightness_is_rounded_and_never_wraps():
    shown = render([[-0.4, 0.4, 0.6, 254.5001, 255.4]]).planes
    assert shown[0].tolist() == [[0, 0, 1, 255, 255]]


def cut(level, ends):
    """Blocks of a scan that end at columns."""
    starts = [0, *ends]
    for start, stop in zip(starts, [*ends, level.shape[1]], strict=True):
        part = encode(level[:, start:stop])
        yield Block(
            start, part.planes, part.busy, part.opaque, part.matter, part.overview
        )


def test_the_overview_of_a_scan_is_that_of_its_blocks_side_by_side():
    level = air(30, 150)
    level[5:25, 10:140] = CARGO
    level[10:20, 70:90] = OPAQUE
    blocks = list(cut(level, [64, 128]))
    seen = Overview()
    for block in blocks:
        seen.add(block)
    assert seen.opaque is not None
    assert seen.opaque_fraction is not None
    np.testing.assert_array_equal(
        seen.opaque, np.concatenate([block.opaque for block in blocks], axis=1)
    )
    assert seen.opaque_fraction == seen.opaque.sum() / sum(b.matter for b in blocks)
    assert 0.04 < seen.opaque_fraction < 0.06
    np.testing.assert_array_equal(
        seen.picture, np.concatenate([block.overview for block in blocks], axis=1)
    )
    assert seen.picture.shape == (4, 19)


def test_a_scan_of_air_is_opaque_nowhere_and_a_rendering_says_nothing():
    seen, shown = Overview(), Overview()
    seen.add(encode(air(20, 30)))
    shown.add(render(np.zeros((20, 30))))
    assert seen.opaque_fraction == 0.0
    assert seen.opaque is not None
    assert not seen.opaque.any()
    assert shown.opaque is None
    assert shown.opaque_fraction is None
    assert (shown.picture == 0).all()


def test_a_bit_is_kept_for_a_pixel():
    seen = Overview()
    seen.add(encode(air(16, 64)))
    (bits,) = seen._masks  # noqa: SLF001 - what is kept
    assert bits.nbytes == 16 * 64 / 8
