"""Simulated datasets are made whole, go on where they stopped, and repeat."""

import hashlib
from types import SimpleNamespace
from typing import Any

import pytest

from data.dataset import read_dataset
from data.errors import DatasetError, SimulationError
from data.formats import read_scan
from data.simulated_dataset import write_simulated_dataset
from data.simulation import Recipe, simulate_scan

RECIPE = Recipe(length_m=2.0, scanner="simulated 6/4 MV")


def make(out, **changes):
    arguments: dict[str, Any] = {
        "scans": 3,
        "seed": 7,
        "recipe": RECIPE,
    } | changes
    return write_simulated_dataset(out, **arguments)


def digest(root):
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = tmp_path_factory.mktemp("made") / "dataset"
    calls = []
    make(root, progress=lambda done, count: calls.append((done, count)))
    return root, calls


def test_a_dataset_holds_scans_and_truth(made):
    root, calls = made
    dataset = read_dataset(root)
    assert dataset.synthetic
    assert {s.split for s in dataset.samples} == {"train", "validation", "held-out"}
    assert calls == [(1, 3), (2, 3), (3, 3)]
    sample = dataset.samples[0]
    scan = read_scan(sample.scan)
    assert scan.info.synthetic
    assert scan.kind == "dual"
    assert sample.truth(scan.size).source == "simulation"
    assert sample.scan.name == f"{sample.name}.tiff"


def test_two_processes_make_the_same_bytes_as_one(made, tmp_path):
    make(tmp_path / "again", workers=2)
    assert digest(tmp_path / "again") == digest(made[0])


def test_another_seed_makes_other_scans(made, tmp_path):
    make(tmp_path / "other", seed=8, scans=1)
    theirs, ours = digest(tmp_path / "other"), digest(made[0])
    assert theirs["scans/000000.tiff"] != ours["scans/000000.tiff"]


def test_an_interrupted_run_goes_on_and_makes_nothing_twice(
    made, tmp_path, monkeypatch
):
    root, seeds = tmp_path / "cut", []

    def stop_at_the_third(seed, recipe):
        seeds.append(seed)
        if len(seeds) == 3:
            raise KeyboardInterrupt
        return simulate_scan(seed, recipe)

    monkeypatch.setattr("data.simulated_dataset.simulate_scan", stop_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        make(root)
    assert not (root / "dataset.json").exists()
    (root / "scans" / ".000002-cafe.tiff").write_bytes(b"half")
    calls = []
    make(root, progress=lambda done, count: calls.append((done, count)))
    assert seeds[3:] == seeds[2:3]
    assert calls == [(3, 3)]
    assert digest(root) == digest(made[0])


def test_a_scan_without_its_truth_is_made_again(made, tmp_path):
    root = tmp_path / "torn"
    make(root)
    (root / "dataset.json").unlink()
    (root / "scans" / "000001.truth.json").unlink()
    make(root)
    assert digest(root) == digest(made[0])


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"scans": 0}, "0 scans cannot make a dataset. Choose 1 or more"),
        ({"workers": 0}, "0 workers cannot make a dataset. Choose 1 or more"),
        ({"seed": -1}, "Choose 0 or more"),
    ],
)
def test_the_impossible_is_refused_before_anything_is_written(
    tmp_path, changes, advice
):
    with pytest.raises(SimulationError, match=advice):
        make(tmp_path / "out", **changes)
    assert not (tmp_path / "out").exists()


def assert_refused(out, words, **changes):
    before = digest(out) if out.is_dir() else None
    with pytest.raises(DatasetError, match=words) as caught:
        make(out, **changes)
    assert "\n" not in str(caught.value)
    assert before is None or digest(out) == before


def test_a_folder_with_other_things_is_left_alone(tmp_path):
    (tmp_path / "holiday.jpg").write_bytes(b"sun")
    assert_refused(tmp_path, "holds other things")


def test_a_folder_of_another_simulation_is_left_alone(made):
    assert_refused(
        made[0], "3 scans with seed 7, scanner simulated 6/4 MV, length_m 2.0", seed=8
    )
    assert_refused(
        made[0], "3 scans with seed 7, scanner simulated 6/4 MV, length_m 2.0", scans=4
    )


def test_a_damaged_plan_is_refused(tmp_path):
    (tmp_path / "simulation.json").write_text("{")
    assert_refused(tmp_path, "is damaged")


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    assert_refused(tmp_path / "file", "is a file")


def test_a_full_disk_is_met_before_the_work(tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=1))
    assert_refused(tmp_path / "out", "3 scans need about 7 MB")
    assert not list(tmp_path.rglob("*.tiff"))


def test_a_folder_that_cannot_be_written_is_an_error_in_one_line(tmp_path, monkeypatch):
    def refuse(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("data.dataset_writing.replacing", refuse)
    assert_refused(tmp_path / "out", "cannot be written: Permission denied")


def test_scans_differ_within_a_dataset(made):
    hashes = [v for k, v in digest(made[0]).items() if k.endswith(".tiff")]
    assert len(set(hashes)) == 3


def test_all_of_it_can_be_of_one_cargo(tmp_path):
    dataset = make(
        tmp_path / "out", scans=2, recipe=Recipe(length_m=2.0, cargo="empty")
    )
    for sample in dataset.samples:
        assert sample.truth((1, 1)).cargo[0] == "empty"
