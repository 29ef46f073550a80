"""Tests of the one scan that is made of all columns: what the detector takes in."""

from dataclasses import replace
from typing import Any, Literal, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import StationError
from detector.gaps import LONGEST_GAP, SHORT_GAP
from detector.live import LiveScan
from station.spool import Columns
from station.spool.assembling import assemble
from tests.station.spool.columns import (
    KINDS,
    STEPS,
    check_same,
    list_planes,
    make_piece,
    place_pieces,
)


class NotingScan(LiveScan):
    """A live scan that looks at nothing, and notes all that it would look at."""

    def __init__(self):
        super().__init__(cast("Any", None))
        self.parts = []

    def _take(self, part, care):
        del care
        self.parts.append(part)
        last = {
            name: None if plane is None else plane[:, -1:]
            for name in ("high", "low", "display")
            for plane in [getattr(part, name)]
        }
        self._last = replace(part, **last)
        self._width += part.size[0]


def take_live(placed):
    """What the detector would look at."""
    live = NotingScan()
    for at, piece in placed:
        live.push(piece, at)
    return live


def join(parts):
    """Planes of all parts beside each other."""
    planes = zip(*map(list_planes, parts), strict=True)
    return [np.concatenate(plane, axis=1) for plane in planes]


def collect(placed):
    return [Columns(at, piece) for at, piece in placed]


@given(KINDS, STEPS)
def test_what_is_stored_is_what_the_detector_takes_in(kind, steps):
    placed = place_pieces(kind, steps)
    live = take_live(placed)
    whole = assemble(collect(placed))
    assert whole.size[0] == live.width
    for plane, wanted in zip(list_planes(whole), join(live.parts), strict=True):
        np.testing.assert_array_equal(plane, wanted)


@given(st.sampled_from(["dual", "single"]), STEPS, st.integers(1, 400))
def test_levels_that_change_from_piece_to_piece_change_no_transmission(
    kind, steps, change
):
    steps = [(min(skip, SHORT_GAP), width) for skip, width in steps]
    placed = [
        (at, replace(piece, air=piece.air - number * change % 977))
        for number, (at, piece) in enumerate(place_pieces(kind, steps))
    ]
    whole, live = assemble(collect(placed)), take_live(placed)
    names: list[Literal["high", "low"]] = ["high", "low"]
    for name in names[: len(list_planes(whole))]:
        wanted = np.hstack([part.transmission(name) for part in live.parts])
        half_a_count = 0.51 / 58_000
        assert np.abs(whole.transmission(name) - wanted).max() < half_a_count


@given(KINDS, st.integers(0, 40))
def test_columns_that_were_due_and_never_came_are_empty(kind, more):
    piece = make_piece(kind, 5)
    whole = assemble([Columns(0, piece)], 5 + more)
    assert whole.size[0] == 5 + more
    for plane, came in zip(list_planes(whole), list_planes(piece), strict=True):
        np.testing.assert_array_equal(plane[:, :5], came)
        assert (plane[:, 5:] == (255 if kind == "display" else 0)).all()


def test_a_width_that_is_less_than_what_came_cuts_nothing_off():
    piece = make_piece("single", 6)
    check_same(assemble([Columns(0, piece)], 2), piece)


def test_a_width_that_nobody_can_believe_costs_no_more_than_the_longest_gap():
    whole = assemble([Columns(0, make_piece("single", 3))], 10**15)
    assert whole.size[0] == 3 + LONGEST_GAP


def test_what_is_known_is_kept():
    piece = make_piece("dual", 3)
    info = piece.info.model_copy(update={"view": "top", "pitch_mm": (4.0, 4.0)})
    whole = assemble([Columns(2, replace(piece, info=info))])
    assert whole.info == info
    assert whole.size[0] == 5


def test_no_column_makes_no_scan():
    with pytest.raises(StationError, match="nothing to store"):
        assemble([])
