"""Tests of what a training learns from."""

import logging
from dataclasses import dataclass

import pytest

from data.dataset import read_dataset
from data.errors import TrainingError
from detector.scale import Scale
from tests.data.projection.test_cutout import write_pair
from tests.data.projection.things import make_scan
from tests.training.scans import Named, make_truth, write_scans
from training.config import Projection, TrainingConfig
from training.drawing import Pool, Spots
from training.gathering import Gatherer, find_seed, warn_of_long
from training.things import Things
from training.things.scanned import ScannedThing

NONE = Projection(share=0)
FEW = Projection(firearms=2, others=3)
BOX = (80.0, 60.0, 140.0, 120.0)


@dataclass(frozen=True)
class Long(Named):
    """A thing of some length."""

    kind: str = "rifle"
    length: float = 0.0

    @property
    def length_mm(self) -> float:
        """That length."""
        return self.length


def write(root, *, armed=3, clean=3, validation=(3, 3), seed=None, pitch=(4.0, 4.0)):
    """Scans of a box; how many with a firearm and without, for each part."""
    scan, rows = make_scan(pitch=pitch), []
    for split, (some, none) in (("train", (armed, clean)), ("validation", validation)):
        for number in range(some + none):
            truth = make_truth(BOX) if number < some else make_truth()
            rows.append((f"{split}-{number}", split, scan, truth))
    return read_dataset(write_scans(root / "dataset", rows, seed=seed))


def make_gatherer(root, told=None, **changes) -> Gatherer:
    settings = {"tile_side": 96, "scale": Scale(pitch_mm=8.0), "projection": NONE}
    config = TrainingConfig.model_validate(settings | changes)
    steps = [] if told is None else told
    return Gatherer(config, root / "cache", 1, lambda *step: steps.append(step))


def names(scans):
    return [scan.known.name for scan in scans]


def test_the_training_part_alone_is_learned_from(tmp_path):
    told: list[tuple[str, int, int]] = []
    pool = make_gatherer(tmp_path, told).gather_pool(write(tmp_path))
    assert names(pool.scans) == [f"train-{number}.tiff" for number in range(6)]
    assert len(pool.spots.labelled) == 3
    assert pool.spots.background
    assert pool.things is None
    assert told == [("preparing train scans", done, 6) for done in range(1, 7)]


@pytest.mark.parametrize(("side", "long"), [(64, 3), (96, 1), (128, 0)])
def test_firearms_that_are_longer_than_a_tile_are_told_of(tmp_path, caplog, side, long):
    gatherer = make_gatherer(tmp_path, tile_side=side)
    firearms = [Long(length=length) for length in (500, 600, 767, 900)]
    pool = Pool([], Spots(), Things(firearms, [Long(length=5000)]))
    warn_of_long(pool, gatherer.config)
    size = f"({side} px, {8 * side / 1000:.2f} m)"
    told = [each.message for each in caplog.records]
    assert len(told) == (long > 0)
    assert all(text.startswith(f"{long} of 4 ") and size in text for text in told)


def test_where_nothing_is_projected_nothing_is_told_of(tmp_path, caplog):
    warn_of_long(Pool([], Spots(), None), make_gatherer(tmp_path).config)
    assert not caplog.records


def test_so_many_scans_are_taken_as_are_wished_for(tmp_path):
    dataset = write(tmp_path, armed=6, clean=0)

    def take(**changes):
        gatherer = make_gatherer(tmp_path, **changes)
        return names(gatherer.gather_pool(dataset).scans)

    whole = take()
    few = take(scans=3)
    assert len(few) == 3
    assert few == sorted(few)
    assert set(few) < set(whole)
    assert take(scans=3) == few
    assert take(scans=6) == take(scans=99) == whole
    assert len({tuple(take(scans=3, seed=seed)) for seed in range(5)}) > 1
    # More scans hold those of fewer, so that what they bring can be compared.
    assert set(take(scans=2)) < set(few)


