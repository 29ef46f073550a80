"""Merging is measured against the truth."""

import json

import numpy as np
import pytest

from benchmark.merging import draw_scene, measure_merging, merge_scene, score_scene
from benchmark.merging.figures import Share
from data.errors import ResultError
from detector.detections import Detections


def detect(boxes):
    count = len(boxes)
    return Detections(
        np.array(boxes, np.float32).reshape(-1, 4),
        np.full(count, 0.5, np.float32),
        np.zeros(count, np.int64),
    )


def quiet(done, count):
    assert done <= count


@pytest.fixture(name="bundle")
def a_scene_with_neighbours():
    return next(scene for scene in map(draw_scene, range(99)) if scene.neighbours)


def test_the_truth_itself_is_whole_and_apart(bundle):
    score = score_scene(bundle, detect(bundle.truth))
    assert all(score.whole)
    assert all(score.apart)
    assert score.surplus == 0


def test_what_is_joined_is_neither_whole_nor_apart(bundle):
    first, second = bundle.truth[list(bundle.neighbours[0])]
    low, high = np.minimum(first[:2], second[:2]), np.maximum(first[2:], second[2:])
    score = score_scene(bundle, detect([[*low, *high]]))
    assert not score.apart[0]
    assert sum(score.whole) <= 1


def test_what_is_cut_is_not_whole_and_what_is_twice_is_surplus(bundle):
    halves = bundle.truth.copy()
    halves[:, 2] = (halves[:, 0] + halves[:, 2]) / 2
    assert not any(score_scene(bundle, detect(halves)).whole)
    twice = np.concatenate([bundle.truth, bundle.truth[:1]])
    assert score_scene(bundle, detect(twice)).surplus == 1


def test_nothing_found_is_nothing_whole(bundle):
    score = score_scene(bundle, Detections.empty())
    assert not any(score.whole + score.apart)


def test_figures_count_all_scenes():
    told = []
    figures = measure_merging(20, seed=3, progress=lambda *step: told.append(step))
    scenes = [draw_scene(seed) for seed in range(3, 23)]
    assert told == [(done, 20) for done in range(1, 21)]
    assert figures.firearms.trials == sum(len(scene.things) for scene in scenes)
    pairs = figures.pistols_apart.trials + figures.rifles_apart.trials
    assert pairs == sum(len(scene.neighbours) for scene in scenes)
    assert figures.rifles.trials == sum(
        thing.rifle and crossing
        for scene in scenes
        for thing, crossing in zip(scene.things, scene.crossing, strict=True)
    )
    scores = [
        score_scene(scene, merge_scene(scene.tiles, scene.answers)) for scene in scenes
    ]
    assert figures.firearms.hits == sum(sum(score.whole) for score in scores)
    assert figures.surplus == sum(score.surplus for score in scores)


def test_most_objects_come_out_whole_and_apart():
    figures = measure_merging(120, seed=0, progress=quiet)
    assert figures.rifles.trials > 5
    for share in (figures.rifles, figures.firearms, figures.rifles_apart):
        assert share.hits >= 0.98 * share.trials


def test_another_way_of_joining_can_be_measured():
    figures = measure_merging(
        5, seed=0, progress=quiet, merge=lambda *_: Detections.empty()
    )
    assert figures.firearms.hits == 0
    assert figures.firearms.trials > 0


def test_figures_are_for_persons_and_for_programs():
    figures = measure_merging(2, seed=9, progress=quiet)
    text = figures.as_text()
    assert text.startswith("2 scenes from seed 9")
    assert str(figures.firearms) in text
    assert json.loads(figures.as_json())["firearms"] == {
        "hits": figures.firearms.hits,
        "trials": figures.firearms.trials,
    }


def test_a_share_says_how_sure_it_is():
    assert str(Share(9, 10)) == "9 of 10, 90.0% (59.6% to 98.2%)"
    assert str(Share(0, 0)).startswith("0 of 0")


def test_no_scene_is_refused():
    with pytest.raises(ResultError, match="0 scenes measure nothing"):
        measure_merging(0, seed=0, progress=quiet)
