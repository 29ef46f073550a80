"""Copies and things seen again are found; what only looks alike is not."""

import numpy as np
import pytest

from data.duplicates import SURE, find_pairs, fingerprint_scan, join_pairs
from data.duplicates.matching import COPY, measure_strength
from data.errors import DatasetError
from data.scan import Scan
from tests.data.duplicates.bags import (
    brighten,
    copy_forty,
    crop,
    draw_bag,
    save_again,
    scale,
    scan_of,
    turn,
)


def take(picture):
    return fingerprint_scan(scan_of(picture))


def test_one_bag_in_40_files_is_one_group_that_no_other_bag_joins():
    planted = [take(picture) for picture in copy_forty(draw_bag(0))]
    others = [take(draw_bag(seed)) for seed in range(1, 41)]
    mixed = [f for pair in zip(planted, others, strict=True) for f in pair]
    groups = join_pairs(80, find_pairs(mixed, likeliest=8))
    assert set(groups[::2]) == {groups[0]}
    assert len(set(groups[1::2]) - {groups[0]}) == 40


@pytest.mark.parametrize(
    "change",
    [
        lambda picture: picture[:, ::-1],
        lambda picture: picture[::-1],
        lambda picture: picture[::-1, ::-1],
        lambda picture: save_again(picture, 50),
        lambda picture: scale(picture, 0.75),
        lambda picture: turn(picture, 30),
        lambda picture: brighten(picture, 1.5),
        lambda picture: crop(picture, 0.6, np.random.default_rng(2)),
    ],
)
def test_a_changed_copy_is_known_as_a_copy(change):
    picture = draw_bag(3)
    assert measure_strength(take(picture), take(change(picture))) >= COPY


def test_what_agrees_upright_without_being_a_copy_proves_nothing():
    mixed = draw_bag(5)
    mixed[:, :280] = draw_bag(6)[:, :280]
    assert measure_strength(take(draw_bag(5)), take(mixed)) == 0


def test_a_thing_seen_again_turned_is_known_but_less_surely_than_a_copy():
    repacked = draw_bag(5)
    repacked[:, :200] = draw_bag(6)[:, :200]
    strength = measure_strength(take(draw_bag(5)), take(turn(repacked, 40)))
    assert SURE <= strength < COPY


def test_air_matches_nothing_but_the_same_file():
    random = np.random.default_rng(0)
    levels = [np.full((200, 300, 3), level, np.uint8) for level in (250, 251)]
    noise = [
        np.repeat(random.normal(250, 1, (200, 300, 1)), 3, axis=2).astype(np.uint8)
        for _ in range(2)
    ]
    prints = [take(p) for p in (*levels, *noise, levels[0])]
    assert find_pairs(prints) == [(0, 4, 1.0)]


def test_smooth_scans_match_only_when_they_agree_as_a_whole():
    def slope(place):
        picture = np.full((240, 320, 3), 230, np.float32)
        columns = np.arange(320)[None, :, None]
        picture -= 120 * np.exp(-(((columns - place) / 6) ** 2))
        return picture.astype(np.uint8)

    prints = [take(slope(100)), take(slope(100)[:, ::-1]), take(slope(140))]
    assert min(len(f.points) for f in prints) < 60
    assert measure_strength(prints[0], prints[1]) >= 0.97
    assert measure_strength(prints[0], prints[2]) == 0


def test_counts_match_a_rendering_of_them():
    grey = draw_bag(7)[..., 0].astype(np.float32) / 255
    counts = (60_000 * grey**2.4).astype(np.uint16)
    levels = np.full((1, 420), 60_000, np.float32)
    dual = Scan(
        high=counts,
        low=(counts * 0.9).astype(np.uint16),
        air=np.repeat(levels, 2, axis=0),
        dark=np.zeros((2, 420), np.float32),
    )
    assert measure_strength(fingerprint_scan(dual), take(draw_bag(7))) >= COPY


def test_pairs_are_the_same_whatever_the_workers_and_tell_their_progress():
    prints = [take(p) for p in copy_forty(draw_bag(8))[::5]]
    told = []
    pairs = find_pairs(prints, workers=2, progress=lambda *t: told.append(t))
    assert pairs == find_pairs(prints)
    assert told[-1][0] == told[-1][1] > 0
    assert all(i < j for i, j, _ in pairs)
    assert pairs == sorted(pairs)


def test_only_pairs_of_the_strength_asked_for_are_listed():
    picture, repacked = draw_bag(9), draw_bag(9)
    repacked[:, :200] = draw_bag(6)[:, :200]
    changed = [picture, turn(repacked, 30), save_again(picture, 60)]
    prints = [take(p) for p in changed]
    every, copies = find_pairs(prints), find_pairs(prints, least=COPY)
    assert {(0, 2)} <= {pair[:2] for pair in copies} < {pair[:2] for pair in every}


@pytest.mark.parametrize("few", [[], [0]])
def test_nothing_pairs_with_nothing(few):
    assert find_pairs([take(draw_bag(seed)) for seed in few]) == []


def test_no_workers_are_refused():
    with pytest.raises(DatasetError, match="0 workers"):
        find_pairs([], workers=0)


def test_pairs_are_the_same_whatever_the_order_of_the_scans():
    pictures = [*copy_forty(draw_bag(8))[::4], *(draw_bag(n) for n in range(20, 26))]
    prints = [take(picture) for picture in pictures]
    order = np.random.default_rng(1).permutation(len(prints)).tolist()
    moved = find_pairs([prints[i] for i in order], likeliest=2)
    back = {(*sorted((order[i], order[j])), strength) for i, j, strength in moved}
    assert back == set(find_pairs(prints, likeliest=2))
