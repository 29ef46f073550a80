"""Datasets are simulated once; arms that learn from few see links to some scans."""

import numpy as np
import pytest

from cargosight.experiments.datasets import Datasets
from cargosight.experiments.plan import Arm, PlannedDataset
from data.dataset import read_dataset
from data.errors import TrainingError
from data.simulation import Recipe
from tests.cargosight.experiments.plans import write_pretended_dataset


@pytest.fixture
def simulated(monkeypatch):
    """Names of the datasets that were simulated."""
    names = []

    def write(out, **how):
        names.append(out.name)
        return write_pretended_dataset(out, **how)

    monkeypatch.setattr(
        "cargosight.experiments.datasets.write_simulated_dataset", write
    )
    return names


@pytest.fixture
def datasets(tmp_path, simulated):
    del simulated
    planned = {
        name: PlannedDataset(scans=40, seed=seed) for seed, name in enumerate("ab")
    }
    folders = tmp_path / "datasets", tmp_path / "chosen"
    return Datasets(*folders, planned, 1, lambda *_: None)


def contents(folder):
    """What the scans of a dataset hold, by split."""
    found: dict[str, set[str]] = {
        "train": set(),
        "validation": set(),
        "held-out": set(),
    }
    for sample in read_dataset(folder).samples:
        found[sample.split].add(sample.scan.read_text())
    return found


def test_a_dataset_is_simulated_once_and_used_as_it_is(datasets, simulated, tmp_path):
    arm = Arm(name="x", dataset=("a",))
    assert datasets.gather(arm, 0) == tmp_path / "datasets" / "a"
    assert datasets.gather(arm, 1) == tmp_path / "datasets" / "a"
    assert simulated == ["a"]


def test_datasets_are_joined_for_training_and_validation_alone(datasets):
    folder = datasets.gather(Arm(name="x", dataset=("a", "b")), 0)
    assert folder == datasets.gather(Arm(name="y", dataset=("a", "b")), 1)
    found = contents(folder)
    assert len(set.union(*found.values())) == 80
    assert (len(found["validation"]), len(found["held-out"])) == (12, 0)
    samples = read_dataset(folder).samples
    assert len({sample.group for sample in samples}) == 80
    armed = [s for s in samples if "firearm" in s.labels.read_text()]
    assert {s.split for s in armed} == {"train", "validation"}
    assert all(int(s.scan.stem) % 2 for s in armed)


def test_few_scans_are_among_more_and_each_seed_has_its_own(datasets):
    def choose(scans, seed):
        arm = Arm(name="x", dataset=("a",), scans=scans)
        return set.union(*contents(datasets.gather(arm, seed)).values())

    assert [len(choose(n, 0)) for n in (10, 20, 40)] == [10, 20, 40]
    assert choose(10, 0) < choose(20, 0)
    assert choose(10, 0) != choose(10, 1)


def test_few_scans_are_all_there_is_to_learn_and_to_validate_on(datasets):
    found = contents(datasets.gather(Arm(name="x", dataset=("a",), scans=10), 0))
    assert len(found["train"]) + len(found["validation"]) == 10
    assert found["validation"]


def test_a_choice_that_was_cut_short_is_made_again(datasets):
    arm = Arm(name="x", dataset=("a",), scans=10)
    folder = datasets.gather(arm, 0)
    whole = contents(folder)
    (folder / "dataset.json").unlink()
    next(folder.glob("a/*.tiff")).unlink()
    assert contents(datasets.gather(arm, 0)) == whole


def test_links_do_without_a_disk_that_knows_them(datasets, monkeypatch):
    def refuse(*_):
        raise OSError

    monkeypatch.setattr("os.link", refuse)
    found = contents(datasets.gather(Arm(name="x", dataset=("a",), scans=10), 0))
    assert len(set.union(*found.values())) == 10


def test_no_more_scans_are_chosen_than_there_are(datasets):
    with pytest.raises(TrainingError, match=r"from 41 scans and a has 40\."):
        datasets.gather(Arm(name="x", dataset=("a",), scans=41), 0)


def test_what_is_simulated_is_as_planned(tmp_path):
    told = []
    planned = PlannedDataset(scans=1, seed=5, recipe=Recipe(length_m=2.0, firearms=1))
    datasets = Datasets(
        tmp_path, tmp_path, {"a": planned}, 1, lambda *step: told.append(step)
    )
    (sample,) = datasets.simulate("a").samples
    assert np.any([each.label == "firearm" for each in sample.truth((0, 0)).objects])
    assert told == [("simulating a", 1, 1)]
