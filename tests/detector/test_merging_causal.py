"""What was found stays, tile by tile, and the finished scan says the same."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import ResultError
from detector.detections import Detections
from detector.merging import Found, Merger, merge_tiles, rows
from detector.tiles import Tile, plan_tiles
from tests.detector.tile_answers import answer, rectangles, scatter


def draw(tiles, seed, rows=6):
    return scatter(np.random.default_rng(seed), tiles, rows)


def state(merger, count):
    return {number: merger.object(number) for number in range(count)}


def contains(outer, inner):
    return bool((outer[:2] <= inner[:2]).all() and (outer[2:] >= inner[2:]).all())


@given(rectangles(), st.integers(0, 2**32 - 1))
def test_objects_keep_their_numbers_and_only_grow(tiles, seed):
    merger = Merger(min_score=0.1)
    known: dict[int, Found] = {}
    for tile, answers in zip(tiles, draw(tiles, seed), strict=True):
        changed = merger.add(tile, answers)
        now = state(merger, len(merger.detections))
        for number, before in known.items():
            after = now[number]
            assert contains(after.box, before.box)
            assert after.score >= before.score
            assert after.label == before.label
            grown = after.score > before.score or after.box.tolist() != (
                before.box.tolist()
            )
            assert grown == (number in changed)
        assert set(now) - set(known) <= set(changed)
        assert list(changed) == sorted(set(changed))
        known = now


@given(rectangles(), st.integers(0, 2**32 - 1), st.integers(0, 8))
def test_what_is_known_of_a_prefix_does_not_depend_on_what_comes(tiles, seed, length):
    answers = draw(tiles, seed)
    merger = Merger(min_score=0.1)
    for number, tile in enumerate(tiles[:length]):
        merger.add(tile, answers[number])
    prefix = merge_tiles(tiles[:length], answers[:length], min_score=0.1)
    assert_same(merger.detections, prefix)


@given(rectangles(), st.integers(0, 2**32 - 1), st.integers(-40, 0))
def test_settling_and_taking_out_changes_nothing(tiles, seed, back):
    answers, merger = draw(tiles, seed), Merger(min_score=0.1)
    taken: list[Found] = []
    for number, tile in enumerate(tiles):
        merger.settle(tile.x0 + back)
        taken += merger.take_settled()
        merger.add(tile, answers[number])
    merger.settle(np.inf)
    taken += merger.take_settled()
    assert len({found.number for found in taken}) == len(taken)
    assert len(merger.detections) == 0
    whole = merge_tiles(tiles, answers, min_score=0.1)
    assert sorted((*found.box.tolist(), found.score) for found in taken) == sorted(
        (*box, score)
        for box, score in zip(whole.boxes.tolist(), whole.scores.tolist(), strict=True)
    )


def assert_same(first: Detections, second: Detections):
    np.testing.assert_array_equal(first.boxes, second.boxes)
    np.testing.assert_array_equal(first.scores, second.scores)
    np.testing.assert_array_equal(first.labels, second.labels)


LEFT, RIGHT = Tile(0, 0, 100, 100), Tile(80, 0, 180, 100)


def test_objects_that_no_later_tile_can_reach_are_taken_out_once():
    merger = Merger(min_score=0.1)
    merger.add(LEFT, answer([LEFT], [[((5, 5, 30, 30), 0.9, 0)]])[0])
    merger.settle(99)
    assert merger.take_settled() == ()
    merger.settle(100)
    assert [found.number for found in merger.take_settled()] == [0]
    assert merger.take_settled() == ()
    with pytest.raises(ResultError, match="There is no object 0"):
        merger.object(0)


def test_numbers_go_on_after_objects_were_taken_out():
    merger = Merger(min_score=0.1)
    rows_left = answer([LEFT], [[((5, 5, 30, 30), 0.9, 0)]])[0]
    merger.add(LEFT, rows_left)
    merger.settle(500)
    merger.take_settled()
    assert merger.add(Tile(500, 0, 600, 100), rows_left) == (1,)


def test_a_tile_left_of_what_is_settled_is_refused():
    merger = Merger(min_score=0.1)
    merger.settle(90)
    merger.settle(10)  # does not unsettle
    with pytest.raises(ResultError, match="begins at 80 px, but all left of 90 px"):
        merger.add(RIGHT, np.zeros((0, 6), np.float32))


def test_answers_of_another_shape_are_refused_by_the_tile():
    with pytest.raises(ResultError, match=r"needs \(K, 6\) answers"):
        Merger(min_score=0.1).add(LEFT, np.zeros((3, 5), np.float32))


def test_two_known_objects_stay_two_when_a_tile_sees_one():
    # Neither tile overlaps the other; the third sees what might be both.
    tiles = [Tile(0, 0, 100, 100), Tile(120, 0, 220, 100), Tile(60, 0, 160, 100)]
    boxes = [(40, 10, 100, 50), (120, 10, 190, 50), (60, 10, 160, 50)]
    merger = Merger(min_score=0.1)
    for tile, box in zip(tiles, boxes, strict=True):
        merger.add(tile, answer([tile], [[(box, 0.9, 0)]])[0])
    assert len(merger.detections) == 2


def test_a_train_of_any_length_needs_no_more_memory():
    sizes = []
    merger = Merger(min_score=0.1)
    for number, tile in enumerate(plan_tiles(60_000, 640, side=640, overlap=128)):
        merger.settle(tile.x0)
        merger.take_settled()
        merger.add(tile, draw([tile], number, 20)[0])
        sizes.append(len(pickle.dumps(merger)))
    assert len(sizes) > 100
    assert max(sizes[20:]) < 1.5 * max(sizes[5:20])


def test_the_boxes_compared_grow_with_the_length_of_a_train(monkeypatch):
    compared = []
    find = rows.find_touching

    def count(first, second):
        compared.append(len(first) * len(second))
        return find(first, second)

    monkeypatch.setattr("detector.merging.rows.find_touching", count)
    monkeypatch.setattr("detector.merging.comparing.find_touching", count)
    totals = []
    for width in (5_000, 20_000):
        tiles = plan_tiles(width, 1400, side=768, overlap=192)
        compared.clear()
        merge_tiles(tiles, draw(tiles, 4, 20), min_score=0.01)
        totals.append(sum(compared) / len(tiles))
    assert totals[1] < 1.2 * totals[0]
