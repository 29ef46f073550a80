"""Blocks are the same however the columns come in, and are what the whole shows."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import EncodingError
from data.physics.noise import noise_of, tally_noise
from detector.encoding import (
    COLUMNS,
    Encoding,
    ScanEncoder,
    Shape,
    encode_scan,
    encode_transmission,
)
from detector.encoding.encoder import PIECE
from detector.opacity import find_opaque
from detector.scale import Scale
from tests.detector.encoding.plain import (
    check_same_blocks,
    cut_up,
    make_scan,
    resample_plainly,
    take,
)

KINDS = st.sampled_from(["dual", "single", "display"])
PITCHES = st.sampled_from([2.0, 2.7, 3.0, 4.0, 4.5, 6.0])


@st.composite
def scans(draw):
    """Scans of any kind, 1 to 400 px wide, with pixels that need not be square."""
    size = draw(st.integers(1, 400)), draw(st.integers(1, 40))
    pitch_mm = draw(PITCHES), draw(PITCHES)
    return make_scan(draw(KINDS), size, pitch_mm, draw(st.integers(0, 99)))


def make_encoder(scan, workers=1):
    return ScanEncoder(Encoding.of(scan), Shape.of(scan, Scale()), workers)


def encode(pieces, workers=1):
    encoder = make_encoder(pieces[0], workers)
    blocks = [
        block for piece in pieces for made in encoder.push(piece) for block in made
    ]
    return blocks + encoder.finish()


@given(scans(), st.lists(st.integers(1, 400), max_size=8))
def test_any_pieces_give_the_very_same_blocks(scan, ends):
    check_same_blocks(encode(cut_up(scan, ends)), encode([scan]))


@settings(max_examples=8)
@given(KINDS, PITCHES, st.integers(1, 150))
def test_column_by_column_gives_the_very_same_blocks(kind, pitch, width):
    scan = make_scan(kind, (width, 9), (pitch, 5.0))
    check_same_blocks(encode(cut_up(scan, range(width))), encode([scan]))


@settings(max_examples=15)
@given(KINDS, PITCHES, st.integers(1, 1500), st.sampled_from([1, 3]))
def test_however_many_workers_share_it_the_blocks_are_the_same(
    kind, pitch, width, workers
):
    scan = make_scan(kind, (width, 12), (pitch, 4.0))
    check_same_blocks(encode([scan], workers), encode([scan]))


@given(scans())
def test_blocks_follow_each_other_and_make_up_the_scan(scan):
    blocks = encode([scan])
    width, height = Scale().size_of(scan.size, scan.info)
    assert [block.x0 for block in blocks] == list(range(0, width, COLUMNS))
    assert blocks[-1].x1 == width
    assert all(block.planes.shape[:2] == (3, height) for block in blocks)
    assert all(block.planes.shape[2] == COLUMNS for block in blocks[:-1])


def resample_scan(scan):
    """Transmission of each plane at the network's scale, by the plain judge."""
    size, across = Scale().size_of(scan.size, scan.info), scan.info.pitch_mm[0] / 4.0
    names = ["high", "low"] if scan.kind == "dual" else ["high"]
    return [
        resample_plainly(scan.transmission(name), *size, across).astype(np.float32)
        for name in names
    ]


def look_as_far_as(levels, stop):
    """The noise of each plane, read off the columns up to one after a block's last."""
    return [noise_of(tally_noise(plane[:, : stop + 1])) for plane in levels]


@settings(max_examples=40)
@given(scans().filter(lambda scan: scan.kind != "display"))
def test_a_block_is_its_part_of_the_whole_scan(scan):
    levels = resample_scan(scan)
    for block in encode([scan]):
        noise = look_as_far_as(levels, block.x1)
        low = levels[1] if len(levels) == 2 else None
        whole = encode_transmission(levels[0], low, scan.info.energies_mv, noise)
        expected = whole[:, block.x0 : block.x1].transpose(2, 0, 1)
        apart = np.abs(block.planes.astype(int) - expected)
        # A rounding may fall the other way; so may a step of the table of steel.
        assert (apart.max(axis=(1, 2)) <= (1, 1, 2)).all()
        opaque = find_opaque(levels[0], noise[0])[:, block.x0 : block.x1]
        assert np.count_nonzero(opaque != block.opaque) <= 0.01 * opaque.size


@settings(max_examples=40)
@given(scans().filter(lambda scan: scan.kind == "display"))
def test_a_rendering_is_resampled_and_nothing_else(scan):
    size, across = Scale().size_of(scan.size, scan.info), scan.info.pitch_mm[0] / 4.0
    planes = np.concatenate([block.planes for block in encode([scan])], axis=2)
    for number, plane in enumerate(planes):
        colour = scan.display[..., number]
        expected = resample_plainly(colour, *size, across)
        assert np.abs(plane - expected).max() <= 0.5 + 1e-3


