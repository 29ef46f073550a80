"""The mean of several runs is a run, and says what it is made of."""

import shutil

import pytest
import torch

from data.errors import TrainingError
from detector.bundle import read_bundle, write_files
from detector.run import CHECKPOINT, RECORD, read_run, write_run
from detector.seen import SEEN, read_seen, shorten, to_text
from export.bundling import export_bundle
from tests.training.tiny import configure, write_dataset
from training.averaging import average_runs, average_states
from training.network import read_network
from training.train import train_network


@pytest.fixture(scope="module")
def second(tiny, tmp_path_factory):
    """A run like `trained`, of another seed."""
    out = tmp_path_factory.mktemp("second") / "run"
    config = configure(base=str(tiny.parent / "base.pt"), seed=1)
    train_network(tiny, out, config, progress=lambda *_: None)
    return out


@pytest.fixture
def two(trained, second, tmp_path):
    """Copies of both, to be changed."""
    return [
        shutil.copytree(run, tmp_path / name)
        for name, run in (("first", trained[0]), ("second", second))
    ]


def test_numbers_are_averaged_and_counts_are_not():
    counts = torch.tensor([3]), torch.tensor([5])
    states = [
        {"weight": torch.tensor([value, 1.0]), "count": count}
        for value, count in zip((1.0, 4.0), counts, strict=True)
    ]
    mean = average_states(states)
    assert mean["weight"].tolist() == [2.5, 1.0]
    assert mean["weight"].dtype is torch.float32
    assert mean["count"].tolist() == [3]


def test_a_mean_is_a_run_that_can_be_started_from(two, tiny, tmp_path):
    out = tmp_path / "mean"
    run = average_runs(two, out)
    assert read_run(out) == run
    assert run.base == "the mean of first, second"
    assert run.base_sha256 is None
    weights = [read_network(each / CHECKPOINT).state_dict() for each in (*two, out)]
    for name, first in weights[0].items():
        if first.is_floating_point():
            mean = (first + weights[1][name]) / 2
            assert torch.allclose(weights[2][name], mean, rtol=2e-3, atol=1e-4), name
    changed = [not torch.equal(w, weights[2][n]) for n, w in weights[0].items()]
    assert any(changed)
    config = configure(base=str(out / CHECKPOINT), steps=1, epochs=1)
    on = train_network(tiny, tmp_path / "on", config, progress=lambda *_: None)
    assert on.base_sha256 == run.checkpoint_sha256


def test_a_network_of_another_layout_is_refused(two, tiny, tmp_path):
    config = configure(base="yolo26n.yaml", steps=1, epochs=1)
    train_network(tiny, tmp_path / "whole", config, progress=lambda *_: None)
    with pytest.raises(TrainingError, match="whole is laid out otherwise than"):
        average_runs([two[0], tmp_path / "whole"], tmp_path / "mean")


@pytest.fixture
def bundle(two, tmp_path):
    """The second of both as a bundle."""
    export_bundle([two[1]], tmp_path / "bundle", progress=lambda *_: None)
    return tmp_path / "bundle"


def test_a_bundle_counts_as_the_run_that_it_was_made_of(two, bundle, tmp_path):
    strange = shorten("a" * 64)
    known = read_seen(bundle) or frozenset()
    text = to_text([*known, strange])
    write_files(read_bundle(bundle).manifest, bundle, {SEEN: text.encode()})
    run = average_runs(two[:1], tmp_path / "with", bundle=bundle)
    average_runs(two, tmp_path / "mean")
    ours, theirs = (
        read_network(tmp_path / name / CHECKPOINT).state_dict()
        for name in ("with", "mean")
    )
    for name, weight in theirs.items():
        assert torch.allclose(ours[name].float(), weight.float(), atol=1e-3), name
    assert run.base.startswith("the mean of first, cargosight ")
    assert strange in (read_seen(tmp_path / "with") or frozenset())


@pytest.mark.parametrize(
    "change", [{"labels": ("firearm", "knife")}, {"planes": "log"}]
)
def test_a_bundle_of_another_kind_is_refused(two, bundle, tmp_path, change):
    write_run(read_run(two[0]).model_copy(update=change), two[0])
    with pytest.raises(TrainingError, match="no dual graph with the planes"):
        average_runs(two[:1], tmp_path / "mean", bundle=bundle)
    assert not (tmp_path / "mean").exists()


def test_it_has_learned_from_all_that_each_has(two, tmp_path):
    strange = shorten("a" * 64)
    known = read_seen(two[0]) or frozenset()
    (two[1] / SEEN).write_text(to_text([*known, strange], whole=False))
    average_runs(two, tmp_path / "mean")
    assert read_seen(tmp_path / "mean") == known | {strange}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"planes": "log"}, "second differs from .*first in planes"),
        ({"checkpoint_sha256": "0" * 64}, "is not the one of that run"),
    ],
)
def test_runs_of_other_kinds_are_refused(two, tmp_path, change, message):
    write_run(read_run(two[1]).model_copy(update=change), two[1])
    with pytest.raises(TrainingError, match=message):
        average_runs(two, tmp_path / "mean")
    assert not (tmp_path / "mean").exists()


def test_one_run_has_no_mean(two, tmp_path):
    for folders in (two[:1], [two[0], two[0]]):
        with pytest.raises(TrainingError, match="each of them once, or one and a"):
            average_runs(folders, tmp_path / "mean")


def test_a_folder_that_is_there_is_left_alone(two):
    before = (two[0] / RECORD).read_bytes()
    with pytest.raises(TrainingError, match="is there already"):
        average_runs(two, two[0])
    assert (two[0] / RECORD).read_bytes() == before


def test_another_dataset_is_refused(two, tmp_path):
    other = write_dataset(tmp_path / "other", armed=(2, 2))
    with pytest.raises(TrainingError, match="other is not what the first run learned"):
        average_runs(two, tmp_path / "mean", dataset=other)
    assert not (tmp_path / "mean").exists()


def test_a_dataset_that_was_moved_is_taken(two, tiny, tmp_path):
    moved = shutil.copytree(tiny, tmp_path / "moved")
    run = average_runs(two, tmp_path / "mean", dataset=moved)
    assert run.dataset == str(moved.resolve())
    assert run.dataset_sha256 == read_run(two[0]).dataset_sha256