@pytest.mark.parametrize(
    ("validation", "most", "armed", "clean"),
    [
        ((5, 5), 6, 3, 3),
        ((5, 5), 99, 5, 5),
        ((5, 2), 6, 4, 2),
        ((1, 5), 6, 1, 5),
        ((4, 0), 3, 3, 0),
        ((0, 4), 3, 0, 3),
        ((5, 5), 5, 2, 3),
    ],
)
def test_half_of_the_scans_to_validate_on_are_clean_where_they_can_be(
    tmp_path, validation, most, armed, clean
):
    dataset = write(tmp_path, validation=validation)
    gatherer = make_gatherer(tmp_path, validation_scans=most)
    scans = gatherer.gather_watched(dataset)
    assert sum(not scan.clean for scan in scans) == armed
    assert sum(scan.clean for scan in scans) == clean
    assert names(scans) == sorted(names(scans))
    assert {scan.known.split for scan in scans} == {"validation"}
    assert names(gatherer.gather_watched(dataset)) == names(scans)


def test_another_seed_validates_on_others(tmp_path):
    dataset = write(tmp_path, validation=(4, 4))
    chosen = {
        tuple(
            names(
                make_gatherer(tmp_path, validation_scans=2, seed=seed).gather_watched(
                    dataset
                )
            )
        )
        for seed in range(6)
    }
    assert len(chosen) > 1


def test_a_part_without_scans_is_refused(tmp_path):
    dataset = write(tmp_path, validation=(0, 0))
    with pytest.raises(TrainingError, match="has no validation scans") as caught:
        make_gatherer(tmp_path).gather_watched(dataset)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("pitch", "projection"), [((4.0, 4.0), NONE), (None, Projection())]
)
def test_no_firearm_and_nothing_to_project_is_refused(tmp_path, pitch, projection):
    dataset = write(tmp_path, armed=0, pitch=pitch)
    gatherer = make_gatherer(tmp_path, projection=projection)
    with pytest.raises(TrainingError, match="no firearm to learn from") as caught:
        gatherer.gather_pool(dataset)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "cache" / "things").exists()


def test_phantoms_are_made_once_for_scans_that_take_them(tmp_path):
    told: list[tuple[str, int, int]] = []
    dataset = write(tmp_path, armed=0)
    for _ in range(2):
        gatherer = make_gatherer(tmp_path, told, projection=FEW)
        things = gatherer.gather_pool(dataset).things
        assert things is not None
        assert len(things.firearms) == 2
        assert len(things.harmless) == 3
    made = [step for step in told if step[0] == "making phantoms"]
    assert [step[1:] for step in made] == [(done, 5) for done in range(1, 6)]


def write_guns(root):
    for kind, stem in [("pistol", f"p{i}") for i in range(9)] + [("rifle", "r")]:
        write_pair(root / "guns" / kind, stem)
    for stem in ("a", "b", "c"):
        write_pair(root / "benign" / "drill", stem)
    return str(root / "guns"), str(root / "benign")


def test_scanned_firearms_take_the_place_of_phantoms(tmp_path, caplog):
    caplog.set_level(logging.ERROR)
    guns, benign = write_guns(tmp_path)
    dataset = write(tmp_path, armed=0, seed=7)
    settings = {"cutouts": guns, "cutout_pitch_mm": 1.1, "others": 3}

    def gather(**changes):
        projection = Projection.model_validate(settings | changes)
        pool = make_gatherer(tmp_path, projection=projection).gather_pool(dataset)
        assert pool.things is not None
        assert all(isinstance(thing, ScannedThing) for thing in pool.things.firearms)
        return pool.things

    # Phantoms serve as harmless things where none are scanned.
    assert len(gather().harmless) == 3
    assert not any(isinstance(each, ScannedThing) for each in gather().harmless)
    with_benign = gather(benign=benign)
    assert {thing.kind for thing in with_benign.harmless} == {"drill"}
    assert 0 < len(with_benign.firearms) < 10


def test_scanned_firearms_are_parted_by_the_seed_of_the_dataset(tmp_path):
    config = TrainingConfig(seed=4)
    assert find_seed(write(tmp_path / "a", seed=7), config) == 7
    assert find_seed(write(tmp_path / "b"), config) == 4


def test_all_of_another_dataset_is_replayed(tmp_path):
    write(tmp_path / "old", armed=2, clean=2)
    changes = {"replay": str(tmp_path / "old" / "dataset"), "scans": 1}
    gatherer = make_gatherer(tmp_path, **changes)
    replay = gatherer.gather_replay()
    assert replay is not None
    assert len(replay.scans) == 4
    without = make_gatherer(tmp_path, **changes, replay_share=0.0)
    assert without.gather_replay() is None
    assert make_gatherer(tmp_path).gather_replay() is None