@given(scans())
def test_a_scan_encoded_whole_is_all_its_blocks(scan):
    blocks = encode([scan])
    whole = encode_scan(scan, Encoding.of(scan), Scale())
    planes = np.concatenate([block.planes for block in blocks], axis=2)
    np.testing.assert_array_equal(whole.planes, planes.transpose(1, 2, 0))
    if scan.kind == "display":
        assert whole.opaque is None
        assert whole.opaque_fraction is None
        return
    opaque = np.concatenate([block.opaque for block in blocks], axis=1)
    np.testing.assert_array_equal(whole.opaque, opaque)
    matter = sum(block.matter for block in blocks)
    assert whole.opaque_fraction == (opaque.sum() / matter if matter else 0.0)


@settings(max_examples=20)
@given(KINDS, st.integers(70, 300), st.data())
def test_what_comes_later_changes_nothing(kind, width, data):
    scan = make_scan(kind, (width, 8), (4.0, 4.0))
    other = make_scan(kind, (width, 8), (4.0, 4.0), seed=7)
    stop = data.draw(st.integers(65, width))
    start = take(scan, slice(0, stop))
    early = [b for made in make_encoder(scan).push(start) for b in made]
    assert len(early) == (stop - 1) // COLUMNS
    mixed = encode([start, other])[: len(early)]
    check_same_blocks(mixed, early)
    check_same_blocks(encode([scan])[: len(early)], early)


def test_a_block_is_made_once_the_column_after_it_is_there():
    scan = make_scan("dual", (65, 8), (4.0, 4.0))
    encoder = make_encoder(scan)
    assert [len(b) for b in encoder.push(take(scan, slice(0, 64)))] == [0]
    assert [len(b) for b in encoder.push(take(scan, slice(64, 65)))] == [1]
    assert encoder.width == 65
    assert [block.x0 for block in encoder.finish()] == [64]


def test_a_long_piece_is_taken_in_a_few_hundred_columns_at_a_time():
    scan = make_scan("single", (3 * PIECE, 2), (4.0, 4.0))
    made = list(make_encoder(scan).push(scan))
    assert len(made) == 3
    assert max(map(len, made)) <= PIECE // COLUMNS


@pytest.mark.parametrize("pitch", [1.0, 4.0, 9.0])
def test_no_more_columns_are_kept_than_are_needed(pitch):
    scan = make_scan("single", (3000, 2), (pitch, 4.0))
    encoder = make_encoder(scan)
    for piece in cut_up(scan, range(0, 3000, 50)):
        list(encoder.push(piece))
        kept = sum(len(one.columns) for one in encoder._pieces)  # noqa: SLF001
        assert kept <= (COLUMNS + 4) * 4.0 / pitch + 103


@pytest.mark.parametrize(
    ("kind", "size", "word"),
    [
        ("single", (9, 8), "single piece with 8 rows does not continue a dual scan"),
        ("dual", (9, 7), "dual piece with 7 rows .* with 8"),
        ("display", (9, 8), "display piece"),
    ],
)
def test_a_piece_of_another_scan_is_refused_and_the_scan_goes_on(kind, size, word):
    scan = make_scan("dual", (90, 8), (4.0, 4.0))
    first, second = cut_up(scan, [40])
    encoder = make_encoder(scan)
    blocks = [b for made in encoder.push(first) for b in made]
    with pytest.raises(EncodingError, match=word):
        list(encoder.push(make_scan(kind, size, (4.0, 4.0))))
    blocks += [b for made in encoder.push(second) for b in made]
    check_same_blocks(blocks + encoder.finish(), encode([scan]))


@pytest.mark.parametrize("kind", ["dual", "display"])
def test_a_scan_without_columns_is_refused(kind):
    scan = make_scan(kind, (4, 4), (4.0, 4.0))
    with pytest.raises(EncodingError, match="without a column"):
        make_encoder(scan).finish()


@pytest.mark.parametrize("kind", ["dual", "single"])
def test_air_and_dark_may_change_from_piece_to_piece(kind):
    scan = make_scan(kind, (200, 20), (3.0, 4.0))
    first, second = cut_up(scan, [91])
    brighter = replace(
        second,
        high=second.high + np.uint16(500),
        low=None if second.low is None else second.low + np.uint16(500),
        air=second.air + 500,
        dark=second.dark + 500,
    )
    for one, other in zip(encode([first, brighter]), encode([scan]), strict=True):
        apart = np.abs(one.planes.astype(int) - other.planes)
        assert (apart.max(axis=(1, 2)) <= (1, 1, 3)).all()
